"""What each part of pix2pix is worth: losses, generators and patches, from CamVid's label maps to its frames.

`make benchmarks NAME=pix2pix` trains what is missing, can be stopped at any moment and goes on where it was. All get
the same data, 128×128 pixels, steps, batch, rate and jitter; each is trained with two seeds on the training part, and
two of them once more with the first seed, for four times as many steps. The 233 test frames are judged by the book's
own segmenter, which should be in the store of weights (`make benchmarks NAME=best`); else it is trained first. Five
settings of `l1_cgan` were tried on the validation part, each for about five minutes: batches of four at rates of 2e-4
and 1e-3, batches of one at 2e-4 and 5e-4, and at 2e-4 with the statistics of each image in the place of running means;
batches of one at the paper's rate had the best scores and pictures.

The generated pictures of every run are kept in `_build/benchmarks/pix2pix_pictures`, those of four frames by the first
seed beside the results, for the chapter. Precision is that of the machine (`bits` in the ledger). A run of one
configuration needs those of `l1` and `l1_cgan` with the same seed, which come first.
"""

import sys
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks import comparison, running
from helpers import adversarial, evidence, flatness, ledger, runtime, street_judge, street_painter, translation
from helpers import segmentation_metrics as metrics
from helpers import translation_metrics as scores
from helpers.data import scenes, translations
from helpers.models import pix2pix


def l1():
    """The absolute error alone."""
    return networks(field=None)


def gan():
    """An adversary that sees the picture alone, and nothing else."""
    return networks(conditional=False, weight=0.0)


def cgan():
    """An adversary that sees the label map, too, and nothing else."""
    return networks(weight=0.0)


def l1_gan():
    """The error and an adversary that sees the picture alone."""
    return networks(conditional=False)


def l1_cgan():
    """The paper's: the error and an adversary that sees the label map; a U-Net of 5 levels, patches of 70 pixels."""
    return networks()


def encoder_decoder_5_l1():
    """Without skips, the error alone."""
    return networks(skips=False, field=None)


def encoder_decoder_5():
    """Without skips."""
    return networks(skips=False)


def unet_7_l1():
    """As many levels as fit, the error alone."""
    return networks(levels=7, field=None)


def unet_7():
    """As many levels as fit; by the authors' rule the two smallest on the way up have noise."""
    return networks(levels=7)


def patch_1():
    """An adversary that sees single pixels."""
    return networks(field=1)


def patch_16():
    """An adversary that sees patches of 16 pixels."""
    return networks(field=16)


def patch_286():
    """An adversary that could see 286 pixels: here the whole picture."""
    return networks(field=286)


def l1_long():
    """The error alone, for four times as many steps."""
    return networks(field=None)


def l1_cgan_long():
    """The paper's, for four times as many steps; it is kept in the store of weights."""
    return networks()


def ground_truth():
    """No network: the photographs themselves, the ceiling of the scores."""


MODELS = (l1, l1_cgan, gan, cgan, l1_gan, encoder_decoder_5_l1, encoder_decoder_5, unet_7_l1, unet_7,
          patch_1, patch_16, patch_286)  # fmt: skip
LONG = (l1_long, l1_cgan_long)  # with the first seed


def size():
    """Return height and width of the pictures."""
    return 128, 128


def width():
    """Return the channels of both networks at half the size: half of the paper's, in D too."""
    return 32


def batch():
    """Return the images of a step: one, as in the paper."""
    return 1


def networks(*, levels=5, skips=True, field=70, conditional=True, weight=100.0):
    """Return a fresh `Pix2Pix` for CamVid's label maps."""
    classes = len(scenes.CLASSES)
    makes = pix2pix.generator((*size(), classes), levels=levels, width=width(), skips=skips)
    judges = field and pix2pix.discriminator((*size(), 3), classes * conditional, field=field, width=width())
    return adversarial.Pix2Pix(makes, judges or None, weight=weight, classes=classes)


def steps(function):
    """Return how long a configuration is trained."""
    return 16_000 if function in LONG else 4_000


@cache
def pairs(choosing):
    """Return CamVid's pairs, read once."""
    return translations.camvid(size(), choosing=choosing)


@cache
def judge():
    """Return who judges the pictures: the book's segmenter, trained on the photographs of the training part."""
    return street_judge.street_judge()


@cache
def real_features(choosing):
    """Return the features of the test photographs, computed once."""
    return judge().features(pairs(choosing).test_photographs)


def trained(function, split, *, seed, **run):
    """Train one configuration; return it and the `translation.Game`."""
    runtime.seed(seed)
    model = function()
    return model, street_painter.learn(model, split, steps=steps(function), batch=batch(), seed=seed, **run)


def finished(function, *, seed, choosing=False, **run):
    """Train one configuration and return the scores of its pictures, and the differences in IoU from `references`."""
    split = pairs(choosing)
    if function is ground_truth:
        return judged(choosing, split.test_photographs)[0]
    others = () if choosing else references(function, seed)
    model, game = trained(function, split, seed=seed, **run)
    if function is l1_cgan_long and not choosing:
        street_painter.keep(model, seed=seed, seconds=game.seconds)
    pictures = translation.generate(model, split.test_conditions, seed=seed)
    scores, labels, blocks = judged(choosing, pictures)
    scores |= played(game) | {"parameters": model.generator.count_params(), "settings_tried": 5}
    scores["passes"] = steps(function) * batch() / len(split.photographs)
    scores["bits"] = 32 if runtime.keras().config.dtype_policy().name == "float32" else 16
    if choosing:
        return scores
    keep(function, seed, pictures, labels, blocks)
    return comparison.flat(scores, {f"iou_{other.__name__}": apart(blocks, other, seed) for other in others})


