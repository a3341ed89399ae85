"""The set-up cell: the first shown code of every chapter, the same in all. `make address` writes it.

A chapter opened in Colab is the notebook alone in an empty folder. The cell brings in the package of the same
version, leaves TensorFlow and all else as they are, and does nothing where the package is importable.
"""

from tools import chapters

FIRST_LINE = "# Set-up, the same in every chapter: fetches `helpers` where it is missing."
TEMPLATE = """\
{first_line}
from importlib.util import find_spec

BOOK = "{owner}/{repository}"  # on GitHub
if not find_spec("helpers"):
    !pip install -q --no-deps git+https://github.com/{{BOOK}}@v{version}
try:
    from helpers import runtime
except ImportError as error:
    absent = f"`helpers` is not at {{BOOK}}: set BOOK to the book's address"
    other = "another package is called helpers: `!pip uninstall -y helpers`, restart"
    raise ImportError(other if find_spec("helpers") else absent) from error

seed = runtime.start()"""


def source(root=chapters.ROOT):
    """Return the text of the set-up cell for the book's address and version."""
    owner, repository = chapters.address(root)
    version = chapters.version(root)
    return TEMPLATE.format(first_line=FIRST_LINE, owner=owner, repository=repository, version=version)


def find(notebook):
    """Return the set-up cell of a notebook, or None."""
    cells = (cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.startswith("# Set-up"))
    return next(cells, None)


def refresh(path, root=chapters.ROOT):
    """Write the current set-up cell into one chapter; return True where it changed."""
    notebook = chapters.read(path)
    cell = find(notebook)
    if cell is None or cell.source == source(root):
        return False
    cell.source = source(root)
    chapters.write(path, notebook)
    return True
