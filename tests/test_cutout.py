"""Facts about cut-outs: image times mask, soft edges, and another background."""

import numpy as np
import pytest

from helpers import cutout

random = np.random.default_rng(0)
IMAGES = random.uniform(size=(2, 20, 30, 3)).astype("float32")
MASKS = np.zeros((2, 20, 30, 1), "float32")
MASKS[:, 5:15, 10:20] = 1


def test_a_cut_out_is_the_image_times_the_mask():
    found = cutout.cutout(IMAGES, MASKS)
    np.testing.assert_array_equal(found, IMAGES * MASKS)
    assert found.dtype == np.float32


def test_the_background_shows_where_the_mask_does_not():
    other = random.uniform(size=IMAGES.shape)
    for behind in ((0.2, 0.4, 0.6), other[0], other):
        found = cutout.cutout(IMAGES, MASKS, behind)
        np.testing.assert_allclose(found[MASKS[..., 0] == 1], IMAGES[MASKS[..., 0] == 1])
        expected = np.broadcast_to(behind, IMAGES.shape)[MASKS[..., 0] == 0]
        np.testing.assert_allclose(found[MASKS[..., 0] == 0], expected, rtol=1e-6)


def test_half_a_mask_shows_half_of_each():
    np.testing.assert_allclose(cutout.cutout(IMAGES, 0.5 + 0 * MASKS, (1, 1, 1)), 0.5 * IMAGES + 0.5, rtol=1e-6)


def test_a_feathered_edge_by_hand():
    """Across a straight outline between two pixels, four pixels wide: 1/8, 3/8, 5/8, 7/8."""
    line = cutout.feathered(MASKS, width=4)[0, 10, :16, 0]
    np.testing.assert_allclose(line[7:13], [0, 1 / 8, 3 / 8, 5 / 8, 7 / 8, 1])


def test_a_width_of_nothing_cuts_hard_and_inward_draws_the_outline_in():
    np.testing.assert_array_equal(cutout.feathered(MASKS, width=0), MASKS)
    assert cutout.feathered(MASKS, width=0, inward=1)[0, ..., 0].sum() == 8 * 8


def test_full_and_empty_masks_stay():
    for value in (0, 1):
        np.testing.assert_array_equal(cutout.feathered(np.full_like(MASKS, value)), value)


def test_the_guided_filter_moves_a_coarse_outline_to_the_edge_of_the_image():
    images = np.where(MASKS, 0.8, 0.2) * np.ones(3) + 0.02 * random.normal(size=IMAGES.shape)
    coarse = np.roll(MASKS, 2, axis=2)
    found = cutout.guided(np.clip(images, 0, 1), coarse, radius=4, smoothness=1e-3)
    assert found.shape == MASKS.shape and found.dtype == np.float32
    assert ((found > 0.5) != MASKS).mean() < 0.3 * (coarse != MASKS).mean()


def test_the_guided_filter_of_a_flat_image_is_a_mean_of_means():
    flat, size = np.full_like(IMAGES, 0.5), 3
    once = np.pad(MASKS[0, ..., 0], 2 * 1, mode="edge")

    def mean(values):
        return np.lib.stride_tricks.sliding_window_view(values, (size, size)).mean(axis=(2, 3))

    np.testing.assert_allclose(cutout.guided(flat, MASKS, radius=1)[0, ..., 0], mean(mean(once)), atol=1e-6)


def test_the_guided_filter_keeps_what_is_a_function_of_brightness():
    """Where the mask is a linear function of the image it comes back, up to the smoothness."""
    light = np.linspace(0, 1, 30) * np.ones((1, 20, 1))
    images, masks = np.repeat(light[..., None], 3, axis=-1), light[..., None]
    np.testing.assert_allclose(cutout.guided(images, masks, radius=3, smoothness=1e-9), masks, atol=1e-3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: cutout.cutout(IMAGES, MASKS[:, :10]), "of one size"),
        (lambda: cutout.cutout(IMAGES, 255 * MASKS), "masks hold values from 0 to 255; give 0 to 1"),
        (lambda: cutout.cutout(255 * IMAGES, MASKS), "images hold values"),
        (lambda: cutout.cutout(IMAGES, MASKS, (255, 0, 0)), "give a colour"),
        (lambda: cutout.cutout(IMAGES, MASKS, IMAGES[:, :5]), "give a colour"),
        (lambda: cutout.feathered(MASKS, width=-1), "0 or more"),
        (lambda: cutout.guided(IMAGES, MASKS, radius=0), "1 pixel or more"),
    ],
)
def test_bad_input_is_refused_in_words(call, message):
    with pytest.raises(ValueError, match=message):
        call()
