"""Figures of codes: the plane of two numbers drawn as images, and a trade-off as a path through labelled points."""

import numpy as np

from helpers.plots.house import FAINT, PALETTE, QUIET, Picture, checked_images, checked_numbers, readable, style


@style()
def tiles(images, across, up, xlabel, ylabel):
    """Images where they belong in a plane, one beside the other.

    `images` is (len(up), len(across), height, width[, 1 or 3]) in [0, 1]: row k belongs to the value `up[k]`, column
    j to `across[j]`. Both lists rise evenly; `up` runs upwards in the figure.
    """
    across, up = _axis(across, "across"), _axis(up, "up")
    if np.shape(images)[:2] != (len(up), len(across)):
        wanted = f"({len(up)}, {len(across)}, height, width[, channels])"
        raise ValueError(f"images has the shape {np.shape(images)} for these axes: give {wanted}")
    lines = [np.concatenate(list(checked_images(line, "images", may_be_blank=True)), axis=1) for line in images]
    sheet = checked_images(np.concatenate(lines[::-1], axis=0))[0]
    picture = Picture(900, 960)
    axes = picture.subplots()
    area = (*_ends(across), *_ends(up))
    axes.imshow(sheet, cmap="gray", vmin=0, vmax=1, extent=area, aspect="auto", interpolation="antialiased")
    axes.set(xlabel=xlabel, ylabel=ylabel)
    return picture


@style()
def path(points, labels, xlabel, ylabel, references=None):
    """Points on a line, each with its label: how one quantity is paid for with another.

    `points` is (N, 2), drawn in their order; `references` is {label: (x, y)}: single points to compare with.
    """
    points = checked_numbers(points, "points")
    if points.ndim != 2 or points.shape[1] != 2 or len(labels) != len(points):
        raise ValueError(f"points has shape {points.shape} for {len(labels)} labels: give (N, 2) and N labels")
    picture = Picture(560)
    axes = picture.subplots()
    axes.plot(*points.T, color=PALETTE[0], marker="o", markersize=6)
    for point, label in zip(points, labels, strict=True):
        _named(axes, point, label, PALETTE[0])
    for label, point in (references or {}).items():
        axes.plot(*point, color=QUIET, marker="s", markersize=6, linestyle="none")
        _named(axes, point, label, QUIET)
    axes.grid(color=FAINT)
    axes.set(xlabel=xlabel, ylabel=ylabel, ylim=(0, None))
    axes.margins(x=0.12)
    return picture


def _named(axes, point, label, colour):
    style = {"fontsize": 9, "color": readable(colour), "textcoords": "offset points"}
    axes.annotate(str(label), point, xytext=(7, 7), **style)


def _axis(values, name):
    values = checked_numbers(values, name)
    steps = np.diff(values)
    if values.ndim != 1 or len(values) < 2 or steps.min() <= 0 or not np.allclose(steps, steps[0]):
        raise ValueError(f"{name} is {np.asarray(values).tolist()}: give at least two values that rise evenly")
    return values


def _ends(values):
    """The outer edges of the tiles whose centres are `values`."""
    half = (values[1] - values[0]) / 2
    return values[0] - half, values[-1] + half
