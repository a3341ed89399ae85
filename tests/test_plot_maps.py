"""Graphs of roads, as drawn, and figures kept as JPEG."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from helpers import plots, road_graph

MASK = np.zeros((1, 40, 60, 1))
MASK[:, 18:23] = 1
IMAGES = np.random.default_rng(0).random((1, 40, 60, 3))


def test_a_graph_lies_on_its_image_edge_for_edge():
    graph = road_graph.road_graph(MASK[0])
    picture = plots.graphs(IMAGES, {"truth": [graph], "nothing": [road_graph.road_graph(0 * MASK[0])]})
    first, second = picture.axes
    (line,) = first.lines
    np.testing.assert_array_equal(np.transpose(line.get_data()), graph.edges[0].line[:, ::-1])
    np.testing.assert_array_equal(first.collections[0].get_offsets(), graph.nodes[:, ::-1])
    assert first.get_ylabel() == "truth" and not second.lines
    assert first.get_xlim() == (-0.5, 59.5) and first.get_ylim() == (39.5, -0.5)


@pytest.mark.parametrize("found", [{}, {"truth": []}])
def test_a_graph_for_each_image_is_asked_for(found):
    with pytest.raises(ValueError, match="one for each image"):
        plots.graphs(IMAGES, found)


def test_what_is_missed_is_orange_and_what_is_too_much_is_blue():
    moved = np.roll(MASK, 4, axis=1)
    drawn = plots.mistakes(IMAGES, MASK, moved)[0]
    right = (moved == MASK)[0, ..., 0]
    assert np.allclose(drawn[right], IMAGES[0][right])
    missed, false = drawn[18:22], drawn[23:27]
    assert missed[..., 0].mean() > 0.6 > 0.4 > missed[..., 2].mean()
    assert false[..., 2].mean() > 0.5 > 0.4 > false[..., 0].mean()


def test_a_photograph_is_kept_as_jpeg_and_shown_at_the_same_size():
    ramp = np.linspace(0, 1, 40 * 60 * 3).reshape(1, 40, 60, 3)
    picture = plots.grid(np.concatenate([ramp, ramp[:, ::-1], IMAGES]))
    before, (size,) = picture._repr_mimebundle_()[0], picture._repr_mimebundle_()[1].values()
    bundle, sizes = plots.photograph(picture)._repr_mimebundle_()
    assert set(bundle) == {"image/jpeg", "text/plain"} and sizes == {"image/jpeg": size}
    assert bundle["text/plain"] == before["text/plain"]
    kept = Image.open(io.BytesIO(base64.b64decode(bundle["image/jpeg"])))
    shown = plots.house.pixels(picture)
    assert kept.format == "JPEG" and np.abs(np.asarray(kept, "int16") - shown)[:, :700].mean() < 2
    lower, _ = plots.photograph(picture, quality=20)._repr_mimebundle_()
    assert len(lower["image/jpeg"]) < len(bundle["image/jpeg"])


@pytest.mark.parametrize(("picture", "quality"), [(IMAGES, 80), (plots.grid(IMAGES), 0), (plots.grid(IMAGES), 100)])
def test_a_photograph_is_made_from_a_figure_at_a_quality_that_jpeg_has(picture, quality):
    with pytest.raises(ValueError, match=r"figure of `plots`|takes 1 to 95"):
        plots.photograph(picture, quality)
