"""Facts about hand-written gradients: they are the derivatives, training by them is Keras's, and faults are caught."""

import inspect

import numpy as np
import pytest

from helpers import runtime

tf, keras = runtime.tensorflow(), runtime.keras()
from helpers import backprop, plots  # noqa: E402

DOUBLE = {"dtype": "float64"}
MAPS, ROWS = (3, 6, 5, 4), (5, 4)


def numbers(*shape, seed=0):
    return tf.constant(np.random.default_rng(seed).normal(size=shape))


def one(name):
    """Return a function that makes the layer of `one_of_each` anew."""
    return lambda: backprop.one_of_each(4, MAPS[1:3])[name]


#: Every layer of the package: how one is made, and the shape of its input.
LAYERS = {name: (one(name), MAPS) for name in backprop.one_of_each()}
LAYERS |= {"Dense": (lambda: backprop.Dense(4, 3, **DOUBLE), ROWS), "Flatten": (backprop.Flatten, MAPS)}
LABELS = np.random.default_rng(1).integers(0, 4, MAPS[:-1])
LOSSES = {
    "SquaredError": (backprop.SquaredError, numbers(*MAPS, seed=1)),
    "BinaryCrossEntropy": (backprop.BinaryCrossEntropy, tf.sigmoid(numbers(*MAPS, seed=1))),
    "CrossEntropy": (lambda: backprop.CrossEntropy(ignore=3), LABELS),
}


def shaken(layer):
    """The layer with weights and statistics that are not those of the start, so that none hides a fault."""
    for number, value in enumerate([*layer.weights.values(), *layer.state.values()]):
        value.assign(np.random.default_rng(number).uniform(0.5, 2, value.shape))
    return layer


def made(name):
    make, shape = LAYERS[name]
    return shaken(make()), numbers(*shape)


def assert_is_the_derivative(layer, x, **how):
    found = backprop.errors(layer, x, by="tape", **how)
    assert max(error for parts in found.values() for error in parts.values()) < 1e-8


# Every gradient is the derivative.


def test_every_layer_and_every_loss_of_the_package_is_tested_here():
    classes = [thing for thing in vars(backprop).values() if inspect.isclass(thing)]
    layers = {c.__name__ for c in classes if issubclass(c, backprop.Layer)} - {"Layer", "Activation"}
    losses = {c.__name__ for c in classes if issubclass(c, backprop.Loss)} - {"Loss"}
    assert (layers, losses) == (set(LAYERS), set(LOSSES))


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("name", LAYERS)
def test_the_gradients_of_every_layer_are_those_of_the_tape(name, training):
    assert_is_the_derivative(*made(name), training=training)


@pytest.mark.parametrize("name", LAYERS)
def test_the_gradients_of_every_layer_are_differences(name):
    backprop.check(*made(name), by="differences")


@pytest.mark.parametrize("by", ["tape", "differences"])
@pytest.mark.parametrize("name", LOSSES)
def test_the_gradient_of_every_loss_is_the_derivative(name, by):
    make, targets = LOSSES[name]
    backprop.check(make(), numbers(*MAPS), targets, by=by)


@pytest.mark.parametrize("channels", [(1, 1), (3, 2)])
@pytest.mark.parametrize("size", [(6, 6), (7, 5), (5, 8)])
@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("kernel", [1, 2, 3, 4])
@pytest.mark.parametrize("kind", ["Convolution", "TransposedConvolution"])
def test_convolutions_of_every_geometry(kind, kernel, stride, padding, size, channels):
    layer = getattr(backprop, kind)(*channels, kernel, stride, padding, **DOUBLE)
    assert_is_the_derivative(layer, numbers(2, *size, channels[0]))


@pytest.mark.parametrize("geometry", [(6, 6), (7, 5), (8, 9), (3, 4)])
@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("kind", ["AveragePooling", "MaxPooling"])
def test_pooling_of_every_geometry(kind, size, padding, geometry):
    assert_is_the_derivative(getattr(backprop, kind)(size, padding), numbers(2, *geometry, 3))


@pytest.mark.parametrize("size", [1, 2, 3])
def test_repeating_of_every_size(size):
    assert_is_the_derivative(backprop.Repeat(size), numbers(2, 3, 5, 2))


@pytest.mark.parametrize("shape", [(7, 3), (1, 3), (2, 5, 3), (2, 4, 6, 3)])
def test_normalisation_of_rows_and_of_maps(shape):
    assert_is_the_derivative(shaken(backprop.BatchNormalization(3, **DOUBLE)), numbers(*shape))


