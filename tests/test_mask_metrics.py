"""Facts about the metrics of masks: each worked by hand, or with scikit-learn's number."""

import numpy as np
import pytest
from sklearn.metrics import f1_score, precision_score, recall_score

from helpers import mask_metrics as metrics
from helpers.metrics import iou

random = np.random.default_rng(0)
TRUTH, MASKS = (random.integers(0, 2, size=(3, 32, 32, 1)).astype(float) for _ in range(2))
EMPTY = np.zeros((1, 16, 16, 1))


def block(top, left, high, wide, size=16):
    mask = np.zeros((1, size, size, 1))
    mask[:, top : top + high, left : left + wide] = 1
    return mask


def test_dice_by_hand():
    """Two squares of 16 pixels share 8: 2 · 8 / (16 + 16)."""
    assert metrics.dice(block(0, 0, 4, 4), block(0, 2, 4, 4)) == [0.5]
    assert metrics.dice(EMPTY, EMPTY) == [1] and metrics.dice(EMPTY, block(0, 0, 4, 4)) == [0]


def test_dice_is_the_f1_of_pixels_and_follows_from_iou():
    found = metrics.dice(TRUTH, MASKS)
    np.testing.assert_allclose(found, [f1_score(t.ravel(), m.ravel()) for t, m in zip(TRUTH, MASKS, strict=True)])
    overlap = iou(MASKS, TRUTH)
    np.testing.assert_allclose(found, 2 * overlap / (1 + overlap))


def test_a_patch_is_road_when_more_than_a_quarter_of_it_is():
    assert not metrics.patches(block(0, 0, 4, 16)).any()  # 64 of 256 pixels are just a quarter
    more = block(0, 0, 4, 16)
    more[0, 4, 0] = 1
    assert metrics.patches(more).tolist() == [[[True]]]


def test_patch_f1_by_hand():
    """Of four patches two are road; one of these is found, and one that is none: precision ½, recall ½."""
    truth = block(0, 0, 16, 32, size=32)
    masks = block(0, 0, 16, 16, size=32) + block(16, 16, 16, 16, size=32)
    assert metrics.patch_f1(truth, masks) == 0.5
    assert metrics.patch_f1(EMPTY, EMPTY) == 1 and metrics.patch_f1(EMPTY, block(0, 0, 16, 16)) == 0


def test_patch_f1_against_scikit_learn():
    truth, masks = (random.uniform(size=(5, 64, 48, 1)) < 0.26 for _ in range(2))
    patches = [metrics.patches(images).ravel() for images in (truth, masks)]
    assert metrics.patch_f1(truth, masks) == pytest.approx(f1_score(*patches))


def test_relaxed_by_hand():
    """A line moved by three pixels counts in full within three pixels, and not at all within two."""
    truth, masks = block(4, 0, 1, 16), block(7, 0, 1, 16)
    assert metrics.relaxed(truth, masks, within=3) == (1, 1)
    assert metrics.relaxed(truth, masks, within=2) == (0, 0)


def test_relaxed_precision_and_recall_ask_for_different_things():
    """Half of a line is found, and twice as much is drawn far away: precision ⅓, recall ½ and the pixels at its end."""
    truth, masks = block(2, 0, 1, 16), block(2, 0, 1, 8) + block(10, 0, 1, 16)
    precision, recall = metrics.relaxed(truth, masks, within=1)
    assert precision == pytest.approx(8 / 24) and recall == pytest.approx(9 / 16)


def test_with_no_slack_they_are_the_usual_ones():
    precision, recall = metrics.relaxed(TRUTH, MASKS, within=0)
    assert precision == pytest.approx(precision_score(TRUTH.ravel(), MASKS.ravel()))
    assert recall == pytest.approx(recall_score(TRUTH.ravel(), MASKS.ravel()))


def test_relaxed_against_all_pairs_of_pixels():
    for truth, mask in zip((TRUTH > 0.5) & (random.uniform(size=TRUTH.shape) < 0.05), MASKS, strict=True):
        places = [np.argwhere(one[..., 0]) for one in (truth, mask > 0.5)]
        apart = np.linalg.norm(places[0][:, None] - places[1][None], axis=-1)
        precision, recall = metrics.relaxed(truth[None].astype(float), mask[None], within=2)
        assert precision == pytest.approx((apart.min(axis=0) <= 2).mean())
        assert recall == pytest.approx((apart.min(axis=1) <= 2).mean())


def test_empty_masks_are_precise_and_find_nothing():
    assert metrics.relaxed(block(0, 0, 4, 4), EMPTY) == (1, 0)
    assert metrics.relaxed(EMPTY, block(0, 0, 4, 4)) == (0, 1)
    assert metrics.relaxed(EMPTY, EMPTY) == (1, 1)


def test_a_higher_cut_never_recalls_more():
    chances = np.clip(0.3 * TRUTH + 0.6 * random.uniform(size=TRUTH.shape), 0, 1)
    cuts, precision, recall = metrics.relaxed_curve(TRUTH, chances, within=0)
    assert len(cuts) == 19 and (np.diff(recall) <= 0).all()
    assert precision[-3] > precision[0]


def test_breakeven_by_hand():
    """Precision climbs from 0.6 to 0.9 and recall falls from 0.9 to 0.6: both are 0.75 halfway."""
    assert metrics.breakeven([0.6, 0.9], [0.9, 0.6]) == pytest.approx(0.75)
    assert metrics.breakeven([0.5, 0.7, 0.9], [0.8, 0.7, 0.1]) == pytest.approx(0.7)
    assert metrics.breakeven([0.5, 0.6], [0.9, 0.8]) == pytest.approx(0.7)  # they do not meet: the closest two


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: metrics.dice(TRUTH, MASKS[1:]), "give two equal"),
        (lambda: metrics.dice(TRUTH[..., 0], MASKS[..., 0]), r"\(N, H, W, 1\)"),
        (lambda: metrics.dice(TRUTH, 255 * MASKS), "masks holds values from 0 to 255; give 0 to 1"),
        (lambda: metrics.patches(TRUTH, side=15), "divide by the side"),
        (lambda: metrics.relaxed(TRUTH, MASKS, within=-1), "0 or more"),
        (lambda: metrics.breakeven([1, 2], [1]), "two equal lines"),
    ],
)
def test_bad_input_is_refused_in_words(call, message):
    with pytest.raises(ValueError, match=message):
        call()
