"""Facts about the benchmark that compares eight networks on equal terms."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks import comparison
from helpers import data, digest, ledger, runtime
from helpers.data import pictures


def small_scenes(choosing, size=None):
    return data.drawn_scenes((8, 4), (32, 48))


def small_masks(choosing):
    return pictures.drawn((8, 4), (32, 32))


TASKS = {
    "comparison": lambda: replace(comparison.street_task(), split=small_scenes, augment=None, steps=2),
    "comparison_horses": lambda: replace(comparison.horse_task(), split=small_masks, augment=None, steps=2),
}


@pytest.mark.parametrize("shape", [(144, 192, 3), (128, 128, 3)])
def test_all_networks_are_of_one_size(shape):
    counts = [function(shape, 11).count_params() for function in comparison.MODELS]
    assert max(counts) < 1.05 * min(counts)


@pytest.mark.parametrize("name", TASKS)
def test_rates_are_tried_on_the_validation_part_then_every_seed_is_compared_with_plain(name, tmp_path, monkeypatch):
    """Two networks, two steps, through to the ledger; plain differs from itself by nothing."""
    monkeypatch.setenv("BOOK_PROFILE", "full")
    monkeypatch.setattr(ledger, "results", lambda: tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(runtime, "precision", lambda: "float32")
    monkeypatch.setattr(comparison, "MODELS", (comparison.plain, comparison.unet_deep))
    monkeypatch.setattr(comparison, "camvid", small_scenes)
    monkeypatch.setattr(comparison, "rates", lambda: (1e-3, 1e-2))
    comparison.main([], TASKS[name](), seeds=(0,))
    found, tried = ledger.read(name, folder=tmp_path), ledger.read(f"{name}_rates", folder=tmp_path)
    assert found["seeds"] == [0]
    score = "miou" if name == "comparison" else "iou"
    plain, other = found["metrics"]["plain"], found["metrics"]["unet_deep"]
    assert plain[f"{score}_apart"] == 0
    np.testing.assert_allclose(other[f"{score}_apart"], np.subtract(other[score], plain[score]), atol=1e-6)
    rates = {rate: tried["metrics"]["plain"][f"rate_{rate:g}".replace(".", "_")] for rate in comparison.rates()}
    assert plain["rate"] == max(rates, key=rates.get)


def test_the_code_that_it_names_is_there():
    for task in (comparison.street_task(), comparison.horse_task()):
        for function in comparison.MODELS:
            assert digest.digests(*comparison.used(task, function))
