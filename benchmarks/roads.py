"""Roads in EPFL's aerial images: one recipe on four folds and on the test tiles, and short trainings that vary it.

`make benchmarks NAME=roads` runs what is missing, can be stopped at any moment and goes on where it was; `ARGS="short
short_weighted"` runs only these models. The ledger `roads_folds` comes first: seed k leaves out the k-th fold of 20
tiles within 001 to 080 and is judged there. Where probabilities are cut is chosen on these folds; the ledger `roads`
then holds what three seeds reach on the test tiles 081 to 100. The probabilities of every run are kept in
`_build/benchmarks/roads_maps`. `python -m benchmarks.roads --choose MODEL …` trains on the first fold, prints and
stores nothing.
"""

import sys
from functools import lru_cache
from pathlib import Path

import numpy as np

from benchmarks import comparison, running
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
    """Return the steps of a whole training and of a short one."""
    return 3600, 450


def parts():
    """Return the numbers of the folds."""
    return 0, 1, 2, 3


def ways():
    """Return {way: cuts in percent}, among which the folds choose; what is above a cut is road.

    "": a pixel, its tile predicted whole. "_tiles": a pixel, its tile predicted in tiles of the side of a piece.
    "_mean": a patch by the mean of its pixels.
    """
    return {"": range(10, 95, 5), "_tiles": range(10, 95, 5), "_mean": range(15, 55, 5)}


def folded(**run):
    """The recipe, without one fold of tiles."""
    return without_fold(steps()[0], **run)


def short(**run):
    """The same for an eighth of the steps."""
    return without_fold(steps()[1], **run)


def short_weighted(**run):
    """The same, and a pixel of a road counts four times as much as another."""
    return without_fold(steps()[1], weight=4.0, **run)


def short_square(**run):
    """The same with the eight symmetries and the light, without other angles and sizes."""
    return without_fold(steps()[1], augment=data.after(data.symmetries(), light()), **run)


def short_still(**run):
    """The same with the light alone: pieces are neither mirrored nor turned nor resized."""
    return without_fold(steps()[1], augment=light(), **run)


def final(*, seed, keep=None, **run):
    """The recipe on 80 tiles, judged on the test tiles at the cuts that the folds chose."""
    cuts = {way: chosen(way) for way in ways()}
    found = scored(*trained(fold=None, seed=seed, steps=steps()[0], **run), keep)
    scores = {name: value for name, value in found.items() if "_at_" not in name}
    scores |= {f"patch_f1{way}": found[f"patch_f1{way}_at_{cut}"] for way, cut in cuts.items()}
    scores |= {f"cut{way}": cut / 100 for way, cut in cuts.items()}
    return scores | {"patch_f1_half": found["patch_f1_at_50"]}


def without_fold(steps, *, seed, keep=None, **run):
    """Train without the fold of that number, and return the scores there."""
    return scored(*trained(fold=seed, seed=seed, steps=steps, **run), keep)


def trained(*, fold, seed, steps, weight=1.0, augment=None, **run):
    """Train on pieces of tiles; return the network of pieces, and the tiles."""
    (size, side), split = sizes(), roads(fold)
    pieces, masks = (tiles.cut(part, side, 2 * side - size) for part in (split.train, split.train_labels))
    targets = masks if weight == 1 else weighted(masks, 1 + (weight - 1) * masks)
    runtime.seed(seed)
    model = network(side)
    training.fit(
        model, pieces, targets, loss=WeightedMaskEntropy(), steps=steps, batch=4, rate=2e-3, seed=seed,
        augment=augment or changed(), points=0, **run,
    )  # fmt: skip
    return model, split


@lru_cache(maxsize=1)
def roads(fold):
    """Return EPFL's tiles; those of the last fold stay in memory, since models take turns on a fold."""
    return data.roads(sizes()[0], fold=fold)


def network(side):
    """Return the network for images of so many pixels a side."""
    return residual.residual((side, side, 3), 1, filters=filters(), dropout=0.2)


def light():
    """Return the augmentation of the light."""
    return data.tint(brightness=0.1, contrast=0.2, colour=0.05)


def changed():
    """Return the augmentation: the eight symmetries, half the pieces at other angles and sizes, another light."""
    return data.after(data.symmetries(), data.jitter(rotate=45, scale=0.25, share=0.5, fill="reflect"), light())


