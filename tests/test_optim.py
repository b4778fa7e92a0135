"""Every optimizer against torch.optim in float64, step by step, to 1e-10 relative.

Hyper-parameters are drawn far from their defaults and gradients over twelve orders of magnitude,
so that a misplaced eps, root or power of beta shows.
"""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.nn.optim import Optimizer, adam, gd, momentum

rates = st.floats(1e-6, 10)
fractions = st.floats(0, 0.999)
TABLE = {
    "gd": (gd, lambda p, lr: torch.optim.SGD(p, lr=lr), {}),
    "momentum": (
        momentum,
        lambda p, lr, alpha: torch.optim.SGD(p, lr=lr, momentum=alpha),
        {"alpha": fractions},
    ),
    "adam": (
        adam,
        lambda p, lr, beta1, beta2, eps: torch.optim.Adam(p, lr=lr, betas=(beta1, beta2), eps=eps),
        {"beta1": fractions, "beta2": fractions, "eps": st.floats(1e-12, 10)},
    ),
}
RULES = {"gd": gd(0.1), "momentum": momentum(0.1), "adam": adam()}


def gradients(seed, steps=12, P=5):
    rng = np.random.default_rng(seed)
    g = rng.normal(size=(steps, P)) * 10.0 ** rng.uniform(-9, 3, (1, P))
    g.setflags(write=False)
    return g


def path(optimizer, gs, theta):
    """All thetas, one after each step; the state goes in and comes back."""
    state, thetas = optimizer.init(theta), []
    for g in gs:
        step, state = optimizer.update(g, state, theta)
        theta = theta + step
        theta.setflags(write=False)
        thetas.append(theta)
    return np.array(thetas)


def torch_path(make, gs, theta, rate=None):
    """The same with a torch optimizer, whose rate may be set anew before step t = 1, 2, …"""
    p = torch.tensor(theta, requires_grad=True)
    optimizer, thetas = make([p]), []
    for t, g in enumerate(gs, start=1):
        if rate:
            optimizer.param_groups[0]["lr"] = rate(t)
        p.grad = torch.tensor(g)
        optimizer.step()
        thetas.append(p.detach().numpy().copy())
    return np.array(thetas)


def close(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-13)


