"""What the skips of a U-Net are worth: the same network with none to four of them, on CamVid and on the horses.

`make benchmarks NAME=skips` trains what is missing on CamVid, can be stopped at any moment and goes on where it was;
`make benchmarks NAME=skips_horses` does the same on the horses, with five networks more: one without skips but with
more parameters than all others, and four that differ in what the source's U-Net has besides. On a dataset all get the
same data, steps, schedule and augmentation, and all but `bare` the same rate (see `rate`; nothing was tried here); each
is trained with three seeds on everything but the test part. Precision is that of the machine (`bits` in the ledger).
Beside each score stand its difference from the network without skips (`_apart`) and that from the network of which this
one is a change (`_change_apart`), each with its interval, `_low` to `_high`. Weights and predictions stay below
`_build/benchmarks`, uncommitted.
"""

import sys
from functools import cache, partial
from pathlib import Path

import numpy as np

from benchmarks import comparison, running
from helpers import data, evidence, runtime
from helpers import segmentation_metrics as metrics
from helpers.data import scenes
from helpers.models import unet as unets

SCORES = ("miou", "interior_iou", "near_iou", "boundary_f", "blur")


def skips_0(shape, classes):
    """No skip: what the encoder knows reaches the decoder through the smallest maps alone."""
    return unets.unet(shape, classes, skips=())


def skips_1(shape, classes):
    """One skip, at an eighth of the image's size."""
    return unets.unet(shape, classes, skips=(3,))


def skips_2(shape, classes):
    """Two skips, at an eighth and a quarter."""
    return unets.unet(shape, classes, skips=(3, 2))


def skips_3(shape, classes):
    """Three skips, at an eighth, a quarter and half."""
    return unets.unet(shape, classes, skips=(3, 2, 1))


def skips_4(shape, classes):
    """All four skips: the U-Net."""
    return unets.unet(shape, classes)


def wider(shape, classes):
    """No skip, and wider at the smallest size, so that it has more parameters than the U-Net."""
    return unets.unet(shape, classes, filters=(16, 32, 64, 128, 288), skips=())


