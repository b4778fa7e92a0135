"""Wrong answers to exercises of notebook 02 and what to say of them: layers and how to count them.

Some are lines of the lectures as they are printed. Each has the signature of the right answer, and
each table lists message -> wrong answer; the first that equals an attempt in every case is shown.
"""

from __future__ import annotations

from itertools import pairwise
from math import comb

import numpy as np

from course_utils.nn import networks

# ---------------------------------------------------------------- dense


def dense_without_bias(X, W, b):
    """X W alone."""
    return X @ W


def dense_examples_as_columns(X, W, b):
    """Wᵀ x, as lecture 3 means its y = W x, with the examples as columns."""
    return W.T @ X.T + b[:, None]


def dense_bias_taken_away(X, W, b):
    """As a threshold: u = Σ w x - b."""
    return X @ W - b


def dense_first_bias(X, W, b):
    """One bias for the whole layer."""
    return X @ W + b[0]


DENSE = {
    "The biases are missing: add b to every row.": dense_without_bias,
    "This is Wᵀ xᵀ, with the examples as columns. In this course they are rows: X @ W.": (
        dense_examples_as_columns
    ),
    "Here a bias is added. (Taken away, it is called a threshold.)": dense_bias_taken_away,
    "Every output has a bias of its own: add the whole of b, not its first entry.": (
        dense_first_bias
    ),
}


# ---------------------------------------------------------------- collapse


def collapse_last_bias(layers):
    """The bias of the last layer alone."""
    return networks.collapse(layers)[0], layers[-1][1]


def collapse_without_biases(layers):
    """The product of the matrices, and no bias."""
    W, b = networks.collapse(layers)
    return W, np.zeros_like(b)


def collapse_without_last_bias(layers):
    """The last layer's own bias left out."""
    W, b = networks.collapse(layers)
    return W, b - layers[-1][1]


COLLAPSE = {
    "W is right. The bias is that of the last layer alone: the biases before it go through all "
    "layers that follow them.": collapse_last_bias,
    "W is right. The biases are missing: send x = 0 through the layers, and what comes out is b.": (
        collapse_without_biases
    ),
    "W is right. The last layer's own bias is missing: it is added at the very end.": (
        collapse_without_last_bias
    ),
}


# ---------------------------------------------------------------- polynomial_terms


def terms_grid(d, p):
    """Each input up to degree p."""
    return (p + 1) ** d


def terms_without_products(d, p):
    """Powers of single inputs."""
    return d * p + 1


def terms_of_degree(d, p):
    """Those of degree exactly p."""
    return comb(d + p - 1, p)


def terms_without_constant(d, p):
    """All but the constant."""
    return comb(d + p, p) - 1


POLYNOMIAL_TERMS = {
    "You let every input have any power up to p. It is the degrees together that add up to p or "
    "less.": terms_grid,
    "You counted the powers of single inputs. The products of different ones, such as x₁x₂, "
    "belong to it, too.": terms_without_products,
    "These are the terms of degree p alone. Those of lower degree belong to it, too.": (
        terms_of_degree
    ),
    "The constant is missing: one more.": terms_without_constant,
}


# ---------------------------------------------------------------- forward_pass


def _forward(X, Y, layers, f, U, c, g, L, start=lambda X: X):
    h = start(X)
    for W, b in layers:
        h = f(h @ W + b)
    y_hat = g(h @ U + c)
    return y_hat, L(y_hat, Y)


def forward_inputs_activated(X, Y, layers, f, U, c, g, L):
    """f acts on the inputs, too: lecture 3's "activation of layer k" taken at its word."""
    return _forward(X, Y, layers, f, U, c, g, L, start=f)


def forward_linear(X, Y, layers, f, U, c, g, L):
    """Hidden layers without f."""
    return _forward(X, Y, layers, lambda u: u, U, c, g, L)


def forward_twice_activated(X, Y, layers, f, U, c, g, L):
    """f before g at the output."""
    return _forward(X, Y, layers, f, U, c, lambda u: g(f(u)), L)


def forward_without_output_bias(X, Y, layers, f, U, c, g, L):
    """c left out."""
    return _forward(X, Y, layers, f, U, np.zeros_like(c), g, L)


FORWARD_PASS = {
    "You applied f to the inputs. h⁽⁰⁾ is X itself; f comes after the weights: h = f(h W + b).": (
        forward_inputs_activated
    ),
    "The hidden layers have no activation, so all of it is one linear layer: h = f(u).": (
        forward_linear
    ),
    "You applied f at the output as well. There g stands alone: ŷ = g(h U + c).": (
        forward_twice_activated
    ),
    "The output layer's bias c is missing.": forward_without_output_bias,
}


# ---------------------------------------------------------------- count_parameters


def count_weights(sizes):
    """Lecture 3's Σ N_k N_(k+1)."""
    return sum(a * b for a, b in pairwise(sizes))


def count_biases_of_inputs(sizes):
    """A bias for the inputs as well."""
    return count_weights(sizes) + sum(sizes)


def count_one_bias_a_layer(sizes):
    """One bias for each layer."""
    return count_weights(sizes) + len(sizes) - 1


COUNT_PARAMETERS = {
    "These are the weights, Σ N_k N_(k+1) as lecture 3 prints it. Its own sum over the inputs "
    "starts at i = 0, the bias: add one for every unit that is no input.": count_weights,
    "Inputs have no biases: nothing leads into them.": count_biases_of_inputs,
    "Every unit has its own bias, not every layer.": count_one_bias_a_layer,
}
