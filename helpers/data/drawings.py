"""Pictures drawn pixel by pixel, for worked examples. NumPy only."""

import numpy as np


def seven(size=28):
    """Return a drawn 7 as an image (size, size, 1) of zeros and ones.

    A bar of 3 rows, 12 pixels long, and a stroke of 14 rows, 3 pixels wide, that leans to the left. Moved sideways by
    one pixel, each of the 17 rows loses a pixel at one end and gains one at the other.
    """
    if size != int(size) or size < 24:
        raise ValueError(f"size is {size}; the 7 needs a whole number of pixels, at least 24.")
    image = np.zeros((size, size, 1), "float32")
    image[5:8, 7:19] = 1
    for row in range(14):
        right = 19 - row // 2
        image[8 + row, right - 3 : right] = 1
    return image


def stray(images):
    """Return the images, (…, height, width, channels), with two more white pixels near their upper right corner."""
    changed = np.array(images)
    changed[..., 5, -7:-5, :] = 1
    return changed


def shifted(images, pixels):
    """Return the images, (…, height, width, channels), moved to the right by `pixels`; zeros come in on the left.

    Raises ValueError where ink would leave the image: frame it with zeros first, so that nothing is lost.
    """
    images = np.asarray(images)
    if pixels != int(pixels) or not 0 <= pixels < images.shape[-2]:
        raise ValueError(f"pixels is {pixels}; give a whole number from 0 to the width, {images.shape[-2]}, less 1.")
    if pixels and images[..., -pixels:, :].any():
        raise ValueError(f"A shift by {pixels} pixels would cut the image off; frame it with zeros first (np.pad).")
    return np.roll(images, pixels, axis=-2)
