"""Digests of code, by which a stored result knows the code it came from. Imports nothing that it digests.

A digest looks at syntax trees: comments, formatting and docstrings do not count, and Python 3.11 to 3.13
agree on it. With a profile, `runtime.choose(quick=…, full=…)` reads as the value it then has. Code is
named with dots, as in an import: `helpers.training`, `helpers.training.fit`, `benchmarks.autoencoders`,
`book.autoencoders` (the code cells of a notebook). A package stands for all of its modules.
"""

import ast
import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def digest(*used, root=ROOT, profile=None):
    """Return the SHA-256, in hexadecimal, of the code of modules, functions, classes or their dotted names.

    The files below `root` are read. `profile`: "quick" or "full"; what is kept for the other does not
    count. None: both count. Raises ValueError for a name that stands for no code there.
    """
    return combined(digests(*used, root=root, profile=profile))


def digests(*used, root=ROOT, profile=None):
    """Return {dotted name: the first 16 hexadecimal digits of its digest}, sorted by name."""
    names = {thing if isinstance(thing, str) else _dotted(thing) for thing in used}
    texts = {name: "\n".join(canonical(tree, profile) for tree in _trees(name, root)) for name in sorted(names)}
    return {name: _sha(text)[:16] for name, text in texts.items()}


def combined(values):
    """Return the one digest of the dictionary that `digests` gives."""
    return _sha("\n".join(f"{name} {value}" for name, value in sorted(values.items())))


def changed(values, root=ROOT, profile=None):
    """Return a sentence for each name in `values` (from an earlier `digests`) whose code is another today."""
    found = []
    for name, stored in values.items():
        try:
            found += [] if digests(name, root=root, profile=profile)[name] == stored else [f"{name} has changed"]
        except ValueError:
            found.append(f"{name} is no longer there")
    return found


def _sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def _dotted(thing):
    module = getattr(thing, "__module__", None)
    return f"{module}.{thing.__qualname__}" if module else thing.__name__


def _trees(name, root):
    """Return the syntax trees of a dotted name: a file's, all those of a package, or a definition's."""
    parts = name.split(".")
    trees = [parse(path) for path in files(root.joinpath(*parts))]
    for cut in range(len(parts) - 1, 0, -1):
        trees = trees or _definitions(root.joinpath(*parts[:cut]), parts[cut:])
    if not trees:
        raise ValueError(f"no code is called {name!r} below {root}; names look like 'helpers.training.fit'.")
    return trees


def _definitions(base, parts):
    """Return the functions or classes called `parts`, outermost first, in the file that `base` stands for."""
    trees = [parse(path) for path in files(base)[:1]]
    for part in parts:
        trees = [node for tree in trees for node in tree.body if getattr(node, "name", None) == part]
    return trees


def files(base):
    """Return the files of a package, its `__init__.py` first, or the file of a module or of a notebook."""
    if (base / "__init__.py").is_file():
        return sorted(base.rglob("*.py"), key=lambda path: (path != base / "__init__.py", path.as_posix()))
    return [path for path in (Path(f"{base}.py"), Path(f"{base}.ipynb")) if path.is_file()]


def parse(path):
    """Return the syntax tree of a file; it is read again where the file has changed."""
    state = path.stat()
    return _parsed(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=500)
def _parsed(path, changed, size):
    text = path.read_text(encoding="utf-8")
    return ast.parse(code(json.loads(text)) if path.suffix == ".ipynb" else text, filename=str(path))


def code(notebook):
    """Return the code cells of a notebook (a dictionary) as Python; lines with % or ! become `pass`."""
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return "\n".join(re.sub(r"(?m)^([ \t]*)[%!].*$", r"\1pass", cell) for cell in cells if cell[:2] != "%%")


def canonical(node, profile=None):
    """Write a syntax tree without docstrings, in the same words on every Python (`ast.dump` changes them).

    Fields that are None or empty are left out, as are the empty pieces that Python 3.12 adds to f-strings. With a
    profile, a choice between profiles is the value it has there.
    """
    if isinstance(node, list):
        return f"[{', '.join(canonical(item, profile) for item in node)}]"
    if not isinstance(node, ast.AST) or isinstance(node, ast.Constant):
        return ascii(getattr(node, "value", node))
    if profile in (choices := _choices(node)):
        return canonical(choices[profile], profile)
    fields = {key: value for key, value in ast.iter_fields(node) if value is not None and value != []}
    if isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
        fields["body"] = node.body[1:]
    if isinstance(node, ast.JoinedStr):
        fields["values"] = [value for value in node.values if getattr(value, "value", None) != ""]
    return f"{type(node).__name__}({', '.join(f'{key}={canonical(it, profile)}' for key, it in fields.items())})"


def _choices(node):
    """Return {profile: value} of a call `runtime.choose(quick=…, full=…)`, {} for everything else."""
    if not isinstance(node, ast.Call) or ast.unparse(node.func) != "runtime.choose":
        return {}
    values = {keyword.arg: keyword.value for keyword in node.keywords}
    return values if set(values) == {"quick", "full"} else {}
