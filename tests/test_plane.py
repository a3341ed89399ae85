"""Figures of codes: images stand where they belong, paths keep their labels, bad input is refused."""

import numpy as np
import pytest

from helpers import plots
from helpers.plots import house

STEPS = [-1.0, 0.0, 1.0]


def sheet(bright=None):
    """Nine images of 4×4 pixels, black but for the one at (row, column)."""
    images = np.zeros((3, 3, 4, 4))
    images[bright or (0, 0)] = 1
    return images


def centre(picture, x, y):
    """The colour in the middle of the tile at (x, y)."""
    axes, shown = picture.axes[0], house.pixels(picture)
    across, up = axes.transData.transform((x, y))
    return shown[round(shown.shape[0] - up), round(across)]


@pytest.mark.parametrize(("place", "x", "y"), [((0, 0), -1, -1), ((2, 0), -1, 1), ((0, 2), 1, -1), ((1, 1), 0, 0)])
def test_an_image_stands_at_its_place_in_the_plane(place, x, y):
    picture = plots.tiles(sheet(place), STEPS, STEPS, xlabel="first", ylabel="second")
    assert centre(picture, x, y).min() > 200
    assert all(centre(picture, a, b).max() < 60 for a in STEPS for b in STEPS if (a, b) != (x, y))


def test_the_axes_end_at_the_edges_of_the_outer_tiles():
    axes = plots.tiles(sheet(), STEPS, [0, 2, 4], xlabel="first", ylabel="second").axes[0]
    assert axes.get_xlim() == (-1.5, 1.5) and axes.get_ylim() == (-1, 5)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("first", "second")


def test_a_path_goes_through_its_points_in_their_order():
    axes = plots.path([(3, 1), (2, 4)], ["a", "b"], "x", "y", references={"c": (1, 1)}).axes[0]
    np.testing.assert_array_equal(axes.lines[0].get_xydata(), [(3, 1), (2, 4)])
    assert [text.get_text() for text in axes.texts] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: plots.tiles(sheet(), STEPS, STEPS[:2], "x", "y"), r"give \(2, 3, height"),
        (lambda: plots.tiles(sheet(), [0, 1, 3], STEPS, "x", "y"), "across is .* rise evenly"),
        (lambda: plots.tiles(sheet(), STEPS, STEPS[::-1], "x", "y"), "up is .* rise evenly"),
        (lambda: plots.tiles(np.zeros((3, 3, 4, 4)), STEPS, STEPS, "x", "y"), "blank"),
        (lambda: plots.path([(1, 2)], ["a", "b"], "x", "y"), "N labels"),
        (lambda: plots.path([(1, np.nan)], ["a"], "x", "y"), "NaN"),
    ],
)
def test_what_cannot_be_drawn_is_refused(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()
