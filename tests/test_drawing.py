"""The drawing of a network shows the model, and nothing but the model."""

from itertools import pairwise

import numpy as np
import pytest

keras = pytest.importorskip("keras")
from helpers import plots  # noqa: E402
from helpers.plots import graph, house, layout  # noqa: E402

layers = keras.layers


def shapes(model):
    return [block.shape for block in plots.blocks(model)]


def dense(*widths):
    encoder = keras.Sequential([keras.Input((20,)), *map(layers.Dense, widths)], name="encoder")
    back = [*map(layers.Dense, widths[-2::-1]), layers.Dense(20)]
    decoder = keras.Sequential([keras.Input((widths[-1],)), *back], name="decoder")
    images = keras.Input((20,))
    return keras.Model(images, decoder(encoder(images)))


def convolutional(mirrored=(8, 4)):
    down = [(layers.Conv2D(c, 3, strides=2, padding="same"), layers.LeakyReLU()) for c in (4, 8)]
    encoder = keras.Sequential([keras.Input((8, 8, 1)), *sum(down, ())], name="encoder")
    up = [layers.Conv2DTranspose(c, 3, strides=2, padding="same", activation="relu") for c in mirrored[1:]]
    last = layers.Conv2DTranspose(1, 3, strides=2, padding="same", activation="tanh")
    return keras.Sequential([encoder, keras.Sequential([*up, last], name="decoder")])


def unet(levels=2):
    x = images = keras.Input((32, 32, 3))
    kept = []
    for level in range(levels):
        x = layers.ReLU()(layers.BatchNormalization()(layers.Conv2D(4 * 2**level, 3, padding="same")(x)))
        kept.append(x)
        x = layers.MaxPooling2D()(x)
    for level in reversed(range(levels)):
        x = layers.Conv2DTranspose(4 * 2**level, 2, strides=2)(x)
        x = layers.Conv2D(4 * 2**level, 3, padding="same")(layers.Concatenate()([kept[level], x]))
    return keras.Model(images, x)


def test_the_blocks_are_the_layers_with_their_shapes():
    assert shapes(dense(10, 5, 2)) == [(20,), (10,), (5,), (2,), (5,), (10,), (20,)]
    assert shapes(convolutional()) == [(8, 8, 1), (4, 4, 4), (2, 2, 8), (4, 4, 4), (8, 8, 1)]


def test_the_figure_carries_the_blocks_it_shows():
    model = convolutional()
    assert plots.network(model).blocks == plots.blocks(model)


def test_a_wrongly_mirrored_decoder_gives_other_blocks():
    assert shapes(convolutional(mirrored=(8, 8))) != shapes(convolutional())


def test_nested_models_are_flattened_and_named():
    found = plots.blocks(convolutional())
    assert [block.part for block in found] == ["", "encoder", "encoder", "decoder", "decoder"]
    assert [block.inputs for block in found] == [(), (0,), (1,), (2,), (3,)]


def test_activations_are_folded_into_the_layer_before_them():
    found = plots.blocks(convolutional())
    assert found[1].detail == "3×3, stride 2, leaky ReLU"
    assert [block.kind for block in found[2:]] == ["convolution", *["transposed convolution"] * 2]
    assert found[-1].detail == "3×3, stride 2, tanh"


def test_skip_connections_are_found_where_the_model_has_them():
    found = plots.blocks(unet())
    kinds = [block.kind for block in found]
    joins = [i for i, kind in enumerate(kinds) if kind == "merge"]
    assert graph.skips(found) == [(3, joins[0]), (1, joins[1])]
    assert [found[i].shape for i in joins] == [(16, 16, 16), (32, 32, 8)]
    assert graph.code_of(found) is None


def test_a_residual_connection_is_a_skip():
    x = images = keras.Input((8, 8, 4))
    x = layers.Conv2D(4, 3, padding="same")(layers.Conv2D(4, 3, padding="same")(x))
    assert graph.skips(plots.blocks(keras.Model(images, layers.Add()([images, x])))) == [(0, 3)]


def test_the_code_is_the_encoder_s_last_layer_or_the_narrowest():
    assert graph.code_of(plots.blocks(dense(10, 5, 2))) == 3
    assert graph.code_of(plots.blocks(dense(10, 40))) == 2
    flat = keras.Sequential([keras.Input((9,)), layers.Dense(4), layers.Dense(2), layers.Dense(9)])
    assert graph.code_of(plots.blocks(flat)) == 2
    classifier = keras.Sequential([keras.Input((9,)), layers.Dense(4), layers.Dense(2)])
    assert graph.code_of(plots.blocks(classifier)) is None


