# %% [markdown]
# # 02 Networks
#
# Take sums of inputs, bend them, and take sums again. That is all a network is. This notebook builds one from its parts, asks of every part what it is good for, and measures what lecture 3 promises: a hidden layer that fits any function, and bases that find their own directions.
#
# **You will be able to**
#
# - write a layer, six kinds of units with their slopes, forward propagation and the three losses in NumPy, safe for all numbers;
# - say what a hidden layer buys and when, and what a wider one buys;
# - read off a network what it cannot do: its range, its kinks, its behaviour far from the data;
# - choose the output unit and the loss that belong together, and recognise what happens when they do not.
#
# **Follows** the first half of lecture 3 (from "Red lineal" to the choice of activations), lecture 2's "Forward propagation", and lecture 4 on activations and losses · **takes** about two and a half hours, with 13 exercises · **needs** matrix products and derivatives of one variable
#
# Before each experiment there is a question. Answer it before you run the cell.

# %% tags=["setup"]
from itertools import pairwise, permutations, product
from math import comb, factorial

import matplotlib.pyplot as plt
import numpy as np
import torch
from scipy.optimize import minimize
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures

from course_utils import datasets, plots, widgets
from course_utils.exercises import ex02
from course_utils.nn.functions import (
    Activation,
    binary_cross_entropy,
    cross_entropy,
    identity,
    leaky_relu,
    relu,
    sigmoid,
    softmax,
    squared_error,
    step,
    swish,
    tanh,
)
from course_utils.nn.gradcheck import relative_error
from course_utils.nn.mlp import MLP, accuracy, backprop, forward, init, mean_loss
from course_utils.nn.optim import adam, gd
from course_utils.nn.train import split, train

plots.use_style()
SEEDS = range(5)

# %% [markdown]
# ## 1. Linear networks
#
# Lecture 3 begins with four inputs and one output, $y = w_{11}x_1 + w_{21}x_2 + w_{31}x_3 + w_{41}x_4 + b$: a dot product and a bias. With several outputs every input is connected with every output, and $w_{ij}$ leads **from** input $i$ **to** output $j$: $y_j = \sum_i w_{ij}x_i$. The slide then writes this as $\mathbf y = \mathbf W\mathbf x$.
#
# **Predict.** With 4 inputs and 3 outputs, $W$ holding $w_{ij}$ in row $i$ and column $j$: which of `W @ x`, `W.T @ x` and `x @ W` is the sum?

# %% tags=["nbval-check-output"]
rng = np.random.default_rng(0)
W, x = rng.normal(size=(4, 3)), rng.normal(size=4)
by_hand = np.array([sum(W[i, j] * x[i] for i in range(4)) for j in range(3)])
print(f"one output, w₁ · x = {W[:, 0] @ x:.3f}; all three outputs as sums: {np.round(by_hand, 3)}")
for name, A, B in (("W x", W, x), ("Wᵀ x", W.T, x), ("x W", x, W)):
    if A.shape[-1] != B.shape[0]:
        print(f"{name:5} is not defined: {A.shape} times {B.shape}")
    else:
        print(f"{name:5} {np.round(A @ B, 3)}   the sum: {np.allclose(A @ B, by_hand)}")

# %% [markdown]
# As printed the product does not exist. $W^\top x$ is right, for one example as a column. The course keeps examples as **rows**, $X$ of shape $(N, n_{in})$, and then $XW$ does all of them at once, with no transpose anywhere.

# %% exercise="dense"

# %% [markdown]
# ### The bias is a weight
#
# Lecture 3 remarks that one may think of one more input, fixed at $x_0 = 1$, so that $b = w_0$. Is it the same net, and does it *learn* the same? Put a column of ones in front of $X$ and $b$ on top of $W$, and compare outputs and gradients.
#
# (Where this notebook has to train, it uses the package's own networks: `MLP(sizes, hidden, output, loss)` says what a net is, one vector `theta` holds all its parameters, `net.layers(theta)` cuts it into pairs $(W, b)$, `backprop` gives the gradient of $J$ and `train` goes downhill. Notebook 03 writes them; here they are tools.)

# %%
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    X, Y, W, b = (rng.normal(size=shape) for shape in ((20, 4), (20, 3), (4, 3), (3,)))
    X_0, W_0 = np.hstack([np.ones((20, 1)), X]), np.vstack([b, W])
    u = dense(X, W, b)
    assert np.allclose(X_0 @ W_0, u, rtol=1e-13, atol=1e-14)
    net = MLP((4, 3), output=identity, loss=squared_error)
    ((dW, db),) = net.layers(backprop(net, np.concatenate([W.ravel(), b]), X, Y))
    dW_0 = X_0.T @ (X_0 @ W_0 - Y) / len(X)
    assert np.allclose(dW_0, np.vstack([db, dW]), rtol=1e-12, atol=1e-14)
print("equal outputs and equal gradients: the first row of ∂J/∂W₀ is ∂J/∂b")

# %% [markdown]
# The claim holds, exactly. (The course keeps the two apart all the same: weights get random starts and decay, biases often do not.)
#
# ### What does $w_{ij} = 0$ mean?
#
# The slide says: node $x_i$ is not connected with $y_j$. **Predict.** We set $w_{12} = 0$ and shake $x_1$. Does $y_2$ move? And if a hidden layer stands between, and *its* $w_{12}$ is 0?

# %%
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    x, W, V = rng.normal(size=(1, 4)), rng.normal(size=(4, 3)), rng.normal(size=(3, 3))
    W[0, 1] = 0
    shaken = x + np.array([[1.0, 0, 0, 0]])
    one = (shaken @ W - x @ W)[0, 1]
    two = (np.tanh(shaken @ W) @ V - np.tanh(x @ W) @ V)[0, 1]
    print(f"seed {seed}: y₂ moves by {one:.3f} in one layer, by {two:6.3f} behind a hidden layer")
    assert one == 0
    assert two != 0

# %% [markdown]
# **What we saw.** In a single layer the claim is exact. In a deeper net a zero closes one path of many: $x_1$ still reaches the output through the other hidden units.
#
# ### Many linear layers
#
# If one layer is good, are five better? Send $x$ through two of them, $(xW + b)V + c$, multiply out, and look at what you have. Then write it for any number of layers.

# %% exercise="collapse"

# %%
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    sizes = (4, 50, 30, 20, 10, 3)
    layers = [(rng.normal(0, n**-0.5, (n, m)), rng.normal(size=m)) for n, m in pairwise(sizes)]
    X = h = rng.normal(size=(100, 4))
    for W, b in layers:
        h = dense(h, W, b)
    one_layer = dense(X, *collapse(layers))
    assert np.abs(one_layer - h).max() < 1e-13
deep, shallow = sum(W.size + b.size for W, b in layers), 4 * 3 + 3
print(f"five layers with {deep:,} numbers do what one layer with {shallow} numbers does")

# %% [markdown]
# **What we saw.** Linear layers collapse into one, whatever their number and width, to rounding: without non-linearity layers add nothing. So something has to stand between them.
#
# ## 2. Units
#
# What stands between them is a function of one number, $h = f(u)$, applied to every $u$ alike. (Lecture 3 calls this function $h$; here it is $f$, and $h$ is its value.) The slides show six. Two need no work: **step** (0 or 1) has slope 0 wherever it has one, and **linear** has slope 1. For the others we want value *and* slope, because learning goes through the slope.
#
# First the logistic unit, also called sigmoid. Differentiate it on paper, then write the slope with $h$ alone.

# %% exercise="logistic"

# %% [markdown]
# Tanh looks like its twin. It *is* the logistic unit, stretched and shifted: how? Use your `logistic` if you like.

# %% exercise="tanh_unit"

# %% [markdown]
# ReLU and leaky ReLU are one function with one setting, the share that leaks below 0.

# %% exercise="rectifier"

# %% [markdown]
# Swish, which lecture 3 recommends for very deep nets, is $u$ times the logistic unit of $u$. Remember the rule for products.

# %% exercise="swish_unit"

# %% [markdown]
# All of them side by side, values in blue, slopes in vermillion. **Predict** which slopes come near 0, and where, and which ever exceed 1.

# %% alt="Seven panels of units, value h and slope against u from -6 to 6: step, linear, sigmoid, tanh, ReLU, leaky ReLU, swish. Slopes of sigmoid and tanh are hills of height 0.25 and 1; those of ReLU jump from 0 to 1, of leaky ReLU from 0.1 to 1; swish dips below 0 and its slope slightly passes 1."
u = np.linspace(-6, 6, 601)
units = {
    "step": (step(u), step.slope(u)),
    "linear": (u, np.ones_like(u)),
    "sigmoid": logistic(u),
    "tanh": tanh_unit(u),
    "ReLU": rectifier(u, 0.0),
    "leaky ReLU, 0.1": rectifier(u, 0.1),
    "swish": swish_unit(u),
}
_, axes = plt.subplots(2, 4, figsize=(8.8, 4.6), layout="constrained")
axes[1, 3].set_axis_off()
for ax, (name, (h, slope)) in zip(axes.flat, units.items(), strict=False):
    plots.curves({"h = f(u)": h, "slope f'(u)": slope}, u, xlabel="u", ylabel="", ax=ax)
    ax.set(title=name, ylim=(-1.2, 2.2))
    ax.get_legend().remove()
    print(f"{name:16} slope from {slope.min():6.3f} to {slope.max():.3f}")
