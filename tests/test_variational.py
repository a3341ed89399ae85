"""Facts about the variational autoencoder: its divergence by hand, its draws, its training, saved and loaded."""

import numpy as np
import pytest

from helpers import runtime

tf, keras = runtime.tensorflow(), runtime.keras()
from helpers import losses, training  # noqa: E402
from helpers.models import variational  # noqa: E402

SHAPE = (8, 6, 1)


def model(**changes):
    runtime.seed(0)
    return variational.dense(SHAPE, **{"widths": (16, 12), "code": 4} | changes)


def images(count=6):
    return np.random.default_rng(0).uniform(size=(count, *SHAPE)).astype("float32")


def sampled(mean, log_variance, training, **arguments):
    layer = variational.Sampling(**arguments)
    return layer, layer(tf.concat([mean, log_variance], axis=-1), training=training)


def test_the_number_of_parameters():
    # 784-500-250, 2 · 30, then 30-250-500-784: weights and biases
    sizes = [(784, 500), (500, 250), (250, 60), (30, 250), (250, 500), (500, 784)]
    assert variational.dense().count_params() == sum(i * o + o for i, o in sizes) == 1_058_844


def test_the_divergence_by_hand():
    # N(0, 1) costs nothing; a mean of 2 costs ½ · 2²; a variance of e costs ½ (e − 1 − 1)
    found = variational.divergence(tf.constant([0.0, 2.0, 0.0]), tf.constant([0.0, 0.0, 1.0]))
    np.testing.assert_allclose(found, [0, 2, (np.e - 2) / 2], rtol=1e-6)


def test_the_divergence_is_the_mean_log_ratio_of_the_two_densities():
    mean, log_variance = 0.7, -1.2
    deviation = np.exp(log_variance / 2)
    draws = mean + deviation * np.random.default_rng(0).normal(size=400_000)
    ratio = -0.5 * ((draws - mean) / deviation) ** 2 - np.log(deviation) + 0.5 * draws**2
    found = float(variational.divergence(tf.constant(mean), tf.constant(log_variance)))
    np.testing.assert_allclose(found, ratio.mean(), atol=0.01)


def test_the_gradient_of_the_divergence_is_that_of_its_formula():
    mean, log_variance = (tf.constant([0.3, -2.0], tf.float64), tf.constant([0.5, -1.0], tf.float64))
    with tf.GradientTape() as tape:
        tape.watch([mean, log_variance])
        value = tf.reduce_sum(variational.divergence(mean, log_variance))
    by_mean, by_log = tape.gradient(value, [mean, log_variance])
    np.testing.assert_allclose(by_mean, mean, atol=1e-14)
    np.testing.assert_allclose(by_log, (np.exp(log_variance) - 1) / 2, atol=1e-14)


def test_draws_have_the_mean_and_the_variance_of_their_gaussian():
    mean, log_variance = tf.fill((200_000, 1), 1.5), tf.fill((200_000, 1), float(np.log(0.25)))
    _, draws = sampled(mean, log_variance, training=True)
    np.testing.assert_allclose([np.mean(draws), np.std(draws)], [1.5, 0.5], atol=0.01)


def test_a_draw_has_a_gradient_with_respect_to_mean_and_deviation():
    mean, log_variance = tf.Variable([[0.2]]), tf.Variable([[0.4]])
    with tf.GradientTape() as tape:
        _, draw = sampled(mean, log_variance, training=True)
    by_mean, by_log = tape.gradient(draw, [mean, log_variance])
    np.testing.assert_allclose(by_mean, [[1]])
    np.testing.assert_allclose(by_log, (draw - mean) / 2, rtol=1e-6)  # ½ σ · noise


def test_at_prediction_the_code_is_the_mean():
    network, x = model(), images()
    np.testing.assert_array_equal(network(x), network(x))
    np.testing.assert_array_equal(network.get_layer("encoder")(x), variational.statistics(network)(x)[0])
    assert np.abs(network(x, training=True) - network(x, training=True)).max() > 0


def test_the_divergence_is_added_to_the_loss_with_its_weight():
    mean, log_variance = tf.constant([[2.0, 0.0], [0.0, 0.0]]), tf.constant([[0.0, 1.0], [0.0, 0.0]])
    for weight in (0.0, 1.0, 4.0):
        layer, _ = sampled(mean, log_variance, training=True, kl_weight=weight)
        np.testing.assert_allclose(sum(layer.losses), weight * (2 + (np.e - 2) / 2) / 2, rtol=1e-6)


def test_at_prediction_nothing_is_added_to_the_loss():
    layer, _ = sampled(tf.ones((2, 3)), tf.ones((2, 3)), training=False)
    assert layer.losses == []


def test_the_weight_climbs_during_the_warm_up():
    layer, numbers = variational.Sampling(kl_weight=2.0, warmup=4), tf.constant([[2.0, 0.0]])  # 2 nats
    seen = []
    for _ in range(6):
        layer(numbers, training=True)
        seen.append(float(sum(layer.losses)))
    np.testing.assert_allclose(seen, [1, 2, 3, 4, 4, 4], rtol=1e-6)


def test_an_extreme_log_variance_stays_finite():
    for value in (-1e6, 1e6):
        layer, draws = sampled(tf.zeros((2, 3)), tf.fill((2, 3), value), training=True)
        assert np.isfinite(draws).all() and np.isfinite(float(sum(layer.losses)))


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("warmup", [0, 10])
def test_one_step_of_training_lowers_the_loss(compiled, warmup):
    network, x = model(warmup=warmup), tf.constant(images())
    optimizer = keras.optimizers.SGD(1e-3)
    step = tf.function(
        training.training_step(network, optimizer, losses.squared_error).python_function, jit_compile=compiled
    )
    optimizer.build(network.trainable_variables)
    before = training.evaluate(network, x, loss=losses.squared_error)
    assert np.isfinite(step(x, x))
    assert training.evaluate(network, x, loss=losses.squared_error) < before


def test_training_lowers_the_divergence_where_it_is_all_that_counts():
    network, x = model(kl_weight=1e4), images()
    before = float(tf.reduce_sum(variational.divergence(*variational.statistics(network)(x))))
    training.fit(network, x, loss=losses.squared_error, steps=50, batch=6, rate=1e-2)
    after = float(tf.reduce_sum(variational.divergence(*variational.statistics(network)(x))))
    assert after < before / 10


def test_the_same_seed_gives_the_same_training_twice():
    runs = []
    for _ in range(2):
        network = model()
        training.fit(network, images(), loss=losses.squared_error, steps=5, batch=3, seed=1)
        runs.append(np.concatenate([w.ravel() for w in network.get_weights()]))
    np.testing.assert_array_equal(*runs)


def test_a_saved_model_loads_in_a_fresh_process(reloaded):
    layer = "model.get_layer('encoder').get_layer('sampling')"
    tell = f"model.count_params(), {layer}.kl_weight, {layer}.warmup"
    network = model(warmup=3)
    assert reloaded(network, images(), "helpers.models.variational", tell) == [str(network.count_params()), "1.0", "3"]


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: model(code=0), "whole numbers from 1"),
        (lambda: variational.dense((28, 28)), "height, width, channels"),
        (lambda: model(widths=(3.5,)), "whole numbers from 1"),
        (lambda: model(kl_weight=-1), "kl_weight is -1"),
        (lambda: model(warmup=1.5), "warmup 1.5"),
        (lambda: variational.Sampling()(tf.zeros((2, 3))), "as many log-variances"),
    ],
)
def test_what_cannot_be_built_is_refused_in_words(build, message):
    with pytest.raises(ValueError, match=message):
        build()