def test_a_stack_of_stacks_is_judged_part_by_part():
    inner = backprop.Sequential([backprop.Dense(4, 3, **DOUBLE), backprop.Tanh()])
    outer = backprop.Sequential([inner, backprop.Dense(3, 2, **DOUBLE)])
    found = backprop.check(outer, numbers(*ROWS), by="tape")
    assert list(found) == ["Sequential", "0 Sequential", "0 Sequential.0 Dense", "0 Sequential.1 Tanh", "1 Dense"]
    assert list(outer.gradients) == list(outer.weights)
    assert list(found["Sequential"])[1] == "0 Sequential.0 Dense.kernel"


def variational():
    """The source's fourth case in small: average pooling, two heads in one convolution, sampling, up again."""
    return backprop.Sequential([
        backprop.Convolution(1, 4, **DOUBLE), backprop.BatchNormalization(4, **DOUBLE), backprop.ELU(),
        backprop.AveragePooling(), backprop.Convolution(4, 6, kernel=1, **DOUBLE),
        backprop.Sampling(kl=0.1, noise=one("Sampling")().draw),
        backprop.TransposedConvolution(3, 2, **DOUBLE), backprop.LeakyReLU(),
        backprop.Convolution(2, 1, **DOUBLE), backprop.Sigmoid(),
    ])  # fmt: skip


def test_a_whole_variational_autoencoder_is_right_from_end_to_end():
    assert_is_the_derivative(variational(), numbers(2, 8, 6, 1))


def test_checking_leaves_the_running_statistics_as_they_were():
    layer = shaken(backprop.BatchNormalization(4, **DOUBLE))
    before = [value.numpy() for value in layer.state.values()]
    backprop.check(layer, numbers(*MAPS))
    assert all(np.array_equal(a, b) for a, b in zip(before, layer.state.values(), strict=True))


# The forward passes are those of Keras.


def keras_layer(name):
    layers = keras.layers
    return {
        "Dense": lambda: layers.Dense(3, **DOUBLE),
        "Convolution": lambda: layers.Conv2D(3, 3, 2, padding="same", **DOUBLE),
        "TransposedConvolution": lambda: layers.Conv2DTranspose(3, 3, 2, padding="same", **DOUBLE),
        "Repeat": lambda: layers.UpSampling2D(2, **DOUBLE),
        "AveragePooling": lambda: layers.AveragePooling2D(2, **DOUBLE),
        "MaxPooling": lambda: layers.MaxPooling2D(2, **DOUBLE),
        "ReLU": lambda: layers.ReLU(**DOUBLE),
        "LeakyReLU": lambda: layers.LeakyReLU(0.2, **DOUBLE),
        "ELU": lambda: layers.ELU(**DOUBLE),
        "Sigmoid": lambda: layers.Activation("sigmoid", **DOUBLE),
        "Tanh": lambda: layers.Activation("tanh", **DOUBLE),
        "BatchNormalization": lambda: layers.BatchNormalization(**DOUBLE),
        "Flatten": lambda: layers.Flatten(**DOUBLE),
        "Reshape": lambda: layers.Reshape((120,), **DOUBLE),
    }[name]()


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("name", [name for name in LAYERS if name not in ("Sampling", "Sequential")])
def test_every_layer_computes_what_keras_computes(name, training):
    ours, x = made(name)
    theirs = keras_layer(name)
    theirs.build(x.shape)
    theirs.set_weights([value.numpy() for value in [*ours.weights.values(), *ours.state.values()]])
    np.testing.assert_allclose(ours.forward(x, training), theirs(x, training=training), atol=1e-12)
    stored = [*ours.weights.values(), *ours.state.values()]
    for mine, other in zip(stored, theirs.get_weights(), strict=True):
        np.testing.assert_allclose(mine, other, atol=1e-12)


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("kernel", [1, 2, 3, 4])
def test_transposed_convolutions_have_the_shapes_of_keras(kernel, stride, padding):
    ours = backprop.TransposedConvolution(3, 2, kernel, stride, padding)
    theirs = keras.layers.Conv2DTranspose(2, kernel, stride, padding, dtype="float32")
    x = tf.zeros((1, 4, 5, 3))
    assert ours.forward(x).shape == theirs(x).shape


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("kind", ["AveragePooling", "MaxPooling"])
def test_pooling_treats_the_border_as_keras_does(kind, padding):
    ours = getattr(backprop, kind)(3, padding)
    theirs = getattr(keras.layers, f"{kind}2D")(3, padding=padding, **DOUBLE)
    x = numbers(2, 7, 5, 3)
    np.testing.assert_allclose(ours.forward(x), theirs(x), atol=1e-14)


