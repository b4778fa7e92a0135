# %% [markdown]
# # 06 Descent and curvature
#
# A gradient says which way is down, and nothing about how far. Go too far and you land higher on the other side; be careful and you are still walking tomorrow. What decides is how the surface *bends*, and how much the gradient can be trusted.
#
# **You will be able to**
#
# - work out the Hessian of a small network and read its eigenvalues;
# - say at which learning rate gradient descent breaks, and why a long valley is slow at every rate;
# - tell what Newton's method finds from what you want it to find;
# - choose between full batch, mini-batch and online learning by what a step costs and what it is worth;
# - find a learning rate, know when to lower it, and when that is too soon.
#
# **Follows** lecture 3 (from "Optimización" to "Newton-Raphson") and lecture 1 ("Gradiente estocástico", "La tasa de aprendizaje"), with remarks of lectures 4 and 5 · **takes** about two and a half hours, with 7 exercises · **needs** notebook 03, and eigenvalues of symmetric matrices

# %% tags=["setup"]
import warnings
from itertools import product
from time import perf_counter

import matplotlib.pyplot as plt
import numpy as np
import torch

from course_utils import datasets, plots, widgets
from course_utils.exercises import ex06
from course_utils.nn import optim
from course_utils.nn.curvature import best_rate, condition_number, quadratic
from course_utils.nn.functions import identity, sigmoid, squared_error
from course_utils.nn.mlp import MLP, accuracy, backprop, forward, init, mean_loss
from course_utils.nn.optim import descend, gd, momentum
from course_utils.nn.second_order import lbfgs, newton_root
from course_utils.nn.train import Diverged, StopTraining, minibatches, train

plots.use_style()
warnings.simplefilter("ignore", Diverged)  # some runs below are meant to diverge
SEEDS = range(5)

# %% [markdown]
# ## 1. A surface seen from near by
#
# Stand at a point $\hat w$ of the error surface and look round. Lecture 3 describes what you see in three terms, each finer than the one before:
#
# $$J(w) \approx J(\hat w) + (w-\hat w)^\top \nabla J + \tfrac12 (w-\hat w)^\top H\, (w-\hat w), \qquad H_{ij} = \frac{\partial^2 J}{\partial w_i\,\partial w_j}.$$
#
# (The slide forgets the square on the upper $\partial$.) The height, the slope, the bend. Backpropagation gives the slope; the bend is *how the slope changes from place to place*, so you can get it from slopes alone. Which numbers do you compare, and how many gradients does the whole Hessian cost?

# %% exercise="finite_hessian"

# %% [markdown]
# The judge is `torch.autograd.functional.hessian`, on a network of 26 parameters.


# %%
def small_problem(seed):
    """A 3-4-2 net, first weights, and 20 cases."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(20, 3))
    net = MLP((3, 4, 2))
    return net, init(net, rng), X, np.eye(2)[(X[:, 0] * X[:, 1] > 0).astype(int)]


def torch_hessian(theta, X, Y):
    """The same Hessian, by torch."""

    def J(t):
        h = torch.tanh(torch.tensor(X) @ t[:12].reshape(3, 4) + t[12:16])
        u = h @ t[16:24].reshape(4, 2) + t[24:]
        return torch.nn.functional.cross_entropy(u, torch.tensor(Y))

    return torch.autograd.functional.hessian(J, torch.tensor(theta)).numpy()


def hessian(net, theta, X, Y):
    """The Hessian of mean_loss, by your differences of backprop's gradients."""
    return finite_hessian(lambda t: backprop(net, t, X, Y), theta)


for seed in SEEDS:
    net, theta, X, Y = small_problem(seed)
    H = hessian(net, theta, X, Y)
    gap = np.abs(H - torch_hessian(theta, X, Y)).max()
    eigenvalues = np.linalg.eigvalsh(H)
    print(
        f"seed {seed}: largest gap {gap:.0e}, eigenvalues {eigenvalues[0]:.2f} … {eigenvalues[-1]:.2f}"
    )
    assert gap < 1e-8

# %% [markdown]
# Some eigenvalues are negative: this surface bends downwards, too. How near is "near by"? Walk away from $\hat w$ by $r$ in random directions and compare with one, two and three terms. **Predict** the slopes of the three lines on logarithmic axes.

# %% alt="Error of J against the distance r, both logarithmic, three rising lines: the height alone has slope 1, with the slope of J 2, with its bend 3; at r = 0.01 the errors are about 10⁻³, 2 · 10⁻⁶ and 5 · 10⁻⁹, at r = 3 all three are near 0.2"
r = np.geomspace(1e-2, 3, 25)
gaps = {name: np.empty((5, len(r))) for name in ("height", "and slope", "and bend")}
for seed in SEEDS:
    net, theta, X, Y = small_problem(seed)
    v = np.random.default_rng(100 + seed).normal(size=net.size)
    v /= np.linalg.norm(v)
    H = hessian(net, theta, X, Y)
    true = mean_loss(net, theta + r[:, None] * v, X, Y)
    approximation = mean_loss(net, theta, X, Y)
    terms = (0, r * (backprop(net, theta, X, Y) @ v), r**2 * (v @ H @ v) / 2)
    for name, term in zip(gaps, terms, strict=True):
        approximation = approximation + term
        gaps[name][seed] = np.abs(true - approximation)
_ = plots.curves(gaps, r, xlabel="distance r from the point", ylabel="error of J", log="xy")
for name, gap in gaps.items():
    slope = np.polyfit(np.log(r[:8]), np.log(np.median(gap, axis=0)[:8]), 1)[0]
    print(
        f"{name:10} slope {slope:.1f}, error at r = 1: {np.median(gap[:, np.argmin(abs(r - 1))]):.3f}"
    )

