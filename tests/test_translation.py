"""Facts about the game of pix2pix: its losses, its step, and a training that goes on exactly where it stopped."""

import numpy as np
import pytest

from helpers import data, runtime, training

tf, keras = runtime.tensorflow(), runtime.keras()
from helpers import adversarial, translation  # noqa: E402
from helpers.data import streets, translations  # noqa: E402
from helpers.models import pix2pix  # noqa: E402

PHOTOS, LABELS = streets.streets(12, (32, 48))
PAIR = tf.constant(PHOTOS[:3]), tf.constant(LABELS[:3])
FIT = {"steps": 8, "batch": 3, "seed": 3, "points": 2, "examples": LABELS[:2], "snapshots": 3}


def game(conditional=True, seed=0, noisy=1, adversary=True, kind=adversarial.Pix2Pix, norm=pix2pix.batch, **given):
    runtime.seed(seed)
    makes = pix2pix.generator((32, 48, 11), levels=3, width=4, noisy=noisy, norm=norm)
    judges = pix2pix.discriminator((32, 48, 3), 11 * conditional, field=16, width=4, norm=norm) if adversary else None
    model = kind(makes, judges, **{"classes": 11} | given)
    model.compile()
    return model


def weights(network):
    return np.concatenate([np.ravel(w) for w in network.get_weights()])


def numbers(logs):
    return {name: float(value) for name, value in logs.items()}


def blind(model):
    """Give a discriminator whose logits are all 0."""
    last = model.discriminator.layers[-1]
    last.set_weights([np.zeros_like(w) for w in last.get_weights()])
    return model


@pytest.mark.parametrize("conditional", [True, False])
def test_where_d_cannot_tell_both_losses_are_log_2(conditional):
    logs = numbers(blind(game(conditional)).train_step(PAIR))
    for name in ("generator", "discriminator"):
        assert logs[name] == pytest.approx(np.log(2)) and round(logs[name], 2) == 0.69
    assert logs["real"] == logs["fake"] == 0.5


def test_the_losses_are_the_papers_and_that_of_d_is_halved():
    real, fake = tf.constant([[2.0], [0.0]]), tf.constant([[-1.0], [1.0]])
    p, q = 1 / (1 + np.exp(-real.numpy())), 1 / (1 + np.exp(-fake.numpy()))
    expected = -(np.log(p) + np.log(1 - q)).mean() / 2
    assert float(adversarial.Pix2Pix.discriminator_loss(real, fake)) == pytest.approx(expected, rel=1e-6)
    assert float(adversarial.entropy(1.0, fake)) == pytest.approx(-np.log(q).mean(), rel=1e-6)
    assert float(adversarial.entropy(1.0, tf.constant([-1e4]))) == 1e4  # no overflow: from logits


@pytest.mark.parametrize("adversary", [True, False])
def test_a_step_passes_the_generator_once(adversary, monkeypatch):
    model, calls = game(adversary=adversary), []
    call = model.generator.call
    monkeypatch.setattr(model.generator, "call", lambda *a, **k: calls.append(1) or call(*a, **k))
    model.train_step(PAIR)
    assert len(calls) == 1


def test_both_gradients_belong_to_the_weights_before_the_step():
    """Neither player answers the move that the other makes in the same step."""
    model, other = game(noisy=0), game(noisy=0)
    x, y = other.encoded(PAIR[1]), 2 * PAIR[0] - 1
    with tf.GradientTape(persistent=True) as tape:
        made = other.generator(x, training=True)
        real, fake = other.judged(x, y), other.judged(x, made)
        losses = [adversarial.entropy(1.0, fake) + 100 * tf.reduce_mean(tf.abs(y - made)),
                  other.discriminator_loss(real, fake)]  # fmt: skip
    found = [tape.gradient(loss, network.trainable_variables)
             for loss, network in zip(losses, (other.generator, other.discriminator), strict=True)]  # fmt: skip
    other.optimizer.apply(found[0], other.generator.trainable_variables)
    other.discriminator_optimizer.apply(found[1], other.discriminator.trainable_variables)
    model.train_step(PAIR)
    for name in ("generator", "discriminator"):
        np.testing.assert_allclose(weights(getattr(model, name)), weights(getattr(other, name)), atol=2e-5)


