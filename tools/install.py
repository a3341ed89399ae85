"""Make `.venv` and install what `uv.lock` names. Started by `setup.py`; a second call finishes a first.

Every failure that a reader can mend ends in a sentence that says how.
"""

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

UV = "0.13.8"
ROOT = Path(__file__).resolve().parent.parent
NEEDED_GB = 4  # TensorFlow and the rest take 2.8 GB; the downloads share them where the file system allows

CAUSES = {
    "The disk is full: free {needed} GB in {root} (or in the temporary folder) and run the command again.": (
        "No space left on device",
        "os error 28",
        "Errno 28",
        "Disk quota exceeded",
    ),
    "The package registry cannot be reached: connect to the network (the first run downloads about 1 GB), or "
    "set PIP_INDEX_URL and UV_DEFAULT_INDEX to a mirror, and run the command again.": (
        "dns error",
        "error sending request",
        "Failed to fetch",
        "name resolution",
        "NewConnectionError",
        "Could not find a version that satisfies the requirement uv",
        "Network is unreachable",
        "timed out",
    ),
}


def main():
    os.chdir(ROOT)
    environment = Path(".venv")
    python, unfinished = programs(environment) / "python", environment / "unfinished"
    if unfinished.exists() or not whole(python):  # a package cut short looks whole to every installer
        check_machine()
        print("Installing into .venv: about 1 GB of downloads, once.", flush=True)
        run(sys.executable, "-m", "venv", "--clear", "--without-pip", environment)
    unfinished.touch()
    if not succeeds(python, "-m", "pip", "--version"):
        run(python, "-m", "ensurepip")
    if not succeeds(python, "-c", f"from importlib.metadata import version; assert version('uv') == '{UV}'"):
        run(
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--retries",
            "2",
            f"uv=={UV}",
        )
    run(python, "-m", "uv", "sync", "--frozen", "--inexact", "--no-progress", "--python", python)
    unfinished.unlink()
    (environment / "ready").touch()


def whole(python):
    """Return True where this is a supported Python with pip."""
    return succeeds(python, "-c", "import sys, pip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))")


def succeeds(*command):
    try:
        return subprocess.run(command, capture_output=True).returncode == 0
    except OSError:
        return False


def programs(environment):
    return environment / ("Scripts" if os.name == "nt" else "bin")


def check_machine():
    """Stop with a sentence where the installation cannot end well."""
    if (platform.system(), platform.machine()) == ("Darwin", "x86_64"):
        sys.exit("TensorFlow has no builds for Intel Macs: read the book online or run its chapters in Colab.")
    free = shutil.disk_usage(ROOT).free / 1e9
    if free < NEEDED_GB:
        sys.exit(f"The installation needs {NEEDED_GB} GB, {ROOT} has {free:.1f} GB free: make room and try again.")


def run(*command):
    """Run a command and show its output; where it fails, end with the sentence that fits."""
    quiet = {"UV_PYTHON_DOWNLOADS": "never", "UV_PROJECT_ENVIRONMENT": ".venv", "UV_LINK_MODE": link_mode()}
    variables = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"} | quiet
    said = []
    with subprocess.Popen(
        command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as process:
        for line in process.stdout:
            said.append(line)
            print(line, end="", flush=True)
    if process.returncode:
        sys.exit(
            explain("".join(said)) or f"The installation stopped: {' '.join(map(str, command))} failed, see above."
        )


def explain(output):
    """Return the sentence for the cause that the output names, or None."""
    for sentence, marks in CAUSES.items():
        if any(mark.lower() in output.lower() for mark in marks):
            return sentence.format(needed=NEEDED_GB, root=ROOT)
    return None


def link_mode():
    return os.environ.get("UV_LINK_MODE", "clone" if platform.system() == "Darwin" else "hardlink")


if __name__ == "__main__":
    main()