# %% [markdown]
# **What we saw.** Each term adds one to the slope of the error. (The figure: three bands that rise from left to right, the steeper the more terms.) The quadratic picture is very good near the point and worth little at a distance of 3.
#
# For one kind of network it is good everywhere. Lecture 4 says that for linear neurons the cost is a paraboloid. It means linear neurons *and the squared error*: then $J$ is a quadratic, and its second differences are the same wherever you stand.

# %%
for name, hidden in {"linear": None, "tanh": 4}.items():
    sizes = (3, 2) if hidden is None else (3, hidden, 2)
    net, bends = MLP(sizes, output=identity, loss=squared_error), []
    rng = np.random.default_rng(0)
    X, Y, v = rng.normal(size=(20, 3)), rng.normal(size=(20, 2)), rng.normal(size=net.size)
    for _ in SEEDS:
        theta = rng.normal(size=net.size)
        J = [mean_loss(net, theta + step * v, X, Y) for step in (-1, 0, 1)]
        bends.append(J[0] - 2 * J[1] + J[2])
    print(f"{name:7}", *(f"{bend:9.6f}" for bend in bends))

# %% [markdown]
# Constant to rounding for the linear layer, at five places; not so with a hidden layer of tanh. Where inputs depend on each other the paraboloid has flat directions, which brings us to kinds.
#
# ## 2. Four kinds
#
# Where the slope is 0 the bend decides what the place is. Lecture 3 shows four pictures; its names need two corrections. The third, "singular positive indefinite", is positive **semi**definite (the words, the pictures and the start $[-2,-2]$ come from Shewchuk's text on conjugate gradients). And a positive definite $H$ makes a **strict local** minimum, which is enough and not needed: $w^4$ has a minimum at 0 and no bend there.
#
# Along each eigenvector $J$ is a parabola, and its eigenvalue says how steep. So what must be true of all eigenvalues in each picture?

# %% exercise="kind"

# %% alt="Height lines of four surfaces over w₁ and w₂, each with 25 steps from (−2, −2): in the bowl the path ends at the cross at (2, −2); from the hill it leaves at the lower left; in the trough it stops halfway at the bottom line; from the saddle it leaves at the top"
A, b, start = np.array([[3.0, 2.0], [2.0, 6.0]]), np.array([2.0, -8.0]), np.array([-2.0, -2.0])
centre = np.linalg.solve(A, b)
hessians = {
    "a": A,
    "b": -A,
    "c": np.array([[3.0, 2.0], [2.0, 4 / 3]]),
    "d": np.array([[3.0, 2.0], [2.0, -6.0]]),
}
grid = np.linspace(-6, 6, 80)
P = np.stack(np.meshgrid(grid, grid), axis=-1)
_, axes = plt.subplots(2, 2, figsize=(7.6, 5.8), sharex=True, sharey=True, layout="constrained")
for ax, (letter, H) in zip(axes.flat, hessians.items(), strict=True):
    path = descend(quadratic(H, H @ centre), start, gd(0.1), steps=25).path
    height = np.einsum("yxi,ij,yxj->yx", P, H, P) / 2 - P @ H @ centre
    ax.contour(grid, grid, height, 16, cmap="viridis", linewidths=0.9)
    ax.plot(*path.T, ".-", color=plots.PALETTE[1])
    ax.plot(*start, "o", color="white", mec="black")
    ax.plot(*centre, "k+", ms=12, mew=2)
    low, high = np.linalg.eigvalsh(H)
    ax.set(xlim=(-6, 6), ylim=(-6, 6), xlabel="w₁", ylabel="w₂")
    ax.label_outer()
    ax.set_title(f"{letter}) {kind(H)}: λ = {low:.2f}, {high:.2f}".replace("-", "−"))

# %% [markdown]
# The four surfaces as height lines (dark is low, yellow high), all with zero slope at the cross, and 25 steps of descent from $[-2,-2]$ with rate 0.1. In the bowl (a) it arrives. From the hill (b) and the saddle (d) it runs away. In the trough (c) it stops at the nearest point of a *line* of minima.
#
# (c) has a condition that the slide leaves out: there is such a line only if $b$ lies in the range of $A$. **Predict** what happens otherwise.

# %% tags=["nbval-check-output"]
for name, vector in {"in the range": hessians["c"] @ centre, "not in it": b}.items():
    run = descend(quadratic(hessians["c"], vector), start, gd(0.1), steps=1000)
    print(
        f"b {name:13} J after 10, 100, 1000 steps:", *(f"{run.J[k]:9.3f}" for k in (10, 100, 1000))
    )
quartic = finite_hessian(lambda w: 4 * w**3, np.zeros(1))
print("w⁴ at its minimum is", kind(quartic.round(6)))

# %% [markdown]
# A trough that is tilted has no bottom.
#
# ## 3. One step down
#
# Lecture 3: "we start from $[-2,-2]$ and make one step in the direction of steepest descent". How long? On a quadratic the lowest point of the line can be worked out. Write $J(x + a\,r)$ as a function of the one number $a$, with $r = b - Ax$.

# %% exercise="exact_step"

# %% alt="Height lines of a tilted bowl and two paths from (−2, −2) to the minimum at (2, −2): steps to the lowest point of each line zigzag at right angles, first to (0.08, −0.61); twelve steps of rate 0.1 make a smooth arc and end just short"
x, path = start, [start]
for _ in range(12):
    x = exact_step(A, b, x)
    path.append(x)
fixed_path = descend(quadratic(A, b), start, gd(0.1), steps=12).path
plots.surface_paths(
    lambda P: np.einsum("ni,ij,nj->n", P, A, P) / 2 - P @ b,
    {"lowest point of each line": np.array(path), "rate 0.1": fixed_path},
    xlim=(-4, 6),
    ylim=(-6, 4),
    goal=tuple(centre),
    xlabel="x₁",
    ylabel="x₂",
)
print(
    "first step to", path[1].round(3), " after 12 steps off by", f"{np.abs(x - centre).max():.0e}"
)
turns = np.diff(path, axis=0)
print("inner products of steps in a row:", np.abs((turns[1:4] * turns[:3]).sum(axis=1)).round(12))
assert np.allclose(path[1], [0.08, -0.613], atol=1e-3)

