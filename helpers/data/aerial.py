"""A place that never was, seen from above: aerial views and masks of their roads, from a seed, nothing to download.

The ground is a plane in metres, x to the right, y down. Streets run along two coordinates u and v that are turned and
bent, so that houses, cars and markings follow them. What stands on the ground has a height, and the shadows follow
from the heights. Car parks, drives, flat roofs and tracks have the colours of roads and are none; trees hide roads
that are there.
"""

from itertools import pairwise

import numpy as np

from .streets import car_colour, grey, leaves, smooth

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


class Place:
    """The ground so far: `image`, `road` (how far each pixel is from a road, metres, negative on it) and `height`.

    It is drawn with twice the pixels that the view has. x, y: metres; u, v: metres along and across the streets.
    """

    def __init__(self, rng, size, scale):
        self.rng, self.pixels = rng, 2 * scale
        y, x = np.mgrid[: 2 * size[0], : 2 * size[1]] / self.pixels
        self.x, self.y, self.wide = x, y, max(x.max(), y.max())
        angle = rng.choice([rng.normal(0, 0.06), rng.uniform(0, 2 * np.pi)], p=[0.6, 0.4])
        y_middle, x_middle = y.mean(), x.mean()
        x, y = x - x_middle, y - y_middle
        u, v = np.cos(angle) * x + np.sin(angle) * y, np.cos(angle) * y - np.sin(angle) * x
        self.middle, self.angle = (y_middle, x_middle), angle
        bend = rng.choice([0, rng.uniform(2, 7)], p=[0.5, 0.5])
        self.bends = [(bend, rng.uniform(16, 30), rng.uniform(0, 6)),
                      (rng.choice([0, bend / 3]), rng.uniform(20, 35), rng.uniform(0, 6))]  # fmt: skip
        self.u, self.v = u + _wave(v, *self.bends[0]), v + _wave(u, *self.bends[1])
        self.reach = max(50, 0.75 * self.wide)  # u and v run from -reach to reach
        self.image, self.height = np.zeros((*x.shape, 3)), np.zeros(x.shape)
        self.road = np.full(x.shape, np.inf)
        self.grain, self.textures = rng.uniform(0, 1, (64, 64)), {}
        self.asphalt = rng.uniform(0.3, 0.5)
        direction = rng.uniform(0, 2 * np.pi)
        self.sun = np.array([np.sin(direction), np.cos(direction)])  # where shadows fall: down, right
        self.low = rng.uniform(0.5, 1.3)  # metres of shadow for a metre of height

    def noise(self, metres, strength):
        """Return a texture around 1 over the whole ground, in soft spots of so many metres."""
        from scipy import ndimage

        if metres not in self.textures:
            places = np.stack([self.y, self.x]) / metres + self.rng.uniform(0, 64, (2, 1, 1))
            self.textures[metres] = ndimage.map_coordinates(self.grain, places, order=1, mode="grid-wrap") - 0.5
        return 1 + strength * self.textures[metres]

    def paint(self, mask, colour, shade=1.0):
        """Paint where `mask` is true."""
        shade = np.broadcast_to(shade, mask.shape)[mask][:, None]
        self.image[mask] = np.broadcast_to(colour, (*mask.shape, 3))[mask] * shade

    def tar(self):
        """Return one of the greys that roads, car parks and flat roofs of this place have."""
        return (self.asphalt + self.rng.uniform(-0.07, 0.07)) * (1 + self.rng.normal(0, 0.02, 3))

    def spot(self, u, v):
        """Return (y, x), the place on the ground that has these coordinates along the streets."""
        a, b = u, v
        for _ in range(6):
            a, b = u - _wave(b, *self.bends[0]), v - _wave(a, *self.bends[1])
        cosine, sine = np.cos(self.angle), np.sin(self.angle)
        return self.middle[0] + sine * a + cosine * b, self.middle[1] + cosine * a - sine * b

    def box(self, u, v, long, wide):
        """Return (part, mask, a, b): the pixels of a rectangle along the streets, and where in it, from -1 to 1."""
        part = _square(self, *self.spot(u, v), 0.75 * np.hypot(long, wide))
        a, b = (self.u[part] - u) / (long / 2), (self.v[part] - v) / (wide / 2)
        return part, (np.abs(a) < 1) & (np.abs(b) < 1), a, b

    def free(self, part, mask, least=1.5):
        """Return whether a part of the ground, not empty, is off the roads by `least` metres and not built on."""
        return mask.any() and self.road[part][mask].min() > least and not self.height[part][mask].any()


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
    rng, part = place.rng, _window(distance < 0)
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


# What stands on the ground


