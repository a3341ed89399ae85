"""Autoencoders: an encoder that squeezes an image into a short code, and a decoder that draws it again.

Every function returns a `keras.Model` from images to images whose two halves are models of their own:
`model.get_layer("encoder")` and `model.get_layer("decoder")`.
"""

import math

from .. import runtime
from ..layers import TiedDense

keras = runtime.keras()


def dense(
    shape=(28, 28, 1),
    *,
    widths=(1000, 500, 250),
    code=30,
    activation="silu",
    output="sigmoid",
    tied=False,
    noise=0,
):
    """Return a dense autoencoder: image, `widths`, `code`, `widths` in reverse, image.

    shape: (height, width, channels). code: how many numbers the image is squeezed into; more than there are pixels
    makes an over-complete autoencoder. `widths=()` with `output="linear"` is the linear autoencoder, with
    `output="sigmoid"` and the cross-entropy it is logistic PCA. tied: whether the decoder's matrices are the encoder's,
    transposed. noise: standard deviation of the Gaussian noise added to the code while training.
    The widths 1000-500-250-30 are those of Hinton & Salakhutdinov (2006).
    """
    shape = tuple(shape)
    sizes = [_pixels(shape), *_positive("widths", widths), *_positive("code", [code])]
    forward = [activation] * len(widths) + [None]
    backward = [output] + [activation] * len(widths)
    if tied:
        down = [TiedDense(n, f, g) for n, f, g in zip(sizes[1:], forward, backward, strict=True)]
        up = [_transposed(layer) for layer in down[::-1]]
    else:
        down = [keras.layers.Dense(n, activation=f) for n, f in zip(sizes[1:], forward, strict=True)]
        up = [keras.layers.Dense(n, activation=g) for n, g in zip(sizes[-2:0:-1], backward[:0:-1], strict=True)]
        up += [keras.layers.Dense(sizes[0], activation=output, dtype="float32")]
    encoder = _chain("encoder", shape, [keras.layers.Flatten(), *down])  # (H, W, C) → (code,)
    decoder = _chain("decoder", (code,), [*_noise(noise), *up, keras.layers.Reshape(shape, dtype="float32")])
    arguments = {
        "shape": shape,
        "widths": widths,
        "code": code,
        "activation": activation,
        "output": output,
        "noise": noise,
    }
    return TiedAutoencoder(encoder, decoder, arguments) if tied else join(encoder, decoder)


def convolutional(shape=(28, 28, 1), *, filters=(32, 64, 128), code=30, kernel=3, activation="silu", noise=0):
    """Return a convolutional autoencoder: strided convolutions down, a dense code, transposed convolutions up.

    Each of the `filters` halves height and width (rounded up); the decoder retraces the sizes, so that any image fits
    whose sides are at least 2 ** len(filters). code, noise: as in `dense`.
    """
    sizes = _halvings(shape, filters)
    height, width, depth = *sizes[-1], filters[-1]
    down = [keras.layers.Conv2D(n, kernel, strides=2, padding="same", activation=activation) for n in filters]
    encoder = _chain("encoder", shape, [*down, keras.layers.Flatten(), keras.layers.Dense(code)])
    up = [
        *_noise(noise),
        keras.layers.Dense(height * width * depth, activation=activation),
        keras.layers.Reshape((height, width, depth)),
    ]
    for n, size in zip(filters[-2::-1], sizes[-2:0:-1], strict=True):
        up += upsample(n, kernel, size, activation)
    up += upsample(shape[-1], kernel, sizes[0], "sigmoid")
    return join(encoder, _chain("decoder", (code,), up))


def published(shape=(28, 28, 1)):
    """Return the autoencoder of the source document (S4.3): 3×3 kernels, stride 2, leaky ReLU 0.2, tanh at the end.

    On 28×28: 28 → 14 → 7 → 4 → 2 down and 2 → 4 → 7 → 14 → 28 up, a code of 2×2×128 numbers, 194,177 parameters.
    The leaky ReLU in front of the tanh is the source's own.
    """
    filters, sizes = (16, 32, 64, 128), _halvings(shape, (16, 32, 64, 128))
    down, up = [], []
    for n in filters:
        down += [keras.layers.Conv2D(n, 3, strides=2, padding="same"), keras.layers.LeakyReLU(0.2)]
    for n, (height, width) in zip((64, 32, 16, shape[-1]), sizes[-2::-1], strict=True):
        even = (1 - height % 2, 1 - width % 2)  # doubling 4 gives 7 without output padding, 8 with it
        conv = keras.layers.Conv2DTranspose(n, 3, strides=2, padding="same", output_padding=even)
        up += [conv, keras.layers.LeakyReLU(0.2)]
    up += [keras.layers.Activation("tanh", dtype="float32")]
    return join(_chain("encoder", shape, down), _chain("decoder", (*sizes[-1], 128), up))


