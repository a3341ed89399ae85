"""Facts about the residual encoder–decoder."""

import numpy as np
import pytest

from helpers import losses, runtime, training

tf, keras = runtime.tensorflow(), runtime.keras()
from helpers.models import residual  # noqa: E402

SHAPE = (32, 48, 3)
SMALL = {"shape": SHAPE, "classes": 3, "filters": (4, 6), "blocks": 1}
IMAGES = np.random.default_rng(0).uniform(size=(4, *SHAPE)).astype("float32")
LABELS = (IMAGES[..., 0] > 0.5).astype("uint8")


def normalised(inputs, outputs, size):
    """Return the parameters of a convolution without bias and its normalisation."""
    return size * size * inputs * outputs + 4 * outputs


def test_parameters_by_hand():
    """Two sizes: each a block with a 1×1 way past it; one step up, 1×1 to the skip's channels, and a block."""
    down = [normalised(i, o, 3) + normalised(o, o, 3) + normalised(i, o, 1) for i, o in ((3, 4), (4, 6))]
    up = normalised(6, 4, 1) + 2 * normalised(4, 4, 3)
    assert residual.residual(**SMALL).count_params() == sum(down) + up + 4 * 3 + 3


def test_a_block_starts_as_near_the_identity_as_its_last_normalisation_says():
    """With the last scale at zero a block is relu(x): nothing is lost before it has learned."""
    image = keras.Input((8, 8, 4))
    model = keras.Model(image, residual.block(image, 4))
    last = [layer for layer in model.layers if "normalization" in layer.name][-1]
    last.set_weights([np.zeros(4), *last.get_weights()[1:]])
    x = np.random.default_rng(0).normal(size=(2, 8, 8, 4)).astype("float32")
    np.testing.assert_allclose(model(x), np.maximum(x, 0), atol=1e-6)


def test_each_pixel_gets_its_logits():
    outputs = residual.residual(**SMALL)(IMAGES)
    assert outputs.shape == (4, 32, 48, 3)
    assert outputs.dtype == tf.float32


@pytest.mark.parametrize("compiled", [False, True])
def test_steps_lower_the_loss(compiled):
    runtime.seed(0)
    model, loss = residual.residual(**SMALL, dropout=0.1), losses.LabelEntropy()
    optimizer = keras.optimizers.Adam(3e-3)
    optimizer.build(model.trainable_variables)

    @tf.function(jit_compile=compiled)
    def step():
        with tf.GradientTape() as tape:
            value = tf.reduce_mean(loss(LABELS, model(IMAGES, training=True)))
        optimizer.apply(tape.gradient(value, model.trainable_variables), model.trainable_variables)
        return value

    values = [float(step()) for _ in range(8)]
    assert values[-1] < values[0]


def test_the_way_past_a_block_is_a_convolution_with_stride_whose_gradient_can_be_taken():
    """TensorFlow's own gradient of a 1×1 convolution with stride 2 on three channels ends the process at this size."""
    image = keras.Input((64, 64, 3))
    model = keras.Model(image, residual.block(image, 16, strides=2))
    (past,) = [layer for layer in model.layers if getattr(layer, "kernel_size", None) == (1, 1)]
    x = tf.constant(np.random.default_rng(0).uniform(size=(8, 64, 64, 3)).astype("float32"))
    strided = tf.nn.conv2d(x, past.kernel, 2, "SAME")
    np.testing.assert_allclose(keras.Model(image, past.output)(x), strided, atol=1e-5)
    with tf.GradientTape() as tape:
        value = tf.reduce_sum(model(x, training=True) ** 2)
    assert all(np.isfinite(one).all() for one in tape.gradient(value, model.trainable_variables))


def test_it_trains_with_fit_and_loads_in_a_fresh_process(reloaded):
    model = residual.residual(**SMALL)
    training.fit(model, IMAGES, LABELS, loss=losses.LabelEntropy(), steps=2, batch=2)
    reloaded(model, IMAGES, "helpers.models.residual")


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="nearest size is 48×64"):
        residual.residual((50, 66, 3), filters=(4, 6, 8))
