"""A U-Net's masks of the horses, and of nuclei with four losses, three seeds each, on a CPU.

`make benchmarks NAME=masks` trains what is missing, can be stopped at any moment and goes on where it was. First ledger
`masks_choices`: two settings for each loss, a quarter of the steps, judged on the validation part; never on the test
set. Then `masks`, with the setting whose Dice coefficient was the higher one there. In it `horse_iou`, `horse_miou` and
`horse_boundary_f` are those of the horses; each loss has an entry of its own, with its `rate` and how many settings
were tried; `dice`, `iou` and `count_error` are those of `SHOWN`; `slides` says how far the split of the nuclei keeps
pictures apart. Scores of each image lie beside the runs, the predicted masks in `_build/benchmarks/masks`. `python -m
benchmarks.masks --choose horse` scores the validation part instead and stores nothing. Precision: that of the machine.
"""

import itertools
import sys
from functools import cache, partial
from pathlib import Path

import numpy as np

from benchmarks import comparison, running
from helpers import averaging, data, instances, ledger, losses, mask_metrics, runtime, tiles, training, weighted_losses
from helpers import segmentation_metrics as metrics
from helpers.data import microscope
from helpers.metrics import iou
from helpers.models import unet

NAME, CHOICES, SHOWN = "masks", "masks_choices", "both"
KEPT = ("dice", "iou", "count_error", "count_error_split")  # of each image, so that runs can be compared


def horse(*, choosing, seed, size=128, filters=(16, 32, 64, 128, 256), steps=4500, **run):
    """The horses: cross-entropy and Dice, the mean of the weights, and of a photograph and its mirror image."""
    split = data.horses(size, choosing=choosing)
    model = unet.unet(split.train.shape[1:], filters=filters)
    trained(model, split.train, split.train_labels, joined(), data.varied(size), steps, seed, **run)
    masks = mirrored(model, split.test)
    found = metrics.judged(split.test_labels, masks)
    if not choosing:
        place = ledger.results() / "runs" / NAME / f"horse-{seed}.npz"
        comparison.kept(place, **{name: found[name].astype("float32") for name in ("iou", "boundary_f")})
        keep_masks("horse", seed, masks)
    return {name: float(np.mean(value)) for name, value in found.items()}


def slides(*, choosing, **_):
    """How many test images of nuclei are pieces of a picture of which training images are pieces, too; no network.

    `continued` is the share of them of which an edge goes on in a training image; `by_chance` is that of the same test
    with edges that cannot meet.
    """
    split = pictures(choosing)
    train, test = split.train[..., 0], split.test[..., 0]
    return {"continued": continued(train, test), "by_chance": continued(train, test, ends=((0, 0), (-1, -1)))}


def entropy(**run):
    """Nuclei, by the cross-entropy of each pixel."""
    return nuclei(losses.MaskEntropy(), **run)


def dice_loss(**run):
    """Nuclei, by the Dice coefficient of each image."""
    return nuclei(losses.Dice(), **run)


def both(**run):
    """Nuclei, by the sum of the two."""
    return nuclei(joined(), **run)


def weights(**run):
    """Nuclei with gaps where they touch, by a cross-entropy that counts most there."""
    return nuclei(weighted_losses.WeightedMaskEntropy(), **run)


def joined():
    """Return the sum of cross-entropy and Dice loss."""
    return weighted_losses.Both(losses.MaskEntropy(), losses.Dice())


def nuclei(
    loss, *, choosing, seed, label, side=128, filters=(16, 32, 64, 128), steps=2000, balanced=False, **run,
):  # fmt: skip
    """Train on pieces of `side` pixels, 8 at a time, and return the scores of whole images."""
    split, name = pictures(choosing), label.split(",")[0]
    masks = microscope.union(split.train_labels)
    if isinstance(loss, weighted_losses.WeightedMaskEntropy):
        counts = microscope.border_weights(split.train_labels, balanced=balanced)
        masks = weighted_losses.weighted(microscope.parted(split.train_labels), counts)
    images, masks = tiles.cut(microscope.lit(split.train), side), tiles.cut(masks, side)
    model = unet.unet((side, side, 1), filters=filters)
    trained(model, images, masks, loss, moved(side), steps, seed, label=label, **run)
    large = unet.unet(split.test.shape[1:], filters=filters)
    large.set_weights(model.get_weights())
    found = data.averaged(lambda images: comparison.masks_of(large, images), microscope.lit(split.test))
    scores = counted(split.test_labels, found, depths=(0.25, 1) if choosing else ())
    means = {key: float(np.mean(value)) for key, value in scores.items()}
    if choosing:
        return means
    keep_masks(name, seed, found)
    return means | apart(scores, name, seed)


