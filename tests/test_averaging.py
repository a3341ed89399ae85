"""Facts about the mean of a network's weights over its last steps."""

import numpy as np
import pytest

from helpers import averaging, losses, runtime, training

tf, keras = runtime.tensorflow(), runtime.keras()

X = np.random.default_rng(0).uniform(size=(16, 2, 2, 1)).astype("float32")


def network():
    runtime.seed(0)
    return keras.Sequential([keras.Input((2, 2, 1)), keras.layers.Conv2D(1, 1)])


def followed(momentum, steps=5):
    """Return the weights after each step of training, and those that `settle` leaves."""
    model, optimizer, seen = network(), averaging.adam(0.1, steps, momentum=momentum), []
    optimizer.build(model.trainable_variables)
    step = training.training_step(model, optimizer, losses.squared_error)
    for _ in range(steps):
        step(tf.constant(X), tf.constant(1 - X))
        seen.append(model.get_weights()[0].item())
    averaging.settle(model, optimizer)
    return seen, model.get_weights()[0].item()


def test_the_mean_moves_towards_the_weights_from_the_first_step_on():
    seen, settled = followed(0.5)
    mean = seen[0]
    for value in seen[1:]:
        mean = 0.5 * mean + 0.5 * value
    assert settled == pytest.approx(mean, rel=1e-5) and settled != seen[-1]


def test_without_a_memory_the_mean_is_the_last_weight():
    seen, settled = followed(0.0)
    assert settled == pytest.approx(seen[-1])


def test_unless_told_the_memory_is_a_twentieth_of_the_steps():
    momenta = [averaging.adam(1e-3, steps).ema_momentum for steps in (10, 400, 100_000)]
    assert momenta == pytest.approx([0, 0.95, 0.999])


def test_fit_trains_with_it_and_a_resumed_run_keeps_the_mean(tmp_path):
    state, model, optimizer = tmp_path / "state.npz", network(), averaging.adam(0.1, 6)
    training.fit(model, X, 1 - X, loss=losses.squared_error, steps=6, batch=4, optimizer=optimizer, resume=state)
    last = model.get_weights()[0].item()
    averaging.settle(model, optimizer)
    assert not state.exists() and np.isfinite(last)
    assert any("average" in variable.path for variable in optimizer.variables)  # so a saved state holds them


def test_a_network_that_took_no_step_stays_as_it_is(monkeypatch):
    monkeypatch.setenv("BOOK_UNTRAINED", "1")
    model, optimizer = network(), averaging.adam(0.1, 10)
    before = model.get_weights()
    training.fit(model, X, 1 - X, loss=losses.squared_error, steps=10, batch=4, optimizer=optimizer)
    averaging.settle(model, optimizer)
    np.testing.assert_array_equal(model.get_weights()[0], before[0])


def test_float16_keeps_its_scaled_loss():
    keras.mixed_precision.set_dtype_policy("mixed_float16")
    try:
        optimizer = averaging.adam(0.1, 10)
        model = network()
        training.fit(model, X, 1 - X, loss=losses.squared_error, steps=10, batch=4, optimizer=optimizer)
        averaging.settle(model, optimizer)
    finally:
        keras.mixed_precision.set_dtype_policy("float32")
    assert isinstance(optimizer, keras.mixed_precision.LossScaleOptimizer)
    assert np.isfinite(model.get_weights()[0]).all()


def test_bad_input_is_refused_in_words():
    with pytest.raises(ValueError, match="momentum is 1; give a number from 0 to below 1"):
        averaging.adam(0.1, 10, momentum=1)
    with pytest.raises(ValueError, match="keeps no mean"):
        averaging.settle(network(), training.adam(0.1, 10))