axes[1, 3].legend(*axes[0, 0].get_legend_handles_labels(), loc="center")
for name in ("sigmoid", "tanh"):
    flat = np.abs(u[units[name][1] < 0.01])
    print(f"{name}: slope below 0.01 from |u| = {flat.min():.1f} on")

# %% [markdown]
# Seven panels: step and linear have constant slopes, 0 and 1; sigmoid and tanh flatten at both ends, so their slopes are hills, of height ¼ and 1; ReLU is flat on the left half and leaky ReLU nowhere; swish dips below 0 and climbs a little faster than 1. (Swish is flat also at its lowest point.) A unit where the slope is near 0 is called **saturated**: what it answers hardly depends on its weights, so it hardly learns.
#
# ### Does a unit cut up the domain?
#
# Lecture 3: the function's purpose is to *subdivide the domain*; it lets the information pass in one region and eliminates it in the rest. Lecture 4: the sigmoid is "highly saturated", ReLU "not saturated", and returns "positive values". Give every unit the same 100,000 numbers from $N(0, 2^2)$. **Predict**: what share of them comes out as exactly 0, and what share meets a slope below 0.01?

# %% tags=["nbval-check-output"]
u = np.random.default_rng(0).normal(0, 2, 100_000)
print("unit          exactly 0   slope below 0.01   smallest value")
for f in (step, relu, leaky_relu, sigmoid, tanh, swish):
    h, slope = f(u), f.slope(u)
    print(f"{f!s:12} {np.mean(h == 0):9.1%} {np.mean(np.abs(slope) < 0.01):15.1%} {h.min():18.2f}")

# %% [markdown]
# **What we saw.** Only step and ReLU eliminate anything, half of it. Sigmoid and tanh remove nothing: their slope is nowhere 0, on paper. And ReLU is the *most* saturated of the five that can learn: its slope is exactly 0 below 0. (Its values are non-negative, not positive.) What the lecture means is the other side, where ReLU never flattens, however large $u$ is.
#
# ### After training
#
# That was a made-up $u$. What do the units of a trained net do? Two hidden layers of 64 units on the digits, 15 epochs, five starts each. Of ReLU we also count the **dead** units: those with slope 0 on *every* one of the 1,259 training images. They get no gradient any more and never come back. **Predict** what the learning rate does to them.

# %%
digits = datasets.load("digits")
cases = digits.X_train, digits.Y_train
heads = ("slope < 0.01", "mean slope", "dead units", "right (valid.)")
print(f"{'':16}", *(f"{head:>17}" for head in heads))
dead = {}
for hidden, rate in ((sigmoid, 0.3), (tanh, 0.3), (relu, 0.1), (relu, 0.3), (relu, 1.0)):
    net, rows = MLP((64, 64, 64, 10), hidden), []
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        start = init(net, rng).astype(np.float32)  # single precision: enough here, and quicker
        run = train(net, start, *cases, gd(rate), epochs=15, batch_size=32, rng=rng)
        slopes = [hidden.slope(u) for u in forward(net, run.theta, digits.X_train).u[:-1]]
        flat = np.mean([np.mean(np.abs(s) < 0.01) for s in slopes])
        asleep = np.mean([np.mean((s == 0).all(axis=0)) for s in slopes])
        right = accuracy(net, run.theta, digits.X_valid, digits.y_valid)
        rows.append((flat, np.mean(slopes), asleep, right))
    mean, sd = np.mean(rows, axis=0), np.std(rows, axis=0, ddof=1)
    dead[hidden.name, rate] = [row[2] for row in rows]
    print(
        f"{hidden!s:7} rate {rate}",
        *(f"{m:9.1%} ± {s:5.1%}" for m, s in zip(mean, sd, strict=True)),
    )
assert min(dead["relu", 1.0]) > max(dead["relu", 0.3])

# %% [markdown]
# **What we saw.** Both adjectives need conditions. In this net hardly any sigmoid is *flat*; its trouble is another one: its slope is ¼ at best, so every layer shrinks what passes back through it (notebook 08 follows that up). ReLU is exactly flat for nearly half of its cases, which does no harm as long as every unit is awake for *some* of them. At a large rate that ends: one big step throws a unit's bias so low that no image reaches it, and it is dead.
#
# ### ReLU as a pile of logistic units
#
# Lecture 4 calls ReLU "equivalent to several stacked logistic units". Here is the pile: copies of one sigmoid, each shifted one further, $\sum_{i\ge1}\sigma(u - i + \tfrac12)$. **Predict** how far it is from $\max(0, u)$, and where.

# %% alt="Height h against u from -4 to 4. The pile of 59 sigmoids, a broad line, covers the smooth curve log(1 + exp u); ReLU lies below it with a kink at 0, where the gap is largest, about 0.7. Four thin grey sigmoids, each shifted by one, are parts of the pile."
u = np.linspace(-8, 12, 2001)
shifts = np.arange(1, 60) - 0.5
pile = logistic(u[:, None] - shifts)[0].sum(axis=1)
softplus = np.logaddexp(0, u)  # log(1 + exp u)
ax = plots.curves(
    {"pile of 59 sigmoids": pile, "log(1 + exp u)": softplus, "ReLU": relu(u)},
    u,
    xlabel="u",
    ylabel="h",
)
for i in range(4):
    ax.plot(u, logistic(u - shifts[i])[0], color="0.7", lw=1)
ax.lines[0].set(linewidth=6, alpha=0.35)
ax.set(xlim=(-4, 4), ylim=(-0.1, 4))
ax.legend()
gaps = np.abs(pile - softplus).max(), np.abs(softplus - relu(u)).max()
print(f"pile against log(1 + exp u): {gaps[0]:.4f}; log(1 + exp u) against ReLU: {gaps[1]:.4f}")
assert gaps[0] < 0.011
assert np.isclose(gaps[1], np.log(2))

# %% [markdown]
# **What we saw.** The figure shows four of the grey steps and their sum. The pile *is* the smooth function $\log(1+e^u)$ to about 0.01, and that differs from ReLU by at most $\log 2$, at the kink, and not at all far from it. So: an approximation, not an equivalence. The idea behind it (Nair and Hinton, 2010) is a good one, though: many units that share their weights and differ in their biases count how far $u$ has got, for the price of one $\max$.
#
# ## 3. A net you can hold in your hand
#
# Lecture 3's "ultra simple" net, 1-2-1: one input, two hidden units, one output. Seven parameters, so each of them can have a knob:
#
# $$y = v_1 f(w_1 x + b_1) + v_2 f(w_2 x + b_2) + c$$
#
# **Turn the knobs.** What does $w$ do to a hidden unit, what does $b$, what does $v$? With tanh: make a hill. With ReLU: make a hat that is 0 on both sides... as far as two units can. With sigmoid: make a staircase of two steps. (The slide has the function at the output as well; the last control puts it there.)


# %% alt="Output y of a 1-2-1 net against x from -4 to 4. The first tanh unit rises at x = -1, the second falls at x = 1, and their sum is a hill of height 2 between these places and 0 outside."
def draw_121(unit="tanh", w1=2.0, b1=2.0, v1=1.0, w2=2.0, b2=-2.0, v2=-1.0, c=0.0, output="linear"):
    """The function of a 1-2-1 net, and what each hidden unit contributes."""
    f = {"ReLU": relu, "tanh": tanh, "sigmoid": sigmoid}[unit]
    x = np.linspace(-4, 4, 401)
    first, second = v1 * f(w1 * x + b1), v2 * f(w2 * x + b2)
    y = first + second + c if output == "linear" else f(first + second + c)
    ax = plots.curves(
        {"first unit, v₁ h₁": first, "second unit, v₂ h₂": second, "y": y},
        x,
        xlabel="x",
        ylabel="y",
    )
    ax.set_ylim(-4, 4)
    turns = [f"{-b / w:.2g}" if w else "no" for w, b in ((w1, b1), (w2, b2))]
    turns = [turn.replace("-", "−") for turn in turns]
    ax.set_title(f"{unit}: the units turn at x = {turns[0]} and {turns[1]}")
    return ax


knob = (-4.0, 4.0, 0.25)
names = ("w1", "b1", "v1", "w2", "b2", "v2", "c")
units_121, outputs_121 = ["ReLU", "tanh", "sigmoid"], ["linear", "same as hidden"]
widgets.knobs(draw_121, unit=units_121, **dict.fromkeys(names, knob), output=outputs_121)

