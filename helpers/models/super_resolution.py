"""Networks that enlarge images: from (H, W, 1) in [0, 1] to (scale H, scale W, 1), for images of any size.

Each one gets the small image. Those that the papers feed with the enlarged image enlarge it themselves, by the layer
`Bicubic`. The last layer has no activation: clip where numbers in [0, 1] are needed.
"""

import numpy as np

from .. import resampling, runtime
from ..layers import SubPixel

tf = runtime.tensorflow()
keras = runtime.keras()


def srcnn(scale=2, *, filters=(64, 32), sizes=(9, 1, 5)):
    """Return SRCNN (Dong et al. 2014): patches of the enlarged image, a mapping between them, and their sum.

    With filters (64, 32) and sizes (9, 1, 5) it has the 8,032 weights that the paper counts, 8,129 with the 97 biases;
    (9, 5, 5), the largest network of the longer paper (2016), has 57,184 weights. The paper starts from weights of
    standard deviation 0.001; here they start as He et al. (2015) propose.
    """
    _checked(scale, filters)
    x = image = keras.Input((None, None, 1))
    x = Bicubic(scale)(x)  # (scale H, scale W, 1)
    for width, size in zip(filters, sizes, strict=False):
        x = _conv(width, size, activation="relu")(x)
    return keras.Model(image, _conv(1, sizes[-1], dtype="float32")(x), name="srcnn")


def residual(scale=2, *, width=48, blocks=5):
    """Return a network that works on the small image, rearranges depth into pixels and corrects the bicubic image.

    A convolution to `width` channels, `blocks` pairs of convolutions each added to what went in (He et al. 2016,
    without normalisation as Lim et al. 2017), one to scale² channels, `SubPixel` (Shi et al. 2016); the bicubic
    enlargement is added at the end (residual learning; Kim et al. 2016). All are 3×3. The last convolution starts at
    zero, so that the untrained network is the bicubic enlargement. ×2 with five blocks of 48 channels: 210,052
    parameters.
    """
    _checked(scale, (width,))
    image = keras.Input((None, None, 1))
    x = _conv(width)(image)  # (H, W, width)
    for _ in range(blocks):
        y = _conv(width)(_conv(width, activation="relu")(x))
        x = keras.layers.Add()([x, y])
    x = _conv(scale**2, dtype="float32", kernel_initializer="zeros")(x)  # (H, W, scale²)
    x = SubPixel(scale, dtype="float32")(x)  # (scale H, scale W, 1)
    return keras.Model(image, keras.layers.Add(dtype="float32")([x, Bicubic(scale)(image)]), name="residual")


def enlarged_first(network, scale=2, *, residual=False):
    """Return a network that makes images of the same size, such as a U-Net, behind a bicubic enlargement.

    network: from (H, W, C) to (H, W, C), with sides that `scale` divides or that are free. residual: whether its output
    is added to the enlarged image (residual learning; Kim et al. 2016) or stands for itself.
    """
    _checked(scale, ())
    sides, channels = network.input_shape[1:3], network.input_shape[3]
    if any(side and side % scale for side in sides) or network.output_shape[1:] != network.input_shape[1:]:
        shapes = f"{network.input_shape[1:]} to {network.output_shape[1:]}"
        raise ValueError(f"network goes from {shapes}; give one that keeps a shape whose sides divide by {scale}.")
    image = keras.Input((*(side and side // scale for side in sides), channels))
    x = Bicubic(scale)(image)
    y = network(x)
    return keras.Model(image, keras.layers.Add(dtype="float32")([x, y]) if residual else y, name="enlarged_first")


@keras.saving.register_keras_serializable(package="helpers")
class Bicubic(keras.layers.Layer):
    """Enlarges (batch, H, W, C) to (batch, scale H, scale W, C) by bicubic interpolation, as Pillow does; no weights.

    A small pixel and its neighbours, 5×5 of them, make scale² large pixels: a convolution whose channels are then
    rearranged, which XLA compiles, as it does not compile Keras's bicubic `UpSampling2D`. At the edge the taps that
    fall outside are left out and the others weighed up. Computes in float32.
    """

    def __init__(self, scale=2, **kwargs):
        super().__init__(**{"dtype": "float32"} | kwargs)
        _checked(scale, ())
        self.scale = scale

    def compute_output_shape(self, input_shape):
        """Return the shape of the enlarged images."""
        batch, height, width, channels = input_shape
        return batch, height and height * self.scale, width and width * self.scale, channels

    def call(self, inputs):
        """Enlarge."""
        taps, channels = _taps(self.scale), inputs.shape[-1]
        kernel = np.einsum("yxp,cd->yxcpd", taps, np.eye(channels)).reshape(5, 5, channels, -1)
        whole = self._applied(tf.ones_like(inputs[:1, ..., :1]), taps[:, :, np.newaxis])
        return self._applied(inputs, kernel) / whole

    def _applied(self, images, kernel):
        maps = tf.nn.conv2d(images, tf.constant(kernel, images.dtype), 1, "SAME")
        return tf.nn.depth_to_space(maps, self.scale)

    def get_config(self):
        """Return the arguments of the constructor."""
        return super().get_config() | {"scale": self.scale}


def _taps(scale):
    """Return the weights of 5×5 small pixels for each of the scale² large ones in the middle: (5, 5, scale²)."""
    centres = (np.arange(scale) + 0.5) / scale - 0.5
    line = resampling.cubic(np.arange(-2, 3)[:, np.newaxis] - centres)  # (5, scale)
    return np.einsum("yp,xq->yxpq", line, line).reshape(5, 5, -1)


def _conv(width, size=3, *, kernel_initializer="he_normal", **given):
    return keras.layers.Conv2D(width, size, padding="same", kernel_initializer=kernel_initializer, **given)


def _checked(scale, filters):
    if type(scale) is not int or scale not in resampling.SCALES or any(type(n) is not int or n < 1 for n in filters):
        raise ValueError(f"scale is {scale!r}, filters {filters!r}; give 2, 3 or 4, and whole numbers from 1.")
