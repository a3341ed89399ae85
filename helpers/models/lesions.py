"""A trained U-Net without some of its skips: what do the maps that it hands across carry?"""

import numpy as np

from .. import runtime

keras = runtime.keras()


def averages(model, images):
    """Return {size: mean (channels,)} of the maps that a U-Net hands across, over all places of images (N, H, W, C)."""
    joins = skips_of(model)
    maps = keras.Model(model.input, [layer.input[1] for layer in joins.values()])
    parts = [maps(images[at : at + 8], training=False) for at in range(0, len(images), 8)]
    every = [np.concatenate([np.asarray(one, "float32") for one in of_size]) for of_size in zip(*parts, strict=True)]
    return {size: one.mean(axis=(0, 1, 2)) for size, one in zip(joins, every, strict=True)}


def without(model, sizes, means):
    """Return a copy of a trained U-Net in which the maps handed across at `sizes` say nothing about the image.

    They are replaced by their means, as from `averages`: the decoder gets there what it gets on average, and is not
    driven where it never was. model: from `unet.unet`, with normalisation. sizes: which of its skips, 0 for that of the
    image; () for none.

    A convolution of two groups of maps is the sum of two. So the weights for the replaced maps become zero, and what
    they would have added, a constant for each channel, is taken off the mean that the normalisation behind subtracts.
    That is exact but for pixels near the edge, where padding makes it less. Raises ValueError where a skip or the
    normalisation is not there.
    """
    joins = skips_of(model)
    if not set(sizes) <= set(joins):
        raise ValueError(f"sizes is {sorted(sizes)}; this network hands maps across at {sorted(joins)}.")
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    for size in sizes:
        silence(copy, model.layers.index(joins[size]), means[size])
    return copy


def skips_of(model):
    """Return {size: layer} of the layers that put maps of the encoder beside those of the decoder."""
    joins = [layer for layer in model.layers if isinstance(layer, keras.layers.Concatenate)]
    return {round(np.log2(model.input_shape[1] / layer.output.shape[1])): layer for layer in joins}


def silence(model, place, mean):
    """Put `mean`, (channels,), in the place of the second group of maps that layer number `place` joins."""
    behind = model.layers[place:]
    convolution = next(layer for layer in behind if isinstance(layer, keras.layers.Conv2D))
    norm = next((layer for layer in behind[: behind.index(convolution) + 2] if hasattr(layer, "moving_mean")), None)
    if norm is None:
        raise ValueError("no normalisation stands behind the convolution; give a network with normalised=True.")
    kernel = np.array(convolution.kernel)  # (3, 3, 2 width, width)
    norm.moving_mean.assign(norm.moving_mean - np.einsum("hwio,i->o", kernel[:, :, -len(mean) :], mean))
    kernel[:, :, -len(mean) :] = 0
    convolution.kernel.assign(kernel)