@cache
def pictures(choosing):
    """Return the nuclei, read once."""
    return data.nuclei(choosing=choosing)


def continued(train, test, ends=((0, -1), (-1, 0)), alike=0.97, varied=0.03):
    """Return the share of test images (N, H, W) of which an edge is like one of a training image.

    ends: the pairs of edges that are compared, along both axes; those of the default meet where two images lie beside
    each other. alike: the least correlation. varied: the least deviation along an edge; an even one says nothing.
    """
    found = np.zeros(len(test), bool)
    for axis, (mine, theirs) in itertools.product((1, 2), ends):
        one, other = np.take(test, mine, axis), np.take(train, theirs, axis)
        with np.errstate(invalid="ignore", divide="ignore"):  # an edge without any light correlates with none
            same = np.corrcoef(one, other)[: len(one), len(one) :] > alike
        found |= (same & (np.minimum.outer(one.std(axis=1), other.std(axis=1)) > varied)).any(axis=1)
    return float(found.mean())


def moved(side):
    """Return the augmentation of nuclei: the square's eight positions, shifted and resized, in another light."""
    move = data.jitter(shift=side // 8, scale=0.2, fill="reflect")
    return data.after(data.symmetries(), move, data.tint(brightness=0.05, contrast=0.2))


def trained(model, images, masks, loss, augment, steps, seed, rate=3e-3, **run):
    """Train a network and give it the mean of its last weights."""
    optimizer = averaging.adam(rate, steps)
    training.fit(model, images, masks, loss=loss, steps=steps, batch=8, optimizer=optimizer, augment=augment, seed=seed,
                 points=0, **run)  # fmt: skip
    averaging.settle(model, optimizer)


def mirrored(model, images):
    """Return the mean of the masks of images and of their mirror images, these mirrored back."""
    both = comparison.masks_of(model, images), comparison.masks_of(model, images[:, :, ::-1])[:, :, ::-1]
    return np.mean(both, axis=0)


def counted(labels, masks, smallest=12, depths=()):
    """Return the scores of the masks as areas, one an image, and as things: connected, or taken apart ("split").

    A count's error is its distance from the true count, divided by that. smallest: pieces of fewer pixels do not count.
    depths: other values for `apart` of `instances.split`; 0.25 is scored as "split_25".
    """
    truth, true = microscope.union(labels), np.maximum(instances.counts(labels), 1)
    found = {"dice": mask_metrics.dice(truth, masks), "iou": iou(masks, truth)}
    takes = {"": instances.pieces, "_split": instances.split}
    takes |= {f"_split_{100 * depth:.0f}": partial(instances.split, apart=depth) for depth in depths}
    for name, take in takes.items():
        things = take(masks, smallest=smallest)
        found[f"count_error{name}"] = instances.count_error(labels, things) / true
        found[f"things_f1{name}"] = instances.things_f1(labels, things)
    return found


def apart(found, model, seed):
    """Keep the scores of each test image; return what they are above those of `entropy`, with 95 % intervals."""
    place = ledger.results() / "runs" / NAME
    mine = {key: found[key].astype("float32") for key in KEPT}
    comparison.kept(place / f"{model}-{seed}.npz", **mine)
    with np.load(place / f"entropy-{seed}.npz") as other:
        return comparison.flat({}, {key: metrics.difference(value, other[key]) for key, value in mine.items()})


def keep_masks(model, seed, masks):
    """Keep the predicted probabilities, 0 to 255, so that a later question needs no training; they stay uncommitted."""
    path = Path("_build/benchmarks") / NAME / f"{model}-{seed}-masks.npz"
    comparison.kept(path, masks=np.round(255 * np.asarray(masks)).astype("uint8"))


# Settings


LOSSES = (entropy, dice_loss, both, weights)
MODELS = {slides: (0,), **dict.fromkeys((horse, *LOSSES), (0, 1, 2))}


def settings(function):
    """Return the settings that are tried, as many for one loss as for another; the horses have one."""
    if function is weights:
        return {"rate": 3e-3, "balanced": False}, {"rate": 3e-3, "balanced": True}
    return ({"rate": 3e-3}, {"rate": 1e-3}) if function in LOSSES else ({"rate": 3e-3},)


def tried(function, *, seed, resume, label, **_):
    """Train with each setting for a quarter of the steps, without the validation part; return the scores there.

    The scores of the first setting end in "_0", those of the second in "_1".
    """
    found = {}
    for number, setting in enumerate(settings(function)):
        runtime.seed(seed)
        place = resume.with_name(f"{resume.stem}-{number}.npz")
        scores = call(function, choosing=True, seed=seed, resume=place, label=label, steps=500, **setting)
        found |= {f"{key}_{number}": value for key, value in scores.items()}
    return found


def chosen(function):
    """Return the setting with the highest Dice coefficient on the validation part."""
    every = settings(function)
    if len(every) == 1:
        return every[0]
    found = ledger.load_run(CHOICES, function.__name__, 0)["metrics"]
    return every[max(range(len(every)), key=lambda number: found[f"dice_{number}"])]


def final(function, **run):
    """Run one model with its best setting; return its scores, the setting, and how many were tried."""
    if function is slides:
        return call(function, **run)
    setting = chosen(function)
    found = call(function, **run, **setting) | {name: float(value) for name, value in setting.items()}
    return found | {"settings_tried": len(settings(function))}


SHARED = ("trained", "joined", "keep_masks", "settings", "chosen", "final")
CODE = (
    *(f"benchmarks.masks.{name}" for name in SHARED),
    "benchmarks.comparison.masks_of",
    "helpers.models.unet",
    "helpers.layers.FusedBatchNormalization",
    "helpers.averaging",
    "helpers.training.fit",
    "helpers.training.training_step",
    "helpers.training.adam",
    "helpers.data.augment",
    "helpers.data.pipeline",
    "helpers.losses.MaskEntropy",
    "helpers.losses.Dice",
    "helpers.weighted_losses",
    "helpers.metrics.iou",
    "helpers.segmentation_metrics",
)
HORSES = (
    *("benchmarks.masks.mirrored", "benchmarks.comparison.kept"),
    *("helpers.data.pictures.horses", "helpers.data.pictures.varied"),
)
SLIDES = ("benchmarks.masks.continued", "benchmarks.masks.pictures", "helpers.data.microscope")
NUCLEI = (
    *(f"benchmarks.masks.{name}" for name in ("nuclei", "pictures", "moved", "counted", "apart", "tried")),
    *("benchmarks.comparison.kept", "benchmarks.comparison.flat", "helpers.data.microscope", "helpers.data.square"),
    *("helpers.tiles.cut", "helpers.instances", "helpers.mask_metrics"),
)


def used(function):
    """Return the names of the code that a model's result depends on."""
    parts = SLIDES if function is slides else (*CODE, *(HORSES if function is horse else NUCLEI))
    return (*parts, f"benchmarks.masks.{function.__name__}")


def call(function, **run):
    """Run one model."""
    return function(**run)


def arranged(record):
    """Return the ledger with the scores of the horses and those of `SHOWN` under names of their own."""
    metrics = record["metrics"]
    found = {f"horse_{key}": value for key, value in metrics["horse"].items()}
    found |= {key: metrics[SHOWN][key] for key in ("dice", "iou", "count_error")}
    return record | {"metrics": found | {name: of for name, of in metrics.items() if name != "horse"}}


def main(arguments):
    """Try the settings, run what is missing, then arrange the ledger."""
    runtime.keras().mixed_precision.set_dtype_policy(runtime.precision())
    if "--choose" not in arguments:
        running.main(arguments, name=CHOICES, models=dict.fromkeys(LOSSES, (0,)), used=used, call=tried)
    running.main(arguments, name=NAME, models=MODELS, used=used, call=final)
    if not arguments:
        path = ledger.results() / f"{NAME}.json"
        ledger.save(path, ledger.check(arranged(ledger.load(path))))


if __name__ == "__main__":
    main(sys.argv[1:])
