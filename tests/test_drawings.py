"""Facts about the drawn 7, which can be counted by hand."""

import numpy as np
import pytest

from helpers.data import drawings


def squared_error(one, other):
    return float(((one - other) ** 2).sum())


def test_the_drawn_seven_has_seventeen_rows_of_ink():
    seven = drawings.seven()
    rows = seven[..., 0].sum(axis=1)
    assert seven.shape == (28, 28, 1) and set(np.unique(seven)) == {0, 1}
    assert rows[rows > 0].tolist() == [12] * 3 + [3] * 14


def test_two_stray_pixels_cost_two():
    assert squared_error(drawings.seven(), drawings.stray(drawings.seven())) == 2


@pytest.mark.parametrize(("pixels", "error"), [(0, 0), (1, 34), (2, 68), (3, 102), (4, 108)])
def test_a_shifted_seven_costs_two_for_each_row_and_pixel_until_the_stroke_has_left_its_place(pixels, error):
    assert squared_error(drawings.seven(), drawings.shifted(drawings.seven(), pixels)) == error
    assert error == 2 * (14 * min(pixels, 3) + 3 * pixels)


def test_several_images_are_changed_like_one():
    seven = drawings.seven()
    both = np.stack([seven, seven])
    np.testing.assert_array_equal(drawings.stray(both)[1], drawings.stray(seven))
    np.testing.assert_array_equal(drawings.shifted(both, 3)[1], drawings.shifted(seven, 3))
    np.testing.assert_array_equal(both[0], drawings.seven())


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: drawings.seven(20), "size is 20"),
        (lambda: drawings.shifted(drawings.seven(), -1), "pixels is -1"),
        (lambda: drawings.shifted(drawings.seven(), 12), "frame it with zeros"),
    ],
)
def test_what_cannot_be_drawn_is_refused(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()
