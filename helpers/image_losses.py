"""Losses of images beside the squared error, registered with Keras; see `losses` for the others."""

from . import runtime

tf = runtime.tensorflow()
keras = runtime.keras()


@keras.saving.register_keras_serializable(package="helpers")
def absolute_error(targets, outputs):
    """Return the absolute error per image, (batch,): the mean over all pixels and channels of |target - output|.

    It asks for the median of what a pixel may be where the squared error asks for the mean, and does not let the few
    worst pixels speak for all (Lim et al. 2017, EDSR, train with it).
    """
    difference = tf.cast(targets, tf.float32) - tf.cast(outputs, tf.float32)
    return tf.reduce_mean(tf.abs(difference), axis=range(1, difference.shape.rank))
