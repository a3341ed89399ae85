"""Claims about trained networks fail on untrained ones: each chapter runs, and its training takes no step.

A chapter that has been seen with today's code is not run again: `tools/untrained.py` keeps what its cells did.
"""

import pytest

from tools import chapters, untrained

NOTEBOOKS = chapters.notebooks()


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def cells(request):
    """What the code cells of a chapter do without training."""
    return untrained.cells(request.param)


def tagged(cells, tag):
    return {named(cell): cell["error"] for cell in cells if tag in cell["tags"]}


def named(cell):
    return f"{cell['id']}: {cell['label']}"


def test_a_chapter_claims_something(cells):
    assert tagged(cells, "claim")


def test_a_claim_about_training_is_a_claim(cells):
    assert all("claim" in cell["tags"] for cell in cells if "claim-trained" in cell["tags"])


def test_every_claim_about_training_fails_without_it(cells):
    found = tagged(cells, "claim-trained")
    assert [text for text, error in found.items() if error is None] == [], "these hold for an untrained network"
    others = {text: error for text, error in found.items() if error[0] != "AssertionError"}
    assert others == {}, "these fail for another reason than their assertion"


def test_every_other_cell_runs_without_training(cells):
    others = [cell for cell in cells if "claim-trained" not in cell["tags"]]
    assert {named(cell): cell["error"] for cell in others if cell["error"]} == {}
