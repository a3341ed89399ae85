"""Facts about the four segmentation autoencoders."""

import numpy as np
import pytest

from helpers import losses, runtime, training

tf, keras = runtime.tensorflow(), runtime.keras()
from helpers.models import segmentation  # noqa: E402

SHAPE = (32, 48, 3)
SMALL = {"shape": SHAPE, "filters": (4, 6, 8)}
TINY = {"shape": SHAPE, "filters": (4, 6)}
IMAGES = np.random.default_rng(0).uniform(size=(4, *SHAPE)).astype("float32")
MASKS = (IMAGES[..., :1] > 0.5).astype("float32")


def variational(**given):
    """Return the fourth case without its noise, which would hide a step of training."""
    return segmentation.variational(code=4, draw="never", kl_weight=0.1, **given)


CASES = [segmentation.plain, segmentation.repeat, segmentation.multi_loss, segmentation.refined, variational]


def normalised(inputs, outputs, kernel=3):
    """Return the parameters of a convolution without bias and its normalisation: two weights and two statistics."""
    return kernel * kernel * inputs * outputs + 4 * outputs


def stages(filters, kernel):
    """Return the parameters of encoder and decoder, counted by hand."""
    count, before = 0, 3
    for width in filters:
        count += normalised(before, width) + normalised(width, width)
        before = width
    for width in reversed(filters[:-1]):
        count += normalised(before, width, kernel) + normalised(width, width)
        before = width
    return count


@pytest.mark.parametrize(("up", "kernel"), [("transposed 3/2", 3), ("transposed 4/2", 4), ("repeat + conv", 3)])
def test_parameters_of_plain(up, kernel):
    model = segmentation.plain(**SMALL, up=up)
    assert model.count_params() == stages((4, 6, 8), kernel) + 4 + 1


@pytest.mark.parametrize("make", CASES)
@pytest.mark.parametrize("classes", [1, 11])
def test_each_pixel_gets_its_logits(make, classes):
    model = make(**SMALL, classes=classes)
    assert model(IMAGES).shape == (4, 32, 48, classes)
    assert model(IMAGES).dtype == tf.float32


def test_repeat_is_plain_but_for_the_way_up():
    kinds = [[type(layer).__name__ for layer in make(**SMALL).layers] for make in CASES[:2]]
    assert [kind for kind in kinds[0] if kind != "Conv2DTranspose"] != kinds[0]
    without = [kind for kind in kinds[1] if kind != "UpSampling2D"]
    assert without == [kind.replace("Conv2DTranspose", "Conv2D") for kind in kinds[0]]
    assert segmentation.repeat(**SMALL).count_params() == segmentation.plain(**SMALL).count_params()


def test_multi_loss_answers_at_every_size_in_training_and_once_at_prediction():
    model = segmentation.multi_loss(**SMALL, classes=2)
    assert [tuple(out.shape[1:]) for out in model(IMAGES, training=True)] == [(8, 12, 2), (16, 24, 2), (32, 48, 2)]
    assert model(IMAGES, training=False).shape == (4, 32, 48, 2)


@pytest.mark.parametrize("make", CASES)
@pytest.mark.parametrize("compiled", [False, True])
def test_one_step_lowers_the_loss(make, compiled):
    runtime.seed(0)
    model, loss = make(**TINY), losses.Deep(losses.MaskEntropy())
    optimizer = keras.optimizers.Adam(1e-3)
    optimizer.build(model.trainable_variables)

    @tf.function(jit_compile=compiled)
    def step():
        with tf.GradientTape() as tape:
            value = tf.reduce_mean(loss(MASKS, model(IMAGES, training=True)))
            value = tf.add_n([value, *model.losses])
        optimizer.apply(tape.gradient(value, model.trainable_variables), model.trainable_variables)
        return value

    values = [float(step()) for _ in range(5)]
    assert values[-1] < values[0]


