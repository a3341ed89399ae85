"""Facts about runs without training: a chapter runs once, and again when its code, its tags or `helpers` change."""

import nbformat
import pytest

from tools import stale, untrained

CELLS = (
    ("seed", "import os\nfrom helpers import lamps", ()),
    ("learnt", "assert lamps.lit() > 1", ("claim-trained", "claim")),
)


@pytest.fixture
def chapter(tmp_path):
    """A chapter in a project of its own, which uses one module of `helpers`."""
    (tmp_path / "helpers").mkdir()
    (tmp_path / "helpers" / "lamps.py").write_text("def lit():\n    return 1\n")
    return write(tmp_path / "book" / "chapter.ipynb", *CELLS)


def write(path, *cells):
    book = nbformat.v4.new_notebook()
    book.cells = [nbformat.v4.new_code_cell(text, id=name, metadata={"tags": list(tags)}) for name, text, tags in cells]
    path.parent.mkdir(exist_ok=True)
    nbformat.write(book, path)
    return path


@pytest.fixture
def ran(monkeypatch, chapter):
    """The names of the chapters that run, which is pretended: the claim fails, the rest does not."""
    seen = []

    def run(path, notebook):
        seen.append(path.stem)
        errors = {"learnt": ["AssertionError", ""]}
        cells = [(c.id, sorted(c.metadata.get("tags", []))) for c in notebook.cells if c.cell_type == "code"]
        return [{"id": name, "label": name, "tags": tags, "error": errors.get(name)} for name, tags in cells]

    monkeypatch.setattr(untrained, "run", run)
    return seen


def test_what_was_seen_is_kept_and_listed_among_the_results(chapter, ran, tmp_path):
    first = untrained.cells(chapter, folder=tmp_path / "results")
    assert [(cell["id"], cell["tags"], cell["error"]) for cell in first] == [
        ("seed", [], None),
        ("learnt", ["claim", "claim-trained"], ["AssertionError", ""]),
    ]
    assert untrained.cells(chapter, folder=tmp_path / "results") == first and ran == ["chapter"]
    (stored,) = stale.stored(tmp_path / "results")
    assert stale.why(stored, tmp_path / "results", tmp_path) == []
    assert "test_sabotage" in stale.remedy(stored, tmp_path / "results")


def test_another_helper_cell_or_tag_asks_for_a_run(chapter, ran, tmp_path):
    untrained.cells(chapter, folder=tmp_path)
    (tmp_path / "helpers" / "lamps.py").write_text("def lit():\n    return 2\n")
    untrained.cells(chapter, folder=tmp_path)
    assert len(ran) == 2
    write(chapter, *CELLS, ("more", "1 + 1", ()))
    untrained.cells(chapter, folder=tmp_path)
    assert len(ran) == 3
    write(chapter, *CELLS, ("more", "1 + 1", ("claim",)))
    assert untrained.cells(chapter, folder=tmp_path)[-1]["tags"] == ["claim"] and len(ran) == 4


def test_other_packages_ask_for_a_run(chapter, ran, tmp_path, monkeypatch):
    """Another Python alone does not: the digests agree on all that the book supports."""
    versions = {"python": "3.11.1", "keras": "3.13.0"}
    for changed, runs in (({}, 1), ({"python": "3.12.0"}, 1), ({"keras": "3.15.0"}, 2)):
        versions |= changed
        monkeypatch.setattr(untrained.runtime, "versions", lambda now=dict(versions): now)
        untrained.cells(chapter, folder=tmp_path)
        assert len(ran) == runs


def test_a_file_that_cannot_be_read_asks_for_a_run(chapter, ran, tmp_path):
    untrained.cells(chapter, folder=tmp_path)
    (tmp_path / "untrained" / "chapter.json").write_text("{")
    untrained.cells(chapter, folder=tmp_path)
    assert len(ran) == 2


@pytest.mark.parametrize(
    ("error", "tags"),
    [(["ValueError", ""], []), (["ValueError", ""], ["claim", "claim-trained"]), (None, ["claim", "claim-trained"])],
)
def test_what_is_not_as_it_should_be_is_told_and_not_kept(chapter, monkeypatch, tmp_path, error, tags):
    """A claim that holds untrained, one that fails otherwise, another cell that fails: each is looked at again."""
    found = [{"id": "a", "label": "a", "tags": tags, "error": error}]
    monkeypatch.setattr(untrained, "run", lambda path, notebook: found)
    assert untrained.cells(chapter, folder=tmp_path) == found
    assert not (tmp_path / "untrained").exists()


def test_a_chapter_really_runs_without_training_and_with_no_stored_networks(tmp_path):
    told = "import os\nassert os.environ['BOOK_UNTRAINED'] == '1' and os.environ['BOOK_PROFILE'] == 'quick'"
    empty = "assert os.listdir(os.environ['BOOK_WEIGHTS']) == []"
    chapter = write(
        tmp_path / "book" / "chapter.ipynb", ("a", told, ()), ("b", empty, ()), ("c", "assert False", CELLS[1][2])
    )
    found = untrained.cells(chapter, folder=tmp_path)
    assert [cell["error"] and cell["error"][0] for cell in found] == [None, None, "AssertionError"]
