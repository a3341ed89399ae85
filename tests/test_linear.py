"""Drawings of linear layers: every number of the matrix is in the picture, and nothing else is drawn."""

import numpy as np
import pytest

from helpers import convolution, plots

C = convolution.matrix([1, 2, 3, 4], 6, 2, (2, 0))
X, Y = [f"x{i}" for i in range(1, 7)], ["y1", "y2", "y3"]


def texts(picture):
    return [text.get_text() for text in picture.axes[0].texts]


@pytest.mark.parametrize(("matrix", "inputs", "outputs"), [(C, X, Y), (C.T, Y, X)])
def test_a_graph_has_a_line_and_a_number_for_every_weight(matrix, inputs, outputs):
    picture = plots.connections(matrix, inputs, outputs)
    assert len(picture.axes[0].lines) == np.count_nonzero(matrix) == 10
    assert texts(picture)[:10] == [f"{weight:g}" for weight in matrix[matrix != 0]]
    assert sorted(texts(picture)[10:]) == sorted(X + Y)


def test_a_line_runs_from_its_input_to_its_output():
    picture = plots.connections(C, X, Y)
    nodes = {text.get_text(): text.get_position()[0] for text in picture.axes[0].texts if text.get_text()[0] in "xy"}
    ends = [tuple(line.get_xdata()) for line in picture.axes[0].lines]
    assert ends == [(nodes[X[column]], nodes[Y[row]]) for row, column in np.argwhere(C)]


def test_values_and_padding_can_be_shown():
    padded = convolution.matrix([1, 2, 3, 4], 8, 2)
    values = [None, None, 10, 20, 30, 40, 50, 60], [110, 300, 500]
    picture = plots.connections(padded, ["0", "0", *X], Y, values, faint=(0, 1))
    assert {"110", "300", "500", "60"} <= set(texts(picture))
    grey, _, blue = (line.get_color() for line in picture.axes[0].lines[:3])
    assert grey != blue


def test_a_matrix_shows_all_its_numbers_and_thirds_as_thirds():
    taps = convolution.matrix(convolution.bilinear_taps(3), 10, 3, "same")
    shown = texts(plots.matrices({"C": (C, Y, X), "up": (taps.T, range(10), "abcd")}))
    assert {"C", "up", "x6", "y3", "4", "1/3", "2/3", "·"} <= set(shown)
    assert shown.count("·") == (C == 0).sum() + (taps == 0).sum()


def test_dots_stand_where_they_were_put():
    axes = plots.dots({"four": (range(4), [1, 3, 2, 4]), "two": ([0, 3], [1, 4])}, "place", "value").axes[0]
    assert list(axes.lines[0].get_ydata()) == [1, 3, 2, 4]
    assert list(axes.lines[1].get_xdata()) == [0, 3]


@pytest.mark.parametrize("draw", [lambda m, i, o: plots.connections(m, i, o),
                                  lambda m, i, o: plots.matrices({"": (m, o, i)})])  # fmt: skip
@pytest.mark.parametrize(
    ("matrix", "inputs", "outputs", "message"),
    [
        (C, Y, X, r"shape \(3, 6\) for 6 lines and 3 columns"),
        (C * 0, X, Y, "nothing but 0"),
        (C * np.nan, X, Y, "NaN"),
        (np.ones((2, 17)), range(17), range(2), "at most 16"),
    ],
)
def test_what_cannot_be_drawn_is_refused(draw, matrix, inputs, outputs, message):
    with pytest.raises(ValueError, match=message):
        draw(matrix, inputs, outputs)


def test_dots_of_nothing_are_refused():
    with pytest.raises(ValueError, match="series is empty"):
        plots.dots({}, "place", "value")


def test_a_spectrum_shows_a_pattern_of_two_pixels_at_its_end():
    random = np.random.default_rng(0)
    noise = random.normal(size=(4, 16, 32, 1))
    axes = plots.spectra({"plain": noise, "striped": noise + 3 * (np.indices((16, 32, 1))[1] % 2)}).axes[0]
    plain, striped = (line.get_ydata() for line in axes.lines)
    assert axes.lines[0].get_xdata()[-1] == 0.5
    assert striped[-1] > 10 * plain[-1]