# %% [markdown]
# At first the knobs stand on a hill: one tanh goes up at $x = -1$, the other down at $x = 1$. A hidden unit is a **feature with a place**: it turns where $wx + b = 0$, that is at $x = -b/w$; $|w|$ says how sharply; $v$ how high, and up or down; $c$ lifts everything.
#
# ### What can be said of the parameters $w$?
#
# The slide asks this and gives no answer. Suppose that two people train the same net and get the same function. Did they find the same $w$? Try three changes of a net with 3 hidden units: **swap** two units; **flip** the signs of everything that goes into and out of a tanh unit; **rescale** a ReLU unit, $w$ and $b$ times $s$, $v$ divided by $s$. **Predict**: how many different $\theta$ with exactly the same loss can you make of one tanh net with the first two?


# %%
def copies(net, theta):
    """Every swap and every flip of the hidden units of a net with one hidden layer."""
    H = net.sizes[1]
    for order, signs in product(permutations(range(H)), product((-1, 1), repeat=H)):
        new = theta.copy()
        (W, b), (V, _) = net.layers(new)
        order, signs = list(order), np.array(signs)
        W[:], b[:], V[:] = signs * W[:, order], signs * b[order], signs[:, None] * V[order]
        yield new


apart = np.zeros((len(SEEDS), 2))
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    net = MLP((2, 3, 1), tanh, identity, squared_error)
    theta, X, Y = rng.normal(size=net.size), rng.normal(size=(30, 2)), rng.normal(size=(30, 1))
    found = np.array(list(copies(net, theta)))
    J = [mean_loss(net, t, X, Y) for t in found]
    rescaled = []
    relu_net = MLP((2, 3, 1), relu, identity, squared_error)
    for s in np.logspace(-2, 2, 10):
        new = theta.copy()
        (W, b), (V, _) = relu_net.layers(new)
        W[:, 0], b[0], V[0] = s * W[:, 0], s * b[0], V[0] / s
        rescaled.append(mean_loss(relu_net, new, X, Y))
    assert len(np.unique(found.round(9), axis=0)) == 2**3 * factorial(3)
    apart[seed] = np.ptp(J) / J[0], np.ptp(rescaled) / rescaled[0]
print(
    f"{len(found)} different θ of a tanh net, one loss: J differs by {apart[:, 0].max():.0e} at most"
)
print(f"a curve of θ of a ReLU net, one loss: J differs by {apart[:, 1].max():.0e} at most")
assert apart.max() < 1e-12

# %% [markdown]
# **What we saw.** $2^H H! = 48$ copies for three tanh units, each with the very same loss; a whole *curve* for each ReLU unit. So of a single weight of a trained net nothing can be said: only the function is determined, at best.
#
# Swapping has a dark side. Two units that start with equal weights *are* each other's copy, get the same gradient, and stay equal for ever. Lecture 2 says that weights and biases begin at random; which of the two has to?

# %%
ranks = {"equal units": [], "random W, b = 0": []}
net = MLP((64, 16, 10))
for name, seed in product(ranks, SEEDS):
    rng = np.random.default_rng(seed)
    theta = init(net, rng)
    (W, b), (V, c) = net.layers(theta)
    if name == "equal units":
        W[:], V[:] = W[:, :1], V[:1]
    run = train(net, theta, *cases, gd(0.3), epochs=3, batch_size=32, rng=rng)
    ranks[name].append(int(np.linalg.matrix_rank(net.layers(run.theta)[0].W)))
for name, found in ranks.items():
    print(f"{name:16} different hidden units after training: {found}")
assert ranks["equal units"] == [1] * 5
assert ranks["random W, b = 0"] == [16] * 5

# %% [markdown]
# The weights have to differ; the biases may all be 0.
#
# ### What are the roles of the functions in each layer?
#
# That is the slide's second question. The hidden function gives the *shapes* that are added up. The output function gives the **range**, and nothing the hidden layer does can leave it. The target below, $\tfrac12 + \sin 3x$, leaves both $[0, 1]$ and $[-1, 1]$. For every output function there is a smallest possible error: that of the target cut off at the range. **Predict** which of the four comes nearest to 0.


# %% alt="Four panels, a broad wave as target between -0.5 and 1.5 and a thin line for the net. With linear output the net follows it everywhere; with ReLU it is cut off at 0 below, with tanh at 1 above, with sigmoid at both 0 and 1."
def spread_out(net, rng, reach=2.0):
    """A start whose hidden units turn somewhere in [-reach, reach]."""
    theta = init(net, rng)
    W, b = net.layers(theta)[0]
    W[:] = rng.normal(0, 2, W.shape)
    b[:] = -W[0] * rng.uniform(-reach, reach, b.shape)
    return theta


def fit(net, X, Y, rng, steps=200):
    """The net after L-BFGS: a quick and strong minimizer for small problems (notebook 07)."""

    def J(theta):
        return mean_loss(net, theta, X, Y), backprop(net, theta, X, Y)

    start, options = spread_out(net, rng), {"maxiter": steps}
    return minimize(J, start, jac=True, method="L-BFGS-B", options=options).x


def rms(A, B):
    """Root of the mean square of the differences."""
    return np.sqrt(np.mean((A - B) ** 2))


x = np.linspace(-2, 2, 201)[:, None]
y = 0.5 + np.sin(3 * x)
ranges = {identity: (-np.inf, np.inf), relu: (0, np.inf), tanh: (-1, 1), sigmoid: (0, 1)}
fig, axes = plt.subplots(1, 4, figsize=(8.8, 3), sharey=True, layout="constrained")
for ax, (output, (low, high)) in zip(axes, ranges.items(), strict=True):
    net, floor = MLP((1, 30, 1), tanh, output, squared_error), rms(np.clip(y, low, high), y)
    found = [forward(net, fit(net, x, y, np.random.default_rng(s)), x).output for s in SEEDS]
    errors = [rms(p, y) for p in found]
    best = found[int(np.argmin(errors))]
    plots.curves({"target": y[:, 0], "net": best[:, 0]}, x[:, 0], xlabel="x", ylabel="y", ax=ax)
    ax.lines[0].set(linewidth=6, alpha=0.35)
    ax.set(title=f"{output} output", ylim=(-0.7, 1.7))
    ax.get_legend().remove()
    ax.label_outer()
    print(f"{output!s:9} floor {floor:.3f}, five nets", *(f"{e:.3f}" for e in sorted(errors)))
    assert min(errors) > floor - 1e-9
    assert output is relu or max(errors) < floor + 0.02
_ = fig.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=2)

# %% [markdown]
# **What we saw.** In each panel the net (thin) follows the target (broad) as far as its output function lets it, and is cut off there: no net goes below its floor, and with linear, tanh and sigmoid outputs all five come within 0.02 of it. A ReLU output often does worse: where it stands at 0 there is no slope, so a hill that starts out at 0 stays there for ever. For numbers without a known range: linear outputs.
#
# ## 4. One hundred hidden units
#
# Next slide: a 1-100-1 net, ReLU above and tanh below, fits a curve. **Predict** for a wave, a bump and a tent: which of the two fits which better? And what will they do *outside* $[-2, 2]$, where there are no data?

# %% alt="Three panels, wave, bump and tent against x from -6 to 6, data only in the grey band from -2 to 2. Inside, ReLU and tanh nets lie on the dashed target; outside, ReLU nets leave along straight lines that fan out and tanh nets level off, neither following the target."
targets = {
    "wave": lambda x: np.sin(3 * x),
    "bump": lambda x: np.exp(-4 * x**2),
    "tent": lambda x: 1 - np.abs(x),
}
far = np.linspace(-6, 6, 601)[:, None]
fig, axes = plt.subplots(1, 3, figsize=(8.8, 3.3), sharey=True, layout="constrained")
inside, steepness = {}, {relu: [], tanh: []}
for ax, (name, target) in zip(axes, targets.items(), strict=True):
    drawn, inside[name] = {"target": target(far)[:, 0]}, {}
    for hidden in (relu, tanh):
        net = MLP((1, 100, 1), hidden, identity, squared_error)
        thetas = [fit(net, x, target(x), np.random.default_rng(seed), 100) for seed in SEEDS]
        inside[name][hidden.name] = [rms(forward(net, t, x).output, target(x)) for t in thetas]
        drawn[hidden.name] = np.array([forward(net, t, far).output[:, 0] for t in thetas])
        at = np.array([[10_000.0], [10_001.0], [10_002.0]])
        steepness[hidden] += [np.diff(forward(net, t, at).output[:, 0]) for t in thetas]
    plots.curves(drawn, far[:, 0], xlabel="x", ylabel="y", spread="range", ax=ax)
    ax.lines[0].set(color="black", linestyle="--", linewidth=1.2, zorder=5)
    ax.axvspan(-2, 2, color="0.9", zorder=0)
    ax.set(title=name, ylim=(-4, 4), xticks=range(-6, 7, 2))
    ax.get_legend().remove()
    ax.label_outer()
