"""Intervals of differences, as drawn."""

import numpy as np
import pytest

from helpers import plots


def test_an_interval_that_leaves_zero_out_is_blue_and_the_other_one_is_grey():
    axes = plots.intervals({"U-Net": (0.05, 0.02, 0.08), "repeat": (0.0, -0.01, 0.02)}, "mIoU").axes[0]
    clear, undecided, zero = axes.lines
    assert clear.get_color() == plots.PALETTE[0] != undecided.get_color()
    assert np.allclose(clear.get_xdata(), [0.02, 0.08]) and np.allclose(undecided.get_ydata(), [1, 1])
    assert np.allclose(zero.get_xdata(), 0)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["U-Net", "repeat"]


def test_seeds_are_drawn_thinner_below_their_mean():
    picture = plots.intervals({"a": (0.1, 0.0, 0.2)}, "IoU", seeds={"a": [(0.1, 0.05, 0.2), (0.2, 0.1, 0.3)]})
    whole, *each, _ = picture.axes[0].lines
    assert len(each) == 2 and all(line.get_linewidth() < whole.get_linewidth() for line in each)
    assert all(0 < line.get_ydata()[0] < 0.5 for line in each)


@pytest.mark.parametrize(
    ("values", "message"),
    [({}, "empty"), ({"a": (0.1, 0.3, 0.2)}, "interval 0.3 to 0.2"), ({"a": (np.nan, 0, 1)}, "NaN")],
)
def test_what_cannot_be_drawn_is_refused(values, message):
    with pytest.raises(ValueError, match=message):
        plots.intervals(values, "mIoU")
