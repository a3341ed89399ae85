"""Photographs to enlarge: T91, Set5 and Set14, and in their place the photographs of scikit-image."""

from typing import NamedTuple

import numpy as np

from .. import resampling, runtime
from . import catalog, download, photographs
from .folders import opened

#: Which of scikit-image's photographs are for testing; the other ones are to learn from.
HELD_OUT = ("camera", "chelsea", "coffee")

FACTORS = (1.0, 0.9, 0.8, 0.7, 0.6)


class Photographs(NamedTuple):
    """Photographs to learn from, and sets of them that learning never sees, each as {name: image}.

    An image is uint8, (H, W, 3), or (H, W) where its file is grey. `name` and `credit` belong into captions.
    """

    train: dict
    tests: dict  # {name of the set: {name: image}}
    name: str
    credit: str


def detailed():
    """Return photographs to enlarge: `t91()` in the full profile, `scikit_photographs()` in the quick one."""
    return runtime.choose(quick=scikit_photographs, full=t91)()


def scikit_photographs():
    """Return the photographs that come with scikit-image, six to learn from and three to test on, as `Photographs`."""
    found = {name: _bytes(photographs.photograph(name, grey=False)) for name in photographs.NAMES}
    test = {name: found.pop(name) for name in HELD_OUT}
    return Photographs(found, {"photographs": test}, "scikit-image's photographs", photographs.CREDIT)


def t91(*, choosing=False):
    """Return T91 to learn from, Set5 and Set14 to test on, as `Photographs`. Fetched on first use.

    choosing: leave both test sets out and give every ninth photograph of T91 (sorted by name: 0, 9, …), on which
    settings are chosen, as test set. One file of T91 is there twice, t36 and t65; both are to learn from. `bridge` of
    Set14 is grey; `lenna` counts in the average and is not shown. Sources: Yang et al. (2010), Bevilacqua et al.
    (2012), Zeyde et al. (2010).
    """
    root = download.fetch("superres")
    train, credit = _read(root / "Train"), catalog.card("superres").credit
    if not choosing:
        tests = {name: _read(root / "Test" / name) for name in ("Set5", "Set14")}
        return Photographs(train, tests, "T91", credit)
    test = {name: train.pop(name) for name in list(train)[::9]}
    return Photographs(train, {"T91, validation part": test}, "T91, the other photographs", credit)


def piece_pairs(images, scale, *, size=24, factors=FACTORS):
    """Return squares of the luma of photographs, small and `scale` times as large: float32 (N, side, side, 1), 0 to 1.

    images: {name: uint8 image}. size: the side of a small square; the large one has scale × size pixels. factors: the
    photographs are also cut at these sizes of theirs, since edges look alike at every size. The squares of a photograph
    cover it; its last ones overlap. A photograph with less than one square at a factor is left out there.
    """
    parts = [_cut(*_pair(image, scale, factor), scale, size) for image in images.values() for factor in factors]
    small, large = ([piece for part in parts for piece in part[n]] for n in (0, 1))
    if not small:
        raise ValueError(f"size is {size} and scale {scale}; no photograph has {size * scale}×{size * scale} pixels.")
    return tuple(np.stack(some)[..., np.newaxis].astype("float32") / 255 for some in (small, large))


def _pair(image, scale, factor):
    """Return the luma of an image at `factor` of its size, uint8, small and large, as the protocol makes them."""
    plane = resampling.whole_numbers(resampling.luma(image))
    if factor != 1:
        plane = resampling.resized(plane, [max(scale, round(factor * side)) for side in plane.shape])
    large = resampling.cropped(plane, scale)
    return resampling.shrunk(large, scale), large


def _cut(small, large, scale, size):
    """Return the squares that cover a pair of planes: ([small], [large])."""
    if min(small.shape) < size:
        return [], []
    rows, columns = ([*range(0, side - size, size), side - size] for side in small.shape)
    places = [(y, x) for y in rows for x in columns]
    wide = scale * size
    return (
        [small[y : y + size, x : x + size] for y, x in places],
        [large[scale * y : scale * y + wide, scale * x : scale * x + wide] for y, x in places],
    )


def _read(folder):
    """Return {name: image} of a folder, sorted by name; grey files stay grey."""
    images = {path.stem.removesuffix("_GT"): opened(path) for path in sorted(folder.glob("*.bmp"))}
    return {name: np.asarray(image if image.mode == "L" else image.convert("RGB")) for name, image in images.items()}


def _bytes(image):
    image = resampling.whole_numbers(255 * image)
    return image if image.shape[2] == 3 else image[..., 0]
