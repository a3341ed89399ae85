"""A street that never was: photographs of it and their labels, from a seed, with nothing to download.

A camera stands in the road and looks along it. What it sees is computed ray by ray: the ground and the walls are
planes, each pixel's ray meets them at a depth z, and textures live in metres on the planes; cars, people, poles and
trees are painted from far to near. Distances are in metres: x to the right, y up, z ahead.
"""

import numpy as np

CLASSES = ("sky", "building", "pole", "road", "pavement", "tree", "sign", "fence", "car", "person", "cyclist")
SKY, BUILDING, POLE, ROAD, PAVEMENT, TREE, SIGN, FENCE, CAR, PERSON, CYCLIST = range(11)
FAR, AIR = 90.0, np.array([0.75, 0.8, 0.86])  # where the street ends, and the colour of its haze


def streets(count, size=(96, 128), seed=0):
    """Return `count` street scenes: images (count, height, width, 3) in [0, 1], labels (count, height, width), uint8.

    A label is a place in `CLASSES`. The same seed gives the same scenes, whatever their number; another seed gives
    other ones. Raises ValueError on a count or size that is no whole number, or a side below 32 pixels.
    """
    if count != int(count) or count < 1 or len(size) != 2 or any(side != int(side) or side < 32 for side in size):
        raise ValueError(f"count is {count} and size is {size}; give whole numbers, at least 1 and at least 32 pixels.")
    scenes = [street(np.random.default_rng([seed, number]), size) for number in range(count)]
    return tuple(np.stack(parts) for parts in zip(*scenes, strict=True))


def things(labels):
    """Return masks (N, height, width, 1), 1.0 where a label is a car, a person or a cyclist: what moves in a street."""
    return np.isin(labels, (CAR, PERSON, CYCLIST)).astype("float32")[..., None]


def street(rng, size=(96, 128)):
    """Return one scene, image (height, width, 3) in [0, 1] and labels (height, width), drawn by the generator rng."""
    view = View(rng, [2 * side for side in size])  # twice the size, then the mean of four pixels
    left, right = -rng.uniform(6, 10), rng.uniform(6, 10)  # of the road's middle
    road = -rng.uniform(3.2, 4.2), rng.uniform(3.2, 4.2)
    paint_sky(view)
    paint_ground(view, road)
    parks = rng.uniform(size=2) < 0.25
    for side, park in zip((left, right), parks, strict=True):
        (paint_park if park else paint_houses)(view, side)
    for z, paint, x in sorted(cast(rng, road, left, right), key=lambda it: -it[0]):
        paint(view, x, z)
    return developed(view)


