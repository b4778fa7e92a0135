"""Autoencoders: learning to reproduce the input through a code.

    h = encode(x)   layer by layer h <- f(h W + b); the last h is the code
    r = decode(h)   the layers mirrored; `tied` takes the encoder's W again, transposed

Examples are rows, x (N, n_in). torch keeps W transposed, `Linear.weight` is (n_out, n_in) where
`nn`'s W is (n_in, n_out): `layers` and `put` translate. Losses are sums over the pixels and means
over the examples; corruption is that of the input, never of the code.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from course_utils.deep import checks
from course_utils.deep.corrupt import gaussian, mask
from course_utils.deep.training import error, fit, loss

__all__ = ["Autoencoder", "error", "fit", "gaussian", "layers", "loss", "mask", "put"]

Tensor = torch.Tensor
Scheme = Callable[..., object]  # scheme(weight, generator=generator) fills weight: torch.nn.init's
HIDDEN = {"sigmoid": nn.Sigmoid, "relu": nn.ReLU, "tanh": nn.Tanh}
CODE = {**HIDDEN, "linear": nn.Identity}
OUTPUT = {"sigmoid": nn.Sigmoid, "linear": nn.Identity}
SCHEMES: dict[str, Scheme] = {
    "glorot": nn.init.xavier_uniform_,  # variance 2/(n_in + n_out)
    "he": partial(nn.init.kaiming_normal_, nonlinearity="relu"),  # variance 2/n_in
    "fan_in": partial(nn.init.kaiming_normal_, nonlinearity="linear"),  # variance 1/n_in
}


class Tied(nn.Module):
    """A layer of the decoder with the weights of a layer of the encoder: u = h Wᵀ + b."""

    def __init__(self, source: nn.Linear) -> None:
        super().__init__()
        self.source = source  # shared: `parameters()` has its weight once
        self.bias = nn.Parameter(source.weight.detach().new_zeros(source.in_features))

    def forward(self, h: Tensor) -> Tensor:
        """From (N, n_out) of the source to its (N, n_in)."""
        return functional.linear(h, self.source.weight.T, self.bias)


class Autoencoder(nn.Module):
    """Layers sizes[0], …, sizes[-1] down to the code, and mirrored back: (64, 32) is 64-32-64.

    hidden is f of the layers in between, code that of the code (default: hidden; also "linear"),
    output that of the reconstruction. `tied` decodes with the encoder's weights and biases of its
    own. `batch_norm` normalizes u of the layers in between, not of code and reconstruction.
    Weights are drawn by `scheme` from `generator`: "glorot" (default), "he" (default with relu),
    "fan_in", or a function of torch.nn.init's form, scheme(weight, generator=generator); biases
    start at 0. No global seed is touched.
    Raises ValueError or TypeError for sizes, names or a generator that cannot be.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        *,
        generator: torch.Generator,
        tied: bool = False,
        hidden: str = "sigmoid",
        code: str | None = None,
        output: str = "sigmoid",
        scheme: str | Scheme | None = None,
        batch_norm: bool = False,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        checks.sizes(sizes)
        checks.generator(generator)
        checks.name("hidden", hidden, HIDDEN)
        checks.name("output", output, OUTPUT)
        code = hidden if code is None else code
        checks.name("code", code, CODE)
        fill = _scheme(scheme, hidden)
        self.sizes, self.output = tuple(sizes), output
        down = [_linear(n, m, fill, generator, dtype) for n, m in pairwise(sizes)]
        up = [
            Tied(source)
            if tied
            else _linear(source.out_features, source.in_features, fill, generator, dtype)
            for source in reversed(down)
        ]
        self.encoder = nn.Sequential(*_chain(down, hidden, batch_norm), CODE[code]())
        self.decoder = nn.Sequential(*_chain(up, hidden, batch_norm))  # ends in u: see logits
        self.reconstruction = OUTPUT[output]()

    def encode(self, x: Tensor) -> Tensor:
        """The codes (N, sizes[-1]) of examples (N, sizes[0])."""
        return self.encoder(x)

    def decode(self, h: Tensor) -> Tensor:
        """Reconstructions (N, sizes[0]) from codes (N, sizes[-1])."""
        return self.reconstruction(self.decoder(h))

    def forward(self, x: Tensor) -> Tensor:
        """The reconstructions of examples, both (N, sizes[0])."""
        return self.decode(self.encode(x))

    def logits(self, x: Tensor) -> Tensor:
        """u of the output units for examples x, before the sigmoid: cross-entropy is safe on it."""
        return self.decoder(self.encode(x))


