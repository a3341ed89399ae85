"""Label maps edited by hand: a thing is cut out of one and put into another. NumPy and SciPy."""

import numpy as np
from scipy import ndimage


def largest_thing(labels, label, most=0.05, filled=0.8):
    """Return where the largest whole thing of a label is, (H, W) of booleans, among label maps (N, H, W).

    Things are connected pixels. Those which touch the edge are not whole. Left out are those which fill the share
    `most` of their map or more, and those which fill less than `filled` of the box around them: several, one behind the
    other, or one that is half hidden. Raises ValueError where there is none.
    """
    parts = map(ndimage.label, np.asarray(labels) == label)  # each map's things, numbered from 1
    found = [numbers == n for numbers, count in parts for n in range(1, count + 1)]
    whole = [one for one in found if one.mean() < most and not (one[:, [0, -1]].any() or one[[0, -1]].any())]
    whole = [one for one in whole if one[np.ix_(one.any(axis=1), one.any(axis=0))].mean() >= filled]
    if not whole:
        raise ValueError(
            f"no whole thing of label {label} fills less than {most:g} of its map and {filled:g} of its box."
        )
    return max(whole, key=np.sum)


def put(labels, thing, label, across):
    """Return a label map (H, W) with a thing, (H, W) of booleans, in it, at the height where it was found.

    across: where the middle of the thing comes to lie, 0 for the left edge and 1 for the right one; what would lie
    outside is cut off.
    """
    wide, (y, x) = thing.shape[1], np.nonzero(thing)
    x = x + round(across * (wide - 1) - (x.min() + x.max()) / 2)
    inside = (x >= 0) & (x < wide)
    changed = np.array(labels)
    changed[y[inside], x[inside]] = label
    return changed
