"""Facts about roads as a graph."""

import numpy as np
import pytest

from helpers import road_graph
from helpers.data import aerial

Y, X = np.mgrid[:60, :80]


def roads(*parts):
    return np.any(parts, axis=0)


ACROSS, DOWN = abs(Y - 30) <= 2, abs(X - 40) <= 2


def ends(graph):
    return sorted(tuple(place) for place in graph.nodes.round().tolist())


def test_a_straight_road_is_one_edge_from_edge_to_edge():
    graph = road_graph.road_graph(ACROSS)
    assert ends(graph) == [(30, 0), (30, 79)]
    assert len(graph.edges) == 1 and graph.length == 79 and graph.degrees.tolist() == [1, 1]


def test_a_crossing_has_four_roads():
    graph = road_graph.road_graph(roads(ACROSS, DOWN))
    assert sorted(graph.degrees) == [1, 1, 1, 1, 4] and len(graph.edges) == 4
    assert ends(graph) == [(0, 40), (30, 0), (30, 40), (30, 79), (59, 40)]
    assert graph.length == pytest.approx(79 + 59, abs=1)


def test_a_branch_has_three_roads_and_a_dead_end_ends_inside():
    graph = road_graph.road_graph(roads(ACROSS, DOWN & (Y > 30) & (Y < 50)))
    assert sorted(graph.degrees) == [1, 1, 1, 3]
    assert any(abs(y - 49) <= 3 and abs(x - 40) <= 2 for y, x in graph.nodes)


def test_a_spur_shorter_than_asked_is_left_out_and_the_road_is_one_again():
    bump = roads(ACROSS, (abs(X - 40) <= 1) & (Y > 30) & (Y < 38))
    assert len(road_graph.road_graph(bump, shortest=0).edges) == 3
    graph = road_graph.road_graph(bump, shortest=10)
    assert len(graph.edges) == 1 and ends(graph) == [(30, 0), (30, 79)]


def test_a_ring_is_one_edge_with_one_node():
    graph = road_graph.road_graph(abs(np.hypot(Y - 30, X - 40) - 20) <= 2)
    (edge,) = graph.edges
    assert edge.start == edge.end == 0 and len(graph.nodes) == 1
    assert 1.0 < edge.length / (2 * np.pi * 20) < 1.09


def test_two_rings_that_a_road_joins_keep_their_loops():
    ring = abs(np.hypot(Y - 30, X - 15) - 10) <= 1
    graph = road_graph.road_graph(roads(ring, ring[:, ::-1], ACROSS & (X > 25) & (X < 54)))
    assert len(graph.edges) == 3 and graph.degrees.tolist() == [3, 3]
    assert sum(edge.start == edge.end for edge in graph.edges) == 2


def test_the_length_of_an_oblique_road():
    graph = road_graph.road_graph(abs(Y - 0.5 * X - 10) <= 2.5)
    assert 1.0 < graph.length / np.hypot(79, 39.5) < 1.09


def test_lines_lead_from_node_to_node_pixel_by_pixel():
    graph = road_graph.road_graph(roads(ACROSS, DOWN, abs(Y - X) <= 2))
    for edge in graph.edges:
        np.testing.assert_array_equal(edge.line[[0, -1]], graph.nodes[[edge.start, edge.end]])
        assert np.abs(np.diff(edge.line, axis=0)).max() <= 3
        assert edge.length == pytest.approx(np.hypot(*np.diff(edge.line, axis=0).T).sum())


def test_without_roads_there_is_nothing():
    graph = road_graph.road_graph(np.zeros((20, 30, 1)))
    assert graph.nodes.shape == (0, 2) and graph.edges == [] and graph.length == 0 and graph.degrees.size == 0


def test_roads_of_drawn_places_lie_on_their_masks():
    masks = aerial.aerial(6, (96, 96), seed=3)[1]
    graphs = [road_graph.road_graph(mask) for mask in masks]
    for mask, graph in zip(masks, graphs, strict=True):
        lines = np.concatenate([edge.line for edge in graph.edges]).round().astype(int)
        assert mask[lines[:, 0], lines[:, 1], 0].mean() > 0.99
    assert 7 < masks.sum() / sum(graph.length for graph in graphs) < 11  # the width of the streets


@pytest.mark.parametrize(
    ("mask", "shortest"), [(np.zeros((2, 20, 30)), 8), (np.zeros(20), 8), (np.zeros((20, 30)), -1)]
)
def test_bad_input_is_named(mask, shortest):
    with pytest.raises(ValueError, match="give one mask"):
        road_graph.road_graph(mask, shortest)


def test_crossings_and_dead_ends_are_counted():
    graph = road_graph.road_graph(roads(ACROSS, DOWN & (Y > 30) & (Y < 50)))
    assert graph.crossings == 1 and graph.dead_ends(60, 80) == 1  # the other two leave the image


def test_which_points_of_a_graph_lie_on_a_mask():
    graph = road_graph.road_graph(ACROSS)
    assert graph.on(ACROSS).all() and not graph.on(~ACROSS[..., None]).any()
    assert graph.on(ACROSS & (X < 40)).mean() == pytest.approx(0.5, abs=0.02)
    nothing = road_graph.road_graph(np.zeros((60, 80)))
    assert nothing.on(ACROSS).size == 0 and nothing.crossings == nothing.dead_ends(60, 80) == 0
