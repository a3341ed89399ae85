"""Facts about the benchmark of pix2pix."""

import inspect
import re

import numpy as np
import pytest

from benchmarks import pix2pix
from helpers import (
    adversarial,
    digest,
    evidence,
    ledger,
    runtime,
    segmenter,
    street_judge,
    training,
    translation_metrics,
)
from helpers.data import translations
from tools import chapters

SCORES = {"per_pixel", "per_class", "iou", "frechet", "histogram"}


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """Two steps of narrow networks on drawn streets, judged by an untrained segmenter, in a folder of its own."""
    monkeypatch.setenv("BOOK_PROFILE", "full")
    drawn = translations.drawn((8, 12), (64, 64))
    untrained = street_judge.street_judge(segmenter.build(), size=(64, 96))
    for module, name, value in (
        (ledger, "results", lambda: tmp_path), (runtime, "precision", lambda: "float32"),
        (runtime, "weights_dir", lambda: tmp_path / "weights"),
        (pix2pix, "size", lambda: (64, 64)), (pix2pix, "width", lambda: 4), (pix2pix, "batch", lambda: 2),
        (pix2pix, "steps", lambda function: 2),
        (pix2pix, "pairs", lambda choosing: drawn), (pix2pix, "judge", lambda: untrained),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, value)
    monkeypatch.chdir(tmp_path)
    pix2pix.real_features.cache_clear()
    yield tmp_path
    pix2pix.real_features.cache_clear()


def test_the_twelve_configurations_differ_in_what_their_names_say(monkeypatch):
    monkeypatch.setattr(pix2pix, "width", lambda: 2)
    models = {function.__name__: function() for function in pix2pix.MODELS}
    assert len(models) == 12
    inputs = {name: model.discriminator and len(model.discriminator.inputs) for name, model in models.items()}
    alone = {name for name, count in inputs.items() if count is None}
    assert alone == {"l1", "encoder_decoder_5_l1", "unet_7_l1"}
    assert {name for name, count in inputs.items() if count == 1} == {"gan", "l1_gan"}
    assert {name for name, model in models.items() if model.weight == 0} == {"gan", "cgan"}
    smallest = {name: min(layer.output.shape[1] for layer in model.generator.layers) for name, model in models.items()}
    assert smallest["unet_7"] == 1 and smallest["l1_cgan"] == smallest["encoder_decoder_5"] == 4


def test_the_main_generator_has_the_4_2_million_parameters_of_a_quarter_of_the_paper_s():
    assert pix2pix.l1_cgan().generator.count_params() == pytest.approx(4.2e6, rel=0.02)


def test_two_configurations_run_through_to_the_ledger_and_are_compared_with_l1(tiny):
    pix2pix.main([], seeds=(0, 1), models=(pix2pix.l1, pix2pix.l1_cgan), longer=())
    found = ledger.read("pix2pix", folder=tiny)
    assert found["seeds"] == [0, 1] and set(found["metrics"]) == {"ground_truth", "l1", "l1_cgan"}
    for name in ("l1", "l1_cgan"):
        assert all(len(found["metrics"][name][score]) == 2 for score in SCORES)
    truth = found["metrics"]["ground_truth"]
    assert truth["histogram"] == 1 and truth["frechet"] < 1e-6 and truth["error"] == 0 < truth["detail"]
    assert found["metrics"]["l1"]["iou_l1_apart"] == found["metrics"]["l1_cgan"]["iou_l1_cgan_apart"] == [0, 0]
    ours, alone = (found["metrics"][name]["iou"] for name in ("l1_cgan", "l1"))
    np.testing.assert_allclose(found["metrics"]["l1_cgan"]["iou_l1_apart"], np.subtract(ours, alone), atol=1e-6)
    assert {"real", "fake"} <= set(found["metrics"]["l1_cgan"]) - set(found["metrics"]["l1"])
    assert found["metrics"]["l1"]["passes"] == [2 * 2 / 8] * 2


def test_two_configurations_are_trained_for_four_times_as_long():
    lengths = {pix2pix.steps(function) for function in pix2pix.MODELS}
    assert {pix2pix.steps(function) for function in pix2pix.LONG} == {4 * length for length in lengths}


