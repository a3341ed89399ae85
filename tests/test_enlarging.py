"""Facts about enlarging: tiles leave no trace, the eight symmetries, colours and alpha, training and the store."""

import numpy as np
import pytest

from helpers import data, enlarging, resampling, runtime

keras = runtime.keras()
from helpers.models import super_resolution  # noqa: E402

random = np.random.default_rng(0)
PHOTOGRAPH = data.scikit_photographs().tests["photographs"]["chelsea"][100:141, 50:103]  # 41×53


@pytest.fixture(scope="module")
def model():
    """A small network whose correction is not zero."""
    runtime.seed(0)
    network = super_resolution.residual(2, width=4, blocks=2)
    network.set_weights([random.normal(0, 0.2, weight.shape) for weight in network.get_weights()])
    return network


def bicubic(scale):
    return lambda small: resampling.enlarged(np.asarray(small, "float32"), scale)


# Planes


def test_an_upscaler_is_the_network_from_0_to_255(model):
    plane = random.integers(0, 256, (9, 12), "uint8")
    found = enlarging.upscaler(model)(plane)
    assert found.shape == (18, 24)
    np.testing.assert_allclose(found, 255 * model(plane[None, ..., None] / np.float32(255))[0, ..., 0], rtol=1e-5)


def test_the_mean_over_the_eight_of_what_has_all_symmetries_is_the_same():
    images = random.uniform(size=(2, 5, 8, 1)).astype("float32")

    def twice(images):
        return np.repeat(np.repeat(images, 2, axis=1), 2, axis=2)

    np.testing.assert_allclose(enlarging.averaged(twice, images), twice(images), rtol=1e-6)
    np.testing.assert_allclose(enlarging.averaged(lambda x: x, images), images, rtol=1e-6)


def test_on_squares_it_is_the_mean_of_the_other_chapters():
    images = random.uniform(size=(2, 6, 6, 1)).astype("float32")

    def uneven(images):
        return np.cumsum(images, axis=1)

    np.testing.assert_allclose(enlarging.averaged(uneven, images), data.averaged(uneven, images), rtol=1e-6)


def test_the_ensemble_turns_with_its_image_and_one_network_does_not(model):
    plane = random.integers(0, 256, (7, 10), "uint8")
    one, eight = enlarging.upscaler(model), enlarging.upscaler(model, ensemble=True)
    np.testing.assert_allclose(eight(np.rot90(plane)), np.rot90(eight(plane)), atol=1e-2)
    assert np.abs(one(np.rot90(plane)) - np.rot90(one(plane))).max() > 0.1


# Photographs


def test_tiles_leave_no_trace(model):
    margin = enlarging.margin(model)
    assert margin == 1 + 2 * 2 + 1 + 2  # six convolutions and the bicubic layer beside them
    upscale = enlarging.upscaler(model)
    whole = enlarging.photograph(PHOTOGRAPH, 2, upscale, tile=64)
    tiles = enlarging.photograph(PHOTOGRAPH, 2, upscale, tile=16, margin=margin)
    assert whole.shape == (82, 106, 3)
    assert np.abs(whole.astype(int) - tiles).max() <= 1  # sums in another order may round to the next number
    assert (whole != tiles).mean() < 1e-3


def test_without_a_margin_tiles_show(model):
    upscale = enlarging.upscaler(model)
    whole = enlarging.photograph(PHOTOGRAPH, 2, upscale, tile=64)
    tiles = enlarging.photograph(PHOTOGRAPH, 2, upscale, tile=16, margin=0)
    assert (whole != tiles).mean() > 0.05


def test_the_margin_of_a_network_inside_a_network_is_refused():
    inner = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(1, 3, padding="same")])
    with pytest.raises(ValueError, match="inside the network; measure"):
        enlarging.margin(super_resolution.enlarged_first(inner, 2))


@pytest.mark.parametrize("scale", resampling.SCALES)
def test_with_bicubic_luma_a_photograph_is_enlarged_bicubically(scale):
    found = enlarging.photograph(PHOTOGRAPH, scale, bicubic(scale))
    for channel in range(3):
        wanted = np.clip(resampling.enlarged(PHOTOGRAPH[..., channel].astype("float32"), scale), 0, 255)
        np.testing.assert_allclose(found[..., channel], wanted, atol=0.51)