class View:
    """What the camera sees so far, `image` and `label`, and its rays: a for a column, b for a row of pixels.

    A ray meets x = a z + offset and y = eye - b z at the depth z, and so the ground at eye / b.
    """

    def __init__(self, rng, size):
        height, width = size
        self.rng, self.eye, self.offset = rng, rng.uniform(1.4, 2.2), rng.uniform(-1.5, 1.5)
        focal, middle, horizon = width * rng.uniform(0.75, 1), width * rng.uniform(0.38, 0.62), rng.uniform(0.4, 0.52)
        self.a = (np.arange(width)[None] + 0.5 - middle) / focal
        self.b = (np.arange(height)[:, None] + 0.5 - height * horizon) / focal
        self.image, self.label = np.zeros((height, width, 3)), np.zeros((height, width), "uint8")
        warm, strength = rng.uniform(-1, 1), rng.uniform(0.75, 1.1)
        self.light, self.air = strength * np.array([1 + 0.12 * warm, 1, 1 - 0.12 * warm]), strength * AIR
        self.sun, self.haze = rng.choice([-1, 1]), rng.uniform(0.004, 0.02)
        self.grain = rng.uniform(0.75, 1.25, (64, 64))  # a texture for every surface

    def paint(self, mask, colour, label, z, part=np.s_[:, :], shade=1.0):
        """Paint where `mask` is true, in `colour` under the light of the scene and behind the haze of z metres."""
        colour = np.broadcast_to(colour, (*mask.shape, 3))[mask]
        z, shade = (np.broadcast_to(values, mask.shape)[mask][:, None] for values in (z, shade))
        clear = np.exp(-self.haze * z)
        self.image[part][mask] = clear * colour * self.light * shade + (1 - clear) * self.air
        self.label[part][mask] = label

    def noise(self, u, v, scale):
        """Return a texture in [0.75, 1.25] at the places u, v (metres), in squares of `scale` metres."""
        return self.grain[np.int64(np.floor(u / scale)) % 64, np.int64(np.floor(v / scale)) % 64]

    def ground(self):
        """Return (part, x, z): the part of the image below the horizon, and the places on the ground seen there."""
        rows = np.flatnonzero(self.b[:, 0] > 0)
        z = self.eye / self.b[rows]
        return np.s_[rows[0] :, :], self.a * z + self.offset, z

    def wall(self, x, first=0.0, last=None):
        """Return (part, y, z): the columns whose rays meet the plane at x between two depths, and where."""
        with np.errstate(divide="ignore"):
            z = (x - self.offset) / self.a
        columns = np.flatnonzero((z[0] > first) & (z[0] < (last or FAR)))
        part = np.s_[:, columns[0] : columns[-1] + 1] if len(columns) else np.s_[:, :0]
        return part, self.eye - self.b * z[:, part[1]], z[:, part[1]]

    def patch(self, x, z, width, height):
        """Return (part, X, Y): the part of the image that holds a thing, and metres across and up within it."""
        across, up = self.a * z + self.offset - x, self.eye - self.b * z
        columns, rows = np.flatnonzero(np.abs(across) <= width), np.flatnonzero((up >= 0) & (up <= height))
        if not (len(rows) and len(columns)):
            return np.s_[:0, :0], across[:, :0], up[:0]
        part = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        return part, across[:, part[1]], up[part[0]]


# The scenery


def paint_sky(view):
    rng, (height, width) = view.rng, view.label.shape
    down = np.clip(1 + view.b / -view.b[0], 0, 1)[..., None]  # 0 at the top, 1 at the horizon
    zenith = np.array([0.35, 0.55, 0.9]) * rng.uniform(0.6, 1) + rng.uniform(0, 0.25)
    blue = zenith + (0.9 - zenith) * down**2
    clouds = smooth(rng, (height, width), 5) * smooth(rng, (height, width), 11)
    cover = np.clip(clouds * rng.uniform(0, 3) - 0.3, 0, 1)[..., None]
    view.paint(np.ones((height, width), bool), blue + cover * (0.92 - blue), SKY, 0)
    skyline = 0.02 + 0.12 * smooth(rng, (1, width), 12) ** 2
    label, colour = [(BUILDING, (0.5, 0.48, 0.47)), (TREE, (0.25, 0.36, 0.2))][rng.integers(2)]
    view.paint((view.b < 0) & (-view.b < skyline), colour, label, FAR)


def paint_ground(view, road):
    rng, (part, x, z) = view.rng, view.ground()
    shade = view.noise(x, z, 0.15) ** 0.4 * view.noise(x, z, 1.7) ** 0.5
    shade *= np.where(x * view.sun > rng.uniform(-2, 12), rng.uniform(0.5, 0.8), 1)  # of a row of houses
    slabs = 1 - 0.12 * ((x % 0.8 < 0.07) | (z % 0.8 < 0.07))
    view.paint(np.ones(x.shape, bool), grey(rng, 0.45, 0.68), PAVEMENT, z, part, shade * slabs)
    on = (x > road[0]) & (x < road[1])
    view.paint(on, grey(rng, 0.32, 0.5), ROAD, z, part, shade)
    kerb = np.minimum(np.abs(x - road[0]), np.abs(x - road[1]))
    view.paint(kerb < 0.12, grey(rng, 0.6, 0.75), PAVEMENT, z, part, shade)
    lines = (np.abs(x - sum(road) / 2) < 0.09) & (z % 6 < 3)
    zebra, crossing, edged = rng.uniform(5, 40), rng.uniform() < 0.4, rng.uniform() < 0.5
    lines |= crossing & (z > zebra) & (z < zebra + 3) & (x % 1 < 0.5)
    lines |= edged & (np.abs(kerb - 0.4) < 0.07)
    view.paint(on & lines, (0.85, 0.85, 0.8), ROAD, z, part, shade)


