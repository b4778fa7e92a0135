# %% [markdown]
# # 05 Learning by perturbation
#
# Before anybody knew how to send an error backwards through a network, there was an obvious way to train one: change something, look whether it got better, keep what did. Lecture 1 begins with it, and dismisses it in three lines. We take the three lines seriously. What exactly is wrong with trying? Is it wrong always? And what is it that backpropagation does better?
#
# **You will be able to**
#
# - train a network without a single derivative, in three ways, and say what each way estimates;
# - tell how noisy an estimate of a gradient is from two numbers: what is perturbed, and how often;
# - compare learning rules fairly: by their cost in forward passes, each at its own best learning rate;
# - recognise evolution strategies, SPSA and the simplest reinforcement learning as one formula;
# - say when perturbation is the right tool (it sometimes is).
#
# **Follows** lecture 1 (Hinton's slides, "Aprendizaje por perturbación de pesos", "Alternativa", "La idea detrás del algoritmo de backpropagation"). **You need** notebook 03. **Time** about two hours, with 7 exercises.
#
# As always: answer the questions before you run the cells.

# %% tags=["setup"]
from functools import partial
from time import perf_counter

import matplotlib.pyplot as plt
import numpy as np
import torch
from scipy.optimize import minimize
from tqdm.auto import tqdm

from course_utils import datasets, plots, widgets
from course_utils.exercises import ex05
from course_utils.nn.functions import (
    Loss,
    binary_cross_entropy,
    sigmoid,
    softmax,
    step,
    tanh,
)
from course_utils.nn.gradcheck import finite_difference, relative_error
from course_utils.nn.mlp import MLP, accuracy, backprop, forward, init, mean_loss
from course_utils.nn.optim import gd
from course_utils.nn.perturb import (
    best_rate,
    chance_to_improve,
    evolution_strategy,
    example_losses,
    forward_gradient,
    hill_climb,
    node_perturbation,
    spall_gains,
    spsa,
    squared_distances,
    weight_perturbation,
)
from course_utils.nn.train import minibatches, train

plots.use_style()
SEEDS = range(5)
FULL = False  # True: twice the budgets of section 8, some seconds more

# %% [markdown]
# ## 1. One weight
#
# Lecture 1's first idea, word for word: perturb one weight at random, and if performance improves, keep the perturbation. Nothing could be simpler.

# %% exercise="try_one_weight"

# %% [markdown]
# Done over and over, with a weight and a change drawn anew each time, this is a **hill climb** (downhill, in our case). Your function on XOR, with a net of 2 inputs, 4 tanh units and one logistic output, which has 17 parameters:

# %%
X_xor, Y_xor = datasets.xor()
xor_net = MLP((2, 4, 1), tanh, sigmoid, binary_cross_entropy)
rng = np.random.default_rng(0)
theta = init(xor_net, rng)
start = mean_loss(xor_net, theta, X_xor, Y_xor)
for _ in range(500):
    p, change = int(rng.integers(xor_net.size)), rng.normal()
    theta = try_one_weight(xor_net, theta, X_xor, Y_xor, p, change)
print(f"J from {start:.3f} to {mean_loss(xor_net, theta, X_xor, Y_xor):.4f}")
print(
    "answers:", forward(xor_net, theta, X_xor).output.ravel().round(3), " targets:", Y_xor.ravel()
)

# %% [markdown]
# It learned XOR. No slope of any unit was asked for.
#
# How large should the changes be? The course's `hill_climb` does the same as your loop with changes drawn from $N(0, \sigma^2)$, and remembers $J(\theta)$ instead of working it out again, so a step costs one forward pass. Given the parameters of ten nets, (10, P), it lets ten climb side by side, each by changes of its own.
#
# **Predict.** Four sizes of $\sigma$: 0.03, 0.1, 0.3, 1. Which is fastest in the first 50 steps, and which after 1,200?

# %% alt="J on XOR, logarithmic, against 1,200 forward passes for four sizes of change, all from 0.7: σ = 0.03 ends at 0.45, σ = 0.1 at 0.05, σ = 0.3 at 0.0008, and σ = 1, the lowest nearly from the beginning, at 2 in a million"
climbs, starts = {}, np.stack([init(xor_net, np.random.default_rng(seed)) for seed in range(10)])
for sigma in (0.03, 0.1, 0.3, 1.0):
    rng = np.random.default_rng(0)
    run = hill_climb(xor_net, starts, X_xor, Y_xor, sigma=sigma, steps=1200, rng=rng)
    climbs[f"σ = {sigma}"] = run.loss  # (10, 1201)
_ = plots.curves(climbs, np.arange(1201), xlabel="forward passes", ylabel="J on XOR", log="y")
print("median J after 1,200 passes:")
for name, J in climbs.items():
    print(f"{name:8} {np.median(J[:, -1]):.2g}")

# %% [markdown]
# The figure shows $J$ against forward passes, one line for each $\sigma$ with the quartiles of ten starts: the larger changes fall faster from beginning to end. On 17 parameters, bold guesses go far.
#
# ## 2. The end of learning
#
# The slide adds a warning: *at the end of learning, changes can only make things worse*. (The slide's exclamation marks, too.)
#
# **Predict.** A net that classifies its training digits perfectly, with a loss of a few thousandths. You change one weight by 0.01, up or down. How often does $J$ fall: never, one time in ten, or nearly every second time?
#
# Think of $J$ along one weight as a parabola with slope $g$ and curvature $h > 0$. A change $s$ makes $J$ smaller exactly when it lies between $0$ and $-2g/h$. For $s \sim N(0,\sigma^2)$ the chance of that is
#
# $$P(\text{improves}) = \Phi\!\left(\frac{2|g|}{h\sigma}\right) - \tfrac12 .$$
#
# So the *size* decides. As $\sigma \to 0$ the chance is one half, whatever $h$, unless $g$ is exactly 0. Let us look at a digits net along its training, at random weights and random changes of four sizes, and compare with the formula, weight by weight. (Where $h < 0$ the chance is larger; `chance_to_improve` knows both cases.)

# %% alt="Share of changes that help after 0, 10, 100 and 400 epochs, for four sizes: σ = 0.0001 and 0.01 stay between 0.43 and 0.48, just below the dotted line at one half; σ = 0.1 falls from 0.43 to 0.33, σ = 1 from 0.38 to 0.14"
digits = datasets.load("digits")
X300, Y300 = digits.X_train[:300], digits.Y_train[:300]
digits_net = MLP((64, 32, 10))
epochs, sigmas, trials = (0, 10, 100, 400), (1e-4, 0.01, 0.1, 1.0), 80


