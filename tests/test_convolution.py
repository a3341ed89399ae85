"""The arithmetic of convolution and its transpose: worked numbers, exact identities, and TensorFlow as the referee."""

import subprocess
import sys

import numpy as np
import pytest

from helpers import convolution, runtime

tf, keras = runtime.tensorflow(), runtime.keras()

KERNEL, X = [1, 2, 3, 4], np.arange(10.0, 70, 10)
random = np.random.default_rng(0)


def test_the_sources_example_as_arithmetic():
    c = convolution.matrix(KERNEL, 6, stride=2, padding=(2, 0))
    expected = [[3, 4, 0, 0, 0, 0], [1, 2, 3, 4, 0, 0], [0, 0, 1, 2, 3, 4]]
    np.testing.assert_array_equal(c, expected)  # y1 = 3x1+4x2, y2 = x1+2x2+3x3+4x4, y3 = x3+2x4+3x5+4x6
    np.testing.assert_array_equal(c @ X, [110, 300, 500])


def test_its_transpose_restores_the_shape_and_not_the_values():
    c = convolution.matrix(KERNEL, 6, stride=2, padding=(2, 0))
    back = c.T @ (c @ X)
    np.testing.assert_array_equal(back, [630, 1040, 1400, 2200, 1500, 2000])
    assert back.shape == X.shape and (back != X).all()


def test_inside_each_x_depends_on_two_ys_and_at_the_border_on_one():
    c = convolution.matrix(KERNEL, 6, stride=2, padding=(2, 0))
    assert list((c.T != 0).sum(axis=1)) == [2, 2, 2, 2, 1, 1]
    assert list(np.flatnonzero(c.T[4])) == list(np.flatnonzero(c.T[5])) == [2]  # x5 and x6 see only y3


def test_same_pads_one_zero_on_each_side_and_gives_other_numbers():
    assert convolution.pads(6, 4, 2, "same") == (1, 1)
    np.testing.assert_array_equal(convolution.matrix(KERNEL, 6, 2, "same") @ X, [200, 400, 320])
    signal, kernel = X[None, :, None], np.reshape(KERNEL, (4, 1, 1)).astype("float64")
    same = tf.nn.conv1d(signal, kernel, stride=2, padding="SAME")
    ours = tf.nn.conv1d(np.pad(signal, ((0, 0), (2, 0), (0, 0))), kernel, stride=2, padding="VALID")
    np.testing.assert_array_equal(same[0, :, 0], [200, 400, 320])
    np.testing.assert_array_equal(ours[0, :, 0], [110, 300, 500])


def test_odd_outputs_use_3_1_and_even_outputs_4_2():
    odd, even = convolution.sub_kernels(KERNEL, 2)
    assert list(odd) == [3, 1] and list(even) == [4, 2]


def test_interleaving_the_two_halves_is_the_transpose():
    y = np.array([110.0, 300, 500])
    odd, even = ([a * first + b * second for first, second in ([110, 300], [300, 500], [500, 0])]
                 for a, b in ([3, 1], [4, 2]))  # fmt: skip
    np.testing.assert_array_equal(convolution.interleave([odd, even]), [630, 1040, 1400, 2200, 1500, 2000])
    np.testing.assert_array_equal(convolution.transposed(y, KERNEL, 2, cut=(2, 0)), convolution.interleave([odd, even]))


@pytest.mark.parametrize("stride", [1, 2, 3, 4])
@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7])
def test_the_sub_kernels_give_the_transpose_for_every_size(size, stride):
    kernel, y = random.normal(size=size), random.normal(size=5)
    c = convolution.matrix(kernel, stride * 4 + size, stride)
    np.testing.assert_allclose(convolution.transposed(y, kernel, stride), c.T @ y, atol=1e-14)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_the_matrix_is_tensorflow_s_convolution_and_its_transpose_the_other(size, stride, padding):
    kernel, shape = random.normal(size=(size, size + 1)), (7, 6)
    c = convolution.matrix_2d(kernel, shape, stride, padding)
    image, filters = random.normal(size=shape), kernel[:, :, None, None]
    options = {"strides": stride, "padding": padding.upper()}
    down = tf.nn.conv2d(image[None, :, :, None], filters, **options)
    np.testing.assert_allclose(c @ image.ravel(), np.ravel(down), atol=1e-13)
    up = tf.nn.conv2d_transpose(down, filters, (1, *shape, 1), **options)
    np.testing.assert_allclose(c.T @ np.ravel(down), np.ravel(up), atol=1e-12)