# %% [markdown]
# **What we saw.** The first step leads to $[0.08, -0.613]$. Each step is at right angles to the one before, since it ends where the line only just touches a height line; so the path zigzags. With a fixed rate it is smooth.
#
# The lecture adds that this needs **no evaluations of the cost**. True for a fixed rate: only gradients are used. Anything that looks before it leaps is different.

# %%
calls = {"J": 0}


def counted(x):
    """The bowl, counting."""
    calls["J"] += 1
    return quadratic(A, b)(x)


minimum = lbfgs(counted, start)
print(
    f"gradient descent, rate 0.1, 12 steps: 12 gradients, J never asked for ({gd(0.1).uses_loss=})"
)
print(f"bold driver, which adapts its rate: J at every step ({optim.bold_driver(0.1).uses_loss=})")
print(f"L-BFGS with a line search, {minimum.steps} steps: J and gradient {calls['J']} times")

# %% [markdown]
# ## 4. The edge
#
# With a fixed rate, what is the largest that works? Along an eigenvector with eigenvalue $\lambda$ one step turns the distance $d$ from the minimum into $d - \eta\lambda d$. All directions take their steps at once, with one $\eta$.

# %% exercise="largest_rate"

# %% [markdown]
# **Predict** how sharp the edge is: what do 0.99 and 1.01 of this rate make of $J$ in 1,000 steps?

# %% alt="J after 1,000 steps, logarithmic, against the rate in units of the edge: from 10⁻⁵³ at 0.5 down to 10⁻⁹⁸ at 0.9, then up like a wall, 10⁻¹⁷ at 0.99, about 10 at 1, 10¹⁸ at 1.01 and 10¹⁵⁹ at 1.1"
shares, after = np.array([0.5, 0.9, 0.99, 1.0, 1.01, 1.1]), []
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    Q = rng.normal(size=(6, 6))
    H = Q @ Q.T + np.eye(6)
    fun, x = quadratic(H, np.zeros(6)), rng.normal(size=6)
    after.append([descend(fun, x, gd(s * largest_rate(H)), steps=1000).J[-1] for s in shares])
ax = plots.curves({"J": np.array(after)}, shares, ylabel="J after 1,000 steps", log="y")
ax.set(xlabel=r"rate / $(2/\lambda_{\max})$", title="Five random bowls in six dimensions")
ax.set_yticks([1e-100, 1e-50, 1, 1e50, 1e100, 1e150])
for share, J in zip(shares, np.median(after, axis=0), strict=True):
    print(f"{share:4} of the edge: median J = {J:.1e}")
assert np.max(np.array(after)[:, 2]) < 1 < np.min(np.array(after)[:, 4])

# %% [markdown]
# **What we saw.** It is an edge, not a slope (the curve of $J$ turns upwards like a wall at 1): two per cent of the rate lie between learning and explosion. At the edge itself the steepest direction swings for ever. Lecture 5 says that the rate is delicate and diverges easily; on a quadratic that is exact, at $2/\lambda_{\max}$.
#
# Beyond it a run does not go on for ever: it stops, and says so.

# %%
descend(quadratic(A, b), start, gd(1.5 * largest_rate(A)), steps=2000).stopped

# %% [markdown]
# **Turn the knobs** and look for the rate at which the path is shortest. It is a little below the edge, and it depends on the *other* eigenvalue, too.


# %% alt="Height lines of a bowl with condition number 10 and 25 steps of descent from (4, 1) with 0.9 of the largest rate: the path zigzags across the valley, less and less, and ends 0.028 from the minimum; knobs change rate and condition number"
def draw_descent(share=0.9, kappa=10.0):
    """25 steps in a bowl with condition number kappa; share 1 is the edge."""
    H = np.diag([1.0, kappa])
    rate = share * 2 / kappa
    path = descend(quadratic(H, np.zeros(2)), np.array([4.0, 1.0]), gd(rate), steps=25).path
    ax = plots.surface_paths(
        lambda P: (P**2 @ np.diag(H)) / 2,
        {"descent": path},
        xlim=(-5, 5),
        ylim=(-2.5, 2.5),
        goal=(0, 0),
        legend=False,
    )
    ax.set_title(f"rate {rate:.3f}, end at distance {np.linalg.norm(path[-1]):.2g}")
    return ax


widgets.knobs(draw_descent, share=(0.05, 1.1, 0.05), kappa=(1.0, 50.0, 1.0))

# %% [markdown]
# ## 5. Long valleys
#
# The best single rate is $2/(\lambda_{\min}+\lambda_{\max})$. Even then the slowest direction keeps $(\kappa-1)/(\kappa+1)$ of its distance at each step, with the **condition number** $\kappa = \lambda_{\max}/\lambda_{\min}$. Lecture 3: gradient descent is particularly inefficient at high condition numbers. **Predict:** how does the number of steps grow with $\kappa$, and what does momentum (with the best rate and $\alpha$ for each $\kappa$) make of it?

# %% alt="Steps until J is a millionth against the condition number κ, both logarithmic, two straight lines: gradient descent from 10 steps at κ = 3 to 3,454 at κ = 1,000, momentum from 7 to 204, about half as steep"
kappas = np.array([3, 10, 30, 100, 300, 1000])
steps = {"gradient descent": [], "momentum": []}
for kappa in kappas:
    H = np.diag([1.0, kappa])
    fun, x, root = quadratic(H, np.zeros(2)), np.ones(2), np.sqrt(kappa)
    assert np.isclose(condition_number(H), kappa)
    rules = gd(best_rate(H)), momentum(4 / (1 + root) ** 2, ((root - 1) / (root + 1)) ** 2)
    for name, rule in zip(steps, rules, strict=True):
        steps[name].append(len(descend(fun, x, rule, steps=20_000, tol=1e-6 * fun(x)[0]).J) - 1)
