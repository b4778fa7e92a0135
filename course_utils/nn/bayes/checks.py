"""What averages and samplers refuse, each with the value and the next act."""

from __future__ import annotations

import numpy as np

from course_utils.nn import guard


def models(P) -> None:
    """Refuse what is not (S, N, n_out) with S at least 2."""
    guard.array("P", P)
    if P.ndim != 3:
        raise ValueError(
            f"P has shape {P.shape}; it must be (models, examples, outputs): np.stack the outputs "
            f"of several models."
        )
    if len(P) < 2:
        raise ValueError(f"P holds {len(P)} model; an average needs at least 2: train more.")


def models_and_targets(P, Y) -> None:
    """As `models`, and targets (N, n_out) that belong to them."""
    models(P)
    guard.array("Y", Y)
    if Y.shape != P.shape[1:]:
        raise ValueError(
            f"Y has shape {Y.shape}, but the models' outputs are {P.shape[1:]}: one target for "
            f"each example and output."
        )


def models_and_counts(P, counts) -> None:
    """As `models`, and counts (S, N) that leave every example out at least once."""
    models(P)
    guard.array("counts", counts)
    if counts.shape != P.shape[:2]:
        raise ValueError(
            f"counts has shape {counts.shape}, but P holds {P.shape[0]} models and {P.shape[1]} "
            f"examples: count with drawn(rows)."
        )
    everywhere = np.flatnonzero((counts > 0).all(axis=0))
    if len(everywhere):
        raise ValueError(
            f"example {everywhere[0]} is in the samples of all {len(P)} models, so no model can be "
            f"asked about it: draw more samples."
        )


def distributions(P) -> None:
    """Refuse what has no rows of classes: (N, K) or (S, N, K)."""
    guard.array("P", P)
    if P.ndim < 2:
        raise ValueError(f"P has shape {P.shape}; its last axis holds the classes: (N, K).")


def precision(name: str, value) -> None:
    """Refuse a precision that is not above 0, be it one number or one for each parameter."""
    every = np.atleast_1d(np.asarray(value, dtype=float))
    wrong = ~((every > 0) & (every < np.inf))
    if wrong.any():
        raise ValueError(
            f"{name} is {every[wrong][0]:g}; a precision must be a finite number above 0: take a "
            f"small one where little is known beforehand."
        )


def many_draws(draws, least: int = 4) -> None:
    """Refuse draws that are not (T, S, …) with at least two chains of some length."""
    guard.array("draws", draws)
    if draws.ndim < 2:
        raise ValueError(f"draws has shape {draws.shape}; it must be (draws, chains, …).")
    if draws.shape[1] < 2:
        raise ValueError(
            f"draws has {draws.shape[1]} chain; chains are compared with each other: run at least "
            f"2, from different starts."
        )
    if len(draws) < least:
        raise ValueError(f"draws has {len(draws)} draws of each chain; take at least {least}.")


def starts(theta) -> None:
    """Refuse what is not one start for each chain, (S, P)."""
    guard.array("theta", theta)
    if theta.ndim != 2 or theta.size == 0 or theta.dtype.kind != "f":
        raise ValueError(
            f"theta has shape {theta.shape} and dtype {theta.dtype}; every chain needs a start, "
            f"(S, P) of floats: np.stack some, or theta[None, :] for one chain."
        )


def proposals(theta, proposal, U, U_new, uniform) -> None:
    """Refuse arrays that do not hold one entry for each chain."""
    S = np.shape(theta)[:1]
    wanted = {"proposal": np.shape(theta), "U": S, "U_new": S, "uniform": S}
    given = {"proposal": proposal, "U": U, "U_new": U_new, "uniform": uniform}
    for name, shape in wanted.items():
        if np.shape(given[name]) != shape:
            raise ValueError(
                f"{name} has shape {np.shape(given[name])}, but for theta {np.shape(theta)} it "
                f"must be {shape}: an entry for each chain."
            )


def said_and_right(said, right, bins=10) -> None:
    """Refuse probabilities and verdicts that do not belong together."""
    for name, A in (("said", said), ("right", right)):
        guard.array(name, A)
        if A.ndim != 1 or A.shape != said.shape or A.size == 0:
            raise ValueError(
                f"{name} has shape {A.shape}; said and right hold one entry for each example."
            )
    guard.count("bins", bins)
    if said.min() < 0 or said.max() > 1:
        raise ValueError(
            f"said runs from {said.min():g} to {said.max():g}; it holds probabilities, such as "
            f"P.max(axis=1) of softmax outputs."
        )


def regression(X, y, prior, noise) -> None:
    """Refuse data of a linear unit that do not fit, and precisions that are none."""
    guard.array("X", X)
    guard.array("y", y)
    if X.ndim != 2 or y.shape != X.shape[:1]:
        raise ValueError(
            f"X has shape {X.shape} and y {y.shape}; examples are rows of X, with one target each."
        )
    precision("prior", prior)
    guard.positive("noise", noise)
