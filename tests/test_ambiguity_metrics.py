"""Facts about the measures of several answers, with examples worked by hand."""

import numpy as np
import pytest

from helpers import ambiguity_metrics as metrics
from helpers.data import flips

PAIRS = {1: (3, 0.25)}  # class 1 turns into 3 with the chance ¼
MAP = np.array([[1, 1, 0, 0]], "uint8")
TRUTHS, CHANCES = flips.modes(MAP, PAIRS)  # 1100 with ¾ and 3300 with ¼
KINDS = metrics.kinds(PAIRS)


def energy(samples, weights=None):
    return metrics.energy(np.asarray(samples)[:, None], TRUTHS, CHANCES, KINDS, weights)


def test_the_distance_by_hand():
    """1100 and 1110: class 1 has 2/3, class 3 is empty in both: d = (1/3 + 0) / 2. 1100 and 3300 share nothing: 1."""
    maps = np.array([[[1, 1, 0, 0]], [[1, 1, 1, 0]], [[3, 3, 0, 0]]])
    found = metrics.distances(maps, maps, KINDS)
    np.testing.assert_allclose(found, [[0, 1 / 6, 1], [1 / 6, 0, 1], [1, 1, 0]], atol=1e-6)
    np.testing.assert_array_equal(metrics.distances(maps, maps, [7]), 0)


def test_the_distance_is_one_minus_the_mean_iou_of_sets():
    random = np.random.default_rng(0)
    one, other = random.integers(0, 4, (3, 5, 6)), random.integers(0, 4, (2, 5, 6))
    found = metrics.distances(one, other, [1, 2, 3])
    for i, j in np.ndindex(3, 2):
        sets = [[set(map(tuple, np.argwhere(m == label))) for label in (1, 2, 3)] for m in (one[i], other[j])]
        wanted = np.mean([1 - len(a & b) / len(a | b) for a, b in zip(*sets, strict=True)])
        np.testing.assert_allclose(found[i, j], wanted, atol=1e-6)


def test_the_energy_of_one_answer_by_hand():
    """Always 1100: E d(S, Y) = ¼, E d(S, S') = 0, E d(Y, Y') = 2 · ¾ · ¼; so 2/4 − 3/8."""
    found = energy([[1, 1, 0, 0]], weights=[1])
    assert found == pytest.approx({"ged": 1 / 8, "to_truth": 1 / 4, "among_samples": 0, "among_truths": 3 / 8})


def test_the_energy_is_zero_where_the_model_has_the_distribution_of_the_truth():
    assert energy(TRUTHS[:, 0], weights=CHANCES)["ged"] == pytest.approx(0, abs=1e-6)


def test_drawn_from_the_truth_the_estimate_is_zero_on_average():
    random = np.random.default_rng(0)
    found = [energy(TRUTHS[random.choice(2, 4, p=CHANCES)][:, 0])["ged"] for _ in range(2000)]
    assert abs(np.mean(found)) < 4 * np.std(found) / np.sqrt(len(found)) < 0.05


def test_counting_a_draw_with_itself_would_add_a_part_of_the_distance_among_samples():
    draws = [[1, 1, 0, 0], [1, 1, 0, 0], [3, 3, 0, 0]]
    apart, together = energy(draws), energy(draws, weights=np.full(3, 1 / 3))
    assert apart["among_samples"] == pytest.approx(2 / 3)  # of three pairs two differ
    assert together["among_samples"] == pytest.approx(4 / 9)  # of nine pairs four differ
    assert together["ged"] - apart["ged"] == pytest.approx(apart["among_samples"] / 3)


def test_what_does_not_count_in_truth_does_not_count():
    truths = np.where(np.arange(4) == 3, 255, TRUTHS)
    found = metrics.energy(np.array([[[1, 1, 0, 1]]]), truths, CHANCES, KINDS, weights=[1])
    assert found["ged"] == pytest.approx(1 / 8)


def test_the_share_of_the_twin_by_hand():
    samples = np.array([[[1, 1, 0, 0]], [[3, 3, 3, 3]], [[3, 1, 0, 0]], [[0, 3, 1, 1]], [[0, 0, 1, 3]]])
    shares = metrics.twin_shares(samples, MAP, PAIRS)
    np.testing.assert_array_equal(shares[:, 0], [0, 1, 0.5, 1, np.nan])
    np.testing.assert_array_equal(metrics.mode_of(shares), [0, 1, 0, 1, -1])
    np.testing.assert_array_equal(metrics.mode_of(np.stack([shares, 1 - shares]))[1], [1, 0, 0, 0, -1])
    assert metrics.wholeness(shares) == pytest.approx((1 + 1 + 0.5 + 1) / 4)


def test_every_mode_is_recognised_as_itself():
    pairs = flips.pairs()
    labels = np.arange(11, dtype="uint8")[None]
    maps, _ = flips.modes(labels, pairs)
    np.testing.assert_array_equal(metrics.mode_of(metrics.twin_shares(maps, labels, pairs)), np.arange(32))


def test_frequencies_leave_out_what_cannot_be_told():
    np.testing.assert_allclose(metrics.mode_frequencies([[0, 1], [-1, 1]], 4), [1 / 3, 2 / 3, 0, 0])
    assert np.isnan(metrics.mode_frequencies([-1], 2)).all()


def test_total_variation_is_the_mass_that_moves():
    assert metrics.total_variation([0.5, 0.5, 0], [0.25, 0.25, 0.5]) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("samples", "weights", "says"),
    [(MAP, None, "give \\(m, H, W\\)"), (MAP[None], None, "give two at least"), (TRUTHS[..., :3], None, "samples are")],
)
def test_bad_input_is_named(samples, weights, says):
    with pytest.raises(ValueError, match=says):
        metrics.energy(samples, TRUTHS, CHANCES, KINDS, weights)
