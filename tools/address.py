"""Say where the book lives, everywhere at once: `make address OWNER=… REPO=…`.

The address stands in `_config.yml`; set-up cells, badges and links repeat it, and a test keeps them in step.
Without OWNER and REPO the repetitions are written again from `_config.yml` (after a new version, say).
"""

import argparse
import re
import sys

from tools import chapters, setup_cell

UNSET = "OWNER_NOT_SET"
OWNER = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9]|-(?=[A-Za-z0-9])){0,38}")
REPOSITORY = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}(?<!\.git)")
PLACES = (
    "_config.yml",
    "pyproject.toml",
    "README.md",
    "CITATION.cff",
    "CONTRIBUTING.md",
    "book/*.md",
    "book/*.ipynb",
)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--owner", default="")
    parser.add_argument("--repo", default="")
    arguments = parser.parse_args()
    owner, repository = chapters.address()
    try:
        move(arguments.owner or owner, arguments.repo or repository)
    except ValueError as error:
        sys.exit(str(error))


def move(owner, repository, root=chapters.ROOT):
    """Write the address into every place that repeats it; return the files that changed."""
    check(owner, repository)
    old = "/".join(chapters.address(root))
    files = [path for pattern in PLACES for path in sorted(root.glob(pattern))]
    changed = {path for path in files if replace(path, old, f"{owner}/{repository}")}
    changed |= {path for path in chapters.notebooks(root) if setup_cell.refresh(path, root)}
    print(f"The book's address is github.com/{owner}/{repository}: {len(changed)} files changed.")
    return sorted(changed)


def check(owner, repository):
    """Raise ValueError where GitHub would not take the name."""
    if owner != UNSET and not OWNER.fullmatch(owner):
        raise ValueError(
            f"OWNER is {owner!r}; an account's name has up to 39 letters, digits and single hyphens inside."
        )
    if not REPOSITORY.fullmatch(repository):
        raise ValueError(
            f"REPO is {repository!r}; a repository's name has up to 100 letters, digits, dots, hyphens and "
            "underscores, without .git at its end. Give owner and name apart: OWNER=ada REPO=book."
        )


def replace(path, old, new):
    """Replace the address in a file where it stands as a whole; return True where the file changed."""
    before = path.read_text(encoding="utf-8")
    after = re.sub(rf"(?<![\w.-]){re.escape(old)}(?![\w-])", new, before)
    if after != before:
        path.write_text(after, encoding="utf-8")
    return after != before


if __name__ == "__main__":
    main()