def test_the_losses_are_those_of_the_definitions():
    outputs, targets = numbers(2, 3, 3, 1), tf.sigmoid(numbers(2, 3, 3, 1, seed=1))
    p, t = tf.sigmoid(outputs), targets
    nats = -t * tf.math.log(p) - (1 - t) * tf.math.log(1 - p)
    square = np.sum((outputs - targets) ** 2)
    assert float(backprop.BinaryCrossEntropy().forward(outputs, t)) == pytest.approx(np.sum(nats) / 2)
    assert float(backprop.SquaredError().forward(outputs, t)) == pytest.approx(square / 2)
    logits = numbers(*MAPS)
    theirs = keras.ops.sparse_categorical_crossentropy(LABELS, logits, from_logits=True).numpy()
    counted = theirs[LABELS != 3].sum()
    assert float(backprop.CrossEntropy().forward(logits, LABELS)) == pytest.approx(theirs.sum() / 3)
    assert float(backprop.CrossEntropy(ignore=3).forward(logits, LABELS)) == pytest.approx(counted / 3)


def test_the_divergence_is_that_of_two_gaussians():
    x = tf.constant([[0.5, -1.0, np.log(4.0), 0.0]])  # means ½ and −1, variances 4 and 1
    layer = backprop.Sampling(kl=1.0)
    layer.forward(tf.cast(x, "float64"))
    by_hand = (0.25 + 4 - np.log(4) - 1) / 2 + (1 + 1 - 0 - 1) / 2
    assert float(layer.penalty) == pytest.approx(by_hand)


def test_a_code_is_random_in_training_and_the_mean_in_prediction():
    layer, x = backprop.Sampling(), numbers(*MAPS)
    np.testing.assert_array_equal(layer.forward(x), x[..., :2])
    assert not np.allclose(layer.forward(x, training=True), layer.forward(x, training=True))


# With pencil and paper.


def test_one_neuron_by_hand():
    neuron = backprop.Sequential([backprop.Dense(1, 1, **DOUBLE), backprop.Sigmoid()])
    for weight, value in zip(neuron.weights.values(), ([[0.5]], [-1.0]), strict=True):
        weight.assign(value)
    loss = backprop.SquaredError()
    assert float(loss.forward(neuron.forward(tf.constant([[2.0]], "float64")), [[1.0]])) == 0.25
    assert float(neuron.backward(loss.backward())[0, 0]) == -0.125
    assert [float(tf.squeeze(g)) for g in neuron.gradients.values()] == [-0.5, -0.25]


def test_a_convolution_of_four_numbers_by_hand():
    layer = backprop.Convolution(1, 1, kernel=3, padding="valid", **DOUBLE)
    column = np.zeros((1, 3, 4, 1))
    column[0, 1, :, 0] = [1, 0, 2, 1]
    layer.kernel.assign(np.array([[0, 0, 0], [1, 2, 3], [0, 0, 0]], "float64")[..., None, None])
    np.testing.assert_array_equal(layer.forward(tf.constant(column))[0, 0, :, 0], [7, 7])
    dx = layer.backward(tf.constant([[[[1.0], [2.0]]]], "float64"))
    np.testing.assert_array_equal(dx[0, 1, :, 0], [1, 4, 7, 6])
    np.testing.assert_array_equal(layer.gradients["kernel"][1, :, 0, 0], [1, 4, 4])


def test_the_kernel_gradient_is_a_sum_of_patches():
    layer, x = backprop.Convolution(2, 3, kernel=3, stride=2, padding="valid", **DOUBLE), numbers(2, 7, 9, 2)
    g = numbers(*layer.forward(x).shape, seed=1)
    layer.backward(g)
    total = np.zeros((3, 3, 2, 3))
    for n, i, j in np.ndindex(*g.shape[:3]):
        total += x[n, 2 * i : 2 * i + 3, 2 * j : 2 * j + 3, :, None].numpy() * g[n, i, j].numpy()
    np.testing.assert_allclose(layer.gradients["kernel"], total, atol=1e-12)


