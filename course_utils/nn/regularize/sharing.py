"""Weight sharing: many weights are copies of few numbers, and a number's gradient is a sum.

w (P,) are the weights of a network, v (Q,) the numbers they are copies of, w_p = v[uses_p]. A use
of -1 is a weight that is not there, 0 for ever. By the chain rule ∂J/∂v_q = Σ ∂J/∂w_p over all p
with uses_p = q. A convolution is a layer of this kind; `convolution.py` has it without the copies.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from course_utils.nn import guard
from course_utils.nn.functions import Activation, relu
from course_utils.nn.guard import takes
from course_utils.nn.mlp import MLP, Layer, backprop
from course_utils.nn.regularize import checks

Array = np.ndarray


def _takes_uses(g, uses) -> None:
    guard.array("g", g)
    checks.uses(uses, len(g))


@takes(_takes_uses)
def shared_gradient(g: Array, uses: Array) -> Array:
    """The gradient of the shared numbers, (Q,), from the gradient of their copies.

    g     (P,), ∂J/∂w of each weight, as if all weights were free
    uses  (P,) whole numbers: weight p is a copy of number uses[p], of 0 … Q - 1; -1 marks a weight
          that is not there
    (Lecture 1, "Medios para reducir el sobreaprendizaje": weight sharing.)
    """
    return np.bincount(uses + 1, weights=g)[1:]  # -1 goes to place 0, which is cut off


@dataclass(frozen=True, eq=False)
class SharedMLP(MLP):
    """An MLP with shared weights: theta (Q,) holds every number once, `uses` says where.

    uses    (P,) of the MLP with these sizes, in the order of its theta
    `forward`, `mean_loss`, `predict`, `accuracy` and `train` take it as they take an MLP. Its
    `layers` gives copies that cannot be written to, so its gradient is `shared_backprop` and its
    first theta comes from `init_shared`; `backprop` and `init` refuse it.
    """

    uses: Array = field(default=None, repr=False)

    __eq__, __hash__ = object.__eq__, object.__hash__  # equal sizes do not make equal sharing

    def __post_init__(self) -> None:
        super().__post_init__()
        checks.uses(self.uses, self.every.size)
        checks.every_number(self.uses)

    @cached_property
    def every(self) -> MLP:
        """The same network with every weight by itself."""
        return MLP(self.sizes, self.hidden, self.output, self.loss)

    @cached_property
    def size(self) -> int:
        """Q, how many numbers there are."""
        return int(self.uses.max()) + 1

    @cached_property
    def _there(self) -> tuple[Array, Array]:
        """The weights that are there, and the number each is a copy of."""
        places = np.flatnonzero(self.uses >= 0)
        return places, self.uses[places]

    def copies(self, theta: Array) -> Array:
        """The weights w (P,), or (S, P) for a stack, that the numbers theta stand for."""
        guard.parameters(self, theta)
        places, numbers = self._there
        w = np.zeros((*theta.shape[:-1], self.every.size), theta.dtype)
        w[..., places] = theta[..., numbers]
        return w

    def gathered(self, g: Array) -> Array:
        """The gradient of the numbers (Q,) from that of the weights (P,): `shared_gradient`."""
        places, numbers = self._there
        return np.bincount(numbers, weights=g[places]).astype(g.dtype, copy=False)

    def layers(self, theta: Array) -> list[Layer]:
        """The layers (W, b) as copies, not to be written to."""
        w = self.copies(theta)
        w.flags.writeable = False
        return self.every.layers(w)


def shared_backprop(net: SharedMLP, theta: Array, X: Array, Y: Array) -> Array:
    """The gradient of mean_loss with respect to the shared numbers theta, (Q,)."""
    guard.instance("net", net, SharedMLP, "course_utils.nn.regularize, or use backprop")
    return net.gathered(backprop(net.every, net.copies(theta), X, Y))


def init_shared(net: SharedMLP, rng: np.random.Generator) -> Array:
    """First numbers (Q,): normal of variance 1/n with n the weights that lead into the unit.

    Only weights that are there count. Where a number is used in units of different n, its standard
    deviation is the mean of theirs. Biases begin at 0.
    """
    guard.generator(rng)
    there, spread = (net.uses >= 0).astype(float), np.zeros(net.every.size)
    for layer, present in zip(net.every.layers(spread), net.every.layers(there), strict=True):
        layer.W[:] = 1 / np.sqrt(np.maximum(present.W.sum(axis=0), 1))
    return rng.normal(size=net.size) * net.gathered(spread) / net.gathered(there)


def _takes_convolution(shape, size, maps, n_out, hidden=None, pool=1) -> None:
    guard.count("size", size)
    guard.count("pool", pool)
    guard.count("maps", maps)
    guard.count("n_out", n_out)
    checks.kernel_fits((size, size), shape)
    places = shape[0] - size + 1, shape[1] - size + 1
    if places[0] % pool or places[1] % pool:
        raise ValueError(
            f"pool is {pool}, and a kernel of {size}×{size} has {places[0]}×{places[1]} places: "
            f"take a pool that divides both."
        )


@takes(_takes_convolution)
def convolutional(
    shape: tuple[int, int],
    size: int,
    maps: int,
    n_out: int,
    hidden: Activation = relu,
    pool: int = 1,
) -> SharedMLP:
    """A network of one convolution and one full layer, as an MLP with shared weights.

    shape  height and width of the pictures, the rows of X
    size   height and width of the kernels; maps how many there are, with one bias each
    pool   blocks of pool × pool places share their weights to the outputs: average pooling, but
           for a factor
    A hidden unit stands for one place and one map, in the order (row, column, map). A weight
    between a pixel and a unit is there if the pixel lies under the kernel at that place.
    """
    (height, width), (high, wide) = shape, (shape[0] - size + 1, shape[1] - size + 1)
    net = MLP((height * width, high * wide * maps, n_out), hidden)
    places = np.full(net.size, -1.0)
    first, last = net.layers(places)  # views: filling them fills places
    kernel = np.arange(size * size * maps).reshape(size, size, maps)
    W = first.W.reshape(height, width, high, wide, maps)
    for y, x in np.ndindex(high, wide):
        W[y : y + size, x : x + size, y, x] = kernel
    first.b[:] = np.tile(kernel.size + np.arange(maps), high * wide)
    blocks = np.arange(high // pool * (wide // pool) * maps * n_out) + kernel.size + maps
    blocks = blocks.reshape(high // pool, wide // pool, maps, n_out)
    blocks = blocks.repeat(pool, axis=0).repeat(pool, axis=1)
    last.W[:] = blocks.reshape(last.W.shape)
    last.b[:] = blocks.max() + 1 + np.arange(n_out)
    return SharedMLP(net.sizes, net.hidden, net.output, net.loss, places.astype(int))
