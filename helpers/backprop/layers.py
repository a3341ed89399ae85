"""Layers with weights, the layers that only change shapes, and the VAE's sampling."""

from .layer import Layer, glorot, one_of, tf, whole

conv2d_input, conv2d_kernel = tf.raw_ops.Conv2DBackpropInput, tf.raw_ops.Conv2DBackpropFilter


class Dense(Layer):
    """y = x W + b. x: (batch, inputs), W: (inputs, units), y: (batch, units)."""

    def __init__(self, inputs, units, *, dtype="float32"):
        whole(inputs=inputs, units=units)
        super().__init__(kernel=glorot((inputs, units), dtype), bias=tf.zeros(units, dtype))

    def forward(self, x, training=False):
        self.x = self.accept(x, rank=2, channels=self.kernel.shape[0])
        return self.x @ self.kernel + self.bias

    def backward(self, g):
        self.gradients = {"kernel": tf.transpose(self.x) @ g, "bias": tf.reduce_sum(g, axis=0)}
        return g @ tf.transpose(self.kernel)


class Convolution(Layer):
    """y = x ⋆ W + b. x: (batch, height, width, inputs), W: (kernel, kernel, inputs, filters).

    As everywhere in deep learning the kernel is not flipped. Every `stride`-th place is computed: with the padding
    "same" y has ⌈height / stride⌉ rows, with "valid" ⌈(height − kernel + 1) / stride⌉.
    """

    def __init__(self, inputs, filters, kernel=3, stride=1, padding="same", *, dtype="float32"):
        whole(inputs=inputs, filters=filters, kernel=kernel, stride=stride)
        one_of(padding, padding=("same", "valid"))
        super().__init__(kernel=glorot((kernel, kernel, inputs, filters), dtype), bias=tf.zeros(filters, dtype))
        self.how = {"strides": [1, stride, stride, 1], "padding": padding.upper()}

    def forward(self, x, training=False):
        self.x = self.accept(x, rank=4, channels=self.kernel.shape[2])
        fits(self, self.x)
        return tf.nn.conv2d(self.x, self.kernel, **self.how) + self.bias

    def backward(self, g):
        self.gradients = {
            "kernel": conv2d_kernel(input=self.x, filter_sizes=self.kernel.shape, out_backprop=g, **self.how),
            "bias": tf.reduce_sum(g, axis=[0, 1, 2]),
        }
        return conv2d_input(input_sizes=tf.shape(self.x), filter=self.kernel, out_backprop=g, **self.how)


class TransposedConvolution(Layer):
    """The way back through a convolution, used as a layer: forward and backward change places.

    x: (batch, height, width, inputs), W: (kernel, kernel, filters, inputs). With the padding "same" y has
    height · stride rows, with "valid" (height − 1) · stride + kernel, as long as the kernel covers the stride.
    """

    def __init__(self, inputs, filters, kernel=3, stride=2, padding="same", *, dtype="float32"):
        whole(inputs=inputs, filters=filters, kernel=kernel, stride=stride)
        one_of(padding, padding=("same", "valid"))
        super().__init__(kernel=glorot((kernel, kernel, filters, inputs), dtype), bias=tf.zeros(filters, dtype))
        self.how = {"strides": [1, stride, stride, 1], "padding": padding.upper()}
        self.stride, self.more = stride, max(kernel - stride, 0) if padding == "valid" else 0

    def forward(self, x, training=False):
        self.x = self.accept(x, rank=4, channels=self.kernel.shape[3])
        batch, height, width, _ = tf.unstack(tf.shape(self.x))
        size = [batch, height * self.stride + self.more, width * self.stride + self.more, self.kernel.shape[2]]
        return conv2d_input(input_sizes=size, filter=self.kernel, out_backprop=self.x, **self.how) + self.bias

    def backward(self, g):
        self.gradients = {
            "kernel": conv2d_kernel(input=g, filter_sizes=self.kernel.shape, out_backprop=self.x, **self.how),
            "bias": tf.reduce_sum(g, axis=[0, 1, 2]),
        }
        return tf.nn.conv2d(g, self.kernel, **self.how)


