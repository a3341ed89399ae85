"""Facts about the benchmark of super-resolution: from the runs to the ledger, and which code a result depends on."""

import inspect
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import super_resolution as benchmark
from helpers import digest, ledger, resampling, runtime
from helpers.data import superres

random = np.random.default_rng(0)
linux = pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="memory is read from /proc")


def small_photographs(choosing):
    photos = {key: random.integers(0, 256, (200, 197, 3), "uint8") for key in "abc"}
    sets = ("T91, validation part",) if choosing else ("Set5", "Set14")
    return superres.Photographs(photos, dict.fromkeys(sets, photos), "noise", "")


@pytest.fixture
def small(tmp_path, monkeypatch):
    """Some models, two seeds, two steps, two rates and one beyond each, noise for photographs."""
    monkeypatch.setenv("BOOK_PROFILE", "full")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(ledger, "results", lambda: tmp_path)
    monkeypatch.setattr(runtime, "precision", lambda: "float32")
    monkeypatch.setattr(benchmark, "photographs", small_photographs)
    monkeypatch.setattr(benchmark, "long", lambda: 2)
    monkeypatch.setattr(benchmark, "brief", lambda: 2)
    monkeypatch.setattr(benchmark, "milliseconds", lambda upscale: 1.0)
    residual = (benchmark.residual_x2, benchmark.residual_x3, benchmark.residual_x4)
    models = dict.fromkeys((benchmark.bicubic, *residual), (0,)) | {benchmark.short: (0, 1)}
    monkeypatch.setattr(benchmark, "EQUAL", (benchmark.short,))
    monkeypatch.setattr(benchmark, "rates", lambda: (1e-4, 1e-2))
    monkeypatch.setattr(benchmark, "beyond", lambda: (1e-5, 1e-1))
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
    assert len(found["short"]["set5_x2_psnr"]) == 2
    assert {"parameters", "milliseconds", "seconds", "training_seconds", "steps"} <= set(found["short"])
    assert "milliseconds_ensemble" in found["residual_x2"]
    assert found["residual_x4"]["set14_x4_psnr"] == found["set14_x4_psnr"]

    trials = ledger.read("super_resolution_rates", folder=small)["metrics"]
    assert len(trials) == 3 and all(name.startswith("short_rate_") for name in trials)  # the best was at an end
    assert all(trial["steps"] == 1 and "milliseconds_ensemble" not in trial for trial in trials.values())
    highest = max(trial["choice_x2_psnr"] for trial in trials.values())
    best = min(trial["rate"] for trial in trials.values() if trial["choice_x2_psnr"] >= highest - benchmark.tie())
    assert found["short"]["rate"] == [best, best]
    assert {found[f"residual_x{scale}"]["rate"] for scale in resampling.SCALES} == {best}

    capsys.readouterr()
    benchmark.main([])  # nothing is left to do, and the ledger is the same
    assert "runs left" not in capsys.readouterr().out
    assert ledger.read("super_resolution", folder=small)["metrics"] == found


def test_an_interrupted_trial_goes_on_and_finished_ones_are_not_run_again(small, monkeypatch):
    begun = []

    def trained(model, split, scale, *, rate, resume, **run):
        begun.append((rate, resume.name))
        if len(begun) == 2:
            raise KeyboardInterrupt
        return {"choice_x2_psnr": 30 + rate, "rate": rate}

    monkeypatch.setattr(benchmark, "trained", trained)
    with pytest.raises(KeyboardInterrupt):
        benchmark.try_rates([])
    benchmark.try_rates([])
    second = (1e-2, "short_rate_0_01-0.npz")  # the file at which `running.run` looks for the seconds spent
    assert begun == [(1e-4, "short_rate_0_0001-0.npz"), second, second, (1e-1, "short_rate_0_1-0.npz")]
    benchmark.try_rates(["residual_x3"])
    assert len(begun) == 4 and benchmark.rate_of(benchmark.twin(benchmark.residual_x3)) == 1e-1


