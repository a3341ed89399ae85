"""What intervals of one difference say together, and deviations pooled over several configurations. NumPy and SciPy."""

import numpy as np

from .evidence import Difference


def agreed(*differences):
    """Return "higher" or "lower" where every Difference has this verdict, else "undecided"."""
    words = {one.verdict for one in differences}
    return words.pop() if len(words) == 1 else "undecided"


def sentence(over, *each, digits=3):
    """Return a Difference and the verdict of it with others in Markdown, such as "+0.012, **higher**".

    An undecided one says what was missing: half the width of the widest interval, which it would have had to reach, or,
    where `over` alone would have been decided, that not every interval agrees.
    """
    word, least = agreed(over, *each), max(one.smallest for one in (over, *each))
    needed = f"would have had to be about {least:.{digits}f}" if over.verdict == word else "not in every interval"
    return f"{signed(over.mean, digits)}, **{word}**" + (f" ({needed})" if word == "undecided" else "")


def signed(value, digits=3):
    """Return a number with its sign, a true minus, and no sign where it is zero when rounded."""
    text = f"{value:+.{digits}f}".replace("-", "−")
    return text if any(digit in text for digit in "123456789") else text[1:]


def deviation(groups):
    """Return (s, degrees of freedom) of the chance that all groups of values share: s² is the mean of their variances.

    groups: lists of values of the same kind, such as the seeds of each configuration; at least one has two. Variances
    have n − 1 below, and count as often.
    """
    groups = [np.asarray(group, "float64") for group in groups]
    freedom = sum(len(group) - 1 for group in groups)
    if not freedom:
        raise ValueError(f"{len(groups)} groups of single values have no deviation; give one with two values or more.")
    apart = sum(((group - group.mean()) ** 2).sum() for group in groups)
    return float(np.sqrt(apart / freedom)), freedom


def pooled(one, other, groups):
    """Return the Difference of the means of two lists of values, whose deviation is that of all `groups`.

    For few seeds of many configurations: the interval is mean ± t · s · √(1/n + 1/m), t with the degrees of freedom of
    all. It takes for granted that chance is as large in all of them.
    """
    spread, t = _spread(groups)
    mean, half = np.mean(one) - np.mean(other), t * spread * np.sqrt(1 / len(one) + 1 / len(other))
    return Difference(float(mean), float(mean - half), float(mean + half))


def predicted(value, values, groups):
    """Return whether a value lies in the 95 % prediction interval of others, with the deviation of all `groups`."""
    spread, t = _spread(groups)
    return bool(abs(value - np.mean(values)) <= t * spread * np.sqrt(1 + 1 / len(values)))


def paired(one, other, resamples=10_000, seed=0):
    """Return the Difference of the means of two lists of values of the same images, by a bootstrap over the images.

    It holds the chance of the images, and takes what made the values as it is. For images that do not follow each other
    in a film: see `evidence.blocks` for those.
    """
    one, other = np.asarray(one, "float64"), np.asarray(other, "float64")
    if one.ndim != 1 or len(one) < 2 or one.shape != other.shape:
        raise ValueError(f"values of {one.shape} and {other.shape}; give one for each image, two at least.")
    apart = one - other
    draws = np.random.default_rng(seed).integers(len(apart), size=(resamples, len(apart)))
    low, high = np.quantile(apart[draws].mean(axis=1), [0.025, 0.975])
    return Difference(float(apart.mean()), float(low), float(high))


def _spread(groups):
    from scipy.stats import t

    spread, freedom = deviation(groups)
    return spread, float(t.ppf(0.975, freedom))
