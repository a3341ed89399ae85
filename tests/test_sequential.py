"""Facts about the Sequential network of the source."""

import numpy as np
import pytest

from helpers import losses, runtime, tiles, training

tf, keras = runtime.tensorflow(), runtime.keras()
from helpers.models import sequential  # noqa: E402

SHAPE = (32, 48, 3)
IMAGES = np.random.default_rng(0).uniform(size=(4, *SHAPE)).astype("float32")
MASKS = (IMAGES[..., :1] > 0.5).astype("float32")


@pytest.fixture(scope="module")
def valid():
    return sequential.published()


@pytest.fixture(scope="module")
def padded():
    return sequential.published(padding="same")


def centre(model, row):
    """Return the centroid of what an output pixel of that row sees, along the rows."""
    seen = tiles.influence(model, (row, row)).sum(axis=1)
    return (seen * np.arange(len(seen))).sum()


def test_it_has_the_sources_parameters_and_sizes(valid):
    assert valid.count_params() == 3_624_707
    sizes = [layer.output.shape[1] for layer in valid.layers]
    changes = [size for n, size in enumerate(sizes) if n == 0 or size != sizes[n - 1]]
    assert changes == [256, 128, 63, 32, 16, 32, 64, 128, 256]
    assert isinstance(valid, keras.Sequential) and valid.output_shape == (None, 256, 256, 3)


@pytest.mark.parametrize("side", [128, 160, 192, 224, 240, 256, 272, 288, 512])
def test_many_sizes_come_back_as_they_were(side):
    assert sequential.published((side, side, 3)).output_shape[1:] == (side, side, 3)


def test_264_pixels_become_256():
    assert sequential.published((264, 264, 3)).output_shape[1:3] == (256, 256)


def test_the_valid_layer_moves_what_a_pixel_sees_up_by_four(valid, padded):
    """Output row 128 looks one row too high; with `same` it would look three rows too low."""
    assert centre(valid, 128) == pytest.approx(126.95, abs=0.005)
    assert centre(padded, 128) == pytest.approx(130.95, abs=0.005)
    assert valid.count_params() == padded.count_params()


def test_no_output_sees_the_last_row_of_the_image(valid, padded):
    ends = {name: max(tiles.receptive_field(model, (row, row))[0][1] for row in (128, 200, 255))
            for name, model in (("valid", valid), ("same", padded))}  # fmt: skip
    assert ends == {"valid": 254, "same": 255}
    image = np.random.default_rng(1).uniform(size=(1, 256, 256, 3)).astype("float32")
    other = image.copy()
    other[:, 255] = 0
    np.testing.assert_array_equal(valid(image), valid(other))
    assert np.abs(padded(image) - padded(other)).max() > 0


def test_a_relu_that_is_below_zero_everywhere_gets_no_gradient():
    """A final ReLU dies where its bias falls too low; logits keep learning."""
    gradients = {}
    for last in ("relu", "linear"):
        model = sequential.published(SHAPE, 1, last=last)
        model.layers[-1].bias.assign([-10.0])
        with tf.GradientTape() as tape:
            value = tf.reduce_mean((MASKS - model(IMAGES, training=True)) ** 2)
        gradients[last] = [float(tf.reduce_max(abs(g))) for g in tape.gradient(value, model.trainable_variables)]
    assert max(gradients["relu"]) == 0 and gradients["linear"][-1] > 1


@pytest.mark.parametrize(("last", "low", "high"), [("relu", 0, None), ("sigmoid", 0, 1), ("softmax", 0, 1)])
def test_the_last_activation_can_be_chosen(last, low, high):
    outputs = sequential.published(SHAPE, 3, last=last)(IMAGES).numpy()
    assert outputs.min() >= low and (high is None or outputs.max() <= high)
    if last == "softmax":
        np.testing.assert_allclose(outputs.sum(axis=-1), 1, rtol=1e-5)


def test_outputs_are_float32_whatever_the_network_computes_in():
    keras.mixed_precision.set_dtype_policy("mixed_bfloat16")
    try:
        assert sequential.published(SHAPE)(IMAGES).dtype == tf.float32
    finally:
        keras.mixed_precision.set_dtype_policy("float32")


@pytest.mark.parametrize("compiled", [False, True])
def test_steps_lower_the_loss(compiled):
    runtime.seed(0)
    model, loss = sequential.published(SHAPE, 1, last="linear"), losses.MaskEntropy()
    optimizer = keras.optimizers.Adam(1e-3)
    optimizer.build(model.trainable_variables)

    @tf.function(jit_compile=compiled)
    def step():
        with tf.GradientTape() as tape:
            value = tf.reduce_mean(loss(MASKS, model(IMAGES, training=True)))
        optimizer.apply(tape.gradient(value, model.trainable_variables), model.trainable_variables)
        return value

    values = [float(step()) for _ in range(6)]
    assert values[-1] < values[0]


def test_it_trains_with_fit_and_loads_in_a_fresh_process(reloaded):
    model = sequential.published(SHAPE, 1, last="linear")
    training.fit(model, IMAGES, MASKS, loss=losses.MaskEntropy(), steps=2, batch=2)
    reloaded(model, IMAGES, "helpers.models.sequential")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"padding": "full"}, "give valid or same"),
        ({"last": "tanh"}, "relu, sigmoid, softmax, linear"),
        ({"shape": (8, 32, 3)}, "sides from 16"),
        ({"outputs": 0}, "1 or more"),
    ],
)
def test_bad_input_is_named(given, says):
    with pytest.raises(ValueError, match=says):
        sequential.published(**{"shape": SHAPE} | given)
