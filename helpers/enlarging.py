"""From a network to a larger photograph: how it is trained, any size by tiles, in colour, with the eight symmetries."""

import sys

import numpy as np

from . import averaging, data, image_losses, resampling, runtime, training
from .data import square
from .digest import digest
from .models import super_resolution

keras = runtime.keras()

# Training


def network(scale=2):
    """Return the trained network that enlarges `scale` times, from the store of weights, or trained now.

    In the full profile it learns from T91, in the quick one, narrower and for a short time, from scikit-image's
    photographs. An interrupted training goes on where it was.
    """
    code = digest("helpers.enlarging.learn", "helpers.averaging", "helpers.data.superres", "helpers.resampling")
    name = f"super-resolution-x{scale}-{code[:6]}"

    def build():
        return super_resolution.residual(scale, **runtime.choose(quick={"width": 32, "blocks": 3}, full={}))

    def train(model):
        steps, minutes = runtime.choose(quick=(1_500, 1), full=(24_000, 20))
        print(f"{name}: takes about {minutes} min on two CPU cores.")
        state = training.weights_path(name, build, train).with_suffix(".resume.npz")
        learn(model, data.detailed().train, scale, steps=steps, points=2, resume=state)

    return training.trained(name, build, train)


def learn(model, images, scale, *, steps, batch=16, rate=2e-3, size=24, **given):
    """Train a network of `models.super_resolution` in place and return the `training.History`.

    images: {name: uint8 image} to learn from; squares of their luma, `size` pixels a side when small, come in the eight
    positions of the square. The loss is `image_losses.absolute_error`; the rate falls along a cosine; at the end the
    network has the mean of its last weights (`averaging`). given: as for `training.fit`; the curves show the weights as
    they are, not their mean.
    """
    small, large = data.piece_pairs(images, scale, size=size)
    optimizer = averaging.adam(rate, steps)
    recipe = {"loss": image_losses.absolute_error, "augment": data.symmetries(), "label": f"training ×{scale}"}
    history = training.fit(model, small, large, steps=steps, batch=batch, optimizer=optimizer, **recipe | given)
    averaging.settle(model, optimizer)
    return history


# Planes


def upscaler(model, *, ensemble=False):
    """Return the function from a plane (h, w) to a plane (scale h, scale w), float32, both 0 to 255, for a network.

    It is what `resampling.score` and `photograph` take. ensemble: average over the eight symmetries, for eight times
    the work (Timofte et al. 2016).
    """

    def predict(images):
        return model(images, training=False).numpy()

    def upscale(small):
        images = np.asarray(small, "float32")[np.newaxis, ..., np.newaxis] / 255
        return 255 * (averaged(predict, images) if ensemble else predict(images))[0, ..., 0]

    return upscale


def averaged(predict, images):
    """Return the mean of what `predict` makes of images in their eight positions, each turned back.

    As `data.averaged`, but images (N, H, W, C) need not be square and outputs may be larger by a whole factor.
    """
    turns = [np.rot90(images, n, axes=(1, 2))[:, :, ::step] for step in (1, -1) for n in range(4)]
    outputs = [np.asarray(predict(np.ascontiguousarray(turn))) for turn in turns]
    return np.mean(square.back(outputs), axis=0, dtype="float64").astype("float32")


# Photographs


def photograph(image, scale, upscale, *, tile=256, margin=16, label=None):
    """Return a photograph, uint8 (H, W, channels), `scale` times as high and wide.

    One channel is grey, two are grey and alpha, three colours, four colours and alpha. Luma goes through `upscale`, a
    function as `upscaler` gives it; colour differences and alpha are enlarged bicubically, since the eye sees little
    detail in them. The image is worked on in tiles of `tile` pixels a side with `margin` more around them, which are
    thrown away: where an output pixel sees no farther (`margin(model)`), the tiles leave no trace. The memory needed is
    that of the result and of one tile. label: of a progress bar, None for none.
    """
    from tqdm import tqdm

    image = np.asarray(image)
    if image.dtype != np.uint8 or image.ndim != 3 or not 1 <= image.shape[2] <= 4 or not image.size:
        raise ValueError(f"The image is {image.dtype} of shape {image.shape}; give uint8, (H, W, 1 to 4).")
    high, wide, channels = image.shape
    result = np.empty((scale * high, scale * wide, channels), "uint8")
    places = [(y, x) for y in range(0, high, tile) for x in range(0, wide, tile)]
    for y, x in tqdm(places, desc=label, unit="tile", file=sys.stderr, disable=label is None):
        top, left = max(0, y - margin), max(0, x - margin)
        part = _enlarged(image[top : y + tile + margin, left : x + tile + margin], scale, upscale)
        inner = part[scale * (y - top) :, scale * (x - left) :][: scale * tile, : scale * tile]
        result[scale * y : scale * (y + tile), scale * x : scale * (x + tile)] = inner
    return result


def margin(model):
    """Return how many small pixels away a pixel may lie that an output pixel of a network sees, at most.

    It is the sum of what each layer sees. Raises ValueError where a layer is a network of its own, such as the U-Net of
    `super_resolution.enlarged_first`, whose layers it would not count.
    """
    inside = [layer.name for layer in model.layers if isinstance(layer, keras.Model)]
    if inside:
        raise ValueError(f"{inside[0]!r} is a network inside the network; measure what it sees with tiles.reach.")
    reach = {keras.layers.Conv2D: lambda layer: max(layer.kernel_size) // 2, super_resolution.Bicubic: lambda _: 2}
    return sum(reach.get(type(layer), lambda _: 0)(layer) for layer in model.layers)


def _enlarged(image, scale, upscale):
    """Return a tile enlarged, uint8: luma by `upscale`, all else bicubically."""
    colours = 3 if image.shape[2] > 2 else 1
    planes = resampling.ycbcr(image[..., :3]) if colours == 3 else image[..., :1].astype("float64")
    luma, *others = np.moveaxis(np.dstack([planes, image[..., colours:]]), 2, 0)  # alpha is the last one, if any
    large = np.dstack([upscale(luma), *(resampling.enlarged(plane, scale) for plane in others)])
    painted = resampling.rgb(large[..., :3]) if colours == 3 else large[..., :1]
    return resampling.whole_numbers(np.dstack([painted, large[..., colours:]]))
