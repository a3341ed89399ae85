"""Facts about the nuclei that never were."""

import numpy as np
import pytest
from scipy import ndimage
from skimage.filters import threshold_otsu

from helpers import metrics
from helpers.data import cells, microscope


@pytest.fixture(scope="module")
def slides():
    return cells.cells(20, (64, 96), seed=7)


def test_images_and_labels_are_as_described(slides):
    images, labels = slides
    assert images.shape == (20, 64, 96, 1) and images.dtype == np.float32
    assert labels.shape == (20, 64, 96) and labels.dtype == np.int32
    assert images.min() >= 0 and images.max() <= 1


def test_a_slide_depends_on_its_seed_and_place_alone(slides):
    for one, other in zip(slides, cells.cells(3, (64, 96), seed=7), strict=True):
        np.testing.assert_array_equal(one[:3], other)
    assert (cells.cells(1, (64, 96), seed=8)[0] != slides[0][:1]).mean() > 0.9


def test_nuclei_are_numbered_without_gaps_and_each_is_one_piece(slides):
    for labels in slides[1]:
        assert set(np.unique(labels)) == set(range(labels.max() + 1))
        assert all(ndimage.label(labels == n)[1] == 1 for n in range(1, labels.max() + 1))


def test_nuclei_are_brighter_than_what_is_around_them(slides):
    for image, labels in zip(*slides, strict=True):
        assert image[labels > 0].mean() > 1.5 * image[labels == 0].mean()


def test_nuclei_differ_in_size_between_images(slides):
    sizes = [np.median(np.bincount(labels.ravel())[1:]) for labels in slides[1]]
    assert max(sizes) > 2 * min(sizes)


def test_many_nuclei_touch(slides):
    alone = sum(ndimage.label(labels > 0)[1] for labels in slides[1])
    assert alone < 0.8 * sum(labels.max() for labels in slides[1])


def test_a_threshold_comes_near_and_not_all_the_way(slides):
    images, labels = slides
    masks = np.stack([image > threshold_otsu(image) for image in images]).astype(float)
    assert 0.6 < metrics.iou(masks, microscope.union(labels)).mean() < 0.9


@pytest.mark.parametrize(("count", "size"), [(0, (96, 96)), (1.5, (96, 96)), (1, (96,)), (1, (16, 96))])
def test_bad_sizes_are_refused(count, size):
    with pytest.raises(ValueError, match="at least 1 and at least 32 pixels"):
        cells.cells(count, size)
