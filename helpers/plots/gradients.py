"""Pictures of back-propagation: a computation with its numbers both ways, errors of gradients, two curves as one."""

import numpy as np
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.ticker import LogLocator, NullFormatter

from helpers.plots.house import INK, PALETTE, QUIET, WIDTH, Picture, canvas, checked_numbers, style, tint

FORWARD, BACKWARD = PALETTE[0], PALETTE[1]


@style()
def computation(quantities, operations, weights=None, note=""):
    """A chain of operations with the values above it, going right, and the gradients below it, going left.

    quantities: {name: (value, gradient)} in order, numbers or texts, None where nothing is written.
    operations: the texts between them, one less than quantities. weights: {place of the operation: {name: (value,
    gradient)}}. note: a line or two underneath.
    """
    if len(operations) != len(quantities) - 1:
        raise ValueError(
            f"{len(quantities)} quantities and {len(operations)} operations: give one operation between two"
        )
    weights = weights or {}
    most = max([0, *(len(entries) for entries in weights.values())])
    lines = note.count("\n") + 1 if note else 0
    depth = 70 + (34 + 56 * most if most else 0) + 34 * lines
    picture, axes = canvas(depth + 90)
    middle, pitch = depth + 4, WIDTH / (len(quantities) + len(operations))
    for number, (name, (value, gradient)) in enumerate(quantities.items()):
        _quantity(axes, (2 * number + 0.5) * pitch, middle, name, value, gradient)
    for number, text in enumerate(operations):
        x = (2 * number + 1.5) * pitch
        _operation(axes, x, middle, text, pitch)
        _ways(axes, x, middle, pitch)
        for row, (name, (value, gradient)) in enumerate(weights.get(number, {}).items()):
            _weight(axes, x, middle - 96 - 56 * row, name, value, gradient)
    axes.text(14, 12, note, va="bottom", fontsize=10, color=INK, linespacing=1.35)
    axes.text(WIDTH - 12, depth + 74, "forward →", color=FORWARD, ha="right", fontsize=9, fontweight="bold")
    axes.text(WIDTH - 12, depth - 76, "← backward", color=BACKWARD, ha="right", fontsize=9, fontweight="bold")
    return picture


def _quantity(axes, x, y, name, value, gradient):
    axes.text(x, y, name, ha="center", va="center", fontsize=12, fontweight="bold", color=INK)
    axes.text(x, y + 44, written(value), ha="center", va="center", fontsize=10, color=FORWARD)
    axes.text(x, y - 44, written(gradient), ha="center", va="center", fontsize=10, color=BACKWARD)


def _operation(axes, x, y, text, pitch):
    width = min(pitch * 1.15, 180)
    box = FancyBboxPatch((x - width / 2, y - 24), width, 48, boxstyle="round,pad=0,rounding_size=7", zorder=2)
    axes.add_patch(box).set(facecolor="#f2f2f2", edgecolor=QUIET, linewidth=0.8)
    axes.text(x, y, text, ha="center", va="center", fontsize=9, color=INK, zorder=3, linespacing=1.15)


def _ways(axes, x, y, pitch):
    """One arrow over the operation, one under it."""
    for height, ends, colour in ((44, (-0.62, 0.62), FORWARD), (-44, (0.62, -0.62), BACKWARD)):
        start, end = ((x + share * pitch * 0.9, y + height) for share in ends)
        arrow = FancyArrowPatch(
            start, end, arrowstyle="-|>", mutation_scale=11, color=tint(colour, 0.75), linewidth=1.2
        )
        axes.add_patch(arrow)


def _weight(axes, x, y, name, value, gradient):
    of_weight = f"{name} = {written(value)}" if value is not None else name
    axes.text(x, y, of_weight, ha="center", va="center", fontsize=9.5, color=FORWARD)
    axes.text(x, y - 24, written(gradient), ha="center", va="center", fontsize=9.5, color=BACKWARD)


def written(value):
    """A number with at most four digits and a true minus sign; a text as it is; nothing for None."""
    if value is None:
        return ""
    return value if isinstance(value, str) else f"{value:.4g}".replace("-", "−")


@style()
def gradient_errors(series, tolerance=None, xlabel="largest relative error of a gradient"):
    """The error of each layer's gradients as a dot on a logarithmic axis, one line a layer.

    series: {legend: {layer: error}}, all with the same layers. An error of exactly 0 is drawn at 1e-17. tolerance: a
    dashed line.
    """
    if not series or not all(series.values()):
        raise ValueError("series is empty: give {legend: {layer: error}}")
    names = list(next(iter(series.values())))
    picture = Picture(130 + 38 * len(names))
    axes = picture.subplots()
    for number, (legend, errors) in enumerate(series.items()):
        values = checked_numbers([errors[name] for name in names], f"series[{legend!r}]")
        places = np.arange(len(names)) + 0.16 * (number - (len(series) - 1) / 2)
        marker = "osD^"[number % 4]
        axes.scatter(
            np.maximum(values, 1e-17), places, s=30, color=PALETTE[number], marker=marker, label=legend, zorder=3
        )
    if tolerance:
        axes.axvline(tolerance, color=QUIET, linewidth=1, linestyle=(0, (5, 3)))
        axes.annotate("tolerance", (tolerance, 1), xycoords=("data", "axes fraction"), xytext=(4, 2),
                      textcoords="offset points", color=QUIET, fontsize=9)  # fmt: skip
    axes.set_yticks(range(len(names)), names, color=INK)
    axes.set(xscale="log", xlabel=xlabel, ylim=(len(names) - 0.5, -0.5))
    axes.grid(axis="y")
    _decades(axes.xaxis)
    picture.legend(loc="outside lower center", ncols=len(series))
    return picture


@style()
def coincidence(curves, differences, ylabel="loss", xlabel="training step"):
    """Curves on top of one another, and below them how far they are apart, on a logarithmic axis.

    curves: {label: losses}, the first drawn thick and pale, the others thin and dark on top. differences: {label:
    values ≥ 0}, from step 1 on; a difference of exactly 0 leaves a gap.
    """
    picture = Picture(760)
    upper, lower = picture.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    for number, (label, values) in enumerate(curves.items()):
        values = checked_numbers(values, f"curves[{label!r}]")
        look = {"linewidth": 6, "color": tint(PALETTE[4], 0.6)} if number == 0 else {"linewidth": 1.2, "color": INK}
        upper.plot(range(1, len(values) + 1), values, label=label, **look)
    for number, (label, values) in enumerate(differences.items()):
        values = checked_numbers(values, f"differences[{label!r}]")
        shown = np.where(values > 0, values, np.nan)
        lower.plot(range(1, len(values) + 1), shown, ".", markersize=3, color=PALETTE[number], label=label)
    upper.set(ylabel=ylabel, ylim=(0, None))
    lower.set(yscale="log", xlabel=xlabel, ylabel="relative difference")
    _decades(lower.yaxis)
    for axes in (upper, lower):
        axes.grid(axis="y")
        axes.legend(loc="best", markerscale=4)
    return picture


def _decades(axis, most=7):
    axis.set_major_locator(LogLocator(numticks=most))
    axis.set_minor_formatter(NullFormatter())
