"""The tape against torch on random expressions, by hand, and against what breaks small tapes."""

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.nn import autodiff
from course_utils.nn.autodiff import Node, add, adjoints, exp, gradient, log, matmul, tanh, total
from course_utils.nn.autodiff import multiply as times

# One step of a random program: ours and torch's, on values a and b of shapes (3, 3), (1, 3), ().
STEPS = {
    "add": (lambda a, b: a + b, lambda a, b: a + b),
    "subtract": (lambda a, b: a - b, lambda a, b: a - b),
    "negative": (lambda a, b: -a, lambda a, b: -a),
    "from number": (lambda a, b: 2.0 - a, lambda a, b: 2.0 - a),
    "scale": (lambda a, b: 0.5 * a, lambda a, b: 0.5 * a),
    "multiply": (lambda a, b: tanh(a) * b, lambda a, b: torch.tanh(a) * b),
    "tanh": (lambda a, b: tanh(a), lambda a, b: torch.tanh(a)),
    "exp": (lambda a, b: exp(tanh(a)), lambda a, b: torch.exp(torch.tanh(a))),
    "log": (lambda a, b: log(tanh(a) + 1.5), lambda a, b: torch.log(torch.tanh(a) + 1.5)),
    "total": (lambda a, b: total(tanh(a)), lambda a, b: torch.tanh(a).sum()),
    "matmul": (lambda a, b: square(a) @ square(b), lambda a, b: t_square(a) @ t_square(b)),
}
SHAPES = [(3, 3), (1, 3), (3, 1), ()]
ones = np.ones((3, 3)) / 3


def square(a):
    """A (3, 3) matrix of any of the shapes, by broadcasting."""
    return tanh(a) * ones


def t_square(a):
    return torch.tanh(a) * torch.tensor(ones)


steps = st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 99), st.integers(0, 99))


@settings(max_examples=150, deadline=None)
@given(st.lists(steps, min_size=1, max_size=14), st.integers(0, 2**32 - 1))
def test_random_expressions_agree_with_torch(program, seed):
    rng = np.random.default_rng(seed)
    values = [rng.uniform(-2, 2, shape) for shape in SHAPES]
    ours = [Node(v) for v in values]
    theirs = [torch.tensor(v, requires_grad=True) for v in values]
    leaves, t_leaves = tuple(ours), tuple(theirs)
    for name, i, j in program:  # any two of the values so far: many are used more than once
        mine, torchs = STEPS[name]
        ours.append(mine(ours[i % len(ours)], ours[j % len(ours)]))
        theirs.append(torchs(theirs[i % len(theirs)], theirs[j % len(theirs)]))
    J, t_J = total(ours[-1]), theirs[-1].sum()
    assert J.value == pytest.approx(t_J.item(), rel=1e-12, abs=1e-12)
    expected = torch.autograd.grad(t_J, t_leaves, allow_unused=True)
    for g, e in zip(gradient(J, leaves), expected, strict=True):
        e = np.zeros(g.shape) if e is None else e.numpy()
        np.testing.assert_allclose(g, e, rtol=1e-12, atol=1e-12 * max(1, np.abs(e).max()))


def test_a_shared_subexpression_gets_the_sum_of_its_uses():
    """J = w³ + w by hand: 3 w² + 1."""
    w = Node(3.0)
    (g,) = gradient(w * w * w + w, [w])
    assert g == 28.0


def test_doubling_forty_times_is_forty_steps_not_a_trillion_paths():
    w = Node(1.0)
    J = w
    for _ in range(40):
        J = J + J
    assert gradient(J, [w])[0] == 2.0**40
    assert len(adjoints(J)) == 41


def test_a_deep_graph_does_not_hit_the_recursion_limit():
    w = Node(1.0)
    J = w
    for _ in range(100_000):
        J = J + 1.0
    assert gradient(J, [w]) == [1.0]
    assert J.value == 100_001.0


