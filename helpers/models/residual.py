"""A residual encoder–decoder with skips that are added: for the best score in a given time, not for a comparison.

Blocks after He et al. (2016), additions in the place of concatenations after Chaurasia & Culurciello (2017, LinkNet):
a sum keeps the maps narrow where they are large, and so the network fast.
"""

from .. import runtime
from ..layers import FusedBatchNormalization
from .segmentation import _image as input_of
from .segmentation import logits

keras = runtime.keras()


def residual(shape=(240, 320, 3), classes=11, *, filters=(32, 64, 96, 128, 160), blocks=2, dropout=0.0):
    """Return a network from images (H, W, C) in [0, 1] to logits (H, W, classes).

    shape: of an image; height and width divide by 2 for each of `filters`, or a ValueError names the nearest size that
    does. filters: channels at H / 2, H / 4, …; multiples of 16 are fast. blocks: residual blocks at each size on the
    way down; the way up has one. dropout: share of the smallest maps' numbers that training drops. The logits are
    computed at half the size of the image and enlarged by bilinear interpolation.
    """
    image = input_of(shape, classes, (0, *filters))  # (H, W, C)
    x, maps = image, []
    for width in filters:
        x = block(x, width, strides=2)  # (H / 2, W / 2, 32), (H / 4, W / 4, 64), …
        for _ in range(blocks - 1):
            x = block(x, width)
        maps.append(x)
    x = keras.layers.Dropout(dropout)(x) if dropout else x
    for width, skip in zip(reversed(filters[:-1]), reversed(maps[:-1]), strict=True):
        x = keras.layers.UpSampling2D(2)(normalised(x, width, 1))  # of the size of the skip, as many channels
        x = block(keras.layers.Add()([x, skip]), width)
    x = logits(x, classes)  # (H / 2, W / 2, classes)
    x = keras.layers.UpSampling2D(2, interpolation="bilinear", dtype="float32", name="enlarged")(x)
    return keras.Model(image, x, name="residual")


def block(x, width, strides=1):
    """Return relu(x + F(x)), F two 3×3 convolutions; x through a 1×1 convolution where its shape is another.

    Every second pixel is taken before that convolution, not by it: the same numbers, but the gradient of TensorFlow
    2.21 for a 1×1 convolution with stride 2 on an image of three channels writes past its memory on a CPU in float32.
    """
    same = strides == 1 and x.shape[-1] == width
    taken = keras.layers.MaxPooling2D(1, strides)(x) if strides > 1 else x
    past = x if same else normalised(taken, width, 1)
    y = keras.layers.ReLU()(normalised(x, width, 3, strides))
    y = normalised(y, width, 3)
    return keras.layers.ReLU()(keras.layers.Add()([past, y]))


def normalised(x, width, size, strides=1):
    """Return a convolution with batch normalisation, without a ReLU."""
    x = keras.layers.Conv2D(width, size, strides, padding="same", use_bias=False, kernel_initializer="he_normal")(x)
    return FusedBatchNormalization(momentum=0.95)(x)
