"""Facts about digests: what of the code counts, what does not, and what a name stands for."""

import json
import subprocess
import sys

import pytest

from helpers import digest, ledger

SOURCE = '''
"""A module."""
import math as m

WIDTH: int = 30


class Net:
    """A class."""

    def size(self, *shape, scale=2.0, **rest):
        """A method."""
        return f"{scale!r:>{WIDTH}} {m.prod(shape):.3f}" "\\u2192"


async def run(x, /, *, y=None):
    """Only a docstring."""


@staticmethod
def fit(steps=10):
    match steps:
        case [0, *_] | {"a": 1}:
            return lambda: (yield)
    return [step for step in range(steps) if (last := step) > 1 and not ...]
'''


@pytest.fixture
def root(tmp_path):
    (tmp_path / "net.py").write_text(SOURCE)
    return tmp_path


def changed(root, old, new):
    before = digest.digest("net", root=root)
    assert SOURCE.count(old) == 1
    (root / "net.py").write_text(SOURCE.replace(old, new))
    return digest.digest("net", root=root) != before


def test_every_supported_python_gives_this_digest(root):
    assert digest.digest("net", root=root) == "1dd3e1c61346f4dc4fbfdd83db0b09e1d8bfa15d3dd96533366107f2abe0d7a4"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"""A method."""', '"""Another text."""'),
        ('    """A class."""\n', ""),
        ('"""A module."""\n', "# a comment\n\n\n"),
        ("*shape, scale=2.0, **rest", "\n        *shape,\n        scale=2.0,\n        **rest,\n    "),
        ("return f", "return (f"),
    ],
)
def test_docstrings_comments_and_formatting_do_not_count(root, old, new):
    new = new.replace("return (f", "return f")
    assert not changed(root, old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("steps=10", "steps=11"),
        ("scale=2.0", "scale=2"),
        (":.3f", ":.4f"),
        ("y=None", "y=False"),
        ("(last := step) > 1", "(last := step) >= 1"),
        ("@staticmethod\n", ""),
        ('        """A method."""', '        x = """A method."""'),
    ],
)
def test_one_changed_constant_or_operator_changes_the_digest(root, old, new):
    assert changed(root, old, new)


CHOICE = "steps = min(runtime.choose(quick=60, full=3000), choose(quick=1, full=2))\n"


def tells(root, old, new, profile):
    """Return whether a profile's digest is another after `old` in CHOICE became `new`."""
    (root / "net.py").write_text(CHOICE)
    values = digest.digests("net", root=root, profile=profile)
    (root / "net.py").write_text(CHOICE.replace(old, new))
    said = digest.changed(values, root, profile=profile)
    assert bool(said) == (digest.digest("net", root=root, profile=profile) != digest.combined(values))
    return said == ["net has changed"]


@pytest.mark.parametrize(
    ("profile", "quick", "full"), [("quick", True, False), ("full", False, True), (None, True, True)]
)
def test_what_the_other_profile_would_choose_does_not_count(root, profile, quick, full):
    assert tells(root, "quick=60", "quick=61", profile) == quick
    assert tells(root, "full=3000", "full=3001", profile) == full


@pytest.mark.parametrize("profile", ["quick", "full", None])
def test_all_else_about_a_choice_counts_in_each_profile(root, profile):
    assert tells(root, "min", "max", profile)
    assert tells(root, "runtime.choose", "backup.choose", profile)
    assert tells(root, " choose(quick=1", " choose(quick=2", profile)
    assert tells(root, " choose(quick=1, full=2", " choose(quick=1, full=3", profile)


def test_a_choice_reads_as_the_value_of_its_profile(root):
    assert not tells(root, "runtime.choose(quick=60, full=3000)", "3000", "full")
    assert not tells(root, "runtime.choose(quick=60, full=3000)", "60", "quick")
    assert tells(root, "runtime.choose(quick=60, full=3000)", "60", "full")


def test_code_without_a_choice_has_one_digest_in_all_profiles(root):
    assert len({digest.digest("net", root=root, profile=profile) for profile in ("quick", "full", None)}) == 1


def test_a_definition_has_a_digest_of_its_own(root):
    before = digest.digests("net.fit", "net.Net.size", root=root)
    (root / "net.py").write_text(SOURCE.replace("steps=10", "steps=11"))
    after = digest.digests("net.fit", "net.Net.size", root=root)
    assert before["net.fit"] != after["net.fit"]
    assert before["net.Net.size"] == after["net.Net.size"]


def test_a_package_stands_for_all_its_modules(root):
    (root / "pack" / "deep").mkdir(parents=True)
    for place in ("pack/__init__.py", "pack/deep/__init__.py", "pack/deep/leaf.py"):
        (root / place).write_text("x = 1\n")
    before = digest.digest("pack", root=root)
    (root / "pack/deep/leaf.py").write_text("x = 2\n")
    assert digest.digest("pack", root=root) != before


def test_a_notebook_stands_for_its_code_cells(root):
    def book(code, text="words", output="1"):
        outputs = [{"output_type": "stream", "name": "stdout", "text": output}]
        cells = [{"cell_type": "markdown", "source": text}]
        cells += [{"cell_type": "code", "source": code.splitlines(True), "outputs": outputs}]
        (root / "book.ipynb").write_text(json.dumps({"cells": cells}))
        return digest.digest("book", root=root)

    first = book("if True:\n    !pip install net\n%time x = 1\ny = 2")
    assert first == book(
        "if True:\n    !pip install other  # lines for the shell do not count\n%time\ny = 2", "more", "2"
    )
    assert first != book("if True:\n    !pip install net\n%time x = 1\ny = 3")


def test_objects_and_dotted_names_mean_the_same():
    names = digest.digests("helpers.ledger", "helpers.digest.digest")
    assert digest.digests(ledger, digest.digest) == names
    assert digest.digest(ledger, digest.digest) == digest.digest("helpers.digest.digest", "helpers.ledger")


@pytest.mark.parametrize("name", ["net.nothing", "nothing", "net.Net.nothing", "__main__"])
def test_a_name_without_code_is_an_error_that_shows_a_name_with(root, name):
    with pytest.raises(ValueError, match=r"no code is called '.*helpers\.training\.fit"):
        digest.digest(name, root=root)


def test_changed_says_which_name_and_how(root):
    values = digest.digests("net.fit", "net.Net", root=root)
    assert digest.changed(values, root) == []
    (root / "net.py").write_text(SOURCE.replace("steps=10", "steps=11").replace("class Net", "class Web"))
    assert digest.changed(values, root) == ["net.Net is no longer there", "net.fit has changed"]


def test_nothing_is_imported_not_even_tensorflow():
    code = (
        "import sys; from helpers import ledger; "
        "ledger.digest('helpers.layers', 'helpers.runtime'); "
        "sys.exit(bool({'tensorflow', 'numpy', 'helpers.layers'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
