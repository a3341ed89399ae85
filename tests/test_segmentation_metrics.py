"""Facts about the metrics of segmentation: each worked by hand, or with scikit-learn's or scikit-image's number."""

import numpy as np
import pytest
from skimage.morphology import area_closing, area_opening
from sklearn.metrics import balanced_accuracy_score, jaccard_score

from helpers import segmentation_metrics as metrics

random = np.random.default_rng(0)
TRUTH = np.array([[[0, 0, 1, 1], [0, 0, 1, 2], [0, 0, 2, 2]]])
GUESS = np.array([[[0, 0, 1, 1], [0, 1, 1, 2], [0, 0, 2, 1]]])


def square(low, high, size=20):
    mask = np.zeros((1, size, size), "uint8")
    mask[:, low:high, low:high] = 1
    return mask


def test_the_matrix_by_hand():
    # Of six pixels of class 0 one was called 1; of three of class 1 none was missed; of three of class 2, one.
    matrix = metrics.confusion(TRUTH, GUESS, 3)
    np.testing.assert_array_equal(matrix, [[5, 1, 0], [0, 3, 0], [0, 1, 2]])
    np.testing.assert_allclose(metrics.ious(matrix), [5 / 6, 3 / 5, 2 / 3])
    assert metrics.miou(matrix) == pytest.approx((5 / 6 + 3 / 5 + 2 / 3) / 3)
    assert metrics.class_accuracy(matrix) == pytest.approx((5 / 6 + 1 + 2 / 3) / 3)


def test_the_matrix_against_scikit_learn():
    truth, guess = random.integers(0, 5, size=(2, 3, 8, 8))
    matrix = metrics.confusion(truth, guess, 5)
    assert metrics.miou(matrix) == pytest.approx(jaccard_score(truth.ravel(), guess.ravel(), average="macro"))
    assert metrics.class_accuracy(matrix) == pytest.approx(balanced_accuracy_score(truth.ravel(), guess.ravel()))


def test_an_ignored_label_does_not_count():
    truth = np.where(TRUTH == 2, 11, TRUTH)
    np.testing.assert_array_equal(metrics.confusion(truth, GUESS, 3, ignore=11), [[5, 1, 0], [0, 3, 0], [0, 0, 0]])


def test_a_class_that_does_not_occur_has_no_share_in_the_mean():
    matrix = metrics.confusion(TRUTH, TRUTH, 7)
    assert np.isnan(metrics.ious(matrix)[3:]).all()
    assert metrics.miou(matrix) == metrics.class_accuracy(matrix) == 1


def test_the_boundary_of_a_square_is_its_frame():
    line = metrics.boundary(square(5, 9))
    assert line.sum() == 16 - 4 and not line[0, 6:8, 6:8].any()
    assert not metrics.boundary(np.ones((1, 5, 5), "uint8")).any()


@pytest.mark.parametrize(("shape", "pixels"), [((360, 480), 5), ((128, 128), 2), ((96, 128), 2)])
def test_the_tolerance_of_a_size(shape, pixels):
    assert metrics.tolerance(shape) == pixels


def test_a_square_that_moved_within_the_tolerance_has_the_same_boundary():
    truth = square(5, 12)
    assert metrics.boundary_f(truth, np.roll(truth, 2, axis=2), within=2) == [1]
    assert 0 < metrics.boundary_f(truth, np.roll(truth, 3, axis=2), within=2)[0] < 1


def test_boundary_f_by_hand():
    truth, guess = square(8, 9), square(8, 9)
    guess[0, 2, 2] = 1  # one of two predicted pixels is right, and the only true one is found: 2·½·1 / 1½
    assert metrics.boundary_f(truth, guess, within=1) == pytest.approx([2 / 3])


def test_empty_masks_are_right_only_together():
    empty, full = square(0, 0), square(5, 9)
    np.testing.assert_array_equal(metrics.boundary_f(empty, empty), [1])
    np.testing.assert_array_equal(metrics.boundary_f(empty, full), [0])
    np.testing.assert_array_equal(metrics.boundary_f(full, empty), [0])


def test_boundary_f_of_classes_is_a_mean_over_those_that_occur():
    assert metrics.boundary_f(TRUTH, TRUTH, classes=11, within=1) == [1]


def test_the_interior_is_far_from_every_boundary():
    inside = metrics.interior(square(4, 16), within=1)
    distances = np.minimum.reduce([abs(np.arange(20) - edge) for edge in (3.5, 15.5)])
    assert inside[0, 10, 10] and not inside[0, 10, 5] and inside[0, 0, 0]
    assert distances[6] == 2.5 and not inside[0, 10, 6] and inside[0, 10, 7]
    assert metrics.interior(np.zeros((1, 9, 9), int)).all()


def test_the_distance_counts_from_the_pixels_beside_a_boundary():
    truth = np.array([[[0, 0, 0, 1, 1]]])
    assert metrics.distance(truth).tolist() == [[[2, 1, 0, 0, 1]]]
    assert np.isinf(metrics.distance(np.zeros((1, 2, 2), int))).all()


