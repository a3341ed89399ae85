"""From a mask to single things: connected pieces, pieces that touch taken apart, and how many of them are right.

A label map (N, height, width) holds 0 for background and 1, 2, … for the things of that image.
"""

import numpy as np
from scipy import ndimage


def pieces(masks, smallest=0):
    """Return the connected pieces of masks (N, H, W, 1) as label maps (N, H, W), int32: things that touch are one.

    Masks are cut at one half; pixels that share an edge are connected. smallest: pieces of fewer pixels are left out.
    """
    return np.stack([_kept(ndimage.label(mask)[0], smallest) for mask in _masks(masks)])


def split(masks, apart=0.5, smallest=0):
    """Return masks (N, H, W, 1) as label maps (N, H, W), int32, in which things that touch are taken apart.

    How deep a pixel lies in the mask makes a landscape with a summit in the middle of each round thing; water that
    rises from the summits meets where two touch (watershed; Beucher & Lantuéjoul 1979). apart: by how many pixels two
    summits rise above the pass between them; the larger, the fewer things. smallest: as in `pieces`.
    """
    if not apart > 0:
        raise ValueError(f"apart is {apart}; it is a depth in pixels, above 0.")
    return np.stack([_kept(_watershed(mask, apart), smallest) for mask in _masks(masks)])


def _watershed(mask, apart):
    from skimage.morphology import local_maxima, reconstruction
    from skimage.segmentation import watershed

    if not mask.any():
        return mask.astype("int32")
    depth = ndimage.gaussian_filter(ndimage.distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1], 0.7)
    flooded = reconstruction(depth - apart, depth)  # summits that a lower pass does not part become one plateau
    summits, _ = ndimage.label(local_maxima(flooded) & mask, np.ones((3, 3)))
    ground, _ = ndimage.label(mask)
    alone = ground * ~np.isin(ground, ground[summits > 0])  # too flat for a summit: each is one thing
    seeds = summits + np.where(alone > 0, alone + summits.max(), 0)
    return watershed(-depth, seeds, mask=mask)


def counts(labels):
    """Return how many things each label map (N, H, W) holds, (N,)."""
    return np.array([len(np.setdiff1d(one, 0)) for one in _maps(labels)])


def count_error(truth, found):
    """Return by how many things each image's count is off, (N,): 0 where it is right, whatever the sign."""
    truth, found = _pair(truth, found)
    return np.abs(counts(found) - counts(truth))


def matches(truth, found, least=0.5):
    """Return (hits, missed, extra), each (N,): true things found, true things not found, and found ones too many.

    A true thing is found where one of the found things has an intersection over union above `least` with it; with one
    half or more it can be only one. The F1 of things is 2 hits / (2 hits + missed + extra) (Caicedo et al. 2019).
    """
    if not 0.5 <= least < 1:
        raise ValueError(f"least is {least}; give a number from 0.5 to below 1, so that no thing is matched twice.")
    truth, found = _pair(truth, found)
    hits = np.array([(_overlaps(*pair) > least).sum() for pair in zip(truth, found, strict=True)])
    return hits, counts(truth) - hits, counts(found) - hits


def things_f1(truth, found, least=0.5):
    """Return the F1 of things over all images, one number: see `matches`; 1 where there are none at all."""
    hits, missed, extra = (part.sum() for part in matches(truth, found, least))
    return float(2 * hits / (2 * hits + missed + extra)) if hits + missed + extra else 1.0


def _overlaps(truth, found):
    """Return the intersection over union of every true thing with every found one, (true things, found things)."""
    truth, found = (_renumbered(one) for one in (truth, found))
    both = np.zeros((truth.max() + 1, found.max() + 1))
    np.add.at(both, (truth, found), 1)
    either = both.sum(axis=1, keepdims=True) + both.sum(axis=0, keepdims=True) - both
    return (both / np.maximum(either, 1))[1:, 1:]


def _renumbered(labels):
    """Return the numbers of a label map in one line, without gaps; 0 stays 0."""
    return np.unique(np.append(labels, 0), return_inverse=True)[1][:-1]


def _kept(labels, smallest):
    """Return a label map without pieces below `smallest` pixels, numbered without gaps."""
    sizes = np.bincount(labels.ravel())
    kept = (sizes >= max(smallest, 1)) & (np.arange(len(sizes)) > 0)
    return (np.cumsum(kept) * kept)[labels].astype("int32")


def _masks(masks):
    masks = np.asarray(masks)
    if masks.ndim != 4 or masks.shape[-1] != 1 or not masks.size:
        raise ValueError(f"masks have the shape {masks.shape}; give at least one, (N, H, W, 1).")
    return masks[..., 0] > 0.5


def _maps(labels):
    labels = np.asarray(labels)
    if labels.ndim != 3 or labels.dtype.kind not in "iu" or not labels.size:
        raise ValueError(f"labels are {labels.dtype} of the shape {labels.shape}; give whole numbers, (N, H, W).")
    return labels


def _pair(truth, found):
    truth, found = _maps(truth), _maps(found)
    if truth.shape != found.shape:
        raise ValueError(f"The label maps have the shapes {truth.shape} and {found.shape}; give two equal ones.")
    return truth, found
