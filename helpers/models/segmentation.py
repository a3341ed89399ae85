"""Four autoencoders that answer with a label for each pixel: plain, multi_loss, repeat, variational.

Each function returns a `keras.Model` from images (H, W, C) in [0, 1] to logits (H, W, classes); one class stands for
a mask. One encoder, one decoder, and the four differ only where their idea does. After the post "Four segmentation
autoencoders" (Source S0); normalisation stands behind each hidden convolution (Ioffe & Szegedy 2015).
"""

from .. import runtime
from ..layers import ICNR, FusedBatchNormalization, SubPixel
from .variational import divergence

keras = runtime.keras()

FILTERS = (32, 64, 128, 256)


def plain(shape=(128, 128, 3), classes=1, *, filters=FILTERS, up="transposed 3/2"):
    """Return case 1: convolutions down, transposed convolutions up.

    shape: of an image; height and width divide by 2 for each of `filters` after the first. classes: how many
    logits a pixel gets. filters: channels at each size, from that of the image down. up: one of `WAYS`.
    """
    x = image = _image(shape, classes, filters)  # (H, W, C)
    x = down(x, filters)  # (H / 8, W / 8, 256)
    for width in reversed(filters[:-1]):
        x = climb(x, width, up)  # twice as high and wide, `width` channels
    return keras.Model(image, logits(x, classes), name="plain")


def repeat(shape=(128, 128, 3), classes=1, *, filters=FILTERS):
    """Return case 3: every transposed convolution of case 1 becomes repetition of each pixel and a convolution."""
    model = plain(shape, classes, filters=filters, up="repeat + conv")
    return keras.Model(model.input, model.output, name="repeat")


def multi_loss(shape=(128, 128, 3), classes=1, *, filters=FILTERS, up="transposed 3/2"):
    """Return case 2: case 1 with logits at every size of the way up, each of which the loss may look at.

    The model is a `Depths`: in training it returns a list of logits, coarse to fine, and the last one otherwise. Give
    it a loss that takes lists, such as `losses.Deep(loss)`. After Islam et al. (2018), without their gates.
    """
    x = image = _image(shape, classes, filters)
    x = down(x, filters)
    depths = [logits(x, classes, name="depth_0")]  # (H / 8, W / 8, classes)
    for n, width in enumerate(reversed(filters[:-1]), 1):
        x = climb(x, width, up)
        depths.append(logits(x, classes, name=f"depth_{n}"))
    return Depths(image, depths, name="multi_loss")


def refined(shape=(128, 128, 3), classes=1, *, filters=(16, 32, 64, 96, 128, 160), gate=None):
    """Return label refinement (LRN; Islam et al. 2017), or with a gate its gated form (G-FRNet; Islam et al. 2018).

    The smallest map gets logits; on the way up, logits are doubled, put beside what the encoder knows at that size,
    and made anew: one stage for each of `filters`. gate: None, "times" or "plus", how the encoder's map and that of
    the next smaller size are joined before (see `gated`). A `Depths`, as `multi_loss`.
    """
    x = image = _image(shape, classes, filters)
    maps = [x := down(x, [width], first=n) for n, width in enumerate(filters)]  # fine to coarse
    depths = [logits(maps[-1], classes, name="depth_0")]
    for n in reversed(range(len(filters) - 1)):
        known = gated(maps[n], maps[n + 1], filters[n], gate) if gate else maps[n]
        depths.append(refine(depths[-1], known, classes, name=f"depth_{len(depths)}"))
    return Depths(image, depths, name="refined")


def gated(fine, coarse, width, gate):
    """Return u ⊙ v, or u + v: both maps through a convolution, the coarse one doubled (Islam et al. 2018, eq. 1-3)."""
    if gate not in ("times", "plus"):
        raise ValueError(f"gate is {gate!r}; give None, 'times' or 'plus'.")
    u, v = conv(fine, width), keras.layers.UpSampling2D(2, interpolation="bilinear")(conv(coarse, width))
    return keras.layers.Multiply()([u, v]) if gate == "times" else keras.layers.Add()([u, v])


def refine(coarse, known, classes, name):
    """Return logits of twice the size, made of coarse logits and of feature maps of that size."""
    doubled = keras.layers.UpSampling2D(2, interpolation="bilinear", dtype="float32")(coarse)
    message = keras.layers.Conv2D(classes, 3, padding="same", use_bias=False)(known)
    message = FusedBatchNormalization(momentum=0.9)(message)
    beside = keras.layers.Concatenate(dtype="float32")([doubled, message])
    return keras.layers.Conv2D(classes, 3, padding="same", dtype="float32", name=name)(beside)


