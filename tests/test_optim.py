"""Every optimizer against torch.optim in float64, step by step, to 1e-10 relative.

Hyper-parameters are drawn far from their defaults and gradients over twelve orders of magnitude,
so that a misplaced eps, root or power of beta shows.
"""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer

from course_utils.nn import optim
from course_utils.nn.optim import (
    Optimizer,
    adadelta,
    adagrad,
    adam,
    adam_reordered,
    adamw,
    bold_driver,
    cosine,
    descend,
    fixed,
    gains,
    gd,
    inverse_time,
    irprop_minus,
    momentum,
    momentum_outside,
    nesterov,
    on_plateau,
    rmsprop,
    rprop,
)

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
    "momentum_outside": (
        momentum_outside,
        lambda p, lr, alpha: torch.optim.SGD(p, lr=lr, momentum=alpha),
        {"alpha": fractions},
    ),
    "nesterov": (
        nesterov,
        lambda p, lr, alpha: torch.optim.SGD(p, lr=lr, momentum=alpha, nesterov=True),
        {"alpha": st.floats(1e-3, 0.999)},  # torch refuses nesterov without momentum
    ),
    "adagrad": (
        adagrad,
        lambda p, lr, eps: torch.optim.Adagrad(p, lr=lr, eps=eps),
        {"eps": st.floats(1e-12, 10)},
    ),
    "rmsprop": (
        rmsprop,
        lambda p, lr, rho, eps: torch.optim.RMSprop(p, lr=lr, alpha=rho, eps=eps),
        {"rho": fractions, "eps": st.floats(1e-12, 10)},
    ),
    "adadelta": (
        adadelta,
        lambda p, lr, rho, eps: torch.optim.Adadelta(p, lr=lr, rho=rho, eps=eps),
        {"rho": fractions, "eps": st.floats(1e-12, 10)},
    ),
    "adamw": (
        adamw,
        lambda p, lr, beta1, beta2, eps, decay: torch.optim.AdamW(
            p, lr=lr, betas=(beta1, beta2), eps=eps, weight_decay=decay
        ),
        {
            "beta1": fractions,
            "beta2": fractions,
            "eps": st.floats(1e-12, 10),
            "decay": st.floats(0, 0.5),
        },
    ),
    "irprop_minus": (
        irprop_minus,
        lambda p, lr, up, down, least, most: torch.optim.Rprop(
            p, lr=lr, etas=(down, up), step_sizes=(least, most)
        ),
        {
            "up": st.floats(1.01, 3),
            "down": st.floats(0.05, 0.95),
            "least": st.floats(1e-9, 1e-2),
            "most": st.floats(1, 20),
        },
    ),
}
RULES = {"gd": gd(0.1), "momentum": momentum(0.1), "adam": adam()}
ZOO = RULES | {
    "momentum_outside": momentum_outside(0.1),
    "nesterov": nesterov(0.1),
    "gains": gains(0.1),
    "rprop": rprop(),
    "irprop_minus": irprop_minus(),
    "adagrad": adagrad(),
    "rmsprop": rmsprop(),
    "adadelta": adadelta(),
    "adam_reordered": adam_reordered(),
    "adamw": adamw(),
    "bold_driver": bold_driver(0.1),
    "on_plateau": on_plateau(gd(0.1)),
}


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


def flat(state):
    """A state's fields, those of a state inside it too."""
    return [b for a in state for b in (flat(a) if isinstance(a, tuple) else [a])]


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
        "momentum_outside": lambda p: torch.optim.SGD(p, lr=0.3, momentum=0.9),
        "nesterov": lambda p: torch.optim.SGD(p, lr=0.3, momentum=0.9, nesterov=True),
        "adagrad": lambda p: torch.optim.Adagrad(p, lr=0.3, eps=1e-8),  # torch's own is 1e-10
        "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.3, alpha=0.9),  # torch's own is 0.99
        "adadelta": lambda p: torch.optim.Adadelta(p, lr=0.3),
        "adamw": lambda p: torch.optim.AdamW(p, lr=0.3),
        "irprop_minus": lambda p: torch.optim.Rprop(p, lr=0.3),
    }[name]
    found = path(adam() if rule is adam else rule(0.3), gradients(0), np.ones(5))
    close(found, torch_path(oracle, gradients(0), np.ones(5)))


