"""Facts about the reader's own images: every common kind of file is read, and what cannot be read is named."""

import numpy as np
import pytest
from PIL import Image

from helpers import data


def save(folder, name, values, **options):
    Image.fromarray(values).save(folder / name, **options)


def test_images_come_in_the_order_of_their_names_as_squares_in_zero_to_one(tmp_path):
    for name, level in (("b.png", 255), ("a.jpg", 0), ("c.bmp", 128)):
        save(tmp_path, name, np.full((20, 31, 3), level, "uint8"))
    (tmp_path / "notes.txt").write_text("no image")
    images = data.folder(tmp_path, size=28)
    assert images.shape == (3, 28, 28, 1) and images.dtype == np.float32
    np.testing.assert_allclose(images.mean(axis=(1, 2, 3)), [0, 1, 128 / 255], atol=0.01)


def test_colours_are_kept_where_asked(tmp_path):
    save(tmp_path, "red.png", np.full((8, 8, 3), [255, 0, 0], "uint8"))
    np.testing.assert_array_equal(data.folder(tmp_path, size=4, grey=False)[0, 0, 0], [1, 0, 0])


def test_sixteen_bits_keep_their_greys(tmp_path):
    save(tmp_path, "deep.png", np.tile(np.linspace(0, 65535, 16).astype("uint16"), (16, 1)))
    row = data.folder(tmp_path, size=16)[0, 0, :, 0]
    np.testing.assert_allclose(row, np.linspace(0, 1, 16), atol=0.01)


def test_an_alpha_channel_and_a_palette_are_read(tmp_path):
    Image.new("RGBA", (5, 5), (255, 255, 255, 10)).save(tmp_path / "a.png")
    Image.new("P", (5, 5)).save(tmp_path / "b.png")
    assert data.folder(tmp_path, size=5).shape == (2, 5, 5, 1)


def test_a_photograph_is_turned_as_its_camera_noted(tmp_path):
    values = np.zeros((10, 10, 3), "uint8")
    values[:5] = 255  # light above; orientation 6 says: turn by 90 degrees clockwise
    exif = Image.Exif()
    exif[0x0112] = 6
    save(tmp_path, "turned.png", values, exif=exif)
    image = data.folder(tmp_path, size=10)[0, ..., 0]
    assert image[:, 6:].mean() > 0.9 and image[:, :4].mean() < 0.1


@pytest.mark.parametrize("content", [b"", b"not an image", b"\x89PNG\r\n\x1a\n half"])
def test_a_damaged_file_is_named(tmp_path, content):
    (tmp_path / "broken.png").write_bytes(content)
    with pytest.raises(ValueError, match=r"broken\.png cannot be read"):
        data.folder(tmp_path, size=8)


def test_a_missing_and_an_empty_folder_are_two_errors(tmp_path):
    with pytest.raises(FileNotFoundError, match="no folder"):
        data.folder(tmp_path / "none", size=8)
    with pytest.raises(ValueError, match="holds no image"):
        data.folder(tmp_path, size=8)
