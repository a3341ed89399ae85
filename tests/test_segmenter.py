"""Facts about the segmenter of street scenes."""

import numpy as np
import pytest

from helpers import data, runtime, segmenter

tf = runtime.tensorflow()


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setenv("BOOK_PROFILE", "quick")


@pytest.fixture(scope="module")
def model():
    runtime.seed(0)
    return segmenter.build()


def images(*size):
    return np.random.default_rng(0).uniform(size=(2, *size, 3)).astype("float32")


def test_an_image_and_its_mirror_image_get_labels_that_mirror_each_other(model):
    """Where the network can halve the sides, the mean over both is exactly symmetric."""
    frames = images(32, 40)
    predict = segmenter.averaged(model)
    np.testing.assert_allclose(predict(frames)[:, :, ::-1], predict(frames[:, :, ::-1]), atol=1e-5)


def test_an_image_that_is_its_own_mirror_image_gets_the_probabilities_of_the_network(model):
    half = images(32, 24)
    frames = np.concatenate([half, half[:, :, ::-1]], axis=2)
    one = tf.nn.softmax(model(frames)).numpy()
    found = np.exp(segmenter.averaged(model)(frames))
    np.testing.assert_allclose(found, (one + one[:, :, ::-1]) / 2, atol=1e-5)
    np.testing.assert_allclose(found.sum(axis=-1), 1, atol=1e-5)


@pytest.mark.parametrize("size", [(33, 42), (48, 64), (9, 11)])
def test_images_of_any_size_keep_it(model, size):
    assert segmenter.averaged(model)(images(*size)).shape == (2, *size, 11)


def test_training_lowers_the_loss_and_ends_with_the_mean_of_the_weights(model):
    split = data.drawn_scenes((8, 4))
    runtime.seed(0)
    network = segmenter.build()
    history = segmenter.learn(network, split, steps=12, power=0.5, batch=4, points=1)
    assert history.train[-1] < history.train[0]


def test_the_store_keeps_it(tmp_path, monkeypatch):
    """A second call loads what the first one trained."""
    monkeypatch.setattr(runtime, "weights_dir", lambda: tmp_path)
    monkeypatch.setattr(segmenter, "learn", lambda model, split, **given: model.layers[-2].bias.assign_add([1.0] * 11))
    first = segmenter.network()
    monkeypatch.setattr(segmenter, "learn", None)
    np.testing.assert_array_equal(first(images(32, 40)), segmenter.network()(images(32, 40)))


def test_the_power_is_the_one_that_was_chosen():
    from benchmarks import best

    assert segmenter.power() == best.chosen()
