"""Facts about the metrics that follow a training with `model.fit`."""

import numpy as np
import pytest

from helpers import metrics, runtime
from helpers import segmentation_metrics as measures

tf, keras = runtime.tensorflow(), runtime.keras()
from helpers.keras_metrics import LabelIoU, MaskIoU  # noqa: E402

RANDOM = np.random.default_rng(0)
LABELS = RANDOM.integers(0, 4, size=(6, 8, 8))
LOGITS = RANDOM.normal(size=(6, 8, 8, 4)).astype("float32") + 2 * np.eye(4, dtype="float32")[LABELS]
MASKS = (RANDOM.uniform(size=(6, 8, 8, 1)) > 0.6).astype("float32")
MASK_LOGITS = RANDOM.normal(size=(6, 8, 8, 1)).astype("float32")


def follow(metric, truth, logits, batch=4):
    for at in range(0, len(truth), batch):
        metric.update_state(truth[at : at + batch], logits[at : at + batch])
    return float(metric.result())


@pytest.mark.parametrize("ignore", [None, 3])
def test_the_miou_of_all_batches_is_that_of_one_matrix(ignore):
    expected = measures.confusion(LABELS, LOGITS.argmax(axis=-1), 4, ignore)
    metric = LabelIoU(4, ignore)
    assert follow(metric, LABELS, LOGITS) == pytest.approx(measures.miou(expected))
    np.testing.assert_array_equal(metric.matrix, expected)


def test_miou_by_hand():
    """Two pixels of each class, one of class 1 taken for 0: IoU 2/3 and 1/2."""
    logits = np.array([[[[1, 0], [1, 0], [1, 0], [0, 1]]]], "float32")
    assert follow(LabelIoU(2), np.array([[[0, 0, 1, 1]]]), logits) == pytest.approx((2 / 3 + 1 / 2) / 2)


def test_the_iou_of_masks_is_the_mean_over_images():
    expected = metrics.iou(1 / (1 + np.exp(-MASK_LOGITS)), MASKS).mean()
    assert follow(MaskIoU(), MASKS, MASK_LOGITS) == pytest.approx(expected)
    assert follow(MaskIoU(), np.zeros_like(MASKS), MASK_LOGITS - 100) == 1


def test_a_reset_forgets():
    metric = MaskIoU()
    follow(metric, MASKS, -MASK_LOGITS)
    metric.reset_state()
    assert follow(metric, MASKS, MASK_LOGITS) == pytest.approx(follow(MaskIoU(), MASKS, MASK_LOGITS))


@pytest.mark.parametrize("metric", [LabelIoU(4, ignore=3), MaskIoU(0.3)])
def test_every_metric_can_be_stored(metric):
    stored = keras.metrics.deserialize(keras.metrics.serialize(metric))
    assert stored.get_config() == metric.get_config()


def test_they_follow_keras_own_training():
    model = keras.Sequential([keras.Input((8, 8, 4)), keras.layers.Conv2D(4, 1)])
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=[LabelIoU(4)])
    seen = model.fit(LOGITS, LABELS, epochs=3, verbose=0).history["miou"]
    assert len(seen) == 3 and all(0 < value <= 1 for value in seen)


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="between 0 and 1"):
        MaskIoU(1.0)
    with pytest.raises(tf.errors.InvalidArgumentError, match="out of bound"):
        LabelIoU(3).update_state(LABELS, LOGITS[..., :3])
