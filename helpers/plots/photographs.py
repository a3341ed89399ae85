"""Figures of many photographs as small files: JPEG, where the palette that suits drawings would take twice as much."""

import base64
import io

from PIL import Image

from helpers.plots.house import Picture, pixels


class Photograph:
    """A picture that a notebook stores as a JPEG file; `picture` is the figure itself."""

    def __init__(self, picture, quality):
        self.picture, self.quality = picture, quality

    def _repr_mimebundle_(self, include=None, exclude=None):
        small, shown = self.picture._repr_mimebundle_(include, exclude)
        file = io.BytesIO()
        Image.fromarray(pixels(self.picture)).save(file, "JPEG", quality=self.quality, optimize=True)
        bundle = {"image/jpeg": base64.b64encode(file.getvalue()).decode(), "text/plain": small["text/plain"]}
        return bundle, {"image/jpeg": next(iter(shown.values()))}


def photograph(picture, quality=80):
    """Return a figure that a notebook stores as JPEG, for pictures of photographs; lines in it get soft edges.

    picture: what another function of `plots` returned. quality: from 1 to 95, of the JPEG file; raises ValueError for
    others, and where there is no picture.
    """
    if not isinstance(picture, Picture):
        raise ValueError(f"photograph takes a figure of `plots`, not {type(picture).__name__}")
    if not 1 <= quality <= 95:
        raise ValueError(f"The quality is {quality}: a JPEG file takes 1 to 95.")
    return Photograph(picture, quality)
