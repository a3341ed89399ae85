"""A place that never was, seen from above: aerial views and masks of their roads, from a seed, nothing to download.

The ground is a plane in metres, x to the right, y down. Streets run along two coordinates u and v that are turned and
bent, so that houses, cars and markings follow them. What stands on the ground has a height, and the shadows follow
from the heights. Car parks, drives, flat roofs and tracks have the colours of roads and are none; trees hide roads
that are there.
"""

from itertools import pairwise

import numpy as np

from .lots import avenue, big_lot, car, car_park, flat_roof, garden, green, trees, wood
from .streets import grey, smooth
from .terrain import Place, cast_shadows, developed, steps, window

KINDS = ("suburb", "town", "country")


def aerial(count, size=(96, 96), seed=0, scale=1.0):
    """Return `count` aerial views: images (count, height, width, 3) and masks of roads (count, height, width, 1).

    Both are float32 in [0, 1], masks are 0 or 1. scale: pixels of a metre; a street is 7 to 10 metres wide. The same
    seed gives the same views, whatever their number. Raises ValueError on a count or size that is no whole number, a
    side below 32 pixels or a scale that is not above 0.
    """
    if count != int(count) or count < 1 or len(size) != 2 or any(side != int(side) or side < 32 for side in size):
        raise ValueError(f"count is {count} and size is {size}; give whole numbers, at least 1 and at least 32 pixels.")
    if not scale > 0:
        raise ValueError(f"scale is {scale}; it is the number of pixels of a metre, above 0.")
    views = [view(np.random.default_rng([seed, number]), size, scale) for number in range(count)]
    return tuple(np.stack(parts) for parts in zip(*views, strict=True))


def view(rng, size=(96, 96), scale=1.0, kind=None):
    """Return one view, image (height, width, 3) and mask (height, width, 1), of one of `KINDS`, drawn by rng."""
    kind = kind or rng.choice(KINDS, p=(0.5, 0.3, 0.2))
    place = Place(rng, size, scale)
    {"suburb": suburb, "town": town, "country": country}[kind](place)
    cast_shadows(place)
    return developed(place)


# The three kinds of places


def suburb(place):
    """Gardens, houses with drives along the streets, trees; here and there a car park or a park."""
    rng = place.rng
    lawn(place)
    streets = grid(place, 34, 60, 0.75)
    for _ in range(rng.integers(0, 3)):
        big_lot(place, rng.choice([car_park, green, flat_roof], p=[0.5, 0.3, 0.2]))
    for u, width in streets:
        for side in (-1, 1):
            for v in steps(rng, -place.reach, place.reach, 10, 15):
                garden(place, u, width, side, v)
    for u, _ in streets:
        if rng.uniform() < 0.3:
            track(place, np.abs(place.u - u - rng.uniform(16, 26)), 3.2)
    trees(place, 0.0045, rng.uniform(0.2, 1))
    for u, width in streets:
        avenue(place, u, width, rng.uniform(0, 0.7))


def town(place):
    """Paved ground, flat roofs up to the kerb, car parks, few trees."""
    rng = place.rng
    place.paint(np.ones(place.u.shape, bool), grey(rng, 0.45, 0.6), place.noise(0.6, 0.2) * place.noise(8, 0.3))
    streets = grid(place, 36, 56, 0.8, pavement=3.0)
    for _ in range(rng.integers(2, 5)):
        big_lot(place, rng.choice([car_park, green], p=[0.85, 0.15]))
    for u, width in streets:
        for side in (-1, 1):
            v = -place.reach
            while v < place.reach:
                deep, broad = rng.uniform(9, 17), rng.uniform(9, 20)
                flat_roof(place, u + side * (width / 2 + 3.2 + deep / 2), v + broad / 2, deep, broad)
                v += broad + rng.choice([0.4, rng.uniform(1, 9)])
    trees(place, 0.0015, rng.uniform(0, 1))
    for u, width in streets:
        avenue(place, u, width, rng.uniform(0, 0.3))


def country(place):
    """Fields with furrows, one or two roads, tracks, a farm, a wood."""
    rng = place.rng
    fields(place)
    for _ in range(rng.integers(1, 3)):
        track(place, np.abs(place.v - rng.uniform(-0.4, 0.4) * place.wide), rng.uniform(2, 3.5))
    streets = grid(place, 60, 90, 0.6, pavement=0.0, parked=0.04)
    big_lot(place, rng.choice([car_park, green, flat_roof]))
    for u, width in streets:
        for v in steps(rng, -place.reach, place.reach, 14, 60):
            garden(place, u, width, rng.choice([-1, 1]), v)
    trees(place, 0.002, 1.0)
    wood(place)
    for u, width in streets:
        avenue(place, u, width, rng.uniform(0, 0.4))


# The ground


