"""Steps one after another: the function that backpropagation and 4D-Var have in common.

    x_{k+1} = f_k(x_k, w_k),   J = Σ_k misfit_k(x_k)

A network: f_k is a layer, w_k its weights, and the one misfit is the loss, at the end. 4D-Var: f_k
is a time step, w_k the model's parameters, and there is a misfit wherever there is an observation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes

Array = np.ndarray


class Link(NamedTuple):
    """One step with its adjoint."""

    run: Callable[[Array, Any], Array]  # (x, w) -> the next x
    adjoint: Callable[[Array, Any, Array], tuple[Array, Any]]  # (x, w, next x̃) -> x̃, w̃


Misfit = Callable[[Array], tuple[float, Array]]  # x_k -> its part of J, and the derivative


def _takes_chain(links, x, w, misfits, *, every=1) -> None:
    guard.count("every", every)
    guard.array("x", x)
    if len(links) != len(w):
        raise ValueError(
            f"there are {len(links)} links and {len(w)} entries of w: give one for each link, None "
            f"where it has no parameters."
        )
    if not misfits:
        raise ValueError("misfits is empty, so J is 0: give {k: function} for at least one state.")
    for k in misfits:
        if not 0 <= k <= len(links):
            raise ValueError(
                f"misfits has state {k}, outside 0 … {len(links)}: {len(links)} links make states "
                f"0 to {len(links)}."
            )


@takes(_takes_chain)
def chain_gradient(
    links: Sequence[Link], x: Array, w: Sequence[Any], misfits: Mapping[int, Misfit], *, every=1
) -> tuple[float, Array, list[Any]]:
    """J, ∂J/∂x_0 and ∂J/∂w_k of every link, in one run forwards and one backwards.

    misfits    k -> the misfit of state k; state 0 is x, state len(links) the last one
    every      keep only every so many states and run each stretch between them once more on the way
               back: less memory, and at most twice the runs; 1 keeps all of them
    """
    last, J = len(links), 0.0
    kept, state = {0: x}, x  # what is remembered of the way forwards
    for k in range(last):
        state = links[k].run(state, w[k])
        if (k + 1) % every == 0:
            kept[k + 1] = state
    x_adj, w_adj = np.zeros_like(state), [None] * last
    for start in reversed(range(0, last + 1, every)):
        states = [kept.pop(start)]
        for k in range(start, min(start + every - 1, last)):  # the stretch, once more
            states.append(links[k].run(states[-1], w[k]))
        for k in reversed(range(start, start + len(states))):
            if k < last:
                x_adj, w_adj[k] = links[k].adjoint(states[k - start], w[k], x_adj)
            if k in misfits:
                part, slope = misfits[k](states[k - start])
                J, x_adj = J + part, x_adj + slope
    return J, x_adj, w_adj
