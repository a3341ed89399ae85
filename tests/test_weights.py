"""Trained networks travel in a release: what is collected is whole, what is fetched is what was listed."""

import functools
import http.server
import json
import threading

import numpy as np
import pytest

from helpers import runtime, training, weights
from helpers.models import autoencoder


def network():
    return autoencoder.dense((4, 4, 1), widths=(), code=2)


def train(model):
    train.calls += 1
    model.get_layer("encoder").layers[-1].bias.assign([1.0, 2.0])


@pytest.fixture
def store(tmp_path, monkeypatch):
    train.calls = 0
    monkeypatch.setenv("BOOK_WEIGHTS", str(tmp_path / "store"))
    monkeypatch.setattr(runtime, "profile", lambda: "full")
    return tmp_path / "store"


@pytest.fixture
def release(store, tmp_path, monkeypatch):
    """A release on this machine that holds one trained network, which the store has lost."""
    training.trained("small", network, train)
    target = tmp_path / "owner/book/releases/download/weights"
    weights.collect(target, listed=tmp_path / "weights.json")
    for file in store.iterdir():
        file.unlink()

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(weights, "LISTED", tmp_path / "weights.json")
    monkeypatch.setattr(weights, "address", lambda: f"http://127.0.0.1:{server.server_port}/owner/book")
    yield target
    server.shutdown()
    server.server_close()


def test_a_network_of_the_release_is_fetched_and_not_trained(release, store):
    model = training.trained("small", network, train)
    np.testing.assert_array_equal(model.get_layer("encoder").layers[-1].bias.numpy(), [1.0, 2.0])
    assert train.calls == 1 and len(weights.whole(store)) == 1


def test_a_file_that_is_not_the_listed_one_is_refused_and_trained_instead(release, store, capsys):
    next(release.glob("*.h5")).write_bytes(b"other")
    training.trained("small", network, train)
    assert train.calls == 2 and "could not be fetched" in capsys.readouterr().err
    assert len(weights.whole(store)) == 1


def test_a_dead_release_is_said_and_the_network_trained(release, monkeypatch, capsys):
    monkeypatch.setattr(weights, "address", lambda: "http://127.0.0.1:9/owner/book")
    training.trained("small", network, train)
    assert train.calls == 2 and "could not be fetched" in capsys.readouterr().err


def test_without_an_address_nothing_is_asked_for(release, monkeypatch, capsys):
    monkeypatch.setattr(weights, "address", lambda: None)
    training.trained("small", network, train)
    assert train.calls == 2 and capsys.readouterr().err == ""


def test_damaged_networks_and_those_of_the_quick_profile_are_not_collected(store, tmp_path, monkeypatch):
    for name in ("good", "damaged"):
        training.trained(name, network, train)
    next(store.glob("damaged*.h5")).write_bytes(b"half")
    monkeypatch.setattr(runtime, "profile", lambda: "quick")
    training.trained("quick", network, train)
    found = weights.collect(tmp_path / "release", listed=tmp_path / "weights.json")
    listed = json.loads((tmp_path / "weights.json").read_text())
    assert [path.name for path in found] == list(listed) and next(iter(listed)).startswith("good-full")
    assert len(list((tmp_path / "release").iterdir())) == 2


def test_an_empty_store_says_what_to_run(tmp_path):
    with pytest.raises(ValueError, match="make execute"):
        weights.collect(tmp_path / "release", folder=tmp_path, listed=tmp_path / "weights.json")
