"""Tables are Markdown of equal rows."""

import pytest

from helpers import plots


def test_a_table_has_a_line_for_its_head_one_for_its_alignment_and_one_for_each_row():
    lines = plots.table(["network", "weights"], [["dense", 2_837_314], ["conv", "few"]]).data.split("\n")
    assert lines == ["| network | weights |", "| :-- | --: |", "| dense | 2,837,314 |", "| conv | few |"]


def test_a_bar_in_a_text_does_not_split_its_column():
    assert plots.table(["a"], [["|x|"]]).data.endswith("| \\|x\\| |")


@pytest.mark.parametrize("rows", [[["one"]], [["one", 2, 3]]])
def test_rows_of_another_length_are_refused(rows):
    with pytest.raises(ValueError, match="one value a column"):
        plots.table(["name", "value"], rows)


def test_a_table_without_rows_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        plots.table(["name"], [])
