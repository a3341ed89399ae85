"""Facts about images with numbered nuclei, and about the weights of pixels between them."""

import numpy as np
import pytest

from helpers import data
from helpers.data import download, microscope

ROW = np.array([[[1, 1, 0, 0, 2, 3, 3, 0]]])  # 1 stands alone, 2 and 3 touch


def test_drawn_nuclei_are_a_split_of_images_and_label_maps():
    split = data.drawn_nuclei((3, 2), (32, 48))
    assert (split.train.shape, split.train_labels.shape) == ((3, 32, 48, 1), (3, 32, 48))
    assert (split.test.shape, split.test_labels.dtype) == ((2, 32, 48, 1), np.int32)
    assert not np.array_equal(split.train[:2], split.test)


def test_the_quick_profile_draws(monkeypatch):
    monkeypatch.setattr(microscope, "drawn_nuclei", lambda: "drawn")
    assert data.numbered() == "drawn"


def test_the_union_is_one_mask():
    assert microscope.union(ROW)[0, 0, :, 0].tolist() == [1, 1, 0, 0, 1, 1, 1, 0]


def test_parted_nuclei_do_not_touch():
    assert microscope.parted(ROW)[0, 0, :, 0].tolist() == [1, 1, 0, 0, 0, 0, 1, 0]


def test_weights_between_nuclei_by_hand():
    """In the gap of two pixels the distances to 1 and 2 are 1 and 2; on the seam of 2 and 3 they are 0 and 1."""
    weights = microscope.border_weights(ROW, most=10, width=5, balanced=False)[0, 0, :, 0]
    gap, seam = 10 * np.exp(-9 / 50), 10 * np.exp(-1 / 50)
    np.testing.assert_allclose(weights[[2, 3, 4, 5]], [1 + gap, 1 + gap, 1 + seam, 1 + seam], rtol=1e-6)
    np.testing.assert_allclose(weights[[0, 1, 6]], 1)


def test_balanced_weights_give_both_classes_the_same_sum_and_the_mean_one():
    weights, masks = microscope.border_weights(ROW, most=0), microscope.parted(ROW)
    assert weights[masks == 1].sum() == pytest.approx(weights[masks == 0].sum())
    assert weights.mean() == pytest.approx(1)


def test_a_single_nucleus_and_an_empty_image_have_no_border():
    one = np.where(ROW == 1, 1, 0)
    for labels in (one, np.zeros_like(ROW)):
        np.testing.assert_array_equal(microscope.border_weights(labels, balanced=False), 1)
    assert np.isfinite(microscope.border_weights(np.zeros_like(ROW))).all()


def test_lit_images_reach_from_black_to_white():
    images = np.linspace(0.02, 0.1, 1000).reshape(1, 10, 100, 1)
    found = microscope.lit(images)
    assert (found.min(), found.max(), found.dtype) == (0, 1, np.float32)
    assert (found == 1).sum() == 2  # of 1000 pixels the brightest 0.2 %
    np.testing.assert_array_equal(microscope.lit(np.full((1, 4, 4, 1), 0.3)), 0)


def test_the_real_nuclei_are_split_by_name():
    if download.verify("nuclei"):
        pytest.skip("the nuclei are not in the cache; BOOK_DATA can name a folder that has them")
    final, choice = data.nuclei(), data.nuclei(choosing=True)
    assert (len(final.train), len(final.test)) == (267, 67) and (len(choice.train), len(choice.test)) == (200, 67)
    np.testing.assert_array_equal(final.train[0], choice.test[0])  # number 1
    assert final.train.shape[1:] == (256, 256, 1) and final.test_labels.shape[1:] == (256, 256)
    assert 0 < final.train.min() + final.train.max() <= 1 and final.train_labels.max() > 90
    inside = microscope.lit(final.test)[..., 0][final.test_labels > 0].mean()
    assert inside > 4 * microscope.lit(final.test)[..., 0][final.test_labels == 0].mean()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: microscope.union(ROW / 1.0), "give whole numbers"),
        (lambda: microscope.parted(ROW[0]), r"\(N, H, W\)"),
        (lambda: microscope.border_weights(ROW, width=0), "width 0"),
        (lambda: microscope.lit(np.ones((4, 4))), r"give \(N, H, W, C\)"),
    ],
)
def test_bad_input_is_refused_in_words(call, message):
    with pytest.raises(ValueError, match=message):
        call()
