"""What the attempts of notebook 11 are tried on: rng -> argument tuples, and how they meet a case.

Cases are arrays; what is asked for in PyTorch gets them as tensors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

Cases = Iterator[tuple]
Generator = np.random.Generator


# ---------------------------------------------------------------- reconstruction, in PyTorch


def reconstructions(rng: Generator) -> Cases:
    """(r, x)."""
    for N, n in ((1, 3), (4, 2), (5, 8)):
        yield rng.random((N, n)), rng.random((N, n))


def trainings(rng: Generator) -> Cases:
    """(W, U, X, lr, alpha): first weights, three batches, what the optimizer is made with."""
    import torch

    # the first optimizer imports for seconds, which are not to count as the attempt's
    torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    for N, n, k, alpha in ((2, 3, 2, 0.0), (4, 5, 3, 0.0), (3, 6, 2, 0.9)):
        W, U = rng.normal(0, 0.5, (k, n)), rng.normal(0, 0.5, (n, k))
        yield W, U, rng.random((3, N, n)), 0.1, alpha


def stepped(attempt: Callable, W, U, X, lr: float, alpha: float) -> dict:
    """Three steps of an attempt on a network n-k-n: what they return, and the parameters then.

    The gradients hold ones at first, as something before may have left them.
    """
    import torch

    n_code, n = W.shape
    model = torch.nn.Sequential(
        torch.nn.Linear(n, n_code, dtype=torch.float64),
        torch.nn.Sigmoid(),
        torch.nn.Linear(n_code, n, dtype=torch.float64),
    )
    with torch.no_grad():
        for parameter, start in zip(
            model.parameters(), (W, np.zeros(n_code), U, np.zeros(n)), strict=True
        ):
            parameter.copy_(torch.as_tensor(start))
            parameter.grad = torch.ones_like(parameter)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=alpha)
    errors = [attempt(model, optimizer, torch.as_tensor(x)) for x in X]
    learned = {name: p.detach().numpy() for name, p in model.named_parameters()}
    return {"J": errors, **learned}


def pairs_averaged(x):
    """A code of half as many numbers."""
    return (x[:, ::2] - 0.5 * x[:, 1::2]).tanh()


def pairs_repeated(h):
    """Every number of a code twice."""
    return (2 * h).repeat_interleave(2, dim=1).sigmoid()


def every_third(x):
    """The first of three numbers, squared."""
    return x[:, ::3] ** 2


def three_times(h):
    """Every number of a code three times."""
    return h.repeat_interleave(3, dim=1) - 0.1


def noisy(rng: Generator) -> Cases:
    """(encode, decode, x, noise)."""
    for N, n, encode, decode in (
        (1, 2, pairs_averaged, pairs_repeated),
        (4, 6, pairs_averaged, pairs_repeated),
        (3, 6, every_third, three_times),
    ):
        yield encode, decode, rng.random((N, n)), rng.normal(0, 0.3, (N, n))


# ---------------------------------------------------------------- codes, in NumPy


def bases(rng: Generator) -> Cases:
    """(A, B): oblique bases of planes, spaces of two sizes, one inside the other."""
    yield rng.normal(size=(3, 1)), rng.normal(size=(3, 1))
    yield rng.normal(size=(4, 2)), rng.normal(size=(4, 2)) * [1, 5]
    yield rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
    A = rng.normal(size=(5, 3))
    yield A, A[:, :2] @ rng.normal(size=(2, 2))


def codes(rng: Generator) -> Cases:
    """(codes, noise): correlated codes far from 0."""
    for N, M, k in ((4, 2, 2), (9, 5, 2), (12, 4, 3)):
        yield rng.normal(size=(N, k)) @ rng.normal(size=(k, k)) + 3, rng.normal(size=(M, k))
    yield rng.normal(2, 3, size=(6, 1)), rng.normal(size=(3, 1))


def two_sets(rng: Generator) -> Cases:
    """(A, B): more rows in one, then in the other; a row of A that is in B."""
    yield rng.random((2, 2)), rng.random((3, 2))
    yield rng.random((6, 4)), rng.random((3, 4))
    B = rng.integers(0, 5, (4, 3)).astype(float)
    yield np.vstack([B[2] + 1, B[1], B[3] - 2]), B


def maps(rng: Generator) -> Cases:
    """(maps,): not square, sums that are not 1, a single pixel."""
    single = np.zeros((1, 3, 7))
    single[0, 2, 5] = 0.5
    yield (single,)
    yield (rng.random((2, 4, 3)),)
    yield (rng.random((3, 5, 6)) ** 8,)


def dot_rows(rng: Generator) -> Cases:
    """(left, right, most): shifted rows; no shift possible; rows that do not match at all."""
    for N, dots, most in ((1, 8, 1), (6, 9, 2), (8, 7, 3)):
        strip = rng.choice([-1.0, 1.0], (N, dots + 2 * most))
        d = rng.integers(-most, most + 1, N)
        right = np.take_along_axis(strip, most + np.arange(dots) + d[:, None], axis=1)
        yield strip[:, most : most + dots], right, most
    yield rng.choice([-1.0, 1.0], (30, 6)), rng.choice([-1.0, 1.0], (30, 6)), 2
    yield rng.choice([-1.0, 1.0], (2, 4)), rng.choice([-1.0, 1.0], (2, 4)), 0
