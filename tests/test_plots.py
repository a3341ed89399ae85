"""The figures: what they refuse, what they show, how small they are."""

import io
import subprocess
import sys
from base64 import b64decode

import matplotlib.pyplot as pyplot
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from PIL import Image

from helpers import plots
from helpers.plots import charts, films, house

random = np.random.default_rng(0)
IMAGES = random.random((6, 8, 8), dtype="float32")
HISTORY = {"steps": [1, 2, 3], "train": [3.0, 2.0, 1.0], "test": [3.5, 2.5, 2.0]}
MAKERS = {
    "grid": lambda images: plots.grid(images),
    "rows": lambda images: plots.rows({"input": IMAGES, "output": images}),
    "film": lambda images: plots.film(images),
    "scrub": lambda images: plots.scrub(images, alt="digits"),
}


def shown(thing):
    """What a notebook gets of a figure: (mime types to data, metadata), pictures as bytes."""
    data, metadata = InteractiveShell.instance().display_formatter.format(thing)
    return {kind: b64decode(text) if kind.startswith("image/") else text for kind, text in data.items()}, metadata


def test_plots_load_neither_tensorflow_nor_pyplot():
    code = "import sys; from helpers import plots, interact, source; print([m for m in sys.modules])"
    modules = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "'helpers.plots'" in modules
    assert not any(f"'{name}'" in modules for name in ("tensorflow", "keras", "matplotlib.pyplot", "ipywidgets"))


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((0, 8, 8)), "empty"),
        (np.where(IMAGES > 0.9, np.nan, IMAGES), "NaN"),
        (IMAGES * 255, "clip"),
        (IMAGES - 0.5, r"needs \[0, 1\]"),
        (np.full((6, 8, 8), 0.5), "blank"),
        (np.zeros((6, 4, 8, 8, 1)), "shape|blank"),
    ],
    ids=["empty", "nan", "large", "negative", "blank", "many blank"],
)
def test_images_that_cannot_be_shown_are_refused(maker, images, message):
    with pytest.raises(ValueError, match=message) as caught:
        MAKERS[maker](images)
    assert len(str(caught.value)) < 250


def test_images_of_different_sizes_are_refused():
    with pytest.raises(ValueError, match="one size"):
        plots.grid([np.ones((4, 4)), np.ones((5, 5))])


@pytest.mark.parametrize("shape", [(8, 8), (6, 8, 8), (6, 8, 8, 1), (6, 8, 8, 3), (8, 8, 3)])
def test_grey_and_colour_images_make_a_grid(shape):
    figure = plots.grid(random.random(shape))
    assert not plots.is_blank(figure)
    assert house.pixels(figure).shape[1] == house.WIDTH


def test_a_grid_shows_the_pixels_it_was_given():
    image = np.zeros((1, 4, 4))
    image[0, 1, 2] = 1
    seen = house.pixels(plots.grid(image))[..., 0]
    box = np.argwhere(seen == 0)
    (top, left), (bottom, right) = box.min(0), box.max(0) + 1
    tall, wide = (bottom - top) / 4, (right - left) / 4
    assert (seen[top:bottom, left:right] > 250).mean() == pytest.approx(1 / 16, abs=0.01)
    assert seen[round(top + 1.5 * tall), round(left + 2.5 * wide)] == 255


def test_titles_and_labels_have_to_match_the_images():
    with pytest.raises(ValueError, match="titles has 2 entries for 6"):
        plots.grid(IMAGES, titles=["a", "b"])
    with pytest.raises(ValueError, match="row_labels has 1 entries for 2 lines"):
        plots.grid(IMAGES, columns=3, row_labels=["a"])
    with pytest.raises(ValueError, match="different numbers"):
        plots.rows({"input": IMAGES, "output": IMAGES[:3]})
    with pytest.raises(ValueError, match="images is empty"):
        plots.rows({})


def test_every_line_of_images_is_drawn():
    few, many = (plots.rows({f"line {i}": IMAGES for i in range(n)}) for n in (1, 4))
    assert house.pixels(many).shape[0] > 2.5 * house.pixels(few).shape[0]
    assert [text.get_text() for text in many.axes[0].texts[:4]] == [f"line {i}" for i in range(4)]


