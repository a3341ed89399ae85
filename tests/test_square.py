"""Facts about the eight symmetries of the square."""

import numpy as np
import pytest

from helpers import data, runtime
from helpers.data import square

tf = runtime.tensorflow()
random = np.random.default_rng(0)
IMAGES = random.uniform(size=(64, 5, 5, 3)).astype("float32")
MASKS = (IMAGES[..., :1] > 0.5).astype("float32")
SEED = tf.constant([3, 4])


def place(image, original):
    """Return which of the eight positions of the original the image is."""
    found = [n for n, one in enumerate(square.positions(original[None])) if np.array_equal(one[0], image)]
    assert len(found) == 1
    return found[0]


def test_there_are_eight_positions_and_each_is_turned_back():
    positions = square.positions(IMAGES)
    assert len({one.tobytes() for one in positions}) == 8
    np.testing.assert_array_equal(positions[0], IMAGES)
    for one in square.back(positions):
        np.testing.assert_array_equal(one, IMAGES)


def test_the_augmentation_gives_all_eight_to_image_and_mask_alike():
    images, masks = data.symmetries()(tf.constant(IMAGES), tf.constant(MASKS), SEED)
    places = [place(image, original) for image, original in zip(images.numpy(), IMAGES, strict=True)]
    assert set(places) == set(range(8)) and max(np.bincount(places)) < 20
    np.testing.assert_array_equal(masks, images[..., :1] > 0.5)


def test_label_maps_turn_and_labels_stay():
    labels = (IMAGES[..., 0] * 10).astype("int32")
    images, turned = data.symmetries()(tf.constant(IMAGES), tf.constant(labels), SEED)
    np.testing.assert_array_equal(turned, (images[..., 0].numpy() * 10).astype("int32"))
    assert turned.dtype == tf.int32
    kinds = tf.range(64)
    assert data.symmetries()(tf.constant(IMAGES), kinds, SEED)[1] is kinds


def test_a_share_of_none_changes_nothing_and_an_image_can_be_its_own_target():
    images = tf.constant(IMAGES)
    np.testing.assert_array_equal(data.symmetries(share=0)(images, images, SEED)[0], IMAGES)
    changed, targets = data.symmetries()(images, images, SEED)
    assert targets is changed


def test_it_runs_in_the_pipeline():
    images, masks = next(iter(data.pipeline(IMAGES, MASKS, batch=8, seed=0, augment=data.symmetries())))
    assert images.shape == (8, 5, 5, 3)
    np.testing.assert_array_equal(masks, images[..., :1] > 0.5)


def test_the_mean_over_the_eight_of_what_does_not_care_is_the_same():
    np.testing.assert_allclose(data.averaged(lambda images: images[..., :1] ** 2, IMAGES), IMAGES[..., :1] ** 2)


def test_the_mean_over_the_eight_turns_with_its_image():
    """A predictor that moves everything one pixel to the right has no symmetry; its mean over the eight has all."""

    def shifted(images):
        return np.roll(images, 1, axis=2) * np.linspace(0, 1, 5)[:, None, None]

    found = data.averaged(shifted, IMAGES)
    for one, other in zip(square.positions(found), square.positions(IMAGES), strict=True):
        np.testing.assert_allclose(data.averaged(shifted, other), one, atol=1e-6)
    assert not np.allclose(shifted(np.rot90(IMAGES, axes=(1, 2))), np.rot90(shifted(IMAGES), axes=(1, 2)))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: data.symmetries(share=2), "share is 2"),
        (lambda: data.symmetries()(IMAGES[:, :4], MASKS[:, :4], SEED), "keeps only squares"),
        (lambda: data.averaged(lambda images: images, IMAGES[:, :4]), "keeps only squares"),
        (lambda: data.averaged(lambda images: images[:, ::2], IMAGES), "the number and the size"),
    ],
)
def test_bad_input_is_refused_in_words(call, message):
    with pytest.raises(ValueError, match=message):
        call()