def test_the_long_ones_are_compared_with_each_other(tiny, monkeypatch):
    monkeypatch.setattr(pix2pix, "steps", lambda function: 3 if function in pix2pix.LONG else 2)
    pix2pix.main([], seeds=(0, 1), models=(pix2pix.l1, pix2pix.l1_cgan))
    found = ledger.read("pix2pix", folder=tiny)["metrics"]
    assert found["l1_long"]["passes"] == 3 * 2 / 8 and {"iou_l1_apart", "iou_l1_cgan_low"} <= found["l1_long"].keys()
    apart = found["l1_cgan_long"]["iou"] - found["l1_long"]["iou"]
    assert len(list((tiny / "weights").glob("painter-*.weights.h5"))) == 1
    assert found["l1_cgan_long"]["iou_l1_long_apart"] == pytest.approx(apart, abs=1e-6)


def test_what_later_questions_need_is_kept(tiny):
    pix2pix.main([], seeds=(0, 1), models=(pix2pix.l1,), longer=())
    with np.load(tiny / "runs/pix2pix/l1-0.npz") as kept:
        assert kept["blocks"].shape == (2, 11, 11) and evidence.ious(kept["blocks"].sum(axis=0)).shape == (11,)
    with np.load(tiny / "_build/benchmarks/pix2pix_pictures/l1-1.npz") as every:
        assert every["pictures"].shape == (12, 64, 64, 3) and every["pictures"].dtype == "uint8"
    with (
        np.load(tiny / "runs/pix2pix/l1-0-labels.npz") as four,
        np.load(tiny / "_build/benchmarks/pix2pix_pictures/l1-0.npz") as every,
    ):
        for name in ("pictures", "labels"):
            np.testing.assert_array_equal(four[name], every[name][[2, 4, 6, 8]])
    assert not (tiny / "runs/pix2pix/l1-1-labels.npz").exists()


def test_a_run_without_those_it_is_compared_with_does_not_begin(tiny, monkeypatch):
    monkeypatch.setattr(pix2pix, "trained", None)
    with pytest.raises(FileNotFoundError, match=r"patch_1 is compared with l1, l1_cgan, .*seed 0: run these first"):
        pix2pix.finished(pix2pix.patch_1, seed=0)


def test_sizes_and_references_are_part_of_every_digest():
    """A digest holds the functions that are named, and no constants beside them."""
    for name in ("size", "width", "batch", "steps", "l1", "l1_cgan"):
        assert f"benchmarks.pix2pix.{name}" in pix2pix.used(pix2pix.patch_1)


def test_a_stopped_run_goes_on(tiny, monkeypatch):
    finite, made = training._finite, training._Checkpoint.__init__

    def stop(value, step):
        if step == 2:
            raise KeyboardInterrupt
        return finite(value, step)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(training, "_finite", stop)
        patch.setattr(training._Checkpoint, "__init__", lambda self, *these: made(self, *these, every=0))
        pix2pix.main([], seeds=(0, 1), models=(pix2pix.l1,), longer=())
    state = tiny / "_build/benchmarks/pix2pix/l1-0.npz"
    assert state.exists()
    starts = []
    fit = adversarial.Pix2Pix.compile
    monkeypatch.setattr(adversarial.Pix2Pix, "compile", lambda self, *a, **k: starts.append(1) or fit(self, *a, **k))
    pix2pix.main([], seeds=(0, 1), models=(pix2pix.l1,), longer=())
    assert not state.exists() and len(starts) == 2 and (tiny / "pix2pix.json").exists()


def test_the_families_of_the_chapter_name_all_configurations():
    named = {name for family in translation_metrics.FAMILIES.values() for name in family.values()}
    assert named == {function.__name__ for function in pix2pix.MODELS}


def test_the_code_that_it_names_is_there():
    for function in (*pix2pix.MODELS, pix2pix.ground_truth):
        assert digest.digests(*pix2pix.used(function))


def test_the_chapter_s_full_profile_is_the_benchmark_s_own_configuration():
    """In full the chapter repeats two runs of the benchmark, and shows the same four frames."""
    chapter = chapters.ROOT / "book" / "pix2pix.ipynb"
    if not chapter.is_file():
        pytest.skip("the chapter pix2pix is not in the book yet")
    source = "\n".join(cell.source for cell in chapters.read(chapter).cells if cell.cell_type == "code")
    full = dict(re.findall(r"(?m)^(\w+) = runtime\.choose\(quick=\S+, full=(\S+)\)", source))
    assert int(full["width"]) == pix2pix.width() and int(full["batch"]) == pix2pix.batch()
    assert int(full["steps"]) == pix2pix.steps(pix2pix.l1)
    assert (full["levels"], full["field"], float(full["rate"])) == ("5", "70", 2e-4)
    assert inspect.signature(translations.camvid).parameters["size"].default == pix2pix.size()
    assert "np.linspace(0, len(labels) - 1, 6).astype(int)[1:-1]" in source
    assert pix2pix.shown(233).tolist() == [46, 92, 139, 185]
