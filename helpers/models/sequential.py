"""The segmentation autoencoder of the source, layer by layer: an encoder and a decoder that nothing connects."""

from .. import runtime

keras = runtime.keras()

LAST = ("relu", "sigmoid", "softmax", "linear")


def published(shape=(256, 256, 3), outputs=3, *, padding="valid", last="relu"):
    """Return the Sequential network of the source (S1.2) from images (H, W, C) to (H, W, outputs).

    With 3 channels in and out it has 3,624,707 parameters. shape: of an image; sides of 128, 160, 192, 224, 240, 256,
    272, 288 and 512 come back as they were, 264 becomes 256. padding: of the second convolution, "valid" in the
    source, which turns 128 pixels into 63 and shifts what a pixel sees by four; "same" makes 64 of them. last: the last
    activation, one of `LAST`: the source has "relu", which can die; "linear" makes logits.
    """
    if padding not in ("valid", "same") or last not in LAST:
        raise ValueError(f"padding is {padding!r} and last {last!r}; give valid or same, and one of {', '.join(LAST)}.")
    if len(shape) != 3 or min(shape[:2]) < 16 or min(shape[2], outputs) < 1:
        raise ValueError(f"shape is {shape} and outputs {outputs}; give (H, W, C) with sides from 16, and 1 or more.")
    layers = [
        keras.Input(shape),
        conv(16),  # 256 × 256
        keras.layers.MaxPool2D(2),
        conv(32, strides=2, padding=padding),  # 63 × 63, with "same" 64 × 64
        conv(64, strides=2),  # 32 × 32
        keras.layers.MaxPool2D(2),
        *[conv(width) for width in (64, 128, 128, 256, 512)],  # 16 × 16
        keras.layers.UpSampling2D(2),
        *[conv(width) for width in (256, 128, 128, 128)],  # 32 × 32
        keras.layers.UpSampling2D(2),
        conv(64),
        keras.layers.UpSampling2D(2),
        conv(32),  # 128 × 128
        keras.layers.UpSampling2D(2),
        conv(16),
        keras.layers.Conv2D(outputs, 3, activation=last, padding="same", dtype="float32", name="outputs"),
    ]
    return keras.Sequential(layers, name="sequential")


def conv(width, strides=1, padding="same"):
    """Return a 3×3 convolution with a ReLU, as the source writes them."""
    return keras.layers.Conv2D(width, 3, strides, activation="relu", padding=padding)
