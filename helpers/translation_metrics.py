"""What generated pictures are worth, in NumPy: what a segmenter finds in them, their colours, their features.

Every measure has an example worked by hand in `tests/test_translation_metrics.py`.
"""

import numpy as np

from . import segmentation_metrics as metrics

#: The ranges of lightness, of green to red and of blue to yellow that a colour of sRGB can have in CIELAB.
LAB = ((0, 100), (-87, 99), (-108, 95))

#: The configurations of `benchmarks/pix2pix.py` in groups that differ in one thing; the paper's own is in each.
FAMILIES = {
    "losses": {name: name for name in ("l1", "gan", "cgan", "l1_gan", "l1_cgan")},
    "generators": {"unet_5": "l1_cgan", "encoder_decoder_5": "encoder_decoder_5", "unet_7": "unet_7"},
    "generators_l1": {"unet_5": "l1", "encoder_decoder_5": "encoder_decoder_5_l1", "unet_7": "unet_7_l1"},
    "patches": {"1": "patch_1", "16": "patch_16", "70": "l1_cgan", "286": "patch_286"},
}


def families(found):
    """Return {family: {name: scores}} from the `metrics` of the ledger pix2pix; KeyError where one is missing."""
    return {family: {name: found[model] for name, model in members.items()} for family, members in FAMILIES.items()}


def fcn_score(labels, found, classes, ignore=None):
    """Return {"per_pixel", "per_class", "iou"}: how well a segmenter finds the label map in what was made from it.

    labels: the label maps (N, H, W) from which the pictures were made. found: what a segmenter, trained on photographs,
    says of the pictures. per_pixel: share of the pixels; per_class: mean share over the classes; iou: mean intersection
    over union; all from one confusion matrix, without `ignore`. For photographs it is the ceiling. The FCN-score of
    Isola et al. (2017).
    """
    return scored(metrics.confusion(labels, found, classes, ignore))


def scored(matrix):
    """Return the FCN-score of a confusion matrix (classes, classes), lines for the truth."""
    with np.errstate(invalid="ignore"):
        right = float(np.trace(matrix) / matrix.sum())
    return {"per_pixel": right, "per_class": metrics.class_accuracy(matrix), "iou": metrics.miou(matrix)}


def histogram_intersection(photographs, pictures, bins=64):
    """Return how much the histograms of L, a and b of two sets of images have in common, (3,), from 0 to 1.

    Both are (N, H, W, 3) in [0, 1], sRGB, as many as you like. Each histogram counts all pixels of a set, in so many
    equal bins of CIELAB, and sums to one; the intersection is the sum of the smaller values. It compares colours of
    sets, whichever pixel has them: a set of grey pictures loses, a set in another order does not. After Isola et al.
    (2017), who compare the histograms of Lab, too.
    """
    one, other = (_histograms(_images(images), bins) for images in (photographs, pictures))
    return np.minimum(one, other).sum(axis=1)


def frechet(features, other):
    """Return the Fréchet distance of two sets of features, (N, D) and (M, D), each taken for a normal distribution.

    |m₁ − m₂|² + tr(C₁ + C₂ − 2 (C₁ C₂)^½), from 0 on, of means m and covariances C (Dowson & Landau 1982; Heusel et al.
    2017, with features of another network). It is only comparable for the same features and the same numbers of images:
    with few images the covariances are uncertain and the distance too large, of two halves of one set, too; with fewer
    images than features they are singular. Raises ValueError on other shapes and on less than two images.
    """
    one, other = np.asarray(features, "float64"), np.asarray(other, "float64")
    if one.ndim != 2 or other.ndim != 2 or one.shape[1] != other.shape[1] or min(len(one), len(other)) < 2:
        raise ValueError(f"features have the shapes {one.shape} and {other.shape}; give (N, D), (M, D), two at least.")
    apart = one.mean(axis=0) - other.mean(axis=0)
    return float(apart @ apart + spread_apart(*(np.atleast_2d(np.cov(part, rowvar=False)) for part in (one, other))))


def spread_apart(one, other):
    """Return tr(A + B − 2 (A B)^½) of two covariances (D, D); A B has the eigenvalues of A^½ B A^½, all from 0 on."""
    values, vectors = np.linalg.eigh(one)
    root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    both = np.linalg.eigvalsh(root @ other @ root)
    return max(0.0, np.trace(one) + np.trace(other) - 2 * np.sqrt(np.maximum(both, 0)).sum())


def _histograms(images, bins):
    from skimage.color import rgb2lab

    counts = np.zeros((3, bins))
    for image in images:
        lab = rgb2lab(np.clip(image, 0, 1))
        for n, (low, high) in enumerate(LAB):
            counts[n] += np.histogram(np.clip(lab[..., n], low, high), bins, (low, high))[0]
    return counts / counts.sum(axis=1, keepdims=True)


def _images(images):
    images = np.asarray(images)
    if images.ndim != 4 or images.shape[3] != 3 or not images.size:
        raise ValueError(f"images have the shape {images.shape}; give (N, H, W, 3), one at least.")
    return images
