"""Thirty numbers per digit: every autoencoder of the chapter on MNIST, three seeds, on a CPU.

`make benchmarks NAME=autoencoders` runs what is missing, shows the time left, can be stopped at any moment and goes on
where it was. `python -m benchmarks.autoencoders --choose MODEL …` trains on the first 50,000 images and scores the
validation part instead, prints, and stores nothing: settings are chosen there, never on the test set.
"""

import sys
from functools import partial
from pathlib import Path
from time import perf_counter

from helpers import data, ledger, losses, runtime, training
from helpers.data import jitter
from helpers.models import autoencoder

NAME = "autoencoders"
SEEDS = (0, 1, 2)
USED = ("benchmarks.autoencoders", "helpers.models.autoencoder", "helpers.layers", "helpers.losses", "helpers.training.fit",
        "helpers.training.pretrain", "helpers.training.training_step", "helpers.training.adam", "helpers.data.pipeline", "helpers.data.readers")  # fmt: skip
MOVED = {"shift": 1, "rotate": 8, "scale": 0.08}
DENSE = {"steps": 6000, "batch": 256, "rate": 2e-3, "augment": jitter(**MOVED, share=0.5), "loss": losses.cross_entropy}
CONV = {"steps": 24000, "batch": 64, "rate": 3e-3, "augment": jitter(**MOVED, share=0.1), "loss": losses.cross_entropy}
LOGISTIC = {"steps": 3000, "batch": 256, "rate": 5e-3, "loss": losses.cross_entropy}
LINEAR = {"steps": 3000, "batch": 256, "rate": 5e-3, "loss": losses.squared_error}
SOURCE = {"steps": 3000, "batch": 1, "loss": losses.squared_error}


def pca(split, seed, resume):
    """Return the squared error of 30 principal components, computed exactly."""
    from sklearn.decomposition import PCA

    train, test = (images.reshape(len(images), -1).astype("float64") for images in (split.train, split.test))
    model = PCA(30, svd_solver="covariance_eigh").fit(train)
    return {"sse": float(((test - model.inverse_transform(model.transform(test))) ** 2).sum(axis=1).mean())}


def trained(split, seed, resume, *, build, settings):
    """Train one network and return its squared errors on test and training images."""
    model = build()
    training.fit(model, split.train, test=split.test, seed=seed, points=10, resume=resume, label=f"seed {seed}", **settings)
    return scores(model, split)


def stacked(split, seed, resume):
    """Train the dense network's stages one after another, then the whole: as many steps in all as `DENSE`."""
    model = autoencoder.dense()
    training.pretrain(autoencoder.stages(model), split.train, steps=600, batch=256, rate=2e-3, seed=seed)
    greedy = scores(model, split)["sse"]
    settings = DENSE | {"steps": DENSE["steps"] - 4 * 600}
    training.fit(model, split.train, test=split.test, seed=seed, points=10, label=f"fine-tuning, seed {seed}", **settings)
    return scores(model, split) | {"greedy_sse": greedy}


def source(split, seed, resume):
    """Train the source's network as the source does, and return its mean squared error per pixel."""
    optimizer = runtime.keras().optimizers.Adam(1e-3)
    result = trained(split, seed, None, build=autoencoder.published, settings=SOURCE | {"optimizer": optimizer})
    return result | {"mse": result["sse"] / split.test[0].size}


def scores(model, split):
    """Return the squared error per test image, and that of 10,000 training images."""
    sets = {"sse": split.test, "train_sse": split.train[:10000]}
    return {name: training.evaluate(model, images, loss=losses.squared_error) for name, images in sets.items()}


RELU = partial(autoencoder.dense, activation="relu")
MODELS = {
    "conv_source": (source, SEEDS),
    "pca30": (pca, (0,)),
    "dense30": (partial(trained, build=autoencoder.dense, settings=DENSE), SEEDS),
    "conv30": (partial(trained, build=partial(autoencoder.convolutional, filters=(32, 64, 128), kernel=3), settings=CONV), SEEDS),
    "linear30": (partial(trained, build=partial(autoencoder.dense, widths=(), output="linear"), settings=LINEAR), SEEDS),
    "logistic30": (partial(trained, build=partial(autoencoder.dense, widths=()), settings=LOGISTIC), SEEDS),
    "tied30": (partial(trained, build=partial(autoencoder.dense, tied=True), settings=DENSE), SEEDS),
    "stacked30": (stacked, SEEDS),
    "dense30_relu": (partial(trained, build=RELU, settings=DENSE), (0,)),
    "dense30_still": (partial(trained, build=autoencoder.dense, settings=DENSE | {"augment": None}), (0,)),
    "dense30_relu_still": (partial(trained, build=RELU, settings=DENSE | {"augment": None}), (0,)),
}


def run(model, seed, split, store=True):
    """Train one model with one seed and store (or print) what came of it."""
    runtime.seed(seed)
    state, started = Path("_build/benchmarks") / NAME / f"{model}-{seed}.npz", perf_counter()
    metrics = MODELS[model][0](split, seed, state if store else None)
    seconds = perf_counter() - started
    print(f"{model} seed {seed}: " + ", ".join(f"{name} {value:.4g}" for name, value in metrics.items()) + f", {seconds:.0f} s")
    if store:
        ledger.save_run(NAME, model, seed, metrics, seconds=seconds, modules=USED)


def main(arguments):
    """Run what is missing, the first seed of every model before the second; or score the named models by validation."""
    runtime.tensorflow()
    if arguments[:1] == ["--choose"]:
        for model in arguments[1:]:
            run(model, 0, data.mnist().choosing(), store=False)
        return
    todo = [(model, seed) for seed in SEEDS for model, (_, seeds) in MODELS.items() if seed in seeds]
    left = [pair for pair in todo if not ledger.finished(NAME, *pair, modules=USED)]
    for number, (model, seed) in enumerate(left):
        print(f"{len(left) - number} runs left; now {model}, seed {seed}", flush=True)
        run(model, seed, data.mnist())
    ledger.assemble(NAME, {model: seeds for model, (_, seeds) in MODELS.items()}, flat=True)


if __name__ == "__main__":
    main(sys.argv[1:])
