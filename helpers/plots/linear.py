"""Linear layers made visible: a matrix with its numbers, and the same matrix as a graph of who feeds whom."""

import numpy as np

from helpers.plots.house import (
    FAINT,
    INK,
    PALETTE,
    QUIET,
    WIDTH,
    Picture,
    canvas,
    checked_numbers,
    readable,
    style,
    tint,
)

#: The most lines or columns whose numbers can still be read.
MOST = 16


@style()
def connections(matrix, inputs, outputs, values=None, faint=()):
    """The graph of y = M x: inputs above, outputs below, a line for every number of M that is not 0.

    `matrix` is (outputs, inputs); `inputs` and `outputs` are the names of its columns and lines; `values` is a pair of
    number lists to write beside the names. The side with fewer nodes gives the lines their colours, and their numbers
    stand near the inputs. Columns listed in `faint`, such as the zeros of padding, are drawn in grey.
    """
    matrix = _checked(matrix, outputs, inputs)
    by_input = len(inputs) < len(outputs)
    picture, axes = canvas(430)
    top, bottom = (_places(len(names)) for names in (inputs, outputs))
    for (row, column), weight in np.ndenumerate(matrix):
        if weight:
            colour = QUIET if column in faint else readable(PALETTE[(column if by_input else row) % 7])
            _line(axes, (top[column], 330), (bottom[row], 100), weight, colour, row)
    values = values or ([None] * len(inputs), [None] * len(outputs))
    for column, (x, name, value) in enumerate(zip(top, inputs, values[0], strict=True)):
        fill = tint(PALETTE[column % 7], 0.25) if by_input and column not in faint else "white"
        _node(axes, x, 330, name, value, QUIET if column in faint else INK, fill, up=True)
    for row, (x, name, value) in enumerate(zip(bottom, outputs, values[1], strict=True)):
        _node(axes, x, 100, name, value, INK, "white" if by_input else tint(PALETTE[row % 7], 0.25), up=False)
    return picture


def _places(count):
    """The x of so many nodes, evenly over the width."""
    pitch = min(150, (WIDTH - 80) / count)
    return WIDTH / 2 + pitch * (np.arange(count) - (count - 1) / 2)


def _line(axes, start, end, weight, colour, row):
    (x, y), (to, down) = start, end
    axes.plot([x, to], [y, down], color=colour, linewidth=1.4, zorder=1)
    share = 0.26 + 0.12 * (row % 3)
    box = {"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none"}
    place = x + share * (to - x), y + share * (down - y)
    font = {"color": readable(colour), "fontsize": 9, "fontweight": "bold"}
    axes.text(*place, _written(weight), ha="center", va="center", bbox=box, zorder=2, **font)


def _node(axes, x, y, name, value, colour, fill, up):
    axes.scatter([x], [y], s=560, facecolor=fill, edgecolor=colour, linewidth=1, zorder=3)
    axes.text(x, y, name, ha="center", va="center", color=colour, fontsize=9.5, zorder=4)
    if value is not None:
        place = y + 44 if up else y - 44
        axes.text(x, place, _written(value), ha="center", va="center", color=colour, fontsize=10)


@style()
def matrices(named):
    """Matrices side by side, {title: (matrix, names of the lines, names of the columns)}, every number written.

    Zeros are left as pale dots, so that the pattern shows; each line of the widest matrix has its own colour, and a
    matrix with as many columns as it has lines more than columns (a transpose) is coloured by its columns.
    """
    checked = {
        title: (_checked(matrix, rows, columns), rows, columns) for title, (matrix, rows, columns) in named.items()
    }
    wide = sum(matrix.shape[1] + 2.5 for matrix, _, _ in checked.values())
    cell = min(64, (WIDTH - 20) / wide)
    high = max(matrix.shape[0] for matrix, _, _ in checked.values())
    picture, axes = canvas(round((high + 2.4) * cell))
    left = (WIDTH - wide * cell) / 2
    for title, (matrix, rows, columns) in checked.items():
        _numbers(axes, title, matrix, rows, columns, left + 1.5 * cell, (high + 0.4) * cell, cell)
        left += (matrix.shape[1] + 2.5) * cell
    return picture


