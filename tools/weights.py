"""Collect the trained networks for a release: `make weights`.

Copies what the store holds of the full profile to `_build/weights`, a card beside each, and lists the digests in
`helpers/weights.json`. Upload the folder to a release with the tag `weights`, commit the list.
"""

import sys

from helpers import weights
from tools import chapters


def main():
    target = chapters.ROOT / "_build" / "weights"
    try:
        found = weights.collect(target)
    except ValueError as error:
        sys.exit(str(error))
    for path, card in found.items():
        print(f"{path.name}: {card['parameters']:,} parameters, {card['seconds']:.0f} s, {path.stat().st_size:,} bytes")
    print(f"{len(found)} networks in {target.relative_to(chapters.ROOT)}; their digests in helpers/weights.json.")


if __name__ == "__main__":
    main()
