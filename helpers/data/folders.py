"""The reader's own images: a folder of files to one array."""

from pathlib import Path

import numpy as np

ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp")


def folder(path, *, size, grey=True):
    """Return the images of a folder, in the order of their names: float32 (N, size, size, 1 or 3) in [0, 1].

    Every image is turned as its camera noted (EXIF), cut to its central square and resized to `size` pixels. grey:
    whether it loses its colours. Files with other endings than those of images are left out. Raises
    FileNotFoundError where there is no such folder, and ValueError where it holds no image or a damaged one.
    """
    found = listed(path)
    if size < 1:
        raise ValueError(f"size is {size}; it is the side of the square in pixels, at least 1.")
    return np.stack([_read(file, size, grey) for file in found])


def listed(path):
    """Return the files of a folder that count as images, sorted by name; the errors are those of `folder`."""
    path = Path(path).expanduser()
    if not path.is_dir():
        raise FileNotFoundError(f"There is no folder {str(path)!r}; give the path of a folder with images in it.")
    files = sorted(file for file in path.iterdir() if file.suffix.lower() in ENDINGS)
    if not files:
        raise ValueError(f"The folder {str(path)!r} holds no image; files that count end in {', '.join(ENDINGS)}.")
    return files


def opened(file):
    """Return the picture in a file as Pillow's image with 8 bits, turned as its camera noted (EXIF).

    Raises ValueError, with the name of the file, where it is damaged or no picture.
    """
    from PIL import Image, ImageOps

    try:
        with Image.open(file) as image:
            return _eight_bits(ImageOps.exif_transpose(image))
    except (OSError, SyntaxError) as error:
        raise ValueError(
            f"{file.name} cannot be read as an image ({error}); replace it or take it out of the folder."
        ) from error


def _read(file, size, grey):
    from PIL import Image, ImageOps

    image = opened(file).convert("RGB")
    square = ImageOps.fit(image, (size, size), Image.Resampling.LANCZOS)
    pixels = np.asarray(square.convert("L") if grey else square, "float32") / 255
    return pixels[..., np.newaxis] if grey else pixels


def _eight_bits(image):
    """Return 16-bit grey images with 8 bits: Pillow would cut off all above 255."""
    from PIL import Image

    if not image.mode.startswith("I"):
        return image
    values = np.asarray(image).astype("float32")
    return Image.fromarray((values * (255 / max(values.max(), 65535 if values.max() > 255 else 255))).astype("uint8"))
