"""Differences with the intervals that runs leave for them."""

import numpy as np

from helpers.plots.house import INK, PALETTE, QUIET, Picture, checked_numbers, style


@style()
def intervals(values, xlabel, seeds=None):
    """A line for each difference {label: (mean, low, high)}, with a dot at its mean, and a dashed line at zero.

    An interval that leaves zero out is blue, one that holds it grey. seeds: {label: several of the same kind}, one for
    each seed, drawn thin below it. Raises ValueError on nothing to draw, or an interval that ends before it begins.
    """
    if not values:
        raise ValueError("values is empty: give {label: (mean, low, high)}")
    seeds = seeds or {}
    picture = Picture(90 + 64 * len(values))
    axes = picture.subplots()
    for place, (label, three) in enumerate(values.items()):
        _line(axes, place, three, label, width=3.2)
        for number, one in enumerate(seeds.get(label, ()), 1):
            _line(axes, place + 0.1 + 0.13 * number, one, label, width=1.1)
    axes.axvline(0, color=QUIET, linewidth=1.0, linestyle=(0, (5, 3)), zorder=0)
    axes.set_yticks(range(len(values)), list(values), color=INK)
    axes.tick_params(axis="y", length=0)
    axes.set(xlabel=xlabel, ylim=(len(values) - 0.25, -0.5))
    axes.grid(axis="x")
    return picture


def _line(axes, place, three, label, width):
    mean, low, high = checked_numbers(np.asarray(three, "float64"), f"the interval of {label!r}")
    if low > high:
        raise ValueError(f"{label!r} has the interval {low} to {high}; give (mean, low, high).")
    colour = PALETTE[0] if low > 0 or high < 0 else QUIET
    axes.plot([low, high], [place, place], color=colour, linewidth=width)
    axes.scatter([mean], [place], s=18 * width, color=colour, edgecolor="white", linewidth=0.7, zorder=3)
