"""Facts about the chapters as files: one set-up cell, a full run in order, light, every figure described."""

import base64
import re
from collections import Counter

import pytest

from helpers import plots
from tools import chapters, setup_cell

NOTEBOOKS = chapters.notebooks()
PATHS = re.compile(r"(?:/home/|/root/|/tmp/|/Users/|/usr/lib/|/content/|site-packages|[A-Z]:\\Users)")
DATA_URI = re.compile(r"data:image/(\w+);base64,([A-Za-z0-9+/=]+)")
IMAGE = re.compile(r"!\[([^\]]*)\]\(")

pytestmark = pytest.mark.parametrize(
    "notebook", [chapters.read(path) for path in NOTEBOOKS], ids=[path.stem for path in NOTEBOOKS]
)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def bundles(notebook):
    """Yield (cell, {mime type: data}) for every output that shows something."""
    for cell in code(notebook):
        for output in cell.outputs:
            if output.output_type == "stream":
                yield cell, {"text/plain": output.text}
            else:
                yield cell, output.get("data", {})


def pictures(notebook):
    """Yield the bytes of every stored still picture, those inside HTML included."""
    for _, data in bundles(notebook):
        for mime in ("image/png", "image/jpeg"):
            if mime in data:
                yield base64.b64decode(data[mime])
        for kind, text in DATA_URI.findall(data.get("text/html", "")):
            if kind in ("png", "jpeg"):
                yield base64.b64decode(text)


def test_the_set_up_cell_is_the_same_everywhere_and_comes_before_all_shown_code(notebook):
    shown = [cell for cell in code(notebook) if "hide-input" not in cell.metadata.get("tags", [])]
    assert shown[0].source == setup_cell.source(), "run `make address` to write the set-up cells again"


def test_every_code_cell_was_run_in_order(notebook):
    counts = [cell.execution_count for cell in code(notebook) if cell.source.strip()]
    assert counts == list(range(1, len(counts) + 1)), "run `make execute CHAPTER=…`"


def test_the_outputs_come_from_a_full_run(notebook):
    printed = "".join(output.get("text", "") for output in setup_cell.find(notebook).outputs)
    assert "profile full" in printed, "run `make execute CHAPTER=… PROFILE=full`"


def test_nothing_failed(notebook):
    assert not [output for cell in code(notebook) for output in cell.outputs if output.output_type == "error"]


def test_cell_ids_are_unique(notebook):
    assert not [name for name, count in Counter(cell.id for cell in notebook.cells).items() if count > 1]


def test_the_file_is_in_canonical_form(notebook):
    assert notebook == chapters.canonical(notebook), "run `make execute CHAPTER=…`"


def test_no_warnings_and_no_dead_widgets_are_stored(notebook):
    assert not [output for cell in code(notebook) for output in cell.outputs if output.get("name") == "stderr"]
    assert "widgets" not in notebook.metadata
    assert not [cell.source for cell, data in bundles(notebook) if chapters.WIDGET_VIEW in data]


def test_no_path_of_a_machine_is_stored(notebook):
    shown = [cell.source for cell in notebook.cells]
    shown += [
        str(data.get(mime, ""))
        for _, data in bundles(notebook)
        for mime in ("text/plain", "text/html", "text/markdown")
    ]
    assert not [found for text in shown for found in PATHS.findall(DATA_URI.sub("", text))]


def test_every_image_has_an_alternative_text_that_says_something(notebook):
    for cell, data in bundles(notebook):
        if {"image/png", "image/jpeg", "image/gif", "image/svg+xml"} & set(data) and "text/html" not in data:
            alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
            assert len(alt) > 15, f"no alt text in the metadata of the cell\n{cell.source}"
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            assert all(len(alt) > 15 for alt in IMAGE.findall(cell.source)), cell.source


def test_no_stored_figure_is_blank(notebook):
    assert not [index for index, picture in enumerate(pictures(notebook)) if plots.is_blank(picture)]


def test_code_cells_are_short(notebook):
    assert not [cell.source for cell in code(notebook) if len(cell.source.splitlines()) > 30]


def test_code_comes_after_prose(notebook):
    assert notebook.cells[0].cell_type == "markdown"
    assert notebook.cells[0].source.startswith("# ")


def test_the_file_is_light(notebook):
    size = len(chapters.dumps(notebook))
    assert size <= 2e6, f"{size / 1e6:.2f} MB: store photographs as JPEG, shorten films"
