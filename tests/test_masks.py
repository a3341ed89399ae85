"""Facts about masks on photographs."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from helpers import plots

IMAGES = np.random.default_rng(0).uniform(size=(2, 9, 8, 3)).astype("float32")
MASKS = np.zeros((2, 9, 8, 1), "float32")
MASKS[0, 2:7, 2:7] = 1


def test_an_overlay_colours_what_is_held_and_nothing_else():
    found = plots.overlaid(IMAGES, MASKS, colour="#ff0000", share=0.5)
    np.testing.assert_allclose(found[1], IMAGES[1], rtol=1e-6)
    np.testing.assert_allclose(found[0, 3:6, 3:6], 0.5 * IMAGES[0, 3:6, 3:6] + 0.5 * np.array([1, 0, 0]), rtol=1e-6)
    np.testing.assert_allclose(found[0, 2, 2:7], np.tile(to_rgb("#ff0000"), (5, 1)))
    np.testing.assert_allclose(found[0, 0], IMAGES[0, 0], rtol=1e-6)


def test_grey_images_get_colour_too():
    assert plots.overlaid(IMAGES[..., :1], MASKS).shape == (2, 9, 8, 3)


def test_masks_of_another_size_are_refused():
    with pytest.raises(ValueError, match="a mask of the same size"):
        plots.overlaid(IMAGES, MASKS[:, 1:])


def test_masks_are_judged_in_five_lines():
    picture = plots.verdicts(IMAGES, MASKS, MASKS, titles=["1", "2"])
    texts = {text.get_text().replace("\n", " ") for text in picture.axes[0].texts}
    assert {"photograph", "truth", "truth, laid over", "prediction", "prediction, laid over"} <= texts
    assert not plots.is_blank(picture)


def test_an_empty_mask_leaves_the_image_as_it_is():
    images = np.random.default_rng(0).random((2, 8, 8, 3), "float32")
    assert np.array_equal(plots.overlaid(images, np.zeros((2, 8, 8, 1))), images)
