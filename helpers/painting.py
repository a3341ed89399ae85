"""A painterly filter: every pixel takes the colour of the calmest square beside it (Kuwahara et al. 1976)."""

import numpy as np
from scipy import ndimage


def kuwahara(images, radius=3):
    """Return images (N, H, W, C) in [0, 1] as if painted in flat strokes with sharp edges; float32, the same shape.

    Four squares of (radius + 1)² pixels touch each pixel with a corner. It takes the mean colour of the one whose
    brightness, the mean of the channels, varies least; of equals the first, from the upper left line by line. Beyond
    the edge the image is continued by reflection. Source: Kuwahara et al. (1976). Raises ValueError on other shapes,
    on a radius that is no whole number from 1, and on images smaller than such a square.
    """
    images, size = np.asarray(images, "float64"), radius + 1
    if radius != int(radius) or radius < 1:
        raise ValueError(f"radius is {radius!r}; give a whole number of pixels, at least 1.")
    if images.ndim != 4 or not images.size or min(images.shape[1:3]) < size:
        raise ValueError(f"images have the shape {images.shape}; give (N, H, W, C) of at least {size}×{size} pixels.")
    bright = images.mean(axis=-1)
    spread = squares(bright**2, radius) - squares(bright, radius) ** 2  # (4, N, H, W): the variance in each square
    calmest = spread.round(12).argmin(axis=0)  # (N, H, W); rounded, for equals shall be equal
    colours = np.stack([squares(images[..., channel], radius) for channel in range(images.shape[-1])], axis=-1)
    return np.take_along_axis(colours, calmest[None, ..., None], axis=0)[0].astype("float32")


def squares(values, radius):
    """Return the mean of the four squares that touch each pixel of (N, H, W) with a corner: (4, N, H, W).

    They lie to the upper left of the pixel, the upper right, the lower left and the lower right.
    """
    size = radius + 1
    before, after = radius - size // 2, -(size // 2)  # where SciPy lets a window begin: that it ends or begins here
    corners = [(y, x) for y in (before, after) for x in (before, after)]
    return np.stack([ndimage.uniform_filter(values, (1, size, size), origin=(0, y, x)) for y, x in corners])
