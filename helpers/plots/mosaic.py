"""Images side by side: `grid` for many of a kind, `rows` for the same examples treated in several ways."""

import textwrap

import numpy as np
from matplotlib.patches import Rectangle

from helpers.plots.house import FAINT, WIDTH, canvas, checked_images, checked_numbers, style, text_width

#: Pixels between images, and the largest size at which one is shown alone in its line or among lines.
GAP, LARGEST, LARGE = 7, 260, 200


@style()
def grid(images, columns=None, titles=None, row_labels=None):
    """Images side by side, line after line.

    `images` is (N, height, width[, 1 or 3]) in [0, 1]; `columns` to a line, 10 unless told;
    `titles`, one above each image; `row_labels`, one left of each line.
    """
    images = checked_images(images)
    columns = columns or min(10, len(images))
    lines = [images[i : i + columns] for i in range(0, len(images), columns)]
    _check_count(titles, len(images), "titles", "images")
    _check_count(row_labels, len(lines), "row_labels", "lines of images")
    return _mosaic(lines, row_labels or [""] * len(lines), titles)


@style()
def rows(images, titles=None):
    """One labelled line of images an entry: the input, what one method makes of it, what the next one does.

    `images` is {label: (N, height, width[, 1 or 3]) in [0, 1]}, with the same N everywhere; sizes may differ
    between lines. `titles` stand above the N columns.
    """
    if not images:
        raise ValueError("images is empty: give {label: images}, at least one line")
    lines = [checked_images(line, f"images[{label!r}]") for label, line in images.items()]
    counts = {label: len(line) for label, line in zip(images, lines, strict=True)}
    if len(set(counts.values())) > 1:
        raise ValueError(f"the lines hold different numbers of images, {counts}: give the same examples in each")
    _check_count(titles, len(lines[0]), "titles", "columns")
    return _mosaic(lines, list(images), titles)


def signed(images, limit=None):
    """Positive and negative values as colour images in [0, 1]: blue below zero, white at zero, red above.

    For filters, principal components and differences, (N, height, width[, 1]). `limit` is the value of the
    full colours, by default the largest magnitude.
    """
    values = checked_numbers(images, "images").astype("float32")
    values = values[..., 0] if values.shape[-1] == 1 else values
    limit = limit or float(np.abs(values).max())
    if limit == 0:
        raise ValueError("images is blank: every value is 0, there is nothing to see")
    share = np.clip(values / limit, -1, 1)[..., None]
    blue, red = np.array([0.0, 0.33, 0.62]), np.array([0.75, 0.22, 0.0])
    return 1 - np.abs(share) * (1 - np.where(share < 0, blue, red))


def wrapped(text, width):
    """`text` over several lines of about `width` letters, words kept whole."""
    return textwrap.fill(str(text), width, break_long_words=False, break_on_hyphens=False)


def _check_count(texts, count, name, of):
    if texts is not None and len(texts) != count:
        raise ValueError(f"{name} has {len(texts)} entries for {count} {of}: give one for each")


def _mosaic(lines, labels, titles=None):
    """The lines of images on one canvas; `titles` run over all images, or over the first line's."""
    labels = [wrapped(label, 19) for label in labels]
    margin = _widest(labels, 10)
    margin = round(margin) + 18 if margin else 0
    columns = max(len(line) for line in lines)
    room = (WIDTH - margin + GAP) // columns - GAP
    sizes = [_size(line, min(room, LARGEST if len(lines) == 1 else LARGE)) for line in lines]
    titles = [wrapped(title, max(4, room // 11)) for title in titles or []]
    pitch = min(room, max([max(width for _, width in sizes), _widest(titles, 9)])) + GAP
    heads = _heads(titles, columns, len(lines))
    picture, axes = canvas(sum(heads) + sum(height + GAP for height, _ in sizes) + 4)
    left, top = margin + (WIDTH - margin - columns * pitch) / 2, picture.bbox.height - 2
    for number, (line, (height, width)) in enumerate(zip(lines, sizes, strict=True)):
        top -= heads[number] + height + GAP
        axes.text(left - 8, top + height / 2, labels[number], ha="right", va="center", linespacing=1.15)
        for column, image in enumerate(line):
            _place(axes, image, left + column * pitch + (pitch - width) // 2, top, width, height)
        shown = titles[number * columns : (number + 1) * columns] if heads[number] else []
        _write_titles(axes, shown, left + pitch / 2, pitch, top + height + 7, min(1, room / _widest(titles, 9, 1)))
    axes.set(xlim=(0, WIDTH), ylim=(0, picture.bbox.height))
    return picture


def _widest(texts, size, least=0):
    return max([least, *(text_width(line, size) for text in texts for line in text.split("\n"))])


def _heads(titles, columns, lines):
    """The height that the titles take above each line of images."""
    if not titles:
        return [0] * lines
    height = 23 * max(title.count("\n") + 1 for title in titles) + 8
    return [height if number == 0 or len(titles) > columns else 0 for number in range(lines)]


def _size(images, cell):
    """(height, width) in pixels at which a line's images are shown: by a whole factor, or reduced."""
    height, width = images.shape[1:3]
    scale = cell / max(height, width)
    scale = int(scale) if scale >= 1 else scale
    return max(1, round(height * scale)), max(1, round(width * scale))


def _place(axes, image, x, y, width, height):
    shown = image[..., 0] if image.shape[-1] == 1 else image
    smooth = "antialiased" if image.shape[1] > width else "nearest"
    area = (x, x + width, y, y + height)
    axes.imshow(shown, cmap="gray", vmin=0, vmax=1, extent=area, aspect="auto", interpolation=smooth)
    axes.add_patch(Rectangle((x, y), width, height, fill=False, edgecolor=FAINT, linewidth=0.5))


def _write_titles(axes, titles, x, pitch, y, shrink):
    """The titles above one line of images, smaller where the longest word needs it."""
    size = max(6.5, 9 * shrink)
    for column, title in enumerate(titles):
        place = x + column * pitch
        axes.text(place, y, title, ha="center", va="bottom", fontsize=size, linespacing=1.1)