def test_the_transpose_is_the_gradient_of_the_convolution():
    kernel, y = random.normal(size=4), random.normal(size=3)
    x = tf.Variable(random.normal(size=(1, 6, 1)))
    with tf.GradientTape() as tape:
        value = tf.reduce_sum(tf.nn.conv1d(x, kernel[:, None, None], 2, "SAME")[0, :, 0] * y)
    c = convolution.matrix(kernel, 6, 2, "same")
    np.testing.assert_allclose(tape.gradient(value, x)[0, :, 0], c.T @ y, atol=1e-14)


def test_a_two_dimensional_matrix_is_the_product_of_two_where_the_kernel_is():
    a, b = random.normal(size=3), random.normal(size=2)
    both = np.kron(convolution.matrix(a, 5, 2), convolution.matrix(b, 4, 2))
    np.testing.assert_allclose(convolution.matrix_2d(np.outer(a, b), (5, 4), 2), both, atol=1e-15)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("stride", [1, 2, 3, 4])
@pytest.mark.parametrize("kernel", [1, 2, 3, 4, 5])
def test_the_sizes_are_those_of_keras(kernel, stride, padding):
    down = keras.layers.Conv1D(1, kernel, stride, padding)
    up = keras.layers.Conv1DTranspose(1, kernel, stride, padding)
    for inputs in range(1, 9):
        if padding == "same" or inputs >= kernel:
            found = down.compute_output_shape((1, inputs, 1))[1]
            assert convolution.output_size(inputs, kernel, stride, padding) == found
        assert convolution.transposed_size(inputs, kernel, stride, padding) == up(tf.zeros((1, inputs, 1))).shape[1]


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(("kernel", "stride"), [(2, 2), (3, 2), (4, 2), (5, 2), (3, 3), (5, 3), (6, 3)])
def test_a_chosen_extra_is_the_output_padding_of_keras(kernel, stride, padding):
    for extra in range(stride):
        up = keras.layers.Conv1DTranspose(1, kernel, stride, padding, output_padding=extra)
        found = up.compute_output_shape((1, 5, 1))[1]
        assert convolution.transposed_size(5, kernel, stride, padding, extra) == found


@pytest.mark.parametrize("padding", ["valid", "centred", "full", (2, 0), (1, 3)])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_up_and_down_again_is_the_same_size(padding, stride):
    for inputs in range(2, 9):
        for extra in range(stride):
            up = convolution.transposed_size(inputs + 4, 5, stride, padding, extra)
            assert convolution.output_size(up, 5, stride, padding) == inputs + 4


def test_several_sizes_go_down_to_one():
    assert [convolution.output_size(n, 3, 2, "same") for n in (7, 8)] == [4, 4]
    assert convolution.transposed_size(4, 3, 2, "same") == 8
    assert convolution.transposed_size(4, 3, 2, "same", extra=0) == 7


def test_centred_zeros_put_each_output_on_an_input_and_same_does_not():
    hit = [0.0, 1, 0]
    assert list(convolution.matrix(hit, 6, 2, "centred") @ X) == [10, 30, 50]
    assert list(convolution.matrix(hit, 6, 2, "same") @ X) == [20, 40, 60]


def test_the_taps_of_the_drawing():
    np.testing.assert_allclose(convolution.bilinear_taps(3), np.array([1, 2, 3, 2, 1]) / 3)
    c = convolution.matrix(convolution.bilinear_taps(3), 10, 3, "same")
    o1, n1, n2, o2 = c.T[3:7]
    third = 1 / 3
    np.testing.assert_allclose([o1, n1, n2, o2], [[0, 1, 0, 0], [0, 2 * third, third, 0], [0, third, 2 * third, 0],
                                                  [0, 0, 1, 0]], atol=1e-15)  # fmt: skip


