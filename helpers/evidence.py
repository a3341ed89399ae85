"""What several runs can show: differences with their intervals, and the verdict that these allow. NumPy and SciPy."""

import math
from typing import NamedTuple

import numpy as np

from .segmentation_metrics import ious


class Difference(NamedTuple):
    """The difference of two models in one score, and the 95 % interval of its mean, `low` to `high`.

    It counts where the interval leaves zero out. Where it does not, `smallest` says what could have been seen.
    """

    mean: float
    low: float
    high: float

    @property
    def verdict(self):
        """The word for it: "higher", "lower" or "undecided"."""
        return "higher" if self.low > 0 else "lower" if self.high < 0 else "undecided"

    @property
    def smallest(self):
        """The smallest difference that these runs could have shown: half the width of the interval."""
        return (self.high - self.low) / 2

    def written(self, digits=3):
        """Return it in words, such as "+0.012 (−0.003 to +0.027), undecided: below 0.015 these runs show nothing"."""
        mean, low, high = (f"{value:+.{digits}f}".replace("-", "−") for value in self)
        more = f": below {self.smallest:.{digits}f} these runs show nothing" if self.verdict == "undecided" else ""
        return f"{mean} ({low} to {high}), {self.verdict}{more}"


def over_seeds(one, other):
    """Return the Difference one − other of two models that were trained with the same seeds, a score for each.

    The interval is that of Student's t for paired values: it holds what training does by chance, and takes the test
    images as they are. Raises ValueError on fewer than two seeds or unequal numbers of them.
    """
    one, other = np.asarray(one, "float64"), np.asarray(other, "float64")
    if one.shape != other.shape or one.ndim != 1 or len(one) < 2:
        raise ValueError(f"scores of {one.shape} and {other.shape} seeds; give the same seeds for both, at least two.")
    from scipy.stats import t

    apart = one - other
    half = float(t.ppf(0.975, len(apart) - 1)) * apart.std(ddof=1) / math.sqrt(len(apart))
    return Difference(float(apart.mean()), float(apart.mean() - half), float(apart.mean() + half))


def blocks(matrices, block=10):
    """Return the sums of `block` confusion matrices at a time, (blocks, C, C), from one for each image, (N, C, C).

    Frames of a film that follow each other look alike: they are one piece of evidence, and resampled together.
    """
    matrices = np.asarray(matrices)
    return np.add.reduceat(matrices, np.arange(0, len(matrices), block))


def miou_apart(one, other, resamples=10_000, seed=0):
    """Return the Difference in mIoU of two models whose test pixels are counted in blocks, (blocks, C, C) each.

    A paired bootstrap: the same blocks are drawn for both, and each draw is judged by one matrix, as mIoU is. The
    interval holds the chance of the test images, and takes the two trained networks as they are.
    """
    one, other = np.asarray(one), np.asarray(other)
    if one.shape != other.shape or one.ndim != 3:
        raise ValueError(f"one is {one.shape} and other {other.shape}; give (blocks, C, C) of the same test images.")
    drawn = np.random.default_rng(seed).multinomial(len(one), [1 / len(one)] * len(one), size=resamples)
    values = [np.nanmean(_ious(np.tensordot(drawn, part, 1)), axis=1) for part in (one, other)]
    low, high = np.quantile(values[0] - values[1], [0.025, 0.975])
    mean = np.nanmean(ious(one.sum(axis=0))) - np.nanmean(ious(other.sum(axis=0)))
    return Difference(float(mean), float(low), float(high))


def _ious(matrices):
    """Return the IoU of each class, (N, C), from confusion matrices (N, C, C)."""
    both = np.diagonal(matrices, axis1=1, axis2=2)
    all_of = matrices.sum(axis=1) + matrices.sum(axis=2) - both
    return np.divide(both, all_of, out=np.full(both.shape, np.nan), where=all_of > 0)
