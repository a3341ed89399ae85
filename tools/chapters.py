"""The book's files as the tools and the tests see them: its address, version, pages and notebooks."""

import copy
import os
import tomllib
from pathlib import Path

import nbformat
import yaml

ROOT = Path(__file__).resolve().parent.parent
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "pygments_lexer": "ipython3",
    },
}
CELL_METADATA = ("tags", "mystnb", "editable", "slideshow")
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def address(root=ROOT):
    """Return (owner, repository) on GitHub, from the one place where they stand, `_config.yml`."""
    url = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))["repository"]["url"]
    return tuple(url.rstrip("/").split("/")[-2:])


def version(root=ROOT):
    """Return the version of `helpers`, from the one place where it stands: `pyproject.toml`."""
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def pages(root=ROOT):
    """Return the documents that the table of contents names, in reading order."""
    contents = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    return [
        contents["root"],
        *(chapter["file"] for part in contents["parts"] for chapter in part["chapters"]),
    ]


def notebooks(root=ROOT):
    """Return the paths of the chapters that are notebooks, in reading order."""
    paths = [root / "book" / f"{page}.ipynb" for page in pages(root)]
    return [path for path in paths if path.is_file()]


def read(path):
    return nbformat.read(path, as_version=4)


def write(path, notebook):
    """Write the notebook in canonical form, as a whole or not at all."""
    notebook = canonical(notebook)
    nbformat.validate(notebook)
    partial = path.with_suffix(".partial")
    partial.write_text(dumps(notebook), encoding="utf-8")
    os.replace(partial, path)


def dumps(notebook):
    """Return the text of the notebook's file."""
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def canonical(notebook):
    """Return a copy without times, widget state, stderr and the traces of an editor."""
    notebook = copy.deepcopy(notebook)
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat_minor = max(notebook.nbformat_minor, 5)
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict(
            {name: cell.metadata[name] for name in CELL_METADATA if name in cell.metadata}
        )
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
            for output in cell.outputs:
                _still(output)
    return notebook


def _still(output):
    """Leave out the view of a live widget, which dies with its kernel, where HTML stands beside it."""
    data = output.get("data", {})
    if WIDGET_VIEW in data and "text/html" in data:
        del data[WIDGET_VIEW]
