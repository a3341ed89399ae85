"""The variational autoencoder: a code that is a distribution, and a price for every nat it tells about the image.

Like the other autoencoders, the function returns a `keras.Model` from images to images with the halves
`model.get_layer("encoder")` and `model.get_layer("decoder")`.
"""

import math

from .. import runtime
from .autoencoder import join

tf = runtime.tensorflow()
keras = runtime.keras()


def dense(shape=(28, 28, 1), *, widths=(500, 250), code=30, kl_weight=1.0, warmup=0, activation="silu"):
    """Return a dense variational autoencoder: image, `widths`, a Gaussian of `code` numbers, `widths` reversed, image.

    In training the code is a draw from the Gaussian and the model adds `kl_weight` times its divergence to the loss
    (see `Sampling`); `training.fit` brings the other term, summed over the pixels. At prediction the code is the mean,
    so the same image gives the same output. `statistics(model)` returns both parameters of the Gaussian.
    Paper: Kingma & Welling (2014), Auto-Encoding Variational Bayes. Weighing the divergence: Higgins et al. (2017).
    """
    shape = _checked(shape, widths, code)
    pixels = math.prod(shape)
    x = image = keras.Input(shape)  # (H, W, C)
    x = keras.layers.Flatten()(x)  # (pixels,)
    for n in widths:
        x = keras.layers.Dense(n, activation=activation)(x)
    x = keras.layers.Dense(2 * code, dtype="float32", name="statistics")(x)  # mean and log-variance side by side
    x = Sampling(kl_weight, warmup, name="sampling")(x)  # (code,)
    encoder = keras.Model(image, x, name="encoder")

    x = numbers = keras.Input((code,))
    for n in reversed(widths):
        x = keras.layers.Dense(n, activation=activation)(x)
    x = keras.layers.Dense(pixels, activation="sigmoid", dtype="float32")(x)
    x = keras.layers.Reshape(shape, dtype="float32")(x)  # (H, W, C)
    return join(encoder, keras.Model(numbers, x, name="decoder"))


def statistics(model):
    """Return the model from images to the (mean, log-variance) of their codes, both (batch, code)."""
    encoder = model.get_layer("encoder")
    sampling = encoder.get_layer("sampling")
    return keras.Model(encoder.input, sampling.split(encoder.get_layer("statistics").output), name="statistics")


def divergence(mean, log_variance):
    """Return KL(N(mean, variance) ‖ N(0, 1)) in nats, for each number of the code: ½ (mean² + variance − 1 − log σ²).

    Zero where the mean is 0 and the variance 1, which tells nothing about the image; positive elsewhere.
    """
    return 0.5 * (tf.square(mean) + tf.exp(log_variance) - 1.0 - log_variance)


@keras.saving.register_keras_serializable(package="helpers")
class Sampling(keras.layers.Layer):
    """Turn (batch, 2 · code), means and log-variances, into codes (batch, code), and add their divergence to the loss.

    In training a code is mean + σ · noise, with noise from N(0, 1): written so, the draw has a gradient with respect
    to mean and σ (the reparametrisation trick; Kingma & Welling 2014). At prediction it is the mean.
    kl_weight: factor of the divergence (summed over the code, mean over the batch). warmup: number of training steps
    in which the factor climbs from 0, so that the code is worth something before it is taxed.
    The log-variance is clipped to ±10, which keeps its exponential finite.
    """

    def __init__(self, kl_weight=1.0, warmup=0, **kwargs):
        super().__init__(**{"dtype": "float32"} | kwargs)
        if kl_weight < 0 or warmup < 0 or warmup != int(warmup):
            raise ValueError(
                f"kl_weight is {kl_weight} and warmup {warmup}; give a weight from 0 and a whole number of steps."
            )
        self.kl_weight, self.warmup = kl_weight, warmup
        self.noise = keras.random.SeedGenerator(keras.random.randint((), 0, 2**31 - 1).numpy().item())

    def build(self, input_shape):
        """Make the counter of training steps, where there is a warm-up."""
        if input_shape[-1] % 2:
            raise ValueError(f"The last axis has {input_shape[-1]} numbers; give means and as many log-variances.")
        if self.warmup:
            self.steps = self.add_weight(shape=(), initializer="zeros", trainable=False, name="steps")

    def split(self, inputs):
        """Return (mean, log-variance), each (batch, code), the second clipped."""
        mean, log_variance = keras.ops.split(inputs, 2, axis=-1)
        return mean, keras.ops.clip(log_variance, -10.0, 10.0)

    def call(self, inputs, training=None):
        """Return the codes: draws in training, means otherwise."""
        mean, log_variance = self.split(inputs)
        if not training:
            return mean
        nats = tf.reduce_mean(tf.reduce_sum(divergence(mean, log_variance), axis=-1))
        self.add_loss(self._weight() * nats)
        return mean + tf.exp(0.5 * log_variance) * keras.random.normal(tf.shape(mean), seed=self.noise)

    def _weight(self):
        """Return the factor of this step: `kl_weight`, less during the warm-up."""
        if not self.warmup:
            return self.kl_weight
        self.steps.assign_add(1.0)
        return self.kl_weight * tf.minimum(self.steps / self.warmup, 1.0)

    def get_config(self):
        """Return the arguments of the constructor."""
        return super().get_config() | {"kl_weight": self.kl_weight, "warmup": self.warmup}


def _checked(shape, widths, code):
    if len(shape) != 3 or any(not isinstance(n, int) or n < 1 for n in (*shape, *widths, code)):
        raise ValueError(
            f"shape is {shape}, widths {widths}, code {code}; give (height, width, channels) and whole numbers from 1."
        )
    return tuple(shape)
