"""Photographs with a mask each: the horses, and a reader's own folder of pairs."""

import numpy as np

from .. import runtime
from . import catalog, download, streets
from .augment import after, mirror, tint
from .folders import listed, opened
from .pipeline import jitter
from .readers import Split


def objects():
    """Return photographs of objects with a mask each: `horses()` in the full profile, `drawn()` in the quick one."""
    return runtime.choose(quick=drawn, full=horses)()


def drawn(counts=(160, 40), size=(64, 64), seed=0):
    """Return drawn streets, so many to learn from and to test on, with masks of cars, people and cyclists: a Split."""
    train, train_labels = streets.streets(counts[0], size, seed)
    test, test_labels = streets.streets(counts[1], size, seed + 1)
    masks, test_masks = streets.things(train_labels), streets.things(test_labels)
    return Split(train, masks, test, test_masks, "drawn streets", "Streets drawn by helpers.data.streets")


def horses(size=128, *, choosing=False):
    """Return the Weizmann horses as a Split: photographs (N, size, size, 3) in [0, 1], masks (N, size, size, 1).

    Photographs are stretched to a square. Sorted by name and counted from 0, every fifth (0, 5, …) is for testing.
    choosing: leave these out, and give numbers 1, 6, … as test part, on which settings are chosen. Fetched on first
    use. Source: Borenstein & Ullman (2002).
    """
    root = download.fetch("horses") / "weizmann_horse_db"
    photographs = sorted((root / "rgb").glob("*.jpg"))
    images, masks = paired(photographs, [root / "figure_ground" / path.name for path in photographs], size)
    fifth = np.arange(len(images)) % 5
    test, train = (fifth == 1, fifth > 1) if choosing else (fifth == 0, fifth > 0)
    name = "Weizmann horses, validation part" if choosing else "Weizmann horses"
    return Split(images[train], masks[train], images[test], masks[test], name, catalog.card("horses").credit)


def pairs(images, masks, *, size):
    """Return your own pairs from two folders: photographs (N, size, size, 3) in [0, 1] and masks (N, size, size, 1).

    A mask belongs to the photograph with the same name before the last dot (a.jpg, a.png). It may have another size;
    what is brighter than half is held. Raises FileNotFoundError where a folder is missing, and ValueError where one is
    empty, files stay without a partner (each is named) or a file is damaged.
    """
    found = {kind: _by_stem(folder) for kind, folder in (("images", images), ("masks", masks))}
    alone = [f"{path.name} (in {kind})" for kind, other in (("images", "masks"), ("masks", "images"))
             for stem, path in found[kind].items() if stem not in found[other]]  # fmt: skip
    if alone:
        raise ValueError(f"{len(alone)} files have no partner: {', '.join(alone[:10])}. Rename or remove them.")
    stems = sorted(found["images"])
    return paired([found["images"][stem] for stem in stems], [found["masks"][stem] for stem in stems], size)


def varied(size):
    """Return the augmentation of photographs of `size` pixels: mirrored, moved, turned, resized, in another light."""
    move = jitter(shift=size // 16, rotate=10, scale=0.2, fill="reflect")
    return after(mirror(), move, tint(brightness=0.15, contrast=0.3, colour=0.15))


def paired(photographs, masks, size):
    """Read files: photographs in colour, masks cut at half of white, both stretched to size × size pixels."""
    from PIL import Image

    colours = [opened(path).convert("RGB").resize((size, size), Image.Resampling.BOX) for path in photographs]
    greys = [opened(path).convert("L").resize((size, size), Image.Resampling.BOX) for path in masks]
    images = np.stack([np.asarray(image, "float32") / 255 for image in colours])
    return images, np.stack([np.asarray(mask) > 127 for mask in greys]).astype("float32")[..., np.newaxis]


def _by_stem(folder):
    found = {}
    for path in listed(folder):
        if path.stem in found:
            raise ValueError(f"{found[path.stem].name} and {path.name} have one name; a mask could belong to either.")
        found[path.stem] = path
    return found
