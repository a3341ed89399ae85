"""Pictures that change: films as GIF, and a player that works in a static page without any other file."""

import io
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from PIL import Image, ImageDraw, ImageFont

from helpers.plots.house import INK, checked_images, pixels

#: What one film may weigh in bytes.
FILM_BYTES = 1_000_000


def montage(images, columns=None, gap=2):
    """One image made of many: (N, height, width, 1 or 3) in [0, 1] → uint8 (H, W[, 3]), gaps white."""
    number, height, width, channels = images.shape
    columns = min(columns or 10, number)
    lines = -(-number // columns)
    sheet = np.ones((lines * (height + gap) - gap, columns * (width + gap) - gap, channels), "float32")
    for i, image in enumerate(images):
        y, x = i // columns * (height + gap), i % columns * (width + gap)
        sheet[y : y + height, x : x + width] = image
    sheet = np.round(sheet * 255).astype("uint8")
    return sheet[..., 0] if channels == 1 else sheet


def frame(content, columns=None, name="frame"):
    """A figure, an image or several images as the pixels of one frame, uint8. A single frame may be blank."""
    if isinstance(content, Figure):
        return pixels(content, dpi=100)
    return montage(checked_images(content, name, may_be_blank=True), columns)


def all_frames(contents, labels, columns=None):
    """The pixels of all frames and a text for each, or a ValueError if there is nothing to see in them."""
    if len(contents) == 0:
        raise ValueError("frames is empty: give at least one frame")
    labels = [str(label) for label in (range(1, len(contents) + 1) if labels is None else labels)]
    if len(labels) != len(contents):
        raise ValueError(f"labels has {len(labels)} entries for {len(contents)} frames: give one for each")
    shown = [frame(content, columns, f"frames[{i}]") for i, content in enumerate(contents)]
    if len({pixels.shape for pixels in shown}) > 1:
        raise ValueError("frames have different sizes: give frames of one size")
    values = shown if isinstance(contents[0], Figure) else [np.asarray(content) for content in contents]
    if min(value.min() for value in values) == max(value.max() for value in values):
        raise ValueError("frames are blank: every pixel of every frame is the same, there is nothing to see")
    return shown, labels


def film(frames, path=None, fps=10, labels=None, columns=None, loop=False):
    """A film as an animated GIF of at most 1 MB, shown by a notebook; `path` also writes it to a file.

    `frames` is (times[, examples], height, width[, 1 or 3]) in [0, 1], or a list of figures; `labels`, a text
    under each frame; `columns`, examples to a line. It plays once, so that a page comes to rest;
    `loop=True` repeats it. For a page that is read, `scrub` gives the reader control.
    """
    from IPython.display import Image as Shown

    shown, texts = all_frames(frames, labels, columns)
    texts, width = texts if labels is not None else None, max(740, shown[0].shape[1])
    data = _gif(shown, texts, width, fps, loop)
    while len(data) > FILM_BYTES:
        width = int(width * 0.85)
        data = _gif(shown, texts, width, fps, loop)
    if path is not None:
        Path(path).write_bytes(data)
    return Shown(data=data, format="gif")


def _gif(shown, texts, width, fps, loop):
    images = [_resized(Image.fromarray(pixels), width) for pixels in shown]
    images = [_titled(image, text) for image, text in zip(images, texts or [""] * len(images), strict=True)]
    images = [image.quantize(64, dither=Image.Dither.NONE) for image in images]
    file, options = io.BytesIO(), {"loop": 0} if loop else {}
    durations = [round(1000 / fps)] * (len(images) - 1) + [2000]
    images[0].save(file, "GIF", save_all=True, append_images=images[1:], duration=durations, optimize=True, **options)
    return file.getvalue()


def _resized(image, width):
    """Enlarged by a whole factor with sharp pixels, or reduced smoothly."""
    scale = width / image.width
    scale = max(1, int(min(scale, 420 / image.height))) if scale >= 1 else scale
    size = round(image.width * scale), round(image.height * scale)
    return image.resize(size, Image.Resampling.NEAREST if scale >= 1 else Image.Resampling.LANCZOS)


def _titled(image, text):
    """The image over a white strip with the text in it."""
    if not text:
        return image.convert("RGB")
    from matplotlib.font_manager import findfont

    strip = Image.new("RGB", (image.width, image.height + 30), "white")
    strip.paste(image.convert("RGB"), (0, 0))
    font = ImageFont.truetype(findfont("DejaVu Sans"), 16)
    ImageDraw.Draw(strip).text((2, image.height + 6), text, fill=INK, font=font)
    return strip


def scrub(frames, labels=None, alt="", name="frame", columns=None):
    """A film to pull back and forth: a slider and a play button under the picture, also without a kernel.

    `frames` as in `film`, or the `History` of a training with snapshots; `labels`, a text for each frame; `name`, what
    the slider counts ("training step"); `alt`, what the pictures show, for readers who do not see them. Without scripts
    the last frame stands.
    """
    from helpers.plots.player import Page, page

    if not alt.strip():
        raise ValueError("alt is empty: say in a sentence what the film shows")
    if hasattr(frames, "snapshots"):
        frames, labels = np.clip(frames.snapshots, 0, 1), [f"step {number:,}" for number in frames.snapshot_steps]
    shown, labels = all_frames(frames, labels, columns)
    alts = [f"{alt.rstrip('. ')}. {name.capitalize()} {label}." for label in labels]
    return Page(page(shown, alts, {name: labels}, start=[len(labels) - 1], play=True), alts[-1])