steps = {name: np.array(n) for name, n in steps.items()}
ax = plots.curves(
    steps, kappas, xlabel="condition number κ", ylabel="steps until J is a millionth", log="xy"
)
for name, n in steps.items():
    slope = np.polyfit(np.log(kappas[2:]), np.log(n[2:]), 1)[0]
    print(f"{name:17} {n[0]} … {n[-1]} steps: ∝ κ^{slope:.2f}")

# %% [markdown]
# **What we saw.** Two straight lines on logarithmic axes: steps grow like $\kappa$ for gradient descent, roughly like $\sqrt\kappa$ for momentum. The claim holds.
#
# ## 6. Fast where?
#
# Here the lectures contradict each other. Lecture 1: move **fast** in directions with small but consistent gradients, **slowly** where they are large but inconsistent. Lecture 3, to motivate momentum: we must **raise** the learning rate in the directions of steepest descent, because of their high derivatives. Before you decide, work it out: which rate does each direction need, if all of them shall shrink alike?

# %% exercise="even_rates"

# %%
curvatures, x = np.array([1.0, 100.0]), np.ones(2)
plans = {
    "one rate for both": np.array([0.01, 0.01]),
    "lecture 3: 2.5 times larger where steep": np.array([0.01, 0.025]),
    "lecture 1: small where steep": even_rates(curvatures, 0.5),
}
for name, rates in plans.items():
    w = x
    for _ in range(200):
        w = w - rates * curvatures * w
    print(f"{name:40} J = {np.sum(curvatures * w**2) / 2:.0e}")

# %% [markdown]
# Lecture 1 is right and lecture 3 is not: steep directions need the *smaller* rate. Which rules find this out by themselves? For each, on the same valley and with a rate that suits it: how much longer is the step per unit of gradient in the flat direction than in the steep one?

# %% alt="Step per gradient, flat direction over steep, logarithmic, five starts of seven rules: GD 1, the line of equal treatment; gains 2.2; momentum 7.7; RPROP, Adagrad, RMSprop and Adam 80 to 90 on average, the last three with one start near 5"
rules = {
    "GD": gd(0.015),
    "momentum": momentum(0.015),
    "gains": optim.gains(0.005),
    "RPROP": optim.rprop(0.01),
    "Adagrad": optim.adagrad(0.3),
    "RMSprop": optim.rmsprop(0.01),
    "Adam": optim.adam(0.05),
}
ratio = {name: [] for name in rules}
for (name, rule), seed in product(rules.items(), SEEDS):
    w = np.random.default_rng(seed).normal(size=2) + 3
    run = descend(quadratic(np.diag(curvatures), np.zeros(2)), w, rule, steps=60)
    taken, g = np.diff(run.path, axis=0), curvatures * run.path[:-1]
    flat, steep = np.sqrt(np.mean(taken**2, axis=0) / np.mean(g**2, axis=0))
    ratio[name].append(flat / steep)
ax = plots.errorbars(ratio, ylabel="step/gradient, flat over steep", log=True)
ax.axhline(1, color="0.5", linewidth=1)
ax.set_ylim(bottom=0.3)  # room for the legend
for name, values in ratio.items():
    print(f"{name:17} {np.mean(values):6.1f} ± {np.std(values, ddof=1):.1f}")

# %% [markdown]
# **What we saw.** (One point a start, one column a rule, and the line of equal treatment.) Gradient descent treats both alike, ratio 1. Momentum leans the right way, not by a rate of its own but because steps that agree pile up and steps that swing cancel; rules with a rate for each weight lean much more. None needs to know $\lambda$. They are the subject of notebook 07.
#
# ## 7. Newton
#
# If the bend is known, why not use it? Lecture 3 brings Newton's method as the answer to "how do I choose the best learning rate?". In one dimension it finds roots: follow the tangent to zero.

# %% tags=["nbval-check-output"]
print("√2:", *(f"{x:.12f}" for x in newton_root(lambda x: x**2 - 2, lambda x: 2 * x, 2.0)))

# %% [markdown]
# The right digits double with each step. In many dimensions the function is $\nabla J$ and its slope is $H$. Which step makes the gradient of the quadratic approximation 0?

# %% exercise="newton_step"

# %% alt="Height lines of a saddle at the origin with minima above and below, and four paths: Newton goes from (0.5, 0.1) straight into the saddle, descent from there to the upper minimum; from (1, 0) descent ends in the saddle, from 10⁻⁸ beside it in the upper minimum"
for seed in SEEDS:
    x = np.random.default_rng(seed).normal(size=2) * 5
    assert np.allclose(x + newton_step(A, quadratic(A, b)(x)[1]), centre)


def saddle(w):
    """x² - y² + y⁴ and its gradient: a saddle at (0, 0), minima at y = ±√½."""
    x, y = w
    return x**2 - y**2 + y**4, np.array([2 * x, 4 * y**3 - 2 * y])


def newton_path(w, steps=8):
    """Newton's method on it."""
    path = [w]
    for _ in range(steps):
        y = path[-1][1]
        path.append(path[-1] + newton_step(np.diag([2.0, 12 * y**2 - 2]), saddle(path[-1])[1]))
    return np.array(path)


paths = {
    "Newton from (0.5, 0.1)": newton_path(np.array([0.5, 0.1])),
    "descent from (0.5, 0.1)": descend(saddle, np.array([0.5, 0.1]), gd(0.1), steps=200).path,
    "descent from (1, 0)": descend(saddle, np.array([1.0, 0.0]), gd(0.1), steps=200).path,
    "descent from (1, 10⁻⁸)": descend(saddle, np.array([1.0, 1e-8]), gd(0.1), steps=200).path,
}
_ = plots.surface_paths(
    lambda P: P[:, 0] ** 2 - P[:, 1] ** 2 + P[:, 1] ** 4, paths,
    xlim=(-0.6, 1.2), ylim=(-1, 1), xlabel="x", ylabel="y",
)  # fmt: skip
for name, path in paths.items():
    print(
        f"{name:24} ends in ({path[-1, 0]:.3f}, {path[-1, 1]:.3f}), J = {saddle(path[-1])[0]:.3f}"
    )

