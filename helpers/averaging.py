"""The mean of a network's weights over the last steps of its training, which wanders less than the weights themselves.

After Polyak & Juditsky (1992). `training.fit` takes the optimiser as it is; `settle` comes after it.
"""

from . import runtime, training

keras = runtime.keras()


def adam(rate, steps, *, momentum=None):
    """Return `training.adam(rate, steps)` that also keeps a moving mean of the weights.

    momentum: at every step the mean becomes momentum × mean + (1 - momentum) × weights, from 0 to below 1. None: a mean
    over about the last twentieth of the steps, at most 1,000.
    """
    momentum = min(0.999, max(0.0, 1 - 20 / max(steps, 1))) if momentum is None else momentum
    if not 0 <= momentum < 1:
        raise ValueError(f"momentum is {momentum}; give a number from 0 to below 1.")
    plain = training.adam(rate, steps)
    inner = _inner(plain)
    optimizer = type(inner).from_config(inner.get_config() | {"use_ema": True, "ema_momentum": momentum})
    return optimizer if inner is plain else keras.mixed_precision.LossScaleOptimizer(optimizer)


def settle(model, optimizer):
    """Give `model` the mean of its weights that `optimizer` kept; where no step was taken, it stays as it is.

    Raises ValueError where the optimiser keeps no mean: make it with `adam` of this module.
    """
    if not _inner(optimizer).use_ema:
        raise ValueError("This optimiser keeps no mean of the weights; make it with helpers.averaging.adam.")
    if int(optimizer.iterations.numpy()):
        optimizer.finalize_variable_values(model.trainable_variables)


def _inner(optimizer):
    return getattr(optimizer, "inner_optimizer", optimizer)
