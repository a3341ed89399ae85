"""Facts about the runtime: the profile, the seeds, the line it prints, and what an import does not do."""

import subprocess
import sys

import numpy as np
import pytest

from helpers import runtime


@pytest.fixture
def gpus(monkeypatch):
    """Let the machine have the given GPUs."""
    return lambda found: monkeypatch.setattr(runtime, "gpus", lambda: found)


def test_importing_helpers_loads_no_tensorflow_and_prints_nothing():
    names = "helpers, helpers.runtime, helpers.data, helpers.plots, helpers.source, helpers.interact, helpers.ledger"
    code = f"import sys, {names}; sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_tensorflow_loads_without_a_line_on_stderr():
    code = "from helpers import runtime; runtime.start(3)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr == ""
    assert len(done.stdout.splitlines()) == 1 and "profile quick" in done.stdout


@pytest.mark.parametrize(("found", "expected"), [([], "quick"), (["GPU:0"], "full")])
def test_the_profile_is_full_exactly_where_there_is_a_gpu(monkeypatch, gpus, found, expected):
    monkeypatch.delenv("BOOK_PROFILE", raising=False)
    gpus(found)
    assert runtime.profile() == expected


def test_the_environment_overrides_the_profile(monkeypatch, gpus):
    gpus(["GPU:0"])
    monkeypatch.setenv("BOOK_PROFILE", "quick")
    assert runtime.choose(quick=1, full=2) == 1


def test_an_unknown_profile_is_an_error_that_names_both(monkeypatch):
    monkeypatch.setenv("BOOK_PROFILE", "fast")
    with pytest.raises(ValueError, match=r"'fast'.*'quick'.*'full'"):
        runtime.profile()


@pytest.mark.parametrize("given", ["one", "-1", "1.5", str(2**32)])
def test_a_seed_that_is_no_whole_number_is_an_error(monkeypatch, given):
    monkeypatch.setenv("BOOK_SEED", given)
    with pytest.raises(ValueError, match="whole number"):
        runtime.seed()


def test_one_call_seeds_python_numpy_and_tensorflow(monkeypatch):
    import random

    monkeypatch.delenv("BOOK_SEED", raising=False)
    tf = runtime.tensorflow()

    def draw():
        assert runtime.seed(5) == 5
        return (
            random.random(),
            np.random.rand(),
            float(tf.random.uniform([])),
            float(runtime.keras().random.uniform([])),
        )

    assert draw() == draw()


def test_the_seed_of_the_environment_wins(monkeypatch):
    monkeypatch.setenv("BOOK_SEED", "7")
    assert runtime.seed(1) == 7


@pytest.mark.parametrize(
    ("found", "capability", "flags", "policy"),
    [
        (["GPU:0"], (9, 0), set(), "mixed_bfloat16"),
        (["GPU:0"], (7, 5), set(), "mixed_float16"),
        (["GPU:0"], (6, 1), set(), "float32"),
        ([], None, {"amx_bf16"}, "mixed_bfloat16"),
        ([], None, {"avx512_bf16"}, "mixed_bfloat16"),
        ([], None, {"avx2", "avx512f"}, "float32"),
    ],
)
def test_sixteen_bits_are_for_devices_that_gain_from_them(monkeypatch, gpus, found, capability, flags, policy):
    gpus(found)
    details = runtime.tensorflow().config.experimental
    monkeypatch.setattr(details, "get_device_details", lambda gpu: {"compute_capability": capability})
    monkeypatch.setattr(runtime, "cpu_flags", lambda: flags)
    monkeypatch.setenv("BOOK_PROFILE", "full")
    assert runtime.precision() == policy


def test_the_quick_profile_gives_the_same_numbers_on_every_cpu(monkeypatch, gpus):
    gpus([])
    monkeypatch.setenv("BOOK_PROFILE", "quick")
    monkeypatch.setattr(runtime, "cpu_flags", lambda: {"amx_bf16"})
    assert runtime.precision() == "float32"


def test_the_folders_follow_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("BOOK_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("BOOK_WEIGHTS", str(tmp_path / "weights"))
    assert (runtime.cache_dir(), runtime.weights_dir()) == (tmp_path / "data", tmp_path / "weights")
    assert not list(tmp_path.iterdir()), "asking for a folder must not make it"
