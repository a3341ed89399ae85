"""The protocol by which super-resolution is measured: how an image is made small, and how its enlargement is judged.

The tables of the field share it. The image is cut so that the scale divides its sides; its luma (BT.601, 16 to 235) is
rounded to whole numbers and made small by antialiased bicubic interpolation, rounded again; what a method makes of that
is rounded too, loses a frame of `scale` pixels and is compared with the luma. Images are arrays as files hold them:
uint8, (H, W) grey or (H, W, 3) in colour. NumPy, Pillow, and scikit-image for the structural similarity.
"""

import numpy as np

from . import metrics
from .convolution import whole

SCALES = (2, 3, 4)

#: What goes wrong in comparisons, as arguments for `score`.
MISTAKES = {
    "no antialiasing": {"antialias": False},
    "no rounding": {"rounded": False},
    "nothing shaved": {"shaved": False},
    "full-range luma": {"full_range": True},
    "grey as if coloured": {"squeezed": True},
    "RGB, not luma": {"colour": True},
}

_MIX = np.array([[65.481, 128.553, 24.966], [-37.797, -74.203, 112.0], [112.0, -93.786, -18.214]]) / 255
_ZERO = np.array([16.0, 128.0, 128.0])

# Colours


def ycbcr(image):
    """Return luma (16 to 235) and the two colour differences (16 to 240) of RGB, float64 (H, W, 3): BT.601."""
    return _image(image, (3,)) @ _MIX.T + _ZERO


def rgb(planes):
    """Return the RGB image, uint8 (H, W, 3), of luma and colour differences as `ycbcr` gives them."""
    return whole_numbers((np.asarray(planes, "float64") - _ZERO) @ np.linalg.inv(_MIX).T)


def luma(image, *, full_range=False, squeezed=False):
    """Return the luma of an image, float64 (H, W): of a colour one 16 to 235, a grey one is its own luma.

    full_range: take the formula without the studio's head room, 0 to 255, as JPEG does. squeezed: put a grey image
    through the formula for colours too, which takes 36 of its 255 levels of contrast away.
    """
    image = _image(image, (2, 3))
    if image.ndim == 2:
        return image * (219 / 255) + 16 if squeezed else image.astype("float64")
    return image @ np.array([0.299, 0.587, 0.114]) if full_range else image @ _MIX[0] + _ZERO[0]


def whole_numbers(values):
    """Return values rounded and cut to 0 … 255, uint8."""
    return np.clip(np.rint(values), 0, 255).astype("uint8")


# Sizes


