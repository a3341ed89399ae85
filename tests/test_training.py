"""Facts about training: the same seed gives the same numbers, an interrupted run goes on exactly, NaN stops it."""

import json

import numpy as np
import pytest

from helpers import data, runtime

tf, keras = runtime.tensorflow(), runtime.keras()
from helpers import losses, training  # noqa: E402
from helpers.models import autoencoder  # noqa: E402

SPLIT = data.digits()
FIT = {"loss": losses.cross_entropy, "steps": 40, "batch": 32, "test": SPLIT.test[:50], "seed": 3, "points": 4}


def network():
    runtime.seed(1)
    return autoencoder.dense(widths=(16,), code=4)


def fit(model=None, **changes):
    model = model or network()
    settings = {"augment": data.jitter(shift=1), "examples": SPLIT.test[:2], "snapshots": 5}
    return model, training.fit(model, SPLIT.train, **FIT | settings | changes)


@pytest.fixture(scope="module")
def whole():
    return fit()


def weights(model):
    return np.concatenate([w.ravel() for w in model.get_weights()])


def interrupted_at(monkeypatch, number):
    """Let training stop as if Ctrl-C were pressed at step `number`, with its state saved at every step before."""
    finite, made = training._finite, training._Checkpoint.__init__

    def stop(value, step):
        if step == number:
            raise KeyboardInterrupt
        return finite(value, step)

    monkeypatch.setattr(training, "_finite", stop)
    monkeypatch.setattr(training._Checkpoint, "__init__", lambda self, *given: made(self, *given, every=0))


def test_the_curves_fall_and_the_history_is_complete(whole):
    _, history = whole
    assert history.steps == [0, 10, 20, 30, 40] and len(history.train) == len(history.test) == 5
    assert history.train[-1] < history.train[0] and history.test[-1] < history.test[0]
    assert history.snapshots.shape == (5, 2, 28, 28, 1) and history.snapshot_steps == [8, 16, 24, 32, 40]
    assert history.seconds > 0


def test_the_last_snapshot_is_what_the_model_makes_of_the_examples(whole):
    model, history = whole
    np.testing.assert_array_equal(history.snapshots[-1], model(SPLIT.test[:2]))


def test_the_last_point_of_the_curve_is_the_loss_of_the_model(whole):
    model, history = whole
    assert history.test[-1] == training.evaluate(model, SPLIT.test[:50], loss=losses.cross_entropy)


def test_one_seed_gives_the_same_numbers_twice_and_another_other_ones(whole):
    model, history = whole
    again, second = fit()
    other, _ = fit(seed=4)
    np.testing.assert_array_equal(weights(model), weights(again))
    assert history.test == second.test and not np.array_equal(weights(model), weights(other))


@pytest.mark.parametrize("number", [2, 17, 40])
def test_an_interrupted_run_goes_on_to_the_same_end(whole, tmp_path, monkeypatch, number):
    state = tmp_path / "run" / "state.npz"
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        interrupted_at(patch, number)
        fit(resume=state)
    earlier = training.spent(state)
    model, history = fit(resume=state)
    assert 0 < earlier < history.seconds and training.spent(state) == 0
    np.testing.assert_array_equal(weights(model), weights(whole[0]))
    assert (history.steps, history.test) == (whole[1].steps, whole[1].test)
    np.testing.assert_array_equal(history.snapshots, whole[1].snapshots)
    assert not list(state.parent.iterdir()), "a finished run leaves no state behind"


def test_the_state_of_another_model_is_refused(tmp_path, monkeypatch):
    state = tmp_path / "state.npz"
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        interrupted_at(patch, 5)
        fit(resume=state)
    with pytest.raises(ValueError, match=r"(?s)state\.npz.*delete it"):
        fit(autoencoder.dense(widths=(8,), code=4), resume=state)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 half a file", b"\x80\x04pickled"])
def test_a_damaged_state_is_refused(tmp_path, content):
    state = tmp_path / "state.npz"
    state.write_bytes(content)
    assert training.spent(state) == 0
    with pytest.raises(ValueError, match=r"(?s)delete it"):
        fit(resume=state)


def test_a_loss_that_is_no_number_stops_training_and_names_the_step():
    def spoilt_after(targets, outputs):
        spoilt_after.calls.assign_add(1)
        loss = losses.squared_error(targets, outputs)
        return tf.where(spoilt_after.calls < 7 + 3, loss, np.nan)

    spoilt_after.calls = tf.Variable(0)  # three calls measure the curve before the first step
    with pytest.raises(FloatingPointError, match="nan at step 7"):
        training.fit(network(), SPLIT.train, **FIT | {"loss": spoilt_after, "points": 0, "test": None})


def test_with_a_validation_part_the_best_weights_are_kept():
    model = network()
    before = weights(model)
    settings = {"augment": None, "examples": None, "snapshots": 0, "validation": SPLIT.test[:20]}
    history = training.fit(model, SPLIT.train, 1 - SPLIT.train, **FIT | settings)  # learns the opposite
    assert history.validation[-1] > history.validation[0] == min(history.validation)
    np.testing.assert_array_equal(weights(model), before)


