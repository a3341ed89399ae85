"""Facts about the networks that enlarge: sizes, parameters, the bicubic layer beside Pillow, training, saving."""

import numpy as np
import pytest

from helpers import image_losses, resampling, runtime, training

tf, keras = runtime.tensorflow(), runtime.keras()
from helpers.models import super_resolution, unet  # noqa: E402

random = np.random.default_rng(0)
SMALL = random.uniform(size=(4, 9, 7, 1)).astype("float32")
SMALL_NETWORKS = {
    "srcnn": lambda scale: super_resolution.srcnn(scale, filters=(4, 4)),
    "residual": lambda scale: super_resolution.residual(scale, width=4, blocks=1),
    "enlarged_first": lambda scale: super_resolution.enlarged_first(
        keras.Sequential([keras.Input((None, None, 1)), keras.layers.Conv2D(1, 3, padding="same")]),
        scale,
        residual=True,
    ),
}


@pytest.fixture(params=SMALL_NETWORKS)
def build(request):
    runtime.seed(0)
    return SMALL_NETWORKS[request.param]


@pytest.mark.parametrize("scale", resampling.SCALES)
def test_every_size_is_enlarged(build, scale):
    model = build(scale)
    for high, wide in ((9, 7), (5, 12), (1, 1)):
        assert model(random.uniform(size=(2, high, wide, 1))).shape == (2, scale * high, scale * wide, 1)


def test_parameters_of_the_published_networks():
    biases = 64 + 32 + 1
    assert super_resolution.srcnn().count_params() == 8_032 + biases
    assert super_resolution.srcnn(sizes=(9, 5, 5)).count_params() == 57_184 + biases


def test_parameters_of_the_small_network():
    first, middle, last = 9 * 48 + 48, 10 * (9 * 48 * 48 + 48), 4 * (9 * 48 + 1)
    assert super_resolution.residual().count_params() == first + middle + last == 210_052
    more = [super_resolution.residual(scale).count_params() - 210_052 for scale in (3, 4)]
    assert more == [5 * (9 * 48 + 1), 12 * (9 * 48 + 1)]  # only the last convolution knows the scale


@pytest.mark.parametrize("scale", resampling.SCALES)
@pytest.mark.parametrize("compiled", [False, True])
def test_the_layer_is_the_bicubic_interpolation_of_pillow_up_to_the_edge(scale, compiled):
    images = random.uniform(size=(2, 6, 9, 3)).astype("float32")
    layer = super_resolution.Bicubic(scale)
    found = tf.function(layer, jit_compile=compiled)(images).numpy()
    for image, large in zip(images, found, strict=True):
        for channel in range(3):
            wanted = resampling.enlarged(image[..., channel], scale)
            np.testing.assert_allclose(large[..., channel], wanted, atol=1e-5)


@pytest.mark.parametrize("scale", resampling.SCALES)
def test_the_untrained_residual_network_is_the_bicubic_enlargement(scale):
    model = super_resolution.residual(scale)
    wanted = np.stack([resampling.enlarged(image[..., 0], scale) for image in SMALL])
    np.testing.assert_allclose(model(SMALL)[..., 0], wanted, atol=1e-5)


def test_a_unet_can_stand_behind_the_enlargement():
    plain = unet.unet((16, 32, 3), classes=3, filters=(4, 6))
    images = random.uniform(size=(2, 8, 16, 3)).astype("float32")
    large = super_resolution.Bicubic(2)(images)
    np.testing.assert_allclose(super_resolution.enlarged_first(plain, 2)(images), plain(large), atol=1e-5)
    corrected = super_resolution.enlarged_first(plain, 2, residual=True)(images)
    np.testing.assert_allclose(corrected, plain(large) + large, atol=1e-5)


def test_heads_and_the_skip_stay_float32():
    """Sixteen bits inside move the output by less than their own rounding, since they hold the correction alone."""
    runtime.seed(0)
    keras.mixed_precision.set_dtype_policy("mixed_bfloat16")
    try:
        model = super_resolution.residual(2, width=16, blocks=1)
        other = super_resolution.srcnn(2, filters=(4, 4))
    finally:
        keras.mixed_precision.set_dtype_policy("float32")
    assert model(SMALL).dtype == other(SMALL).dtype == tf.float32
    wanted = np.stack([resampling.enlarged(image[..., 0], 2) for image in SMALL])
    np.testing.assert_allclose(model(SMALL)[..., 0], wanted, atol=1e-5)


@pytest.mark.parametrize("compiled", [False, True])
def test_steps_lower_the_loss(build, compiled):
    model, optimizer = build(2), keras.optimizers.Adam(3e-3)
    large = tf.constant(SMALL.repeat(2, axis=1).repeat(2, axis=2))
    optimizer.build(model.trainable_variables)
    step = training.training_step(model, optimizer, image_losses.absolute_error).python_function
    step = tf.function(step, jit_compile=compiled)
    values = [float(step(tf.constant(SMALL), large)) for _ in range(8)]
    assert values[-1] < values[0]


def test_a_saved_network_gives_the_same_outputs_in_a_fresh_process(build, reloaded):
    model = build(2)
    model.layers[-2].set_weights([w + 0.1 for w in model.layers[-2].get_weights()])
    reloaded(model, SMALL, "helpers.models.super_resolution")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: super_resolution.residual(5), "scale is 5.* give 2, 3 or 4"),
        (lambda: super_resolution.residual(2.0), "scale is 2.0"),
        (lambda: super_resolution.srcnn(2, filters=(64, 0)), "whole numbers from 1"),
        (lambda: super_resolution.Bicubic(1), "scale is 1"),
        (lambda: super_resolution.enlarged_first(unet.unet((16, 16, 1), filters=(4, 4)), 3), "divide by 3"),
        (lambda: super_resolution.enlarged_first(unet.unet((16, 16, 3), filters=(4, 4)), 2), "keeps a shape"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
