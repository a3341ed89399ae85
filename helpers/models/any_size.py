"""Networks of convolutions that were built for images of one size, for images of any size."""

import numpy as np

from .. import runtime
from ..convolution import whole

keras = runtime.keras()


def free(network):
    """Return a fresh network with the layers of `network`, from (H, W, C) to images whose sides are free.

    network: a model of layers that do not depend on the size, such as a U-Net; it stays as it is, and the weights of
    the new one are new. Whatever has to divide the sides there, has to divide them here: see `padded`.
    """
    image = keras.Input((None, None, network.input_shape[3]))
    return keras.models.clone_model(network, input_tensors=image)


def padded(upscale, multiple):
    """Return a function like `upscale`, from planes (h, w) of any size to planes a whole factor larger.

    The plane is continued by its mirror image until `multiple` divides both sides, and the result cut.
    """
    whole("multiple", multiple)

    def wrapped(small):
        small = np.asarray(small)
        more = [(0, -side % multiple) for side in small.shape]
        large = upscale(np.pad(small, more, mode="symmetric"))
        scale = large.shape[0] // (small.shape[0] + more[0][1])
        return large[: scale * small.shape[0], : scale * small.shape[1]]

    return wrapped
