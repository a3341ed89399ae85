"""Facts about the protocol of super-resolution: colours, sizes, scores, the published numbers, and the mistakes."""

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image
from skimage.color import rgb2ycbcr, ycbcr2rgb
from skimage.metrics import peak_signal_noise_ratio

from helpers import data, resampling
from helpers.data import download

random = np.random.default_rng(0)
NOISE = random.integers(0, 256, (24, 36, 3), "uint8")


def published():
    if download.verify("superres"):
        pytest.skip("T91, Set5 and Set14 are not in the cache; BOOK_DATA can name a folder that has them")
    return data.t91().tests


def bicubic(scale):
    return lambda small: resampling.enlarged(small, scale)


def test_the_protocol_loads_no_tensorflow():
    code = "import sys; from helpers import resampling; print('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "False"


# Colours


def test_colours_by_hand():
    """Black, white, red and a grey: luma 16, 235, 16 + 65.481 and 16 + 219 · 51 / 255; greys have no colour."""
    pixels = np.array([[[0, 0, 0], [255, 255, 255], [255, 0, 0], [51, 51, 51]]], "uint8")
    np.testing.assert_allclose(resampling.luma(pixels), [[16, 235, 81.481, 59.8]])
    np.testing.assert_allclose(resampling.ycbcr(pixels)[0, [0, 1, 3], 1:], 128, atol=1e-9)
    np.testing.assert_allclose(resampling.luma(pixels, full_range=True), [[0, 255, 76.245, 51]])


def test_colours_are_those_of_scikit_image_and_come_back():
    np.testing.assert_allclose(resampling.ycbcr(NOISE), rgb2ycbcr(NOISE), atol=1e-9)
    np.testing.assert_array_equal(resampling.rgb(resampling.ycbcr(NOISE)), NOISE)
    planes = resampling.ycbcr(NOISE) + random.normal(size=NOISE.shape)
    wanted = np.clip(255 * ycbcr2rgb(planes), 0, 255)
    np.testing.assert_allclose(resampling.rgb(planes), wanted, atol=0.51)


def test_a_grey_image_is_its_own_luma_and_the_formula_would_squeeze_it():
    grey = NOISE[..., 0]
    np.testing.assert_array_equal(resampling.luma(grey), grey)
    np.testing.assert_allclose(resampling.luma(grey, squeezed=True), resampling.luma(np.dstack([grey] * 3)), atol=1e-9)


# Sizes


def test_cropping_leaves_sides_that_the_scale_divides():
    assert resampling.cropped(NOISE[:23, :35], 4).shape == (20, 32, 3)
    assert resampling.cropped(NOISE, 3).shape == NOISE.shape


def test_the_cubic_is_one_at_its_centre_and_zero_at_all_other_pixels():
    np.testing.assert_array_equal(resampling.cubic(np.arange(-3, 4)), [0, 0, 0, 1, 0, 0, 0])
    np.testing.assert_allclose(resampling.cubic([0.5, 1.5]), [9 / 16, -1 / 16])


@pytest.mark.parametrize(("inputs", "outputs"), [(24, 12), (24, 8), (24, 6), (6, 24), (9, 27), (20, 13)])
def test_the_matrix_is_what_pillow_computes(inputs, outputs):
    image = random.uniform(0, 255, (inputs, 10)).astype("float32")
    rows, columns = resampling.matrix(inputs, outputs), resampling.matrix(10, 7)
    np.testing.assert_allclose(rows.sum(axis=1), 1)
    np.testing.assert_allclose(rows @ image @ columns.T, resampling.resized(image, (outputs, 7)), atol=1e-3)


@pytest.mark.parametrize(("scale", "taps"), [(2, 8), (3, 9), (4, 16)])
def test_antialiasing_asks_more_pixels(scale, taps):
    """Inside, the cubic reaches 2 · scale pixels either way; at ×3 four of its thirteen pixels lie on its zeros."""
    row = resampling.matrix(24 * scale, 24)[12]
    assert np.count_nonzero(np.abs(row) > 1e-12) == taps
    few = resampling.matrix(24 * scale, 24, antialias=False)[12]
    assert np.count_nonzero(np.abs(few) > 1e-12) == (1 if scale == 3 else 4)