def test_a_subclassed_model_is_read_through_its_call():
    class Pair(keras.Model):
        def __init__(self):
            super().__init__()
            self.encoder, self.decoder = layers.Dense(2), layers.Dense(6)

        def call(self, images):
            return self.decoder(self.encoder(images))

    model = Pair()
    with pytest.raises(ValueError, match="no shapes yet"):
        plots.blocks(model)
    model(np.zeros((1, 6), "float32"))
    assert shapes(model) == [(6,), (2,), (6,)]


def test_a_model_without_shapes_or_layers_is_refused():
    with pytest.raises(ValueError, match="no shapes yet"):
        plots.network(keras.Sequential([layers.Dense(3)]))
    images = keras.Input((4,))
    with pytest.raises(ValueError, match="no layers"):
        plots.network(keras.Model(images, images))


def test_heights_are_to_scale():
    boxes = layout.placed(plots.blocks(convolutional()))
    heights = [box.height for box in boxes]
    assert heights == pytest.approx([layout.TALL, layout.TALL / 2, layout.TALL / 4, layout.TALL / 2, layout.TALL])


def test_a_range_of_sizes_too_wide_to_draw_is_compressed_and_said_so():
    images = keras.Input((256, 256, 3))
    found = plots.blocks(keras.Model(images, layers.MaxPooling2D(64)(images)))
    boxes = layout.placed(found)
    assert boxes[1].height == pytest.approx(layout.TALL * layout.LEAST)
    assert "power" in layout.scale_note(found)


@pytest.mark.parametrize("model", [dense(10, 5, 2), convolutional(), unet(1), unet(4)], ids=str)
def test_everything_drawn_lies_on_the_page_and_no_two_blocks_overlap(model):
    figure = plots.network(model)
    boxes = layout.placed(figure.blocks)
    assert all(a.right < b.x for a, b in pairwise(boxes))
    figure.canvas.draw()
    page = figure.bbox.padded(2)
    for text in figure.axes[0].texts:
        extent = text.get_window_extent()
        assert page.contains(extent.x0, extent.y0), text
        assert page.contains(extent.x1, extent.y1), text
    assert not plots.is_blank(figure)


def test_shapes_are_written_under_the_blocks():
    texts = [text.get_text() for text in plots.network(dense(10, 5, 2)).axes[0].texts]
    assert texts[:7] == ["20", "10", "5", "2", "5", "10", "20"]
    assert {"encoder", "decoder", "code"} <= set(texts)


def test_labels_of_a_long_network_do_not_overlap():
    figure = plots.network(unet(4))
    figure.canvas.draw()
    labels = [text.get_window_extent() for text in figure.axes[0].texts[: len(figure.blocks)] if text.get_text()]
    assert all(a.x1 < b.x0 for a, b in pairwise(labels))


def test_pictures_can_be_put_on_the_first_and_the_last_map():
    pair = np.random.default_rng(0).random((2, 8, 8))
    plain, pictured = plots.network(convolutional()), plots.network(convolutional(), images=pair)
    assert (house.pixels(plain) != house.pixels(pictured)).any()
    with pytest.raises(ValueError, match="give two"):
        plots.network(dense(10, 5, 2), images=pair)


def test_the_legend_says_what_the_layers_do_and_how_the_last_one_differs():
    texts = [text.get_text() for text in plots.network(convolutional()).axes[0].texts]
    assert "convolution 3×3, stride 2, leaky ReLU" in texts
    flat = [keras.Input((9,)), *(layers.Dense(n, activation="silu") for n in (8, 7, 6))]
    encoder = keras.Sequential([*flat, layers.Dense(2)], name="encoder")
    model = keras.Sequential([encoder, keras.Sequential([layers.Dense(9, activation="sigmoid")], name="decoder")])
    texts = [text.get_text() for text in plots.network(model).axes[0].texts]
    assert {"dense, SiLU; last: sigmoid", "code: dense, linear"} <= set(texts)


def test_the_legend_names_a_layer_of_a_kind_of_its_own_by_its_class():
    from helpers.models import variational

    texts = [text.get_text() for text in plots.network(variational.dense(widths=(9,), code=2)).axes[0].texts]
    assert "code: Sampling" in texts and not any("other" in text for text in texts)
