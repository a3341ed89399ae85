"""Street scenes with a label for each pixel: CamVid's frames, and drawn streets of the same eleven classes."""

import numpy as np

from .. import runtime
from . import catalog, download, streets
from .augment import after, mirror, tint
from .folders import opened
from .pipeline import jitter
from .readers import Split

#: The classes of CamVid as Badrinarayanan et al. (2017) join them; a label is a place in this list.
CLASSES = ("sky", "building", "pole", "road", "pavement", "tree", "sign", "fence", "car", "pedestrian", "cyclist")
IGNORE = 11  # the label of pixels that belong to no class and do not count

#: A colour for each class, and black for what does not count: (12, 3) in [0, 1].
COLOURS = np.array(
    [(0.53, 0.75, 0.92), (0.55, 0.35, 0.30), (0.85, 0.80, 0.55), (0.45, 0.30, 0.50), (0.85, 0.55, 0.75),
     (0.30, 0.55, 0.25), (0.95, 0.75, 0.20), (0.60, 0.60, 0.60), (0.20, 0.30, 0.75), (0.85, 0.25, 0.25),
     (0.15, 0.65, 0.65), (0.0, 0.0, 0.0)]
)  # fmt: skip


def labelled():
    """Return street scenes as a Split: CamVid at 144×192 in the full profile, `drawn_scenes()` in the quick one."""
    return runtime.choose(quick=drawn_scenes, full=camvid)()


def drawn_scenes(counts=(160, 40), size=(48, 64), seed=0):
    """Return drawn streets, so many to learn from and to test on, as a Split like that of `camvid`."""
    train, train_labels = streets.streets(counts[0], size, seed)
    test, test_labels = streets.streets(counts[1], size, seed + 1)
    credit = "Streets drawn by helpers.data.streets"
    return Split(train, train_labels, test, test_labels, "drawn streets", credit)


def camvid(size=(144, 192), *, choosing=False):
    """Return CamVid as a Split: frames (N, height, width, 3) in [0, 1], labels (N, height, width), uint8.

    size: height and width; the files have (360, 480). Frames are averaged to it, labels take the nearest pixel. Labels
    are places in `CLASSES`, or `IGNORE`. 367 frames to learn from, 233 to test on, each in the order of their names.
    choosing: leave the test frames out and give the 101 frames of the sequence 0006R0 as test part, on which settings
    are chosen. Fetched on first use. Sources: Brostow et al. (2009), Badrinarayanan et al. (2017).
    """
    root = download.fetch("camvid") / "CamVid"
    train, train_labels = _read(root, "train", size, lambda name: not (choosing and name.startswith("0006R0")))
    part = "train" if choosing else "test"
    test, test_labels = _read(root, part, size, lambda name: not choosing or name.startswith("0006R0"))
    name = "CamVid, validation part" if choosing else "CamVid"
    return Split(train, train_labels, test, test_labels, name, catalog.card("camvid").credit)


def _read(root, part, size, wanted):
    from PIL import Image

    names = sorted(path.name for path in (root / part).glob("*.png") if wanted(path.name))
    height, width = size
    images = np.empty((len(names), height, width, 3), "float32")
    labels = np.empty((len(names), height, width), "uint8")
    for n, name in enumerate(names):
        frame = opened(root / part / name).convert("RGB").resize((width, height), Image.Resampling.BOX)
        images[n] = np.asarray(frame, "float32") / 255
        labels[n] = opened(root / f"{part}annot" / name).resize((width, height), Image.Resampling.NEAREST)
    return images, labels


def weights(labels, classes=11, ignore=IGNORE):
    """Return the weight of each class in a loss, (classes,): the median of the classes' frequencies over its own.

    The frequency of a class is its share of the pixels of those images that hold it (Eigen & Fergus 2015), counted
    without `ignore`. A class that no image holds has the weight 0.
    """
    counts = np.stack([np.bincount(image.ravel(), minlength=256)[:classes] for image in np.asarray(labels, "uint8")])
    sizes = np.sum(np.asarray(labels) != ignore, axis=(1, 2))
    pixels, where = counts.sum(axis=0), ((counts > 0) * sizes[:, None]).sum(axis=0)
    shares = np.divide(pixels, where, out=np.full(classes, np.nan), where=where > 0)
    return np.nan_to_num(np.nanmedian(shares) / shares)


def painted(labels):
    """Return label maps (N, H, W) as pictures (N, H, W, 3) in the colours of the classes."""
    return COLOURS[np.asarray(labels)].astype("float32")


def changed(size):
    """Return the augmentation of street scenes of `size` (height, width): mirrored, moved, resized, in another light.

    They are not turned: a street has its sky above.
    """
    move = jitter(shift=size[0] // 8, scale=0.3, fill="reflect")
    return after(mirror(), move, tint(brightness=0.15, contrast=0.3, colour=0.1))
