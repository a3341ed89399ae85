"""Random pieces of images for `pipeline`: cut at random places and sizes, with the label maps that belong to them."""

import numpy as np

from .. import runtime


def pieces(size, *, low=1.0, high=1.0):
    """Return an augmentation for `pipeline` that cuts a piece of `size` pixels, (height, width), out of every image.

    The piece is drawn enlarged by a random factor from `low` to `high`, below 1 smaller, all factors of one ratio being
    equally likely; its place is random within the image. Targets that are images, masks or label maps of the same size,
    (N, H, W, …), are cut alike; whole numbers take the value of the nearest pixel, so that no new label appears. Raises
    ValueError where a piece of the smallest factor does not fit into the image.
    """
    if not 0 < low <= high or min(size) < 1:
        raise ValueError(f"size is {size}, low {low}, high {high}; give positive numbers, low up to high.")

    def augment(images, targets, seed):
        _fits(images, targets, size, low)
        places = _places(images, size, low, high, seed)
        cut = _cut(images, places, size)
        return (cut, cut) if targets is images else (cut, _cut(targets, places, size))

    return augment


def _fits(images, targets, size, low):
    sides, needed = images.shape[1:3], [int(np.ceil(side / low)) for side in size]
    if any(side < need for side, need in zip(sides, needed, strict=True)):
        given = f"Images of {sides[0]}×{sides[1]} pixels are too small for pieces of {size[0]}×{size[1]} at {low:g}"
        raise ValueError(f"{given} times their size; give at least {needed[0]}×{needed[1]}.")
    if targets.shape[1:3] != sides:
        raise ValueError(f"pieces got images of {sides} and targets of {targets.shape[1:3]} pixels; give equal sizes.")


def _places(images, size, low, high, seed):
    """Return (N, 8) projective transforms from the pixels of a piece to those of the image."""
    tf = runtime.tensorflow()
    draws = tf.random.stateless_uniform([3, tf.shape(images)[0]], seed)
    step = 1 / (low * (high / low) ** draws[0])  # pixels of the image for a pixel of the piece
    (high_side, wide_side), (rows, columns) = images.shape[1:3], size
    y = draws[1] * (high_side - 1 - step * (rows - 1))
    x = draws[2] * (wide_side - 1 - step * (columns - 1))
    zero = tf.zeros_like(x)
    if low == high == 1:
        y, x = tf.round(y), tf.round(x)  # pixels as they are
    return tf.stack([step, zero, x, zero, step, y, zero, zero], axis=1)


def _cut(values, places, size):
    tf = runtime.tensorflow()
    flat, smooth = values.shape.rank == 3, values.dtype.is_floating
    found = tf.raw_ops.ImageProjectiveTransformV3(
        images=values[..., tf.newaxis] if flat else values, transforms=places, output_shape=list(size), fill_value=0.0,
        interpolation="BILINEAR" if smooth else "NEAREST", fill_mode="NEAREST",
    )  # fmt: skip
    return found[..., 0] if flat else found
