"""Facts about how a benchmark runs: it stores each run as it ends, goes on with what is missing, and then assembles."""

import pytest

from benchmarks import four_cases, running
from helpers import digest, ledger


def small(seed, label, **run):
    return {"score": seed + 0.5}


def other(seed, label, **run):
    return {"score": 10.0}


@pytest.fixture
def start(tmp_path, monkeypatch):
    """Run a benchmark of two models; `broken` names one that fails, the result is the list of runs that were begun."""
    monkeypatch.setenv("BOOK_PROFILE", "full")
    monkeypatch.setattr(ledger, "results", lambda: tmp_path)

    def start(*arguments, broken=None):
        begun = []

        def call(function, choosing, **run):
            begun.append((function.__name__, run.get("seed"), choosing))
            if function.__name__ == broken:
                raise KeyboardInterrupt
            return function(**run)

        models = {small: (0, 1), other: (0,)}
        running.main(arguments, name="demo", models=models, used=lambda _: ("helpers.ledger",), call=call)
        return begun

    return start


def test_an_interrupted_benchmark_goes_on_where_it_was(start, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        start(broken="other")
    assert [path.stem for path in tmp_path.glob("runs/demo/*.json")] == ["small-0"]
    assert start() == [("other", 0, False), ("small", 1, False)]
    assert ledger.read("demo", folder=tmp_path)["metrics"]["small"]["score"] == [0.5, 1.5]
    assert start() == []


def test_named_models_run_alone_and_assemble_nothing(start, tmp_path):
    assert start("other") == [("other", 0, False)]
    assert not (tmp_path / "demo.json").exists()


def test_settings_are_chosen_without_a_trace(start, tmp_path, capsys):
    assert [(name, choosing) for name, _, choosing in start("--choose", "small")] == [("small", True)]
    assert "small validation: score 0.5" in capsys.readouterr().out and not list(tmp_path.rglob("*.json"))


def test_the_code_that_the_four_cases_name_is_there():
    for function in four_cases.MODELS:
        assert digest.digests(*four_cases.used(function))
