"""Masks on their photographs: the step from a mask to an overlay, and the five lines by which masks are judged."""

import numpy as np
from matplotlib.colors import to_rgb

from helpers.plots.house import PALETTE, checked_images
from helpers.plots.mosaic import LARGE, rows
from helpers.segmentation_metrics import boundary


def overlaid(images, masks, colour=PALETTE[5], share=0.5):
    """Return colour images (N, height, width, 3): where a mask is above one half, the image gets `share` of a colour.

    images: (N, height, width, 1 or 3); masks: (N, height, width, 1); both in [0, 1]; a mask may be empty. Along the
    mask's edge, inside, the colour is full, so that the shape can be read on any photograph.
    """
    images, masks = checked_images(images, "images"), checked_images(masks, "masks", may_be_blank=True)
    if images.shape[:3] != masks.shape[:3]:
        raise ValueError(f"images are {images.shape} and masks {masks.shape}; give a mask of the same size for each.")
    held = masks.reshape(images.shape[:3]) > 0.5
    colours = np.broadcast_to(images.reshape(*images.shape[:3], -1), (*images.shape[:3], 3))
    weight = np.where(boundary(held), 1.0, share * held)[..., None]
    return (1 - weight) * colours + weight * np.array(to_rgb(colour))


def verdicts(images, truth, predicted, titles=None):
    """Five lines: photograph, true mask, true mask on it, predicted mask, predicted mask on it."""
    lines = {"photograph": images, "truth": truth, "truth, laid over": overlaid(images, truth)}
    lines |= {"prediction": predicted, "prediction, laid over": overlaid(images, predicted)}
    return rows({label: _legible(line) for label, line in lines.items()}, titles=titles)


def _legible(images):
    """Return images with each pixel written twice where they would be shown at less than their room, and once."""
    images = checked_images(images, may_be_blank=True)
    twice = LARGE / 2 < max(images.shape[1:3]) < LARGE
    return images.repeat(2, axis=1).repeat(2, axis=2) if twice else images
