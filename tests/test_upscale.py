"""Facts about `python -m helpers upscale`: kinds of files, what is kept, and what is refused before any work."""

import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from helpers import __main__ as cli
from helpers import resampling, runtime, upscale

keras = runtime.keras()
from helpers import enlarging  # noqa: E402
from helpers.models import super_resolution  # noqa: E402

random = np.random.default_rng(0)
ORIENTATION, MAKER, CAMERA, WIDTH, EXPOSURE = 0x0112, 0x010F, 0x8769, 0xA002, 0x829A


@pytest.fixture
def store(monkeypatch):
    """A store whose network is untrained: it enlarges bicubically."""
    monkeypatch.setattr(enlarging, "network", lambda scale: super_resolution.residual(scale, width=4, blocks=1))


@pytest.fixture
def file(tmp_path):
    """Return the function that writes a smooth image of a mode and an odd size and returns its path."""

    def write(mode="RGB", ending="png", size=(13, 9), **options):
        noise = Image.fromarray(random.integers(0, 256, (3, 4, 4), "uint8"), "RGBA")
        image = noise.resize(size, Image.Resampling.BICUBIC)
        image = image.convert(mode) if "A" in mode else image.convert("RGB").convert(mode)
        path = tmp_path / f"in-{mode}.{ending}"
        image.save(path, **options)
        return path

    return write


def run(source, target, *more):
    return cli.main(["upscale", str(source), str(target), *more])


@pytest.mark.parametrize(
    ("mode", "ending", "becomes"),
    [("RGB", "png", "RGB"), ("RGB", "jpg", "RGB"), ("L", "png", "L"), ("LA", "png", "LA"), ("RGBA", "png", "RGBA"),
     ("RGBA", "webp", "RGBA"), ("P", "png", "RGB"), ("1", "png", "L"), ("CMYK", "jpg", "RGB"), ("I;16", "png", "L"),
     ("RGB", "bmp", "RGB"), ("RGBA", "tif", "RGBA")],
)  # fmt: skip
def test_every_kind_of_image_is_enlarged(store, file, tmp_path, capsys, mode, ending, becomes):
    source, target = file(mode, ending), tmp_path / f"out.{ending}"
    assert run(source, target) == 0
    with Image.open(target) as large:
        assert large.size == (26, 18) and large.mode == becomes
    assert "26×18 pixels" in capsys.readouterr().out
    assert sorted(tmp_path.iterdir()) == sorted([source, target])  # nothing half-written stays


@pytest.mark.parametrize("scale", resampling.SCALES)
def test_pixels_are_those_of_the_network(store, file, tmp_path, scale):
    source, target = file("RGBA"), tmp_path / "out.png"
    assert run(source, target, "--scale", str(scale)) == 0
    with Image.open(source) as small, Image.open(target) as large:
        small, large = np.asarray(small), np.asarray(large)
    for channel in range(4):
        wanted = np.clip(resampling.enlarged(small[..., channel].astype("float32"), scale), 0, 255)
        np.testing.assert_allclose(large[..., channel], wanted, atol=0.51)


def test_a_network_of_ones_own_is_taken_and_none_is_fetched(monkeypatch, file, tmp_path):
    monkeypatch.delattr(enlarging, "network")
    source, target = file("L"), tmp_path / "out.png"
    assert upscale.upscale(source, target, scale=3, model=super_resolution.residual(3, width=4, blocks=1)) == (27, 39)


