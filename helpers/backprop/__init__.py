"""Back-propagation by hand: every layer with its forward and its backward, a stack, Adam, and a gradient checker.

Nothing here differentiates automatically, except the checker, which may compare with `tf.GradientTape`.
"""

from .activations import ELU, Activation, LeakyReLU, ReLU, Sigmoid, Tanh
from .check import check, check_steps, complaints, errors
from .cost import backward_lines, kept_megabytes, milliseconds, step_costs, taped_megabytes
from .layer import Layer
from .layers import BatchNormalization, Convolution, Dense, Flatten, Reshape, Sampling, TransposedConvolution
from .losses import BinaryCrossEntropy, CrossEntropy, Loss, SquaredError
from .network import Adam, Sequential, step, train
from .neurons import two_neurons
from .plain import by_hand, by_keras, normalised, one_of_each, tape_step, train_keras
from .windows import AveragePooling, MaxPooling, Repeat

__all__ = [
    "ELU", "Activation", "Adam", "AveragePooling", "BatchNormalization", "BinaryCrossEntropy", "Convolution",
    "CrossEntropy", "Dense", "Flatten", "Layer", "LeakyReLU", "Loss", "MaxPooling", "ReLU", "Repeat", "Reshape",
    "Sampling", "Sequential", "Sigmoid", "SquaredError", "Tanh", "TransposedConvolution", "backward_lines", "by_hand",
    "by_keras", "check", "check_steps", "complaints", "errors", "kept_megabytes", "milliseconds", "normalised",
    "one_of_each", "step", "step_costs", "tape_step", "taped_megabytes", "train", "train_keras", "two_neurons",
]  # fmt: skip