def test_without_antialiasing_stripes_survive_that_no_small_image_can_hold():
    stripes = np.tile(np.array([0, 255], "uint8"), (36, 18))  # a period of two pixels
    kept = resampling.shrunk(stripes, 3, antialias=False)[3:-3, 3:-3]
    gone = resampling.shrunk(stripes, 3)[3:-3, 3:-3]
    assert np.ptp(kept) == 255 and np.ptp(gone) < 64


def test_whole_numbers_stay_whole_and_others_do_not_lose_their_fractions():
    grey = NOISE[..., 0]
    wanted = np.asarray(Image.fromarray(grey).resize((18, 12), Image.Resampling.BICUBIC))
    np.testing.assert_array_equal(resampling.shrunk(grey, 2), wanted)
    fractions = resampling.shrunk(grey.astype("float32"), 2)
    assert fractions.dtype == np.float32
    np.testing.assert_allclose(np.clip(fractions, 0, 255), wanted, atol=2)


@pytest.mark.parametrize("way", ["nearest", "bilinear", "bicubic"])
def test_a_flat_plane_stays_flat_when_enlarged(way):
    np.testing.assert_array_equal(resampling.enlarged(np.full((4, 5), 77, "uint8"), 3, way), np.full((12, 15), 77))


# Scores


def test_the_psnr_by_hand():
    """An error of 255 at one pixel of 100: 20 dB; an error of one level everywhere: 20 log₁₀ 255 = 48.13 dB."""
    black = np.zeros((10, 10))
    spot = black.copy()
    spot[4, 4] = 255
    assert resampling.psnr(black, spot) == pytest.approx(20)
    assert resampling.psnr(black, black + 1) == pytest.approx(20 * np.log10(255))
    assert resampling.psnr(black, black) == float("inf")
    spot = black.copy()
    spot[0] = 255
    assert resampling.psnr(black, spot, shave=1) == float("inf")


def test_the_psnr_is_that_of_scikit_image():
    one, other = NOISE[..., 0], NOISE[..., 1]
    wanted = peak_signal_noise_ratio(one[2:-2, 2:-2], other[2:-2, 2:-2], data_range=255)
    assert resampling.psnr(one, other, shave=2) == pytest.approx(wanted)


def test_the_ssim_is_the_mean_over_windows_of_eleven_pixels():
    """NumPy beside scikit-image: a Gaussian of σ = 1.5 on 11×11 pixels, on every window that lies in the image."""
    one, other = NOISE[..., 0].astype("float64"), NOISE[..., 0] // 2 + NOISE[..., 1] // 2.0
    line = np.exp(-0.5 * (np.arange(-5, 6) / 1.5) ** 2)
    weights = np.outer(line, line) / line.sum() ** 2
    a, b = (np.lib.stride_tricks.sliding_window_view(image, (11, 11)) for image in (one, other))

    def inner(values):
        return (weights * values).sum(axis=(2, 3))

    means, spread = (inner(a), inner(b)), inner(a * b) - inner(a) * inner(b)
    squares = [inner(x * x) - inner(x) ** 2 for x in (a, b)]
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    top = (2 * means[0] * means[1] + c1) * (2 * spread + c2)
    wanted = top / ((means[0] ** 2 + means[1] ** 2 + c1) * (sum(squares) + c2))
    assert resampling.ssim(one, other) == pytest.approx(wanted.mean(), abs=1e-6)
    assert resampling.ssim(one, one, shave=4) == pytest.approx(1)


