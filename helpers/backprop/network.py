"""A stack of layers, Adam, and one step of training."""

import numpy as np

from .layer import Layer, tf


class Sequential(Layer):
    """Layers one after another: forward in order, backward in reverse. A stack is a layer itself."""

    def __init__(self, layers):
        super().__init__()
        self.layers = list(layers)
        if not self.layers:
            raise ValueError("layers is empty; give at least one layer.")
        self.named = {f"{place} {type(layer).__name__}": layer for place, layer in enumerate(self.layers)}
        self.weights = {f"{at}.{name}": w for at, layer in self.named.items() for name, w in layer.weights.items()}
        self.state = {f"{at}.{name}": s for at, layer in self.named.items() for name, s in layer.state.items()}

    def forward(self, x, training=False):
        for name, layer in self.named.items():
            try:
                x = layer.forward(x, training)
            except ValueError as error:
                raise ValueError(f"layer {name}: {error}") from error
        self.shape = x.shape
        return x

    def backward(self, g):
        if g.shape != self.shape:
            raise ValueError(f"the gradient has the shape {tuple(g.shape)}, the output {tuple(self.shape)}.")
        for layer in reversed(self.layers):
            g = layer.backward(g)
        self.gradients = {f"{at}.{n}": dw for at, layer in self.named.items() for n, dw in layer.gradients.items()}
        return g

    @property
    def penalty(self):
        """What the layers themselves add to the loss."""
        return sum(layer.penalty for layer in self.layers)


class Adam:
    """Gradient descent with a step for every weight by itself (Kingma & Ba 2015).

    m and v are running means of the gradient and of its square. Both start at 0, so early on they are too small by
    the factors 1 − β₁ᵗ and 1 − β₂ᵗ, which `corrections` undoes. With a constant gradient every step then has the
    length `rate`, which is a number or a function of the step t (counted from 1).
    """

    def __init__(self, network, rate=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-7):
        self.network, self.rate, self.epsilon = network, rate, epsilon
        self.beta1, self.beta2, self.t = beta1, beta2, tf.Variable(0, dtype="float64")
        self.m, self.v = ({name: tf.Variable(0 * w) for name, w in network.weights.items()} for _ in range(2))

    def corrections(self, t):
        """The factors by which m and v are too small at step t."""
        return 1 - self.beta1**t, 1 - self.beta2**t

    def update(self):
        """Move every weight of the network by one step."""
        first, second = self.corrections(self.t.assign_add(1))
        rate = self.rate(self.t) if callable(self.rate) else self.rate
        step = tf.cast(rate, "float64") * tf.sqrt(tf.cast(second, "float64")) / first
        for name, w in self.network.weights.items():
            g, m, v = self.network.gradients[name], self.m[name], self.v[name]
            m.assign_add((1 - self.beta1) * (g - m))
            v.assign_add((1 - self.beta2) * (g * g - v))
            w.assign_sub(tf.cast(step, w.dtype) * m / (tf.sqrt(v) + self.epsilon))


def step(network, loss, optimizer, x, targets):
    """Train `network` on one batch and return the loss before the step; `tf.function(step)` runs faster."""
    value = loss.forward(network.forward(x, training=True), targets) + network.penalty
    network.backward(loss.backward())
    optimizer.update()
    return value


def train(network, loss, optimizer, batches, *, watch=None, every=1):
    """Train on each batch (x, targets) once, compiled; return the losses and the film, both as arrays.

    Inputs are cast to the type of the weights. The film holds the outputs for the images `watch` (in prediction)
    before the first and after each `every`-th step; without `watch` it is empty.
    """
    run, dtype = tf.function(step), next(iter(network.weights.values())).dtype
    losses, film = [], []
    for number, (x, targets) in enumerate(batches):
        if watch is not None and number % every == 0:
            film.append(network.forward(tf.cast(watch, dtype)).numpy())
        losses.append(float(run(network, loss, optimizer, tf.cast(x, dtype), tf.cast(targets, dtype))))
    return np.array(losses), np.array(film)
