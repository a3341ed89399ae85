"""Curves of training and others, bars with a dot for each seed, and maps of points, all labelled at the data."""

from itertools import pairwise

import numpy as np
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from helpers.plots.house import DPI, INK, PALETTE, QUIET, Picture, checked_numbers, readable, style, tint
from helpers.plots.mosaic import wrapped


@style()
def curves(history, ylabel="loss", xlabel="training steps", log=False, ymin=None, ymax=None, references=None):
    """The cost on the training set (thin) and on the test set (thick) through training, not rescaled.

    `history` has ``steps``, ``train`` and ``test`` (``test`` may be empty), or is {label: history} to compare
    several; each may also be a dict of the three lists. `references` is {label: value}: dashed lines.
    """
    named = _histories(history)
    picture = Picture(500)
    axes, ends = picture.subplots(), []
    for number, (label, parts) in enumerate(named.items()):
        ends += _two_curves(axes, *parts, _colour(number), label, alone=len(named) == 1)
    axes.set(xlabel=xlabel, ylabel=ylabel)
    _scale(axes, log, ymin, ymax, references or {})
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}"))
    _write_ends(picture, axes, ends + _reference_lines(axes, references or {}))
    if len(named) > 1 and any(len(test) for _, _, test in named.values()):
        axes.set_title("thick: test set, thin: training set", fontsize=9, color=QUIET)
    return picture


@style()
def lines(series, xlabel, ylabel, log=""):
    """Curves {label: (x, y)}, each labelled at its end; a lone one may have the label "". Few points get dots.

    `log` names the logarithmic axes, "x", "y" or "xy"; a y axis that is not logarithmic starts at 0 or below.
    """
    if not series or log not in ("", "x", "y", "xy"):
        raise ValueError(f"{len(series)} series and log={log!r}: give {{label: (x, y)}} and log '', 'x', 'y' or 'xy'")
    picture = Picture(440)
    axes, ends = picture.subplots(), []
    for number, (label, (x, y)) in enumerate(series.items()):
        x, y = checked_numbers(x, f"x of {label!r}"), checked_numbers(y, f"y of {label!r}")
        if len(x) != len(y):
            raise ValueError(f"{label!r} has {len(x)} x and {len(y)} y: give one y for each x")
        axes.plot(x, y, color=_colour(number), marker="o" if len(x) <= 30 else None, markersize=4)
        ends += [(y[-1], label, _colour(number))] if label else []
    axes.set(xlabel=xlabel, ylabel=ylabel, xscale="log" if "x" in log else "linear")
    axes.set(**({"yscale": "log"} if "y" in log else {"ylim": (min(0, axes.get_ylim()[0]), None)}))
    _write_ends(picture, axes, ends)
    return picture