def moved(theta, p, changes):
    """J after each of some changes of one weight, (trials,), ten networks at a time."""
    thetas = np.repeat(theta[None], len(p), axis=0)
    thetas[np.arange(len(p)), p] += changes
    tens = np.split(thetas, len(p) // 10)
    return np.concatenate([mean_loss(digits_net, ten, X300, Y300) for ten in tens])


accepted, formula = (np.zeros((len(SEEDS), len(epochs), len(sigmas))) for _ in range(2))
for seed in tqdm(SEEDS, delay=2, leave=False):
    rng, kept = np.random.default_rng(seed), {}
    run = train(
        digits_net, init(digits_net, rng).astype(np.float32), X300, Y300, gd(0.5),
        epochs=400, batch_size=50, rng=rng,
        on_epoch=lambda epoch, theta, kept=kept: kept.update({epoch: theta.astype(float)}),
    )  # fmt: skip
    p, s = rng.integers(digits_net.size, size=trials), rng.normal(size=trials)
    for e, epoch in enumerate(epochs):
        J = mean_loss(digits_net, kept[epoch], X300, Y300)
        up, down = moved(kept[epoch], p, 1e-3), moved(kept[epoch], p, -1e-3)
        slope, curvature = (up - down) / 2e-3, (up - 2 * J + down) / 1e-6
        for k, sigma in enumerate(sigmas):
            accepted[seed, e, k] = np.mean(moved(kept[epoch], p, sigma * s) < J)
            formula[seed, e, k] = np.mean(
                [chance_to_improve(g, h, sigma) for g, h in zip(slope, curvature, strict=True)]
            )
table = {
    f"after {epoch}": {f"σ = {sigma:g}": accepted[:, e, k] for k, sigma in enumerate(sigmas)}
    for e, epoch in enumerate(epochs)
}
ax = plots.errorbars(table, xlabel="epochs of training", ylabel="share of changes that help")
ax.axhline(0.5, color="0.5", linestyle=":")
ax.set_ylim(0, 0.78)
said = ax.get_legend().get_title().get_text()
ax.legend(title=said, ncol=4, loc="upper center", fontsize=9)

print(f"J after 400 epochs: {run.loss[-1]:.4f} (last seed)")
print("after 400 epochs   " + "  ".join(f"σ = {sigma:<6g}" for sigma in sigmas))
print("measured           " + "  ".join(f"{v:<10.2f}" for v in accepted[:, -1].mean(axis=0)))
print("formula            " + "  ".join(f"{v:<10.2f}" for v in formula[:, -1].mean(axis=0)))
assert np.abs(accepted.mean(axis=0) - formula.mean(axis=0)).max() < 0.07
assert accepted[:, -1, 0].mean() > 0.3 > 0.25 > accepted[:, -1, -1].mean()

# %% [markdown]
# **What we saw.** The points show, for each stage of training, the share of changes that helped: in the end it is still close to one half for tiny changes and about one seventh for changes of size 1, and the formula gives both. So the slide's sentence holds for *large* changes only, which is how Hinton's own notes put it. Small ones help nearly every second time, to the very end. They just help very little. Where there is a slope, there is a way down.
#
# ## 3. All weights at once
#
# One weight at a time uses little of what a forward pass could tell. The lecture's second idea: perturb **all** weights in parallel and *correlate the changes with performance*.
#
# Put it into a formula. Draw a direction $v$ with a number from $N(0,1)$ for each weight, go $\sigma v$, and see $J$ change by $\Delta J$. If $\sigma$ is small, $\Delta J \approx \sigma\, \nabla J\cdot v$. Then multiply by $v$:
#
# $$\frac{\Delta J}{\sigma}\,v \;\approx\; (\nabla J\cdot v)\,v, \qquad \mathbb E\big[v\,v^\top\big]\,\nabla J = \nabla J .$$
#
# On average this is the gradient! The product with $v$ *is* the correlation. One direction is a very bad witness, so we question $K$ of them, and since all courses should be as fast as they can, all at the same time: `mean_loss` takes a whole stack of parameter vectors $(K, P)$ and returns $K$ losses.

# %% exercise="parallel_estimate"

# %% [markdown]
# The lecture ends its line with "to keep the most promising". Do you see why the formula keeps the unpromising, too? A direction in which $J$ rises tells where *not* to go, and the minus sign in $\Delta J$ turns it round.
#
# **Predict.** A net of 77 parameters. You have 78 forward passes to spend. One way: perturb each weight by itself, a little, and read its slope from $\Delta J$ (77 passes and one for $J(\theta)$). The other way: 77 random directions in parallel. Which comes closer to the gradient's direction?

# %% alt="Cosine with the gradient against the number of directions K, logarithmic from 1 to 4,096: all in parallel climbs from 0.05 to 0.7 at 64 and 0.99 at the end, along the dashed line of the theory, the root of K / (K + P + 1) with P = 77"
moons = datasets.load("moons", rng=np.random.default_rng(0), n=200)
moons_net = MLP((2, 15, 2))
P, counts = moons_net.size, 2 ** np.arange(0, 13, 2)


def cosine(a, b):
    """1 for the same direction, 0 for a right angle."""
    return a @ b / (np.linalg.norm(a) * np.linalg.norm(b))


def with_line(ax, x, y, label, **legend):
    """One more line, dashed, in the plot and its legend."""
    title = ax.get_legend().get_title().get_text()
    ax.plot(x, y, "--", color="0.3", label=label)
    ax.legend(**{"title": title, "alignment": "left"} | legend)
    return ax


parallel, one_by_one, many = np.zeros((10, len(counts))), [], []
for seed in range(10):
    rng = np.random.default_rng(seed)
    case = moons_net, init(moons_net, rng), moons.X_train[:30], moons.Y_train[:30]
    g = backprop(*case)
    for k, K in enumerate(counts):
        V = rng.standard_normal((K, P))
        parallel[seed, k] = cosine(parallel_estimate(*case, V, 1e-4), g)
    many.append(cosine(parallel_estimate(*case, rng.standard_normal((P, P)), 1e-4), g))
    one_by_one.append(cosine(parallel_estimate(*case, np.eye(P), 1e-4), g))
ax = plots.curves(
    {"all in parallel": parallel},
    counts, xlabel="directions K", ylabel="cosine with the gradient", log="x",
)  # fmt: skip
with_line(ax, counts, np.sqrt(counts / (counts + P + 1)), "√(K / (K + P + 1))")
ax.set_title(f"P = {P} parameters")
print(f"{P} directions in parallel: cosine {np.mean(many):.3f} ± {np.std(many, ddof=1):.3f}")
print(f"                  theory:         {np.sqrt(P / (2 * P + 1)):.3f}")
print(f"{P} weights one by one:     cosine {np.mean(one_by_one):.4f}")
assert abs(np.mean(many) - np.sqrt(P / (2 * P + 1))) < 0.06
assert min(one_by_one) > 0.999

# %% [markdown]
# **What we saw.** The cosine with the true gradient climbs with the number of directions exactly as theory says, towards 1: the estimate is right on average. But for the price of a *perfect* gradient, one weight at a time, the parallel rule buys one that is off by 45 degrees. (Where the formula comes from: for normal $v$, $\mathbb E|(\nabla J\cdot v)v|^2 = (P+2)|\nabla J|^2$. The estimate is right on average and far too long in every single case; $K$ of them leave $1 + (P+1)/K$.)
#
# So is the second idea no gain at all? As a way to *measure* a gradient: none. But you need not measure it before you move. One direction and a small step downhill cost two passes, whatever $P$. Over many steps the errors average out while you already walk.
#
# ### In pairs
#
# Cheap improvement: ask each direction twice, at $\theta+\sigma v$ and at $\theta-\sigma v$, and nobody has to know $J(\theta)$. What is the same on both sides cancels, above all the curvature. This is called **antithetic** or central.

# %% exercise="antithetic_estimate"

# %% [markdown]
# **Predict** how the error of the slope along a direction depends on $\sigma$, for both, and what happens at very small $\sigma$.

# %% alt="Relative error of the slope along v against σ, both logarithmic, two valleys: one-sided is lowest, near 10⁻⁸, at σ = 10⁻⁸ and rises from there with slope 1; in pairs goes down to 3 · 10⁻¹¹ at about 3 · 10⁻⁶ and rises with slope 2"
sigmas = np.logspace(-10, 0, 21)
off = {"one-sided": np.zeros((5, len(sigmas))), "in pairs": np.zeros((5, len(sigmas)))}
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    case = moons_net, init(moons_net, rng), moons.X_train[:30], moons.Y_train[:30]
    V = rng.standard_normal((1, P))
    exact = (backprop(*case) @ V[0]) * V[0]
    for k, sigma in enumerate(sigmas):
        off["one-sided"][seed, k] = relative_error(parallel_estimate(*case, V, sigma), exact)
        off["in pairs"][seed, k] = relative_error(antithetic_estimate(*case, V, sigma), exact)
_ = plots.curves(off, sigmas, xlabel="σ", ylabel="relative error of the slope along v", log="xy")
for name, error in off.items():
    print(f"{name:9} smallest error at σ = {sigmas[np.median(error, axis=0).argmin()]:.0e}")

# %% [markdown]
# **What we saw.** The two curves fall to a valley and rise again: on the right the error of the one-sided estimate grows like $\sigma$ and that of the pairs like $\sigma^2$; on the left rounding takes over, like $1/\sigma$. It is the gradient check of notebook 03 once more, along a random direction. Between $10^{-5}$ and $10^{-2}$ either is good enough, because what hurts is elsewhere: in the randomness of $v$.
#
# **Turn the knobs.** Ten estimates each for your two functions and for noise on the nodes (that is section 5), and the angle of each to the true gradient. How many samples until 60 degrees? What does a huge $\sigma$ do to which of them?


# %% alt="Angle to the gradient in degrees, ten estimates by each of three rules with 16 samples and σ = 0.001: weights, one-sided about 65, weights, in pairs about 74, nodes about 18; knobs change the samples and σ"
def draw_angles(samples=16, log10_sigma=-3.0):
    """The angle to the true gradient of ten estimates by three rules."""
    rng, sigma = np.random.default_rng(1), 10.0**log10_sigma
    case = moons_net, init(moons_net, rng), moons.X_train[:30], moons.Y_train[:30]
    g = backprop(*case)
    rules = {
        "weights, one-sided": partial(weight_perturbation, samples=samples),
        "weights, in pairs": partial(weight_perturbation, samples=samples, antithetic=True),
        "nodes": partial(node_perturbation, samples=samples),
    }
    angles = {
        name: [
            np.degrees(np.arccos(cosine(rule(*case, sigma=sigma, rng=rng), g))) for _ in range(10)
        ]
        for name, rule in rules.items()
    }
    ax = plots.errorbars(angles, ylabel="angle to the gradient, degrees")
    ax.set(ylim=(0, 120), title=f"K = {samples} samples, σ = {sigma:.0e}")
    return ax


widgets.knobs(draw_angles, samples=(2, 512, 2), log10_sigma=(-6.0, 1.0, 0.5))

# %% [markdown]
# ## 4. One formula, many names
#
# You have just written the core of three methods that live in different textbooks. All of them take the directions' correlation with $J$; they differ in how they draw and what they subtract.
#
# | name | directions | what is subtracted from $J(\theta+\sigma v)$ |
# |---|---|---|
# | weight perturbation | normal | $J(\theta)$, or $J(\theta-\sigma v)$ in pairs |
# | SPSA (Spall 1992) | random signs, $\pm1$ | $J(\theta-\sigma v)$; with $\sigma$ and the rate falling along prescribed sequences |
# | evolution strategy (in the form of Salimans et al. 2017) | normal, a population of $K$ | the mean of the population |
#
# The last one is simply the covariance of loss and direction: "correlate the changes with performance", to the letter.
#
# And lecture 1 calls the whole thing *a very primitive form of reinforcement learning*. Primitive perhaps, but it is not a metaphor. In reinforcement learning one tries an **action**, gets a **reward**, and does not learn what the best action would have been. Let the action be the choice of *all weights*, $a \sim N(\theta, \sigma^2)$, and the reward $-J(a)$. REINFORCE (Williams 1992) then says: move $\theta$ along $(\text{reward} - \text{baseline}) \cdot \nabla_\theta \log p(a)$. Let PyTorch, which knows nothing of our formula, find that derivative of the log-density; the baseline is $-J(\theta)$.

# %%
gaps = []
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    case = net, theta, X, Y = xor_net, init(xor_net, rng), X_xor, Y_xor
    V, sigma = rng.standard_normal((8, net.size)), 0.1
    mean, update = torch.tensor(theta, requires_grad=True), np.zeros(net.size)
    for v in V:
        action = torch.tensor(theta + sigma * v)
        log_p = torch.distributions.Normal(mean, sigma).log_prob(action).sum()
        (score,) = torch.autograd.grad(log_p, mean)
        reward, baseline = -mean_loss(net, action.numpy(), X, Y), -mean_loss(*case)
        update += (reward - baseline) * score.numpy() / len(V)
    gaps.append(relative_error(-update, parallel_estimate(*case, V, sigma)))
print("largest relative difference to the parallel estimate:", f"{max(gaps):.0e}")
assert max(gaps) < 1e-9

# %% [markdown]
# **What we saw.** The same numbers to rounding. The score of a Gaussian is $(a-\theta)/\sigma^2 = v/\sigma$, so REINFORCE *is* parallel weight perturbation, and the lecture's remark holds as an identity. (It also explains why reinforcement learning takes so long: you now know what $K$ costs.)
#
# SPSA with its falling gains, on XOR:

# %%
ends = []
for seed in SEEDS:
    rng, gains = np.random.default_rng(seed), spall_gains(a=5.0, c=0.1, A=100)
    rule = partial(spsa, sigma=gains.sigma, rng=rng)
    run = train(
        xor_net, init(xor_net, rng), X_xor, Y_xor, gd(gains.lr),
        gradient=rule, epochs=750, batch_size=None, rng=rng,
    )  # fmt: skip
    ends.append(run.loss[-1])
print("J after 1,500 forward passes, five starts:", np.round(ends, 3))

# %% [markdown]
# ## 5. Noise on the units
#
# The lecture's third idea: perturb the **activations** of the units, not the weights. Its reason is this sentence: *if we know that we want an activation to change, we have a clear idea how to change the weights of the unit.* How clear? Take one layer and one example: $u = xW + b$, and you wish $u$ to move by $\mathrm du$. Many changes of $W$ and $b$ do that. Find the **smallest**.

# %% exercise="smallest_change"

# %% [markdown]
# Test it where it is meant to work: the hidden layer of a digits net, an example and a wish.

# %%
misses, shapes = [], set()
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    W, b = digits_net.layers(init(digits_net, rng))[0]
    x, du = digits.X_train[seed], rng.normal(size=32)
    dW, db = smallest_change(x, du)
    misses.append(np.abs(x @ (W + dW) + (b + db) - (x @ W + b) - du).max())
    shapes.add((dW.shape, int(np.linalg.matrix_rank(dW))))
print(f"u misses the wish by at most {max(misses):.0e};", "shape and rank of ΔW:", shapes)
assert max(misses) < 1e-12

# %% [markdown]
# **What we saw.** The claim holds exactly, and the answer has a form you know: $\Delta W \propto x^\top\mathrm du$, an outer product of what came in and how the unit should move. Put $-\delta$ for $\mathrm du$ and it is $-h^\top\delta$, the gradient of notebook 03. Whoever knows $\delta$ knows everything. And $\delta$ has one entry for each *unit*, not for each weight.
#
# So estimate $\delta$ by perturbation: add $\sigma\xi$ to the pre-activations $u$ of a layer, $\xi\sim N(0,1)$, and correlate. Now something new is possible. All examples of a batch share the weights, but each has its **own** activations; so each can have its own noise, and what that does to *its own* loss. A batch of 100 is 100 experiments in one pass.

# %% exercise="node_delta"

# %% [markdown]
# Is its mean really backprop's $\delta$? A net of 2-15-2, ten examples, noise on the 15 hidden units, 10,000 draws; $\delta$ of the hidden layer by the rule of notebook 03.
#
# **Predict:** for which of $\sigma$ = 2, 0.5, 0.01 will the cosine come close to 1?

# %%
cosines = {sigma: [] for sigma in (2.0, 0.5, 0.01)}
X, Y = moons.X_train[:10], moons.Y_train[:10]
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    theta = init(moons_net, rng)
    (_, _), (W2, b2) = moons_net.layers(theta)
    trace = forward(moons_net, theta, X)
    delta = ((trace.output - Y) / len(X)) @ W2.T * (1 - trace.h[1] ** 2)
    plain = example_losses(moons_net, trace.u[1], trace.output, Y)
    noise = rng.standard_normal((10_000, *trace.u[0].shape))
    for sigma, cosines_ in cosines.items():
        u = np.tanh(trace.u[0] + sigma * noise) @ W2 + b2
        change = example_losses(moons_net, u, softmax(u), Y) - plain
        estimates = [node_delta(c, xi, sigma) for c, xi in zip(change, noise, strict=True)]
        cosines_.append(cosine(np.mean(estimates, axis=0).ravel(), delta.ravel()))
for sigma, c in cosines.items():
    print(f"σ = {sigma:<5g} cosine with backprop's δ {np.mean(c):.4f} ± {np.std(c, ddof=1):.4f}")
assert np.mean(cosines[0.01]) > 0.999

# %% [markdown]
# **What we saw.** As $\sigma\to0$ the mean of the perturbed values is the derivative: the step from perturbing activations to *calculating* is the next slide of the lecture, and section 10 here.
#
# With noise in all layers at once and $h^\top\delta$ for the weights, this is **node perturbation**, `node_perturbation`, at any depth. One warning from practice: public code often draws *one* noise for the whole batch and correlates it with the batch's mean loss. What comes out on average is then the product of the mean $h$ and the mean $\delta$, not the mean of the products, and that is no gradient.
#
# ### Signal and noise
#
# How much better is it? For each estimate compare the squared length of the true gradient (signal) with the mean squared error of the estimate (noise). A 64-H-10 net on 32 digits, for H from 2 to 128.
#
# **Predict.** From H = 2 to H = 128 the number of weights grows 43 times, the number of units 11 times. What happens to both ratios of signal to noise?

# %% alt="Signal over noise of one sample against the number of what is perturbed, both logarithmic: noise on weights falls along the dashed 1 / (n + 1), from 0.006 at 160 to 0.0001 at 9,610; noise on nodes, on or above it, from 0.26 at 12 to 0.013 at 138"
widths = np.array([2, 8, 32, 128])
ratio = {name: np.zeros((5, len(widths))) for name in ("noise on weights", "noise on nodes")}
off_course = {name: np.zeros((5, len(widths))) for name in ratio}
sizes = [MLP((64, H, 10)).size for H in widths]
for seed in SEEDS:
    for k, H in enumerate(widths):
        net, rng = MLP((64, int(H), 10)), np.random.default_rng(seed)
        rules = {
            "noise on weights": partial(weight_perturbation, sigma=1e-4, rng=rng),
            "noise on nodes": partial(node_perturbation, sigma=1e-4, rng=rng),
        }
        theta, *batch = init(net, rng), digits.X_train[:32], digits.Y_train[:32]
        g = backprop(net, theta, *batch)
        for name, rule in rules.items():
            estimates = rule(net, np.tile(theta, (100, 1)), *batch)  # one for each row
            errors = [np.sum((e - g) ** 2) for e in estimates]
            ratio[name][seed, k] = g @ g / np.mean(errors)
            off_course[name][seed, k] = np.mean([cosine(e, g) for e in estimates])
perturbed = {"noise on weights": np.array(sizes), "noise on nodes": widths + 10}
ax = plots.curves(
    ratio, perturbed, log="xy",
    xlabel="number n of what is perturbed: weights, or units", ylabel="signal / noise of one sample",
)  # fmt: skip
ends = np.array([10, 10_000])
with_line(ax, ends, 1 / (ends + 1), "1 / (n + 1)")
for k, H in enumerate(widths):
    said = [f"{name} {off_course[name][:, k].mean():.3f}" for name in ratio]
    print(f"{sizes[k]:5} weights, {H + 10:3} units: mean cosine of one sample,", ", ".join(said))
weights, nodes = (r.mean(axis=0) for r in ratio.values())
assert np.allclose(weights * (np.array(sizes) + 1), 1, atol=0.2)
assert (nodes > 5 * weights).all()

# %% [markdown]
# **What we saw.** The lines show signal over noise against the number of what is perturbed. Noise on weights follows $1/(P+1)$ to the letter, down and down. Noise on the nodes falls as their number grows, too, but there are far fewer of them, and it lies above the dashed line besides: 32 examples with noise of their own are 32 experiments. The lecture's claim that this is the better alternative holds.
#
# ## 6. A slope without a σ
#
# Is it the finite $\sigma$ that hurts? Let us remove it. The slope of $J$ along a direction $v$ can be had *exactly*, in one pass forward: with every value of the forward pass travels its rate of change. Lecture 3 calls this the tangent-linear model (notebook 04 has its own story of it); multiplied by $v$ it is the **forward gradient** (Baydin et al. 2022).
#
# You need two facts. For $u = hW + b$ all three change at once: what is the rate of $u$? And through a unit a rate passes as it always does.

# %% exercise="directional_derivative"

# %%
lengths = []
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    case = moons_net, init(moons_net, rng), moons.X_train[:30], moons.Y_train[:30]
    g, v = backprop(*case), rng.standard_normal(P)
    assert abs(directional_derivative(*case, v) - g @ v) < 1e-12
    draws = forward_gradient(moons_net, np.tile(case[1], (2000, 1)), *case[2:], rng=rng)
    lengths.append(np.mean(np.sum(draws**2, axis=1)) / (g @ g))
print(
    f"E|ĝ|² / |g|²: {np.mean(lengths):.1f} ± {np.std(lengths, ddof=1):.1f}, theory P + 2 = {P + 2}"
)
assert abs(np.mean(lengths) / (P + 2) - 1) < 0.1

# %% [markdown]
# **What we saw.** Exact slopes, and the same noise: $P + 2$. The trouble with perturbation was never the finite step. It is that *one number* comes back from each pass, while the gradient has $P$. Backprop gets $P$ numbers from one pass backwards.
#
# ## 7. What the noise costs in learning
#
# Noise can be averaged away over time by small steps. How small? On one problem this can be worked out to the end (Werfel, Xie and Seung 2005): a linear student learns from a linear teacher, $N$ inputs $x\sim N(0,I)$, $M$ outputs, one example at a time. If a rule's estimate satisfies $\mathbb E|\hat g|^2 = d\,|g|^2$, then the mean squared distance to the teacher changes in each step by the factor
#
# $$1 - 2\eta + (N+2)\,d\,\eta^2 .$$
#
# The middle term is progress, the last the price of noise. The best rate is $\eta^* = 1/((N+2)d)$, then the distance shrinks by just that share a step; at twice the best rate nothing is gained any more. And $d$ is $1$ for the gradient, $M+2$ for noise on the nodes, $NM+2$ for noise on the weights.
#
# **Predict.** $N = 10$, $M = 5$. How many times more steps will weight perturbation need than gradient descent?

# %%
rules, measured = ("gradient", "nodes", "weights"), {}
for n_in, n_out in ((4, 2), (6, 3), (10, 5)):
    shares = {rule: [] for rule in rules}
    for seed in SEEDS:
        for rule in rules:
            lr = best_rate(rule, n_in, n_out)
            distances = squared_distances(
                rule, n_in, n_out,
                lr=lr, steps=round(1 / lr), runs=200, rng=np.random.default_rng([seed, n_in]),
            )  # fmt: skip
            shares[rule].append(1 - distances[-1] ** (1 / round(1 / lr)))
    for rule, theory in (("nodes", n_out + 2), ("weights", n_in * n_out + 2)):
        slower = np.array(shares["gradient"]) / shares[rule]
        measured[f"N={n_in}, M={n_out}: {rule}"] = slower
        print(
            f"N = {n_in:2}, M = {n_out}: noise on the {rule:7} {slower.mean():5.1f} ± "
            f"{slower.std(ddof=1):.1f} times slower; theory {theory}"
        )
        assert abs(slower.mean() / theory - 1) < 0.15

# %% [markdown]
# And away from the best rate? The share by which the distance falls in a step, over the rate, for $N=6$, $M=3$:

# %% alt="Progress against the rate, both in units of the best: gradient, nodes and weights follow the dashed parabola 2r − r², up to 1 at the best rate and down to about 0.5 at 1.7; beyond the best rate the bands widen, most of all that of the nodes"
n_in, n_out, relative = 6, 3, np.array([0.1, 0.3, 0.6, 0.8, 1.0, 1.2, 1.4, 1.7])
shares = {rule: np.zeros((5, len(relative))) for rule in rules}
for seed in SEEDS:
    for rule in rules:
        best = best_rate(rule, n_in, n_out)
        for k, r in enumerate(relative):
            steps = round(0.5 / best)
            distances = squared_distances(
                rule, n_in, n_out,
                lr=r * best, steps=steps, runs=200, rng=np.random.default_rng([seed, k]),
            )  # fmt: skip
            shares[rule][seed, k] = (1 - distances[-1] ** (1 / steps)) / best
ax = plots.curves(
    shares, relative,
    xlabel="rate, in units of the rule's best", ylabel="progress, in units of the best",
)  # fmt: skip
_ = with_line(ax, relative, 2 * relative - relative**2, "2r − r²")

# %% [markdown]
# **What we saw.** In its own units every rule runs along the same parabola; the units differ by $M + 2$ and $NM + 2$, as the published analysis has it (the "+ 2" is no pedantry at these sizes). Beyond the best rate the curves fray: there the mean is made by a few unlucky runs. So noise on the nodes costs a factor of the number of *outputs*, noise on the weights a factor of the number of *weights*. This is the answer to "better": yes, by the number of inputs.
#
# One more lesson: at a common learning rate you would have compared nothing. A rate that is best for the gradient makes weight perturbation diverge, and a rate small enough for all makes all three look alike.
#
# ## 8. The bill
#
# A step of one rule is not a step of another. The fair currency is the **forward pass** of the batch. Count for yourself what an estimate costs: how many products with a matrix of the layer's size does each rule make in every layer?

# %% exercise="forward_passes"

# %% tags=["nbval-check-output"]
for rule in (
    "backprop",
    "finite differences",
    "one-sided",
    "antithetic",
    "node",
    "forward gradient",
):
    few, many = (forward_passes(rule, P=2410, K=K) for K in (2, 64))
    print(f"{rule:20} {few:5} passes with 2 samples, {many:5} with 64")

# %% [markdown]
# Does counting products predict time? Nets of 64-H-10 on 32 digits; times as multiples of a forward pass.


# %%
def seconds(function, repeats=20):
    """The fastest of some calls, in seconds."""
    times = []
    for _ in range(repeats):
        begin = perf_counter()
        function()
        times.append(perf_counter() - begin)
    return min(times)


print("    P   forward, µs   backprop   differences   (in forward passes)")
backward = []
for H in (4, 16, 64):
    net, rng = MLP((64, H, 10)), np.random.default_rng(0)
    case = net, init(net, rng), digits.X_train[:32], digits.Y_train[:32]
    one = seconds(lambda case=case: mean_loss(*case), 50)
    backward.append(seconds(lambda case=case: backprop(*case), 50) / one)
    differences = seconds(lambda case=case: finite_difference(*case), 12 // H + 1) / one
    print(f"{net.size:5} {1e6 * one:10.0f} {backward[-1]:13.1f} {differences:12.0f}")

# %% [markdown]
# Backprop costs a few forward passes whatever $P$ is (tanh, softmax and bookkeeping are part of a pass, too, so the time need not be three of them); differences cost $2P$ passes and more. That is the slide's claim: *the derivative of the error for all hidden units in a single pass.*
#
# ### The race
#
# Now everything together: $J$ against forward passes, each rule at its own best learning rate, five starts. The runs of a rule go side by side: each has noise of its own, and all see the same batches in the same order. First XOR (17 parameters), where every rule may spend 1,200 passes of the four cases.


# %% alt="J on XOR, logarithmic, against 1,200 forward passes for eight rules: backprop falls first and ends at 0.001; the other rules with a gradient end at 0.008 to 0.03; one weight at a time, dashed, crosses backprop near 400 and ends at 2 · 10⁻⁹"
def backprop_each(net, thetas, X, Y):
    """The gradients of networks side by side, (S, P); the other rules take a stack as it is."""
    return np.stack([backprop(net, theta, X, Y) for theta in thetas])


def contestants(sigma, rng):
    """Name -> (rule, what an estimate costs in forward passes)."""
    noisy = {"sigma": sigma, "rng": rng}
    return {
        "backprop": (backprop_each, forward_passes("backprop", 1, 1)),
        "weights, one-sided": (
            partial(weight_perturbation, **noisy),
            forward_passes("one-sided", 1, 1),
        ),
        "weights, in pairs": (
            partial(weight_perturbation, samples=2, antithetic=True, **noisy),
            forward_passes("antithetic", 1, 2),
        ),
        "SPSA": (partial(spsa, **noisy), forward_passes("antithetic", 1, 2)),
        "evolution strategy, 16": (
            partial(evolution_strategy, samples=16, **noisy),
            forward_passes("antithetic", 1, 16),
        ),
        "nodes": (partial(node_perturbation, **noisy), forward_passes("node", 1, 1)),
        "forward gradient": (
            partial(forward_gradient, rng=rng),
            forward_passes("forward gradient", 1, 1),
        ),
    }


def race(net, X, Y, sigma, budget, batch_size, rates, name, seeds):
    """Passes spent, and J along runs side by side, (rate, start, epoch); all share the batches."""
    rng, order = np.random.default_rng(seeds[0]), np.random.default_rng(0)
    starts = np.stack([init(net, np.random.default_rng(seed)) for seed in seeds])
    theta = np.tile(starts, (len(rates), 1)).astype(X.dtype)
    lr = np.repeat(rates, len(seeds)).astype(X.dtype)[:, None]
    rule, cost = contestants(sigma, rng)[name]
    J = [mean_loss(net, theta, X, Y)]
    for _ in range(int(budget / cost)):
        for rows in minibatches(len(X), batch_size, order):
            theta -= lr * rule(net, theta, X[rows], Y[rows])
        J.append(mean_loss(net, theta, X, Y))
    return cost * np.arange(len(J)), np.array(J).T.reshape(len(rates), len(seeds), -1)


LEGEND = {
    "title": "rule (its best rate);\nbands: quartiles of 5 runs",
    "fontsize": 9.5,
    "loc": "upper left",
    "bbox_to_anchor": (1, 1),
}


def championship(net, X, Y, sigma, budget, batch_size, rates, tuning):
    """Each rule's best rate, found on starts of its own with half the budget; then five new ones."""
    curves, at, final = {}, {}, {}
    task = net, X, Y, sigma
    for name, tried in tqdm(rates.items(), desc="rules", delay=2, leave=False):
        _, J = race(*task, budget / 2, batch_size, tried, name, range(100, 100 + tuning))
        best = tried[J[:, :, -1].mean(axis=1).argmin()]
        label = f"{name} ({best:g})"
        at[label], J = race(*task, budget, batch_size, [best], name, SEEDS)
        curves[label], final[name] = J[0], J[0, :, -1]
    _, ax = plt.subplots(figsize=(7.7, 4.2))
    ax = plots.curves(
        curves, at, xlabel="forward passes of the training set", ylabel="J", log="y", ax=ax
    )
    return ax, final


rates = {
    "backprop": (2, 4, 8),
    "weights, one-sided": (0.25, 0.5, 1),
    "weights, in pairs": (0.25, 0.5, 1),
    "SPSA": (0.25, 0.5, 1),
    "evolution strategy, 16": (1.5, 3, 6),
    "nodes": (0.25, 0.5, 1),
    "forward gradient": (0.25, 0.5, 1),
}
budget = 1200
ax, J_xor = championship(xor_net, X_xor, Y_xor, 1e-3, budget * (1 + FULL), 4, rates, tuning=20)
climb = climbs["σ = 1.0"][:5]
J_xor["one weight"] = climb[:, -1]
assert np.median(climb[:, -1]) < np.median(J_xor["backprop"])
_ = with_line(ax, np.arange(budget + 1), np.median(climb, axis=0), "one weight, σ = 1", **LEGEND)

# %% [markdown]
# The figure shows $J$ on XOR against forward passes, a line for each rule (one-sided and in pairs are one line: at this $\sigma$ they are the same). A surprise, if you believed the slide: the *most* primitive rule, one weight at a time with bold changes, ends lowest of all. With 17 parameters there is little to be inefficient about, and it takes steps that no gradient would dare.
#
# Now the digits: 1,259 training images, a net of 64-16-10 with 1,210 parameters, mini-batches of 32. (One weight at a time cannot use mini-batches, as $J$ would change with the batch, and a change be kept because the next batch is easier; it takes the whole set.)
#
# **Predict** the order at the end, and whether the noisy rules get below a loss of 1 (from 2.3 and more) within 40 passes.

# %% alt="J on the digits, logarithmic, against 40 forward passes for eight rules: backprop falls to 0.07, nodes to about 0.4; the rules with noise on the weights and the forward gradient stay close together and end near 1; one weight at a time hardly leaves 2.3"
race_net = MLP((64, 16, 10))
rates = {
    "backprop": (0.5, 1, 2),
    "weights, one-sided": (0.01, 0.02, 0.04),
    "weights, in pairs": (0.01, 0.02, 0.04),
    "SPSA": (0.01, 0.02, 0.04),
    "evolution strategy, 16": (0.1, 0.2, 0.4),
    "nodes": (0.1, 0.2, 0.4),
    "forward gradient": (0.01, 0.02, 0.04),
}
budget = 40 * (1 + FULL)
train_set = [A.astype(np.float32) for A in (digits.X_train, digits.Y_train)]
ax, J_digits = championship(race_net, *train_set, 1e-3, budget, 32, rates, tuning=3)
starts = [init(race_net, np.random.default_rng(seed)) for seed in SEEDS]
starts, rng = np.array(starts, np.float32), np.random.default_rng(0)
climb = hill_climb(race_net, starts, *train_set, sigma=0.3, steps=budget, rng=rng).loss
with_line(ax, np.arange(budget + 1), np.median(climb, axis=0), "one weight, σ = 0.3", **LEGEND)
J_digits["one weight"] = climb[:, -1]
assert J_digits["backprop"].max() < min(J.min() for n, J in J_digits.items() if n != "backprop")
assert J_digits["nodes"].mean() < J_digits["weights, in pairs"].mean()
assert min(J_digits["one weight"]) > max(J_digits["weights, in pairs"])

# %% [markdown]
# How inefficient is one weight at a time, in a number? Count the passes until $J$ is 1.5, on 300 digits, for backprop (full batch, three passes a step) and for the hill climb at its better of two $\sigma$.

# %%
target, passes, few = 1.5, {}, [A[:300] for A in train_set]


def until_target(loss):
    """The first epoch below the target, (S,); NaN where there is none. loss is (S, epochs + 1)."""
    return np.where(loss[:, -1] < target, (loss < target).argmax(axis=1), np.nan)


runs = [
    train(race_net, theta, *few, gd(1.0), epochs=20, batch_size=None, rng=rng) for theta in starts
]
passes["backprop"] = 3 * until_target(np.array([run.loss for run in runs]))
for sigma in (0.3, 1.0):
    rng = np.random.default_rng(0)
    run = hill_climb(race_net, starts, *few, sigma=sigma, steps=1200, rng=rng)
    passes[f"one weight, σ = {sigma:g}"] = until_target(run.loss)
for name, n in passes.items():
    print(f"{name:20} {np.nanmean(n):6.0f} ± {np.nanstd(n, ddof=1):.0f} passes to J < {target}")
times = np.nanmin([passes["one weight, σ = 0.3"], passes["one weight, σ = 1"]], axis=0)
times = times / passes["backprop"]
print(
    f"ratio {times.mean():.0f} ± {times.std(ddof=1):.0f}; the network has {race_net.size} parameters"
)
assert times.min() > 5

# %% [markdown]
# **What we saw.** The curves show $J$ against forward passes. On the digits the order is that of the noise: backprop far below all, then the nodes, then all the rules that perturb weights, close together whatever their names, and one weight at a time hardly leaves the start. So "very inefficient" holds, on one condition: *many weights*. With 17 it is not even true. And the factor on 300 digits, some tens, is far below the 1,210 that counting parameters suggests: the climb does not measure the gradient before it moves, it pockets every good change at once.
#
# All rules in one table. Bias: how far the mean of many estimates is from the gradient, at a large $\sigma$ of 0.3, on XOR (what is left by chance is about 0.01). Noise: mean squared error over $|g|^2$, on 32 digits.

# %%
rng = np.random.default_rng(0)
K, xor_case = 2**17, (xor_net, init(xor_net, rng), X_xor, Y_xor)
g_xor = backprop(*xor_case)
loud = {"sigma": 0.3, "samples": K, "rng": rng}
averaged = {
    "backprop": g_xor,
    "weights, one-sided": weight_perturbation(*xor_case, **loud),
    "weights, in pairs": weight_perturbation(*xor_case, antithetic=True, **loud),
    "SPSA": spsa(*xor_case, **loud),
    "evolution strategy, 16": evolution_strategy(*xor_case, **loud),
    "nodes": node_perturbation(*xor_case, **loud),
    "forward gradient": forward_gradient(*xor_case, samples=K, rng=rng),
}
theta, *batch = init(race_net, rng), digits.X_train[:32], digits.Y_train[:32]
g = backprop(race_net, theta, *batch)
print(f"{'rule':24}passes   bias   noise   J on XOR             J on digits")
for name, (rule, cost) in contestants(1e-3, rng).items():
    estimates = rule(race_net, np.tile(theta, (100, 1)), *batch)
    noise = np.mean(np.sum((estimates - g) ** 2, axis=1)) / (g @ g)
    bias = np.linalg.norm(averaged[name] - g_xor) / np.linalg.norm(g_xor)
    J1, J2 = J_xor[name], J_digits[name]
    print(
        f"{name:24}{cost:4}   {bias:6.3f}  {noise:6.0f}   {J1.mean():.1e} ± {J1.std(ddof=1):.0e}"
        f"   {J2.mean():.3f} ± {J2.std(ddof=1):.3f}"
    )
J1, J2 = J_xor["one weight"], J_digits["one weight"]
print(
    f"{'one weight':24}   1        –       –   {J1.mean():.1e} ± {J1.std(ddof=1):.0e}"
    f"   {J2.mean():.3f} ± {J2.std(ddof=1):.3f}"
)

# %% [markdown]
# **What we saw.** Noise decides, where there are many weights: the more of it, the higher the loss on digits for the same number of passes. (The forward gradient pays for its exact slope with one pass more and gets no less noise for it. On XOR, one of five runs with noise on the nodes has still not learned it after 1,200 passes; hence the large mean there.) And pairs do not lower the *bias*: along one direction they are more exact, but on average both forms are the gradient of the same thing, $J$ blurred by $N(0,\sigma^2)$.
#
# ## 9. Where perturbation is the right tool
#
# Lecture 3 says that *all optimization algorithms require the gradient*. You have trained networks for an hour without one. But backprop won wherever both could run. So: where can it not?
#
# Take **step** units, $h = 1$ if $u>0$ else $0$, as in the first perceptrons. Their slope is 0 everywhere (and infinite at one point). The task is a ring around a disc, eight hidden step units.
#
# **Predict** what backprop does here, and what noise on the nodes does.

# %% alt="Test accuracy with step units, five runs of each rule: backprop 0.40 on average, from 0.35 to 0.48; noise on the nodes 1.00 in every run; evolution strategy 0.99; one weight 0.97"
step_net = MLP((2, 8, 2), hidden=step)
found = {
    name: [] for name in ("backprop", "noise on the nodes", "evolution strategy", "one weight")
}
rings = [datasets.load("circles", rng=np.random.default_rng(seed), n=300) for seed in SEEDS]
for seed, ring in enumerate(rings):
    rng = np.random.default_rng(seed)
    theta = init(step_net, rng)
    rules = {
        "backprop": backprop,
        "noise on the nodes": partial(node_perturbation, sigma=0.3, samples=10, rng=rng),
        "evolution strategy": partial(evolution_strategy, sigma=0.1, samples=30, rng=rng),
    }
    for name, rule in rules.items():
        run = train(
            step_net, theta, ring.X_train, ring.Y_train, gd(1.0),
            gradient=rule, epochs=150, batch_size=None, rng=rng,
        )  # fmt: skip
        found[name].append(accuracy(step_net, run.theta, ring.X_test, ring.y_test))
    run = hill_climb(step_net, theta, ring.X_train, ring.Y_train, sigma=0.3, steps=2000, rng=rng)
    found["one weight"].append(accuracy(step_net, run.theta, ring.X_test, ring.y_test))
ax = plots.errorbars(found, ylabel="test accuracy, step units")
ax.set_ylim(0.3, 1.04)
for name, a in found.items():
    print(f"{name:20} {np.mean(a):.3f} ± {np.std(a, ddof=1):.3f}")
assert np.mean(found["backprop"]) < 0.75 < 0.85 < np.mean(found["noise on the nodes"])
assert np.mean(found["evolution strategy"]) > 0.85

# %% [markdown]
# The figure shows the test accuracy of five runs by each rule. Backprop moves the output layer alone: behind steps every derivative is 0. Noise blurs the steps into slopes. (On average, $\hat g$ is the gradient of $J$ *blurred* by $N(0,\sigma^2)$, and a blurred step is a sigmoid. So here a large $\sigma$ is a virtue.)
#
# Now make the loss a black box, too: the **error rate** itself, the share of wrong answers, a number that changes in jumps and that nobody can differentiate. It is what we care about, after all.

# %%
error_rate = Loss(
    "error rate",
    "no output unit",
    mean=lambda P, Y: np.mean(P.argmax(axis=-1) != Y.argmax(axis=-1), axis=-1),
    slope=None,
    safe=None,
    outputs=("softmax",),
)
box_net = MLP((2, 8, 2), hidden=step, loss=error_rate)
before, after = [], {"evolution strategy": [], "one weight": [], "Nelder–Mead": []}
for seed, ring in enumerate(rings):
    rng = np.random.default_rng(seed)
    theta, X, Y = init(box_net, rng), ring.X_train, ring.Y_train
    rule = partial(evolution_strategy, sigma=0.2, samples=30, rng=rng)
    run = train(box_net, theta, X, Y, gd(1.0), gradient=rule, epochs=150, batch_size=None, rng=rng)
    before.append(run.loss[0])
    after["evolution strategy"].append(run.loss[-1])
    run = hill_climb(box_net, theta, X, Y, sigma=1.0, steps=4500, rng=rng)
    after["one weight"].append(run.loss[-1])
    simplex = minimize(
        lambda t, X=X, Y=Y: mean_loss(box_net, t, X, Y), theta,
        method="Nelder-Mead", options={"maxfev": 4500},
    )  # fmt: skip
    after["Nelder–Mead"].append(simplex.fun)
print(f"error rate before: {np.mean(before):.3f} ± {np.std(before, ddof=1):.3f}")
for name, e in after.items():
    print(f"after 4,500 passes, {name:20} {np.mean(e):.3f} ± {np.std(e, ddof=1):.3f}")
assert np.mean(after["evolution strategy"]) < 0.5 * np.mean(before)

# %% [markdown]
# **What we saw.** Training error fell with no derivative anywhere: not of the units, not of the loss. (Nelder and Mead's simplex, which uses no derivatives either, sits on a plateau: small moves change nothing, so it shrinks. Here boldness counts.) So the claim that all algorithms require the gradient fails. What is true is milder: those that *have* a gradient use it, and win.
#
# That makes the list of places for perturbation: steps and other units without a slope; losses that come from outside, a simulator, a user, a robot that fell or did not; hardware whose inside nobody can read. And few parameters.
#
# ## 10. The idea behind backprop
#
# Back to the slide that all this led to. It argues from *activations*, in four sentences:
#
# 1. We do not know what hidden units ought to do, **but we can calculate how fast the error changes** as we change a unit's activity.
# 2. So instead of perturbed values use the derivative of the error with respect to the activations. (Section 5: this is what the perturbed values tend to as $\sigma\to0$.)
# 3. Each activation affects many units above it, and has many separate effects: they must be **combined**. An activation $h_i$ moves every $u_j$ of the next layer by $w_{ij}$, so
#
# $$\frac{\partial J}{\partial h_i} = \sum_j w_{ij}\,\frac{\partial J}{\partial u_j}, \qquad \frac{\partial J}{\partial u_i} = f'(u_i)\,\frac{\partial J}{\partial h_i}.$$
#
# 4. Done from the top downwards this gives the derivatives of **all** hidden units in one go; and (the smallest change, again) from $\delta$ to the weights it is one outer product.
#
# Watch sentence 1 and sentence 4 do the same. First nudge the activation of every hidden unit of every example by itself, and see what becomes of $J$. Then combine effects.

# %%
N, deep_net = 8, MLP((64, 20, 10, 10))
gaps = []
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    (W1, b1), (W2, b2), (W3, b3) = deep_net.layers(init(deep_net, rng))
    X, Y, eps, n_passes = digits.X_train[:N], digits.Y_train[:N], 1e-5, 0
    h1 = np.tanh(X @ W1 + b1)

    def J_of(h1, W2=W2, b2=b2, W3=W3, b3=b3, Y=Y):
        """J from the activities of the first hidden layer upwards."""
        u = np.tanh(h1 @ W2 + b2) @ W3 + b3
        return cross_entropy_of(u, Y)

    def cross_entropy_of(u, Y):
        """The digits net's loss."""
        return example_losses(deep_net, u, softmax(u), Y).mean()

    nudged = np.zeros_like(h1)
    for n, i in np.ndindex(h1.shape):
        e = np.zeros_like(h1)
        e[n, i] = eps
        nudged[n, i] = (J_of(h1 + e) - J_of(h1 - e)) / (2 * eps)
        n_passes += 2
    h2 = np.tanh(h1 @ W2 + b2)
    delta3 = (softmax(h2 @ W3 + b3) - Y) / N
    delta2 = (delta3 @ W3.T) * (1 - h2**2)  # combine, then pass the unit
    combined = delta2 @ W2.T  # combine again: ∂J/∂h of all units of all examples
    gaps.append(relative_error(nudged, combined))
print(f"{n_passes} forward passes against one pass back: relative difference {max(gaps):.0e}")
assert max(gaps) < 1e-6

# %% [markdown]
# **What we saw.** The same 160 numbers, once from 320 forward passes and once from one walk down. Perturbation asks the network *what if?* for every unit; backprop knows the answer beforehand, because it knows the weights.
#
# ## What stays
#
# | the lectures say | here | verdict |
# |---|---|---|
# | perturbing one weight is very inefficient (1) | section 8 | holds with many weights; not on XOR |
# | at the end of learning changes can only make things worse (1) | section 2 | large changes, yes; small ones help nearly every second time |
# | it is a primitive form of reinforcement learning (1) | section 4 | holds, as an identity with REINFORCE |
# | perturb all weights in parallel and correlate (1) | section 3 | unbiased, but no gain for a given number of passes |
# | perturbing activations is better (1) | sections 5, 7, 8 | holds: the noise dimension falls from the weights to the units |
# | knowing how an activation should change, we know how to change the weights (1) | section 5 | holds, exactly |
# | use the derivative instead of perturbed activations (1) | sections 5, 10 | holds: it is their mean as $\sigma\to0$ |
# | b-prop gives the derivatives of all hidden units in one pass (1) | sections 8, 10 | holds, for a few forward passes whatever the size |
# | all optimization algorithms require the gradient (3) | section 9 | fails |
#
# **To think about.** The brain has no obvious way to send errors backwards through its synapses. Could it do node perturbation instead?
#
# <details><summary>Think, then open</summary>
#
# It could: noise there is plenty of, and a global reward signal (dopamine, say) could carry the change. Songbirds seem to do something of the kind with a few units of noise. But section 7 sets the price: learning slows down by the number of noisy units that share one reward. With a million of them it would need a million times as many trials. Whatever the brain does, it has to be cleverer than that, or to keep its noise very local.
#
# </details>