@pytest.mark.parametrize("make", CASES)
def test_saved_and_reloaded_in_a_fresh_process(make, reloaded):
    model = make(**TINY)
    assert reloaded(model, IMAGES, "helpers.models.segmentation") == [str(model.count_params())]


@pytest.mark.parametrize("gate", [None, "times", "plus"])
def test_refinement_has_a_stage_for_each_size(gate):
    model = segmentation.refined(**SMALL, classes=3, gate=gate)
    assert [tuple(out.shape[1:]) for out in model(IMAGES, training=True)] == [(8, 12, 3), (16, 24, 3), (32, 48, 3)]
    # a stage: logits doubled and as many maps from the encoder beside them
    stage = 9 * 3 * 6 + 3
    knows = sum(9 * width * 3 + 4 * 3 for width in (4, 6))
    gates = sum(normalised(fine, fine) + normalised(coarse, fine) for fine, coarse in ((4, 6), (6, 8)))
    encoder = stages((4, 6, 8), 3) - normalised(8, 6) - normalised(6, 6) - normalised(6, 4) - normalised(4, 4)
    assert model.count_params() == encoder + 8 * 3 + 3 + 2 * stage + knows + (gates if gate else 0)


def test_the_variational_network_is_the_one_that_was_committed():
    model = segmentation.variational()
    assert model.count_params() == 3_551_168
    assert model.get_layer("mean").output.shape == (None, 16, 16, 512)
    assert 16 * 16 * 512 == 131_072 and 64 * 64 * 3 == 12_288  # more numbers in the code than in the image


def test_the_floor_keeps_the_deviation_above_the_root_of_one_over_e():
    for floor in (True, False):
        model = segmentation.variational(**SMALL, code=5, floor=floor)
        layer = model.get_layer("log_variance")
        layer.set_weights([np.full(layer.get_weights()[0].shape, -50.0)])
        deviation = np.exp(0.5 * keras.Model(model.input, layer.output)(IMAGES).numpy())
        assert (deviation.min() > np.exp(-0.5) - 1e-6) == floor


@pytest.mark.parametrize(("draw", "training", "same"), [
    ("always", False, False), ("always", True, False), ("training", False, True), ("training", True, False),
    ("never", True, True),
])  # fmt: skip
def test_when_the_code_is_a_draw(draw, training, same):
    model = segmentation.variational(**SMALL, code=5, draw=draw)
    one, other = model(IMAGES, training=training), model(IMAGES, training=training)
    assert np.array_equal(one, other) == same


def test_the_divergence_is_paid_in_training_alone():
    model = segmentation.variational(**SMALL, code=5, kl_weight=0.5)
    model(IMAGES, training=False)
    assert not model.losses
    model(IMAGES, training=True)
    assert len(model.losses) == 1 and float(model.losses[0]) > 0


def test_training_goes_through_fit():
    model = segmentation.multi_loss(**SMALL)
    history = training.fit(model, IMAGES, MASKS, loss=losses.Deep(losses.MaskEntropy()), steps=3, batch=2, points=2,
                           test=(IMAGES, MASKS), examples=IMAGES[:1], snapshots=1)  # fmt: skip
    assert len(history.test) == 3 and history.snapshots.shape == (1, 1, 32, 48, 1)


def test_a_size_that_does_not_divide_is_refused_with_the_nearest():
    with pytest.raises(ValueError, match="100×130 do not divide by 8; the nearest size is 96×128"):
        segmentation.plain((100, 130, 3))


def test_an_unknown_way_up_is_refused():
    with pytest.raises(ValueError, match="up is 'magic'; it can be one of transposed 3/2"):
        segmentation.plain(**SMALL, up="magic")
    with pytest.raises(ValueError, match="gate is 'x'; give None, 'times' or 'plus'"):
        segmentation.refined(**SMALL, gate="x")
    with pytest.raises(ValueError, match="when is 'sometimes'"):
        segmentation.variational(**SMALL, draw="sometimes")
