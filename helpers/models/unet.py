"""The U-Net: an encoder and a decoder of which each size hands its maps across (Ronneberger, Fischer & Brox 2015)."""

from .. import runtime
from ..layers import FusedBatchNormalization
from .segmentation import WAYS, Depths, logits
from .segmentation import _image as input_of

keras = runtime.keras()

FILTERS = (16, 32, 64, 128, 256)


def unet(
    shape=(256, 256, 3), classes=1, *, filters=FILTERS, skips=None, up="transposed 3/2", dropout=0.0,
    normalised=True, bias=False, deep=False,
):  # fmt: skip
    """Return a U-Net from images (H, W, C) in [0, 1] to logits (H, W, classes); one class stands for a mask.

    shape: of an image; height and width divide by 2 for each of `filters` after the first, or a ValueError names the
    nearest size that does. filters: channels at each size, from that of the image down. skips: at which sizes maps are
    handed across, 0 for that of the image; None for all of them, () for none. up: one of `segmentation.WAYS`.
    dropout: the share of numbers that training drops behind each change of size. normalised, bias: whether the
    convolutions have batch normalisation and biases. deep: logits at every size of the way up, as a
    `segmentation.Depths`.
    """
    skips = _sizes(skips, len(filters) - 1)
    block = {"normalised": normalised, "bias": bias}
    x = image = input_of(shape, classes, filters)  # (H, W, C)
    maps = []
    for width in filters[:-1]:
        maps.append(two(x, width, **block))
        x = dropped(keras.layers.MaxPooling2D(2)(maps[-1]), dropout)
    x = two(x, filters[-1], **block)  # (H / 16, W / 16, 256)
    depths = [logits(x, classes, name="depth_0")] if deep else []
    for n, width in reversed(list(enumerate(filters[:-1]))):
        x = enlarged(x, width, up, bias)  # twice as high and wide, `width` channels
        x = keras.layers.Concatenate()([x, maps[n]]) if n in skips else x  # 2 `width` channels
        x = two(dropped(x, dropout), width, **block)
        depths += [logits(x, classes, name=f"depth_{len(depths)}")] if deep else []
    return Depths(image, depths, name="unet_deep") if deep else keras.Model(image, logits(x, classes), name="unet")


def published(shape=(256, 256, 3), classes=1, *, width=16, normalised=True):
    """Return the U-Net of the source (S1) as its code writes it: five sizes, biases, dropout 0.1; logits, no sigmoid.

    width: channels at the size of the image; 16 with normalisation, 3 channels in and 1 out make 2,164,593 parameters.
    """
    filters = [width * 2**n for n in range(5)]
    return unet(shape, classes, filters=filters, dropout=0.1, normalised=normalised, bias=True)


def two(x, width, normalised=True, bias=False):
    """Return two 3×3 convolutions, each with normalisation (or not) and ReLU."""
    for _ in range(2):
        x = keras.layers.Conv2D(width, 3, padding="same", use_bias=bias, kernel_initializer="he_normal")(x)
        x = FusedBatchNormalization(momentum=0.9)(x) if normalised else x
        x = keras.layers.ReLU()(x)
    return x


def enlarged(x, width, up, bias=False):
    """Return `width` feature maps of twice the height and width, neither normalised nor through a ReLU."""
    if up not in WAYS:
        raise ValueError(f"up is {up!r}; it can be one of {', '.join(WAYS)}.")
    if bias and up != "transposed 3/2":
        raise ValueError(f"up is {up!r}; with bias=True it can only be 'transposed 3/2'.")
    transposed = keras.layers.Conv2DTranspose(width, 3, 2, padding="same", use_bias=bias)
    return transposed(x) if up == "transposed 3/2" else WAYS[up](x, width)


def dropped(x, share):
    """Return x with dropout in training, or as it is where the share is 0."""
    return keras.layers.Dropout(share)(x) if share else x


def _sizes(skips, count):
    """Return the set of sizes at which maps are handed across, or a ValueError that names what there is."""
    chosen = set(range(count) if skips is None else skips)
    if not chosen <= set(range(count)):
        raise ValueError(f"skips is {sorted(chosen)}; it can hold numbers from 0 to {count - 1}.")
    return chosen
