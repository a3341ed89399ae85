"""Facts about label maps edited by hand."""

import numpy as np
import pytest

from helpers import label_edits

MAPS = np.zeros((2, 8, 20), "uint8")
MAPS[0, 2:4, 3:6] = 8  # six pixels, whole
MAPS[1, 0:3, 4:8] = 8  # twelve, at the edge
MAPS[1, 4:7, 10:14] = 8  # twelve, whole
MAPS[1, 4:6, 16:19] = 3


def test_the_largest_whole_thing_is_found():
    thing = label_edits.largest_thing(MAPS, 8, most=0.1)
    np.testing.assert_array_equal(np.argwhere(thing)[[0, -1]], [(4, 10), (6, 13)])


def test_one_that_is_too_large_is_left_out_and_none_is_an_error():
    assert label_edits.largest_thing(MAPS, 8, most=0.07).sum() == 6
    with pytest.raises(ValueError, match="no whole thing of label 8"):
        label_edits.largest_thing(MAPS, 8, most=0.01)


def test_two_that_touch_with_their_corners_of_a_box_are_not_one():
    maps = np.zeros((1, 9, 20), "uint8")
    maps[0, 1:4, 2:6], maps[0, 3:6, 5:9] = 8, 8  # 23 pixels in a box of 35
    maps[0, 6:8, 12:15] = 8
    assert label_edits.largest_thing(maps, 8, most=0.2, filled=0.6).sum() == 23
    assert label_edits.largest_thing(maps, 8, most=0.2).sum() == 6


def test_a_thing_is_put_at_its_height_with_its_middle_where_it_is_wanted():
    thing = label_edits.largest_thing(MAPS, 8, most=0.07)
    for across, columns in ((0.5, (9, 11)), (0.0, (0, 1)), (1.0, (18, 19))):
        changed = label_edits.put(MAPS[1] * 0, thing, 5, across)
        np.testing.assert_array_equal(np.argwhere(changed == 5)[[0, -1]], [(2, columns[0]), (3, columns[1])])
        assert set(np.unique(changed)) == {0, 5}
    assert MAPS[0].max() == 8, "the map given is left as it is"
