"""Thirty numbers per digit: every autoencoder of the chapter on MNIST, on a CPU.

`make benchmarks NAME=autoencoders` runs what is missing, can be stopped at any moment and goes on where it was;
`ARGS="dense30 conv30"` runs only these models. `python -m benchmarks.autoencoders --choose MODEL …` trains on the
first 50,000 images and scores the validation part instead, prints, and stores nothing: settings are chosen there,
never on the test set.
"""

import sys

from benchmarks import running
from helpers import data, losses, runtime, training
from helpers.models import autoencoder

NAME = "autoencoders"
COMMON = (
    "benchmarks.autoencoders.trained",
    "helpers.models.autoencoder",
    "helpers.layers.TiedDense",
    "helpers.losses.cross_entropy",
    "helpers.losses.squared_error",
    "helpers.training.fit",
    "helpers.training.training_step",
    "helpers.training.adam",
    "helpers.data.pipeline",
    "helpers.data.readers",
)


def pca30(split, **run):
    """Thirty principal components, computed exactly."""
    from sklearn.decomposition import PCA

    train, test = (images.reshape(len(images), -1).astype("float64") for images in (split.train, split.test))
    model = PCA(30, svd_solver="covariance_eigh").fit(train)
    return {"sse": float(((test - model.inverse_transform(model.transform(test))) ** 2).sum(axis=1).mean())}


def linear30(split, **run):
    """A linear autoencoder with the squared error: PCA by gradient descent."""
    model = autoencoder.dense(widths=(), output="linear")
    return trained(model, split, loss=losses.squared_error, steps=3000, batch=256, rate=5e-3, **run)


def logistic30(split, **run):
    """Logistic PCA: no hidden layer, a sigmoid output and the cross-entropy."""
    model = autoencoder.dense(widths=())
    return trained(model, split, loss=losses.cross_entropy, steps=3000, batch=256, rate=5e-3, **run)


def dense30(split, **run):
    """The dense network of the chapter: SiLU, half of the images moved."""
    return trained(autoencoder.dense(), split, augment=moved(0.5), **deep(6500), **run)


def conv30(split, **run):
    """The convolutional network of the chapter."""
    model = autoencoder.convolutional(kernel=5, activation="elu")
    settings = {"loss": losses.cross_entropy, "steps": 16000, "batch": 64, "rate": 2e-3}
    return trained(model, split, augment=moved(0.1), **settings, **run)


def conv_source(split, **run):
    """The source's network, trained as the source does: one image a step, 3000 steps."""
    optimizer = runtime.keras().optimizers.Adam(1e-3)
    settings = {"loss": losses.squared_error, "steps": 3000, "batch": 1, "optimizer": optimizer}
    result = trained(autoencoder.published(), split, **settings, **run)
    return result | {"mse": result["sse"] / split.test[0].size}


def tied30(split, **run):
    """The same with tied weights."""
    return trained(autoencoder.dense(tied=True), split, augment=moved(0.5), **deep(6500), **run)


def stacked30(split, *, seed, **run):
    """The same, first stage by stage, then as a whole. The four stages, 1500 steps each, compute as much as 1500 steps
    of the whole network."""
    model = autoencoder.dense()
    training.pretrain(autoencoder.stages(model), split.train, steps=1500, batch=256, rate=1e-3, seed=seed)
    greedy = training.evaluate(model, split.test, loss=losses.squared_error)
    return trained(model, split, augment=moved(0.5), **deep(5000), seed=seed, **run) | {"greedy_sse": greedy}


def short30(split, **run):
    """The dense network of the chapter, trained for a shorter time: what the three below are compared with."""
    return trained(autoencoder.dense(), split, augment=moved(0.5), **deep(2500), **run)


def still30(split, **run):
    """The same, no image moved."""
    return trained(autoencoder.dense(), split, **deep(2500), **run)


def relu30(split, **run):
    """The same with ReLU."""
    return trained(autoencoder.dense(activation="relu"), split, augment=moved(0.5), **deep(2500), **run)


def relu_still30(split, **run):
    """The same with ReLU, no image moved."""
    return trained(autoencoder.dense(activation="relu"), split, **deep(2500), **run)


def deep(steps):
    """Return the settings that all deep dense networks share."""
    return {"loss": losses.cross_entropy, "steps": steps, "batch": 256, "rate": 2e-3}


def moved(share):
    """Return the augmentation of the chapter."""
    return data.jitter(shift=1, rotate=8, scale=0.08, share=share)


def trained(model, split, **settings):
    """Train a network; return its squared error per image on the test set and on 10,000 training images."""
    training.fit(model, split.train, test=split.test, points=10, **settings)
    sets = {"sse": split.test, "train_sse": split.train[:10000]}
    return {name: training.evaluate(model, images, loss=losses.squared_error) for name, images in sets.items()}


SEVERAL, ONE = (0, 1, 2), (0,)
MODELS = {pca30: ONE} | dict.fromkeys((linear30, logistic30, conv_source, dense30, conv30, tied30, stacked30), SEVERAL)
MODELS |= dict.fromkeys((short30, still30, relu30, relu_still30), ONE)


def used(function):
    """Return the names of the code that a model's result depends on."""
    own = {function.__name__, *function.__code__.co_names} & {"deep", "moved", function.__name__}
    return (*COMMON, *sorted(f"benchmarks.autoencoders.{name}" for name in own))


def call(function, *, choosing, **run):
    """Run one model on MNIST, or on the part of it on which settings are chosen."""
    split = data.mnist()
    return function(split.choosing() if choosing else split, **run)


if __name__ == "__main__":
    running.main(sys.argv[1:], name=NAME, models=MODELS, used=used, call=call, flat=True)