def test_a_method_gets_the_small_plane_and_is_scored_on_the_large_one():
    images = {"noise": NOISE, "grey": NOISE[..., 0]}
    for scale in resampling.SCALES:
        seen = []

        def upscale(small, seen=seen, scale=scale):
            seen.append(small)
            return resampling.enlarged(small, scale)

        scores = resampling.score(upscale, images, scale)
        assert list(scores) == ["noise", "grey"]
        assert {plane.shape for plane in seen} == {(24 // scale, 36 // scale)} and seen[0].dtype == np.uint8
        large = resampling.whole_numbers(resampling.luma(NOISE))
        wanted = resampling.psnr(large, resampling.enlarged(seen[0], scale), shave=scale)
        assert scores["noise"][0] == pytest.approx(wanted)
    assert resampling.mean({"a": (20, 0.5), "b": (30, 0.7)}) == pytest.approx((25, 0.6))


def test_a_perfect_method_has_no_error_and_fractions_are_rounded():
    large = resampling.whole_numbers(resampling.luma(NOISE))
    scores = resampling.score(lambda small: large + 0.3, {"noise": NOISE}, 2)
    assert scores["noise"] == (float("inf"), pytest.approx(1))


@pytest.mark.parametrize("mistake", resampling.MISTAKES)
def test_every_mistake_changes_the_score_of_a_photograph(mistake):
    images = data.scikit_photographs().tests["photographs"]  # chelsea and coffee in colour, camera grey
    right = resampling.mean(resampling.score(bicubic(3), images, 3))
    wrong = resampling.mean(resampling.score(bicubic(3), images, 3, **resampling.MISTAKES[mistake]))
    assert abs(wrong[0] - right[0]) > 1e-3


def test_the_published_bicubic_numbers_are_reproduced():
    """Within 0.05 dB of the tables, and to 0.01 dB what Pillow gave when this was first measured."""
    table = {"Set5": (33.66, 30.39, 28.42), "Set14": (30.24, 27.55, 26.00)}
    measured = {"Set5": (33.63, 30.38, 28.41), "Set14": (30.22, 27.54, 26.00)}
    tests = published()
    for name, images in tests.items():
        for scale, reported, own in zip(resampling.SCALES, table[name], measured[name], strict=True):
            found = resampling.mean(resampling.score(bicubic(scale), images, scale))[0]
            assert found == pytest.approx(reported, abs=0.05)
            assert found == pytest.approx(own, abs=0.006)


def test_mistakes_cost_tenths_of_a_decibel_on_the_published_sets():
    tests = published()
    right = {name: resampling.mean(resampling.score(bicubic(3), images, 3))[0] for name, images in tests.items()}
    for mistake, least in {"no antialiasing": 0.3, "full-range luma": 0.3, "RGB, not luma": 0.3}.items():
        given = resampling.MISTAKES[mistake]
        wrong = resampling.mean(resampling.score(bicubic(3), tests["Set5"], 3, **given))[0]
        assert abs(wrong - right["Set5"]) > least, mistake
    grey = resampling.mean(resampling.score(bicubic(3), tests["Set14"], 3, squeezed=True))[0]
    assert grey - right["Set14"] == pytest.approx(0.09, abs=0.02)  # one grey image of fourteen


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: resampling.luma(NOISE / 255), "is float64 of shape .* give uint8"),
        (lambda: resampling.ycbcr(NOISE[..., 0]), r"give uint8, \(H, W, 3\)"),
        (lambda: resampling.cropped(NOISE, 40), "nothing would be left"),
        (lambda: resampling.shrunk(NOISE[..., 0], 5), "cut it first"),
        (lambda: resampling.enlarged(NOISE[..., 0], 2.5), "scale is 2.5; give a whole number"),
        (lambda: resampling.enlarged(NOISE[..., 0], 2, "lanczos"), "one of nearest, bilinear, bicubic"),
        (lambda: resampling.psnr(NOISE, NOISE[..., 0]), "give two equal ones"),
        (lambda: resampling.psnr(NOISE, NOISE, shave=12), "nothing would be left"),
        (lambda: resampling.score(lambda small: small, {"noise": NOISE}, 2), r"upscale made \(12, 18\)"),
    ],
)
def test_bad_input_is_refused_in_words(call, message):
    with pytest.raises(ValueError, match=message):
        call()
