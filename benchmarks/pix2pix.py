"""What each part of pix2pix is worth: losses, generators and patches, from CamVid's label maps to its frames.

`make benchmarks NAME=pix2pix` trains what is missing, can be stopped at any moment and goes on where it was. All get
the same data, 128×128 pixels, steps, batch, rate and jitter, of which one was tried; each is trained with two seeds on
the training part. The 233 test frames are judged by the book's own segmenter, which should be in the store of weights
(`make benchmarks NAME=best`); else it is trained first. Precision is that of the machine (`bits` in the ledger).
"""

import sys
from functools import cache

import numpy as np

from benchmarks import comparison, running
from helpers import adversarial, evidence, ledger, runtime, street_judge, translation
from helpers import segmentation_metrics as metrics
from helpers import translation_metrics as scores
from helpers.data import scenes, translations
from helpers.models import pix2pix

SIZE, BATCH, WIDTH = (128, 128), 4, 32
SHOWN = 6  # test frames whose pictures are kept


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


def ground_truth():
    """No network: the photographs themselves, the ceiling of the scores."""


MODELS = (l1, gan, cgan, l1_gan, l1_cgan, encoder_decoder_5_l1, encoder_decoder_5, unet_7_l1, unet_7,
          patch_1, patch_16, patch_286)  # fmt: skip


def networks(*, levels=5, skips=True, field=70, conditional=True, weight=100.0):
    """Return a fresh `Pix2Pix` for CamVid's label maps."""
    classes = len(scenes.CLASSES)
    makes = pix2pix.generator((*SIZE, classes), levels=levels, width=WIDTH, skips=skips)
    judges = field and pix2pix.discriminator((*SIZE, 3), classes * conditional, field=field, width=WIDTH)
    return adversarial.Pix2Pix(makes, judges or None, weight=weight, classes=classes)


def steps():
    """Return how long each is trained."""
    return 2500


@cache
def pairs(choosing):
    """Return CamVid's pairs, read once."""
    return translations.camvid(SIZE, choosing=choosing)


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
    game = translation.fit(
        model, split.photographs, split.conditions, steps=steps(), batch=BATCH, seed=seed,
        augment=translations.jitter(SIZE), **run,
    )  # fmt: skip
    return model, game


def finished(function, *, seed, choosing=False, **run):
    """Train one configuration and return the scores of its pictures, and the difference in IoU from L1 alone."""
    split = pairs(choosing)
    if function is ground_truth:
        return judged(choosing, split.test_photographs, None)
    model, game = trained(function, split, seed=seed, **run)
    pictures = translation.generate(model, split.test_conditions, seed=seed)
    if choosing:
        return judged(choosing, pictures, None)
    found = judged(choosing, pictures, arrays(function, seed))
    with np.load(arrays(function, seed)) as mine, np.load(arrays(l1, seed)) as theirs:
        apart = evidence.miou_apart(mine["blocks"], theirs["blocks"])
    bits = 32 if runtime.keras().config.dtype_policy().name == "float32" else 16
    more = {"error": 2 * float(np.abs(pictures - split.test_photographs).mean()), "collapsed": int(game.collapse or 0)}
    more |= {"parameters": model.generator.count_params(), "bits": bits}
    return comparison.flat(found | more, {"iou": apart})


def judged(choosing, pictures, place):
    """Return the scores of pictures; keep their confusion matrices, ten frames in one, and some pictures at `place`."""
    split, found = pairs(choosing), judge().labels(pictures)
    each = np.stack([metrics.confusion(one[None], other[None], split.classes, scenes.IGNORE)
                     for one, other in zip(split.test_conditions, found, strict=True)])  # fmt: skip
    if place:
        some = (255 * pictures[shown(len(pictures))]).round().astype("uint8")
        comparison.kept(place, blocks=evidence.blocks(each).astype("int32"), pictures=some)
    result = scores.scored(each.sum(axis=0))
    result["histogram"] = float(scores.histogram_intersection(split.test_photographs, pictures).mean())
    result["frechet"] = scores.frechet(real_features(choosing), judge().features(pictures))
    return result


def shown(count):
    """Return the places of the frames whose pictures are kept, evenly spread."""
    return np.linspace(0, count - 1, SHOWN + 2).astype(int)[1:-1]


def arrays(function, seed):
    """Return the path where a run keeps its confusion matrices and some pictures."""
    return ledger.results() / "runs" / "pix2pix" / f"{function.__name__}-{seed}.npz"


SHARED = ("networks", "steps", "pairs", "judge", "real_features", "trained", "finished", "judged", "shown", "arrays")
CODE = (
    *(f"benchmarks.pix2pix.{name}" for name in SHARED),
    *("benchmarks.comparison.kept", "benchmarks.comparison.flat"),
    *("helpers.models.pix2pix", "helpers.adversarial", "helpers.translation", "helpers.street_judge"),
    *("helpers.translation_metrics", "helpers.segmentation_metrics", "helpers.evidence", "helpers.segmenter"),
    *("helpers.models.residual", "helpers.models.any_size", "helpers.data.crops", "helpers.data.scenes"),
    *(f"helpers.data.translations.{name}" for name in ("Pairs", "camvid", "enlarged", "jitter")),
    *running.TRAINING,
)


def used(function):
    """Return the names of the code that a configuration's result depends on."""
    return (*CODE, f"benchmarks.pix2pix.{function.__name__}")


def main(arguments, seeds=(0, 1), models=MODELS):
    """Judge the photographs, then train every configuration with each seed."""
    runtime.keras().mixed_precision.set_dtype_policy(runtime.precision())
    every = {ground_truth: seeds[:1]} | dict.fromkeys(models, seeds)
    running.main(
        arguments, name="pix2pix", models=every, used=used, call=lambda function, **run: finished(function, **run)
    )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:])