def lawn(place):
    """Paint grass, in places dry."""
    rng = place.rng
    base = np.array([0.36, 0.43, 0.24]) * rng.uniform(0.7, 1.1) + rng.normal(0, 0.02, 3)
    dry = np.array([0.52, 0.47, 0.34])[None, None]
    mix = (smooth(rng, place.u.shape, 9) ** 2 * rng.uniform(0, 1))[..., None]
    everywhere = np.ones(place.u.shape, bool)
    place.paint(everywhere, base * (1 - mix) + dry * mix, place.noise(0.6, 0.35) * place.noise(3, 0.25))


def fields(place):
    """Paint fields, each with its colour and its furrows."""
    rng = place.rng
    lawn(place)
    rows = np.searchsorted(np.sort(rng.uniform(-place.reach, place.reach, 4)), place.v)
    columns = np.searchsorted(np.sort(rng.uniform(-place.reach, place.reach, 3)), place.u)
    soils = np.array([[0.45, 0.36, 0.25], [0.35, 0.43, 0.2], [0.62, 0.56, 0.36], [0.28, 0.38, 0.18], [0.5, 0.46, 0.4]])
    for number in range(20):
        mask = rows * 4 + columns == number
        if mask.any():
            turned, period = rng.uniform(0, np.pi), rng.uniform(1.5, 4)
            furrows = np.sin((np.cos(turned) * place.x + np.sin(turned) * place.y) * 2 * np.pi / period)
            soil = soils[rng.integers(5)] * rng.uniform(0.8, 1.15) + rng.normal(0, 0.02, 3)
            place.paint(mask, soil, (1 + rng.uniform(0, 0.1) * furrows) * place.noise(0.8, 0.2) * place.noise(12, 0.3))


def grid(place, first, last, share, pavement=1.8, parked=0.75):
    """Lay streets along v, joined by streets along u, each with probability `share`; return [(u, width)] of those.

    pavement: its width. parked: the largest share of a kerb that is taken by cars.
    """
    rng, end = place.rng, place.reach
    middle = rng.uniform(-0.3, 0.3) * place.wide  # one street at least is in the picture
    others = [middle + side * u for side in (-1, 1) for u in steps(rng, first, 2 * end, first, last)]
    main = [(u, rng.uniform(7, 10)) for u in sorted([middle, *others]) if abs(u) < end]
    cross = [(v, rng.uniform(6.5, 9)) for v in steps(rng, -end, end, 1.2 * first, 1.2 * last)]
    lines = [(np.abs(place.u - u) - width / 2, u, -end, end, width, True) for u, width in main]
    for v, width in cross:
        across = np.abs(place.v - v) - width / 2
        for (low, _), (high, _) in pairwise(main):
            if rng.uniform() < share:
                beside = np.maximum(low - place.u, place.u - high)
                lines.append((np.maximum(across, beside), v, low, high, width, False))
    place.road = np.min([line[0] for line in lines], axis=0)
    edge, slabs = grey(rng, 0.55, 0.68), place.noise(0.6, 0.15) * place.noise(6, 0.15)
    place.paint((place.road > 0) & (place.road < pavement), edge, slabs)
    for distance, *line in lines:
        street(place, distance, *line, parked)
    return main


def street(place, distance, centre, low, high, width, upright, parked):
    """Paint a street along v (upright) or u, from `low` to `high`: tar, worn lanes, a line in its middle, cars."""
    rng, part = place.rng, window(distance < 0)
    distance, along = distance[part], (place.v if upright else place.u)[part]
    on, worn = distance < 0, 1 + 0.05 * np.cos(4 * np.pi * distance / width)
    shade = worn * place.noise(0.6, 0.16)[part] * place.noise(12, 0.25)[part]
    place.image[part][on] = place.tar() * shade[on][:, None]
    line = on & (np.abs(distance + width / 2) < 0.14) & ((along % 6 < 3) | (rng.uniform() < 0.3))
    if rng.uniform() < 0.6:
        paint = rng.choice([0.75, 0.9]) * np.array([1, 1, rng.choice([0.65, 1])])
        place.image[part][line] = paint * place.noise(0.8, 0.5)[part][line][:, None]
    for lane, share, gap in ((0.25, 0.09, 22), (0.86, rng.uniform(0, parked), 6)):
        for side in (-1, 1):
            across = centre + side * lane * (width / 2 - 0.4)
            for at in np.arange(low + width / 2 + rng.uniform(0, gap), high - width / 2, gap):
                if rng.uniform() < share:
                    at = at + rng.uniform(-0.4, 0.4)
                    car(place, *((across, at) if upright else (at, across)), upright=upright)


def track(place, distance, width):
    """Paint an unpaved track or a footpath; it is no road."""
    rng = place.rng
    colour = [place.tar() * 1.15, np.array([0.6, 0.54, 0.43]), grey(rng, 0.5, 0.62)][rng.integers(3)]
    clear = (place.road > 0.5) & (place.height == 0)
    place.paint((distance < width / 2) & clear, colour, place.noise(0.6, 0.35) * place.noise(6, 0.2))
