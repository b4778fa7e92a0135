"""What an estimate of the gradient costs, in forward passes."""

from __future__ import annotations

from course_utils.nn import guard
from course_utils.nn.guard import takes

RULES = (
    "backprop",
    "finite differences",
    "one-sided",
    "antithetic",
    "node",
    "forward gradient",
)


def _takes_rule(rule, P, K) -> None:
    if rule not in RULES:
        raise ValueError(f"rule is {rule!r}, which is none of {', '.join(map(repr, RULES))}.")
    guard.count("P", P)
    guard.count("K", K)


@takes(_takes_rule)
def forward_passes(rule: str, P: int, K: int) -> int:
    """What one estimate of the gradient costs by a rule, counted in forward passes of the batch.

    A forward pass is one product of matrices for each layer, h W. Count the products for each layer
    that a rule needs, with all passes that it shares; sums and activations are free, and so is the
    first layer's exception. The network has P parameters, K is the number of samples (`antithetic`:
    K/2 pairs). rule is "backprop", "finite differences" (central, one weight at a time),
    "one-sided", "antithetic", "node" (one-sided noise on the units) or "forward gradient".
    Returns a whole number.
    """
    return {
        "backprop": 3,  # h W, then hᵀ δ and δ Wᵀ
        "finite differences": 2 * P,
        "one-sided": K + 1,  # all samples share J(θ)
        "antithetic": K,
        "node": K + 2,  # one plain pass for J and h, and one product hᵀ δ at the end
        "forward gradient": 2 * K + 1,  # dh W and h dW for each direction; h W is shared
    }[rule]
