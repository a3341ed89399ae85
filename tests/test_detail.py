"""Facts about the seen and the unseen part of an image."""

import numpy as np
import pytest

from helpers import detail, resampling

random = np.random.default_rng(0)
IMAGE = random.uniform(0, 255, (24, 36))


@pytest.mark.parametrize("scale", resampling.SCALES)
def test_the_small_image_fixes_the_seen_part_and_does_not_show_the_unseen_one(scale):
    wanted = resampling.shrunk(IMAGE.astype("float32"), scale)
    np.testing.assert_allclose(detail.small(IMAGE, scale), wanted, atol=1e-3)
    np.testing.assert_allclose(detail.small(detail.seen(IMAGE, scale), scale), wanted, atol=1e-3)
    np.testing.assert_allclose(detail.small(detail.unseen(IMAGE, scale), scale), 0, atol=1e-9)


@pytest.mark.parametrize("scale", resampling.SCALES)
def test_both_parts_are_at_right_angles_and_one_of_scale_squared_numbers_is_seen(scale):
    seen, unseen = detail.seen(IMAGE, scale), detail.unseen(IMAGE, scale)
    np.testing.assert_allclose(seen + unseen, IMAGE)
    assert abs((seen * unseen).sum()) < 1e-6 * (IMAGE**2).sum()
    matrix = np.stack([detail.seen(one.reshape(12, 12), scale).ravel() for one in np.eye(144)])
    assert np.linalg.matrix_rank(matrix) == 144 // scale**2


def test_the_least_plane_is_the_seen_part_found_from_the_small_image_alone():
    np.testing.assert_allclose(detail.least(detail.small(IMAGE, 3), 3), detail.seen(IMAGE, 3), atol=1e-9)


def test_the_truth_recovers_all_its_seen_part_nothing_and_the_opposite_three_times_worse():
    """The opposite is off by 2 t: 1 - 4 = -3, with all of the power."""
    seen, unseen = detail.seen(IMAGE, 2), detail.unseen(IMAGE, 2)
    for output, wanted in (
        (IMAGE, (1, 1)),
        (seen, (0, 0)),
        (seen - unseen, (-3, 1)),
        (seen + unseen / 2, (0.75, 0.25)),
    ):
        np.testing.assert_allclose(detail.recovered(IMAGE, output, 2, shave=2), wanted, atol=1e-9)


def test_an_amplified_image_has_the_wanted_power_and_the_same_small_image():
    faint = detail.seen(IMAGE, 2) + 0.3 * detail.unseen(IMAGE, 2)
    np.testing.assert_allclose(detail.bolder(faint, 2, power=0.09), IMAGE)


def test_a_method_is_judged_by_the_mean_over_images():
    photos = {key: random.integers(0, 256, (25, 32, 3), "uint8") for key in "ab"}
    found = detail.judged(lambda small: detail.least(small, 2), photos, 2)
    assert found["share"] == pytest.approx(0, abs=1e-9) and found["power"] == pytest.approx(0, abs=1e-9)
    assert found["again"] > 100
    one = [detail.judged(lambda small: resampling.enlarged(small, 2), {key: photos[key]}, 2) for key in "ab"]
    both = detail.judged(lambda small: resampling.enlarged(small, 2), photos, 2)
    assert both["psnr"] == pytest.approx(np.mean([part["psnr"] for part in one]))
    rounded = resampling.mean(resampling.score(lambda small: resampling.enlarged(small, 2), photos, 2))
    assert both["psnr"] == pytest.approx(rounded[0])


@pytest.mark.parametrize("image", [IMAGE[:23], IMAGE[..., np.newaxis], IMAGE[:0]])
def test_what_cannot_be_made_small_is_refused(image):
    with pytest.raises(ValueError, match=r"give \(H, W\) that it divides"):
        detail.seen(image, 2)


def test_an_image_without_an_unseen_part_has_nothing_to_recover():
    with pytest.raises(ValueError, match="no unseen part"):
        detail.recovered(np.zeros((8, 8)), IMAGE[:8, :8], 2)
