"""The training of pix2pix: both players' losses, the film, a stop and a resumption, and pictures from a seed."""

import json
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from types import SimpleNamespace

import numpy as np
from tqdm import tqdm

from . import data, runtime, training
from .adversarial import Pix2Pix, ThenFalling  # noqa: F401 (the model that is trained here)

tf = runtime.tensorflow()

SURE = 0.01  # a discriminator that gives less than this, or more than 1 less this, to everything teaches nothing


@dataclass
class Game:
    """What both players saw, a number for every step; without a discriminator only the error."""

    error: list = field(default_factory=list)  # mean |y − G(x)| of pictures in [-1, 1]
    generator: list = field(default_factory=list)  # bce(1, D(x, G(x)))
    discriminator: list = field(default_factory=list)  # its loss
    real: list = field(default_factory=list)  # the mean probability that D gives photographs
    fake: list = field(default_factory=list)  # and pictures of the generator
    test_steps: list = field(default_factory=list)
    test_error: list = field(default_factory=list)  # the error on test images, at these steps
    snapshot_steps: list = field(default_factory=list)
    snapshots: list = field(default_factory=list)  # (times, examples, H, W, channels) in [0, 1]
    collapse: int | None = None  # the first step at which D had been sure of everything for long
    seconds: float = 0.0

    def curve(self, name, points=40):
        """Return steps and the means of a list of this history between them, `points` at most, for a figure."""
        values = np.asarray(getattr(self, name))
        parts = [part for part in np.array_split(np.arange(len(values)), points) if len(part)]
        return np.array([part[-1] + 1 for part in parts]), np.array([values[part].mean() for part in parts])


def fit(
    model, photographs, conditions, *, steps, batch=4, rate=2e-4, momentum=0.5, seed=0, augment=None, test=None,
    points=20, examples=None, snapshots=0, resume=None, label="pix2pix", patience=300,
):  # fmt: skip
    """Train both networks of a `Pix2Pix` in place for `steps` batches and return the `Game`.

    photographs: (N, H, W, channels) in [0, 1]. conditions: label maps (N, H, W) or images (N, H, W, C), see `Pix2Pix`.
    rate: of both Adams for the first half of the steps; then it falls to 0. momentum: their β₁. augment: as for
    `data.pipeline`; photographs and conditions move together. test: (photographs, conditions) of which the error is
    measured `points` times. examples, snapshots: conditions, and how many times in equal distances what the generator
    makes of them is kept, the first time before the first step. resume: a file where the state of both networks, both
    optimisers and the random numbers is saved every minute, so that a later call goes on from there and ends where an
    uninterrupted one would have; removed at the end. patience: after so many steps in which D is sure of everything,
    that is said. Raises ValueError where photographs and conditions do not belong together or have, after
    `augment`, another size than the generator takes; FloatingPointError at the first step whose loss is no number.
    """
    checked(model, photographs, conditions)
    steps = 0 if runtime.untrained() else steps
    model.compile(ThenFalling(rate, steps), momentum)
    watch = _Watch(model, test, examples, patience)
    keep, step = _State(resume, model, watch), tf.function(model.train_step, reduce_retracing=True)
    first = keep.restore()
    batches = data.pipeline(
        photographs, conditions, batch=batch, seed=seed, augment=augment, repeat=True, start=first
    )  # fmt: skip
    fits(model, batches.element_spec[1].shape[1:3])
    curve, film = training._spread(steps, points) | {0}, training._spread(steps, max(0, snapshots - 1)) | {0}
    with tqdm(total=steps, initial=first, desc=label, unit="step", mininterval=1, file=sys.stderr) as bar:
        watch.look(0, True, snapshots > 0) if first == 0 else None
        for number, pair in zip(range(first + 1, steps + 1), batches, strict=False):
            logs = {name: training._finite(value, number) for name, value in step(pair).items()}
            bar.update()
            bar.set_postfix({name: f"{value:.3g}" for name, value in logs.items()}, refresh=False)
            watch.note(number, logs)
            watch.look(number, number in curve, snapshots > 0 and number in film)
            keep(number)
    watch.finish()
    keep.remove()
    return watch.history


def generate(model, conditions, *, seed=0, batch=8):
    """Return what the generator makes of conditions: (N, H, W, channels), float32 in [0, 1].

    seed: of the noise; the same one gives the same pictures. Weights and random state of the model stay as they are.
    Raises ValueError on labels that the model does not know, and on another size than that of its generator.
    """
    conditions = known(model, conditions)
    fits(model, conditions.shape[1:3])
    with seeded(model.generator, seed):
        made = [model(conditions[at : at + batch]).numpy() for at in range(0, len(conditions), batch)]
    return np.clip(model.outside(np.concatenate(made)), 0, 1).astype("float32")


