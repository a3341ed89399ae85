"""Facts about the benchmark that takes skips from a U-Net."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks import comparison, skips
from helpers import data, digest, ledger, runtime
from helpers.data import pictures


def small_scenes(choosing, size=None):
    return data.drawn_scenes((8, 4), (32, 48))


def small_masks(choosing):
    return pictures.drawn((8, 4), (32, 32))


TASKS = {
    "skips": lambda: replace(skips.street_task(), split=small_scenes, augment=None, steps=2),
    "skips_horses": lambda: replace(skips.horse_task(), split=small_masks, augment=None, steps=2),
}


def test_a_skip_adds_the_weights_of_its_convolution_and_wider_has_more_than_all():
    counts = [function((64, 64, 3), 1).count_params() for function in skips.COUNTS]
    assert np.diff(counts).tolist() == [9 * width**2 for width in (128, 64, 32, 16)]
    assert skips.wider((64, 64, 3), 1).count_params() > max(counts)


def test_dropout_stands_on_the_joined_maps_alone():
    layers = skips.dropout((64, 64, 3), 1).layers
    drops = [n for n, layer in enumerate(layers) if isinstance(layer, runtime.keras().layers.Dropout)]
    joined = [isinstance(layers[n - 1], runtime.keras().layers.Concatenate) for n in drops]
    assert [layers[n].rate > 0 for n in drops] == joined and sum(joined) == 4


def test_near_and_interior_together_are_all_pixels_and_all_errors(tmp_path):
    """One column of a 40×40 map is wrong at its boundary, one pixel is wrong far away from it."""
    truth = np.zeros((1, 40, 40), "uint8")
    truth[:, :, 20:] = 1
    found = truth.copy()
    found[:, :, 20] = 0
    found[0, 5, 5] = 1
    paths = [tmp_path / name for name in ("a.npz", "b.npz")]
    skips.scores(truth, truth, *paths[1:], paths[1], classes=2, block=1)
    result = skips.scores(truth, found, *paths, classes=2, block=1)
    assert result["wrong_near"] == 40 / 1600 and result["wrong_interior"] == 1 / 1600
    assert result["boundary_f"] == pytest.approx(80 / 81)  # 41 boundary pixels predicted, 40 of them right; none missed
    assert result["interior_iou"] > 0.99 > result["near_iou"]
    with np.load(paths[0]) as kept:
        assert (kept["interior_iou"] + kept["near_iou"] == kept["miou"]).all() and kept["miou"].sum() == 1600
    assert result["miou_apart"] == pytest.approx(result["miou"] - 1)


@pytest.mark.parametrize("name", TASKS)
def test_every_seed_is_compared_with_no_skips(name, tmp_path, monkeypatch):
    """Two networks, two steps, through to the ledger; the first differs from itself by nothing."""
    monkeypatch.setenv("BOOK_PROFILE", "full")
    monkeypatch.setattr(ledger, "results", lambda: tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(runtime, "precision", lambda: "float32")
    monkeypatch.setattr(comparison, "camvid", small_scenes)
    skips.main([], TASKS[name](), (skips.skips_0, skips.skips_4), seeds=(0, 1))
    found = ledger.read(name, folder=tmp_path)
    none, four = found["metrics"]["skips_0"], found["metrics"]["skips_4"]
    assert found["seeds"] == [0, 1] and set(skips.SCORES) <= set(none)
    for score in skips.SCORES:
        assert none[f"{score}_apart"] == [0, 0]
        np.testing.assert_allclose(four[f"{score}_apart"], np.subtract(four[score], none[score]), atol=1e-6)


def test_the_code_that_it_names_is_there():
    for task in (skips.street_task(), skips.horse_task()):
        for function in (*skips.COUNTS, *skips.OTHERS):
            assert digest.digests(*skips.used(task, function))
