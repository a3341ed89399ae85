"""Build the book strictly: a warning is an error, and every page of the contents has to come out."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

from tools import chapters

BUILD = chapters.ROOT / "_build"
HTML = BUILD / "html"


def main():
    start = time.time()
    for leftover in (HTML, BUILD / ".doctrees"):  # a second build would not repeat the warnings of the first
        shutil.rmtree(leftover, ignore_errors=True)
    built = subprocess.run(command(), cwd=chapters.ROOT, stdout=subprocess.PIPE, text=True)
    if built.returncode:
        sys.exit(f"{built.stdout}\nThe book was not built: a warning is an error here, see above.")
    missing = [page for page in chapters.pages() if not (HTML / f"{page}.html").is_file()]
    if missing:
        sys.exit(f"The book was built without these pages of _toc.yml: {', '.join(missing)}.")
    print(f"{len(chapters.pages())} pages in {time.time() - start:.0f} s. Open {HTML / 'index.html'}")


def command():
    program = Path(sys.executable).with_name("jupyter-book")
    places = ["book", "--config", "_config.yml", "--toc", chapters.ROOT / "_toc.yml", "--path-output", "."]
    return [program, "build", *places, "-W", "-n", "--keep-going", "-q"]


if __name__ == "__main__":
    main()