def published_filter(kernel_size, factor):
    """The source's formula, pixel by pixel."""
    centre = factor - 1 if kernel_size % 2 == 1 else factor - 0.5
    places = range(kernel_size)
    return [[(1 - abs((x - centre) / factor)) * (1 - abs((y - centre) / factor)) for y in places] for x in places]


@pytest.mark.parametrize("factor", [1, 2, 3, 4, 5, 8])
def test_the_filter_is_the_sources_with_its_size(factor):
    kernel = convolution.bilinear_filter(factor)
    assert kernel.shape[:2] == (2 * factor - factor % 2,) * 2
    np.testing.assert_allclose(kernel[:, :, 0, 0], published_filter(len(kernel), factor), atol=1e-15)


@pytest.mark.parametrize("factor", [2, 3, 4, 8])
def test_bilinear_taps_of_every_phase_sum_to_one(factor):
    sums = [part.sum() for part in convolution.sub_kernels(convolution.bilinear_taps(factor), factor)]
    np.testing.assert_allclose(sums, 1, atol=1e-15)


def upsample(image, factor, size):
    """A bilinear transposed convolution of (H, W), SAME, to size × size."""
    kernel = convolution.bilinear_filter(factor)
    return tf.nn.conv2d_transpose(image[None, :, :, None], kernel, (1, size, size, 1), factor, "SAME")[0, :, :, 0]


def align_corners(image, size):
    """Bilinear interpolation in which the corners of input and output are the same points."""
    from scipy.interpolate import RegularGridInterpolator

    old, new = np.arange(len(image)), np.linspace(0, len(image) - 1, size)
    points = np.stack(np.meshgrid(new, new, indexing="ij"), -1)
    return RegularGridInterpolator((old, old), image)(points)


@pytest.mark.parametrize("factor", [3, 5, 7])
def test_the_sources_layer_is_exact_for_odd_factors(factor):
    image, size = random.normal(size=(6, 6)), 5 * factor + 1
    np.testing.assert_allclose(upsample(image, factor, size), align_corners(image, size), atol=1e-14)


@pytest.mark.parametrize(("factor", "error"), [(2, 0.25), (4, 0.125), (8, 0.0625)])
def test_the_sources_layer_is_half_an_output_pixel_off_for_even_factors(factor, error):
    ramp = np.tile(np.arange(6.0), (6, 1))
    size = 5 * factor + 1
    off = upsample(ramp, factor, size) - align_corners(ramp, size)
    inside = slice(factor, -factor)
    np.testing.assert_allclose(np.abs(off[inside, inside]), error, atol=1e-14)


@pytest.mark.parametrize("factor", [2, 3, 4, 8])
def test_with_n_times_f_outputs_the_inside_is_tensorflow_s_bilinear_resize(factor):
    image = random.uniform(size=(7, 7))
    size = 7 * factor
    found, expected = upsample(image, factor, size), tf.image.resize(image[:, :, None], (size, size))[:, :, 0]
    inside = slice(factor, -factor)
    np.testing.assert_allclose(found[inside, inside], expected[inside, inside], atol=3e-7)


@pytest.mark.parametrize(("factor", "gain"), [(2, 0.5625), (3, 0.4444), (4, 0.3906), (8, 0.3164)])
def test_the_corner_is_darkened(factor, gain):
    found = upsample(np.ones((5, 5)), factor, 5 * factor).numpy()
    np.testing.assert_allclose(found[[0, 0, -1, -1], [0, -1, 0, -1]], gain, atol=5e-5)


@pytest.mark.parametrize("factor", [2, 3, 4])
def test_dividing_by_the_enlarged_ones_mends_the_border(factor):
    image = random.uniform(size=(5, 5))
    found = upsample(image, factor, 5 * factor) / upsample(np.ones((5, 5)), factor, 5 * factor)
    expected = tf.image.resize(image[:, :, None], (5 * factor,) * 2)[:, :, 0]
    np.testing.assert_allclose(found, expected, atol=3e-7)


