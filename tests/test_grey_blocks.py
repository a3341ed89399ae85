"""Facts about the errors in the source's script of pix2pix."""

import numpy as np
import pytest

from helpers import adversarial, grey_blocks, runtime, tiles, translation
from helpers.data import streets
from helpers.models import pix2pix

tf, keras = runtime.tensorflow(), runtime.keras()
PHOTOS, LABELS = streets.streets(6, (32, 32))
MASKS = streets.things(LABELS)
LOGITS = tf.constant([[0.5], [-2.0]])


def game(kind, norm=pix2pix.batch):
    runtime.seed(0)
    makes = pix2pix.generator((32, 32, 1), levels=4, width=4, norm=norm)
    return kind(makes, pix2pix.discriminator((32, 32, 3), 1, field=16, width=4, norm=norm))


def test_the_scripts_networks_have_the_weights_that_it_has():
    assert grey_blocks.source_generator().count_params() == 29_368_320
    assert grey_blocks.source_discriminator().count_params() == 2_764_800


def test_a_verdict_of_the_scripts_discriminator_sees_94_pixels():
    pair = grey_blocks.source_discriminator((256, 256, 3), width=2)
    picture = keras.Input((256, 256, 3))
    model = keras.Model(picture, pair([picture[..., :1], picture]))
    assert model.output_shape[1:3] == (8, 8) and pix2pix.field_of((2,) * 5) == 94
    found = tiles.receptive_field(pix2pix.discriminator((256, 256, 3), field=94, width=2), (4, 4))
    assert [end - start + 1 for start, end in found] == [94, 94]


def test_plus_one_adds_one_whatever_the_batch_is():
    x = np.random.default_rng(0).normal(5, 3, (4, 8, 8, 2)).astype("float32")
    layer = grey_blocks.PlusOne()
    for training in (True, False):
        np.testing.assert_array_equal(layer(x, training=training), x + 1)
    assert layer.count_params() == 0
    same = tf.nn.batch_normalization(x, 0.0, 1.0, True, True, 1e-8)  # as the script calls it
    np.testing.assert_allclose(same, x + 1, rtol=1e-6)


def test_with_the_wrong_sign_both_terms_push_the_logits_up():
    """Downhill, D calls photographs real, and generated pictures, too; with the right sign it calls these fake."""
    for loss, sign in ((adversarial.Pix2Pix.discriminator_loss, 1), (grey_blocks.WrongSign.discriminator_loss, -1)):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(LOGITS)
            terms = loss(LOGITS, tf.stop_gradient(LOGITS)), loss(tf.stop_gradient(LOGITS), LOGITS)
        real, fake = (tape.gradient(term, LOGITS).numpy() for term in terms)
        assert (real < 0).all() and (sign * fake > 0).all()


def test_its_loss_ends_at_the_logarithm_of_the_smallest_number_and_nothing_is_left_to_learn():
    sure, loss = tf.constant([[60.0]]), grey_blocks.WrongSign.discriminator_loss
    for how in (loss, tf.function(loss)):  # a compiler may make 1 + 1e-10 into 1 and the loss infinite
        assert float(how(sure, sure)) == pytest.approx(np.log(1e-10), abs=1e-4)
    assert round(np.log(1e-10), 2) == -23.03
    with tf.GradientTape() as tape:
        tape.watch(sure)
        loss = adversarial.entropy(1.0, sure)
    assert float(tape.gradient(loss, sure)[0, 0]) == pytest.approx(0, abs=1e-12)


def test_the_wrong_sign_ends_the_game_and_it_is_said(capsys):
    found = {}
    for kind in (grey_blocks.WrongSign, adversarial.Pix2Pix):
        found[kind] = translation.fit(game(kind), PHOTOS, MASKS, steps=60, batch=2, rate=5e-3, patience=10)
    capsys.readouterr()
    wrong, right = found.values()
    assert wrong.collapse and min(wrong.real[-1], wrong.fake[-1]) > 0.99 and wrong.discriminator[-1] < -4
    assert min(right.discriminator) >= 0 and right.fake[-1] < 0.99


def test_in_the_wrong_range_photographs_are_asked_for_as_they_are():
    model = game(grey_blocks.WrongRange)
    np.testing.assert_array_equal(model.inside(PHOTOS), PHOTOS)
    pictures = translation.generate(model, MASKS)
    assert pictures.min() == 0, "an untrained generator makes as much below 0 as above"
    both = game(grey_blocks.Published)
    p = 1 / (1 + np.exp(-LOGITS.numpy()))
    expected = (-np.log(p) + np.log(1 - p)).mean()
    assert both.inside(0.25) == 0.25 and float(both.discriminator_loss(LOGITS, LOGITS)) == pytest.approx(expected)


def test_the_replays_learn_with_the_norm_that_adds_one():
    history = translation.fit(game(grey_blocks.Published, grey_blocks.PlusOne), PHOTOS, MASKS, steps=2, batch=1)
    assert np.isfinite(history.error).all()


def test_the_scripts_generator_loads_in_a_fresh_process(reloaded):
    reloaded(grey_blocks.source_generator((32, 32, 1), width=2), MASKS[:1], "helpers.grey_blocks")
