"""Facts about single things in a mask: how many there are, which touch, and which were found."""

import numpy as np
import pytest
from skimage.measure import label

from helpers import instances
from helpers.data import cells, microscope

Y, X = np.mgrid[:40, :60]
random = np.random.default_rng(0)


def discs(*places):
    """Return a mask (1, 40, 60, 1) of discs (row, column, radius)."""
    return np.any([np.hypot(Y - y, X - x) <= r for y, x, r in places], axis=0)[None, ..., None].astype(float)


APART, TOUCHING = discs((20, 15, 8), (20, 45, 8)), discs((20, 22, 9), (20, 37, 9))


def test_pieces_are_counted_and_small_ones_left_out():
    masks = APART.copy()
    masks[0, 2, 2] = 1
    assert instances.counts(instances.pieces(masks)) == [3]
    assert instances.counts(instances.pieces(masks, smallest=2)) == [2]
    assert instances.counts(instances.pieces(0 * masks)) == [0]


def test_pieces_against_scikit_image():
    masks = random.integers(0, 2, size=(3, 30, 30, 1))
    found = instances.pieces(masks)
    assert instances.counts(found).tolist() == [label(mask[..., 0], connectivity=1).max() for mask in masks]


def test_touching_discs_are_one_piece_and_two_things():
    assert instances.counts(instances.pieces(TOUCHING)) == [1]
    parts = instances.split(TOUCHING)
    assert instances.counts(parts) == [2]
    left, right = parts[0, 20, 22], parts[0, 20, 37]
    assert left != right and (parts[0, :, :29][TOUCHING[0, :, :29, 0] > 0] == left).mean() > 0.98
    np.testing.assert_array_equal(parts[..., None] > 0, TOUCHING > 0.5)


def test_discs_that_are_apart_and_a_single_one_are_left_alone():
    assert instances.counts(instances.split(APART)) == [2]
    assert instances.counts(instances.split(discs((20, 30, 12)))) == [1]


def test_what_is_too_flat_for_a_summit_is_one_thing():
    thin = np.zeros((1, 40, 60, 1))
    thin[0, 5, 5:30] = thin[0, 10, 10] = 1
    assert instances.counts(instances.split(thin)) == [2]
    assert instances.counts(instances.split(0 * thin)) == [0]


def test_a_higher_pass_is_needed_the_more_apart_is():
    numbers = [instances.counts(instances.split(TOUCHING, apart=apart))[0] for apart in (0.5, 2, 8)]
    assert numbers == sorted(numbers, reverse=True) and numbers[0] == 2 and numbers[-1] == 1


def test_the_count_error_by_hand():
    truth, found = np.array([[[1, 0, 2, 3]], [[0, 0, 0, 0]]]), np.array([[[1, 0, 1, 1]], [[4, 0, 7, 0]]])
    assert instances.counts(truth).tolist() == [3, 0]
    assert instances.count_error(truth, found).tolist() == [2, 2]


def test_matches_by_hand():
    """The first thing is found (3 of 4 pixels), the second is not (1 of 3), the third found one is too many."""
    truth = np.array([[[1, 1, 1, 1, 0, 2, 2, 0, 0, 0]]])
    found = np.array([[[9, 9, 9, 0, 0, 5, 0, 5, 0, 3]]])
    hits, missed, extra = instances.matches(truth, found)
    assert (hits.tolist(), missed.tolist(), extra.tolist()) == ([1], [1], [2])
    assert instances.things_f1(truth, found) == pytest.approx(2 / (2 + 1 + 2))


def test_the_truth_finds_itself_and_nothing_finds_nothing():
    labels = cells.cells(3, (64, 64))[1]
    assert instances.things_f1(labels, labels) == 1
    assert instances.things_f1(0 * labels, 0 * labels) == 1 and instances.things_f1(labels, 0 * labels) == 0
    full = np.ones((1, 4, 4), int)  # no background at all
    assert instances.things_f1(full, full) == 1


def test_taking_apart_counts_drawn_nuclei_better_than_connected_pieces():
    labels = cells.cells(20, (96, 96), seed=4)[1]
    masks = microscope.union(labels)
    alone, parted = (instances.count_error(labels, way(masks)).mean() for way in (instances.pieces, instances.split))
    assert parted < 0.5 * alone
    assert instances.things_f1(labels, instances.split(masks)) > instances.things_f1(labels, instances.pieces(masks))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: instances.pieces(APART[..., 0]), r"\(N, H, W, 1\)"),
        (lambda: instances.split(APART, apart=0), "a depth in pixels, above 0"),
        (lambda: instances.counts(APART[..., 0]), "give whole numbers"),
        (lambda: instances.count_error(np.zeros((1, 2, 2), int), np.zeros((1, 2, 3), int)), "give two equal"),
        (lambda: instances.matches(np.zeros((1, 2, 2), int), np.zeros((1, 2, 2), int), 0.3), "from 0.5 to below 1"),
    ],
)
def test_bad_input_is_refused_in_words(call, message):
    with pytest.raises(ValueError, match=message):
        call()
