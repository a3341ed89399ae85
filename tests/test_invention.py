"""Pages of print, stripes with one small image, and the agreement of what a method adds with what was there."""

import numpy as np
import pytest

from helpers import detail, invention, resampling


def test_a_page_is_its_number_and_its_size():
    one, same, other = invention.page(11, 3), invention.page(11, 3), invention.page(11, 4)
    assert one.shape == (160, 160) and one.dtype == np.uint8
    assert np.array_equal(one, same) and not np.array_equal(one, other)
    pages = invention.pages(13)
    assert len(pages) == 13 and np.array_equal(pages["0"], invention.page(8, 100))
    assert np.array_equal(pages["12"], invention.page(8, 112))


@pytest.mark.parametrize("period", [3.4, 3, 2.6])
def test_twins_have_one_small_image_and_differ(period):
    scenes = invention.twins(period)
    small = [resampling.pair(scene, 2)[0].astype(int)[4:-4, 4:-4] for scene in scenes.values()]
    assert np.abs(small[0] - small[1]).max() <= 2 and np.abs(small[0] - small[2]).max() > 50
    assert np.abs(scenes["too fine"].astype(int) - scenes["coarse, weak"]).max() > 80
    assert np.ptp(small[0]) > 10


def test_stripes_that_fit_have_no_twin():
    with pytest.raises(ValueError, match="give a finer period"):
        invention.twins(8)


def test_agreement_is_one_for_the_truth_at_any_strength_and_turns_with_the_sign():
    image = invention.page(15, 1)

    def output(strength):
        return lambda small: detail.seen(image, 2) + strength * detail.unseen(image, 2)

    found = [invention.agreement(output(strength), image) for strength in (1, 0.3, 2, -1)]
    np.testing.assert_allclose(found, [1, 1, 1, -1], atol=1e-9)


def test_agreement_of_another_unseen_part_is_near_zero():
    image, noise = invention.page(15, 1), np.random.default_rng(0).normal(0, 30, (160, 160))
    found = invention.agreement(lambda small: detail.seen(image, 2) + detail.unseen(noise, 2), image)
    assert abs(found) < 0.05


def test_a_method_that_adds_nothing_has_no_agreement():
    with pytest.raises(ValueError, match="adds something"):
        invention.agreement(lambda small: detail.least(small, 2), invention.page(15, 1))
