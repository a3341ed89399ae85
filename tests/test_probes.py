"""Facts about the drawn images that ask a network one question."""

import numpy as np
import pytest

from helpers import resampling
from helpers.data import probes


def test_an_edge_is_dark_on_the_left_light_on_the_right_and_one_pixel_wide():
    upright = probes.edge(9, angle=0)
    assert upright[:, :4].tolist() == [[60] * 4] * 9 and (upright[:, 4] == 130).all() and (upright[:, 5:] == 200).all()
    slanted = probes.edge()
    assert slanted.shape == (96, 96) and (slanted.min(), slanted.max()) == (60, 200)


def test_stripes_have_their_period_and_stand_around_grey():
    plane = probes.stripes(8, 64, angle=0)
    assert (plane == plane[0]).all()
    np.testing.assert_array_equal(plane[0, 8:], plane[0, :-8])
    assert abs(plane.mean() - 128) < 1 and np.ptp(plane) > 160


def test_stripes_too_fine_for_the_small_image_come_out_as_other_ones():
    """A period of 3 pixels is 1.5 small ones, which no small image can hold: what is left repeats every third."""
    small = resampling.shrunk(probes.stripes(3, 96, angle=0), 2)[10, 8:-8].astype(int)
    assert 0 < np.ptp(small) < 90
    assert np.abs(small[3:] - small[:-3]).max() <= 1


def test_print_is_dark_on_light():
    page = probes.printed("8B", 32)
    assert page.shape == (32, 32) and page.dtype == np.uint8
    assert page[0, 0] == 235 and page.min() < 60


def test_a_period_that_is_none_is_refused():
    with pytest.raises(ValueError, match="period is 0"):
        probes.stripes(0)
