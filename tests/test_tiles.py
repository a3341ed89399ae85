"""Facts about images predicted tile by tile, and about what a pixel of a network sees."""

import numpy as np
import pytest

from helpers import runtime, tiles

keras = runtime.keras()
from helpers.models import unet  # noqa: E402

random = np.random.default_rng(0)


def same(images):
    return images


@pytest.fixture(scope="module")
def network():
    """A U-Net of three sizes for any tile, with weights as they come."""
    keras.utils.set_random_seed(0)
    fixed = unet.unet((64, 64, 3), filters=(4, 6, 8))
    free = {}

    def predict(images):
        shape = images.shape[1:]
        if shape not in free:
            free[shape] = unet.unet(shape, filters=(4, 6, 8))
            free[shape].set_weights(fixed.get_weights())
        return free[shape](images, training=False).numpy()

    return fixed, predict


# Tiles


@pytest.mark.parametrize(("tile", "overlap", "margin"), [(16, 0, 0), (16, 4, 0), (16, 8, 4), (16, 15, 7), (5, 2, 1)])
@pytest.mark.parametrize("size", [(40, 57), (16, 16), (17, 31), (7, 40), (3, 2), (1, 1)])
def test_a_predictor_that_does_nothing_returns_every_image_exactly(size, tile, overlap, margin):
    images = random.uniform(size=(2, *size, 3)).astype("float32")
    found = tiles.predict_tiled(same, images, tile, overlap, margin=margin)
    np.testing.assert_array_equal(found, images)


@pytest.mark.parametrize(("side", "tile", "overlap", "margin"), [(40, 16, 6, 2), (100, 32, 8, 4), (16, 16, 4, 2)])
def test_weights_sum_to_one_and_a_margin_counts_nothing_inside_the_image(side, tile, overlap, margin):
    total, blends = np.zeros(side), tiles.blend(side, tile, overlap, margin)
    for start, weights in blends:
        total[start : start + tile] += weights
        assert start == 0 or (weights[:margin] == 0).all()
        assert start + tile == side or (weights[-margin:] == 0).all()
        assert weights.min() >= 0
    np.testing.assert_allclose(total, 1)
    assert blends[0][0] == 0 and blends[-1][0] == side - tile


def test_blending_by_hand():
    """Tiles of 4 pixels share 2: there the first counts 2/3 and 1/3, the second 1/3 and 2/3."""
    (first, one), (second, other) = tiles.blend(6, 4, 2)
    assert (first, second) == (0, 2)
    np.testing.assert_allclose(one, [1, 1, 2 / 3, 1 / 3])
    np.testing.assert_allclose(other, [1 / 3, 2 / 3, 1, 1])


def test_tiles_that_differ_blend_without_a_step():
    """A predictor that answers with a number a tile: without an overlap the answer jumps, with one it climbs."""

    def number(images):
        return np.broadcast_to(images.max(axis=(1, 2), keepdims=True), images.shape)

    ramp = np.zeros((1, 8, 64, 1)) + np.arange(64.0)[:, np.newaxis]
    steps = [np.abs(np.diff(tiles.predict_tiled(number, ramp, 8, overlap)[0, 4, :, 0])).max() for overlap in (0, 6)]
    assert steps[0] == 8 and steps[1] < 2


