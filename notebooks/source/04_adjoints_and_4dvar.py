# %% [markdown]
# # 04 Adjoints and 4D-Var
#
# A weather service knows yesterday's forecast and a few thousand readings, and asks: from which state of the atmosphere must we start so that the model passes nearest to all of them? That is a gradient with a billion entries, and it is found by backpropagation. It was, before networks were: there it is called the adjoint method. This notebook derives both as one thing, builds a small autograd on the way, and ends by forecasting the smallest weather there is.
#
# **You will be able to**
#
# - carry a small change forwards (tangent-linear) and a derivative backwards (adjoint) through any program, line by line;
# - prove with two inner products that the one belongs to the other;
# - say what forward and reverse mode cost, in time and in memory;
# - read every line of an automatic differentiator, and write two of its rules;
# - set up, check and minimize a 4D-Var problem on Lorenz's equations;
# - correct the lecture's gradient, which points uphill.
#
# **Follows** lecture 3, from "Gradiente de la función de pérdida" to the analogy with 4D-Var · **takes** about two and a half hours, with 10 exercises · **needs** notebook 03, transposes, and the idea of a covariance
#
# Before each experiment there is a question. Answer it before you run the cell.

# %% tags=["setup"]
import tracemalloc
from dataclasses import replace
from functools import partial
from itertools import pairwise, product
from time import perf_counter

import matplotlib.pyplot as plt
import numpy as np
import torch
from scipy.integrate import solve_ivp
from scipy.optimize import minimize
from tqdm.auto import tqdm

from course_utils import datasets, plots, widgets
from course_utils.exercises import ex04
from course_utils.nn.adjoint import (
    CLASSIC,
    FourDVar,
    InControlSpace,
    Linear,
    Link,
    Lorenz63,
    adjoint,
    chain_gradient,
    gauss_newton,
    hessian_product,
    lorenz,
    lorenz_tangent,
    rk4,
    rk4_adjoint,
    rk4_tangent,
    tangent_linear,
)
from course_utils.nn.autodiff import Node, add, adjoints, gradient, total
from course_utils.nn.functions import identity, squared_error
from course_utils.nn.functions import tanh as tanh_unit
from course_utils.nn.gradcheck import relative_error
from course_utils.nn.mlp import MLP, backprop, forward, init
from course_utils.nn.second_order import conjugate_gradient, lbfgs

plots.use_style()
SEEDS = range(5)

# %% [markdown]
# ## 1. Variables with a tilde
#
# Lecture 3 begins with a model of one line, $x_1 = \alpha x_0^2$, and one target, $J = \tfrac12 (x_1 - y)^2$. Change $x_0$ by a little $\delta x_0$ and $\alpha$ by $\delta\alpha$, and follow the change forwards:
#
# $$\delta x_1 = x_0^2\,\delta\alpha + 2\alpha x_0\,\delta x_0, \qquad \delta J = (x_1 - y)\,\delta x_1 .$$
#
# (The slide writes the two parts of $\delta x_1$ as two equations; they are one sum. And for vectors it leaves out a transpose: $\delta J = (x_1-y)^\top\delta x_1$.) That is the **tangent-linear** model: small changes in, a small change out.
#
# Now the other way. Give each variable $v$ a companion, its **adjoint** $\tilde v = \partial J/\partial v$. It starts at 0 and collects what reaches $v$ from $J$. Read the forward lines backwards, and each coefficient that carried a change down now carries a derivative up. The lecture writes the collecting as $\tilde x_0 = \tilde x_0 + \dots$; here every variable is used once, so what arrives first is all.

# %% exercise="quadratic_adjoint"

# %% [markdown]
# Elsewhere the lecture has, for the first line of the walk back, $\delta\tilde x_1 = \partial J/\partial x_1 + \delta\tilde J$. A sum? **Predict** what that makes of $\tilde x_1$ for $x_1 = 0.7$ and $y = 0.2$, with $\tilde J = \partial J/\partial J = 1$. Then see what the difference quotients say.


# %%
def quadratic_J(v):
    """J of the quadratic model, v = (α, x₀, y)."""
    alpha, x0, y = v
    return 0.5 * (alpha * x0**2 - y) ** 2


def differences(f, v, h=1e-5):
    """∂f/∂v by central differences, one entry at a time."""
    return np.array([(f(v + e) - f(v - e)) / (2 * h) for e in h * np.eye(len(v))])


print("seed   x̃₀ and α̃ against differences   (relative error)")
for seed in SEEDS:
    v = np.random.default_rng(seed).normal(size=3) + np.array([1, 1, 0])
    x1_adj, x0_adj, alpha_adj = quadratic_adjoint(*v)
    wrong = relative_error(np.array([alpha_adj, x0_adj]), differences(quadratic_J, v)[:2])
    print(f"{seed:3}   {wrong:.0e}")
    assert wrong < 1e-8
x1, y = 0.7, 0.2
print(f"x̃₁ at x₁ = 0.7, y = 0.2: product {(x1 - y) * 1:.1f}, printed sum {(x1 - y) + 1:.1f}")

# %% [markdown]
# **What we saw.** The three tilde equations hold. The line with the sum does not: an adjoint is *multiplied* through the chain, starting from $\tilde J = 1$; what is added up are the shares that reach one variable along different ways. (And the slide calls the line "forward". It is the first step of the way back.)
#
# ## 2. A fork, and the order of the factors
#
# One connection first, $x_1 = h(wx_0)$. The lecture's tangent-linear model of it is $\delta J = (x_1 - y)\,h'(z)\,(w\,\delta x_0 + x_0\,\delta w)$. (Where it prints $\partial f(x; x)/\partial x$ read $\partial f(x; w)/\partial x$.) Walked backwards it is notebook 03's first exercise.

# %% tags=["nbval-check-output"]
x0, w, y, dx0, dw = 0.8, -1.5, 0.4, 0.001, -0.002
h = np.tanh(w * x0)
dJ = (h - y) * (1 - h**2) * (w * dx0 + x0 * dw)
moved = (np.tanh((w + dw) * (x0 + dx0)) - y) ** 2 / 2 - (h - y) ** 2 / 2
print(f"tangent-linear {dJ:.6f}, true change {moved:.6f}")

# %% [markdown]
# To first order it is right. Now a fork: $x_1^{(0)}$ feeds two units. What reaches it? The lecture writes
#
# $$\tilde x_1^{(0)} = \begin{bmatrix} \dfrac{\partial x_1^{(1)}}{\partial x_1^{(0)}} & \dfrac{\partial x_1^{(1)}}{\partial x_2^{(0)}} \end{bmatrix} \begin{bmatrix} \tilde x_1^{(1)} \\ \tilde x_2^{(1)} \end{bmatrix}.$$
#
# **Predict.** Is that a row or a column of the Jacobian $\partial x_k^{(1)}/\partial x_j^{(0)}$, and which of the two should it be?

# %%
rows = []
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    W, V, x, y = rng.normal(size=(2, 2)), rng.normal(size=(2, 1)), rng.normal(size=2) / 2, 0.5

    def fork_J(x, W=W, V=V, y=y):
        """Two inputs, two tanh units, one tanh unit."""
        return 0.5 * np.sum((np.tanh(np.tanh(x @ W) @ V) - y) ** 2)

    h = np.tanh(x @ W)
    p = np.tanh(h @ V)
    last = (V * (1 - p**2)) @ (p - y)  # the lecture's first fork equation: both hidden tildes
    jacobian = (W * (1 - h**2)).T  # [k, j]: how unit k changes with input j
    rows.append([jacobian[:, 0] @ last, jacobian[0] @ last, differences(fork_J, x)[0]])
print("seed   column   row (printed)   difference quotient")
for seed, (column, row, truth) in zip(SEEDS, rows, strict=True):
    print(f"{seed:3}   {column:8.4f} {row:10.4f} {truth:18.4f}")
rows = np.array(rows)
assert np.allclose(rows[:, 0], rows[:, 2], rtol=1e-6)
assert (np.abs(rows[:, 1] - rows[:, 2]) > 1e-3 * np.abs(rows[:, 2])).all()

