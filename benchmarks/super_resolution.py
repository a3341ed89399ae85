"""Super-resolution on T91, Set5 and Set14: the ledger `super_resolution`.

`make benchmarks NAME=super_resolution` runs what is missing, can be stopped at any moment and goes on where it was.
`residual_x2`, `_x3` and `_x4` are the book's network, 40,000 steps each. Twenty minutes on two CPU cores are enough for
them at 30 ms a step, which takes a CPU that multiplies in bfloat16; in float32 a step takes about 50 ms. On equal terms
(the same squares, steps, schedule, loss and batch, three seeds) stand `short`, which is the same network for ×2, SRCNN,
and the source's U-Net on the enlarged image, with and without that image added to its output; the first of these also
without its dropout, its batch normalisation, or both. `srcnn_long` has half of the steps of a long run. All learn from
T91 alone.

Each network on equal terms has three trials for its rate, with half the steps, and a fourth where the lowest or the
highest rate was the best: trained on eight ninths of T91 and judged on every ninth photograph. The ledger
`super_resolution_rates` has an entry for each trial. The long runs take the rate of their network. `--choose` trains
and judges a named run in the same way by hand.

Of rates within 0.05 dB of the best the lowest is taken. The rule is younger than the trials of `short`: their best,
5e-3, led by a hundredth of a dB and threw two seeds of three off. Those three runs are kept as `short_edge`.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

import numpy as np

from benchmarks import running
from helpers import data, enlarging, ledger, resampling, runtime
from helpers.models import any_size, super_resolution
from helpers.models import unet as unets

NAME = "super_resolution"


def long():
    """Return the steps of training of the long runs."""
    return 40_000


def brief():
    """Return the steps of training of the runs on equal terms."""
    return 4_000


def rates():
    """Return the learning rates that are tried for each network on equal terms."""
    return 5e-4, 2e-3, 5e-3


def beyond():
    """Return the rate that is tried too where the lowest of `rates` was the best, and that for the highest."""
    return 1.25e-4, 1.25e-2


def tie():
    """Return how many dB below the best rate a lower one may be and still be taken: it is the safer of the two."""
    return 0.05


def bicubic(split, **run):
    """Bicubic interpolation, for all three scales."""
    ways = {scale: lambda small, scale=scale: resampling.enlarged(small, scale) for scale in resampling.SCALES}
    return {name: value for scale, way in ways.items() for name, value in scores(way, split, scale).items()}


def bilinear(split, **run):
    """Bilinear interpolation, ×2."""
    return scores(lambda small: resampling.enlarged(small, 2, "bilinear"), split, 2)


def residual_x2(split, **run):
    """The book's network."""
    return trained(super_resolution.residual(2), split, 2, steps=long(), ensemble=True, **run)


def residual_x3(split, **run):
    """The same for ×3."""
    return trained(super_resolution.residual(3), split, 3, steps=long(), ensemble=True, **run)


def residual_x4(split, **run):
    """The same for ×4."""
    return trained(super_resolution.residual(4), split, 4, steps=long(), ensemble=True, **run)


def short(split, **run):
    """The book's network, ×2, for as many steps as the others."""
    return trained(super_resolution.residual(2), split, 2, **{"steps": brief(), "ensemble": True} | run)


def short_edge(split, **run):
    """The same at the rate of its best trial, which is at the edge of what holds."""
    return trained(super_resolution.residual(2), split, 2, **{"steps": brief(), "rate": 5e-3, "ensemble": True} | run)


def srcnn(split, **run):
    """SRCNN of the published architecture 9-1-5; start, loss and optimiser are those of the others."""
    return trained(super_resolution.srcnn(2), split, 2, **{"steps": brief()} | run)


def unet(split, **run):
    """The source's U-Net on the enlarged image."""
    return trained(on_enlarged(residual=False), split, 2, multiple=8, **{"steps": brief()} | run)


def unet_residual(split, **run):
    """The same, its output added to the enlarged image."""
    return trained(on_enlarged(), split, 2, multiple=8, **{"steps": brief()} | run)


def unet_normalised(split, **run):
    """The residual one without its dropout."""
    return trained(on_enlarged(dropout=0.0), split, 2, multiple=8, **{"steps": brief()} | run)


def unet_dropout(split, **run):
    """The residual one without its batch normalisation."""
    return trained(on_enlarged(normalised=False), split, 2, multiple=8, **{"steps": brief()} | run)


def unet_bare(split, **run):
    """The residual one with neither."""
    return trained(on_enlarged(normalised=False, dropout=0.0), split, 2, multiple=8, **{"steps": brief()} | run)