def test_an_untrained_run_takes_no_step(monkeypatch):
    monkeypatch.setenv("BOOK_UNTRAINED", "1")
    model = network()
    before = weights(model)
    _, history = fit(model)
    np.testing.assert_array_equal(before, weights(model))
    assert history.steps == [0]


def test_progress_goes_to_stderr_only(capsys):
    fit(steps=3, label="the label")
    printed = capsys.readouterr()
    assert printed.out == "" and "the label" in printed.err


def test_tensorboard_gets_the_losses_and_the_images(tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    _, history = fit(logs=tmp_path)
    events = EventAccumulator(str(tmp_path), size_guidance={"tensors": 0}).Reload()
    assert {"loss/train", "loss/test", "examples"} <= set(events.Tags()["tensors"])
    stored = [float(tf.make_ndarray(event.tensor_proto)) for event in events.Tensors("loss/test")]
    np.testing.assert_allclose(stored, history.test, rtol=1e-6)
    assert [event.step for event in events.Tensors("examples")] == history.snapshot_steps


def test_the_rate_climbs_and_falls_to_almost_nothing():
    optimizer, values = training.adam(1e-2, 100), []
    for number in range(101):
        optimizer.iterations.assign(number)
        values.append(float(optimizer.learning_rate))
    assert values[0] == 0 and max(values) == pytest.approx(1e-2) and values.index(max(values)) == 10
    assert values[10:] == sorted(values[10:], reverse=True) and values[-1] == pytest.approx(1e-5, rel=0.1)


def test_float16_gets_an_optimiser_that_enlarges_the_loss():
    before = keras.mixed_precision.dtype_policy()
    try:
        keras.mixed_precision.set_dtype_policy("mixed_float16")
        model, history = fit(steps=20)
        assert isinstance(training.adam(1e-3, 10), keras.mixed_precision.LossScaleOptimizer)
        assert history.test[-1] < history.test[0] and model.trainable_variables[0].dtype == "float32"
    finally:
        keras.mixed_precision.set_dtype_policy(before)


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("BOOK_WEIGHTS", str(tmp_path))
    return tmp_path


def train_a_little(model):
    train_a_little.calls += 1
    training.fit(model, SPLIT.train, **FIT | {"steps": 3})


def test_a_trained_network_comes_from_the_store_the_second_time(store, capsys):
    train_a_little.calls = 0
    first = training.trained("small", network, train_a_little)
    assert "small" in capsys.readouterr().out
    second = training.trained("small", network, train_a_little)
    assert train_a_little.calls == 1 and capsys.readouterr().out == ""
    np.testing.assert_array_equal(weights(first), weights(second))
    card = json.loads(next(store.glob("*.json")).read_text())
    assert card["parameters"] == first.count_params() and card["profile"] == "quick"
    assert sorted(file.suffix for file in store.iterdir()) == [".h5", ".json"]


@pytest.mark.parametrize("damage", [lambda file: file.write_bytes(file.read_bytes()[:-9]), lambda file: file.unlink()])
def test_damaged_weights_are_trained_again(store, damage):
    train_a_little.calls = 0
    training.trained("small", network, train_a_little)
    damage(next(store.glob("*.h5")))
    training.trained("small", network, train_a_little)
    assert train_a_little.calls == 2


def test_other_code_is_another_network(store):
    def other(model):
        training.fit(model, SPLIT.train, **FIT | {"steps": 4})

    paths = {training.weights_path("small", network, f, seed=s) for f in (train_a_little, other) for s in (0, 1)}
    assert len(paths) == 4


def test_a_full_disk_leaves_nothing_half_written(store, monkeypatch):
    def full(self, path, *given):
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    train_a_little.calls = 0
    monkeypatch.setattr(keras.Model, "save_weights", full)
    with pytest.raises(OSError, match="No space left"):
        training.trained("small", network, train_a_little)
    assert not list(store.iterdir())


def test_evaluate_is_the_mean_over_all_images_whatever_the_batch():
    model = network()
    expected = ((SPLIT.test - model.predict(SPLIT.test, verbose=0)) ** 2).sum(axis=(1, 2, 3)).mean()
    for batch in (7, 500):
        assert training.evaluate(model, SPLIT.test, loss=losses.squared_error, batch=batch) == pytest.approx(
            expected, rel=1e-5
        )


def test_large_images_are_evaluated_a_few_at_a_time():
    seen = []

    def model(images, training):
        seen.append(len(images))
        return images

    for shape in ((1200, 8, 8, 1), (10, 512, 512, 1), (2, 2000, 1000, 1)):
        images = np.zeros(shape, "float32")
        assert training.evaluate(model, images, loss=losses.squared_error) == 0
    assert seen == [500, 500, 200, 4, 4, 2, 1, 1]
