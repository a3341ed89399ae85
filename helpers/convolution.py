"""The arithmetic of convolution and of its transpose, with every number in sight. NumPy only.

A convolution here is what networks call one: the kernel slides and is not turned round. With numbers x and a kernel k,
y[i] = sum over t of k[t] x[stride i + t - before], and x is 0 outside. As a matrix, y = C x; its transpose goes back
up, x' = Cᵀ y (Dumoulin & Visin 2016). Bad input raises a ValueError that says what was given and what is allowed.
"""

import operator

import numpy as np

PADDINGS = "'valid', 'same', 'centred', 'full' or (before, after)"


def pads(inputs, kernel, stride=1, padding="valid"):
    """Return how many zeros stand before and after `inputs` numbers, for a kernel of `kernel` numbers.

    "valid": none. "same": TensorFlow's rule, as few as ceil(inputs / stride) outputs need, the odd one behind.
    "centred": (kernel - 1) / 2 on both sides, whatever the stride; only odd kernels have a centre. "full": kernel - 1
    on both sides. (before, after): these numbers.
    """
    inputs, kernel, stride = whole("inputs", inputs), whole("kernel", kernel), whole("stride", stride)
    if padding == "same":
        total = max((-(-inputs // stride) - 1) * stride + kernel - inputs, 0)
        return total // 2, total - total // 2
    if padding == "centred":
        return (middle(kernel),) * 2
    if padding in ("valid", "full"):
        return (0, 0) if padding == "valid" else (kernel - 1, kernel - 1)
    if isinstance(padding, str) or np.ndim(padding) != 1 or len(padding) != 2:
        raise ValueError(f"padding is {padding!r}; it can be {PADDINGS}.")
    return tuple(whole("padding", zeros, least=0) for zeros in padding)


def output_size(inputs, kernel, stride=1, padding="valid"):
    """Return the number of outputs of a convolution: floor((inputs + before + after - kernel) / stride) + 1."""
    before, after = pads(inputs, kernel, stride, padding)
    if inputs + before + after < kernel:
        raise ValueError(f"a kernel of {kernel} does not fit on {inputs} inputs with {before} + {after} zeros.")
    return (inputs + before + after - kernel) // stride + 1


def transposed_size(inputs, kernel, stride=1, padding="valid", extra=None):
    """Return the number of outputs of a transposed convolution: stride (inputs - 1) + extra + kernel - cut.

    `cut` is what `padding` would add to the convolution that is turned round, and is now cut off. Several sizes lead
    to the same number of outputs of that convolution, so a size has to be chosen: `extra`, which Keras calls
    `output_padding`. Without it, "same" gives stride × inputs, and "valid" at least that many, as Keras does.
    """
    inputs, kernel, stride = whole("inputs", inputs), whole("kernel", kernel), whole("stride", stride)
    if padding == "same" and extra is None:
        return stride * inputs
    cut = 2 * (kernel // 2) if padding == "same" else sum(pads(inputs, kernel, stride, padding))
    gap = max(stride - kernel, 0) if padding == "valid" else 0
    extra = whole("extra", gap if extra is None else extra, least=0)
    size = stride * (inputs - 1) + extra + kernel - cut
    if extra >= stride or size < 1:
        raise ValueError(f"extra is {extra}, stride {stride}, and {size} outputs are left; give 0 to {stride - 1}.")
    return size


def matrix(kernel, inputs, stride=1, padding="valid"):
    """Return C, float64 of shape (outputs, inputs), so that C @ x is the convolution of x and C.T @ y its transpose."""
    kernel = numbers("kernel", kernel, axes=1)
    before, after = pads(inputs, len(kernel), stride, padding)
    rows = output_size(inputs, len(kernel), stride, padding)
    padded = np.zeros((rows, before + inputs + after))
    for row in range(rows):
        padded[row, row * stride : row * stride + len(kernel)] = kernel
    return padded[:, before : before + inputs]


def matrix_2d(kernel, shape, stride=1, padding="valid"):
    """Return the matrix of a convolution of images of `shape` (height, width), flattened line by line.

    kernel: (kernel height, kernel width). The same stride and padding hold for both axes. The result has the shape
    (outputs, height × width), where outputs is the product of both output sizes.
    """
    kernel = numbers("kernel", kernel, axes=2)
    if np.ndim(shape) != 1 or len(shape) != 2:
        raise ValueError(f"shape is {shape!r}; give (height, width).")
    down, right = (
        [matrix(tap, size, stride, padding) for tap in np.eye(taps)]
        for taps, size in zip(kernel.shape, shape, strict=True)
    )
    return sum(weight * np.kron(down[i], right[j]) for (i, j), weight in np.ndenumerate(kernel))


def sub_kernels(kernel, stride):
    """Return `stride` kernels: the one at place p makes outputs p, p + stride, … of the transposed convolution.

    Each holds every stride-th number of the kernel, read backwards; zeros fill the kernel up to a multiple of stride.
    """
    kernel, stride = numbers("kernel", kernel, axes=1), whole("stride", stride)
    kernel = np.pad(kernel, (0, -len(kernel) % stride))
    return [kernel[phase::stride][::-1] for phase in range(stride)]


def interleave(parts):
    """Return one array that takes a number from each of the equally long `parts` in turn."""
    if len({np.shape(part) for part in parts}) != 1 or np.ndim(parts[0]) != 1:
        raise ValueError(f"parts have the shapes {[np.shape(part) for part in parts]}; give arrays of one length.")
    return np.stack(parts, axis=-1).reshape(-1)


def transposed(values, kernel, stride=1, cut=(0, 0)):
    """Return Cᵀ values without the matrix: convolve with each sub-kernel, then interleave.

    values: (N,). The result has stride (N - 1) + len(kernel) numbers, less `cut` at its two ends: the zeros that the
    convolution had there.
    """
    values = numbers("values", values, axes=1)
    size = whole("stride", stride) * (len(values) - 1) + len(kernel)
    parts = [np.correlate(values, part, "full") for part in sub_kernels(kernel, stride)]
    before, after = pads(size, len(kernel), stride, tuple(cut))
    if before + after >= size:
        raise ValueError(f"cut is {cut!r} and nothing would be left of {size} numbers.")
    return interleave(parts)[before : size - after]


def sub_pixel_kernel(kernel, stride):
    """Turn the kernel of a transposed convolution into that of a convolution before a sub-pixel rearrangement.

    kernel: (stride q, stride q, outputs, inputs) with an odd q, as `tf.nn.conv2d_transpose` takes it. Returns (q, q,
    inputs, stride² outputs), as `tf.nn.conv2d` takes it in front of `tf.nn.depth_to_space`. Both with "SAME" padding
    give the same numbers (Shi et al. 2016). A kernel of another size fits once zeros frame it.
    """
    kernel, stride = numbers("kernel", kernel, axes=4), whole("stride", stride)
    height, width, outputs, inputs = kernel.shape
    q = height // stride
    if height != width or height != q * stride or not q % 2:
        raise ValueError(f"a kernel of {height}×{width} and stride {stride}; both sides must be an odd multiple of it.")
    parts = kernel.reshape(q, stride, q, stride, outputs, inputs)[::-1, :, ::-1]
    return parts.transpose(0, 2, 5, 1, 3, 4).reshape(q, q, inputs, stride * stride * outputs)


def overlaps(kernel, stride):
    """Return how many inputs each output of a transposed convolution sums, inside: one number for each phase.

    kernel: the size of the kernel. Sizes that divide by the stride give equal numbers (Odena et al. 2016).
    """
    kernel = whole("kernel", kernel)
    return [len(range(phase, kernel, stride)) for phase in range(whole("stride", stride))]


def bilinear_taps(factor):
    """Return the 2 factor - factor % 2 numbers that interpolate linearly: 1 at the centre, less with distance."""
    size = 2 * whole("factor", factor) - factor % 2
    return 1 - np.abs(np.arange(size) - (size - 1) / 2) / factor


def bilinear_filter(factor, channels=1, outputs=None):
    """Return the kernel (k, k, outputs, channels) that makes `tf.nn.conv2d_transpose` a bilinear enlargement.

    Channel i goes to output i and nowhere else. `outputs` is `channels` unless told; more outputs than channels stay 0.
    """
    channels = whole("channels", channels)
    taps = bilinear_taps(factor)
    diagonal = np.eye(channels if outputs is None else whole("outputs", outputs), channels)
    return np.outer(taps, taps)[:, :, None, None] * diagonal


def middle(kernel):
    """Return the place of the centre of a kernel of `kernel` numbers, counted from 0; an even kernel has none."""
    if whole("kernel", kernel) % 2 == 0:
        raise ValueError(f"a kernel of {kernel} has no centre; give an odd size, or say which side gets more zeros.")
    return kernel // 2


def whole(name, value, least=1):
    """Return `value` as an int, or raise a ValueError where it is no whole number of at least `least`."""
    try:
        if isinstance(value, (bool, np.bool_)):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        raise ValueError(f"{name} is {value!r}; give a whole number (an int) from {least}.") from None
    if number < least:
        raise ValueError(f"{name} is {value!r}; give a whole number from {least}.")
    return number


def numbers(name, values, axes):
    """Return `values` as a float64 array of so many axes, or raise a ValueError."""
    array = np.asarray(values, "float64")
    if array.ndim != axes or not array.size:
        raise ValueError(f"{name} has the shape {array.shape}; give {axes} axes, none of length 0.")
    return array
