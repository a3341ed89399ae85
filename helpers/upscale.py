"""Enlarge a photograph in a file: `python -m helpers upscale IN OUT --scale 2`. Loads TensorFlow only when due."""

import os
from pathlib import Path
from time import perf_counter

import numpy as np

from .data import folders

#: Endings of files that can hold an alpha channel.
WITH_ALPHA = (".png", ".tif", ".tiff", ".webp")

#: Tags of TIFF files that say how their pixels lie; they do not belong to another file.
_LAYOUT = (*range(0x100, 0x104), 0x106, 0x111, *range(0x115, 0x118), 0x11C, 0x13D, *range(0x140, 0x146), 0x152, 0x153)

_EXIF, _SIZE = 0x8769, (0xA002, 0xA003)  # the camera's part of the notes, and the old width and height in it


def upscale(source, target, scale=2, model=None):
    """Write the photograph in the file `source`, `scale` times as high and wide, to the file `target`; return its size.

    Colours, alpha channel, colour profile and the camera's notes (EXIF) stay; the photograph is turned as the camera
    noted; 16 bits become 8. Luma is enlarged by `model`, a network for that scale that takes any size, or by
    `enlarging.network(scale)`, which is trained where the store lacks it.
    An existing `target` is replaced once the new file is whole. Raises ValueError, before any work is done, where
    `source` is no image or `target` cannot be written.
    """
    source, target = Path(source).expanduser(), Path(target).expanduser()
    image, notes = opened(source)
    _writable(source, target, image.mode)
    from . import enlarging, runtime

    if model is None:
        runtime.start()
        model = enlarging.network(scale)
    started = perf_counter()
    pixels = np.asarray(image).reshape(*image.size[::-1], -1)
    large = enlarging.photograph(
        pixels, scale, enlarging.upscaler(model), margin=enlarging.margin(model), label=source.name
    )
    _save(large, target, notes)
    height, width = large.shape[:2]
    print(f"{target.name}: {width}×{height} pixels, {perf_counter() - started:.1f} s")
    return height, width


def opened(path):
    """Return the photograph in a file, upright, as Pillow's image (mode L, LA, RGB or RGBA), and what is noted in it.

    Raises ValueError where there is no such file, or it cannot be read.
    """
    from PIL import Image, ImageOps

    if not path.is_file():
        raise ValueError(f"There is no file {str(path)!r}; give the path of a photograph.")
    try:
        with Image.open(path) as image:
            upright = ImageOps.exif_transpose(image)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValueError(f"{path} cannot be read as an image ({error}); give a photograph.") from error
    mode, notes = _mode(upright), _notes(upright)
    return folders._eight_bits(upright).convert(mode), notes


def _mode(image):
    """Return the mode in which an image is enlarged: with colours and with alpha where it has them."""
    grey = image.mode in ("1", "L", "LA", "La", "F") or image.mode.startswith("I")
    clear = image.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info
    return ("L" if grey else "RGB") + ("A" if clear else "")


def _notes(image):
    """Return what goes into the new file: the camera's notes and the colour profile, where they still hold."""
    exif = image.getexif()
    for tag in _LAYOUT:
        exif.pop(tag, None)
    for tag in _SIZE if _EXIF in exif else ():
        exif.get_ifd(_EXIF).pop(tag, None)
    profile = image.info.get("icc_profile") if image.mode not in ("CMYK", "LAB", "YCbCr") else None
    found = {"exif": exif.tobytes() if len(exif) else None, "icc_profile": profile}
    return {name: value for name, value in found.items() if value}


def _writable(source, target, mode):
    """Raise ValueError where a file of that mode cannot be written to `target`."""
    if target.suffix.lower() not in folders.ENDINGS:
        raise ValueError(f"{target} has the ending {target.suffix!r}; it can be {', '.join(folders.ENDINGS)}.")
    if mode.endswith("A") and target.suffix.lower() not in WITH_ALPHA:
        raise ValueError(f"{source.name} is partly transparent, which {target.suffix} cannot hold; "
                         f"use {', '.join(WITH_ALPHA)}.")  # fmt: skip
    if not target.parent.is_dir():
        raise ValueError(f"There is no folder {str(target.parent)!r}; make it, or give another place.")
    if target.is_dir() or not os.access(target.parent, os.W_OK):
        raise ValueError(f"{target} cannot be written; give a file in a folder of your own.")
    if target.exists() and target.samefile(source):
        raise ValueError(f"{target} is the photograph itself; give another name, so that it stays.")


def _save(pixels, target, notes):
    """Write the whole image to a second file first; an interrupted write leaves `target` as it was."""
    from PIL import Image

    pixels = pixels[..., 0] if pixels.shape[2] == 1 else pixels
    half = target.with_name(f"half-{os.getpid()}-{target.name}")
    options = {"quality": 95} if target.suffix.lower() in (".jpg", ".jpeg", ".webp") else {}
    try:
        Image.fromarray(pixels).save(half, **options, **notes)
        os.replace(half, target)
    except (OSError, ValueError) as error:
        raise ValueError(f"{target} cannot be written ({error}).") from error
    finally:
        half.unlink(missing_ok=True)