def upsample(filters, kernel, size, activation=None):
    """Return the layers that double a feature map with a transposed convolution and cut it to `size`, (height, width).

    Halving 7 gives 4, doubling 4 gives 8: the last row and column that the encoder never had are cut off.
    """
    dtype = "float32" if activation == "sigmoid" else None
    conv = keras.layers.Conv2DTranspose(filters, kernel, strides=2, padding="same", activation=activation, dtype=dtype)
    return [conv] + (
        [keras.layers.Cropping2D(((0, size[0] % 2), (0, size[1] % 2)), dtype=dtype)] if any(n % 2 for n in size) else []
    )


def stages(model):
    """Return the shallow autoencoders that a dense autoencoder is stacked from, outermost first.

    Stage k holds the k-th layer of the encoder and its counterpart of the decoder, shared with `model`: to train the
    stages one after another, each on the codes of the one before, is to pretrain `model` (Bengio et al. 2007).
    """
    down = _dense_layers(model.get_layer("encoder"))
    up = _dense_layers(model.get_layer("decoder"))[::-1]
    found = [layer.name for half in ("encoder", "decoder") for layer in model.get_layer(half).layers if layer.weights]
    if len(found) != len(down) + len(up):
        raise ValueError(f"stages needs a dense autoencoder; this one has the layers {', '.join(found)}.")
    return [_stage(encode, decode, number) for number, (encode, decode) in enumerate(zip(down, up, strict=True))]


def join(encoder, decoder):
    """Return the model that decodes what it encodes."""
    image = keras.Input(encoder.input_shape[1:], name="image")
    return keras.Model(image, decoder(encoder(image)), name="autoencoder")


@keras.saving.register_keras_serializable(package="helpers")
class TiedAutoencoder(keras.Model):
    """A dense autoencoder whose halves share their layers; `dense(tied=True)` makes it.

    It is saved as the arguments of `dense`: Keras would save a layer that two nested models share as two layers.
    """

    def __init__(self, encoder, decoder, arguments):
        image = keras.Input(encoder.input_shape[1:], name="image")
        super().__init__(image, decoder(encoder(image)), name="autoencoder")
        self.arguments = tuple(arguments.items())

    def get_config(self):
        """Return the arguments of `dense`."""
        return dict(self.arguments)

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """Build the model anew."""
        return dense(**config, tied=True)


def _stage(encode, decode, number):
    length = encode.kernel.shape[0]
    encoder = _chain("encoder", (length,), [encode])
    back = _transposed(encode) if decode is encode else decode
    decoder = _chain("decoder", (encoder.output_shape[-1],), [back])
    vectors = keras.Input((length,))
    return keras.Model(vectors, decoder(encoder(vectors)), name=f"stage_{number}")


def _dense_layers(model):
    return [layer for layer in model.layers if isinstance(layer, keras.layers.Dense | TiedDense)]


def _transposed(layer):
    """Return the function that runs a tied layer backwards."""
    return lambda y: layer(y, transpose=True)


def _chain(name, shape, layers):
    """Return the model that applies layers one after another to an input of `shape`."""
    x = inputs = keras.Input(shape)
    for layer in layers:
        x = layer(x)
    return keras.Model(inputs, x, name=name)


def _noise(deviation):
    return [keras.layers.GaussianNoise(deviation)] if deviation else []


def _pixels(shape):
    if len(shape) != 3 or min(shape) < 1:
        raise ValueError(f"shape is {shape}; give (height, width, channels), such as (28, 28, 1).")
    return math.prod(shape)


def _positive(name, values):
    if any(not isinstance(n, int) or n < 1 for n in values):
        raise ValueError(f"{name} is {values}; every width is a whole number of at least 1.")
    return values


def _halvings(shape, filters):
    """Return the (height, width) before each stride-2 convolution and behind the last."""
    _pixels(shape), _positive("filters", filters)
    if min(shape[:2]) < 2 ** len(filters) // 2 + 1:
        least = 2 ** len(filters) // 2 + 1
        raise ValueError(f"{len(filters)} halvings need sides of at least {least} pixels; the shape is {shape}.")
    sizes = [tuple(shape[:2])]
    for _ in filters:
        sizes.append(tuple(-(-n // 2) for n in sizes[-1]))
    return sizes
