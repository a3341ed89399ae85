"""Facts about the benchmark of roads: folds choose the cut, seeds are judged on the test tiles at that cut."""

import numpy as np
import pytest

from benchmarks import roads
from helpers import data, digest, ledger, runtime, training


@pytest.fixture
def small(tmp_path, monkeypatch):
    """Make the benchmark small: drawn views of 64 pixels, two steps, two sizes of a network; return the results."""
    monkeypatch.setenv("BOOK_PROFILE", "full")
    monkeypatch.chdir(tmp_path)
    views = data.drawn_roads((4, 2), (64, 64))
    halves = data.Split(*(part[:, ::2, ::2] for part in views[:4]), *views[4:])
    quick = {"sizes": (64, 32), "filters": (4, 8), "steps": (2, 2, 2), "percent": (30, 50, 70)}
    for name, value in quick.items():
        monkeypatch.setattr(roads, name, lambda value=value: value)
    monkeypatch.setattr(roads, "roads", lambda size, fold: views if size == 64 else halves)
    monkeypatch.setattr(runtime, "precision", lambda: "float32")
    monkeypatch.setattr(ledger, "results", lambda: tmp_path)
    return tmp_path


def test_folds_come_first_and_the_ledger_names_the_cut_that_they_chose(small, monkeypatch):
    monkeypatch.setattr(roads, "SHORT", (roads.short_weighted, roads.short_half))
    roads.main([], seeds=(0, 1), folds=(0, 1, 2, 3))
    folds, found = (ledger.read(name, folder=small)["metrics"] for name in (roads.FOLDS, roads.NAME))
    cut = f"patch_f1_at_{100 * found['cut']:.0f}"
    means = {key: np.mean(values) for key, values in folds["folded"].items() if "_at_" in key}
    assert means[cut] == max(means.values()) == found["patch_f1_folds"]
    assert [len(found[name]) for name in ("patch_f1", "breakeven_rho0", "breakeven_rho3")] == [2, 2, 2]
    assert set(folds) == {"folded", "short_weighted", "short_half"}
    assert not [name for name in found if "_at_" in name]  # the test tiles have one cut, not a choice of them


def test_an_interrupted_run_gives_the_network_that_a_whole_one_gives(small, monkeypatch):
    """The state of a training that was stopped after one of two steps is picked up."""
    run = {"fold": 0, "seed": 0, "steps": 2}
    whole, *_ = roads.trained(**run)
    state, step = small / "state.npz", training.training_step

    def stopping(*parts):
        inner, taken = step(*parts), []

        def once(*batch):
            if taken:
                raise KeyboardInterrupt
            taken.append(batch)
            return inner(*batch)

        return once

    keep = training._Checkpoint.__call__
    monkeypatch.setattr(training._Checkpoint, "__call__", training._Checkpoint.save)
    monkeypatch.setattr(training, "training_step", stopping)
    with pytest.raises(KeyboardInterrupt):
        roads.trained(**run, resume=state)
    assert state.exists()
    monkeypatch.setattr(training._Checkpoint, "__call__", keep)
    monkeypatch.setattr(training, "training_step", step)
    resumed, *_ = roads.trained(**run, resume=state)
    for one, other in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_choosing_never_touches_the_test_tiles(small, capsys):
    roads.main(["--choose", "short"])
    assert "short validation" in capsys.readouterr().out and not list(small.rglob("*.json"))
    with pytest.raises(FileNotFoundError):
        roads.chosen()  # and without folds there is no cut for them


def test_a_prediction_turns_with_its_image(small):
    """The mean over eight views has the symmetries of the square, also where tiles are continued by reflection."""
    model = roads.whole(roads.network(32), 30)
    image = np.random.default_rng(0).uniform(size=(1, 30, 30, 3)).astype("float32")
    one, other = (roads.predicted(model, part) for part in (image, np.rot90(image, axes=(1, 2))))
    assert one.shape == (1, 30, 30, 1) and np.ptp(one) > 1e-4
    np.testing.assert_allclose(np.rot90(one, axes=(1, 2)), other, atol=1e-5)


def test_the_code_that_it_names_is_there():
    for function in (roads.final, roads.folded, *roads.SHORT):
        assert digest.digests(*roads.used(function))
