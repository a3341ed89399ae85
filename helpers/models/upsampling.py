"""One small network with six ways up: from an image of half the size to an image twice as high and wide."""

from .. import runtime
from ..layers import ICNR, SubPixel

keras = runtime.keras()


def enlarger(way, filters=(16, 16), size=None):
    """Return a network (H, W, 1) -> (2 H, 2 W, 1): 3×3 convolutions with ReLU, then one of the `WAYS` up.

    Only the last step differs between the ways, and nothing follows it that could hide its faults. H and W are free
    unless `size` fixes both, which a drawing needs. The networks are so small that 16-bit numbers would not make them
    faster: all compute in float32.
    """
    if way not in WAYS:
        raise ValueError(f"way is {way!r}; it can be one of {', '.join(WAYS)}.")
    hidden = [conv(width, activation="relu") for width in filters]
    return keras.Sequential([keras.Input((size, size, 1)), *hidden, *WAYS[way]()], name="enlarger")


def conv(filters, **given):
    """Return a 3×3 convolution that keeps height and width."""
    return keras.layers.Conv2D(filters, 3, padding="same", dtype="float32", **given)


def transposed(size):
    """Return a transposed convolution that doubles height and width and makes one channel."""
    return keras.layers.Conv2DTranspose(1, size, strides=2, padding="same", dtype="float32")


def double(interpolation):
    """Return the layer without weights that doubles height and width."""
    return keras.layers.UpSampling2D(2, interpolation=interpolation, dtype="float32")


#: The ways up: what makes an image of the last feature maps.
WAYS = {
    "transposed 3/2": lambda: [transposed(3)],
    "transposed 4/2": lambda: [transposed(4)],
    "bilinear + conv": lambda: [double("bilinear"), conv(1)],
    "repeat + conv": lambda: [double("nearest"), conv(1)],
    "sub-pixel": lambda: [conv(4), SubPixel(2, dtype="float32")],
    "sub-pixel, ICNR": lambda: [conv(4, kernel_initializer=ICNR(2)), SubPixel(2, dtype="float32")],
}
