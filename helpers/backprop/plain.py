"""The chapter's networks, by hand and in Keras, how Keras's is trained, and one layer of each kind for the checker."""

import numpy as np

from .. import runtime
from .activations import ELU, LeakyReLU, ReLU, Sigmoid, Tanh
from .layer import tf
from .layers import BatchNormalization, Convolution, Dense, Flatten, Reshape, Sampling, TransposedConvolution
from .network import Sequential
from .windows import AveragePooling, MaxPooling, Repeat


def by_hand(filters=(8, 16), activation=ELU, dtype="float64"):
    """Return the network as a `Sequential`: images (batch, 28, 28, 1) → logits of masks, of the same shape."""
    one, two = filters
    how = {"stride": 2, "dtype": dtype}
    return Sequential([
        Convolution(1, one, **how), activation(),  # 28 → 14
        Convolution(one, two, **how), activation(),  # 14 → 7
        TransposedConvolution(two, one, **how), activation(),  # 7 → 14
        TransposedConvolution(one, 1, **how),  # 14 → 28
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
        keras.layers.Conv2DTranspose(1, **how),
    ])  # fmt: skip


def normalised(filters=(16, 32), activation=LeakyReLU, momentum=0.9):
    """Return a larger network in 32 bits, with batch normalisation: images (batch, 28, 28, 1) → logits of masks."""
    one, two = filters
    convolutions = [
        Convolution(1, one), Convolution(one, two, stride=2), Convolution(two, two, stride=2),  # 28 → 14 → 7
        TransposedConvolution(two, two), TransposedConvolution(two, one),  # 7 → 14 → 28
    ]  # fmt: skip
    layers = []
    for layer in convolutions:
        layers += [layer, BatchNormalization(layer.bias.shape[0], momentum=momentum), activation()]
    return Sequential([*layers, Convolution(one, 1)])


def tape_step(model, optimizer, x, targets):
    """Do what `step` does with a Keras model and the tape: the binary cross-entropy of logits, per image."""
    with tf.GradientTape() as tape:
        losses = tf.nn.sigmoid_cross_entropy_with_logits(labels=targets, logits=model(x, training=True))
        loss = tf.reduce_sum(losses) / len(x)
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


def train_keras(model, optimizer, batches):
    """Train a Keras model on each batch (x, targets) once, compiled, as `train` does; return the losses."""
    run, dtype = tf.function(tape_step), model.inputs[0].dtype
    return np.array([float(run(model, optimizer, tf.cast(x, dtype), tf.cast(t, dtype))) for x, t in batches])


def one_of_each(channels=4, size=(6, 6), seed=0):
    """Return {name: layer}: one layer of each kind in 64 bits, for maps (batch, *size, channels), with random weights.

    Weights are no start for training: they lie between 0.5 and 2, since γ = 1 would hide a forgotten γ. The noise of
    `Sampling` is the same at every call; `Dense` stands behind `Flatten`, which turns maps into rows.
    """
    double, random = {"dtype": "float64"}, np.random.default_rng(seed)
    numbers = channels * size[0] * size[1]
    layers = [
        Sequential([Flatten(), Dense(numbers, 3, **double)]), Convolution(channels, 3, stride=2, **double),
        TransposedConvolution(channels, 3, **double), Repeat(), AveragePooling(), MaxPooling(),
        ReLU(), LeakyReLU(), ELU(), Sigmoid(), Tanh(), BatchNormalization(channels, **double),
        Sampling(kl=0.3, noise=_fixed), Reshape(numbers),
    ]  # fmt: skip
    for value in [value for layer in layers for value in (*layer.weights.values(), *layer.state.values())]:
        value.assign(random.uniform(0.5, 2, value.shape))
    return {type(layer).__name__: layer for layer in layers}


def _fixed(shape, dtype):
    """Noise that is the same at every call."""
    return tf.random.stateless_normal(shape, seed=[1, 2], dtype=dtype)
