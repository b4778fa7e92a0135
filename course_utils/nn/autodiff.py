"""Reverse-mode automatic differentiation: a tape small enough to read in one sitting.

Every operation returns a `Node`: its value, and for each parent the pullback that turns the
adjoint of the result, g = ∂J/∂(result), into the parent's share of it. `adjoints` walks back from J
and adds up the shares, each node after everything that was made from it; it does not recurse.

    gradient(total(tanh(w * w)), [w])       # with w = Node([1.0, 2.0]): [an array like w]

Values are arrays of floats and broadcast as NumPy's; each function is one rule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

Array = np.ndarray


class Node:
    """A value and where it came from: parents = ((node, pullback), …), empty for a leaf."""

    __slots__ = ("parents", "value")
    __array_ufunc__ = None  # so that array * node asks the node

    def __init__(self, value, parents: Sequence[tuple[Node, Callable[[Array], Array]]] = ()):
        value, self.parents = np.asarray(value), tuple(parents)
        if value.dtype.kind not in "fiub":
            raise ValueError(f"a node holds real numbers, not {value.dtype}: give floats.")
        self.value = value if value.dtype.kind == "f" else value.astype(float)

    def __repr__(self) -> str:
        rules = [pullback.__qualname__.partition(".")[0] for _, pullback in self.parents]
        return f"<{rules[0] if rules else 'leaf'} {self.value.shape}>"


def _node(value) -> Node:
    return value if isinstance(value, Node) else Node(value)


def add(a: Node, b: Node) -> Node:
    """The sum a + b, elementwise."""
    return Node(a.value + b.value, ((a, lambda g: g), (b, lambda g: g)))


def multiply(a: Node, b: Node) -> Node:
    """The product a * b, elementwise: a node with its value and its two parents.

    `a.value` is what node a holds. The result is Node(value, parents), where parents holds a pair
    (parent, pullback) for each of the two: the pullback takes g = ∂J/∂(a b), an array of the
    product's shape, and returns what that parent gets of it.
    """
    return Node(a.value * b.value, ((a, lambda g: g * b.value), (b, lambda g: g * a.value)))


def tanh(a: Node) -> Node:
    """The hyperbolic tangent of a, elementwise: Node(value, parents) with its one parent."""
    h = np.tanh(a.value)
    return Node(h, ((a, lambda g: g * (1 - h**2)),))


def exp(a: Node) -> Node:
    """The exponential of a, elementwise."""
    h = np.exp(a.value)
    return Node(h, ((a, lambda g: g * h),))


def log(a: Node) -> Node:
    """The natural logarithm of a, elementwise."""
    return Node(np.log(a.value), ((a, lambda g: g / a.value),))


def matmul(A: Node, B: Node) -> Node:
    """The product of two matrices."""
    if not A.value.ndim == B.value.ndim == 2:
        raise ValueError(f"{A} @ {B}: both must be matrices; give a vector the shape (1, n).")
    return Node(A.value @ B.value, ((A, lambda g: g @ B.value.T), (B, lambda g: A.value.T @ g)))


def total(a: Node) -> Node:
    """The sum of all entries, a number."""
    return Node(a.value.sum(), ((a, lambda g: g * np.ones_like(a.value)),))


Node.__add__ = Node.__radd__ = lambda a, b: add(a, _node(b))
Node.__mul__ = Node.__rmul__ = lambda a, b: multiply(a, _node(b))
Node.__neg__ = lambda a: multiply(a, Node(a.value.dtype.type(-1)))
Node.__sub__, Node.__rsub__ = lambda a, b: a + -_node(b), lambda a, b: -a + b
Node.__matmul__ = lambda a, b: matmul(a, _node(b))
Node.__rmatmul__ = lambda a, b: matmul(_node(b), a)


def adjoints(J: Node) -> dict[Node, Array]:
    """∂J/∂node for every node that J was made from, J first; J must be one number."""
    if J.value.size != 1:
        raise ValueError(f"J has shape {J.value.shape}; it must be one number: take total(J).")
    users, stack = Counter(), [J]
    while stack:  # how often each node is used on the way to J
        for parent, _ in stack.pop().parents:
            stack += [parent] * (parent not in users)
            users[parent] += 1
    adjoint, ready = {J: np.ones_like(J.value)}, [J]
    while ready:  # a node is ready when all its uses have reported
        node = ready.pop()
        for parent, pullback in node.parents:
            g = pullback(adjoint[node])
            g = g.sum(axis=tuple(range(g.ndim - parent.value.ndim)))  # what was broadcast
            ones = tuple(i for i, n in enumerate(parent.value.shape) if n == 1 != g.shape[i])
            adjoint[parent] = adjoint.get(parent, 0) + g.sum(axis=ones, keepdims=True)
            users[parent] -= 1
            ready += [parent] * (users[parent] == 0)
    return adjoint


def gradient(J: Node, leaves: Sequence[Node]) -> list[Array]:
    """∂J/∂leaf for each leaf, of the leaf's shape; zeros where J does not depend on it."""
    adjoint = adjoints(J)
    return [adjoint.get(leaf, np.zeros_like(leaf.value)) for leaf in leaves]
