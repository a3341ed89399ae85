"""Facts about our layers: the normalisation is Keras's to rounding, the tied layer has one matrix, pixels move."""

import numpy as np
import pytest

from helpers import runtime

tf, keras = runtime.tensorflow(), runtime.keras()
from helpers.layers import ICNR, FusedBatchNormalization, SubPixel, TiedDense  # noqa: E402


def maps(dtype="float32", shape=(4, 6, 5, 16)):
    return tf.constant(np.random.default_rng(0).normal(3, 2, shape), dtype)


def pair(shape=(4, 6, 5, 16), **arguments):
    """Return Keras's layer and ours with the same, not trivial, weights."""
    layers = keras.layers.BatchNormalization(**arguments), FusedBatchNormalization(**arguments)
    random = np.random.default_rng(1)
    for layer in layers:
        layer.build(shape)
    values = [random.uniform(0.5, 2, w.shape) for w in layers[0].weights]
    for layer in layers:
        layer.set_weights(values)
    return layers


@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 1e-5), ("bfloat16", 4e-2), ("float16", 4e-3)])
@pytest.mark.parametrize("training", [True, False])
def test_the_fused_kernel_computes_what_keras_computes(dtype, tolerance, training):
    policy = dtype if dtype == "float32" else f"mixed_{dtype}"
    ours_and_theirs = []
    for layer in pair(dtype=policy):
        outputs = layer(maps(dtype), training=training)
        assert outputs.dtype == dtype
        ours_and_theirs.append([tf.cast(outputs, tf.float32).numpy(), *layer.get_weights()])
    for theirs, ours in zip(*ours_and_theirs, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance)


def test_the_gradients_are_those_of_keras():
    results = []
    for layer in pair():
        x = tf.Variable(maps())
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.sin(layer(x, training=True)))
        results.append(tape.gradient(loss, [x, layer.gamma, layer.beta]))
    for theirs, ours in zip(*results, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-4)


def test_a_frozen_layer_uses_and_keeps_its_statistics():
    _, layer = pair()
    layer.trainable = False
    before = layer.get_weights()
    np.testing.assert_array_equal(layer(maps(), training=True), layer(maps(), training=False))
    assert all(np.array_equal(a, b) for a, b in zip(before, layer.get_weights(), strict=True))


@pytest.mark.parametrize("arguments", [{"scale": False}, {"center": False}, {"scale": False, "center": False}])
def test_scale_and_offset_can_be_left_out(arguments):
    theirs, ours = (layer(maps(), training=True) for layer in pair(**arguments))
    np.testing.assert_allclose(ours, theirs, atol=1e-5)


@pytest.mark.parametrize(("shape", "axis"), [((8, 16), -1), ((4, 6, 16), -1), ((4, 6, 5, 16), 1)])
def test_other_shapes_go_to_keras(shape, axis):
    theirs, ours = (layer(maps(shape=shape), training=True) for layer in pair(shape, axis=axis))
    np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_one_value_per_channel_has_variance_zero():
    _, layer = pair((1, 1, 1, 16))
    np.testing.assert_allclose(layer(maps(shape=(1, 1, 1, 16)), training=True)[0, 0, 0], layer.beta, atol=1e-6)


def test_the_fused_layer_compiles_with_xla():
    _, layer = pair()
    step = tf.function(lambda x: layer(x, training=True), jit_compile=True)
    theirs, _ = pair()
    np.testing.assert_allclose(step(maps()), theirs(maps(), training=True), atol=1e-5)


def test_a_tied_layer_runs_backwards_through_the_same_matrix():
    layer = TiedDense(3, activation="tanh", back_activation="relu", dtype="float64")
    x = np.random.default_rng(0).normal(size=(5, 7))
    y = layer(x).numpy()
    w, b, c = (weight.numpy() for weight in (layer.kernel, layer.bias, layer.back_bias))
    np.testing.assert_allclose(y, np.tanh(x @ w + b), atol=1e-14)
    np.testing.assert_allclose(layer(y, transpose=True), np.maximum(y @ w.T + c, 0), atol=1e-14)
    assert [tuple(v.shape) for v in layer.trainable_variables] == [(7, 3), (3,), (7,)]


def test_both_uses_of_a_tied_layer_add_to_one_gradient():
    layer = TiedDense(3, dtype="float64")
    x = tf.constant(np.random.default_rng(0).normal(size=(5, 7)))
    layer(x)
    w, h = layer.kernel, 1e-6

    def loss():
        return tf.reduce_sum(tf.square(layer(layer(x), transpose=True) - x))

    with tf.GradientTape() as tape:
        value = loss()
    gradient = tape.gradient(value, w)[2, 1]
    bump = np.zeros(w.shape)
    bump[2, 1] = h
    w.assign_add(bump)
    above = loss()
    w.assign_sub(2 * bump)
    np.testing.assert_allclose(gradient, (above - loss()) / (2 * h), rtol=1e-6)


def test_the_configuration_makes_an_equal_layer():
    layer = TiedDense(3, activation="silu", back_activation="sigmoid", name="tied")
    again = TiedDense.from_config(layer.get_config())
    assert again.get_config() == layer.get_config() and again.activation is keras.activations.silu


def test_sub_pixels_move_and_do_not_change():
    deep = np.arange(1 * 2 * 3 * 8, dtype="float32").reshape(1, 2, 3, 8)
    large = SubPixel(2)(deep).numpy()
    assert large.shape == (1, 4, 6, 2)
    assert sorted(large.ravel()) == sorted(deep.ravel())
    np.testing.assert_array_equal(large[0, :2, :2].reshape(-1), deep[0, 0, 0])  # line by line, channels together


def test_icnr_starts_as_a_repeated_convolution():
    x = maps(shape=(2, 5, 6, 3))
    runtime.seed(0)
    conv = keras.layers.Conv2D(8, 3, padding="same", kernel_initializer=ICNR(2))
    large = SubPixel(2)(conv(x))
    small = tf.nn.conv2d(x, conv.kernel[..., :2], 1, "SAME")
    np.testing.assert_allclose(large, keras.layers.UpSampling2D(2)(small), atol=1e-5)


def test_without_icnr_the_four_pixels_of_a_square_differ():
    runtime.seed(0)
    large = SubPixel(2)(keras.layers.Conv2D(4, 3, padding="same")(maps(shape=(2, 5, 6, 3))))
    assert np.abs(large[:, ::2] - large[:, 1::2]).max() > 1


@pytest.mark.parametrize("made", [lambda: SubPixel(3, name="up"), lambda: ICNR(3, "he_normal")])
def test_configurations_of_the_way_up_make_equal_ones(made):
    again = type(made()).from_config(made().get_config())
    assert again.get_config() == made().get_config()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: SubPixel(1), "factor is 1; give a whole number from 2"),
        (lambda: SubPixel(2.0), "factor is 2.0"),
        (lambda: SubPixel(2)(maps(shape=(1, 2, 2, 6))), r"6 channels; SubPixel\(2\) needs a multiple of 4"),
        (lambda: ICNR(2)((3, 3, 1, 6)), r"6 filters; ICNR\(2\) needs a multiple of 4"),
        (lambda: ICNR(0), "factor is 0"),
    ],
)
def test_sizes_that_do_not_divide_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
