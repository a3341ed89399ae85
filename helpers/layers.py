"""Keras layers that Keras lacks: a fast batch normalisation, a dense layer that also runs backwards, sub-pixels."""

from . import runtime

tf = runtime.tensorflow()
keras = runtime.keras()


@keras.saving.register_keras_serializable(package="helpers")
class FusedBatchNormalization(keras.layers.BatchNormalization):
    """`keras.layers.BatchNormalization` through TensorFlow's fused kernel: the same arithmetic, in less time.

    Keras 3 writes normalisation as a chain of small operations, each of which reads and writes the whole feature map.
    The kernel `FusedBatchNormV3` does it in one pass. Arguments, weights and results are those of Keras's layer
    (Ioffe & Szegedy 2015); statistics stay float32 where the feature maps are float16 or bfloat16. Inputs that the
    kernel does not take (other than four axes, another `axis` than the last, float64, a mask) go to Keras's own code.
    """

    def call(self, inputs, training=None, mask=None):
        """Normalise feature maps (batch, height, width, channels); the moving statistics follow while training."""
        fits = inputs.shape.rank == 4 and self.axis in (-1, 3) and inputs.dtype != tf.float64 and mask is None
        if not fits:
            return super().call(inputs, training=training, mask=mask)
        training = bool(training and self.trainable)
        outputs, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=inputs,
            scale=_ones_or(self.scale and self.gamma, self.moving_mean),
            offset=_zeros_or(self.center and self.beta, self.moving_mean),
            mean=() if training else tf.convert_to_tensor(self.moving_mean),
            variance=() if training else tf.convert_to_tensor(self.moving_variance),
            epsilon=self.epsilon,
            is_training=training,
        )
        if training:
            self._follow(mean, variance, tf.size(inputs) // tf.shape(inputs)[-1])
        return outputs

    def _follow(self, mean, variance, count):
        """Move the running statistics. The kernel's variance divides by count - 1, Keras's by count."""
        count = tf.cast(count, variance.dtype)
        for moving, value in (
            (self.moving_mean, mean),
            (self.moving_variance, variance * (count - 1) / count),
        ):
            moving.assign(moving * self.momentum + value * (1 - self.momentum))


def _ones_or(weight, like):
    return tf.ones_like(like) if weight is False else tf.convert_to_tensor(weight)


def _zeros_or(weight, like):
    return tf.zeros_like(like) if weight is False else tf.convert_to_tensor(weight)


@keras.saving.register_keras_serializable(package="helpers")
class TiedDense(keras.layers.Layer):
    """A dense layer that runs both ways with one matrix: y = f(x W + b), and back x' = g(y Wᵀ + c).

    units: the length of y. activation: f. back_activation: g, applied by `layer(y, transpose=True)`. The layer must
    see an x before it can run backwards. Both uses share W, so an autoencoder of such layers has about half the
    weights (tied weights; Bengio et al. 2007 use them in their stacked autoencoders).
    """

    def __init__(self, units, activation=None, back_activation=None, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.activation = keras.activations.get(activation)
        self.back_activation = keras.activations.get(back_activation)

    def build(self, input_shape):
        """Make W, (inputs, units), and the two biases."""
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units), initializer="glorot_uniform", name="kernel")
        self.bias = self.add_weight(shape=(self.units,), initializer="zeros", name="bias")
        self.back_bias = self.add_weight(shape=(input_shape[-1],), initializer="zeros", name="back_bias")

    def call(self, inputs, transpose=False):
        """Map (batch, inputs) to (batch, units), or back with transpose=True."""
        if transpose:
            return self.back_activation(tf.matmul(inputs, self.kernel, transpose_b=True) + self.back_bias)
        return self.activation(tf.matmul(inputs, self.kernel) + self.bias)

    def get_config(self):
        """Return the arguments of the constructor."""
        names = {"activation": self.activation, "back_activation": self.back_activation}
        given = {name: keras.activations.serialize(function) for name, function in names.items()}
        return super().get_config() | {"units": self.units} | given


@keras.saving.register_keras_serializable(package="helpers")
class SubPixel(keras.layers.Layer):
    """Rearranges (batch, H, W, factor² C) to (batch, factor H, factor W, C): depth becomes size, no number changes.

    The factor² groups of C channels become the pixels of a square, line by line. After a convolution with factor² C
    filters this is the sub-pixel convolution of Shi et al. (2016), also called pixel shuffle.
    """

    def __init__(self, factor=2, **kwargs):
        super().__init__(**kwargs)
        self.factor = _factor(factor)

    def compute_output_shape(self, input_shape):
        """Return the shape of the enlarged maps; raises ValueError where the channels do not divide by factor²."""
        batch, height, width, channels = input_shape
        if channels % self.factor**2:
            raise ValueError(f"{channels} channels; SubPixel({self.factor}) needs a multiple of {self.factor**2}.")
        height, width = (size and size * self.factor for size in (height, width))
        return batch, height, width, channels // self.factor**2

    def build(self, input_shape):
        """Check the number of channels; there are no weights."""
        self.compute_output_shape(input_shape)

    def call(self, inputs):
        """Rearrange."""
        return tf.nn.depth_to_space(inputs, self.factor)

    def get_config(self):
        """Return the arguments of the constructor."""
        return super().get_config() | {"factor": self.factor}


@keras.saving.register_keras_serializable(package="helpers")
class ICNR(keras.initializers.Initializer):
    """Fills a convolution in front of `SubPixel(factor)` with factor² equal groups of filters (Aitken et al. 2017).

    The two together then repeat every pixel factor × factor times: the start has no checkerboard. initializer: what
    fills one group; Keras's default for convolutions unless told.
    """

    def __init__(self, factor=2, initializer="glorot_uniform"):
        self.factor, self.initializer = _factor(factor), keras.initializers.get(initializer)

    def __call__(self, shape, dtype=None):
        """Return a kernel (height, width, inputs, factor² outputs)."""
        *rest, filters = shape
        if filters % self.factor**2:
            raise ValueError(f"{filters} filters; ICNR({self.factor}) needs a multiple of {self.factor**2}.")
        group = self.initializer((*rest, filters // self.factor**2), dtype=dtype)
        return keras.ops.tile(group, [1] * len(rest) + [self.factor**2])

    def get_config(self):
        """Return the arguments of the constructor."""
        return {"factor": self.factor, "initializer": keras.initializers.serialize(self.initializer)}


def _factor(given):
    if type(given) is not int or given < 2:
        raise ValueError(f"factor is {given!r}; give a whole number from 2.")
    return given
