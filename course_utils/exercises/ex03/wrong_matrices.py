"""Wrong answers to exercises of notebook 03 and what to say of them: layers in matrices, outputs.

Some are lines of the lectures as they are printed. Each has the signature of the right answer, and
each table lists message -> wrong answer; the first that equals an attempt in every case is shown.
"""

from __future__ import annotations

import numpy as np

from course_utils.nn import delta_rules
from course_utils.nn.functions import sigmoid

# ---------------------------------------------------------------- layer_gradients


def layer_gradients_twice_divided(h, delta):
    """1/N a second time."""
    return h.T @ delta / len(h), delta.sum(axis=0) / len(h)


def layer_gradients_mean_bias(h, delta):
    """The mean for the biases, the sum for the weights."""
    return h.T @ delta, delta.mean(axis=0)


def layer_gradients_bias_per_case(h, delta):
    """Summed over the units."""
    return h.T @ delta, delta.sum(axis=1)


def layer_gradients_transposed(h, delta):
    """(n_out, n_in)."""
    return delta.T @ h, delta.sum(axis=0)


LAYER_GRADIENTS = {
    "1/N enters twice: δ = ∂J/∂u holds it already, so sum over the cases and do not divide.": (
        layer_gradients_twice_divided
    ),
    "∂J/∂W is right. ∂J/∂b is a sum over the cases as well; the mean puts a second 1/N in.": (
        layer_gradients_mean_bias
    ),
    "∂J/∂W is right. There is one bias for each unit: add δ over the cases (axis 0), not over "
    "the units.": layer_gradients_bias_per_case,
    "∂J/∂W has the shape of W, (n_in, n_out), and yours is its transpose: swap the factors.": (
        layer_gradients_transposed
    ),
}


# ---------------------------------------------------------------- regression_step


def regression_printed_order(W, b, U, c, X, Y, lr):
    """Lecture 2 as printed: U and c first, then back through the new U."""
    h = np.tanh(X @ W + b)
    delta_out = (h @ U + c - Y) / len(X)
    U, c = U - lr * h.T @ delta_out, c - lr * delta_out.sum(axis=0)
    delta = (delta_out @ U.T) * (1 - h**2)
    return W - lr * X.T @ delta, b - lr * delta.sum(axis=0), U, c


def _regression(W, b, U, c, X, Y, lr, hidden):
    """The right step with another error of the hidden layer: hidden(delta_out, h)."""
    h = np.tanh(X @ W + b)
    delta_out = (h @ U + c - Y) / len(X)
    delta = hidden(delta_out, h)
    return (
        W - lr * X.T @ delta,
        b - lr * delta.sum(axis=0),
        U - lr * h.T @ delta_out,
        c - lr * delta_out.sum(axis=0),
    )


def regression_one_delta(W, b, U, c, X, Y, lr):
    """Lecture 2's δ of the last layer used as that of the last hidden layer."""
    return _regression(W, b, U, c, X, Y, lr, lambda delta_out, h: delta_out * (1 - h**2))


def regression_flat(W, b, U, c, X, Y, lr):
    """Without the slope of tanh."""
    return _regression(W, b, U, c, X, Y, lr, lambda delta_out, h: delta_out @ U.T)


def regression_without_mean(W, b, U, c, X, Y, lr):
    """1/N left out and never brought back."""
    return delta_rules.regression_step(W, b, U, c, X, Y, lr * len(X))


REGRESSION_STEP = {
    "You went back through the new U, as lecture 2 prints it. The gradient belongs to the "
    "weights of the forward pass: work out both δ first, then update.": regression_printed_order,
    "δ of the output and δ of the hidden layer are two things (lecture 2 calls both δ⁽ˡ⁾): "
    "send δ_out back through Uᵀ first.": regression_one_delta,
    "The slope of tanh is missing: multiply the hidden layer's δ by 1 − h².": regression_flat,
    "Your steps are N times too long: J is a mean, and its 1/N must enter once. Divide ŷ − y "
    "by N.": regression_without_mean,
}


