"""Six ways up: same body, twice the size, one step of training, the same outputs in a fresh process."""

import numpy as np
import pytest

from helpers import runtime

tf, keras = runtime.tensorflow(), runtime.keras()
from helpers import losses, metrics, plots, training  # noqa: E402
from helpers.models import upsampling  # noqa: E402

IMAGES = np.random.default_rng(0).uniform(size=(4, 12, 14, 1)).astype("float32")


@pytest.fixture(params=upsampling.WAYS)
def model(request):
    runtime.seed(0)
    return upsampling.enlarger(request.param, filters=(4,))


def test_a_network_doubles_any_size(model):
    assert model(IMAGES).shape == (4, 24, 28, 1)
    assert model(IMAGES[:, :7, :9]).shape == (4, 14, 18, 1)


@pytest.mark.parametrize(
    ("way", "step"),
    [("transposed 3/2", 9 * 16 + 1), ("transposed 4/2", 16 * 16 + 1), ("bilinear + conv", 9 * 16 + 1),
     ("repeat + conv", 9 * 16 + 1), ("sub-pixel", 4 * (9 * 16 + 1)), ("sub-pixel, ICNR", 4 * (9 * 16 + 1))],
)  # fmt: skip
def test_only_the_last_step_differs_in_its_parameters(way, step):
    body = (9 * 1 + 1) * 16 + (9 * 16 + 1) * 16
    assert upsampling.enlarger(way).count_params() == body + step


def test_a_flat_image_comes_up_flat_where_the_start_has_no_checkerboard():
    flat = tf.fill((1, 20, 20, 1), 0.5)
    uneven = {}
    for way in upsampling.WAYS:
        runtime.seed(0)
        inside = upsampling.enlarger(way)(flat)[0, 8:-8, 8:-8, 0].numpy()
        uneven[way] = np.ptp(inside) / np.abs(inside).mean()
    assert {way for way, range_ in uneven.items() if range_ < 1e-4} == {
        "bilinear + conv", "repeat + conv", "sub-pixel, ICNR",
    }  # fmt: skip


@pytest.mark.parametrize("compiled", [False, True])
def test_one_step_of_training_lowers_the_loss(model, compiled):
    targets = tf.image.resize(IMAGES, (24, 28))
    optimizer = keras.optimizers.SGD(1e-4)
    optimizer.build(model.trainable_variables)
    step = training.training_step(model, optimizer, losses.squared_error).python_function
    before = training.evaluate(model, IMAGES, targets, loss=losses.squared_error)
    assert np.isfinite(tf.function(step, jit_compile=compiled)(tf.constant(IMAGES), targets))
    assert training.evaluate(model, IMAGES, targets, loss=losses.squared_error) < before


def test_a_saved_network_gives_the_same_outputs_in_a_fresh_process(model, reloaded):
    assert reloaded(model, IMAGES, "helpers.layers") == [str(model.count_params())]


def test_an_unknown_way_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="it can be one of transposed 3/2, transposed 4/2"):
        upsampling.enlarger("magic")


def test_the_start_of_every_checkerboard_is_seen_in_the_spectrum():
    photograph = tf.image.resize(np.random.default_rng(1).uniform(size=(8, 8, 8, 1)), (32, 32)).numpy()
    found = {}
    for way in upsampling.WAYS:
        runtime.seed(0)
        found[way] = metrics.checkerboard(upsampling.enlarger(way)(photograph))
    high = {way for way, value in found.items() if value > 100}
    assert high == {"transposed 3/2", "transposed 4/2", "sub-pixel"}


def test_a_fixed_size_is_for_drawings():
    found = plots.blocks(upsampling.enlarger("transposed 4/2", size=8))
    assert [block.shape for block in found] == [(8, 8, 1), (8, 8, 16), (8, 8, 16), (16, 16, 1)]
    assert found[-1].kind == "transposed convolution"
