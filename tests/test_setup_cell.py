"""Facts about the set-up cell: it fetches the package where it is missing, or says what to do."""

import os
import subprocess
import sys

import pytest

from tools import chapters, setup_cell

# An interactive session in which this book's own package is out of sight.
SESSION = """
import sys
sys.path[:] = [path for path in sys.path if path != {root!r}]
sys.meta_path[:] = [finder for finder in sys.meta_path if "editable" not in repr(finder)]
from IPython.core.interactiveshell import InteractiveShell
InteractiveShell.instance().run_cell({source!r}).raise_error()
"""
PIP = """#!/bin/sh
echo "$@" > asked
{then}
"""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-in for pip is a shell script")


def run_cell(folder, then="exit 1"):
    """Run the set-up cell in `folder`, with a stand-in for pip that does what `then` says."""
    (folder / "pip").write_text(PIP.format(then=then))
    (folder / "pip").chmod(0o755)
    code = SESSION.format(root=str(chapters.ROOT), source=setup_cell.source())
    environment = os.environ | {
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "IPYTHONDIR": str(folder),
    }
    return subprocess.run([sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True)


def test_it_fetches_the_version_it_belongs_to_and_starts(tmp_path):
    done = run_cell(tmp_path, "mkdir helpers; echo 'start = lambda: print(\"started\")' > helpers/runtime.py")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "started"
    owner, repository = chapters.address()
    wanted = f"install -q --no-deps git+https://github.com/{owner}/{repository}@v{chapters.version()}"
    assert (tmp_path / "asked").read_text().strip() == wanted


def test_it_says_what_to_write_where_the_address_leads_nowhere(tmp_path):
    done = run_cell(tmp_path)
    assert f"`helpers` is not at {'/'.join(chapters.address())}: set BOOK to the book's address" in done.stderr


def test_it_says_what_to_do_about_a_stranger_of_the_same_name(tmp_path):
    (tmp_path / "helpers.py").write_text("")
    done = run_cell(tmp_path)
    assert "another package is called helpers: `!pip uninstall -y helpers`, restart" in done.stderr
    assert not (tmp_path / "asked").exists()


def test_it_leaves_a_package_that_is_there_alone(tmp_path):
    (tmp_path / "helpers").mkdir()
    (tmp_path / "helpers" / "runtime.py").write_text("start = lambda: print('started')")
    done = run_cell(tmp_path)
    assert done.stdout.strip() == "started"
    assert not (tmp_path / "asked").exists()


def test_it_is_short_enough_to_be_read():
    lines = setup_cell.source().splitlines()
    assert len(lines) <= 16
    assert max(map(len, lines)) <= 88
