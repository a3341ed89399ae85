"""What the code cells of a chapter do in a quick run without training: claims about training have to fail there.

Where they do, and nothing else fails, it is kept in `book/results/untrained/<chapter>.json`, with the digests of the
chapter and of all that it uses of `helpers`, and holds while these and the packages are today's; else the chapter runs
again. With `REHEARSE=all make test` every chapter does.
"""

import tempfile

from helpers import runtime
from tools import chapters, notebooks, stale

TRAINED = "claim-trained"
VARIABLES = {"BOOK_PROFILE": "quick", "BOOK_UNTRAINED": "1", "BOOK_SEED": ""}


def cells(path, *, folder=None):
    """Return a dictionary for each code cell: its `id`, `label`, `tags`, and `error`, [class, message] or None."""
    notebook = chapters.read(path)
    given = {"tags": {cell.id: _tags(cell) for cell in notebooks.cells(notebook)}, "packages": _packages()}
    record = stale.today(path, "untrained", folder=folder, **given)
    if record:
        return record["cells"]
    found = run(path, notebook)
    if sound(found):
        stale.stamp(path, "untrained", profile="quick", folder=folder, cells=found, **given)
    return found


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


def _packages():
    return {name: version for name, version in runtime.versions().items() if name != "python"}


def _tags(cell):
    return sorted(cell.metadata.get("tags", []))


def _error(cell):
    found = notebooks.error(cell)
    return found and [found[0], found[1][:300]]
