"""The store of trained networks: load one from the cache, fetch it from the book's release, or train it.

A network is a file of weights and a card beside it: digest, parameters, profile, seed, seconds, hardware. A release
holds the files that `make weights` collected; their digests stand in the package (`weights.json`), so that what is
fetched is what was trained.
"""

import ast
import hashlib
import inspect
import json
import os
import shutil
import sys
import textwrap
from pathlib import Path
from time import perf_counter

from . import runtime
from .digest import canonical, digest
from .source import address

CODE = ("helpers.models", "helpers.layers", "helpers.losses", "helpers.training")
SUFFIX = ".weights.h5"
LISTED = Path(__file__).with_name("weights.json")  # {file of the release: its digest}


def trained(name, build, train, *, seed=0):
    """Return the network `build()` after `train(model)`, from the store of weights where it was trained before.

    The store (`runtime.weights_dir()`) keeps a file of weights and a card with its digest, keyed by name, profile, seed
    and the code of both functions. A damaged file is reported and trained again. What the store lacks is looked for in
    the book's release, where its address is set. build, train: functions of a module or a notebook; everything their
    result depends on belongs inside them or into `name`.
    """
    model = build()
    path = weights_path(name, build, train, seed=seed)
    if _load(model, path) or (_fetch(path) and _load(model, path)):
        return model
    print(f"{name}: not in the store of weights; it is trained now and kept in {path.parent.name}/{path.name}.")
    started = perf_counter()
    train(model)
    card = {"name": name, "profile": runtime.profile(), "seed": seed, "seconds": perf_counter() - started}
    _store(model, path, card)
    return model


def weights_path(name, build, train, *, seed=0):
    """Return the file of a trained network in the store, whether it is there or not."""
    sources = [ast.parse(textwrap.dedent(inspect.getsource(function))) for function in (build, train)]
    code = hashlib.sha256("\n".join([digest(*CODE), *map(canonical, sources)]).encode()).hexdigest()
    return runtime.weights_dir() / f"{name}-{runtime.profile()}-{seed}-{code[:12]}{SUFFIX}"


def whole(folder):
    """Return {file: card} of the networks in `folder` whose weights have the digest of their card."""
    cards = {path: _card(path) for path in sorted(Path(folder).glob(f"*{SUFFIX}")) if _card(path).exists()}
    found = {path: json.loads(card.read_text(encoding="utf-8")) for path, card in cards.items()}
    return {path: card for path, card in found.items() if _sha256(path) == card["sha256"]}


def collect(target, *, folder=None, listed=LISTED):
    """Copy the networks of the full profile from the store to `target`, write their digests to `listed`, return them.

    folder: the store; listed: the list that travels with the package. Raises ValueError where there is no network.
    """
    folder = folder or runtime.weights_dir()
    found = {path: card for path, card in whole(folder).items() if card["profile"] == "full"}
    if not found:
        raise ValueError(f"{folder} holds no network of the full profile; run the chapters first: make execute.")
    Path(target).mkdir(parents=True, exist_ok=True)
    for path in found:
        shutil.copy2(path, target), shutil.copy2(_card(path), target)
    digests = {path.name: card["sha256"] for path, card in found.items()}
    Path(listed).write_text(json.dumps(digests, indent=1) + "\n", encoding="utf-8")
    return found


def _fetch(path):
    """Fetch a listed network from the book's release; return whether it came. Nothing half-written stays."""
    known = json.loads(LISTED.read_text(encoding="utf-8")) if LISTED.exists() else {}
    if path.name not in known or not address() or runtime.untrained():
        return False
    import pooch

    base = f"{address()}/releases/download/weights/"
    try:
        pooch.retrieve(base + path.name, f"sha256:{known[path.name]}", fname=path.name, path=path.parent)
        pooch.retrieve(base + _card(path).name, None, fname=_card(path).name, path=path.parent)
    except (OSError, ValueError) as error:  # no network, no such file, another digest
        print(f"{path.name} could not be fetched from {base}: {error}", file=sys.stderr)
        return False
    return True


def _card(path):
    return path.with_name(path.name.removesuffix(SUFFIX) + ".json")


def _sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _store(model, path, card):
    """Write the weights and then the card with their digest; a half-written file never has a card."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"half-{os.getpid()}-{path.name}")
    try:
        model.save_weights(half)
        card = card | {"sha256": _sha256(half), "parameters": model.count_params()}
        os.replace(half, path)
    finally:
        half.unlink(missing_ok=True)
    card = card | {"versions": runtime.versions(), "hardware": runtime.hardware()}
    _card(path).write_text(json.dumps(card, indent=1), encoding="utf-8")


def _load(model, path):
    """Fill `model` from the store and return True, or return False where nothing whole is kept."""
    if not (path.exists() and _card(path).exists()):
        return False
    if _sha256(path) != json.loads(_card(path).read_text(encoding="utf-8"))["sha256"]:
        print(f"{path.name} does not have the digest on its card: it is trained again.")
        return False
    model.load_weights(path)
    return True