# %% [markdown]
# **What we saw.** (Height lines of the saddle with a minimum above and below, and four paths.) On a bowl Newton needs one step, from anywhere. But what it solves is $\nabla J = 0$, and a saddle solves that as well: from (0.5, 0.1) it walks *up* into the saddle, where descent walks down into a valley. So it looks for critical points, not for the best rate. (Inside one quadratic the best single rate was $2/(\lambda_{\min}+\lambda_{\max})$.)
#
# Descent is not safe by law either: from (1, 0) exactly it ends in the saddle. From $10^{-8}$ beside it, it gets away. Lecture 3's "to a local minimum in general" is: to a **stationary point**, and the saddles among these are reached only from a set of starts that a random start misses.
#
# ## 8. How many cases make a gradient?
#
# So far the gradient was exact. Now to the words. Lecture 3's "SGD" takes **one case** at a time, lecture 1 calls that **online**; lecture 4's "SGD" takes **mini-batches**. The course says online, mini-batch and full batch.
#
# Lecture 1: if the data are very redundant, the gradient of a part is almost that of the whole. The extreme first. **Predict:** every case twice. What changes?

# %%
digits = datasets.load("digits")
X, Y = digits.X_train, digits.Y_train
net = MLP((64, 32, 10))
theta = init(net, np.random.default_rng(0))


def seconds(function, *args, repeats=7):
    """The fastest of some calls."""
    times = []
    for _ in range(repeats):
        begin = perf_counter()
        function(*args)
        times.append(perf_counter() - begin)
    return min(times)


twice = np.concatenate([X, X]), np.concatenate([Y, Y])
gap = np.abs(backprop(net, theta, X, Y) - backprop(net, theta, *twice)).max()
cost = seconds(backprop, net, theta, *twice) / seconds(backprop, net, theta, X, Y)
print(f"gradients differ by {gap:.0e}; the second costs {cost:.1f} times as much")
assert gap < 1e-15

# %% [markdown]
# The same gradient at about twice the price. Mini-batches would have made twice as many steps for it. Real digits are not copies. How well does a part's gradient point along the whole one's (cosine 1: exactly), and does this change while the net learns?

# %% alt="Cosine with the full gradient at epochs 0, 1, 5, 20 and 80: 600 cases from 0.98 to 0.8, 100 cases from 0.85 to 0.28, 10 cases from 0.4 to 0.1; all three rise a little in the first epoch and fall after it"
epochs, parts = (0, 1, 5, 20, 80), (10, 100, 600)
cosine = {f"{n} cases": np.empty((5, len(epochs))) for n in parts}
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    run = train(
        net, init(net, rng), X, Y, gd(0.3), epochs=80, batch_size=32, rng=rng,
        on_epoch=lambda epoch, theta: theta if epoch in epochs else None,
    )  # fmt: skip
    for k, theta in enumerate(theta for theta in run.watched if theta is not None):
        whole = backprop(net, theta, X, Y)
        for n in parts:
            draws = [rng.choice(len(X), n, replace=False) for _ in range(20)]
            g = np.array([backprop(net, theta, X[rows], Y[rows]) for rows in draws])
            alike = g @ whole / np.linalg.norm(g, axis=1) / np.linalg.norm(whole)
            cosine[f"{n} cases"][seed, k] = alike.mean()
ax = plots.curves(cosine, np.array(epochs), ylabel="cosine with the full gradient")
ax.set_xscale("symlog")
ax.set_xticks(epochs, epochs)
for name, values in cosine.items():
    print(f"{name:9}", *(f"{value:.2f}" for value in values.mean(axis=0)), "at epochs", *epochs)

# %% [markdown]
# **What we saw.** (Three curves that fall from left to right, the fewer cases the lower.) The claim holds at the start: a hundred cases point almost where all 1,259 do. Later the agreed part of the gradient is used up and what remains is disagreement between cases: noise.
#
# "Still stochastic, but not so much! What are the pros and cons?" asks lecture 3 of mini-batches. The noise first: the variance of the gradient of $n$ cases, against $n$.

# %% alt="Two panels against the number of cases n, all axes logarithmic. Variance of the gradient: a straight fall from 16 at 1 case to 0.015 at 1,024. Microseconds per case: the small net falls to a plateau below 2 at some hundred cases, the large net is cheapest in between and dearer again after it"
theta, sizes = init(net, np.random.default_rng(0)), 2 ** np.arange(11)
whole = backprop(net, theta, X, Y)
variance = np.empty((5, len(sizes)))
for seed, (k, n) in product(SEEDS, enumerate(sizes)):
    rng = np.random.default_rng(seed)
    draws = [rng.integers(len(X), size=n) for _ in range(20)]
    g = np.array([backprop(net, theta, X[rows], Y[rows]) for rows in draws])
    variance[seed, k] = np.mean(np.sum((g - whole) ** 2, axis=1))
slope = np.polyfit(np.log(sizes), np.log(variance.mean(axis=0)), 1)[0]

nets = {"64-32-10": net, "64-256-256-10": MLP((64, 256, 256, 10))}
cost = {}
for name, other in nets.items():
    theta_of = init(other, np.random.default_rng(0))
    times = [seconds(backprop, other, theta_of, X[:n], Y[:n]) for n in sizes]
    cost[name] = 1e6 * np.array(times) / sizes
