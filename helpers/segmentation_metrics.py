"""What a segmentation is worth: NumPy, on label maps and masks. The definitions are those of the papers cited.

Label maps are integer arrays (N, height, width); a mask is a label map with the classes 0 and 1. Every metric has an
example worked by hand in `tests/test_segmentation_metrics.py`.
"""

import numpy as np
from scipy import ndimage

from .metrics import iou

# Counted over all pixels


def confusion(truth, predicted, classes, ignore=None):
    """Return the matrix (classes, classes) of pixel counts: its line is the true class, its column the predicted one.

    Pixels whose true label is `ignore` do not count. Raises ValueError on labels out of range.
    """
    truth, predicted = _pair(truth, predicted)
    counted = np.ones(truth.shape, bool) if ignore is None else truth != ignore
    truth, predicted = truth[counted].astype("int64"), predicted[counted].astype("int64")
    for name, labels in {"truth": truth, "predicted": predicted}.items():
        if labels.size and not (labels.min() >= 0 and labels.max() < classes):
            raise ValueError(
                f"{name} holds labels from {labels.min()} to {labels.max()}; "
                f"give 0 to {classes - 1}" + (f", or {ignore} for what does not count." if ignore is not None else ".")
            )
    return np.bincount(classes * truth + predicted, minlength=classes**2).reshape(classes, classes)


def ious(matrix):
    """Return the intersection over union of each class, (classes,), from a confusion matrix; NaN without a pixel."""
    both = np.diag(matrix)
    return _divided(both, matrix.sum(axis=0) + matrix.sum(axis=1) - both)


def miou(matrix):
    """Return the mean of `ious` over the classes that occur, in the truth or in the prediction."""
    return float(np.nanmean(ious(matrix)))


def class_accuracy(matrix):
    """Return the share of each true class that was found, averaged over the classes that occur in the truth."""
    return float(np.nanmean(_divided(np.diag(matrix), matrix.sum(axis=1))))


# Boundaries


def boundary(masks):
    """Return where the boundary of each mask runs: its pixels with a 4-neighbour outside; the image's edge is none."""
    masks = np.asarray(masks, bool)
    padded = np.pad(masks, [(0, 0), (1, 1), (1, 1)], mode="edge")
    inside = padded[:, :-2, 1:-1] & padded[:, 2:, 1:-1] & padded[:, 1:-1, :-2] & padded[:, 1:-1, 2:]
    return masks & ~inside


def tolerance(shape):
    """Return how far a boundary may be off and still match: 0.75 % of the diagonal, rounded up, in pixels."""
    return int(np.ceil(0.0075 * np.hypot(*shape)))


def boundary_f(truth, predicted, classes=2, within=None, ignore=None):
    """Return the boundary F measure of each image, (N,): the mean over the classes that occur in its truth.

    F is the harmonic mean of two shares: of predicted boundary pixels with a true one within `within` pixels
    (`tolerance` unless told), and of true ones with a predicted one. A mask (two classes) is judged by class 1 alone;
    where it is empty in truth, F is 1 if it is so in the prediction, and 0 if not. Paper: Csurka et al. (2013).
    """
    truth, predicted = _pair(truth, predicted)
    within = tolerance(truth.shape[1:]) if within is None else within
    if ignore is not None:
        predicted = np.where(truth == ignore, truth, predicted)
    kinds = [1] if classes == 2 else range(classes)
    scores = np.array([_f(truth == kind, predicted == kind, within) for kind in kinds])  # (classes, N)
    present = np.array([(truth == kind).any(axis=(1, 2)) for kind in kinds])
    if classes == 2:
        return np.where(present[0], scores[0], ~(predicted == 1).any(axis=(1, 2)))
    return _divided((scores * present).sum(axis=0), present.sum(axis=0))


def distance(truth):
    """Return how far each pixel, (N, H, W), lies from the nearest boundary between labels, in pixels: 0 on either side.

    Infinite where an image has one label only.
    """
    truth = np.asarray(truth)
    edges = np.zeros(truth.shape, bool)
    edges[:, 1:] |= truth[:, 1:] != truth[:, :-1]
    edges[:, :-1] |= truth[:, 1:] != truth[:, :-1]
    edges[:, :, 1:] |= truth[:, :, 1:] != truth[:, :, :-1]
    edges[:, :, :-1] |= truth[:, :, 1:] != truth[:, :, :-1]
    return np.stack([_distance(lines) for lines in edges])


def interior(truth, within=None):
    """Return which pixels lie farther than twice `within` (`tolerance` unless told) from any boundary of the truth."""
    within = tolerance(np.shape(truth)[1:]) if within is None else within
    return distance(truth) > 2 * within


# Specks and confidence


def speckle(labels, smallest=None):
    """Return the number of specks of each label map, (N,): 4-connected pieces of one label below `smallest` pixels.

    Unless told, `smallest` is 16 at 360×480, in proportion to the area elsewhere, and at least 2.
    """
    return np.array([sum(count for count, _ in found) for found in _specks(labels, smallest)])


def specks(labels, smallest=None):
    """Return which pixels belong to the specks that `speckle` counts, bool (N, H, W)."""
    return np.array([np.any([where for _, where in found], axis=0) for found in _specks(labels, smallest)])


