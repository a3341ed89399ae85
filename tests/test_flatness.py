"""Facts about how much there is to see in pictures."""

import numpy as np
import pytest

from helpers import flatness


def test_the_detail_of_stripes_of_one_pixel_is_their_contrast_and_of_a_slope_its_rise():
    stripes = np.tile([0.2, 0.8], (2, 6, 3))[..., None]
    assert flatness.detail(stripes) == pytest.approx(0.6)
    slope = np.add.outer(np.arange(5) * 0.1, np.arange(5) * 0.02)[None, ..., None]
    assert flatness.detail(slope) == pytest.approx(0.12)
    assert flatness.detail(np.full((1, 4, 4, 3), 0.3)) == 0


def test_of_four_squares_one_is_grey_one_is_red_and_two_are_not_flat():
    image = np.full((1, 16, 16, 3), 0.5)
    image[0, :8, 8:] = (0.8, 0.2, 0.2)
    image[0, 8:, :8] += np.random.default_rng(0).normal(0, 0.1, (8, 8, 3))
    image[0, 8:, 8:, 1] = np.linspace(0, 1, 8)  # a slope in one channel is enough
    assert flatness.flat_squares(image) == (0.5, 0.25)


def test_squares_are_those_of_the_image_and_what_is_left_over_does_not_count():
    image = np.random.default_rng(0).uniform(size=(2, 19, 21, 3))
    image[1, 8:16, 8:16] = 0.4
    assert flatness.flat_squares(image) == (1 / 8, 1 / 8)


@pytest.mark.parametrize("shape", [(8, 8, 3), (0, 8, 8, 3), (1, 7, 8, 3), (1, 8, 8, 1)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match="give"):
        flatness.flat_squares(np.zeros(shape))
