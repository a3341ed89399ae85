"""Facts about the benchmark of masks: five runs on small data through to the ledger, and what a count's error is."""

import numpy as np
import pytest

from benchmarks import masks
from helpers import data, digest, ledger, runtime
from helpers.data import microscope, pictures


@pytest.fixture
def small(tmp_path, monkeypatch):
    """The benchmark on drawn images, two steps a run, its ledger in an empty folder."""
    monkeypatch.setenv("BOOK_PROFILE", "full")
    monkeypatch.setattr(ledger, "results", lambda: tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(runtime, "precision", lambda: "float32")
    monkeypatch.setattr(data, "horses", lambda size, choosing: pictures.drawn((8, 4), (size, size)))
    monkeypatch.setattr(data, "nuclei", lambda choosing: data.drawn_nuclei((8, 4), (64, 64)))

    def call(function, **run):
        return function(**run, **{"size" if function is masks.horse else "side": 32}, filters=(4, 8), steps=2)

    monkeypatch.setattr(masks, "call", call)
    monkeypatch.setattr(masks, "MODELS", dict.fromkeys(masks.MODELS, (0, 1)))
    return tmp_path


def test_every_loss_has_its_scores_and_the_chosen_one_stands_at_the_top(small):
    masks.main([])
    found = ledger.read("masks", folder=small)["metrics"]
    assert {"horse_iou", "horse_miou", "horse_boundary_f", "dice", "iou", "count_error"} <= set(found)
    assert found["dice"] == found[masks.CHOSEN]["dice"] and len(found["horse_iou"]) == 2
    assert set(found["entropy"]["dice_apart"]) == {0}
    for loss in ("dice_loss", "weights"):
        apart = np.subtract(found[loss]["count_error"], found["entropy"]["count_error"])
        np.testing.assert_allclose(found[loss]["count_error_apart"], apart, atol=1e-6)
    masks.main([])  # nothing is left to do, and the ledger is arranged again
    assert ledger.read("masks", folder=small)["metrics"] == found


def test_true_masks_have_no_error_of_area_and_miscount_what_touches():
    y, x = np.mgrid[:24, :36]
    discs = [np.hypot(y - 12, x - middle) < 6.5 for middle in (12, 23)]
    labels = np.where(discs[0], 1, np.where(discs[1], 2, 0))[None]
    joined, gapped = (masks.counted(labels, of(labels)) for of in (microscope.union, microscope.parted))
    assert joined["dice"] == 1 and joined["count_error"] == 0.5 and joined["count_error_split"] == 0
    assert gapped["dice"] < 1 and gapped["count_error"] == 0 and gapped["things_f1"] == 1


def test_the_code_that_it_names_is_there():
    for function in masks.MODELS:
        assert digest.digests(*masks.used(function))