def test_a_transposed_convolution_swaps_the_two_passes_of_a_convolution():
    down = backprop.Convolution(3, 2, kernel=4, stride=2, **DOUBLE)
    up = backprop.TransposedConvolution(2, 3, kernel=4, stride=2, **DOUBLE)
    up.kernel.assign(down.kernel)
    x, y = numbers(2, 6, 8, 3), numbers(2, 3, 4, 2, seed=1)
    down.forward(x)
    np.testing.assert_allclose(up.forward(y), down.backward(y), atol=1e-12)
    np.testing.assert_allclose(up.backward(x), down.forward(x), atol=1e-12)
    np.testing.assert_allclose(up.gradients["kernel"], down.gradients["kernel"], atol=1e-12)


def test_a_window_of_four_shares_an_average_and_adds_up_a_repetition():
    pool, x = backprop.AveragePooling(2), numbers(1, 2, 2, 1)
    pool.forward(x)
    np.testing.assert_array_equal(pool.backward(tf.constant([[[[8.0]]]], "float64")), np.full((1, 2, 2, 1), 2.0))
    repeat = backprop.Repeat(2)
    repeat.forward(tf.ones((1, 1, 1, 1), "float64"))
    assert float(repeat.backward(tf.reshape(tf.constant([1.0, 2, 3, 4], "float64"), (1, 2, 2, 1)))[0, 0, 0, 0]) == 10


def test_the_winner_takes_the_gradient_and_the_first_of_equals_wins():
    pool = backprop.MaxPooling(2)
    pool.forward(tf.constant([[[[1.0], [5.0]], [[5.0], [2.0]]]], "float64"))
    np.testing.assert_array_equal(pool.backward(tf.ones((1, 1, 1, 1), "float64"))[0, :, :, 0], [[0, 1], [0, 0]])


# Faults are caught: in every layer, in every weight, in every loss.


def planted(name, what):
    """A layer of the kind whose gradient of `what` has the wrong sign."""
    layer, x = made(name)

    class Faulty(type(layer)):
        def backward(self, g):
            dx = super().backward(g)
            if what == "x":
                return -dx
            self.gradients = self.gradients | {what: -self.gradients[what]}
            return dx

    layer.__class__ = Faulty
    return layer, x


EVERY_GRADIENT = [(name, what) for name in LAYERS for what in ["x", *made(name)[0].weights]]


@pytest.mark.parametrize("by", ["tape", "differences"])
@pytest.mark.parametrize(("name", "what"), EVERY_GRADIENT)
def test_a_sign_error_in_any_backward_pass_is_caught_and_named(name, what, by):
    with pytest.raises(AssertionError, match=f"Faulty: the gradient of {what} is wrong by 2"):
        backprop.check(*planted(name, what), by=by)


@pytest.mark.parametrize("name", LOSSES)
def test_a_sign_error_in_any_loss_is_caught(name, monkeypatch):
    make, targets = LOSSES[name]
    loss = make()
    right = loss.backward
    loss.backward = lambda: -right()
    with pytest.raises(AssertionError, match="the gradient of x is wrong by 2"):
        backprop.check(loss, numbers(*MAPS), targets)


class PublishedELU(backprop.ELU):
    """(x > 0) + elu(min(x, 0)) + 1: two for every positive x."""

    def derivative(self, y):
        return tf.cast(y > 0, y.dtype) + (tf.minimum(y, 0) + 1)


class PublishedLeakyReLU(backprop.LeakyReLU):
    """The value 0.2 x where the slope 0.2 is meant."""

    def derivative(self, y):
        return tf.where(y > 0, tf.ones_like(y), y)


class PublishedAdam(backprop.Adam):
    """Constants where the corrections depend on the step."""

    def corrections(self, t):
        return 1 - self.beta1, 1 - self.beta2


def slope(layer, x):
    layer.forward(tf.constant([x], "float64"))
    return float(layer.backward(tf.ones(1, "float64"))[0])


def test_the_published_elu_has_slope_two_on_the_right():
    assert [slope(PublishedELU(), x) for x in (0.1, 1.0, 7.0)] == [2, 2, 2]
    assert [slope(backprop.ELU(), x) for x in (0.1, 1.0, 7.0)] == [1, 1, 1]
    assert slope(PublishedELU(), -1.0) == pytest.approx(np.exp(-1)) == slope(backprop.ELU(), -1.0)


