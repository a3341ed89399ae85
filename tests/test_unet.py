"""Facts about the U-Net."""

import numpy as np
import pytest

from helpers import losses, runtime, training

tf, keras = runtime.tensorflow(), runtime.keras()
from helpers.models import segmentation, unet  # noqa: E402

SHAPE = (32, 48, 3)
SMALL = {"shape": SHAPE, "filters": (4, 6, 8)}
IMAGES = np.random.default_rng(0).uniform(size=(4, *SHAPE)).astype("float32")
MASKS = (IMAGES[..., :1] > 0.5).astype("float32")


def trainable(model):
    return sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)


def test_parameters_of_the_published_network():
    model = unet.published()
    assert (model.count_params(), trainable(model)) == (2_164_593, 2_161_649)
    assert unet.published(normalised=False).count_params() == 2_158_705
    assert unet.published(classes=3).count_params() == 2_164_627
    assert unet.published(width=32).count_params() == 8_642_273
    assert unet.published(width=64).count_params() == 34_536_897


def test_each_pixel_gets_its_logits_in_float32():
    keras.mixed_precision.set_dtype_policy("mixed_bfloat16")
    try:
        outputs = unet.unet(**SMALL, classes=11)(IMAGES)
    finally:
        keras.mixed_precision.set_dtype_policy("float32")
    assert outputs.shape == (4, 32, 48, 11)
    assert outputs.dtype == tf.float32


@pytest.mark.parametrize("skips", [(), (0,), (1,), (0, 1), None])
def test_a_skip_widens_the_first_convolution_behind_it_and_nothing_else(skips):
    bare, model = unet.unet(**SMALL, skips=()), unet.unet(**SMALL, skips=skips)
    chosen = (0, 1) if skips is None else skips
    more = sum(9 * SMALL["filters"][n] ** 2 for n in chosen)
    assert model.count_params() == bare.count_params() + more
    assert sum(isinstance(layer, keras.layers.Concatenate) for layer in model.layers) == len(chosen)


def test_without_skips_the_image_reaches_the_output_through_the_middle_alone():
    """A U-Net whose middle is set to zero still sees the image through its skips; without them it is blind."""
    for skips, sees in ((), False), (None, True):
        model = unet.unet(**SMALL, skips=skips, normalised=False)
        wide = [layer for layer in model.layers if getattr(layer, "filters", 0) == 8]
        for layer in wide:
            layer.set_weights([np.zeros_like(weight) for weight in layer.get_weights()])
        one, other = model(IMAGES[:1]), model(IMAGES[1:2])
        assert (np.abs(one - other).max() > 1e-6) == sees


@pytest.mark.parametrize("up", segmentation.WAYS)
def test_every_way_up_fits(up):
    assert unet.unet(**SMALL, up=up)(IMAGES).shape == (4, 32, 48, 1)


def test_deep_answers_at_every_size_in_training():
    model = unet.unet(**SMALL, deep=True)
    assert [tuple(out.shape[1:3]) for out in model(IMAGES, training=True)] == [(8, 12), (16, 24), (32, 48)]
    assert model(IMAGES).shape == (4, 32, 48, 1)


@pytest.mark.parametrize("given", [{}, {"deep": True}, {"dropout": 0.1, "bias": True}])
@pytest.mark.parametrize("compiled", [False, True])
def test_steps_lower_the_loss(given, compiled):
    runtime.seed(0)
    model, loss = unet.unet(**SMALL, **given), losses.Deep(losses.MaskEntropy())
    optimizer = keras.optimizers.Adam(3e-3)
    optimizer.build(model.trainable_variables)

    @tf.function(jit_compile=compiled)
    def step():
        with tf.GradientTape() as tape:
            value = tf.reduce_mean(loss(MASKS, model(IMAGES, training=True)))
        optimizer.apply(tape.gradient(value, model.trainable_variables), model.trainable_variables)
        return value

    values = [float(step()) for _ in range(8)]
    assert values[-1] < values[0]


def test_it_trains_with_fit_and_loads_in_a_fresh_process(reloaded):
    model = unet.unet(**SMALL, dropout=0.1)
    training.fit(model, IMAGES, MASKS, loss=losses.MaskEntropy(), steps=2, batch=2)
    reloaded(model, IMAGES, "helpers.models.unet")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"shape": (50, 64, 3)}, "48×64"),
        ({"skips": (0, 4)}, "0 to 3"),
        ({"up": "somehow"}, "repeat"),
        ({"up": "sub-pixel", "bias": True}, "only be 'transposed 3/2'"),
        ({"classes": 0}, "numbers from 1"),
    ],
)
def test_bad_input_is_named(given, says):
    with pytest.raises(ValueError, match=says):
        unet.unet(**{"shape": (64, 64, 3)} | given)
