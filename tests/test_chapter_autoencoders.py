"""The chapter on autoencoders and its benchmark are two runs of one thing: their settings are the same."""

import ast
import inspect

import pytest

from benchmarks import autoencoders as benchmark
from helpers.models import autoencoder
from tools import chapters

SOURCE = "\n".join(
    cell.source
    for cell in chapters.read(chapters.ROOT / "book" / "autoencoders.ipynb").cells
    if cell.cell_type == "code" and "!pip" not in cell.source
)


def assigned(name):
    """Return {profile: value} of `name = runtime.choose(quick=…, full=…)` in the chapter."""
    for node in ast.walk(ast.parse(SOURCE)):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).strip("()") == name:
            return {keyword.arg: ast.literal_eval(keyword.value) for keyword in node.value.keywords}
    raise AssertionError(f"the chapter sets no {name}")


def chapters_call(model):
    """Return the arguments, as text, of `training.fit(model, …)` in the chapter."""
    for node in ast.walk(ast.parse(SOURCE)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "training.fit" and node.args[0].id == model:
            return {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
    raise AssertionError(f"the chapter does not train {model}")


@pytest.fixture
def settings(monkeypatch):
    """Return the function that tells how the benchmark trains a model, without training it."""

    def told(model, split, **given):
        return given | {"parameters": model.count_params(), "sse": 0}

    monkeypatch.setattr(benchmark, "trained", told)
    monkeypatch.setattr(benchmark, "moved", lambda share: share)
    split = type("Split", (), {"test": [type("Image", (), {"size": 784})]})
    return lambda function: function(split, seed=0, resume=None, label="")


def test_the_dense_network_is_trained_alike(settings):
    theirs, ours = settings(benchmark.dense30), chapters_call("dense")
    assert theirs["steps"] == assigned("steps")["full"]["dense"]
    assert theirs["batch"] == assigned("dense_batch, conv_batch")["full"][0]
    assert theirs["rate"] == float(ours["rate"]) and f"share={theirs['augment']}" in ours["augment"]
    full = {name: assigned(name)["full"] for name in ("widths", "code")}
    assert theirs["parameters"] == autoencoder.dense(**full).count_params()


def test_the_convolutional_network_is_trained_alike(settings):
    theirs, ours = settings(benchmark.conv30), chapters_call("conv")
    assert theirs["steps"] == assigned("steps")["full"]["conv"]
    assert theirs["batch"] == assigned("dense_batch, conv_batch")["full"][1]
    assert theirs["rate"] == assigned("conv_rate")["full"] and f"share={theirs['augment']}" in ours["augment"]
    full = {name: assigned(name)["full"] for name in ("filters", "code")}
    kind = {"kernel": 5, "activation": "elu"}
    assert theirs["parameters"] == autoencoder.convolutional(**full, **kind).count_params()
    assert all(f"{name}={value!r}".replace("'", '"') in SOURCE for name, value in kind.items())
    assert all(
        f"{name}={value!r}".replace("'", '"') in inspect.getsource(benchmark.conv30) for name, value in kind.items()
    )


def test_the_published_network_is_trained_alike(settings):
    theirs, ours = settings(benchmark.conv_source), chapters_call("published")
    assert (theirs["steps"], theirs["batch"]) == (assigned("steps")["full"]["source"], int(ours["batch"])) == (3000, 1)
    assert ours["optimizer"] == "keras.optimizers.Adam(0.001)"
    assert float(theirs["optimizer"].learning_rate) == pytest.approx(1e-3)


def test_the_images_are_moved_by_the_same_amounts():
    amounts = ast.literal_eval(SOURCE.split("motion = ")[1].split("}")[0] + "}")
    code = inspect.getsource(benchmark.moved)
    assert ", ".join(f"{name}={value}" for name, value in amounts.items()) in code