def test_the_published_leaky_relu_returns_its_value_on_the_left():
    for x in (-0.5, -1.0, -3.0):
        assert slope(PublishedLeakyReLU(), x) == pytest.approx(0.2 * x)
        assert slope(backprop.LeakyReLU(), x) == 0.2


@pytest.mark.parametrize(("t", "factor"), [(1, 1.00), (12, 2.08), (1000, 0.40), (100_000, 0.316)])
def test_the_published_adam_makes_steps_of_another_length(t, factor):
    layer = backprop.Layer(w=np.zeros(1))
    lengths = []
    for kind in (backprop.Adam, PublishedAdam):
        first, second = kind(layer).corrections(tf.constant(t, "float64"))
        lengths.append(float(tf.sqrt(tf.cast(second, "float64")) / first))
    assert lengths[1] / lengths[0] == pytest.approx(factor, abs=0.005 if t < 100_000 else 0.0005)


def test_the_published_adam_takes_those_steps():
    lengths = backprop.check_steps(PublishedAdam, steps=1000, tolerance=None)
    assert [round(lengths[t - 1], 2) for t in (1, 12, 1000)] == [1.0, 2.08, 0.4]
    assert max(lengths) == pytest.approx(lengths[11], rel=1e-3)


@pytest.mark.parametrize("kind", [PublishedELU, PublishedLeakyReLU])
def test_the_checker_names_the_layer_with_a_published_fault(kind):
    network = backprop.Sequential([backprop.Dense(4, 3, **DOUBLE), kind(), backprop.Dense(3, 2, **DOUBLE)])
    with pytest.raises(AssertionError) as caught:
        backprop.check(network, numbers(*ROWS))
    lines = str(caught.value).splitlines()
    assert f"1 {kind.__name__}: the gradient of x" in lines[-1]
    assert not [line for line in lines if line.startswith(("0", "2"))]
    assert [line for line in lines if line.startswith("Sequential: the gradient of 0 Dense.kernel")]
    assert not [line for line in lines if "2 Dense.kernel" in line]


def test_the_checker_names_the_first_wrong_step():
    assert backprop.check_steps(backprop.Adam) == pytest.approx([1] * 12, abs=1e-6)
    with pytest.raises(AssertionError, match="PublishedAdam: step 2 has 1"):
        backprop.check_steps(PublishedAdam)


@pytest.mark.parametrize("kind", [backprop.ELU, backprop.LeakyReLU, backprop.Tanh, backprop.Adam])
def test_of_a_right_class_there_are_no_complaints(kind):
    runtime.seed(0)  # of the weights: from some, a difference steps across the kink of LeakyReLU
    assert backprop.complaints(kind) == []


def test_complaints_name_each_layer_of_a_faulty_kind_or_the_first_wrong_step():
    lines = [line for line in backprop.complaints(PublishedELU) if not line.startswith("Sequential")]
    assert [line.split(":")[0] for line in lines] == [f"{place} PublishedELU" for place in (1, 3, 5)]
    assert backprop.complaints(PublishedAdam)[0].startswith("PublishedAdam: step 2 has 1")


def test_a_forgotten_or_misshapen_gradient_is_named():
    class Forgetful(backprop.Dense):
        def backward(self, g):
            dx = super().backward(g)
            del self.gradients["bias"]
            return dx

    class Misshapen(backprop.Dense):
        def backward(self, g):
            return tf.transpose(super().backward(g))

    with pytest.raises(AssertionError, match="Forgetful: backward leaves no gradient of bias"):
        backprop.check(Forgetful(4, 3, **DOUBLE), numbers(*ROWS))
    with pytest.raises(AssertionError, match="the gradient of x has the shape"):
        backprop.check(Misshapen(4, 3, **DOUBLE), numbers(*ROWS))


# Training by hand is training.


def pair(dtype="float64"):
    """A small network by hand and by Keras, with the same weights."""
    kind, layers = {"dtype": dtype}, keras.layers
    ours = backprop.Sequential([
        backprop.Convolution(1, 4, stride=2, **kind), backprop.BatchNormalization(4, **kind), backprop.ELU(),
        backprop.TransposedConvolution(4, 1, **kind), backprop.Sigmoid(),
    ])  # fmt: skip
    theirs = keras.Sequential([
        keras.Input((8, 8, 1), dtype=dtype), layers.Conv2D(4, 3, 2, "same", **kind),
        layers.BatchNormalization(**kind), layers.ELU(**kind),
        layers.Conv2DTranspose(1, 3, 2, "same", activation="sigmoid", **kind),
    ])  # fmt: skip
    for mine, other in zip(ours.weights.values(), theirs.trainable_variables, strict=True):
        other.assign(mine)
    return ours, theirs


