"""Facts about stored results: what a record may hold, how runs become a ledger, where a ledger is found."""

import copy
import functools
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile

import numpy as np
import pytest

from helpers import ledger
from helpers.digest import ROOT

MODULES = ["helpers.ledger", "helpers.digest.digest"]


@pytest.fixture(autouse=True)
def full(monkeypatch):
    monkeypatch.setenv("BOOK_PROFILE", "full")


@pytest.fixture
def record(tmp_path):
    return ledger.write("demo", {"sse": [3.0, 2.5]}, seeds=[0, 1], seconds=4, modules=MODULES, folder=tmp_path)


def run(folder, model, seed, **metrics):
    return ledger.save_run("demo", model, seed, metrics, seconds=2.5, modules=MODULES, folder=folder)


def test_what_is_written_is_what_is_read(record, tmp_path):
    assert ledger.read("demo", folder=tmp_path) == record
    assert set(record) == set(ledger.FIELDS)
    assert (record["profile"], record["seeds"], record["seconds"]) == ("full", [0, 1], 4)
    assert record["code"] == ledger.digest(*MODULES, profile="full")
    assert list(record["modules"]) == sorted(MODULES)


def test_numpy_numbers_become_plain_ones(tmp_path):
    metrics = {"a": np.float32(0.5), "b": {"c": np.array([1.5, 2.5])}, "d": {"e": np.int64(3)}}
    stored = ledger.write("demo", metrics, seeds=[0, 1], seconds=np.float64(1), modules=MODULES, folder=tmp_path)
    assert stored["metrics"] == {"a": 0.5, "b": {"c": [1.5, 2.5]}, "d": {"e": 3}}


@pytest.mark.parametrize(
    ("field", "value", "allowed"),
    [
        ("name", "My ledger", "lower-case"),
        ("name", "../x", "lower-case"),
        ("model", "a/b", "lower-case"),
        ("profile", "quick", "a quick run touches no ledger"),
        ("seeds", [], "at least one"),
        ("seeds", [0, 0], "different"),
        ("seeds", [0, -1], "whole numbers"),
        ("seeds", [0, True], "whole numbers"),
        ("seeds", 3, "a list"),
        ("seconds", -1, "0 or more"),
        ("seconds", math.inf, "0 or more"),
        ("seconds", "4 s", "0 or more"),
        ("hardware", "", "the device in words"),
        ("versions", {}, "{package: version}"),
        ("modules", ["helpers.ledger"], "{dotted name: digest}"),
        ("code", "0" * 64, "the digest of 'modules'"),
        ("metrics", {}, "not empty"),
        ("metrics.sse", [3.0], "one per seed"),
        ("metrics.sse", [3.0, 2.5, 2.0], "a list of 2"),
        ("metrics.sse", [3.0, math.nan], "finite"),
        ("metrics.sse", math.inf, "finite"),
        ("metrics.sse", None, "finite"),
        ("metrics.sse", True, "finite"),
        ("metrics.sse", {}, "finite"),
        ("metrics.conv.sse", "2.2", "finite"),
        ("metrics.conv.sse", {"deep": 1}, "finite"),
    ],
)
def test_a_wrong_field_is_named_with_its_value_and_what_is_allowed(record, field, value, allowed):
    wrong = copy.deepcopy(record)
    *path, last = field.split(".")
    place = wrong
    for key in path:
        place = place.setdefault(key, {})
    place[last] = value
    with pytest.raises(ValueError) as error:
        ledger.check(wrong)
    message = str(error.value)
    assert f", {field}: given {value!r}; allowed: " in message
    assert allowed in message


def test_a_missing_or_unknown_field_is_an_error(record):
    with pytest.raises(ValueError, match="fields"):
        ledger.check({key: value for key, value in record.items() if key != "hardware"})
    with pytest.raises(ValueError, match="fields"):
        ledger.check(record | {"note": "x"})


def test_a_quick_run_touches_no_ledger(tmp_path, monkeypatch):
    monkeypatch.setenv("BOOK_PROFILE", "quick")
    with pytest.raises(ValueError, match="a quick run touches no ledger"):
        ledger.write("demo", {"sse": 1}, seeds=[0], seconds=1, modules=MODULES, folder=tmp_path)
    with pytest.raises(ValueError, match="a quick run touches no ledger"):
        run(tmp_path, "dense", 0, sse=3.0)
    assert not list(tmp_path.rglob("*"))


def test_a_file_under_another_name_is_refused(record, tmp_path):
    (tmp_path / "demo.json").rename(tmp_path / "other.json")
    with pytest.raises(ValueError, match=r"demo\.json"):
        ledger.read("other", folder=tmp_path)
    run(tmp_path, "dense", 0, sse=3.0)
    (tmp_path / "runs/demo/dense-0.json").rename(tmp_path / "runs/demo/dense-1.json")
    with pytest.raises(ValueError, match=r"demo/dense-0\.json"):
        ledger.load_run("demo", "dense", 1, folder=tmp_path)


