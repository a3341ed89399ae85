"""Tables in the page: Markdown, so that they wrap, copy and read aloud like text."""

from collections.abc import Iterable

from IPython.display import Markdown


def table(head, rows):
    """Return a table as Markdown.

    head: the titles of the columns. rows: one sequence a row, as long as `head`; what is not text is written with
    `str`, whole numbers with commas. The first column is aligned left, the others right.
    """
    head, rows = list(head), [list(row) for row in rows]
    if not rows:
        raise ValueError("table got no rows; give at least one.")
    for row in rows:
        if len(row) != len(head):
            raise ValueError(f"table has the columns {head} and a row of {len(row)}: {row}. Give one value a column.")
    lines = [head, [":--", *["--:"] * (len(head) - 1)], *rows]
    return Markdown("\n".join(_line(line) for line in lines))


def _line(values: Iterable):
    return "| " + " | ".join(_text(value) for value in values) + " |"


def _text(value):
    text = f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
    return text.replace("|", "\\|").replace("\n", " ")