@pytest.mark.parametrize("compiled", [False, True])
def test_two_hundred_steps_by_hand_are_those_of_keras_to_rounding(compiled):
    runtime.seed(0)
    ours, theirs = pair()
    x = numbers(16, 8, 8, 1)
    t = tf.cast(x > 0, "float64")
    numbers_of_two = 2.0**-7, 1 - 2.0**-3, 1 - 2.0**-10  # Keras carries rate and betas through 32 bits
    adam, other = backprop.Adam(ours, *numbers_of_two), keras.optimizers.Adam(*numbers_of_two)
    loss, curves = backprop.SquaredError(), []
    step = tf.function(backprop.step) if compiled else backprop.step
    for _ in range(200):
        with tf.GradientTape() as tape:
            value = tf.reduce_sum((theirs(x, training=True) - t) ** 2) / 16
        other.apply(tape.gradient(value, theirs.trainable_variables), theirs.trainable_variables)
        curves.append((float(step(ours, loss, adam, x, t)), float(value)))
    ours, theirs = np.array(curves).T
    assert ours[-1] < ours[0] / 2
    np.testing.assert_allclose(ours, theirs, rtol=1e-9)


def test_a_rate_may_follow_a_schedule():
    layer = backprop.Layer(w=np.zeros(1))
    layer.gradients = {"w": tf.constant([1e3], "float64")}
    adam = backprop.Adam(layer, rate=lambda t: 1 / t)
    for _ in range(3):
        adam.update()
    assert float(layer.w[0]) == pytest.approx(-(1 + 1 / 2 + 1 / 3))


def test_float32_networks_train_too():
    network = backprop.Sequential([backprop.Dense(4, 1), backprop.Sigmoid()])
    x = tf.cast(numbers(32, 4), "float32")
    t = tf.cast(x[:, :1] > 0, "float32")
    adam, loss = backprop.Adam(network, 0.1), backprop.SquaredError()
    losses = [float(backprop.step(network, loss, adam, x, t)) for _ in range(50)]
    assert losses[-1] < losses[0] / 4


def test_gradients_of_two_ways_add_up():
    stem, one, two = (backprop.Dense(4, 4, **DOUBLE) for _ in range(3))
    x = numbers(*ROWS)
    with tf.GradientTape() as tape:
        h = tf.convert_to_tensor(stem.forward(x))
        value = tf.reduce_sum(one.forward(h) ** 2) + tf.reduce_sum(two.forward(h) ** 3)
    stem.backward(one.backward(2 * one.forward(h)) + two.backward(3 * two.forward(h) ** 2))
    np.testing.assert_allclose(stem.gradients["kernel"], tape.gradient(value, stem.kernel), rtol=1e-12)


def test_the_chapters_two_networks_are_one():
    ours, theirs = backprop.by_hand(), backprop.by_keras()
    theirs.set_weights([weight.numpy() for weight in ours.weights.values()])
    x = numbers(2, 28, 28, 1)
    np.testing.assert_allclose(ours.forward(x), theirs(x), atol=1e-12)
    assert theirs.count_params() == 80 + 1168 + 1160 + 73
    assert float(tf.reduce_min(theirs(x))) < 0  # logits


def test_the_chapters_two_networks_train_alike():
    ours, theirs = backprop.by_hand((2, 3)), backprop.by_keras((2, 3))
    theirs.set_weights([weight.numpy() for weight in ours.weights.values()])
    x = np.random.default_rng(0).normal(size=(4, 28, 28, 1))
    batches, how = [(x, x > 0)] * 20, (2.0**-7, 1 - 2.0**-3, 1 - 2.0**-10)
    losses, _ = backprop.train(ours, backprop.BinaryCrossEntropy(), backprop.Adam(ours, *how), batches)
    np.testing.assert_allclose(backprop.train_keras(theirs, keras.optimizers.Adam(*how), batches), losses, rtol=1e-9)
    assert losses[-1] < losses[0]


def test_the_larger_network_keeps_the_size_of_an_image():
    network = backprop.normalised((2, 3))
    assert network.forward(tf.zeros((1, 28, 28, 1)), training=True).shape == (1, 28, 28, 1)
    kinds = [type(layer).__name__ for layer in network.layers]
    assert kinds.count("BatchNormalization") == kinds.count("LeakyReLU") == 5
    assert kinds[-1] == "Convolution"


