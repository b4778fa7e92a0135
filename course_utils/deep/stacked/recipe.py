"""How each layer of a stack is pretrained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from course_utils.deep.ensemble import Net, small_uniform
from course_utils.deep.ensemble.rules import Rule
from course_utils.deep.ensemble.starts import Scheme

FORMS = ("codes", "whole")


@dataclass(frozen=True)
class Recipe:
    """How each layer is pretrained; a tuple gives every layer its own value.

    form        "codes" or "whole", as above
    corruption  level of the noise on the layer's input, of the kind `noise`
    hidden      the unit of each layer
    output      the unit that reconstructs x: "sigmoid" for ink from 0 to 1
    loss        "cross-entropy" or "squared"; units that are not sigmoid are always squared
    tied        the layer's decoder is its encoder transposed; in the form "whole" that holds for
                the first layer, the decoders of the others only start so
    scheme      first weights
    """

    rule: Rule | tuple[Rule, ...]
    epochs: int | tuple[int, ...]
    batch_size: int
    form: str = "codes"
    corruption: float | tuple[float, ...] = 0.0
    noise: str = "masking"
    hidden: str | tuple[str, ...] = "sigmoid"
    output: str = "sigmoid"
    loss: str = "cross-entropy"
    tied: bool = False
    scheme: Scheme = small_uniform

    def __post_init__(self) -> None:
        if self.form not in FORMS:
            raise ValueError(f"form={self.form!r}; it is 'codes' or 'whole'.")

    def at(self, name: str, k: int) -> Any:
        """The value for layer k."""
        value = getattr(self, name)
        if not isinstance(value, tuple):
            return value
        if k >= len(value):
            raise ValueError(f"{name}={value!r} has no value for layer {k}; give one for each.")
        return value[k]

    def loss_of(self, output: str) -> str:
        """The loss of an autoencoder that ends in units of this kind."""
        return self.loss if output == "sigmoid" else "squared"

    def net(self, sizes: tuple[int, ...], k: int) -> Net:
        """The autoencoder that trains layer k: from h[k] to n_k+1, and back to h[k] or to x."""
        back = sizes[k::-1] if self.form == "whole" else sizes[k : k + 1]
        units = [self.at("hidden", j) for j in range(k, -1, -1)]
        output = units[1] if self.form == "codes" and k > 0 else self.output
        return Net(
            (sizes[k], sizes[k + 1], *back),
            hidden=tuple(units[: len(back)]),
            output=output,
            loss=self.loss_of(output),
            tied=self.tied and len(back) == 1,
        )
