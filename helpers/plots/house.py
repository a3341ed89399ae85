"""The house style: the palette, the type, the canvas, and the checks that every figure passes.

Figures are 7.4 inches wide at 150 dots an inch: 1110 pixels, which a text column shows at 740.
They are made without pyplot, so no figure stays open and a notebook shows each one once.
"""

import base64
import io

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

#: Okabe and Ito's colours, which people with any colour vision can tell apart; pale yellow comes last.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#F0E442")
#: Text, and everything that frames the data without being data.
INK, QUIET, FAINT = "#1a1a1a", "#595959", "#c8c8c8"
#: The width of every figure in pixels, and the pixels in an inch.
WIDTH, DPI = 1110, 150

_RC = {
    "font.family": "sans-serif", "font.sans-serif": ["DejaVu Sans"], "font.size": 10,
    "text.color": INK, "axes.labelcolor": INK, "xtick.color": QUIET, "ytick.color": QUIET,
    "axes.edgecolor": QUIET, "axes.linewidth": 0.7, "axes.spines.top": False, "axes.spines.right": False,
    "axes.labelsize": 10, "axes.titlesize": 10, "axes.titlelocation": "left", "axes.axisbelow": True,
    "xtick.labelsize": 9, "ytick.labelsize": 9, "xtick.major.width": 0.7, "ytick.major.width": 0.7,
    "xtick.minor.width": 0.5, "ytick.minor.width": 0.5, "xtick.minor.size": 2, "ytick.minor.size": 2,
    "grid.color": "#e6e6e6", "grid.linewidth": 0.6, "lines.linewidth": 1.8, "lines.solid_capstyle": "round",
    "legend.frameon": False, "legend.fontsize": 9, "figure.facecolor": "white", "axes.facecolor": "white",
    "axes.prop_cycle": matplotlib.cycler(color=PALETTE), "image.cmap": "gray",
}  # fmt: skip


def style():
    """The house settings as a context: ``with plots.style(): …`` for a figure of your own.

    Every function of ``plots`` uses it by itself; nothing is changed at import or afterwards.
    """
    return matplotlib.rc_context(_RC)


class Picture(Figure):
    """A matplotlib figure in the house style, `height` and `width` in pixels.

    A notebook shows it as one small PNG (JPEG if it holds colour photographs), at 740 pixels' width.
    `savefig` and the rest of matplotlib's ``Figure`` work as usual.
    """

    def __init__(self, height, width=WIDTH, layout="constrained"):
        with style():
            super().__init__(figsize=(width / DPI, height / DPI), dpi=DPI, layout=layout)
        FigureCanvasAgg(self)

    def draw(self, renderer):
        with style():
            super().draw(renderer)

    def _repr_mimebundle_(self, include=None, exclude=None):
        kind, data = encode(pixels(self))
        width, height = self.get_size_inches() * 100
        size = {"width": round(width), "height": round(height)}
        text = f"<Picture {size['width']}×{size['height']}>"
        return {kind: base64.b64encode(data).decode(), "text/plain": text}, {kind: size}


def canvas(height, width=WIDTH):
    """An empty picture and axes whose unit is one pixel, y upwards, for drawings made by hand."""
    picture = Picture(height, width, layout="none")
    axes = picture.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, height))
    axes.set_axis_off()
    return picture, axes


def pixels(figure, dpi=DPI):
    """A figure as the RGB pixels it is shown with, uint8 of shape (height, width, 3)."""
    before, drawn = figure.dpi, FigureCanvasAgg(figure)
    try:
        figure.set_dpi(dpi)
        drawn.draw()
        return np.array(drawn.buffer_rgba())[..., :3]
    finally:
        figure.set_dpi(before)


