"""How good can it get on CamVid, from scratch and on a CPU? The book's segmenter for 25 minutes, and for two hours.

`make benchmarks NAME=best` runs what is missing, can be stopped at any moment and goes on where it was. First ledger
`comparison_choices`: a third of the steps without the sequence 0006R0, judged there, for three weights of the classes.
Then `best` in the ledger `comparison`, three seeds on the whole training part, judged like the eight networks there;
then one seed for five times as long, ledger `comparison_long`.
"""

import sys

import numpy as np

from benchmarks import comparison, running
from helpers import ledger, runtime, segmenter
from helpers import segmentation_metrics as metrics
from helpers.data import scenes


def root(*, seed, **run):
    """A class counts by the root of its weight."""
    return judged_by_choice(*trained(True, 1_300, 0.5, seed=seed, **run)[:2])


def whole(*, seed, **run):
    """A class counts by its whole weight, as in the comparison."""
    return judged_by_choice(*trained(True, 1_300, 1.0, seed=seed, **run)[:2])


def even(*, seed, **run):
    """All classes count alike."""
    return judged_by_choice(*trained(True, 1_300, 0.0, seed=seed, **run)[:2])


def best(*, seed, **run):
    """The segmenter, 25 minutes; it is kept in the store of weights."""
    model, split, seconds = trained(False, segmenter.steps(), chosen(), seed=seed, **run)
    segmenter.keep(model, seed=seed, seconds=seconds)
    return judged(model, split, "comparison", "best", seed)


def long(*, seed, **run):
    """The same for five times as long."""
    model, split, _ = trained(False, 5 * segmenter.steps(), chosen(), seed=seed, **run)
    return judged(model, split, "comparison_long", "long", seed)


def trained(choosing, steps, power, *, seed, **run):
    """Train the segmenter; return it, its scenes and the seconds."""
    split = segmenter.streets(choosing=choosing)
    runtime.seed(seed)
    model = segmenter.build()
    history = segmenter.learn(model, split, steps=steps, power=power, seed=seed, **run)
    return model, split, history.seconds


def chosen():
    """Return the power of the weights that did best on the validation part."""
    powers = {"root": 0.5, "whole": 1.0, "even": 0.0}
    return powers[max(powers, key=lambda name: ledger.load_run("comparison_choices", name, 0)["metrics"]["miou"])]


def judged_by_choice(model, split):
    """Return the mIoU on the validation part at the size of the network: with mirror images, and of frames alone."""
    return {"miou": miou(segmenter.averaged(model), split), "miou_alone": miou(model, split)}


def shown(count):
    """Return the places of four frames among `count`, evenly spread."""
    return np.linspace(0, count - 1, 6).astype(int)[1:5]


def miou(model, split):
    """Return the mIoU on the test part of a split."""
    labels, _ = comparison.labels_of(model, split.test)
    return metrics.miou(metrics.confusion(split.test_labels, labels, len(scenes.CLASSES), scenes.IGNORE))


def judged(network, split, name, model, seed):
    """Return the scores of `benchmarks.comparison` on the test frames, and the mIoU without mirror images.

    The label maps of the four frames that the chapter shows are kept beside the scores.
    """
    place = ledger.results() / "runs" / name / f"{model}-{seed}.npz"
    places = place, comparison.arrays(comparison.street_task(), "plain", seed)
    predict, size = segmenter.averaged(network), comparison.camvid(False, (360, 480)).test_labels.shape[1:]
    scores = comparison.scene_scores(predict, split, *places)
    labels, _ = comparison.labels_of(predict, split.test[shown(len(split.test))], size)
    comparison.kept(place.with_name(f"{model}-{seed}-labels.npz"), labels=labels)
    bits = 32 if runtime.keras().config.dtype_policy().name == "float32" else 16
    return scores | {"miou_alone": miou(network, split), "parameters": network.count_params(), "bits": bits}


PARTS = ("build", "filters", "piece", "streets", "learn", "averaged")
CODE = (
    *("benchmarks.best.trained", "benchmarks.best.miou", "benchmarks.comparison.labels_of"),
    *(f"helpers.segmenter.{name}" for name in PARTS),
    *("helpers.models.residual", "helpers.models.any_size", "helpers.averaging", "helpers.data.crops"),
    *("helpers.data.scenes", "helpers.losses.LabelEntropy", "helpers.segmentation_metrics", *running.TRAINING),
)
CHOICES = (root, whole, even)
SCORES = ("helpers.evidence", "benchmarks.comparison.scene_scores")


def used(function):
    """Return the names of the code that a model's result depends on."""
    judges = ("benchmarks.best.judged_by_choice",)
    if function not in CHOICES:
        judges = ("judged", "chosen", "shown")
        judges = (*(f"benchmarks.best.{name}" for name in judges), "helpers.segmenter.steps", *SCORES)
    return (*CODE, *judges, f"benchmarks.best.{function.__name__}")


def main(arguments, seeds=(0, 1, 2)):
    """Run the choices, then the best run, then the long one, or the named ones."""
    runtime.keras().mixed_precision.set_dtype_policy(runtime.precision())
    shared = {"used": used, "call": lambda function, choosing, **run: function(**run)}
    running.main(arguments, name="comparison_choices", models=dict.fromkeys(CHOICES, (0,)), **shared)
    others = dict.fromkeys((function.__name__ for function in comparison.MODELS), seeds)
    running.main(arguments, name="comparison", models={best: seeds}, beside=others, **shared)
    running.main(arguments, name="comparison_long", models={long: (0,)}, **shared)


if __name__ == "__main__":
    main(sys.argv[1:])