# %% [markdown]
# **What we saw.** The first fork equation (one unit above two) holds, and the difference quotient confirms the *column* for the second: what $x_1^{(0)}$ does to both units. The second entry should read $\partial x_2^{(1)}/\partial x_1^{(0)}$. In other words: multiply by the **transposed** Jacobian.
#
# Then a chain of layers is a product of Jacobians. The lecture prints $\frac{\partial J}{\partial w} = \frac{\partial J}{\partial x_K}\frac{\partial x_K}{\partial x_{K-1}}^{\!\top}\cdots\frac{\partial x_2}{\partial x_1}^{\!\top}\frac{\partial x_1}{\partial w}$: transposes inside, none at the ends. Try it on widths 5-4-3-2.

# %%
rng = np.random.default_rng(0)
J1, J2, J3 = (rng.normal(size=shape) for shape in ((4, 5), (3, 4), (2, 3)))  # (out, in)
slope = rng.normal(size=(1, 2))  # ∂J/∂x_K, a row
row_form = slope @ J3 @ J2 @ J1
column_form = J1.T @ J2.T @ J3.T @ slope.T
try:
    as_printed = slope @ J3.T @ J2.T @ J1
except ValueError as error:
    print("as printed:", str(error).partition("(size")[0].strip())
ways = sum(slope[0, c] * J3[c, b] * J2[b, a] * J1[a] for a, b, c in np.ndindex(4, 3, 2))
print(f"row form and column form differ by {np.abs(row_form - column_form.T).max():.0e},")
print(f"and from the sum over all {4 * 3 * 2} ways by {np.abs(row_form - ways).max():.0e}")
assert np.allclose(row_form, column_form.T, rtol=1e-12)
assert np.allclose(row_form, ways, rtol=1e-12)

# %% [markdown]
# As printed the shapes do not fit. Right are the row form without transposes, or the column form with all of them *in the opposite order*. And the product is the sum over all ways through the net: lecture 1's "separate effects that must be combined", exactly.
#
# Mathematics does not care where you begin to multiply; the clock does. **Predict**, for layers of 6 units each: which is cheapest, from the side of $J$, from the side of the inputs, or way by way?

# %%
print("layers   from J   from the inputs   way by way    (multiplications)")
for K in range(1, 7):
    # from J: a row times K matrices; from the inputs: a matrix times K - 1, then the row
    print(f"{K:4} {36 * K:10} {216 * (K - 1) + 36:12,} {K * 6 ** (K + 1):15,}")

# %% [markdown]
# From $J$ the first factor is a row and stays one. From the inputs a whole matrix is carried along. Way by way it is lecture 2's analytic expression, which "can be very expensive": the cost is multiplied by the width with every layer. (Notebook 03 measures it in seconds.)
#
# ## 3. A layer, both ways
#
# Now in matrices. A layer of tanh units makes $h = \tanh(u)$, $u = XW + b$. Three things can change: $W$, $b$ and $X$. First forwards; mind the product in $u$.

# %% exercise="layer_tangent"

# %% [markdown]
# And backwards: from $A = \partial J/\partial h$ to the adjoints of all three. Each of the three parts of $\delta u$ is a linear map. Transpose it.

# %% exercise="layer_adjoint"

# %% [markdown]
# How do you know that the second function is the adjoint of the first? No difference quotients this time. If $M$ carries changes forwards and $M^\top$ derivatives backwards, then for **every** $\delta x$ and **every** $y$
#
# $$\langle M\delta x,\; y\rangle = \langle \delta x,\; M^\top y\rangle .$$
#
# Two numbers, equal to the last digit. It needs no small step, so it has no truncation error, and it is the first test of every adjoint model in the world. Write it.

# %% exercise="dot_product_test"


# %%
def join(*arrays):
    """All entries in one vector."""
    return np.concatenate([np.ravel(a) for a in arrays])


def cut(vector, *like):
    """The vector cut into arrays of these shapes."""
    ends = np.cumsum([a.size for a in like])
    parts = np.split(vector, ends[:-1])
    return [part.reshape(a.shape) for part, a in zip(parts, like, strict=True)]


print("seed   the pair   without the slope   M for its transpose")
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    at = rng.normal(size=(4, 4)), rng.normal(size=4), rng.normal(size=(4, 4))

    def forwards(d, at=at):
        """M δx: the changes of W, b and X in one vector."""
        return layer_tangent(*at, *cut(d, *at))

    def backwards(A, at=at):
        """Mᵀ A, in one vector."""
        return join(*layer_adjoint(*at, A))

    def no_slope(A, at=at):
        """Past the units as if they were linear."""
        W, _, X = at
        return join(X.T @ A, A.sum(axis=0), A @ W.T)

    def not_transposed(A, at=at):
        """W where its transpose belongs."""
        W, b, X = at
        dW, db, _ = layer_adjoint(*at, A)
        return join(dW, db, ((1 - np.tanh(X @ W + b) ** 2) * A) @ W)

    dx, y = rng.normal(size=sum(a.size for a in at)), rng.normal(size=(4, 4))
    found = [dot_product_test(forwards, b, dx, y) for b in (backwards, no_slope, not_transposed)]
    print(f"{seed:3}   {found[0]:9.0e} {found[1]:14.0e} {found[2]:19.0e}")
    assert found[0] < 1e-12
    assert min(found[1:]) > 1e-6

# %% [markdown]
# **What we saw.** Fifteen digits or none: nothing lies between. One warning: the test proves that the two functions belong *together*. Forget the same term in both and it passes. So the tangent-linear model gets a difference quotient, and the adjoint gets the dot product.
#
# ### A whole network
#
# Layers in a row are maps in a row: forwards $M_2 M_1$, backwards $M_1^\top M_2^\top$. The package's `tangent_linear` and `adjoint` do that for any `MLP`. The lecture's reading of the two: the tangent-linear model **mixes** all changes into one $\delta J$, backpropagation tells **each parameter's share**. Take a net with nine parameters and change all of them.

# %% alt="Nine bars, each one parameter's share of the change of J in thousandths: w21 and b2 push up by nearly 3, w22, b1, v1 and v2 down by 2 or less, w11 and w12 are near 0, and c pulls down by almost 10. The title's sum is -8.5."
net, rng = MLP((2, 2, 1), output=identity, loss=squared_error), np.random.default_rng(3)
theta, X, Y = init(net, rng) + 0.3 * rng.normal(size=9), rng.normal(size=(6, 2)), np.ones((6, 1))
dtheta, no_change = 0.01 * rng.normal(size=9), np.zeros_like(X)
P_adj = (forward(net, theta, X).output - Y) / len(X)  # ∂J/∂P of the mean squared error
dJ = np.vdot(P_adj, tangent_linear(net, theta, X, dtheta, no_change))  # one run forwards
shares = adjoint(net, theta, X, P_adj)[0] * dtheta  # one run backwards
names = ("w₁₁", "w₁₂", "w₂₁", "w₂₂", "b₁", "b₂", "v₁", "v₂", "c")
table = {name: 1e3 * share for name, share in zip(names, shares, strict=True)}
ax = plots.bars(table, ylabel="share of δJ, thousandths", fmt="")
title = f"δJ = {1e3 * dJ:.3f} thousandths, sum of the shares {1e3 * shares.sum():.3f}"
ax.set_title(title.replace("-", "−"))
assert np.isclose(dJ, shares.sum(), rtol=1e-12)

# %% [markdown]
# The chart shows nine bars, some up and some down: each is one parameter's part in the change of $J$. The tangent-linear run knows their sum, the title's number, and nothing else. To get all nine from it you must run it nine times, with one parameter changed at a time.