def garden(place, u, width, side, v):
    """A lot at a street: a house, perhaps a drive with a car, a terrace behind."""
    rng, deep, broad = place.rng, place.rng.uniform(8, 12), place.rng.uniform(7, 10.5)
    front = u + side * (width / 2 + rng.uniform(4, 7))
    if rng.uniform() < 0.12:
        return
    lot = place.box(front + side * 11, v, 22, 12)
    if place.free(*lot[:2], least=1.0) and rng.uniform() < 0.6:
        tint = np.array([0.36, 0.43, 0.24]) * rng.uniform(0.6, 1.25) + rng.normal(0, 0.03, 3)
        place.image[lot[0]][lot[1]] *= 0.35
        place.image[lot[0]][lot[1]] += 0.65 * tint
    built = house(place, front + side * deep / 2, v, deep, broad)
    if built and rng.uniform() < 0.55:
        beside = v + rng.choice([-1, 1]) * (broad / 2 + 1.5)
        drive(place, u + side * width / 2, front + side * rng.uniform(0, 7), beside)
    if built and rng.uniform() < 0.3:
        part, mask, _, _ = place.box(front + side * (deep + 3), v, 5, rng.uniform(3, 8))
        if place.free(part, mask):
            place.image[part][mask] = grey(rng, 0.42, 0.66) * rng.uniform(0.9, 1.1, mask.sum())[:, None]
    if built and rng.uniform() < 0.3:
        house(place, front + side * (deep + rng.uniform(8, 12)), v + rng.uniform(-3, 3), 5, 5)


def drive(place, kerb, end, v):
    rng = place.rng
    part, mask, _, _ = place.box((kerb + end) / 2, v, abs(end - kerb), 2.8)
    mask = mask & (place.height[part] == 0) & (place.road[part] > 0)
    colour = place.tar() if rng.uniform() < 0.5 else grey(rng, 0.52, 0.66)
    place.image[part][mask] = colour * rng.uniform(0.93, 1.07, mask.sum())[:, None]
    if rng.uniform() < 0.5:
        car(place, end - 2.5 * np.sign(end - kerb), v, upright=False)


def house(place, u, v, long, wide):
    """A house under a gable or a hip roof; return whether there was room."""
    rng, (part, mask, a, b) = place.rng, place.box(u, v, long, wide)
    if not place.free(part, mask):
        return False
    if rng.uniform() < 0.5:
        a, b = b, a
    colour = place.tar() if rng.uniform() < 0.35 else roof_colour(rng)
    hip = rng.uniform() < 0.4
    end = hip & (np.abs(a) > 0.35 + 0.65 * np.abs(b))
    light = rng.uniform(0.08, 0.2) * np.where(end, 0.7 * np.sign(a), np.sign(b))
    tiles = 1 + 0.05 * np.sign(np.sin(b * 14))
    place.image[part][mask] = colour * ((1 + light) * tiles * rng.uniform(0.93, 1.07, a.shape))[mask][:, None]
    ridge = mask & (np.abs(b) < 0.07) & ~end
    place.image[part][ridge] *= 1.12
    place.height[part][mask] = (rng.uniform(3, 4.5) + 1.8 * (1 - np.abs(b)))[mask]
    chimney = mask & (np.hypot((a - 0.4) * long, (b - 0.3) * wide) < 1.0)
    place.image[part][chimney], place.height[part][chimney] = (0.42, 0.25, 0.2), 6.5
    return True


def flat_roof(place, u, v, long=None, wide=None):
    """A building with a flat roof, a rim and machines on it; return whether there was room."""
    rng = place.rng
    long, wide = long or rng.uniform(16, 26), wide or rng.uniform(16, 26)
    part, mask, a, b = place.box(u, v, long, wide)
    if not place.free(part, mask, 2.2):
        return False
    colour = [place.tar(), place.tar(), grey(rng, 0.6, 0.9), roof_colour(rng)][rng.integers(4)]
    stain = smooth(rng, mask.shape, 6)[mask][:, None]
    place.image[part][mask] = colour * (0.88 + 0.2 * stain) * rng.uniform(0.96, 1.04, mask.sum())[:, None]
    tall = rng.uniform(4, 13)
    place.height[part][mask] = tall
    rim = mask & (np.maximum((np.abs(a) - 1) * long / 2, (np.abs(b) - 1) * wide / 2) > -0.6)
    place.image[part][rim], place.height[part][rim] = colour * 1.25, tall + 0.7
    for _ in range(rng.integers(0, 6)):
        x, y, half = *rng.uniform(-0.7, 0.7, 2), rng.uniform(0.5, 1.3)
        box = mask & (np.abs(a - x) * long / 2 < half) & (np.abs(b - y) * wide / 2 < half)
        place.image[part][box], place.height[part][box] = grey(rng, 0.45, 0.85), tall + 1.5
    return True


def big_lot(place, paint):
    """Try to find room for something large."""
    for _ in range(8):
        u, v = place.rng.uniform(-0.45, 0.45, 2) * place.wide
        if paint(place, u, v):
            return


