"""The ground that `aerial` paints on: its coordinates, textures and heights, the shadows, and the photograph of it."""

import numpy as np


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
        part = square(self, *self.spot(u, v), 0.75 * np.hypot(long, wide))
        a, b = (self.u[part] - u) / (long / 2), (self.v[part] - v) / (wide / 2)
        return part, (np.abs(a) < 1) & (np.abs(b) < 1), a, b

    def free(self, part, mask, least=1.5):
        """Return whether a part of the ground, not empty, is off the roads by `least` metres and not built on."""
        return mask.any() and self.road[part][mask].min() > least and not self.height[part][mask].any()


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


def steps(rng, first, last, least, most):
    """Return places from first to last, `least` to `most` metres apart."""
    ways = rng.uniform(least, most, int((last - first) / least) + 1)
    places = first + rng.uniform(0, least) + np.cumsum(ways) - ways[0]
    return places[places < last].tolist()


def _wave(values, height, length, start):
    return height * np.sin(values / length + start)


def window(inside):
    """Return the smallest slices that hold all true pixels."""
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if not len(rows):
        return np.s_[:0, :0]
    return np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def square(place, y, x, half):
    """Return the slices of a square around a place, `half` metres to each side, as far as it is in the picture."""
    centre = np.array([y, x])
    low = np.maximum(np.floor((centre - half) * place.pixels).astype(int), 0)
    high = np.maximum(np.ceil((centre + half) * place.pixels).astype(int), 0)
    return np.s_[low[0] : high[0], low[1] : high[1]]


def value(place, values, y, x):
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
