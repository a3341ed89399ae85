"""The two networks of pix2pix: a generator of pictures, and a discriminator that judges patches (Isola et al. 2017)."""

from .. import runtime
from ..layers import FusedBatchNormalization

keras = runtime.keras()

#: The strides of a discriminator's convolutions, the last of which makes the logits, by its receptive field in pixels.
#: 1, 16, 70 and 286 are the paper's; 94 is that of the source (S2), whose convolutions all have stride 2.
FIELDS = {1: (1, 1, 1), 16: (2, 1, 1), 70: (2, 2, 2, 1, 1), 94: (2, 2, 2, 2, 2), 286: (2, 2, 2, 2, 2, 1, 1)}


def batch():
    """Return a batch normalisation."""
    return FusedBatchNormalization(momentum=0.95)


def generator(shape=(256, 256, 3), channels=3, *, levels=None, width=64, skips=True, noisy=None, norm=batch):
    """Return a network from conditions (H, W, C) to pictures (H, W, channels) in [-1, 1], float32.

    levels: how often the way down halves the sides; the paper's 8 for 256×256, the source's (S2) 5; None for as many
    as both sides divide by 2. width: channels at half the size; each level has twice as many as the one before, up to
    8 × width. skips: each size hands its maps across, a U-Net; without, an encoder–decoder. noisy: how many levels of
    the way up, from the smallest, drop half of their numbers, also when pictures are made: the only noise there is.
    None for levels − 5, as in the authors' code. norm: a function that returns a layer; it comes everywhere but in the
    first level, the smallest (where it would make 0 of a single pixel) and the last. None for none, with biases;
    `lambda: keras.layers.GroupNormalization(-1)` for what batch normalisation makes of a single image.

    The layers are the paper's: 4×4 convolutions with stride 2, leaky ReLU down and ReLU up, a hyperbolic tangent at the
    end, weights from N(0, 0.02). Raises ValueError where the sides cannot be halved so often.
    """
    levels = _levels(shape, levels)
    noisy = max(0, levels - 5) if noisy is None else noisy
    widths = [width * min(2**n, 8) for n in range(levels)]  # 64, 128, 256, 512, 512, …
    condition, maps = keras.Input(shape), []  # (H, W, C)
    x = condition
    for n, size in enumerate(widths):
        x = down(x, size, norm if 0 < n < levels - 1 else None, bias=norm is None)
        maps.append(x)  # (H / 2, W / 2, 64), (H / 4, W / 4, 128), …, (1, 1, 512) with all 8 levels
    for n in reversed(range(levels - 1)):
        x = up(x, widths[n], norm, noise=levels - 2 - n < noisy)
        x = keras.layers.Concatenate()([x, maps[n]]) if skips else x  # as large as maps[n], twice as many channels
    x = keras.layers.Conv2DTranspose(channels, 4, 2, padding="same", dtype="float32", kernel_initializer=normal())(x)
    return keras.Model(condition, keras.layers.Activation("tanh", dtype="float32")(x), name="generator")


def discriminator(shape=(256, 256, 3), condition=0, *, field=70, width=64, norm=batch):
    """Return a network from [conditions (H, W, condition), pictures (H, W, C)] to logits (h, w, 1), float32.

    Each logit says whether the patch of field × field pixels that it sees is of a photograph: a PatchGAN. condition:
    channels of what the picture was made from; 0 for a discriminator that sees the picture alone, its only input.
    field: one of `FIELDS`. width: channels of the first convolution; each has twice as many as the one before, up to
    8 × width. norm: as for `generator`, except in the first convolution and the last. Of 256×256 pixels the field of
    70 makes 30×30 logits, as in the authors' code. Raises ValueError where an image is too small for the field.
    """
    strides = _strides(shape, field)
    picture = keras.Input(shape, name="picture")  # (H, W, 3)
    given = keras.Input((*shape[:2], condition), name="condition") if condition else None
    x = keras.layers.Concatenate()([given, picture]) if condition else picture  # (H, W, condition + 3)
    for n, stride in enumerate(strides[:-1]):
        normed = norm is not None and n > 0
        x = patches(x, width * min(2**n, 8), stride, kernel(field), bias=not normed)
        x = norm()(x) if normed else x
        x = keras.layers.LeakyReLU(0.2)(x)  # (H / 2, W / 2, 64), (H / 4, W / 4, 128), …
    x = patches(x, 1, strides[-1], kernel(field), bias=True, dtype="float32")  # (30, 30, 1) for 70 of 256 pixels
    return keras.Model([given, picture] if condition else picture, x, name="discriminator")


