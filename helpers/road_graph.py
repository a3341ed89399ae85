"""From a mask to a graph of roads: lines one pixel wide, their ends and crossings, and how long they are.

The skeleton of a mask is what remains when it is thinned from all sides as long as nothing breaks (Zhang & Suen 1984).
Pixels of the skeleton with one neighbour are ends, groups of those with three and more are crossings; what lies between
is an edge.
"""

from typing import NamedTuple

import numpy as np
from scipy import ndimage

ALL = np.ones((3, 3))  # a pixel touches its eight neighbours


class Edge(NamedTuple):
    """A road between two nodes: their places in `Graph.nodes`, the line (n, 2) of rows and columns, its length."""

    start: int
    end: int
    line: np.ndarray
    length: float


class Graph(NamedTuple):
    """Roads as a graph. nodes: (K, 2) rows and columns of ends and crossings. edges: a list of `Edge`. In pixels."""

    nodes: np.ndarray
    edges: list

    @property
    def length(self):
        """The length of all edges together, in pixels."""
        return float(sum(edge.length for edge in self.edges))

    @property
    def degrees(self):
        """How many ends of edges meet at each node, (K,): 1 at the end of a road, 3 and more at a crossing."""
        ends = [end for edge in self.edges for end in (edge.start, edge.end)]
        return np.bincount(np.array(ends, int), minlength=len(self.nodes))

    @property
    def crossings(self):
        """How many nodes have three edges or more."""
        return int((self.degrees > 2).sum())

    def dead_ends(self, height, width, border=3):
        """How many roads end inside an image of that size, more than `border` pixels from its edge."""
        inside = ((self.nodes > border - 1) & (self.nodes < np.array([height, width]) - border)).all(axis=1)
        return int(((self.degrees == 1) & inside).sum())

    def on(self, mask):
        """Return for each point of the lines whether it lies on a mask (H, W) or (H, W, 1), bool, edge after edge."""
        points = np.concatenate([np.zeros((0, 2)), *(edge.line for edge in self.edges)])
        return _flat(mask)[tuple(points.round().astype(int).T)] > 0.5


def road_graph(mask, shortest=8.0):
    """Return the `Graph` of the roads in a mask (H, W) or (H, W, 1), cut at one half.

    shortest: dead ends below so many pixels are left out, as thinning makes them at every dent of an outline; give the
    width of a road. A line goes from pixel to pixel, so that its length is up to 8 % too large where it is oblique.
    Where two edges are left at a node they become one. A ring without a crossing has one node.
    """
    mask = _flat(mask)
    if mask.ndim != 2 or shortest < 0:
        raise ValueError(f"mask has the shape {mask.shape}, shortest is {shortest}; give one mask (H, W), 0 or more.")
    graph = joined(traced(skeleton(mask > 0.5)))
    while (pruned := joined(without_spurs(graph, shortest))).length < graph.length:
        graph = pruned
    return graph


def _flat(mask):
    """Return a mask (H, W) or (H, W, 1) as (H, W)."""
    mask = np.asarray(mask)
    return mask[..., 0] if mask.ndim == 3 and mask.shape[-1] == 1 else mask


def skeleton(mask):
    """Return the skeleton of a mask (H, W), bool, continued to the edge of the image where roads leave it."""
    from skimage.morphology import skeletonize

    return skeletonize(np.pad(mask, 16, mode="edge"))[16:-16, 16:-16]


def traced(lines):
    """Return the Graph of a skeleton (H, W): every line between two nodes becomes an edge."""
    around = ndimage.convolve(lines.astype(int), ALL.astype(int), mode="constant") - 1
    crossings, count = ndimage.label(lines & (around > 2), ALL)
    nodes = [np.argwhere(crossings == n + 1).mean(axis=0) for n in range(count)]
    rest, found = ndimage.label(lines & (crossings == 0), ALL)
    edges = [_edge(np.argwhere(rest == n + 1), crossings, nodes) for n in range(found)]
    return Graph(np.array(nodes).reshape(-1, 2), edges)


def _edge(pixels, crossings, nodes):
    """Return the Edge along the pixels of a line; ends that meet no crossing become new nodes."""
    line = _in_order(pixels)
    start, end = _crossing(line[0], crossings), _crossing(line[-1], crossings)
    if start is not None and start == end and len(line) < 3:
        end = _crossing(line[-1], crossings, besides=start)
    ring = start is end is None and len(line) > 3 and np.abs(line[0] - line[-1]).max() <= 1
    start = _new(nodes, line[0]) if start is None else start
    end = start if ring else _new(nodes, line[-1]) if end is None else end
    line = np.concatenate([nodes[start][None], line, nodes[end][None]])
    return Edge(start, end, line, _length(line))


def _in_order(pixels):
    """Return the pixels (n, 2) of a line from one end to the other; a ring starts anywhere."""
    left = {tuple(pixel) for pixel in pixels.tolist()}
    at = min(left, key=lambda pixel: (len(_next(pixel, left)), pixel))
    line = []
    while at:
        left.discard(at)
        line.append(at)
        at = min(_next(at, left), key=lambda other: abs(other[0] - at[0]) + abs(other[1] - at[1]), default=None)
    return np.array(line, "float64")


def _next(pixel, pixels):
    row, column = pixel
    steps = ((row + down, column + right) for down in (-1, 0, 1) for right in (-1, 0, 1) if down or right)
    return [step for step in steps if step in pixels]


def _crossing(pixel, crossings, besides=None):
    """Return the crossing that touches a pixel, or None."""
    row, column = pixel.astype(int)
    near = crossings[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2]
    found = [int(number) - 1 for number in np.unique(near[near > 0]) if number - 1 != besides]
    return found[0] if found else besides


def _new(nodes, place):
    nodes.append(np.asarray(place, "float64"))
    return len(nodes) - 1


def _length(line):
    return float(np.hypot(*np.diff(line, axis=0).T).sum())


def without_spurs(graph, shortest):
    """Return the graph without dead ends below `shortest` pixels; a road that stands alone stays."""
    degrees = graph.degrees

    def is_spur(edge):
        meet = sorted(degrees[[edge.start, edge.end]])
        return edge.length < shortest and meet[0] == 1 and meet[1] > 2

    return Graph(graph.nodes, [edge for edge in graph.edges if not is_spur(edge)])


def joined(graph):
    """Return the graph with edges made one where just two meet, and without nodes that no edge has."""
    edges = list(graph.edges)
    for node in range(len(graph.nodes)):
        ends = [edge for edge in edges if node in (edge.start, edge.end)]
        if len(ends) == 2 and all(edge.start != edge.end for edge in ends):
            one, other = _from(ends[0], node, last=True), _from(ends[1], node, last=False)
            line = np.concatenate([one.line, other.line[1:]])
            edges = [edge for edge in edges if edge is not ends[0] and edge is not ends[1]]
            edges.append(Edge(one.start, other.end, line, one.length + other.length))
    kept = np.unique([end for edge in edges for end in (edge.start, edge.end)]).astype(int)
    place = {int(node): number for number, node in enumerate(kept)}
    edges = [edge._replace(start=place[edge.start], end=place[edge.end]) for edge in edges]
    return Graph(graph.nodes[kept], edges)


def _from(edge, node, last):
    """Return the edge turned so that it ends (last) or starts at a node."""
    if (edge.end if last else edge.start) == node:
        return edge
    return Edge(edge.end, edge.start, edge.line[::-1], edge.length)
