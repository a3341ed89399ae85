"""Facts about `make stale`: it names every stored result whose code has changed, and only those."""

import functools
import json

import nbformat
import pytest

from helpers import digest, ledger
from tools import stale

MODULES = ["helpers.ledger"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Results of each kind, all of today's code."""
    folder = tmp_path / "book" / "results"
    monkeypatch.setenv("BOOK_PROFILE", "full")
    monkeypatch.setattr(ledger, "results", lambda: folder)
    ledger.write("demo", {"sse": 3.0}, seeds=[0], seconds=1, modules=MODULES)
    ledger.save_run("demo", "dense", 0, {"sse": 3.0}, seconds=1, modules=MODULES)
    record = ledger.read("demo")
    for kind, profile in {"claims": "quick", "outputs": "full"}.items():
        ledger.save(folder / kind / "chapter.json", {"profile": profile, "modules": record["modules"]})
    return folder


def outcome(capsys):
    with pytest.raises(SystemExit) as exit:
        stale.main()
    return exit.value.code, capsys.readouterr().out


def age(path):
    """Make a stored result one of another code."""
    path.write_text(path.read_text().replace(ledger.digests(*MODULES)[MODULES[0]], "0" * 16))
    record = json.loads(path.read_text())
    if "code" in record:
        ledger.save(path, record | {"code": ledger.combined(record["modules"])})


def test_results_of_todays_code_are_not_stale(folder, capsys):
    assert outcome(capsys) == (0, "4 stored results, 0 stale.\n")


@pytest.mark.parametrize(
    ("path", "command"),
    [
        ("demo.json", "make benchmarks NAME=demo"),
        ("runs/demo/dense-0.json", "make benchmarks NAME=demo"),
        ("claims/chapter.json", "make claims CHAPTER=chapter"),
        ("outputs/chapter.json", "make execute CHAPTER=chapter"),
    ],
)
def test_a_stale_result_is_named_with_its_reason_and_remedy(folder, capsys, path, command):
    age(folder / path)
    status, printed = outcome(capsys)
    assert status == 1
    assert printed.splitlines() == [
        f"book/results/{path}: helpers.ledger has changed: {command}",
        "4 stored results, 1 stale.",
    ]


@pytest.mark.parametrize("content", ["{", "{}", "[]", '{"modules": 3}'])
@pytest.mark.parametrize("path", ["demo.json", "claims/chapter.json"])
def test_a_file_that_is_no_result_is_named_too(folder, capsys, content, path):
    (folder / path).write_text(content)
    status, printed = outcome(capsys)
    assert status == 1
    assert f"book/results/{path}: not a stored result" in printed


@pytest.fixture
def chapter(tmp_path):
    """The function that writes a chapter with one cell and returns its path."""

    def write(source):
        path = tmp_path / "book" / "chapter.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)]), path)
        return path

    (tmp_path / "book").mkdir()
    return write


def stamp(path, monkeypatch, profile="full"):
    monkeypatch.setenv("BOOK_PROFILE", profile)
    return stale.stamp(path, seconds=12.3, folder=path.parent)


def reasons(path, kind="outputs"):
    """Return why the results of a chapter are stale."""
    return stale.why(path.parent / kind / "chapter.json", path.parent, root=path.parent.parent)


def test_an_executed_chapter_is_stale_once_its_code_changes(chapter, monkeypatch):
    record = stamp(chapter("x = 1"), monkeypatch)
    assert (record["profile"], record["seconds"]) == ("full", 12.3)
    assert reasons(chapter("x = 1  # one")) == []
    assert reasons(chapter("x = 2")) == ["book.chapter has changed"]


@pytest.mark.parametrize(("profile", "other"), [("quick", "full"), ("full", "quick")])
def test_outputs_do_not_know_what_the_other_profile_would_choose(chapter, monkeypatch, profile, other):
    source = "steps = runtime.choose(quick=10, full=10)"
    stamp(chapter(source), monkeypatch, profile)
    assert reasons(chapter(source.replace(f"{other}=10", f"{other}=20"))) == []
    assert reasons(chapter(source.replace(f"{profile}=10", f"{profile}=20"))) == ["book.chapter has changed"]


@pytest.mark.parametrize(
    ("kind", "module", "said"),
    [
        ("outputs", "data", ["helpers.data.two is used now"]),
        ("outputs", "plots", ["helpers.plots.two is used now"]),
        ("claims", "data", ["helpers.data.two is used now"]),
        ("claims", "plots", []),
    ],
)
def test_a_chapter_is_stale_once_a_name_comes_from_another_module(chapter, monkeypatch, kind, module, said):
    path = chapter(f"from helpers import {module}\n{module}.a")
    package = path.parent.parent / "helpers" / module
    package.mkdir(parents=True)
    for name, text in {"__init__": "from .one import a", "one": "a = 1", "two": "a = 2"}.items():
        (package / f"{name}.py").write_text(text)
    ledger.save(path.parent / kind / "chapter.json", stamp(path, monkeypatch))
    assert reasons(path, kind) == []
    (package / "__init__.py").write_text("from .two import a")
    assert reasons(path, kind) == said


def test_claims_know_the_quick_profile_and_runs_the_full_one(tmp_path, monkeypatch):
    net, code = tmp_path / "net.py", "x = runtime.choose(quick=1, full=2)"
    net.write_text(code)
    monkeypatch.setenv("BOOK_PROFILE", "full")
    monkeypatch.setattr(ledger, "digests", functools.partial(digest.digests, root=tmp_path))
    ledger.save_run("demo", "dense", 0, {"sse": 3.0}, seconds=1, modules=["net"], folder=tmp_path)
    claims, run = tmp_path / "claims" / "chapter.json", tmp_path / "runs" / "demo" / "dense-0.json"
    modules = digest.digests("net", root=tmp_path, profile="quick")
    ledger.save(claims, {"profile": "quick", "modules": modules})
    for old, aged in {"nothing": None, "quick=1": claims, "full=2": run}.items():
        net.write_text(code.replace(old, f"{old}0"))
        for path in (claims, run):
            assert stale.why(path, tmp_path, root=tmp_path) == (["net has changed"] if path == aged else [])