def paint_houses(view, x):
    """A row of houses, each with its own width, height, colour and windows; some stand with a gap."""
    rng, (part, y, z) = view.rng, view.wall(x)
    ends = np.concatenate([[0], np.cumsum(rng.uniform(6, 16, 24))])
    number = np.searchsorted(ends[1:], z)
    tall = (rng.integers(2, 6, 25) * 3.0 + 1) * (rng.uniform(size=25) > 0.1)
    under = tall[number] - y
    seen, sunny = (y >= 0) & (under > 0), 1.05 if np.sign(x) != view.sun else 0.7
    shade = sunny * view.noise(z, y, 0.3) ** 0.3 * view.noise(z, y, 2.5) ** 0.3 * np.where(under < 0.5, 0.8, 1)
    colours = np.stack([house_colour(rng) for _ in range(25)])
    view.paint(seen, colours[number], BUILDING, z, part, shade)
    column, row = (z - ends[number]) / rng.uniform(1.6, 3, 25)[number], y / 3
    bright = view.noise(np.floor(column), np.floor(row) + 7 * number, 1.0)[..., None]
    glass = (abs(column % 1 - 0.52) < 0.22) & (abs(row % 1 - 0.55) < 0.25) & (under > 0.7)
    view.paint(seen & glass, np.array([0.3, 0.36, 0.42]) * bright**3, BUILDING, z, part, sunny)
    door = (row < 0.75) & (abs(column % 3 - 0.65) < 0.35)
    view.paint(seen & door, np.array([0.28, 0.2, 0.16]) * bright, BUILDING, z, part, sunny)


def paint_park(view, x):
    """Grass and a hedge behind a fence: whatever grows is a tree."""
    rng, (part, y, z) = view.rng, view.wall(x + 3 * np.sign(x))
    hedge = 2 + 3 * view.noise(z, 3, 1.5) * smooth(rng, y.shape, 25)
    view.paint((y >= 0) & (y < hedge), leaves(rng), TREE, z, part, view.noise(z, y, 0.4) ** 1.5)
    part, across, z = view.ground()
    beyond = (across * np.sign(x) > abs(x)) & (view.label[part] == PAVEMENT)
    view.paint(beyond, leaves(rng), TREE, z, part, view.noise(across, z, 0.3))
    part, y, z = view.wall(x)
    colour = [house_colour(rng), grey(rng, 0.2, 0.8), np.array([0.4, 0.28, 0.18])][rng.integers(3)]
    boards = np.where(z % 0.5 < 0.12, 0.6, 1) * np.where(y % 0.6 < 0.08, 0.75, 1)
    view.paint((y >= 0) & (y < rng.uniform(0.9, 1.5)), colour, FENCE, z, part, boards)


# The things