@pytest.mark.parametrize(
    "name", ["gd", "adam", "momentum_outside", "adagrad", "rmsprop", "adadelta", "adamw"]
)
def test_a_schedule_is_torchs_rate_set_anew_each_step(name):
    rule, oracle, _ = TABLE[name]
    drawn = {"alpha": 0.6, "rho": 0.7, "beta1": 0.7, "beta2": 0.8, "eps": 0.1, "decay": 0.2}
    options = {k: v for k, v in drawn.items() if k in TABLE[name][2]}
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


@pytest.mark.parametrize("optimizer", ZOO.values(), ids=ZOO)
def test_state_goes_in_and_comes_back_unchanged(optimizer):
    """The same step from the same state, twice: update remembers nothing of its own."""
    theta, (g, other) = np.ones(5), gradients(0, steps=2)
    _, state = optimizer.update(other, optimizer.init(theta), theta, J=5.0)
    before = [np.copy(part) for part in flat(state)]
    first, _ = optimizer.update(g, state, theta, J=3.0)
    second, _ = optimizer.update(g, state, theta, J=3.0)
    np.testing.assert_array_equal(first, second)
    for part, old in zip(flat(state), before, strict=True):
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


@pytest.mark.parametrize(("rule", "name"), [(momentum, "alpha"), (adam, "beta1"), (adam, "beta2")])
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


# ---------------------------------------------------------------- the other conventions


def sklearn_path(gs, theta, **options):
    """The same with scikit-learn's Adam, which adds its eps before the correction."""
    theta = theta.copy()
    optimizer, thetas = AdamOptimizer([theta], **options), []
    for g in gs:
        optimizer.update_params([theta], [g])
        thetas.append(theta.copy())
    return np.array(thetas)


@given(rates, fractions, fractions, st.floats(1e-12, 10), st.integers(0, 999))
@settings(max_examples=60, deadline=None)
def test_reordered_adam_is_scikit_learns(lr, beta1, beta2, eps, seed):
    found = path(adam_reordered(lr, beta1, beta2, eps), gradients(seed), np.ones(5))
    expected = sklearn_path(
        gradients(seed),
        np.ones(5),
        learning_rate_init=lr,
        beta_1=beta1,
        beta_2=beta2,
        epsilon=eps,
    )
    close(found, expected)


def test_the_two_forms_of_adam_differ_by_the_place_of_eps_alone():
    gs, start, beta2, eps = gradients(3, steps=1), np.ones(5), 0.99, 0.1
    close(
        path(adam_reordered(0.1, 0.9, beta2, eps), gs, start),
        path(adam(0.1, 0.9, beta2, eps / (1 - beta2) ** 0.5), gs, start),
    )
    apart = path(adam_reordered(0.1, eps=0.1), gs, start) - path(adam(0.1, eps=0.1), gs, start)
    assert np.abs(apart).max() > 1e-3


def test_momentum_with_the_rate_outside_is_that_with_it_inside_while_it_does_not_change():
    gs, start = gradients(5), np.ones(5)
    close(path(momentum(0.3, 0.8), gs, start), path(momentum_outside(0.3, 0.8), gs, start))


# ---------------------------------------------------------------- signs, by hand

SIGNS = [2.0, 1.0, -3.0, -1.0, -5.0, 0.0, -4.0]


def test_rprop_of_1993_by_hand():
    """First Δ 1, factors 2 and 0.5. The third gradient turns: the weight goes back by 2, Δ is 1,
    and the gradient kept is 0; so the fourth steps by 1, and only the fifth agrees: 2. The sixth
    is 0: no step. The seventh has none to agree with: 2 again."""
    thetas = path(rprop(1.0, 2.0, 0.5), np.array(SIGNS)[:, None], np.zeros(1)).ravel()
    np.testing.assert_array_equal(thetas, [-1, -3, -1, 0, 2, 2, 4])


def test_irprop_minus_stays_where_the_rule_of_1993_goes_back():
    thetas = path(irprop_minus(1.0, 2.0, 0.5), np.array(SIGNS)[:, None], np.zeros(1)).ravel()
    np.testing.assert_array_equal(thetas, [-1, -3, -3, -2, 0, 0, 2])


@pytest.mark.parametrize("rule", [rprop, irprop_minus])
def test_steps_stay_within_their_limits(rule):
    agreeing = np.ones((40, 1))
    turning = np.where(np.arange(80) % 2, 1.0, -1.0)[:, None]
    thetas = path(rule(0.1), agreeing, np.zeros(1)).ravel()
    assert np.abs(np.diff(thetas)).max() == 50
    state = rule(0.1).init(np.zeros(1))
    for g in turning:
        _, state = rule(0.1).update(g, state, np.zeros(1))
    np.testing.assert_array_equal(state.size, 1e-6)


