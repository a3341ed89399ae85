"""Which chapters have run to their end on Colab's packages, so that `make test-colab` repeats none for nothing.

A passed rehearsal is noted in `book/results/rehearsals/<chapter>.json`, with the digests of the chapter and of all that
it uses of `helpers`, the packages, and how `helpers` is packed (`pyproject.toml`). It counts while these are today's.
"""

import hashlib

from tools import stale


def known(path, packages, *, folder=None):
    """Return the seconds that a chapter's rehearsal took, or None where it has to be repeated."""
    record = stale.today(path, "rehearsals", folder=folder, **_installed(path, packages))
    return record and record["seconds"]


def note(path, packages, *, seconds, folder=None):
    """Note that a chapter has passed; return the record."""
    more = {"seconds": round(seconds, 1)} | _installed(path, packages)
    return stale.stamp(path, "rehearsals", profile="quick", folder=folder, **more)


def _installed(path, packages):
    root = path.resolve().parent.parent
    packed = hashlib.sha256((root / "pyproject.toml").read_bytes()).hexdigest()[:16]
    return {"packages": list(packages), "packed": packed}