def halving(t):
    return 0.5 ** (t // 3)


# ---------------------------------------------------------------- torch


@pytest.mark.parametrize("name", TABLE)
@given(st.data(), st.integers(0, 999))
@settings(max_examples=60, deadline=None)
def test_every_step_is_torchs(name, data, seed):
    rule, oracle, ranges = TABLE[name]
    options = {"lr": data.draw(rates), **{k: data.draw(v) for k, v in ranges.items()}}
    start = np.random.default_rng(seed).normal(size=5)
    found = path(rule(**options), gradients(seed), start)
    close(found, torch_path(lambda p: oracle(p, **options), gradients(seed), start))


@pytest.mark.parametrize("name", TABLE)
def test_defaults_are_torchs(name):
    rule, _, _ = TABLE[name]
    oracle = {
        "gd": lambda p: torch.optim.SGD(p, lr=0.3),
        "momentum": lambda p: torch.optim.SGD(p, lr=0.3, momentum=0.9),
        "adam": torch.optim.Adam,
    }[name]
    found = path(adam() if rule is adam else rule(0.3), gradients(0), np.ones(5))
    close(found, torch_path(oracle, gradients(0), np.ones(5)))


@pytest.mark.parametrize("name", ["gd", "adam"])
def test_a_schedule_is_torchs_rate_set_anew_each_step(name):
    rule, oracle, _ = TABLE[name]
    options = {"beta1": 0.7, "beta2": 0.8, "eps": 0.1} if rule is adam else {}
    found = path(rule(halving, **options), gradients(1), np.ones(5))
    close(
        found, torch_path(lambda p: oracle(p, lr=1.0, **options), gradients(1), np.ones(5), halving)
    )


def test_momentum_keeps_the_rate_inside_the_velocity():
    """Under a schedule torch's path is another; with lr g as its gradient and rate 1 it is ours."""
    gs, start = gradients(2), np.ones(5)

    def sgd(p):
        return torch.optim.SGD(p, lr=1.0, momentum=0.9)

    found = path(momentum(halving), gs, start)
    inside = [halving(t) * g for t, g in enumerate(gs, start=1)]
    close(found, torch_path(sgd, inside, start))
    outside = torch_path(sgd, gs, start, halving)
    close(found[:2], outside[:2])  # the rate is 1 until t = 3
    assert not np.allclose(found[-1], outside[-1], rtol=1e-3)


def test_they_descend_a_quadratic_as_torchs_do():
    """A gradient that depends on the path, 200 steps: no drift."""
    A = np.diag([1.0, 10.0]) + 0.5

    for name, options in [("gd", {}), ("momentum", {"alpha": 0.5}), ("adam", {"beta1": 0.5})]:
        optimizer, theta = TABLE[name][0](0.05, **options), np.array([3.0, -2.0])
        state, p = optimizer.init(theta), torch.tensor(theta, requires_grad=True)
        full = {"beta2": 0.999, "eps": 1e-8, **options} if name == "adam" else options
        oracle = TABLE[name][1]([p], 0.05, **full)
        for _ in range(200):
            step, state = optimizer.update(A @ theta, state, theta)
            theta = theta + step
            p.grad = torch.tensor(A) @ p.detach()
            oracle.step()
        np.testing.assert_allclose(theta, p.detach().numpy(), rtol=1e-8, atol=1e-12)
        assert np.linalg.norm(theta) < 0.2


# ---------------------------------------------------------------- by hand


def test_momentum_by_hand():
    """lr 0.5, alpha 0.5, gradients 2 and 4: v = -1, then -0.5 - 2."""
    np.testing.assert_array_equal(path(momentum(0.5, 0.5), [2.0, 4.0], 0.0), [-1.0, -3.5])


def test_adams_first_step_by_hand():
    """m̂ = g and v̂ = g² at t = 1, whatever the betas; eps stands outside the root."""
    g = np.array([1e-4, -2.0])
    step, state = adam(0.1, 0.3, 0.6, eps=1.0).update(g, adam().init(g), g)
    np.testing.assert_allclose(step, -0.1 * g / (np.abs(g) + 1), rtol=1e-14)
    np.testing.assert_allclose(state.m, 0.7 * g, rtol=1e-15)
    np.testing.assert_allclose(state.v, 0.4 * g**2, rtol=1e-15)
    assert state.t == 1


@pytest.mark.parametrize("rule", [gd, momentum, adam])
def test_t_starts_at_one_and_counts_steps(rule):
    seen = []
    path(rule(lambda t: seen.append(t) or 0.1), gradients(0, steps=4), np.ones(5))
    assert seen == [1, 2, 3, 4]


# ---------------------------------------------------------------- contracts


@pytest.mark.parametrize("optimizer", RULES.values(), ids=RULES)
def test_state_goes_in_and_comes_back_unchanged(optimizer):
    """The same step from the same state, twice: update remembers nothing of its own."""
    theta, (g, other) = np.ones(5), gradients(0, steps=2)
    _, state = optimizer.update(other, optimizer.init(theta), theta)
    before = [np.copy(part) for part in state]
    first, _ = optimizer.update(g, state, theta)
    second, _ = optimizer.update(g, state, theta, J=3.0)
    np.testing.assert_array_equal(first, second)
    for part, old in zip(state, before, strict=True):
        np.testing.assert_array_equal(part, old)


@pytest.mark.parametrize("optimizer", RULES.values(), ids=RULES)
def test_an_optimizer_is_two_functions_and_a_flag(optimizer):
    assert isinstance(optimizer, Optimizer)
    assert optimizer.uses_loss is False
    assert optimizer.init(np.ones(5)).t == 0


NUMBERS = [0.1, np.float64(0.1), np.float32(0.1), lambda t: np.float64(0.1), lambda t: 1]


@pytest.mark.parametrize("lr", NUMBERS)
@pytest.mark.parametrize(
    "make",
    [
        gd,
        lambda lr: momentum(lr, np.float64(0.9)),
        lambda lr: adam(lr, np.float64(0.9), np.float64(0.99), np.float64(1e-8)),
    ],
    ids=RULES,
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_steps_and_states_keep_the_gradients_type(make, lr, dtype):
    """NumPy's scalars as hyper-parameters do not turn float32 into float64."""
    optimizer, theta = make(lr), np.ones(3, dtype)
    step, state = optimizer.update(theta, optimizer.init(theta), theta)
    step, state = optimizer.update(theta, state, theta)
    assert {a.dtype for a in (step, *state) if isinstance(a, np.ndarray)} == {np.dtype(dtype)}


@pytest.mark.parametrize("lr", [1, np.int64(1), np.float32(1), np.float64(1)])
def test_any_real_number_is_a_rate(lr):
    close(path(gd(lr), gradients(0), np.ones(5)), path(gd(1.0), gradients(0), np.ones(5)))


BAD = ["0.1", np.nan, np.inf, -0.1, None, True, [0.1], np.array([0.1]), 1j]
RATE = r"lr is .*; it must be a finite number above 0, or a schedule t -> number"


@pytest.mark.parametrize("rule", [gd, momentum, adam])
@pytest.mark.parametrize("lr", [*BAD, 0, -1, np.float64(-1)], ids=repr)
def test_a_rate_that_is_none_is_refused(rule, lr):
    with pytest.raises(ValueError, match=RATE) as refusal:
        rule(lr)
    assert repr(lr) in str(refusal.value)


@pytest.mark.parametrize(
    ("rule", "name"), [(momentum, "alpha"), (adam, "beta1"), (adam, "beta2")], ids=str
)
@pytest.mark.parametrize("value", [*BAD, 1, 1.5, False], ids=repr)
def test_a_fraction_that_is_none_is_refused(rule, name, value):
    with pytest.raises(ValueError, match=rf"{name} is .*; it must be at least 0 and below 1"):
        rule(lr=0.1, **{name: value})


@pytest.mark.parametrize("eps", [*BAD, 0], ids=repr)
def test_an_eps_that_is_none_is_refused(eps):
    with pytest.raises(ValueError, match=r"eps is .*; it must be a finite number above 0"):
        adam(eps=eps)


def test_arguments_that_do_not_fit_are_reported_in_the_rules_own_name():
    with pytest.raises(TypeError, match=r"gd\(\): missing a required argument: 'lr'; it takes lr"):
        gd()
    with pytest.raises(TypeError, match=r"momentum\(\): .*'beta'; it takes lr, alpha"):
        momentum(0.1, beta=0.9)