def cropped(image, scale):
    """Return the image without the last rows and columns that `scale` does not divide (in the papers: modcrop)."""
    high, wide = (side // whole("scale", scale) * scale for side in np.shape(image)[:2])
    if not high or not wide:
        raise ValueError(f"scale is {scale} and the image {np.shape(image)}; nothing would be left.")
    return image[:high, :wide]


def shrunk(image, scale, *, antialias=True):
    """Return the image at 1/scale of its height and width, bicubic; uint8 stays uint8, other numbers become float32.

    antialias: widen the cubic by `scale`, so that patterns finer than the small pixels are averaged away. Without it a
    small pixel looks at 4×4 pixels whatever the scale, and such patterns come out as coarser ones. Raises ValueError
    where the scale does not divide the sides: see `cropped`.
    """
    high, wide = np.shape(image)[:2]
    if high % whole("scale", scale) or wide % scale:
        raise ValueError(f"scale is {scale} and the image {high}×{wide}; cut it first: cropped(image, scale).")
    size = high // scale, wide // scale
    if antialias:
        return resized(image, size)
    small = matrix(high, size[0], antialias=False) @ np.asarray(image) @ matrix(wide, size[1], antialias=False).T
    return whole_numbers(small) if np.asarray(image).dtype == np.uint8 else small.astype("float32")


def enlarged(image, scale, way="bicubic"):
    """Return a plane (H, W) `scale` times as high and wide, without a network; way: nearest, bilinear or bicubic."""
    high, wide = np.shape(image)
    return resized(image, (whole("scale", scale) * high, scale * wide), way)


def resized(image, size, way="bicubic"):
    """Return a plane (H, W) at size (height, width), as Pillow makes it; uint8 stays uint8, else float32."""
    from PIL import Image

    ways = {"nearest": Image.Resampling.NEAREST, "bilinear": Image.Resampling.BILINEAR,
            "bicubic": Image.Resampling.BICUBIC}  # fmt: skip
    image = np.asarray(image)
    if way not in ways or image.ndim != 2:
        raise ValueError(f"way is {way!r} and the plane {image.shape}; give (H, W) and one of {', '.join(ways)}.")
    image = image if image.dtype == np.uint8 else image.astype("float32")
    return np.asarray(Image.fromarray(image).resize(tuple(size)[::-1], ways[way]))


def cubic(distance, a=-0.5):
    """Return the weight of a pixel at a distance in pixels: the cubic of Keys (1981), 1 at 0 and 0 from 2 on."""
    x = np.abs(distance)
    near, far = (a + 2) * x**3 - (a + 3) * x**2 + 1, a * (x**3 - 5 * x**2 + 8 * x - 4)
    return np.where(x < 1, near, np.where(x < 2, far, 0.0))


def matrix(inputs, outputs, *, antialias=True):
    """Return the bicubic interpolation of `inputs` to `outputs` numbers as a matrix (outputs, inputs); rows sum to 1.

    For an image, rows @ image @ columns.T is what `resized` gives without rounding. antialias: where numbers get fewer,
    the cubic widens as far as they lie apart.
    """
    step = whole("inputs", inputs) / whole("outputs", outputs)
    centres = (np.arange(outputs) + 0.5) * step - 0.5
    weights = cubic((np.arange(inputs) - centres[:, np.newaxis]) / (max(step, 1) if antialias else 1))
    return weights / weights.sum(axis=1, keepdims=True)


# Scores


def psnr(target, output, shave=0):
    """Return the peak signal-to-noise ratio in dB: 10 log₁₀(255² / mean squared error), inf for equal images.

    shave: how many pixels at each edge do not count.
    """
    target, output = _shaved(target, output, shave)
    error = np.mean((target - output) ** 2)
    return float(10 * np.log10(255**2 / error)) if error else float("inf")


def ssim(target, output, shave=0):
    """Return the structural similarity of values from 0 to 255, in 11×11 Gaussian windows: see `metrics.ssim`."""
    pair = (image.reshape(1, *image.shape[:2], -1) / 255 for image in _shaved(target, output, shave))
    return float(metrics.ssim(*pair)[0])


def pair(image, scale, *, antialias=True, rounded=True, full_range=False, squeezed=False, colour=False):
    """Return (small, large): what a method gets to see of an image, and what it is compared with.

    Both are uint8, (h, w) and (scale h, scale w). The arguments make the `MISTAKES`: rounded=False gives float32;
    colour=True gives three channels, RGB, instead of luma.
    """
    large = cropped(_image(image, (2, 3)), scale)
    large = large if colour and large.ndim == 3 else luma(large, full_range=full_range, squeezed=squeezed)
    large = whole_numbers(large) if rounded else large.astype("float32")
    return _by_channel(lambda plane: shrunk(plane, scale, antialias=antialias), large), large


def score(upscale, images, scale, *, rounded=True, shaved=True, **mistakes):
    """Return {name: (PSNR, SSIM)} of a method on images {name: uint8 array} by the protocol.

    upscale: a function from a small plane (h, w) to a large one (scale h, scale w), both 0 to 255, such as
    `lambda small: enlarged(small, 2)`. The other arguments are `MISTAKES`; without them the protocol is kept.
    """
    found = {}
    for name, image in images.items():
        small, large = pair(image, scale, rounded=rounded, **mistakes)
        output = _by_channel(upscale, small)
        if output.shape != large.shape:
            raise ValueError(f"upscale made {output.shape} of {small.shape}; ×{scale} is {large.shape}.")
        output, shave = whole_numbers(output) if rounded else output, scale if shaved else 0
        found[name] = psnr(large, output, shave), ssim(large, output, shave)
    return found


def mean(scores):
    """Return the mean (PSNR, SSIM) over the images of `score`, as tables print it."""
    return tuple(float(value) for value in np.mean(list(scores.values()), axis=0))


def _by_channel(change, image):
    if image.ndim == 2:
        return np.asarray(change(image))
    return np.stack([change(np.ascontiguousarray(image[..., n])) for n in range(image.shape[2])], axis=-1)


def _shaved(target, output, shave):
    target, output = np.asarray(target, "float64"), np.asarray(output, "float64")
    if target.shape != output.shape or target.ndim not in (2, 3):
        raise ValueError(f"The images have the shapes {target.shape} and {output.shape}; give two equal ones.")
    if 2 * whole("shave", shave, least=0) >= min(target.shape[:2]):
        raise ValueError(f"shave is {shave} and the image {target.shape}; nothing would be left.")
    inside = tuple(slice(shave, side - shave) for side in target.shape[:2])
    return target[inside], output[inside]


def _image(image, axes):
    image = np.asarray(image)
    if image.dtype != np.uint8 or image.ndim not in axes or (image.ndim == 3 and image.shape[2] != 3):
        shapes = " or ".join({2: "(H, W)", 3: "(H, W, 3)"}[n] for n in axes)
        raise ValueError(f"The image is {image.dtype} of shape {image.shape}; give uint8, {shapes}.")
    return image
