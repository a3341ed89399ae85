"""The gradient checker: does `backward` compute the derivative of `forward`? If not, in which layer, for which weight?

Two judges: differences (move one number a little, see what the loss does), which need nothing but `forward`, and
`tf.GradientTape`, TensorFlow's automatic differentiation.
"""

import numpy as np

from .layer import Layer, one_of, tf
from .losses import Loss
from .network import Adam, Sequential
from .plain import by_hand

TOLERANCE = {"differences": 1e-6, "tape": 1e-8}


def check(network, x, targets=None, *, tolerance=None, by="differences", **how):
    """Return what `errors` returns, or raise AssertionError that names each layer and weight with a wrong gradient.

    tolerance: the largest relative error, by default 1e-6 by differences and 1e-8 by tape. Other arguments: `errors`.
    """
    found = errors(network, x, targets, by=by, **how)
    tolerance = TOLERANCE[by] if tolerance is None else tolerance
    wrong = [
        f"{layer}: the gradient of {name} is wrong by {error:.2g} of its largest value"
        for layer, parts in found.items()
        for name, error in parts.items()
        if not error <= tolerance
    ]
    if wrong:
        raise AssertionError("\n".join(wrong))
    return found


def errors(network, x, targets=None, *, by="differences", training=True, entries=20, epsilon=1e-5, seed=0):
    """Return {layer: {"x" or the weight's name: relative error of its gradient}}, each layer judged by itself.

    network: a layer, a `Sequential` (then the whole stack is judged too), or a loss (which needs `targets`).
    x: an input in float64, where rounding is small enough to tell a fault from it. by: "differences" looks at
    `entries` random numbers of x and of each weight, ± `epsilon`; "tape" at all. The relative error is the largest
    deviation, divided by the largest true value. The random gradients that are sent backwards follow `seed`.
    """
    one_of(by, by=tuple(TOLERANCE))
    network = _WithTargets(network, targets) if isinstance(network, Loss) else network
    x, found = tf.convert_to_tensor(x), {}
    random = np.random.default_rng((seed, 1))  # not the numbers of default_rng(seed), which x may hold
    types = {x.dtype.name, *(w.dtype.name for w in network.weights.values())}
    if types != {"float64"}:
        raise ValueError(f"the checker needs x and all weights in float64; given {' and '.join(sorted(types))}.")
    before = {name: value.numpy() for name, value in network.state.items()}
    for name, layer, inputs in _parts(network, x, training):
        how = {"entries": entries, "epsilon": epsilon, "random": random, "training": training}
        found[name] = _layer_errors(layer, inputs, by, **how)
    for name, value in before.items():
        network.state[name].assign(value)
    return found


def _parts(layer, x, training, name=None):
    """Yield (name, layer, its own input) for the whole and then for each of its parts."""
    yield name or type(layer).__name__, layer, x
    for at, part in layer.named.items() if isinstance(layer, Sequential) else ():
        yield from _parts(part, x, training, f"{name}.{at}" if name else at)
        x = part.forward(x, training)


def _layer_errors(layer, x, by, *, random, training, entries, epsilon):
    """The relative error for x and for each weight of one layer, for L = Σ g · y + penalty with a random g."""
    y = layer.forward(x, training)
    g = tf.constant(random.normal(size=y.shape))
    hand = {"x": layer.backward(g)} | layer.gradients
    value = lambda x: tf.reduce_sum(g * layer.forward(x, training)) + layer.penalty  # noqa: E731
    if not np.array_equal(value(x), value(x)):
        raise ValueError("forward gives another output each time: fix its noise, as in Sampling(noise=…).")
    missing = set(layer.weights) - set(hand)
    if missing:
        raise AssertionError(f"{type(layer).__name__}: backward leaves no gradient of {', '.join(sorted(missing))}")
    variables, pairs = {"x": tf.Variable(x)} | layer.weights, {}
    tape = _tape(value, variables) if by == "tape" else {}
    for name, variable in variables.items():
        if hand[name].shape != variable.shape:
            raise AssertionError(f"{type(layer).__name__}: the gradient of {name} has the shape {hand[name].shape}")
        places = np.arange(variable.shape.num_elements())
        if by == "tape":
            truth = tape[name].numpy().ravel()
        else:
            places = random.permutation(places)[:entries]
            truth = _differences(lambda: value(variables["x"]), variable, places, epsilon)
        pairs[name] = hand[name].numpy().ravel()[places], truth
    return _relative(pairs)


def _relative(pairs, least=1e-3):
    """{name: largest deviation / largest true value}, the latter at least `least` of the largest of all.

    Some gradients are 0 but for rounding, such as that of a bias in front of a normalisation.
    """
    largest = {name: float(np.abs(truth).max()) for name, (_, truth) in pairs.items()}
    floor = least * max(largest.values()) or 1.0
    return {
        name: float(np.abs(hand - truth).max()) / max(largest[name], floor) for name, (hand, truth) in pairs.items()
    }


def _tape(value, variables):
    with tf.GradientTape() as tape:
        loss = value(tf.convert_to_tensor(variables["x"]))
    zero = tf.UnconnectedGradients.ZERO
    return dict(zip(variables, tape.gradient(loss, list(variables.values()), unconnected_gradients=zero), strict=True))


def _differences(value, variable, places, epsilon):
    """(L(w + ε) − L(w − ε)) / 2ε for single numbers w of a variable."""
    start, slopes = variable.numpy(), []
    for place in places:
        ends = []
        for move in (epsilon, -epsilon):
            moved = start.copy()
            moved.flat[place] += move
            variable.assign(moved)
            ends.append(float(value()))
        slopes.append((ends[0] - ends[1]) / (2 * epsilon))
    variable.assign(start)
    return np.array(slopes)


def check_steps(make, steps=12, *, tolerance=1e-4):
    """Return the lengths of an optimiser's steps under a constant gradient, in units of its rate: all 1 for Adam.

    make: a function (network) → optimiser with a `rate` and `update()`, such as `Adam`. Raises AssertionError that
    names the first step whose length is another, or that goes uphill.
    """
    layer = Layer(w=tf.zeros((), "float64"))
    layer.gradients = {"w": tf.constant(1e3, "float64")}
    optimizer, lengths = make(layer), []
    update = tf.function(optimizer.update)
    for t in range(1, steps + 1):
        before = float(layer.w)
        update()
        lengths.append((before - float(layer.w)) / optimizer.rate)
        if tolerance is not None and abs(lengths[-1] - 1) > tolerance:
            raise AssertionError(f"{type(optimizer).__name__}: step {t} has {lengths[-1]:.2f} times the rate's length")
    return lengths


def complaints(kind, seed=0):
    """Return what the checker says against one class, line by line; nothing where it is right.

    kind: an activation, put between the convolutions of a small `by_hand`, or an optimiser made as `Adam` is.
    """
    images = np.random.default_rng(seed).normal(size=(2, 28, 28, 1))
    try:
        check_steps(kind) if issubclass(kind, Adam) else check(by_hand((2, 3), kind), images, entries=12)
    except AssertionError as error:
        return str(error).splitlines()
    return []


class _WithTargets(Layer):
    """A loss with its targets as a layer."""

    def __init__(self, loss, targets):
        super().__init__()
        if targets is None:
            raise ValueError("a loss is checked with its targets: check(loss, outputs, targets).")
        self.loss, self.targets = loss, targets

    def forward(self, x, training=False):
        return self.loss.forward(x, self.targets)

    def backward(self, g):
        return g * self.loss.backward()
