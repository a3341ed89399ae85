"""Images whose small version leaves more than one answer: print, and stripes that share a small image with others.

NumPy, planes (H, W) of uint8, made small as in `resampling`.
"""

import numpy as np

from . import detail, resampling
from .convolution import whole
from .data import probes

#: Without the letters that look alike in a sans-serif font.
LETTERS = "abcdefghijklmnopqrstuvwxyzABDEGHKMRSTW 2345689"


def page(size, number, side=160):
    """Return a page of random letters of `size` pixels, (side, side); the same `number` gives the same letters."""
    letters = np.random.default_rng(number).choice(list(LETTERS), (12, 18))
    return probes.printed("\n".join(map("".join, letters)), side, size=size)


def pages(count=24):
    """Return {name: page} in twelve sizes of letters, from 8 to 19 pixels, to learn from."""
    return {str(number): page(8 + number % 12, 100 + number) for number in range(whole("count", count))}


def twins(period=3, *, angle=0.3):
    """Return {"too fine", "coarse, weak", "control"}: stripes of which the first two have one small image, ×2.

    period: of the first, in pixels; raises ValueError where the small image can show it. A small image tells a
    frequency, in periods a pixel along the rows and the columns, but for multiples of 1/2; the second scene has what is
    left of that of the first, as strong as it arrives. The control is 8 pixels apart, which fit.
    """
    frequency = np.array([np.cos(angle), np.sin(angle)]) / period
    left = frequency - np.rint(2 * frequency) / 2
    if np.array_equal(left, frequency):
        raise ValueError(f"stripes {period} pixels apart fit into an image of half the size; give a finer period.")
    coarse = {"period": 1 / np.hypot(*left), "angle": np.arctan2(*left[::-1])}
    fine = probes.stripes(period, angle=angle)
    arrived, full = (resampling.pair(image, 2)[0][4:-4, 4:-4] - 128.0 for image in (fine, probes.stripes(**coarse)))
    weak = probes.stripes(**coarse, contrast=90 * (arrived * full).sum() / (full**2).sum())
    return {"too fine": fine, "coarse, weak": weak, "control": probes.stripes(8, angle=angle)}


def agreement(upscale, image, scale=2):
    """Return the cosine between the unseen part that a method adds to an image and the true one, from −1 to 1.

    upscale: as for `resampling.score`; raises ValueError where it adds nothing. From the share s and the power p of
    `detail.judged`: s = 2 c √p − p.
    """
    of = detail.judged(upscale, {"image": image}, scale)
    if of["power"] < 1e-12:
        raise ValueError("The output has no unseen part, so it agrees with none; give a method that adds something.")
    return (of["share"] + of["power"]) / (2 * np.sqrt(of["power"]))
