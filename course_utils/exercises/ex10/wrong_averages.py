"""Wrong answers to exercises of notebook 10 and what to say of them: averages, dropout left on.

Each has the signature of the right answer; each table lists message -> wrong answer.
"""

from __future__ import annotations

import numpy as np

from course_utils.nn import bayes
from course_utils.nn.mlp import forward

# ---------------------------------------------------------------- ambiguity


def ambiguity_halved(P, Y):
    """With the ½ of J."""
    return tuple(part / 2 for part in bayes.ambiguity(P, Y))


def ambiguity_of_each_output(P, Y):
    """The mean over the outputs, too."""
    return tuple(part / Y.shape[1] for part in bayes.ambiguity(P, Y))


def ambiguity_first_two_swapped(P, Y):
    """The mean error first."""
    error, mean_error, apart = bayes.ambiguity(P, Y)
    return mean_error, error, apart


def ambiguity_sample_variance(P, Y):
    """The spread with S - 1."""
    error, mean_error, apart = bayes.ambiguity(P, Y)
    return error, mean_error, apart * len(P) / (len(P) - 1)


def ambiguity_from_targets(P, Y):
    """The distance from the targets instead of the average."""
    error, mean_error, _ = bayes.ambiguity(P, Y)
    return error, mean_error, mean_error


AMBIGUITY = {
    "An error here is the squared distance itself, without the ½ of J.": ambiguity_halved,
    "Add the squares of the outputs; the mean is taken over examples and models only.": (
        ambiguity_of_each_output
    ),
    "The first number is the error of the average: average the outputs, then measure. You measured "
    "every model first, which is the second number.": ambiguity_first_two_swapped,
    "The ambiguity is a plain mean over the models, divided by S, not by S - 1. Only so does the "
    "sum come out exactly.": ambiguity_sample_variance,
    "The ambiguity knows no targets: it is the distance of the models from their own average.": (
        ambiguity_from_targets
    ),
}

# ---------------------------------------------------------------- average_left_out


def left_out_of_all(P, counts):
    """All models are asked."""
    return P.mean(axis=0)


def left_out_of_those_who_know(P, counts):
    """The models that did see the example."""
    seen = (counts > 0)[:, :, None]
    return (P * seen).sum(axis=0) / seen.sum(axis=0)


def left_out_over_all(P, counts):
    """Divided by the number of all models."""
    return (P * (counts == 0)[:, :, None]).mean(axis=0)


AVERAGE_LEFT_OUT = {
    "You asked all models, also those that learned from the example. They know its answer.": (
        left_out_of_all
    ),
    "You asked the models that learned from the example. Ask the others: those with a count of "
    "0.": left_out_of_those_who_know,
    "You divided by the number of all models. Each example has its own number of models that never "
    "saw it.": left_out_over_all,
}

# ---------------------------------------------------------------- geometric_mean


def geometric_unscaled(P):
    """Not made to add up to 1."""
    return np.exp(np.log(P).mean(axis=0))


def geometric_arithmetic(P):
    """The arithmetic mean."""
    return P.mean(axis=0)


def geometric_product(P):
    """The product, without the root."""
    log = np.log(P).sum(axis=0)
    product = np.exp(log - log.max(axis=1, keepdims=True))
    return product / product.sum(axis=1, keepdims=True)


GEOMETRIC_MEAN = {
    "Your rows do not add up to 1: a geometric mean of distributions is smaller. Divide each row "
    "by its sum.": geometric_unscaled,
    "That is the arithmetic mean. Here the models' probabilities are multiplied, and the S-th root "
    "is taken.": geometric_arithmetic,
    "That is the product, without its S-th root: as if S independent witnesses had spoken, and "
    "much too sure.": geometric_product,
}

# ---------------------------------------------------------------- mc_dropout


def mc_switched_off(net, theta, X, masks):
    """Dropout switched off after training."""
    answer = forward(net, theta, X).output
    return answer, np.zeros_like(answer)


def mc_variance(net, theta, X, masks):
    """The variance."""
    mean, sd = bayes.mc_dropout(net, theta, X, masks)
    return mean, sd**2


def mc_error_of_the_mean(net, theta, X, masks):
    """The standard error of the mean."""
    mean, sd = bayes.mc_dropout(net, theta, X, masks)
    return mean, sd / np.sqrt(len(masks))


def mc_same_masks(net, theta, X, masks):
    """Every pass with the masks of the first."""
    return bayes.mc_dropout(net, theta, X, [masks[0]] * len(masks))


MC_DROPOUT = {
    'You switched dropout off, as one does after training. Lecture 3 says "during learning", but '
    "the paper it cites leaves dropout on for new examples: use the masks.": mc_switched_off,
    "That is the variance, in squared units; the standard deviation is its root.": mc_variance,
    "You divided by √T, which is how well the mean is known. The spread of the answers themselves "
    "does not shrink with more passes.": mc_error_of_the_mean,
    "Every pass used the same masks: masks[t] belongs to pass t.": mc_same_masks,
}
