"""Pairs for image-to-image translation: a condition, such as a label map, and the photograph that belongs to it."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from .. import painting, runtime
from . import catalog, crops, download, photographs, pictures, scenes
from . import streets as draw
from .augment import after, mirror
from .folders import listed, opened

DRAWN = "Streets drawn by helpers.data.streets"
PASCAL_S = ("imgs/pascal", "masks/pascal")  # where PASCAL-S keeps its 850 photographs and masks (Li et al. 2014)


class Pairs(NamedTuple):
    """Photographs and conditions in two parts: one to learn from, and one that learning never sees.

    Photographs are float32 (N, H, W, 3) in [0, 1]. Conditions are label maps, uint8 (N, H, W), of `classes` classes and
    the label `classes` for what does not count; or images, float32 (N, H, W, C) in [0, 1], and `classes` is None. The
    part to learn from may be larger than the test part: `jitter` cuts it to size. `name` and `credit` belong into
    captions.
    """

    photographs: np.ndarray
    conditions: np.ndarray
    test_photographs: np.ndarray
    test_conditions: np.ndarray
    classes: int | None
    name: str
    credit: str


def streets():
    """Return label maps of streets: `camvid()` in the full profile, `drawn()` in the quick one."""
    return runtime.choose(quick=drawn, full=camvid)()


def objects():
    """Return masks of objects: `horses()` in the full profile, `drawn_objects()` in the quick one."""
    return runtime.choose(quick=drawn_objects, full=horses)()


def drawn(counts=(160, 40), size=(48, 64), seed=0):
    """Return drawn streets of `size`, so many to learn from and to test on, as `Pairs` like those of `camvid`."""
    train, labels = draw.streets(counts[0], enlarged(size), seed)
    test, test_labels = draw.streets(counts[1], size, seed + 1)
    return Pairs(train, labels, test, test_labels, len(scenes.CLASSES), "drawn streets", DRAWN)


def camvid(size=(128, 128), *, choosing=False):
    """Return CamVid's label maps and frames as `Pairs`: 367 to learn from, 233 for testing, tested at `size`.

    size: height and width, to which frames are squeezed; those to learn from are 286 / 256 times as large. choosing:
    leave the test frames out, as `scenes.camvid` does. Fetched on first use.
    """
    root, held = download.fetch("camvid") / "CamVid", "0006R0" if choosing else ""
    train = scenes._read(root, "train", enlarged(size), lambda name: not (held and name.startswith(held)))
    test = scenes._read(root, "train" if choosing else "test", size, lambda name: name.startswith(held))
    name = "CamVid, validation part" if choosing else "CamVid"
    return Pairs(*train, *test, len(scenes.CLASSES), name, catalog.card("camvid").credit)


def drawn_objects(counts=(160, 40), size=(48, 64), seed=0):
    """Return drawn streets with masks of cars, people and cyclists as `Pairs` like those of `horses`."""
    pairs = drawn(counts, size, seed)
    masks, test_masks = draw.things(pairs.conditions), draw.things(pairs.test_conditions)
    return pairs._replace(conditions=masks, test_conditions=test_masks, classes=None)


def horses(size=128, *, choosing=False):
    """Return the masks (N, size, size, 1) and photographs of the Weizmann horses as `Pairs`, the source's (S2) task.

    The parts are those of `data.horses`. Many photographs fit one mask. Fetched on first use.
    """
    large, small = (pictures.horses(one, choosing=choosing) for one in (enlarged((size, size))[0], size))
    parts = large.train, large.train_labels, small.test, small.test_labels
    return Pairs(*parts, None, small.name, small.credit)


def painted(size=64, count=200, radius=3, seed=0):
    """Return pieces of scikit-image's colour photographs as conditions, and as `painting.kuwahara` paints them.

    size, count: the side of the squares and how many of them each photograph gives. Those of chelsea are for testing.
    """
    names = ("astronaut", "coffee", "rocket", "chelsea")
    whole = [photographs.photograph(name, grey=False)[None] for name in names]
    both = [np.concatenate([image, painting.kuwahara(image, radius)], axis=-1)[0] for image in whole]
    cut = [_squares(image, size, count, seed + n) for n, image in enumerate(both)]
    train, test = np.concatenate(cut[:-1]), cut[-1]
    return Pairs(train[..., 3:], train[..., :3], test[..., 3:], test[..., :3], None, "paintings", photographs.CREDIT)


def side_by_side(folder, *, size, photograph="left"):
    """Return (photographs, conditions) from a folder of images that hold both side by side, as pix2pix's releases do.

    Both are float32 (N, height, width, 3) in [0, 1], squeezed to `size` (height, width). photograph: which half it is,
    "left" or "right". Raises FileNotFoundError where there is no such folder, and ValueError where it holds no image, a
    damaged one, or one of an odd width.
    """
    if photograph not in ("left", "right"):
        raise ValueError(f"photograph is {photograph!r}; it is the 'left' half or the 'right' one.")
    halves = [_halves(file) for file in listed(folder)]
    left, right = (np.stack([_squeezed(pair[n], size) for pair in halves]) for n in (0, 1))
    return (left, right) if photograph == "left" else (right, left)


def two_folders(photographs, conditions, *, size):
    """Return (photographs, conditions) from two folders, float32 (N, height, width, 3) in [0, 1], squeezed to `size`.

    Files with the same name before the last dot belong together. The errors are those of `data.pairs`: files without a
    partner are named.
    """
    found = [pictures._by_stem(folder) for folder in (photographs, conditions)]
    alone = sorted(found[0].keys() ^ found[1].keys())
    if alone:
        raise ValueError(f"{len(alone)} files have no partner: {', '.join(alone[:10])}. Rename or remove them.")
    return tuple(np.stack([_squeezed(opened(part[stem]), size) for stem in sorted(found[0])]) for part in found)


def pascal_s(root, *, size=128):
    """Return (photographs, masks (N, size, size, 1)) of PASCAL-S, the source's (S2) data, from a copy of your own.

    root: the folder `datasets` of its archive, with photographs in imgs/pascal and grey masks in masks/pascal. The book
    has no copy of it that could be verified. Source: Li et al. (2014).
    """
    return pictures.pairs(*(Path(root).expanduser() / part for part in PASCAL_S), size=size)


def divided(photographs, conditions, *, name="your own pairs", credit="", classes=None):
    """Return your own pairs as `Pairs`: the first of every five is for testing. Raises ValueError on less than five."""
    if len(photographs) != len(conditions) or len(photographs) < 5:
        given = f"{len(photographs)} photographs and {len(conditions)} conditions"
        raise ValueError(f"{given}; give as many of both, five at least.")
    test = np.arange(len(photographs)) % 5 == 0
    parts = photographs[~test], conditions[~test], photographs[test], conditions[test]
    return Pairs(*parts, classes, name, credit)


def flat_colours(pairs, conditions=None):
    """Return pictures (N, H, W, 3) in which every pixel has the mean colour of its class; no network is needed.

    pairs: `Pairs` of label maps; the colours are those of its training part. conditions: label maps to be painted, the
    test part's unless given. A class that the training part lacks, and what does not count, are painted as they are
    found there, or grey.
    """
    if pairs.classes is None:
        raise ValueError("These pairs have images as conditions; give pairs of label maps.")
    labels, colours = pairs.conditions.ravel(), np.full((pairs.classes + 1, 3), 0.5)
    counts = np.bincount(labels, minlength=pairs.classes + 1)
    for channel in range(3):
        sums = np.bincount(labels, pairs.photographs[..., channel].ravel(), pairs.classes + 1)
        colours[counts > 0, channel] = sums[counts > 0] / counts[counts > 0]
    return colours[pairs.test_conditions if conditions is None else conditions].astype("float32")


def enlarged(size):
    """Return the paper's 286 / 256 times a size (height, width), rounded up, from which pieces of `size` are cut."""
    return tuple(-(-side * 286 // 256) for side in size)


def jitter(size):
    """Return the paper's augmentation: pairs are mirrored or not, and a piece of `size` is cut at a random place."""
    return after(mirror(), crops.pieces(size))


def _squares(image, size, count, seed):
    room = [side - size + 1 for side in image.shape[:2]]
    if min(room) < 1:
        raise ValueError(f"size is {size}, and a photograph has {image.shape[0]}×{image.shape[1]} pixels; give less.")
    places = np.random.default_rng(seed).integers(0, room, (count, 2))
    return np.stack([image[y : y + size, x : x + size] for y, x in places]).astype("float32")


def _halves(file):
    image = opened(file).convert("RGB")
    if image.width % 2:
        raise ValueError(f"{file.name} is {image.width} pixels wide; two images side by side have an even width.")
    middle = image.width // 2
    return image.crop((0, 0, middle, image.height)), image.crop((middle, 0, image.width, image.height))


def _squeezed(image, size):
    from PIL import Image

    height, width = size
    return np.asarray(image.convert("RGB").resize((width, height), Image.Resampling.BOX), "float32") / 255
