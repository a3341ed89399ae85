"""Roads in EPFL's aerial images: one recipe on four folds and on the test tiles, and short trainings that vary it.

`make benchmarks NAME=roads` runs what is missing, can be stopped at any moment and goes on where it was; `ARGS="short
short_weighted"` runs only these models. The ledger `roads_folds` comes first: seed k leaves out the k-th fold of 20
tiles within 001 to 080 and is judged there. Where probabilities are cut to masks is chosen on these folds; the ledger
`roads` then holds what three seeds reach on the test tiles 081 to 100. `python -m benchmarks.roads --choose MODEL …`
trains on the first fold, prints and stores nothing.
"""

import sys
from functools import cache

import numpy as np

from benchmarks import running
from helpers import data, ledger, mask_metrics, runtime, tiles, training
from helpers.models import residual
from helpers.weighted_losses import WeightedMaskEntropy, weighted

NAME, FOLDS = "roads", "roads_folds"


def sizes():
    """Return the side of a tile and that of the pieces to learn from."""
    return 400, 256


def filters():
    """Return the channels of the network."""
    return 32, 64, 128, 192, 256


def steps():
    """Return the steps of a whole training, of one on the folds and of a short one."""
    return 4800, 2400, 600


def percent():
    """Return the cuts among which the folds choose, in percent: a pixel above it is road."""
    return range(20, 75, 5)


def folded(*, seed, **run):
    """The recipe for half the steps, without one fold of tiles."""
    return scored(*trained(fold=seed, seed=seed, steps=steps()[1], **run))


def short(*, seed, **run):
    """The same for an eighth of the steps."""
    return scored(*trained(fold=seed, seed=seed, steps=steps()[2], **run))


def short_weighted(*, seed, **run):
    """The same, and a pixel of a road counts four times as much as another."""
    return scored(*trained(fold=seed, seed=seed, steps=steps()[2], weight=4.0, **run))


def short_still(*, seed, **run):
    """The same, and pieces are neither mirrored nor turned nor resized."""
    return scored(*trained(fold=seed, seed=seed, steps=steps()[2], still=True, **run))


def short_half(*, seed, **run):
    """The same at half the resolution, with four times as many pieces in a batch."""
    return scored(*trained(fold=seed, seed=seed, steps=steps()[2], share=2, batch=16, **run))


def final(*, seed, **run):
    """The whole recipe on 80 tiles, judged on the test tiles at the cut that the folds chose."""
    cut = chosen()
    found = scored(*trained(fold=None, seed=seed, steps=steps()[0], **run))
    scores = {name: value for name, value in found.items() if "_at_" not in name}
    return scores | {"patch_f1": found[f"patch_f1_at_{cut}"], "patch_f1_half": found["patch_f1_at_50"]}


