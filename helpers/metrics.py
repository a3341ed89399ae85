"""How far two images are apart, and what generated images are worth: NumPy, one number an image unless told otherwise.

Images are float arrays (N, height, width, channels) in [0, 1]; `targets` are the true ones, `outputs` the others.
Every metric has an example worked by hand in `tests/test_metrics.py`. The losses that networks are trained with are
in `losses`.
"""

import numpy as np

# Distances between images


def squared_error(targets, outputs):
    """Return the squared error of each image, (N,): the sum over its pixels and channels, as `losses.squared_error`."""
    targets, outputs = _pair(targets, outputs)
    return ((targets - outputs) ** 2).sum(axis=(1, 2, 3))


def ssim(targets, outputs):
    """Return the structural similarity of each image, (N,): 1 for equal images, about 0 for unrelated ones.

    Means, variances and covariance are compared in Gaussian windows, 11×11 pixels with σ = 1.5, as in Wang et al.
    (2004); scikit-image computes it. Images need sides of at least 11 pixels.
    """
    from skimage.metrics import structural_similarity

    targets, outputs = _pair(targets, outputs)
    if min(targets.shape[1:3]) < 11:
        raise ValueError(f"ssim got images of shape {targets.shape[1:]}; its windows need sides of at least 11 pixels.")
    wang = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "data_range": 1.0}
    pairs = zip(targets, outputs, strict=True)
    return np.array([structural_similarity(x, y, channel_axis=-1, **wang) for x, y in pairs])


def best_shift_error(targets, outputs, *, most=4):
    """Return the smallest squared error of each image, (N,), over all shifts of the output by up to `most` pixels.

    Shifts go along both axes, diagonals included. Beyond its edges an image is 0, and what a shift moves out there
    still counts, so that no pixel gets lost.
    """
    targets, outputs = _pair(targets, outputs)
    if most != int(most) or most < 0:
        raise ValueError(f"most is {most}; give a whole number of pixels, at least 0.")
    room = [(0, 0), (most, most), (most, most), (0, 0)]
    targets, outputs = np.pad(targets, room), np.pad(outputs, room)
    steps = range(-most, most + 1)
    shifted = (np.roll(outputs, (down, right), axis=(1, 2)) for down in steps for right in steps)
    return np.min([((targets - other) ** 2).sum(axis=(1, 2, 3)) for other in shifted], axis=0)


def iou(masks, truth):
    """Return the intersection over union of each pair of masks, (N,): from 0 to 1, and 1 where both are empty.

    Pixels above one half count as held. The pixels that both hold, divided by those that at least one holds.
    """
    masks, truth = (images > 0.5 for images in _pair(masks, truth))
    both, either = ((masks & truth).sum(axis=(1, 2, 3)), (masks | truth).sum(axis=(1, 2, 3)))
    return np.where(either == 0, 1.0, both / np.maximum(either, 1))


def feature_distance(targets, outputs, features):
    """Return the distance of each pair of images in a network's features, (N,), from 0 to 4 for each feature map.

    features: a function from images to a list of arrays (N, …, channels), such as the layers of a classifier. At every
    place the channels are divided by their length; the squared differences are summed over the channels, averaged
    over the places and summed over the arrays (Zhang et al. 2018, without their learned weights).
    """
    targets, outputs = _pair(targets, outputs)
    total = np.zeros(len(targets))
    for one, other in zip(features(targets), features(outputs), strict=True):
        difference = (_unit(one) - _unit(other)) ** 2
        total += difference.sum(axis=-1).reshape(len(targets), -1).mean(axis=1)
    return total


# What generated images are worth


def checkerboard(images, near=3, far=6):
    """Return how far the spectrum of images peaks at a period of two pixels: power there over power beside it.

    images: (N, H, W) or (N, H, W, 1) with even sides of at least 4 `far`. The power, under a Hann window and averaged
    over the images, is taken at the frequency ½ across, down and both, and divided by the mean of the frequencies
    `near` to `far` steps away. 1: no peak. The scale of the images does not matter.
    """
    images = np.asarray(images, "float64")
    images = images[..., 0] if images.ndim == 4 else images
    if images.ndim != 3 or any(side % 2 or side < 4 * far for side in images.shape[1:]):
        raise ValueError(f"images have the shape {images.shape}; give (N, H, W), even sides of at least {4 * far}.")
    height, width = images.shape[1:]
    window = np.outer(*(np.hanning(side + 1)[:-1] for side in (height, width)))
    power = (np.abs(np.fft.fft2(images * window)) ** 2).mean(axis=0)
    places = [(height // 2, 0), (0, width // 2), (height // 2, width // 2)]
    steps = np.arange(-far, far + 1)
    ring = np.maximum(*np.abs(np.meshgrid(steps, steps))) >= near
    beside = [np.roll(power, (far - y, far - x), (0, 1))[: 2 * far + 1, : 2 * far + 1][ring].mean() for y, x in places]
    return float(sum(power[place] for place in places) / sum(beside))


def nearest(images, known):
    """Return (place, squared error), both (N,): which of the `known` images is nearest to each image, and how near.

    A generated image that is nearer to a training image than new real images are was copied rather than made.
    """
    from sklearn.neighbors import NearestNeighbors

    images, known = np.asarray(images), np.asarray(known)
    if images.ndim != 4 or images.shape[1:] != known.shape[1:] or not len(known):
        raise ValueError(f"nearest got the shapes {images.shape} and {known.shape}; give (N, H, W, C) of one size.")
    search = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(known.reshape(len(known), -1))
    distances, places = search.kneighbors(images.reshape(len(images), -1))
    return places[:, 0], distances[:, 0] ** 2


def diversity(images):
    """Return the mean squared error between two different images of the set, one number; 0 where all are equal."""
    images = np.asarray(images, "float64")
    if images.ndim != 4 or len(images) < 2:
        raise ValueError(f"diversity got images of the shape {images.shape}; give at least two, (N, H, W, C).")
    spread = ((images - images.mean(axis=0)) ** 2).sum()
    return float(2 * spread / (len(images) - 1))  # every pair once: twice the variance, summed over the pixels


def _unit(values):
    values = np.asarray(values, "float64")
    return values / np.maximum(np.linalg.norm(values, axis=-1, keepdims=True), 1e-10)


def _pair(targets, outputs):
    """Return both as float64, or a ValueError: two arrays of images with one shape and finite values."""
    targets, outputs = np.asarray(targets, "float64"), np.asarray(outputs, "float64")
    if targets.shape != outputs.shape or targets.ndim != 4 or not targets.size:
        raise ValueError(
            f"The images have the shapes {targets.shape} and {outputs.shape}; give two equal ones, (N, H, W, channels)."
        )
    if not (np.isfinite(targets).all() and np.isfinite(outputs).all()):
        raise ValueError("The images hold NaN or infinite values; find where they arise.")
    return targets, outputs
