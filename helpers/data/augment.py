"""Augmentations for `pipeline` beside `jitter`: mirrors, colours, and several one after the other."""

from .. import runtime


def mirror(share=0.5):
    """Return an augmentation that turns a `share` of the images left to right, masks and label maps with them."""
    if not 0 <= share <= 1:
        raise ValueError(f"share is {share}; give a number from 0 to 1.")

    def augment(images, targets, seed):
        tf = runtime.tensorflow()
        turned = tf.random.stateless_uniform([tf.shape(images)[0]], seed) < share

        def mirrored(values):
            lines = tf.reshape(turned, [-1] + [1] * (values.shape.rank - 1))
            return tf.where(lines, tf.reverse(values, axis=[2]), values)

        return _both(mirrored, images, targets)

    return augment


def tint(brightness=0.0, contrast=0.0, colour=0.0):
    """Return an augmentation that changes the light of every image; its target keeps its values.

    x becomes gain · (x - mean) + mean + offset, clipped to [0, 1]: the offset is at most `brightness` either way, the
    gain of an image is at most `contrast` and that of each of its channels at most `colour` away from 1.
    """
    if min(brightness, contrast, colour) < 0 or max(contrast, colour) >= 1:
        raise ValueError(f"brightness={brightness}, contrast={contrast}, colour={colour}; give 0 to below 1.")

    def augment(images, targets, seed):
        tf = runtime.tensorflow()
        if targets is images:
            raise ValueError("tint got no targets: an autoencoder would learn to change the light. Give targets.")
        draws = tf.random.stateless_uniform([tf.shape(images)[0], 1, 1, 2 + images.shape[-1]], seed, -1.0, 1.0)
        gain = (1 + contrast * draws[..., 1:2]) * (1 + colour * draws[..., 2:])
        mean = tf.reduce_mean(images, axis=(1, 2, 3), keepdims=True)
        return tf.clip_by_value(gain * (images - mean) + mean + brightness * draws[..., :1], 0.0, 1.0), targets

    return augment


def after(*augmentations):
    """Return the augmentation that applies each of the given ones in turn, with random numbers of its own."""

    def augment(images, targets, seed):
        tf = runtime.tensorflow()
        for number, one in enumerate(augmentations):
            images, targets = one(images, targets, tf.stack([seed[0], seed[1] + number]))
        return images, targets

    return augment


def _both(change, images, targets):
    """Apply a change to images, and to targets that are images or masks of the same size."""
    changed = change(images)
    if targets is images:
        return changed, changed
    return changed, change(targets) if targets.shape.rank in (3, 4) else targets
