"""A rehearsal of Colab: the notebook alone, in an empty folder, on Colab's own packages.

The book's address leads to a clone of this working tree: it needs a package registry but no GitHub. A chapter that has
passed is rehearsed again when anything has changed that it depends on; `ALWAYS` is at every call, and with
`REHEARSE=all make test-colab` they all are.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from time import perf_counter

import pytest

from tools import chapters, install, rehearsals, setup_cell

pytestmark = pytest.mark.colab
ENVIRONMENT = chapters.ROOT / ".venv-colab" / os.environ.get("PYTEST_XDIST_WORKER", "alone")  # one each: all install
PROGRAMS = install.programs(ENVIRONMENT)
ALWAYS = "deconvolution"
PACKAGES = (  # Colab's, as of August 2026
    "tensorflow==2.20.*",
    "keras==3.13.*",
    "numpy==2.1.*",
    "ipywidgets==7.7.1",
    "matplotlib==3.10.*",
    "ipython==7.34.0",
    "ipykernel<7",
    "pooch",
    "scikit-image",
    "scikit-learn",
    "tensorboard==2.20.*",
    "tqdm",
    "nbclient",
    "pip",
    "setuptools",
)


def run(*command, **options):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)


@pytest.fixture(scope="session")
def colab():
    """Make an environment with Colab's versions, once, and take the book's package out of it."""
    stamp, wanted = ENVIRONMENT / "packages", "\n".join(PACKAGES)
    if not stamp.is_file() or stamp.read_text() != wanted:
        uv = (sys.executable, "-m", "uv")
        run(*uv, "venv", "--clear", "--python", sys.executable, ENVIRONMENT, check=True)
        done = run(*uv, "pip", "install", "--python", PROGRAMS / "python", *PACKAGES)
        if install.explain(done.stderr):
            pytest.skip(f"Colab's packages cannot be installed here: {install.explain(done.stderr)}")
        assert done.returncode == 0, done.stderr
        stamp.write_text(wanted)
    run(PROGRAMS / "python", "-m", "pip", "uninstall", "--yes", "images-in-images-out")


@pytest.fixture(scope="session")
def clone(tmp_path_factory):
    """Put the working tree, as git sees it, into a repository of its own, tagged with the version."""
    if not shutil.which("git"):
        pytest.skip("there is no git on this machine")
    bare = tmp_path_factory.mktemp("clone") / "book.git"
    git = (
        "git",
        f"--git-dir={bare}",
        f"--work-tree={chapters.ROOT}",
        "-c",
        "user.name=book",
        "-c",
        "user.email=book@localhost",
    )
    run("git", "init", "--bare", bare, check=True)
    run(*git, "add", "--all", cwd=chapters.ROOT, check=True)
    run(*git, "commit", "--message", "the working tree", cwd=chapters.ROOT, check=True)
    run(*git, "tag", f"v{chapters.version()}", check=True)
    return bare


def stage(clone):
    """Return the environment: Colab's programs first, and the book's address led to the clone."""
    address = "https://github.com/" + "/".join(chapters.address())
    kept = {name: os.environ[name] for name in os.environ if not name.startswith(("PYTHON", "VIRTUAL_ENV", "UV_"))}
    return kept | {
        "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
        "BOOK_PROFILE": "quick",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{clone.as_uri()}.insteadOf",
        "GIT_CONFIG_VALUE_0": address,
    }


@pytest.fixture
def chapter(request):
    """The path of a chapter that has to be rehearsed."""
    seconds = rehearsals.known(request.param, PACKAGES)
    if seconds is not None and request.param.stem != ALWAYS:
        pytest.skip(f"rehearsed before, in {seconds:.0f} s, with the same code and packages")
    return request.param


@pytest.mark.parametrize("chapter", chapters.notebooks(), ids=lambda path: path.stem, indirect=True)
def test_a_chapter_runs_to_its_end_from_the_notebook_alone(chapter, colab, clone, tmp_path):
    notebook, started = Path(shutil.copy(chapter, tmp_path)), perf_counter()
    command = (PROGRAMS / "jupyter-execute", "--inplace", "--timeout=600", "--kernel_name=python3", notebook)
    done = run(*command, env=stage(clone), cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-6000:]
    set_up = setup_cell.find(chapters.read(notebook))
    printed = "".join(output.get("text", "") for output in set_up.outputs if output.get("name") == "stdout")
    assert "profile quick" in printed
    assert "TensorFlow 2.20" in printed
    assert len(printed.splitlines()) == 1, printed
    rehearsals.note(chapter, PACKAGES, seconds=perf_counter() - started)
