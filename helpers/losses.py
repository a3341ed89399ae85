"""Losses of the book, registered with Keras: of images, and of masks and labels. All are computed in float32."""

from . import runtime

tf = runtime.tensorflow()
keras = runtime.keras()


@keras.saving.register_keras_serializable(package="helpers")
def squared_error(targets, outputs):
    """Return the squared error per image, (batch,): the sum over all pixels and channels of (target - output)².

    With images in [0, 1] this is the number that Hinton & Salakhutdinov (2006) print; divided by the number of pixels
    it is the mean squared error (MSE).
    """
    difference = tf.cast(targets, tf.float32) - tf.cast(outputs, tf.float32)
    return tf.reduce_sum(tf.square(difference), axis=range(1, difference.shape.rank))


@keras.saving.register_keras_serializable(package="helpers")
def cross_entropy(targets, outputs):
    """Return the cross-entropy per image in nats, (batch,): the sum over all pixels of -t log p - (1 - t) log(1 - p).

    targets and outputs lie in [0, 1]; outputs are kept 1e-7 away from both ends.
    """
    t, p = tf.cast(targets, tf.float32), tf.clip_by_value(tf.cast(outputs, tf.float32), 1e-7, 1 - 1e-7)
    nats = -t * tf.math.log(p) - (1 - t) * tf.math.log(1 - p)
    return tf.reduce_sum(nats, axis=range(1, nats.shape.rank))


class _PerImage(keras.losses.Loss):
    """A loss that returns one number an image, (batch,), as `training.fit` expects."""

    def __init__(self, name=None, reduction=None, dtype="float32"):
        super().__init__(name=name, reduction=None, dtype=dtype)


@keras.saving.register_keras_serializable(package="helpers")
class LabelEntropy(_PerImage):
    """The cross-entropy of labels (batch, H, W) under logits (batch, H, W, classes): mean over the pixels, in nats.

    weights: one for each class, or None for 1; the mean is weighted by them. ignore: a label whose pixels do not
    count; an image without any other has the loss 0.
    """

    def __init__(self, weights=None, ignore=None, **kwargs):
        super().__init__(**kwargs)
        self.weights = None if weights is None else [float(weight) for weight in weights]
        self.ignore = ignore

    def call(self, targets, outputs):
        """Return the loss of each image."""
        targets, outputs = tf.cast(targets, tf.int32), tf.cast(outputs, tf.float32)
        counted = tf.ones_like(targets, tf.float32) if self.ignore is None else _unlike(targets, self.ignore)
        targets = targets * tf.cast(counted, tf.int32)
        if self.weights is not None:
            counted *= tf.gather(tf.constant(self.weights), targets)
        nats = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=targets, logits=outputs)
        return tf.math.divide_no_nan(tf.reduce_sum(nats * counted, axis=(1, 2)), tf.reduce_sum(counted, axis=(1, 2)))

    def get_config(self):
        """Return the arguments of the constructor."""
        return super().get_config() | {"weights": self.weights, "ignore": self.ignore}


def _unlike(targets, ignore):
    return tf.cast(tf.not_equal(targets, ignore), tf.float32)


@keras.saving.register_keras_serializable(package="helpers")
class MaskEntropy(_PerImage):
    """The cross-entropy of masks (batch, H, W, 1) in [0, 1] under logits of the same shape: mean over pixels, nats."""

    def call(self, targets, outputs):
        """Return the loss of each image."""
        targets, outputs = tf.cast(targets, tf.float32), tf.cast(outputs, tf.float32)
        nats = tf.nn.sigmoid_cross_entropy_with_logits(labels=targets, logits=outputs)
        return tf.reduce_mean(nats, axis=(1, 2, 3))


@keras.saving.register_keras_serializable(package="helpers")
class MaskSquaredError(_PerImage):
    """Half the squared error of masks (batch, H, W, 1) and of the sigmoid of logits: mean over the pixels, 0 to 0.5."""

    def call(self, targets, outputs):
        """Return the loss of each image."""
        t, p = tf.cast(targets, tf.float32), tf.sigmoid(tf.cast(outputs, tf.float32))
        return 0.5 * tf.reduce_mean(tf.square(t - p), axis=(1, 2, 3))


