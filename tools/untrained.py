"""What the code cells of a chapter do in a quick run without training: claims about training have to fail there.

Where they do, and nothing else fails, it is kept in `book/results/untrained/<chapter>.json`, with the digests of the
chapter and of all that it uses of `helpers`, and holds as long as these are today's; else the chapter runs again.
"""

import json
import tempfile

from helpers import digest, ledger, runtime
from tools import chapters, notebooks, stale

TRAINED = "claim-trained"
VARIABLES = {"BOOK_PROFILE": "quick", "BOOK_UNTRAINED": "1", "BOOK_SEED": ""}


def cells(path, *, folder=None):
    """Return a dictionary for each code cell: its `id`, `label`, `tags`, and `error`, [class, message] or None."""
    folder = folder or ledger.results()
    stored, notebook = folder / "untrained" / f"{path.stem}.json", chapters.read(path)
    known = _known(stored, folder, path.resolve().parent.parent)
    if known and [(cell["id"], cell["tags"]) for cell in known] == [
        (c.id, _tags(c)) for c in notebooks.cells(notebook)
    ]:
        return known
    found = run(path, notebook)
    return _note(path, found, stored)["cells"] if sound(found) else found


def sound(cells):
    """Return whether each claim about training fails by its assertion, and no other cell at all."""
    return all((cell["error"] or [""])[0] == ("AssertionError" if TRAINED in cell["tags"] else "") for cell in cells)


def run(path, notebook):
    """Run a chapter untrained, with no trained networks to load, and return what its cells did."""
    with tempfile.TemporaryDirectory() as weights:
        variables = VARIABLES | {"BOOK_WEIGHTS": weights}
        notebooks.run(notebook, path.parent, variables=variables, allow_errors=True)
    return [
        {"id": cell.id, "label": notebooks.label(cell), "tags": _tags(cell), "error": _error(cell)}
        for cell in notebooks.cells(notebook)
    ]


def _known(stored, folder, root):
    fresh = stored.is_file() and not stale.why(stored, folder, root)
    return json.loads(stored.read_text(encoding="utf-8"))["cells"] if fresh else None


def _note(path, cells, stored):
    used = notebooks.code(path, profile="quick")
    record = {"name": path.stem, "profile": "quick", "hardware": runtime.hardware(), "versions": runtime.versions()}
    return ledger.save(stored, record | {"modules": used, "code": digest.combined(used), "cells": cells})


def _tags(cell):
    return sorted(cell.metadata.get("tags", []))


def _error(cell):
    found = notebooks.error(cell)
    return found and [found[0], found[1][:300]]
