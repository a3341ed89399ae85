"""Which chapters have run to their end on Colab's packages, so that `make test-colab` repeats none for nothing.

A passed rehearsal is noted in `book/results/rehearsals/<chapter>.json`, with the digests of the chapter and of all that
it uses of `helpers`, the packages, and how `helpers` is packed (`pyproject.toml`). It counts while these are today's.
"""

import hashlib
import json

from helpers import digest, ledger, runtime
from tools import chapters, notebooks, stale


def known(path, packages, *, folder=None):
    """Return the seconds that a chapter's rehearsal took, or None where it has to be repeated."""
    folder = folder or ledger.results()
    stored, root = folder / "rehearsals" / f"{path.stem}.json", path.resolve().parent.parent
    if not stored.is_file() or stale.why(stored, folder, root):
        return None
    record = json.loads(stored.read_text(encoding="utf-8"))
    same = record.get("packages") == list(packages) and record.get("packed") == packed(root)
    return record["seconds"] if same else None


def note(path, packages, *, seconds, folder=None):
    """Note that a chapter has passed; return the record."""
    root = path.resolve().parent.parent
    used = notebooks.code(path, profile="quick")
    record = {"name": path.stem, "profile": "quick", "seconds": round(seconds, 1), "hardware": runtime.hardware()}
    record |= {"packages": list(packages), "packed": packed(root), "modules": used, "code": digest.combined(used)}
    return ledger.save((folder or ledger.results()) / "rehearsals" / f"{path.stem}.json", record)


def packed(root=chapters.ROOT):
    """Return the digest of the file that says what is installed with `helpers`, and what it needs."""
    return hashlib.sha256((root / "pyproject.toml").read_bytes()).hexdigest()[:16]