def test_the_photograph_stands_upright_and_keeps_its_notes(store, file, tmp_path):
    notes = Image.Exif()
    notes[ORIENTATION], notes[MAKER] = 6, "a camera"
    notes.get_ifd(CAMERA).update({WIDTH: 13, EXPOSURE: 0.5})
    profile = b"a profile of colours"
    source, target = file("RGB", "jpg", exif=notes, icc_profile=profile), tmp_path / "out.jpg"
    assert run(source, target) == 0
    with Image.open(target) as large:
        assert large.size == (18, 26)
        assert large.getexif().get(MAKER) == "a camera" and large.getexif().get(ORIENTATION, 1) == 1
        assert large.info["icc_profile"] == profile
        taken = large.getexif().get_ifd(CAMERA)
        assert taken[EXPOSURE] == 0.5 and WIDTH not in taken  # what was noted of the old size no longer holds
        upright = np.asarray(large.convert("L"), float)
    with Image.open(source) as image:
        wanted = np.rot90(np.asarray(image.convert("L")), -1)
    wanted = resampling.enlarged(wanted.astype("float32"), 2)
    assert np.corrcoef(upright.ravel(), wanted.ravel())[0, 1] > 0.98


def test_a_transparent_colour_of_a_palette_becomes_an_alpha_channel(store, tmp_path):
    image = Image.fromarray(np.arange(35, dtype="uint8").reshape(5, 7) % 4, "P")
    image.putpalette([0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255])
    image.save(tmp_path / "in.png", transparency=1)
    assert run(tmp_path / "in.png", tmp_path / "out.png") == 0
    with Image.open(tmp_path / "out.png") as large:
        assert large.mode == "RGBA"


def test_an_existing_file_is_replaced_only_by_a_whole_one(store, file, tmp_path, monkeypatch, capsys):
    source, target = file(), tmp_path / "out.png"
    target.write_bytes(b"old")

    def broken(*_, **__):
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(Image.Image, "save", broken)
        assert run(source, target) == 1
    assert "cannot be written (disk full)" in capsys.readouterr().err
    assert target.read_bytes() == b"old" and len(list(tmp_path.iterdir())) == 2
    assert run(source, target) == 0
    with Image.open(target) as large:
        assert large.size == (26, 18)


def test_an_interruption_leaves_nothing_behind(file, tmp_path, monkeypatch):
    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(enlarging, "network", interrupt)
    assert run(file(), tmp_path / "out.png") == 130
    assert len(list(tmp_path.iterdir())) == 1


def refused(source, target, capsys, *says):
    assert run(source, target) == 1
    text = capsys.readouterr().err
    assert text.count("\n") == 1 and all(word in text for word in says), text


def test_what_cannot_be_done_is_said_before_any_work(file, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(enlarging, "network", None)  # not reached
    source, clear, out = file(), file("RGBA"), tmp_path / "out.png"
    refused(tmp_path / "nowhere.jpg", out, capsys, "There is no file", "nowhere.jpg")
    refused(tmp_path, out, capsys, "There is no file")
    (tmp_path / "text.jpg").write_text("no picture")
    refused(tmp_path / "text.jpg", out, capsys, "cannot be read as an image")
    (tmp_path / "half.png").write_bytes(source.read_bytes()[:60])
    refused(tmp_path / "half.png", out, capsys, "cannot be read as an image")
    refused(source, tmp_path / "none" / "out.png", capsys, "There is no folder", "none")
    refused(source, tmp_path / "out.xyz", capsys, "ending '.xyz'", ".png")
    refused(source, tmp_path / "out", capsys, "ending ''")
    refused(clear, tmp_path / "out.jpg", capsys, "partly transparent", *upscale.WITH_ALPHA)
    refused(source, source, capsys, "is the photograph itself")
    (tmp_path / "folder.png").mkdir()
    refused(source, tmp_path / "folder.png", capsys, "cannot be written")
    assert not out.exists()


def test_a_scale_that_no_network_has_is_answered_with_the_usage(file, tmp_path, capsys):
    with pytest.raises(SystemExit) as raised:
        run(file(), tmp_path / "out.png", "--scale", "5")
    assert raised.value.code == 2 and "--scale" in capsys.readouterr().err


def test_a_mistake_is_answered_without_loading_tensorflow(tmp_path):
    code = "import sys; from helpers.__main__ import main; main(['upscale', 'nowhere.png', 'out.png'])"
    code += "; sys.exit('tensorflow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False,
                          env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)})  # fmt: skip
    assert done.returncode == 0 and "There is no file" in done.stderr