# %%
print("seed   dot product   P runs forwards against one back   (relative error)")
for seed in SEEDS:
    net, rng = MLP((4, 5, 3), output=identity, loss=squared_error), np.random.default_rng(seed)
    theta, X, Y = init(net, rng), rng.normal(size=(6, 4)), rng.normal(size=(6, 3))
    P_adj = (forward(net, theta, X).output - Y) / len(X)
    run_on = partial(tangent_linear, net, theta, X)
    dot = dot_product_test(
        lambda d, run_on=run_on, net=net: run_on(d[: net.size], d[net.size :].reshape(6, 4)),
        lambda A, net=net, theta=theta, X=X: join(*adjoint(net, theta, X, A)),
        rng.normal(size=net.size + X.size),
        rng.normal(size=Y.shape),
    )
    by_runs = np.array([np.vdot(P_adj, run_on(e, 0 * X)) for e in np.eye(net.size)])
    apart = relative_error(by_runs, adjoint(net, theta, X, P_adj)[0])
    assert np.allclose(by_runs, backprop(net, theta, X, Y), rtol=1e-10, atol=1e-14)
    print(f"{seed:3}   {dot:10.0e} {apart:22.0e}")
    assert max(dot, apart) < 1e-12

# %% [markdown]
# ## 4. Time and memory
#
# "Memoria vs costo computacional", says the slide and goes on. Let us measure it. **Predict:** when the net gets ten times as many parameters, what happens to the time of the whole gradient forwards (one run for each parameter), and what to the time backwards, in units of one forward pass?


# %% alt="Milliseconds for one gradient against the parameters P from 160 to 2,410, both logarithmic. Forward mode rises on a nearly straight line with P, hundreds to thousands of times above the rest; reverse mode stays nearly flat, a few times above one forward pass."
def seconds(function, *args, repeats=3):
    """The fastest of some calls, in seconds."""
    times = []
    for _ in range(repeats):
        start = perf_counter()
        function(*args)
        times.append(perf_counter() - start)
    return min(times)


digits = datasets.load("digits")
X, Y = digits.X_train[:32], digits.Y_train[:32]


def by_forward_runs(net, theta):
    """The gradient, one tangent-linear run for each parameter."""
    P_adj, e = (forward(net, theta, X).output - Y) / len(X), np.zeros(net.size)
    g = np.empty(net.size)
    for p in range(net.size):
        e[p] = 1
        g[p] = np.vdot(P_adj, tangent_linear(net, theta, X, e, 0 * X))
        e[p] = 0
    return g


took, parameters = {"one forward pass": [], "forward mode": [], "reverse mode": []}, []
for width in (2, 4, 8, 16, 32):
    net = MLP((64, width, 10), output=identity, loss=squared_error)
    theta = init(net, np.random.default_rng(0))
    parameters.append(net.size)
    took["one forward pass"].append(seconds(forward, net, theta, X, repeats=50))
    took["forward mode"].append(seconds(by_forward_runs, net, theta, repeats=1))
    took["reverse mode"].append(seconds(backprop, net, theta, X, Y, repeats=50))
took = {name: 1e3 * np.array(times) for name, times in took.items()}
ax = plots.curves(took, parameters, xlabel="parameters P", ylabel="ms for one gradient", log="xy")
ax.set_xticks(parameters, parameters)
ax.set_xticks([], minor=True)
ratio = {name: times / took["one forward pass"] for name, times in took.items()}
for P, f, r in zip(parameters, ratio["forward mode"], ratio["reverse mode"], strict=True):
    print(f"P = {P:4}: forward mode {f:6.0f}, reverse mode {r:.1f} forward passes")

# %% [markdown]
# **What we saw.** On logarithmic axes forward mode is a straight line that rises with $P$; reverse mode runs beside the single forward pass, a few times above it, whatever $P$. So why would anybody run forwards? Because of what reverse mode must **remember**. The slope at each layer is needed on the way back, so all states of the way out are kept: memory grows with depth. Forward mode forgets as it goes.
#
# There is a middle way. Keep only every $s$-th state, and on the way back run each stretch of $s$ layers once more. **Predict:** with $s = \sqrt{K}$ for $K$ layers, how many states lie in memory at once, and how much longer does it take?
#
# The package's `chain_gradient` walks any chain of steps, with that choice as its `every`. A step is a `Link`: a `run` and an `adjoint`. Yours goes in here.


# %% alt="Two panels against 4 to 100 layers. Peak memory: all states rise on a straight line to 14 MB, every √K-th state bends up to 4 MB, one run of forward mode stays at 1 MB. Seconds: both ways of the gradient rise together, the second somewhat steeper."
def run_layer(x, w):
    """A tanh layer forwards; w is (W, b)."""
    return np.tanh(x @ w[0] + w[1])


def layer_back(x, w, a):
    """The same layer backwards: x̃, and (W̃, b̃)."""
    W_adj, b_adj, x_adj = layer_adjoint(*w, x, a)
    return x_adj, (W_adj, b_adj)


tanh_layer = Link(run_layer, layer_back)


def deep_gradient(K, every):
    """A gradient of K layers of 32 units for 500 cases."""
    rng = np.random.default_rng(0)
    w = [(rng.normal(size=(32, 32)) / 6, np.zeros(32)) for _ in range(K)]
    end = {K: lambda P: (0.5 * np.sum(P**2), P)}
    return chain_gradient([tanh_layer] * K, rng.normal(size=(500, 32)), w, end, every=every)


def one_forward_run(K):
    """One tangent-linear run through the same K layers."""
    rng = np.random.default_rng(0)
    x, dx = rng.normal(size=(500, 32)), rng.normal(size=(500, 32))
    for _ in range(K):
        W, b = rng.normal(size=(32, 32)) / 6, np.zeros(32)
        x, dx = np.tanh(x @ W + b), layer_tangent(W, b, x, 0 * W, b, dx)


def peak(function, *args):
    """The most memory in use during a call, in MB."""
    tracemalloc.start()
    function(*args)
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return used / 1e6


depths = (4, 16, 36, 64, 100)
memory, clock = {"all states": [], "every √K-th": []}, {"all states": [], "every √K-th": []}
memory["one run of forward mode"] = []
for K in depths:
    for name, every in {"all states": 1, "every √K-th": round(K**0.5)}.items():
        memory[name].append(peak(deep_gradient, K, every))
        clock[name].append(seconds(deep_gradient, K, every, repeats=7))
    memory["one run of forward mode"].append(peak(one_forward_run, K))
memory, clock = ({name: np.array(v) for name, v in d.items()} for d in (memory, clock))
_, (left, right) = plt.subplots(1, 2, figsize=(8.8, 3.8), layout="constrained")
plots.curves(memory, depths, xlabel="layers K", ylabel="peak memory, MB", ax=left)
plots.curves(clock, depths, xlabel="layers K", ylabel="seconds", ax=right)
for name in clock:
    print(f"{name:12} K = 100: {memory[name][-1]:5.1f} MB, {clock[name][-1]:.3f} s")
same = [deep_gradient(36, every) for every in (1, 6)]
assert np.array_equal(join(*sum(same[0][2], ())), join(*sum(same[1][2], ())))
assert memory["every √K-th"][-1] < memory["all states"][-1] / 2

# %% [markdown]
# **What we saw.** Left, the memory: a steep line for all states, a much flatter one for every $\sqrt K$-th, and next to nothing for one run of forward mode, at any depth. Right, the time: the second run costs little beside the adjoint itself (and less memory is quicker to come by), nowhere near twice. The two gradients are equal to the last bit. So the claim holds, and it is a *trade*: memory against a second run. (Part of what is left of the slope is the gradient itself, which has $K$ layers too.)
#
# ### What must be remembered?
#
# "Because of the non-linearities", says the slide, the values inside are needed. **Predict** for a *linear* net: if somebody deletes all stored states, which adjoints can you still compute, $\tilde x$ or $\tilde W$?