def test_a_network_agrees_with_torch():
    rng = np.random.default_rng(0)
    X, Y, W, b, U = (rng.normal(size=s) for s in ((5, 3), (5, 2), (3, 4), 4, (4, 2)))
    mine = [Node(a) for a in (W, b, U)]
    d = tanh(X @ mine[0] + mine[1]) @ mine[2] - Y
    J = total(d * d) * (0.5 / 5)
    t = [torch.tensor(a, requires_grad=True) for a in (W, b, U)]
    t_d = torch.tanh(torch.tensor(X) @ t[0] + t[1]) @ t[2] - torch.tensor(Y)
    (0.5 / 5 * (t_d**2).sum()).backward()
    for g, tensor in zip(gradient(J, mine), t, strict=True):
        np.testing.assert_allclose(g, tensor.grad.numpy(), rtol=1e-12, atol=1e-14)


def test_lecture_3s_session():
    """x.grad[5] of J = Σ tanh(x) on linspace(-2, 2, 200)."""
    x = Node(np.linspace(-2, 2, 200))
    (g,) = gradient(total(tanh(x)), [x])
    assert g[5] == pytest.approx(0.0857, abs=5e-5)


def test_arrays_and_numbers_stand_on_either_side():
    a, A = Node([1.0, 2.0]), np.array([[1.0, 2.0], [3.0, 4.0]])
    for made, by_numpy in (
        (A[0] * a, A[0] * a.value),
        (a * A[0], A[0] * a.value),
        (A[0] - a, A[0] - a.value),
        (a - 1, a.value - 1),
        (1 + a, 1 + a.value),
        (A @ Node(A), A @ A),
        (Node(A) @ A, A @ A),
    ):
        assert isinstance(made, Node)
        np.testing.assert_array_equal(made.value, by_numpy)


def test_what_j_does_not_depend_on_gets_zeros():
    a, b = Node([1.0, 2.0]), Node([[3.0]])
    np.testing.assert_array_equal(gradient(total(a), [b])[0], [[0.0]])


def test_a_second_walk_gives_the_same_and_changes_nothing():
    a = Node([1.0, 2.0])
    J = total(tanh(a) * a)
    first, second = gradient(J, [a]), gradient(J, [a])
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(a.value, [1.0, 2.0])


def test_float32_stays_and_whole_numbers_become_floats():
    a = Node(np.float32([1, 2]))
    J = total(-tanh(a) * a)
    assert J.value.dtype == gradient(J, [a])[0].dtype == np.float32
    assert Node([1, 2]).value.dtype == float


def test_a_node_prints_what_made_it():
    a = Node(np.ones((2, 3)))
    assert repr([a, tanh(a), a + a, times(a, a), total(a)]) == (
        "[<leaf (2, 3)>, <tanh (2, 3)>, <add (2, 3)>, <multiply (2, 3)>, <total ()>]"
    )


def test_adjoints_of_inner_nodes_are_derivatives_too():
    a = Node([0.3, -0.4])
    h = tanh(a)
    J = total(h * h)
    np.testing.assert_allclose(adjoints(J)[h], 2 * h.value, rtol=1e-15)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (lambda: Node("a"), "a node holds real numbers, not <U1: give floats"),
        (lambda: Node([1j]), "not complex128"),
        (lambda: adjoints(Node([1.0, 2.0])), r"J has shape \(2,\); it must be one number"),
        (lambda: Node([1.0]) @ Node([1.0]), r"both must be matrices; give a vector the shape"),
        (lambda: matmul(Node(np.ones((2, 2))), Node(2.0)), "both must be matrices"),
    ],
)
def test_bad_input_is_refused(bad, said):
    with pytest.raises(ValueError, match=said):
        bad()


def test_addition_is_a_rule_too():
    a, b = Node(1.0), Node([1.0, 2.0])
    assert [g.tolist() for g in gradient(total(add(a, b)), [a, b])] == [2.0, [1.0, 1.0]]


def test_the_tape_is_small_enough_to_read():
    assert len(Path(autodiff.__file__).read_text(encoding="utf-8").splitlines()) <= 120
