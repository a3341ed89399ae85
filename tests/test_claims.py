"""Facts about `make claims`: every claim is seen for every seed, no run is repeated, no failure is lost."""

import json
import sys

import nbformat
import pytest
from nbclient.exceptions import CellTimeoutError

from helpers import digest
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


def test_what_the_full_profile_would_choose_is_no_other_code(chapter, tmp_path, monkeypatch):
    monkeypatch.setattr(claims, "observe", lambda path, seed: ({"small": ("x", True)}, []))

    def seeds_after(steps, count):
        write(chapter, ("setup", f"steps = runtime.choose({steps})"), ("small", SMALL, "claim"))
        return claims.collect(chapter, count, folder=tmp_path)["seeds"]

    assert seeds_after("quick=1, full=2", 2) == [0, 1]
    assert seeds_after("quick=1, full=3", 1) == [0, 1]
    assert seeds_after("quick=2, full=3", 1) == [0]


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


def test_the_modules_that_only_show_results_exist():
    assert set(digest.digests(*notebooks.DISPLAY)) == set(notebooks.DISPLAY)


def test_a_claim_that_was_not_reached_did_not_hold_whatever_the_chapter_has_stored(chapter, monkeypatch):
    book = nbformat.read(chapter, as_version=4)
    for cell in book.cells:
        cell.execution_count = 7  # as after a full run
    nbformat.write(book, chapter)

    def stopped(notebook, *_, **__):
        notebook.cells[0].execution_count = 1
        raise CellTimeoutError("the first cell took too long")

    monkeypatch.setattr(notebooks, "run", stopped)
    found, errors = claims.observe(chapter, 0)
    assert [held for _, held in found.values()] == [False, False]
    assert errors == ["CellTimeoutError: the first cell took too long"]


def test_a_run_that_was_stopped_is_not_stored_and_a_later_call_repeats_it(chapter, tmp_path, monkeypatch, capsys):
    whole, late = ({"small": ("x", True)}, []), ({"small": ("x", False)}, ["DeadKernelError: gone"])
    monkeypatch.setattr(claims, "observe", lambda path, seed: late if seed == 1 else whole)
    assert claims.collect(chapter, 3, folder=tmp_path)["seeds"] == [0, 2]
    assert "seed 1: not stored, for it did not reach its end: DeadKernelError: gone" in capsys.readouterr().out
    monkeypatch.setattr(claims, "observe", lambda path, seed: whole)
    assert claims.collect(chapter, 3, folder=tmp_path)["seeds"] == [0, 2, 1]


def test_seeds_that_are_missing_are_a_failure(monkeypatch):
    record = {"name": "chapter", "seeds": [0], "seconds": [1.0], "claims": {}, "errors": {}}
    monkeypatch.setattr(claims, "collect", lambda *_: record)
    monkeypatch.setattr(sys, "argv", ["claims", "repeat", "--seeds", "2"])
    with pytest.raises(SystemExit) as stop:
        claims.main()
    assert stop.value.code == 1