# %%
print("                     error of x̃            error of W̃ of layer 2   (5 seeds, relative)")
for name, f, slope in (
    ("linear", lambda u: u, lambda h: np.ones_like(h)),
    ("tanh", np.tanh, lambda h: 1 - h**2),
):
    wrong = np.zeros((5, 2))
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        W1, W2, X = (rng.normal(size=s) for s in ((4, 5), (5, 3), (8, 4)))
        A, pairs = rng.normal(size=(8, 3)), []
        for kept in (True, False):
            h1 = f(X @ W1) if kept else np.zeros((8, 5))
            h2 = f(f(X @ W1) @ W2) if kept else np.zeros((8, 3))
            u2_adj = slope(h2) * A
            pairs.append(((slope(h1) * (u2_adj @ W2.T)) @ W1.T, h1.T @ u2_adj))
        wrong[seed] = [relative_error(*ab) for ab in zip(*pairs, strict=True)]
    mean, sd = wrong.mean(axis=0), wrong.std(axis=0, ddof=1)
    print(f"{name:7} {mean[0]:17.2f} ± {sd[0]:.2f} {mean[1]:18.2f} ± {sd[1]:.2f}")
    assert (wrong[:, 0].max() == 0) == (name == "linear")
    assert wrong[:, 1].min() > 0.1

# %% [markdown]
# **What we saw.** The claim holds with a condition. In a linear net $\tilde x$ needs no stored state, because a straight line has one slope everywhere. But $\tilde W = h^\top\tilde u$ contains the value that came in, in a linear net as well.
#
# ## 5. A tape
#
# Nobody writes adjoints by hand for a model of a million lines. Two ways lead out. One **translates the source**: TAMC, which the slide mentions (it stands for Tangent *linear* and Adjoint Model Compiler), reads Fortran and writes its adjoint. The other **records**: every operation leaves a note of what it did, on a tape, and the tape is read backwards. That is autograd.
#
# `course_utils/nn/autodiff.py` is such a tape, in 120 lines. A `Node` holds a value and its parents, each with a **pullback**: a function that turns what arrives, $g = \partial J/\partial(\text{result})$, into the parent's share. Addition passes $g$ on unchanged, to both parents:
#
# ```python
# def add(a, b):
#     return Node(a.value + b.value, ((a, lambda g: g), (b, lambda g: g)))
# ```
#
# Two rules are missing. You know both.

# %% exercise="multiply"

# %% [markdown]
# One parent only, and a slope that you have used since section 3:

# %% exercise="tanh"

# %% [markdown]
# Record a small expression in which $w$ is used twice, $J = \sum w\cdot\tanh(w + x)$, and walk the tape. Every node knows its parents; `adjoints` gives $\partial J/\partial\text{node}$ for all of them.

# %% tags=["nbval-check-output"]
w, x = Node([0.5, -1.0]), Node([1.0, 2.0])
J = total(multiply(w, tanh(add(w, x))))
for node, value in adjoints(J).items():
    print(f"{node!s:16} from {[p for p, _ in node.parents]!s:34}", end=" ")
    print("adjoint", np.round(value, 3))

# %% [markdown]
# From $J$ down to the leaves. $w$ is asked by two nodes, and its adjoint is the sum of both answers; it comes after the last of them.
#
# "Los pesos no propagan información hacia atrás", says the lecture. Behind a leaf there is no parent, so nothing is propagated *beyond* a weight. But is the error not propagated *through* it? Look at what reaches $x$ in $J = \sum\tanh(xW)$ when only the value of $W$ is changed.

# %% tags=["nbval-check-output"]
x, rng = Node([[0.5, -0.3]]), np.random.default_rng(0)
for name, W in {"W": rng.normal(size=(2, 3)), "2 W": None, "0": np.zeros((2, 3))}.items():
    W = Node(2 * first if W is None else W)
    first = W.value
    (x_adj,) = gradient(total(tanh(x @ W)), [x])
    print(f"weights {name:4} parents of W: {W.parents}   adjoint of x: {np.round(x_adj[0], 3)}")

# %% [markdown]
# Nothing lies behind $W$, but all that reaches $x$ came through its value, and with $W = 0$ nothing does. The claim holds for the one meaning and not for the other. (It is $\delta W^\top$ of notebook 03, with the $W$ of the forward pass.)
#
# ### Beside torch
#
# The lecture's session, line by line, with our tape on the right.

# %% tags=["nbval-check-output"]
x = torch.linspace(-2.0, 2.0, 200, requires_grad=True)
y = torch.nn.Tanh()(x)
J = y.sum()
note, seen = J.grad_fn, []
while note is not None:
    seen.append(type(note).__name__)
    note = note.next_functions[0][0] if note.next_functions else None
J.backward()
ours = Node(np.linspace(-2.0, 2.0, 200))
ours_J = total(tanh(ours))
print("torch's notes:", " -> ".join(seen))
print(f"x.grad[5]: torch {x.grad[5]:.4f}, ours {gradient(ours_J, [ours])[0][5]:.4f}")
try:
    J.backward()
except RuntimeError as error:
    print("torch, a second time:", type(error).__name__)
print(f"ours, a second time: {gradient(ours_J, [ours])[0][5]:.4f}")

# %% [markdown]
# The claims hold: every operation on a tensor with `requires_grad` is noted, the notes are followed to the leaves, and `backward` fills `.grad` there. (It *adds* to what is there; notebook 03 shows what comes of forgetting that.) Two differences: torch throws the saved values away after one walk, to free memory, so that a second one is an error; and our `gradient` returns its answer instead of storing it.
#
# Now a network of five seeds, and two things that break small tapes: an expression that is used over and over, and a very long chain.

# %%
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    W, U, X, Y = (rng.normal(size=s) for s in ((3, 4), (4, 2), (5, 3), (5, 2)))
    nodes, tensors = (Node(W), Node(U)), [torch.tensor(a, requires_grad=True) for a in (W, U)]
    d = tanh(X @ nodes[0]) @ nodes[1] - Y
    mine = gradient(total(multiply(d, d)), nodes)
    t_d = torch.tanh(torch.tensor(X) @ tensors[0]) @ tensors[1] - torch.tensor(Y)
    (t_d**2).sum().backward()
    apart = [relative_error(g, t.grad.numpy()) for g, t in zip(mine, tensors, strict=True)]
    assert max(apart) < 1e-12
print(f"network, last of 5 seeds: relative error {max(apart):.0e}")

J = start = Node(1.0)
for _ in range(40):
    J = add(J, J)
print(f"doubled 40 times: dJ/dx = {gradient(J, [start])[0]:.0f}, nodes visited {len(adjoints(J))}")
J = start
for _ in range(50_000):
    J = tanh(J)
print(f"50,000 tanh in a row: {len(adjoints(J)):,} nodes, no recursion")

# %% [markdown]
# **What we saw.** Forty doublings have a trillion ways from the input to the output, and the walk visits 41 nodes: each waits until all its users have reported, then passes on *once*. And because the walk is a loop with a list, not a function that calls itself, depth is no limit.
#
# ## 6. The Hessian times a vector
#
# Newton's method wants the Hessian. For $P$ parameters it has $P^2$ entries, 5.8 million for the small digits net. But a product $Hv$ is only the change of the gradient when $\theta$ moves along $v$: the tangent-linear model *of the backward pass*. torch does just that (a forward mode through a reverse mode). We take the cheap way, a difference of two gradients. **Predict** the price of $Hv$ in gradients: 2, $P$, or $P^2$?

# %%
net, wrong = MLP((64, 32, 10)), []
X, Y = digits.X_train[:200], digits.Y_train[:200]


def torch_J(t):
    """The same J for torch."""
    h = torch.tanh(torch.tensor(X) @ t[:2048].reshape(64, 32) + t[2048:2080])
    u = h @ t[2080:2400].reshape(32, 10) + t[2400:]
    return torch.nn.functional.cross_entropy(u, torch.tensor(Y))


for seed in SEEDS:
    rng = np.random.default_rng(seed)
    theta, v = init(net, rng), rng.normal(size=net.size)
    ours = hessian_product(lambda t: backprop(net, t, X, Y), theta, v)
    _, exact = torch.func.jvp(torch.func.grad(torch_J), (torch.tensor(theta),), (torch.tensor(v),))
    wrong.append(relative_error(ours, exact.numpy()))
    assert wrong[-1] < 1e-6
one = seconds(backprop, net, theta, X, Y, repeats=10)
two = seconds(hessian_product, lambda t: backprop(net, t, X, Y), theta, v, repeats=10)
print(f"differences against forward-over-reverse: {min(wrong):.0e} to {max(wrong):.0e}")
print(f"a gradient {1e3 * one:.1f} ms, a product {1e3 * two:.1f} ms, P = {net.size}")

