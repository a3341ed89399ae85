"""Reads a keras.Model as a list of blocks, nested models flattened, for drawings and for tests of shapes."""

from dataclasses import dataclass
from math import prod

#: Layers that keep the shape and are drawn with the block they follow: class name → what to call it.
_FOLDED = {
    "BatchNormalization": "batch normalisation", "LayerNormalization": "layer normalisation",
    "GroupNormalization": "group normalisation", "UnitNormalization": "unit normalisation",
    "LeakyReLU": "leaky ReLU", "ReLU": "ReLU", "PReLU": "PReLU", "ELU": "ELU", "Softmax": "softmax",
    "Activation": "", "Dropout": "dropout", "BaseSpatialDropout": "dropout", "SpatialDropout2D": "dropout",
    "GaussianNoise": "noise", "GaussianDropout": "noise", "Identity": "", "ActivityRegularization": "",
    "Rescaling": "rescaling",
}  # fmt: skip
#: The kind of every other layer, by the first of these texts in the name of its class or a parent class.
_KINDS = (
    ("InputLayer", "input"), ("Transpose", "transposed convolution"), ("Conv", "convolution"),
    ("Dense", "dense"), ("Pool", "pooling"), ("UpSampling", "upsampling"), ("Flatten", "reshape"),
    ("Reshape", "reshape"), ("Concatenate", "merge"), ("Add", "merge"), ("Subtract", "merge"),
    ("Multiply", "merge"), ("Average", "merge"),
)  # fmt: skip
#: What to call layers that have no kind of their own; any other is called by its class.
_OPERATIONS = {"Concatenate": "concatenate", "Add": "add", "Multiply": "multiply", "Cropping2D": "crop",
               "ZeroPadding2D": "pad", "Average": "average", "Subtract": "subtract"}  # fmt: skip
_ACTIVATIONS = {"relu": "ReLU", "leaky_relu": "leaky ReLU", "elu": "ELU", "silu": "SiLU", "linear": ""}


@dataclass
class Block:
    """One layer of a network: its `shape` without the batch, its `inputs` as places in the list of blocks.

    `part` is the name of the sub-model it stands in; `detail` says what a reader wants to know of the layer,
    such as "3×3, stride 2, ReLU", including the activations and normalisations that follow it.
    """

    name: str
    kind: str
    shape: tuple
    inputs: tuple
    part: str = ""
    detail: str = ""


def blocks(model):
    """The blocks of `model` in the order of computation; nested models are flattened.

    Activations, normalisations and dropout are folded into the layer before them. Raises ValueError if the
    model has no shapes yet, or computes with something that leaves no graph.
    """
    graph, found = _graph(model), []
    sources = []
    for tensor in graph.inputs:
        found.append(Block(tensor.name, "input", _shape(tensor), ()))
        sources.append(len(found) - 1)
    _walk(graph, sources, "", found)
    if len(found) < 2:
        raise ValueError(f"model {model.name!r} has no layers: there is nothing to draw")
    return found


def _graph(model):
    """The functional graph of a functional, sequential or subclassed model."""
    graph = getattr(model, "_functional", None) or model
    if hasattr(graph, "_nodes_by_depth"):
        return graph
    shape = (getattr(model, "_build_shapes_dict", None) or {}).get("input_shape")
    if shape is None:
        raise ValueError(f"model {model.name!r} has no shapes yet: begin it with keras.Input, or call it once")
    import keras

    inputs = keras.Input(tuple(shape)[1:])
    try:
        return keras.Model(inputs, model.call(inputs))
    except Exception as error:
        raise ValueError(f"model {model.name!r} leaves no graph, it computes with more than layers") from error


def _walk(graph, sources, part, found):
    """Add the graph's layers to `found`; return the places of its outputs."""
    places = {id(tensor): source for tensor, source in zip(graph.inputs, sources, strict=True)}
    for depth in sorted(graph._nodes_by_depth, reverse=True):
        for node in graph._nodes_by_depth[depth]:
            if node.is_input:
                continue
            inputs = [places[id(tensor)] for tensor in node.input_tensors]
            outputs = _visit(node, inputs, part, found)
            places.update((id(tensor), place) for tensor, place in zip(node.outputs, outputs, strict=True))
    return [places[id(tensor)] for tensor in graph.outputs]


def _visit(node, inputs, part, found):
    layer = node.operation
    if hasattr(getattr(layer, "_functional", None) or layer, "_nodes_by_depth"):
        return _walk(_graph(layer), inputs, part or layer.name, found)
    shape = _shape(node.outputs[0])
    folded = next((c.__name__ for c in type(layer).__mro__ if c.__name__ in _FOLDED), None)
    if folded and shape == found[inputs[0]].shape:
        block = found[inputs[0]]
        block.detail = _joined(block.detail, _FOLDED[folded], _activation(layer))
        return inputs[:1] * len(node.outputs)
    options = set(node.arguments.kwargs) - {"training", "mask"}
    found.append(Block(layer.name, _kind(layer), shape, tuple(inputs), part, _detail(layer, options)))
    return [len(found) - 1] * len(node.outputs)


def _shape(tensor):
    return tuple(tensor.shape[1:])


def _kind(layer):
    names = [c.__name__ for c in type(layer).__mro__]
    return next((kind for text, kind in _KINDS if any(text in name for name in names)), "other")


def _detail(layer, options):
    """What the layer does besides its shape: window, stride, operation, activation.

    A layer called with `options` of its own, such as a tied one, may not do what its attributes say.
    """
    window = getattr(layer, "kernel_size", None) or getattr(layer, "pool_size", None) or getattr(layer, "size", None)
    parts = ["×".join(map(str, window))] if isinstance(window, (tuple, list)) else []
    stride = getattr(layer, "strides", None) if hasattr(layer, "kernel_size") else None
    if isinstance(stride, (tuple, list)) and max(stride) > 1:
        parts.append(f"stride {max(stride)}")
    if _kind(layer) in ("merge", "other"):
        parts.append(_OPERATIONS.get(type(layer).__name__, type(layer).__name__))
    if any("Tied" in c.__name__ for c in type(layer).__mro__):
        parts.append("tied weights")
    return _joined(*parts, "" if options else _activation(layer))


def _activation(layer):
    function = getattr(layer, "activation", None)
    name = getattr(function, "__name__", "") or getattr(function, "name", "") or ""
    return _ACTIVATIONS.get(name, name.replace("_", " "))


def _joined(*parts):
    return ", ".join(part for part in parts if part)


def code_of(found):
    """The place of the code: the last block of the encoder where one is named, else the narrowest, or None.

    A network whose skip connections pass the narrowest place has no code: not everything goes through it.
    """
    encoder = [i for i, block in enumerate(found) if "encod" in block.part.lower()]
    inside = range(1, len(found) - 1)
    place = min(inside, key=lambda i: prod(found[i].shape), default=None)
    if encoder and encoder[-1] < len(found) - 1:
        place = encoder[-1]
    elif place is None or prod(found[place].shape) >= prod(found[-1].shape):
        return None
    return None if any(source < place < target for source, target in skips(found)) else place


def skips(found):
    """The connections (from, to) that pass over at least one block."""
    return [(source, i) for i, block in enumerate(found) for source in block.inputs if source < i - 1]