fig.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
for name, row in inside.items():
    worst = {unit: max(errors) for unit, errors in row.items()}
    print(f"{name}: largest rms error inside, relu {worst['relu']:.4f}, tanh {worst['tanh']:.4f}")
    assert max(worst.values()) < 0.05
for hidden, slopes in steepness.items():
    print(f"{hidden!s} at x = 10,000: slopes from {np.min(slopes):.2g} to {np.max(slopes):.2g}")
assert np.allclose([a - b for a, b in steepness[relu]], 0, atol=1e-9)
assert np.abs(steepness[tanh]).max() < 1e-3

# %% [markdown]
# **What we saw.** On the data (the grey band) both fit all three, the dashed line lies on them; the claim holds. (Lines are the median of five nets, bands reach from the smallest to the largest.) Beyond it each goes its own way: a ReLU net leaves along a straight line for ever, a tanh net flattens to a constant. Neither knows anything about the target there, and nothing in the training error says so.
#
# ### Kinks and regions
#
# A ReLU net is made of straight pieces. With one input each hidden unit can put in one kink, at $x = -b/w$: so a 1-$H$-1 net has at most $H$ of them. How many does training really use?

# %%
for H in (2, 5, 20):
    net, used, errors = MLP((1, H, 1), relu, identity, squared_error), [], []
    for seed in SEEDS:
        theta = fit(net, x, np.sin(3 * x) + 0.5 * np.abs(x), np.random.default_rng(seed))
        (W, b), (V, _) = net.layers(theta)
        places = -b / W[0]
        used.append(int(np.sum((np.abs(places) < 2) & (np.abs(V[:, 0] * W[0]) > 1e-6))))
        errors.append(rms(forward(net, theta, x).output, np.sin(3 * x) + 0.5 * np.abs(x)))
    print(f"H = {H:2}: kinks within the data {used}, rms error {np.median(errors):.3f} (median)")
    assert max(used) <= H

# %% [markdown]
# With two inputs each unit draws a line across the plane, and $H$ lines cut it into at most $1 + H + \tfrac12 H(H-1)$ regions. Within one region the same units are active, and the net is a plane piece.

# %% alt="Three squares of the plane x1, x2 cut by straight lines, one for each unit: 3 units make 4 regions, 6 units 17, 12 units 70. The darker a region the more units are active in it; neighbouring regions differ by one unit."
_, axes = plt.subplots(1, 3, figsize=(8.8, 4), layout="constrained")
grid = np.stack(np.meshgrid(*[np.linspace(-3, 3, 240)] * 2), axis=-1).reshape(-1, 2)
for ax, H in zip(axes, (3, 6, 12), strict=True):
    most, counts = 1 + H + comb(H, 2), []
    for seed in reversed(SEEDS):
        rng = np.random.default_rng(seed)
        active = grid @ rng.normal(size=(2, H)) + rng.normal(size=H) > 0
        patterns = np.unique(active @ 2 ** np.arange(H))  # which units are active, as one number
        counts.append(len(patterns))
    assert max(counts) <= most
    shade = active.sum(axis=1).reshape(240, 240)
    drawn = ax.imshow(shade, cmap="Blues", vmin=0, vmax=H, origin="lower", extent=(-3, 3, -3, 3))
    for k in range(H):
        ax.contour(
            active[:, k].reshape(240, 240).astype(float), [0.5],
            colors="black", linewidths=0.8, extent=(-3, 3, -3, 3),
        )  # fmt: skip
    ax.set(title=f"{H} units: {counts[-1]} regions", xlabel="x₁", ylabel="x₂")
    ax.grid(visible=False)
    ticks = range(0, H + 1, H // 3)
    ax.figure.colorbar(drawn, ax=ax, label="active units", ticks=ticks, location="bottom")
    print(f"H = {H:2}: regions in five random nets {counts[::-1]}, at most {most}")

# %% [markdown]
# **What we saw.** That is what "subdividing the domain" looks like: straight lines, as many as there are units, and darker where more units are active. (A few regions lie outside the window.) The claim holds for step and ReLU; sigmoid and tanh draw the same lines, but softly.
#
# ### How wide is wide enough?
#
# Lecture 3's "magic": *if $h$ is non-linear, nets with several layers are universal approximators*. One hidden layer is enough (Hornik, Stinchcombe and White, 1989, whom the slide cites, show it for squashing functions). But "non-linear" is not enough. **Predict** the error against the width for tanh, ReLU, no function at all, and $f(u) = u^2$, which is certainly not linear.

# %% alt="Rms error against the number of hidden units H from 1 to 100, both logarithmic. Tanh falls from 0.5 to 0.005 and ReLU from 0.8 to 0.008, with wide bands at small H; the square stays flat at 0.66 and the identity at 0.72."
square = Activation("square", lambda u: u * u, lambda u, h: 2 * u)
y = np.sin(3 * x) + 0.5 * np.abs(x)
widths = np.array([1, 2, 3, 5, 10, 30, 100])
error = {}
for hidden in (tanh, relu, square, identity):
    error[hidden.name] = np.zeros((len(SEEDS), len(widths)))
    for (k, H), seed in product(enumerate(widths), SEEDS):
        net = MLP((1, int(H), 1), hidden, identity, squared_error)
        theta = fit(net, x, y, np.random.default_rng(seed), 300)
        error[hidden.name][seed, k] = rms(forward(net, theta, x).output, y)
ax = plots.curves(
    error, widths, xlabel="hidden units H", ylabel="rms error", log="xy", spread="range"
)
ax.set_ylim(bottom=2e-4)
ax.get_legend().set_loc("lower left")
parabola, line = (rms(np.polyval(np.polyfit(x[:, 0], y[:, 0], p), x), y) for p in (2, 1))
print(f"best parabola {parabola:.4f}, best straight line {line:.4f}")
print("H        ", *(f"{H:7}" for H in widths))
for name, e in error.items():
    print(f"{name:9}", *(f"{best:7.4f}" for best in e.min(axis=0)), "  (best of 5 starts)")
assert error["square"].min() > parabola - 1e-6
assert error["identity"].min() > line - 1e-6
assert error["tanh"][:, -1].max() < 0.05
assert error["relu"][:, -1].max() < 0.05

# %% [markdown]
# **What we saw.** With tanh and ReLU the error falls by about two orders of magnitude. With $u^2$ it stops at that of the best parabola, for *every* width: a sum of squares of linear functions is a polynomial of degree 2, and so it stays. The claim holds under a condition that Leshno, Lin, Pinkus and Schocken (1993) made exact: $f$ must not be a **polynomial**. Look also at the bands at small widths: some starts end several times worse than others. The theorem says that good weights *exist*, not that training finds them.
#
# ## 5. Why not simply a polynomial?
#
# Lecture 3 opens with a reproach to linear models: their basis functions are chosen *before* one has seen the data, and that brings the "curse of dimensionality". How bad is it? Count the terms of a polynomial of degree $p$ in $d$ inputs. (Think of each term as a choice of $p$ factors from $1, x_1, \dots, x_d$.)

# %% exercise="polynomial_terms"

# %% tags=["nbval-check-output"]
print("terms of degree   ", *(f"{p:10}" for p in (1, 3, 5)), "   net d-20-1")
for d in (1, 2, 5, 10, 64):
    net = MLP((d, 20, 1), tanh, identity, squared_error)
    terms = [f"{polynomial_terms(d, p):10,}" for p in (1, 3, 5)]
    print(f"{d:3} inputs        ", *terms, f"{net.size:13,}")

# %% [markdown]
# A fixed basis grows like $d^p$, a net of a given width like $d$. Does the small net do the job? The target is $\sin(2\,a\cdot x)$, with $a$ a random direction: whatever the number of inputs, it varies along **one** direction. 1,000 examples with a little noise to learn from, 1,000 to judge by; and beside the d-20-1 net one that has as many parameters as the cubic has terms. The error is given as a share of the target's variance: 1 is what the constant 0 achieves. **Predict** who wins at $d = 10$.


# %% alt="Share of the variance missed, logarithmic, for 1, 2, 5 and 10 inputs. The net with 20 hidden units stays between 0.03 and 0.09; degree 1 is near 0.85, degree 3 between 0.5 and 1, degree 5 near 0.3 up to 5 inputs and 14 at ten; the larger net falls from 0.45 to below 0.1."
def contest(target, d, seed, degrees=(1, 3, 5)):
    """Share of the variance missed: polynomials, a d-20-1 net, and a net as large as the cubic."""
    rng = np.random.default_rng(seed)
    X, f = rng.normal(size=(2000, d)), target(d, rng)
    clean, noise = f(X), rng.normal(0, 0.1, (1000, 1))
    Y, result = clean[:1000] + noise, {}
    for p in degrees:
        model = make_pipeline(PolynomialFeatures(p), Ridge(1e-6)).fit(X[:1000], Y)
        result[f"degree {p}"] = model.predict(X[1000:]).reshape(-1, 1)
    as_large = round((polynomial_terms(d, 3) - 1) / (d + 2))
    for name, H in {"net d-20-1": 20, "net as large as degree 3": as_large}.items():
        net = MLP((d, H, 1), tanh, identity, squared_error)
        options = {"epochs": 40, "batch_size": 32, "rng": rng}
        run = train(net, init(net, rng), X[:1000], Y, adam(0.01), **options)
        result[name] = forward(net, run.theta, X[1000:]).output
    return {k: np.mean((p - clean[1000:]) ** 2) / clean.var() for k, p in result.items()}


def one_direction(d, rng):
    """sin(2 a·x), a of length 1."""
    a = rng.normal(size=(d, 1))
    return lambda X: np.sin(2 * X @ a / np.linalg.norm(a))


def table_of(target, dimensions, **options):
    """group -> series -> the five results."""
    runs = {f"d = {d}": [contest(target, d, seed, **options) for seed in SEEDS] for d in dimensions}
    return {d: {k: [run[k] for run in rows] for k in rows[0]} for d, rows in runs.items()}


shares = table_of(one_direction, (1, 2, 5, 10))
_, ax = plt.subplots(figsize=(7.6, 4.8), layout="constrained")
plots.errorbars(shares, ylabel="share of the variance missed", log=True, ax=ax)
ax.axhline(1, color="0.6", lw=1)
ax.set_ylim(bottom=0.01)
says = ax.get_legend().get_title().get_text()
ax.legend(title=says, ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0))
print(f"{'mean':6}", *(f"  {name}" for name in shares["d = 1"]))
for d, row in shares.items():
    print(f"{d:6}", *(f"{np.mean(v):{len(name) + 2}.3f}" for name, v in row.items()))
