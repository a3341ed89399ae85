"""One image, several right answers: whole classes of a label map turn into twins at random, with known chances.

What Kohl et al. (2018) did to the street scenes of Cityscapes: each time an image is shown, a coin is thrown for each
of five classes; where it falls so, every pixel of that class gets the label of its twin. Nothing in the image tells
how the coin fell. n coins make 2ⁿ answers, the *modes*, and the chance of each is known.
"""

import numpy as np

from .. import runtime
from .scenes import CLASSES, COLOURS
from .scenes import IGNORE as SCENES_IGNORE

#: The chance that a class turns into its twin (Kohl et al. 2018).
CHANCES = {"pavement": 8 / 17, "pedestrian": 7 / 17, "car": 6 / 17, "tree": 5 / 17, "road": 4 / 17}
IGNORE = 255  # the label of pixels that do not count; that of `scenes` becomes the first twin

#: The colours of the first to the fifth twin, apart from those of classes and of each other.
TWINS = np.array([(0.72, 0.90, 0.30), (0.97, 0.97, 0.97), (0.98, 0.55, 0.10), (0.62, 0.95, 0.85), (0.98, 0.93, 0.62)])


def pairs(chances=CHANCES):
    """Return {label: (label of its twin, chance of the flip)} from {name of a class: chance}, five at most.

    Twins are numbered in the order given, from 11, the number of classes of `scenes`.
    """
    wrong = [name for name, chance in chances.items() if name not in CLASSES or not 0 <= chance <= 1]
    if wrong or not 1 <= len(chances) <= len(TWINS):
        raise ValueError(f"chances are {chances}; give 1 to {len(TWINS)} of {', '.join(CLASSES)}, each from 0 to 1.")
    return {CLASSES.index(name): (len(CLASSES) + n, chance) for n, (name, chance) in enumerate(chances.items())}


def ready(labels):
    """Return label maps of `scenes`, uint8, in which what does not count is `IGNORE`, so that 11 is free for a twin."""
    labels = np.asarray(labels, "uint8")
    return np.where(labels == SCENES_IGNORE, np.uint8(IGNORE), labels)


def flips(pairs):
    """Return the augmentation for `pipeline` that throws the coins: label maps (N, H, W) of `ready`, images as given.

    Every class of `pairs` and its twin are made one first and then named by a new coin, so that label maps that were
    flipped before come out with the same chances as those that were not.
    """

    def augment(images, targets, seed):
        tf = runtime.tensorflow()
        seed = tf.random.experimental.stateless_fold_in(seed, 17)  # apart from the draws of other augmentations
        coins = tf.random.stateless_uniform([len(pairs), tf.shape(targets)[0], 1, 1], seed)
        for coin, (kind, (twin, chance)) in zip(tf.unstack(coins), pairs.items(), strict=True):
            either = (targets == kind) | (targets == twin)
            named = tf.where(coin < chance, tf.cast(twin, targets.dtype), tf.cast(kind, targets.dtype))
            targets = tf.where(either, named, targets)
        return images, targets

    return augment


def drawn(labels, pairs, seed=0):
    """Return label maps (N, H, W) with one throw of the coins for each, the same for the same seed."""
    return flips(pairs)(None, runtime.tensorflow().constant(labels), [seed, 0])[1].numpy()


def modes(labels, pairs):
    """Return all answers to one image, (2ⁿ, H, W), and their chances, (2ⁿ,), which sum to 1.

    labels: the label map (H, W) without flips. The number of a mode has a bit for each pair, the first of `pairs` the
    highest; the bit is 1 where the class is flipped. A class that is absent still has its coin: modes are then equal.
    """
    labels = np.asarray(labels)
    if labels.ndim != 2:
        raise ValueError(f"labels have the shape {labels.shape}; give one label map, (H, W).")
    bits = flipped(pairs)
    maps = np.repeat(labels[None], len(bits), axis=0)
    for n, (kind, (twin, _)) in enumerate(pairs.items()):
        maps[np.ix_(bits[:, n])] = np.where(labels == kind, np.array(twin, labels.dtype), maps[bits[:, n]])
    return maps, chances(pairs)


def flipped(pairs):
    """Return which classes each mode flips, bool (2ⁿ, n)."""
    count = len(pairs)
    return np.array([[bool(mode >> (count - 1 - n) & 1) for n in range(count)] for mode in range(2**count)])


def chances(pairs):
    """Return the chance of each mode, (2ⁿ,): the product of those of its coins."""
    each = np.array([chance for _, chance in pairs.values()])
    return np.where(flipped(pairs), each, 1 - each).prod(axis=1)


def folded(labels, pairs):
    """Return label maps in which every twin is its class again."""
    place = np.arange(256, dtype="uint8")
    for kind, (twin, _) in pairs.items():
        place[twin] = kind
    return place[np.asarray(labels)]


def painted(labels, pairs):
    """Return label maps (N, H, W) as pictures (N, H, W, 3): classes in the colours of `scenes`, twins in `TWINS`."""
    colours = np.zeros((256, 3), "float32")
    colours[: len(CLASSES)] = COLOURS[: len(CLASSES)]
    for colour, (twin, _) in zip(TWINS, pairs.values(), strict=False):
        colours[twin] = colour
    return colours[np.asarray(labels)]
