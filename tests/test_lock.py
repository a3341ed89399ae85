"""Facts about the dependencies: one source, one lock, and copies that say the same."""

import os
import re
import subprocess
import sys
import tomllib

import yaml

from tools import chapters

ROOT = chapters.ROOT
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))


def uv(*arguments):
    environment = os.environ | {"UV_PYTHON_DOWNLOADS": "never", "UV_OFFLINE": "1"}
    command = [sys.executable, "-m", "uv", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def locked(name):
    return next(package for package in LOCK["package"] if package["name"] == name)


def test_the_lock_belongs_to_the_project():
    (own,) = (package for package in LOCK["package"] if package["source"].get("editable"))
    needs = {need["name"]: need.get("specifier", "") for need in own["metadata"]["requires-dist"]}
    asked = dict(re.match(r"([\w-]+)(.*)", need).groups() for need in PROJECT["project"]["dependencies"])
    assert needs == asked
    for group, wanted in PROJECT["dependency-groups"].items():
        held = {need["name"] for need in own["metadata"]["requires-dev"][group]}
        assert held == {re.match(r"[\w-]+", need).group().lower() for need in wanted}


def test_requirements_txt_repeats_the_lock():
    done = uv("export", "--frozen", "--no-hashes", "--no-emit-project", "--no-annotate", "--no-header", "--quiet")
    assert done.returncode == 0, done.stderr
    assert done.stdout == (ROOT / "requirements.txt").read_text(encoding="utf-8"), "run `make requirements`"


def test_environment_yml_holds_no_second_list():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python, pip, through_pip = environment["dependencies"]
    assert (python, pip) == ("python>=3.11,<3.14", "pip")
    assert through_pip == {"pip": ["-r requirements.txt", "-e ."]}


def test_tensorflow_has_a_build_for_every_python_and_system_of_the_book():
    wheels = [wheel["url"].rsplit("/", 1)[-1] for wheel in locked("tensorflow")["wheels"]]
    for python in ("cp311", "cp312", "cp313"):
        for system in ("manylinux_.*_x86_64", "manylinux_.*_aarch64", "macosx_.*_arm64", "win_amd64"):
            assert any(re.search(f"-{python}-{python}-{system}", wheel) for wheel in wheels), (python, system)


def test_everything_comes_from_the_public_index():
    assert {package["source"].get("registry") for package in LOCK["package"]} == {
        "https://pypi.org/simple",
        None,
    }


def test_the_book_is_built_with_jupyter_book_1():
    assert locked("jupyter-book")["version"].startswith("1."), "2.x ignores _config.yml and builds nothing"


def test_every_module_of_the_helpers_is_packed():
    packed = set(PROJECT["tool"]["setuptools"]["packages"])
    folders = {path.parent.relative_to(ROOT) for path in (ROOT / "helpers").rglob("__init__.py")}
    assert packed == {".".join(folder.parts) for folder in folders} | {"helpers.results"}
