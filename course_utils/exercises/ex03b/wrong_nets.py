"""Wrong answers to exercises of notebook 03b and what to say of them: networks of 1986.

Each has the signature of the right answer; each table lists message -> wrong answer, and the first
that equals an attempt in every case is shown.
"""

from __future__ import annotations

import numpy as np

# ---------------------------------------------------------------- symmetry_net


def _mirror(w):
    return np.stack([w, -w], axis=1), np.array([-0.5, -0.5]), np.array([-1.0, -1.0]), 0.5


def symmetry_counting(bits):
    """Equal weights: both halves hold as many ones."""
    half = np.ones(bits // 2)
    return _mirror(np.concatenate([half, -half]))


def symmetry_one_two_three(bits):
    """1 : 2 : 3, where 1 + 2 = 3."""
    half = np.arange(bits // 2) + 1.0
    return _mirror(np.concatenate([half, -half[::-1]]))


def symmetry_not_mirrored(bits):
    """The second half in the order of the first."""
    half = 2.0 ** np.arange(bits // 2)
    return _mirror(np.concatenate([half, -half]))


def symmetry_one_sided(bits):
    """A second unit like the first."""
    half = 2.0 ** np.arange(bits // 2)
    w = np.concatenate([half, -half[::-1]])
    return np.stack([w, w], axis=1), np.array([-0.5, -0.5]), np.array([-1.0, -1.0]), 0.5


def symmetry_asymmetric(bits):
    """1 for what is not symmetric."""
    half = 2.0 ** np.arange(bits // 2)
    w = np.concatenate([half, -half[::-1]])
    return np.stack([w, -w], axis=1), np.array([-0.5, -0.5]), np.array([1.0, 1.0]), -0.5


SYMMETRY_NET = {
    "Your net compares how many ones the two halves have; 1 0 | 1 0 has equally many and is not "
    "symmetric. The weights of one half must differ.": symmetry_counting,
    "With 1 : 2 : 3 the first two bits weigh as much as the third, so 1 1 0 | 1 0 0 looks "
    "symmetric. No sum of some weights may equal a sum of others.": symmetry_one_two_three,
    "The second half is in the order of the first: your net finds repetitions, 1 0 | 1 0. "
    "Mirror images need the opposite weight at the mirrored place.": symmetry_not_mirrored,
    "A hidden unit sees a difference of one sign only; when the right half outweighs the left "
    "one, yours stay silent. Let the second unit look the other way.": symmetry_one_sided,
    "Your net is right about everything, the other way round: 1 is for symmetric inputs.": (
        symmetry_asymmetric
    ),
}

# ---------------------------------------------------------------- two_doors


def doors_swapped(net, people, units):
    """Everybody through the other's door."""
    mask = np.ones(net.size)
    W = net.layers(mask)[0].W
    W[:people, :units] = 0
    W[people:, units:] = 0
    return mask


def doors_one_closed(net, people, units):
    """The other inputs still reach all units."""
    mask = np.ones(net.size)
    net.layers(mask)[0].W[:people, units:] = 0
    return mask


def doors_no_biases(net, people, units):
    """Biases of the first layer gone."""
    mask = np.ones(net.size)
    W, b = net.layers(mask)[0]
    W[:people, units:] = 0
    W[people:, :units] = 0
    b[:] = 0
    return mask


def doors_inverted(net, people, units):
    """1 where there is nothing."""
    mask = np.zeros(net.size)
    W = net.layers(mask)[0].W
    W[:people, units:] = 1
    W[people:, :units] = 1
    return mask


TWO_DOORS = {
    "You closed the wrong doors: what you set to 0 is where each group has to pass.": doors_swapped,
    "The first group is right. The other inputs must not reach the first group's units either.": (
        doors_one_closed
    ),
    "The weights are right, but every unit keeps its bias: set weights to 0 only.": doors_no_biases,
    "1 stands for a parameter that exists, 0 for one that does not; yours is the opposite.": (
        doors_inverted
    ),
}

# ---------------------------------------------------------------- forgiving_targets


def forgiving_reversed(P, Y):
    """The output where it is far off."""
    return np.where(np.abs(P - Y) < 0.2, Y, P)


def forgiving_only_ones(P, Y):
    """Only outputs that should be on."""
    return np.where((Y == 1) & (P > 0.8), P, Y)


def forgiving_rounded(P, Y):
    """Targets moved to 0.8 and 0.2."""
    return np.where(Y == 1, 0.8, 0.2)


def forgiving_any_side(P, Y):
    """Every decided output, right or wrong."""
    return np.where((P > 0.8) | (P < 0.2), P, Y)


def forgiving_zero(P, Y):
    """The error instead of the target."""
    return np.where(np.abs(P - Y) < 0.2, 0, Y)


FORGIVING_TARGETS = {
    "The other way round: a nearly right output becomes its own target, so that its error is 0, "
    "and all others keep theirs.": forgiving_reversed,
    "You forgive the units that should be on. Those that should be off are forgiven below 0.2.": (
        forgiving_only_ones
    ),
    "A target of 0.8 would pull an output of 0.9 back down. Nearly right outputs are left in "
    "peace, all others aim at 0 and 1 as before.": forgiving_rounded,
    "An output of 0.9 is fine only if its target is 1; yours is left in peace for a target of 0 "
    "as well.": forgiving_any_side,
    "It is the error that becomes 0, not the target: which target makes output − target 0?": (
        forgiving_zero
    ),
}