def down(x, width, norm, *, bias):
    """Return `width` maps of half the height and width: convolution, normalisation or not, leaky ReLU."""
    x = keras.layers.Conv2D(width, 4, 2, padding="same", use_bias=bias, kernel_initializer=normal())(x)
    x = norm()(x) if norm else x
    return keras.layers.LeakyReLU(0.2)(x)


def up(x, width, norm, *, noise):
    """Return `width` maps of twice the height and width: transposed convolution, normalisation, noise or not, ReLU."""
    x = keras.layers.Conv2DTranspose(
        width, 4, 2, padding="same", use_bias=norm is None, kernel_initializer=normal()
    )(x)  # fmt: skip
    x = norm()(x) if norm else x
    x = Noise(0.5)(x) if noise else x
    return keras.layers.ReLU()(x)


def patches(x, width, stride, size, *, bias, **given):
    """Return a convolution, padded as the authors do: with stride 2 it halves the sides, with stride 1 it takes 1 off.

    A convolution of one pixel needs no padding and leaves the sides as they are.
    """
    halves = stride == 2 or size == 1
    x = x if halves else keras.layers.ZeroPadding2D(1)(x)
    return keras.layers.Conv2D(
        width, size, stride, padding="same" if halves else "valid", use_bias=bias, kernel_initializer=normal(), **given
    )(x)


@keras.saving.register_keras_serializable(package="helpers")
class Noise(keras.layers.Dropout):
    """Dropout that also drops when no training is going on: the paper's only source of chance.

    What is dropped next follows from the state of the layer's `seed_generator`.
    """

    def call(self, inputs, training=None):
        """Drop a share `rate` of the numbers and enlarge the others so that the mean stays."""
        return super().call(inputs, training=True)


def field_of(strides, kernel=4):
    """Return how many pixels along a side one output of convolutions of `kernel` × `kernel` with these strides sees."""
    seen = 1
    for stride in reversed(strides):
        seen = (seen - 1) * stride + kernel
    return seen


def kernel(field):
    """Return the side of a discriminator's convolutions: 1 for the field of one pixel, else the paper's 4."""
    return 1 if field == 1 else 4


def normal():
    """Return the paper's initialisation, N(0, 0.02)."""
    return keras.initializers.RandomNormal(0.0, 0.02)


def fitting(shape):
    """Return how often both sides of (H, W, …) can be halved: the most levels that a generator can have."""
    levels = 0
    while not any(side % 2 ** (levels + 1) for side in shape[:2]):
        levels += 1
    return levels


def verdicts(side, field):
    """Return how many logits a discriminator makes along a side of so many pixels; below 1 where none fits."""
    for stride in FIELDS[field]:
        side = -(-side // 2) if stride == 2 else side if field == 1 else side - 1
    return side


def _levels(shape, levels):
    """Return the number of levels, or a ValueError that says which fit."""
    most = fitting(shape)
    levels = most if levels is None else levels
    if levels != int(levels) or not 1 <= levels <= most:
        levels = max(1, int(levels))
        nearest = "×".join(str(max(1, round(side / 2**levels)) * 2**levels) for side in shape[:2])
        given = f"levels is {levels}, and {shape[0]}×{shape[1]} pixels can be halved {most} times"
        raise ValueError(f"{given}; give 1 to {most} levels, or sides that divide by {2**levels}, such as {nearest}.")
    return levels


def _strides(shape, field):
    """Return the strides of a field, or a ValueError that says which fields there are and fit."""
    if field not in FIELDS:
        raise ValueError(f"field is {field!r}; it can be one of {', '.join(map(str, FIELDS))}.")
    if verdicts(min(shape[:2]), field) < 1:
        fit = ", ".join(str(one) for one in FIELDS if verdicts(min(shape[:2]), one) >= 1)
        raise ValueError(f"images of {shape[0]}×{shape[1]} are too small for a field of {field}; {fit} fit.")
    return FIELDS[field]