# %% [markdown]
# **What we saw.** Two gradients, about nine digits. With products alone one can solve $Hs = -g$ by conjugate gradients and never see $H$. Keep that for section 10.
#
# ## 7. The smallest weather
#
# In 1963 Edward Lorenz reduced a layer of air, heated from below, to three numbers:
#
# $$\dot x = \sigma(y-x), \qquad \dot y = x(\rho - z) - y, \qquad \dot z = xy - \beta z,$$
#
# with $\sigma=10$, $\rho=28$, $\beta=8/3$. In this section $x$ is the state, all three of them. Its time step will be our layer. So we need its adjoint, by hand. Write the derivatives of the three right-hand sides as a $3\times3$ table; a row says what one equation feels, a *column* which equations one variable moves.

# %% exercise="lorenz_adjoint"

# %% [markdown]
# A time step is made of four such slopes (Runge and Kutta's rule):
#
# ```python
# k1 = lorenz(x, p)
# k2 = lorenz(x + dt / 2 * k1, p)
# k3 = lorenz(x + dt / 2 * k2, p)
# k4 = lorenz(x + dt * k3, p)
# x + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
# ```
#
# Its adjoint reads these five lines from the last to the first. `k3` is used twice, in `k4` and in the result, so its adjoint has two parts. That is all there is to it; `rk4_adjoint` in the package is six lines long. Three checks: the step against SciPy's integrator, the tangent-linear model against a difference quotient, the adjoint by the dot product (yours first, then 80 steps of `rk4`).

# %%
model = Lorenz63(dt=0.025)
print("seed   SciPy, 10 steps   tangent   dot product: yours   80 steps of rk4")
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    x, dx, a = np.array([0, 0, 25]) + 5 * rng.normal(size=3), *rng.normal(size=(2, 3))
    states = [x]
    for _ in range(80):
        states.append(model.run(states[-1]))
    other = solve_ivp(lambda t, s: lorenz(s, CLASSIC), (0, 0.25), x, rtol=1e-11, atol=1e-11)
    scipy_error = relative_error(states[10], other.y[:, -1])
    nudge = (lorenz(x + 1e-6 * dx, CLASSIC) - lorenz(x - 1e-6 * dx, CLASSIC)) / 2e-6
    tangent_error = relative_error(lorenz_tangent(x, CLASSIC, dx, np.zeros(3)), nudge)
    yours = dot_product_test(
        lambda d, x=x: lorenz_tangent(x, CLASSIC, d[:3], d[3:]),
        lambda a, x=x: join(*lorenz_adjoint(x, CLASSIC, a)),
        rng.normal(size=6),
        a,
    )

    def along(dx, states=states):
        """80 steps of the tangent-linear model."""
        for x in states[:-1]:
            dx = model.tangent(x, dx)
        return dx

    def back(a, states=states):
        """80 steps of the adjoint, from the last to the first."""
        for x in reversed(states[:-1]):
            a = model.adjoint(x, a)
        return a

    window = dot_product_test(along, back, dx, a)
    print(f"{seed:3} {scipy_error:12.0e} {tangent_error:13.0e} {yours:15.0e} {window:20.0e}")
    assert scipy_error < 1e-2
    assert tangent_error < 1e-7
    assert max(yours, window) < 1e-12

# %% [markdown]
# The step differs from SciPy's by the truncation error of this $\Delta t$, a difference quotient by its own, and the dot products by rounding.
#
# Now let 500 weathers run until they have forgotten where they started, and look at one of them for a while; then disturb it. The tangent-linear model promises the disturbance's fate *as long as it is small*. **Predict:** for a disturbance of 0.01 (the numbers are of size 10), for how long does the promise hold?

# %% alt="Left, the two wings of Lorenz's weather in x and z, a curve that winds round two holes. Right, relative error of the tangent-linear promise against time, logarithmic, for disturbances of 1, 0.1 and 0.01: three rising bands about a factor of ten apart, after 6 units at 20, 1.5 and 0.2."
rng = np.random.default_rng(0)
climate = 10 * rng.normal(size=(3, 500)) + np.array([[0.0], [0.0], [25.0]])
for _ in range(800):
    climate = model.run(climate)  # (3, 500): a column for each weather
path = [climate[:, 0]]
for _ in range(800):
    path.append(model.run(path[-1]))
path, lead = np.array(path), np.arange(1, 241) * model.dt
_, (left, right) = plt.subplots(1, 2, figsize=(8.8, 4), layout="constrained")
left.plot(path[:, 0], path[:, 2], linewidth=0.7)
left.set(xlabel="x", ylabel="z", title="20 time units of Lorenz's weather")
broken = {}
for size in (1.0, 0.1, 0.01):
    x, d = climate[:, :50], rng.normal(size=(3, 50))
    d = size * d / np.linalg.norm(d, axis=0)
    other, error = x + d, []
    for _ in lead:
        x, d, other = model.run(x), model.tangent(x, d), model.run(other)
        error.append(np.linalg.norm(other - x - d, axis=0) / np.linalg.norm(other - x, axis=0))
    broken[f"disturbance of {size}"] = np.array(error).T
_ = plots.curves(
    broken, lead, xlabel="time", ylabel="relative error of the promise", log="y",
    ax=right,
)  # fmt: skip
right.set_ylim(bottom=1e-5)
for name, error in broken.items():
    print(
        f"{name}: median error 10 % at time {lead[(np.median(error, axis=0) > 0.1).argmax()]:.2f}"
    )

# %% [markdown]
# **What we saw.** Left, the famous two wings. Right, the error of the promise over 50 weathers, one curve for each size: all three climb to 1 and beyond. A ten times smaller disturbance buys about two more time units, and no disturbance is small for ever: Lorenz's butterfly. Remember it when a gradient is asked to look far back.
#
# ## 8. 4D-Var
#
# What is known at the start of a window: a **background** $x_b$, the last forecast, whose errors have the covariance $B$. What arrives during the window: **observations** $y_k$, of some of the variables at some of the times, $y_k \approx \mathcal H(x_k)$, with errors of covariance $R$. What is wanted: the $x_0$ that fits both best,
#
# $$J(x_0) = \underbrace{\tfrac12 (x_0-x_b)^\top B^{-1}(x_0-x_b)}_{J_b} + \underbrace{\tfrac12\sum_k (y_k-\mathcal H(x_k))^\top R^{-1}(y_k-\mathcal H(x_k))}_{J_o}, \qquad x_{k+1} = \mathcal M(x_k).$$
#
# (The lecture's letters change from slide to slide: $B$ here and $P^f$ there, one observation time in $J$ and $N+1$ in its gradient, and a $\nabla_{x_0}J$ from which $J_b$ has dropped out. It also writes $x_k = \sum_i \mathcal M(x_i)$; states are *composed*, not summed. One cell for that:)

# %% tags=["nbval-check-output"]
rng = np.random.default_rng(0)
M, x0 = 0.8 * rng.normal(size=(2, 2)), rng.normal(size=2)
x1 = M @ x0
print("composition M(M(x₀))   ", np.round(M @ x1, 3))
print("sum as printed, k = 2  ", np.round(M @ x0 + M @ x1, 3))

# %% [markdown]
# The gradient of $J_b$ first. If the background is known well in some direction, $B$ is small there; should it pull hard or softly?

# %% exercise="background_gradient"

# %% [markdown]
# Now $J_o$. It is a network with the same layer again and again, and a target at several of the layers instead of at the end only. An operator here has `run(x)`, `tangent(x, dx)` and `adjoint(x, a)`, where the last two take the derivative at `x`. Run forwards and keep the states; come back from the last observation. In words: *carry what you have to the state before, with $M_k^\top$; if that state was observed, add what its own observation says.* What it says you can find with one variable and a pencil: $\frac{d}{dx}\,\frac12 (y-x)^2/R$.

# %% exercise="observation_gradient"

