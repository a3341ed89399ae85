"""The chapter's network, convolutions down and transposed convolutions up, once by hand and once in Keras."""

from .. import runtime
from .activations import ELU, Sigmoid
from .layers import Convolution, TransposedConvolution
from .network import Sequential


def by_hand(filters=(8, 16), activation=ELU, dtype="float64"):
    """Return the network as a `Sequential`: images (batch, 28, 28, 1) → masks of the same shape, in [0, 1]."""
    one, two = filters
    how = {"stride": 2, "dtype": dtype}
    return Sequential([
        Convolution(1, one, **how), activation(),  # 28 → 14
        Convolution(one, two, **how), activation(),  # 14 → 7
        TransposedConvolution(two, one, **how), activation(),  # 7 → 14
        TransposedConvolution(one, 1, **how), Sigmoid(),  # 14 → 28
    ])  # fmt: skip


def by_keras(filters=(8, 16), activation="elu", dtype="float64"):
    """Return the same network as a `keras.Sequential`; its weights have the same shapes in the same order."""
    keras = runtime.keras()
    one, two = filters
    how = {"kernel_size": 3, "strides": 2, "padding": "same", "dtype": dtype}
    return keras.Sequential([
        keras.Input((28, 28, 1), dtype=dtype),
        keras.layers.Conv2D(one, activation=activation, **how),
        keras.layers.Conv2D(two, activation=activation, **how),
        keras.layers.Conv2DTranspose(one, activation=activation, **how),
        keras.layers.Conv2DTranspose(1, activation="sigmoid", **how),
    ])  # fmt: skip