for d in ("d = 5", "d = 10"):
    row = dict(shares[d])
    nets = [row.pop(name) for name in list(row) if name.startswith("net")]
    assert max(map(max, nets)) < min(map(min, row.values())) / 2

# %% [markdown]
# **What we saw.** The points are the five runs, the line at 1 is the constant 0. The net with 20 hidden units stays below a tenth in the mean while the inputs multiply. At equal size it is level with the cubic for one input, where that leaves it a single hidden unit, and ahead from two inputs on. A polynomial of low degree is too stiff for a sine at any $d$; one of the fifth degree has, at $d = 10$, three times as many terms as there are examples, and ends far above the line. The claim holds, *for this target*. Now take one that varies in every direction at once, $\prod_i \sin 2x_i$:


# %%
def every_direction(d, rng):
    """The product of all sin(2 x_i)."""
    return lambda X: np.sqrt(2) ** d * np.prod(np.sin(2 * X), axis=1, keepdims=True)


hard = table_of(every_direction, (1, 2, 5), degrees=(3,))
print(" " * 6, *(f"{name:>25}" for name in hard["d = 1"]))
for d, row in hard.items():
    cells = [f"{np.mean(v):.3f} ± {np.std(v, ddof=1):.3f}" for v in row.values()]
    print(f"{d:6}", *(f"{cell:>25}" for cell in cells))
assert min(hard["d = 5"]["net d-20-1"]) > 0.8
assert max(hard["d = 2"]["net d-20-1"]) < 0.3

# %% [markdown]
# With two inputs the net wins again; with five it learns nothing that holds for new data, like everybody else. Adaptive bases do not lift the curse. They escape it **when the target varies in few directions**, because then they can go and find them.
#
# ### Do they find them?
#
# Lecture 3: within the data the targets vary in some *preferred directions*, and nets capture these. Twenty inputs, one preferred direction $a$. Multiply each hidden unit's weights with its output weight and look at the first singular vector of that matrix: the direction the net looks along most. Its $|\cos|$ with $a$ is about $1/\sqrt{20} \approx 0.2$ by chance.

# %% alt="First singular vector over 15 epochs, five runs. The cosine with the direction a rises from about 0.2 to nearly 1 within four epochs; its share of the energy from 0.3 to 0.9 within five and stays there. Both bands are wide at first and narrow later."
cosine, energy = [], []
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(20, 1))
    a = a / np.linalg.norm(a)
    X = rng.normal(size=(1000, 20))
    Y = np.sin(2 * X @ a) + rng.normal(0, 0.1, (1000, 1))
    net = MLP((20, 20, 1), tanh, identity, squared_error)

    def direction(epoch, theta, net=net, a=a):
        """|cos| of the first singular vector with a, and its share of the energy."""
        (W, _), (V, _) = net.layers(theta)
        U, S, _ = np.linalg.svd(W * V[:, 0])
        return abs(U[:, 0] @ a[:, 0]), S[0] ** 2 / np.sum(S**2)

    options = {"epochs": 15, "batch_size": 32, "rng": rng, "on_epoch": direction}
    watched = np.array(train(net, init(net, rng), X, Y, adam(0.01), **options).watched)
    cosine.append(watched[:, 0])
    energy.append(watched[:, 1])
_ = plots.curves(
    {"|cos| with a": np.array(cosine), "share of the energy": np.array(energy)},
    np.arange(16),
    ylabel="first singular vector",
    spread="range",
)
for name, values in (("|cos|", np.array(cosine)), ("energy", np.array(energy))):
    print(f"{name:7} start {values[:, 0].mean():.2f}, epoch 15 {values[:, -1].mean():.3f}")
assert np.array(cosine)[:, -1].min() > 0.95

# %% [markdown]
# **What we saw.** Within a few epochs the cosine rises to nearly 1 in all five runs, and about nine tenths of the first layer's energy lie in that one direction out of twenty. The claim holds.
#
# ### And the data themselves?
#
# The slide gives a second reason: data are generally *correlated*, and **therefore** live on a subspace ("manifold") of lower dimension. Two things are run together here, and a third is confused. **Predict** the correlation of the coordinates of points on a circle, and the number of dimensions a small creature living there would count.


# %%
def dimensions(X, share=0.95):
    """How many principal directions hold that share of the variance."""
    variances = np.linalg.svd(X - X.mean(axis=0), compute_uv=False) ** 2
    return int(np.searchsorted(np.cumsum(variances) / variances.sum(), share) + 1)


def local_dimensions(X, rng, neighbours=20):
    """The same among the nearest neighbours of 50 points: their median."""
    near = [
        np.argsort(np.sum((X - X[i]) ** 2, axis=1))[:neighbours] for i in rng.choice(len(X), 50)
    ]
    return int(np.median([dimensions(X[rows]) for rows in near]))


def shapes(rng):
    """A circle, a rolled-up sheet, a correlated cloud, the digits, and as many random numbers."""
    angle, height = rng.uniform(0, 2 * np.pi, 1500), rng.uniform(0, 3, 1500)
    turn = np.sqrt(rng.uniform(1, 9, 1500)) * np.pi
    yield "circle", np.column_stack([np.cos(angle), np.sin(angle)])
    yield "roll", np.column_stack([turn * np.cos(turn), height * 5, turn * np.sin(turn)])
    yield "cloud", rng.normal(size=(1500, 2)) @ np.array([[1.0, 0.9], [0.0, 0.44]])
    yield "digits", digits.X_train[:, digits.X_train.std(axis=0) > 0]
    yield "noise", rng.normal(size=(1259, 60))


counted = {}
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    for name, X in shapes(rng):
        C = np.abs(np.corrcoef(X.T) - np.eye(X.shape[1]))
        row = X.shape[1], C.max(), dimensions(X), local_dimensions(X, rng)
        counted.setdefault(name, []).append(row)
print("         inputs  largest correlation  dimensions: all  locally")
for name, rows in counted.items():
    mean = np.mean(rows, axis=0)
    print(f"{name:8} {mean[0]:6.0f} {mean[1]:17.2f} {mean[2]:18.1f} {mean[3]:10.1f}")
assert {row[3] for row in counted["circle"]} == {1}
assert {row[3] for row in counted["roll"]} == {2}
assert {row[3] for row in counted["cloud"]} == {2}
assert max(row[3] for row in counted["digits"]) < min(row[3] for row in counted["noise"])

