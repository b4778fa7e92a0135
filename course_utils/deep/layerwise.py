"""Greedy pretraining in single steps, on the tensors of one network.

A layer is a pair (W, b) and h <- sigmoid(h W + b); W is (n_in, n_out) as in `nn`. `deep.stacked`
does the same for S networks at once; the functions here are what it is made of, one idea each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from course_utils.deep.lazy import torch
from course_utils.nn.guard import takes

if TYPE_CHECKING:
    from torch import Tensor

    Layer = tuple[Tensor, Tensor]


def _rows(name: str, x) -> None:
    if not isinstance(x, torch.Tensor) or x.ndim != 2:
        found = getattr(x, "shape", type(x).__name__)
        raise ValueError(f"{name} is {found}; a tensor (N, n_in) of examples as rows is asked for.")


def _chain(name: str, layers, n_in: int) -> None:
    for k, (W, b) in enumerate(layers):
        if W.ndim != 2 or W.shape[0] != n_in or b.shape != W.shape[1:]:
            raise ValueError(
                f"{name}[{k}] has W {tuple(W.shape)} and b {tuple(b.shape)}; what comes in has "
                f"{n_in} columns, so W must be ({n_in}, n_out) and b (n_out,)."
            )
        n_in = W.shape[1]


def _takes_mask(x, noise, fraction) -> None:
    _rows("x", x)
    if noise.shape != x.shape:
        raise ValueError(f"noise has shape {tuple(noise.shape)} but x {tuple(x.shape)}.")
    if not 0 <= fraction <= 1:
        raise ValueError(f"fraction is {fraction!r}; it must be from 0 to 1.")


@takes(_takes_mask)
def mask_subset(x: Tensor, noise: Tensor, fraction: float) -> Tensor:
    """Corrupt each example: a fixed share of its inputs is set to 0.

    x         (N, n_in), the examples
    noise     (N, n_in), random numbers from 0 to 1, no two of them equal
    fraction  share of the n_in inputs that goes, the same number in each; `round` makes it whole

    In each example the inputs with the smallest noise go; the others stay as they are. Returns
    (N, n_in). x is not changed. (Erhan et al. 2010, section 3.2; Vincent et al. 2008.)
    """
    gone = round(fraction * x.shape[1])
    rank = noise.argsort(dim=1).argsort(dim=1)  # 0 for the smallest of each row
    return x * (rank >= gone)


def _takes_autoencoder(x, seen, W, b, V, c) -> None:
    _rows("x", x)
    if seen.shape != x.shape:
        raise ValueError(f"seen has shape {tuple(seen.shape)} but x {tuple(x.shape)}.")
    _chain("layers", [(W, b), (V, c)], x.shape[1])
    if V.shape[1] != x.shape[1]:
        raise ValueError(f"V has {V.shape[1]} columns; it must give back x's {x.shape[1]}.")


@takes(_takes_autoencoder)
def autoencoder_loss(x: Tensor, seen: Tensor, W: Tensor, b: Tensor, V: Tensor, c: Tensor) -> Tensor:
    """Cross-entropy of one denoising autoencoder of sigmoid units, a tensor of one number.

    x     (N, n_in), the examples, ink from 0 to 1
    seen  (N, n_in), what the encoder sees of them: corrupted, or x itself
    W, b  (n_in, n_code) and (n_code,), the encoder; V, c the decoder, back to n_in

    A sum over the pixels and a mean over the examples of -x log r - (1 - x) log(1 - r), where r is
    the reconstruction. It stays finite for any weights.
    """
    h = torch.sigmoid(seen @ W + b)
    u = h @ V + c
    # with r = sigmoid(u): -log(1 - r) = log(1 + exp(u)) = softplus(u), and -log r = softplus(u) - u
    return (torch.nn.functional.softplus(u) - x * u).sum() / len(x)


def _takes_step(layers, X, learn) -> None:
    _rows("X", X)
    _chain("layers", layers, X.shape[1])
    if not callable(learn):
        raise TypeError(f"learn is {learn!r}; give a function of inputs that returns (W, b).")


@takes(_takes_step)
def greedy_step(layers: Sequence[Layer], X: Tensor, learn: Callable[[Tensor], Layer]) -> list:
    """One greedy step: the stack with one more layer, which `learn` has trained.

    layers  the layers trained so far, a list of (W, b), the lowest first; it may be empty
    X       (N, n_0), the examples
    learn   learn(H) trains an autoencoder of sigmoid units on its inputs H (N, n_in) and returns
            the encoder (W, b)

    Returns a new list; the layers that are there stay as they are.
    """
    h = X
    for W, b in layers:
        h = torch.sigmoid(h @ W + b)
    return [*layers, learn(h)]


def _takes_frozen(layers, gradients, k, lr) -> None:
    if not 0 <= k < len(layers) or len(gradients) != len(layers):
        raise ValueError(
            f"There are {len(layers)} layers and {len(gradients)} gradients, and k is {k}; each "
            f"layer needs a gradient, and k is the number of one, from 0."
        )


@takes(_takes_frozen)
def frozen_step(
    layers: Sequence[Layer], gradients: Sequence[Layer], k: int, lr: float
) -> list[Layer]:
    """One step of gradient descent in the lecture's form of pretraining, at its layer k.

    layers     of the autoencoder from x to x: encoder layers 0 … k, then the whole decoder
    gradients  (∂J/∂W, ∂J/∂b) of every one of them, in the same order
    k          number of the encoder layer that is being trained, from 0
    lr         learning rate

    "Here we update the second layer of the encoder only, and the whole decoder" (lecture 5, of
    its second step, k = 1). Returns all layers after the step.
    """
    return [
        (W, b) if j < k else (W - lr * dW, b - lr * db)
        for j, ((W, b), (dW, db)) in enumerate(zip(layers, gradients, strict=True))
    ]


def _takes_autoencoders(autoencoders) -> None:
    for k, (W, _, V, _) in enumerate(autoencoders):
        if V.shape != W.T.shape:
            raise ValueError(
                f"Autoencoder {k} has W {tuple(W.shape)} and V {tuple(V.shape)}; V goes back from "
                f"the code to the input."
            )


@takes(_takes_autoencoders)
def unroll(autoencoders: Sequence[tuple[Tensor, Tensor, Tensor, Tensor]]) -> list[Layer]:
    """The layers of one deep autoencoder, from x to x, made of the stacked ones.

    autoencoders  (W, b, V, c) of each, the lowest first: (W, b) encodes and (V, c) decodes

    Returns a list of pairs, in the order in which an example passes through them.
    """
    down = [(W, b) for W, b, _, _ in autoencoders]
    up = [(V, c) for _, _, V, c in reversed(autoencoders)]
    return down + up


def _takes_layers(layers) -> None:
    if not layers:
        raise ValueError("There are no layers; give the stack up to the units to look at.")
    _chain("layers", layers, layers[0][0].shape[0])


@takes(_takes_layers)
def unit_pictures(layers: Sequence[Layer]) -> Tensor:
    """What the units of the last layer look at, in the space of the inputs.

    layers  (W, b) from the lowest up to the units' own

    A unit of the second layer weighs units of the first, each of which weighs pixels: its picture
    is the sum of their pictures with its own weights, and so on upwards. Returns (n_0, n_units), a
    column for each unit, of length 1 (the sum of its squares).
    """
    P = layers[0][0]
    for W, _ in layers[1:]:
        P = P @ W
    return P / P.norm(dim=0)


def _takes_draws(W, draws) -> None:
    if draws.is_floating_point() or draws.min() < 0 or draws.max() >= W.numel():
        raise ValueError(
            f"draws must be whole numbers from 0 to {W.numel() - 1}, places in W; they go from "
            f"{draws.min()} to {draws.max()}."
        )


@takes(_takes_draws)
def resample(W: Tensor, draws: Tensor) -> Tensor:
    """A matrix with the marginal distribution of W's entries and nothing else of W.

    W      (n_in, n_out), pretrained weights
    draws  (n_in, n_out) whole numbers from 0 to n_in · n_out - 1, drawn with replacement

    Entry (i, j) is the weight in the place draws[i, j], the places being counted row by row
    (Erhan et al. 2010, section 7.1).
    """
    return W.flatten()[draws]
