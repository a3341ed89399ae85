"""Run notebooks, see what failed in them, tell which code they use: for the other tools and the tests."""

import os

from nbclient import NotebookClient

from helpers.digest import digests
from tools.uses import uses

# Modules that show results and change none: claims do not depend on them, stored pictures do.
DISPLAY = (
    *("helpers.plots", "helpers.interact", "helpers.before_after"),
    *("helpers.source", "helpers.ledger", "helpers.digest"),
)


def run(notebook, folder, *, variables=None, seconds=300, allow_errors=False, on_cell=None):
    """Run every code cell of `notebook`, in place, in a new kernel that starts in `folder`.

    `variables` are added to the kernel's environment; `seconds` is the limit of one cell; before each cell
    `on_cell(cell, index)` is called. Raises nbclient's CellExecutionError (not with `allow_errors`),
    CellTimeoutError and DeadKernelError.
    """
    client = NotebookClient(
        notebook,
        timeout=seconds,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        allow_errors=allow_errors,
        record_timing=False,
        coalesce_streams=True,
        extra_arguments=["--log-level=ERROR"],
        on_cell_start=on_cell and (lambda cell, cell_index: on_cell(cell, cell_index)),
    )
    client.execute(env=os.environ | (variables or {}))


def cells(notebook, tag=None):
    """Return the code cells, or those with a tag."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [cell for cell in code if tag is None or tag in cell.metadata.get("tags", [])]


def error(cell):
    """Return (class, message) of the exception that ended the cell, or None."""
    found = [(output.ename, output.evalue) for output in cell.outputs if output.output_type == "error"]
    return found[0] if found else None


def label(cell):
    """Return what a cell says it is: its first comment, else its first assertion, else its first line."""
    lines = [line.strip() for line in cell.source.splitlines() if line.strip()] or [""]
    found = [line for start in ("#", "assert") for line in lines if line.startswith(start)]
    return (found or lines)[0].lstrip("# ")


def code(path, *, without=(), profile=None):
    """Return {dotted name: digest} of a notebook in `book` and of what it uses of `helpers`, as a profile sees it."""
    root = path.resolve().parent.parent
    names = uses(f"{path.parent.name}.{path.stem}", without=without, root=root)
    return digests(*names, root=root, profile=profile)
