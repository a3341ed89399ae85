"""What folds can show: a setting that is chosen on them, an honest score for it, and differences with intervals.

A fold is a part of the data that one training leaves out and is judged on. NumPy and SciPy.
"""

import math

import numpy as np

from .evidence import Difference


def chosen(scores, besides=None):
    """Return the setting with the highest mean over the folds, of {setting: scores of the folds}.

    besides: the number of a fold that has no say. Of equals the first is taken.
    """
    return max(scores, key=lambda setting: np.delete(scores[setting], [] if besides is None else [besides]).mean())


def nested(scores):
    """Return the score of each fold at the setting that the other folds choose, (K,).

    The mean at the setting that all folds chose flatters it: each fold had a say in what it is judged by.
    """
    folds = len(next(iter(scores.values())))
    return np.array([scores[chosen(scores, besides=fold)][fold] for fold in range(folds)])


def over_folds(one, other, ratio):
    """Return the Difference one − other of two recipes judged on the same folds, a score for each fold.

    ratio: test examples to training examples of a fold. Two trainings share most of their examples, so their scores
    are not independent, and the variance of the mean is s² (1/K + ratio) in place of s² / K (Nadeau & Bengio 2003;
    derived for random splits, on folds a rule of thumb). Ratio 0 gives Student's interval. Raises ValueError on
    fewer than two folds, unequal numbers of them, or a negative ratio.
    """
    one, other = np.asarray(one, "float64"), np.asarray(other, "float64")
    if one.shape != other.shape or one.ndim != 1 or len(one) < 2 or ratio < 0:
        given = f"scores of {one.shape} and {other.shape} folds, ratio {ratio}"
        raise ValueError(f"{given}; give the same folds for both, at least two, and a ratio of 0 or more.")
    from scipy.stats import t

    apart = one - other
    half = t.ppf(0.975, len(apart) - 1) * apart.std(ddof=1) * math.sqrt(1 / len(apart) + ratio)
    return Difference(*(float(value) for value in (apart.mean(), apart.mean() - half, apart.mean() + half)))


def meeting(one, other):
    """Return how alike the edges of two sets of grey images (N, H, W) are: two correlations, each the highest.

    The first is of edges that meet where two images lie beside each other (one's last row and another's first, …): near
    1 where an image goes on in another. The second is of edges that cannot meet, for comparison.
    """
    found = []
    for ends in (((0, -1), (-1, 0)), ((0, 0), (-1, -1))):
        pairs = [(np.take(one, a, axis), np.take(other, b, axis)) for a, b in ends for axis in (1, 2)]
        with np.errstate(invalid="ignore", divide="ignore"):  # an even edge correlates with none
            found.append(max(np.nanmax(np.corrcoef(*pair)[: len(one), len(one) :]) for pair in pairs))
    return tuple(float(value) for value in found)