def _numbers(axes, title, matrix, rows, columns, left, top, cell):
    """One matrix whose first line is at `top`."""
    size, tall = cell / 64 * 10, matrix.shape[0] > matrix.shape[1]
    middle = left + matrix.shape[1] * cell / 2
    axes.text(middle, top + 1.25 * cell, title, ha="center", fontsize=10.5, fontweight="bold")
    for row, name in enumerate(rows):
        axes.text(
            left - 0.3 * cell, top - (row + 0.5) * cell, name, ha="right", va="center", fontsize=size, color=QUIET
        )
    for column, name in enumerate(columns):
        axes.text(left + (column + 0.5) * cell, top + 0.35 * cell, name, ha="center", fontsize=size, color=QUIET)
    for (row, column), weight in np.ndenumerate(matrix):
        place, colour = (left + (column + 0.5) * cell, top - (row + 0.5) * cell), PALETTE[(column if tall else row) % 7]
        fill = tint(colour, 0.25) if weight else "white"
        axes.scatter(*place, marker="s", s=(cell * 0.9 * 72 / 150) ** 2, facecolor=fill, edgecolor="#e6e6e6")
        text = _written(weight) if weight else "·"
        axes.text(*place, text, ha="center", va="center", fontsize=size, color=INK if weight else FAINT)


@style()
def dots(series, xlabel, ylabel):
    """Values at places on a line, {label: (places, values)}: larger points first, joined by thin lines."""
    if not series:
        raise ValueError("series is empty: give {label: (places, values)}")
    picture = Picture(470)
    axes = picture.subplots()
    for number, (label, (places, values)) in enumerate(series.items()):
        places, values = (
            checked_numbers(places, f"places of {label!r}"),
            checked_numbers(values, f"values of {label!r}"),
        )
        size = max(3.5, 11 - 3 * number)
        axes.plot(
            places, values, "o-", color=PALETTE[number % 7], markersize=size, linewidth=0.8, label=label, alpha=0.9
        )
    axes.set(xlabel=xlabel, ylabel=ylabel)
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    return picture


def _checked(matrix, rows, columns):
    matrix = checked_numbers(matrix, "matrix")
    if matrix.shape != (len(rows), len(columns)):
        raise ValueError(f"matrix has shape {matrix.shape} for {len(rows)} lines and {len(columns)} columns")
    if max(matrix.shape) > MOST:
        raise ValueError(f"matrix has shape {matrix.shape}: at most {MOST} lines and columns can be read")
    if not matrix.any():
        raise ValueError("matrix holds nothing but 0: there is nothing to draw")
    return matrix


def _written(value):
    """A number as short as it can be read; thirds and other fractions of small numbers as fractions."""
    from fractions import Fraction

    fraction = Fraction(float(value)).limit_denominator(16)
    if abs(float(fraction) - value) < 1e-9 and fraction.denominator > 1:
        return str(fraction)
    return f"{value:.4g}"


def spectra(named):
    """Curves of power against frequency, {label: images}: the mean over all lines of all images, labels at the end.

    Images are (N, height, width, 1), the width even; each set is divided by its standard deviation. The last frequency
    is ½, a pattern that repeats every second pixel.
    """
    from helpers.plots.charts import curves

    histories = {}
    for label, images in named.items():
        images = checked_numbers(images, f"named[{label!r}]")
        width = images.shape[2]
        lines = images[..., 0] / images.std() * np.hanning(width + 1)[:-1]
        power = (np.abs(np.fft.rfft(lines)) ** 2).mean(axis=(0, 1))
        histories[label] = {"steps": np.arange(len(power)) / width, "train": power, "test": []}
    return curves(histories, ylabel="power (logarithmic)", xlabel="frequency (cycles per pixel)", log=True)