# %% [markdown]
# **What we saw.** The circle: no correlation, two directions overall, **one** locally. The cloud: strongly correlated, and it fills its two dimensions. So correlation is neither needed nor enough. The digits show both: neighbouring pixels are correlated *and* the neighbourhood of a digit has far fewer dimensions than it has pixels, fewer also than the last row, noise, shows with the same 20 neighbours (which cannot show more than 19). And a manifold is in general no *subspace*: the circle lies in none but the whole plane.
#
# ## 6. Forward propagation
#
# Now put the pieces together. Lecture 2 writes it as an algorithm: $h^{(0)} \leftarrow x$; for $k = 1, \dots, l$: $u^{(k)} \leftarrow h^{(k-1)}W^{(k)} + b^{(k)}$, $h^{(k)} \leftarrow f^{(k)}(u^{(k)})$; then the output with letters of its own, $\hat y \leftarrow g(h^{(l)}U + c)$; and $J \leftarrow L(\hat y, y)$.
#
# So at the end a loss is needed. Begin with that for numbers: half the squared distance between output and target, as a mean over the examples. (Lectures 2 and 3 agree on $\frac{1}{2N}\sum$, and the course keeps to it.)

# %% exercise="squared_loss"

# %% [markdown]
# Two warnings before you write the algorithm. Lecture 3 numbers the activations one lower than lecture 2, $x^{(k+1)} = h^{(k)}(\dots)$, and calls $h^{(k)}$ "the activation function of layer $k$": it acts on the way *from* layer $k$ *to* $k+1$, so nothing acts on the inputs. And it says that $k$ layers are $k$ compositions: they are $k$ functions, which takes $k - 1$ compositions.

# %% exercise="forward_pass"

# %%
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    net = MLP((64, 32, 16, 10), tanh, identity, squared_error)
    theta = init(net, rng) + rng.normal(0, 0.1, net.size)
    *hidden_layers, (U, c) = net.layers(theta)
    y_hat, J = forward_pass(*cases, hidden_layers, tanh, U, c, identity, squared_loss)
    model = torch.nn.Sequential()
    for W, b in net.layers(theta):
        linear = torch.nn.Linear(*W.shape, dtype=torch.float64)
        linear.weight.data, linear.bias.data = torch.tensor(W.T), torch.tensor(b)
        model.extend([linear, torch.nn.Tanh()])
    theirs = model[:-1](torch.tensor(digits.X_train)).detach().numpy()
    assert relative_error(y_hat, theirs) < 1e-13
    assert np.isclose(J, mean_loss(net, theta, *cases), rtol=1e-13)
print(f"ŷ {y_hat.shape}, J = {J:.3f}: as the package and as torch have it, in five nets")

# %% [markdown]
# Each layer is a function of the whole layer before, so the net is a composition of functions. What composing buys can be seen with a single toy, the tent $t(x) = 1 - |2x - 1|$, which two ReLU units make. Compose it with itself. **Predict** the number of straight pieces of $t(t(t(t(t(x)))))$, and how many ReLU units *one* hidden layer would need for as many.


# %% alt="Output against x from 0 to 1: one layer makes a single tent with its top of 1 at x = 0.5; three layers make a zigzag of eight straight pieces with four tops of 1."
def tent(x):
    """1 - |2x - 1| on [0, 1], from two ReLU units."""
    return 2 * relu(x) - 4 * relu(x - 0.5)


z = np.linspace(0, 1, 2049)  # fine enough for every corner
h, drawn = z, {}
for depth in range(1, 6):
    h = tent(h)
    pieces = 1 + np.count_nonzero(np.abs(np.diff(h, 2)) > 1e-9)
    print(
        f"depth {depth}, {2 * depth:2} units: {pieces:2} pieces; in one layer at least {pieces - 1:2} units"
    )
    assert pieces == 2**depth
    drawn[depth] = h
ax = plots.curves({"one layer": drawn[1], "three layers": drawn[3]}, z, xlabel="x", ylabel="")
ax.legend(loc="upper right", ncols=2)
_ = ax.set(ylabel="output of the last tent", ylim=(-0.05, 1.25))

# %% [markdown]
# **What we saw.** The figure shows one tent, and eight-fold zigzag after three. Ten units in five layers fold the line into 32 pieces; one layer needs a unit for each of the 31 kinks. Width adds pieces, depth multiplies them.
#
# ### How much is there to learn?
#
# Lecture 3 gives the size of the "control space" as $\sum_k N_k N_{k+1}$. Check it against a 1-100-1 net, whose every parameter you know from section 3, before you write your own.

# %% exercise="count_parameters"

# %% tags=["nbval-check-output"]
for sizes in ((1, 2, 1), (1, 100, 1), (64, 32, 10), (784, 500, 300, 10)):
    printed = sum(n * m for n, m in pairwise(sizes))
    model = torch.nn.Sequential(*(torch.nn.Linear(n, m) for n, m in pairwise(sizes)))
    in_torch = sum(p.numel() for p in model.parameters())
    name = "-".join(map(str, sizes))
    print(f"{name:15} as printed {printed:7,}, with biases {count_parameters(sizes):7,}")
    assert in_torch == count_parameters(sizes)

# %% [markdown]
# The printed formula leaves the biases out, although the lecture's own sums start at $i = 0$. In a 1-100-1 net that is a third of all parameters, and the third that says *where* the units turn.
#
# ## 7. Outputs and losses
#
# What a net answers depends on what was asked. Lecture 3's list, with the loss that belongs to each:
#
# | question | target | output unit | loss (a mean over the examples) |
# |---|---|---|---|
# | how much? | a number | linear | $\tfrac12\lVert p - y\rVert^2$ |
# | yes or no? | 0 or 1 | sigmoid | $-\log$ of the probability given to the truth |
# | which of $n$? | a single 1 among 0s | softmax | $-\log$ of the probability given to the right class |
# | which of several labels, any number of them? | 0s and 1s | a sigmoid for each | that of yes or no, for each, added |
#
# The first loss you have. Now the second. The net says $p$, the probability of yes; so the truth got $p$ if $y = 1$, and $1-p$ if $y = 0$. Mind an answer that is *sure and right*: it costs 0, and must not come out as nan.

# %% exercise="binary_loss"

# %% [markdown]
# Lecture 4 writes $-y\log|\hat y| - (1-y)\log|1-\hat y|$, with bars. Inside $(0, 1)$ they change nothing. **Predict** where a net with a *linear* output would go if it minimized the loss with bars for the target 0.

# %% alt="Loss against the output for the target 0. Both curves rise together from left of 0, pass 0 at output 0 and shoot up at 1. There the loss without bars ends; the one with bars comes down again on the other side, is 0 at output 2 and negative beyond."
p = np.linspace(-0.9, 3.5, 880)  # 1 itself is not among them
below = p[p < 1]
ax = plots.curves(
    {"with bars": -np.log(np.abs(1 - p)), "without": -np.log(1 - below)},
    {"with bars": p, "without": below},
    xlabel="output ŷ",
    ylabel="loss",
)
ax.lines[0].set(linewidth=6, alpha=0.35)
ax.legend()
ax.axvspan(0, 1, color="0.9", zorder=0)
ax.set(title="target 0; probabilities are grey", ylim=(-1.2, 4))
at_two = -np.log(abs(1 - 2.0)), binary_loss(np.array([[1 - 1e-12]]), np.array([[0.0]]))
print(
    f"output 2, with bars: {abs(at_two[0]):.2f}; output just below 1, as it should be: {at_two[1]:.1f}"
)
path = [1.2]
for _ in range(200):
    path.append(path[-1] + 0.1 / (path[-1] - 1))  # downhill on -log|1 - ŷ|
print(f"from 1.2, downhill on the loss with bars: {path[1]:.2f}, {path[10]:.2f}, … {path[-1]:.2f}")
assert path[-1] > path[100] > 2

# %% [markdown]
# **What we saw.** Right of 1 the broad blue curve comes down again, passes 0 at $\hat y = 2$ and goes on for ever: a "perfect" output of 2, a better one of 3. The vermillion curve ends at 1, as it must. Bars do not protect; they hide. (Left of 0 even the honest formula drops below 0: the only protection is an output unit that cannot leave the range.)
#
# ### Softmax
#
# For one class of $n$ the outputs must be positive and add up to 1: $p_j = e^{u_j}/\sum_k e^{u_k}$. Written like that it fails, since `np.exp(1000)` is inf. What can you take away from all $u$ of a row without changing any $p$?

# %% exercise="stable_softmax"

# %% [markdown]
# And the loss that goes with it, $-\sum_j y_j\log p_j$. With a single 1 in $y$ only one logarithm is left, that of the right class. The others may be $\log 0$: do not let them in.

# %% exercise="categorical_loss"