@style()
def bars(values, ylabel, references=None, log=False, ymin=None, ymax=None, digits=2):
    """A bar for the mean of each entry, a dot for each of its seeds, and dashed lines for published numbers.

    `values` is {label: value or values, one a seed}; `ylabel` says what they are, with the unit;
    `references` is {label: value}; `digits` are those written behind the decimal point.
    """
    if not values:
        raise ValueError("values is empty: give {label: values, one a seed}")
    seeds = {label: np.atleast_1d(checked_numbers(v, f"values[{label!r}]")) for label, v in values.items()}
    picture = Picture(540)
    axes = picture.subplots()
    for place, several in enumerate(seeds.values()):
        _bar(axes, place, several, digits, PALETTE[0])
    labels = [wrapped(label, max(8, 76 // len(seeds))) for label in seeds]
    axes.set_xticks(range(len(seeds)), labels, color=INK)
    axes.tick_params(axis="x", length=0)
    axes.set(ylabel=ylabel, xlim=(-0.6, len(seeds) - 0.4))
    _scale(axes, log, ymin, ymax, references or {})
    _write_ends(picture, axes, _reference_lines(axes, references or {}))
    return picture


@style()
def scatter(points, labels, xlabel="", ylabel=""):
    """Points of a plane in the colour of their label, whose name is written at the middle of its points.

    `points` is (N, 2); `labels` N integers or texts. From the ninth label on, colours return as crosses.
    """
    points, labels = checked_numbers(points, "points"), np.asarray(labels)
    if points.ndim != 2 or points.shape[1] != 2 or len(labels) != len(points):
        raise ValueError(f"points has shape {points.shape} for {len(labels)} labels: give (N, 2) and N labels")
    picture = Picture(800)
    axes = picture.subplots()
    for number, name in enumerate(np.unique(labels)):
        _cloud(axes, points[labels == name], name, _colour(number), crosses=number >= len(PALETTE))
    axes.set(xlabel=xlabel, ylabel=ylabel)
    return picture


def _colour(number):
    return PALETTE[number % len(PALETTE)]


def _cloud(axes, points, name, colour, crosses):
    marks = {"marker": "x", "s": 14, "linewidth": 0.9} if crosses else {"marker": "o", "s": 9, "linewidth": 0}
    axes.scatter(*points.T, color=colour, alpha=0.5, **marks)
    box = {"boxstyle": "round,pad=0.25", "facecolor": "white", "edgecolor": colour, "alpha": 0.9}
    font = {"fontsize": 11, "fontweight": "bold", "color": readable(colour)}
    axes.text(*np.median(points, axis=0), str(name), ha="center", va="center", bbox=box, zorder=4, **font)


def _histories(history):
    """{label: (steps, train, test)}, checked; the label is empty where there is one history."""
    several = isinstance(history, dict) and "train" not in history
    if several and not history:
        raise ValueError("history is empty: give a history, or {label: history}")
    return {label: _parts(one, label) for label, one in (history if several else {"": history}).items()}


def _parts(history, label):
    where = f"history[{label!r}]" if label else "history"
    read = history.get if isinstance(history, dict) else lambda name: getattr(history, name, None)
    steps, train, test = (list(read(name) if read(name) is not None else ()) for name in ("steps", "train", "test"))
    checked_numbers(train, f"{where}.train")
    for name, values in (("train", train), ("test", test)):
        if len(values) not in (0, len(steps)):
            raise ValueError(f"{where} has {len(steps)} steps and {len(values)} {name} values: give one a step")
        if values:
            checked_numbers(values, f"{where}.{name}")
    return steps, train, test


def _two_curves(axes, steps, train, test, colour, label, alone):
    """Draw the pair; return (last value, text, colour) for the labels at the end."""
    marker = "o" if len(steps) == 1 else None
    axes.plot(steps, train, color=tint(colour, 0.55), linewidth=1.0 if test else 1.8, marker=marker)
    if not test:
        return [(train[-1], label or "training set", colour)]
    axes.plot(steps, test, color=colour, marker=marker)
    ends = [(test[-1], label or "test set", colour)]
    return [*ends, (train[-1], "training set", tint(colour, 0.7))] if alone else ends


def _bar(axes, place, several, digits, colour):
    mean, top = several.mean(), max(several.mean(), several.max())
    axes.bar(place, mean, width=0.62, color=tint(colour, 0.35))
    if len(several) > 1:
        places = place + np.linspace(-0.12, 0.12, len(several))
        axes.scatter(places, several, s=22, color=colour, edgecolor="white", linewidth=0.6, zorder=3)
    halo = [withStroke(linewidth=3, foreground="white")]
    number = axes.annotate(f"{mean:.{digits}f}", (place, top), xytext=(0, 5), textcoords="offset points")
    number.set(ha="center", fontweight="bold", path_effects=halo)


def _scale(axes, log, ymin, ymax, references):
    """From zero and linear, or logarithmic; with room for the references."""
    axes.grid(axis="y")
    low, high = axes.dataLim.intervaly
    low, high = min([low, *references.values()]), max([high, *references.values()])
    if log:
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.yaxis.set_minor_formatter(NullFormatter())
        floor, ceiling = min(low, axes.get_ylim()[0]), high * 1.15
    else:
        floor, ceiling = min(0, low), high + 0.08 * (high - min(0, low))
    axes.set_ylim(floor if ymin is None else ymin, ceiling if ymax is None else ymax)


def _reference_lines(axes, references):
    for value in references.values():
        axes.axhline(value, color=QUIET, linewidth=1.0, linestyle=(0, (5, 3)), zorder=1.5)
    return [(value, label, QUIET) for label, value in references.items()]


def _write_ends(picture, axes, ends, size=9):
    """Write each text right of the axes at its value's height, moved apart where they would touch."""
    if not ends:
        return
    picture.canvas.draw()
    tall = axes.bbox.height
    texts = [wrapped(text, 22) for _, text, _ in ends]
    wanted = axes.transData.transform([(0, value) for value, _, _ in ends])[:, 1] - axes.bbox.y0
    heights = [(text.count("\n") + 1) * size * 1.25 * DPI / 72 for text in texts]
    places = apart(np.clip(wanted, 0, tall), heights)
    for text, (_, _, colour), y in zip(texts, ends, places, strict=True):
        label = axes.annotate(text, (1, y / tall), xycoords="axes fraction", annotation_clip=False)
        label.set(va="center", color=readable(colour), fontsize=size, linespacing=1.1)
        label.xyann, label.anncoords = (6, 0), "offset points"


def apart(wanted, heights):
    """Positions near `wanted` at which texts of these heights do not touch: neighbours give way."""
    order = np.argsort(wanted, kind="stable")
    placed = np.array(wanted, "float64")
    for _ in range(200):
        for below, above in pairwise(order):
            overlap = placed[below] + (heights[below] + heights[above]) / 2 - placed[above]
            if overlap > 0.01:
                placed[below] -= overlap / 2
                placed[above] += overlap / 2
    return placed
