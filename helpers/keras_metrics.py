"""Metrics that follow a training with `model.fit`, registered with Keras: they gather counts batch by batch.

The numbers are those of `helpers.segmentation_metrics`, of all batches together and not the mean of theirs.
"""

from . import runtime

tf = runtime.tensorflow()
keras = runtime.keras()


@keras.saving.register_keras_serializable(package="helpers")
class LabelIoU(keras.metrics.Metric):
    """The mIoU of label maps (batch, H, W) under logits (batch, H, W, classes): one confusion matrix over everything.

    classes: how many. ignore: a label whose pixels do not count, or None. With `result`, the mean over the classes that
    occur; `matrix` holds the counts, its line the true class. Labels out of range raise InvalidArgumentError.
    """

    def __init__(self, classes, ignore=None, name="miou", **kwargs):
        super().__init__(name=name, **kwargs)
        self.classes, self.ignore = classes, ignore
        self.matrix = self.add_variable((classes, classes), initializer="zeros", dtype="float32", name="matrix")

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Count a batch."""
        truth, found = tf.cast(tf.reshape(y_true, [-1]), tf.int32), tf.reshape(tf.argmax(y_pred, axis=-1), [-1])
        if self.ignore is not None:
            counted = truth != self.ignore
            truth, found = tf.boolean_mask(truth, counted), tf.boolean_mask(found, counted)
        counts = tf.math.confusion_matrix(truth, found, num_classes=self.classes, dtype=tf.float32)
        self.matrix.assign_add(counts)

    def result(self):
        """Return the mIoU so far."""
        both = tf.linalg.diag_part(self.matrix)
        every = tf.reduce_sum(self.matrix, axis=0) + tf.reduce_sum(self.matrix, axis=1) - both
        occurs = tf.cast(every > 0, tf.float32)
        ious = tf.math.divide_no_nan(both, every)
        return tf.math.divide_no_nan(tf.reduce_sum(ious), tf.reduce_sum(occurs))

    def get_config(self):
        """Return the arguments of the constructor."""
        return super().get_config() | {"classes": self.classes, "ignore": self.ignore}


@keras.saving.register_keras_serializable(package="helpers")
class MaskIoU(keras.metrics.Metric):
    """The IoU of masks (batch, H, W, 1) under logits of the same shape, averaged over all images.

    A mask is cut where its probability is `threshold`. An image without the object counts 1 if the answer is empty too.
    """

    def __init__(self, threshold=0.5, name="iou", **kwargs):
        super().__init__(name=name, **kwargs)
        if not 0 < threshold < 1:
            raise ValueError(f"threshold is {threshold}; give a probability between 0 and 1.")
        self.threshold = threshold
        self.total = self.add_variable((), initializer="zeros", dtype="float32", name="total")
        self.images = self.add_variable((), initializer="zeros", dtype="float32", name="images")

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Count a batch."""
        truth, found = tf.cast(y_true, tf.float32) > 0.5, tf.sigmoid(tf.cast(y_pred, tf.float32)) > self.threshold
        both, either = (
            tf.reduce_sum(tf.cast(part, tf.float32), axis=(1, 2, 3)) for part in (truth & found, truth | found)
        )
        self.total.assign_add(tf.reduce_sum(tf.where(either > 0, tf.math.divide_no_nan(both, either), 1.0)))
        self.images.assign_add(tf.cast(tf.shape(both)[0], tf.float32))

    def result(self):
        """Return the mean so far."""
        return tf.math.divide_no_nan(self.total, self.images)

    def get_config(self):
        """Return the arguments of the constructor."""
        return super().get_config() | {"threshold": self.threshold}
