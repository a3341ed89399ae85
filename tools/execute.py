"""Run chapters and store their outputs: `make execute [CHAPTER=autoencoders] [PROFILE=full]`.

A chapter that fails keeps the outputs it had. `BOOK_DATA` and its like pass through.
"""

import argparse
import os
import sys
import time

from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from tools import chapters, notebooks, stale

CELL_SECONDS = {"quick": 300, "full": 3600}


def main():
    arguments, failed = parse(), []
    os.environ["BOOK_PROFILE"] = arguments.profile
    for path in chosen(arguments.chapter):
        seconds = execute(path, arguments.profile)
        if seconds is None:
            failed.append(path.stem)
        elif arguments.profile == "full":
            stale.stamp(path, seconds=round(seconds, 1))
    if failed:
        sys.exit(f"Not stored, because a cell failed: {', '.join(failed)}.")


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("chapter", nargs="*", help="the names of the chapters; all where none is given")
    parser.add_argument("--profile", choices=CELL_SECONDS, default="full")
    return parser.parse_args()


def chosen(names):
    """Return the notebooks of the named chapters, or all of them."""
    known = {path.stem: path for path in chapters.notebooks()}
    unknown = set(names) - set(known)
    if unknown:
        sys.exit(f"There is no chapter called {', '.join(sorted(unknown))}. The chapters: {', '.join(known)}.")
    return [known[name] for name in names or known]


def execute(path, profile):
    """Run and store one notebook; return the seconds, or None, the reason printed, where a cell fails."""
    notebook, start, reached = chapters.read(path), time.time(), [0]

    def note(cell, index):
        reached.append(index + 1)
        if sys.stderr.isatty():
            print(
                f"\r\033[K{path.stem}: cell {index + 1} of {len(notebook.cells)}",
                end="\r",
                file=sys.stderr,
                flush=True,
            )

    try:
        variables = {"BOOK_PROFILE": profile}
        notebooks.run(notebook, path.parent, variables=variables, seconds=CELL_SECONDS[profile], on_cell=note)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        print(f"{path.stem}: cell {reached[-1]} of {len(notebook.cells)} failed.\n{error}", file=sys.stderr)
        return None
    chapters.write(path, notebook)
    seconds = time.time() - start
    print(f"{path.stem}: {seconds:.0f} s, {path.stat().st_size / 1e6:.2f} MB")
    return seconds


if __name__ == "__main__":
    main()
