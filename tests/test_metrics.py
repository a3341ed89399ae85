"""Facts about the metrics: each has an example small enough to check by hand, or scikit-image's number beside it."""

import subprocess
import sys

import numpy as np
import pytest
from skimage.metrics import structural_similarity

from helpers import metrics, runtime
from helpers.data import drawings

random = np.random.default_rng(0)
SEVEN = np.pad(drawings.seven(), [(6, 6), (6, 6), (0, 0)])[None]


def test_metrics_load_no_tensorflow():
    code = "import sys; from helpers import metrics; print('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "False"


def test_the_squared_error_is_a_sum_over_pixels():
    targets, outputs = np.zeros((2, 2, 2, 1)), np.array([[1, 2, 0, 0], [0.5] * 4]).reshape(2, 2, 2, 1)
    np.testing.assert_array_equal(metrics.squared_error(targets, outputs), [5, 1])


def test_the_squared_error_is_the_loss_of_that_name():
    from helpers import losses

    one, other = random.uniform(size=(2, 3, 5, 4, 2))
    np.testing.assert_allclose(metrics.squared_error(one, other), losses.squared_error(one, other), rtol=1e-6)


def test_equal_images_have_the_similarity_one():
    np.testing.assert_allclose(metrics.ssim(SEVEN, SEVEN), 1)


def test_two_flat_images_are_compared_by_their_means_alone():
    c = 0.01**2  # Wang's constant: (0.01 · range)²
    flat = np.full((1, 12, 12, 1), 0.2), np.full((1, 12, 12, 1), 0.6)
    np.testing.assert_allclose(metrics.ssim(*flat), (2 * 0.2 * 0.6 + c) / (0.2**2 + 0.6**2 + c), rtol=1e-12)


def test_the_similarity_of_a_colour_image_is_the_mean_over_its_channels():
    one, other = random.uniform(size=(2, 1, 16, 20, 3))
    settings = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "data_range": 1}
    channels = [structural_similarity(one[0, ..., c], other[0, ..., c], **settings) for c in range(3)]
    np.testing.assert_allclose(metrics.ssim(one, other), np.mean(channels), rtol=1e-12)


def test_a_shifted_image_has_no_best_shift_error():
    for pixels in range(1, 5):
        assert metrics.best_shift_error(SEVEN, drawings.shifted(SEVEN, pixels)) == 0


def test_stray_pixels_stay_whatever_the_shift():
    assert metrics.best_shift_error(SEVEN, drawings.stray(SEVEN)) == 2
    assert metrics.best_shift_error(SEVEN, drawings.stray(drawings.shifted(SEVEN, 2))) == 2


def test_what_is_shifted_out_of_the_image_still_counts():
    targets, outputs = np.zeros((2, 1, 1, 4, 1))
    targets[0, 0, 0], outputs[0, 0, 3] = 1, 1  # apart by three: out of reach of two steps
    assert metrics.best_shift_error(targets, outputs, most=2) == 2
    assert metrics.best_shift_error(targets, outputs, most=3) == 0


def test_without_a_shift_the_best_shift_error_is_the_squared_error():
    one, other = random.uniform(size=(2, 3, 6, 5, 1))
    np.testing.assert_allclose(metrics.best_shift_error(one, other, most=0), metrics.squared_error(one, other))


def test_the_intersection_over_union_by_hand():
    masks = np.array([[1, 1, 0, 0], [0.6, 0.5, 0, 0], [0, 0, 0, 0]]).reshape(3, 2, 2, 1)
    truth = np.array([[0, 1, 1, 0], [1, 0, 0, 0], [0, 0, 0, 0]]).reshape(3, 2, 2, 1)
    # One pixel of three; one of one, for a half does not count; nothing of nothing.
    np.testing.assert_allclose(metrics.iou(masks, truth), [1 / 3, 1, 1])
    np.testing.assert_array_equal(metrics.iou(masks > 0.5, truth > 0.5), metrics.iou(masks, truth))
    assert metrics.iou(np.ones((1, 2, 2, 1)), np.zeros((1, 2, 2, 1))) == 0


