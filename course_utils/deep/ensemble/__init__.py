"""Many networks at once in PyTorch: S seeds as stacked matrices, each doing what it would alone.

    net = Net((64, 64, 64, 10))                       # sigmoid units, softmax outputs
    theta = start(net, seeds, glorot(4.0))            # (S, P), a row for each seed
    run = train(net, theta, X, y, rule=Momentum(0.05), epochs=30, batch_size=32, seeds=seeds)
    error_rate(net, run.theta, X_test, y_test)        # (S,)

net        Net, forward, its layers as views into theta
gradients  gradient by hand, mean_loss, error_rate, squared_error
starts     start and its schemes: small_uniform, glorot, he, given, resampled; join
rules      Momentum, Adam
training   Training (steps, epochs, streams, its state), train
noise      masking and Gaussian corruption
memory     how many networks fit
"""

from course_utils.deep.ensemble.gradients import error_rate, gradient, mean_loss, squared_error
from course_utils.deep.ensemble.memory import DoesNotFitError
from course_utils.deep.ensemble.net import Layer, Net, Trace, forward
from course_utils.deep.ensemble.rules import Adam, Momentum
from course_utils.deep.ensemble.starts import (
    generator,
    given,
    glorot,
    he,
    join,
    resampled,
    small_uniform,
    start,
)
from course_utils.deep.ensemble.training import Training, train

__all__ = [
    "Adam",
    "DoesNotFitError",
    "Layer",
    "Momentum",
    "Net",
    "Trace",
    "Training",
    "error_rate",
    "forward",
    "generator",
    "given",
    "glorot",
    "gradient",
    "he",
    "join",
    "mean_loss",
    "resampled",
    "small_uniform",
    "squared_error",
    "start",
    "train",
]