def test_of_each_layer_there_is_one_anew_with_weights_unlike_the_start():
    layers, others = backprop.one_of_each(), backprop.one_of_each()
    assert all(type(layer).__name__ == name and others[name] is not layer for name, layer in layers.items())
    assert float(tf.reduce_min(tf.abs(layers["BatchNormalization"].gamma - 1))) > 0
    np.testing.assert_array_equal(layers["Convolution"].kernel, others["Convolution"].kernel)


def test_training_returns_its_losses_and_its_film():
    network = backprop.Sequential([backprop.Dense(4, 1), backprop.Sigmoid()])
    x = np.random.default_rng(0).normal(size=(16, 4))
    batches = [(x, x[:, :1] > 0)] * 6
    losses, film = backprop.train(
        network, backprop.SquaredError(), backprop.Adam(network, 0.1), batches, watch=x, every=2
    )
    assert losses.shape == (6,) and losses[-1] < losses[0]
    assert film.shape == (3, 16, 1)


def test_a_rate_of_zero_takes_no_step():
    network = backprop.Sequential([backprop.Dense(4, 1), backprop.Sigmoid()])
    before = network.weights["0 Dense.kernel"].numpy()
    x = np.random.default_rng(0).normal(size=(16, 4))
    backprop.train(network, backprop.SquaredError(), backprop.Adam(network, 0.0), [(x, x[:, :1])] * 3)
    np.testing.assert_array_equal(before, network.weights["0 Dense.kernel"])


def test_what_the_layers_keep_is_counted_once():
    network = backprop.by_hand()
    network.forward(numbers(2, 28, 28, 1))
    maps = 28 * 28 + 14 * 14 * 8 + 7 * 7 * 16 + 14 * 14 * 8  # x, three ELUs
    assert backprop.kept_megabytes(network) == pytest.approx(2 * maps * 8 / 1e6)
    taped = backprop.taped_megabytes(backprop.by_keras(), numbers(2, 28, 28, 1))
    assert taped == pytest.approx(backprop.kept_megabytes(network), rel=1e-3)


def test_a_step_has_four_costs():
    ours, theirs = backprop.by_hand((2, 3)), backprop.by_keras((2, 3))
    x = numbers(2, 28, 28, 1)
    arguments = ours, backprop.BinaryCrossEntropy(), backprop.Adam(ours), theirs, x, tf.sigmoid(x)
    costs = backprop.step_costs(*arguments, repeats=1)
    assert list(costs) == ["hand_eager", "hand_compiled", "tape_eager", "tape_compiled"]
    assert min(costs.values()) > 0


def test_the_lines_of_the_backward_passes_are_part_of_all():
    backward, lines = backprop.backward_lines()
    ways = [backprop.Dense.backward, backprop.ELU.derivative, backprop.AveragePooling.backward]
    assert sum(len(inspect.getsource(way).splitlines()) for way in ways) < backward < lines / 2


@pytest.mark.parametrize("w", [-1.0, 0.5])
def test_two_neurons_show_their_gradients_only_at_the_end(w):
    weight = tf.Variable(w)
    with tf.GradientTape() as tape:
        loss = (-tf.nn.relu(weight * 2 + 1) + 0.5 - 1) ** 2
    quantities, operations, weights, _ = backprop.two_neurons(8, w)
    assert weights[0]["w"] == (w, pytest.approx(float(tape.gradient(loss, weight))))
    assert quantities["L"] == (pytest.approx(float(loss)), 1)
    assert len(operations) == len(quantities) - 1
    early = backprop.two_neurons(3, w)
    assert early[0]["y"][1] is None and early[0]["L"] == (None, None) and early[2][0]["w"] == (w, None)


# Pictures.


def test_a_computation_shows_its_numbers_both_ways():
    ends = {"x": (2.0, -0.125), "a": (0.0, None), "L": ("¼", 1)}
    picture = plots.computation(ends, ["w x", "a²"], {0: {"w": (0.5, -0.5)}}, note="a note")
    texts = {text.get_text() for text in picture.axes[0].texts}
    assert {"2", "−0.125", "0", "¼", "w = 0.5", "−0.5", "a note"} <= texts
    with pytest.raises(ValueError, match="give one operation between two"):
        plots.computation(ends, ["w x"])


