"""What all layers share: weights with names, their gradients, and the checks of what comes in."""

from .. import convolution, runtime

tf = runtime.tensorflow()


class Layer:
    """One step of a network, forwards and backwards.

    `forward(x, training)` returns y and keeps what the way back needs. `backward(g)` takes g = ∂L/∂y, returns ∂L/∂x,
    and leaves ∂L/∂w of every weight w in `gradients`, under the same name as in `weights`. `penalty` is what the layer
    itself adds to the loss (0 but for `Sampling`); `state`, what it remembers from batch to batch.
    """

    penalty = 0.0

    def __init__(self, **weights):
        self.weights = {name: tf.Variable(value, name=name) for name, value in weights.items()}
        self.gradients, self.state = {}, {}
        vars(self).update(self.weights)  # layer.kernel is layer.weights["kernel"]

    def __getattr__(self, name):
        raise AttributeError(f"{type(self).__name__} has no {name!r}; what `backward` needs is kept by `forward`.")

    def accept(self, x, rank=None, channels=None):
        """Return x as a tensor of floats with `rank` axes, the last of size `channels`, or raise ValueError."""
        x, name = tf.convert_to_tensor(x), type(self).__name__
        wanted = {weight.dtype.name for weight in self.weights.values()} or {"float32", "float64", "bfloat16"}
        if x.dtype.name not in wanted:
            raise ValueError(f"{name} takes {' or '.join(sorted(wanted))}; given {x.dtype.name}: use tf.cast.")
        fits = rank in (None, x.shape.rank) and channels in (None, *x.shape[-1:])
        if not fits:
            axes = {2: ["batch", "inputs"], 4: ["batch", "height", "width", "channels"]}.get(rank, ["…", "channels"])
            axes = axes if channels is None else [*axes[:-1], str(channels)]
            raise ValueError(f"{name} takes the shape ({', '.join(axes)}); given {tuple(x.shape)}.")
        return x


def whole(**numbers):
    """Raise ValueError unless every number is a whole one, 1 or more."""
    for name, number in numbers.items():
        convolution.whole(name, number)


def one_of(value, **allowed):
    """Raise ValueError unless `value` is one of the allowed: ``one_of(padding, padding=("same", "valid"))``."""
    for name, values in allowed.items():
        if value not in values:
            raise ValueError(f"{name} is {value!r}; it can be {' or '.join(map(repr, values))}.")


def glorot(shape, dtype):
    """Return random weights of `shape`, uniform in ±√(6 / (fan in + fan out)) (Glorot & Bengio 2010).

    The last two axes are the channels on both sides, the others the places that a kernel covers.
    """
    places = 1
    for size in shape[:-2]:
        places *= size
    limit = (6 / (places * (shape[-2] + shape[-1]))) ** 0.5
    return tf.random.uniform(shape, -limit, limit, dtype)
