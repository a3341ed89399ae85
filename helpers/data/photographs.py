"""The photographs that come with scikit-image: no network is needed. Loads no TensorFlow."""

import numpy as np

from ..convolution import whole

#: Those that lie in scikit-image's own package, and under which terms.
NAMES = ("astronaut", "brick", "camera", "chelsea", "coffee", "coins", "grass", "gravel", "rocket")
CREDIT = (
    "Photographs from scikit-image: astronaut, NASA; rocket, SpaceX; both in the public domain; camera, Lav Varshney; "
    "chelsea, Stefan van der Walt; coffee, Rachel Michetti; brick and gravel, CC0Textures; grass, linolafett; all CC0; "
    "coins, Brooklyn Museum, no known copyright restrictions."
)


def photograph(name, *, grey=True):
    """Return one photograph, float32 (height, width, 1 or 3) in [0, 1], the grey from a colour one by luminance."""
    import skimage

    if name not in NAMES:
        raise ValueError(f"name is {name!r}; the photographs in scikit-image are {', '.join(NAMES)}.")
    image = skimage.util.img_as_float32(getattr(skimage.data, name)())
    if grey and image.ndim == 3:
        image = skimage.color.rgb2gray(image)
    return image if image.ndim == 3 else image[..., np.newaxis]


def pieces(names, *, size, count, seed=0):
    """Return `count` random squares of each photograph, float32 (N, size, size, 1) in [0, 1]; `seed` places them."""
    random, size, found = np.random.default_rng(seed), whole("size", size), []
    for name in names:
        image = photograph(name)
        room = [side - size + 1 for side in image.shape[:2]]
        if min(room) < 1:
            raise ValueError(f"size is {size}, and {name} has {image.shape[0]}×{image.shape[1]} pixels; give less.")
        places = random.integers(0, room, (whole("count", count), 2))
        found += [image[y : y + size, x : x + size] for y, x in places]
    return np.stack(found)


def halved(images):
    """Return (N, H, W, C) at half the height and width: the mean of each square of four pixels. H and W are even."""
    images = np.asarray(images)
    if images.ndim != 4 or images.shape[1] % 2 or images.shape[2] % 2:
        raise ValueError(f"images have the shape {images.shape}; give (N, H, W, C) with even H and W.")
    count, height, width, channels = images.shape
    return images.reshape(count, height // 2, 2, width // 2, 2, channels).mean(axis=(2, 4))
