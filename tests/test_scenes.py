"""Facts about street scenes: CamVid, and the drawn streets in its place."""

import numpy as np
import pytest

from helpers import data
from helpers.data import download, scenes, streets

ONE = np.array([[[0, 0, 0, 1], [0, 0, 2, 11]]], "uint8")  # counts 5, 1, 1; one is out


def test_the_drawn_classes_stand_in_the_order_of_camvid():
    named = {"person": "pedestrian"}
    assert tuple(named.get(name, name) for name in streets.CLASSES) == scenes.CLASSES


def test_drawn_scenes_are_a_split_of_images_and_label_maps():
    split = data.drawn_scenes((3, 2), (48, 64))
    assert (split.train.shape, split.train_labels.shape) == ((3, 48, 64, 3), (3, 48, 64))
    assert (split.test.shape, split.test_labels.dtype) == ((2, 48, 64, 3), np.uint8)
    assert not np.array_equal(split.train[:2], split.test)


def test_weights_are_the_median_frequency_over_each():
    """By hand: 5/7, 1/7 and 1/7 of the pixels that count; their median is 1/7."""
    np.testing.assert_allclose(scenes.weights(ONE, classes=3), [1 / 5, 1, 1])


def test_a_frequency_counts_the_images_that_hold_the_class():
    """A second image with class 0 alone changes the frequency of that class, 5/7, to 13/15."""
    two = np.concatenate([ONE, np.zeros_like(ONE)])
    np.testing.assert_allclose(scenes.weights(two, classes=3), [(1 / 7) / (13 / 15), 1, 1])


def test_a_class_that_no_image_holds_has_no_weight():
    assert scenes.weights(ONE, classes=4)[3] == 0


def test_what_does_not_count_is_black_and_classes_differ():
    colours = scenes.painted(np.arange(12)[None, None])[0, 0]
    assert (colours[11] == 0).all()
    assert len({tuple(colour) for colour in colours}) == 12


def test_the_change_of_scenes_makes_no_new_label():
    images, labels = streets.streets(2, (32, 48))
    moved = next(iter(data.pipeline(images, labels, batch=2, seed=0, augment=scenes.changed((32, 48)))))
    assert set(np.unique(moved[1])) <= set(np.unique(labels))
    assert not np.array_equal(moved[0], images)


def test_camvid_is_split_by_sequence():
    if download.verify("camvid"):
        pytest.skip("CamVid is not in the cache; BOOK_DATA can name a folder that has it")
    chosen = data.camvid((36, 48), choosing=True)
    assert (chosen.train.shape, chosen.test_labels.shape) == ((266, 36, 48, 3), (101, 36, 48))
    assert set(np.unique(chosen.train_labels)) == set(range(12))
    weights = scenes.weights(chosen.train_labels)
    assert scenes.CLASSES[int(weights.argmin())] == "road"
    assert np.median(weights) == pytest.approx(1)
