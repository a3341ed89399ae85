"""The eight symmetries of the square: four quarter turns, each as it is or mirrored. From above, none is special."""

import numpy as np

from .. import runtime


def symmetries(share=1.0):
    """Return an augmentation for `pipeline` that puts each image into one of the square's eight positions.

    Targets that are images, masks or label maps, (N, H, W, channels) or (N, H, W), turn with their image; others
    (labels, vectors) stay. share: of the images that get a position at random, from 0 to 1; the others stay. Raises
    ValueError on images that are not square.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share is {share}; give a number from 0 to 1.")

    def augment(images, targets, seed):
        tf = runtime.tensorflow()
        draws = tf.random.stateless_uniform([4, tf.shape(images)[0]], seed)
        choices = tf.logical_and(draws[:3] < 0.5, draws[3] < share)
        changed = _placed(images, choices)
        if targets is images:
            return changed, changed
        return changed, _placed(targets, choices) if targets.shape.rank in (3, 4) else targets

    return augment


def _placed(values, choices):
    """Mirror up and down, mirror left and right, swap rows and columns, each where its choice (3, N) says so."""
    tf = runtime.tensorflow()
    _square(values.shape)
    swapped = [0, 2, 1, 3][: values.shape.rank]
    changes = (lambda x: tf.reverse(x, [1]), lambda x: tf.reverse(x, [2]), lambda x: tf.transpose(x, swapped))
    for change, choice in zip(changes, tf.unstack(choices), strict=True):
        values = tf.where(tf.reshape(choice, [-1] + [1] * (values.shape.rank - 1)), change(values), values)
    return values


def positions(images):
    """Return the eight positions of square images, a list of arrays (N, H, H, channels); the first is the original."""
    images = np.asarray(images)
    _square(images.shape)
    turns = [np.rot90(images, n, axes=(1, 2)) for n in range(4)]
    return [turn[:, :, ::step] for step in (1, -1) for turn in turns]


def back(outputs):
    """Return the images of `positions` turned back, so that all eight lie as the original does."""
    upright = [one[:, :, ::step] for one, step in zip(outputs, [1] * 4 + [-1] * 4, strict=True)]
    return [np.rot90(one, -n % 4, axes=(1, 2)) for one, n in zip(upright, [0, 1, 2, 3] * 2, strict=True)]


def averaged(predict, images):
    """Return the mean of what `predict` says about an image in its eight positions, each turned back: (N, H, H, K).

    predict: a function from images (N, H, H, channels) to as many outputs (N, H, H, K) of that size, such as a model
    followed by a sigmoid. This is test-time augmentation: the mean has all eight symmetries. Raises ValueError on
    images or outputs that are not square.
    """
    outputs = [np.asarray(predict(np.ascontiguousarray(turn))) for turn in positions(images)]
    if outputs[0].shape[:3] != np.shape(images)[:3]:
        given = f"predict made {outputs[0].shape} of {np.shape(images)}"
        raise ValueError(f"{given}; the outputs must have the number and the size of the images.")
    return np.mean(back(outputs), axis=0, dtype="float64").astype("float32")


def _square(shape):
    if len(shape) < 3 or shape[1] != shape[2]:
        raise ValueError(f"images have the shape {tuple(shape)}; a quarter turn keeps only squares, (N, H, H, …).")
