"""A judge of generated streets: the book's own segmenter says what it sees in them, and how they look to it."""

from typing import NamedTuple

import numpy as np

from . import runtime, segmenter
from . import translation_metrics as metrics
from .data import scenes

tf, keras = runtime.tensorflow(), runtime.keras()


class Judge(NamedTuple):
    """What judges pictures (N, H, W, 3) in [0, 1]. It has to be trained on photographs, and never on pictures.

    labels: a function from pictures to label maps (N, H, W), of the same size. features: one to features (N, D).
    """

    labels: object
    features: object


def street_judge(network=None, *, size=None, batch=8):
    """Return the `Judge` of streets: the book's segmenter, from the store of weights or trained now.

    network: another segmenter like that of `segmenter.build`. size: height and width to which pictures are enlarged
    (bilinear) before it sees them, the segmenter's own in the full profile, None for as they are. The features are the
    means of its smallest maps over an image. They know streets: what does not matter for telling classes apart, they
    need not see, and of anything but streets they say nothing.
    """
    network = network or segmenter.network()
    size = size or runtime.choose(quick=None, full=(352, 480))
    predict, smallest = segmenter.averaged(network), smallest_maps(network)
    return Judge(
        lambda pictures: np.concatenate([labelled(predict, some, size) for some in parts(pictures, batch)]),
        lambda pictures: np.concatenate([described(smallest, some, size) for some in parts(pictures, batch)]),
    )


def judged(judge, photographs, labels, pictures):
    """Return the scores of pictures made from label maps: the FCN-score, `histogram` and `frechet`.

    photographs: the real ones, (N, H, W, 3) in [0, 1]; given as pictures, they tell the ceiling. histogram: mean of the
    intersections of L, a and b. frechet: from the photographs, 0 for themselves.
    """
    found = metrics.fcn_score(labels, judge.labels(pictures), len(scenes.CLASSES), scenes.IGNORE)
    colours = metrics.histogram_intersection(photographs, pictures).mean()
    apart = metrics.frechet(judge.features(photographs), judge.features(pictures))
    return found | {"histogram": float(colours), "frechet": apart}


def smallest_maps(network):
    """Return the network from images to the smallest maps of an encoder–decoder: what its first enlargement takes."""
    first = next(layer for layer in network.layers if isinstance(layer, keras.layers.UpSampling2D))
    return keras.Model(network.input, first.input)


def labelled(predict, pictures, size):
    """Return label maps of pictures, from their logits at `size`, averaged to their own size."""
    logits = predict(resized(pictures, size))
    return tf.argmax(resized(logits, pictures.shape[1:3]), axis=-1).numpy()


def described(smallest, pictures, size):
    """Return the means of the smallest maps over each picture, (N, D)."""
    return tf.reduce_mean(tf.cast(smallest(resized(pictures, size), training=False), tf.float32), axis=(1, 2)).numpy()


def resized(images, size):
    """Return images enlarged or reduced to `size` (height, width), bilinear; None for as they are."""
    same = size is None or tuple(images.shape[1:3]) == tuple(size)
    return tf.convert_to_tensor(images) if same else tf.image.resize(images, size, antialias=True)


def parts(images, batch):
    """Return the images, so many at a time."""
    return [images[at : at + batch] for at in range(0, len(images), batch)]
