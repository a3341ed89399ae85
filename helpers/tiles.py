"""Images larger than a network or a memory takes: cut into tiles, predicted one by one, blended; and what a pixel sees.

The overlap-tile strategy is that of Ronneberger et al. (2015). How much tiles have to overlap follows from the
receptive field, which is measured here by the gradient.
"""

import numpy as np

from . import runtime


def predict_tiled(predict, images, tile, overlap, *, margin=0, batch=8):
    """Return what `predict` says about images of any size, put together from tiles: float32 (N, H, W, K).

    predict: a function from tiles (n, tile, tile, C) to outputs (n, tile, tile, K). images: (N, H, W, C). tile: the
    side of a tile in pixels. overlap: how many pixels neighbouring tiles share at least; there their outputs are
    blended, with weights that sum to one. margin: within so many pixels of a tile's edge, where a network lacks part
    of what it would see in the whole image, its outputs do not count, except at the edge of the image. batch: tiles at
    a time. An image smaller than a tile is continued by reflection, and the result is cut to its size.

    With a margin of `reach(model)`, and tile, overlap and sides that divide by the network's `stride`, the result is
    that of the whole image. Raises ValueError on sizes that do not fit.
    """
    images = np.asarray(images)
    if images.ndim != 4 or not images.size:
        raise ValueError(f"images have the shape {images.shape}; give at least one, (N, H, W, C).")
    high, wide = images.shape[1:3]
    room = [(0, 0), (0, max(0, tile - high)), (0, max(0, tile - wide)), (0, 0)]
    padded = np.pad(images, room, mode="reflect") if high < tile or wide < tile else images
    rows, columns = (blend(side, tile, overlap, margin) for side in padded.shape[1:3])
    outputs = [_put_together(predict, image, rows, columns, tile, batch) for image in padded]
    return np.stack(outputs)[:, :high, :wide]


