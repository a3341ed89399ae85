"""Facts about the autoencoders: shapes, parameters, one step of training, saved and loaded in another process."""

import numpy as np
import pytest

from helpers import data, plots, runtime

tf, keras = runtime.tensorflow(), runtime.keras()
from helpers import losses, training  # noqa: E402
from helpers.models import autoencoder  # noqa: E402

SMALL = {
    "dense": lambda: autoencoder.dense((8, 6, 1), widths=(16, 12), code=4),
    "tied": lambda: autoencoder.dense((8, 6, 1), widths=(16, 12), code=4, tied=True),
    "linear": lambda: autoencoder.dense((8, 6, 1), widths=(), code=4, output="linear"),
    "noisy": lambda: autoencoder.dense((8, 6, 1), widths=(16,), code=100, noise=0.3),
    "convolutional": lambda: autoencoder.convolutional((9, 14, 3), filters=(4, 8, 8), code=5),
    "published": lambda: autoencoder.published((12, 17, 1)),
}


@pytest.fixture(params=SMALL)
def model(request):
    runtime.seed(0)
    return SMALL[request.param]()


def images(model, count=6):
    return np.random.default_rng(0).uniform(size=(count, *model.input_shape[1:])).astype("float32")


@pytest.mark.parametrize(
    ("build", "parameters"),
    [
        (autoencoder.dense, 2_837_314),  # 784-1000-500-250-30 and back, weights and biases
        (lambda: autoencoder.dense(tied=True), 1_420_814),  # one matrix a pair, both biases
        (lambda: autoencoder.dense(widths=(), output="linear"), 2 * 784 * 30 + 784 + 30),
        (autoencoder.convolutional, 310_175),
        (autoencoder.published, 194_177),  # FACTS of the source: 3×3 everywhere
    ],
)
def test_the_number_of_parameters(build, parameters):
    assert build().count_params() == parameters


def test_the_published_network_has_the_sizes_of_its_text():
    found = [b.shape for b in plots.blocks(autoencoder.published()) if len(b.shape) == 3 and b.kind != "cropping"]
    sizes = [shape[0] for shape in found]
    assert sizes[:5] == [28, 14, 7, 4, 2] and sizes[-1] == 28
    assert {4, 7, 14, 28} <= set(sizes[5:])
    assert autoencoder.published().get_layer("encoder").output_shape[1:] == (2, 2, 128)


def test_an_autoencoder_returns_images_of_the_size_it_was_given(model):
    outputs = model(images(model)).numpy()
    assert outputs.shape == (6, *model.input_shape[1:]) and outputs.dtype == np.float32


def test_the_two_halves_are_the_whole(model):
    x = images(model)
    halves = model.get_layer("decoder")(model.get_layer("encoder")(x))
    np.testing.assert_array_equal(halves, model(x))


@pytest.mark.parametrize("compiled", [False, True])
def test_one_step_of_training_lowers_the_loss(model, compiled):
    x = tf.constant(images(model))
    optimizer = keras.optimizers.SGD(1e-3)
    step = tf.function(
        training.training_step(model, optimizer, losses.squared_error).python_function, jit_compile=compiled
    )
    optimizer.build(model.trainable_variables)
    before = training.evaluate(model, x, loss=losses.squared_error)
    assert np.isfinite(step(x, x))
    assert training.evaluate(model, x, loss=losses.squared_error) < before


def test_a_saved_model_loads_in_a_fresh_process(model, reloaded):
    told = reloaded(
        model, images(model), "helpers.models.autoencoder", "model.count_params(), len(model.trainable_variables)"
    )
    assert told == [str(model.count_params()), str(len(model.trainable_variables))]


def test_noise_is_added_to_the_code_in_training_only():
    model = SMALL["noisy"]()
    x = images(model)
    np.testing.assert_array_equal(model(x), model(x))
    assert np.abs(model(x, training=True) - model(x, training=True)).max() > 0


@pytest.mark.parametrize("tied", [False, True])
def test_the_stages_share_their_layers_with_the_deep_network(tied):
    model = autoencoder.dense((4, 4, 1), widths=(8, 6), code=3, tied=tied)
    stages = autoencoder.stages(model)
    assert [(s.input_shape[1], s.get_layer("encoder").output_shape[1]) for s in stages] == [(16, 8), (8, 6), (6, 3)]
    shared = {id(v) for stage in stages for v in stage.trainable_variables}
    assert shared == {id(v) for v in model.trainable_variables}


def test_pretraining_the_stages_trains_the_deep_network():
    split = data.digits()
    runtime.seed(0)
    model = autoencoder.dense(widths=(64,), code=16)
    before = training.evaluate(model, split.test, loss=losses.squared_error)
    training.pretrain(autoencoder.stages(model), split.train, steps=60, batch=64, rate=3e-3)
    assert training.evaluate(model, split.test, loss=losses.squared_error) < before / 2


def test_a_wrongly_mirrored_decoder_is_seen_in_the_blocks():
    good = autoencoder.convolutional((16, 16, 1), filters=(4, 8), code=4)
    inputs = keras.Input((4,))
    x = keras.layers.Reshape((4, 4, 4))(keras.layers.Dense(64)(inputs))
    x = keras.layers.Conv2DTranspose(4, 3, strides=4, padding="same")(x)
    x = keras.layers.Conv2DTranspose(1, 3, padding="same")(x)
    bad = autoencoder.join(good.get_layer("encoder"), keras.Model(inputs, x, name="decoder"))
    assert bad.output_shape == good.output_shape
    assert [b.shape for b in plots.blocks(bad)] != [b.shape for b in plots.blocks(good)]


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: autoencoder.dense((28, 28)), "height, width, channels"),
        (lambda: autoencoder.dense(code=0), "code is .0.; every width is a whole number"),
        (lambda: autoencoder.dense(widths=(10, 2.5)), "widths is"),
        (lambda: autoencoder.convolutional((4, 28, 1)), "3 halvings need sides of at least 5 pixels"),
        (lambda: autoencoder.stages(autoencoder.convolutional()), "stages needs a dense autoencoder"),
    ],
)
def test_what_cannot_be_built_is_refused_in_words(build, message):
    with pytest.raises(ValueError, match=message):
        build()
