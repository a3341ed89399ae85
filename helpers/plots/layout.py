"""Where the blocks of a network's drawing stand, how large they are, and what is written under them."""

from dataclasses import dataclass
from itertools import groupby, pairwise
from math import log

from helpers.plots.house import WIDTH, text_width

#: Pixels: the height of the largest map or vector, the width of the widest block, the margin of the page.
TALL, WIDE, MARGIN = 240, 62, 24
#: The smallest map is drawn at least this share of the largest one's height; else all sizes are compressed.
LEAST = 1 / 18


@dataclass
class Box:
    """Where a block stands: its left side `x`, its front `width` × `height`, its depth `across` and `up`."""

    width: float
    height: float
    across: float = 0.0
    up: float = 0.0
    x: float = 0.0

    @property
    def right(self):
        return self.x + self.width + self.across

    @property
    def middle(self):
        return (self.x + self.right) / 2

    @property
    def top(self):
        return (self.height + self.up) / 2


@dataclass
class Labels:
    """The shapes as text: `texts`, one under each block; `runs` are (from, to, size) of maps of one size."""

    texts: list
    lines: int
    size: float = 8.5
    runs: tuple = ()


def placed(found):
    """A box for each block, side by side over the width of the page, narrower where there are many."""
    boxes = [_sized(block.shape, found) for block in found]
    room, gaps = WIDTH - 2 * MARGIN, len(boxes) - 1
    natural = sum(box.width + box.across for box in boxes)
    least = 34 if gaps < 12 else 20 if gaps < 24 else 11
    shrink = min(1.0, max(room - least * gaps, room / 4) / natural)
    gap = min(96, (room - natural * shrink) / gaps)
    x = (WIDTH - natural * shrink - gap * gaps) / 2
    for box in boxes:
        box.width, box.across, box.up, box.x = box.width * shrink, box.across * shrink, box.up * shrink, x
        x = box.right + gap
    return boxes


def _sized(shape, found):
    """A box to scale, or a bar for a vector."""
    maps = [block.shape for block in found if len(block.shape) == 3]
    if len(shape) != 3:
        longest = max(block.shape[-1] for block in found if len(block.shape) != 3)
        return Box(15, TALL * log(1 + shape[-1]) / log(1 + longest))
    largest, power = max(size for one in maps for size in one[:2]), _power(maps)
    height, depth = (TALL * (size / largest) ** power for size in shape[:2])
    return Box(
        max(5, WIDE * (shape[2] / max([64, *(one[2] for one in maps)])) ** 0.5),
        height,
        0.27 * depth,
        0.2 * depth,
    )


def _power(maps):
    """1 where heights can be drawn to scale, less where the smallest map would vanish."""
    sizes = [shape[0] for shape in maps]
    if not sizes or min(sizes) / max(sizes) >= LEAST:
        return 1.0
    return log(LEAST) / log(min(sizes) / max(sizes))


def scale_note(found):
    """How to read the sizes, in a sentence."""
    maps = [block.shape for block in found if len(block.shape) == 3]
    power = _power(maps)
    scale = "" if power == 1 else f" to the power {power:.2f}"
    boxes = f"Boxes: height and depth are the map's size{scale}, width the root of its channels." if maps else ""
    bars = "Bars: height is the logarithm of the units." if len(maps) < len(found) else ""
    return f"{boxes} {bars}".strip()


def arcs_of(skips, boxes):
    """The skip connections as (from, to, height), short ones below long ones, and the greatest height."""
    arcs = []
    for source, target in sorted(skips, key=lambda skip: skip[1] - skip[0]):
        height = max(box.top for box in boxes[source : target + 1]) + 26
        inner = [h for s, t, h in arcs if s < target and source < t]
        arcs.append((source, target, max([height, *(h + 24 for h in inner)])))
    return arcs, max([box.top for box in boxes] + [height for *_, height in arcs])


def labels_of(found, boxes):
    """The shapes as full as there is room for: 14×14×16, in two lines, or channels over the shared size."""
    full, channels = ["×".join(map(str, block.shape)) for block in found], [str(b.shape[-1]) for b in found]
    tries = [
        Labels(full, 1),
        Labels([_two(block) for block in found], 2),
        Labels(channels, 2, 8.5, _runs(found)),
        Labels(channels, 2, 7.5, _runs(found)),
    ]
    once = [text if i == 0 or found[i].shape != found[i - 1].shape else "" for i, text in enumerate(channels)]
    return next((labels for labels in tries if _fit(labels, boxes)), Labels(once, 2, 7.5, _runs(found)))


def _fit(labels, boxes):
    """Whether neighbours have a letter's width between them."""
    widths = [max(text_width(line, labels.size) for line in text.split("\n")) for text in labels.texts]
    pairs = zip(pairwise(boxes), pairwise(widths), strict=True)
    return all(b.middle - a.middle > (left + right) / 2 + labels.size for (a, b), (left, right) in pairs)


def _two(block):
    size, channels = "×".join(map(str, block.shape[:-1])), block.shape[-1]
    return f"{size}\n×{channels}" if size else str(channels)


def _runs(found):
    """(from, to, text) for every run of maps of one size."""
    runs, start = [], 0
    for size, run in groupby(found, key=lambda block: block.shape[:-1]):
        end = start + len(list(run))
        text = f"{size[0]}²" if len(size) == 2 and size[0] == size[1] else "×".join(map(str, size))
        runs += [(start, end - 1, text)] if size else []
        start = end
    return tuple(runs)


def parts_of(found, boxes):
    """(name, left, right) of every run of blocks that stand in one sub-model."""
    parts = []
    for name, run in groupby(zip(found, boxes, strict=True), key=lambda pair: pair[0].part):
        run = [box for _, box in run]
        parts += [(name.replace("_", " "), run[0].x, run[-1].right)] if name else []
    return parts