def whole(model, size):
    """Return a network with the weights of `model` for images of the next side that it can halve."""
    step = 2 ** len(filters())
    large = network(-(-size // step) * step)
    large.set_weights(model.get_weights())
    return large


def predicted(model, images, views=8, overlap=0):
    """Return the probability of road, (N, H, W, 1): the mean over the eight views of an image, or of one view.

    overlap: of the tiles of the model's side into which larger images are cut; a quarter of it is their margin.
    """
    tf, side = runtime.tensorflow(), model.input_shape[1]

    def answer(part):
        return tf.sigmoid(model(part, training=False))

    def once(images):
        return tiles.predict_tiled(answer, images, side, overlap, margin=overlap // 4, batch=4)

    return data.averaged(once, images) if views == 8 else once(images)


def pooled(probabilities, side=16):
    """Return probabilities (N, H, W, 1) with the mean of each patch in the place of its pixels."""
    count, high, wide = len(probabilities), *(length // side for length in probabilities.shape[1:3])
    means = probabilities.reshape(count, high, side, wide, side, 1).mean(axis=(2, 4))
    return means.repeat(side, axis=1).repeat(side, axis=2)


def scored(model, split, keep=None):
    """Return what the predictions of the test part are worth, for each of the `ways` at each of its cuts.

    keep: the name of the file for the probabilities, in steps of 1/255; None keeps nothing.
    """
    truth, size, side = split.test_labels, split.test.shape[1], model.input_shape[1]
    large = whole(model, size)
    found, one = (predicted(large, split.test, views) for views in (8, 1))
    tiled = predicted(model, split.test, overlap=2 * side - size)
    if keep:
        maps = {"found": found, "one": one, "tiled": tiled}
        maps = {name: (255 * each).round().astype("uint8") for name, each in maps.items()}
        comparison.kept(Path("_build/benchmarks/roads_maps") / f"{keep}.npz", **maps)
    scores = at_cuts(truth, {"": found, "_tiles": tiled, "_mean": pooled(found)})
    scores["patch_f1_one_view"] = mask_metrics.patch_f1(truth, one > 0.5)
    scores["precision"], scores["recall"] = mask_metrics.relaxed(truth, found > 0.5, within=0)
    for within in (0, 3):
        _, precision, recall = mask_metrics.relaxed_curve(truth, found, within)
        scores[f"breakeven_rho{within}"] = mask_metrics.breakeven(precision, recall)
    return {name: float(value) for name, value in scores.items()} | {"parameters": model.count_params()}


def at_cuts(truth, found):
    """Return the patch F1 of {way: probabilities} at each of the way's cuts."""
    cuts = [(way, n) for way, percent in ways().items() for n in percent]
    return {f"patch_f1{way}_at_{n}": mask_metrics.patch_f1(truth, found[way] > n / 100) for way, n in cuts}


def chosen(way=""):
    """Return the cut of a way, in percent, with the highest patch F1 on average over the folds."""
    runs = [ledger.load_run(FOLDS, "folded", fold)["metrics"] for fold in parts()]
    return max(ways()[way], key=lambda n: np.mean([run[f"patch_f1{way}_at_{n}"] for run in runs]))


def flattened():
    """Write the scores of `final` to the top of the ledger, and beside them those of the folds.

    settings_tried: the recipes of the short trainings, and the pairs of a way and a cut. Raises ValueError where the
    test tiles were cut elsewhere than the folds choose now.
    """
    found, folds = ledger.read(NAME), ledger.read(FOLDS)["metrics"]["folded"]
    tested, cuts = found["metrics"]["final"], {way: chosen(way) for way in ways()}
    for way, cut in cuts.items():
        if {round(100 * each) for each in tested[f"cut{way}"]} != {cut}:
            given = f"the folds now choose {cut} % for patch_f1{way}, and `final` was cut elsewhere"
            raise ValueError(f"{given}: delete its runs and start again.")
    beside = {f"cut{way}": cut / 100 for way, cut in cuts.items()}
    beside["patch_f1_folds"] = float(np.mean(folds[f"patch_f1_at_{cuts['']}"]))
    beside["settings_tried"] = len(SHORT) + sum(map(len, ways().values()))
    found["metrics"] = tested | beside
    ledger.save(ledger.results() / f"{NAME}.json", ledger.check(found))


SHARED = (
    sizes, filters, steps, ways, trained, roads, network, light, changed, whole, predicted, pooled, at_cuts, scored,
)  # fmt: skip
CODE = (
    *(f"benchmarks.roads.{function.__name__}" for function in SHARED),
    "helpers.models.residual",
    "helpers.weighted_losses",
    *running.TRAINING,
    "helpers.training._Checkpoint",
    "helpers.data.square",
    *("helpers.data.maps.roads", "helpers.data.maps._read"),
    *(f"helpers.tiles.{name}" for name in ("cut", "starts", "blend", "predict_tiled", "_put_together")),
    "helpers.mask_metrics",
)
SHORT = (short, short_weighted, short_square, short_still)


def used(function):
    """Return the names of the code that a model's result depends on."""
    more = "chosen" if function is final else "without_fold"
    return (*CODE, f"benchmarks.roads.{more}", f"benchmarks.roads.{function.__name__}")


def call(function, *, choosing, seed, **run):
    """Run one model; all but `final` leave a fold out, so that nothing can be chosen on the test tiles."""
    return function(seed=seed, keep=None if choosing else f"{function.__name__}-{seed}", **run)


def main(arguments, seeds=(0, 1, 2)):
    """Run the folds, then the test tiles."""
    runtime.keras().mixed_precision.set_dtype_policy(runtime.precision())
    shared = {"used": used, "call": call}
    running.main(arguments, name=FOLDS, models=dict.fromkeys((folded, *SHORT), parts()), **shared)
    if "--choose" not in arguments:
        running.main(arguments, name=NAME, models={final: seeds}, **shared)
    if not arguments:
        flattened()


if __name__ == "__main__":
    main(sys.argv[1:])
