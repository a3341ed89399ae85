"""Facts about the benchmark of super-resolution: from the runs to the ledger, and which code a result depends on."""

import numpy as np
import pytest

from benchmarks import super_resolution as benchmark
from helpers import digest, ledger, resampling, runtime
from helpers.data import superres

random = np.random.default_rng(0)


def small_photographs(choosing):
    photos = {key: random.integers(0, 256, (200, 197, 3), "uint8") for key in "abc"}
    sets = ("T91, validation part",) if choosing else ("Set5", "Set14")
    return superres.Photographs(photos, dict.fromkeys(sets, photos), "noise", "")


@pytest.fixture
def small(tmp_path, monkeypatch):
    """Some models, two seeds, two steps, two rates, noise for photographs."""
    monkeypatch.setenv("BOOK_PROFILE", "full")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(ledger, "results", lambda: tmp_path)
    monkeypatch.setattr(runtime, "precision", lambda: "float32")
    monkeypatch.setattr(benchmark, "photographs", small_photographs)
    monkeypatch.setattr(benchmark, "long", lambda: 2)
    monkeypatch.setattr(benchmark, "brief", lambda: 2)
    monkeypatch.setattr(benchmark, "milliseconds", lambda upscale: 1.0)
    residual = (benchmark.residual_x2, benchmark.residual_x3, benchmark.residual_x4)
    models = dict.fromkeys((benchmark.bicubic, *residual), (0,)) | {benchmark.unet_residual: (0, 1)}
    monkeypatch.setattr(benchmark, "EQUAL", (benchmark.unet_residual,))
    monkeypatch.setattr(benchmark, "rates", lambda: (1e-4, 1e-2))
    monkeypatch.setattr(benchmark, "MODELS", models | {stub_photograph: (0,)})
    monkeypatch.setattr(benchmark, "used", lambda function: ("benchmarks.super_resolution.scores",))
    return tmp_path


def stub_photograph(split, **run):
    return {"pixels": 1, "enlarging_seconds": 2.0}


stub_photograph.__name__ = "photograph"


def test_the_ledger_names_the_book_s_network_and_bicubic_first_and_keeps_the_other_models(small, capsys):
    benchmark.main([])
    found = ledger.read("super_resolution", folder=small)["metrics"]
    for key in ("set5", "set14"):
        for scale in resampling.SCALES:
            assert {f"{key}_x{scale}_{kind}" for kind in ("psnr", "ssim", "psnr_ensemble", "ssim_ensemble")} <= set(
                found
            )
            assert {f"bicubic_{key}_x{scale}", f"bicubic_{key}_x{scale}_ssim"} <= set(found)
    assert found["photograph_pixels"] == 1 and found["photograph_enlarging_seconds"] == 2
    assert len(found["unet_residual"]["set5_x2_psnr"]) == 2
    assert {"parameters", "milliseconds", "seconds", "training_seconds", "steps"} <= set(found["unet_residual"])
    tried = ledger.read("super_resolution_rates", folder=small)["metrics"]["unet_residual"]
    best = max(benchmark.rates(), key=lambda rate: tried[benchmark.name_of(rate)])
    assert found["unet_residual"]["rate"] == [best, best] and found["residual_x2"]["rate"] == 2e-3
    assert "milliseconds_ensemble" in found["residual_x2"]
    assert found["residual_x4"]["set14_x4_psnr"] == found["set14_x4_psnr"]

    capsys.readouterr()
    benchmark.main([])  # nothing is left to do, and the ledger is the same
    assert "runs left" not in capsys.readouterr().out
    assert ledger.read("super_resolution", folder=small)["metrics"] == found


def test_the_validation_part_is_scored_and_nothing_stored(small, capsys):
    benchmark.main(["unet_residual", "--choose"])
    assert "choice_x2_psnr" in capsys.readouterr().out
    assert not list(small.rglob("*.json"))


def test_a_photograph_is_enlarged_in_a_process_of_its_own_with_its_memory():
    found = benchmark.million("float32", side=96)
    assert found["pixels"] == 96**2 and found["result_megabytes"] == pytest.approx(4 * 96**2 * 3 / 1e6)
    assert found["peak_megabytes"] >= found["loaded_megabytes"] > 100


def test_the_u_net_is_the_source_s_and_takes_sides_that_eight_divides():
    model = benchmark.on_enlarged(residual=True)
    assert model.count_params() == 2_164_305  # the source's for one channel: 9 · 2 · 16 weights fewer than for colours
    assert model(np.zeros((1, 16, 24, 1), "float32")).shape == (1, 32, 48, 1)


def test_the_code_that_it_names_is_there():
    for function in benchmark.MODELS:
        assert digest.digests(*benchmark.used(function))
