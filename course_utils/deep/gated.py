"""A gated autoencoder: its code says how one picture became the other, not what is on them.

    f = (x U) ∘ (y V)                   products: the only place where the pictures meet
    h = sigmoid(f A + a)                the code of the pair
    ŷ = ((x U) ∘ (h B + b)) O + c       y again, from x and the code alone

Memisevic & Hinton, Neural Computation 22:1473 (2010), there as a Boltzmann machine; the form for
back-propagation is Memisevic's (2011), without its tied weights. Examples are rows.
"""

from __future__ import annotations

import torch
from torch import nn

from course_utils.deep import checks

Tensor = torch.Tensor


class GatedAutoencoder(nn.Module):
    """Reconstructs the second half y of a row (x, y) of 2 n numbers from x and a code of the pair.

    n        numbers in each picture
    factors  products f
    code     units of the code h
    Weights are normal with variance 1/n_in, drawn from `generator`; biases start at 0, but the b
    of the factors at 1, so that x passes through an empty code.
    """

    def __init__(self, n: int, factors: int, code: int, *, generator: torch.Generator) -> None:
        super().__init__()
        checks.sizes((n, factors, code))
        checks.generator(generator)
        self.n = n

        def draw(n_in: int, n_out: int) -> nn.Parameter:
            return nn.Parameter(torch.randn(n_in, n_out, generator=generator) / n_in**0.5)

        self.U, self.V, self.O = draw(n, factors), draw(n, factors), draw(factors, n)
        self.A, self.B = draw(factors, code), draw(code, factors)
        self.a, self.b = nn.Parameter(torch.zeros(code)), nn.Parameter(torch.ones(factors))
        self.c = nn.Parameter(torch.zeros(n))

    def encode(self, pair: Tensor) -> Tensor:
        """The codes (N, code) of pairs (N, 2 n)."""
        x, y = self._halves(pair)
        return torch.sigmoid((x @ self.U) * (y @ self.V) @ self.A + self.a)

    def decode(self, x: Tensor, h: Tensor) -> Tensor:
        """ŷ (N, n), from x (N, n) and codes (N, code)."""
        return (x @ self.U) * (h @ self.B + self.b) @ self.O + self.c

    def forward(self, pair: Tensor) -> Tensor:
        """Pairs (x, ŷ), (N, 2 n): x as it is, so that only ŷ can be wrong."""
        x, _ = self._halves(pair)
        return torch.cat([x, self.decode(x, self.encode(pair))], dim=1)

    def _halves(self, pair: Tensor) -> tuple[Tensor, Tensor]:
        if pair.ndim != 2 or pair.shape[1] != 2 * self.n:
            raise ValueError(
                f"pair has shape {tuple(pair.shape)}; two pictures of {self.n} numbers stand in a "
                f"row: (N, {2 * self.n}), torch.cat([x, y], dim=1)."
            )
        return pair[:, : self.n], pair[:, self.n :]