# %% [markdown]
# A **twin experiment**: one run of the model is declared to be the truth. From it we take noisy observations (of $x$ and $z$ only; nobody measures $y$) and a background that is a little off. Then we forget the truth until the end. `FourDVar` holds a window; called with a state it gives $J$ and its gradient.

# %%
H = Linear(np.eye(3)[[0, 2]])  # what is read: x and z
B = 0.02 * np.cov(climate)  # the background's errors look like the climate, but smaller
print("standard deviations: climate", np.round(climate.std(axis=1), 1), end=", ")
print("background", np.round(np.sqrt(np.diag(B)), 1))


def twin(seed, steps=40, noise=1.0, every=8):
    """A window, and the truth (steps + 1, 3) behind it."""
    rng = np.random.default_rng(seed)
    truth = [climate[:, rng.integers(500)]]
    background = truth[0] + np.linalg.cholesky(B) @ rng.normal(size=3)
    for _ in range(steps):
        truth.append(model.run(truth[-1]))
    times = range(every, steps + 1, every)
    observations = {k: H.run(truth[k]) + noise * rng.normal(size=2) for k in times}
    problem = FourDVar(model, H, B, noise**2 * np.eye(2), background, observations, steps)
    return problem, np.array(truth)


print("seed   against differences   printed / right   J now, after a step: right, printed")
for seed in SEEDS:
    problem, truth = twin(seed)
    x = problem.background
    right = observation_gradient(model, H, problem.R, x, problem.observations)
    whole = background_gradient(x, x, B) + right
    checked = relative_error(whole, differences(problem.loss, x))
    as_printed = -2 * right  # ∇J = 2 Hᵀ R⁻¹ (y - H(x)), carried back
    a = 0.002 / np.linalg.norm(whole)
    J = [problem.loss(x), problem.loss(x - a * whole), problem.loss(x - a * as_printed)]
    print(f"{seed:3} {checked:16.0e} {(as_printed / right).mean():18.3f}      ", end="")
    print("  ".join(f"{value:9.4f}" for value in J))
    assert checked < 1e-6
    assert J[1] < J[0] < J[2]

# %% [markdown]
# **What we saw.** Your gradient is right. The lecture's $\nabla_{x_k}J = 2H_k^\top d_k$ with $d_k = R^{-1}(y_k-\mathcal H(x_k))$ is $-2$ times as long: it points **uphill**. The 2 of the square was taken by the ½ already, and $y - \mathcal H(x)$ falls when $x$ rises. In the slide's expanded sum it is worse: there the 2 stands with the last term only, and the matrices are $M_1, \dots, M_N$ where $N+1$ states have $N$ propagators, $M_0,\dots,M_{N-1}$:

# %%
print("seed   expanded sum as printed / right, component by component")
for seed in SEEDS:
    problem, _ = twin(seed, steps=16)
    states, last = problem.states(problem.background), problem.times[-1]
    a = np.zeros(3)
    for k in reversed(range(len(states))):
        a = model.adjoint(states[min(k + 1, last)], a)  # M_{k+1} for M_k
        if k in problem.observations:
            d = np.linalg.solve(problem.R, problem.observations[k] - H.run(states[k]))
            a = a + (2 if k == last else 1) * H.adjoint(states[k], d)
    right = observation_gradient(model, H, problem.R, states[0], problem.observations)
    ratio = a / right
    print(f"{seed:3}   ", "  ".join(f"{r:7.2f}" for r in ratio))
    assert np.ptp(ratio) > 1e-3

# %% [markdown]
# No single factor mends that. The claim that this is the gradient fails, in sign, in length and in its indices.
#
# Is the *minimum* right? For a linear model there is an answer in closed form, which was known long before: the best linear unbiased estimate, $x_b + K(y - Gx_b)$ with $K = BG^\top(GBG^\top+R)^{-1}$, the Kalman filter's analysis. ($G$ stacks $HM^k$ for all observation times.)

# %%
print("distance to the closed form (relative)")
print("seed   SciPy   section 10")
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    M, G1 = rng.normal(size=(4, 4)) / 2, rng.normal(size=(2, 4))
    window = {k: rng.normal(size=2) for k in (0, 2, 3)}
    B4, x_b = np.eye(4) + 0.5, rng.normal(size=4)
    linear = FourDVar(Linear(M), Linear(G1), B4, 0.3 * np.eye(2), x_b, window, 3)
    G = np.vstack([G1 @ np.linalg.matrix_power(M, k) for k in window])
    K = B4 @ G.T @ np.linalg.inv(G @ B4 @ G.T + 0.3 * np.eye(6))
    blue = x_b + K @ (np.concatenate(list(window.values())) - G @ x_b)
    scipys = minimize(linear, x_b, jac=True, method="BFGS", options={"gtol": 1e-8}).x
    found = gauss_newton(linear, tol=1e-12).x  # section 10
    wrong = [relative_error(x, blue) for x in (scipys, found)]
    print(f"{seed:3} {wrong[0]:8.0e} {wrong[1]:12.0e}")
    assert wrong[0] < 1e-6
    assert wrong[1] < 1e-8

# %% [markdown]
# ### A forecast
#
# Minimize (L-BFGS, from the package; notebook 07 opens it), run the model from the analysis, and compare with the truth, also *beyond* the window. **Turn the knobs:** which hurts more, noisy observations or a short window? At which window does it begin to fail, and how does that look?


# %% alt="Three panels, x, y and z against time up to 2, the window ending at a dotted line at 1; crosses are observations of x and z. The analysis lies on the broad line of the truth in all three, also beyond the window; the background runs ahead of it and leaves it within the window."
def analysis(problem, start=None, tol=1e-5):
    """The x₀ with the least J, from the background."""
    x = problem.background if start is None else start
    return lbfgs(problem, x, tol=tol * np.abs(problem.gradient(x)).max(), steps=100).theta


