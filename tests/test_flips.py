"""Facts about flips: whole classes turn into twins with known chances, and every answer can be listed."""

import numpy as np
import pytest

from helpers import data, runtime
from helpers.data import flips, scenes

tf = runtime.tensorflow()

PAIRS = flips.pairs({"road": 0.25, "sky": 0.5})  # road is 3 and sky 0 in `scenes`; twins are 11 and 12
MAP = np.array([[0, 0, 1, 3], [3, 3, 255, 1]], "uint8")


def thrown(labels, pairs, seed=(3, 5)):
    return flips.flips(pairs)(None, tf.constant(labels), list(seed))[1].numpy()


def test_twins_are_numbered_behind_the_classes():
    assert PAIRS == {3: (11, 0.25), 0: (12, 0.5)}
    assert [chance for _, chance in flips.pairs().values()] == [8 / 17, 7 / 17, 6 / 17, 5 / 17, 4 / 17]
    assert [scenes.CLASSES[kind] for kind in flips.pairs()] == ["pavement", "pedestrian", "car", "tree", "road"]


def test_what_does_not_count_makes_room_for_the_first_twin():
    np.testing.assert_array_equal(flips.ready([[[0, 11, 10]]]), [[[0, 255, 10]]])


def test_a_class_flips_whole_or_not_at_all():
    maps = thrown(np.repeat(MAP[None], 200, axis=0), PAIRS)
    assert maps.dtype == np.uint8
    for kind, (twin, _) in PAIRS.items():
        inside = maps[:, kind == MAP]
        assert set(np.unique(inside)) == {kind, twin}
        assert (inside == inside[:, :1]).all()
    assert (maps[:, (MAP == 1) | (MAP == 255)] == MAP[(MAP == 1) | (MAP == 255)]).all()


def test_a_class_flips_with_its_chance_and_apart_from_the_other():
    many = np.repeat(MAP[None], 20_000, axis=0)
    road, sky = (thrown(many, PAIRS)[:, 0, column] > 10 for column in (3, 0))
    np.testing.assert_allclose([road.mean(), sky.mean(), (road & sky).mean()], [0.25, 0.5, 0.125], atol=0.01)


def test_a_flipped_map_is_thrown_anew():
    """So a set that was flipped once has the same chances as one that was not."""
    once = flips.drawn(np.repeat(MAP[None], 50, axis=0), PAIRS, seed=1)
    np.testing.assert_array_equal(thrown(once, PAIRS), thrown(np.repeat(MAP[None], 50, axis=0), PAIRS))
    np.testing.assert_array_equal(flips.folded(once, PAIRS), np.repeat(MAP[None], 50, axis=0))


def test_a_seed_gives_its_throw_again_and_another_seed_another():
    many = np.repeat(MAP[None], 50, axis=0)
    np.testing.assert_array_equal(flips.drawn(many, PAIRS, 1), flips.drawn(many, PAIRS, 1))
    assert not np.array_equal(flips.drawn(many, PAIRS, 1), flips.drawn(many, PAIRS, 2))


def test_the_modes_by_hand():
    """Two coins: neither, the second alone, the first alone, both."""
    maps, chances = flips.modes(MAP, PAIRS)
    np.testing.assert_allclose(chances, [0.375, 0.375, 0.125, 0.125])
    np.testing.assert_array_equal(maps[:, 0, [0, 3]], [[0, 3], [12, 3], [0, 11], [12, 11]])
    np.testing.assert_array_equal(maps[:, 1, 1:], [[3, 255, 1], [3, 255, 1], [11, 255, 1], [11, 255, 1]])


def test_five_coins_make_32_modes_whose_chances_sum_to_one():
    maps, chances = flips.modes(MAP, flips.pairs())
    assert len(maps) == len(chances) == 32
    np.testing.assert_allclose([chances.sum(), chances[0]], [1, 9 * 10 * 11 * 12 * 13 / 17**5])


def test_throws_have_the_frequencies_of_the_modes():
    maps, chances = flips.modes(MAP, PAIRS)
    many = thrown(np.repeat(MAP[None], 20_000, axis=0), PAIRS)
    found = [(many == mode).all(axis=(1, 2)).mean() for mode in maps]
    np.testing.assert_allclose(found, chances, atol=0.012)


def test_it_works_within_a_pipeline_and_apart_from_the_other_augmentations():
    split = data.drawn_scenes((6, 1), (32, 48))
    change = data.after(scenes.changed((32, 48)), flips.flips(PAIRS))
    images, labels = next(
        iter(data.pipeline(split.train, flips.ready(split.train_labels), batch=6, seed=0, augment=change))
    )
    assert images.shape == (6, 32, 48, 3)
    assert labels.dtype == tf.uint8
    assert len(set(np.unique(labels)) & {0, 3, 11, 12}) > 1


def test_twins_have_colours_of_their_own():
    pairs = flips.pairs()
    shown = flips.painted([[[*range(16), 255]]], pairs)[0, 0]
    assert len({tuple(colour) for colour in shown}) == 17
    apart = np.abs(shown[:, None] - shown).sum(axis=-1) + 9 * np.eye(17)
    assert apart[11:16].min() > 0.3


@pytest.mark.parametrize("chances", [{"cat": 0.5}, {"road": 1.5}, {}, dict.fromkeys(scenes.CLASSES, 0.5)])
def test_what_cannot_be_flipped_is_refused_in_words(chances):
    with pytest.raises(ValueError, match="give 1 to 5 of sky, building"):
        flips.pairs(chances)


def test_modes_are_those_of_one_map():
    with pytest.raises(ValueError, match="give one label map"):
        flips.modes(MAP[None], PAIRS)
