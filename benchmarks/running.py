"""How a benchmark runs: what is missing, one run after the other, each stored as it ends and resumable before."""

from pathlib import Path
from time import perf_counter

from helpers import ledger, runtime, training

#: The code that every training of a network with batch normalisation and augmented images depends on.
TRAINING = (
    "helpers.layers.FusedBatchNormalization",
    *("helpers.training.fit", "helpers.training.training_step", "helpers.training.adam"),
    *("helpers.data.augment", "helpers.data.pipeline"),
)


def main(arguments, *, name, models, used, call, flat=False, beside=None):
    """Run what is missing of `models`, {function: seeds}, the first seed of every model before the second.

    arguments: names of functions, for these alone; with --choose each is run once on the validation part, printed and
    not stored. used: from a function to the names of the code that its result depends on. call: `call(function,
    choosing, **run)` calls it with its data. flat: as in `ledger.assemble`. beside: {name: seeds} of models of another
    benchmark that belong to the same ledger; those whose runs are there go into it, too.
    """
    names = [word for word in arguments if not word.startswith("--")]
    functions = [function for function in models if function.__name__ in names or not names]
    if "--choose" in arguments:
        return [choose(function, call) for function in functions]
    todo = [(function, seed) for seed in sorted({*sum(map(tuple, models.values()), ())}) for function in functions]
    left = [(f, seed) for f, seed in todo if seed in models[f] and not _finished(name, f, seed, used)]
    for number, (function, seed) in enumerate(left):
        print(f"{len(left) - number} runs left; now {function.__name__}, seed {seed}", flush=True)
        run(name, function, seed, used, call)
    if not names:
        there = {model: seeds for model, seeds in (beside or {}).items() if _stored(name, model, seeds)}
        ledger.assemble(name, there | {function.__name__: seeds for function, seeds in models.items()}, flat=flat)


def run(name, function, seed, used, call):
    """Train one model with one seed and store what came of it."""
    runtime.seed(seed)
    model, started = function.__name__, perf_counter()
    state = Path("_build/benchmarks") / name / f"{model}-{seed}.npz"
    earlier = training.spent(state)
    found = call(function, choosing=False, seed=seed, resume=state, label=f"{model}, seed {seed}")
    seconds = earlier + perf_counter() - started
    ledger.save_run(name, model, seed, found, seconds=seconds, modules=used(function))
    show(model, seed, found, seconds)


def choose(function, call):
    """Train one model without the validation part and print its scores there."""
    started = perf_counter()
    found = call(function, choosing=True, seed=runtime.seed(0), label=function.__name__)
    show(function.__name__, "validation", found, perf_counter() - started)


def show(model, what, found, seconds):
    """Print a line for one run."""
    print(f"{model} {what}: " + ", ".join(f"{key} {value:.4g}" for key, value in found.items()) + f", {seconds:.0f} s")


def _stored(name, model, seeds):
    return all((ledger.results() / "runs" / name / f"{model}-{seed}.json").is_file() for seed in seeds)


def _finished(name, function, seed, used):
    return ledger.finished(name, function.__name__, seed, modules=used(function))
