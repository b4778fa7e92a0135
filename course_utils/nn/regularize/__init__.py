"""Regularization: one learning rule, or one optimizer, becomes another; `train` does not change.

    train(net, theta, X, Y, adam(), gradient=penalized(backprop, 1e-3), …)        # L2 in the loss
    train(net, theta, X, Y, norm_limited(net, adam(), 2.0), gradient=dropout((1, 0.5), rng=rng), …)
    train(net, theta, X, Y, adam(), on_epoch=EarlyStopping(net, X_valid, Y_valid, patience=10), …)

What changes the gradient wraps a rule, what changes the weights after a step wraps an optimizer,
what ends the run is an on_epoch. The penalty is (decay/2) Σ |w|^q, added to the MEAN of the losses;
biases are left out unless said. Where J is a sum over N cases the same penalty takes N decay.

penalties.py   L1, L2 and |w|^q in the loss
steps.py       after a step: decoupled weight decay, soft threshold, max-norm
dropout.py     inverted dropout: masks for every example, forwards and backwards
noise.py       noise on inputs, weights and activations
augment.py     shifts and small rotations of images
stopping.py    early stopping with patience
sharing.py     weights that are copies of few numbers: `SharedMLP`, whose gradient is a sum
convolution.py the same for pictures, without the copies
linear.py      one linear unit, where everything can be worked out: ridge, what dropout costs
"""

from course_utils.nn.regularize.augment import (
    augmented,
    random_rotations,
    random_shifts,
    resampled,
    rotated,
    shifted,
)
from course_utils.nn.regularize.convolution import convolve, image_gradient, kernel_gradient
from course_utils.nn.regularize.dropout import (
    dropout,
    dropout_backprop,
    dropout_forward,
    dropout_mask,
    random_masks,
)
from course_utils.nn.regularize.linear import dropout_penalty, effective_parameters, ridge
from course_utils.nn.regularize.noise import (
    activation_noise,
    input_noise,
    noisy_backprop,
    weight_noise,
)
from course_utils.nn.regularize.penalties import penalized, penalty, penalty_gradient, weights_of
from course_utils.nn.regularize.sharing import (
    SharedMLP,
    convolutional,
    init_shared,
    shared_backprop,
    shared_gradient,
)
from course_utils.nn.regularize.steps import (
    decayed,
    decayed_step,
    max_norm,
    norm_limited,
    soft_threshold,
    thresholded,
)
from course_utils.nn.regularize.stopping import EarlyStopping, best_epoch

__all__ = [
    "EarlyStopping",
    "SharedMLP",
    "activation_noise",
    "augmented",
    "best_epoch",
    "convolutional",
    "convolve",
    "decayed",
    "decayed_step",
    "dropout",
    "dropout_backprop",
    "dropout_forward",
    "dropout_mask",
    "dropout_penalty",
    "effective_parameters",
    "image_gradient",
    "init_shared",
    "input_noise",
    "kernel_gradient",
    "max_norm",
    "noisy_backprop",
    "norm_limited",
    "penalized",
    "penalty",
    "penalty_gradient",
    "random_masks",
    "random_rotations",
    "random_shifts",
    "resampled",
    "ridge",
    "rotated",
    "shared_backprop",
    "shared_gradient",
    "shifted",
    "soft_threshold",
    "thresholded",
    "weight_noise",
    "weights_of",
]
