"""Nuclei that never were: fluorescence images and the number of the nucleus at each pixel, from a seed.

A nucleus is a star-shaped region: its outline is an ellipse with a few waves on it. It shines most in its middle, with
spots of its own. Some nuclei press against each other, and the pixels go to the one whose outline is relatively
farther. What is not labelled shines too: haze, bright dust, nuclei far out of focus. Lengths are in pixels.
"""

import numpy as np

from .streets import smooth


def cells(count, size=(96, 96), seed=0):
    """Return `count` images (count, height, width, 1), float32 in [0, 1], and their nuclei (count, height, width).

    The nuclei are an int32 label map: 0 is background, 1, 2, … are nuclei, each one connected piece. Their radius is 4
    to 9 pixels, whatever the size of the image. The same seed gives the same images, whatever their number. Raises
    ValueError on a count or size that is no whole number, or a side below 32 pixels.
    """
    if count != int(count) or count < 1 or len(size) != 2 or any(side != int(side) or side < 32 for side in size):
        raise ValueError(f"count is {count} and size is {size}; give whole numbers, at least 1 and at least 32 pixels.")
    slides = [slide(np.random.default_rng([seed, number]), size) for number in range(count)]
    return tuple(np.stack(parts) for parts in zip(*slides, strict=True))


def slide(rng, size=(96, 96)):
    """Return one image (height, width, 1) and its nuclei (height, width), drawn by the generator rng."""
    nuclei = placed(rng, size)
    light, labels, closest = np.zeros(size), np.zeros(size, "int32"), np.ones(size)
    spots = smooth(rng, size, max(size) / 3) - 0.5
    for number, one in enumerate(nuclei, 1):
        part, far = reach(one, size)
        nearer = far < closest[part]
        labels[part][nearer], closest[part] = number, np.minimum(closest[part], far)
        light[part] = np.maximum(light[part], one["bright"] * dome(far) * (1 + one["spotted"] * spots[part]))
    labels = tidy(labels)
    return developed(rng, light, labels), labels


def placed(rng, size):
    """Return nuclei as dictionaries: centre, radius, axes, outline, brightness and spots; some touch the one before."""
    radius, together = rng.uniform(4, 9), rng.uniform(0, 0.6)
    most = rng.uniform(0.05, 0.4) * size[0] * size[1] / (np.pi * radius**2)
    nuclei, tries = [], 0
    while len(nuclei) < max(2, most) and tries < 400:
        tries += 1
        one = nucleus(rng, radius * rng.uniform(0.8, 1.25), size)
        if nuclei and rng.uniform() < together:
            beside(rng, one, nuclei[rng.integers(len(nuclei))])
        near = [np.hypot(*(one["centre"] - other["centre"])) / (one["radius"] + other["radius"]) for other in nuclei]
        if min(near, default=1) > 0.72 and np.all(one["centre"] > -2) and np.all(one["centre"] < np.array(size) + 2):
            nuclei.append(one)
    return nuclei


def nucleus(rng, radius, size):
    """Return a nucleus somewhere in the image, with the waves of its outline: their heights and where they begin."""
    waves = rng.normal(0, 1, 3) * [0.04, 0.05, 0.03], rng.uniform(0, 2 * np.pi, 3)  # 2, 3 and 4 around the outline
    shape = {"radius": radius, "long": rng.uniform(1, 1.5), "turn": rng.uniform(0, np.pi), "waves": waves}
    bright = rng.choice([rng.uniform(0.35, 0.75), rng.uniform(0.7, 1)])
    return shape | {"centre": rng.uniform(0, size), "bright": bright, "spotted": rng.uniform(0.1, 0.6)}


def beside(rng, one, other):
    """Move a nucleus to the side of another, so close that they touch, and give it a similar brightness."""
    angle, apart = rng.uniform(0, 2 * np.pi), (one["radius"] + other["radius"]) * rng.uniform(0.76, 0.92)
    one["centre"] = other["centre"] + apart * np.array([np.sin(angle), np.cos(angle)])
    one["bright"] = np.clip(other["bright"] * rng.uniform(0.85, 1.15), 0.3, 1)


def reach(one, size):
    """Return (part, far): the part of the image around a nucleus, and how far out each pixel is, 1 on the outline."""
    low = np.maximum(np.floor(one["centre"] - 1.8 * one["radius"]).astype(int), 0)
    high = np.minimum(np.ceil(one["centre"] + 1.8 * one["radius"]).astype(int), size)
    part = np.s_[low[0] : max(high[0], low[0]), low[1] : max(high[1], low[1])]
    y, x = np.mgrid[part].astype(float) - one["centre"][:, None, None]
    sine, cosine, stretch = np.sin(one["turn"]), np.cos(one["turn"]), np.sqrt(one["long"])
    a, b = (cosine * x + sine * y) / stretch, (cosine * y - sine * x) * stretch
    angle, (heights, starts) = np.arctan2(b, a), one["waves"]
    outline = 1 + sum(h * np.cos(n * angle + s) for n, h, s in zip((2, 3, 4), heights, starts, strict=True))
    return part, np.hypot(a, b) / (one["radius"] * outline)


def dome(far):
    """Return how bright a nucleus is, 1 in its middle and 0 from its outline on."""
    return np.clip(1 - far**2, 0, 1) ** 0.3


def tidy(labels, least=6):
    """Return the label map with one connected piece a nucleus, none below `least` pixels, numbered without gaps."""
    from scipy import ndimage

    kept, count = np.zeros_like(labels), 0
    for number, part in enumerate(ndimage.find_objects(labels), 1):
        pieces = ndimage.label(labels[part] == number)[0] if part else np.zeros(1, int)
        sizes = np.bincount(pieces.ravel())[1:]
        if sizes.max(initial=0) >= least:
            count += 1
            kept[part][pieces == sizes.argmax() + 1] = count
    return kept


def developed(rng, light, labels):
    """Return the image: light of the nuclei through the lens, uneven background, dust, noise; (height, width, 1)."""
    from scipy import ndimage

    size = light.shape
    light = ndimage.gaussian_filter(light * (labels > 0), rng.uniform(0.6, 1.3))
    away = np.zeros(size)
    for y, x in rng.integers(0, size, (rng.poisson(size[0] * size[1] / 6000), 2)):
        away[y, x] = rng.uniform(0.1, 0.3)
    wide = rng.uniform(4, 6)
    light += ndimage.gaussian_filter(away, wide) * 2 * np.pi * wide**2  # nuclei far out of focus
    dust = (rng.uniform(size=size) < 0.0003) * rng.uniform(0.5, 2, size)
    light += ndimage.gaussian_filter(dust, rng.uniform(0.7, 1)) * 4
    light *= 0.55 + 0.45 * smooth(rng, size, 3)  # the lamp does not shine evenly
    haze = rng.uniform(0.01, 0.06) + rng.uniform(0, 0.2) * smooth(rng, size, 3)
    haze += 0.1 * ndimage.gaussian_filter(light, 9)
    image = rng.uniform(0.35, 1) * (light + haze)
    photons = rng.uniform(80, 500)
    image = rng.poisson(np.clip(image, 0, None) * photons) / photons + rng.normal(0, 0.008, size)
    return np.clip(image, 0, 1).astype("float32")[..., None]