def test_signed_values_are_blue_white_and_red():
    below, zero, above = plots.signed(np.array([[[-2.0, 0.0, 2.0]]]))[0, 0]
    assert below[2] > below[0]
    assert above[0] > above[2]
    assert (zero == 1).all()
    with pytest.raises(ValueError, match="blank"):
        plots.signed(np.zeros((1, 2, 2)))


def test_a_figure_is_shown_once_as_a_small_picture_of_the_column_s_width():
    data, metadata = shown(plots.curves(HISTORY))
    picture = Image.open(io.BytesIO(data["image/png"]))
    assert picture.size[0] == 1110
    assert metadata["image/png"]["width"] == 740
    assert len(data["image/png"]) < 30_000
    assert pyplot.get_fignums() == []


def test_a_figure_of_photographs_becomes_a_jpeg():
    y, x = np.mgrid[0:1:200j, 0:1:200j]
    photograph = np.stack([x, y, (1 + np.sin(40 * x * y)) / 2], -1) * 0.9 + 0.1 * random.random((200, 200, 3))
    data, _ = shown(plots.grid(np.stack([photograph, photograph[::-1], photograph[:, ::-1]])))
    assert "image/jpeg" in data
    assert len(data["image/jpeg"]) < 200_000


def test_the_style_is_left_as_it_was():
    before = house.matplotlib.rcParams["axes.spines.top"]
    plots.curves(HISTORY)
    assert house.matplotlib.rcParams["axes.spines.top"] is before


def test_curves_are_drawn_through_the_values_they_were_given():
    axes = plots.curves(HISTORY, ylabel="error").axes[0]
    train, test = axes.lines
    assert list(train.get_ydata()) == HISTORY["train"]
    assert list(test.get_ydata()) == HISTORY["test"]
    assert test.get_linewidth() > train.get_linewidth()
    assert axes.get_ylim()[0] == 0
    assert {text.get_text() for text in axes.texts} == {"test set", "training set"}


def test_curves_take_objects_one_point_and_no_test_set():
    class History:
        steps, train, test = [5], [1.0], []

    assert not plots.is_blank(plots.curves(History()))
    assert not plots.is_blank(plots.curves({"a": History(), "b": HISTORY}, log=True, references={"theirs": 3}))


@pytest.mark.parametrize(
    ("history", "message"),
    [
        ({}, "empty"),
        ({"steps": [], "train": [], "test": []}, "train is empty"),
        ({"steps": [1, 2], "train": [1, float("nan")], "test": []}, "NaN"),
        ({"steps": [1, 2], "train": [1, 2], "test": [1]}, "2 steps and 1 test"),
    ],
)
def test_curves_of_nothing_are_refused(history, message):
    with pytest.raises(ValueError, match=message):
        plots.curves(history)


def test_lines_are_labelled_at_their_ends_and_start_at_zero_where_not_logarithmic():
    axes = plots.lines({"right": ([1, 2], [1, 1]), "wrong": ([1, 2], [1, 3])}, "step t", "length", log="x").axes[0]
    assert [list(line.get_ydata()) for line in axes.lines] == [[1, 1], [1, 3]]
    assert {"right", "wrong"} <= {text.get_text() for text in axes.texts}
    assert (axes.get_xscale(), axes.get_yscale(), axes.get_ylim()[0]) == ("log", "linear", 0)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("step t", "length")


def test_a_lone_line_needs_no_label():
    picture = plots.lines({"": ([0.1, 1], [1e-6, 1])}, "width", "error", log="xy")
    assert not picture.axes[0].texts and not plots.is_blank(picture)
    assert (picture.axes[0].get_xscale(), picture.axes[0].get_yscale()) == ("log", "log")


