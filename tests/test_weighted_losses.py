"""Facts about losses in which pixels differ in weight, and about sums of losses."""

import numpy as np
import pytest

from helpers import losses, runtime, training, weighted_losses

tf, keras = runtime.tensorflow(), runtime.keras()
from helpers.models import unet  # noqa: E402

random = np.random.default_rng(0)
MASKS = random.integers(0, 2, size=(3, 8, 8, 1)).astype("float32")
LOGITS = random.normal(size=MASKS.shape).astype("float32")
WEIGHTS = random.uniform(0, 5, size=MASKS.shape).astype("float32")


def test_each_pixel_counts_as_its_weight_says_by_hand():
    """At logits of 0 every pixel costs log 2; weights of 0 to 3 have the mean 1.5."""
    targets = weighted_losses.weighted(np.ones((1, 2, 2, 1)), np.arange(4.0).reshape(1, 2, 2, 1))
    found = weighted_losses.WeightedMaskEntropy()(targets, np.zeros((1, 2, 2, 1)))
    np.testing.assert_allclose(found, [1.5 * np.log(2)], rtol=1e-6)


def test_equal_weights_and_no_weights_make_the_plain_cross_entropy():
    plain, loss = losses.MaskEntropy()(MASKS, LOGITS), weighted_losses.WeightedMaskEntropy()
    np.testing.assert_allclose(loss(weighted_losses.weighted(MASKS, np.ones_like(MASKS)), LOGITS), plain, rtol=1e-6)
    np.testing.assert_allclose(loss(MASKS, LOGITS), plain, rtol=1e-6)


def test_against_numpy():
    chance = 1 / (1 + np.exp(-LOGITS.astype("float64")))
    nats = -MASKS * np.log(chance) - (1 - MASKS) * np.log(1 - chance)
    found = weighted_losses.WeightedMaskEntropy()(weighted_losses.weighted(MASKS, WEIGHTS), LOGITS)
    np.testing.assert_allclose(found, (WEIGHTS * nats).mean(axis=(1, 2, 3)), rtol=1e-5)


def test_both_losses_are_added_for_each_image():
    one, other = losses.MaskEntropy(), losses.Dice()
    both = weighted_losses.Both(one, other)(MASKS, LOGITS)
    assert both.shape == (3,) and both.dtype == tf.float32
    np.testing.assert_allclose(both, one(MASKS, LOGITS) + other(MASKS, LOGITS), rtol=1e-6)


@pytest.mark.parametrize(
    "loss", [weighted_losses.WeightedMaskEntropy(), weighted_losses.Both(losses.MaskEntropy(), losses.Dice(smooth=2.0))]
)
def test_they_come_back_from_their_description(loss):
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(loss))
    np.testing.assert_allclose(again(MASKS, LOGITS), loss(MASKS, LOGITS))


def test_a_network_trains_with_weights_that_are_augmented_along():
    from helpers import data

    model = unet.unet((8, 8, 3), filters=(4, 6))
    images = np.repeat(MASKS, 3, axis=-1)
    targets = weighted_losses.weighted(MASKS, WEIGHTS)
    history = training.fit(
        model, images, targets, loss=weighted_losses.WeightedMaskEntropy(), steps=12, batch=3, rate=1e-2, points=1,
        augment=data.symmetries(),
    )  # fmt: skip
    assert history.train[-1] < history.train[0]


@pytest.mark.parametrize(
    ("weights", "says"), [(WEIGHTS[:2], "two equal shapes"), (-WEIGHTS, "below 0"), (np.nan * WEIGHTS, "NaN")]
)
def test_bad_weights_are_refused(weights, says):
    with pytest.raises(ValueError, match=says):
        weighted_losses.weighted(MASKS, weights)