def test_four_pixels_become_twelve_in_the_drawing_and_ten_in_the_code():
    taps = convolution.bilinear_taps(3)
    assert convolution.transposed_size(4, 5, 3, "same") == 12
    assert convolution.transposed_size(4, 5, 3, "same", extra=0) == 10
    assert [convolution.output_size(n, 5, 3, "same") for n in (10, 11, 12)] == [4, 4, 4]
    assert convolution.matrix(taps, 12, 3, "same").shape == (4, 12)


def test_the_filter_mixes_no_channels():
    kernel = convolution.bilinear_filter(2, 3)
    off = ~np.eye(3, dtype=bool)
    assert (kernel[:, :, off] == 0).all() and (kernel[:, :, ~off] > 0).all()


def test_outputs_come_before_channels():
    assert convolution.bilinear_filter(2, 2, outputs=3).shape == (4, 4, 3, 2)
    x = tf.ones((1, 4, 4, 2), "float64")
    kernel = convolution.bilinear_filter(2, 2, outputs=3)
    assert tf.nn.conv2d_transpose(x, kernel, (1, 8, 8, 3), 2).shape == (1, 8, 8, 3)
    with pytest.raises((ValueError, tf.errors.InvalidArgumentError)):
        tf.nn.conv2d_transpose(x, kernel.transpose(0, 1, 3, 2), (1, 8, 8, 3), 2)


@pytest.mark.parametrize(
    ("kernel", "stride", "counts"),
    [(3, 2, [2, 1]), (4, 2, [2, 2]), (5, 2, [3, 2]), (5, 3, [2, 2, 1]), (6, 3, [2, 2, 2]), (2, 3, [1, 1, 0])],
)
def test_how_many_inputs_an_output_sums(kernel, stride, counts):
    assert convolution.overlaps(kernel, stride) == counts
    inside = convolution.matrix(np.ones(kernel), stride * 9 + kernel, stride).T.sum(axis=1)[5 * stride : 6 * stride]
    assert list(inside) == counts


@pytest.mark.parametrize("factor", [2, 3])
@pytest.mark.parametrize("q", [1, 3])
def test_a_transposed_convolution_is_a_sub_pixel_convolution(factor, q):
    kernel = random.normal(size=(q * factor, q * factor, 2, 3))
    x = random.normal(size=(2, 5, 4, 3))
    up = tf.nn.conv2d_transpose(x, kernel, (2, 5 * factor, 4 * factor, 2), factor, "SAME")
    deep = tf.nn.conv2d(x, convolution.sub_pixel_kernel(kernel, factor), 1, "SAME")
    np.testing.assert_allclose(tf.nn.depth_to_space(deep, factor), up, atol=1e-13)


def test_a_4_2_kernel_in_a_frame_of_zeros_is_a_6_2_kernel():
    kernel, x = random.normal(size=(4, 4, 1, 2)), random.normal(size=(1, 5, 5, 2))
    framed = np.pad(kernel, ((1, 1), (1, 1), (0, 0), (0, 0)))
    small, large = (tf.nn.conv2d_transpose(x, k, (1, 10, 10, 1), 2, "SAME") for k in (kernel, framed))
    np.testing.assert_allclose(small, large, atol=1e-14)
    assert np.count_nonzero(convolution.sub_pixel_kernel(framed, 2)) == kernel.size


def test_enlarging_loses_nothing_and_reducing_does():
    for kernel in ([1, 1], convolution.bilinear_taps(2)):
        up = convolution.matrix(kernel, 16, 2, "same").T
        assert np.linalg.matrix_rank(up) == 8
        x = random.normal(size=8)
        np.testing.assert_allclose(np.linalg.pinv(up) @ (up @ x), x, atol=1e-13)
    assert np.linalg.matrix_rank(convolution.matrix([1, 1], 16, 2)) == 8 < 16