# ---------------------------------------------------------------- output_delta


def output_delta_fractions(output, u, Y):
    """Lecture 4's product for the sigmoid: nan where 1 - p rounds to 0."""
    P = output(u)
    if output is sigmoid:
        return ((1 - Y) / (1 - P) - Y / P) * (P * (1 - P)) / len(Y)
    return (P - Y) / len(Y)


def output_delta_slope_left(output, u, Y):
    """p - y times p (1 - p) for sigmoid and softmax."""
    P = output(u)
    slope = 1.0 if output.name == "identity" else P * (1 - P)
    return (P - Y) * slope / len(Y)


def output_delta_without_mean(output, u, Y):
    """p - y alone."""
    return output(u) - Y


def output_delta_mean_of_all(output, u, Y):
    """Divided by the outputs as well."""
    return (output(u) - Y) / Y.size


OUTPUT_DELTA = {
    "On paper this is right, in numbers it is nan from u ≈ 37 on: 1 − p rounds to 0 and "
    "lecture 4's fraction divides by it. Multiply the two factors out first.": (
        output_delta_fractions
    ),
    "p (1 − p) is there once too often: the loss's own fraction has cancelled it. Leave the "
    "slope out.": output_delta_slope_left,
    "The 1/N of the mean is missing: with it here, the whole backward pass has it.": (
        output_delta_without_mean
    ),
    "J is a mean over the cases and a sum over the outputs: divide by N = len(Y), not by the "
    "number of entries.": output_delta_mean_of_all,
}


# ---------------------------------------------------------------- safe_cross_entropy


def loss_with_bars(u, Y):
    """Lecture 4's loss with its absolute values, which let any number be an output."""
    return -np.sum(Y * np.log(np.abs(u)) + (1 - Y) * np.log(np.abs(1 - u))) / len(Y)


def loss_from_p(u, Y):
    """By way of p."""
    P = sigmoid(u)
    return -np.sum(Y * np.log(P) + (1 - Y) * np.log(1 - P)) / len(Y)


def loss_clipped(u, Y):
    """By way of a p that is kept off 0 and 1."""
    P = np.clip(sigmoid(u), 1e-12, 1 - 1e-12)
    return -np.sum(Y * np.log(P) + (1 - Y) * np.log(1 - P)) / len(Y)


def loss_mean_of_all(u, Y):
    """Divided by the outputs as well."""
    return np.mean(np.logaddexp(0, u) - Y * u)


SAFE_CROSS_ENTROPY = {
    "You took logarithms of u itself, and lecture 4's bars |·| hid it: they accept any number "
    "as an output. A loss needs p = σ(u), between 0 and 1, and no bars.": loss_with_bars,
    "By way of p the loss is lost for large u: p rounds to 0 or 1 and its logarithm is −inf. "
    "Write log p and log(1 − p) with u.": loss_from_p,
    "Clipping p gives a finite number, but not the loss: it stops growing near 28, and its "
    "slope is 0 there. Write log p and log(1 − p) with u.": loss_clipped,
    "J is a mean over the cases and a sum over the outputs: divide by len(Y) only.": (
        loss_mean_of_all
    ),
}


# ---------------------------------------------------------------- mse_rate


def rate_upside_down(lr, n_out):
    """The ratio of the losses, not of the rates."""
    return lr * 2 / n_out


def rate_half(lr, n_out):
    """The missing ½ alone."""
    return lr / 2


def rate_same(lr, n_out):
    """As if MSELoss were our J."""
    return lr * 1.0


MSE_RATE = {
    "2/n_out is the ratio of the losses, MSELoss / J. The step is to stay the same, so the "
    "rate needs its inverse.": rate_upside_down,
    "The missing ½ is one factor; MSELoss also divides by the number of outputs.": rate_half,
    "MSELoss is not 1/(2N) Σ: it has no ½ and is a mean over the outputs as well. The two "
    "agree for two outputs only.": rate_same,
}