def car_park(place, u, v):
    """Tar with bays and cars, and no road."""
    rng, long, wide = place.rng, place.rng.uniform(22, 34), place.rng.uniform(18, 30)
    part, box, a, b = place.box(u, v, long, wide)
    mask = box & (place.road[part] > 2.2) & (place.height[part] == 0)
    if mask.sum() <= 0.5 * box.sum():
        return False
    place.image[part][mask] = place.tar() * place.noise(0.6, 0.16)[part][mask][:, None]
    place.image[part][mask] *= place.noise(8, 0.25)[part][mask][:, None]
    place.height[part][mask] = 0.01  # taken
    bays = np.arange(-long / 2 + 2.5, long / 2 - 1, 16)
    for bay in bays:
        metres = (a * long / 2 - bay, b * wide / 2)
        lines = mask & (np.abs(metres[0]) < 2.5) & (metres[1] % 2.6 < 0.2)
        place.image[part][lines] = 0.8
        for at in np.arange(-wide / 2 + 1.3, wide / 2 - 1, 2.6):
            if rng.uniform() < 0.55:
                car(place, u + bay, v + round((at - 1.3) / 2.6) * 2.6 + 1.4, upright=False, least=2.5)
    return True


def green(place, u, v):
    """A park with a lawn, a path and a pond."""
    rng, (part, box, a, b) = place.rng, place.box(u, v, *place.rng.uniform(24, 40, 2))
    mask = box & (place.road[part] > 2.0) & (place.height[part] == 0)
    if mask.sum() <= 0.5 * box.sum():
        return False
    tint = np.array([0.3, 0.42, 0.18]) * rng.uniform(0.8, 1.15)
    place.image[part][mask] = tint * place.noise(0.8, 0.3)[part][mask][:, None]
    path = mask & (np.abs(b - 0.45 * np.sin(3 * a + rng.uniform(0, 6))) < 0.09)
    place.image[part][path] = np.array([0.66, 0.6, 0.48]) * rng.uniform(0.9, 1.1)
    pond = mask & (np.hypot(a - 0.3, b + 0.3) < 0.33 + 0.06 * np.sin(5 * np.arctan2(b + 0.3, a - 0.3)))
    if rng.uniform() < 0.5:
        place.image[part][pond] = (0.2, 0.27, 0.28)
    place.height[part][mask] = 0.01
    return True


def car(place, u, v, upright=True, least=-np.inf):
    rng, (long, wide) = place.rng, (1.8, 4.4) if upright else (4.4, 1.8)
    part, mask, a, b = place.box(u, v, long, wide)
    if not mask.any() or place.road[part][mask].min() < least or place.height[part][mask].max() > 1:
        return
    nose = b if upright else a
    side = a if upright else b
    place.image[part][mask] = car_colour(rng)
    glass = mask & (np.abs(side) < 0.8) & (np.abs(np.abs(nose) - 0.42) < 0.14)
    place.image[part][glass] = (0.12, 0.14, 0.17)
    place.height[part][mask] = 1.4


def trees(place, density, clumps):
    """Scatter trees off the roads; a crown may reach over them."""
    rng = place.rng
    number = rng.poisson(density * place.wide**2)
    for y, x in rng.uniform(-3, place.wide + 3, (number, 2)):
        if _at(place, place.road, y, x) > 1.0 and _at(place, place.height, y, x) == 0:
            for _ in range(1 + rng.poisson(clumps)):
                tree(place, y + rng.normal(0, 1.5), x + rng.normal(0, 1.5), rng.uniform(1.6, 4.2))


def avenue(place, u, width, share):
    """Plant trees along both kerbs of a street."""
    rng = place.rng
    for side in (-1, 1):
        for v in steps(rng, -place.reach, place.reach, 8, 12):
            if rng.uniform() < share:
                y, x = place.spot(u + side * (width / 2 + 1.3), v)
                if _at(place, place.road, y, x) > 0.5 and _at(place, place.height, y, x) < 1:
                    tree(place, y, x, rng.uniform(1.8, 3.8))


def wood(place):
    """A wood: trees side by side, off the roads."""
    rng = place.rng
    cy, cx, far = *rng.uniform(0, place.wide, 2), rng.uniform(10, 25)
    for y, x in rng.normal((cy, cx), far / 2, (int(0.2 * far**2), 2)):
        if _at(place, place.road, y, x) > 2:
            tree(place, y, x, rng.uniform(1.8, 3.5))


