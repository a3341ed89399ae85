"""The probabilistic U-Net: a draw of a few numbers chooses one whole answer of many (Kohl et al. 2018).

A U-Net gives feature maps. A *prior* network looks at the image and says from which Gaussian a code of a few numbers
is drawn; three 1×1 convolutions join features and code into logits. In training a *posterior* network, which sees the
label map as well, says which codes explain it; `Bound` asks for both, the right labels and a posterior near the prior.
"""

import numpy as np

from .. import runtime
from ..losses import LabelEntropy
from .segmentation import down
from .unet import unet

tf = runtime.tensorflow()
keras = runtime.keras()

FILTERS = (16, 32, 64, 128)


@keras.saving.register_keras_serializable(package="helpers")
class ProbabilisticUNet(keras.Model):
    """The network from images (N, H, W, 3) in [0, 1] to logits (N, H, W, classes) of one answer, drawn at each call.

    shape: of an image; sides divide by 2 for each of `filters` after the first. classes: logits of a pixel. filters:
    channels at each size, of the U-Net and of the two networks of the code. code: how many numbers are drawn. seed: of
    the noise; a saved model starts with the same noise again.
    In training a call returns what `Bound` needs (see `parts`). Paper: Kohl et al. (2018); here convolutions have
    batch normalisation, and the two networks of the code look at half the image's size and know the highest value of
    each input channel.
    """

    def __init__(self, shape=(96, 128, 3), classes=16, filters=FILTERS, code=6, seed=None, **kwargs):
        super().__init__(**kwargs)
        if code != int(code) or code < 1 or len(filters) < 2:
            raise ValueError(f"code is {code} and filters {filters}; give a whole number from 1, at least two widths.")
        seed = keras.random.randint((), 0, 2**31 - 1).numpy().item() if seed is None else seed
        self.given = {"shape": list(shape), "classes": classes, "filters": list(filters), "code": code, "seed": seed}
        net = unet(shape, classes, filters=filters)
        self.features = keras.Model(net.input, net.layers[-2].output, name="features")  # all but the logits
        self.prior = gaussian(shape, filters, code, "prior")
        self.posterior = gaussian((*shape[:2], shape[2] + classes), filters, code, "posterior")
        self.join = join(self.features.output.shape[1:], classes, code, 2 * filters[0])
        self.noise = keras.random.SeedGenerator(seed)
        self.built = True

    def call(self, inputs, training=None):
        """Return logits of one draw from the prior, or the `parts` while training."""
        parts = self.parts(inputs, training)
        return parts if training else self.join([parts[0], self.draw(parts[1])])

    def parts(self, images, training=False):
        """Return [feature maps, the prior's mean and log-variance (N, 2 code), the images]."""
        return [self.features(images, training=training), self.prior(images, training=training), images]

    def explained(self, images, labels, training=False):
        """Return the posterior's mean and log-variance (N, 2 code): where the codes lie that give these label maps."""
        marks = tf.one_hot(tf.cast(labels, tf.int32), self.given["classes"])  # a label that does not count has none
        seen = tf.concat([tf.cast(images, tf.float32), marks], axis=-1)
        return self.posterior(seen, training=training)

    def draw(self, statistics):
        """Return codes (N, code) from Gaussians given as mean and log-variance side by side."""
        mean, log_variance = split(statistics)
        return mean + tf.exp(0.5 * log_variance) * keras.random.normal(tf.shape(mean), seed=self.noise)

    def answers(self, images, draws):
        """Yield logits (N, H, W, classes) of so many draws; the large networks look at the images once."""
        features, prior, _ = self.parts(images)
        for _ in range(draws):
            yield self.join([features, self.draw(prior)])

    def get_config(self):
        """Return the arguments of the constructor."""
        return super().get_config() | self.given


def gaussian(shape, filters, code, name):
    """Return a network from (H, W, C) to the mean and log-variance of `code` numbers, (2 code,) in float32."""
    x = image = keras.Input(shape)
    x = keras.layers.AveragePooling2D(2)(x)  # (H / 2, W / 2, C)
    x = down(x, filters)
    seen = keras.layers.GlobalMaxPooling2D()(image)  # (C,): of a label map, which labels occur
    x = keras.layers.Concatenate()([keras.layers.GlobalAveragePooling2D()(x), seen])  # (128 + C,)
    return keras.Model(image, keras.layers.Dense(2 * code, dtype="float32", name="statistics")(x), name=name)


def join(shape, classes, code, width):
    """Return the network from [feature maps (H, W, C), code] to logits (H, W, classes): three 1×1 convolutions.

    The first looks at the features with the code behind them at every pixel. Its kernel has a part for each, so it is
    computed as the sum of a convolution of the features and of one product with the code, spread over the image.
    """
    maps, numbers = keras.Input(shape), keras.Input((code,))
    start = {"kernel_initializer": "he_normal"}
    spread = keras.layers.Reshape((1, 1, width))(keras.layers.Dense(width, use_bias=False)(numbers))
    x = keras.layers.Add()([keras.layers.Conv2D(width, 1, **start)(maps), spread])
    x = keras.layers.Conv2D(width, 1, activation="relu", **start)(keras.layers.ReLU()(x))
    x = keras.layers.Conv2D(classes, 1, dtype="float32", name="logits")(x)
    return keras.Model([maps, numbers], x, name="join")