def references(function, seed):
    """Return the configurations with which one is compared, or a FileNotFoundError where their runs are missing."""
    others = {l1: (l1,), l1_cgan_long: (l1, l1_cgan, l1_long)}.get(function, (l1, l1_cgan))
    missing = [other.__name__ for other in others if other is not function and not arrays(other, seed).is_file()]
    if missing:
        given = f"{function.__name__} is compared with {', '.join(missing)}, which were not run with seed {seed}"
        raise FileNotFoundError(f"{given}: run these first, `make benchmarks NAME=pix2pix ARGS='{' '.join(missing)}'`.")
    return others


def apart(blocks, other, seed):
    """Return the `evidence.Difference` in IoU from another configuration with the same seed, over test frames."""
    with np.load(arrays(other, seed)) as theirs:
        return evidence.miou_apart(blocks, theirs["blocks"])


def judged(choosing, pictures):
    """Return the scores of pictures, the labels found in them, and their confusion matrices, ten frames in one."""
    split, found = pairs(choosing), judge().labels(pictures)
    each = np.stack([metrics.confusion(one[None], other[None], split.classes, scenes.IGNORE)
                     for one, other in zip(split.test_conditions, found, strict=True)])  # fmt: skip
    result = scores.scored(each.sum(axis=0))
    result["histogram"] = float(scores.histogram_intersection(split.test_photographs, pictures).mean())
    result["frechet"] = scores.frechet(real_features(choosing), judge().features(pictures))
    result["error"] = float(np.abs(pictures - split.test_photographs).mean())
    result["detail"] = flatness.detail(pictures)
    return result, found.astype("uint8"), evidence.blocks(each).astype("int32")


def played(game):
    """Return when D had been sure of everything for long (0: never), and what it gave at the end, if there is one."""
    last = {name: float(np.mean(getattr(game, name)[-200:])) for name in ("real", "fake") if getattr(game, name)}
    return last | {"collapsed": int(game.collapse or 0)}


def keep(function, seed, pictures, labels, blocks):
    """Keep the matrices of a run; all its pictures, out of the way; and with the first seed what the chapter shows."""
    place, pictures = arrays(function, seed), (255 * pictures).round().astype("uint8")
    comparison.kept(place, blocks=blocks)
    comparison.kept(Path("_build/benchmarks/pix2pix_pictures") / place.name, pictures=pictures, labels=labels)
    if seed == 0:
        some = shown(len(pictures))
        comparison.kept(place.with_name(f"{place.stem}-labels.npz"), pictures=pictures[some], labels=labels[some])


def shown(count):
    """Return the places of the four test frames that the chapter shows, evenly spread."""
    return np.linspace(0, count - 1, 6).astype(int)[1:-1]


def arrays(function, seed):
    """Return the path where a run keeps its confusion matrices."""
    return ledger.results() / "runs" / "pix2pix" / f"{function.__name__}-{seed}.npz"


SHARED = ("size", "width", "batch", "networks", "steps", "pairs", "judge", "real_features", "trained", "finished",
          "references", "apart", "judged", "played", "keep", "shown", "arrays", "l1", "l1_cgan")  # fmt: skip
CODE = (
    *(f"benchmarks.pix2pix.{name}" for name in SHARED),
    *("benchmarks.comparison.kept", "benchmarks.comparison.flat"),
    *("helpers.models.pix2pix", "helpers.adversarial", "helpers.translation", "helpers.street_judge"),
    *("helpers.translation_metrics", "helpers.segmentation_metrics", "helpers.flatness", "helpers.evidence"),
    *(f"helpers.data.translations.{name}" for name in ("Pairs", "camvid", "enlarged", "jitter")),
    *("helpers.data.crops", "helpers.data.scenes", *running.TRAINING),
    *(f"helpers.training.{name}" for name in ("_Checkpoint", "_spread", "_finite")),
    "helpers.street_painter.learn",
    *("helpers.segmenter", "helpers.models.residual", "helpers.models.any_size"),  # the judge and its training
    *("helpers.averaging", "helpers.losses.LabelEntropy"),
)


def used(function):
    """Return the names of the code that a configuration's result depends on."""
    return (*CODE, f"benchmarks.pix2pix.{function.__name__}")


def main(arguments, seeds=(0, 1), models=MODELS, longer=LONG):
    """Judge the photographs, then train every configuration with each seed, and two for longer with the first."""
    runtime.keras().mixed_precision.set_dtype_policy(runtime.precision())
    every = {ground_truth: seeds[:1]} | dict.fromkeys(models, seeds) | dict.fromkeys(longer, seeds[:1])
    running.main(
        arguments, name="pix2pix", models=every, used=used, call=lambda function, **run: finished(function, **run)
    )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:])
