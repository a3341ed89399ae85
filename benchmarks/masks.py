"""A U-Net's masks of the horses, and of nuclei with four losses, three seeds each, on a CPU.

`make benchmarks NAME=masks` trains what is missing, can be stopped at any moment and goes on where it was. `python -m
benchmarks.masks --choose both weights …` trains without the validation part and scores that instead, prints, and stores
nothing: settings are chosen there, never on the test set. In the ledger, `horse_iou`, `horse_miou` and
`horse_boundary_f` are those of the horses; each loss has an entry of its own; `dice`, `iou` and `count_error` are those
of `CHOSEN`, the loss whose Dice coefficient was highest on the validation part. Precision is that of the machine.
"""

import sys

import numpy as np

from benchmarks import comparison, running
from helpers import averaging, data, instances, ledger, losses, mask_metrics, runtime, tiles, training, weighted_losses
from helpers import segmentation_metrics as metrics
from helpers.data import microscope
from helpers.metrics import iou
from helpers.models import unet

NAME, CHOSEN = "masks", "both"
KEPT = ("dice", "iou", "count_error", "count_error_split")  # of each image, so that runs can be compared


def horse(*, choosing, seed, size=128, filters=(16, 32, 64, 128, 256), steps=4500, **run):
    """The horses: cross-entropy and Dice, the mean of the weights, and of a photograph and its mirror image."""
    split = data.horses(size, choosing=choosing)
    model = unet.unet(split.train.shape[1:], filters=filters)
    trained(model, split.train, split.train_labels, joined(), data.varied(size), steps, seed, **run)
    masks = mirrored(model, split.test)
    return {name: float(np.mean(value)) for name, value in metrics.judged(split.test_labels, masks).items()}


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


def nuclei(loss, *, choosing, seed, side=128, filters=(16, 32, 64, 128), steps=2000, label, **run):
    """Train on pieces of `side` pixels, 8 at a time, and return the scores of whole images."""
    split, name = data.nuclei(choosing=choosing), label.split(",")[0]
    masks = microscope.union(split.train_labels)
    if isinstance(loss, weighted_losses.WeightedMaskEntropy):
        counts = microscope.border_weights(split.train_labels, balanced=False)
        masks = weighted_losses.weighted(microscope.parted(split.train_labels), counts)
    images, masks = tiles.cut(microscope.lit(split.train), side), tiles.cut(masks, side)
    model = unet.unet((side, side, 1), filters=filters)
    trained(model, images, masks, loss, moved(side), steps, seed, label=label, **run)
    large = unet.unet(split.test.shape[1:], filters=filters)
    large.set_weights(model.get_weights())
    found = data.averaged(lambda images: comparison.masks_of(large, images), microscope.lit(split.test))
    scores = counted(split.test_labels, found)
    others = {} if choosing else apart(scores, name, seed)
    return {key: float(np.mean(value)) for key, value in scores.items()} | others


def moved(side):
    """Return the augmentation of nuclei: the square's eight positions, shifted and resized, in another light."""
    move = data.jitter(shift=side // 8, scale=0.2, fill="reflect")
    return data.after(data.symmetries(), move, data.tint(brightness=0.05, contrast=0.2))


def trained(model, images, masks, loss, augment, steps, seed, **run):
    """Train a network and give it the mean of its last weights."""
    optimizer = averaging.adam(3e-3, steps)
    training.fit(model, images, masks, loss=loss, steps=steps, batch=8, optimizer=optimizer, augment=augment, seed=seed,
                 points=0, **run)  # fmt: skip
    averaging.settle(model, optimizer)


def mirrored(model, images):
    """Return the mean of the masks of images and of their mirror images, these mirrored back."""
    both = comparison.masks_of(model, images), comparison.masks_of(model, images[:, :, ::-1])[:, :, ::-1]
    return np.mean(both, axis=0)


def counted(labels, masks, smallest=12):
    """Return the scores of the masks as areas, one an image, and as things: connected, or taken apart ("split").

    A count's error is its distance from the true count, divided by that. smallest: pieces of fewer pixels do not count.
    """
    truth, true = microscope.union(labels), np.maximum(instances.counts(labels), 1)
    found = {"dice": mask_metrics.dice(truth, masks), "iou": iou(masks, truth)}
    for name, take in {"": instances.pieces, "_split": instances.split}.items():
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


MODELS = dict.fromkeys((horse, entropy, dice_loss, both, weights), (0, 1, 2))
SHARED = ("trained", "joined")
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
HORSES = ("benchmarks.masks.mirrored", "helpers.data.pictures.horses", "helpers.data.pictures.varied")
NUCLEI = (
    *(f"benchmarks.masks.{name}" for name in ("nuclei", "moved", "counted", "apart")),
    *("benchmarks.comparison.kept", "benchmarks.comparison.flat", "helpers.data.microscope", "helpers.data.square"),
    *("helpers.tiles.cut", "helpers.instances", "helpers.mask_metrics"),
)


def used(function):
    """Return the names of the code that a model's result depends on."""
    return (*CODE, *(HORSES if function is horse else NUCLEI), f"benchmarks.masks.{function.__name__}")


def call(function, **run):
    """Run one model."""
    return function(**run)


def arranged(record):
    """Return the ledger with the scores of the horses and those of the chosen loss under names of their own."""
    metrics = record["metrics"]
    found = {f"horse_{key}": value for key, value in metrics["horse"].items()}
    found |= {key: metrics[CHOSEN][key] for key in ("dice", "iou", "count_error")}
    return record | {"metrics": found | {name: of for name, of in metrics.items() if name != "horse"}}


def main(arguments):
    """Run what is missing, then arrange the ledger."""
    runtime.keras().mixed_precision.set_dtype_policy(runtime.precision())
    running.main(arguments, name=NAME, models=MODELS, used=used, call=call)
    if not arguments:
        path = ledger.results() / f"{NAME}.json"
        ledger.save(path, ledger.check(arranged(ledger.load(path))))


if __name__ == "__main__":
    main(sys.argv[1:])
