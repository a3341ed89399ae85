"""Facts about the slider between two pictures: both are in the page, and each half shows one without scripts."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from helpers.before_after import before_after

random = np.random.default_rng(0)
DARK, LIGHT = random.uniform(0, 0.4, (20, 30)), random.uniform(0.6, 1, (20, 30))


def stored(content, mode="L"):
    """Return the pictures in the page as arrays."""
    found = re.findall(r'src="data:image/\w+;base64,([^"]+)"', content)
    return [np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert(mode)) for data in found]


def test_both_pictures_are_in_the_page_as_they_are():
    content = before_after(DARK, LIGHT, "Noise")._repr_html_()
    for picture, image in zip(stored(content), (DARK, LIGHT), strict=True):
        np.testing.assert_array_equal(picture, np.round(255 * image))


def test_without_scripts_each_half_shows_one_and_nothing_is_asked_of_the_network():
    content = before_after(DARK, LIGHT, "Noise")._repr_html_()
    assert "clip-path:inset(0 0 0 50%)" in content and "<label hidden" in content
    assert not re.search(r"""(?:src|href)=["'](?!data:)|https?:""", content)


def test_names_and_words_are_escaped_and_spoken():
    page = before_after(DARK, LIGHT, "A <dark> & a light one.", ("left <", "right"))
    content = page._repr_html_()
    assert 'alt="A &lt;dark&gt; &amp; a light one: left &lt;"' in content and ">right</span>" in content
    assert 'aria-label="Share of the picture, from the left, that shows left &lt;"' in content
    assert repr(page) == "A <dark> & a light one: left < and right"


def test_small_pictures_are_sharp_and_large_ones_as_wide_as_the_column():
    assert "width:720px" in before_after(DARK, LIGHT, "Noise")._repr_html_()
    wide = np.tile(DARK, (1, 40)), np.tile(LIGHT, (1, 40))
    content = before_after(*wide, "Noise")._repr_html_()
    assert "width:740px;aspect-ratio:1200/20" in content and "pixelated" not in content


def test_colours_are_kept():
    colours = [random.integers(0, 2, (8, 8, 3)).astype(float) for _ in range(2)]
    content = before_after(*colours, "Colours")._repr_html_()
    for picture, image in zip(stored(content, "RGB"), colours, strict=True):
        np.testing.assert_array_equal(picture, 255 * image)


@pytest.mark.parametrize(
    ("before", "after", "alt", "message"),
    [
        (DARK, LIGHT[:10], "Noise", "give equal ones"),
        (DARK, DARK, "Noise", "do nothing"),
        (DARK, LIGHT, " ", "alt is empty"),
        (DARK, LIGHT + 1, "Noise", "needs"),
    ],
)
def test_what_makes_no_slider_is_refused(before, after, alt, message):
    with pytest.raises(ValueError, match=message):
        before_after(before, after, alt)
