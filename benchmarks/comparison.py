"""Eight segmentation networks of one size on equal terms: CamVid's street scenes, and the horses.

`make benchmarks NAME=comparison` trains what is missing, can be stopped at any moment and goes on where it was; `make
benchmarks NAME=comparison_horses` does the same on the horses. Every network has 436,000 to 454,000 parameters, the
same data, steps, schedule and augmentation, and the same three learning rates tried with one seed on the validation
part (the ledger `comparison_rates`); then it is trained with three seeds on everything but the test part. Precision is
that of the machine (`bits` in the ledger).
"""

import sys
from dataclasses import dataclass
from functools import cache, partial

import numpy as np

from benchmarks import running
from helpers import data, evidence, ledger, losses, runtime, training
from helpers import segmentation_metrics as metrics
from helpers.data import scenes
from helpers.models import segmentation
from helpers.models import unet as unets

SCENES, PHOTOGRAPHS = (144, 192), 128  # the sizes of images


def plain(shape, classes):
    """Case 1."""
    return segmentation.plain(shape, classes, filters=(16, 32, 64, 128))


def multi_loss(shape, classes):
    """Case 2: a loss at every size of the way up."""
    return segmentation.multi_loss(shape, classes, filters=(16, 32, 64, 128))


def repeat(shape, classes):
    """Case 3."""
    return segmentation.repeat(shape, classes, filters=(16, 32, 64, 128))


def variational(shape, classes):
    """Case 4, narrower: as committed it has eight times the parameters."""
    return segmentation.variational(shape, classes, filters=(32, 96, 192), code=160)


def refined(shape, classes):
    """Label refinement."""
    return segmentation.refined(shape, classes, filters=(16, 32, 64, 96, 112))


def gated(shape, classes):
    """Label refinement with gates that multiply."""
    return segmentation.refined(shape, classes, filters=(16, 32, 48, 64, 96), gate="times")


def unet(shape, classes):
    """The U-Net."""
    return unets.unet(shape, classes, filters=(16, 32, 64, 96))


def unet_deep(shape, classes):
    """The U-Net with a loss at every size of the way up."""
    return unets.unet(shape, classes, filters=(16, 32, 64, 96), deep=True)


MODELS = (plain, multi_loss, repeat, variational, refined, gated, unet, unet_deep)


@dataclass(frozen=True)
class Task:
    """What all networks are trained for, and how the result is judged."""

    name: str  # of the ledger
    split: object  # choosing -> Split
    loss: object  # Split -> loss
    augment: object
    steps: int
    choice: object  # (model, Split) -> the score by which the rate is chosen
    judged: object  # (model, Split, path of the arrays of this run, path of those of the plain network) -> scores


def rates():
    """Return the learning rates that are tried."""
    return 1e-3, 3e-3, 1e-2


def build(function, task, split):
    """Return a fresh network for a task."""
    labels = split.train_labels
    return function(split.train.shape[1:], 1 if labels.ndim == 4 else len(scenes.CLASSES))


def trained(function, task, split, *, rate, seed, steps, **run):
    """Train one network on a task and return it."""
    runtime.seed(seed)
    model = build(function, task, split)
    training.fit(
        model, split.train, split.train_labels, loss=losses.Deep(task.loss(split)), steps=steps, batch=8, rate=rate,
        augment=task.augment, seed=seed, points=0, **run,
    )  # fmt: skip
    return model


