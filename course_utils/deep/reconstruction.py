"""Reconstruction, a line at a time: the loss, one step of training, and its denoising form.

`autoencoder.loss` and `autoencoder.fit` do the same with all their options; here each is as small
as it can be. J is the sum over the pixels of the squared error, and its mean over the examples.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor, nn
    from torch.optim import Optimizer


def reconstruction_error(r: Tensor, x: Tensor) -> Tensor:
    """The squared error of reconstructions, per image: J = 1/N Σₙ Σᵢ (rₙᵢ - xₙᵢ)².

    r  (N, n), the reconstructions
    x  (N, n), the images

    Returns a tensor of one number, through which gradients can flow. The sum has no ½.
    """
    return ((r - x) ** 2).sum(dim=1).mean()


def training_step(model: nn.Module, optimizer: Optimizer, x: Tensor) -> float:
    """One step of learning to reconstruct the examples x (N, n); the error J before the step.

    model      called with x it gives the reconstructions, (N, n)
    optimizer  one of torch.optim, made with the model's parameters; they change in place

    The parameters' `.grad` may still hold something from before. Returns J as a Python number.
    """
    J = reconstruction_error(model(x), x)
    optimizer.zero_grad()
    J.backward()
    optimizer.step()
    return J.item()


def denoising_error(encode: Callable, decode: Callable, x: Tensor, noise: Tensor) -> Tensor:
    """What a denoising autoencoder makes small, a tensor of one number.

    encode, decode  functions of tensors: x (N, n) -> code (N, k) -> reconstruction (N, n)
    x               (N, n), clean images
    noise           (N, n), to be added to what the network sees
    """
    return reconstruction_error(decode(encode(x + noise)), x)
