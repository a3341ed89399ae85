"""Facts about the probabilistic U-Net, its bound, and draws from other networks."""

import numpy as np
import pytest

from helpers import losses, runtime, training

tf, keras = runtime.tensorflow(), runtime.keras()
from helpers.models import probabilistic, unet, variational  # noqa: E402

SHAPE = (16, 24, 3)
IMAGES = np.random.default_rng(0).uniform(size=(4, *SHAPE)).astype("float32")
LABELS = (IMAGES[..., 0] > 0.5).astype("uint8") + 2 * (IMAGES[..., 1] > 0.7).astype("uint8")


def network(**changes):
    runtime.seed(0)
    return probabilistic.ProbabilisticUNet(**{"shape": SHAPE, "classes": 4, "filters": (4, 8), "code": 3} | changes)


def gaussian(random, count=5, code=3):
    return random.normal(size=(count, 2 * code)).astype("float32")


def test_the_divergence_by_hand():
    """Equal Gaussians: 0. Means 2 apart at variance 1: ½ · 4. Variance e against 1: ½ (e − 1 − 1)."""
    one = tf.constant([[1.0, 0.0], [2.0, 0.0], [0.0, 1.0]])  # a mean and a log-variance
    other = tf.constant([[1.0, 0.0], [0.0, 0.0], [0.0, 0.0]])
    np.testing.assert_allclose(probabilistic.divergence(one, other), [0, 2, (np.e - 2) / 2], rtol=1e-6)


def test_the_divergence_is_the_mean_log_ratio_of_the_two_densities():
    random = np.random.default_rng(0)
    one, other = gaussian(random, 1), gaussian(random, 1)
    (mean, log_variance), (mean_2, log_variance_2) = (np.split(part[0], 2) for part in (one, other))
    draws = mean + np.exp(log_variance / 2) * random.normal(size=(400_000, 3))
    first = -0.5 * ((draws - mean) ** 2 / np.exp(log_variance) + log_variance).sum(axis=1)
    second = -0.5 * ((draws - mean_2) ** 2 / np.exp(log_variance_2) + log_variance_2).sum(axis=1)
    np.testing.assert_allclose(probabilistic.divergence(one, other)[0], (first - second).mean(), rtol=0.01)


def test_against_the_standard_gaussian_it_is_the_divergence_of_the_variational_autoencoder():
    one = gaussian(np.random.default_rng(1))
    wanted = tf.reduce_sum(variational.divergence(*probabilistic.split(tf.constant(one))), axis=1)
    np.testing.assert_allclose(probabilistic.divergence(one, np.zeros_like(one)), wanted, rtol=1e-5)


def test_the_first_convolution_is_that_of_the_features_with_the_code_behind_them():
    runtime.seed(0)
    join = probabilistic.join((5, 6, 4), classes=2, code=3, width=8)
    random = np.random.default_rng(0)
    maps, code = random.normal(size=(2, 5, 6, 4)).astype("float32"), random.normal(size=(2, 3)).astype("float32")
    kernels = [weight for weight in join.get_weights() if weight.ndim > 1]
    (of_code,) = [kernel for kernel in kernels if kernel.ndim == 2]
    of_maps, second, last = [kernel[0, 0] for kernel in kernels if kernel.ndim == 4]  # biases start at 0
    behind = np.concatenate([maps, np.broadcast_to(code[:, None, None], (2, 5, 6, 3))], axis=-1)
    hidden = np.maximum(behind @ np.concatenate([of_maps, of_code]), 0)
    wanted = np.maximum(hidden @ second, 0) @ last
    np.testing.assert_allclose(join([maps, code]), wanted, atol=1e-5)


def parameters(filters, code, classes, channels=3):
    """Return the parameters of the two networks of the code, and of the join, counted by hand."""

    def encoder(before):
        count, inputs = 0, before
        for width in filters:
            count += 9 * before * width + 4 * width + 9 * width * width + 4 * width
            before = width
        return count + (filters[-1] + inputs) * 2 * code + 2 * code

    wide = 2 * filters[0]
    joined = filters[0] * wide + wide + code * wide + wide * wide + wide + wide * classes + classes
    return encoder(channels) + encoder(channels + classes) + joined


