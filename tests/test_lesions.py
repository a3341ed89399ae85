"""Facts about U-Nets from which skips are taken."""

import numpy as np
import pytest

from helpers import runtime

tf, keras = runtime.tensorflow(), runtime.keras()
from helpers.models import lesions, unet  # noqa: E402

IMAGES = np.random.default_rng(0).uniform(size=(4, 32, 48, 3)).astype("float32")


def network(**given):
    """A U-Net with means and deviations that are not those of a fresh one."""
    runtime.seed(0)
    model = unet.unet((32, 48, 3), filters=(4, 6, 8), **given)
    for _ in range(20):
        model(IMAGES, training=True)
    return model


def without(model, sizes):
    return lesions.without(model, sizes, lesions.averages(model, IMAGES))


def test_nothing_taken_changes_nothing_and_the_network_itself_stays():
    model = network()
    before = model(IMAGES).numpy()
    np.testing.assert_array_equal(without(model, ())(IMAGES), before)
    assert np.abs(without(model, (0, 1))(IMAGES) - before).max() > 0.01
    np.testing.assert_array_equal(model(IMAGES), before)


@pytest.mark.parametrize("size", [0, 1])
def test_it_is_the_network_with_the_mean_in_the_place_of_the_maps(size):
    model = network()
    join, layers = lesions.skips_of(model)[size], model.layers
    below, maps = keras.Model(model.input, join.input)(IMAGES)
    mean = tf.broadcast_to(tf.reduce_mean(maps, axis=(0, 1, 2)), maps.shape)
    x = joined = keras.Input(join.output.shape[1:])
    last = next((layer for layer in layers[layers.index(join) + 1 :] if layer.name.startswith("concat")), None)
    behind = layers[layers.index(join) + 1 : layers.index(last) if last else None]
    for layer in behind:
        x = layer(x)
    expected = keras.Model(joined, x)(tf.concat([below, mean], axis=-1)).numpy()
    copy = without(model, (size,))
    found = keras.Model(copy.input, copy.layers[layers.index(behind[-1])].output)(IMAGES).numpy()
    inside = np.s_[:, 6:-6, 6:-6]
    np.testing.assert_allclose(found[inside], expected[inside], atol=1e-4)


def test_without_all_skips_the_image_reaches_the_output_through_the_middle_alone():
    model = network()
    for layer in [layer for layer in model.layers if getattr(layer, "filters", 0) == 8]:
        layer.kernel.assign(tf.zeros_like(layer.kernel))
    for sizes, sees in (((0, 1), False), ((0,), True), ((1,), True)):
        one, other = (without(model, sizes)(IMAGES[n : n + 1]) for n in (0, 1))
        assert (np.abs(one - other).max() > 1e-6) == sees


def test_what_is_not_there_is_named():
    with pytest.raises(ValueError, match=r"\[0, 1\]"):
        without(network(), (2,))
    with pytest.raises(ValueError, match="normalised=True"):
        without(network(normalised=False), (0,))