@pytest.mark.parametrize("rule", [rprop, irprop_minus])
def test_only_the_sign_counts(rule):
    gs = gradients(8)
    np.testing.assert_array_equal(path(rule(), gs, gs[0]), path(rule(), 1000 * gs, gs[0]))


def test_gains_by_hand():
    """Gains 1, then 1.5 (signs agree), 0.75 (they do not), 0.75 (product 0, twice), at most 2."""
    gs = np.array([1.0, 2.0, -1.0, 0.0, -1.0, -1.0, -1.0, -1.0, -1.0])[:, None]
    thetas = path(gains(0.1, up=0.5, down=0.5, most=2.0), gs, np.zeros(1)).ravel()
    gain = np.array([1, 1.5, 0.75, 0.75, 0.75, 1.25, 1.75, 2, 2])
    close(thetas, np.cumsum(-0.1 * gain * gs.ravel()))


def test_gains_do_not_fall_below_their_limit():
    gs = np.where(np.arange(200) % 2, 1.0, -1.0)[:, None]
    rule = gains(1.0)
    state = rule.init(gs[0])
    for g in gs:
        step, state = rule.update(g, state, gs[0])
    close(np.abs(step), [0.1])


# ---------------------------------------------------------------- rates that change


def torch_rates(schedule, steps):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.3)
    scheduler, rates_ = schedule(optimizer), []
    for _ in range(steps):
        rates_.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return np.array(rates_)


@pytest.mark.parametrize("least", [0.0, 0.02])
def test_the_cosine_is_torchs(least):
    ours = [cosine(0.3, 20, least)(t) for t in range(1, 22)]
    oracle = torch.optim.lr_scheduler.CosineAnnealingLR
    close(ours, torch_rates(lambda o: oracle(o, T_max=20, eta_min=least), 21))
    assert cosine(0.3, 20, least)(500) == least


def test_one_over_t_is_torchs():
    oracle = torch.optim.lr_scheduler.LambdaLR
    ours = [inverse_time(0.3, 7)(t) for t in range(1, 22)]
    close(ours, torch_rates(lambda o: oracle(o, lambda epoch: 1 / (1 + epoch / 7)), 21))
    assert fixed(0.3)(1) == fixed(0.3)(10**9) == 0.3


@pytest.mark.parametrize("seed", range(5))
def test_the_plateau_is_torchs(seed):
    rng = np.random.default_rng(seed)
    losses = np.exp(-np.arange(60) / 9) + 0.02 * rng.normal(size=60) ** 2
    rule, theta = on_plateau(gd(0.3), factor=0.5, patience=3), np.zeros(1)
    state, found = rule.init(theta), []
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.3)
    oracle = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=3)
    expected = []
    for J in losses:
        step, state = rule.update(-np.ones(1), state, theta, J)
        found.append(step[0])
        oracle.step(J)
        expected.append(optimizer.param_groups[0]["lr"])
    close(found, expected)
    assert found[-1] < 0.3


def test_the_bold_driver_by_hand():
    """lr 1, ×2 and ×0.5. J rises at the third call: back to the second place, lr 1, g of there."""
    rule, theta = bold_driver(1.0, up=2.0, down=0.5), np.zeros(1)
    state, thetas = rule.init(theta), []
    for g, J in [(1.0, 9.0), (3.0, 8.0), (-7.0, 8.5), (5.0, np.nan), (2.0, 7.0)]:
        step, state = rule.update(np.array([g]), state, theta, J)
        theta = theta + step
        thetas.append(theta[0])
    # lr 1: -1; lr 2: -7; lr 1 from -1: -4; lr 0.5 from -1: -2.5; lr 1: -4.5
    np.testing.assert_array_equal(thetas, [-1.0, -7.0, -4.0, -2.5, -4.5])


def test_the_bold_driver_never_ends_higher():
    def bowl(theta):
        return float(50 * theta @ theta), 100 * theta

    run = descend(bowl, np.ones(2), bold_driver(1.0), 80)
    assert run.J[-1] < 1e-8
    assert run.J.max() > run.J[0]  # it tried, and went back


# ---------------------------------------------------------------- blocks, paths, refusals


