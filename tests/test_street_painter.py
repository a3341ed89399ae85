"""Facts about the painter of streets."""

import inspect

import numpy as np
import pytest

from benchmarks import pix2pix as benchmark
from helpers import runtime, street_painter, training
from helpers.data import scenes, translations

tf = runtime.tensorflow()


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setenv("BOOK_PROFILE", "quick")


def labels(count=2):
    shape = (count, *street_painter.size())
    return np.random.default_rng(0).integers(0, len(scenes.CLASSES) + 1, shape).astype("uint8")


def test_it_paints_label_maps():
    painter = street_painter.build()
    assert painter(labels()).shape == (2, *street_painter.size(), 3)


def test_the_store_keeps_it(tmp_path, monkeypatch):
    """A second call loads what the first one trained, and the discriminator, too."""
    monkeypatch.setattr(runtime, "weights_dir", lambda: tmp_path)
    monkeypatch.setattr(street_painter, "learn", lambda model, pairs, **given: [
        network.trainable_variables[-1].assign_add(0.5 * np.ones(network.trainable_variables[-1].shape))
        for network in (model.generator, model.discriminator)
    ])  # fmt: skip
    first = street_painter.network()
    monkeypatch.setattr(street_painter, "learn", None)
    second = street_painter.network()
    np.testing.assert_array_equal(first(labels()), second(labels()))
    for one, other in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_what_the_benchmark_keeps_is_what_is_asked_for(tmp_path, monkeypatch):
    monkeypatch.setattr(runtime, "weights_dir", lambda: tmp_path)
    painter = street_painter.build()
    street_painter.keep(painter, seed=0, seconds=1.0)
    monkeypatch.setattr(street_painter, "learn", None)
    np.testing.assert_array_equal(street_painter.network()(labels()), painter(labels()))


def test_a_stopped_training_goes_on(tmp_path, monkeypatch):
    """The state of an interrupted training lies beside its place in the store, and goes when it has ended."""
    monkeypatch.setattr(runtime, "weights_dir", lambda: tmp_path)
    monkeypatch.setattr(street_painter, "steps", lambda: 3)
    monkeypatch.setattr(translations, "streets", lambda: translations.drawn((4, 2)))
    finite, made = training._finite, training._Checkpoint.__init__

    def stop(value, step):
        if step == 3:
            raise KeyboardInterrupt
        return finite(value, step)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(training, "_finite", stop)
        patch.setattr(training._Checkpoint, "__init__", lambda self, *these: made(self, *these, every=0))
        street_painter.network()
    assert [path.name.endswith(".resume.npz") for path in tmp_path.iterdir()] == [True]
    street_painter.network()
    assert not list(tmp_path.glob("*.resume.npz")) and len(list(tmp_path.glob("*.weights.h5"))) == 1


def test_in_full_it_is_the_long_one_of_the_benchmark(monkeypatch):
    monkeypatch.setenv("BOOK_PROFILE", "full")
    ours, theirs = street_painter.build(), benchmark.l1_cgan_long()
    for one, other in ((ours.generator, theirs.generator), (ours.discriminator, theirs.discriminator)):
        assert [layer.output.shape for layer in one.layers] == [layer.output.shape for layer in other.layers]
    assert ours.weight == theirs.weight and street_painter.steps() == benchmark.steps(benchmark.l1_cgan_long)
    defaults = inspect.signature(street_painter.learn).parameters
    assert defaults["batch"].default == benchmark.batch() and street_painter.size() == benchmark.size()
