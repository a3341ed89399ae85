"""Losses of the book, registered with Keras. All are computed in float32."""

from . import runtime

tf = runtime.tensorflow()
keras = runtime.keras()


@keras.saving.register_keras_serializable(package="helpers")
def squared_error(targets, outputs):
    """Return the squared error per image, (batch,): the sum over all pixels and channels of (target - output)².

    With images in [0, 1] this is the number that Hinton & Salakhutdinov (2006) print; divided by the number of pixels
    it is the mean squared error (MSE).
    """
    difference = tf.cast(targets, tf.float32) - tf.cast(outputs, tf.float32)
    return tf.reduce_sum(tf.square(difference), axis=range(1, difference.shape.rank))


@keras.saving.register_keras_serializable(package="helpers")
def cross_entropy(targets, outputs):
    """Return the cross-entropy per image in nats, (batch,): the sum over all pixels of -t log p - (1 - t) log(1 - p).

    targets and outputs lie in [0, 1]; outputs are kept 1e-7 away from both ends.
    """
    t, p = tf.cast(targets, tf.float32), tf.clip_by_value(tf.cast(outputs, tf.float32), 1e-7, 1 - 1e-7)
    nats = -t * tf.math.log(p) - (1 - t) * tf.math.log(1 - p)
    return tf.reduce_sum(nats, axis=range(1, nats.shape.rank))