def test_without_a_discriminator_only_the_error_is_left_and_without_weight_only_the_adversary():
    assert set(game(adversary=False).train_step(PAIR)) == {"error"}
    model = game(weight=0.0)
    with tf.GradientTape() as tape:
        loss = adversarial.entropy(1.0, model.judged(model.encoded(PAIR[1]), model(PAIR[1], training=True)))
    gradients = tape.gradient(loss, model.generator.trainable_variables)
    assert max(float(tf.reduce_max(tf.abs(g))) for g in gradients) > 0
    with pytest.raises(ValueError, match="nothing would be learned"):
        game(adversary=False, weight=0.0)


@pytest.mark.parametrize("how", ["eager", "compiled", "jit"])
def test_a_step_runs_and_moves_every_weight(how):
    model = game()
    before = [weights(network) for network in (model.generator, model.discriminator)]
    step = model.train_step if how == "eager" else tf.function(model.train_step, jit_compile=how == "jit")
    logs = step(PAIR)
    assert all(np.isfinite(value) for value in numbers(logs).values())
    for old, network in zip(before, (model.generator, model.discriminator), strict=True):
        assert (weights(network) != old).mean() > 0.9


def test_keras_s_own_fit_takes_it_too():
    history = game().fit(PHOTOS, LABELS, batch_size=4, epochs=2, verbose=0).history
    assert {"error", "generator", "discriminator", "real", "fake"} <= set(history)


@pytest.mark.parametrize("policy", ["float32", "mixed_bfloat16", "mixed_float16"])
def test_one_image_is_a_batch_in_every_precision(policy):
    keras.mixed_precision.set_dtype_policy(policy)
    try:
        history = translation.fit(game(), PHOTOS, LABELS, steps=2, batch=1)
    finally:
        keras.mixed_precision.set_dtype_policy("float32")
    assert np.isfinite(history.error).all() and len(history.error) == len(history.fake) == 2


def test_pictures_follow_from_the_seed_and_leave_the_model_as_it_was():
    model = game()
    translation.fit(model, PHOTOS, LABELS, steps=2, batch=3)
    before = [v.numpy() for v in model.variables]
    one, again = (translation.generate(model, LABELS, seed=1, batch=5) for _ in range(2))
    other = translation.generate(model, LABELS, seed=2)
    for old, new in zip(before, model.variables, strict=True):
        np.testing.assert_array_equal(old, new)
    np.testing.assert_array_equal(one, again)
    assert one.shape == (12, 32, 48, 3) and one.dtype == "float32" and 0 <= one.min() < one.max() <= 1
    assert not np.array_equal(one, other), "the noise is dropout that stays on"


def test_pixels_that_do_not_count_are_zeros_in_every_channel():
    encoded = game().encoded(np.array([[[0, 10, 11]]], "uint8"))
    assert encoded.numpy().sum(axis=-1).tolist() == [[[1, 1, 0]]] and encoded.shape == (1, 1, 3, 11)


@pytest.fixture(scope="module")
def whole():
    model = game()
    return model, translation.fit(model, PHOTOS, LABELS, test=(PHOTOS[:2], LABELS[:2]), augment=data.mirror(), **FIT)


def test_the_history_is_complete_and_the_error_falls(whole):
    history = whole[1]
    assert [len(getattr(history, name)) for name in ("error", "generator", "discriminator", "real", "fake")] == [8] * 5
    assert history.snapshots.shape == (3, 2, 32, 48, 3) and history.snapshot_steps == [0, 4, 8]
    assert history.test_steps == [0, 4, 8] and history.test_error[-1] < history.test_error[0]
    steps, values = history.curve("error", 4)
    assert steps.tolist() == [2, 4, 6, 8] and values[0] == pytest.approx(np.mean(history.error[:2]))
    assert history.seconds > 0 and history.collapse is None


