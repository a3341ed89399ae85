"""Layers without weights that work on square windows side by side: pooling, and its mirror image, repeating."""

from .layer import Layer, one_of, tf, whole


class Repeat(Layer):
    """Every pixel becomes a window of size × size equal ones; backwards the window's gradients are added up.

    Keras calls it `UpSampling2D(size)`.
    """

    def __init__(self, size=2):
        whole(size=size)
        super().__init__()
        self.size = size

    def forward(self, x, training=False):
        return tf.repeat(tf.repeat(self.accept(x, rank=4), self.size, axis=1), self.size, axis=2)

    def backward(self, g):
        return tf.reduce_sum(split(g, self.size), axis=3)


class Pooling(Layer):
    """One number for every window of size × size. A subclass says which, and what it gives back to the window.

    A last window that the map does not fill is left out with the padding "valid" and filled up with "same"; what fills
    it counts for nothing.
    """

    filler = 0.0

    def __init__(self, size=2, padding="valid"):
        whole(size=size)
        one_of(padding, padding=("same", "valid"))
        super().__init__()
        self.size, self.padding = size, padding

    def windows(self, x):
        """(batch, H, W, C) → (batch, H/size, W/size, size², C), after cutting or filling the map to whole windows."""
        self.margins = [margins(n, self.size, self.padding) for n in x.shape[1:3]]
        if any(n + before + after == 0 for n, (before, after) in zip(x.shape[1:3], self.margins, strict=True)):
            raise ValueError(f"a {x.shape[1]}×{x.shape[2]} map holds no window of {self.size}×{self.size}.")
        return split(framed(x, self.margins, self.filler), self.size)

    def spread(self, windows):
        """Put windows back on the map that they were cut from: the reverse of `windows`."""
        return framed(join(windows, self.size), [(-before, -after) for before, after in self.margins])


class AveragePooling(Pooling):
    """The mean of every window; backwards each of its pixels gets the same share of the gradient."""

    def forward(self, x, training=False):
        x = self.accept(x, rank=4)
        pixels = self.windows(tf.ones_like(x[:1]))  # 1 where a pixel is, 0 where the window was filled up
        self.share = pixels / tf.reduce_sum(pixels, axis=3, keepdims=True)
        return tf.reduce_sum(self.windows(x) * self.share, axis=3)

    def backward(self, g):
        return self.spread(g[:, :, :, None] * self.share)


class MaxPooling(Pooling):
    """The largest number of every window; backwards the pixel that was it gets all of the gradient."""

    filler = float("-inf")

    def forward(self, x, training=False):
        windows = self.windows(self.accept(x, rank=4))
        self.winner = tf.one_hot(tf.argmax(windows, axis=3), self.size**2, axis=3, dtype=windows.dtype)
        return tf.reduce_max(windows, axis=3)

    def backward(self, g):
        return self.spread(g[:, :, :, None] * self.winner)


def margins(n, size, padding):
    """How many pixels to add before and after n (or, negative, to cut off) so that windows of `size` fill the line."""
    if padding == "valid":
        return 0, -(n % size)
    missing = -n % size
    return missing // 2, missing - missing // 2


def framed(x, margins, filler=0.0):
    """Add margins of `filler` around a map, or cut them off where they are negative."""
    (top, bottom), (left, right) = margins
    x = x[:, max(-top, 0) : min(bottom, 0) or None, max(-left, 0) : min(right, 0) or None]
    added = [(max(before, 0), max(after, 0)) for before, after in margins]
    return tf.pad(x, [(0, 0), *added, (0, 0)], constant_values=filler)


def split(x, size):
    """(batch, H, W, C) → (batch, H/size, W/size, size², C): the windows of the map."""
    batch, height, width, channels = tf.unstack(tf.shape(x))
    x = tf.reshape(x, [batch, height // size, size, width // size, size, channels])
    return tf.reshape(tf.transpose(x, [0, 1, 3, 2, 4, 5]), [batch, height // size, width // size, size**2, channels])


def join(windows, size):
    """The reverse of `split`."""
    batch, height, width, _, channels = tf.unstack(tf.shape(windows))
    x = tf.reshape(windows, [batch, height, width, size, size, channels])
    return tf.reshape(tf.transpose(x, [0, 1, 3, 2, 4, 5]), [batch, height * size, width * size, channels])
