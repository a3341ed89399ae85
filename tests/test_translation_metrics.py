"""Facts about the measures of generated pictures."""

import numpy as np
import pytest
from scipy import linalg

from helpers import translation_metrics as metrics


def test_the_fcn_score_worked_by_hand():
    """Of eight pixels one does not count, and five of seven are found; class 0: 3 of 4, class 1: 2 of 3."""
    labels = np.array([[[0, 0, 0, 0], [1, 1, 1, 11]]])
    found = np.array([[[0, 0, 0, 1], [1, 1, 0, 5]]])
    score = metrics.fcn_score(labels, found, 11, ignore=11)
    assert score["per_pixel"] == pytest.approx(5 / 7)
    assert score["per_class"] == pytest.approx((3 / 4 + 2 / 3) / 2)
    assert score["iou"] == pytest.approx((3 / 5 + 2 / 4) / 2)


def test_equal_colours_have_everything_in_common_in_whatever_order():
    images = np.random.default_rng(0).uniform(size=(3, 8, 8, 3))
    np.testing.assert_allclose(metrics.histogram_intersection(images, images[::-1, ::-1]), 1)
    half = images.copy()
    half[:, :4] = images[:, 4:]  # every pixel of the lower half twice: at least half is in common
    assert (metrics.histogram_intersection(images, half) >= 0.5).all()


def test_black_and_white_differ_in_lightness_alone():
    black, white = np.zeros((1, 4, 4, 3)), np.ones((1, 4, 4, 3))
    assert metrics.histogram_intersection(black, white, bins=31).tolist() == [0, 1, 1]


def test_every_colour_of_srgb_lies_within_the_bins():
    from skimage.color import rgb2lab

    cube = np.stack(np.meshgrid(*[np.linspace(0, 1, 18)] * 3), axis=-1).reshape(1, -1, 3)
    lab = rgb2lab(cube)
    for n, (low, high) in enumerate(metrics.LAB):
        assert low <= np.round(lab[..., n].min(), 3) and np.round(lab[..., n].max(), 3) <= high


def test_the_distance_of_two_normal_distributions_worked_by_hand():
    """In one dimension it is (m₁ − m₂)² + (σ₁ − σ₂)²; of independent numbers it adds up."""
    one = np.array([[-1.0], [1.0]]) * np.sqrt(0.5)  # mean 0, variance 1
    assert metrics.frechet(one, 3 + 2 * one) == pytest.approx(9 + 1)
    square = np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]]) * np.sqrt(0.75)  # two independent numbers of variance 1
    assert metrics.frechet(square, square * [2, 4] + [0, 5]) == pytest.approx(25 + 1 + 9)


def test_it_is_what_scipy_s_root_of_a_matrix_gives():
    random = np.random.default_rng(0)
    one, other = random.normal(size=(40, 5)), random.normal(size=(60, 5)) @ random.normal(size=(5, 5)) + 1
    covariances = [np.cov(part, rowvar=False) for part in (one, other)]
    root = linalg.sqrtm(covariances[0] @ covariances[1]).real
    apart = one.mean(axis=0) - other.mean(axis=0)
    expected = apart @ apart + np.trace(covariances[0] + covariances[1] - 2 * root)
    assert metrics.frechet(one, other) == pytest.approx(expected) == metrics.frechet(other, one)
    assert metrics.frechet(one, one) == pytest.approx(0, abs=1e-6)


def test_fewer_images_make_a_larger_distance_of_a_set_from_itself():
    features = np.random.default_rng(0).normal(size=(2000, 16))
    few, many = (metrics.frechet(features[:n], features[n : 2 * n]) for n in (20, 1000))
    assert few > 10 * many > 0


def test_every_family_has_the_paper_s_own_configuration_or_the_error_alone_to_be_compared_with():
    found = {
        name: {"iou": n} for n, name in enumerate(sorted({m for f in metrics.FAMILIES.values() for m in f.values()}))
    }
    families = metrics.families(found)
    assert len(found) == 12 and list(families["patches"]) == ["1", "16", "70", "286"]
    same = [families["losses"]["l1_cgan"], families["generators"]["unet_5"], families["patches"]["70"]]
    assert all(one is same[0] for one in same) and families["generators_l1"]["unet_5"] is families["losses"]["l1"]


@pytest.mark.parametrize("shapes", [((1, 3), (4, 3)), ((4, 3), (4, 2)), ((4,), (4,))])
def test_bad_features_are_named(shapes):
    with pytest.raises(ValueError, match="give \\(N, D\\)"):
        metrics.frechet(*(np.zeros(shape) for shape in shapes))


def test_bad_images_are_named():
    with pytest.raises(ValueError, match="N, H, W, 3"):
        metrics.histogram_intersection(np.zeros((2, 8, 8, 1)), np.zeros((2, 8, 8, 1)))