def test_the_feature_distance_by_hand():
    features = {0.0: [[3, 4], [1, 0]], 1.0: [[6, 8], [0, 2]]}  # two places, two channels

    def read(images):
        return [np.array([features[float(image.ravel()[0])] for image in images])]

    zero, one = np.zeros((1, 1, 1, 1)), np.ones((1, 1, 1, 1))
    # Directions: (0.6, 0.8) and (0.6, 0.8); (1, 0) and (0, 1). Squared differences 0 and 2, over two places 1.
    np.testing.assert_allclose(metrics.feature_distance(zero, one, read), [1])
    np.testing.assert_allclose(metrics.feature_distance(zero, one, lambda x: read(x) * 3), [3])


def test_features_without_any_activation_are_at_distance_zero():
    blank = np.zeros((2, 4, 4, 1))
    np.testing.assert_array_equal(metrics.feature_distance(blank, blank, lambda x: [x]), [0, 0])


def test_the_nearest_image_and_its_squared_error():
    known = np.array([0, 1, 4.0]).reshape(3, 1, 1, 1)
    places, errors = metrics.nearest(np.array([3.0, 0.4]).reshape(2, 1, 1, 1), known)
    assert places.tolist() == [2, 0]
    np.testing.assert_allclose(errors, [1, 0.16])


def test_the_diversity_of_three_images_by_hand():
    images = np.array([0, 1, 3.0]).reshape(3, 1, 1, 1)
    np.testing.assert_allclose(metrics.diversity(images), (1 + 4 + 9) / 3)  # the three pairs


def test_copies_of_one_image_have_no_diversity():
    np.testing.assert_allclose(metrics.diversity(np.repeat(SEVEN, 5, axis=0)), 0, atol=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: metrics.squared_error(SEVEN, SEVEN[:, :-1]), "give two equal"),
        (lambda: metrics.squared_error(SEVEN[0], SEVEN[0]), "give two equal"),
        (lambda: metrics.iou(SEVEN, SEVEN[:, 1:]), "give two equal"),
        (lambda: metrics.squared_error(SEVEN, SEVEN * np.nan), "NaN"),
        (lambda: metrics.ssim(SEVEN[:, :9], SEVEN[:, :9]), "at least 11 pixels"),
        (lambda: metrics.best_shift_error(SEVEN, SEVEN, most=-1), "most is -1"),
        (lambda: metrics.diversity(SEVEN), "at least two"),
        (lambda: metrics.nearest(SEVEN, SEVEN[:, :-1]), "of one size"),
    ],
)
def test_images_that_cannot_be_compared_are_refused_in_words(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_period_of_two_pixels_is_a_peak_and_noise_is_none():
    noise = random.normal(size=(40, 64, 48))
    pattern = np.indices((64, 48)).sum(axis=0) % 2
    assert metrics.checkerboard(noise) == pytest.approx(1, abs=0.35)
    assert metrics.checkerboard(noise + pattern) > 100
    assert metrics.checkerboard(7 * noise[..., None]) == pytest.approx(metrics.checkerboard(noise))
    assert metrics.checkerboard(noise + pattern % 2 * np.ones((64, 1))) > 100


def test_a_linear_enlargement_has_a_notch_where_a_checkerboard_has_a_peak():
    tf = runtime.tensorflow()
    small = random.uniform(size=(8, 32, 32, 1))
    assert metrics.checkerboard(tf.image.resize(small, (64, 64), "bilinear")) < 0.01
    kernel = np.reshape([1.0, 2, 1, 2, 4, 2, 1, 2, 1], (3, 3, 1, 1)) * [[[[0.3]]]]
    uneven = tf.nn.conv2d_transpose(small, np.ones_like(kernel), (8, 64, 64, 1), 2, "SAME")
    assert metrics.checkerboard(uneven) > 100


@pytest.mark.parametrize("shape", [(4, 63, 64), (4, 16, 64), (64, 64)])
def test_a_checkerboard_needs_even_sides_and_room(shape):
    with pytest.raises(ValueError, match="even sides of at least 24"):
        metrics.checkerboard(np.ones(shape))
