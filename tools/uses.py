"""What a file uses of `helpers`, itself or through others: the dotted names of modules.

A package whose `__init__` does nothing but import, and of which a file uses attributes (`data.jitter`) or imports
names, stands for the modules in which the `__init__` finds these. A package that is used in another way (handed on as
a value, imported with a star) stands for all of its modules. What lines with % or ! use is not seen.
"""

import ast

from helpers.digest import ROOT, files, parse


def uses(name, *, without=(), root=ROOT):
    """Return `name` and the modules of `helpers` that it uses, sorted; `without` these modules and packages."""
    found, waiting = set(), [name]
    while waiting:
        name = waiting.pop()
        if name not in found and not f"{name}.".startswith(tuple(f"{other}." for other in without)):
            found.add(name)
            waiting += [module for path in _files(name, root) for module in _used(path, root)]
    return sorted(found)


def _used(path, root):
    """Yield the modules and packages of `helpers` that one file uses."""
    tree = parse(path)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found = [alias.name for alias in node.names if _files(alias.name, root)]
        else:
            found = [name for pair in _imported(node, path, root) for name in _followed(*pair, tree, root)]
        yield from [name for name in found if name.startswith("helpers.")]


def _imported(node, path, root):
    """Return (where from, alias) for each name of a `from … import …`, nothing for other nodes."""
    if not isinstance(node, ast.ImportFrom):
        return []
    package = path.relative_to(root).parent.parts
    above = package[: len(package) - node.level + 1] if node.level else ()
    base = ".".join([*above, *([node.module] if node.module else [])])
    return [(base, alias) for alias in node.names]


def _followed(base, alias, tree, root):
    """Return the modules that hold what a file, `tree`, uses of what it imports from `base`."""
    found = _home(base, alias.name, root)
    names = _attributes(tree, alias.asname or alias.name) if _exports(found, root) else ()
    return {_home(found, name, root) for name in names} or {found}


def _home(base, name, root):
    """Return the module that holds what `from base import name` gives, or the module itself that it gives."""
    above, original = _exports(base, root).get(name, (base, name))
    if above != base:
        return _home(above, original, root)
    return f"{base}.{original}" if _files(f"{base}.{original}", root) else base


def _exports(package, root):
    """Return {name: (where from, its name there)} of an `__init__` that only imports, {} for everything else."""
    init = next(iter(_files(package, root)), None)
    if init is None or init.name != "__init__.py":
        return {}
    body = parse(init).body
    if not all(map(_is_plain, body)):
        return {}
    pairs = [pair for node in body for pair in _imported(node, init, root)]
    return {alias.asname or alias.name: (base, alias.name) for base, alias in pairs}


def _is_plain(node):
    """Return True for `from … import …`, `__all__ = …` and a docstring."""
    if isinstance(node, ast.Assign):
        return [ast.unparse(target) for target in node.targets] == ["__all__"]
    return isinstance(node, ast.ImportFrom) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def _attributes(tree, name):
    """Return the attributes that are read from a variable, nothing where it is used in any other way."""
    read = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)]
    read = {id(node.value): node.attr for node in read if getattr(node.value, "id", None) == name}
    every = [id(node) for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == name]
    return set(read.values()) if set(read) == set(every) else set()


def _files(name, root):
    return files(root / name.replace(".", "/"))