def tree(place, y, x, radius):
    """A crown: several tufts, brighter towards the sun."""
    rng = place.rng
    part = _square(place, y, x, 1.6 * radius)
    down, right = place.y[part] - y, place.x[part] - x
    if not down.size:
        return
    crown, dome = np.zeros(down.shape, bool), np.zeros(down.shape)
    for _ in range(6):
        cy, cx, r = *rng.normal(0, 0.4 * radius, 2), radius * rng.uniform(0.45, 0.75)
        ball = np.sqrt(np.clip(r**2 - (down - cy) ** 2 - (right - cx) ** 2, 0, None))
        crown, dome = crown | (ball > 0), np.maximum(dome, ball)
    slope = -(down * place.sun[0] + right * place.sun[1]) / radius
    bare = rng.uniform() < 0.12
    colour = np.array([0.42, 0.37, 0.3]) * rng.uniform(0.8, 1.1) if bare else leaves(rng) * rng.uniform(0.75, 1.1)
    tufts = 0.72 + 0.35 * dome / radius + 0.28 * np.clip(slope, -1, 1)
    tufts *= rng.uniform(0.75, 1.25, (9, 9))[(down * 1.8).astype(int) % 9, (right * 1.8).astype(int) % 9]
    crown &= ~(bare & (rng.uniform(size=crown.shape) < 0.45))
    place.image[part][crown] = colour * tufts[crown][:, None]
    place.height[part][crown] = np.maximum(place.height[part], 1.2 * radius + dome)[crown]


# From the ground to the photograph


def cast_shadows(place):
    """Darken what lies in the shadow of something higher: walk away from the sun, one pixel at a time."""
    shade, step = np.zeros(place.height.shape, bool), 1 / (place.pixels * place.low)  # metres of height a pixel
    for n in range(1, int(place.height.max() / step) + 1):
        down, right = np.rint(n * place.sun).astype(int)
        shade |= _moved(place.height, down, right) - n * step > place.height
    place.image[shade] *= place.rng.uniform(0.42, 0.6) * np.array([0.94, 1, 1.1])


def developed(place):
    """Return the photograph (half the size, with the blur, light and noise of a camera) and the mask of the roads."""
    from scipy import ndimage

    rng, (height, width) = place.rng, (side // 2 for side in place.road.shape)
    image = place.image.reshape(height, 2, width, 2, 3).mean(axis=(1, 3))
    image = ndimage.gaussian_filter(image, (*[rng.uniform(0.2, 0.5)] * 2, 0))
    warm = rng.uniform(-0.06, 0.06)
    image = (image * rng.uniform(0.8, 1.15) * np.array([1 + warm, 1, 1 - warm])).clip(0, 1) ** rng.uniform(0.85, 1.1)
    image = image + rng.normal(0, rng.uniform(0.005, 0.02), image.shape)
    mask = (place.road < 0).reshape(height, 2, width, 2).mean(axis=(1, 3)) >= 0.5
    return np.clip(image, 0, 1).astype("float32"), mask[..., None].astype("float32")


# Small choices


def roof_colour(rng):
    base = np.array([[0.5, 0.33, 0.26], [0.42, 0.36, 0.32], [0.34, 0.27, 0.24], [0.62, 0.4, 0.3], [0.55, 0.5, 0.44],
                     [0.3, 0.3, 0.32], [0.72, 0.7, 0.68]])[rng.integers(7)]  # fmt: skip
    return np.clip(base * rng.uniform(0.8, 1.15) + rng.normal(0, 0.02, 3), 0.05, 1)


def steps(rng, first, last, least, most):
    """Return places from first to last, `least` to `most` metres apart."""
    ways = rng.uniform(least, most, int((last - first) / least) + 1)
    places = first + rng.uniform(0, least) + np.cumsum(ways) - ways[0]
    return places[places < last].tolist()


def _wave(values, height, length, start):
    return height * np.sin(values / length + start)


def _window(inside):
    """Return the smallest slices that hold all true pixels."""
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if not len(rows):
        return np.s_[:0, :0]
    return np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _square(place, y, x, half):
    centre = np.array([y, x])
    low = np.maximum(np.floor((centre - half) * place.pixels).astype(int), 0)
    high = np.maximum(np.ceil((centre + half) * place.pixels).astype(int), 0)
    return np.s_[low[0] : high[0], low[1] : high[1]]


def _at(place, values, y, x):
    """Return the value at a place in metres, that of the nearest pixel beyond the edge."""
    row, column = (int(np.clip(c * place.pixels, 0, n - 1)) for c, n in zip((y, x), values.shape, strict=True))
    return values[row, column]


def _moved(values, down, right):
    """Return values moved by whole pixels, with 0 where nothing came from."""
    moved, (height, width) = np.zeros_like(values), values.shape
    if abs(down) < height and abs(right) < width:
        to = np.s_[max(down, 0) : height + min(down, 0), max(right, 0) : width + min(right, 0)]
        source = np.s_[max(-down, 0) : height + min(-down, 0), max(-right, 0) : width + min(-right, 0)]
        moved[to] = values[source]
    return moved
