"""Facts about photographs to enlarge: which learn, which test, and the squares that are cut from them."""

import numpy as np
import pytest

from helpers import data, resampling
from helpers.data import download, photographs, superres

random = np.random.default_rng(0)
IMAGES = {"a": random.integers(0, 256, (61, 80, 3), "uint8"), "b": random.integers(0, 256, (50, 50), "uint8")}


@pytest.fixture
def real():
    if download.verify("superres"):
        pytest.skip("T91, Set5 and Set14 are not in the cache; BOOK_DATA can name a folder that has them")


def test_no_photograph_of_scikit_image_is_both_learned_and_tested():
    found = data.scikit_photographs()
    test = found.tests["photographs"]
    assert tuple(test) == superres.HELD_OUT
    assert set(found.train) | set(test) == set(photographs.NAMES) and not set(found.train) & set(test)
    for image in [*found.train.values(), *test.values()]:
        assert image.dtype == np.uint8 and (image.ndim == 2 or image.shape[2] == 3)
    assert found.train["coins"].ndim == 2 and test["chelsea"].shape == (300, 451, 3)


def test_the_quick_profile_needs_no_network(monkeypatch):
    monkeypatch.setattr(download, "fetch", None)
    assert data.detailed().name == "scikit-image's photographs"


def test_the_published_sets_are_whole(real):
    found = data.t91()
    assert len(found.train) == 91
    assert list(found.tests["Set5"]) == ["baby", "bird", "butterfly", "head", "woman"]
    assert len(found.tests["Set14"]) == 14
    assert [name for name, image in found.tests["Set14"].items() if image.ndim == 2] == ["bridge"]


def test_settings_are_chosen_on_every_ninth_of_t91(real):
    found = data.t91(choosing=True)
    (name, test), *rest = found.tests.items()
    assert (len(found.train), len(test), name, rest) == (80, 11, "T91, validation part", [])
    assert next(iter(test)) == "t1" and not set(test) & set(found.train)
    whole = data.t91().train
    learned = {image.tobytes() for image in found.train.values()}
    assert list(whole)[9] in test
    assert not any(image.tobytes() in learned for image in test.values())  # the one file that is there twice learns


@pytest.mark.parametrize("scale", resampling.SCALES)
def test_a_small_square_is_the_large_one_made_small(scale):
    small, large = data.piece_pairs(IMAGES, scale, size=10, factors=(1,))
    assert small.shape[1:] == (10, 10, 1) and large.shape[1:] == (10 * scale, 10 * scale, 1)
    assert small.dtype == large.dtype == np.float32 and small.min() >= 0 and large.max() <= 1
    inside = slice(3, -3)  # away from the edges of the square, beyond which the protocol still saw the photograph
    for one, other in zip(small, large, strict=True):
        again = resampling.shrunk(resampling.whole_numbers(255 * other[..., 0]), scale) / 255
        np.testing.assert_allclose(again[inside, inside], one[inside, inside, 0], atol=1.01 / 255)


def test_the_squares_cover_each_photograph_at_each_of_its_sizes():
    plane = resampling.whole_numbers(resampling.luma(IMAGES["a"]))  # 61×80, so 60×80 at ×2, 30×40 when small
    small, large = data.piece_pairs({"a": IMAGES["a"]}, 2, size=12, factors=(1,))
    assert len(small) == 3 * 4
    np.testing.assert_array_equal(np.rint(255 * large[0, ..., 0]), plane[:24, :24])
    np.testing.assert_array_equal(np.rint(255 * large[-1, ..., 0]), plane[36:60, 56:80])
    more, _ = data.piece_pairs({"a": IMAGES["a"]}, 2, size=12, factors=(1, 0.5))
    assert len(more) == 12 + 4  # 15×20 when small, so two that overlap along each side


def test_a_photograph_smaller_than_a_square_is_left_out():
    small, _ = data.piece_pairs(IMAGES, 2, size=28, factors=(1,))
    assert len(small) == 4  # of a alone: 30×40
    with pytest.raises(ValueError, match="no photograph has 82×82 pixels"):
        data.piece_pairs(IMAGES, 2, size=41)


def test_pairs_go_through_the_pipeline_and_turn_together():
    small, large = data.piece_pairs(IMAGES, 2, size=12)
    some, others = next(iter(data.pipeline(small, large, batch=8, seed=0, augment=data.symmetries())))
    for one, other in zip(some.numpy(), others.numpy(), strict=True):
        means = other.reshape(12, 2, 12, 2).mean(axis=(1, 3))
        assert np.corrcoef(means.ravel(), one.ravel())[0, 1] > 0.8
