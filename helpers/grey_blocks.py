"""The errors in the source's (S2) script of pix2pix, to be replayed beside the right training.

What the script has, and the paper has not: the sign of one term of the discriminator's loss; a "batch normalisation"
that adds one; pictures in [-1, 1] that shall become photographs in [0, 1]. Each can be replayed alone.
"""

from . import runtime
from .adversarial import Pix2Pix
from .models import pix2pix

tf, keras = runtime.tensorflow(), runtime.keras()

TINY = 1e-10  # what the script adds before it takes a logarithm


@keras.saving.register_keras_serializable(package="helpers")
class PlusOne(keras.layers.Layer):
    """The script's "batch normalisation": with mean 0, variance 1, scale 1 and offset 1 all it does is to add one.

    Nothing is measured in the batch and nothing can be learned. Give the class to the networks of `models.pix2pix` as
    their `norm`.
    """

    def call(self, inputs):
        """Return inputs + 1."""
        return inputs + 1


@keras.saving.register_keras_serializable(package="helpers")
class WrongSign(Pix2Pix):
    """The script's discriminator loss: the term of generated pictures has the wrong sign.

    It minimises −log D(x, y) + log(1 − D(x, G(x)) + 10⁻¹⁰), not halved. Both terms fall where D calls everything real,
    the second one to log 10⁻¹⁰ = −23.03. There the generator's own term is 0, and of its task the error alone is left.
    """

    @staticmethod
    def discriminator_loss(real, fake):
        """Return −log D(y) + log(1 − D(G(x))) from probabilities, as the script does; 1 − D from the negative logit."""
        judged, other = tf.sigmoid(tf.cast(real, tf.float32)), tf.sigmoid(-tf.cast(fake, tf.float32))
        return tf.reduce_mean(tf.math.log(other + TINY)) - tf.reduce_mean(tf.math.log(judged + TINY))


@keras.saving.register_keras_serializable(package="helpers")
class WrongRange(Pix2Pix):
    """The script's range: a hyperbolic tangent makes pictures in [-1, 1], and photographs stay in [0, 1].

    Half of the generator's range is of no use; a black pixel lies where the tangent is steepest, and not at its end.
    """

    @staticmethod
    def inside(photographs):
        """Return photographs as they are."""
        return photographs

    @staticmethod
    def outside(pictures):
        """Return pictures as they are; below 0 there is no colour."""
        return pictures


@keras.saving.register_keras_serializable(package="helpers")
class Published(WrongSign, WrongRange):
    """The script's loss and its range together; its networks are `source_generator` and `source_discriminator`."""


def source_generator(shape=(256, 256, 1), channels=3, *, width=128, norm=PlusOne):
    """Return the script's generator: five levels down, five up, and a convolution to the picture.

    width: channels of the first level, then 2, 4, 4 and 4 times as many. norm: what stands behind every convolution but
    the first, that of the picture, too. With the width of 128 and a mask it has 29,368,320 weights.
    """
    mask, maps = keras.Input(shape), []  # (256, 256, 1)
    x = mask
    for n, size in enumerate((width, 2 * width, 4 * width, 4 * width, 4 * width)):
        x = convolved(x, size, 2, norm if n else None)
        x = keras.layers.LeakyReLU(0.2)(x)
        maps.append(x)  # (128, 128, 128), (64, 64, 256), … (8, 8, 512)
    for n, size in enumerate((4 * width, 4 * width, 2 * width, width, width)):
        x = keras.layers.Concatenate()([x, maps[-1 - n]]) if n else x
        x = keras.layers.Conv2DTranspose(size, 4, 2, "same", use_bias=False, kernel_initializer=pix2pix.normal())(x)
        x = keras.layers.ReLU()(norm()(x))  # (16, 16, 512), … (256, 256, 128)
    x = convolved(x, channels, 1, norm)  # (256, 256, 3)
    return keras.Model(mask, keras.layers.Activation("tanh", dtype="float32")(x), name="source_generator")


def source_discriminator(shape=(256, 256, 3), condition=1, *, width=64, norm=PlusOne):
    """Return the script's discriminator of [condition, picture], all convolutions with stride 2: patches of 94 pixels.

    norm: what stands behind every convolution, the first and the last, too. With the width of 64 and a mask it has
    2,764,800 weights. It returns logits; the script takes their sigmoid.
    """
    given, picture = keras.Input((*shape[:2], condition)), keras.Input(shape)
    x = keras.layers.Concatenate()([given, picture])  # (256, 256, 4)
    for size in (width, 2 * width, 4 * width, 8 * width):
        x = keras.layers.LeakyReLU(0.2)(convolved(x, size, 2, norm))  # (128, 128, 64), … (16, 16, 512)
    x = keras.layers.Activation("linear", dtype="float32")(convolved(x, 1, 2, norm))  # (8, 8, 1)
    return keras.Model([given, picture], x, name="source_discriminator")


def convolved(x, width, stride, norm):
    """Return a 4×4 convolution without biases, and `norm` behind it or nothing."""
    x = keras.layers.Conv2D(width, 4, stride, "same", use_bias=False, kernel_initializer=pix2pix.normal())(x)
    return norm()(x) if norm else x
