"""Losses of masks in which pixels differ in weight, or two losses are joined; see `losses` for the others."""

import numpy as np

from . import runtime
from .losses import _PerImage

tf = runtime.tensorflow()
keras = runtime.keras()


@keras.saving.register_keras_serializable(package="helpers")
class WeightedMaskEntropy(_PerImage):
    """The cross-entropy of masks under logits (batch, H, W, 1), pixel by pixel times a weight: mean over pixels, nats.

    targets: (batch, H, W, 2), a mask in [0, 1] and the weight of each pixel, so that an augmentation moves both; make
    them with `weighted`. Ronneberger et al. (2015), equation 1, as a mean. Targets without weights, (batch, H, W, 1),
    count 1 everywhere.
    """

    def call(self, targets, outputs):
        """Return the loss of each image."""
        targets, outputs = tf.cast(targets, tf.float32), tf.cast(outputs, tf.float32)
        nats = tf.nn.sigmoid_cross_entropy_with_logits(labels=targets[..., :1], logits=outputs)
        weights = targets[..., 1:2] if targets.shape[-1] == 2 else tf.ones_like(nats)
        return tf.reduce_mean(weights * nats, axis=(1, 2, 3))


@keras.saving.register_keras_serializable(package="helpers")
class Both(_PerImage):
    """The sum of two losses of the same targets and outputs, such as `MaskEntropy` and `Dice`."""

    def __init__(self, one, other, **kwargs):
        super().__init__(**kwargs)
        self.one, self.other = one, other

    def call(self, targets, outputs):
        """Return the loss of each image."""
        return self.one(targets, outputs) + self.other(targets, outputs)

    def get_config(self):
        """Return the arguments of the constructor."""
        parts = {"one": self.one, "other": self.other}
        described = {name: keras.saving.serialize_keras_object(part) for name, part in parts.items()}
        return super().get_config() | described

    @classmethod
    def from_config(cls, config):
        """Return the loss that `get_config` describes."""
        parts = {name: keras.saving.deserialize_keras_object(config[name]) for name in ("one", "other")}
        return cls(**config | parts)


def weighted(masks, weights):
    """Return targets (N, H, W, 2) for `WeightedMaskEntropy`: masks and weights, both (N, H, W, 1), float32.

    Raises ValueError on other shapes, or on a weight that is negative or no number.
    """
    masks, weights = np.asarray(masks, "float32"), np.asarray(weights, "float32")
    if masks.shape != weights.shape or masks.ndim != 4 or masks.shape[-1] != 1:
        raise ValueError(f"masks are {masks.shape} and weights {weights.shape}; give two equal shapes, (N, H, W, 1).")
    if not (np.isfinite(weights).all() and weights.min() >= 0):
        raise ValueError("weights hold values below 0 or NaN; give numbers from 0.")
    return np.concatenate([masks, weights], axis=-1)