def srcnn_long(split, **run):
    """SRCNN for half of the steps of a long run: is it the network, or the long training?"""
    return trained(super_resolution.srcnn(2), split, 2, steps=long() // 2, **run)


def photograph(split, **run):
    """A photograph of a million pixels, ×2, in a process of its own: seconds, and the most memory it ever held."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(million, runtime.keras().config.dtype_policy().name).result()


def on_enlarged(*, residual=True, normalised=True, dropout=0.1):
    """Return the source's U-Net for one channel, or a part of it, behind a bicubic layer, for sides that 8 divides."""
    network = unets.unet((48, 48, 1), normalised=normalised, dropout=dropout, bias=True)
    return super_resolution.enlarged_first(any_size.free(network), 2, residual=residual)


def trained(model, split, scale, *, steps, rate=2e-3, multiple=1, ensemble=False, **run):
    """Train a network on squares of the training photographs; return its scores, parameters and times."""
    history = enlarging.learn(model, split.train, scale, steps=steps, rate=rate, points=0, **run)
    upscale = any_size.padded(enlarging.upscaler(model), multiple)
    found = scores(upscale, split, scale)
    if ensemble:
        several = enlarging.upscaler(model, ensemble=True)
        eight = scores(several, split, scale) | {"milliseconds": milliseconds(several)}
        found |= {f"{name}_ensemble": value for name, value in eight.items()}
    costs = {"parameters": model.count_params(), "milliseconds": milliseconds(upscale)}
    return found | costs | {"training_seconds": history.seconds, "steps": steps, "rate": rate}


def scores(upscale, split, scale):
    """Return {"set5_x2_psnr": …, "set5_x2_ssim": …} for every test set."""
    found = {}
    for name, images in split.tests.items():
        pair = resampling.mean(resampling.score(upscale, images, scale))
        place = "choice" if "validation" in name else name.lower()
        found |= {f"{place}_x{scale}_{kind}": value for kind, value in zip(("psnr", "ssim"), pair, strict=True)}
    return found


def milliseconds(upscale, side=256, times=7):
    """Return the median time in which a square of `side` small pixels is enlarged."""
    small, found = np.random.default_rng(0).integers(0, 256, (side, side), "uint8"), []
    for _ in range(times + 1):
        started = perf_counter()
        upscale(small)
        found.append(1000 * (perf_counter() - started))
    return float(np.median(found[1:]))


def million(policy, side=1000):
    """Enlarge an image of side × side pixels twice as high and wide; neither weights nor content change the time."""
    runtime.keras().mixed_precision.set_dtype_policy(policy)
    model = super_resolution.residual(2)
    upscale, reach = enlarging.upscaler(model), enlarging.margin(model)
    image = np.random.default_rng(0).integers(0, 256, (side, side, 3), "uint8")
    enlarging.photograph(image[:64, :64], 2, upscale, margin=reach)
    before, started = held(), perf_counter()
    large = enlarging.photograph(image, 2, upscale, margin=reach)
    seconds, peak = perf_counter() - started, max(before, held())
    return {"pixels": image[..., 0].size, "enlarging_seconds": seconds, "result_megabytes": large.nbytes / 1e6,
            "peak_megabytes": peak, "loaded_megabytes": before}  # fmt: skip


def held():
    """Return the most memory that this process has held, in megabytes; unlike `ru_maxrss`, without its parent's."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) * 1024 / 1e6


ONE, SEVERAL = (0,), (0, 1, 2)
PARTS = (unet_normalised, unet_dropout, unet_bare)
EQUAL = (short, srcnn, unet, unet_residual, *PARTS)
MODELS = dict.fromkeys((bicubic, bilinear, photograph), ONE) | dict.fromkeys(EQUAL, SEVERAL)
MODELS[short_edge] = SEVERAL
MODELS |= dict.fromkeys((residual_x2, residual_x3, residual_x4, srcnn_long), ONE)

SHARED = ("helpers.resampling", "helpers.data.superres", "helpers.convolution", "helpers.metrics.ssim")
TRIED = ("rates", "beyond", "trial", "tried", "further", "tie", "rate_of", "twin")
LEARNED = (
    *(f"benchmarks.super_resolution.{name}" for name in ("trained", "scores", "milliseconds", "long", "brief", *TRIED)),
    "helpers.enlarging.learn",
    "helpers.enlarging.upscaler",
    "helpers.enlarging.averaged",
    "helpers.averaging",
    "helpers.image_losses.absolute_error",
    "helpers.models.super_resolution",
    "helpers.models.any_size",
    "helpers.layers.SubPixel",
    "helpers.training.fit",
    "helpers.training.training_step",
    "helpers.training.adam",
    "helpers.data.pipeline",
    "helpers.data.square",
)
UNET = ("benchmarks.super_resolution.on_enlarged", "helpers.models.unet", "helpers.layers.FusedBatchNormalization")


def used(function):
    """Return the names of the code that a result depends on; for a trial, that of its network."""
    function = getattr(function, "network", function)
    own = f"benchmarks.super_resolution.{function.__name__}"
    if function in (bicubic, bilinear):
        return (own, "benchmarks.super_resolution.scores", *SHARED)
    if function is photograph:
        parts = ("benchmarks.super_resolution.million", "benchmarks.super_resolution.held")
        return (own, *parts, "helpers.enlarging", "helpers.models.super_resolution")
    return (own, *SHARED, *LEARNED, *(UNET if function in (unet, unet_residual, *PARTS) else ()))


@cache
def photographs(choosing):
    """Return T91 with Set5 and Set14, or with its own validation part, read once."""
    return data.t91(choosing=choosing)


def call(function, *, choosing, **run):
    """Run one model on T91 with its best rate, or on the part of it on which settings are chosen."""
    given = {"rate": rate_of(twin(function))} if twin(function) and not choosing else {}
    return function(photographs(choosing), **given, **run)


def twin(function):
    """Return the network on equal terms whose best rate a run takes, or None for a run without training."""
    same = {residual_x2: short, residual_x3: short, residual_x4: short, srcnn_long: srcnn}
    return same.get(function, function if function in EQUAL else None)


@cache
def trial(network, rate):
    """Return a run of its own that trains a network on equal terms with a rate, for half the steps."""

    def run(split, **given):
        return network(split, steps=brief() // 2, rate=rate, ensemble=False, **given)

    run.__name__, run.network = f"{network.__name__}_{name_of(rate)}", network
    return run


def name_of(rate):
    """Return what a rate is called in the name of a trial."""
    return f"rate_{rate:g}".replace(".", "_").replace("-", "_")


def tried(network, some):
    """Return {rate: PSNR on the validation part} of the trials of a network with some rates."""
    runs = {rate: ledger.load_run(f"{NAME}_rates", trial(network, rate).__name__, 0) for rate in some}
    return {rate: run["metrics"]["choice_x2_psnr"] for rate, run in runs.items()}


def further(network):
    """Return the rate to be tried too, in a tuple, where the best of `rates` is the lowest or the highest of them."""
    found = tried(network, rates())
    ends, best = (min(found), max(found)), max(found, key=found.get)
    return tuple(more for end, more in zip(ends, beyond(), strict=True) if end == best)


def rate_of(network):
    """Return the lowest rate that is at most `tie()` below the best on the validation part."""
    found = tried(network, (*rates(), *further(network)))
    return min(rate for rate, psnr in found.items() if psnr >= max(found.values()) - tie())


def try_rates(names):
    """Run the trials that are missing for the named runs, or for all; then one more where the best is at an end."""
    asked = [twin(function) for function in MODELS if not names or function.__name__ in names]
    networks = [network for network in dict.fromkeys(asked) if network]
    shared = {"name": f"{NAME}_rates", "used": used, "call": judged}
    first = dict.fromkeys((trial(network, rate) for network in networks for rate in rates()), ONE)
    if first:
        running.main([run.__name__ for run in first], models=first, **shared)
        every = first | {trial(network, rate): ONE for network in networks for rate in further(network)}
        running.main([run.__name__ for run in every] if names else [], models=every, **shared)


def judged(function, *, choosing, **run):
    """Run a trial on the part of T91 on which settings are chosen."""
    return function(photographs(True), **run)


def flat(metrics):
    """Return the metrics of the ledger: those of the book's network and of bicubic interpolation by name, then models.

    `set5_x2_psnr`, … are those of the long runs, `bicubic_set5_x2` and `bicubic_set5_x2_ssim`, … those of bicubic
    interpolation, `photograph_…` those of the photograph; every other model keeps its name.
    """
    metrics = {model: dict(of) for model, of in metrics.items()}
    found = {f"bicubic_{name.removesuffix('_psnr')}": value for name, value in metrics.pop("bicubic").items()
             if name != "seconds"}  # fmt: skip
    found |= {f"photograph_{name}": value for name, value in metrics.pop("photograph").items()}
    for scale in resampling.SCALES:
        for name, value in metrics[f"residual_x{scale}"].items():
            found |= {name: value} if name.startswith("set") else {}
    return found | metrics


def main(arguments):
    """Run what is missing, then write the ledger; the photograph first, as long as this process holds little."""
    runtime.keras().mixed_precision.set_dtype_policy(runtime.precision())
    shared = {"name": NAME, "models": MODELS, "used": used, "call": call}
    if not arguments:
        running.main([photograph.__name__], **shared)
    if "--choose" not in arguments:
        try_rates(arguments)
    running.main(arguments, **shared)
    if not arguments:
        record = ledger.read(NAME)
        path = ledger.results() / f"{NAME}.json"
        ledger.save(path, ledger.check(record | {"metrics": flat(record["metrics"])}))


if __name__ == "__main__":
    main(sys.argv[1:])
