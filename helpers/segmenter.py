"""The book's segmenter of street scenes: how it is trained, and what it says of frames of any size.

A residual encoder–decoder learns from scratch, from pieces of CamVid's frames at 352×480 pixels. It
has the best score in this book, and it is the judge of generated streets in the chapter on pix2pix.
"""

from . import averaging, data, losses, runtime, training, weights
from .data import crops, scenes
from .digest import digest
from .models import any_size, residual

tf, keras = runtime.tensorflow(), runtime.keras()


def build():
    """Return the untrained network from images (N, H, W, 3) in [0, 1] to logits (N, H, W, 11).

    Height and width are free as long as they divide by 2 for each of its sizes, in full by 32.
    """
    return any_size.free(residual.residual((*piece(), 3), len(scenes.CLASSES), filters=filters(), dropout=0.2))


def filters():
    """Return the channels of the network at half the size, a quarter, …"""
    return runtime.choose(quick=(16, 32, 48), full=(32, 64, 96, 128, 160))


def piece():
    """Return the height and width of the pieces from which the network learns."""
    return runtime.choose(quick=(32, 40), full=(224, 288))


def streets(**given):
    """Return the scenes as `data.labelled` does, in full at 352×480, whose sides divide by 32; given: `choosing`."""
    return runtime.choose(quick=data.drawn_scenes, full=lambda: data.camvid((352, 480), **given))()


def network(seed=0):
    """Return the trained segmenter from the store of weights, or trained now, on the training part alone.

    In the full profile it learns from CamVid, in the quick one, smaller and for a short time, from drawn streets. An
    interrupted training goes on where it was.
    """
    return weights.trained(*_recipe(seed), seed=seed)


def keep(model, *, seed, seconds):
    """Put a network that was trained as `network` does into its place in the store, with the seconds it took."""
    name, *functions = _recipe(seed)
    card = {"name": name, "profile": runtime.profile(), "seed": seed, "seconds": seconds}
    weights._store(model, weights.weights_path(name, *functions, seed=seed), card)


def _recipe(seed):
    """Return the name of the network in the store, the function that builds it and the one that trains it."""
    code = digest("helpers.segmenter", "helpers.averaging", "helpers.data.crops", "helpers.data.scenes")
    name = f"streets-{code[:6]}"

    def train(model):
        minutes = runtime.choose(quick=1, full=25)
        print(f"{name}: takes about {minutes} min on two CPU cores.")
        state = weights.weights_path(name, build, train, seed=seed).with_suffix(".resume.npz")
        learn(model, streets(), steps=steps(), power=power(), seed=seed, resume=state)

    return name, build, train


def steps():
    """Return the steps of training."""
    return runtime.choose(quick=300, full=4_000)


def power():
    """Return the power of the weight of a class in the loss, as `benchmarks/best.py` chose it."""
    return 0.5


def learn(model, split, *, steps, power, seed=0, rate=3e-3, **given):
    """Train a network of `build` in place and return the `training.History`.

    split: street scenes with label maps, larger than a piece. Pieces are mirrored, drawn at 0.7 to 1.4 times their size
    and in another light. The loss is a cross-entropy in which a class counts by the `power` of its weight by frequency
    (`scenes.weights`): 1 is for the mean accuracy of the classes, 0 for that of the pixels. The rate falls along a
    cosine; at the end the network has the mean of its last weights. given: as for `training.fit`.
    """
    optimizer = averaging.adam(rate, steps)
    loss = losses.LabelEntropy(scenes.weights(split.train_labels) ** power, ignore=scenes.IGNORE)
    light = data.tint(brightness=0.15, contrast=0.3, colour=0.1)
    history = training.fit(
        model, split.train, split.train_labels, loss=loss, steps=steps, optimizer=optimizer, seed=seed,
        augment=data.after(crops.pieces(piece(), low=0.7, high=1.4), data.mirror(), light),
        **{"batch": 8, "points": 0, "label": "segmenter"} | given,
    )  # fmt: skip
    averaging.settle(model, optimizer)
    return history


def averaged(model):
    """Return a function like `model`, from images (N, H, W, 3) of any size to logits (N, H, W, 11).

    The probabilities are the mean of those of the image and of its mirror image, turned back; the logits are their
    logarithm. Where the network cannot halve the sides, images are continued by reflection, and the result is cut.
    """

    def once(images):
        return tf.nn.softmax(model(images, training=False))

    def predict(images, training=False):
        images = tf.convert_to_tensor(images, tf.float32)
        high, wide = images.shape[1:3]
        room = [(0, -side % 2 ** len(filters())) for side in (high, wide)]
        padded = tf.pad(images, [(0, 0), *room, (0, 0)], "REFLECT")
        found = (once(padded) + once(padded[:, :, ::-1])[:, :, ::-1]) / 2
        return tf.math.log(found[:, :high, :wide] + 1e-12)

    return predict