def cast(rng, road, left, right):
    """Return who stands where: [(z, painter, x)]."""
    found = [(z, paint_car, road[side] * 0.72) for side in (0, 1) for z in spread(rng, 5, 60, 7, 0.35)]
    found += [(z, paint_car, road[side] * 0.3) for side in (0, 1) for z in spread(rng, 9, 70, 14, 0.4)]
    found += [(z, paint_cyclist, road[side] * rng.uniform(0.45, 0.9)) for side in (0, 1)
              for z in spread(rng, 4, 40, 12, 0.35)]  # fmt: skip
    for side, wall, kerb in ((-1, left, road[0]), (1, right, road[1])):
        inner, outer = sorted((kerb + 0.5 * side, wall - 0.6 * side))
        found += [(z, paint_person, rng.uniform(inner, outer)) for z in spread(rng, 3.5, 45, 5, 0.45)]
        found += [(z, paint_person, rng.uniform(*road)) for z in spread(rng, 6, 40, 30, 0.2)]
        post = rng.choice([paint_tree, paint_pole, paint_sign])
        found += [(z, post, kerb + 0.6 * side) for z in spread(rng, 4, 60, 9, 0.6)]
        found += [(z, paint_sign, kerb + 0.8 * side) for z in spread(rng, 6, 40, 15, 0.35)]
        found += [(z, paint_pole, kerb + 0.5 * side) for z in spread(rng, 5, 60, 18, 0.6)]
    return found


def paint_car(view, x, z):
    """A car from behind, or from the front on the other side of the road, and the flank that the camera sees."""
    rng, wide, long, tall = view.rng, 0.9, view.rng.uniform(3.8, 4.6), view.rng.uniform(1.4, 1.9)
    colour = car_colour(rng)
    cast_shadow(view, x, z + long / 2, wide + 0.3, long / 2 + 0.3)
    flank = x - np.sign(x - view.offset) * wide
    if abs(x - view.offset) > wide:
        part, y, depth = view.wall(flank, z, z + long)
        along = depth - z
        cabin = (along > 0.25 * (y - 0.95)) & (along < long - 1.1 - 0.8 * (y - 0.95)) & (y >= 0.95) & (y < tall)
        view.paint(cabin | (y > 0.25) & (y < 0.95), colour, CAR, depth, part, 0.8)
        pane = cabin & (y < tall - 0.1) & (np.abs(along - 0.4 * long) > 0.06)
        view.paint(pane, (0.12, 0.14, 0.17), CAR, depth, part)
        wheel = np.minimum(np.hypot(along - 0.75, y - 0.33), np.hypot(along - long + 0.8, y - 0.33))
        view.paint(wheel < 0.33, (0.06, 0.06, 0.06), CAR, depth, part)
        view.paint(wheel < 0.17, (0.5, 0.5, 0.52), CAR, depth, part)
    part, across, up = view.patch(x, z, wide, tall)
    narrow = wide - 0.22 * np.clip((up - 0.95) / (tall - 0.95), 0, 1)
    body, side = (np.abs(across) < narrow) & (up > 0.22), np.abs(across)
    view.paint(body, colour, CAR, z, part, np.where(up > 0.6, 1.0, 0.85))
    pane = body & (up > 1.0) & (up < tall - 0.1) & (side < narrow - 0.1)
    view.paint(pane, (0.13, 0.16, 0.2), CAR, z, part)
    lamps = (np.abs(side - 0.68) < 0.16) & (np.abs(up - 0.72) < 0.09)
    view.paint(lamps, (0.95, 0.93, 0.8) if x < 0 else (0.7, 0.08, 0.06), CAR, z, part)
    view.paint((side < 0.26) & (np.abs(up - 0.5) < 0.06), (0.85, 0.85, 0.75), CAR, z, part)
    tyres = (np.abs(side - 0.7) < 0.13) & (up < 0.24) | (side < 0.85) & (np.abs(up - 0.21) < 0.05)
    view.paint(tyres, (0.05, 0.05, 0.05), CAR, z, part)