def dropout(shape, classes):
    """The U-Net with the source's dropout on the joined maps, not behind the pooling."""
    model = unets.unet(shape, classes, dropout=0.1)
    drops = [layer for layer in model.layers if isinstance(layer, runtime.keras().layers.Dropout)]
    for layer in drops[: len(drops) // 2]:
        layer.rate = 0.0
    return model


def bias(shape, classes):
    """The U-Net with biases in front of its normalisation, as in the source."""
    return unets.unet(shape, classes, bias=True)


def bare(shape, classes):
    """The U-Net with biases and without normalisation; a change of `bias`, at a third of its rate."""
    return unets.unet(shape, classes, normalised=False, bias=True)


def resized(shape, classes):
    """The U-Net with bilinear enlargement and a convolution in the place of transposed convolutions."""
    return unets.unet(shape, classes, up="bilinear + conv")


COUNTS = (skips_0, skips_1, skips_2, skips_3, skips_4)
OTHERS = (wider, dropout, bias, bare, resized)


def rate(function, task):
    """Return the highest learning rate of a network.

    Of the rates that `benchmarks.comparison` tried on the validation part, it is the one that did best with and without
    skips: with `comparison.unet` and with `comparison.plain`. Without normalisation it is a third of that, untried.
    """
    best = {"skips": 1e-3, "skips_horses": 3e-3}[task.name]
    return best / 3 if function.__name__ == "bare" else best


def changed(function):
    """Return the name of the network of which this one is a change: one skip fewer, or one thing less."""
    fewer = {"skips_2": "skips_1", "skips_3": "skips_2", "skips_4": "skips_3", "bare": "bias"}
    return (fewer | dict.fromkeys(("dropout", "bias", "resized"), "skips_4")).get(function.__name__, "skips_0")


def finished(function, task, *, seed, choosing=False, **run):
    """Train one network and return its scores, and the differences from two others, which must be there.

    With `choosing` the score is that of the validation part alone.
    """
    name, chosen = function.__name__, rate(function, task)
    places = [comparison.arrays(task, one, seed) for one in (name, "skips_0", changed(function))]
    absent = [place.stem for place in places[1:] if place != places[0] and not place.is_file()]
    if absent and not choosing:
        raise FileNotFoundError(f"{name} is compared with {', '.join(absent)}, which is not there: run that first.")
    split = task.split(choosing=choosing)
    model = comparison.trained(function, task, split, rate=chosen, seed=seed, steps=task.steps, **run)
    if choosing:
        return {"validation": task.choice(model, split)}
    bits = 32 if runtime.keras().config.dtype_policy().name == "float32" else 16
    same = {"parameters": model.count_params(), "rate": chosen, "settings_tried": 1, "bits": bits}
    return task.judged(model, split, *places) | same


def scores(truth, found, sure, places, *, classes, block, half):
    """Return what label maps (N, H, W) are worth near the boundaries of the truth and away from them.

    `interior_iou` is the mIoU of the pixels that `metrics.interior` names, `near_iou` that of all others;
    `wrong_interior` and `wrong_near` are the wrong pixels of both kinds, as shares of all that count, and `wrong_deep`
    those that are farther than `half` pixels from every boundary; `share_…` are the pixels of each kind, right or
    wrong. `blur` is the share of pixels whose likeliest label has a probability below 0.9, `saved_apart` as in `saved`.
    sure: that probability at every pixel, or every second one each way. places: where the arrays are kept, of this run,
    of the one without skips and of the one it is a change of. block: images that are resampled together.
    """
    far, ignore = {"interior": metrics.interior(truth), "deep": metrics.distance(truth) > half}, scenes.IGNORE
    each = {name: counted(np.where(where, truth, ignore), found, classes, block) for name, where in far.items()}
    whole = counted(truth, found, classes, block)
    each |= {"whole": whole, "near": whole - each["interior"]}
    edges = metrics.boundary_f(truth, found, classes, ignore=ignore).astype("float32")
    comparison.kept(places[0], **each, boundary_f=edges, blur=blurred(truth, sure).astype("float32"))
    result = {f"{name}_iou": metrics.miou(each[name].sum(axis=0)) for name in ("interior", "near")}
    result |= {"miou": metrics.miou(whole.sum(axis=0)), "boundary_f": edges.mean(), "blur": blurred(truth, sure).mean()}
    for name in ("near", "interior", "deep"):
        result |= {f"wrong_{name}": wrong(each[name]).sum() / whole.sum()}
        result |= {f"share_{name}": each[name].sum() / whole.sum()}
    changes = {f"{name}_change": three for name, three in apart(places[0], places[2], block).items()}
    return comparison.flat(result, apart(*places[:2], block) | changes | {"saved": saved(*places[:2])})


def counted(truth, found, classes, block):
    """Return confusion matrices summed over `block` images at a time, (blocks, classes, classes)."""
    each = [metrics.confusion(one[None], other[None], classes, scenes.IGNORE)
            for one, other in zip(truth, found, strict=True)]  # fmt: skip
    return evidence.blocks(np.stack(each), block).astype("int32")


def wrong(matrices):
    """Return how many pixels are wrong in each of (blocks, classes, classes)."""
    return matrices.sum(axis=(1, 2)) - np.trace(matrices, axis1=1, axis2=2)


def blurred(truth, sure):
    """Return the share of the pixels of each image that count where the likeliest label is below 0.9, (N,)."""
    step = truth.shape[1] // sure.shape[1]
    counts = truth[:, ::step, ::step] != scenes.IGNORE
    return (counts & (sure < 0.9)).sum(axis=(1, 2)) / counts.sum(axis=(1, 2))


def apart(place, other, block):
    """Return {score: (mean, low, high)} of one run minus another, with the interval of a bootstrap over test images."""
    matrices = {"miou": "whole", "interior_iou": "interior", "near_iou": "near"}
    images = ("boundary_f", "blur")
    with np.load(place) as mine, np.load(other) as theirs:
        found = {name: evidence.miou_apart(mine[key], theirs[key]) for name, key in matrices.items()}
        return found | {name: metrics.difference(mine[name], theirs[name], block=block) for name in images}


def saved(place, other, resamples=10_000):
    """Return (mean, low, high): how much larger a share of the wrong pixels of `other` is gone near than inside.

    The interval is that of a paired bootstrap over the blocks of test images. Where there is nothing to save, nothing
    is saved.
    """
    with np.load(place) as mine, np.load(other) as theirs:
        both = np.array([[wrong(of[zone]) for zone in ("near", "interior")] for of in (mine, theirs)])
    count = both.shape[-1]
    drawn = np.random.default_rng(0).multinomial(count, [1 / count] * count, size=resamples)
    left, before = both @ np.concatenate([np.ones((1, count)), drawn]).T  # (near and interior, all and resamples)
    left = np.divide(left, before, out=np.ones(left.shape), where=before > 0)
    more = left[1] - left[0]
    return more[0], *np.quantile(more[1:], [0.025, 0.975])


def remembered(place, model, **maps):
    """Keep the weights and what they say of the test images below `_build`, for questions that come later."""
    folder = Path("_build/benchmarks") / place.parent.name
    comparison.kept(folder / f"{place.stem}-maps.npz", **maps)
    model.save_weights(folder / f"{place.stem}.weights.h5")


def scene_scores(model, split, *places, truth=None):
    """Return the scores at 360×480 pixels, on all 233 test frames; of the film, ten frames are resampled together."""
    truth = comparison.camvid(False, (360, 480)).test_labels if truth is None else truth
    found, sure = comparison.labels_of(model, split.test, truth.shape[1:])
    sure = sure.max(axis=-1)
    remembered(places[0], model, labels=found, sure=(255 * sure).round().astype("uint8"))
    half = 8 * truth.shape[1] / split.test.shape[1]  # half a place of the smallest maps
    return scores(truth, found, sure, places, classes=len(scenes.CLASSES), block=10, half=half)


def mask_scores(model, split, *places):
    """Return the scores of the test masks at the size of the network: background and object are two classes."""
    masks = comparison.masks_of(model, split.test)[..., 0]
    remembered(places[0], model, masks=(255 * masks).round().astype("uint8"))
    truth, found = (part.astype("uint8") for part in (split.test_labels[..., 0], masks > 0.5))
    return scores(truth, found, np.maximum(masks, 1 - masks), places, classes=2, block=1, half=8)


def street_task():
    """Return the task of CamVid."""
    size = 144, 192
    split, augment, choice = partial(comparison.camvid, size=size), scenes.changed(size), comparison.scene_choice
    return comparison.Task("skips", split, comparison.weighted, augment, 800, choice, scene_scores)


@cache
def horses(choosing):
    """Return the horses, read once."""
    return data.horses(128, choosing=choosing)


def horse_task():
    """Return the task of the horses."""
    augment, choice = data.varied(128), comparison.mask_choice
    return comparison.Task("skips_horses", horses, comparison.unweighted, augment, 800, choice, mask_scores)


OWN_PARTS = ("rate", "changed", "finished", "scores", "counted", "wrong", "blurred", "apart", "saved", "skips_0")
CODE = (
    *(f"benchmarks.skips.{name}" for name in OWN_PARTS),
    *(f"benchmarks.comparison.{name}" for name in ("build", "trained", "arrays", "kept", "flat", "Task")),
    "helpers.models.segmentation",
    "helpers.models.unet",
    *running.TRAINING,
    "helpers.data.scenes",
    "helpers.data.folders.opened",
    "helpers.segmentation_metrics",
    "helpers.evidence",
    *("helpers.losses.Deep", "helpers.losses.reduced", "helpers.losses._PerImage"),
)
OWN = {
    "skips": (
        *(f"benchmarks.skips.{name}" for name in ("street_task", "scene_scores")),
        *(f"benchmarks.comparison.{name}" for name in ("camvid", "weighted", "labels_of")),
        *("helpers.losses.LabelEntropy", "helpers.losses._unlike"),
    ),
    "skips_horses": (
        *(f"benchmarks.skips.{name}" for name in ("horse_task", "horses", "mask_scores")),
        *("benchmarks.comparison.unweighted", "benchmarks.comparison.masks_of"),
        "helpers.losses.MaskEntropy",
        *(f"helpers.data.pictures.{name}" for name in ("horses", "paired", "varied")),
    ),
}


def used(task, function):
    """Return the names of the code that a result depends on, that of the networks it is compared with included."""
    return (*CODE, *OWN[task.name], *(f"benchmarks.skips.{name}" for name in (function.__name__, changed(function))))


def main(arguments, task, functions, seeds=(0, 1, 2)):
    """Train every network with each seed."""
    runtime.keras().mixed_precision.set_dtype_policy(runtime.precision())
    running.main(
        arguments, name=task.name, models=dict.fromkeys(functions, seeds), used=partial(used, task),
        call=lambda function, **run: finished(function, task, **run),
    )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:], street_task(), COUNTS)
