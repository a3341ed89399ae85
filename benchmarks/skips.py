"""What the skips of a U-Net are worth: the same network with none to four of them, on CamVid and on the horses.

`make benchmarks NAME=skips` trains what is missing on CamVid, can be stopped at any moment and goes on where it was;
`make benchmarks NAME=skips_horses` does the same on the horses, with five networks more: one without skips but with
more parameters than all others, and four that differ in what the source's U-Net has besides. All get the same data,
steps, schedule, augmentation and rate, of which one was tried; each is trained with three seeds on everything but the
test part. Precision is that of the machine (`bits` in the ledger).
"""

import sys
from functools import partial

import numpy as np

from benchmarks import comparison, running
from helpers import data, evidence, runtime
from helpers import segmentation_metrics as metrics
from helpers.data import scenes
from helpers.models import unet as unets

RATE = 3e-3
SCORES = ("miou", "interior_iou", "near_iou", "boundary_f")


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
    """The U-Net with biases and without normalisation."""
    return unets.unet(shape, classes, normalised=False, bias=True)


def resized(shape, classes):
    """The U-Net with bilinear enlargement and a convolution in the place of transposed convolutions."""
    return unets.unet(shape, classes, up="bilinear + conv")


COUNTS = (skips_0, skips_1, skips_2, skips_3, skips_4)
OTHERS = (wider, dropout, bias, bare, resized)


def finished(function, task, *, seed, choosing=False, **run):
    """Train one network and return its scores, and the differences from the one without skips.

    With `choosing` the score is that of the validation part alone.
    """
    split = task.split(choosing=choosing)
    model = comparison.trained(function, task, split, rate=RATE, seed=seed, steps=task.steps, **run)
    if choosing:
        return {"validation": task.choice(model, split)}
    places = [comparison.arrays(task, one.__name__, seed) for one in (function, skips_0)]
    bits = 32 if runtime.keras().config.dtype_policy().name == "float32" else 16
    return task.judged(model, split, *places) | {"parameters": model.count_params(), "rate": RATE, "bits": bits}


def scores(truth, found, place, other, *, classes, block):
    """Return what label maps (N, H, W) are worth near the boundaries of the truth and away from them.

    `interior_iou` is the mIoU of the pixels that `metrics.interior` names, `near_iou` that of all others;
    `wrong_interior` and `wrong_near` are the wrong pixels of both kinds, as shares of all that count. place, other:
    where the arrays of this run and of the one without skips are kept. block: images that are resampled together.
    """
    inside, ignore = metrics.interior(truth), scenes.IGNORE
    near = np.where(inside, ignore, truth)
    parts = {"miou": truth, "interior_iou": np.where(inside, truth, ignore), "near_iou": near}
    each = {name: counted(part, found, classes, block) for name, part in parts.items()}
    edges = metrics.boundary_f(truth, found, classes, ignore=ignore)
    comparison.kept(place, boundary_f=edges.astype("float32"), **each)
    result = {name: metrics.miou(part.sum(axis=0)) for name, part in each.items()} | {"boundary_f": edges.mean()}
    total = each["miou"].sum()
    for name in ("interior", "near"):
        part = each[f"{name}_iou"].sum(axis=0)
        result[f"wrong_{name}"] = (part.sum() - np.trace(part)) / total
    return comparison.flat(result, apart(place, other, block))


def counted(truth, found, classes, block):
    """Return confusion matrices summed over `block` images at a time, (blocks, classes, classes)."""
    each = [metrics.confusion(one[None], other[None], classes, scenes.IGNORE)
            for one, other in zip(truth, found, strict=True)]  # fmt: skip
    return evidence.blocks(np.stack(each), block).astype("int32")


def apart(place, other, block):
    """Return {score: (mean, low, high)} of one run minus another, with the interval of a bootstrap over test images."""
    with np.load(place) as mine, np.load(other) as theirs:
        found = {name: evidence.miou_apart(mine[name], theirs[name]) for name in SCORES[:3]}
        return found | {"boundary_f": metrics.difference(mine["boundary_f"], theirs["boundary_f"], block=block)}


def scene_scores(model, split, place, other, truth=None):
    """Return the scores at 360×480 pixels, on all 233 test frames; of the film, ten frames are resampled together."""
    truth = comparison.camvid(False, (360, 480)).test_labels if truth is None else truth
    found, _ = comparison.labels_of(model, split.test, truth.shape[1:])
    return scores(truth, found, place, other, classes=len(scenes.CLASSES), block=10)


def mask_scores(model, split, place, other):
    """Return the scores of the test masks at the size of the network: background and object are two classes."""
    found = (comparison.masks_of(model, split.test)[..., 0] > 0.5).astype("uint8")
    return scores(split.test_labels[..., 0].astype("uint8"), found, place, other, classes=2, block=1)


def street_task():
    """Return the task of CamVid."""
    augment = scenes.changed(comparison.SCENES)
    choice = comparison.scene_choice
    return comparison.Task("skips", comparison.camvid, comparison.weighted, augment, 800, choice, scene_scores)


def horse_task():
    """Return the task of the horses."""
    augment = data.varied(comparison.PHOTOGRAPHS)
    choice = comparison.mask_choice
    return comparison.Task("skips_horses", comparison.horses, comparison.unweighted, augment, 800, choice, mask_scores)


CODE = (
    *(f"benchmarks.skips.{name}" for name in ("finished", "scores", "counted", "apart")),
    *(f"benchmarks.comparison.{name}" for name in ("build", "trained", "arrays", "kept", "flat", "Task")),
    "helpers.models.segmentation",
    "helpers.models.unet",
    *running.TRAINING,
    "helpers.data.scenes",
    "helpers.segmentation_metrics",
    "helpers.evidence",
    "helpers.losses.Deep",
)
OWN = {
    "skips": (
        *(f"benchmarks.skips.{name}" for name in ("street_task", "scene_scores")),
        *(f"benchmarks.comparison.{name}" for name in ("camvid", "weighted", "labels_of")),
        "helpers.losses.LabelEntropy",
    ),
    "skips_horses": (
        *(f"benchmarks.skips.{name}" for name in ("horse_task", "mask_scores")),
        *(f"benchmarks.comparison.{name}" for name in ("horses", "unweighted", "masks_of")),
        "helpers.losses.MaskEntropy",
        *("helpers.data.pictures.horses", "helpers.data.pictures.varied"),
    ),
}


def used(task, function):
    """Return the names of the code that a network's result depends on."""
    return (*CODE, *OWN[task.name], f"benchmarks.skips.{function.__name__}")


def main(arguments, task, functions, seeds=(0, 1, 2)):
    """Train every network with each seed."""
    runtime.keras().mixed_precision.set_dtype_policy(runtime.precision())
    running.main(
        arguments, name=task.name, models=dict.fromkeys(functions, seeds), used=partial(used, task),
        call=lambda function, **run: finished(function, task, **run),
    )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:], street_task(), COUNTS)
