"""What a computation costs: milliseconds, and memory held. Both depend on the machine and what else it does."""

import time

import numpy as np

from .layer import tf


def milliseconds(function, repeats=20):
    """Return the median time of `function()` in milliseconds, after three calls that do not count."""
    times = []
    for _ in range(repeats + 3):
        start = time.perf_counter()
        np.array(function())  # waits for the result
        times.append(time.perf_counter() - start)
    return 1000 * float(np.median(times[3:]))


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
            loss = tf.reduce_sum(model(x, training=True) ** 2)
        forward.extend(tf.compat.v1.get_default_graph().get_operations())
        return tape.gradient(loss, model.trainable_variables)

    graph = gradients.get_concrete_function(x).graph
    back = [operation for operation in graph.get_operations() if operation not in forward]
    read = {tensor.ref(): tensor for operation in back for tensor in operation.inputs if tensor.op in forward}
    floats = [tensor for tensor in read.values() if tensor.dtype.is_floating and tensor.op.type != "ReadVariableOp"]
    return sum(tensor.shape.num_elements() * tensor.dtype.size for tensor in floats) / 1e6
