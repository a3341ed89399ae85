"""Facts about `make execute`: it stores a whole run in canonical form, or leaves the notebook as it was."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tools import chapters, execute


def notebook(tmp_path, *sources):
    path = tmp_path / "chapter.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(source) for source in sources]), path)
    return path


def test_a_run_is_stored_in_order_without_stderr_and_times(tmp_path):
    source = "import os, sys\nprint('no', file=sys.stderr)\n"
    source += "print(os.environ['BOOK_PROFILE'], os.path.basename(os.getcwd()))"
    path = notebook(tmp_path, "1 + 1", source)
    assert execute.execute(path, "full") > 0
    stored = chapters.read(path)
    assert [cell.execution_count for cell in stored.cells] == [1, 2]
    assert stored.cells[0].outputs[0].data["text/plain"] == "2"
    assert [output.text for output in stored.cells[1].outputs] == [f"full {tmp_path.name}\n"]
    assert stored == chapters.canonical(stored)
    assert list(tmp_path.iterdir()) == [path]


def test_a_live_widget_is_stored_as_its_still_picture(tmp_path):
    bundle = {chapters.WIDGET_VIEW: {"model_id": "0"}, "text/html": "<p>frames</p>", "text/plain": "a slider"}
    path = notebook(tmp_path, f"from IPython.display import display\ndisplay({bundle}, raw=True)")
    assert execute.execute(path, "quick")
    assert set(chapters.read(path).cells[0].outputs[0].data) == {"text/html", "text/plain"}


def test_a_failure_names_the_cell_and_leaves_the_notebook_alone(tmp_path, capsys):
    path = notebook(tmp_path, "1", "1 / 0", "3")
    before = path.read_bytes()
    assert execute.execute(path, "quick") is None
    said = capsys.readouterr().err
    assert "chapter: cell 2 of 3 failed." in said
    assert "ZeroDivisionError" in said
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_kernel_that_dies_is_a_failure_too(tmp_path, capsys):
    path = notebook(tmp_path, "import os\nos._exit(1)")
    assert execute.execute(path, "quick") is None
    assert "cell 1 of 1 failed" in capsys.readouterr().err


def test_an_unknown_chapter_is_named_beside_the_known_ones():
    with pytest.raises(SystemExit, match=r"no chapter called autoencoder\. The chapters: autoencoders"):
        execute.chosen(["autoencoder"])
