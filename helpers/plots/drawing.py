"""The drawing of a network, made from the keras.Model itself, so that it cannot disagree with the code.

`helpers.plots.graph` reads the model, `helpers.plots.layout` gives every block its place, this module draws.
The unit is one pixel, and y is 0 on the axis along which the blocks stand.
"""

from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Polygon
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from helpers.plots.graph import blocks, code_of, skips
from helpers.plots.house import (
    INK,
    PALETTE,
    QUIET,
    WIDTH,
    canvas,
    checked_images,
    readable,
    style,
    text_width,
    tint,
)
from helpers.plots.layout import arcs_of, labels_of, parts_of, placed, scale_note

GREY, OLIVE = "#8c8c8c", "#9a8700"
#: The colour of every kind of layer; the code and the skip connections have their own.
COLOURS = {
    "input": GREY, "convolution": PALETTE[0], "transposed convolution": PALETTE[2], "dense": PALETTE[5],
    "pooling": PALETTE[4], "upsampling": PALETTE[3], "reshape": GREY, "merge": GREY, "other": OLIVE,
}  # fmt: skip
CODE, SKIP = PALETTE[1], PALETTE[2]


@style()
def network(model, images=None):
    """The drawing of a keras.Model: every layer to scale, with its shape; the figure has them as `.blocks`.

    Feature maps are boxes, as high and deep as they are large, as wide as the square root of their channels;
    vectors are bars as high as the logarithm of their units. Skip connections run above; the code is red.
    Activations, normalisations and dropout are not drawn. `images`, a pair of images in [0, 1], is put on the
    first and the last block. `model` may also be a list from `blocks`.
    """
    found = model if isinstance(model, list) else blocks(model)
    code, boxes = code_of(found), placed(found)
    arcs, ceiling = arcs_of(skips(found), boxes)
    parts, labels, legend = parts_of(found, boxes), labels_of(found, boxes), _legend(found, code)
    below = max(box.top for box in boxes) + 12
    depth = below + 24 * labels.lines + 24 + 28 * (len(legend) + 1)
    picture, axes = canvas(round(ceiling + (62 if parts else 34 if code is not None else 10) + depth))
    axes.set_ylim(-depth, picture.bbox.height - depth)
    for number, (block, box) in enumerate(zip(found, boxes, strict=True)):
        _draw(axes, block, box, CODE if number == code else COLOURS[block.kind], found)
    _draw_images(axes, images, boxes)
    _draw_arrows(axes, found, boxes, arcs)
    _write_labels(axes, labels, boxes, below, code)
    _write_parts(axes, parts, ceiling + 22, boxes[code] if code is not None else None)
    _write_legend(axes, legend, scale_note(found), depth)
    picture.blocks = found
    return picture


def _draw(axes, block, box, colour, found):
    """One block: a rounded bar, or the three visible faces of a box; a merge shows what it is made of."""
    edge, bottom, middle = readable(colour, 6), -box.top, box.height - box.top
    if not box.across:
        bar = FancyBboxPatch((box.x, bottom), box.width, box.height, boxstyle="round,pad=0,rounding_size=6")
        axes.add_patch(bar).set(facecolor=tint(colour, 0.6), edgecolor=edge, linewidth=0.8)
        return
    corner, right, top = box.x + box.width, box.right, box.top
    _face(axes, [(corner, bottom), (right, bottom + box.up), (right, top), (corner, middle)], colour, 0.6, edge)
    _face(axes, [(box.x, middle), (corner, middle), (right, top), (box.x + box.across, top)], colour, 0.2, edge)
    x = box.x
    for share, fill in _shares(block, found, colour):
        end = x + box.width * share
        _face(axes, [(x, bottom), (end, bottom), (end, middle), (x, middle)], fill, 0.36, edge)
        x = end


def _face(axes, corners, colour, strength, edge):
    face = Polygon(corners, facecolor=tint(colour, strength), edgecolor=edge, linewidth=0.7, joinstyle="round")
    axes.add_patch(face)


def _shares(block, found, colour):
    """The front of a block as (share of its width, colour): a concatenation shows what came from where."""
    if block.kind != "merge" or "concatenate" not in block.detail:
        return [(1.0, colour)]
    sources = [found[i] for i in block.inputs]
    total = sum(source.shape[-1] for source in sources)
    return [(source.shape[-1] / total, COLOURS[source.kind]) for source in sources]


def _draw_images(axes, images, boxes):
    """Put an image on the deep side of the first and of the last box."""
    if images is None:
        return
    images = checked_images(images)
    if len(images) != 2 or not (boxes[0].across and boxes[-1].across):
        raise ValueError(f"{len(images)} images: give two, for a network whose input and output are maps")
    limits = axes.axis()
    for image, box in zip(images, (boxes[0], boxes[-1]), strict=True):
        lean = Affine2D.from_values(box.across, box.up, 0, box.height, box.x + box.width, -box.top)
        shown = image[..., 0] if image.shape[-1] == 1 else image
        drawn = axes.imshow(shown, cmap="gray", vmin=0, vmax=1, extent=(0, 1, 0, 1), aspect="auto", zorder=2)
        drawn.set(transform=lean + axes.transData, interpolation="nearest")
    axes.axis(limits)


