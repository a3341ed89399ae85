"""Facts about the benchmark of roads: folds choose the cut, seeds are judged on the test tiles at that cut."""

import numpy as np
import pytest

from benchmarks import roads
from helpers import data, digest, ledger, mask_metrics, runtime, training


@pytest.fixture
def small(tmp_path, monkeypatch):
    """Make the benchmark small: drawn views of 64 pixels, two steps, two sizes of a network; return the results."""
    monkeypatch.setenv("BOOK_PROFILE", "full")
    monkeypatch.chdir(tmp_path)
    views = data.drawn_roads((4, 2), (64, 64))
    ways = {"": (30, 50, 70), "_tiles": (30, 50), "_mean": (20, 40)}
    for name, value in {"sizes": (64, 48), "filters": (4, 8), "steps": (2, 2), "parts": (0, 1), "ways": ways}.items():
        monkeypatch.setattr(roads, name, lambda value=value: value)
    monkeypatch.setattr(roads, "roads", lambda fold: views)
    monkeypatch.setattr(runtime, "precision", lambda: "float32")
    monkeypatch.setattr(ledger, "results", lambda: tmp_path)
    return tmp_path


def test_folds_come_first_and_the_ledger_names_the_cuts_that_they_chose(small, monkeypatch):
    monkeypatch.setattr(roads, "SHORT", (roads.short_weighted, roads.short_square))
    roads.main([], seeds=(0, 1))
    folds, found = (ledger.read(name, folder=small)["metrics"] for name in (roads.FOLDS, roads.NAME))
    for way in ("", "_tiles", "_mean"):
        start, cut = f"patch_f1{way}_at_", f"{100 * found[f'cut{way}']:.0f}"
        means = {key: np.mean(values) for key, values in folds["folded"].items() if key.startswith(start)}
        assert means[f"{start}{cut}"] == max(means.values())
        assert len(means) == len(roads.ways()[way]) and len(found[f"patch_f1{way}"]) == 2
    assert found["patch_f1_folds"] == np.mean(folds["folded"][f"patch_f1_at_{100 * found['cut']:.0f}"])
    assert found["settings_tried"] == 2 + 3 + 2 + 2  # recipes of short trainings, and cuts of each way
    assert [len(found[name]) for name in ("breakeven_rho0", "breakeven_rho3", "seconds")] == [2, 2, 2]
    assert set(folds) == {"folded", "short_weighted", "short_square"}
    assert not [name for name in found if "_at_" in name]  # the test tiles have one cut, not a choice of them


def test_scores_at_cuts_that_the_folds_no_longer_choose_are_refused(small, monkeypatch):
    scores = {f"patch_f1{way}_at_{n}": n / 100 for way, percent in roads.ways().items() for n in percent}
    monkeypatch.setattr(roads, "SHORT", ())
    monkeypatch.setattr(roads, "trained", lambda **given: (None, None))
    monkeypatch.setattr(roads, "scored", lambda *given: scores | {"patch_f1_at_50": 0.5})
    roads.main([], seeds=(0, 1))
    cuts = {way: roads.chosen(way) for way in roads.ways()}
    other = next(n for n in roads.ways()[""] if n != cuts[""])
    monkeypatch.setattr(roads, "chosen", lambda way="": (cuts | {"": other})[way])
    with pytest.raises(ValueError, match=f"now choose {other} % .* delete its runs"):
        roads.main([], seeds=(0, 1))


def test_the_probabilities_of_a_run_are_kept_and_give_its_scores(small):
    roads.main(["folded"])
    found = ledger.load_run(roads.FOLDS, "folded", 0)["metrics"]
    with np.load(small / "_build/benchmarks/roads_maps/folded-0.npz") as kept:
        maps = {name: kept[name] for name in kept.files}
    assert set(maps) == {"found", "one", "tiled"}
    assert {(each.shape, str(each.dtype)) for each in maps.values()} == {((2, 64, 64, 1), "uint8")}
    truth = roads.roads(0).test_labels
    for way, name in {"": "found", "_tiles": "tiled"}.items():
        assert mask_metrics.patch_f1(truth, maps[name] / 255 > 0.5) == pytest.approx(found[f"patch_f1{way}_at_50"])


def test_the_mean_of_a_patch_stands_in_the_place_of_its_pixels():
    """A patch of which five columns of sixteen are road at 0.4 has the mean 0.125: no pixel is above one half."""
    probabilities = np.zeros((1, 16, 32, 1))
    probabilities[:, :, :5] = 0.4
    found = roads.pooled(probabilities)
    assert found.shape == probabilities.shape
    np.testing.assert_allclose(found[0, :, :16], 0.125)
    assert not found[0, :, 16:].any()


def test_the_short_trainings_differ_in_what_their_names_say(monkeypatch):
    """Weight, symmetries with light, light alone; all else is the recipe on the fold of that number."""
    seen = []
    monkeypatch.setattr(roads, "scored", lambda model, split, keep: {})
    monkeypatch.setattr(roads, "trained", lambda **given: seen.append(given) or (None, None))
    for function in (roads.folded, *roads.SHORT):
        roads.call(function, choosing=False, seed=3)
    whole, *rest = seen
    assert whole == {"fold": 3, "seed": 3, "steps": roads.steps()[0]}
    assert [one["steps"] for one in rest] == [roads.steps()[1]] * 4 and 8 * roads.steps()[1] == roads.steps()[0]
    assert [sorted(set(one) - set(whole)) for one in rest] == [[], ["weight"], ["augment"], ["augment"]]


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
    assert "short validation" in capsys.readouterr().out
    assert not [*small.rglob("*.json"), *small.rglob("*.npz")]
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
