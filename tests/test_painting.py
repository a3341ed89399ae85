"""Facts about the painterly filter."""

import numpy as np
import pytest

from helpers import painting
from helpers.data import photographs


def test_a_pixel_worked_by_hand():
    """5×5 pixels, squares of 3×3: that to the lower right of the middle is flat, so the middle takes its colour."""
    image = np.arange(25.0).reshape(5, 5) / 25
    image[2:, 2:] = 0.5
    assert painting.kuwahara(image[None, ..., None], 2)[0, 2, 2, 0] == pytest.approx(0.5)
    means = painting.squares(image[None], 2)[:, 0, 2, 2]
    parts = [image[:3, :3], image[:3, 2:], image[2:, :3], image[2:, 2:]]
    np.testing.assert_allclose(means, [part.mean() for part in parts])


def test_it_is_what_the_definition_says_pixel_by_pixel():
    images, radius = np.random.default_rng(0).uniform(size=(2, 9, 11, 3)), 3
    wide = np.pad(images, [(0, 0), (radius, radius), (radius, radius), (0, 0)], mode="symmetric")
    expected = np.empty_like(images)
    for n, y, x in np.ndindex(images.shape[:3]):
        squares = [wide[n, a : a + radius + 1, b : b + radius + 1] for a in (y, y + radius) for b in (x, x + radius)]
        calmest = min(squares, key=lambda square: square.mean(axis=-1).var())
        expected[n, y, x] = calmest.mean(axis=(0, 1))
    np.testing.assert_allclose(painting.kuwahara(images, radius), expected, atol=1e-6)


def test_flat_images_and_straight_edges_stay():
    image = np.zeros((1, 16, 16, 3))
    image[:, :, 7:] = 1
    np.testing.assert_allclose(painting.kuwahara(image, 3), image, atol=1e-7)


def test_a_painting_is_calmer_than_the_photograph_between_its_edges():
    photo = photographs.photograph("chelsea", grey=False)[None, 60:188, 100:228]
    painted = painting.kuwahara(photo, 4)
    assert painted.shape == photo.shape and painted.dtype == "float32" and 0 <= painted.min() <= painted.max() <= 1
    steps = [np.abs(np.diff(image.mean(axis=-1), axis=2)) for image in (photo, painted)]
    assert np.median(steps[1]) < np.median(steps[0]) / 2


@pytest.mark.parametrize("radius", [0, 2.5])
def test_bad_input_is_named(radius):
    with pytest.raises(ValueError, match="whole number"):
        painting.kuwahara(np.zeros((1, 9, 9, 3)), radius)
    with pytest.raises(ValueError, match="at least 5×5"):
        painting.kuwahara(np.zeros((1, 4, 9, 3)), 4)
