"""Facts about the losses of segmentation, against NumPy."""

import numpy as np
import pytest

from helpers import losses, runtime

tf, keras = runtime.tensorflow(), runtime.keras()
random = np.random.default_rng(0)
LOGITS, LABELS = random.normal(size=(3, 4, 6, 5)).astype("float32"), random.integers(0, 5, size=(3, 4, 6))
MASK_LOGITS, MASKS = random.normal(size=(3, 4, 6, 1)).astype("float32"), random.integers(0, 2, size=(3, 4, 6, 1))


def nats():
    """Return -log p of the true label at each pixel, by NumPy."""
    exponentials = np.exp(LOGITS - LOGITS.max(axis=-1, keepdims=True))
    p = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return -np.log(np.take_along_axis(p, LABELS[..., None], axis=-1)[..., 0])


def test_label_entropy_is_a_mean_over_pixels():
    np.testing.assert_allclose(losses.LabelEntropy()(LABELS, LOGITS), nats().mean(axis=(1, 2)), rtol=1e-5)


def test_weights_and_an_ignored_label():
    labels, weights = np.where(LABELS == 4, 255, LABELS), np.array([1, 2, 0.5, 4, 1])
    counted = np.where(LABELS == 4, 0, weights[LABELS])
    expected = (nats() * counted).sum(axis=(1, 2)) / counted.sum(axis=(1, 2))
    np.testing.assert_allclose(losses.LabelEntropy(weights, ignore=255)(labels, LOGITS), expected, rtol=1e-5)
    nothing = losses.LabelEntropy(ignore=255)(np.full_like(labels, 255), LOGITS)
    np.testing.assert_array_equal(nothing, [0, 0, 0])


def test_mask_entropy():
    p = 1 / (1 + np.exp(-MASK_LOGITS))
    expected = -(MASKS * np.log(p) + (1 - MASKS) * np.log(1 - p)).mean(axis=(1, 2, 3))
    np.testing.assert_allclose(losses.MaskEntropy()(MASKS, MASK_LOGITS), expected, rtol=1e-5)


def test_the_squared_error_of_a_mask_is_half_its_mean_over_the_pixels():
    p = 1 / (1 + np.exp(-MASK_LOGITS))
    expected = 0.5 * ((MASKS - p) ** 2).mean(axis=(1, 2, 3))
    np.testing.assert_allclose(losses.MaskSquaredError()(MASKS, MASK_LOGITS), expected, rtol=1e-5)


def test_dice_is_zero_for_the_truth_and_near_one_for_its_opposite():
    sure = np.where(MASKS == 1, 30.0, -30.0).astype("float32")
    np.testing.assert_allclose(losses.Dice()(MASKS, sure), np.zeros(3), atol=1e-6)
    assert (losses.Dice(smooth=1e-3)(MASKS, -sure) > 0.99).numpy().all()
    p = 1 / (1 + np.exp(-MASK_LOGITS))
    both, total = (MASKS * p).sum(axis=(1, 2, 3)), (MASKS**2 + p**2).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(losses.Dice()(MASKS, MASK_LOGITS), 1 - (2 * both + 1) / (total + 1), rtol=1e-5)


def test_a_focus_of_zero_is_the_cross_entropy_and_more_counts_the_sure_less():
    np.testing.assert_allclose(
        losses.Focal(0.0)(MASKS, MASK_LOGITS), losses.MaskEntropy()(MASKS, MASK_LOGITS), rtol=1e-5
    )
    p = 1 / (1 + np.exp(-MASK_LOGITS))
    right = np.where(MASKS == 1, p, 1 - p)
    expected = ((1 - right) ** 2 * -np.log(right)).mean(axis=(1, 2, 3))
    np.testing.assert_allclose(losses.Focal()(MASKS, MASK_LOGITS), expected, rtol=1e-4)


def test_a_deep_loss_sums_over_the_depths():
    loss = losses.MaskEntropy()
    halved = MASKS.reshape(3, 2, 2, 3, 2, 1).mean(axis=(2, 4))
    expected = loss(halved, MASK_LOGITS[:, ::2, ::2]) + loss(MASKS, MASK_LOGITS)
    deep = losses.Deep(loss)
    np.testing.assert_allclose(deep(MASKS, [MASK_LOGITS[:, ::2, ::2], MASK_LOGITS]), expected, rtol=1e-5)
    np.testing.assert_allclose(deep(MASKS, MASK_LOGITS), loss(MASKS, MASK_LOGITS))


def test_labels_are_sampled_on_the_way_down():
    labels = tf.constant([[[0, 7], [7, 7]]])
    assert losses.reduced(labels, (1, 1)).numpy().tolist() == [[[7]]]
    labels = tf.constant(random.integers(0, 2, size=(2, 8, 8)) * 5)
    assert set(np.unique(losses.reduced(labels, (4, 4)))) <= {0, 5}


@pytest.mark.parametrize(
    "loss",
    [losses.LabelEntropy([1, 2], 255), losses.MaskEntropy(), losses.MaskSquaredError(), losses.Dice(0.5),
     losses.Focal(3.0), losses.Deep(losses.Dice(0.5))],
)  # fmt: skip
def test_every_loss_can_be_stored(loss):
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(loss))
    assert type(again) is type(loss) and again.get_config() == loss.get_config()
