"""Facts about networks that take images of any size."""

import numpy as np
import pytest

from helpers import runtime
from helpers.models import any_size, super_resolution, unet

keras = runtime.keras()
random = np.random.default_rng(0)


def test_a_free_network_is_the_same_function_on_its_old_size_and_takes_others():
    fixed = unet.unet((16, 16, 1), filters=(4, 8), dropout=0.1, bias=True)
    free = any_size.free(fixed)
    assert free.input_shape == (None, None, None, 1) and free.count_params() == fixed.count_params()
    free.set_weights(fixed.get_weights())
    images = random.uniform(size=(2, 16, 16, 1)).astype("float32")
    np.testing.assert_allclose(free(images), fixed(images), atol=1e-5)
    assert free(images[:, :12, :6]).shape == (2, 12, 6, 1)


def test_a_free_network_shares_no_weight_with_the_old_one():
    fixed = unet.unet((8, 8, 1), filters=(4, 8))
    free = any_size.free(fixed)
    assert not {id(weight) for weight in fixed.weights} & {id(weight) for weight in free.weights}


def test_it_stands_behind_a_bicubic_layer():
    network = any_size.free(unet.unet((8, 8, 1), filters=(4, 8)))
    model = super_resolution.enlarged_first(network, 3, residual=True)
    assert model(np.zeros((1, 4, 6, 1), "float32")).shape == (1, 12, 18, 1)


@pytest.mark.parametrize("shape", [(8, 16), (9, 13), (1, 2)])
def test_a_padded_function_sees_sides_that_divide_and_gives_back_its_own(shape):
    seen = []

    def triple(plane):
        seen.append(plane.shape)
        return np.kron(plane, np.ones((3, 3)))

    plane = random.uniform(size=shape)
    np.testing.assert_array_equal(any_size.padded(triple, 8)(plane), np.kron(plane, np.ones((3, 3))))
    assert all(side % 8 == 0 for side in seen[0])


def test_a_multiple_that_is_none_is_refused():
    with pytest.raises(ValueError, match="multiple"):
        any_size.padded(lambda plane: plane, 0)