_, (left, right) = plt.subplots(1, 2, figsize=(7.8, 3.8), layout="constrained")
plots.curves(
    {"variance": variance},
    sizes,
    xlabel="cases n",
    ylabel="variance of the gradient",
    log="xy",
    ax=left,
)
plots.curves(cost, sizes, xlabel="cases n", ylabel="µs per case", log="xy", ax=right)
print(f"variance ∝ n^{slope:.2f}")
for name, other in nets.items():
    flops = 6 * other.size / cost[name] / 1e3  # two a weight, in three products
    print(f"{name:14} {cost[name][0]:6.1f} µs a case alone, {cost[name][-1]:5.2f} in 1,024;"
          f" {flops[0]:.2f} and {flops[-1]:.1f} GFlop/s")  # fmt: skip
assert -1.15 < slope < -0.85

# %% [markdown]
# **What we saw.** Left: noise falls as $1/n$, so its size as $1/\sqrt n$: a hundred times the cases for a tenth of the noise. Right: a case in a batch costs a fraction of a case alone, up to some hundred cases. "Large mini-batches compute more efficiently" holds up to there; beyond, nothing more is gained, and a larger net can even get dearer again. That is the parallelism which lecture 2 speaks of: the arithmetic units of one processor core already want matrices, those of a GPU much larger ones.
#
# So which way is best? Each with a rate that suits it, until 95 % of the validation digits are right.

# %%
ways = {"online": (1, 0.03), "mini-batch of 32": (32, 0.3), "full batch": (None, 1.0)}
needed = {name: {"epochs": [], "seconds": []} for name in ways}


def until(share):
    """A watcher that ends the run at this accuracy."""

    def watch(epoch, theta):
        if accuracy(net, theta, digits.X_valid, digits.y_valid) >= share:
            raise StopTraining("there")

    return watch


for (name, (batch_size, rate)), seed in product(ways.items(), SEEDS):
    rng = np.random.default_rng(seed)
    theta, begin = init(net, rng), perf_counter()
    run = train(
        net, theta, X, Y, gd(rate), epochs=300, batch_size=batch_size, rng=rng, on_epoch=until(0.95)
    )
    needed[name]["epochs"].append(run.epochs)
    needed[name]["seconds"].append(perf_counter() - begin)
for name, n in needed.items():
    print(f"{name:17} {np.mean(n['epochs']):5.1f} ± {np.std(n['epochs'], ddof=1):4.1f} epochs,"
          f" {np.mean(n['seconds']):.3f} s")  # fmt: skip

# %% [markdown]
# **What we saw.** Lecture 1's "mini-batch is in general better than online" holds on the clock; counted in epochs, online is first, since it makes 40 steps for each one of a batch of 40.
#
# ## 9. The floor
#
# Lecture 3 on stochastic descent: it converges almost surely to a global minimum (for convex functions), and *to guarantee convergence the learning rate must be small*, as a consequence of a theorem by Robbins and Siegmund. Put it to the test where everything is known: one linear unit, noisy targets, one case a step.

# %% exercise="online_pass"

# %% alt="Squared distance against cases seen, both logarithmic, six falling curves: constant rates of 0.1, 0.03, 0.01, 0.003 and 0.001 level off, a smaller rate later and lower, between 0.2 and 0.001; the falling rate 1/(10 + t/2) goes on down to about 0.0003"
w_true = np.array([1.0, -2.0, 0.5])


