"""What a small image says about the large one it was made of, and what it leaves open.

Making small is linear: small = A @ large @ A.T with the matrix A of `resampling.matrix`, up to the rounding. So every
image is the sum of a **seen** part, which the small image fixes, and an **unseen** one, whose small image is zero: any
other unseen part in its place gives the same small image. NumPy, planes (H, W) of float64.
"""

from functools import cache

import numpy as np

from . import resampling
from .convolution import whole


def seen(image, scale):
    """Return the part of a plane (H, W) that its small version fixes: the smallest plane that has the same small one.

    Smallest by the sum of its squares. Raises ValueError where the scale does not divide the sides.
    """
    image = _plane(image, scale)
    rows, columns = (_projection(side, scale) for side in image.shape)
    return rows @ image @ columns


def unseen(image, scale):
    """Return the part of a plane that its small version does not show: `image - seen(image, scale)`."""
    return _plane(image, scale) - seen(image, scale)


def small(image, scale):
    """Return a plane at 1/scale of its sides, as `resampling.shrunk`, without rounding: A @ image @ A.T."""
    image = _plane(image, scale)
    rows, columns = (resampling.matrix(side, side // scale) for side in image.shape)
    return rows @ image @ columns.T


def recovered(target, output, scale, shave=0):
    """Return (share, power) of the unseen part of `target` that `output` has.

    share: 1 - |difference|² / |unseen part of the target|²: 1 where the unseen parts agree, 0 for an output without
    one, below 0 where what it has makes it worse. power: |unseen part of the output|² over that of the target. shave:
    pixels at each edge that do not count.
    """
    inside = tuple(slice(shave, side - shave) for side in np.shape(target))
    true, found = (unseen(plane, scale)[inside] for plane in (target, output))
    power = (true**2).sum()
    if not power:
        raise ValueError("The target has no unseen part: its small image says all there is.")
    return float(1 - ((true - found) ** 2).sum() / power), float((found**2).sum() / power)


def least(small, scale):
    """Return the plane (scale h, scale w) that has the small version (h, w) and no unseen part."""
    small = np.asarray(small, "float64")
    rows, columns = (_back(scale * side, scale) for side in small.shape)
    return rows @ small @ columns.T


def bolder(output, scale, power):
    """Return a plane whose unseen part is amplified from `power` times the wanted power to all of it."""
    return seen(output, scale) + unseen(output, scale) / np.sqrt(power)


def judged(upscale, images, scale):
    """Return {"share", "power", "again", "psnr"} of a method, each the mean over images {name: uint8 array}.

    upscale: as for `resampling.score`; its outputs are taken as they are, not rounded. share, power: as from
    `recovered`. again: the PSNR between the small image and the output made small again, inf where they are equal.
    psnr: as in the protocol, but for the rounding.
    """
    rows = []
    for image in images.values():
        low, high = resampling.pair(image, scale)
        output = np.asarray(upscale(low), "float64")
        again = resampling.psnr(low, small(output, scale), shave=2)
        rows.append([*recovered(high, output, scale, 2 * scale), again, resampling.psnr(high, output, scale)])
    return dict(zip(("share", "power", "again", "psnr"), np.mean(rows, axis=0).tolist(), strict=True))


@cache
def _back(side, scale):
    return np.linalg.pinv(resampling.matrix(side, side // scale))


@cache
def _projection(side, scale):
    """Return the symmetric matrix that keeps of `side` numbers in a line what their small version fixes."""
    return _back(side, scale) @ resampling.matrix(side, side // scale)


def _plane(image, scale):
    image = np.asarray(image, "float64")
    if image.ndim != 2 or any(side % whole("scale", scale) or not side for side in image.shape):
        raise ValueError(f"scale is {scale} and the plane {image.shape}; give (H, W) that it divides.")
    return image
