"""Facts about `make claims`: every claim is seen for every seed, no run is repeated, no failure is lost."""

import json

import nbformat
import pytest

from tools import claims, notebooks

SET_UP = "import os\n\nseed = int(os.environ['BOOK_SEED'])"
SMALL = "# The seed is below two.\nassert seed < 2, f'seed {seed}'"
ALWAYS = "total = 1 + 1\nassert total == 2  # arithmetic"


def write(path, *cells):
    """Write a chapter; a cell is (id, source, tags)."""
    book = nbformat.v4.new_notebook()
    book.cells = [
        nbformat.v4.new_code_cell(text, id=name, metadata={"tags": list(tags)}) for name, text, *tags in cells
    ]
    path.parent.mkdir(exist_ok=True)
    nbformat.write(book, path)
    return path


@pytest.fixture
def chapter(tmp_path):
    cells = [("setup", SET_UP), ("small", SMALL, "claim", "claim-trained"), ("always", ALWAYS, "claim")]
    return write(tmp_path / "book" / "chapter.ipynb", *cells)


def test_a_claim_is_recorded_for_each_seed_and_a_second_call_runs_only_what_is_missing(chapter, tmp_path, monkeypatch):
    record = claims.collect(chapter, 1, folder=tmp_path)
    first = json.loads((tmp_path / "chapter.json").read_text())
    assert first == record
    assert first["claims"]["small"] == {"claim": "The seed is below two.", "held": [True]}
    assert first["claims"]["always"] == {"claim": "assert total == 2  # arithmetic", "held": [True]}
    assert (first["seeds"], first["profile"], first["errors"]) == ([0], "quick", {})
    assert list(first["modules"]) == ["book.chapter"]
    assert not claims.failures(first)

    ran = []
    observe = claims.observe
    monkeypatch.setattr(claims, "observe", lambda path, seed: ran.append(seed) or observe(path, seed))
    record = claims.collect(chapter, 3, folder=tmp_path)
    assert ran == [1, 2]
    assert record["claims"]["small"]["held"] == [True, True, False]
    assert record["claims"]["always"]["held"] == [True, True, True]
    assert record["errors"] == {"2": ["cell small: AssertionError: seed 2"]}
    assert claims.failures(record) == [2]
    shown = claims.table(record)
    assert "2 of 3   The seed is below two.   FAILED for seed 2" in shown
    assert "seed 2: cell small: AssertionError: seed 2" in shown


def test_another_code_starts_from_nothing(chapter, tmp_path, monkeypatch):
    monkeypatch.setattr(claims, "observe", lambda path, seed: ({"small": ("x", True)}, []))
    claims.collect(chapter, 2, folder=tmp_path)
    write(
        chapter,
        ("setup", SET_UP + "  # a comment does not count"),
        ("small", SMALL, "claim"),
        ("always", ALWAYS),
    )
    assert claims.collect(chapter, 1, folder=tmp_path)["seeds"] == [0, 1]
    write(chapter, ("setup", SET_UP), ("small", SMALL.replace("2", "3"), "claim"))
    assert claims.collect(chapter, 1, folder=tmp_path)["seeds"] == [0]


def test_a_cell_that_fails_is_a_failure_though_every_claim_held(tmp_path):
    path = write(tmp_path / "book" / "broken.ipynb", ("setup", SET_UP), ("plot", "1 / 0"), ("always", ALWAYS, "claim"))
    found, errors = claims.observe(path, 0)
    assert found == {"always": ("assert total == 2  # arithmetic", True)}
    assert errors == ["cell plot: ZeroDivisionError: division by zero"]
    record = {"name": "broken", "seeds": [], "seconds": [], "claims": {}, "errors": {}}
    claims.add(record, 0, 1.0, found, errors)
    assert claims.failures(record) == [0]


def test_a_claim_that_was_never_reached_did_not_hold(tmp_path):
    cells = [("setup", SET_UP), ("death", "os._exit(1)"), ("always", ALWAYS, "claim")]
    found, errors = claims.observe(write(tmp_path / "book" / "dead.ipynb", *cells), 0)
    assert found["always"][1] is False
    assert errors == ["DeadKernelError: Kernel died"]


def test_a_chapter_uses_what_it_imports_and_what_that_imports(tmp_path):
    for name, text in {
        "__init__": "",
        "runtime": "import os",
        "plots/__init__": "from helpers.plots import house",
        "plots/house": "",
        "training": "from . import runtime",
        "models/__init__": "",
        "models/unet": "from .. import layers\nfrom helpers.training import fit",
        "models/other": "",
        "layers": "",
    }.items():
        (tmp_path / "helpers" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "helpers" / f"{name}.py").write_text(text)
    source = "import helpers\nfrom helpers import plots, __version__\nfrom helpers.models import unet"
    write(tmp_path / "book" / "chapter.ipynb", ("a", source))
    used = ["book.chapter", *(f"helpers.{name}" for name in ("layers", "models.unet", "runtime", "training"))]
    assert notebooks.uses("book.chapter", without=notebooks.DISPLAY, root=tmp_path) == used
    everything = sorted([*used, "helpers.plots", "helpers.plots.house"])
    assert notebooks.uses("book.chapter", root=tmp_path) == everything
    assert list(notebooks.code(tmp_path / "book" / "chapter.ipynb")) == everything


def test_the_modules_that_only_show_results_exist():
    assert [name for name in notebooks.DISPLAY if not notebooks.files(notebooks.ROOT / name.replace(".", "/"))] == []
