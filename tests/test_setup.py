"""Facts about the set-up: where it cannot go on, it says in a sentence what to install, free or connect."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import install

ROOT = Path(__file__).resolve().parent.parent
SETUP = ROOT / "tools" / "setup.py"
COMPLETE = """#!/bin/sh
case $2 in import*) printf '{version}\\ncomplete\\n';; *) echo "{name} runs $(basename $1)";; esac
"""
WITHOUT_VENV = "#!/bin/sh\nprintf '{version}\\n'; echo 'No module named ensurepip' >&2; exit 1\n"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-ins for Python are shell scripts")


def stand_in(folder, name, version, script=COMPLETE):
    """Write a program that answers the set-up's question like a Python of this version."""
    path = folder / name
    path.write_text(script.format(version=version, name=name))
    path.chmod(0o755)
    return path


def set_up(tmp_path, version, script=COMPLETE):
    """Run setup.py as a `python3` of another version would run it, with only the stand-ins on the PATH."""
    stand_in(tmp_path, "python3", version, script)
    for program in ("sh", "basename"):
        (tmp_path / program).symlink_to(shutil.which(program))
    code = f"import sys; sys.executable = 'python3'; __file__ = {str(SETUP)!r}; exec(open(__file__).read())"
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env={"PATH": str(tmp_path)}, capture_output=True, text=True)


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_a_supported_python_goes_on(tmp_path, version):
    done = set_up(tmp_path, version)
    assert (done.returncode, done.stdout) == (0, "python3 runs install.py\n")


@pytest.mark.parametrize("version", ["2.7", "3.6", "3.10", "3.14"])
def test_another_python_is_found_where_the_first_is_too_old_or_too_new(tmp_path, version):
    stand_in(tmp_path, "python3.12", "3.12")
    done = set_up(tmp_path, version)
    assert done.returncode == 0
    assert done.stdout == (
        f"python3 is Python {version}, which TensorFlow does not support: using python3.12.\n"
        "python3.12 runs install.py\n"
    )


@pytest.mark.parametrize("version", ["3.10", "3.14"])
def test_it_says_which_pythons_will_do(tmp_path, version):
    done = set_up(tmp_path, version)
    assert done.returncode == 1
    assert f"needs Python 3.11, 3.12 or 3.13 (TensorFlow has no other builds); this one is {version}" in done.stderr
    assert "Traceback" not in done.stderr


def test_it_names_the_package_that_debian_leaves_out(tmp_path):
    done = set_up(tmp_path, "3.11", WITHOUT_VENV)
    assert done.returncode == 1
    assert "sudo apt install python3.11-venv" in done.stderr


def test_a_python_without_venv_gives_way_to_one_that_has_it(tmp_path):
    stand_in(tmp_path, "python3.13", "3.13")
    done = set_up(tmp_path, "3.11", WITHOUT_VENV)
    assert "python3 cannot make virtual environments: using python3.13." in done.stdout


@pytest.mark.parametrize("series", ["2.7", "3.6", "3.10"])
def test_an_old_python_reads_the_script(series, tmp_path):
    found = sorted(Path.home().glob(f".pyenv/versions/{series}*/bin/python")) or [shutil.which(f"python{series}")]
    if not found[0]:
        pytest.skip(f"there is no Python {series} on this machine")
    done = subprocess.run([found[0], SETUP], env={"PATH": str(tmp_path)}, capture_output=True, text=True)
    assert done.returncode == 1
    assert "The book needs Python 3.11, 3.12 or 3.13" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_disk_without_room_is_noticed_before_anything_is_installed(monkeypatch):
    usage = shutil.disk_usage(ROOT)._replace(free=1.2e9)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(SystemExit, match=r"needs \d GB, .* has 1\.2 GB free: make room"):
        install.check_machine()


