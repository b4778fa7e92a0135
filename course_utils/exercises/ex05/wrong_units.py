"""Wrong answers to exercises of notebook 05 and what to say of them: units, tangents, costs.

Each has the signature of the right answer, and each table lists message -> wrong answer; the first
that equals an attempt in every case is shown.
"""

from __future__ import annotations

import numpy as np

from course_utils.nn import perturb
from course_utils.nn.mlp import forward

# ---------------------------------------------------------------- smallest_change


def change_without_bias(x, du):
    """As if there were no bias."""
    return np.outer(x, du) / (x @ x), np.zeros_like(du)


def change_unscaled(x, du):
    """The right direction, any length."""
    return np.outer(x, du), du


def change_of_bias(x, du):
    """By the bias alone."""
    return np.zeros((len(x), len(du))), du


def change_counted_twice(x, du):
    """Weights as if there were no bias, and the bias as well."""
    return np.outer(x, du) / (x @ x), du


def change_transposed(x, du):
    """(n_out, n_in)."""
    dW, db = perturb.smallest_change(x, du)
    return dW.T, db


SMALLEST_CHANGE = {
    "This moves u as asked by the weights alone. The bias is a weight on a constant input 1; with "
    "its help less is enough.": change_without_bias,
    "The direction is right, the length is not: put your changes into x ΔW + Δb, and you get more "
    "than du. Divide.": change_unscaled,
    "This does what is asked by the bias alone; sharing it with the weights takes a smaller "
    "change.": change_of_bias,
    "Weights and bias each do the whole work, so u moves by twice du: they have to share it.": (
        change_counted_twice
    ),
    "ΔW has the shape of W, (n_in, n_out), and yours is its transpose: swap the factors of "
    "np.outer.": change_transposed,
}


# ---------------------------------------------------------------- node_delta


def delta_of_the_batch(change, noise, sigma):
    """Everyone gets the change of the batch's mean loss."""
    return change.mean() * noise / sigma


def delta_sum(change, noise, sigma):
    """Without the 1/N."""
    return change[:, None] * noise / sigma


def delta_no_sigma(change, noise, sigma):
    """Not divided by sigma."""
    return change[:, None] * noise / len(noise)


def delta_mean_of_all(change, noise, sigma):
    """Divided by the units as well."""
    return change[:, None] * noise / (sigma * noise.size)


def delta_of_added_noise(change, noise, sigma):
    """Correlated with sigma times the noise."""
    return change[:, None] * noise * sigma / len(noise)


NODE_DELTA = {
    "You correlate each example's noise with the change of the whole batch's loss. On average that "
    "is right, too, but the other examples' changes are mere noise to it: use each example's "
    "own.": delta_of_the_batch,
    "The mean is missing: J is the mean of the examples' losses, so each row counts 1/N.": (
        delta_sum
    ),
    "The distance is missing: what was added is sigma times the noise, so the slope is change / "
    "sigma.": delta_no_sigma,
    "You divided by the number of entries of the noise. The 1/N is for the examples; units are "
    "not averaged.": delta_mean_of_all,
    "Correlating with sigma times the noise needs a division by sigma²: times the noise and "
    "divided by sigma.": delta_of_added_noise,
}


# ---------------------------------------------------------------- directional_derivative


def _tangent(net, theta, X, Y, v, own=True, passed=True, biases=True, slope=None):
    """`directional_derivative` with a part left out or replaced."""
    trace, dh = forward(net, theta, X), np.zeros_like(X)
    slope = slope or net.hidden.slope
    rates = zip(net.layers(theta), net.layers(v), strict=True)
    for k, ((W, _), (dW, db)) in enumerate(rates):
        du = passed * (dh @ W) + own * (trace.h[k] @ dW) + biases * db
        dh = slope(trace.u[k], trace.h[k + 1]) * du
    delta = net.loss.delta(net.output, trace.u[-1], trace.output, Y)
    return (delta * du).sum()


def tangent_last_layer(net, theta, X, Y, v):
    """Without what comes from below."""
    return _tangent(net, theta, X, Y, v, passed=False)


def tangent_first_layer(net, theta, X, Y, v):
    """Without the weights' own change."""
    return _tangent(net, theta, X, Y, v, own=False)


def tangent_without_biases(net, theta, X, Y, v):
    """Without the biases' own change."""
    return _tangent(net, theta, X, Y, v, biases=False)


def tangent_flat(net, theta, X, Y, v):
    """Without the slope."""
    return _tangent(net, theta, X, Y, v, slope=lambda u, h: 1.0)


def tangent_f_for_slope(net, theta, X, Y, v):
    """f(u) for f'(u)."""
    return _tangent(net, theta, X, Y, v, slope=lambda u, h: net.hidden(u))


def tangent_mean_again(net, theta, X, Y, v):
    """A second 1/N."""
    return _tangent(net, theta, X, Y, v) / len(X)


DIRECTIONAL_DERIVATIVE = {
    "What comes from the layers below is lost: u changes with h as well, by dh W.": (
        tangent_last_layer
    ),
    "The weights of a layer change, too: add h dW.": tangent_first_layer,
    "The biases change, too: add db.": tangent_without_biases,
    "Between du and the next layer's dh stands the slope of the unit: dh = f'(u) du.": tangent_flat,
    "dh is f'(u) du, with the slope and not with f(u): use net.hidden.slope.": tangent_f_for_slope,
    "1/N enters twice: net.loss.delta holds it already.": tangent_mean_again,
}


# ---------------------------------------------------------------- forward_passes


def _bill(**others):
    """`forward_passes` with other entries, by name with _ for the space."""

    def bill(rule, P, K):
        other = others.get(rule.replace(" ", "_").replace("-", "_"))
        return other(P, K) if other else perturb.forward_passes(rule, P, K)

    return bill


FORWARD_PASSES = {
    "Going back costs two products for each layer, not one: hᵀ δ for the weights and δ Wᵀ for the "
    "layer below.": _bill(backprop=lambda P, K: 2),
    "A central difference needs two losses for each weight: one up, one down.": _bill(
        finite_differences=lambda P, K: P + 1
    ),
    "In pairs K networks are K/2 directions, both ways; J(θ) is not needed.": _bill(
        antithetic=lambda P, K: K + 1
    ),
    "K samples in pairs are K networks in all, K/2 pairs: not 2 K.": _bill(
        antithetic=lambda P, K: 2 * K
    ),
    "One-sided samples are compared with J(θ), which is one pass more, and they share it.": _bill(
        one_sided=lambda P, K: K
    ),
    "Noise on the nodes gives δ. The gradient of the weights needs one more product, hᵀ δ, at the "
    "end.": _bill(node=lambda P, K: K + 1),
    "The pass along a direction has two products for each layer, dh W and h dW.": _bill(
        forward_gradient=lambda P, K: K + 1
    ),
}
