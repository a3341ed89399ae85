"""Verdicts of several intervals, and pooled deviations, against SciPy where it has the case."""

import numpy as np
import pytest
from scipy import stats

from helpers import evidence, verdicts

UP, DOWN = evidence.Difference(0.02, 0.01, 0.03), evidence.Difference(-0.02, -0.03, -0.01)
OPEN = evidence.Difference(0.005, -0.015, 0.025)


@pytest.mark.parametrize(
    ("differences", "word"),
    [((UP,), "higher"), ((UP, UP), "higher"), ((DOWN, DOWN), "lower"), ((UP, DOWN), "undecided"),
     ((UP, OPEN), "undecided"), ((OPEN, OPEN), "undecided")],
)  # fmt: skip
def test_a_verdict_needs_every_interval(differences, word):
    assert verdicts.agreed(*differences) == word


def test_a_sentence_has_the_number_the_word_and_what_was_missing():
    assert verdicts.sentence(UP, UP) == "+0.020, **higher**"
    assert verdicts.sentence(DOWN, digits=2) == "−0.02, **lower**"
    assert verdicts.sentence(OPEN, UP) == "+0.005, **undecided** (would have had to be about 0.020)"
    assert verdicts.sentence(UP, OPEN) == "+0.020, **undecided** (not in every interval)"


@pytest.mark.parametrize(("value", "text"), [(0.0123, "+0.012"), (-0.5, "−0.500"), (-0.0001, "0.000"), (0, "0.000")])
def test_a_sign_is_a_true_minus_and_zero_has_none(value, text):
    assert verdicts.signed(value) == text


def test_the_pooled_interval_of_two_groups_is_students():
    one, other = np.random.default_rng(0).normal(size=(2, 5))
    found = verdicts.pooled(one, other, [one, other])
    expected = stats.ttest_ind(one, other).confidence_interval(0.95)
    np.testing.assert_allclose([found.low, found.high], [expected.low, expected.high])
    assert found.mean == pytest.approx(one.mean() - other.mean())


def test_the_deviation_of_groups_of_one_size_is_the_root_of_the_mean_variance():
    groups = np.random.default_rng(1).normal(size=(12, 2))
    assert verdicts.deviation(groups) == (pytest.approx(np.sqrt(groups.var(axis=1, ddof=1).mean())), 12)
    with pytest.raises(ValueError, match="single values"):
        verdicts.deviation([[1.0], [2.0]])


def test_nineteen_values_of_twenty_are_predicted():
    random = np.random.default_rng(2)
    inside = []
    for _ in range(2000):
        groups = random.normal(size=(6, 2)) + 10 * np.arange(6)[:, None]
        inside.append(verdicts.predicted(random.normal(), groups[0], groups))
    assert 0.935 < np.mean(inside) < 0.965


def test_a_paired_bootstrap_is_near_the_normal_interval_and_sees_what_images_share():
    random = np.random.default_rng(3)
    other = random.normal(0, 10, 200)  # images differ much,
    one = other + random.normal(0.5, 1, 200)  # the two models little
    found = verdicts.paired(one, other)
    half = 1.96 * (one - other).std() / np.sqrt(200)
    mean = (one - other).mean()
    np.testing.assert_allclose([found.mean, found.low, found.high], [mean, mean - half, mean + half], atol=0.02)
    assert found.verdict == "higher"


@pytest.mark.parametrize(("one", "other"), [([1], [2]), ([1, 2], [1, 2, 3]), ([[1, 2]], [[1, 2]])])
def test_a_paired_bootstrap_needs_a_value_for_each_image(one, other):
    with pytest.raises(ValueError, match="one for each image"):
        verdicts.paired(one, other)