def encode(image, colours=256):
    """Pixels as a small file: ("image/png" or "image/jpeg", bytes).

    `image` is uint8, (height, width) or (height, width, 3). A PNG of at most so many colours or greys; what
    that would spoil (a colour photograph) becomes a JPEG of quality 88.
    """
    if image.ndim == 3 and (image == image[..., :1]).all():
        image = image[..., 0]
    if image.ndim == 2:
        steps = min(colours, 256) - 1
        greys = np.round(np.round(image / 255 * steps) * 255 / steps).astype("uint8")
        return "image/png", _saved(Image.fromarray(greys), "PNG", optimize=True)
    picture = Image.fromarray(image)
    reduced = picture.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    loss = np.abs(np.asarray(reduced.convert("RGB"), "int16") - image)
    if np.percentile(loss, 99) > 8:
        return "image/jpeg", _saved(picture, "JPEG", quality=88, optimize=True)
    return "image/png", _saved(reduced, "PNG", optimize=True)


def _saved(picture, kind, **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def is_blank(image):
    """Whether a picture shows nothing: fewer than 1 pixel in 2000 differs from the commonest colour.

    `image` is a figure, the bytes of an image file, or an array (height, width[, channels]).
    """
    if isinstance(image, Figure):
        image = pixels(image)
    elif isinstance(image, bytes):
        image = np.asarray(Image.open(io.BytesIO(image)).convert("RGB"))
    image = np.asarray(image)
    flat = image.reshape(-1, image.shape[2] if image.ndim == 3 else 1)
    different = (flat != np.median(flat, axis=0)).any(axis=1).sum()
    return bool(different < max(1, len(flat) / 2000))


def checked_images(images, name="images", may_be_blank=False):
    """`images` as float32 (N, height, width, 1 or 3), or a ValueError that says what is wrong with them.

    Taken are (height, width), (N, height, width), and either with 1 or 3 channels at the end, in [0, 1].
    One frame of a film may be blank; a figure may not.
    """
    try:
        array = np.asarray(images, "float32")
    except (ValueError, TypeError):
        raise ValueError(f"{name} holds no images of one size: give (N, height, width[, 1 or 3])") from None
    if array.size == 0:
        raise ValueError(f"{name} is empty, shape {array.shape}: give at least one image")
    if array.ndim < 3 or (array.ndim == 3 and array.shape[-1] not in (1, 3)):
        array = array[..., None]
    if array.ndim == 3:
        array = array[None]
    if array.ndim != 4 or array.shape[-1] not in (1, 3):
        raise ValueError(f"{name} has shape {np.shape(images)}: give (N, height, width[, 1 or 3])")
    return _checked_range(array, name, may_be_blank)


def _checked_range(array, name, may_be_blank):
    checked_numbers(array, name)
    low, high = float(array.min()), float(array.max())
    if low < -1e-3 or high > 1 + 1e-3:
        raise ValueError(
            f"{name} has values from {low:.3g} to {high:.3g}, and a picture needs [0, 1]: "
            f"np.clip it, divide by 255, or give plots.signed what is positive and negative"
        )
    if high - low < 1e-6 and not may_be_blank:
        raise ValueError(f"{name} is blank: every value is {low:.3g}, there is nothing to see")
    return np.clip(array, 0, 1)


def checked_numbers(values, name):
    """`values` as a float array, or a ValueError if it is empty or holds NaN or infinity."""
    array = np.asarray(values, "float64")
    if array.size == 0:
        raise ValueError(f"{name} is empty: there is nothing to draw")
    wrong = int((~np.isfinite(array)).sum())
    if wrong:
        raise ValueError(f"{name} holds {wrong} NaN or infinite values of {array.size}: find where they arise")
    return array


def readable(colour, contrast=4.5):
    """`colour` darkened until text in it stands out from white by WCAG's `contrast`."""
    rgb = np.array(matplotlib.colors.to_rgb(colour))
    while 1.05 / (_luminance(rgb) + 0.05) < contrast:
        rgb = rgb * 0.97
    return matplotlib.colors.to_hex(rgb)


def _luminance(rgb):
    linear = np.where(rgb <= 0.03928, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def text_width(text, size):
    """How many pixels a line of text takes at `size` points in the house type."""
    from matplotlib.textpath import TextPath

    with style():
        return TextPath((0, 0), text, size=size).get_extents().x1 * DPI / 72 if text else 0.0


def tint(colour, share):
    """`colour` mixed with white: share 1 is the colour itself, 0 is white."""
    return matplotlib.colors.to_hex(1 - share * (1 - np.array(matplotlib.colors.to_rgb(colour))))