# %%
print("largest difference from torch, relative, five seeds")
worst = {}
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    u, hits = rng.normal(size=(50, 4)), rng.integers(0, 2, (50, 4)).astype(float)
    right = np.eye(4)[rng.integers(0, 4, 50)]
    of_torch = [torch.tensor(A) for A in (u, hits, right)]
    pairs = {
        "squared": (squared_loss(u, hits), torch.nn.functional.mse_loss(*of_torch[:2]) * 2),
        "binary": (
            binary_loss(logistic(u)[0], hits),
            torch.nn.functional.binary_cross_entropy_with_logits(*of_torch[:2]) * 4,
        ),
        "categorical": (
            categorical_loss(stable_softmax(u), right),
            torch.nn.functional.cross_entropy(of_torch[0], of_torch[2]),
        ),
    }
    for name, (ours, theirs) in pairs.items():
        worst[name] = max(worst.get(name, 0), abs(ours / theirs.item() - 1))
for name, error_of in worst.items():
    print(f"{name:12} {error_of:.0e}")
    assert error_of < 1e-12

# %% [markdown]
# ### A wrong pair: cross-entropy beside sigmoids
#
# On lecture 4's slides the loss $-\sum_i y_i\log\hat y_i$ stands beside the *sigmoid*. Watch what that does. Three sigmoids, which do not even look at the input (only biases), three classes, gradient descent. **Predict** the outputs at the end.

# %%
u, Y = np.zeros((1, 3)), np.eye(3)
for _ in range(5000):
    p = sigmoid(u)
    u = u + (Y * (1 - p)).mean(axis=0)  # downhill on -1/N Σ y log p
p = np.repeat(sigmoid(u), 3, axis=0)
print(f"outputs {np.round(p[0], 4)}, the loss as printed {categorical_loss(p, Y):.4f}")
print(f"the loss that belongs to sigmoids: {binary_loss(p, Y):.1f}")
assert p.min() > 0.999

# %% [markdown]
# All ones: nothing in this loss ever punishes a wrong class. It is nearly 0, for a model that knows nothing. (With softmax the wrong classes need no term of their own: what the right one gets they lose.) And with a real net, on the digits? The package refuses the pair, so we hand `train` a learning rule of our own. Backpropagation only needs $\delta = \partial J/\partial u$ at the output; for this pair that is $-y(1-p)/N$.


# %% alt="Accuracy on the test set of three pairs of output and loss, five runs each: softmax with its own loss 0.96, sigmoids with their own loss 0.97, sigmoids with softmax's loss only 0.46, with runs from 0.40 to 0.51."
def rule(delta):
    """A learning rule for a δ of our own, (u, Y) -> ∂J_n/∂u of each example.

    A linear output with squared error has δ = (u - target)/N: choose the target so that it fits.
    """

    def gradient(net, theta, X, Y):
        u = forward(net, theta, X).u[-1]
        linear = MLP(net.sizes, net.hidden, identity, squared_error)
        return backprop(linear, theta, X, u - delta(u, Y))

    return gradient


beside_sigmoids = rule(lambda u, Y: -Y * (1 - sigmoid(u)))
outputs = {
    "softmax,\nown loss": (MLP((64, 32, 10)), backprop),
    "sigmoids,\nown loss": (MLP((64, 32, 10), tanh, sigmoid, binary_cross_entropy), backprop),
    "sigmoids,\nsoftmax loss": (MLP((64, 32, 10), tanh, sigmoid, squared_error), beside_sigmoids),
}
right, sums = {name: [] for name in outputs}, {}
for (name, (net, gradient)), seed in product(outputs.items(), SEEDS):
    rng = np.random.default_rng(seed)
    options = {"epochs": 20, "batch_size": 32, "rng": rng, "gradient": gradient}
    run = train(net, init(net, rng).astype(np.float32), *cases, gd(0.3), **options)
    right[name].append(accuracy(net, run.theta, digits.X_test, digits.y_test))
    sums.setdefault(name, []).append(forward(net, run.theta, digits.X_test).output.sum(axis=1))
_ = plots.errorbars(right, ylabel="accuracy on the test set")
for name in outputs:
    low, high = np.min(sums[name]), np.max(sums[name])
    said = name.replace("\n", " ")
    print(f"{said:24} right {np.mean(right[name]):.3f}, outputs add up to {low:.2f} … {high:.2f}")
assert max(right["sigmoids,\nsoftmax loss"]) < min(right["softmax,\nown loss"]) - 0.2
assert np.min(sums["sigmoids,\nsoftmax loss"]) > 9

# %% [markdown]
# **What we saw.** All ten outputs near 1, the sum near 10, and more than half of the digits wrong. It learns a little on the way, because the right class gets to 1 first; that is luck. Ten sigmoids with *their* loss classify as well as softmax here, but look at their sums: anything from near 0 to well above 1. Lecture 4 says that the sigmoid returns "a probability or a vector of probabilities". A vector of probabilities, yes, each of a question of its own; a *distribution* over classes, no.
#
# ### Three more pairs, right and wrong
#
# One real problem for each of the other rows of the table: 442 diabetes patients with a number for the course of their illness a year later; 569 tumours, benign or not; and the digits with three labels at once (even? has a loop? above 4?). Before that: what does squared error do behind a **sigmoid** that is sure and wrong? A single unit at $u = -5$, target 1, rate 1.

# %% alt="Probability p of a unit whose target is 1, over 300 steps from near 0. With binary cross-entropy it rises at once and passes 0.9 at step 16; with squared error it stays flat near 0 for more than 100 steps, rises around step 165 and passes 0.9 only at step 238."
courses, needed = {}, {}
for loss in (binary_cross_entropy, squared_error):
    u, yes, path = np.array([[-5.0]]), np.ones((1, 1)), []
    for _ in range(300):
        path.append(sigmoid(u)[0, 0])
        u = u - loss.delta(sigmoid, u, sigmoid(u), yes)
    courses[loss.name], needed[loss.name] = np.array(path), int(np.argmax(np.array(path) > 0.9))
ax = plots.curves(courses, np.arange(300), xlabel="step", ylabel="p, the target is 1")
print("steps until p > 0.9:", ", ".join(f"{loss} {n}" for loss, n in needed.items()))
assert needed["squared error"] > 10 * needed["binary cross-entropy"]

# %% [markdown]
# Behind squared error stands the slope $p(1-p)$, which is nearly 0 just when the unit is most wrong: the vermillion curve lies flat for more than a hundred steps. Cross-entropy's own slope cancels that factor. Now the real problems. **Predict** for each which of the outputs will hurt.


# %% alt="Three panels, five runs each. How much: rms error 0.74 for identity and 0.75 for tanh outputs, 0.86 for ReLU and sigmoid. Yes or no: accuracies of three pairs between 0.95 and 0.96, spreads overlap. Which labels: all three right in 0.91 with sigmoids, 0.42 with softmax."
def results(X, Y, hidden_units, outputs, rate, epochs, judge):
    """Name -> what `judge` says of the test set, five splits and starts."""
    found = {name: [] for name in outputs}
    for seed, (name, (output, loss, gradient)) in product(SEEDS, outputs.items()):
        rng = np.random.default_rng(seed)
        parts = split(X, Y, rng=rng)
        mean, sd = parts.X_train.mean(axis=0), parts.X_train.std(axis=0) + 1e-12
        net = MLP((X.shape[1], hidden_units, Y.shape[1]), tanh, output, loss)
        options = {"epochs": epochs, "batch_size": 32, "rng": rng, "gradient": gradient}
        start = init(net, rng)
        run = train(net, start, (parts.X_train - mean) / sd, parts.Y_train, gd(rate), **options)
        P = forward(net, run.theta, (parts.X_test - mean) / sd).output
        found[name].append(judge(P, parts.Y_test))
    return found


X, y = load_diabetes(return_X_y=True)
Y = ((y - y.mean()) / y.std())[:, None]
numbers = {
    f"{output}": (output, squared_error, backprop) for output in (identity, tanh, relu, sigmoid)
}
illness = results(X, Y, 8, numbers, 0.05, 60, rms)

X, y = load_breast_cancer(return_X_y=True)
yes_or_no = {
    "sigmoid,\nbinary\nc.-e.": (sigmoid, binary_cross_entropy, backprop),
    "sigmoid,\nsquared": (sigmoid, squared_error, backprop),
    "linear,\nsquared": (identity, squared_error, backprop),
}
outside = []


def yes_or_no_right(P, Y):
    """Accuracy; and the share of outputs that are no probabilities is noted."""
    outside.append(np.mean((P < 0) | (P > 1)))
    return np.mean((P > 0.5) == Y)


tumour = results(X, y[:, None].astype(float), 8, yes_or_no, 0.1, 30, yes_or_no_right)

both = np.concatenate([digits.X_train, digits.X_valid]), np.r_[digits.y_train, digits.y_valid]
tags = np.column_stack([both[1] % 2 == 0, np.isin(both[1], (0, 6, 8, 9)), both[1] > 4])
beside_softmax = rule(lambda u, Y: softmax(u) * Y.sum(axis=1, keepdims=True) - Y)
several = {
    "sigmoids,\nbinary\nc.-e.": (sigmoid, binary_cross_entropy, backprop),
    "softmax,\ncross-entropy": (softmax, squared_error, beside_softmax),
}
second = []