def variational(
    shape=(64, 64, 3), classes=1, *, filters=(128, 256, 512), code=512, floor=True, draw="always", kl_weight=0.0
):
    """Return case 4 as its author committed it: a code of (H / 4, W / 4, code) Gaussians, and a decoder to logits.

    3×3 convolutions with ELU and average pooling, 1×1 convolutions for mean and log-variance, transposed convolutions;
    no bias, no normalisation; 3,551,168 parameters. floor: ELU on the log-variance as well, which keeps σ above
    e^(-1/2) = 0.607. draw: when the code is a draw and not the mean, "always" (as committed), "training" or "never".
    kl_weight: of the divergence (see `Draw`), 0 as committed. code: numbers at each place; a small one is a bottleneck.
    """
    x = image = _image(shape, classes, filters)
    plain = {"padding": "same", "use_bias": False}
    for n, width in enumerate(filters):
        x = x if n == 0 else keras.layers.AveragePooling2D(2)(x)
        x = keras.layers.Conv2D(width, 3, activation="elu", **plain)(x)  # (H / 4, W / 4, 512) at the end
    mean = keras.layers.Conv2D(code, 1, dtype="float32", name="mean", **plain)(x)
    log_variance = keras.layers.Conv2D(
        code, 1, activation="elu" if floor else None, dtype="float32", name="log_variance", **plain
    )(x)
    x = Draw(draw, kl_weight, name="draw")([mean, log_variance])  # (H / 4, W / 4, code)
    for n, width in enumerate(reversed([width // 2 for width in filters])):
        x = keras.layers.Conv2DTranspose(width, 3, 1 if n == 0 else 2, activation="elu", **plain)(x)
    x = keras.layers.Conv2D(classes, 3, dtype="float32", name="logits", **plain)(x)
    return keras.Model(image, x, name="variational")


def down(x, filters, first=0):
    """Return feature maps: two convolutions for each width, the first with stride 2, except at the image's own size.

    first: the number of the first of `filters` among all sizes, 0 for that of the image.
    """
    for n, width in enumerate(filters, first):
        x = conv(x, width, strides=1 if n == 0 else 2)
        x = conv(x, width)
    return x


def climb(x, width, up):
    """Return feature maps of twice the height and width: one of the `WAYS` up, then a convolution."""
    if up not in WAYS:
        raise ValueError(f"up is {up!r}; it can be one of {', '.join(WAYS)}.")
    return conv(active(WAYS[up](x, width)), width)


def conv(x, width, strides=1):
    """Return a 3×3 convolution with normalisation and ReLU."""
    return active(keras.layers.Conv2D(width, 3, strides, padding="same", use_bias=False)(x))


def active(x):
    """Return x normalised and through a ReLU. The running means follow within tens of steps: trainings are short."""
    return keras.layers.ReLU()(FusedBatchNormalization(momentum=0.9)(x))


def logits(x, classes, name="logits"):
    """Return the logits of each pixel, in float32 whatever the network computes in."""
    return keras.layers.Conv2D(classes, 1, dtype="float32", name=name)(x)


def _transposed(size):
    return lambda x, width: keras.layers.Conv2DTranspose(width, size, 2, padding="same", use_bias=False)(x)


def _resized(interpolation):
    def way(x, width):
        x = keras.layers.UpSampling2D(2, interpolation=interpolation)(x)
        return keras.layers.Conv2D(width, 3, padding="same", use_bias=False)(x)

    return way


def _sub_pixel(x, width):
    x = keras.layers.Conv2D(4 * width, 3, padding="same", use_bias=False, kernel_initializer=ICNR(2))(x)
    return SubPixel(2)(x)


#: The ways up: from feature maps x to `width` feature maps of twice the height and width.
WAYS = {
    "transposed 3/2": _transposed(3),
    "transposed 4/2": _transposed(4),
    "bilinear + conv": _resized("bilinear"),
    "repeat + conv": _resized("nearest"),
    "sub-pixel": _sub_pixel,
}


@keras.saving.register_keras_serializable(package="helpers")
class Depths(keras.Model):
    """A model with several outputs, coarse to fine: all of them in training, the last one at prediction."""

    def call(self, inputs, training=None, mask=None):
        """Return a list of outputs while training, else the finest."""
        outputs = super().call(inputs, training=training, mask=mask)
        return outputs if training else outputs[-1]


@keras.saving.register_keras_serializable(package="helpers")
class Draw(keras.layers.Layer):
    """Turn [mean, log-variance], maps of one shape, into a draw mean + σ · noise, or into the mean.

    when: "always", "training" or "never" a draw. kl_weight: factor of the divergence from N(0, 1), in nats a number of
    the code (its mean, so that it does not depend on the size of the code), added to the loss in training.
    """

    def __init__(self, when="training", kl_weight=0.0, **kwargs):
        super().__init__(**{"dtype": "float32"} | kwargs)
        if when not in ("always", "training", "never") or kl_weight < 0:
            raise ValueError(f"when is {when!r}, kl_weight {kl_weight}; give always, training or never, and 0 or more.")
        self.when, self.kl_weight = when, kl_weight
        self.noise = keras.random.SeedGenerator(keras.random.randint((), 0, 2**31 - 1).numpy().item())

    def call(self, inputs, training=None):
        """Return the code."""
        mean, log_variance = inputs
        log_variance = keras.ops.clip(log_variance, -10.0, 10.0)
        if training and self.kl_weight:
            self.add_loss(self.kl_weight * keras.ops.mean(divergence(mean, log_variance)))
        if self.when == "never" or (self.when == "training" and not training):
            return mean
        noise = keras.random.normal(keras.ops.shape(mean), seed=self.noise)
        return mean + keras.ops.exp(0.5 * log_variance) * noise

    def get_config(self):
        """Return the arguments of the constructor."""
        return super().get_config() | {"when": self.when, "kl_weight": self.kl_weight}


def _image(shape, classes, filters):
    """Return the input, or a ValueError that names the nearest size that fits."""
    factor = 2 ** (len(filters) - 1)
    if len(shape) != 3 or min(shape) < 1 or not filters or classes < 1:
        raise ValueError(f"shape is {shape}, classes {classes}, filters {filters}; give (H, W, C) and numbers from 1.")
    if any(side % factor for side in shape[:2]):
        fits = "×".join(str(max(1, round(side / factor)) * factor) for side in shape[:2])
        raise ValueError(f"images of {shape[0]}×{shape[1]} do not divide by {factor}; the nearest size is {fits}.")
    return keras.Input(shape)
