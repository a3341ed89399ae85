"""Facts about the absolute error of images."""

import numpy as np
import pytest

from helpers import runtime

tf, keras = runtime.tensorflow(), runtime.keras()
from helpers import image_losses  # noqa: E402


def test_the_absolute_error_is_a_mean_over_the_pixels_of_each_image():
    targets = np.zeros((2, 2, 2, 1), "float32")
    outputs = np.array([[1, -3, 0, 0], [0.5] * 4], "float32").reshape(2, 2, 2, 1)
    np.testing.assert_array_equal(image_losses.absolute_error(targets, outputs), [1, 0.5])


def test_it_asks_for_the_median_where_the_squared_error_asks_for_the_mean():
    seen = np.array([0, 0, 1.0]).reshape(3, 1)
    values = [float(tf.reduce_mean(image_losses.absolute_error(seen, np.full((3, 1), x)))) for x in (0, 1 / 3)]
    assert values[0] < values[1]


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_sixteen_bit_outputs_do_not_lose_the_type(dtype):
    value = image_losses.absolute_error(tf.ones((1, 400, 400, 1)), tf.zeros((1, 400, 400, 1), dtype))
    assert value.dtype == tf.float32 and float(value[0]) == 1


def test_it_is_found_again_by_its_name():
    assert keras.saving.get_registered_object("helpers>absolute_error") is image_losses.absolute_error
