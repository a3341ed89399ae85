"""Facts about what a file uses: of a package only the modules in which it finds the names that it uses."""

import nbformat
import pytest

from tools import notebooks
from tools.uses import uses

DATA = """
'''Exports what its modules hold.'''

from helpers.data.pipeline import jitter, mixed as shuffled

from . import catalog
from .readers import mnist

__all__ = ["catalog", "jitter", "mnist", "shuffled"]
"""
FILES = {
    "__init__": "def __getattr__(name):\n    raise AttributeError(name)",
    "runtime": "import os",
    "layers": "from . import runtime",
    "training": "from . import data\n\ndef fit():\n    return data.jitter()",
    "data/__init__": DATA,
    "data/catalog": "",
    "data/pipeline": "from .. import runtime",
    "data/readers": "from . import catalog, streets",
    "data/streets": "",
    "models/__init__": "",
    "models/unet": "from .. import layers\nfrom helpers.training import fit",
    "models/other": "",
    "lazy/__init__": "from .one import a\n\ndef __getattr__(name):\n    return None",
    "lazy/one": "",
    "lazy/two": "",
    "plots/__init__": "from helpers.plots import house",
    "plots/house": "",
}
WHOLE = ["data", "data.catalog", "data.pipeline", "data.readers", "data.streets", "runtime"]


@pytest.fixture
def root(tmp_path):
    for name, text in FILES.items():
        path = tmp_path / "helpers" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def chapter(root, *sources):
    """Write a chapter with these cells and return its path."""
    path = root / "book" / "chapter.ipynb"
    path.parent.mkdir(exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in sources]), path)
    return path


def used(root, *sources):
    """Return what a chapter with these cells uses of `helpers`."""
    chapter(root, *sources)
    first, *rest = uses("book.chapter", root=root)
    assert first == "book.chapter"
    return [name.removeprefix("helpers.") for name in rest]


def test_a_chapter_uses_what_it_imports_and_what_that_imports(root):
    path = chapter(root, "import helpers\nfrom helpers import plots, __version__\nfrom helpers.models import unet")
    names = ["data.pipeline", "layers", "models.unet", "runtime", "training"]
    names = ["book.chapter", *(f"helpers.{name}" for name in names)]
    assert uses("book.chapter", without=notebooks.DISPLAY, root=root) == names
    everything = sorted([*names, "helpers.plots", "helpers.plots.house"])
    assert uses("book.chapter", root=root) == everything
    assert list(notebooks.code(path)) == everything


@pytest.mark.parametrize(
    "source",
    [
        "from helpers import data\ndata.jitter()",
        "from helpers import data as d\nx = d.jitter().batch",
        "from helpers import data\nx = [data.shuffled for _ in range(3)]",
        "from helpers.data import jitter\njitter()",
        "from helpers.data import jitter as move, shuffled",
        "from helpers.data import pipeline\npipeline.jitter()",
        "from helpers.data.pipeline import jitter",
        "import helpers.data.pipeline",
    ],
)
def test_a_package_stands_for_the_modules_that_hold_what_is_used_of_it(root, source):
    assert used(root, source) == ["data.pipeline", "runtime"]


def test_names_of_several_modules_are_all_found_and_cells_are_one_file(root):
    assert used(root, "from helpers import data", "data.catalog.card()") == ["data.catalog"]
    assert used(root, "from helpers import data", "data.mnist()") == ["data.catalog", "data.readers", "data.streets"]
    assert used(root, "from helpers import data", "data.mnist(data.jitter)") == WHOLE[1:]


@pytest.mark.parametrize(
    "use",
    ["", "show(data)", "data.jitter(), [data]", "other = data", "getattr(data, name)", "data = 1", "data.jitter = fake",
     "data.unknown", "data.__file__", "del data"],
)  # fmt: skip
def test_a_package_used_in_another_way_stands_for_all_of_its_modules(root, use):
    assert used(root, f"from helpers import data\n{use}") == WHOLE


@pytest.mark.parametrize("source", ["from helpers.data import *", "import helpers.data", "import helpers.data as data"])
def test_other_imports_of_a_package_stand_for_all_of_its_modules(root, source):
    assert used(root, f"{source}\ndata.jitter()") == WHOLE


def test_a_package_that_does_more_than_import_stands_for_all_of_its_modules(root):
    assert used(root, "from helpers import lazy\nlazy.a()") == ["lazy", "lazy.one"]
    (root / "helpers/lazy/__init__.py").write_text("from .one import a\na = 2 * a")
    assert used(root, "from helpers import lazy\nlazy.a()") == ["lazy", "lazy.one"]


def test_a_digest_knows_the_modules_that_are_used_and_no_others(root):
    path = chapter(root, "from helpers import data\ndata.jitter()")
    before = notebooks.code(path)
    for other in ("data/readers", "data/streets", "training"):
        (root / "helpers" / f"{other}.py").write_text("def added():\n    pass")
    (root / "helpers/data/new.py").write_text("")
    (root / "helpers/data/__init__.py").write_text(DATA + "from .new import more")
    assert notebooks.code(path) == before
    (root / "helpers/data/pipeline.py").write_text("from .. import runtime\n\nWIDTH = 3")
    assert {name for name, value in notebooks.code(path).items() if value != before[name]} == {"helpers.data.pipeline"}


def test_a_name_that_moves_to_another_module_is_another_use(root):
    source = "from helpers import data\ndata.jitter()"
    (root / "helpers/data/__init__.py").write_text("from .streets import jitter")
    assert used(root, source) == ["data.streets"]
