"""One way to train that every chapter uses: progress, curves, snapshots and resuming."""

import json
import os
import sys
import zipfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter

import numpy as np
from tqdm import tqdm

from . import data, runtime
from .losses import squared_error
from .weights import trained, weights_path  # noqa: F401 (the store of trained networks)

tf = runtime.tensorflow()
keras = runtime.keras()


@dataclass
class History:
    """What training saw. The curves are mean losses over the same images at every point, without augmentation."""

    steps: list = field(default_factory=list)  # steps taken at each point of the curves
    train: list = field(default_factory=list)  # loss on images of the training set
    test: list = field(default_factory=list)  # loss on the test images
    validation: list = field(default_factory=list)  # loss on the validation part, where one was given
    snapshot_steps: list = field(default_factory=list)
    snapshots: list = field(default_factory=list)  # (times, examples, H, W, C): what became of the examples
    seconds: float = 0.0


def fit(
    model, images, targets=None, *, loss, steps, batch, test=None, validation=None, rate=1e-3, optimizer=None,
    augment=None, seed=0, points=20, examples=None, snapshots=0, resume=None, logs=None, label="training",
):  # fmt: skip
    """Train `model` in place for `steps` batches and return the `History`.

    images, targets: the training set, as for `data.pipeline`; without targets the images are their own.
    loss: a function (targets, outputs) -> one number per example, such as `losses.squared_error`.
    test, validation: images, or (images, targets). The curves show both, `points` times; with `validation` the model
    ends with the weights that were best on it, else with the last ones.
    rate: the highest learning rate of `adam`, unless an `optimizer` is given. augment: as for `data.pipeline`.
    examples, snapshots: images, and how many times in equal distances the model's outputs for them are kept.
    resume: a file where the state is saved every minute, so that a later call goes on from there; removed at the end.
    logs: a folder for TensorBoard: losses as scalars, snapshots as images.
    Raises FloatingPointError at the first step whose loss is no number.
    """
    steps = 0 if runtime.untrained() else steps
    optimizer = optimizer or adam(rate, steps)
    optimizer.build(model.trainable_variables)
    watch = _Watch(model, loss, (images, targets), test, validation, examples, logs)
    keep = _Checkpoint(resume, model, optimizer, watch)
    step, first = training_step(model, optimizer, loss), keep.restore()
    batches = iter(data.pipeline(images, targets, batch=batch, seed=seed, augment=augment, repeat=True, start=first))
    curve, film = _spread(steps, points) | {0}, _spread(steps, snapshots)
    with tqdm(total=steps, initial=first, desc=label, unit="step", mininterval=1, file=sys.stderr) as bar:
        watch(first, first == 0, first == 0 and 0 in film)
        for number in range(first + 1, steps + 1):
            value = _finite(step(*next(batches)), number)
            bar.update()
            bar.set_postfix(loss=f"{value:.4g}", refresh=False)
            watch(number, number in curve, number in film)
            keep(number)
    watch.finish()
    keep.remove()
    return watch.history


def training_step(model, optimizer, loss):
    """Return the compiled function (images, targets) -> loss that moves the weights of `model` one step downhill."""
    enlarge = getattr(optimizer, "scale_loss", lambda value: value)  # float16 loses small gradients

    @tf.function(reduce_retracing=True)
    def step(images, targets):
        with tf.GradientTape() as tape:
            outputs = model(images, training=True)
            value = tf.reduce_mean(loss(targets, outputs)) + tf.add_n(
                [tf.cast(part, tf.float32) for part in (0.0, *model.losses)]
            )
            enlarged = enlarge(value)
        optimizer.apply(tape.gradient(enlarged, model.trainable_variables), model.trainable_variables)
        return value

    return step