def tried(function, task, *, seed, resume, label, **_):
    """Train with each rate for half the steps, without the validation part; return the score there for each."""
    split, found = task.split(choosing=True), {}
    for rate in rates():
        place = resume.with_name(f"{resume.stem}-{rate}.npz")
        model = trained(function, task, split, rate=rate, seed=seed, steps=task.steps // 2, resume=place, label=label)
        found[f"rate_{rate:g}".replace(".", "_")] = task.choice(model, split)
    return found


def rate_of(function, task):
    """Return the rate that did best on the validation part."""
    found = ledger.load_run(f"{task.name}_rates", function.__name__, 0)["metrics"]
    return max(rates(), key=lambda rate: found[f"rate_{rate:g}".replace(".", "_")])


def finished(function, task, *, seed, **run):
    """Train with the chosen rate and return the scores on the test part, and the differences from the plain network."""
    split, rate = task.split(choosing=False), rate_of(function, task)
    model = trained(function, task, split, rate=rate, seed=seed, steps=task.steps, **run)
    places = [arrays(task, one.__name__, seed) for one in (function, plain)]
    bits = 32 if runtime.keras().config.dtype_policy().name == "float32" else 16
    return task.judged(model, split, *places) | {"parameters": model.count_params(), "rate": rate, "bits": bits}


def arrays(task, model, seed):
    """Return the path where a run keeps what is needed to compare it, image by image, with another one."""
    return ledger.results() / "runs" / task.name / f"{model}-{seed}.npz"


def kept(path, **values):
    """Store arrays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **values)


# CamVid


@cache
def camvid(choosing, size=SCENES):
    """Return CamVid, read once."""
    return data.camvid(size, choosing=choosing)


def weighted(split):
    """Return the cross-entropy weighted by median frequency, as Badrinarayanan et al. (2017) train."""
    return losses.LabelEntropy(scenes.weights(split.train_labels), ignore=scenes.IGNORE)


def labels_of(model, images, size=None):
    """Return the most probable label of each pixel, (N, *size), and its probabilities at every other pixel.

    The logits are enlarged to `size` by bilinear interpolation, then softmax and argmax are taken.
    """
    tf, labels, probabilities = runtime.tensorflow(), [], []
    for at in range(0, len(images), 8):
        logits = model(images[at : at + 8], training=False)
        logits = logits if size is None else tf.image.resize(logits, size)
        labels.append(tf.argmax(logits, axis=-1).numpy().astype("uint8"))
        probabilities.append(tf.nn.softmax(logits[:, ::2, ::2]).numpy())
    return np.concatenate(labels), np.concatenate(probabilities)


def scene_choice(model, split):
    """Return the mIoU at the size of the network."""
    found, _ = labels_of(model, split.test)
    return metrics.miou(metrics.confusion(split.test_labels, found, len(scenes.CLASSES), scenes.IGNORE))


def scene_scores(model, split, place, other, truth=None):
    """Return the scores at 360×480 pixels, on all 233 test frames; calibration on every other pixel each way."""
    truth, count = camvid(False, (360, 480)).test_labels if truth is None else truth, len(scenes.CLASSES)
    found, probabilities = labels_of(model, split.test, truth.shape[1:])
    each = np.stack([metrics.confusion(*pair, count, scenes.IGNORE)
                     for pair in zip(truth[:, None], found[:, None], strict=True)])  # fmt: skip
    edges = metrics.boundary_f(truth, found, count, ignore=scenes.IGNORE)
    kept(place, blocks=evidence.blocks(each).astype("int32"), boundary_f=edges.astype("float32"))
    whole = each.sum(axis=0)
    scores = {"miou": metrics.miou(whole), "class_accuracy": metrics.class_accuracy(whole)}
    scores |= {"pixel_accuracy": np.trace(whole) / whole.sum(), "boundary_f": edges.mean()}
    scores["speckle"] = metrics.speckle(np.where(truth == scenes.IGNORE, truth, found)).mean()
    scores["calibration"] = metrics.calibration_error(truth[:, ::2, ::2], probabilities, ignore=scenes.IGNORE)
    scores |= {f"iou_{name}": iou for name, iou in zip(scenes.CLASSES, metrics.ious(whole), strict=True)}
    with np.load(place) as mine, np.load(other) as theirs:
        apart = {"miou": evidence.miou_apart(mine["blocks"], theirs["blocks"])}
        rows = metrics.difference(mine["boundary_f"], theirs["boundary_f"], block=10)
    return flat(scores, apart | {"boundary_f": rows})


def flat(scores, apart):
    """Return scores and differences from the plain network as one dictionary of numbers."""
    ends = ("apart", "low", "high")
    found = {f"{name}_{end}": value for name, three in apart.items() for end, value in zip(ends, three, strict=True)}
    return {name: float(value) for name, value in (scores | found).items()}


def street_task():
    """Return the task of CamVid."""
    return Task("comparison", camvid, weighted, scenes.changed(SCENES), 1200, scene_choice, scene_scores)


# The horses


@cache
def horses(choosing):
    """Return the horses, read once."""
    return data.horses(PHOTOGRAPHS, choosing=choosing)


def masks_of(model, images):
    """Return the masks of a network, (N, H, W, 1): the probability of the object."""
    parts = [model(images[at : at + 16], training=False).numpy() for at in range(0, len(images), 16)]
    return 1 / (1 + np.exp(-np.concatenate(parts)))


def mask_choice(model, split):
    """Return the mean IoU of the object."""
    return float(metrics.judged(split.test_labels, masks_of(model, split.test))["iou"].mean())


def mask_scores(model, split, place, other):
    """Return the scores of the test masks at the size of the network."""
    masks = masks_of(model, split.test)
    found = metrics.judged(split.test_labels, masks)
    kept(place, **{name: found[name].astype("float32") for name in ("iou", "boundary_f", "speckle")})
    truth, both = split.test_labels[..., 0].astype(int), np.concatenate([1 - masks, masks], axis=-1)
    scores = {name: np.mean(value) for name, value in found.items()}
    scores |= {"pixel_accuracy": ((masks[..., 0] > 0.5) == truth).mean()}
    scores |= {"calibration": metrics.calibration_error(truth, both)}
    with np.load(place) as mine, np.load(other) as theirs:
        apart = {name: metrics.difference(mine[name], theirs[name]) for name in mine}
    return flat(scores, apart)


def unweighted(split):
    """Return the cross-entropy of masks."""
    return losses.MaskEntropy()


def horse_task():
    """Return the task of the horses."""
    return Task("comparison_horses", horses, unweighted, data.varied(PHOTOGRAPHS), 800, mask_choice, mask_scores)


SHARED = ("build", "trained", "rates", "tried", "rate_of", "finished", "arrays", "kept", "flat")
CODE = (
    *(f"benchmarks.comparison.{name}" for name in SHARED),
    "helpers.models.segmentation",
    "helpers.models.unet",
    *running.TRAINING,
    "helpers.segmentation_metrics",
    "helpers.losses.Deep",
    "helpers.losses.reduced",
)
OWN = {
    "comparison": (
        *(f"benchmarks.comparison.{name}" for name in ("street_task", "camvid", "weighted", "labels_of")),
        *("benchmarks.comparison.scene_choice", "benchmarks.comparison.scene_scores"),
        *("helpers.data.scenes", "helpers.evidence", "helpers.losses.LabelEntropy"),
    ),
    "comparison_horses": (
        *(f"benchmarks.comparison.{name}" for name in ("horse_task", "horses", "unweighted", "masks_of")),
        *("benchmarks.comparison.mask_choice", "benchmarks.comparison.mask_scores"),
        *("helpers.metrics.iou", "helpers.losses.MaskEntropy"),
        *("helpers.data.pictures.horses", "helpers.data.pictures.varied"),
    ),
}


def used(task, function):
    """Return the names of the code that a model's result depends on."""
    return (*CODE, *OWN[task.name], f"benchmarks.comparison.{function.__name__}")


def main(arguments, task, seeds=(0, 1, 2)):
    """Try the rates of every model, then train it with each seed."""
    runtime.keras().mixed_precision.set_dtype_policy(runtime.precision())
    best = {"best": seeds} if task.name == "comparison" else {}  # of `benchmarks.best`
    for name, some, step, beside in ((f"{task.name}_rates", (0,), tried, {}), (task.name, seeds, finished, best)):
        running.main(
            arguments, name=name, models=dict.fromkeys(MODELS, some), used=partial(used, task),
            call=lambda function, choosing, step=step, **run: step(function, task, **run), beside=beside,
        )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:], street_task())