@pytest.mark.parametrize("stride", [0, -1, 2.0, True, None, "2"])
@pytest.mark.parametrize(
    "function",
    [
        lambda stride: convolution.matrix(KERNEL, 6, stride),
        lambda stride: convolution.matrix_2d(np.ones((2, 2)), (4, 4), stride),
        lambda stride: convolution.output_size(6, 4, stride),
        lambda stride: convolution.transposed_size(6, 4, stride),
        lambda stride: convolution.transposed([1, 2], KERNEL, stride),
        lambda stride: convolution.sub_kernels(KERNEL, stride),
        lambda stride: convolution.overlaps(3, stride),
        lambda stride: convolution.sub_pixel_kernel(np.ones((6, 6, 1, 1)), stride),
    ],
)
def test_a_stride_is_a_whole_number_from_one(function, stride):
    with pytest.raises(ValueError, match=r"stride is .*; give a whole number"):
        function(stride)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: convolution.matrix(KERNEL, 6.0), "inputs is 6.0; give a whole number"),
        (lambda: convolution.matrix([[1, 2]], 6), r"kernel has the shape \(1, 2\); give 1 axes"),
        (lambda: convolution.matrix([], 6), "none of length 0"),
        (lambda: convolution.matrix(KERNEL, 3), "a kernel of 4 does not fit on 3 inputs"),
        (lambda: convolution.matrix(KERNEL, 6, padding="centred"), "a kernel of 4 has no centre; give an odd size"),
        (lambda: convolution.matrix(KERNEL, 6, padding="SAME"), "padding is 'SAME'; it can be 'valid', 'same'"),
        (lambda: convolution.matrix(KERNEL, 6, padding=2), "padding is 2"),
        (lambda: convolution.matrix(KERNEL, 6, padding=(2, 0.5)), "padding is 0.5; give a whole number"),
        (lambda: convolution.matrix(KERNEL, 6, padding=(2, -1)), "padding is -1"),
        (lambda: convolution.matrix_2d(np.ones((2, 2)), 4), r"shape is 4; give \(height, width\)"),
        (lambda: convolution.matrix_2d(np.ones(2), (4, 4)), "give 2 axes"),
        (lambda: convolution.transposed_size(4, 3, 2, "same", extra=2), "extra is 2, stride 2"),
        (lambda: convolution.transposed_size(1, 3, 2, "full"), "outputs are left"),
        (lambda: convolution.transposed([[1]], KERNEL), "values has the shape"),
        (lambda: convolution.transposed([1, 2], KERNEL, 2, cut=(3, 3)), "nothing would be left of 6"),
        (lambda: convolution.transposed([1, 2], KERNEL, 2, cut="same"), "padding is"),
        (lambda: convolution.interleave([[1, 2], [3]]), "give arrays of one length"),
        (lambda: convolution.sub_pixel_kernel(np.ones((4, 4, 1, 1)), 2), "must be an odd multiple"),
        (lambda: convolution.sub_pixel_kernel(np.ones((6, 2, 1, 1)), 2), "must be an odd multiple"),
        (lambda: convolution.sub_pixel_kernel(np.ones((6, 6)), 2), "give 4 axes"),
        (lambda: convolution.bilinear_taps(1.5), "factor is 1.5; give a whole number"),
        (lambda: convolution.bilinear_filter(2, 0), "channels is 0"),
        (lambda: convolution.overlaps(0, 2), "kernel is 0"),
        (lambda: convolution.middle(4), "a kernel of 4 has no centre"),
    ],
)
def test_bad_input_is_refused_in_words(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_the_module_loads_no_tensorflow():
    code = "import sys, helpers.convolution; assert 'tensorflow' not in sys.modules and 'keras' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_published_layer_does_not_parse():
    published = 'def upsample_layer(bottom):\n    """\n    bottom: maps\n    """\n        kernel_size = 4\n'
    with pytest.raises(IndentationError, match="unexpected indent"):
        compile(published, "published", "exec")
