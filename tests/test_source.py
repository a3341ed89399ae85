"""A helper's source is shown as it runs."""

import pytest

from helpers import plots, source


class Shown:
    """A class with a docstring."""

    def method(self):
        return 1  # a comment stays


def plain(x):
    """One line.

    Another, with `backticks` and ```three of them```.
    """
    return x + 1


def test_the_code_is_shown_whole_and_highlighted():
    text = source.show(Shown.method).data
    assert "python\ndef method(self):\n    return 1  # a comment stays\n```" in text


def test_a_helper_is_shown_with_its_name_and_file():
    text = source.show(plots.rows).data
    assert text.startswith("`helpers.plots.mosaic.rows`, from ")
    assert "helpers/plots/mosaic.py" in text
    assert "def rows(images" in text


def test_the_docstring_can_be_left_out():
    code = source.show(plain, docstring=False).data
    assert "Another" not in code
    assert "def plain(x):\n    return x + 1" in code
    assert "A class" not in source.show(Shown, docstring=False).data


def test_backticks_in_the_code_do_not_end_the_block():
    text = source.show(plain).data
    assert "````python" in text
    assert text.endswith("````")


def test_a_class_and_a_module_can_be_shown():
    assert "class Shown:" in source.show(Shown).data
    assert "def show(" in source.show(source).data


@pytest.mark.parametrize("thing", [len, 3])
def test_what_has_no_source_is_refused(thing):
    with pytest.raises(ValueError, match="no Python source"):
        source.show(thing)


def test_there_is_no_link_while_the_address_is_not_set(monkeypatch):
    class Metadata:
        def __init__(self, owner):
            self.owner = owner

        def get_all(self, name):
            return [f"Repository, https://github.com/{self.owner}/images-in-images-out"]

    for owner, address in (
        ("OWNER_NOT_SET", None),
        ("someone", "https://github.com/someone/images-in-images-out"),
    ):
        monkeypatch.setattr("importlib.metadata.metadata", lambda _, owner=owner: Metadata(owner))
        assert source.address() == address
    assert "(https://github.com/someone/images-in-images-out/blob/main/helpers/plots/mosaic.py)" in (
        source.heading(plots.rows)
    )
