"""Cut-outs: image times mask, with a soft edge, on a background of one's choice.

Images are float arrays (N, H, W, 3) in [0, 1], masks (N, H, W, 1) in [0, 1]; 1 is what is kept.
"""

import numpy as np
from scipy import ndimage


def cutout(images, masks, background=None):
    """Return images times masks, (N, H, W, 3) float32, on black or on a background.

    background: None, a colour (3 numbers), an image (H, W, 3) or one for each image, (N, H, W, 3), in [0, 1]. A pixel
    with the mask m shows m parts of the image and 1 − m parts of the background (Porter & Duff 1984). The edge keeps a
    little of the old background's colour; a mask that is drawn in by a pixel (see `feathered`) hides it.
    """
    images, masks = _pair(images, masks)
    behind = np.zeros(3) if background is None else np.asarray(background, "float64")
    fits = behind.shape in ((3,), images.shape[1:], images.shape)
    if not fits or not (behind.min() >= 0 and behind.max() <= 1):
        given = f"background has the shape {behind.shape} and values from {behind.min():.3g} to {behind.max():.3g}"
        raise ValueError(f"{given}; give a colour, (3,), or images of {images.shape[1:]} in [0, 1].")
    return (masks * images + (1 - masks) * behind).astype("float32")


def feathered(masks, width=2.0, inward=0.0):
    """Return masks with a soft edge, float32: from 0 to 1 over `width` pixels across the outline of what is above ½.

    inward: by how many pixels the outline moves in first. A width of 0 cuts hard.
    """
    masks = _masks(masks)
    if width < 0:
        raise ValueError(f"width is {width}; it is a number of pixels, 0 or more.")
    depth = np.stack([_depth(mask) for mask in masks[..., 0] > 0.5])[..., np.newaxis] - inward
    return (depth > 0).astype("float32") if width == 0 else np.clip(0.5 + depth / width, 0, 1).astype("float32")


def guided(images, masks, radius=4, smoothness=1e-3):
    """Return masks that follow the edges of their images, float32: the guided filter of He, Sun & Tang (2010).

    In every square of 2 radius + 1 pixels the mask is taken for a linear function of the image's brightness; each pixel
    gets the mean of the functions it belongs to. smoothness: the variance of brightness below which a square counts as
    flat and the mask is merely smoothed, above 0. Best for masks whose outline is nearly right.
    """
    images, masks = _pair(images, masks)
    if radius < 1 or not smoothness > 0:
        raise ValueError(f"radius is {radius}, smoothness {smoothness}; give 1 pixel or more, and a number above 0.")
    light = images.mean(axis=-1, keepdims=True)

    def mean(values):
        return ndimage.uniform_filter(values, (1, 2 * radius + 1, 2 * radius + 1, 1), mode="nearest")

    slope = (mean(light * masks) - mean(light) * mean(masks)) / (mean(light**2) - mean(light) ** 2 + smoothness)
    offset = mean(masks) - slope * mean(light)
    return np.clip(mean(slope) * light + mean(offset), 0, 1).astype("float32")


def _depth(mask):
    """Return how far each pixel lies within the outline, in pixels, negative outside of it."""
    if mask.all() or not mask.any():
        return np.full(mask.shape, np.inf if mask.all() else -np.inf)
    inside, outside = (ndimage.distance_transform_edt(part) for part in (mask, ~mask))
    return np.where(mask, inside - 0.5, 0.5 - outside)


def _masks(masks):
    masks = np.asarray(masks, "float64")
    if masks.ndim != 4 or masks.shape[-1] != 1 or not masks.size:
        raise ValueError(f"masks have the shape {masks.shape}; give at least one, (N, H, W, 1).")
    if not (masks.min() >= 0 and masks.max() <= 1):
        raise ValueError(f"masks hold values from {masks.min():.4g} to {masks.max():.4g}; give 0 to 1.")
    return masks


def _pair(images, masks):
    images, masks = np.asarray(images, "float64"), _masks(masks)
    if images.ndim != 4 or images.shape[-1] not in (1, 3) or images.shape[:3] != masks.shape[:3]:
        given = f"images have the shape {images.shape} and masks {masks.shape}"
        raise ValueError(f"{given}; give (N, H, W, 3) and (N, H, W, 1) of one size.")
    if not (images.min() >= 0 and images.max() <= 1):
        raise ValueError(f"images hold values from {images.min():.4g} to {images.max():.4g}; give 0 to 1.")
    return images, masks
