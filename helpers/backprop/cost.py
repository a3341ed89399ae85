"""What gradients cost: milliseconds, memory held, and lines. The first depends on the machine and its other work."""

import inspect
import textwrap
import time

import numpy as np

from .. import runtime, source
from . import activations, layers, losses, network, windows
from .layer import tf
from .network import step
from .plain import tape_step


def milliseconds(function, repeats=20):
    """Return the median time of `function()` in milliseconds, after three calls that do not count."""
    times = []
    for _ in range(repeats + 3):
        start = time.perf_counter()
        np.array(function())  # waits for the result
        times.append(time.perf_counter() - start)
    return 1000 * float(np.median(times[3:]))


def step_costs(network, loss, optimizer, model, x, targets, repeats=20):
    """Return {"hand_eager", "hand_compiled", "tape_eager", "tape_compiled": milliseconds of one training step}.

    network, loss and optimizer make the step by hand; model is the Keras twin, trained by Keras's Adam. *Eager* runs
    operation by operation, *compiled* as a graph. Both networks are trained on the way.
    """
    theirs = runtime.keras().optimizers.Adam(optimizer.rate)
    theirs.build(model.trainable_variables)
    ways = {"hand": (step, (network, loss, optimizer)), "tape": (tape_step, (model, theirs))}
    costs = {}
    for way, (function, arguments) in ways.items():
        for how, run in {"eager": function, "compiled": tf.function(function)}.items():
            call = lambda run=run, arguments=arguments: run(*arguments, x, targets)  # noqa: E731
            costs[f"{way}_{how}"] = milliseconds(call, repeats)
    return costs


def backward_lines():
    """Return (lines of all backward passes, lines of all layers, losses and Adam), without docstrings and blanks."""
    modules = activations, layers, losses, network, windows
    kinds = [thing for module in modules for thing in vars(module).values() if inspect.isclass(thing)]
    kinds = [kind for kind in dict.fromkeys(kinds) if kind.__name__ != "Layer"]  # Layer has no passes of its own
    ways = [vars(kind)[name] for kind in kinds for name in ("backward", "derivative") if name in vars(kind)]
    return sum(map(_lines, ways)), sum(map(_lines, kinds))


def _lines(thing):
    code = source.without_docstring(textwrap.dedent(inspect.getsource(thing)))
    return sum(bool(line.strip()) for line in code.splitlines())


def kept_megabytes(network):
    """Return the size of the tensors that the layers of a `Sequential` keep for the way back, each counted once."""
    kept = [value for layer in network.layers for value in vars(layer).values() if tf.is_tensor(value)]
    tensors = {id(value): value for value in kept if not isinstance(value, tf.Variable)}
    return sum(value.numpy().nbytes for value in tensors.values()) / 1e6


def taped_megabytes(model, x):
    """Return the size of the tensors of a Keras model's forward pass that its automatic backward pass reads.

    Read off the traced graph: the outputs of the forward operations, and x, that go into an operation of the way back.
    Weights do not count: the model holds them anyway.
    """
    forward = []

    @tf.function(autograph=False)
    def gradients(x):
        with tf.GradientTape() as tape:
            total = tf.reduce_sum(model(x, training=True))  # the slope of a sum is 1: nothing to keep for it
        forward.extend(tf.compat.v1.get_default_graph().get_operations())
        return tape.gradient(total, model.trainable_variables)

    graph = gradients.get_concrete_function(x).graph
    back = [operation for operation in graph.get_operations() if operation not in forward]
    read = {tensor.ref(): tensor for operation in back for tensor in operation.inputs if tensor.op in forward}
    floats = [tensor for tensor in read.values() if tensor.dtype.is_floating and tensor.op.type != "ReadVariableOp"]
    return sum(tensor.shape.num_elements() * tensor.dtype.size for tensor in floats) / 1e6