def paint_person(view, x, z, label=PERSON, lift=0.0):
    rng, tall = view.rng, view.rng.uniform(0.85, 1.05)
    if not lift:
        cast_shadow(view, x, z, 0.3, 0.3)
    part, across, up = view.patch(x, z, 0.5, 2.0 + lift)
    up, lean = (up - lift) / tall, view.rng.uniform(-0.1, 0.1)
    coat, trousers, skin = cloth(rng), cloth(rng), np.array([0.85, 0.62, 0.5]) * rng.uniform(0.4, 1.05)
    stride = view.rng.uniform(0.0, 0.16)
    legs = (np.abs(np.abs(across) - 0.04 - stride * (0.85 - up)) < 0.075) & (up < 0.9) & (up > 0.02)
    torso = (across / 0.21) ** 2 + ((up - 1.14) / 0.36) ** 2 < 1
    arms = (np.abs(np.abs(across) - 0.24 - lean) < 0.05) & (up > 0.75) & (up < 1.4)
    head = (across / 0.11) ** 2 + ((up - 1.62) / 0.14) ** 2 < 1
    view.paint(legs, trousers, label, z, part)
    view.paint(arms, coat * 0.85, label, z, part)
    view.paint(torso, coat, label, z, part, 1 - 0.25 * view.sun * np.clip(across / 0.3, -1, 1))
    view.paint(head, skin, label, z, part)
    view.paint(head & (up > 1.66), skin * rng.uniform(0.1, 0.6), label, z, part)


def paint_cyclist(view, x, z):
    cast_shadow(view, x, z, 0.3, 0.8)
    part, across, up = view.patch(x, z, 0.4, 1.2)
    view.paint((np.abs(across) < 0.045) & (up < 0.68), (0.06, 0.06, 0.06), CYCLIST, z, part)
    view.paint((np.abs(across) < 0.3) & (np.abs(up - 1.02) < 0.03), (0.2, 0.2, 0.2), CYCLIST, z, part)
    paint_person(view, x, z, CYCLIST, lift=0.3)


def paint_tree(view, x, z):
    rng, tall, wide = view.rng, view.rng.uniform(4, 7), view.rng.uniform(1.0, 2.0)
    cast_shadow(view, x, z, wide, wide)
    part, across, up = view.patch(x, z, wide * 1.5, tall + wide)
    trunk = (np.abs(across) < 0.13) & (up < tall)
    view.paint(trunk, (0.3, 0.23, 0.17), TREE, z, part)
    crown = np.zeros(np.broadcast_shapes(across.shape, up.shape), bool)
    for _ in range(7):
        cx, cy, r = rng.normal(0, 0.4 * wide), tall - rng.uniform(-0.5, 1) * wide, wide * rng.uniform(0.4, 0.75)
        crown |= (across - cx) ** 2 + (up - cy) ** 2 < r**2
    clumps = view.noise(across + 50, up, 0.22) * view.noise(across + 50, up, 0.6)
    view.paint(crown & (clumps > 0.72), leaves(rng), TREE, z, part, clumps * (0.75 + 0.1 * (up - tall) / wide))


def paint_pole(view, x, z):
    tall, arm = view.rng.uniform(4.5, 8), -np.sign(x) * view.rng.uniform(0.3, 1.6)
    part, across, up = view.patch(x, z, 2.0, tall + 0.2)
    colour = grey(view.rng, 0.15, 0.6)
    view.paint((np.abs(across) < 0.075) & (up < tall), colour, POLE, z, part)
    reach = (across * np.sign(arm) > 0) & (across * np.sign(arm) < abs(arm)) & (np.abs(up - tall + 0.1) < 0.07)
    view.paint(reach, colour, POLE, z, part)


def paint_sign(view, x, z):
    rng, tall = view.rng, view.rng.uniform(2.0, 2.8)
    part, across, up = view.patch(x, z, 0.5, tall + 0.5)
    view.paint((np.abs(across) < 0.045) & (up < tall), grey(rng, 0.35, 0.6), POLE, z, part)
    red, blue, white = np.array([[0.75, 0.1, 0.1], [0.1, 0.25, 0.65], [0.92, 0.92, 0.9]])
    size = np.maximum(np.abs(across), np.abs(up - tall)) if rng.uniform() < 0.4 else np.hypot(across, up - tall)
    rim, inside = [(red, white), (white, blue), (blue, white), (red, red)][rng.integers(4)]
    view.paint(size < 0.42, rim, SIGN, z, part)
    view.paint(size < 0.3, inside, SIGN, z, part)
    view.paint((size < 0.3) & (np.abs(up - tall) < 0.08), rim, SIGN, z, part)


