"""Facts about the places that never were, seen from above."""

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from helpers import metrics
from helpers.data import aerial


@pytest.fixture(scope="module")
def views():
    return aerial.aerial(40, (64, 64), seed=7)


def test_images_and_masks_are_as_described(views):
    images, masks = views
    assert images.shape == (40, 64, 64, 3) and masks.shape == (40, 64, 64, 1)
    assert images.dtype == masks.dtype == np.float32
    assert images.min() >= 0 and images.max() <= 1 and images.std() > 0.1
    assert set(np.unique(masks)) == {0, 1}


def test_a_view_depends_on_its_seed_and_place_alone(views):
    for one, other in zip(views, aerial.aerial(3, (64, 64), seed=7), strict=True):
        np.testing.assert_array_equal(one[:3], other)
    assert (aerial.aerial(1, (64, 64), seed=8)[0] != views[0][:1]).mean() > 0.9


def test_roads_take_a_fifth_to_a_third_of_the_ground(views):
    assert 0.2 < views[1].mean() < 0.33


@pytest.mark.parametrize("kind", aerial.KINDS)
def test_every_kind_of_place_has_roads_and_more_than_roads(kind):
    masks = [aerial.view(np.random.default_rng(n), (96, 96), kind=kind)[1].mean() for n in range(6)]
    assert 0.05 < np.mean(masks) < 0.5


def test_a_street_is_as_wide_as_the_scale_says():
    for scale in (1, 3):
        masks = aerial.aerial(4, (128, 128), seed=2, scale=scale)[1][..., 0]
        runs = np.concatenate([np.diff(np.flatnonzero(np.diff(line, prepend=0, append=0)))[::2]
                               for mask in masks for line in mask])  # fmt: skip
        assert 6 * scale < np.median(runs) < 14 * scale


def test_much_that_is_no_road_has_the_colour_of_roads(views):
    images, masks = views
    greys = np.ptp(images, axis=-1) < 0.1
    assert (masks[..., 0][greys] == 0).mean() > 0.3


def test_trees_and_cars_hide_roads_that_are_there(views):
    images, masks = views
    on = images[masks[..., 0] > 0]
    assert (on[:, 1] > on[:, [0, 2]].max(axis=1) + 0.04).mean() > 0.01  # green
    assert (np.ptp(on, axis=1) > 0.3).mean() > 0.003  # paint of cars


def test_colour_alone_does_not_tell_roads(views):
    images, masks = views
    learn, test = np.s_[:28], np.s_[28:]
    model = HistGradientBoostingClassifier(max_iter=20, random_state=0)
    model.fit(images[learn].reshape(-1, 3)[::11], masks[learn].ravel()[::11])
    chances = model.predict_proba(images[test].reshape(-1, 3))[:, 1].reshape(masks[test].shape)
    best = max(metrics.iou((chances > cut).astype(float), masks[test]).mean() for cut in np.linspace(0.1, 0.6, 11))
    assert best < 0.5


def test_shadows_follow_from_heights():
    place = aerial.Place(np.random.default_rng(0), (32, 32), 1.0)
    place.image[:], place.sun, place.low = 1.0, np.array([0.0, 1.0]), 1.0
    place.height[20:24, 10:12] = 3.0
    aerial.cast_shadows(place)
    dark = place.image[..., 0] < 1
    assert dark[20:24, 12:17].all()  # three metres to the right are six pixels
    assert not dark[20:24, :12].any() and not dark[:20].any() and not dark[20:24, 18:].any()


@pytest.mark.parametrize(
    ("given", "says"),
    [((0, (96, 96)), "at least 1"), ((1, (16, 96)), "at least 32 pixels"), ((1, (96, 96), 0, 0), "above 0")],
)
def test_bad_input_is_named(given, says):
    with pytest.raises(ValueError, match=says):
        aerial.aerial(*given)
