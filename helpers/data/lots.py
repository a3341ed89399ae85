"""What stands beside the streets of `aerial`: houses and their gardens, flat roofs, car parks, parks, cars, trees."""

import numpy as np

from .streets import car_colour, grey, leaves, smooth
from .terrain import square, steps, value

# What is built


def garden(place, u, width, side, v):
    """A lot at a street: grass, a house, perhaps a drive with a car, a terrace and a shed behind."""
    rng, deep, broad = place.rng, place.rng.uniform(8, 12), place.rng.uniform(7, 10.5)
    front = u + side * (width / 2 + rng.uniform(4, 7))
    if rng.uniform() < 0.12:
        return
    grass(place, front + side * 11, v)
    if house(place, front + side * deep / 2, v, deep, broad):
        if rng.uniform() < 0.55:
            beside = v + rng.choice([-1, 1]) * (broad / 2 + 1.5)
            drive(place, u + side * width / 2, front + side * rng.uniform(0, 7), beside)
        if rng.uniform() < 0.3:
            terrace(place, front + side * (deep + 3), v)
        if rng.uniform() < 0.3:
            house(place, front + side * (deep + rng.uniform(8, 12)), v + rng.uniform(-3, 3), 5, 5)


def grass(place, u, v):
    """Tint the ground of a lot, if it is free."""
    rng, (part, mask, _, _) = place.rng, place.box(u, v, 22, 12)
    if place.free(part, mask, least=1.0) and rng.uniform() < 0.6:
        tint = np.array([0.36, 0.43, 0.24]) * rng.uniform(0.6, 1.25) + rng.normal(0, 0.03, 3)
        place.image[part][mask] = 0.35 * place.image[part][mask] + 0.65 * tint


def terrace(place, u, v):
    """Slabs behind a house, if there is room."""
    rng, (part, mask, _, _) = place.rng, place.box(u, v, 5, place.rng.uniform(3, 8))
    if place.free(part, mask):
        place.image[part][mask] = grey(rng, 0.42, 0.66) * rng.uniform(0.9, 1.1, mask.sum())[:, None]


def drive(place, kerb, end, v):
    """A strip of tar or concrete from the kerb to a house, and perhaps a car on it."""
    rng, (part, box, _, _) = place.rng, place.box((kerb + end) / 2, v, abs(end - kerb), 2.8)
    mask = box & (place.height[part] == 0) & (place.road[part] > 0)
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
    away, around = np.hypot(a - 0.3, b + 0.3), np.arctan2(b + 0.3, a - 0.3)
    shore = 0.3 + 0.05 * np.sin(2 * around + rng.uniform(0, 6)) + 0.03 * np.sin(3 * around + rng.uniform(0, 6))
    pond = mask & (away < shore)
    if rng.uniform() < 0.5:
        place.image[part][pond] = (0.2, 0.27, 0.28)
    place.height[part][mask] = 0.01
    return True


def car(place, u, v, upright=True, least=-np.inf):
    """A car along v (upright) or along u, if nothing stands there and the road is `least` metres away."""
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


def roof_colour(rng):
    base = np.array([[0.5, 0.33, 0.26], [0.42, 0.36, 0.32], [0.34, 0.27, 0.24], [0.62, 0.4, 0.3], [0.55, 0.5, 0.44],
                     [0.3, 0.3, 0.32], [0.72, 0.7, 0.68]])[rng.integers(7)]  # fmt: skip
    return np.clip(base * rng.uniform(0.8, 1.15) + rng.normal(0, 0.02, 3), 0.05, 1)


# What grows


def trees(place, density, clumps):
    """Scatter trees off the roads; a crown may reach over them."""
    rng = place.rng
    number = rng.poisson(density * place.wide**2)
    for y, x in rng.uniform(-3, place.wide + 3, (number, 2)):
        if value(place, place.road, y, x) > 1.0 and value(place, place.height, y, x) == 0:
            for _ in range(1 + rng.poisson(clumps)):
                tree(place, y + rng.normal(0, 1.5), x + rng.normal(0, 1.5), rng.uniform(1.6, 4.2))


def avenue(place, u, width, share):
    """Plant trees along both kerbs of a street."""
    rng = place.rng
    for side in (-1, 1):
        for v in steps(rng, -place.reach, place.reach, 8, 12):
            if rng.uniform() < share:
                y, x = place.spot(u + side * (width / 2 + 1.3), v)
                if value(place, place.road, y, x) > 0.5 and value(place, place.height, y, x) < 1:
                    tree(place, y, x, rng.uniform(1.8, 3.8))


def wood(place):
    """A wood: trees side by side, off the roads."""
    rng = place.rng
    cy, cx, far = *rng.uniform(0, place.wide, 2), rng.uniform(10, 25)
    for y, x in rng.normal((cy, cx), far / 2, (int(0.2 * far**2), 2)):
        if value(place, place.road, y, x) > 2:
            tree(place, y, x, rng.uniform(1.8, 3.5))


def tree(place, y, x, radius):
    """A crown: several tufts, brighter towards the sun."""
    rng = place.rng
    part = square(place, y, x, 1.6 * radius)
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
