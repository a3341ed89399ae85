"""Photographs without a network: where they lie, what a piece of one is, and half the size."""

from pathlib import Path

import numpy as np
import pytest
import skimage

from helpers.data import photographs


@pytest.mark.parametrize("name", photographs.NAMES)
def test_every_photograph_lies_in_the_package_itself(name):
    folder = Path(skimage.__file__).parent / "data"
    assert [file for file in folder.iterdir() if file.stem == name]
    image = photographs.photograph(name)
    assert image.dtype == np.float32 and image.shape[2] == 1 and min(image.shape[:2]) >= 300
    assert 0 <= image.min() < 0.3 and 0.6 < image.max() <= 1


def test_a_colour_photograph_can_keep_its_colours():
    assert photographs.photograph("chelsea", grey=False).shape == (300, 451, 3)


def test_pieces_are_pieces_and_the_seed_places_them():
    found = photographs.pieces(["camera", "coins"], size=32, count=3, seed=1)
    assert found.shape == (6, 32, 32, 1)
    windows = np.lib.stride_tricks.sliding_window_view(photographs.photograph("camera")[..., 0], (32, 32))
    assert (windows == found[0, ..., 0]).all(axis=(2, 3)).any()
    np.testing.assert_array_equal(found, photographs.pieces(["camera", "coins"], size=32, count=3, seed=1))
    assert (found != photographs.pieces(["camera", "coins"], size=32, count=3, seed=2)).any()


def test_half_the_size_is_the_mean_of_four_pixels():
    images = np.arange(16, dtype="float32").reshape(1, 4, 4, 1)
    np.testing.assert_array_equal(photographs.halved(images)[0, ..., 0], [[2.5, 4.5], [10.5, 12.5]])
    assert photographs.halved(images).dtype == np.float32


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: photographs.photograph("lena"), "name is 'lena'; the photographs in scikit-image are astronaut"),
        (lambda: photographs.pieces(["coins"], size=400, count=1), "size is 400, and coins has 303×384 pixels"),
        (lambda: photographs.pieces(["coins"], size=32.0, count=1), "size is 32.0; give a whole number"),
        (lambda: photographs.halved(np.ones((1, 3, 4, 1))), "even H and W"),
    ],
)
def test_what_cannot_be_cut_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