def cast_shadow(view, x, z, wide, long):
    """Darken an ellipse of the ground beside a thing, away from the sun; labels stay."""
    part, across, depth = view.ground()
    rows = np.flatnonzero(np.abs(depth[:, 0] - z) < 1.2 * long)
    if not len(rows):
        return
    near = np.s_[rows[0] : rows[-1] + 1]
    part = np.s_[part[0].start + rows[0] : part[0].start + rows[-1] + 1, :]
    place = (across[near] - x + 0.5 * view.sun * wide) / (1.4 * wide), (depth[near] - z) / (1.2 * long)
    under = (place[0] ** 2 + place[1] ** 2 < 1) & np.isin(view.label[part], (ROAD, PAVEMENT))
    view.image[part][under] *= 0.6


# Small choices


def spread(rng, first, last, step, share):
    """Return places from first to last, about `step` metres apart, each taken with the probability `share`."""
    places = np.arange(first + rng.uniform(0, step), last, step)
    return [place + rng.uniform(-0.2, 0.2) * step for place in places if rng.uniform() < share]


def grey(rng, low, high):
    return rng.uniform(low, high) * np.array([1, 1, 1]) + rng.normal(0, 0.02, 3)


def house_colour(rng):
    base = np.array([[0.62, 0.38, 0.3], [0.78, 0.7, 0.55], [0.6, 0.6, 0.6], [0.85, 0.82, 0.78], [0.55, 0.5, 0.42],
                     [0.5, 0.58, 0.62], [0.4, 0.4, 0.43], [0.72, 0.55, 0.42]])[rng.integers(8)]  # fmt: skip
    return np.clip(base * rng.uniform(0.75, 1.15) + rng.normal(0, 0.03, 3), 0.05, 1)


def car_colour(rng):
    base = np.array([[0.85, 0.85, 0.86], [0.6, 0.61, 0.63], [0.1, 0.1, 0.11], [0.3, 0.3, 0.32], [0.65, 0.1, 0.1],
                     [0.12, 0.2, 0.5], [0.15, 0.32, 0.2], [0.75, 0.68, 0.5]])[rng.integers(8)]  # fmt: skip
    return np.clip(base + rng.normal(0, 0.04, 3), 0.03, 1)


def cloth(rng):
    return np.clip(rng.uniform(0.08, 0.7) + rng.normal(0, 0.15, 3), 0.03, 0.95)


def leaves(rng):
    return np.array([0.28, 0.4, 0.16]) * rng.uniform(0.6, 1.2) + rng.normal(0, 0.03, 3)


def smooth(rng, shape, cells):
    """Return smooth noise in [0, 1]: random numbers on a grid of about `cells` places across, interpolated."""
    from skimage.transform import resize

    grid = rng.uniform(size=[max(2, round(cells * side / max(shape)) + 1) for side in shape])
    return resize(grid, shape, order=1, mode="edge", anti_aliasing=False)


def developed(view):
    """Return the photograph (half the size, with the noise of a camera) and the labels."""
    height, width = (side // 2 for side in view.label.shape)
    image = view.image.reshape(height, 2, width, 2, 3).mean(axis=(1, 3))
    image = (image * view.rng.uniform(0.85, 1.1)) ** view.rng.uniform(0.85, 1.15)
    image = image + view.rng.normal(0, view.rng.uniform(0.005, 0.025), image.shape)
    return np.clip(image, 0, 1).astype("float32"), view.label[::2, ::2].copy()
