"""Shows a helper's source inside a chapter, so that the reader reads the code that runs."""

import inspect
import re
import textwrap


def show(thing, docstring=True):
    """The Python source of a function, class or method as highlighted code, under a line that says where.

    `docstring=False` leaves the docstring of the function or class out. Returns what a notebook shows.
    """
    from IPython.display import Markdown

    thing = inspect.unwrap(thing)
    try:
        code = textwrap.dedent(inspect.getsource(thing)).rstrip()
    except (TypeError, OSError):
        raise ValueError(f"{thing!r} has no Python source to show: give a function, a class or a module") from None
    if not docstring:
        code = without_docstring(code)
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", code)), default=0))
    return Markdown(f"{heading(thing)}\n\n{fence}python\n{code}\n{fence}")


def without_docstring(code):
    """`code` of one function or class with its docstring cut out, comments and layout kept."""
    import ast

    body = ast.parse(code).body
    inside = body[0].body if len(body) == 1 and hasattr(body[0], "body") else body
    first = inside[0]
    if not (isinstance(first, ast.Expr) and isinstance(getattr(first.value, "value", None), str)) or len(inside) == 1:
        return code
    lines = code.split("\n")
    before, after = lines[: first.lineno - 1], lines[first.end_lineno :]
    while after and not after[0].strip():
        after = after[1:]
    return "\n".join(before + after)


def heading(thing):
    """The line above the code: the helper's full name, and its file, linked once the book has an address."""
    module = inspect.getmodule(thing)
    name = getattr(thing, "__qualname__", "")
    full = f"{module.__name__}.{name}" if name else module.__name__
    if not module.__name__.startswith("helpers"):
        return f"`{name or full}`"
    file = module.__name__.replace(".", "/") + ("/__init__.py" if hasattr(module, "__path__") else ".py")
    link = address()
    place = f"[{file}]({link}/blob/main/{file})" if link else f"`{file}`"
    return f"`{full}`, from {place}:"


def address():
    """The repository's address from the installed package, or None while nobody has set it."""
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        urls = metadata("images-in-images-out").get_all("Project-URL") or []
    except PackageNotFoundError:
        return None
    found = [url.split(",", 1)[1].strip() for url in urls if url.lower().startswith("repository,")]
    return None if not found or "OWNER_NOT_SET" in found[0] else found[0].rstrip("/")
