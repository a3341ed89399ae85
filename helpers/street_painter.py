"""The book's painter of streets: pix2pix from label maps to photographs, trained for longer than its chapter takes."""

from . import adversarial, runtime, translation, weights
from .data import scenes, translations
from .digest import digest
from .models import pix2pix


def size():
    """Return height and width of the pictures."""
    return runtime.choose(quick=(48, 64), full=(128, 128))


def build():
    """Return the untrained `Pix2Pix` from label maps of CamVid's classes to pictures of `size`.

    In full a U-Net of five levels against patches of 70 pixels, both with half of the paper's channels.
    """
    classes, width = len(scenes.CLASSES), runtime.choose(quick=8, full=32)
    levels, field = runtime.choose(quick=(4, 16), full=(5, 70))
    makes = pix2pix.generator((*size(), classes), levels=levels, width=width)
    judges = pix2pix.discriminator((*size(), 3), classes, field=field, width=width)
    return adversarial.Pix2Pix(makes, judges, classes=classes)


def steps():
    """Return the steps of training."""
    return runtime.choose(quick=160, full=16_000)


def learn(model, pairs, *, steps, seed=0, rate=2e-4, batch=1, **given):
    """Train a `Pix2Pix` on `Pairs` of streets in place and return the `translation.Game`; given: as for its `fit`."""
    taken = model.generator.input_shape[1:3]
    return translation.fit(
        model, pairs.photographs, pairs.conditions, steps=steps, batch=batch, rate=rate, seed=seed,
        augment=translations.jitter(taken), **given,
    )  # fmt: skip


def network(seed=0):
    """Return the trained `Pix2Pix` from the store of weights, or trained now on the training part.

    In the full profile it learns from CamVid, in the quick one, smaller and for a short time, from drawn streets. An
    interrupted training goes on where it was.
    """
    return weights.trained(*_recipe(seed), seed=seed)


def keep(model, *, seed, seconds):
    """Put a network that was trained as `network` does into its place in the store, with the seconds it took."""
    name, *functions = _recipe(seed)
    card = {"name": name, "profile": runtime.profile(), "seed": seed, "seconds": seconds}
    weights._store(model, weights.weights_path(name, *functions, seed=seed), card)


def _recipe(seed):
    """Return the name of the network in the store, the function that builds it and the one that trains it."""
    parts = ("street_painter", "adversarial", "translation", "data.translations", "data.crops", "data.scenes")
    name = f"painter-{digest(*(f'helpers.{part}' for part in parts))[:6]}"

    def train(model):
        minutes = runtime.choose(quick=1, full=20)
        print(f"{name}: takes about {minutes} min on two CPU cores.")
        state = weights.weights_path(name, build, train, seed=seed).with_suffix(".resume.npz")
        learn(model, translations.streets(), steps=steps(), seed=seed, resume=state)

    return name, build, train
