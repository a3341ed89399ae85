"""What a model that gives several answers is worth: NumPy, on label maps. Worked examples stand in the tests.

`pairs` is {label: (label of its twin, chance)}, as from `data.flips.pairs`.
"""

import numpy as np


def kinds(pairs):
    """Return the labels of the flipped classes and of their twins, each class before its twin."""
    return [label for kind, (twin, _) in pairs.items() for label in (kind, twin)]


def distances(one, other, labels):
    """Return d, (A, B), between every two of label maps (A, H, W) and (B, H, W): mean of 1 − IoU over `labels`.

    Where both maps lack a label, its part of d is 0. So d lies in [0, 1].
    """
    one, other = (np.asarray(maps).reshape(len(maps), -1) for maps in (one, other))
    total = np.zeros((len(one), len(other)))
    for label in labels:
        a, b = (one == label).astype("float32"), (other == label).astype("float32")
        both = a @ b.T  # exact below 2²⁴ pixels
        either = a.sum(axis=1)[:, None] + b.sum(axis=1) - both
        total += np.where(either > 0, 1 - both / np.maximum(either, 1), 0)
    return total / len(labels)


def energy(samples, truths, chances, labels, weights=None, ignore=255):
    """Return {"ged", "to_truth", "among_samples", "among_truths"} of one image, each a number.

    ged = 2 E[d(S, Y)] − E[d(S, S')] − E[d(Y, Y')], the generalised energy distance (Székely & Rizzo 2013), with d as
    in `distances`. samples: label maps (m, H, W). truths: every right answer (M, H, W), with `chances`, (M,), so that
    the expectations over Y are exact. Pixels that are `ignore` in truth do not count.
    weights: None where samples are independent draws: E[d(S, S')] is then the mean over pairs of *different* draws, and
    the estimate is unbiased (0 on average where S and Y have one distribution, and at times below 0). Where the
    samples are all that a model can say, their probabilities, (m,): the expectation over them is then exact, and the
    same answer twice is a pair too. (Kohl et al. average over all pairs, which adds E[d(S, S')] / m.)
    """
    samples, truths, chances = np.asarray(samples), np.asarray(truths), np.asarray(chances, "float64")
    if samples.ndim != 3 or truths.shape[1:] != samples.shape[1:] or chances.shape != truths.shape[:1]:
        raise ValueError(
            f"samples are {samples.shape}, truths {truths.shape}, chances {chances.shape}; "
            "give (m, H, W), (M, H, W), (M,)."
        )
    if weights is None and len(samples) < 2:
        raise ValueError("one sample tells nothing about others; give two at least, or weights=[1].")
    counted = truths[0] != ignore
    samples, truths = samples[:, counted][:, None], truths[:, counted][:, None]
    share = np.full(len(samples), 1 / len(samples)) if weights is None else np.asarray(weights, "float64")
    found = {"to_truth": share @ distances(samples, truths, labels) @ chances}
    among = share @ distances(samples, samples, labels) @ share
    found["among_samples"] = among * len(samples) / (len(samples) - 1) if weights is None else among
    found["among_truths"] = chances @ distances(truths, truths, labels) @ chances
    ged = 2 * found["to_truth"] - found["among_samples"] - found["among_truths"]
    return {name: float(value) for name, value in ({"ged": ged} | found).items()}


def twin_shares(samples, labels, pairs):
    """Return how far each sample shows the twin of each class, (m, n): 0 the class, 1 the twin, between: a mixture.

    samples: label maps (m, H, W); labels: the map without flips (H, W). Of the pixels that are of the class in `labels`
    and named class or twin in the sample, the share named twin. NaN where there is none.
    """
    samples, shares = np.asarray(samples), []
    for kind, (twin, _) in pairs.items():
        inside = samples[:, np.asarray(labels) == kind]
        twins, either = (inside == twin).sum(axis=1), np.isin(inside, (kind, twin)).sum(axis=1)
        shares.append(np.divide(twins, either, out=np.full(len(samples), np.nan), where=either > 0))
    return np.stack(shares, axis=1)


def wholeness(shares):
    """Return how whole the answers are, from ½ to 1: the mean over samples and classes of the greater share.

    shares: as from `twin_shares`, of any shape. 1: every class is all class or all twin; ½: half and half.
    """
    return float(np.nanmean(np.maximum(shares, 1 - shares)))


def mode_of(shares):
    """Return the number of the mode that each sample shows, by majority; −1 where a class cannot be told.

    shares: (…, n), as from `twin_shares`. The numbers, (…), are those of `data.flips.modes`.
    """
    shares = np.asarray(shares)
    numbers = (shares > 0.5) @ (2 ** np.arange(shares.shape[-1])[::-1])
    return np.where(np.isnan(shares).any(axis=-1), -1, numbers)


def mode_frequencies(numbers, count):
    """Return how often each of `count` modes is shown, (count,), summing to 1; −1 is left out, NaN if all are."""
    numbers = np.asarray(numbers).ravel()
    numbers = numbers[numbers >= 0]
    return np.bincount(numbers, minlength=count) / len(numbers) if len(numbers) else np.full(count, np.nan)


def total_variation(one, other):
    """Return half the sum of |p − q|, from 0 to 1: the chance mass that has to move to make one the other."""
    return float(np.abs(np.asarray(one) - np.asarray(other)).sum() / 2)