def test_tiles_give_the_whole_images_prediction_where_they_reach_far_enough(network):
    model, predict = network
    far = tiles.reach(model, stride=4)
    margin = -(-far // 2) * 2  # even, so that the overlap divides by 4
    images = random.uniform(size=(1, 112, 128, 3)).astype("float32")
    whole = predict(images)
    tiled = tiles.predict_tiled(predict, images, 64, 2 * margin, margin=margin)
    np.testing.assert_allclose(tiled, whole, atol=1e-5)
    short = tiles.predict_tiled(predict, images, 64, 8)
    assert np.abs(short - whole).max() > 1e-3


def test_one_tile_that_holds_the_image_is_the_whole_prediction(network):
    _, predict = network
    images = random.uniform(size=(2, 64, 64, 3)).astype("float32")
    np.testing.assert_allclose(tiles.predict_tiled(predict, images, 64, 16), predict(images), atol=1e-6)


def test_cut_tiles_are_parts_of_the_image_line_by_line():
    images = np.arange(2 * 6 * 4).reshape(2, 6, 4, 1)
    parts = tiles.cut(images, 2)
    assert parts.shape == (12, 2, 2, 1)
    np.testing.assert_array_equal(parts[1], images[0, :2, 2:])
    np.testing.assert_array_equal(parts[6], images[1, :2, :2])
    assert tiles.cut(images[..., 0], 4, overlap=2).shape == (4, 4, 4)


# What a pixel sees


def test_the_field_of_two_convolutions_and_a_pooling_by_hand():
    """Output 8 of a 3×3 convolution, a pooling and a 3×3 convolution: rows 2·7 − 1 to 2·9 + 2."""
    image = keras.Input((32, 32, 1))
    x = keras.layers.Conv2D(2, 3, padding="same", activation="relu")(image)
    x = keras.layers.MaxPooling2D(2)(x)
    model = keras.Model(image, keras.layers.Conv2D(1, 3, padding="same")(x))
    assert tiles.receptive_field(model, (8, 8)) == ((13, 20), (13, 20))
    assert tiles.receptive_field(model, (0, 15)) == ((0, 4), (27, 31))


def test_influence_of_one_convolution_is_even_and_sums_to_one():
    image = keras.Input((9, 9, 3))
    seen = tiles.influence(keras.Model(image, keras.layers.Conv2D(4, 3, padding="same")(image)), (4, 5))
    np.testing.assert_allclose(seen[3:6, 4:7], 1 / 9)
    assert seen.sum() == pytest.approx(1)


def test_weights_and_training_do_not_matter(network):
    model, _ = network
    before = tiles.receptive_field(model, (32, 32))
    kept = model.get_weights()
    model.set_weights([0 * weight for weight in kept])
    assert tiles.receptive_field(model, (32, 32)) == before
    model.set_weights(kept)


def test_the_precision_of_the_network_does_not_matter():
    keras.mixed_precision.set_dtype_policy("mixed_bfloat16")
    try:
        fields = {up: tiles.receptive_field(unet.unet((96, 96, 3), filters=(4, 6, 8), up=up), (48, 48))
                  for up in ("transposed 3/2", "repeat + conv", "bilinear + conv", "sub-pixel")}  # fmt: skip
    finally:
        keras.mixed_precision.set_dtype_policy("float32")
    assert fields["transposed 3/2"] == tiles.receptive_field(unet.unet((96, 96, 3), filters=(4, 6, 8)), (48, 48))
    assert len({str(field) for field in fields.values()}) > 1


def test_the_published_u_net_sees_140_pixels_in_its_middle_and_up_to_220_at_its_end():
    """The field is not symmetric, and its place and size shift with the pixel's place modulo 16."""
    model = unet.published((256, 256, 3), width=4)
    middle = max((layer for layer in model.layers if layer.output.shape[1] == 16), key=model.layers.index)
    encoder = keras.Model(model.input, middle.output)
    (top, bottom), _ = tiles.receptive_field(encoder, (8, 8))
    assert bottom - top + 1 == 140
    fields = [tiles.receptive_field(model, (128 + n, 128))[0] for n in (0, 4, 15)]
    assert [bottom - top + 1 for top, bottom in fields] == [204, 220, 204]
    above, below = 132 - fields[1][0], fields[1][1] - 132
    assert above != below


def test_the_reach_holds_for_every_place(network):
    model, _ = network
    far = tiles.reach(model, stride=4)
    for n in range(4):
        for at, (low, high) in zip((28 + n, 30), tiles.receptive_field(model, (28 + n, 30)), strict=True):
            assert at - low <= far and high - at <= far


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: tiles.predict_tiled(same, np.ones((8, 8, 1)), 4, 0), r"give at least one, \(N, H, W, C\)"),
        (lambda: tiles.predict_tiled(same, np.ones((1, 8, 8, 1)), 4, 4), "overlap is 4; .* from 0 to 3"),
        (lambda: tiles.predict_tiled(same, np.ones((1, 8, 8, 1)), 4, 2, margin=2), "margin is 2; .* from 0 to 1"),
        (lambda: tiles.predict_tiled(same, np.ones((1, 8, 8, 1)), 0, 0), "tile is 0"),
        (lambda: tiles.predict_tiled(lambda x: x[:, ::2], np.ones((1, 8, 8, 1)), 4, 0), "the size of the tiles"),
        (lambda: tiles.cut(np.ones((1, 8, 8, 1)), 9), "fits into an image"),
        (lambda: tiles.reach(unet.unet((16, 16, 3), filters=(4, 6, 8)), 4), "build the model larger"),
    ],
)
def test_bad_input_is_refused_in_words(call, message):
    with pytest.raises(ValueError, match=message):
        call()