@pytest.mark.parametrize(("best", "more"), [(1e-4, (1e-5,)), (1e-3, ()), (1e-2, (1e-1,))])
def test_one_more_rate_is_tried_only_where_the_best_is_at_an_end(small, monkeypatch, best, more):
    monkeypatch.setattr(benchmark, "rates", lambda: (1e-4, 1e-3, 1e-2))
    monkeypatch.setattr(benchmark, "tried", lambda _, some: {rate: -abs(np.log(rate / best)) for rate in some})
    assert benchmark.further(benchmark.short) == more


@pytest.mark.parametrize(("found", "rate"), [((33.60, 33.77, 33.78), 2e-3), ((33.74, 33.77, 33.78), 5e-4),
                                             ((33.60, 33.70, 33.78), 5e-3), ((4.8, 33.78, 4.8), 2e-3)])  # fmt: skip
def test_of_rates_as_good_the_lowest_is_taken(monkeypatch, found, rate):
    rates = dict(zip((5e-4, 2e-3, 5e-3), found, strict=True))
    monkeypatch.setattr(benchmark, "tried", lambda _, some: {one: rates.get(one, 0.0) for one in some})
    assert benchmark.rate_of(benchmark.short) == rate


def test_every_training_takes_the_rate_of_a_network_on_equal_terms():
    others = (benchmark.bicubic, benchmark.bilinear, benchmark.photograph, benchmark.short_edge)
    for function in benchmark.MODELS:
        assert (benchmark.twin(function) in benchmark.EQUAL) == (function not in others)


def test_the_validation_part_is_scored_and_nothing_stored(small, monkeypatch, capsys):
    monkeypatch.setattr(benchmark, "MODELS", {benchmark.unet_residual: (0,)})
    benchmark.main(["unet_residual", "--choose"])
    assert "choice_x2_psnr" in capsys.readouterr().out
    assert not list(small.rglob("*.json"))


def test_the_most_memory_ever_held_is_never_less_than_what_was_held_before(monkeypatch):
    readings = iter([300.1, 300.0])  # the kernel counts in steps, so that a later reading can be a little lower
    monkeypatch.setattr(benchmark, "held", lambda: next(readings))
    found = benchmark.million("float32", side=64)
    assert found["peak_megabytes"] == found["loaded_megabytes"] == 300.1


@linux
def test_a_photograph_is_enlarged_and_its_memory_read():
    found = benchmark.million("float32", side=96)
    assert found["pixels"] == 96**2 and found["result_megabytes"] == pytest.approx(4 * 96**2 * 3 / 1e6)
    assert found["peak_megabytes"] >= found["loaded_megabytes"] > 100


@linux
def test_the_memory_of_a_process_is_not_that_of_the_one_that_started_it():
    code = f"from pathlib import Path\n{inspect.getsource(benchmark.held)}\nprint(held())"
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert float(child) < 100 < benchmark.held()


def test_the_u_net_is_the_source_s_and_takes_sides_that_eight_divides():
    model = benchmark.on_enlarged(residual=True)
    assert model.count_params() == 2_164_305  # the source's for one channel: 9 · 2 · 16 weights fewer than for colours
    assert model(np.zeros((1, 16, 24, 1), "float32")).shape == (1, 32, 48, 1)


def test_the_code_that_it_names_is_there():
    for function in benchmark.MODELS:
        assert digest.digests(*benchmark.used(function))
    assert benchmark.used(benchmark.trial(benchmark.short, 2e-3)) == benchmark.used(benchmark.short)


@pytest.mark.parametrize(("function", "normalised", "dropped"), [
    (benchmark.unet_residual, 18, 8), (benchmark.unet_normalised, 18, 0), (benchmark.unet_dropout, 0, 8),
    (benchmark.unet_bare, 0, 0)])  # fmt: skip
def test_the_u_net_is_taken_apart_part_by_part(monkeypatch, function, normalised, dropped):
    monkeypatch.setattr(benchmark, "trained", lambda model, *given, **run: model)
    model = function(None)
    [inner] = (layer for layer in model.layers if isinstance(layer, runtime.keras().Model))
    kinds = [type(layer).__name__ for layer in inner.layers]
    assert (kinds.count("FusedBatchNormalization"), kinds.count("Dropout")) == (normalised, dropped)
    assert type(model.layers[-1]).__name__ == "Add" and model.layers[-1].output.shape[1:] == (None, None, 1)
    assert all(layer.use_bias for layer in inner.layers if type(layer).__name__ == "Conv2D")
