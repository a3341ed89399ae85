"""See whether the claims of the chapters hold for many seeds: `make claims SEEDS=10 [CHAPTER=autoencoders]`.

Each chapter runs in the quick profile once a seed. What was seen goes to
`book/results/claims/<chapter>.json` after every seed; a later call goes on from there unless the code has
changed. A run that was stopped, by the clock or by a dead kernel, is not stored. A claim is a cell tagged `claim`.
"""

import argparse
import json
import sys
import time

from nbclient.exceptions import CellTimeoutError, DeadKernelError

from helpers import digest, ledger, runtime
from tools import chapters, notebooks

SECONDS = 900  # a cell may take: a busy machine is no reason for a claim not to hold
STOPPED = ("CellTimeoutError", "DeadKernelError")


def main():
    arguments = parse()
    known = {path.stem: path for path in chapters.notebooks()}
    unknown = set(arguments.chapter) - set(known)
    if unknown:
        sys.exit(f"No chapter is called {', '.join(sorted(unknown))}. The chapters: {', '.join(known)}.")
    records = [collect(known[name], arguments.seeds) for name in arguments.chapter or known]
    print("\n".join(table(record) for record in records))
    sys.exit(1 if any(failures(record) or len(record["seeds"]) < arguments.seeds for record in records) else 0)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("chapter", nargs="*", help="the names of the chapters; all where none is given")
    parser.add_argument("--seeds", type=int, default=10, help="how many, from 0; 10 if not given")
    return parser.parse_args()


def collect(path, seeds, *, folder=None):
    """Run the seeds from 0 to `seeds` − 1 that are not stored yet; return the record of all that were run."""
    stored = (folder or ledger.results() / "claims") / f"{path.stem}.json"
    record = resume(path, stored)
    for seed in sorted(set(range(seeds)) - set(record["seeds"])):
        start = time.monotonic()
        claims, errors = observe(path, seed)
        if errors and errors[-1].startswith(STOPPED):
            print(f"{path.stem}, seed {seed}: not stored, for it did not reach its end: {errors[-1]}", flush=True)
            continue
        add(record, seed, round(time.monotonic() - start, 1), claims, errors)
        ledger.save(stored, record)
        held = sum(held for _, held in claims.values())
        seen = f"{held} of {len(claims)} claims held, {record['seconds'][-1]:.0f} s"
        print(f"{path.stem}, seed {seed}: {seen}", flush=True)
    return record


def resume(path, stored):
    """Return the stored record where its code is today's, else a new one."""
    used = notebooks.code(path, without=notebooks.DISPLAY, profile="quick")
    if stored.is_file():
        record = json.loads(stored.read_text(encoding="utf-8"))
        if record["modules"] == used:
            return record
    record = {"name": path.stem, "profile": "quick", "seeds": [], "seconds": []}
    record |= {"hardware": runtime.hardware(), "versions": runtime.versions()}
    return record | {"modules": used, "code": digest.combined(used), "claims": {}, "errors": {}}


def observe(path, seed):
    """Run a chapter with one seed; return {cell id: (its claim, whether it held)} and the errors in words.

    A claim that was not reached did not hold, whatever the chapter has stored.
    """
    notebook, stopped = chapters.read(path), []
    for cell in notebooks.cells(notebook):
        cell.update(outputs=[], execution_count=None)
    variables = {"BOOK_PROFILE": "quick", "BOOK_SEED": str(seed), "BOOK_UNTRAINED": ""}
    try:
        notebooks.run(notebook, path.parent, variables=variables, seconds=SECONDS, allow_errors=True)
    except (CellTimeoutError, DeadKernelError) as error:
        stopped = [f"{type(error).__name__}: {str(error).splitlines()[0]}"]
    claims = {
        cell.id: (notebooks.label(cell), cell.execution_count is not None and notebooks.error(cell) is None)
        for cell in notebooks.cells(notebook, "claim")
    }
    broken = [(cell, notebooks.error(cell)) for cell in notebooks.cells(notebook) if notebooks.error(cell)]
    return claims, [f"cell {cell.id}: {kind}: {text}" for cell, (kind, text) in broken] + stopped


def add(record, seed, seconds, claims, errors):
    """Put what one seed showed into the record, a value for each seed in the order they were run."""
    record["seeds"].append(seed)
    record["seconds"].append(seconds)
    for cell, (text, held) in claims.items():
        record["claims"].setdefault(cell, {"claim": text, "held": []})["held"].append(held)
    if errors:
        record["errors"][str(seed)] = errors


def failures(record):
    """Return the seeds with a claim that did not hold or with a cell that failed."""
    rows = [claim["held"] for claim in record["claims"].values()]
    lost = [seed for index, seed in enumerate(record["seeds"]) if not all(row[index] for row in rows)]
    return sorted({*lost, *map(int, record["errors"])})


def table(record):
    """Return what the chapter claims, how often that held, and every error, as text."""
    seeds = record["seeds"]
    lines = [f"\n{record['name']}: {len(record['claims'])} claims, {len(seeds)} seeds, quick profile"]
    for claim in record["claims"].values():
        lost = [str(seed) for seed, held in zip(seeds, claim["held"], strict=True) if not held]
        note = f"   FAILED for seed {', '.join(lost)}" if lost else ""
        lines.append(f"  {sum(claim['held']):>3} of {len(seeds)}   {claim['claim']}{note}")
    lines += [f"  seed {seed}: {text}" for seed, found in record["errors"].items() for text in found]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