def test_errors_and_coincidences_are_drawn():
    picture = plots.gradient_errors({"tape": {"Dense": 0.0, "ELU": 1e-16}}, tolerance=1e-8)
    assert [label.get_text() for label in picture.axes[0].get_yticklabels()] == ["Dense", "ELU"]
    curve = np.linspace(2, 1, 50)
    picture = plots.coincidence({"Keras": curve, "by hand": curve}, {"64 bits": np.full(50, 1e-15)})
    assert picture.axes[1].get_yscale() == "log" and not plots.is_blank(picture)
    with pytest.raises(ValueError, match="series is empty"):
        plots.gradient_errors({})


# Bad input says what is wrong.


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda: backprop.Convolution(3, 4, stride=0), "stride is 0; give a whole number"),
        (lambda: backprop.Convolution(3, 4, kernel=2.0), r"kernel is 2\.0; give a whole number"),
        (lambda: backprop.Dense(True, 4), "inputs is True"),
        (lambda: backprop.Convolution(3, 4, padding="SAME"), "padding is 'SAME'; it can be 'same' or 'valid'"),
        (lambda: backprop.MaxPooling(padding="full"), "padding is 'full'"),
        (lambda: backprop.Repeat(0), "size is 0"),
        (lambda: backprop.LeakyReLU(2), "slope is 2"),
        (lambda: backprop.Sequential([]), "at least one layer"),
        (lambda: backprop.Dense(3, 4).forward(tf.zeros((2, 5))), r"takes the shape \(batch, 3\); given \(2, 5\)"),
        (lambda: backprop.Convolution(3, 4).forward(tf.zeros((2, 8, 8, 1))), "width, 3"),
        (lambda: backprop.BatchNormalization(3).forward(tf.zeros((2, 4))), r"\(…, 3\); given \(2, 4\)"),
        (lambda: backprop.Dense(3, 4).forward(np.zeros((2, 3))), "takes float32; given float64"),
        (lambda: backprop.ReLU().forward([1, 2]), "given int32"),
        (lambda: backprop.Convolution(1, 1, 5, padding="valid").forward(tf.zeros((1, 4, 9, 1))), "does not fit"),
        (lambda: backprop.AveragePooling(3).forward(tf.zeros((1, 2, 9, 1))), "holds no window"),
        (lambda: backprop.Sampling().forward(tf.zeros((2, 3))), "as many log-variances; given 3"),
        (lambda: backprop.SquaredError().forward(tf.zeros((4, 1)), tf.zeros(4)), "differ in shape"),
        (lambda: backprop.CrossEntropy().forward(tf.zeros((2, 3)), [0.0, 1.0]), "whole numbers"),
        (lambda: backprop.CrossEntropy().forward(tf.zeros((2, 3)), [0, 3]), "a label is 3; with 3 classes"),
        (lambda: backprop.check(backprop.Dense(3, 4), tf.zeros((2, 3))), "float64; given float32"),
        (lambda: backprop.check(backprop.Sampling(), numbers(2, 4)), "fix its noise"),
        (lambda: backprop.check(backprop.SquaredError(), numbers(2, 4)), "with its targets"),
        (lambda: backprop.check(backprop.ReLU(), numbers(2, 4), by="luck"), "by is 'luck'"),
        (lambda: backprop.two_neurons(9, 0.5), "step is 9; give a whole number from 0 to 8"),
    ],
)
def test_bad_input_is_refused_in_words(wrong, words):
    with pytest.raises(ValueError, match=words):
        wrong()


def test_an_error_in_a_stack_names_the_layer():
    stack = backprop.Sequential([backprop.Dense(3, 4), backprop.ReLU(), backprop.Dense(5, 2)])
    with pytest.raises(ValueError, match="layer 2 Dense: Dense takes the shape"):
        stack.forward(tf.zeros((1, 3)))


def test_a_gradient_of_another_shape_is_refused():
    stack = backprop.Sequential([backprop.Dense(3, 4)])
    stack.forward(tf.zeros((2, 3)))
    with pytest.raises(ValueError, match=r"the gradient has the shape \(2, 1\), the output \(2, 4\)"):
        stack.backward(tf.zeros((2, 1)))


def test_backward_before_forward_says_so():
    with pytest.raises(AttributeError, match="kept by `forward`"):
        backprop.Dense(3, 4).backward(tf.zeros((2, 4)))
