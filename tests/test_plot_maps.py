"""Graphs of roads, as drawn."""

import numpy as np
import pytest

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
