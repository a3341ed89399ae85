"""Aerial images with a mask of their roads: the tiles of EPFL's course, and drawn views."""

import numpy as np

from .. import runtime
from . import aerial, catalog, download
from .augment import after, tint
from .folders import opened
from .readers import Split
from .square import symmetries

FOLDS = 4  # of 20 tiles each, within the 80 that are there to learn from


def mapped():
    """Return aerial images with masks of roads: `roads()` in the full profile, `drawn_roads()` in the quick one."""
    return runtime.choose(quick=drawn_roads, full=roads)()


def drawn_roads(counts=(120, 30), size=(96, 96), seed=0):
    """Return drawn aerial views, so many to learn from and to test on, as a Split like that of `roads`."""
    train, train_masks = aerial.aerial(counts[0], size, seed)
    test, test_masks = aerial.aerial(counts[1], size, seed + 1)
    return Split(train, train_masks, test, test_masks, "drawn aerial views", "Views drawn by helpers.data.aerial")


def roads(size=400, *, fold=None):
    """Return EPFL's tiles as a Split: aerial images (N, size, size, 3) in [0, 1], masks (N, size, size, 1), 0 or 1.

    size: of a tile; the files have 400 pixels a side, smaller ones are averaged. Tiles 001 to 080 are to learn from,
    081 to 100 for testing. fold: None, or 0 to 3: leave the test tiles out and give the 20 tiles of that fold (001 to
    020, 021 to 040, …) as test part, on which settings are chosen. Fetched on first use.
    """
    if fold is not None and fold not in range(FOLDS):
        raise ValueError(f"fold is {fold!r}; give None for the test tiles, or 0 to {FOLDS - 1}.")
    if size != int(size) or not 1 <= size <= 400:
        raise ValueError(f"size is {size}; give a whole number of pixels from 1 to 400.")
    root = download.fetch("epfl-roads") / "data" / "training"
    numbers = np.arange(1, 101 if fold is None else 81)
    chosen = numbers > 80 if fold is None else (numbers - 1) // 20 == fold
    train, test = (_read(root, numbers[part], size) for part in (~chosen, chosen))
    name = "EPFL roads" if fold is None else f"EPFL roads, fold {fold}"
    return Split(*train, *test, name, catalog.card("epfl-roads").credit)


def _read(root, numbers, size):
    from PIL import Image

    images = np.empty((len(numbers), size, size, 3), "float32")
    masks = np.empty((len(numbers), size, size, 1), "float32")
    for n, number in enumerate(numbers):
        name = f"satImage_{number:03}.png"
        photograph, grey = opened(root / "images" / name).convert("RGB"), opened(root / "groundtruth" / name)
        images[n] = np.asarray(photograph.resize((size, size), Image.Resampling.BOX), "float32") / 255
        masks[n, ..., 0] = np.asarray(grey.convert("L").resize((size, size), Image.Resampling.BOX)) > 127
    return images, masks


def turned():
    """Return the augmentation of aerial images: the square's eight symmetries, in another light."""
    return after(symmetries(), tint(brightness=0.1, contrast=0.2, colour=0.05))