@pytest.mark.parametrize("number", [2, 8])
def test_an_interrupted_game_goes_on_to_the_same_end(whole, tmp_path, monkeypatch, number):
    """Both networks, both optimisers, the noise, the curves and the film."""
    state, finite, made = tmp_path / "state.npz", training._finite, training._Checkpoint.__init__

    def stop(value, step):
        if step == number:
            raise KeyboardInterrupt
        return finite(value, step)

    given = {"test": (PHOTOS[:2], LABELS[:2]), "augment": data.mirror(), "resume": state, **FIT}
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(training, "_finite", stop)
        patch.setattr(training._Checkpoint, "__init__", lambda self, *these: made(self, *these, every=0))
        translation.fit(game(), PHOTOS, LABELS, **given)
    assert training.spent(state) > 0
    model = game()
    model.set_weights([np.zeros_like(w) for w in model.get_weights()])  # all that counts comes from the file
    history = translation.fit(model, PHOTOS, LABELS, **given)
    for one, other in zip(model.variables, whole[0].variables, strict=True):
        np.testing.assert_array_equal(one, other)
    for name in ("error", "generator", "discriminator", "real", "fake", "test_steps", "test_error", "snapshot_steps"):
        assert getattr(history, name) == getattr(whole[1], name), name
    np.testing.assert_array_equal(history.snapshots, whole[1].snapshots)
    assert not list(tmp_path.iterdir()), "a finished run leaves no state behind"


def test_a_state_of_another_game_is_refused(tmp_path):
    (tmp_path / "state.npz").write_bytes(b"\x80\x04pickled")
    with pytest.raises(ValueError, match="delete it"):
        translation.fit(game(), PHOTOS, LABELS, steps=2, resume=tmp_path / "state.npz")


def test_an_untrained_game_takes_no_step(monkeypatch):
    monkeypatch.setenv("BOOK_UNTRAINED", "1")
    model = game()
    before = weights(model)
    history = translation.fit(model, PHOTOS, LABELS, **FIT)
    np.testing.assert_array_equal(before, weights(model))
    assert history.error == [] and len(history.snapshots) == 1 and len(history.curve("error")[0]) == 0


def test_a_discriminator_that_is_sure_of_everything_is_noticed_once(capsys):
    model = game()
    last = model.discriminator.layers[-1]
    last.set_weights([np.zeros_like(w) + 20.0 * (w.ndim == 1) for w in last.get_weights()])
    history = translation.fit(model, PHOTOS, LABELS, steps=6, batch=2, rate=0.0, patience=3)
    said = capsys.readouterr().out
    assert history.collapse == 3 and said.count("Step 3: for 3 steps") == 1 and "1.00 to photographs" in said
    assert not translation.collapsed(translation.Game(real=[0.999, 0.5, 0.999], fake=[0.0, 0.0, 0.0]), 3)


def test_the_rate_stays_for_half_the_steps_and_falls_to_nothing():
    rate = adversarial.ThenFalling(2e-4, 100)
    assert [round(float(rate(n)) / 2e-4, 4) for n in (0, 50, 75, 100, 120)] == [1, 1, 0.5, 0, 0]


def test_it_loads_in_a_fresh_process_and_goes_on_learning(reloaded):
    model = game(noisy=0)
    translation.fit(model, PHOTOS, LABELS, steps=2, batch=2)
    tell = "model.discriminator.count_params(), float(model.train_step((model(x) * 0, x))['error']) > 0"
    said = reloaded(model, LABELS[:2], "helpers.adversarial", tell.replace("x", "np.load(sys.argv[1] + '/x.npy')"))
    assert str(model.discriminator.count_params()) in " ".join(said) and "True" in " ".join(said)


@pytest.mark.parametrize(
    ("photos", "labels", "says"),
    [
        (PHOTOS[:3], LABELS[:2], "3 photographs.*2 conditions"),
        (PHOTOS[:2, :16], LABELS[:2], "one size"),
        (PHOTOS[:2], LABELS[:2] + 12, "unknown labels 1"),
        (PHOTOS[:2], PHOTOS[:2], r"label maps \(N, H, W\)"),
    ],
)
def test_pairs_that_do_not_fit_are_named(photos, labels, says):
    with pytest.raises(ValueError, match=says):
        translation.fit(game(), photos, labels, steps=1)


def test_a_size_that_the_generator_does_not_take_is_named_and_pieces_of_it_are_taken():
    photos, labels = streets.streets(4, (36, 54))
    with pytest.raises(ValueError, match=r"takes 32×48 pixels and is given 36×54.*jitter"):
        translation.fit(game(), photos, labels, steps=1)
    with pytest.raises(ValueError, match="given 36×54"):
        translation.generate(game(), labels)
    assert len(translation.fit(game(), photos, labels, steps=1, augment=translations.jitter((32, 48))).error) == 1


def test_unknown_labels_are_refused_when_pictures_are_made():
    with pytest.raises(ValueError, match="unknown labels 12, 255"):
        translation.generate(game(), np.where(LABELS[:2] > 5, 255, 12).astype("uint8"))
