"""Maps of roads over the images they were found in: their graphs, and what is wrong in a mask."""

import numpy as np

from helpers.plots.house import PALETTE, WIDTH, Picture, checked_images, style
from helpers.plots.masks import overlaid


@style()
def graphs(images, found):
    """A line of images for each entry of `found`, its graph over each: edges light orange, nodes dark.

    images: (N, height, width, 1 or 3) in [0, 1]. found: {label: N graphs}, each with `nodes`, (K, 2) rows and columns
    in pixels, and `edges`, whose `line` is (n, 2) such pairs, as from `road_graph.road_graph`. Raises ValueError where
    nothing is given, or not as many graphs as images.
    """
    images = checked_images(images)
    if not found or any(len(each) != len(images) for each in found.values()):
        given = {label: len(each) for label, each in found.items()}
        raise ValueError(f"found holds {given} graphs for {len(images)} images: give one for each image.")
    high, wide = images.shape[1:3]
    picture = Picture(20 + round(len(found) * WIDTH / len(images) * high / wide))
    grid = picture.subplots(len(found), len(images), squeeze=False)
    for line, label in zip(grid, found, strict=True):
        line[0].set_ylabel(label)
        for axes, image, graph in zip(line, images, found[label], strict=True):
            axes.imshow(np.broadcast_to(image, (high, wide, 3)))
            _draw(axes, graph)
            axes.set(xlim=(-0.5, wide - 0.5), ylim=(high - 0.5, -0.5), xticks=[], yticks=[])
            axes.spines[:].set_visible(False)
    return picture


def _draw(axes, graph):
    for edge in graph.edges:
        axes.plot(*np.asarray(edge.line).T[::-1], color=PALETTE[4], linewidth=2)
    axes.scatter(*np.asarray(graph.nodes).T[::-1], s=22, color=PALETTE[1], zorder=3)


def mistakes(images, truth, masks):
    """Return colour images: orange where a mask misses the truth, blue where it marks what is none.

    images: (N, height, width, 1 or 3) in [0, 1]; truth, masks: (N, height, width, 1), cut at one half.
    """
    truth, masks = np.asarray(truth) > 0.5, np.asarray(masks) > 0.5
    missed = overlaid(images, (truth & ~masks).astype("float32"), PALETTE[1])
    return overlaid(missed, (masks & ~truth).astype("float32"), PALETTE[0])