def test_an_intel_mac_is_told_that_tensorflow_left_it(monkeypatch):
    monkeypatch.setattr("platform.system", lambda: "Darwin")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    with pytest.raises(SystemExit, match="no builds for Intel Macs"):
        install.check_machine()


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("error: failed to copy: No space left on device (os error 28)", "The disk is full: free"),
        ("OSError: [Errno 122] Disk quota exceeded", "The disk is full: free"),
        ("  Caused by: dns error: failed to lookup address information", "connect to the network"),
        ("WARNING: Retrying after NewConnectionError: Name or service not known", "connect to the network"),
        ("Operation not permitted", None),
    ],
)
def test_what_an_installer_says_becomes_advice(said, advice):
    sentence = install.explain(said)
    assert sentence is None if advice is None else advice in sentence


def test_a_command_that_fails_ends_in_the_advice(capfd):
    with pytest.raises(SystemExit, match="The disk is full"):
        install.run("sh", "-c", "echo 'No space left on device' >&2; exit 1")
    assert "No space left on device" in capfd.readouterr().out


@pytest.fixture
def steps(tmp_path, monkeypatch):
    """The steps of an installation in an empty folder, written down instead of taken."""
    taken = []

    def take(*command):
        taken.append(next(word for word in map(str, command) if word in ("venv", "ensurepip", "install", "sync")))
        if taken[-1] == "venv":
            shutil.rmtree(tmp_path / ".venv", ignore_errors=True)
            install.programs(tmp_path / ".venv").mkdir(parents=True)
        if taken[-1] == "sync" and (tmp_path / "full").exists():
            sys.exit("The disk is full")

    monkeypatch.setattr(install, "ROOT", tmp_path)
    monkeypatch.setattr(install, "run", take)
    monkeypatch.setattr(install, "check_machine", lambda: None)
    monkeypatch.chdir(tmp_path)
    return taken


def test_an_installation_from_nothing(steps, tmp_path):
    install.main()
    assert steps == ["venv", "ensurepip", "install", "sync"]
    assert (tmp_path / ".venv" / "ready").exists()


def test_an_installation_that_was_cut_short_starts_afresh(steps, tmp_path, monkeypatch):
    (tmp_path / "full").touch()
    with pytest.raises(SystemExit):
        install.main()
    assert not (tmp_path / ".venv" / "ready").exists()
    (tmp_path / "full").unlink()
    monkeypatch.setattr(install, "succeeds", lambda *command: True)  # everything looks as if it were there
    steps.clear()
    install.main()
    assert steps == ["venv", "sync"]


def test_a_change_of_the_lock_keeps_what_is_installed(steps, monkeypatch):
    install.main()
    monkeypatch.setattr(install, "succeeds", lambda *command: True)
    steps.clear()
    install.main()
    assert steps == ["sync"]


def test_half_a_python_is_not_taken_for_a_whole_one(tmp_path):
    (tmp_path / "python").write_text("half of a program")
    assert not install.whole(tmp_path / "python")
    assert not install.whole(tmp_path / "nothing")


def test_make_sets_up_again_only_when_the_lock_has_changed(tmp_path):
    copy_of_the_house(tmp_path)
    question = ["make", "--question", ".venv/ready"]
    assert subprocess.run(question, cwd=tmp_path, capture_output=True).returncode == 1
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "ready").touch()
    assert subprocess.run(question, cwd=tmp_path, capture_output=True).returncode == 0
    later = (tmp_path / ".venv" / "ready").stat().st_mtime + 1
    os.utime(tmp_path / "uv.lock", (later, later))
    assert subprocess.run(question, cwd=tmp_path, capture_output=True).returncode == 1


def test_make_without_a_python_says_so(tmp_path):
    copy_of_the_house(tmp_path)
    done = subprocess.run(["make", "book", "PYTHON=no-such-python"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode != 0
    assert "There is no no-such-python here. Install Python 3.11, 3.12 or 3.13" in done.stdout


def copy_of_the_house(folder):
    """Copy what the set-up needs, without what it installs."""
    if not shutil.which("make"):
        pytest.skip("there is no make on this machine")
    for name in ("Makefile", "pyproject.toml", "uv.lock"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "tools", folder / "tools")
