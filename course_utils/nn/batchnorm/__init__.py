"""Batch normalization: every hidden unit's u is standardized over the mini-batch, then scaled.

    net = Normalized(MLP((64, 32, 32, 10), sigmoid))     # has gammas beside the weights of the MLP
    rule = BatchNorm()                                   # a learning rule that keeps statistics
    run = train(net, net.init(rng), X, Y, adam(), gradient=rule, epochs=20, batch_size=32, rng=rng)
    theta = folded(net, run.theta, rule.statistics)      # in evaluation it is a plain MLP:
    accuracy(net.plain, theta, X_test, y_test)

For a hidden layer, over the N cases of a batch and for each unit by itself (Ioffe & Szegedy 2015,
algorithm 1):

    u = h W,   x̂ = (u - mean) / sd,   sd = √(var + eps),   z = γ x̂ + β,   h' = f(z)

var is the mean of the squares (1/N), and β stands where the MLP has its b, which the mean would
take away again. γ and β are learned: they are part of theta. In training mean and var are those of
the batch; in evaluation they are constants, so that an answer depends on its own case alone.
Functions of networks work on one theta (P,) and on a stack (S, P).

layer.py    one layer, forwards, backwards, and folded into a plain one
network.py  the network, its learning rules, and its evaluation
"""

from course_utils.nn.batchnorm.layer import EPS, batch_norm, batch_norm_backward, fold
from course_utils.nn.batchnorm.network import (
    BatchNorm,
    Normalized,
    Statistics,
    folded,
    normalized_backprop,
    statistics,
)

__all__ = [
    "EPS",
    "BatchNorm",
    "Normalized",
    "Statistics",
    "batch_norm",
    "batch_norm_backward",
    "fold",
    "folded",
    "normalized_backprop",
    "statistics",
]