@keras.saving.register_keras_serializable(package="helpers")
class Dice(_PerImage):
    """One minus the Dice coefficient of masks (batch, H, W, 1) and of the sigmoid of logits, from 0 to 1.

    2 Σ t p / (Σ t² + Σ p²) (Milletari et al. 2016); `smooth` is added to both, so that an empty mask has a loss too.
    """

    def __init__(self, smooth=1.0, **kwargs):
        super().__init__(**kwargs)
        self.smooth = smooth

    def call(self, targets, outputs):
        """Return the loss of each image."""
        t, p = tf.cast(targets, tf.float32), tf.sigmoid(tf.cast(outputs, tf.float32))
        both, all_ = (tf.reduce_sum(parts, axis=(1, 2, 3)) for parts in (t * p, t * t + p * p))
        return 1 - (2 * both + self.smooth) / (all_ + self.smooth)

    def get_config(self):
        """Return the arguments of the constructor."""
        return super().get_config() | {"smooth": self.smooth}


@keras.saving.register_keras_serializable(package="helpers")
class Focal(_PerImage):
    """The focal loss of masks under logits (Lin et al. 2017): cross-entropy times (1 − p)^focus, mean over pixels.

    p is the probability given to the truth, so that pixels which are right already count little; a focus of 0 is
    the cross-entropy.
    """

    def __init__(self, focus=2.0, **kwargs):
        super().__init__(**kwargs)
        self.focus = focus

    def call(self, targets, outputs):
        """Return the loss of each image."""
        t, a = tf.cast(targets, tf.float32), tf.cast(outputs, tf.float32)
        nats = tf.nn.sigmoid_cross_entropy_with_logits(labels=t, logits=a)
        wrong = t * tf.sigmoid(-a) + (1 - t) * tf.sigmoid(a)
        return tf.reduce_mean(wrong**self.focus * nats, axis=(1, 2, 3))

    def get_config(self):
        """Return the arguments of the constructor."""
        return super().get_config() | {"focus": self.focus}


@keras.saving.register_keras_serializable(package="helpers")
class Deep(_PerImage):
    """A loss at several depths: the sum of `loss` over a list of outputs, each against targets of its own size.

    Masks (batch, H, W, 1) are averaged down, labels (batch, H, W) sampled, so that no label arises that is not there.
    One output instead of a list gets `loss` alone. After Lee et al. (2015), Deeply-Supervised Nets.
    """

    def __init__(self, loss, **kwargs):
        super().__init__(**kwargs)
        self.loss = loss

    def __call__(self, targets, outputs, sample_weight=None):
        """Return the loss of each image."""
        targets, outputs = tf.convert_to_tensor(targets), outputs if isinstance(outputs, (list, tuple)) else [outputs]
        return tf.add_n([self.loss(reduced(targets, output.shape[1:3]), output) for output in outputs])

    def get_config(self):
        """Return the arguments of the constructor."""
        return super().get_config() | {"loss": keras.saving.serialize_keras_object(self.loss)}

    @classmethod
    def from_config(cls, config):
        """Return the loss that `get_config` describes."""
        return cls(**config | {"loss": keras.saving.deserialize_keras_object(config["loss"])})


def reduced(targets, size):
    """Return masks (batch, H, W, 1) averaged, or labels (batch, H, W) sampled, at a size that divides theirs."""
    if targets.shape.rank == 4:
        step = targets.shape[1] // size[0], targets.shape[2] // size[1]
        return tf.nn.avg_pool2d(tf.cast(targets, tf.float32), step, step, "VALID") if step != (1, 1) else targets
    high, wide = targets.shape[1] // size[0], targets.shape[2] // size[1]
    return targets[:, high // 2 :: high, wide // 2 :: wide]