def adam(rate, steps, *, warmup=300):
    """Return Adam (Kingma & Ba 2015) whose learning rate climbs to `rate` and then falls to almost 0 along a cosine.

    The climb takes `warmup` steps, at most a tenth of all `steps`; the cosine (Loshchilov & Hutter 2017) the others.
    """
    climb = max(min(warmup, steps // 10), 1)
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, float(max(steps - climb, 1)), alpha=1e-3, warmup_target=float(rate), warmup_steps=climb
    )
    optimizer = keras.optimizers.Adam(schedule)
    mixed = keras.mixed_precision.dtype_policy().name == "mixed_float16"
    return keras.mixed_precision.LossScaleOptimizer(optimizer) if mixed else optimizer


def evaluate(model, images, targets=None, *, loss, batch=None):
    """Return the mean loss of `model` over a set; without `targets`, of its reconstructions.

    batch: images at a time; unless told 500, and of large ones as many as have 1.2 million pixels together, since the
    maps of a whole network stand in memory at once.
    """
    batch = batch or max(1, min(500, 1_200_000 // int(np.prod(images.shape[1:3]))))
    targets = images if targets is None else targets
    sums = [
        tf.reduce_sum(loss(targets[at : at + batch], model(images[at : at + batch], training=False)))
        for at in range(0, len(images), batch)
    ]
    return float(tf.add_n(sums)) / len(images)


class _Watch:
    """Measures the curves, keeps the snapshots and the best weights, and writes both to TensorBoard."""

    def __init__(self, model, loss, train, test, validation, examples, logs, most=2000):
        self.model, self.loss, self.examples = model, loss, examples
        sets = {"train": train, "test": test, "validation": validation}
        self.sets = {name: _pair(given) for name, given in sets.items() if given is not None}
        for name in ("train", "test"):
            self.sets |= (
                {name: tuple(part if part is None else part[:most] for part in self.sets[name])}
                if name in self.sets
                else {}
            )
        self.history, self.best, self.started = History(), None, perf_counter()
        self.writer = tf.summary.create_file_writer(str(logs)) if logs else tf.summary.create_noop_writer()

    def __call__(self, number, curve, film):
        history = self.history
        if curve:
            history.steps.append(number)
            for name, (images, targets) in self.sets.items():
                getattr(history, name).append(evaluate(self.model, images, targets, loss=self.loss))
            self._keep_best()
        if film:
            history.snapshot_steps.append(number)
            history.snapshots.append(self.model(self.examples, training=False).numpy().astype("float32"))
        if curve or film:
            self._write(number, curve, film)

    def _keep_best(self):
        values = self.history.validation
        if values and values[-1] == min(values):
            self.best = self.model.get_weights()

    def _write(self, number, curve, film):
        with self.writer.as_default(step=number):
            for name in self.sets if curve else ():
                tf.summary.scalar(f"loss/{name}", getattr(self.history, name)[-1])
            if film:
                tf.summary.image("examples", tf.clip_by_value(self.history.snapshots[-1], 0, 1), max_outputs=8)

    def clock(self):
        """Return the seconds of this run and of those it resumed."""
        return self.history.seconds + perf_counter() - self.started

    def finish(self):
        """Stop the clock and give the model its best weights back, where a validation part chose them."""
        self.history.seconds = self.clock()
        self.history.snapshots = np.stack(self.history.snapshots) if self.history.snapshots else np.empty(0)
        if self.best is not None:
            self.model.set_weights(self.best)
        self.writer.close()


class _Checkpoint:
    """The state of a run in one file of arrays: weights, optimiser, history, step. Without a file it does nothing."""

    def __init__(self, path, model, optimizer, watch, every=60):
        self.path, self.watch, self.every, self.saved = path and Path(path), watch, every, perf_counter()
        self.variables = [*model.variables, *optimizer.variables]

    def __call__(self, number):
        if self.path and perf_counter() - self.saved > self.every:
            self.save(number)
            self.saved = perf_counter()

    def save(self, number):
        """Write the state to a second file first, so that an interrupted write leaves the last state whole."""
        history = asdict(self.watch.history) | {"seconds": self.watch.clock()}
        shots, best = np.array(history.pop("snapshots")), self.watch.best or []
        arrays = {f"variable_{n}": v.numpy() for n, v in enumerate(self.variables)} | {
            f"best_{n}": v for n, v in enumerate(best)
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        half = self.path.with_name(self.path.name + ".half.npz")
        np.savez(half, **arrays, snapshots=shots, number=number, history=json.dumps(history))
        os.replace(half, self.path)

    def restore(self):
        """Put the saved state back and return the step to go on from, 0 without one."""
        if not self.path or not self.path.exists():
            return 0
        try:
            with open(self.path, "rb") as file, np.load(file, allow_pickle=False) as arrays:
                values = [arrays[f"variable_{n}"] for n in range(len(self.variables))]
                self._fill(arrays, values)
                return int(arrays["number"])
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise ValueError(
                f"{self.path} is not a state of this model and optimiser ({error}); delete it to start anew."
            ) from error

    def _fill(self, arrays, values):
        for variable, value in zip(self.variables, values, strict=True):
            variable.assign(value)
        best = [arrays[name] for name in sorted((n for n in arrays if n.startswith("best_")), key=lambda n: int(n[5:]))]
        self.watch.best = best or None
        self.watch.history = History(**json.loads(str(arrays["history"])), snapshots=list(arrays["snapshots"]))

    def remove(self):
        """Delete the file of a finished run."""
        if self.path:
            self.path.unlink(missing_ok=True)


def _spread(steps, times):
    """Return `times` step numbers in equal distances, the last of them `steps`."""
    return {round((n + 1) * steps / times) for n in range(times)}


def _pair(given):
    return given if isinstance(given, tuple) else (given, None)


def _finite(value, number):
    value = float(value)
    if not np.isfinite(value):
        raise FloatingPointError(
            f"The loss is {value} at step {number}. Try a lower rate, look at the images of that batch for NaN, "
            "and start from freshly initialised weights: the present ones are spoilt."
        )
    return value


def spent(path):
    """Return the seconds that an interrupted run had taken until it last saved its state; 0 without a whole state."""
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as arrays:
            return json.loads(str(arrays["history"]))["seconds"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return 0.0


def pretrain(stages, images, *, steps, batch, rate, seed=0):
    """Train the stages of a dense autoencoder one after another, `steps` each, and return the last loss of each.

    stages: as from `models.autoencoder.stages`. The first learns to reconstruct the images, (N, H, W, C); every later
    one the codes of the stage before it, by their squared error. The network whose layers they share is then a start
    for `fit` (greedy layer-wise training; Bengio et al. 2007).
    """
    steps = 0 if runtime.untrained() else steps
    codes, last, pick = images.reshape(len(images), -1), [], np.random.default_rng(seed)
    for stage in stages:
        step = training_step(stage, adam(rate, steps), squared_error)
        for _ in tqdm(range(steps), desc=stage.name, unit="step", file=sys.stderr):
            some = tf.constant(codes[pick.integers(0, len(codes), batch)])
            value = step(some, some)
        last.append(_finite(value, steps) if steps else None)
        codes = stage.get_layer("encoder").predict(codes, batch_size=1000, verbose=0)
    return last