@pytest.mark.parametrize(
    ("series", "log", "message"),
    [
        ({}, "", "0 series"),
        ({"a": ([1], [1])}, "z", "log 'z'|log='z'"),
        ({"a": ([1, 2], [1, float("nan")])}, "", "y of 'a' holds 1 NaN"),
        ({"a": ([1, 2], [1])}, "", "2 x and 1 y"),
    ],
)
def test_lines_of_nothing_are_refused(series, log, message):
    with pytest.raises(ValueError, match=message):
        plots.lines(series, "x", "y", log=log)


def test_a_bar_stands_at_the_mean_and_every_seed_has_a_dot():
    axes = plots.bars({"one": [1.0, 2.0, 6.0], "two": 4.0}, "error", references={"theirs": 5.0}).axes[0]
    assert [bar.get_height() for bar in axes.patches] == [3.0, 4.0]
    assert list(axes.collections[0].get_offsets()[:, 1]) == [1.0, 2.0, 6.0]
    assert [line.get_ydata()[0] for line in axes.lines] == [5.0]
    assert "theirs" in {text.get_text() for text in axes.texts}


def test_bars_of_nothing_are_refused():
    with pytest.raises(ValueError, match="values is empty"):
        plots.bars({}, "error")
    with pytest.raises(ValueError, match="NaN"):
        plots.bars({"one": [1.0, np.nan]}, "error")


def test_texts_that_would_touch_are_moved_apart():
    places = charts.apart([10, 11, 12, 100], [20, 20, 20, 20])
    assert np.diff(places).min() > 19.5
    assert places[-1] == 100


def test_a_scatter_names_every_label():
    points = random.normal(size=(100, 2))
    axes = plots.scatter(points, np.arange(100) % 10).axes[0]
    assert [text.get_text() for text in axes.texts] == list("0123456789")
    assert sum(len(cloud.get_offsets()) for cloud in axes.collections) == 100
    with pytest.raises(ValueError, match="100, 2"):
        plots.scatter(points, [1, 2])


def test_a_film_has_every_frame_plays_once_and_is_written(tmp_path):
    frames = random.random((7, 3, 8, 8, 1))
    data = plots.film(frames, tmp_path / "film.gif", labels=[f"step {i}" for i in range(7)]).data
    with Image.open(tmp_path / "film.gif") as film:
        assert film.n_frames == 7 and "loop" not in film.info
    assert (tmp_path / "film.gif").read_bytes() == data
    assert "loop" in Image.open(io.BytesIO(plots.film(frames, loop=True).data)).info


def test_a_film_stays_below_a_megabyte(monkeypatch):
    monkeypatch.setattr(films, "FILM_BYTES", 200_000)
    assert len(plots.film(random.random((20, 4, 28, 28))).data) <= 200_000


def test_one_frame_of_a_film_may_be_blank_but_not_all():
    frames = np.stack([np.full((2, 8, 8), 0.5), IMAGES[:2]])
    assert Image.open(io.BytesIO(plots.film(frames).data)).n_frames == 2
    with pytest.raises(ValueError, match="1 entries for 2 frames"):
        plots.film(frames, labels=["a"])


@pytest.mark.parametrize("colour", [0, 0.5, 1])
def test_blank_pictures_are_told_from_pictures(colour):
    blank = np.full((40, 40, 3), colour)
    dot = blank.copy()
    dot[5:7, 5:7] = 1 - colour * 0.6
    assert plots.is_blank(blank)
    assert not plots.is_blank(dot)
    assert plots.is_blank(house.encode((blank * 255).astype("uint8"))[1])
    assert plots.is_blank(plots.Picture(200))


def test_a_picture_survives_its_file():
    image = (IMAGES[0] * 255).astype("uint8")
    kind, data = house.encode(image)
    assert kind == "image/png"
    assert (np.asarray(Image.open(io.BytesIO(data))) == image).all()
    coarse = np.asarray(Image.open(io.BytesIO(house.encode(image, colours=64)[1])))
    assert np.abs(coarse.astype(int) - image).max() <= 2


@pytest.mark.parametrize("colour", plots.PALETTE)
def test_text_in_a_colour_of_the_palette_is_made_readable(colour):
    dark = np.array(house.matplotlib.colors.to_rgb(house.readable(colour)))
    assert 1.05 / (house._luminance(dark) + 0.05) >= 4.5