def all_right(P, Y):
    """The share of examples with all three labels right; the second largest p is noted."""
    second.append(np.sort(P, axis=1)[:, -2].max())
    return np.mean(((P > 0.5) == Y).all(axis=1))


labels = results(both[0], tags.astype(float), 32, several, 0.3, 20, all_right)

_, axes = plt.subplots(1, 3, figsize=(8.8, 4), width_ratios=(4, 3, 2.4), layout="constrained")
plots.errorbars(illness, ylabel="rms error, targets have 1", ax=axes[0]).set_title("how much?")
plots.errorbars(tumour, ylabel="accuracy", ax=axes[1]).set_title("yes or no?")
plots.errorbars(labels, ylabel="all three labels right", ax=axes[2]).set_title("which labels?")
for ax in axes:
    ax.get_legend().remove()
for measure, table in (
    ("how much? rms error", illness),
    ("yes or no? accuracy", tumour),
    ("which labels? all three right", labels),
):
    print(measure)
    for name, values in table.items():
        flat_name = name.replace("\n", " ")
        print(f"  {flat_name:24} {np.mean(values):.3f} ± {np.std(values, ddof=1):.3f}")
print(f"linear output, yes or no: {np.mean(outside[2::3]):.0%} of the outputs are no probabilities")
print(f"softmax, several labels: the second largest p is never above {max(second[1::2]):.3f}")
assert np.mean(illness["sigmoid"]) > np.mean(illness["identity"])
assert max(labels["softmax,\ncross-entropy"]) < min(labels["sigmoids,\nbinary\nc.-e."]) - 0.2
assert max(second[1::2]) <= 0.5

# %% [markdown]
# **What we saw.** Points are the five runs, bars their mean and spread.
#
# - *How much?* Sigmoid and ReLU outputs cannot say anything below 0, where half of the targets lie. Tanh loses only the tails, so on these data it does about as well as linear: a range costs as much as the target leaves it.
# - *Yes or no?* The accuracies are near each other; an easy problem forgives a wrong loss. But the linear output is no probability in a good part of the cases.
# - *Which labels?* Softmax shares one unit of probability among the labels. With two labels on, neither can pass ½ while the other is there, so it misses every such case.
#
# So lecture 3's table holds, and mismatches cost: sometimes everything, sometimes little, and without any error message. The package therefore refuses the worst of them, and targets of the wrong kind:

# %%
digit_net, few = MLP((64, 10)), np.random.default_rng(0)
attempts = {
    "cross-entropy beside sigmoids": lambda: MLP((64, 10), tanh, sigmoid, cross_entropy),
    "softmax for one output": lambda: MLP((30, 8, 1)),
    "labels instead of targets": lambda: mean_loss(
        digit_net, init(digit_net, few), digits.X_train, digits.y_train
    ),
    "targets −1 and +1": lambda: ex02.binary_loss.solution(np.ones((2, 1)), -np.ones((2, 1))),
    "several labels for softmax": lambda: train(
        MLP((64, 3)), init(MLP((64, 3)), few), both[0], tags, gd(0.3),
        epochs=1, batch_size=32, rng=few,
    ),
}  # fmt: skip
for name, attempt in attempts.items():
    try:
        attempt()
    except ValueError as refusal:
        print(f"{name}: {refusal}\n")

# %% [markdown]
# ### Is it a probability?
#
# Numbers between 0 and 1 that add up to 1 are not yet probabilities in the sense that counts: of all the cases in which the net says 0.8, are 80 % right? That is called **calibrated**. Take the largest $p$ of each image that the net has not seen, after 5 epochs and after 100, and sort the images by it. **Predict**: too sure, or not sure enough?

# %% alt="Share of right answers against the probability given to them, with the diagonal as calibrated. After 5 epochs all points lie above it, such as 0.70 right where 0.55 was said; after 100 epochs they scatter near it, one at 0.75 lies below at 0.65."
unseen = np.concatenate([digits.X_valid, digits.X_test]), np.r_[digits.y_valid, digits.y_test]
net, edges = MLP((64, 32, 10)), np.linspace(0, 1, 11)
sure, gap = {5: [], 100: []}, {5: [], 100: []}
for epochs, seed in product(sure, SEEDS):
    rng = np.random.default_rng(seed)
    start = init(net, rng).astype(np.float32)
    run = train(net, start, *cases, gd(0.3), epochs=epochs, batch_size=32, rng=rng)
    P = forward(net, run.theta, unseen[0]).output
    said, is_right = P.max(axis=1), P.argmax(axis=1) == unseen[1]
    sure[epochs].append((said, is_right))
    bins = np.digitize(said, edges[1:-1])
    apart = [abs(said[bins == k].mean() - is_right[bins == k].mean()) for k in np.unique(bins)]
    weight = [np.mean(bins == k) for k in np.unique(bins)]
    gap[epochs].append(np.dot(apart, weight))
_, ax = plt.subplots(figsize=(5, 4.4), layout="constrained")
ax.plot([0, 1], [0, 1], color="0.6", lw=1, label="calibrated")
for marker, (epochs, runs) in zip("os", sure.items(), strict=True):
    said, is_right = (np.concatenate(part) for part in zip(*runs, strict=True))
    bins = np.digitize(said, edges[1:-1])
    full = [k for k in np.unique(bins) if np.sum(bins == k) >= 20]
    points = np.array([(said[bins == k].mean(), is_right[bins == k].mean()) for k in full])
    ax.plot(*points.T, marker + "-", label=f"after {epochs} epochs")
ax.set(xlabel="probability given to the answer", ylabel="share of answers that are right")
ax.legend()
for epochs, gaps_of in gap.items():
    print(f"{epochs:3} epochs: expected gap {np.mean(gaps_of):.3f} ± {np.std(gaps_of, ddof=1):.3f}")
assert min(gap[5]) > max(gap[100])

# %% [markdown]
# **What we saw.** After 5 epochs the points lie above the line: the net is right more often than it claims. After 100 the gap has shrunk to about a hundredth; the few images that get between 0.6 and 0.9 scatter, rather below the line. So the claim holds under conditions: with the right loss and enough training the outputs of *this* net come close to probabilities; it has to be checked, and in large modern nets it often fails the other way, too sure of itself (Guo and others, 2017).
#
# ## What you have now
#
# | claim or slip | verdict of this notebook |
# |---|---|
# | $y = Wx$ for $y_j = \sum_i w_{ij}x_i$ | not defined as printed; $W^\top x$, or $XW$ for rows |
# | a bias is a weight on $x_0 = 1$ | holds exactly, gradients too |
# | $w_{ij} = 0$: not connected | in one layer; behind a hidden layer other paths remain |
# | without non-linearity layers add nothing | holds exactly |
# | $h$ lets one region pass and removes the rest | step and ReLU; not sigmoid, tanh, leaky ReLU |
# | sigmoid highly saturated, ReLU not, positive | conditions: ReLU is flat below 0, and dies at large rates |
# | ReLU equals stacked logistic units | approximately: 0.01 to softplus, that log 2 to ReLU |
# | what can be said of $w$? | not unique: $2^H H!$ copies, or a whole curve |
# | random first weights and biases | the weights; biases may be 0 |
# | roles of the functions | hidden: shapes; output: the range |
# | 1-100-1 fits with ReLU and tanh | holds, on the data |
# | non-linear nets are universal | not for polynomials; and existence is not training |
# | fixed bases suffer the curse, nets do not | when the target varies in few directions |
# | correlated, therefore a subspace | correlation neither needed nor enough; a manifold |
# | nets capture preferred directions | holds |
# | $k$ layers are $k$ compositions | $k - 1$ |
# | $\sum N_kN_{k+1}$ parameters | leaves the biases out |
# | the loss with bars | rewards an output of 2 |
# | cross-entropy beside sigmoids | its minimum is all ones |
# | output units by problem | holds; mismatches cost, silently |
# | sigmoid gives a vector of probabilities | no distribution; calibration is to be checked |
#
# **To think about**, without code:
#
# <details><summary>A 1-H-1 ReLU net has 3H + 1 parameters and at most H kinks. A curve with H kinks needs how many numbers?</summary>
#
# Each kink has a place and a change of slope, and the curve as a whole a height and a slope: 2H + 2. Of the net's 3H + 1 numbers the rescalings of section 3 take H away. That leaves 2H + 1, one too few: every unit is flat on one side, so the slope is not free. One more weight, straight from the input to the output, would set it free.
#
# </details>
#
# <details><summary>Softmax has one output more than it needs. Why is that no harm, and what is it the same as for two classes?</summary>
#
# Adding a number to all u of a row changes nothing, so one of the outputs could be fixed at 0. For two classes p₁ = σ(u₁ − u₂): softmax with two outputs is one sigmoid fed with the difference.
#
# </details>