def split(statistics):
    """Return mean and log-variance, each (N, code), the second clipped to ±10."""
    mean, log_variance = tf.split(statistics, 2, axis=-1)
    return mean, tf.clip_by_value(log_variance, -10.0, 10.0)


def divergence(one, other):
    """Return KL(one ‖ other) in nats, (N,), of Gaussians with independent numbers, given as mean and log-variance.

    For each number ½ (log σ₂² − log σ₁² + (σ₁² + (μ₁ − μ₂)²) / σ₂² − 1), summed. With N(0, 1) for the other it is
    `variational.divergence`.
    """
    (mean, log_variance), (mean_2, log_variance_2) = split(one), split(other)
    ratio = (tf.exp(log_variance) + tf.square(mean - mean_2)) * tf.exp(-log_variance_2)
    return 0.5 * tf.reduce_sum(log_variance_2 - log_variance + ratio - 1.0, axis=-1)


class Bound(keras.losses.Loss):
    """The loss of a `ProbabilisticUNet`, (N,), in nats a pixel: cross-entropy under a code of the posterior, and KL.

    The posterior sees image and label map and gives a code; logits made with it should give the labels. The divergence
    of posterior from prior, times `kl_weight` and spread over the H · W pixels, is added. With a weight of 1 this is
    a bound from above on −log p(label map | image). ignore: the label of pixels that do not count.
    Given logits instead of `parts` (a prediction), it returns their cross-entropy alone: that of one draw.
    """

    def __init__(self, model, kl_weight=1.0, ignore=255, name=None):
        super().__init__(name=name, reduction=None, dtype="float32")
        if kl_weight < 0:
            raise ValueError(f"kl_weight is {kl_weight}; give a number from 0.")
        self.model, self.kl_weight, self.entropy = model, kl_weight, LabelEntropy(ignore=ignore)

    def __call__(self, targets, outputs, sample_weight=None):
        """Return the loss of each image."""
        return self.entropy(targets, outputs) if not isinstance(outputs, list) else sum(self.terms(targets, outputs))

    def of(self, images, labels):
        """Return the bound of each image at prediction, (N,): what a cost curve should show."""
        return sum(self.terms(labels, self.model.parts(images), training=False))

    def terms(self, targets, parts, training=True):
        """Return (cross-entropy, weighted divergence) of each image, both (N,), in nats a pixel."""
        features, prior, images = parts
        posterior = self.model.explained(images, targets, training=training)
        outputs = self.model.join([features, self.model.draw(posterior)])
        pixels = float(np.prod(outputs.shape[1:3]))
        return self.entropy(targets, outputs), self.kl_weight * divergence(posterior, prior) / pixels


@keras.saving.register_keras_serializable(package="helpers")
class AlwaysDropout(keras.layers.Dropout):
    """Dropout that drops at prediction too, so that each call is a draw (Gal & Ghahramani 2016)."""

    def call(self, inputs, training=False):
        """Drop, in training or not."""
        return super().call(inputs, training=True)


def always_dropping(model):
    """Return a model with the weights of `model` whose dropout never rests; normalisation is as at prediction."""

    def changed(layer):
        kind = AlwaysDropout if type(layer) is keras.layers.Dropout else type(layer)
        return kind.from_config(layer.get_config())

    twin = keras.models.clone_model(model, clone_function=changed)
    twin.set_weights(model.get_weights())
    return twin


def sampled(answers, images, batch=16, by_pixel=0, seed=0):
    """Return (label maps (draws, N, H, W) as uint8, mean probabilities (N, H, W, classes)) of what a model answers.

    answers: a function from images to an iterable of logits (N, H, W, classes), one for each draw. Each draw is shown
    by its most probable label; with by_pixel, the only logits there are give so many draws in which every pixel draws
    its label for itself.
    """
    maps, means = [], []
    for at in range(0, len(images), batch):
        drawn, mean, count = [], 0.0, 0
        for logits in answers(images[at : at + batch]):
            drawn.append(tf.argmax(logits, axis=-1).numpy().astype("uint8"))
            mean, count = mean + tf.nn.softmax(logits).numpy(), count + 1
        means.append(mean / count)
        maps.append(_by_pixel(logits, by_pixel, [seed, at]) if by_pixel else np.stack(drawn))
    return np.concatenate(maps, axis=1), np.concatenate(means)


def _by_pixel(logits, draws, seed):
    flat = tf.reshape(logits, (-1, logits.shape[-1]))
    labels = tf.random.stateless_categorical(flat, draws, seed, dtype=tf.int32)
    return tf.reshape(tf.transpose(labels), (draws, *logits.shape[:-1])).numpy().astype("uint8")
