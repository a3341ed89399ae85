"""Facts about the two networks of pix2pix."""

import numpy as np
import pytest

from helpers import runtime, tiles

tf, keras = runtime.tensorflow(), runtime.keras()
from helpers.models import pix2pix  # noqa: E402

SHAPE = (32, 64, 11)
SMALL = {"shape": SHAPE, "width": 4, "levels": 4}
LABELS = np.eye(11, dtype="float32")[np.random.default_rng(0).integers(0, 11, (2, 32, 64))]
PHOTOS = np.random.default_rng(1).uniform(-1, 1, (2, 32, 64, 3)).astype("float32")


def trainable(model):
    return sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)


def test_parameters_of_the_paper_s_networks():
    """54.4 million and 2.77 million for pictures of 256×256 with three channels in and out."""
    paper = pix2pix.generator()
    assert trainable(paper) == 54_413_955
    assert len([layer for layer in paper.layers if isinstance(layer, pix2pix.Noise)]) == 3
    assert trainable(pix2pix.discriminator(condition=3)) == 2_768_705


@pytest.mark.parametrize("field", pix2pix.FIELDS)
def test_a_logit_sees_a_patch_of_the_promised_size(field):
    """Measured by the gradient of the network and computed from its strides."""
    side = 2 * field + 62 if field < 100 else 640
    side -= side % 32
    model = pix2pix.discriminator((side, side, 3), field=field, width=2)
    middle = model.output_shape[1] // 2
    (top, bottom), (left, right) = tiles.receptive_field(model, (middle, middle))
    assert bottom - top + 1 == right - left + 1 == field
    assert pix2pix.field_of(pix2pix.FIELDS[field], pix2pix.kernel(field)) == field


def test_the_number_of_logits():
    assert [pix2pix.verdicts(256, field) for field in (1, 16, 70, 94, 286)] == [256, 126, 30, 8, 6]
    for field in (1, 16, 70):
        model = pix2pix.discriminator((32, 64, 3), field=field, width=2)
        assert model.output_shape[1:3] == (pix2pix.verdicts(32, field), pix2pix.verdicts(64, field))


def test_pictures_and_logits_are_float32_in_their_ranges_in_bfloat16():
    keras.mixed_precision.set_dtype_policy("mixed_bfloat16")
    try:
        pictures = pix2pix.generator(**SMALL)(LABELS)
        logits = pix2pix.discriminator((32, 64, 3), 11, field=16, width=4)([tf.constant(LABELS), pictures])
    finally:
        keras.mixed_precision.set_dtype_policy("float32")
    assert pictures.shape == (2, 32, 64, 3) and pictures.dtype == logits.dtype == tf.float32
    assert np.abs(pictures).max() < 1


def test_weights_begin_as_in_the_paper_and_the_layers_are_its_own():
    model = pix2pix.generator((64, 64, 3), levels=6, width=16)
    kernels = [w.numpy() for w in model.trainable_weights if len(w.shape) == 4]
    assert len(kernels) == 12 and all(k.shape[:2] == (4, 4) for k in kernels)
    assert np.std(np.concatenate([k.ravel() for k in kernels])) == pytest.approx(0.02, rel=0.02)
    kinds = [type(layer).__name__ for layer in model.layers]
    assert kinds.count("FusedBatchNormalization") == 4 + 5  # all but the first, the smallest and the last
    assert kinds.count("LeakyReLU") == 6 and kinds.count("ReLU") == 5 and kinds.count("Noise") == 1
    assert kinds[1:3] == ["Conv2D", "LeakyReLU"]


def test_without_skips_the_condition_reaches_the_picture_through_the_middle_alone():
    for skips, sees in ((False, False), (True, True)):
        model = pix2pix.generator(**SMALL, skips=skips, norm=None)
        down = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)
                and not isinstance(layer, keras.layers.Conv2DTranspose)]  # fmt: skip
        down[-1].set_weights([np.zeros_like(weight) for weight in down[-1].get_weights()])
        one, other = model(LABELS[:1]), model(LABELS[1:])
        assert (np.abs(one - other).max() > 1e-6) == sees


@pytest.mark.parametrize("shape", [(128, 160, 11), (128, 128, 3), (256, 256, 1)])
def test_as_many_levels_as_fit(shape):
    levels = {128 * 160: 5, 128 * 128: 7, 256 * 256: 8}[shape[0] * shape[1]]
    model = pix2pix.generator(shape, width=2)
    down = [layer for layer in model.layers if type(layer) is keras.layers.Conv2D]
    assert pix2pix.fitting(shape) == len(down) == levels
    assert down[-1].output.shape[1] == shape[0] // 2**levels


def test_one_image_alone_is_enough_even_where_the_smallest_maps_have_one_pixel():
    """Batch normalisation of a single number would return 0 whatever the image is."""
    model = pix2pix.generator((32, 32, 11), levels=5, width=4, noisy=0, skips=False)
    one, other = (model(LABELS[:1, :, :32] * share, training=True) for share in (1, 0))
    assert np.isfinite(one).all() and np.abs(one - other).max() > 1e-9


def test_noise_also_comes_when_pictures_are_made():
    layer = pix2pix.Noise(0.5, seed=3)
    values = layer(np.ones((1, 100, 100, 1), "float32"), training=False).numpy()
    assert set(np.unique(values)) == {0, 2} and values.mean() == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("field", [1, 16])
def test_a_discriminator_without_a_condition_has_one_input(field):
    model = pix2pix.discriminator((32, 64, 3), field=field, width=4)
    assert len(model.inputs) == 1 and model(PHOTOS).shape[-1] == 1


def test_both_networks_load_in_a_fresh_process(reloaded):
    reloaded(pix2pix.generator(**SMALL, noisy=0), LABELS, "helpers.models.pix2pix")


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: pix2pix.generator((128, 160, 11), levels=8), r"halved 5 times.*1 to 5 levels.*256×256"),
        (lambda: pix2pix.generator((64, 64, 1), levels=0), "give 1 to 6"),
        (lambda: pix2pix.discriminator((64, 64, 3), field=286), "too small for a field of 286; 1, 16, 70, 94 fit"),
        (lambda: pix2pix.discriminator(field=71), "one of 1, 16, 70, 94, 286"),
    ],
)
def test_bad_input_is_named(call, says):
    with pytest.raises(ValueError, match=says):
        call()
