"""Drawn images that ask a network one question: an edge, stripes, print. Planes (H, W), uint8. Loads no TensorFlow."""

import numpy as np

from ..convolution import whole
from ..resampling import whole_numbers


def edge(side=96, *, angle=0.3, dark=60, light=200):
    """Return a straight border through the middle of a square, dark on the left and light on the right.

    angle: of the border against the vertical, in radians. The border is one pixel wide, as a lens that is sharp draws
    it: a pixel has the share of both greys that it covers.
    """
    across, _ = _turned(side, angle)
    return whole_numbers(dark + (light - dark) * np.clip(across + 0.5, 0, 1))


def stripes(period, side=128, *, angle=0.5, contrast=90):
    """Return stripes around the grey 128 that are `period` pixels apart: a sine, `contrast` levels up and down.

    angle: of the stripes against the vertical, in radians. Made small by a scale, stripes with fewer than 2 · scale
    pixels along a side come out as other ones, coarser and in another direction, as far as they come out at all.
    """
    if not period > 0:
        raise ValueError(f"period is {period}; give a number of pixels above 0.")
    across, _ = _turned(side, angle)
    return whole_numbers(128 + contrast * np.sin(2 * np.pi * across / period))


def printed(text, side=128, *, size=15):
    """Return lines of dark print on a light square; size: of the letters, in pixels."""
    from matplotlib.font_manager import findfont
    from PIL import Image, ImageDraw, ImageFont

    page = Image.new("L", (whole("side", side), side), 235)
    font = ImageFont.truetype(findfont("DejaVu Sans"), size)
    ImageDraw.Draw(page).multiline_text((6, 8), text, fill=20, font=font, spacing=size // 2)
    return np.asarray(page)


def _turned(side, angle):
    """Return how far each pixel lies across and along a line through the middle of a square."""
    y, x = np.mgrid[: whole("side", side), :side] - (side - 1) / 2
    return x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