def test_a_ledger_that_is_not_there_says_how_to_make_it(tmp_path):
    with pytest.raises(FileNotFoundError, match="make benchmarks NAME=demo"):
        ledger.read("demo", folder=tmp_path)


def test_a_broken_write_leaves_the_old_file_and_nothing_else(record, tmp_path, monkeypatch):
    def full_disk(*_):
        raise OSError("No space left on device")

    before = (tmp_path / "demo.json").read_bytes()
    monkeypatch.setattr(os, "replace", full_disk)
    with pytest.raises(OSError, match="No space"):
        ledger.write("demo", {"sse": 1}, seeds=[0], seconds=1, modules=MODULES, folder=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["demo.json"]
    assert (tmp_path / "demo.json").read_bytes() == before


def test_a_run_is_finished_when_its_file_is_valid_and_its_code_is_todays(tmp_path):
    def finished(modules=MODULES):
        return ledger.finished("demo", "dense", 0, modules=modules, folder=tmp_path)

    assert not finished()
    run(tmp_path, "dense", 0, sse=3.0)
    assert finished()
    assert not finished([*MODULES, "helpers.runtime"])
    path = tmp_path / "runs/demo/dense-0.json"
    path.write_text(path.read_text()[:100])
    assert not finished()


def test_the_quick_choice_does_not_count_for_a_run(tmp_path, monkeypatch):
    def write(text):
        (tmp_path / "net.py").write_text(text)
        return ledger.finished("demo", "dense", 0, modules=["net"], folder=tmp_path)

    for name in ("digest", "digests", "changed"):
        monkeypatch.setattr(ledger, name, functools.partial(getattr(ledger, name), root=tmp_path))
    write("x = runtime.choose(quick=1, full=2)")
    ledger.save_run("demo", "dense", 0, {"sse": 3.0}, seconds=2.5, modules=["net"], folder=tmp_path)
    assert write("x = runtime.choose(quick=9, full=2)")
    assert ledger.assemble("demo", {"dense": [0]}, folder=tmp_path)
    assert not write("x = runtime.choose(quick=1, full=9)")
    with pytest.raises(ValueError, match=r"dense-0 \(net has changed\)"):
        ledger.assemble("demo", {"dense": [0]}, folder=tmp_path)


def test_runs_become_a_ledger_with_a_value_per_seed(tmp_path):
    for seed in (0, 1, 2):
        run(tmp_path, "dense", seed, sse=3.0 + seed)
    run(tmp_path, "pca", 0, sse=13.87)
    runs = {"dense": range(3), "pca": [0]}
    found = ledger.assemble("demo", runs, folder=tmp_path)
    assert found["metrics"] == {
        "dense": {"sse": [3.0, 4.0, 5.0], "seconds": [2.5, 2.5, 2.5]},
        "pca": {"sse": 13.87, "seconds": 2.5},
    }
    assert (found["seeds"], found["seconds"]) == ([0, 1, 2], 10.0)
    assert found == ledger.read("demo", folder=tmp_path)
    flat = ledger.assemble("demo", runs, flat=True, folder=tmp_path)["metrics"]
    assert flat == {
        "dense_sse": [3.0, 4.0, 5.0],
        "dense_seconds": [2.5] * 3,
        "pca_sse": 13.87,
        "pca_seconds": 2.5,
    }


def test_a_model_with_fewer_seeds_has_the_first_ones(tmp_path):
    for model, seeds in {"dense": [0, 1, 2], "conv": [0, 1]}.items():
        for seed in seeds:
            run(tmp_path, model, seed, sse=float(seed), ssim=0.5)
    found = ledger.assemble("demo", {"dense": [0, 1, 2], "conv": [0, 1]}, folder=tmp_path)
    assert (found["metrics"]["conv"]["sse"], found["seeds"]) == ([0.0, 1.0], [0, 1, 2])
    found["metrics"]["conv"]["ssim"] = [0.5]
    with pytest.raises(ValueError, match=r"metrics\.conv\.ssim: given .*a list of 2 \(one per seed\)"):
        ledger.check(found)


def test_a_ledger_with_missing_or_outdated_runs_is_not_assembled(tmp_path):
    run(tmp_path, "dense", 0, sse=3.0)
    old = run(tmp_path, "dense", 1, sse=3.0)
    old["modules"]["helpers.ledger"] = "0" * 16
    ledger.save(tmp_path / "runs/demo/dense-1.json", old | {"code": ledger.combined(old["modules"])})
    with pytest.raises(ValueError, match=r"dense-2 \(not there\), dense-1 \(helpers\.ledger has changed\)"):
        ledger.assemble("demo", {"dense": [0, 1, 2]}, folder=tmp_path)
    assert not (tmp_path / "demo.json").exists()


def test_models_with_other_seeds_are_not_put_side_by_side(tmp_path):
    for model, seeds in {"dense": [0, 1], "conv": [1, 2]}.items():
        for seed in seeds:
            run(tmp_path, model, seed, sse=3.0)
    with pytest.raises(ValueError, match="runs: given"):
        ledger.assemble("demo", {"dense": [0, 1], "conv": [1, 2]}, folder=tmp_path)


def test_devices_and_versions_of_several_machines_are_all_named(tmp_path):
    other = run(tmp_path, "dense", 0, sse=3.0) | {"hardware": "64 cores", "versions": {"numpy": "9.9"}}
    ledger.save(tmp_path / "runs/demo/dense-0.json", other)
    here = run(tmp_path, "dense", 1, sse=3.0)
    found = ledger.assemble("demo", {"dense": [0, 1]}, folder=tmp_path)
    assert set(found["hardware"].split(" or ")) == {"64 cores", here["hardware"]}
    assert found["versions"]["numpy"] == " or ".join(sorted(["9.9", np.__version__]))


def test_given_deviations_are_those_of_the_seeds():
    assert ledger.within(7, [1, 2, 3], deviations=5)
    with pytest.raises(AssertionError, match=r"7\.01 is not in 2 ± 5 × 1 \(seeds: 1, 2, 3\)"):
        ledger.within(7.01, [1, 2, 3], deviations=5)
    with pytest.raises(AssertionError):
        ledger.within(math.nan, [1, 2, 3])


@pytest.mark.parametrize(
    ("seeds", "reach"), [([1, 3], 15.56 * math.sqrt(2)), ([1, 2, 3], 4.968), ([1, 2, 3, 4], 4.592)]
)
def test_the_default_is_the_prediction_interval_of_so_many_seeds(seeds, reach):
    middle = sum(seeds) / len(seeds)  # tables of Student's t: 12.706, 4.303 and 3.182 for 1, 2 and 3 degrees
    assert ledger.within(middle + 0.99 * reach, seeds)
    with pytest.raises(AssertionError):
        ledger.within(middle - 1.01 * reach, seeds)


def test_seeds_that_agree_by_chance_do_not_make_the_interval_narrower_than_a_percent():
    assert ledger.within(2.17, [2.153, 2.153, 2.153])
    with pytest.raises(AssertionError, match=r"2\.18 is not in 2\.153"):
        ledger.within(2.18, [2.153, 2.153, 2.153])


@pytest.mark.parametrize("values", [[3.0], [], 3.0, None])
def test_one_value_has_no_spread(values):
    with pytest.raises(ValueError, match="at least two seeds"):
        ledger.within(3.0, values)


def stored_files():
    return [path for place in ("*.json", "runs/*/*.json") for path in sorted(ledger.results().glob(place))]


@pytest.mark.parametrize("path", stored_files(), ids=lambda path: path.stem)
def test_every_stored_result_follows_the_schema(path):
    assert ledger.load(path)


def test_a_checkout_keeps_its_results_in_the_book():
    assert ledger.results() == ROOT / "book" / "results"


def test_every_package_is_installed_and_the_results_with_it():
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    folders = {path.parent.relative_to(ROOT) for path in (ROOT / "helpers").rglob("__init__.py")}
    assert set(setuptools["packages"]) == {".".join(folder.parts) for folder in folders} | {"helpers.results"}


def read_by_chapters():
    """Return the stored files that chapters name by their path, from `book/results` on; {names} stand for anything."""
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "book").glob("*.ipynb"))
    stored, names = ROOT / "book/results", set()
    for path in re.findall(r'\\"(runs/[^"\\]+)\\"', sources):
        found = list(stored.glob(re.sub(r"{\w+}", "*", path)))
        assert found, f"a chapter reads {path}, and there is none"
        names |= {file.relative_to(stored).as_posix() for file in found}
    assert {"runs/comparison/best-0-labels.npz", "runs/pix2pix/l1_cgan_long-0-labels.npz"} <= names
    return sorted(names)


def test_an_installed_package_brings_its_results(tmp_path):
    source, target = tmp_path / "source", tmp_path / "installed"
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        source.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, source)
    shutil.copytree(ROOT / "helpers", source / "helpers", ignore=shutil.ignore_patterns("__pycache__"))
    ledger.write("demo", {"sse": 3.0}, seeds=[0], seconds=1, modules=MODULES, folder=source / "book/results")
    for name in read_by_chapters():
        (source / "book/results" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "book/results" / name, source / "book/results" / name)
    build = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, str(tmp_path)], cwd=source, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        wheel.extractall(target)
    code = "import json; from helpers import ledger; print(json.dumps(ledger.read('demo')['metrics']))"
    here = {**os.environ, "PYTHONPATH": str(target)}
    read = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=here, capture_output=True, text=True, check=True
    )
    assert json.loads(read.stdout) == {"sse": 3.0}
    for name in read_by_chapters():
        assert (target / "helpers/results" / name).is_file(), name


def test_a_summary_is_the_mean_and_the_deviation_of_the_seeds():
    assert ledger.summary([1.0, 2.0, 3.0]) == "2.00 ± 1.00"
    assert ledger.summary(13.871, 1) == ledger.summary([13.871], 1) == "13.9"