def stream(seed, n, noise=1.0):
    """Cases of a linear unit with noisy targets."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 3))
    return X, X @ w_true + noise * rng.normal(size=n)


n = 10_000
at = np.unique(np.geomspace(1, n, 60).astype(int))
schedules = {f"{rate:g}": optim.fixed(rate) for rate in (0.1, 0.03, 0.01, 0.003, 0.001)}
schedules["1/(10 + t/2)"] = lambda t: 1 / (10 + t / 2)
distance = {name: np.empty((5, len(at))) for name in schedules}
tail = {name: [] for name in schedules}
for (name, rate), seed in product(schedules.items(), SEEDS):
    squared = np.sum((online_pass(*stream(seed, n), np.zeros(3), rate) - w_true) ** 2, axis=1)
    distance[name][seed] = squared[at]
    tail[name].append(squared[-n // 4 :].mean())
ax = plots.curves(distance, at, xlabel="cases seen", ylabel="squared distance", log="xy")
ax.get_legend().set_title("rate (median of 5 runs;\nband: quartiles)")
for name, values in tail.items():
    print(f"rate {name:13} last quarter: {np.mean(values):.1e} ± {np.std(values, ddof=1):.0e}")
fitted = online_pass(*stream(0, n, noise=0.0), np.zeros(3), optim.fixed(0.1))[-1]
print(f"rate 0.1 without noise in the targets: {np.sum((fitted - w_true) ** 2):.0e}")
assert max(tail["1/(10 + t/2)"]) < min(tail["0.01"])

# %% [markdown]
# **What we saw.** (Six falling curves; five level off.) Every constant rate stops at a floor, proportional to the rate, however long it goes on: "small" is not enough. The rate has to **fall**, so that $\sum\eta_t=\infty$ (it can get anywhere) and $\sum\eta_t^2<\infty$ (the noise dies away): the conditions of Robbins and Monro, 1951, from which the theorem of 1971 goes on. The last curve has no floor. The exception: if *all* cases can be fitted exactly there is no noise at the minimum, and a constant rate gets there, too.
#
# (Beside it the slide cites Neal and Hinton's incremental EM as of 1996. It appeared in 1998.)
#
# ## 10. Five rules for the rate
#
# Lecture 1:
#
# 1. guess a first rate;
# 2. if the cost rises or oscillates, lower it;
# 3. if the error falls steadily but slowly, raise it;
# 4. at the end of mini-batch learning, lower it;
# 5. lower it when the error stops falling.
#
# Rule 1 needs a range. Lecture 3 offers "1e-3 / 5e-5" as the usual one. Try it: five epochs on the digits, three rules, thirteen rates.


# %% alt="J after 5 epochs against the learning rate, both logarithmic, three valleys: Adam lowest at 0.03, momentum at 0.1, SGD at 1, just before it shoots up; at small rates all stay at 2.3. The grey range from 5e-5 to 1e-3 lies left of all three"
def loss_after(net, X, rule, epochs, seed):
    """J after some epochs of mini-batches of 32, in a bare loop."""
    rng = np.random.default_rng(seed)
    theta = init(net, rng)
    state = rule.init(theta)
    for _ in range(epochs):
        for rows in minibatches(len(X), 32, rng):
            step, state = rule.update(backprop(net, theta, X[rows], Y[rows]), state, theta)
            theta = theta + step
    return mean_loss(net, theta, X, Y)


rates = np.logspace(-5, 1, 13)
makers = {"SGD": gd, "momentum": momentum, "Adam": optim.adam}
after = {name: np.empty((5, len(rates))) for name in makers}
for (name, make), seed, (k, rate) in product(makers.items(), SEEDS, enumerate(rates)):
    after[name][seed, k] = loss_after(net, X, make(rate), 5, seed)
ax = plots.curves(after, rates, xlabel="learning rate", ylabel="J after 5 epochs", log="xy")
ax.axvspan(5e-5, 1e-3, color="0.9", zorder=0)
print("           best rate   its J   good (J < twice that)   J > ln 10 from   J at 1e-3")
for name, J in after.items():
    middle = np.median(J, axis=0)
    best = middle.argmin()
    good = rates[middle < 2 * middle[best]]
    bad = rates[(rates > rates[best]) & (middle > np.log(10))]
    edge = f"{bad[0] / rates[best]:.0f} × best" if len(bad) else "not reached"
    span = f"{good[0]:.2g} to {good[-1]:.2g}"
    print(
        f"{name:9} {rates[best]:10.2g} {middle[best]:7.3f}   {span:>21}   {edge:>14}   {middle[4]:9.2f}"
    )

# %% [markdown]
# **What we saw.** In the grey range of the slide SGD has hardly left the start, and momentum not much more; they want rates some hundreds of times larger. (The figure: three valleys, one for each rule, and the grey band lies to the left of them all.) For Adam the range is the usual advice, though on this small problem more is better for Adam as well. So say for which rule a range is meant. And lecture 5's complaint shows: for SGD no more than a factor of three lies between the best of these rates and ruin. Momentum and Adam leave more room.
#
# ### Rules 2 and 3: the bold driver
#
# Together they are an old method: if $J$ fell, raise the rate a little; if it rose, take the step back and halve the rate. Full batch, 150 sweeps. **Predict** how much the first guess matters to it.

# %% alt="J after 150 sweeps, logarithmic, for four first rates: fixed 2.0 at 0.01, 0.56 at 0.1, 0.08 at 1 and 150 at 10; bold driver nearly level, 0.12, 0.08, 0.07 and 0.08"
first = (0.01, 0.1, 1.0, 10.0)
J_end = {f"{rate:g}": {"fixed": [], "bold driver": []} for rate in first}
for rate, seed in product(first, SEEDS):
    for name, rule in (("fixed", gd(rate)), ("bold driver", optim.bold_driver(rate))):
        rng = np.random.default_rng(seed)
        theta = init(net, rng).astype(np.float32)  # single precision: enough here, and faster
        run = train(net, theta, X, Y, rule, epochs=150, batch_size=None, rng=rng)
        J_end[f"{rate:g}"][name].append(run.loss[-1])
ax = plots.errorbars(J_end, xlabel="first rate", ylabel="J after 150 sweeps", log=True)
for rate, J in J_end.items():
    print(
        f"first rate {rate:4}",
        *(f"{name} {np.mean(v):.3f} ± {np.std(v, ddof=1):.3f} " for name, v in J.items()),
    )

# %% [markdown]
# **What we saw.** Rules 2 and 3 hold, in the full batch: over three powers of ten the first guess hardly matters to the driver (squares), while the fixed rate (dots) is good at one of the four only. (The loss of single mini-batches goes up and down by itself and would frighten the driver.)
#
# ### Rules 4 and 5: when to slow down
#
# Hinton's slide at this place has only its title here: "be careful with the learning rate". His lecture 6b says why: turning the rate down gives a **quick win**, because the noise dies away, and then **slower learning**. So don't turn it down too soon. Two problems: the digits, which the net can fit exactly, and the noisy line of section 9, which nobody can. The rate falls to a twentieth at epoch 3, at epoch 20, never, or when the error has stopped falling.

# %% alt="J above the best possible, logarithmic, over 30 epochs. Digits: with the rate lowered at epoch 3 it stays at 0.04, otherwise it ends at 0.002 to 0.004. Noisy line: never lowered it stays near 0.06, otherwise it drops to about 0.0001 after the rate does"
line = MLP((3, 1), output=identity, loss=squared_error)


def dropped(rate, epoch, steps):
    """`rate`, and a twentieth of it after `epoch` epochs of `steps` steps."""
    return lambda t: rate if t <= epoch * steps else rate / 20


def slow_down(net, X, Y, rate, batch_size, epochs, seed):
    """J after each epoch, for each way to slow down."""
    steps = -(-len(X) // batch_size)
    patient = optim.on_plateau(gd(rate), factor=0.05, patience=5 * steps, threshold=0.01)
    rules = {
        "never": gd(rate),
        "at epoch 3": gd(dropped(rate, 3, steps)),
        "at epoch 20": gd(dropped(rate, 20, steps)),
        "on a plateau": patient,
    }
    for name, rule in rules.items():
        rng = np.random.default_rng(seed)
        theta = init(net, rng)
        yield (
            name,
            train(net, theta, X, Y, rule, epochs=epochs, batch_size=batch_size, rng=rng).loss,
        )


losses = {"digits": {}, "noisy line": {}}
for seed in SEEDS:
    for name, J in slow_down(net, X, Y, 1.0, 16, 30, seed):
        losses["digits"].setdefault(name, []).append(J)
    X_line, y_line = stream(seed, 300)
    with_bias = np.column_stack([X_line, np.ones(300)])
    best = with_bias @ np.linalg.lstsq(with_bias, y_line)[0]
    floor = np.mean((y_line - best) ** 2) / 2
    for name, J in slow_down(line, X_line, y_line[:, None], 0.2, 4, 30, seed):
        losses["noisy line"].setdefault(name, []).append(J - floor)
_, axes = plt.subplots(1, 2, figsize=(7.8, 3.8), layout="constrained")
for ax, (problem, J) in zip(axes, losses.items(), strict=True):
    J = {name: np.array(runs) for name, runs in J.items()}
    plots.curves(J, np.arange(31), ylabel="J above the best possible", log="y", ax=ax)
    ax.set_title(problem)
    ax.get_legend().set_title("rate lowered")
    for name, runs in J.items():
        print(f"{problem:11} {name:13} epoch 4 {runs[:, 4].mean():.4f}, epoch 30: "
              f"{runs[:, -1].mean():.4f} ± {runs[:, -1].std(ddof=1):.4f}")  # fmt: skip
axes[1].get_legend().remove()  # the lines of both panels are the same four

# %% [markdown]
# **What we saw.** Rules 4 and 5 hold where the noise of the gradient is what keeps $J$ up: on the noisy line. On the digits the fall at epoch 3 halves $J$ at once, and at epoch 30 it is more than ten times that of the run left alone, as Hinton warns; and at epoch 20 there is nothing left to win, since the net fits every case and the noise has died by itself.
#
# ## 11. Too fast for the units
#
# One more warning of lecture 1: with a large rate the weights themselves can grow. A net of logistic units, 64-32-32-10, 20 epochs at rates from 1 to 100. "Saturated" is a unit whose output is within 0.01 of 0 or 1.

# %% alt="Three panels against rates from 1 to 100: the length of θ grows from 31 to about 2,200; the share of saturated units from 0.01 through 0.54 at rate 10 to 0.99; the share right on the validation set falls from 0.94 through 0.36 to 0.1"
deep = MLP((64, 32, 32, 10), sigmoid)
found = {}
for rate in (1.0, 3.0, 10.0, 30.0, 100.0):
    rows = []
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        theta = train(
            deep, init(deep, rng), X, Y, gd(rate), epochs=20, batch_size=32, rng=rng
        ).theta
        h = forward(deep, theta, X).h[1]
        right = accuracy(deep, theta, digits.X_valid, digits.y_valid)
        rows.append((np.linalg.norm(theta), np.mean((h < 0.01) | (h > 0.99)), right))
    found[f"{rate:g}"] = np.array(rows)
_, axes = plt.subplots(1, 3, figsize=(7.8, 3.4), layout="constrained")
names = ("length of θ", "share saturated, layer 1", "right on the validation set")
for k, (ax, name) in enumerate(zip(axes, names, strict=True)):
    plots.errorbars(
        {rate: rows[:, k] for rate, rows in found.items()},
        xlabel="rate",
        ylabel=name,
        log=k == 0,
        ax=ax,
    )
    ax.get_legend().remove()
for rate, rows in found.items():
    print(f"rate {rate:4} length {rows[:, 0].mean():5.0f}, saturated {rows[:, 1].mean():.2f}, right "
          f"{rows[:, 2].mean():.2f} ± {rows[:, 2].std(ddof=1):.2f}")  # fmt: skip
assert found["30"][:, 1].min() > found["1"][:, 1].max()

# %% [markdown]
# **What we saw.** (Three panels against the rate: length of θ, saturation, accuracy.) It holds: weights grow, units saturate, their slopes vanish, and learning stops, without one infinite number to warn you. Notebook 08 goes on from here.
#
# ## What you have now
#
# | claim or slip | verdict of this notebook |
# |---|---|
# | the quadratic approximation, with $\partial^2J$ | holds near by: the error falls as $r^3$ |
# | a paraboloid for linear neurons | with the squared error, exactly |
# | the four kinds | hold; (c) is positive *semi*definite, and has minima only if $b$ is in the range |
# | positive definite, hence a minimum | a strict local one; sufficient, not necessary |
# | no evaluations of the cost | for fixed rates |
# | the rate is delicate, diverges easily | on a quadratic exactly at $2/\lambda_{\max}$; on digits at 3 (SGD) to 30 (Adam) times the best rate |
# | inefficient at a high condition number | holds: steps $\propto\kappa$, with momentum $\propto\sqrt\kappa$ |
# | raise the rate where it is steep | fails: $J = 10^{72}$ |
# | fast where small and consistent | holds; the adaptive rules do it by themselves |
# | Newton for the best rate | finds critical points, saddles too |
# | SGD converges if the rate is small | fails: it must fall |
# | to a local minimum in general | to a stationary point |
# | a part's gradient is nearly the whole's | early; at the end noise dominates |
# | copies of the data | change nothing but the price |
# | mini-batch is better than online | on the clock |
# | large batches compute more efficiently | up to a plateau |
# | the five rules for the rate | hold: 2 and 3 in the full batch, 4 and 5 where noise keeps $J$ up |
# | the usual range of the rate | not for SGD, roughly for Adam |
# | large rates make weights grow | holds: and units saturate |
#
# **To think about**, without code:
#
# <details><summary>You double the batch size. What can you do with the learning rate, and why not for ever?</summary>
#
# The noise of a step falls, so a larger rate has the same floor: up to a point rate and batch size can grow together. But the edge $2/\lambda_{\max}$ belongs to the surface and does not move with the batch.
#
# </details>
#
# <details><summary>Why does nobody train large networks with Newton's method?</summary>
#
# A Hessian of $P$ weights has $P^2$ entries and costs $2P$ gradients by differences; solving with it takes $P^3$. With a million weights that is the end. And between the saddles its steps go the wrong way. L-BFGS and conjugate gradients (notebook 07) get some of the benefit for a few vectors.
#
# </details>
