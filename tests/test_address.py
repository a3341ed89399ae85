"""Facts about the book's address: it stands in one place, and one command changes it everywhere."""

import shutil

import pytest
import yaml

from tools import address, chapters, setup_cell

OLD = "/".join(chapters.address())


@pytest.fixture
def copy(tmp_path):
    """A copy of everything that repeats the address."""
    for pattern in (*address.PLACES, "_toc.yml"):
        for path in chapters.ROOT.glob(pattern):
            target = tmp_path / path.relative_to(chapters.ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    return tmp_path


def repeated(root):
    """Return {file name: how often the address stands in it} for every file below `root`."""
    files = [path for path in root.rglob("*") if path.is_file()]
    counts = {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8").count(OLD) for path in files}
    return {name: count for name, count in counts.items() if count}


def test_one_command_changes_the_address_everywhere(copy):
    places = set(repeated(copy))
    assert {"_config.yml", "README.md", "CITATION.cff", "pyproject.toml", "book/autoencoders.ipynb"} <= places
    changed = address.move("ada-lovelace", "pictures.book", root=copy)
    assert {path.relative_to(copy).as_posix() for path in changed} == places
    assert repeated(copy) == {}
    assert chapters.address(copy) == ("ada-lovelace", "pictures.book")


def test_the_way_back_restores_every_byte(copy):
    before = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    address.move("ada", "book", root=copy)
    address.move(*chapters.address(), root=copy)
    assert {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()} == before


def test_a_new_version_reaches_the_set_up_cells(copy):
    project = (copy / "pyproject.toml").read_text(encoding="utf-8")
    version = chapters.version(copy)
    (copy / "pyproject.toml").write_text(project.replace(f'version = "{version}"', 'version = "9.8.7"', 1))
    address.move(*chapters.address(copy), root=copy)
    for path in chapters.notebooks(copy):
        assert "@v9.8.7" in setup_cell.find(chapters.read(path)).source


@pytest.mark.parametrize("owner", ["", "-ada", "ada-", "a--b", "ada_l", "ada/book", "a" * 40, "OWNER NOT SET"])
def test_an_owner_that_cannot_exist_is_refused(owner, copy):
    with pytest.raises(ValueError, match="OWNER is"):
        address.move(owner, "book", root=copy)
    assert repeated(copy)


@pytest.mark.parametrize("repository", ["", ".", "..", "a b", "ada/book", "book.git", "b" * 101])
def test_a_repository_that_cannot_exist_is_refused(repository, copy):
    with pytest.raises(ValueError, match="REPO is"):
        address.move("ada", repository, root=copy)


def test_only_whole_addresses_are_replaced(tmp_path):
    path = tmp_path / "page.md"
    path.write_text("a/book a/bookshop za/book https://github.com/a/book/tree a/book.git")
    address.replace(path, "a/book", "b/new")
    assert path.read_text() == "b/new a/bookshop za/book https://github.com/b/new/tree b/new.git"


def test_versions_and_years_agree():
    citation = yaml.safe_load((chapters.ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == chapters.version()
    assert citation["repository-code"] == f"https://github.com/{OLD}"
    assert f"## {chapters.version()}" in (chapters.ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_readme_has_every_chapter_with_its_colab_button():
    readme = (chapters.ROOT / "README.md").read_text(encoding="utf-8")
    for path in chapters.notebooks():
        assert f"https://colab.research.google.com/github/{OLD}/blob/main/book/{path.name}" in readme
