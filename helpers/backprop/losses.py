"""Losses: `forward(outputs, targets)` is one number, `backward()` its gradient with respect to the outputs.

All are summed over an image and averaged over the batch.
"""

from .layer import tf


class Loss:
    """What training makes small."""

    def keep(self, outputs, targets):
        """Return both as tensors of one type, and keep the size of the batch."""
        outputs = tf.convert_to_tensor(outputs)
        targets = tf.cast(targets, outputs.dtype)
        if outputs.shape != targets.shape:
            raise ValueError(f"outputs {tuple(outputs.shape)} and targets {tuple(targets.shape)} differ in shape.")
        self.count = tf.cast(tf.shape(outputs)[0], outputs.dtype)
        return outputs, targets


class SquaredError(Loss):
    """L = Σ (y − t)², so ∂L/∂y = 2 (y − t)."""

    def forward(self, outputs, targets):
        y, t = self.keep(outputs, targets)
        self.difference = y - t
        return tf.reduce_sum(self.difference**2) / self.count

    def backward(self):
        return 2 * self.difference / self.count


class BinaryCrossEntropy(Loss):
    """L = −Σ t log p + (1 − t) log(1 − p) with p = sigmoid(a), computed from the logits a.

    The slopes of the logarithms and of the sigmoid cancel: ∂L/∂a = p − t.
    """

    def forward(self, outputs, targets):
        self.a, self.t = self.keep(outputs, targets)
        return tf.reduce_sum(tf.nn.softplus(self.a) - self.t * self.a) / self.count

    def backward(self):
        return (tf.sigmoid(self.a) - self.t) / self.count


class CrossEntropy(Loss):
    """L = −Σ log p[label] with p = softmax(a), from logits a: (…, classes) and whole-number labels: (…).

    Again ∂L/∂a = p − t, where t is 1 for the label's class and 0 elsewhere. Pixels whose label is `ignore` count for
    nothing.
    """

    def __init__(self, ignore=None):
        self.ignore = ignore

    def forward(self, outputs, targets):
        labels = tf.convert_to_tensor(targets)
        if not labels.dtype.is_integer:
            raise ValueError(f"labels are {labels.dtype.name}; give whole numbers, one a pixel, no one-hot vectors.")
        classes = outputs.shape[-1]
        counted = tf.ones_like(labels, bool) if self.ignore is None else labels != self.ignore
        wrong = tf.boolean_mask(labels, counted & ((labels < 0) | (labels >= classes)))
        if tf.executing_eagerly() and len(wrong):
            raise ValueError(f"a label is {int(wrong[0])}; with {classes} classes they run from 0 to {classes - 1}.")
        self.a, self.t = self.keep(outputs, tf.one_hot(labels, classes))
        self.counted = tf.cast(counted, self.a.dtype)[..., None]
        return -tf.reduce_sum(self.counted * self.t * tf.nn.log_softmax(self.a)) / self.count

    def backward(self):
        return self.counted * (tf.nn.softmax(self.a) - self.t) / self.count