def roughness(masks, smallest=None):
    """Return how rough the outline of each mask is, (N,): the share of its length that a small smoothing takes away.

    masks: bool (N, H, W). The length counts the pairs of neighbouring pixels of which one lies in the mask; so a
    straight edge of any direction and a rectangle are equally smooth. The smoothing takes away what a square
    of 2×2 pixels does not fit into, first of the mask, then of what is around it. Specks (see `speckle`) do not
    count. 0: nothing to take away; 1: nothing is left.
    """
    masks = np.asarray(masks, bool)
    masks = masks ^ specks(masks, smallest)
    length = outline(masks)
    return np.where(length > 0, 1 - outline(smoothed(masks)) / np.maximum(length, 1), 0.0)


def outline(masks):
    """Return the length of the outline of each mask, (N,): how many pairs of 4-neighbours lie on its two sides."""
    masks = np.asarray(masks, bool)
    return (masks[:, 1:] != masks[:, :-1]).sum(axis=(1, 2)) + (masks[:, :, 1:] != masks[:, :, :-1]).sum(axis=(1, 2))


def smoothed(masks, size=2):
    """Return masks (N, H, W) opened, then closed with a square: without what is narrower than `size` pixels."""
    square = np.ones((1, size, size), bool)
    padded = np.pad(masks, [(0, 0), (2 * size, 2 * size), (2 * size, 2 * size)], mode="edge")
    opened = ndimage.binary_opening(padded, square)
    return ndimage.binary_closing(opened, square)[:, 2 * size : -2 * size, 2 * size : -2 * size]


def judged(truth, masks):
    """Return what masks are worth: {"iou", "boundary_f", "speckle": one an image, (N,); "miou": one number}.

    truth, masks: (N, H, W, 1) in [0, 1], cut at one half. The first three are `metrics.iou`, `boundary_f` and
    `speckle`; `miou` is the mean of the IoU of object and background, each counted over the pixels of all images.
    """
    one, other = (np.asarray(images)[..., 0] > 0.5 for images in (truth, masks))
    found = {"iou": iou(masks, truth), "boundary_f": boundary_f(one, other), "speckle": speckle(other)}
    return found | {"miou": miou(confusion(one, other, 2))}


def calibration_error(truth, probabilities, bins=15, ignore=None):
    """Return the expected calibration error: how far confidence and accuracy are apart, averaged over all pixels.

    probabilities: (N, H, W, classes), summing to 1. Pixels are sorted into `bins` equal bins by their highest
    probability (Guo et al. 2017).
    """
    truth, probabilities = np.asarray(truth), np.asarray(probabilities, "float64")
    if probabilities.shape[:-1] != truth.shape:
        raise ValueError(
            f"truth is {truth.shape} and probabilities {probabilities.shape}; give (N, H, W), (N, H, W, C)."
        )
    counted = np.ones(truth.shape, bool) if ignore is None else truth != ignore
    sure = probabilities.max(axis=-1)[counted]
    right = (probabilities.argmax(axis=-1) == truth)[counted]
    place = np.minimum((sure * bins).astype(int), bins - 1)
    gaps = [abs((sure - right)[place == number].sum()) for number in range(bins)]
    return float(sum(gaps) / sure.size)


def difference(one, other, resamples=10_000, seed=0, block=1):
    """Return (mean, low, high) of one − other, with the 95 % interval of a paired bootstrap over test images.

    one, other: a score for each test image, the same images in the same order. block: how many neighbouring images
    are drawn together, as the frames of a film should be.
    """
    apart = np.asarray(one, "float64") - np.asarray(other, "float64")
    starts = np.arange(0, len(apart), block)
    sums = np.add.reduceat(apart, starts)
    counts = np.diff([*starts, len(apart)])
    drawn = np.random.default_rng(seed).integers(len(starts), size=(resamples, len(starts)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    return float(apart.mean()), *(float(value) for value in np.quantile(means, [0.025, 0.975]))


def _f(truth, predicted, within):
    true, found = boundary(truth), boundary(predicted)
    scores = []
    for line, other in zip(true, found, strict=True):
        precision = (_distance(line)[other] <= within).mean() if other.any() else 0.0
        recall = (_distance(other)[line] <= within).mean() if line.any() else 0.0
        scores.append(2 * precision * recall / max(precision + recall, 1e-12))
    return scores


def _distance(lines):
    """Return how far each pixel is from the nearest true one; without any, farther than any image is wide."""
    return ndimage.distance_transform_edt(~lines) if lines.any() else np.full(lines.shape, np.inf)


def _specks(labels, smallest):
    """Return for each label map a list of (count, where), one for each of its labels: how many specks, which pixels."""
    labels = np.asarray(labels)
    if smallest is None:
        smallest = max(2, round(16 * labels[0].size / (360 * 480)))
    return [[_small(one == kind, smallest) for kind in np.unique(one)] for one in labels]


def _small(mask, smallest):
    pieces, count = ndimage.label(mask)
    small = np.bincount(pieces.ravel(), minlength=count + 1) < smallest
    small[0] = False
    return int(small.sum()), small[pieces]


def _divided(one, other):
    return np.divide(one, other, out=np.full(np.shape(one), np.nan), where=np.asarray(other) > 0)


def _pair(truth, predicted):
    truth, predicted = np.asarray(truth), np.asarray(predicted)
    if truth.shape != predicted.shape or truth.ndim != 3 or not truth.size:
        raise ValueError(
            f"The label maps have the shapes {truth.shape} and {predicted.shape}; give two equal, (N, H, W)."
        )
    if truth.dtype.kind not in "iub" or predicted.dtype.kind not in "iub":
        raise ValueError(f"The label maps are {truth.dtype} and {predicted.dtype}; give whole numbers.")
    return truth, predicted
