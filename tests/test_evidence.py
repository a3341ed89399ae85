"""Facts about differences between models, and what several runs can show."""

import numpy as np
import pytest
from scipy.stats import ttest_rel

from helpers import evidence
from helpers import segmentation_metrics as metrics

RANDOM = np.random.default_rng(0)


def test_the_interval_over_seeds_by_hand():
    """Differences 1, 2, 3: mean 2, deviation 1, t = 4.3027 for three seeds, half width 4.3027 / √3 = 2.4841."""
    found = evidence.over_seeds([3, 5, 7], [2, 3, 4])
    np.testing.assert_allclose(found, [2, 2 - 2.4841, 2 + 2.4841], atol=1e-4)
    assert found.verdict == "undecided"
    assert found.smallest == pytest.approx(2.4841, abs=1e-4)


def test_the_interval_leaves_zero_out_where_a_paired_t_test_is_significant():
    for number in range(20):
        one, other = np.random.default_rng(number).normal([[0.6], [0.0]], size=(2, 8))
        decided = evidence.over_seeds(one, other).verdict != "undecided"
        assert decided == (ttest_rel(one, other).pvalue < 0.05)


def test_words():
    assert evidence.Difference(0.02, 0.01, 0.03).written() == "+0.020 (+0.010 to +0.030), higher"
    assert evidence.Difference(-0.02, -0.03, -0.01).written(2) == "−0.02 (−0.03 to −0.01), lower"
    assert (
        evidence.Difference(0.0, -0.1, 0.1).written(1)
        == "+0.0 (−0.1 to +0.1), undecided: below 0.1 these runs show nothing"
    )


def matrices(truth, predicted):
    return np.stack([metrics.confusion(*pair, 3) for pair in zip(truth[:, None], predicted[:, None], strict=True)])


def test_blocks_sum_neighbours_and_lose_no_pixel():
    counts = RANDOM.integers(0, 9, size=(23, 3, 3))
    found = evidence.blocks(counts)
    assert found.shape == (3, 3, 3)
    np.testing.assert_array_equal(found[2], counts[20:].sum(axis=0))
    np.testing.assert_array_equal(found.sum(axis=0), counts.sum(axis=0))


def test_the_difference_is_that_of_the_two_whole_matrices_and_zero_against_itself():
    truth, good, bad = RANDOM.integers(0, 3, size=(3, 40, 8, 8))
    good = np.where(RANDOM.uniform(size=truth.shape) < 0.8, truth, good)
    one, other = (evidence.blocks(matrices(truth, found), 4) for found in (good, bad))
    found = evidence.miou_apart(one, other, resamples=500)
    assert found.mean == pytest.approx(metrics.miou(one.sum(axis=0)) - metrics.miou(other.sum(axis=0)))
    assert found.verdict == "higher"
    assert evidence.miou_apart(one, one, resamples=50) == (0, 0, 0)


def test_the_bootstrap_against_resampling_by_hand():
    truth, other = RANDOM.integers(0, 3, size=(2, 30, 4, 4))
    one = np.where(RANDOM.uniform(size=truth.shape) < 0.3, truth, RANDOM.integers(0, 3, size=truth.shape))
    counts = [evidence.blocks(matrices(truth, found), 3) for found in (one, other)]
    drawn = np.random.default_rng(1).integers(10, size=(3000, 10))
    apart = [metrics.miou(counts[0][rows].sum(axis=0)) - metrics.miou(counts[1][rows].sum(axis=0)) for rows in drawn]
    found = evidence.miou_apart(*counts)
    np.testing.assert_allclose(found[1:], np.quantile(apart, [0.025, 0.975]), atol=0.01)


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="at least two"):
        evidence.over_seeds([1], [2])
    with pytest.raises(ValueError, match="same test images"):
        evidence.miou_apart(np.zeros((3, 2, 2)), np.zeros((4, 2, 2)))
