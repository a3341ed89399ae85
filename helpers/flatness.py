"""How much there is to see in pictures: their detail, and their flat and grey squares. NumPy alone."""

import numpy as np


def detail(images):
    """Return the mean difference of neighbouring pixels of images (N, H, W, C), down and across together.

    0 for images of one colour. A blurred image has less of it than a sharp one of the same size; noise has much.
    """
    images = _checked(images, 2)
    return sum(float(np.abs(np.diff(images, axis=axis)).mean()) for axis in (1, 2))


def flat_squares(images, side=8, deviation=0.04, colour=0.08):
    """Return two shares of the squares of side × side pixels in images (N, H, W, 3): the flat ones, the flat grey ones.

    A square is flat if the values of each channel have a standard deviation below `deviation`, and grey if besides the
    means of its channels lie within `colour`. What is left over at the lower and right edge does not count. Raises
    ValueError on other shapes and on images smaller than a square.
    """
    images = _checked(images, side)
    if images.shape[3] != 3:
        raise ValueError(f"images have {images.shape[3]} channels; give three.")
    count, high, wide = len(images), images.shape[1] // side, images.shape[2] // side
    squares = images[:, : high * side, : wide * side].reshape(count, high, side, wide, side, 3)
    flat = squares.std(axis=(2, 4)).max(axis=-1) < deviation
    grey = np.ptp(squares.mean(axis=(2, 4)), axis=-1) < colour
    return float(flat.mean()), float((flat & grey).mean())


def _checked(images, side):
    images = np.asarray(images)
    if images.ndim != 4 or not images.size or min(images.shape[1:3]) < side:
        raise ValueError(f"images have the shape {images.shape}; give (N, H, W, C) of at least {side}×{side} pixels.")
    return images
