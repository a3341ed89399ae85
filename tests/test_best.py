"""Facts about the benchmark that asks how good it can get."""

import numpy as np
import pytest

from benchmarks import best, comparison
from helpers import data, digest, ledger, runtime, segmenter


def small(**_):
    return data.drawn_scenes((8, 4), (48, 64))


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """Two steps of a small network on drawn streets, in a folder of its own."""
    monkeypatch.setenv("BOOK_PROFILE", "full")
    for module, name, value in (
        (ledger, "results", lambda: tmp_path), (runtime, "precision", lambda: "float32"),
        (runtime, "weights_dir", lambda: tmp_path / "weights"), (segmenter, "filters", lambda: (4, 6)),
        (segmenter, "piece", lambda: (32, 40)), (segmenter, "streets", small), (segmenter, "steps", lambda: 2),
        (comparison, "camvid", lambda choosing, size=None: small()),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, value)
    learn = segmenter.learn
    monkeypatch.setattr(segmenter, "learn", lambda *of, **given: learn(*of, **given | {"steps": 2, "batch": 2}))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def plain_run():
    """Store a run of the plain network for the comparison to begin with."""
    split = small()
    arrays = comparison.arrays(comparison.street_task(), "plain", 0)
    model = comparison.plain((48, 64, 3), 11)
    scores = comparison.scene_scores(model, split, arrays, arrays)
    ledger.save_run("comparison", "plain", 0, scores, seconds=1.0, modules=("helpers.evidence",))
    return scores


def test_the_weight_of_the_classes_is_chosen_then_the_best_run_joins_the_comparison(tiny):
    plain = plain_run()
    best.main([], seeds=(0,))
    choices = ledger.read("comparison_choices", folder=tiny)["metrics"]
    assert set(choices) == {"root", "whole", "even"}
    powers = {"root": 0.5, "whole": 1.0, "even": 0.0}
    assert best.chosen() == powers[max(choices, key=lambda name: choices[name]["miou"])]
    found = ledger.read("comparison", folder=tiny)["metrics"]
    assert set(found) == {"plain", "best"}
    np.testing.assert_allclose(found["best"]["miou_apart"], found["best"]["miou"] - plain["miou"], atol=1e-6)
    assert "miou" in ledger.read("comparison_long", folder=tiny)["metrics"]["long"]
    with np.load(tiny / "runs/comparison/best-0-labels.npz") as kept:
        assert kept["labels"].shape == (4, 48, 64)


def test_the_best_run_is_kept_in_the_store(tiny, monkeypatch):
    ledger.save_run("comparison_choices", "root", 0, {"miou": 0.5}, seconds=1.0, modules=("helpers.evidence",))
    for name in ("whole", "even"):
        ledger.save_run("comparison_choices", name, 0, {"miou": 0.1}, seconds=1.0, modules=("helpers.evidence",))
    plain_run()
    best.best(seed=0)
    monkeypatch.setattr(segmenter, "learn", None)  # nothing may be trained now
    assert segmenter.network(0).count_params() > 0


def test_the_code_that_it_names_is_there():
    for function in (*best.CHOICES, best.best, best.long):
        assert digest.digests(*best.used(function))
