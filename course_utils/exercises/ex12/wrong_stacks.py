"""Wrong answers to exercises of notebook 12 and what to say of them: stacks.

Each has the signature of the right answer, and each table lists message -> wrong answer; the first
that equals an attempt in every case is shown.
"""

from __future__ import annotations

from course_utils.deep.layerwise import unit_pictures
from course_utils.deep.lazy import torch

# ---------------------------------------------------------------- greedy step


def greedy_on_inputs(layers, X, learn):
    """Trained on x again."""
    return [*layers, learn(X)]


def greedy_without_sigmoid(layers, X, learn):
    """Sums instead of codes."""
    h = X
    for W, b in layers:
        h = h @ W + b
    return [*layers, learn(h)]


def greedy_without_bias(layers, X, learn):
    """Codes without biases."""
    h = X
    for W, _ in layers:
        h = torch.sigmoid(h @ W)
    return [*layers, learn(h)]


def greedy_forgets(layers, X, learn):
    """Only the new layer."""
    h = X
    for W, b in layers:
        h = torch.sigmoid(h @ W + b)
    return [learn(h)]


def greedy_one_below(layers, X, learn):
    """Codes of the last layer but one."""
    h = X
    for W, b in layers[:-1]:
        h = torch.sigmoid(h @ W + b)
    return [*layers, learn(h)]


GREEDY_STEP = {
    "Every layer was trained on X itself, so all learn the same. The examples of a layer are the "
    "codes of the one below.": greedy_on_inputs,
    "The layer is to see codes, sigmoid(h W + b), not the sums h W + b.": greedy_without_sigmoid,
    "The biases of the layers below are missing.": greedy_without_bias,
    "You return the new layer alone; the whole stack is asked for, [*layers, new].": greedy_forgets,
    "You stopped one layer too early: the codes of *all* layers below, the last one's.": (
        greedy_one_below
    ),
}


# ---------------------------------------------------------------- freezing


def _stepped(layers, gradients, moves, lr):
    return [
        (W - lr * dW, b - lr * db) if moves(j) else (W, b)
        for j, ((W, b), (dW, db)) in enumerate(zip(layers, gradients, strict=True))
    ]


def frozen_nothing(layers, gradients, k, lr):
    """Everything moves."""
    return _stepped(layers, gradients, lambda j: True, lr)


def frozen_decoder(layers, gradients, k, lr):
    """Only layer k moves."""
    return _stepped(layers, gradients, lambda j: j == k, lr)


def frozen_too_many(layers, gradients, k, lr):
    """The decoder alone."""
    return _stepped(layers, gradients, lambda j: j > k, lr)


def frozen_two(layers, gradients, k, lr):
    """Layer k and the one above it, as in the form on codes."""
    return _stepped(layers, gradients, lambda j: j in (k, k + 1), lr)


def frozen_uphill(layers, gradients, k, lr):
    """The other direction."""
    return _stepped(layers, gradients, lambda j: j >= k, -lr)


FROZEN_STEP = {
    "Everything moves. W⁽¹⁾ and whatever else lies below layer k stays fixed.": frozen_nothing,
    "Only layer k moves; the whole decoder above it is updated, too.": frozen_decoder,
    "Layer k itself stays: it is the one being trained.": frozen_too_many,
    "Layer k and the first of the decoder: that is the form on codes. In the lecture's form the "
    "*whole* decoder moves.": frozen_two,
    "The step goes uphill: subtract lr times the gradient.": frozen_uphill,
}


# ---------------------------------------------------------------- unrolling


def unroll_same_order(autoencoders):
    """Decoders in the order of training."""
    return [(W, b) for W, b, _, _ in autoencoders] + [(V, c) for _, _, V, c in autoencoders]


def unroll_transposed(autoencoders):
    """Encoders turned round instead of the decoders that were trained."""
    up = [(W.T, c) for W, _, _, c in reversed(autoencoders)]
    return [(W, b) for W, b, _, _ in autoencoders] + up


def unroll_in_turns(autoencoders):
    """One autoencoder after the other."""
    return [pair for W, b, V, c in autoencoders for pair in ((W, b), (V, c))]


def unroll_encoder_only(autoencoders):
    """Decoders dropped."""
    return [(W, b) for W, b, _, _ in autoencoders]


UNROLL = {
    "The decoders stand in the order of training. The way down undoes the last layer first.": (
        unroll_same_order
    ),
    "The decoders were trained too: take V, not the encoder's W transposed (that is the tied "
    "kind).": unroll_transposed,
    "Each code would be decoded at once. First all encoders, upwards, then all decoders, "
    "downwards.": unroll_in_turns,
    "The decoders are missing: they are dropped for a classifier, not for a deep autoencoder.": (
        unroll_encoder_only
    ),
}


# ---------------------------------------------------------------- pictures


def pictures_last_only(layers):
    """Weights of the last layer."""
    W = layers[-1][0]
    return W / W.norm(dim=0)


def pictures_first_only(layers):
    """Weights of the first layer."""
    return unit_pictures(layers[:1])


def pictures_any_length(layers):
    """Not normalized."""
    P = layers[0][0]
    for W, _ in layers[1:]:
        P = P @ W
    return P


def pictures_rows(layers):
    """Pixels of length 1."""
    P = pictures_any_length(layers)
    return P / P.norm(dim=1, keepdim=True)


def pictures_of_largest(layers):
    """The largest entry is 1."""
    P = pictures_any_length(layers)
    return P / P.abs().amax(dim=0)


UNIT_PICTURES = {
    "These are the weights of the last layer, which weigh units, not pixels. Multiply down to the "
    "inputs.": pictures_last_only,
    "These are the pictures of the first layer's units.": pictures_first_only,
    "The pictures are right but for their length; each column is to have the length 1.": (
        pictures_any_length
    ),
    "Each row (a pixel) has the length 1; it is the columns, the units, dim=0.": pictures_rows,
    "You divided by the largest entry; the length is the root of the sum of the squares.": (
        pictures_of_largest
    ),
}
