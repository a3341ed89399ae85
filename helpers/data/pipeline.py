"""From arrays to batches: a tf.data pipeline in which an image and its target are augmented together."""

import numpy as np

from .. import runtime


def pipeline(images, targets=None, *, batch, seed, augment=None, shuffle=True, repeat=False, start=0):
    """Return a `tf.data.Dataset` of (images, targets) batches; the last batch of an epoch may be smaller.

    images: float array of shape (N, height, width, channels) in [0, 1]. targets: array of N labels, masks,
    images or vectors, or None for an autoencoder, whose target is the image itself, after augmentation.
    augment: a function (images, targets, seed) -> (images, targets) of whole batches, such as `jitter(...)`;
    `seed` is a tensor of two whole numbers for TensorFlow's stateless random functions. repeat: whether the
    epochs follow each other without end, for training that counts steps. start: the number of batches that
    the first pass leaves out, to go on where a training was interrupted.

    Every pass has its own order and its own augmentation. The same `seed` (and the same global seed, see
    `runtime.seed`) gives the same passes again. Raises ValueError on arrays that are not as described.
    """
    tf = runtime.tensorflow()
    images, targets = _checked(images, None if targets is images else targets)
    if batch != int(batch) or batch < 1:
        raise ValueError(f"batch is {batch}; give a whole number from 1.")
    with tf.device("CPU"):
        kept = tf.constant(images)
        kept_targets = None if targets is None else tf.constant(targets)

    def take(rows, number):
        some = tf.gather(kept, rows)
        some_targets = some if targets is None else tf.gather(kept_targets, rows)
        return augment(some, some_targets, tf.stack([number, seed])) if augment else (some, some_targets)

    def epoch(number):
        rows = tf.range(len(images))
        if shuffle:
            rows = tf.random.experimental.stateless_shuffle(rows, tf.stack([number, seed]))
        return tf.data.Dataset.from_tensor_slices(rows).batch(batch)

    numbers = tf.data.Dataset.random(seed=seed, rerandomize_each_iteration=True)
    rows = numbers.take(-1 if repeat else 1).flat_map(epoch)
    pairs = tf.data.Dataset.zip(rows, numbers).skip(start)
    return pairs.map(take, num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)


def _checked(images, targets):
    images = np.asarray(images)
    if images.dtype == np.uint8:
        raise ValueError("images are uint8, 0 to 255; give floats in [0, 1]: images.astype('float32') / 255.")
    if images.dtype.kind != "f":
        raise ValueError(f"images have the type {images.dtype}; give floats in [0, 1].")
    if images.ndim != 4:
        raise ValueError(f"images have the shape {images.shape}; give (N, height, width, channels).")
    if not images.size:
        raise ValueError(f"images have the shape {images.shape}: the set is empty. Give at least one image.")
    low, high = images.min(), images.max()
    if np.isnan(low) or not (low >= 0 and high <= 1):
        raise ValueError(f"images hold values from {low:.4g} to {high:.4g}; give numbers in [0, 1] without NaN.")
    return images.astype("float32", copy=False), _checked_targets(targets, len(images))


def _checked_targets(targets, count):
    if targets is None:
        return None
    targets = np.asarray(targets)
    if not targets.ndim:
        raise ValueError(f"There are {count} images and a single target; give one target for each image.")
    if len(targets) != count:
        raise ValueError(f"There are {count} images and {len(targets)} targets; give one target for each image.")
    if targets.dtype.kind == "f":
        if not np.isfinite(targets).all():
            raise ValueError("targets hold NaN or infinite values; remove or replace them.")
        targets = targets.astype("float32", copy=False)
    return targets


def jitter(*, shift=0, rotate=0, scale=0, share=1, fill="constant"):
    """Return an augmentation for `pipeline` that moves, turns and resizes every image by random amounts.

    shift: at most so many pixels along each axis. rotate: at most so many degrees either way. scale: at most
    this fraction larger or smaller, below 1. fill: what stands beyond the edge: "constant" (0), "reflect" or
    "nearest".

    Targets that are images or masks, (N, height, width, channels) or (N, height, width), move with their
    image. Whole numbers and booleans take the value of the nearest pixel, so that no new label appears;
    floats are interpolated. Targets of other ranks (labels, vectors) stay as they are.
    """
    fills = ("constant", "reflect", "nearest")
    if shift < 0 or rotate < 0 or not 0 <= scale < 1 or not 0 <= share <= 1 or fill not in fills:
        given = f"shift={shift}, rotate={rotate}, scale={scale}, share={share}, fill={fill!r}"
        raise ValueError(f"jitter got {given}; shift, rotate >= 0, 0 <= scale < 1, fill is one of {fills}.")

    def augment(images, targets, seed):
        transforms = _transforms(images, shift, rotate, scale, share, seed)
        moved = _moved(images, transforms, fill)
        if targets is images:
            return moved, moved
        if targets.shape.rank not in (3, 4):
            return moved, targets
        if targets.shape[1:3] != images.shape[1:3]:
            sizes = f"images of {images.shape[1:3]} and targets of {targets.shape[1:3]} pixels"
            raise ValueError(f"jitter got {sizes}; give equal sizes.")
        return moved, _moved(targets, transforms, fill)

    return augment


def _transforms(images, shift, rotate, scale, share, seed):
    """Return (N, 8) projective transforms from output to input pixels: scaled, turned, shifted."""
    tf = runtime.tensorflow()
    height, width = images.shape[1], images.shape[2]
    draws = tf.random.stateless_uniform([5, tf.shape(images)[0]], seed, -1.0, 1.0)
    draws *= tf.cast(draws[4] < 2 * share - 1, tf.float32)  # the others stand still
    down, right = shift * draws[0], shift * draws[1]
    angle, factor = draws[2] * (rotate * np.pi / 180), 1 / (1 + scale * draws[3])
    cosine, sine = factor * tf.cos(angle), factor * tf.sin(angle)
    x, y = (width - 1) / 2 + right, (height - 1) / 2 + down
    x0, y0 = (width - 1) / 2 - cosine * x + sine * y, (height - 1) / 2 - sine * x - cosine * y
    zero = tf.zeros_like(x)
    return tf.stack([cosine, -sine, x0, sine, cosine, y0, zero, zero], axis=1)


def _moved(values, transforms, fill):
    tf = runtime.tensorflow()
    smooth, flat = values.dtype.is_floating, values.shape.rank == 3
    source = tf.cast(values, tf.uint8) if values.dtype == tf.bool else values
    moved = tf.raw_ops.ImageProjectiveTransformV3(
        images=source[..., tf.newaxis] if flat else source,
        transforms=transforms,
        output_shape=values.shape[1:3],
        fill_value=0.0,
        interpolation="BILINEAR" if smooth else "NEAREST",
        fill_mode=fill.upper(),
    )
    return tf.cast(moved[..., 0] if flat else moved, values.dtype)
