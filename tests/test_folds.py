"""Facts about choosing on folds, and what folds can show."""

import numpy as np
import pytest

from helpers import evidence, folds

SCORES = {0.3: np.array([0.9, 0.5, 0.5]), 0.5: np.array([0.6, 0.6, 0.6])}


def test_the_setting_with_the_highest_mean_is_chosen_and_a_fold_can_be_left_out():
    assert folds.chosen(SCORES) == 0.3
    assert folds.chosen(SCORES, besides=0) == 0.5
    assert folds.chosen({"first": [1, 1], "second": [1, 1]}) == "first"


def test_a_nested_score_uses_what_the_other_folds_choose():
    """Folds 1 and 2 choose 0.5 for fold 0; with fold 0 the mean of 0.3 is 0.7, so it is taken for the others."""
    np.testing.assert_array_equal(folds.nested(SCORES), [0.6, 0.5, 0.5])


def test_a_fold_of_its_own_choice_is_flattered():
    scores = dict(enumerate(np.random.default_rng(0).normal(size=(40, 4))))
    assert folds.nested(scores).mean() < scores[folds.chosen(scores)].mean()


def test_without_shared_examples_it_is_students_interval():
    one, other = np.random.default_rng(1).normal(size=(2, 5))
    np.testing.assert_allclose(folds.over_folds(one, other, 0), evidence.over_seeds(one, other))


def test_the_corrected_interval_by_hand():
    """Differences 1, 2, 3: deviation 1, t = 4.3027; one third of test to training doubles the variance of the mean."""
    found = folds.over_folds([3, 5, 7], [2, 3, 4], 1 / 3)
    half = 4.3027 * np.sqrt(2 / 3)
    np.testing.assert_allclose(found, [2, 2 - half, 2 + half], atol=1e-4)


def test_folds_that_share_examples_need_the_correction():
    """Scores of folds with a common part: the plain interval of what shares it is too narrow, the corrected one less.

    The mean of a fold's difference is 0; each training adds noise, half of whose variance all folds share.
    """
    random = np.random.default_rng(2)
    common, own = random.normal(size=(2000, 1)), random.normal(size=(2000, 4))
    missed = {
        ratio: np.mean([not low <= 0 <= high for _, low, high in (folds.over_folds(d, 0 * d, ratio) for d in draws)])
        for ratio, draws in ((ratio, 0.5 * common + own) for ratio in (0, 1 / 3))
    }
    assert missed[0] > 0.09 and missed[1 / 3] < 0.06


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [([1], [1], 0), ([1, 2], [1, 2, 3], 0), ([1, 2], [2, 3], -0.1), ([[1, 2]], [[1, 2]], 0)]
)
def test_bad_input_is_named(one, other, ratio):
    with pytest.raises(ValueError, match="give the same folds"):
        folds.over_folds(one, other, ratio)


def test_an_image_that_goes_on_in_another_is_found():
    picture = np.random.default_rng(3).random((40, 81))
    left, right = picture[None, :, :41], picture[None, :, 40:]  # they share a column
    could, cannot = folds.meeting(left, right)
    assert could == pytest.approx(1) and cannot < 0.6
    assert folds.meeting(right, left)[0] == pytest.approx(1)
    upper, lower = (np.swapaxes(part, 1, 2) for part in (left, right))
    assert folds.meeting(upper, lower)[0] == pytest.approx(1)
