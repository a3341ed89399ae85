"""Facts about random pieces of images."""

import numpy as np
import pytest

from helpers import runtime
from helpers.data import crops

tf = runtime.tensorflow()
ROWS, COLUMNS = np.meshgrid(np.arange(20.0), np.arange(30.0), indexing="ij")
#: Fifty images that say of each pixel where it is, in thirtieths.
PLACES = np.stack([ROWS, COLUMNS, 0 * ROWS], axis=-1)[None].repeat(50, axis=0).astype("float32") / 30


def pieces(seed=(0, 0), targets=None, **given):
    targets = PLACES if targets is None else targets
    return crops.pieces((8, 12), **given)(tf.constant(PLACES), tf.constant(targets), seed)


def test_at_its_own_size_a_piece_is_a_part_of_the_image_pixel_by_pixel():
    found = 30 * pieces()[0].numpy()
    np.testing.assert_allclose(np.diff(found[..., 0], axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(np.diff(found[..., 1], axis=2), 1, atol=1e-5)
    corners = found[:, 0, 0, :2]
    np.testing.assert_allclose(corners, corners.round(), atol=1e-5)
    assert corners.min() >= 0
    assert corners[:, 0].max() <= 20 - 8
    assert corners[:, 1].max() <= 30 - 12
    assert len(np.unique(corners.round(), axis=0)) > 20  # many places


def test_pieces_are_enlarged_by_factors_within_the_range_and_stay_within_the_image():
    found = 30 * pieces(low=0.5, high=2)[0].numpy()
    factors = 1 / (found[:, 1, 1, 0] - found[:, 0, 0, 0])
    assert factors.min() >= 0.5 - 1e-4
    assert factors.max() <= 2 + 1e-4
    assert abs(np.mean(np.log(factors))) < 0.25  # halved as often as doubled
    assert found[..., 0].max() <= 19 + 1e-4
    assert found[..., 1].max() <= 29 + 1e-4
    assert found.min() >= -1e-4


def test_labels_take_the_nearest_pixel_of_the_same_place():
    labels = (30 * PLACES[..., 1]).astype("uint8")
    images, found = pieces(targets=labels, low=0.5, high=2)
    assert found.dtype == tf.uint8
    assert found.shape == (50, 8, 12)
    assert np.abs(30 * images.numpy()[..., 1] - found.numpy()).max() <= 0.5 + 1e-4


def test_the_same_seed_cuts_the_same_pieces():
    one, two, other = (pieces(seed, low=0.5, high=2)[0].numpy() for seed in ((0, 3), (0, 3), (1, 3)))
    np.testing.assert_array_equal(one, two)
    assert not np.array_equal(one, other)


def test_what_does_not_fit_is_refused_with_the_size_that_would():
    with pytest.raises(ValueError, match="give at least 32×48"):
        pieces(low=0.25)
    with pytest.raises(ValueError, match="low up to high"):
        pieces(low=2, high=1)
    with pytest.raises(ValueError, match="equal sizes"):
        pieces(targets=PLACES[:, :8])
