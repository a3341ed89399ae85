"""The time of a training step on this machine, by precision and batch normalisation: the ledger `speed`.

`make benchmarks NAME=speed`, with the machine to itself. The network is a U-Net of 16 to 256 channels on
128×128 colour images in batches of 8. It is written down here because `helpers.models` has no U-Net yet.
"""

import argparse
import os
import statistics
import sys
import time

import numpy as np

from helpers import ledger, runtime

MODULES = ("benchmarks.speed", "helpers.layers.FusedBatchNormalization")
PRECISIONS = ("float32", "mixed_bfloat16")
NORMALISATIONS = ("keras", "fused", "no")
WARM_UP = 5


def main(arguments=None):
    """Time the six variants, show the table, and store the ledger (only with 20 steps or more)."""
    os.environ.setdefault("BOOK_PROFILE", "full")  # a benchmark is a full run
    steps = parse(arguments).steps
    start, metrics = time.monotonic(), {}
    for number, (name, precision) in enumerate([(n, p) for n in NORMALISATIONS for p in PRECISIONS], start=1):
        metrics.setdefault(f"{name}_normalisation", {})[precision] = step_milliseconds(name, precision, steps)
        passed = time.monotonic() - start
        left = passed / number * (6 - number)
        print(f"{number} of 6 · {passed:.0f} s, about {left:.0f} s left", file=sys.stderr)
    print(table(metrics))
    if steps < 20:
        print(f"Not stored: {steps} steps are too few, 20 are needed.")
        return
    ledger.write("speed", metrics, seeds=[0], seconds=round(time.monotonic() - start, 1), modules=MODULES)


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=30, help="steps to time for each variant; 30 if not given")
    return parser.parse_args(arguments)


def step_milliseconds(name, precision, steps):
    """Return the median time of a training step in milliseconds, after a warm-up that is not counted."""
    keras = runtime.keras()
    keras.mixed_precision.set_dtype_policy(precision)
    runtime.seed(0)
    model = unet(normalisation(name))
    model.compile("adam", "binary_crossentropy", jit_compile=False)
    images = np.random.default_rng(0).random((8, 128, 128, 3), dtype=np.float32)
    masks = (images[..., :1] > 0.5).astype(np.float32)
    times = [timed(model, images, masks) for _ in range(WARM_UP + steps)][WARM_UP:]
    keras.mixed_precision.set_dtype_policy("float32")
    return round(1000 * statistics.median(times), 1)


def timed(model, images, masks):
    """Return the seconds of one training step."""
    start = time.perf_counter()
    model.train_on_batch(images, masks)
    return time.perf_counter() - start


def normalisation(name):
    """Return a function that makes the normalisation layer called `name`: keras, fused or no."""
    keras = runtime.keras()
    from helpers import layers

    makers = {"keras": keras.layers.BatchNormalization, "fused": layers.FusedBatchNormalization}
    return makers.get(name, lambda: keras.layers.Activation("linear"))


def unet(normalise):
    """Build a U-Net: (8, 128, 128, 3) → (8, 128, 128, 1) in [0, 1], 16 to 256 channels."""
    keras = runtime.keras()
    image = x = keras.Input((128, 128, 3))
    skips = []
    for channels in (16, 32, 64, 128):
        skips.append(convolve(x, channels, normalise))
        x = keras.layers.MaxPooling2D()(skips[-1])
    x = convolve(x, 256, normalise)
    for channels in (128, 64, 32, 16):
        x = keras.layers.Conv2DTranspose(channels, 3, strides=2, padding="same")(x)
        x = convolve(keras.layers.Concatenate()([x, skips.pop()]), channels, normalise)
    return keras.Model(image, keras.layers.Conv2D(1, 1, activation="sigmoid", dtype="float32")(x))


def convolve(x, channels, normalise):
    """Apply convolution, normalisation and ReLU, twice."""
    keras = runtime.keras()
    for _ in range(2):
        x = keras.layers.Conv2D(channels, 3, padding="same")(x)
        x = keras.layers.ReLU()(normalise()(x))
    return x


def table(metrics):
    """Return the milliseconds as a table in Markdown."""
    rows = [["milliseconds a step", *PRECISIONS], ["---"] * 3]
    for name, row in metrics.items():
        rows.append([name.replace("_", " "), *(f"{row[each]:.0f}" for each in PRECISIONS)])
    return "\n".join([runtime.hardware(), "", *(f"| {' | '.join(row)} |" for row in rows)])


if __name__ == "__main__":
    main()