def layers(model: Autoencoder) -> list[tuple[np.ndarray, np.ndarray]]:
    """Copies of (W, b), layer by layer as in `nn`: W (n_in, n_out), b (n_out,)."""
    return [(W.cpu().numpy().copy(), b.cpu().numpy().copy()) for W, b in _parameters(model)]


def put(model: Autoencoder, layers: Sequence[tuple[np.ndarray, np.ndarray]]) -> None:
    """Give the model the (W, b) of `layers`, shaped as in `nn`, so that it starts where a net is.

    A tied decoder has no W of its own: those given for it must be the encoder's, transposed.
    Raises ValueError, and changes nothing, where a number of layers, a shape or a tied W differs.
    """
    places, weights = _parameters(model), [np.asarray(W) for W, _ in layers]
    needed = [(tuple(W.shape), tuple(b.shape)) for W, b in places]
    found = [(W.shape, np.shape(b)) for W, (_, b) in zip(weights, layers, strict=True)]
    if found != needed:
        raise ValueError(f"The layers' W and b have shapes {found}; the model's are {needed}.")
    if any(isinstance(module, Tied) for module in model.decoder):
        for n, (W, mirrored) in enumerate(zip(weights, reversed(weights), strict=True), 1):
            if not np.array_equal(W, mirrored.T):
                raise ValueError(
                    f"The model is tied, but W of layer {n} is not that of layer "
                    f"{len(weights) + 1 - n} transposed: make it with tied=False."
                )
    for place, (W, b) in zip(places, layers, strict=True):
        place[0].copy_(torch.as_tensor(np.asarray(W)))
        place[1].copy_(torch.as_tensor(np.asarray(b)))


def _parameters(model: Autoencoder) -> list[tuple[Tensor, Tensor]]:
    """(W, b) in the shapes of `nn`, as views of the parameters, the encoder first."""
    found = []
    for module in (*model.encoder, *model.decoder):
        if isinstance(module, nn.Linear):
            found.append((module.weight.detach().T, module.bias.detach()))
        elif isinstance(module, Tied):
            found.append((module.source.weight.detach(), module.bias.detach()))
    return found


def _scheme(scheme: str | Scheme | None, hidden: str) -> Scheme:
    if callable(scheme):
        return scheme
    scheme = ("he" if hidden == "relu" else "glorot") if scheme is None else scheme
    checks.name("scheme", scheme, SCHEMES)
    return SCHEMES[scheme]


def _linear(n_in: int, n_out: int, fill: Scheme, generator: torch.Generator, dtype) -> nn.Linear:
    layer = nn.utils.skip_init(nn.Linear, n_in, n_out, dtype=dtype)  # nn.Linear draws globally
    fill(layer.weight, generator=generator)
    nn.init.zeros_(layer.bias)
    return layer


def _chain(linear: Sequence[nn.Module], hidden: str, norm: bool) -> list[nn.Module]:
    """The layers with [batch normalization and] f between them, nothing behind the last."""
    chain: list[nn.Module] = []
    for layer in linear[:-1]:
        width, dtype = len(layer.bias), layer.bias.dtype
        chain += [layer, *[nn.BatchNorm1d(width, dtype=dtype)][: int(norm)], HIDDEN[hidden]()]
    return [*chain, linear[-1]]
