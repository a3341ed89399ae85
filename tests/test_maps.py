"""Facts about aerial images with masks of roads: EPFL's tiles, and drawn views in their place."""

import numpy as np
import pytest

from helpers import data
from helpers.data import download, maps


def test_drawn_roads_are_a_split_of_images_and_masks():
    split = data.drawn_roads((3, 2), (32, 48))
    assert (split.train.shape, split.train_labels.shape) == ((3, 32, 48, 3), (3, 32, 48, 1))
    assert (split.test.shape, split.test_labels.dtype) == ((2, 32, 48, 3), np.float32)
    assert not np.array_equal(split.train[:2], split.test)


def test_the_quick_profile_draws(monkeypatch):
    monkeypatch.setattr(maps, "drawn_roads", lambda: "drawn")
    assert data.mapped() == "drawn"


def test_the_augmentation_of_maps_turns_masks_and_keeps_their_values():
    split = data.drawn_roads((4, 1), (32, 32))
    batches = data.pipeline(split.train, split.train_labels, batch=4, seed=0, augment=maps.turned(), shuffle=False)
    images, masks = next(iter(batches))
    assert set(np.unique(masks)) == {0, 1} and not np.array_equal(images, split.train)
    np.testing.assert_array_equal(np.sum(masks, axis=(1, 2, 3)), split.train_labels.sum(axis=(1, 2, 3)))


def test_the_tiles_are_split_by_number():
    if download.verify("epfl-roads"):
        pytest.skip("the tiles are not in the cache; BOOK_DATA can name a folder that has them")
    final, choice = data.roads(100), data.roads(100, fold=1)
    assert (final.train.shape, final.test_labels.shape) == ((80, 100, 100, 3), (20, 100, 100, 1))
    assert (len(choice.train), len(choice.test)) == (60, 20)
    np.testing.assert_array_equal(choice.test, final.train[20:40])
    np.testing.assert_array_equal(choice.train, final.train[[*range(20), *range(40, 80)]])
    assert set(np.unique(final.test_labels)) == {0, 1}
    assert data.roads(400, fold=0).train_labels.mean() == pytest.approx(0.2, abs=0.02)


@pytest.mark.parametrize(
    ("given", "says"),
    [({"fold": 4}, "give None for the test tiles, or 0 to 3"), ({"size": 500}, "from 1 to 400"), ({"size": 0}, "400")],
)
def test_bad_input_is_named(given, says):
    with pytest.raises(ValueError, match=says):
        data.roads(**given)
