"""Two networks that train each other, pix2pix (Isola et al. 2017): their losses, and the step in which both learn."""

from . import runtime
from .models import pix2pix  # noqa: F401 (the layers of a saved model)

tf, keras = runtime.tensorflow(), runtime.keras()


@keras.saving.register_keras_serializable(package="helpers")
class Pix2Pix(keras.Model):
    """A generator G and a discriminator D, and the step in which both learn.

    With the condition x, the photograph y and the logits of D they minimise

        D: ½ (bce(1, D(x, y)) + bce(0, D(x, G(x))))
        G: bce(1, D(x, G(x))) + weight · mean |y − G(x)|

    generator, discriminator: networks of `models.pix2pix`. A discriminator of [condition, picture] makes the loss of
    the conditional GAN, one of the picture alone that of the plain GAN, and None leaves the absolute error alone.
    weight: of the absolute error, the paper's λ = 100; 0 leaves the adversary alone. classes: how many there are where
    conditions are label maps (N, H, W); they become one-hot, and the label `classes`, for pixels which do not count,
    becomes zeros. None where conditions are images (N, H, W, C). Inside, pictures are in [-1, 1]; photographs are
    (N, H, W, channels) in [0, 1] everywhere else.
    """

    def __init__(self, generator, discriminator=None, *, weight=100.0, classes=None, **kwargs):
        if discriminator is None and not weight > 0:
            raise ValueError(f"weight is {weight} and there is no discriminator: nothing would be learned.")
        super().__init__(**kwargs)
        self.generator, self.discriminator = generator, discriminator
        self.weight, self.classes = weight, classes
        self.built = True  # the two networks are

    def compile(self, rate=2e-4, momentum=0.5, **kwargs):
        """Give each network an Adam with the paper's rate, a number or a schedule, and the paper's β₁."""
        self.settings = {"rate": rate, "momentum": momentum}
        optimizer, self.discriminator_optimizer = adam(rate, momentum), adam(rate, momentum)
        super().compile(optimizer=optimizer, auto_scale_loss=False, **{"jit_compile": False} | kwargs)
        self.optimizer.build(self.generator.trainable_variables)
        if self.discriminator:
            self.discriminator_optimizer.build(self.discriminator.trainable_variables)

    def call(self, conditions, training=False):
        """Return pictures (N, H, W, channels) in [-1, 1]."""
        return self.generator(self.encoded(conditions), training=training)

    def train_step(self, pair):
        """Move both networks one step, with one pass of the generator; return losses and what D thinks, as numbers.

        pair: photographs and conditions. Both gradients belong to the weights before the step.
        """
        photographs, conditions = pair
        x, y = self.encoded(conditions), self.inside(tf.cast(photographs, tf.float32))
        with tf.GradientTape(persistent=True) as tape:
            made = self.generator(x, training=True)
            error = tf.reduce_mean(tf.abs(y - made))
            if self.discriminator:
                real, fake = self.judged(x, y), self.judged(x, made)
                fooling, judging = entropy(1.0, fake), self.discriminator_loss(real, fake)
                tasks = [(self.generator, self.optimizer, fooling + self.weight * error),
                         (self.discriminator, self.discriminator_optimizer, judging)]  # fmt: skip
            else:
                tasks = [(self.generator, self.optimizer, self.weight * error)]
            tasks = [(*task, task[1].scale_loss(task[2])) for task in tasks]  # float16 loses small gradients
        for network, optimizer, _, loss in tasks:
            optimizer.apply(tape.gradient(loss, network.trainable_variables), network.trainable_variables)
        if not self.discriminator:
            return {"error": error}
        sure = {"real": tf.reduce_mean(tf.sigmoid(real)), "fake": tf.reduce_mean(tf.sigmoid(fake))}
        return {"error": error, "generator": fooling, "discriminator": judging} | sure

    def judged(self, x, pictures):
        """Return the discriminator's logits, one a patch."""
        alone = len(self.discriminator.inputs) == 1
        return self.discriminator(pictures if alone else [x, pictures], training=True)

    @staticmethod
    def discriminator_loss(real, fake):
        """Return half the sum of both mistakes: log 2 = 0.69 where D cannot tell.

        The paper halves it so that D learns more slowly; with Adam, whose steps hardly depend on the scale of a loss,
        it changes next to nothing.
        """
        return (entropy(1.0, real) + entropy(0.0, fake)) / 2

    @staticmethod
    def inside(photographs):
        """Return photographs in [0, 1] as the generator makes pictures: in [-1, 1]."""
        return 2 * photographs - 1

    @staticmethod
    def outside(pictures):
        """Return pictures of the generator in [0, 1]."""
        return (pictures + 1) / 2

    def encoded(self, conditions):
        """Return conditions as maps of floats: label maps one-hot, images as they are."""
        if self.classes is None:
            return tf.cast(conditions, tf.float32)
        return tf.one_hot(tf.cast(conditions, tf.int32), self.classes)

    def get_config(self):
        """Return the arguments of the constructor."""
        networks = {"generator": self.generator, "discriminator": self.discriminator}
        kept = {name: keras.saving.serialize_keras_object(network) for name, network in networks.items()}
        return super().get_config() | kept | {"weight": self.weight, "classes": self.classes}

    @classmethod
    def from_config(cls, config):
        """Return the model that `get_config` describes."""
        kept = {name: keras.saving.deserialize_keras_object(config[name]) for name in ("generator", "discriminator")}
        return cls(**config | kept)

    def get_compile_config(self):
        """Return the arguments of `compile`."""
        return {name: keras.saving.serialize_keras_object(value) for name, value in self.settings.items()}

    def compile_from_config(self, config):
        """Compile as before saving."""
        self.compile(**{name: keras.saving.deserialize_keras_object(value) for name, value in config.items()})


def entropy(target, logits):
    """Return the mean cross-entropy, in nats, of logits whose truth is `target` everywhere; 0.69 for logits of 0."""
    logits = tf.cast(logits, tf.float32)
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(tf.fill(tf.shape(logits), target), logits))


def adam(rate, momentum):
    """Return Adam (Kingma & Ba 2015) with β₁ = momentum, and with an enlarged loss in float16."""
    optimizer = keras.optimizers.Adam(rate, beta_1=momentum)
    mixed = keras.mixed_precision.dtype_policy().name == "mixed_float16"
    return keras.mixed_precision.LossScaleOptimizer(optimizer) if mixed else optimizer


@keras.saving.register_keras_serializable(package="helpers")
class ThenFalling(keras.optimizers.schedules.LearningRateSchedule):
    """A rate that stays for the first half of the steps and then falls to 0 in a line, as in the authors' code."""

    def __init__(self, rate, steps):
        self.rate, self.steps = float(rate), int(steps)

    def __call__(self, step):
        """Return the rate at a step, counted from 0."""
        return self.rate * tf.clip_by_value(2 - 2 * tf.cast(step, tf.float32) / max(self.steps, 1), 0.0, 1.0)

    def get_config(self):
        """Return the arguments of the constructor."""
        return {"rate": self.rate, "steps": self.steps}
