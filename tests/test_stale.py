"""Facts about `make stale`: it names every stored result whose code has changed, and only those."""

import json

import nbformat
import pytest

from helpers import ledger
from tools import stale

MODULES = ["helpers.ledger"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Results of each kind, all of today's code."""
    folder = tmp_path / "book" / "results"
    monkeypatch.setenv("BOOK_PROFILE", "full")
    monkeypatch.setattr(ledger, "results", lambda: folder)
    ledger.write("demo", {"sse": 3.0}, seeds=[0], seconds=1, modules=MODULES)
    ledger.save_run("demo", "dense", 0, {"sse": 3.0}, seconds=1, modules=MODULES)
    record = ledger.read("demo")
    for kind in ("claims", "outputs"):
        ledger.save(folder / kind / "chapter.json", {"modules": record["modules"]})
    return folder


def outcome(capsys):
    with pytest.raises(SystemExit) as exit:
        stale.main()
    return exit.value.code, capsys.readouterr().out


def age(path):
    """Make a stored result one of another code."""
    path.write_text(path.read_text().replace(ledger.digests(*MODULES)[MODULES[0]], "0" * 16))
    record = json.loads(path.read_text())
    if "code" in record:
        ledger.save(path, record | {"code": ledger.combined(record["modules"])})


def test_results_of_todays_code_are_not_stale(folder, capsys):
    assert outcome(capsys) == (0, "4 stored results, 0 stale.\n")


@pytest.mark.parametrize(
    ("path", "command"),
    [
        ("demo.json", "make benchmarks NAME=demo"),
        ("runs/demo/dense-0.json", "make benchmarks NAME=demo"),
        ("claims/chapter.json", "make claims CHAPTER=chapter"),
        ("outputs/chapter.json", "make execute CHAPTER=chapter"),
    ],
)
def test_a_stale_result_is_named_with_its_reason_and_remedy(folder, capsys, path, command):
    age(folder / path)
    status, printed = outcome(capsys)
    assert status == 1
    assert printed.splitlines() == [
        f"book/results/{path}: helpers.ledger has changed: {command}",
        "4 stored results, 1 stale.",
    ]


@pytest.mark.parametrize("content", ["{", "{}", "[]", '{"modules": 3}'])
@pytest.mark.parametrize("path", ["demo.json", "claims/chapter.json"])
def test_a_file_that_is_no_result_is_named_too(folder, capsys, content, path):
    (folder / path).write_text(content)
    status, printed = outcome(capsys)
    assert status == 1
    assert f"book/results/{path}: not a stored result" in printed


def test_an_executed_chapter_is_stale_once_its_code_changes(tmp_path, monkeypatch):
    monkeypatch.setenv("BOOK_PROFILE", "full")
    path = tmp_path / "book" / "chapter.ipynb"
    path.parent.mkdir()
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x = 1")])
    nbformat.write(book, path)
    record = stale.stamp(path, seconds=12.34, folder=tmp_path / "outputs")
    assert (record["profile"], record["seconds"]) == ("full", 12.3)
    stored = tmp_path / "outputs" / "chapter.json"
    assert stale.why(stored, tmp_path, root=tmp_path) == []
    book.cells[0].source = "x = 2"
    nbformat.write(book, path)
    assert stale.why(stored, tmp_path, root=tmp_path) == ["book.chapter has changed"]
