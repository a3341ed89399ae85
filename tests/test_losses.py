"""Facts about the losses: worked by hand, against scikit-learn, and in float32 whatever comes in."""

import numpy as np
import pytest
from sklearn.metrics import log_loss

from helpers import runtime

tf, keras = runtime.tensorflow(), runtime.keras()
from helpers import losses  # noqa: E402


def test_the_squared_error_is_a_sum_over_the_pixels_of_each_image():
    targets = np.zeros((2, 2, 2, 1), "float32")
    outputs = np.array([[1, 2, 0, 0], [0.5, 0.5, 0.5, 0.5]], "float32").reshape(2, 2, 2, 1)
    np.testing.assert_array_equal(losses.squared_error(targets, outputs), [5, 1])


def test_the_cross_entropy_is_that_of_scikit_learn():
    random = np.random.default_rng(0)
    targets, outputs = random.integers(0, 2, (3, 4, 4, 1)), random.uniform(0.01, 0.99, (3, 4, 4, 1))
    expected = [16 * log_loss(t.ravel(), p.ravel(), labels=[0, 1]) for t, p in zip(targets, outputs, strict=True)]
    np.testing.assert_allclose(losses.cross_entropy(targets, outputs), expected, rtol=1e-6)


def test_the_cross_entropy_of_a_grey_pixel_is_least_at_that_grey():
    grey = np.full((1, 1), 0.3)
    values = [float(losses.cross_entropy(grey, np.full((1, 1), p))[0]) for p in (0.2, 0.3, 0.4)]
    assert values[1] < min(values[0], values[2])


@pytest.mark.parametrize("loss", [losses.squared_error, losses.cross_entropy])
@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_sixteen_bit_outputs_neither_overflow_nor_lose_the_type(loss, dtype):
    targets, outputs = tf.ones((1, 400, 400, 1)), tf.zeros((1, 400, 400, 1), dtype)
    value = loss(targets, outputs)
    assert value.dtype == tf.float32 and np.isfinite(value).all()


@pytest.mark.parametrize("loss", [losses.squared_error, losses.cross_entropy])
def test_a_loss_is_found_again_by_its_name(loss):
    assert keras.saving.get_registered_object(f"helpers>{loss.__name__}") is loss
