"""Learning rules for theta (S, P): one call steps all networks, in place.

Every rule treats each parameter by itself, so a network's steps are what they would be alone. The
rate is one number, or one for each network, a sequence of S. Rules follow torch.optim: with
momentum the rate stands outside the velocity, and Adam's eps outside the root.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor, tensor

BLOCK = 2**16  # numbers stepped together: on a CPU a block's five arrays stay in the cache


def _rate(lr: float | Sequence[float], theta: Tensor):
    """The rate as a number, or as a column (S, 1)."""
    if isinstance(lr, int | float):
        return lr
    if len(lr) != len(theta):
        raise ValueError(f"lr has {len(lr)} rates for {len(theta)} networks; give one for each.")
    return tensor(lr, dtype=theta.dtype, device=theta.device)[:, None]


def _check(lr: float | Sequence[float], **shares: float) -> None:
    rates = [lr] if isinstance(lr, int | float) else lr
    if not all(0 < rate < math.inf for rate in rates):
        raise ValueError(f"lr={lr!r}; rates are positive numbers.")
    for name, share in shares.items():
        if not 0 <= share < 1:
            raise ValueError(f"{name}={share!r} must lie in [0, 1).")


def _blocks(*arrays: Tensor):
    width = arrays[0].shape[1]
    if arrays[0].device.type == "cpu":
        width = max(1, BLOCK // len(arrays[0]))
    return zip(*(A.split(width, dim=1) for A in arrays), strict=True)


@dataclass(frozen=True)
class Momentum:
    """v <- alpha v + g; theta <- theta - lr v. With alpha = 0, gradient descent."""

    lr: float | Sequence[float]
    alpha: float = 0.9
    slots = 1  # arrays like theta that the rule keeps

    def __post_init__(self) -> None:
        _check(self.lr, alpha=self.alpha)

    def step(self, theta: Tensor, g: Tensor, kept: Sequence[Tensor], t: int, scale=1.0) -> None:
        """Step number t (from 1) with `scale` times the rate; theta and `kept` change."""
        lr = _rate(self.lr, theta)
        for th, grad, v in _blocks(theta, g, *kept):
            v.mul_(self.alpha).add_(grad)
            if isinstance(lr, Tensor):
                th.addcmul_(v, lr, value=-scale)
            else:
                th.add_(v, alpha=-lr * scale)


@dataclass(frozen=True)
class Adam:
    """m <- β₁ m + (1-β₁) g; v <- β₂ v + (1-β₂) g²; theta <- theta - lr m̂ / (√v̂ + eps).

    m̂ = m/(1-β₁ᵗ), v̂ = v/(1-β₂ᵗ), t from 1 (Kingma & Ba 2015).
    """

    lr: float | Sequence[float] = 1e-3
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    slots = 2

    def __post_init__(self) -> None:
        _check(self.lr, beta1=self.beta1, beta2=self.beta2)

    def step(self, theta: Tensor, g: Tensor, kept: Sequence[Tensor], t: int, scale=1.0) -> None:
        """Step number t (from 1) with `scale` times the rate; theta and `kept` change."""
        lr = _rate(self.lr, theta)
        bias1, root2 = 1 - self.beta1**t, math.sqrt(1 - self.beta2**t)
        for th, grad, m, v in _blocks(theta, g, *kept):
            m.lerp_(grad, 1 - self.beta1)
            v.mul_(self.beta2).addcmul_(grad, grad, value=1 - self.beta2)
            divisor = v.sqrt().div_(root2).add_(self.eps)
            if isinstance(lr, Tensor):
                th.addcdiv_(m * lr, divisor, value=-scale / bias1)
            else:
                th.addcdiv_(m, divisor, value=-lr * scale / bias1)


Rule = Momentum | Adam