def blend(side, tile, overlap, margin=0):
    """Return [(start, weights)] of the tiles along a side: where each begins, and how much each of its pixels counts.

    The weights of all tiles at a pixel sum to one. They climb evenly over the overlap, less the `margin` at both of its
    ends. The last tile ends where the side does.
    """
    for name, value, least, most in (("tile", tile, 1, side), ("overlap", overlap, 0, tile - 1),
                                     ("margin", margin, 0, overlap // 2)):  # fmt: skip
        if value != int(value) or not least <= value <= most:
            raise ValueError(f"{name} is {value}; for a side of {side} give a whole number from {least} to {most}.")
    places = starts(side, tile, overlap)
    ramp = np.clip(np.arange(tile) + 1 - margin, 0, max(1, overlap - 2 * margin))
    weights = np.zeros((len(places), side))
    for line, start in zip(weights, places, strict=True):
        rise = ramp if start else np.full(tile, ramp.max())
        fall = ramp[::-1] if start + tile < side else np.full(tile, ramp.max())
        line[start : start + tile] = np.minimum(rise, fall)
    weights /= weights.sum(axis=0)
    return [(start, line[start : start + tile]) for start, line in zip(places, weights, strict=True)]


def starts(side, tile, overlap):
    """Return where tiles begin along a side: every `tile` − `overlap` pixels; the last one ends where the side does."""
    return [*range(0, side - tile, tile - overlap), side - tile]


def cut(images, tile, overlap=0):
    """Return the tiles of images (N, H, W, …) in one array (N · tiles, tile, tile, …), line by line.

    Use it to learn from parts of large images; masks and label maps are cut alike. The last tiles of a line or a column
    end where the image does, and may overlap more.
    """
    images = np.asarray(images)
    high, wide = images.shape[1:3]
    if not 1 <= tile <= min(high, wide) or not 0 <= overlap < tile:
        given = f"tile is {tile} and overlap {overlap}, images have {high}×{wide} pixels"
        raise ValueError(f"{given}; a tile fits into an image and is larger than the overlap.")
    places = [(y, x) for y in starts(high, tile, overlap) for x in starts(wide, tile, overlap)]
    parts = np.stack([images[:, y : y + tile, x : x + tile] for y, x in places], axis=1)
    return parts.reshape(-1, *parts.shape[2:])


def _put_together(predict, image, rows, columns, tile, batch):
    places = [(row, column) for row in rows for column in columns]
    total = None
    for first in range(0, len(places), batch):
        some = places[first : first + batch]
        tiles = np.stack([image[y : y + tile, x : x + tile] for (y, _), (x, _) in some])
        outputs = np.asarray(predict(tiles), "float64")
        if outputs.ndim != 4 or outputs.shape[:3] != tiles.shape[:3]:
            given = f"predict made {outputs.shape} of {tiles.shape}"
            raise ValueError(f"{given}; the outputs must have the number and the size of the tiles.")
        total = np.zeros((*image.shape[:2], outputs.shape[-1])) if total is None else total
        for output, ((y, down), (x, right)) in zip(outputs, some, strict=True):
            total[y : y + tile, x : x + tile] += np.outer(down, right)[..., np.newaxis] * output
    return total.astype("float32")


# What a pixel sees


def influence(model, place):
    """Return how much each input pixel moves the output at place (row, column), (H, W), with sum 1.

    It is the gradient of a copy of the network whose weights are all equal and positive, whose normalisation does
    nothing and whose maximum pooling is a mean, for an image of ones: where it is not 0, some choice of weights lets
    the pixel have a say. The architecture alone decides, not the training. model: a functional model with one input of
    fixed size, whose activations let positive numbers pass.
    """
    return _seen(_neutral(model), place)


def receptive_field(model, place):
    """Return ((top, bottom), (left, right)): the first and last row and column that the output at `place` sees."""
    return _ends(_seen(_neutral(model), place))


def reach(model, stride=1):
    """Return how many pixels away the farthest pixel is that any output pixel sees, along rows and columns.

    stride: by how much the network shrinks the image, 16 for the source's U-Net: what a pixel sees shifts with its
    place modulo that, so all of these places are measured, around the middle. Raises ValueError where the image of the
    model is too small for the measurement.
    """
    neutral, (height, width) = _neutral(model), model.input_shape[1:3]
    first = height // 2 // stride * stride, width // 2 // stride * stride
    most = 0
    for n in range(stride):
        place = first[0] + n, first[1] + n
        for at, side, (low, high) in zip(place, (height, width), _ends(_seen(neutral, place)), strict=True):
            if low == 0 or high == side - 1:
                raise ValueError(
                    f"the field of {place} reaches the edge of {height}×{width} pixels; build the model larger."
                )
            most = max(most, at - low, high - at)
    return most


def _seen(neutral, place):
    tf, (row, column) = runtime.tensorflow(), place
    image = tf.ones((1, *neutral.input_shape[1:]))
    with tf.GradientTape() as tape:
        tape.watch(image)
        output = tf.reduce_sum(neutral(image)[:, row, column])
    seen = np.abs(tape.gradient(output, image).numpy()[0].sum(axis=-1, dtype="float64"))
    if not seen.any():
        raise ValueError(f"The output at {tuple(place)} sees nothing of the image; an activation may have blocked it.")
    return seen / seen.sum()


def _ends(seen):
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    return (int(rows[0]), int(rows[-1])), (int(columns[0]), int(columns[-1]))


def _neutral(model):
    """Return a copy in float32 that passes everything on: equal positive weights, means instead of maxima."""
    keras = runtime.keras()

    def plain(layer):
        config = layer.get_config() | {"dtype": "float32"}
        if isinstance(layer, keras.layers.MaxPooling2D):
            return keras.layers.AveragePooling2D.from_config(config)
        return type(layer).from_config(config)

    copy = keras.models.clone_model(model, clone_function=plain)
    for weight in copy.weights:
        passes = weight.name in ("gamma", "moving_variance")
        size = np.prod(weight.shape[:-1]) if len(weight.shape) > 1 else 1
        weight.assign(np.full(weight.shape, 1 / size if len(weight.shape) > 1 else float(passes)))
    return copy
