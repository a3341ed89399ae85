"""What masks of nuclei and of roads are worth: Dice, patches, relaxed precision and recall. NumPy.

`truth` and `masks` are arrays (N, height, width, 1) in [0, 1], cut at one half. Every metric has an example worked by
hand in `tests/test_mask_metrics.py`; IoU is in `metrics`, boundaries are in `segmentation_metrics`.
"""

import numpy as np
from scipy import ndimage


def dice(truth, masks):
    """Return the Dice coefficient of each pair of masks, (N,): from 0 to 1, and 1 where both are empty.

    Twice the pixels that both hold, divided by the sum of what each holds (Dice 1945): the F1 of the pixels, 2 IoU /
    (1 + IoU).
    """
    truth, masks = _pair(truth, masks)
    both, sizes = ((truth & masks).sum(axis=(1, 2, 3)), (truth.sum(axis=(1, 2, 3)) + masks.sum(axis=(1, 2, 3))))
    return np.where(sizes == 0, 1.0, 2 * both / np.maximum(sizes, 1))


# Roads: patches


def patches(masks, side=16, share=0.25):
    """Return which patches are road, bool (N, H / side, W / side): those of which more than `share` is.

    masks: as above; their sides divide by `side`, or a ValueError says so.
    """
    masks = np.asarray(masks)
    if masks.ndim != 4 or masks.shape[-1] != 1 or side < 1 or any(length % side for length in masks.shape[1:3]):
        given = f"masks have the shape {masks.shape}, a patch the side {side}"
        raise ValueError(f"{given}; give (N, H, W, 1) whose height and width divide by the side.")
    high, wide = (length // side for length in masks.shape[1:3])
    return (masks > 0.5).reshape(-1, high, side, wide, side).mean(axis=(2, 4)) > share


def patch_f1(truth, masks, side=16, share=0.25):
    """Return the F1 of patches over all images, one number: the measure of EPFL's road segmentation course.

    The harmonic mean of precision and recall, over `patches` of the truth and of the masks; 1 where neither has any.
    """
    truth, masks = (patches(images, side, share) for images in _pair(truth, masks))
    sizes = truth.sum() + masks.sum()
    return float(2 * (truth & masks).sum() / sizes) if sizes else 1.0


# Roads: relaxed precision and recall


def relaxed(truth, masks, within=3):
    """Return (precision, recall) over all images: pixels that are off by at most `within` pixels still count.

    Precision: the share of the pixels of the masks with a true one within that distance; recall: the share of the
    true pixels with one of the masks within it (Mnih 2013). With 0 they are the usual ones. Precision is 1 where
    masks are empty, recall is 1 where the truth is.
    """
    truth, masks = _pair(truth, masks)
    _within(within)
    found = [_hits(*pair, within) for pair in zip(truth[..., 0], masks[..., 0], strict=True)]
    precise, recalled = np.sum(found, axis=0)
    return precise / masks.sum() if masks.any() else 1.0, recalled / truth.sum() if truth.any() else 1.0


def relaxed_curve(truth, probabilities, within=3, cuts=None):
    """Return (cuts, precision, recall): `relaxed` of masks cut at each of the `cuts`, from low to high; arrays (n,).

    probabilities: (N, H, W, 1) in [0, 1]; what is above a cut is road. cuts: 19 from 0.05 to 0.95, unless told.
    """
    cuts = np.linspace(0.05, 0.95, 19) if cuts is None else np.sort(np.asarray(cuts, "float64"))
    probabilities = np.asarray(probabilities, "float64")
    scores = np.array([relaxed(truth, (probabilities > cut).astype(float), within) for cut in cuts])
    return cuts, scores[:, 0], scores[:, 1]


def breakeven(precision, recall):
    """Return where precision and recall are equal, one number, from their values at rising cuts.

    Between the two cuts where they change places both are taken for straight lines. Where they do not change places
    the value nearest to it is the mean of the two that are closest. Mnih (2013) compares road detectors so.
    """
    precision, recall = np.asarray(precision, "float64"), np.asarray(recall, "float64")
    if precision.shape != recall.shape or precision.ndim != 1 or not precision.size:
        raise ValueError(f"precision is {precision.shape} and recall {recall.shape}; give two equal lines of numbers.")
    apart = precision - recall
    changes = np.flatnonzero(apart[:-1] * apart[1:] <= 0)
    if not len(changes):
        nearest = np.abs(apart).argmin()
        return float((precision[nearest] + recall[nearest]) / 2)
    n = changes[0]
    step = 0.0 if apart[n] == apart[n + 1] else apart[n] / (apart[n] - apart[n + 1])
    return float(precision[n] + step * (precision[n + 1] - precision[n]))


def _hits(truth, mask, within):
    """Return how many pixels of the mask are near the truth, and how many of the truth are near the mask."""
    return (mask & _near(truth, within)).sum(), (truth & _near(mask, within)).sum()


def _near(mask, within):
    return ndimage.distance_transform_edt(~mask) <= within if mask.any() else mask


def _within(within):
    if within < 0:
        raise ValueError(f"within is {within}; it is a distance in pixels, 0 or more.")


def _pair(truth, masks):
    truth, masks = np.asarray(truth), np.asarray(masks)
    if truth.shape != masks.shape or truth.ndim != 4 or truth.shape[-1] != 1 or not truth.size:
        raise ValueError(f"The masks have the shapes {truth.shape} and {masks.shape}; give two equal, (N, H, W, 1).")
    for name, images in (("truth", truth), ("masks", masks)):
        if not (images.min() >= 0 and images.max() <= 1):
            raise ValueError(f"{name} holds values from {images.min():.4g} to {images.max():.4g}; give 0 to 1.")
    return truth > 0.5, masks > 0.5