@contextmanager
def seeded(network, seed):
    """Let the noise of a network follow from `seed`; afterwards its random state is that of before."""
    states = [layer.seed_generator.state for layer in network.layers if hasattr(layer, "seed_generator")]
    before = [state.numpy() for state in states]
    for number, (state, value) in enumerate(zip(states, before, strict=True)):
        state.assign(np.array([seed, number], value.dtype))
    try:
        yield
    finally:
        for state, value in zip(states, before, strict=True):
            state.assign(value)


def checked(model, photographs, conditions):
    """Raise a ValueError where photographs and conditions do not belong together, or a label is not known."""
    sizes = [np.shape(part)[1:3] for part in (photographs, conditions)]
    if len(photographs) != len(conditions) or sizes[0] != sizes[1]:
        given = f"{len(photographs)} photographs of {sizes[0]} and {len(conditions)} conditions of {sizes[1]} pixels"
        raise ValueError(f"{given}; give as many, of one size.")
    known(model, conditions)


def known(model, conditions):
    """Return conditions as an array, or raise a ValueError on a shape or a label that the model does not take."""
    conditions, classes = np.asarray(conditions), model.classes
    if not conditions.size or conditions.ndim != (4 if classes is None else 3):
        kind = "images (N, H, W, C)" if classes is None else "label maps (N, H, W)"
        raise ValueError(f"conditions have the shape {conditions.shape}; give {kind}, at least one.")
    if classes is not None and (conditions.min() < 0 or conditions.max() > classes):
        wrong = sorted({*np.unique(conditions).tolist()} - {*range(classes + 1)})
        allowed = f"give 0 to {classes - 1}, or {classes} for what does not count"
        raise ValueError(f"conditions hold the unknown labels {str(wrong[:5])[1:-1]}; {allowed}.")
    return conditions


def fits(model, size):
    """Raise a ValueError where conditions of `size` (height, width) are not as large as the generator takes them."""
    taken, size = model.generator.input_shape[1:3], tuple(size)
    if None not in (*taken, *size) and tuple(taken) != size:
        given = f"The generator takes {taken[0]}×{taken[1]} pixels and is given {size[0]}×{size[1]}"
        raise ValueError(f"{given}; cut pieces with augment=data.translations.jitter(size), or build it for that size.")


class _Watch:
    """Keeps the losses, the film and the test error, and an eye on a discriminator that teaches nothing any more."""

    def __init__(self, model, test, examples, patience):
        self.model, self.test, self.examples, self.patience = model, test, examples, patience
        self.history, self.best, self.started = Game(), None, perf_counter()

    def note(self, number, logs):
        """Keep what one step gave."""
        for name, value in logs.items():
            getattr(self.history, name).append(value)
        if self.history.collapse is None and collapsed(self.history, self.patience):
            self.history.collapse = number
            self.say(number)

    def say(self, number):
        """Say that the game is over."""
        real, fake = self.history.real[-1], self.history.fake[-1]
        tqdm.write(
            f"Step {number}: for {self.patience} steps the discriminator has given {real:.2f} to photographs and "
            f"{fake:.2f} to generated pictures. The generator learns next to nothing from it. Try a narrower "
            "discriminator, a smaller field or a lower rate, and look at the signs in its loss.",
            file=sys.stdout,
        )

    def look(self, number, curve, film):
        """Measure the test error, and keep what the generator makes of the examples."""
        if curve and self.test is not None:
            photographs, conditions = self.test
            made = generate(self.model, conditions)
            self.history.test_steps.append(number)
            self.history.test_error.append(2 * float(np.abs(made - photographs).mean()))
        if film:
            self.history.snapshot_steps.append(number)
            self.history.snapshots.append(generate(self.model, self.examples))

    def clock(self):
        """Return the seconds of this run and of those it resumed."""
        return self.history.seconds + perf_counter() - self.started

    def finish(self):
        """Stop the clock."""
        self.history.seconds = self.clock()
        self.history.snapshots = np.stack(self.history.snapshots) if self.history.snapshots else np.empty(0)


def collapsed(history, patience):
    """Return whether D has given nearly 0 or nearly 1 to everything, photographs and pictures, for `patience` steps."""
    if len(history.real) < patience:
        return False
    return all(
        all(min(value, 1 - value) < SURE for value in values[-patience:]) for values in (history.real, history.fake)
    )


class _State(training._Checkpoint):
    """As in `training`, for two networks with an optimiser each, and the random state of the noise."""

    def __init__(self, path, model, watch):
        both = [*model.optimizer.variables, *model.discriminator_optimizer.variables]
        super().__init__(path, model, SimpleNamespace(variables=both), watch)

    def _fill(self, arrays, values):
        for variable, value in zip(self.variables, values, strict=True):
            variable.assign(value)
        self.watch.history = Game(**json.loads(str(arrays["history"])), snapshots=list(arrays["snapshots"]))
