"""Find a Python that can run the book and hand over to `install.py`. Called with whatever `python3` is there.

This file also runs on very old Pythons, where all it has to do is find a newer one or say what to install.
"""

from __future__ import print_function

import os
import subprocess
import sys

OLDEST, TOO_NEW = (3, 11), (3, 14)
OTHERS = ("python3.13", "python3.12", "python3.11")
PROBE = "import sys; print('%d.%d' % sys.version_info[:2]); import venv, ensurepip, ssl; print('complete')"


def main():
    this = sys.executable or "python3"
    tried = []
    for command in (this,) + OTHERS:  # noqa: RUF005
        version, complete = probe(command)
        if supported(version) and complete:
            return hand_over(command, this, tried)
        if version:
            tried.append((command, version, complete))
    sys.exit(advice(tried))


def probe(command):
    """Return ((major, minor), whether it has venv), or (None, False) where the command does not run."""
    try:
        process = subprocess.Popen([command, "-c", PROBE], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        lines = process.communicate()[0].decode("ascii", "replace").split()
        return tuple(int(part) for part in lines[0].split(".")), "complete" in lines
    except (OSError, IndexError, ValueError):
        return None, False


def supported(version):
    return version is not None and OLDEST <= version < TOO_NEW


def hand_over(command, this, tried):
    if tried:
        lacks = "is Python %s, which TensorFlow does not support" % dotted(tried[0][1])
        lacks = "cannot make virtual environments" if supported(tried[0][1]) else lacks
        print("%s %s: using %s." % (this, lacks, command))
        sys.stdout.flush()
    install = os.path.join(os.path.dirname(os.path.abspath(__file__)), "install.py")
    sys.exit(subprocess.call([command, install]))


def advice(tried):
    """Return the sentence for a machine on which no Python will do."""
    unfinished = [version for _, version, _ in tried if supported(version)]
    if unfinished:
        name = dotted(unfinished[0])
        return (
            "Python %s is here, but not its part that makes virtual environments. On Debian and Ubuntu:\n"
            "    sudo apt install python%s-venv\nand run the command again." % (name, name)
        )
    return (
        "The book needs Python 3.11, 3.12 or 3.13 (TensorFlow has no other builds); this one is %s.\n"
        "Install one of them (python.org, your system's packages, conda or uv) and run the command again,\n"
        "with PYTHON=/path/to/python3.12 if it is not on the PATH." % (dotted(tried[0][1]) if tried else "unknown")
    )


def dotted(version):
    return "%d.%d" % version


if __name__ == "__main__":
    main()
