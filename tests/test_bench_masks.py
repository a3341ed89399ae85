"""Facts about the benchmark of masks: its runs on small data through to the ledger, and what a count's error is."""

import numpy as np
import pytest
from scipy import ndimage

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
    monkeypatch.setattr(masks, "pictures", lambda choosing: data.drawn_nuclei((8, 4), (64, 64)))

    def call(function, **run):
        side = {"size" if function is masks.horse else "side": 32}
        return function(**run | side | {"filters": (4, 8), "steps": 2})

    monkeypatch.setattr(masks, "call", call)
    monkeypatch.setattr(masks, "MODELS", {function: seeds[:2] for function, seeds in masks.MODELS.items()})
    return tmp_path


def each_loss_got_the_better_of_two_settings(found, tried):
    """On the validation part: what was tried there stands in a ledger of its own."""
    for function in masks.LOSSES:
        scores, loss = tried[function.__name__], found[function.__name__]
        best = masks.settings(function)[int(scores["dice_1"] > scores["dice_0"])]
        assert loss["settings_tried"] == [2, 2]
        assert all(loss[name] == [value, value] for name, value in best.items())
        assert {"count_error_split_25_0", "count_error_split_100_1"} <= set(scores)
    assert found["horse_settings_tried"] == [1, 1]


def test_every_loss_has_its_scores_and_the_one_that_is_shown_stands_at_the_top(small):
    masks.main([])
    found = ledger.read("masks", folder=small)["metrics"]
    assert {"horse_iou", "horse_miou", "horse_boundary_f", "dice", "iou", "count_error"} <= set(found)
    assert found["dice"] == found[masks.SHOWN]["dice"] and len(found["horse_iou"]) == 2
    assert 0 <= found["slides"]["continued"] <= 1
    assert set(found["entropy"]["dice_apart"]) == {0}
    for loss in ("dice_loss", "weights"):
        apart = np.subtract(found[loss]["count_error"], found["entropy"]["count_error"])
        np.testing.assert_allclose(found[loss]["count_error_apart"], apart, atol=1e-6)
    masks.main([])  # nothing is left to do, and the ledger is arranged again
    assert ledger.read("masks", folder=small)["metrics"] == found
    each_loss_got_the_better_of_two_settings(found, ledger.read("masks_choices", folder=small)["metrics"])


def test_what_the_networks_said_is_kept(small):
    masks.main(["entropy", "horse"])
    with np.load(small / "_build/benchmarks/masks/entropy-1-masks.npz") as kept:
        assert kept["masks"].shape == (4, 64, 64, 1) and kept["masks"].dtype == "uint8"
    with np.load(small / "_build/benchmarks/masks/horse-0-masks.npz") as kept:
        assert kept["masks"].shape == (4, 32, 32, 1)
    with np.load(small / "runs/masks/horse-0.npz") as each:
        assert each["iou"].shape == each["boundary_f"].shape == (4,)


def test_two_halves_of_a_picture_continue_each_other_and_no_other_edges_do():
    field = ndimage.gaussian_filter(np.random.default_rng(0).normal(size=(400, 800)), 6) * 10
    for left, right in ((field[:, :400], field[:, 400:]), (field[:, :400].T, field[:, 400:].T)):
        assert masks.continued(right[None], left[None]) == masks.continued(left[None], right[None]) == 1
        assert masks.continued(right[None], left[None], ends=((0, 0), (-1, -1))) == 0
        assert masks.continued(right[None], 0 * left[None]) == 0


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