def test_the_number_of_parameters():
    trunk = unet.unet(SHAPE, 4, filters=(4, 8)).count_params() - (4 * 4 + 4)
    assert network().count_params() == trunk + parameters((4, 8), 3, 4)


def test_an_image_gets_another_answer_at_each_call_and_one_code_for_all_its_pixels():
    model = network()
    one, other = model(IMAGES), model(IMAGES)
    assert one.shape == (4, 16, 24, 4)
    assert one.dtype == tf.float32
    assert np.abs(one - other).max() > 1e-4
    features, prior, _ = model.parts(IMAGES)
    assert prior.shape == (4, 6)
    np.testing.assert_array_equal(*(model.join([features, prior[:, :3]]) for _ in range(2)))


def test_answers_are_the_draws_of_a_call():
    draws = np.stack(list(network().answers(IMAGES, 3)))
    assert draws.shape == (3, 4, 16, 24, 4)
    model = network()
    np.testing.assert_allclose(draws, np.stack([model(IMAGES) for _ in range(3)]), atol=1e-5)


def test_codes_have_the_mean_and_the_deviation_of_their_gaussian():
    draws = network().draw(tf.constant([[1.5, np.log(0.25)]] * 100_000, tf.float32))
    np.testing.assert_allclose([np.mean(draws), np.std(draws)], [1.5, 0.5], atol=0.01)


def test_the_bound_is_the_entropy_of_the_explained_labels_and_the_divergence_of_a_pixel():
    model = network()
    for weight in (0.0, 2.0):
        loss, parts = probabilistic.Bound(model, kl_weight=weight), model.parts(IMAGES)
        nats, price = loss.terms(LABELS, parts, training=False)
        posterior = model.explained(IMAGES, LABELS)
        np.testing.assert_allclose(price, weight * probabilistic.divergence(posterior, parts[1]) / (16 * 24), rtol=1e-5)
        assert nats.shape == (4,)


def test_the_bound_of_a_set_leaves_the_normalisation_alone():
    model = network()
    loss, before = probabilistic.Bound(model), model.get_weights()
    found = loss.of(IMAGES, LABELS)
    assert found.shape == (4,)
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    loss(LABELS, model.parts(IMAGES, training=True))
    assert any(not np.array_equal(*pair) for pair in zip(before, model.get_weights(), strict=True))


def test_of_a_prediction_the_loss_is_the_entropy_of_one_draw():
    model = network()
    outputs = model(IMAGES)
    wanted = losses.LabelEntropy(ignore=255)(LABELS, outputs)
    np.testing.assert_array_equal(probabilistic.Bound(model)(LABELS, outputs), wanted)


def test_labels_that_do_not_count_change_nothing():
    model = network()
    holes = np.where(np.arange(24) < 3, np.uint8(255), LABELS)
    other = np.where(np.arange(24) < 3, np.uint8(200), LABELS)
    np.testing.assert_array_equal(model.explained(IMAGES, holes), model.explained(IMAGES, other))
    model.noise.state.assign([1, 2])
    found = probabilistic.Bound(model)(holes, model.parts(IMAGES))
    assert np.isfinite(found).all()


@pytest.mark.parametrize("compiled", [False, True])
def test_steps_lower_the_bound(compiled):
    model = network()
    loss, optimizer = probabilistic.Bound(model), keras.optimizers.Adam(3e-3)
    optimizer.build(model.trainable_variables)
    step = tf.function(training.training_step(model, optimizer, loss).python_function, jit_compile=compiled)
    values = [float(step(tf.constant(IMAGES), tf.constant(LABELS))) for _ in range(8)]
    assert values[-1] < values[0]