@pytest.mark.parametrize("optimizer", ZOO.values(), ids=ZOO)
def test_long_vectors_go_block_by_block_to_the_same_place(optimizer, monkeypatch):
    gs, theta = gradients(4, steps=5, P=23), np.ones(23)
    losses = [3.0, 2.0, 2.5, 1.0, 1.0]

    def run():
        state, thetas = optimizer.init(theta), [theta]
        for g, J in zip(gs, losses, strict=True):
            step, state = optimizer.update(g, state, thetas[-1], J)
            thetas.append(thetas[-1] + step)
        return np.array(thetas), flat(state)

    whole, state = run()
    monkeypatch.setattr(optim.rule, "BLOCK", 4)
    parts, after = run()
    np.testing.assert_array_equal(parts, whole)
    for a, b in zip(after, state, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("optimizer", ZOO.values(), ids=ZOO)
def test_a_gradient_of_another_shape_is_refused(optimizer):
    theta = np.ones(5)
    with pytest.raises(ValueError, match=r"gradient has shape \(4,\) and theta \(5,\)"):
        optimizer.update(np.ones(4), optimizer.init(theta), theta, 1.0)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("optimizer", ZOO.values(), ids=ZOO)
def test_a_gradient_that_is_not_a_number_is_refused(optimizer, bad):
    theta = np.ones(3)
    with pytest.raises(ValueError, match=rf"gradient\[1\] is {bad} .*lower the learning rate"):
        optimizer.update(np.array([1.0, bad, 2.0]), optimizer.init(theta), theta, 1.0)


def test_a_gradient_that_is_only_long_is_taken():
    g = np.full(3, 1e30, np.float32)  # its square is no float32
    step, _ = gd(1.0).update(g, gd(1.0).init(g), g)
    np.testing.assert_allclose(step, -g, rtol=1e-6)


@pytest.mark.parametrize("name", ["bold_driver", "on_plateau"])
def test_rules_that_look_at_the_loss_ask_for_it(name):
    assert ZOO[name].uses_loss
    with pytest.raises(ValueError, match=rf"{name} looks at the loss"):
        ZOO[name].update(np.ones(5), ZOO[name].init(np.ones(5)), np.ones(5))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: rprop(up=0.9), "up is 0.9; a factor that makes larger is at least 1"),
        (lambda: rprop(down=1.0), "down is 1.0; it must be at least 0 and below 1"),
        (lambda: irprop_minus(least=1.0, most=0.5), "least is 1.0 and most 0.5"),
        (lambda: rprop(lambda t: 0.1), "lr is .*; it must be a finite number above 0"),
        (lambda: gains(0.1, up=-0.05), "up is -0.05"),
        (lambda: adamw(decay=-0.1), "decay is -0.1; .*or 0"),
        (lambda: adadelta(rho=1.0), "rho is 1.0"),
        (lambda: adagrad(eps=0.0), "eps is 0.0"),
        (lambda: bold_driver(0.1, up=0.5), "up is 0.5"),
        (lambda: cosine(0.1, 0), "steps is 0"),
        (lambda: inverse_time(-1, 10), "lr is -1"),
        (lambda: on_plateau(gd(0.1), patience=1.5), "patience is 1.5"),
    ],
)
def test_numbers_out_of_range_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_rule_that_is_none_is_refused():
    with pytest.raises(TypeError, match=r"rule is .*, which is no Optimizer"):
        on_plateau(gd)


@pytest.mark.parametrize("value", [-0.1, np.nan, np.inf])
def test_a_schedule_that_gives_no_rate_is_refused(value):
    rule = gd(lambda t: value)
    with pytest.raises(ValueError, match=r"the schedule gave the rate .* at t=1"):
        rule.update(np.ones(2), rule.init(np.ones(2)), np.ones(2))


def bowl(theta):
    return float(theta @ theta), 2 * theta


def test_a_path_begins_at_the_start_and_ends_where_J_is_small():
    run = descend(bowl, np.array([3.0, -2.0]), gd(0.4), 100, tol=1e-6)
    np.testing.assert_array_equal(run.path[0], [3.0, -2.0])
    assert len(run.path) == len(run.J) == 7  # 13 · 0.04^k <= 1e-6 from k = 6 on
    assert run.stopped.startswith("J is")


def test_a_run_that_diverges_stops_and_says_so():
    run = descend(bowl, np.ones(2), gd(10.0), 1000)
    assert "it diverged: J is inf after" in run.stopped
    assert np.isfinite(run.path).all()
    assert np.isfinite(run.J).all()
    assert len(run.path) == len(run.J) < 1000


def test_a_gradient_with_nan_is_refused_with_its_place():
    with pytest.raises(ValueError, match=r"the gradient\[1\] is nan .*mend fun"):
        descend(lambda theta: (1.0, np.array([0.0, np.nan])), np.ones(2), gd(0.1), 5)
