"""Claims about trained networks fail on untrained ones: each chapter runs, and its training takes no step."""

import pytest

from tools import chapters, notebooks

NOTEBOOKS = chapters.notebooks()


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def untrained(request, tmp_path_factory):
    """The chapter after a quick run without training, with no trained networks to load."""
    notebook = chapters.read(request.param)
    variables = {"BOOK_PROFILE": "quick", "BOOK_UNTRAINED": "1", "BOOK_SEED": ""}
    variables["BOOK_WEIGHTS"] = str(tmp_path_factory.mktemp("weights"))
    notebooks.run(notebook, request.param.parent, variables=variables, allow_errors=True)
    return notebook


def outcomes(notebook, tag):
    return {notebooks.label(cell): notebooks.error(cell) for cell in notebooks.cells(notebook, tag)}


def test_a_chapter_claims_something(untrained):
    assert notebooks.cells(untrained, "claim")


def test_a_claim_about_training_is_a_claim(untrained):
    cells = notebooks.cells(untrained, "claim-trained")
    assert all("claim" in cell.metadata["tags"] for cell in cells)


def test_every_claim_about_training_fails_without_it(untrained):
    found = outcomes(untrained, "claim-trained")
    assert [text for text, error in found.items() if error is None] == [], "these hold for an untrained network"
    others = {text: error for text, error in found.items() if error[0] != "AssertionError"}
    assert others == {}, "these fail for another reason than their assertion"


def test_every_other_cell_runs_without_training(untrained):
    trained = notebooks.cells(untrained, "claim-trained")
    others = [cell for cell in notebooks.cells(untrained) if cell not in trained]
    assert {notebooks.label(cell): notebooks.error(cell) for cell in others if notebooks.error(cell)} == {}