def test_every_part_is_trained():
    model = network()
    before = {name: getattr(model, name).get_weights()[0] for name in ("features", "prior", "posterior", "join")}
    training.fit(model, IMAGES, LABELS, loss=probabilistic.Bound(model), steps=2, batch=2, test=(IMAGES, LABELS))
    assert all(not np.array_equal(weight, getattr(model, name).get_weights()[0]) for name, weight in before.items())


def test_two_coins_are_learned_whole():
    """One image that is all 0 or all 1: after training a draw is one of the two, and both occur."""
    runtime.seed(0)
    model = network(classes=2, code=2)
    random = np.random.default_rng(0)
    coins = random.integers(0, 2, 64).astype("uint8")
    labels, images = np.broadcast_to(coins[:, None, None], (64, *SHAPE[:2])), np.repeat(IMAGES[:1], 64, axis=0)
    training.fit(model, images, labels, loss=probabilistic.Bound(model), steps=120, batch=8, rate=1e-2)
    maps, _ = probabilistic.sampled(lambda some: model.answers(some, 64), IMAGES[:1])
    shares = maps[:, 0].mean(axis=(1, 2))
    assert np.maximum(shares, 1 - shares).mean() > 0.95
    assert 0.2 < shares.mean() < 0.8


def test_saved_and_reloaded_in_a_fresh_process(reloaded):
    model = network()
    tell = "model.given['code'], model.count_params()"
    assert reloaded(model, IMAGES, "helpers.models.probabilistic", tell) == ["3", str(model.count_params())]


def test_dropout_that_never_rests_draws_and_leaves_the_normalisation_alone():
    runtime.seed(0)
    model = unet.unet(SHAPE, 4, filters=(4, 8), dropout=0.5)
    model(IMAGES, training=True)
    twin = probabilistic.always_dropping(model)
    before = twin.get_weights()
    assert np.abs(twin(IMAGES) - twin(IMAGES)).max() > 1e-4
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    still = unet.unet(SHAPE, 4, filters=(4, 8))
    np.testing.assert_array_equal(
        probabilistic.always_dropping(still)(IMAGES), probabilistic.always_dropping(still)(IMAGES)
    )


def test_sampling_shows_each_draw_by_its_most_probable_label_and_averages_probabilities():
    logits = [np.log([0.75, 0.25]), np.log([0.25, 0.75])]
    answers = lambda images: (tf.constant(np.broadcast_to(each, (len(images), 2, 2, 2))) for each in logits)  # noqa: E731
    maps, means = probabilistic.sampled(answers, np.zeros((5, 2, 2, 3)), batch=2)
    assert maps.shape == (2, 5, 2, 2)
    assert maps.dtype == np.uint8
    np.testing.assert_array_equal(maps[:, 0, 0, 0], [0, 1])
    np.testing.assert_allclose(means, np.full((5, 2, 2, 2), 0.5))


def test_by_pixel_every_pixel_draws_for_itself():
    logits = np.broadcast_to(np.log([0.25, 0.75]), (2, 30, 40, 2))
    maps, _ = probabilistic.sampled(
        lambda images: [tf.constant(logits[: len(images)])], np.zeros((3, 1)), 2, by_pixel=9
    )
    assert maps.shape == (9, 3, 30, 40)
    np.testing.assert_allclose(maps.mean(axis=(2, 3)), 0.75, atol=0.06)
    assert not np.array_equal(maps[0], maps[1])
    assert not np.array_equal(maps[:, 0], maps[:, 2])


@pytest.mark.parametrize(
    ("build", "says"),
    [
        (lambda: network(code=0), "code is 0"),
        (lambda: network(filters=(4,)), "at least two widths"),
        (lambda: network(shape=(15, 24, 3)), "nearest size is 16×24"),
        (lambda: probabilistic.Bound(None, kl_weight=-1), "kl_weight is -1"),
    ],
)
def test_bad_input_is_named(build, says):
    with pytest.raises(ValueError, match=says):
        build()
