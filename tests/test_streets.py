"""Facts about the street that never was."""

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from helpers import segmentation_metrics as metrics
from helpers.data import streets


@pytest.fixture(scope="module")
def scenes():
    return streets.streets(60, (48, 64), seed=7)


def test_images_and_labels_are_as_described(scenes):
    images, labels = scenes
    assert images.shape == (60, 48, 64, 3) and images.dtype == np.float32
    assert labels.shape == (60, 48, 64) and labels.dtype == np.uint8
    assert images.min() >= 0 and images.max() <= 1 and images.std() > 0.1


def test_a_scene_depends_on_its_seed_and_place_alone(scenes):
    for one, other in zip(scenes, streets.streets(3, (48, 64), seed=7), strict=True):
        np.testing.assert_array_equal(one[:3], other)
    assert (streets.streets(1, (48, 64), seed=8)[0] != scenes[0][:1]).mean() > 0.9


def test_every_class_occurs_and_none_fills_the_street(scenes):
    shares = np.bincount(scenes[1].ravel(), minlength=len(streets.CLASSES)) / scenes[1].size
    assert len(shares) == len(streets.CLASSES) == 11
    assert shares.min() > 0.002 and shares.max() < 0.5


def test_the_sky_is_above_the_road(scenes):
    rows = np.arange(48)[:, None]
    for labels in scenes[1]:
        sky, road = (rows[(labels == kind).any(axis=1)] for kind in (streets.SKY, streets.ROAD))
        assert not len(sky) or sky.max() < road.max()
        assert (labels[-1] == streets.SKY).sum() == 0


def test_things_are_cars_people_and_cyclists():
    labels = np.arange(11, dtype="uint8").reshape(1, 1, 11)
    masks = streets.things(labels)
    assert masks.shape == (1, 1, 11, 1) and masks.dtype == np.float32
    assert [streets.CLASSES[n] for n in np.flatnonzero(masks)] == ["car", "person", "cyclist"]


def test_colour_alone_does_not_tell_the_classes(scenes):
    images, labels = scenes
    learn, test = np.s_[:40], np.s_[40:]
    model = HistGradientBoostingClassifier(max_iter=30, random_state=0)
    model.fit(images[learn].reshape(-1, 3)[::7], labels[learn].ravel()[::7])
    guessed = model.predict(images[test].reshape(-1, 3)).reshape(labels[test].shape)
    assert metrics.miou(metrics.confusion(labels[test], guessed, 11)) < 0.3


@pytest.mark.parametrize(("count", "size"), [(0, (96, 128)), (1.5, (96, 128)), (1, (96,)), (1, (16, 128))])
def test_bad_sizes_are_refused(count, size):
    with pytest.raises(ValueError, match="at least 1 and at least 32 pixels"):
        streets.streets(count, size)