def _draw_arrows(axes, found, boxes, arcs):
    for number, (block, box) in enumerate(zip(found, boxes, strict=True)):
        if number - 1 in block.inputs:
            _arrow(axes, Path([(boxes[number - 1].right + 3, 0), (box.x - 2, 0)]), QUIET)
    for source, target, height in arcs:
        start, end = boxes[source], boxes[target]
        foot, head = (
            (start.middle + start.across / 4, start.top + 2),
            (end.middle + end.across / 4, end.top + 3),
        )
        _arrow(axes, _rounded(foot, height, head), readable(SKIP), 1.3)


def _arrow(axes, path, colour, width=1.0):
    arrow = FancyArrowPatch(path=path, arrowstyle="-|>", mutation_scale=9, shrinkA=0, shrinkB=0)
    arrow.set(color=colour, linewidth=width, joinstyle="miter", capstyle="butt")
    axes.add_patch(arrow)


def _rounded(foot, height, head, radius=12):
    """A path up from `foot` to `height`, across, and down to `head`, with round corners."""
    (x, y), (to, end) = foot, head
    radius = min(radius, height - y, height - end)
    up = [(x, y), (x, height - radius), (x, height), (x + radius, height)]
    down = [(to - radius, height), (to, height), (to, height - radius), (to, end)]
    turn = [Path.LINETO, Path.CURVE3, Path.CURVE3]
    return Path(up + down, [Path.MOVETO, *turn, *turn, Path.LINETO])


def _write_labels(axes, labels, boxes, below, code):
    for number, (text, box) in enumerate(zip(labels.texts, boxes, strict=True)):
        font = {"color": readable(CODE), "fontweight": "bold"} if number == code else {"color": INK}
        axes.text(box.middle, -below, text, ha="center", va="top", fontsize=labels.size, linespacing=1.15, **font)
    for start, end, text in labels.runs:
        left, right, y = boxes[start].x, boxes[end].right, -below - 26
        axes.plot([left, right], [y, y], color=QUIET, linewidth=0.8)
        axes.text((left + right) / 2, y - 5, text, ha="center", va="top", fontsize=8.5, color=QUIET)


def _write_parts(axes, parts, y, code):
    for name, left, right in parts:
        axes.plot([left, left, right, right], [y, y + 7, y + 7, y], color=QUIET, linewidth=0.9)
        axes.text((left + right) / 2, y + 12, name, ha="center", va="bottom", fontsize=9.5)
    if code is not None:
        font = {"color": readable(CODE), "fontweight": "bold"}
        axes.text(code.middle, code.top + 7, "code", ha="center", va="bottom", **font)


def _legend(found, code):
    """The lines of the legend, [(colour, text)]: every kind of layer, with what its layers do; the code."""
    drawn = [block for i, block in enumerate(found) if i != code and block.kind != "input"]
    entries = []
    for kind in dict.fromkeys(block.kind for block in drawn):
        text = _described(kind, [block.detail for block in drawn if block.kind == kind])
        entries.append((COLOURS[kind], text))
    own = _described(found[code].kind, [found[code].detail or "linear"]) if code is not None else None
    if own and own not in [text for _, text in entries]:
        entries.append((CODE, f"code: {own}"))
    return _lines(entries)


def _lines(entries):
    """The entries of the legend, as many to a line as there is room for."""
    lines, used = [[]], 0
    for colour, text in entries:
        width = text_width(text, 9) + 62
        if used + width > WIDTH and lines[-1]:
            lines, used = [*lines, []], 0
        lines[-1].append((colour, text))
        used += width
    return lines


def _named(kind, detail):
    """The kind and its detail: "convolution 3×3, ReLU", but "dense, ReLU"."""
    return f"{kind} {detail}" if detail[:1].isdigit() else f"{kind}, {detail}" if detail else kind


def _described(kind, details):
    """What the layers of a kind have in common, and how the last one differs where only that one does."""
    name = {"reshape": "flatten, reshape", "merge": "", "other": ""}.get(kind, kind)
    split = [detail.split(", ") for detail in details]
    if not name:
        return ", ".join(dict.fromkeys(parts[0] for parts in split))
    if len(details) > 2 and len(set(details[:-1])) == 1 and details[-1] != details[0]:
        differs = ", ".join(part for part in split[-1] if part and part not in split[0])
        return f"{_named(name, details[0])}; last: {differs or 'linear'}"
    return _named(name, ", ".join(part for part in split[0] if all(part in parts for parts in split)))


def _write_legend(axes, legend, note, depth):
    """Chips and texts, line by line, and under them how to read the sizes."""
    y = -depth + 28 * len(legend) + 18
    for line in legend:
        x = (WIDTH - sum(text_width(text, 9) + 62 for _, text in line) + 38) / 2
        for colour, text in line:
            chip = [(x, y - 7), (x + 16, y - 7), (x + 16, y + 7), (x, y + 7)]
            _face(axes, chip, colour, 0.5, readable(colour, 6))
            axes.text(x + 24, y, text, va="center", fontsize=9)
            x += text_width(text, 9) + 62
        y -= 28
    axes.text(WIDTH / 2, y, note, ha="center", va="center", fontsize=8, color=QUIET)
