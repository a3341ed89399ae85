"""List the stored results whose code has changed since: `make stale`. Exit status 1 where there are any.

Stored results are the ledgers, the runs behind them, what `make claims` saw, the outputs of the chapters, which of them
have run on Colab's packages, and what their cells do without training.
"""

import json
import os
import sys

from helpers import digest, ledger, runtime
from tools import notebooks
from tools.uses import uses

# What these results of chapters do not depend on.
WITHOUT = {"claims": notebooks.DISPLAY, "outputs": ("helpers.digest",), "rehearsals": (), "untrained": ()}


def main():
    folder = ledger.results()
    results = stored(folder)
    stale = {path: reasons for path in results if (reasons := why(path, folder))}
    for path, reasons in stale.items():
        print(f"{path.relative_to(folder.parent.parent)}: {'; '.join(reasons)}: {remedy(path, folder)}")
    print(f"{len(results)} stored results, {len(stale)} stale.")
    sys.exit(1 if stale else 0)


def stored(folder):
    """Return the files of all stored results."""
    places = ("*.json", "runs/*/*.json", *(f"{kind}/*.json" for kind in WITHOUT))
    return [path for place in places for path in sorted(folder.glob(place))]


def why(path, folder, root=digest.ROOT):
    """Return the reasons why a stored result is not today's: empty where it is."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        kind = path.relative_to(folder).parts[0]
        if kind not in WITHOUT:
            ledger.load(path)
        reasons = digest.changed(record["modules"], root, profile=record["profile"])
        return reasons + (_added(path.stem, record, WITHOUT[kind], root) if kind in WITHOUT else [])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return [f"not a stored result ({error})"]


def _added(chapter, record, without, root):
    """Return a sentence for each module that a chapter uses today and did not use when it was stored."""
    known = {f"book.{chapter}", *record["modules"]}
    return [f"{name} is used now" for name in uses(f"book.{chapter}", without=without, root=root) if name not in known]


def remedy(path, folder):
    """Return the command that makes a stored result anew."""
    kind = path.relative_to(folder).parts[0]
    commands = {"claims": f"make claims CHAPTER={path.stem}", "outputs": f"make execute CHAPTER={path.stem}"}
    commands["rehearsals"] = f"make test-colab ARGS='-k {path.stem}'"
    commands["untrained"] = "make test ARGS='-k test_sabotage'"
    return commands.get(kind, f"make benchmarks NAME={path.parent.name if kind == 'runs' else path.stem}")


def stamp(path, kind="outputs", *, profile=None, folder=None, **more):
    """Note the code, versions and device behind a result of a chapter, and `more` about it; return the record."""
    profile = profile or runtime.profile()
    used = notebooks.code(path, profile=profile, without=WITHOUT[kind])
    record = {"name": path.stem, "profile": profile, "hardware": runtime.hardware(), "versions": runtime.versions()}
    record |= {"modules": used, "code": digest.combined(used)} | more
    return ledger.save((folder or ledger.results()) / kind / f"{path.stem}.json", record)


def today(path, kind, *, folder=None, **given):
    """Return what `stamp` noted of a chapter, or None where its code, or what is `given`, is no longer the same.

    None always where the environment has REHEARSE=all.
    """
    folder = folder or ledger.results()
    stored = folder / kind / f"{path.stem}.json"
    asked = os.environ.get("REHEARSE") == "all"
    if asked or not stored.is_file() or why(stored, folder, path.resolve().parent.parent):
        return None
    record = json.loads(stored.read_text(encoding="utf-8"))
    return record if all(record.get(name) == value for name, value in given.items()) else None


if __name__ == "__main__":
    main()