def fits(layer, x):
    """Raise ValueError where a map is smaller than the kernel of a "valid" convolution."""
    size, (height, width) = layer.kernel.shape[0], x.shape[1:3]
    if layer.how["padding"] == "VALID" and min(height, width) < size:
        raise ValueError(f"a {size}×{size} kernel does not fit into a {height}×{width} map; padding='same' would.")


class BatchNormalization(Layer):
    """y = γ x̂ + β with x̂ = (x − mean) / √(variance + ε), for every channel (Ioffe & Szegedy 2015).

    While training, mean and variance are those of the batch, which therefore depend on x as well, and their running
    means are kept in `state` for prediction. x: (…, channels).
    """

    def __init__(self, channels, momentum=0.99, epsilon=1e-3, *, dtype="float32"):
        whole(channels=channels)
        super().__init__(gamma=tf.ones(channels, dtype), beta=tf.zeros(channels, dtype))
        self.momentum, self.epsilon = momentum, epsilon
        self.state = {"mean": tf.Variable(tf.zeros(channels, dtype)), "variance": tf.Variable(tf.ones(channels, dtype))}

    def forward(self, x, training=False):
        x, self.training = self.accept(x, channels=self.gamma.shape[0]), training
        self.axes = list(range(x.shape.rank - 1))
        mean, variance = tf.nn.moments(x, self.axes) if training else self.state.values()
        if training:
            self.follow(mean=mean, variance=variance)
        self.deviation = tf.sqrt(variance + self.epsilon)
        self.normal = (x - mean) / self.deviation
        return self.gamma * self.normal + self.beta

    def follow(self, **statistics):
        """Move the running statistics towards those of this batch."""
        for name, value in statistics.items():
            self.state[name].assign(self.momentum * self.state[name] + (1 - self.momentum) * value)

    def backward(self, g):
        self.gradients = {
            "gamma": tf.reduce_sum(g * self.normal, self.axes),
            "beta": tf.reduce_sum(g, self.axes),
        }
        g = g * self.gamma / self.deviation
        if not self.training:
            return g
        return g - tf.reduce_mean(g, self.axes) - self.normal * tf.reduce_mean(g * self.normal, self.axes)


class Sampling(Layer):
    """z = μ + σ · noise, the VAE's random code (Kingma & Welling 2014). x = [μ, log σ²]: (…, 2n) → z: (…, n).

    In prediction z = μ. `kl` weighs the Kullback-Leibler divergence from N(μ, σ²) to N(0, 1), summed over the code and
    averaged over the batch, which the layer adds to the loss as its `penalty`. `noise(shape, dtype=…)` draws.
    """

    def __init__(self, kl=0.0, noise=tf.random.normal):
        super().__init__()
        self.kl, self.draw = kl, noise

    def forward(self, x, training=False):
        x = self.accept(x)
        if x.shape[-1] % 2:
            raise ValueError(f"Sampling takes means and as many log-variances; given {x.shape[-1]} channels.")
        self.mean, log_variance = tf.split(x, 2, axis=-1)
        self.sigma, self.count = tf.exp(log_variance / 2), tf.cast(tf.shape(x)[0], x.dtype)
        self.noise = self.draw(tf.shape(self.mean), dtype=x.dtype) if training else tf.zeros_like(self.mean)
        divergence = self.mean**2 + self.sigma**2 - log_variance - 1
        self.penalty = self.kl * tf.reduce_sum(divergence) / 2 / self.count
        return self.mean + self.sigma * self.noise

    def backward(self, g):
        of_mean = g + self.kl * self.mean / self.count
        of_log_variance = g * self.noise * self.sigma / 2 + self.kl * (self.sigma**2 - 1) / 2 / self.count
        return tf.concat([of_mean, of_log_variance], axis=-1)


class Reshape(Layer):
    """The same numbers in another shape; `shape` is that of one example. The way back restores the old one."""

    def __init__(self, *shape):
        super().__init__()
        self.target = shape

    def forward(self, x, training=False):
        x = self.accept(x)
        self.shape = tf.shape(x)
        return tf.reshape(x, [self.shape[0], *self.target])

    def backward(self, g):
        return tf.reshape(g, self.shape)


class Flatten(Reshape):
    """Every example as one row of numbers: (batch, …) → (batch, n)."""

    def __init__(self):
        super().__init__(-1)