def draw_twin(window=40, noise=1.0, seed=3):
    """Truth, background, observations and analysis, for the window and 40 steps beyond."""
    problem, truth = twin(seed, window, noise)
    runs = {"background": problem.background, "analysis": analysis(problem), "truth": truth[0]}
    paths = {}
    for name, x in runs.items():
        paths[name] = [x]
        for _ in range(window + 40):
            paths[name].append(model.run(paths[name][-1]))
    time = model.dt * np.arange(window + 41)
    _, axes = plt.subplots(3, 1, figsize=(8.6, 5.8), sharex=True, layout="constrained")
    for i, (ax, letter) in enumerate(zip(axes, "xyz", strict=True)):
        lines = {name: np.array(p)[:, i] for name, p in paths.items()}
        plots.curves(lines, time, xlabel="time" if i == 2 else "", ylabel=letter, ax=ax)
        ax.lines[2].set(linewidth=6, alpha=0.35, zorder=1.5)  # the truth, below the analysis
        ax.axvline(model.dt * window, color="gray", linestyle=":")
        if i in (0, 2):
            at = model.dt * np.array(problem.times)
            ax.plot(at, [y[i // 2] for y in problem.observations.values()], "kx", label="observed")
        if i:
            ax.get_legend().remove()
        else:
            ax.legend(ncols=4, loc="lower center", bbox_to_anchor=(0.5, 1))
    return axes


widgets.knobs(draw_twin, window=(8, 96, 8), noise=(0.25, 4.0, 0.25), seed=(0, 9))

# %% [markdown]
# The three panels show $x$, $y$ and $z$ against time, with crosses for the observations; the window ends at the dotted line. The background leaves the truth within the window. The analysis stays with it, also in $y$, which nobody measured: the model knows how $y$ hangs together with the others.
#
# Now over ten seeds. **Predict** the error at the *end* of the window, where the forecast starts: does a longer window help?

# %% alt="Rms error at the window's end, logarithmic, against its length from 0.2 to 1.6. The background's median grows from 1.3 to 5.6; those of the analysis stay below 1, lower with less noise: at the longest window 0.56 for noise 2, 0.30 for 1 and 0.16 for 0.5."
windows, noises = (8, 16, 32, 64), (2.0, 1.0, 0.5)
ends = {name: np.zeros((10, 4)) for name in ("background", *(f"noise {n}" for n in noises))}
missed = np.zeros(len(windows))
for noise, (i, steps) in tqdm(list(product(noises, enumerate(windows))), leave=False):
    for seed in range(10):
        problem, truth = twin(seed, steps, noise)
        found = analysis(problem)
        x, x_b = found, problem.background
        for _ in range(steps):
            x, x_b = model.run(x), model.run(x_b)
        ends[f"noise {noise}"][seed, i] = np.sqrt(np.mean((x - truth[-1]) ** 2))
        ends["background"][seed, i] = np.sqrt(np.mean((x_b - truth[-1]) ** 2))
        if noise == 1:
            better = problem.loss(analysis(problem, start=truth[0]))
            missed[i] += problem.loss(found) > better + 0.1
ax = plots.curves(
    ends, model.dt * np.array(windows), xlabel="length of the window, time units",
    ylabel="rms error at its end", log="y",
)  # fmt: skip
ax.legend(title="median of 10 runs; band: quartiles", ncols=2, loc="lower left")
ax.set_ylim(0.01, 20)
lengths = [f"{model.dt * steps:6.1f}" for steps in windows]
print(f"{'window':17}       ", *lengths, end="   ")
print("    ", *lengths)
for name, error in ends.items():
    print(f"{name:17} median", *(f"{m:6.2f}" for m in np.median(error, axis=0)), end="   ")
    print("mean", *(f"{m:6.2f}" for m in error.mean(axis=0)))
print("a lower minimum was missed in", *(f"{m:.0f}" for m in missed), "of 10 runs (noise 1)")
assert np.median(ends["noise 1.0"][:, 3]) < np.median(ends["background"][:, 3]) / 3

# %% [markdown]
# **What we saw.** The background's error grows with the window, as errors of forecasts do: about four times from the shortest to the longest. The analysis does not follow. In the median its error stays below 1 for every window and every noise, and less noise is better throughout. But look at the means: in the longest window a few runs are far off, and in one the minimizer has stopped in a valley that is not the lowest. Here is what it walks on: $J_o$ along $x$, through the truth, with perfect observations.

# %% alt="J_o per observation against the distance of the first entry from the truth, -8 to 8. The window of 0.4 makes one smooth bowl, that of 1.6 a narrow valley at 0 between plateaus and a peak, that of 4.0 dozens of spikes and valleys; all touch 0 at the truth."
steps_away = np.linspace(-8, 8, 801)
x = climate[:, [1]] + np.array([[1.0], [0.0], [0.0]]) * steps_away  # 801 weathers at once
truth, J, shapes = climate[:, 1], 0.0, {}
for k in range(1, 161):
    x, truth = model.run(x), model.run(truth)
    if k % 8 == 0:
        J = J + 0.5 * np.sum((H.run(x) - H.run(truth)[:, None]) ** 2, axis=0)
    if k in (16, 64, 160):
        shapes[f"window of {k * model.dt:.1f}"] = J / (k // 8)
ax = plots.curves(
    shapes, steps_away, xlabel="x₀ − truth, first entry", ylabel="$J_o$ per observation"
)
inner = {name: int((np.diff(np.sign(np.diff(J))) > 0).sum()) for name, J in shapes.items()}
print("valleys:", ", ".join(f"{n} in the {name}" for name, n in inner.items()))
assert inner["window of 0.4"] < inner["window of 4.0"]

# %% [markdown]
# The picture shows a bowl for the short window and a mountain range for the long one: the truth lies in one of dozens of valleys, and who starts in another stays there. That is section 7's broken promise, and it is why weather services take windows of hours and not of weeks.
#
# ## 9. The same computation
#
# | backpropagation | 4D-Var |
# |---|---|
# | layer $k$ | time step $k$ |
# | weights $w_k$ | parameters of the model (and there is one set for all steps) |
# | input | initial state $x_0$ |
# | targets, at the last layer | observations $y_k$, along the way |
# | loss | $J_o$ |
# | decay of the weights towards a prior | $J_b$ |
# | $\delta W^\top$ through the slopes | $M_k^\top$ |
# | gradient wanted: $\partial J/\partial w$ | gradient wanted: $\partial J/\partial x_0$ |
#
# If that is true, one function must do both. `chain_gradient` (section 4) has never heard of either. Give it layers and a loss; then give it time steps and observations.


# %%
def run_step(x, p):
    """A time step forwards; p is (σ, ρ, β)."""
    return rk4(x, p, model.dt)


def step_back(x, p, a):
    """The same step backwards: x̃ and p̃."""
    return rk4_adjoint(x, p, a, model.dt)


def misfit(y, R, H):
    """x_k -> its part of J_o, and the derivative."""

    def at(x):
        d = np.linalg.solve(R, y - H.run(x))
        return 0.5 * d @ R @ d, -H.adjoint(x, d)

    return at


print("        network                weather        (relative errors)")
print("seed    ∂J/∂w     ∂J/∂X       ∂J/∂x₀    ∂J/∂(σ, ρ, β)")
for seed in SEEDS:
    net, rng = MLP((4, 6, 5, 3), output=tanh_unit, loss=squared_error), np.random.default_rng(seed)
    theta, prior = init(net, rng), init(net, rng)
    X, Y, C = rng.normal(size=(7, 4)), rng.normal(size=(7, 3)), np.diag(rng.uniform(1, 5, net.size))
    J_o, X_adj, w_adj = chain_gradient(  # layers, with the loss at the end
        [tanh_layer] * 3,
        X,
        net.layers(theta),
        {3: lambda P, Y=Y: (squared_error.mean(P, Y), (P - Y) / len(Y))},
    )
    g = join(*sum(w_adj, ())) + background_gradient(theta, prior, C)  # J_b: decay to a prior
    decay = np.linalg.solve(C, theta - prior)
    found = [relative_error(g, backprop(net, theta, X, Y) + decay)]
    P_adj = (forward(net, theta, X).output - Y) / len(X)
    found.append(relative_error(X_adj, adjoint(net, theta, X, P_adj)[1]))

    problem, truth = twin(seed, steps=24)
    x, R = problem.background, problem.R
    parts = {k: misfit(y, R, H) for k, y in problem.observations.items()}
    J, x_adj, p_adj = chain_gradient(  # time steps, with observations on the way
        [Link(run_step, step_back)] * 24, x, [CLASSIC] * 24, parts
    )
    found.append(relative_error(x_adj, problem.gradient(x)))  # J_b is flat at x_b

    def J_of(p, x=x, problem=problem):
        """J as a function of the model's parameters."""
        return replace(problem, model=Lorenz63(model.dt, tuple(p))).loss(x)

    found.append(relative_error(sum(p_adj), differences(J_of, np.array(CLASSIC))))
    print(f"{seed:3} ", *(f"{e:10.0e}" for e in found))
    assert max(found[:3]) < 1e-10
    assert found[3] < 1e-5

# %% [markdown]
# **What we saw.** One function, both gradients; the claim of the analogy holds to the last digits. And it gives more than either field usually asks for: the gradient with respect to a network's *inputs*, and the gradient with respect to a *weather model's parameters*, which is how one trains a model on observations.
#
# ## 10. Getting down
#
# The lecture says that conjugate gradients and quasi-Newton methods are the ones used in data assimilation, "because the Hessian is known". At $10^8$ unknowns nobody has ever seen one. What is available is its product with a vector. Take $J$ with the model and the instrument replaced by their tangent-linear ones: it is quadratic, and its Hessian, the **Gauss–Newton** Hessian, is
#
# $$B^{-1} + \sum_k M_{0\to k}^\top H_k^\top R^{-1} H_k M_{0\to k}.$$
#
# Read from right to left: a tangent-linear run forwards, an adjoint run back. That is your `observation_gradient` with one thing in another's place.

# %% exercise="gauss_newton_product"

# %% [markdown]
# Is it the Hessian? Where the misfits are zero, exactly; elsewhere it leaves out the curvature of the model. For a weather with perfect observations compare with a difference of gradients (section 6):

# %%
print("seed   perfect observations   noisy ones      (relative difference from the full Hessian)")
for seed in SEEDS:
    rows = []
    for noise in (0.0, 1.0):
        problem, truth = twin(seed, steps=24)
        states = problem.states(truth[0])
        for k in problem.times:
            problem.observations[k][:] = H.run(states[k])
            problem.observations[k][:] += noise * np.random.default_rng(k).normal(size=2)
        v = np.random.default_rng(seed).normal(size=3)
        mine = gauss_newton_product(model, H, B, problem.R, states, problem.times, v)
        rows.append(relative_error(mine, hessian_product(problem.gradient, truth[0], v)))
    print(f"{seed:3} {rows[0]:16.0e} {rows[1]:18.2f}")
    assert rows[0] < 1e-6 < rows[1]

# %% [markdown]
# **Incremental 4D-Var**, which weather services run every six hours, repeats: linearize around the present guess, minimize the quadratic by conjugate gradients with this product, move there. That is Gauss and Newton's method. It works in a **control variable** $v$ with $x_0 = x_b + Lv$, $B = LL^\top$: $J_b$ becomes $\tfrac12 v^\top v$, and the Hessian $I + L^\top(\dots)L$, with no eigenvalue below 1. This is preconditioning by $B^{1/2}$.
#
# **Predict.** Is it always a better-conditioned problem? Think of very good and of very poor observations.

# %% alt="Condition number of the Hessian against the noise of the observations, both logarithmic. In v it falls from 430 at noise 0.25 to 1.1 at 16; in the initial state it falls from 43 to 9 and rises to 15. The curves cross near noise 2."
noises = np.array([0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0])
condition = {"in x₀": np.zeros((10, 7)), "in v, with $B^{1/2}$": np.zeros((10, 7))}
for (i, noise), seed in product(enumerate(noises), range(10)):
    problem, truth = twin(seed, 24, noise)
    states = problem.states(truth[0])
    for name, space in zip(condition, (problem, InControlSpace(problem)), strict=True):
        hessian = np.array([space.hessian_product(states, e) for e in np.eye(3)])
        condition[name][seed, i] = np.linalg.cond(hessian)
ax = plots.curves(
    condition, noises, xlabel="noise of the observations",
    ylabel="condition number of the Hessian", log="xy",
)  # fmt: skip
middle = [np.median(values, axis=0) for values in condition.values()]
for noise, a, b in zip(noises, *middle, strict=True):
    print(f"noise {noise:5}: {a:6.1f} in x₀, {b:6.1f} in v")
assert middle[1][0] > middle[0][0]
assert middle[1][-1] < middle[0][-1] / 3

# %% [markdown]
# **What we saw.** The two curves cross. With poor observations $J_b$ rules and the control variable makes its bowl round: the condition number goes to 1. With very good ones $J_o$ rules, and stretching space by $L$ makes it worse. In a real weather model there are a hundred unknowns for each observation, so $J_b$ rules in nearly all directions, and everybody uses $v$.
#
# Finally, side by side. The measure: evaluations of $J$ with its gradient until its largest entry has fallen by $10^6$; for Gauss–Newton the products are counted too, since each costs about as much. **Predict** the order.


# %% alt="Bars of the median number of evaluations and products. In the initial state: gradient descent 109, CG 29, L-BFGS 9.5, SciPy's L-BFGS 10.5. In the control variable v: gradient descent 65.5, CG 21, L-BFGS 10.5, Gauss-Newton 33."
def descent(fun, start, lam, tol, most=300):
    """Gradient descent at the rate 1/λ_max; the number of evaluations, at most `most`."""
    x = start
    for n in range(1, most):
        _, g = fun(x)
        if np.abs(g).max() <= tol:
            return n
        x = x - g / lam
    return most


cost = {f"{name} in {space}": [] for space in "xv" for name in ("descent", "CG", "L-BFGS")}
cost |= {"SciPy in x": [], "Gauss–Newton in v": []}
for seed in tqdm(range(8), leave=False):
    problem, _ = twin(seed, 24, noise=2.0)
    outer = gauss_newton(problem, tol=1e-6)
    states, control = problem.states(outer.x), InControlSpace(problem)
    cost["Gauss–Newton in v"].append(len(outer.path) + outer.products[-1])
    for space, fun, start in (("x", problem, problem.background), ("v", control, np.zeros(3))):
        tol = 1e-6 * np.abs(fun(start)[1]).max()
        lam = np.linalg.norm([fun.hessian_product(states, e) for e in np.eye(3)], 2)
        cost[f"descent in {space}"].append(descent(fun, start, lam, tol))
        cost[f"CG in {space}"].append(conjugate_gradient(fun, start, tol=tol).evaluations)
        cost[f"L-BFGS in {space}"].append(lbfgs(fun, start, tol=tol).evaluations)
        if space == "x":
            options = {"gtol": tol, "ftol": 1e-16}
            scipys = minimize(fun, start, jac=True, method="L-BFGS-B", options=options)
            cost["SciPy in x"].append(scipys.nfev)
short = {"descent": "GD", "Gauss–Newton": "Gauss–\nNewton"}
table = {}
for name, n in cost.items():
    method, _, space = name.partition(" in ")
    table[f"{short.get(method, method)}\n{space}"] = float(np.median(n))
ax = plots.bars(
    table, xlabel="method; x: in x₀, v: in v", ylabel="evaluations and products, median",
    fmt="{:g}",
)  # fmt: skip
for name, n in cost.items():
    print(f"{name:20} median {np.median(n):6.1f}   from {min(n):3.0f} to {max(n):4.0f}")
assert np.median(cost["descent in x"]) > 2 * np.median(cost["CG in x"])
assert np.median(cost["L-BFGS in x"]) < np.median(cost["CG in x"])

# %% [markdown]
# **What we saw.** The bars count what each method spent. Gradient descent is left far behind (where it took more than 300, it was stopped), and L-BFGS needs the fewest evaluations; Gauss–Newton takes a handful of linearizations, with three products in each because there are three unknowns. So these are the methods of choice, as the lecture says. But the reason is another: not a Hessian that is known, but gradients (CG, L-BFGS) and products with a Hessian that nobody forms (Gauss–Newton), both from an adjoint.
#
# ## What you have now
#
# | claim or slip of lecture 3 | verdict of this notebook |
# |---|---|
# | the tilde equations of the quadratic model | hold |
# | $\partial J/\partial x_1 + \tilde J$, called "forward" | a product, and the first step back |
# | the fork: two matrix equations | the first holds; the second needs the column |
# | the chain with some transposes | none of them, or all and in the opposite order |
# | effects are combined; the plain expression is expensive (lectures 1, 2) | hold exactly, by counting ways |
# | the tangent-linear mixes, backprop gives each share | holds |
# | memory against cost | holds: a trade; $\sqrt K$ memory for less than twice the time |
# | weights propagate nothing back | nothing beyond them; everything through them |
# | the values inside are needed, for the non-linearities | for $\tilde W$ in linear nets too |
# | autograd's session | holds, 0.0857 and all |
# | states as a sum of $\mathcal M(x_i)$ | a composition |
# | the gradient of 4D-Var | fails: factor −2, a lone 2, indices one too high |
# | $P^f$ for $B$, $J_b$ left out | one set of letters; then the closed form is met to $10^{-8}$ |
# | backpropagation and 4D-Var are the same | holds: one function |
# | CG and quasi-Newton, since the Hessian is known | they win, through gradients and products |
#
# **To think about**, without code:
#
# <details><summary>Somebody's adjoint passes the dot-product test to 1e-15, and the gradient is wrong. How can that be?</summary>
#
# The test compares the adjoint with the tangent-linear model, not with the model. A term forgotten in both, a wrong state at which both are taken, or an error in J itself pass unseen. Check the tangent-linear model, or the gradient, with a difference quotient as well.
#
# </details>
#
# <details><summary>In a network every layer has weights of its own. In a weather model all steps share σ, ρ and β. What does that change in the backward pass?</summary>
#
# Nothing, until the end: each use of a parameter sends its share, and the shares are added (the sum over p̃ in section 9). The same happens to a tape's node that is used twice, and to the weights of a recurrent network, which is a weather model that somebody trained.
#
# </details>