def trained(*, fold, seed, steps, weight=1.0, still=False, share=1, batch=4, **run):
    """Train on pieces of tiles shrunk to a share of their size; return a network for whole ones, tiles, true masks."""
    size, side = (length // share for length in sizes())
    split = roads(size, fold)
    pieces, masks = (tiles.cut(part, side, 2 * side - size) for part in (split.train, split.train_labels))
    targets = masks if weight == 1 else weighted(masks, 1 + (weight - 1) * masks)
    runtime.seed(seed)
    model = network(side)
    training.fit(
        model, pieces, targets, loss=WeightedMaskEntropy(), steps=steps, batch=batch, rate=2e-3, seed=seed,
        augment=light() if still else data.after(data.symmetries(), turned(), light()), points=0, **run,
    )  # fmt: skip
    return whole(model, size), split, roads(sizes()[0], fold).test_labels


@cache
def roads(size, fold):
    """Return EPFL's tiles, read once."""
    return data.roads(size, fold=fold)


def network(side):
    """Return the network for images of so many pixels a side."""
    return residual.residual((side, side, 3), 1, filters=filters(), dropout=0.2)


def light():
    """Return the augmentation of the light."""
    return data.tint(brightness=0.1, contrast=0.2, colour=0.05)


def turned():
    """Return the augmentation of half the pieces by any angle and by size."""
    return data.jitter(rotate=45, scale=0.25, share=0.5, fill="reflect")


def whole(model, size):
    """Return a network with the weights of `model` for images of the next side that it can halve."""
    step = 2 ** len(filters())
    large = network(-(-size // step) * step)
    large.set_weights(model.get_weights())
    return large


def predicted(model, images, views=8):
    """Return the probability of road, (N, H, W, 1): the mean over the eight views of an image, or of one view."""
    tf, side = runtime.tensorflow(), model.input_shape[1]

    def once(images):
        return tiles.predict_tiled(lambda part: tf.sigmoid(model(part, training=False)), images, side, 0, batch=4)

    return data.averaged(once, images) if views == 8 else once(images)


def scored(model, split, truth):
    """Return what the masks are worth at the size of the truth."""
    tf, size = runtime.tensorflow(), truth.shape[1:3]
    found, one = (tf.image.resize(predicted(model, split.test, views), size).numpy() for views in (8, 1))
    scores = {f"patch_f1_at_{n}": mask_metrics.patch_f1(truth, found > n / 100) for n in percent()}
    scores["patch_f1_one_view"] = mask_metrics.patch_f1(truth, one > 0.5)
    scores["precision"], scores["recall"] = mask_metrics.relaxed(truth, found > 0.5, within=0)
    for within in (0, 3):
        _, precision, recall = mask_metrics.relaxed_curve(truth, found, within)
        scores[f"breakeven_rho{within}"] = mask_metrics.breakeven(precision, recall)
    return {name: float(value) for name, value in scores.items()} | {"parameters": model.count_params()}


def chosen():
    """Return the cut, in percent, with the highest patch F1 on average over the folds."""
    runs = [ledger.load_run(FOLDS, "folded", fold)["metrics"] for fold in range(4)]
    return max(percent(), key=lambda n: np.mean([run[f"patch_f1_at_{n}"] for run in runs]))


def flattened():
    """Write the scores of `final` to the top of the ledger, and beside them those of the folds."""
    found, folds, cut = ledger.read(NAME), ledger.read(FOLDS)["metrics"]["folded"], chosen()
    beside = {"patch_f1_folds": float(np.mean(folds[f"patch_f1_at_{cut}"])), "cut": cut / 100}
    found["metrics"] = found["metrics"]["final"] | beside
    ledger.save(ledger.results() / f"{NAME}.json", ledger.check(found))


SHARED = (sizes, filters, steps, percent, trained, roads, network, light, turned, whole, predicted, scored)
CODE = (
    *(f"benchmarks.roads.{function.__name__}" for function in SHARED),
    "helpers.models.residual",
    "helpers.weighted_losses",
    *running.TRAINING,
    "helpers.data.square",
    "helpers.data.maps.roads",
    "helpers.tiles.cut",
    "helpers.tiles.predict_tiled",
    "helpers.mask_metrics",
)
SHORT = (short, short_weighted, short_still, short_half)


def used(function):
    """Return the names of the code that a model's result depends on."""
    more = ("benchmarks.roads.chosen",) if function is final else ()
    return (*CODE, *more, f"benchmarks.roads.{function.__name__}")


def call(function, *, choosing, **run):
    """Run one model; all but `final` leave a fold out, so that nothing can be chosen on the test tiles."""
    return function(**run)


def main(arguments, seeds=(0, 1, 2), folds=(0, 1, 2, 3)):
    """Run the folds, then the test tiles."""
    runtime.keras().mixed_precision.set_dtype_policy(runtime.precision())
    shared = {"used": used, "call": call}
    running.main(arguments, name=FOLDS, models=dict.fromkeys((folded, *SHORT), folds), **shared)
    if "--choose" not in arguments:
        running.main(arguments, name=NAME, models={final: seeds}, **shared)
    if not arguments:
        flattened()


if __name__ == "__main__":
    main(sys.argv[1:])