def test_luma_goes_through_the_network_and_nothing_else():
    def brighter(small):
        return bicubic(2)(small) + 5

    plain, lit = (enlarging.photograph(PHOTOGRAPH, 2, one) for one in (bicubic(2), brighter))
    inside = (plain > 5).all(axis=2) & (lit < 250).all(axis=2)
    difference = (lit.astype(int) - plain)[inside]
    np.testing.assert_allclose(difference, 5 * 255 / 219, atol=1.01)  # the same for red, green and blue


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_grey_colour_and_alpha_keep_their_channels(channels):
    image = random.integers(0, 256, (13, 9, channels), "uint8")
    found = enlarging.photograph(image, 3, bicubic(3), tile=5, margin=3)
    assert found.shape == (39, 27, channels) and found.dtype == np.uint8
    for channel in (
        (0, -1) if channels < 3 else (-1,) if channels == 4 else ()
    ):  # what stays as it is in the bicubic way
        wanted = np.clip(bicubic(3)(image[..., channel]), 0, 255)
        np.testing.assert_allclose(found[..., channel], wanted, atol=0.51)


def test_a_pixel_is_a_photograph_too():
    np.testing.assert_allclose(enlarging.photograph(np.full((1, 1, 3), 99, "uint8"), 2, bicubic(2)), 99, atol=1)


@pytest.mark.parametrize("image", [np.zeros((4, 4), "uint8"), np.zeros((4, 4, 5), "uint8"), np.zeros((4, 4, 3))])
def test_what_is_no_photograph_is_refused(image):
    with pytest.raises(ValueError, match="give uint8"):
        enlarging.photograph(image, 2, bicubic(2))


# Training


def test_a_short_training_comes_nearer_than_bicubic():
    """On bars whose edges the bicubic enlargement blurs."""
    bars = np.where(np.indices((96, 96))[1] // 7 % 2, 200, 40).astype("uint8")
    runtime.seed(0)
    model = super_resolution.residual(2, width=8, blocks=1)
    history = enlarging.learn(model, {"bars": bars}, 2, steps=200, batch=8, rate=5e-3, size=16)
    scores = [resampling.score(way, {"bars": bars}, 2) for way in (enlarging.upscaler(model), bicubic(2))]
    assert resampling.mean(scores[0])[0] > resampling.mean(scores[1])[0] + 1
    assert history.train[-1] < history.train[0]


def test_without_training_the_score_is_that_of_bicubic(monkeypatch):
    monkeypatch.setenv("BOOK_UNTRAINED", "1")
    model, images = super_resolution.residual(2, width=4, blocks=1), {"chelsea": PHOTOGRAPH}
    enlarging.learn(model, {"chelsea": np.tile(PHOTOGRAPH, (2, 2, 1))}, 2, steps=10)
    scores = [resampling.score(way, images, 2)["chelsea"] for way in (enlarging.upscaler(model), bicubic(2))]
    np.testing.assert_allclose(*scores, atol=1e-3)


def test_the_store_gives_the_network_back_without_training(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("BOOK_WEIGHTS", str(tmp_path))
    calls = []

    def learn(model, images, scale, **given):
        calls.append((sorted(images), scale))
        last = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)][-1]
        last.bias.assign(np.arange(scale**2))

    monkeypatch.setattr(enlarging, "learn", learn)
    first, again = enlarging.network(3), enlarging.network(3)
    assert len(calls) == 1 and calls[0][1] == 3 and "chelsea" not in calls[0][0]
    assert "about 1 min on two CPU cores" in capsys.readouterr().out
    plane = random.uniform(size=(1, 5, 6, 1)).astype("float32")
    np.testing.assert_array_equal(first(plane), again(plane))


def test_another_recipe_is_another_name_in_the_store(tmp_path, monkeypatch):
    monkeypatch.setenv("BOOK_WEIGHTS", str(tmp_path))
    monkeypatch.setattr(enlarging, "learn", lambda *_, **__: None)
    enlarging.network(2)
    monkeypatch.setattr(enlarging, "digest", lambda *_: "another recipe")
    enlarging.network(2)
    assert len(list(tmp_path.glob("super-resolution-x2-*.weights.h5"))) == 2


def test_interrupted_training_goes_on_from_its_state(tmp_path, monkeypatch):
    monkeypatch.setenv("BOOK_WEIGHTS", str(tmp_path))
    states = []
    monkeypatch.setattr(enlarging, "learn", lambda *_, resume, **__: states.append(resume))
    enlarging.network(2)
    assert states[0].parent == tmp_path and states[0].name.endswith(".resume.npz")
