"""Activations: functions of single numbers. All five derivatives can be read off the output, so only y is kept."""

from .layer import Layer, tf


class Activation(Layer):
    """y = f(x) for every number by itself, so ∂L/∂x = g · f'(x). A subclass gives `function` and `derivative`.

    `derivative(y)` is f'(x), written in terms of y = f(x).
    """

    def forward(self, x, training=False):
        self.y = self.function(self.accept(x))
        return self.y

    def backward(self, g):
        return g * self.derivative(self.y)


class ReLU(Activation):
    """y = max(x, 0). Slope 1 where y > 0, else 0."""

    def function(self, x):
        return tf.maximum(x, 0)

    def derivative(self, y):
        return tf.where(y > 0, tf.ones_like(y), 0)


class LeakyReLU(Activation):
    """y = x for x > 0, else slope · x (Maas et al. 2013)."""

    def __init__(self, slope=0.2):
        super().__init__()
        if not 0 < slope < 1:
            raise ValueError(f"slope is {slope!r}; give a number between 0 and 1, such as 0.2.")
        self.slope = slope

    def function(self, x):
        return tf.where(x > 0, x, self.slope * x)

    def derivative(self, y):
        return tf.where(y > 0, tf.ones_like(y), self.slope)


class ELU(Activation):
    """y = x for x > 0, else eˣ − 1 (Clevert et al. 2016). There the slope is eˣ = y + 1."""

    def function(self, x):
        return tf.where(x > 0, x, tf.math.expm1(tf.minimum(x, 0)))

    def derivative(self, y):
        return tf.where(y > 0, tf.ones_like(y), y + 1)


class Sigmoid(Activation):
    """y = 1 / (1 + e⁻ˣ), with the slope y (1 − y)."""

    def function(self, x):
        return tf.sigmoid(x)

    def derivative(self, y):
        return y * (1 - y)


class Tanh(Activation):
    """y = tanh(x), with the slope 1 − y²."""

    def function(self, x):
        return tf.tanh(x)

    def derivative(self, y):
        return 1 - y * y
