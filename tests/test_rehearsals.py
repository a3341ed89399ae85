"""Facts about rehearsals of Colab: one that passed counts until something has changed that it depends on."""

import json

import nbformat
import pytest

from tools import rehearsals, stale

PACKAGES = ("tensorflow==2.20.*", "pip")


@pytest.fixture
def chapter(tmp_path):
    """A chapter in a project of its own, which uses one module of `helpers`."""
    (tmp_path / "helpers").mkdir()
    (tmp_path / "helpers" / "__init__.py").write_text("")
    (tmp_path / "helpers" / "lamps.py").write_text("def lit():\n    return 1\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    (tmp_path / "book").mkdir()
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("from helpers import lamps\nlamps.lit()")])
    nbformat.write(book, tmp_path / "book" / "chapter.ipynb")
    return tmp_path / "book" / "chapter.ipynb"


@pytest.fixture
def results(chapter):
    rehearsals.note(chapter, PACKAGES, seconds=61.34, folder=chapter.parent / "results")
    return chapter.parent / "results"


def test_one_that_was_never_seen_is_not_known(chapter, tmp_path):
    assert rehearsals.known(chapter, PACKAGES, folder=tmp_path) is None


def test_one_that_passed_is_known_with_its_seconds(chapter, results):
    assert rehearsals.known(chapter, PACKAGES, folder=results) == 61.3
    record = json.loads((results / "rehearsals" / "chapter.json").read_text())
    assert sorted(record["modules"]) == ["book.chapter", "helpers.lamps"]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("helpers/lamps.py", "def lit():\n    return 2\n"),
        ("pyproject.toml", "[project]\nversion = '2'\n"),
        ("book/results/rehearsals/chapter.json", "{"),
    ],
)
def test_another_module_package_or_file_asks_for_a_new_one(chapter, results, file, text):
    (chapter.parent.parent / file).write_text(text)
    assert rehearsals.known(chapter, PACKAGES, folder=results) is None


def test_other_packages_ask_for_a_new_one(chapter, results):
    assert rehearsals.known(chapter, (*PACKAGES, "numpy==2.1.*"), folder=results) is None


def test_another_cell_asks_for_a_new_one_and_another_sentence_does_not(chapter, results):
    book = nbformat.read(chapter, as_version=4)
    book.cells.append(nbformat.v4.new_markdown_cell("A sentence."))
    nbformat.write(book, chapter)
    assert rehearsals.known(chapter, PACKAGES, folder=results) == 61.3
    book.cells.append(nbformat.v4.new_code_cell("1 + 1"))
    nbformat.write(book, chapter)
    assert rehearsals.known(chapter, PACKAGES, folder=results) is None


def test_it_is_among_the_stored_results_with_the_command_that_repeats_it(chapter, results):
    (stored,) = stale.stored(results)
    assert stale.remedy(stored, results) == "make test-colab ARGS='-k chapter'"
    assert stale.why(stored, results, chapter.parent.parent) == []


def test_rehearse_all_asks_for_every_one(chapter, results, monkeypatch):
    monkeypatch.setenv("REHEARSE", "all")
    assert rehearsals.known(chapter, PACKAGES, folder=results) is None
