"""Fluorescence images with every nucleus numbered: the nuclei of the Data Science Bowl 2018, and drawn ones.

A label map of nuclei holds 0 for background and 1, 2, … for the nuclei of that image.
"""

import numpy as np

from .. import runtime
from . import catalog, cells, download
from .folders import opened
from .readers import Split


def numbered():
    """Return images with numbered nuclei as a Split: `nuclei()` in the full profile, `drawn_nuclei()` in quick."""
    return runtime.choose(quick=drawn_nuclei, full=nuclei)()


def drawn_nuclei(counts=(120, 40), size=(96, 96), seed=0):
    """Return drawn nuclei, so many images to learn from and to test on, as a Split like that of `nuclei`."""
    train, train_labels = cells.cells(counts[0], size, seed)
    test, test_labels = cells.cells(counts[1], size, seed + 1)
    return Split(train, train_labels, test, test_labels, "drawn nuclei", "Nuclei drawn by helpers.data.cells")


def nuclei(*, choosing=False):
    """Return the nuclei of the Data Science Bowl 2018 as a Split: images (N, 256, 256, 1), labels (N, 256, 256).

    The 334 fluorescence images of 256×256 pixels, float32 in [0, 1]; labels are int32, the number of the nucleus at
    each pixel (see `union`). Sorted by name and counted from 0, every fifth (0, 5, …) is for testing. choosing: leave
    these out, and give numbers 1, 6, … as test part, on which settings are chosen. Fetched on first use. Source:
    Caicedo et al. (2019).
    """
    root = download.fetch("nuclei") / "stage1_train"
    parts = [_read(path) for path in sorted(path for path in root.iterdir() if path.is_dir())]
    images, labels = (np.stack(part) for part in zip(*parts, strict=True))
    fifth = np.arange(len(images)) % 5
    test, train = (fifth == 1, fifth > 1) if choosing else (fifth == 0, fifth > 0)
    name = "DSB2018 nuclei, validation part" if choosing else "DSB2018 nuclei"
    return Split(images[train], labels[train], images[test], labels[test], name, catalog.card("nuclei").credit)


def _read(folder):
    """Return an image (256, 256, 1) and its label map; a pixel that two masks hold goes to the smaller nucleus."""
    image = opened(next((folder / "images").glob("*.png"))).convert("L")
    masks = [np.asarray(opened(path).convert("L")) > 127 for path in sorted((folder / "masks").glob("*.png"))]
    labels = np.zeros(image.size[::-1], "int32")
    for number, mask in enumerate(sorted(masks, key=lambda mask: -mask.sum()), 1):
        labels[mask] = number
    return np.asarray(image, "float32")[..., np.newaxis] / 255, labels


def union(labels):
    """Return masks (N, H, W, 1), 1.0 where there is any nucleus, from label maps (N, H, W)."""
    return (_maps(labels) > 0).astype("float32")[..., np.newaxis]


def parted(labels):
    """Return masks like `union`, but with a gap between nuclei that touch: the pixels on both sides are background."""
    labels = _maps(labels)
    return ((labels > 0) & ~_seams(labels)).astype("float32")[..., np.newaxis]


def _seams(labels):
    """Return which pixels have another nucleus among their four neighbours."""
    padded = np.pad(labels, [(0, 0), (1, 1), (1, 1)], mode="edge")
    others = padded[:, :-2, 1:-1], padded[:, 2:, 1:-1], padded[:, 1:-1, :-2], padded[:, 1:-1, 2:]
    return (labels > 0) & np.any([(other > 0) & (other != labels) for other in others], axis=0)


def border_weights(labels, most=10.0, width=5.0, balanced=True):
    """Return how much each pixel should count, (N, H, W, 1): more where two nuclei are near each other.

    w = w_c + most · exp(−(d1 + d2)² / (2 width²)), with the distances d1 and d2 in pixels to the nearest and the
    second nearest nucleus; the second term stands on the background, the seams of `parted` included. w_c gives nuclei
    and background the same sum over all images, with the mean 1; it is 1 where balanced is False. Ronneberger et al.
    (2015), equation 2, whose values are most = 10 and width = 5.
    """
    if most < 0 or width <= 0:
        raise ValueError(f"most is {most} and width {width}; give 0 or more, and a number of pixels above 0.")
    labels, held = _maps(labels), parted(labels)[..., 0] > 0
    between = np.exp(-(np.stack([_two_nearest(one) for one in labels]) ** 2) / (2 * width**2))
    share = held.mean()
    classes = np.where(held, 0.5 / share, 0.5 / (1 - share)) if balanced and 0 < share < 1 else 1.0
    return (classes + most * ~held * between).astype("float32")[..., np.newaxis]


def _two_nearest(labels):
    """Return the sum of the distances to the nearest and to the second nearest nucleus, infinite without two."""
    from scipy import ndimage

    nearest = np.full((2, *labels.shape), np.inf)
    for number in np.unique(labels[labels > 0]):
        far = ndimage.distance_transform_edt(labels != number)
        nearest = np.sort([*nearest, far], axis=0)[:2]
    return nearest.sum(axis=0)


def lit(images, share=0.998):
    """Return images (N, H, W, 1) with their brightness stretched: 0 for an image's darkest pixel, 1 for a bright one.

    share: of an image's pixels that are darker than what becomes 1; what is brighter is cut to 1. An image of one
    brightness becomes 0. Microscopes differ in exposure; a network and an eye see more when that is taken out.
    """
    images = np.asarray(images, "float32")
    if images.ndim != 4 or not 0 < share <= 1:
        raise ValueError(f"images are {images.shape} and share is {share}; give (N, H, W, C) and a number in (0, 1].")
    low, high = (np.quantile(images, q, axis=(1, 2, 3), keepdims=True) for q in (0, share))
    return np.clip((images - low) / np.maximum(high - low, 1e-6), 0, 1).astype("float32")


def _maps(labels):
    labels = np.asarray(labels)
    if labels.ndim != 3 or labels.dtype.kind not in "iu":
        raise ValueError(f"labels are {labels.dtype} of the shape {labels.shape}; give whole numbers, (N, H, W).")
    return labels