def test_masks_are_judged_by_area_boundary_and_specks():
    truth, masks = np.zeros((2, 8, 8, 1)), np.zeros((2, 8, 8, 1))
    truth[:, 2:6, 2:6] = masks[0, 2:6, 2:6] = masks[1, 2:6, 4:8] = 1
    found = metrics.judged(truth, masks)
    assert found["iou"].tolist() == [1, 8 / 24] and found["speckle"].tolist() == [0, 0]
    assert found["boundary_f"][0] == 1 > found["boundary_f"][1]
    background = (48 + 40) / (48 + 56)  # of both images together
    assert found["miou"] == pytest.approx((background + (16 + 8) / (16 + 24)) / 2)


def test_specks_are_small_pieces_of_either_class():
    labels = square(4, 12)
    labels[0, 0, 0] = labels[0, 1, 1] = 1  # two specks, for they touch at a corner alone
    labels[0, 6, 6] = 0  # a hole
    assert metrics.speckle(labels, smallest=2) == [3]
    assert metrics.speckle(square(4, 12)) == [0]


def test_specks_are_counted_and_found():
    labels = square(4, 12)
    labels[0, 0, 0], labels[0, 6, 6] = 1, 0
    where = metrics.specks(labels, smallest=2)
    assert np.argwhere(where).tolist() == [[0, 0, 0], [0, 6, 6]] and metrics.speckle(labels, smallest=2) == [2]
    assert metrics.specks(labels, smallest=1).sum() == 0


def test_specks_against_scikit_image():
    masks = random.integers(0, 2, size=(3, 30, 30)).astype(bool)
    for mask, where in zip(masks, metrics.specks(masks, smallest=5), strict=True):
        held, filled = area_opening(mask, 5, connectivity=1), area_closing(mask, 5, connectivity=1)
        np.testing.assert_array_equal(where, (mask & ~held) | (filled & ~mask))


def test_the_roughness_of_a_comb_by_hand():
    # Above a full ground of six pixels stand two teeth: 6 + 2 * 2 lengths of outline, of which the smoothing leaves 6.
    comb = np.array([[0, 0, 0, 0, 0, 0], [0, 1, 0, 0, 1, 0], [1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1]])[None]
    assert metrics.outline(comb) == [10] and metrics.outline(metrics.smoothed(comb == 1)) == [6]
    assert metrics.roughness(comb) == pytest.approx([4 / 10])


def test_straight_edges_of_every_direction_are_smooth():
    y, x = np.mgrid[-20:20, -20:20]
    edges = np.stack([np.cos(angle) * y + np.sin(angle) * x > 0.3 for angle in np.linspace(0, 6, 25)])
    assert metrics.roughness(edges).max() < 0.05
    assert metrics.roughness(square(4, 12)) == metrics.roughness(square(0, 0)) == [0]
    assert metrics.roughness(square(5, 6)) == [0]  # one speck, which does not count
    thin = square(0, 0)
    thin[0, 5] = 1
    assert metrics.roughness(thin) == [1]


def test_specks_do_not_make_a_mask_rough():
    dotted = square(4, 14)
    dotted[0, 8, 8], dotted[0, 1, 1] = 0, 1
    assert metrics.speckle(dotted) == [2] and metrics.roughness(dotted) == [0]


def test_calibration_by_hand():
    # Four pixels, all called class 0 with 0.8, three of them rightly: 0.8 against 0.75.
    truth = np.array([[[0, 0], [0, 1]]])
    probabilities = np.tile([0.8, 0.2], (1, 2, 2, 1))
    assert metrics.calibration_error(truth, probabilities) == pytest.approx(0.05)
    assert metrics.calibration_error(np.zeros((1, 2, 2), int), np.tile([1.0, 0.0], (1, 2, 2, 1))) == 0


def test_the_bootstrap_finds_a_difference_that_is_there_and_none_that_is_not():
    base = random.uniform(size=200)
    mean, low, high = metrics.difference(base + 0.1 + 0.05 * random.normal(size=200), base)
    assert low < mean < high and low > 0.08 and high < 0.12
    _, low, high = metrics.difference(random.uniform(size=200), random.uniform(size=200))
    assert low < 0 < high
    wide = metrics.difference(np.repeat(random.normal(size=20), 10), np.zeros(200), block=10)
    narrow = metrics.difference(np.repeat(random.normal(size=20), 10), np.zeros(200))
    assert wide[2] - wide[1] > 1.5 * (narrow[2] - narrow[1])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: metrics.confusion(TRUTH, GUESS[:, 1:], 3), "give two equal"),
        (lambda: metrics.confusion(TRUTH, GUESS / 1.0, 3), "give whole numbers"),
        (lambda: metrics.confusion(TRUTH, GUESS, 2), "truth holds labels from 0 to 2; give 0 to 1"),
        (lambda: metrics.calibration_error(TRUTH, np.ones((1, 2, 2, 3))), "give"),
    ],
)
def test_bad_input_is_refused_in_words(call, message):
    with pytest.raises(ValueError, match=message):
        call()
