"""The four segmentation autoencoders on the horses, and what each of their chapters varies, on a CPU.

`make benchmarks NAME=four_cases` runs what is missing, can be stopped at any moment and goes on where it was;
`ARGS="plain repeat"` runs only these models. `python -m benchmarks.four_cases --choose MODEL …` trains without the
validation part of the horses and scores that instead, prints, and stores nothing: settings are chosen there, never on
the test set.
"""

import sys
from functools import partial

import numpy as np

from benchmarks import running
from helpers import data, losses, runtime, training
from helpers import segmentation_metrics as metrics
from helpers.metrics import checkerboard, iou
from helpers.models import segmentation

NAME = "four_cases"
SHAPE, FILTERS = (128, 128, 3), (16, 32, 64, 128)
SHARED = ("deep", "narrow", "staged", "autopsied", "trained", "predicted", "scored")
LOSSES = ("MaskEntropy", "MaskSquaredError", "Deep", "reduced")
CODE = (
    *(f"benchmarks.four_cases.{name}" for name in SHARED),
    *(f"helpers.losses.{name}" for name in LOSSES),
    "helpers.models.segmentation",
    *running.TRAINING,
    "helpers.data.pictures.horses",
    "helpers.data.pictures.varied",
    "helpers.metrics.iou",
    "helpers.metrics.checkerboard",
    "helpers.segmentation_metrics",
)


def plain(**run):
    """Case 1."""
    return scored(*trained(segmentation.plain(SHAPE, filters=FILTERS), **run))


def multi_loss(**run):
    """Case 2: a loss at every size of the way up."""
    return scored(*trained(segmentation.multi_loss(SHAPE, filters=FILTERS), loss=deep(), **run))


def repeat(**run):
    """Case 3."""
    return scored(*trained(segmentation.repeat(SHAPE, filters=FILTERS), **run))


def variational(**run):
    """Case 4 as its author committed it: 64×64 pixels, half the squared error, drawn at prediction too."""
    return autopsied({}, {}, steps=400, rate=1e-3, **run)


def transposed4(**run):
    """Case 1 with transposed convolutions 4/2."""
    return scored(*trained(segmentation.plain(SHAPE, filters=FILTERS, up="transposed 4/2"), **run))


def bilinear(**run):
    """Case 1 with bilinear enlargement and a convolution."""
    return scored(*trained(segmentation.plain(SHAPE, filters=FILTERS, up="bilinear + conv"), **run))


def sub_pixel(**run):
    """Case 1 with sub-pixel convolutions."""
    return scored(*trained(segmentation.plain(SHAPE, filters=FILTERS, up="sub-pixel"), **run))


def refined(**run):
    """Label refinement without gates, stage by stage."""
    return staged(None, **run)


def refined_times(**run):
    """The same with gates that multiply."""
    return staged("times", **run)


def refined_plus(**run):
    """The same with gates that add."""
    return staged("plus", **run)


def slim(**run):
    """Case 4 in a quarter of its width: what the next ones are compared with."""
    return autopsied(narrow(), {}, **run)


def slim_silent(**run):
    """The same, no noise in training."""
    return autopsied(narrow(), {"draw": "never"}, **run)


def slim_free(**run):
    """The same without the floor under σ."""
    return autopsied(narrow(), {"floor": False}, **run)


def slim_taxed_little(**run):
    """The same with a hundredth of the divergence in the loss."""
    return autopsied(narrow(), {"kl_weight": 0.01}, **run)


def slim_taxed(**run):
    """The same with the divergence in the loss."""
    return autopsied(narrow(), {"kl_weight": 1.0}, **run)


def slim_tight(**run):
    """The same with four numbers at each place of the code."""
    return autopsied(narrow() | {"code": 4}, {}, **run)


def deep():
    """Return the loss of networks that answer at several depths."""
    return losses.Deep(losses.MaskEntropy())


def narrow():
    """Return the settings of a narrow case 4."""
    return {"filters": (32, 64, 128), "code": 128}


def staged(gate, **run):
    """Train label refinement; return the scores of its last stage, and the IoU of each."""
    model = segmentation.refined(SHAPE, filters=(8, 16, 32, 64, 96, 128), gate=gate)
    model, split = trained(model, loss=deep(), **run)
    everything = runtime.keras().Model(model.input, model.outputs)
    stages = zip(*(everything(split.test[at : at + 16]) for at in range(0, len(split.test), 16)), strict=True)
    found = scored(model, split)
    for number, parts in enumerate(stages, 1):
        masks = 1 / (1 + np.exp(-np.concatenate(parts)))
        times = SHAPE[0] // masks.shape[1]
        ious = iou(masks.repeat(times, axis=1).repeat(times, axis=2), split.test_labels)
        found[f"iou_s{number}"] = float(ious.mean())
    return found


def autopsied(settings, change, *, steps=900, rate=2e-3, **run):
    """Train case 4; return the scores of masks drawn, of masks of the mean, and the share that two draws differ in."""
    model = segmentation.variational(**settings, **change)
    model, split = trained(model, loss=losses.MaskSquaredError(), steps=steps, rate=rate, **run)
    noisy, still = (segmentation.variational(**settings | change | {"draw": draw}) for draw in ("always", "never"))
    for twin in (noisy, still):
        twin.set_weights(model.get_weights())
    one, other = (predicted(noisy, split.test) > 0.5 for _ in range(2))
    mean = {f"mean_{name}": value for name, value in scored(still, split).items() if name != "parameters"}
    return scored(noisy, split) | mean | {"change": float((one != other).mean())}


def trained(model, *, horses, seed, loss=None, steps=800, rate=3e-3, **run):
    """Train a network on photographs of the size that it takes; return it and the data."""
    split = horses(model.input.shape[1])
    training.fit(
        model, split.train, split.train_labels, test=(split.test, split.test_labels), steps=steps, batch=8, rate=rate,
        loss=loss or losses.MaskEntropy(), augment=data.varied(model.input.shape[1]), seed=seed, points=6, **run,
    )  # fmt: skip
    return model, split


def predicted(model, images):
    """Return the masks of a network, (N, H, W, 1): the probability of the object."""
    parts = [model(images[at : at + 16], training=False).numpy() for at in range(0, len(images), 16)]
    return 1 / (1 + np.exp(-np.concatenate(parts)))


def scored(model, split):
    """Return what the masks of the test photographs are worth, and the IoU of those of the training photographs."""
    masks = predicted(model, split.test)
    found = {name: float(np.mean(values)) for name, values in metrics.judged(split.test_labels, masks).items()}
    found |= {"roughness": float(metrics.roughness(masks[..., 0] > 0.5).mean()), "grain": float(checkerboard(masks))}
    train = iou(predicted(model, split.train), split.train_labels)
    return found | {"train_iou": float(train.mean()), "parameters": model.count_params()}


CASES = dict.fromkeys((plain, multi_loss, repeat, variational), (0, 1, 2))
OTHERS = (transposed4, bilinear, sub_pixel, refined, refined_times, refined_plus)
AUTOPSY = (slim, slim_silent, slim_free, slim_taxed_little, slim_taxed, slim_tight)
MODELS = CASES | dict.fromkeys(OTHERS + AUTOPSY, (0, 1))


def used(function):
    """Return the names of the code that a model's result depends on."""
    return (*CODE, f"benchmarks.four_cases.{function.__name__}")


def call(function, *, choosing, **run):
    """Run one model on the horses, or on the part of them on which settings are chosen."""
    return function(horses=partial(data.horses, choosing=choosing), **run)


if __name__ == "__main__":
    running.main(sys.argv[1:], name=NAME, models=MODELS, used=used, call=call)
