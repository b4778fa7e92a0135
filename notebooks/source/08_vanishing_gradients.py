# %% [markdown]
# # 08 Vanishing gradients
#
# For twenty years nets with many layers were said not to train. Lecture 3 names the reason, gradients that vanish or explode on their way down, and a list of remedies; lecture 5 names five problems of back-propagation. Here both lists are put to the test: what happens to a signal in thirty layers, which remedy saves what, and how rough the error surface really is.
#
# **You will be able to**
#
# - follow the size of values and of $\delta$ through a deep net, and say when they vanish or explode;
# - choose first weights that keep both alive, and check it with singular values;
# - write batch normalization, forwards and backwards, and take it out again for evaluation;
# - say which remedy works for which hidden unit, and where it does harm;
# - tell what is true of local minima, plateaus, starts, rates and dead units.
#
# **Follows** lecture 3 ("El problema de gradiente explotando o desapareciendo", "Reglas para la selección de funciones de activación") and lecture 5 ("Los problemas del back-propagation"), with lines of lectures 1 and 4 · **takes** about two and a half hours, with 9 exercises · **needs** notebooks 03 and 06b

# %% tags=["setup"]
from itertools import permutations, product
from time import perf_counter

import matplotlib.pyplot as plt
import numpy as np

from course_utils import datasets, plots, widgets
from course_utils.exercises import ex08
from course_utils.nn import functions as f
from course_utils.nn.batchnorm import BatchNorm, Normalized, folded, normalized_backprop
from course_utils.nn.gradcheck import finite_difference, relative_error
from course_utils.nn.initialize import fan_in, glorot, he, orthogonal, scaled
from course_utils.nn.mlp import MLP, accuracy, backprop, forward, init, mean_loss, trace_of
from course_utils.nn.optim import adam, gd, momentum
from course_utils.nn.second_order import conjugate_gradient
from course_utils.nn.stacked import backprop_all, init_all, train_all, uniform_all, with_rates
from course_utils.nn.train import minibatches, one_hot, train

plots.use_style()
SEEDS = range(5)
FULL = False  # True: three times the epochs and a rate more in sections 6 and 7, about a minute

# %% [markdown]
# ## 1. One path
#
# Lecture 3 follows a single path from a weight of the first layer to the loss. By the chain rule its derivative is a product with two factors for each link, $w_k$ and $f'(u_k)$. The slide then looks at "sigmoid (or tanh)" units "in the best case". **Predict**: is the best case the same for the two?
#
# Write the bound, for any hidden unit whose steepest slope is known.

# %% exercise="path_bound"


# %% alt="Derivative through a chain of 1 to 20 links, logarithmic. Sigmoid: the bound falls from 0.25 to 1e-12, the median of 500 chains just below it to 1e-13. Tanh: the bound stays at 1, the median falls to 1e-4."
def chain_derivative(act, w, b, h):
    """∂h_K/∂h_0 of many chains at once: w and b (K, n), h (n,)."""
    derivative = np.ones_like(h)
    for w_k, b_k in zip(w, b, strict=True):
        u = w_k * h + b_k
        h = act(u)
        derivative = derivative * w_k * act.slope(u)
    return derivative


rng, K = np.random.default_rng(0), 20
w, b, h = rng.choice([-1.0, 1.0], (K, 500)), rng.normal(0, 0.5, (K, 500)), rng.normal(size=500)
_, ax = plt.subplots()
for colour, (act, steepest) in zip(("C0", "C1"), ((f.sigmoid, 0.25), (f.tanh, 1.0)), strict=True):
    size = np.abs([chain_derivative(act, w[:k], b[:k], h) for k in range(1, K + 1)])
    bound = [path_bound(w[:k, 0], steepest) for k in range(1, K + 1)]
    ax.semilogy(range(1, K + 1), np.median(size, axis=1), color=colour, label=f"{act}: median")
    ax.semilogy(range(1, K + 1), bound, "--", color=colour, label=f"{act}: bound")
    assert (size <= np.array(bound)[:, None] * (1 + 1e-12)).all()
    print(f"{act}: after {K} links bound {bound[-1]:.0e}, median {np.median(size[-1]):.0e}")
ax.set(xlabel="links of the chain", ylabel="derivative of the last value by the first")
ax.set_xticks(range(0, 21, 5))
_ = ax.legend()

# %% [markdown]
# **What we saw.** (500 random chains with weights of size 1; the dashed lines are bounds, the full ones medians.) No chain breaks its bound. For the sigmoid it is $(\tfrac14)^K\prod|w_k|$, for tanh $\prod|w_k|$: in the best case tanh loses *nothing*. The slide runs the two together. And what makes the product grow is not "the derivative of the weight" but the weight itself, times the slope.
#
# ## 2. All paths
#
# A unit of a real net has many paths above it, and $\delta$ adds them up. Write down how large $\delta$ is, layer by layer; it is the backward pass of notebook 03 with the gradients left out.

# %% exercise="delta_sizes"

# %% alt="Two panels against the hidden layer, 1 to 30, logarithmic. Standard deviation of h: 0.1 to 0.7 throughout, but for tanh with 1/√n uniform weights, which falls to 2e-8. Size of δ, from layer 30 down: tanh with Glorot's and ReLU with He's weights stay near 1e-3, 1/√n uniform falls to 2e-10, the sigmoid to 4e-22."
digits = datasets.load("digits")
scale = digits.X_train.std()
X = ((digits.X_train - digits.X_train.mean(axis=0)) / scale)[:320]
Y = digits.Y_train[:320]
standard = scaled(3**-0.5, fan_in)  # the variance of U(±1/√n), which was the custom before 2010


def deep_net(act, depth, width=16):
    """A net for the digits with `depth` hidden layers."""
    return MLP((64, *[width] * depth, 10), act)


kinds = {
    "sigmoid, Glorot": (f.sigmoid, glorot),
    "tanh, 1/√n uniform": (f.tanh, standard),
    "tanh, Glorot": (f.tanh, glorot),
    "ReLU, He": (f.relu, he),
}


def signals(act, scheme, depth, width=32):
    """Sizes of δ and standard deviations of h by layer, a row for each of five starts."""
    net, deltas, spreads = deep_net(act, depth, width), [], []
    for seed in SEEDS:
        theta = init(net, np.random.default_rng(seed), scheme)
        deltas.append(delta_sizes(net, theta, X[:50], Y[:50])[:-1])
        spreads.append([h.std() for h in forward(net, theta, X[:50]).h[1:-1]])
    return np.array(deltas), np.array(spreads)


measured = {name: signals(*kind, depth=30) for name, kind in kinds.items()}
_, (left, right) = plt.subplots(1, 2, figsize=(9.5, 4.2), layout="constrained")
layers = np.arange(1, 31)
plots.curves(
    {name: spreads for name, (_, spreads) in measured.items()},
    layers, xlabel="hidden layer", ylabel="standard deviation of h", log="y", ax=left,
)  # fmt: skip
plots.curves(
    {name: deltas for name, (deltas, _) in measured.items()},
    layers, xlabel="hidden layer", ylabel="root mean square of δ", log="y", ax=right,
)  # fmt: skip
left.get_legend().remove()
print(f"{'':20} δ, factor a layer back   first / last of 30")
for name, (deltas, _) in measured.items():
    shrink = deltas[:, 0] / deltas[:, -1]
    print(f"{name:20} {np.median(shrink ** (1 / 29)):20.2f} {np.median(shrink):20.0e}")

# %% [markdown]
# **What we saw.** (Left, values on their way up; right, δ on its way down, so read it from right to left; 5 starts.) The claim that gradients shrink holds for the sigmoid, which keeps 0.23 of δ in each layer: after thirty layers nothing is left that a step could use. It holds for tanh with the weights that were the custom, 0.57 a layer. With Glorot's weights tanh keeps 0.93, ReLU with He's 0.97. So it is not the hidden unit alone that makes gradients vanish; it is the unit *and its weights*.
#
# The same at all depths from one to thirty: how large is $\delta$ in the first hidden layer?

# %% alt="δ in the first hidden layer against the number of hidden layers, 1 to 30, logarithmic: ReLU with He's weights and tanh with Glorot's stay near 1e-3; tanh with 1/√n uniform weights falls to 2e-10 and the sigmoid to 4e-22, both in nearly straight lines."
depths = (1, 3, 10, 30)
first = {
    name: np.array([signals(*kind, depth=d)[0][:, 0] for d in depths]).T
    for name, kind in kinds.items()
}
_ = plots.curves(
    first, np.array(depths), xlabel="hidden layers", ylabel="δ in the first hidden layer", log="y"
)
for name, sizes in first.items():
    print(
        f"{name:20}", *(f"{d}: {np.median(s):.0e} " for d, s in zip(depths, sizes.T, strict=True))
    )

# %% [markdown]
# **What we saw.** (Two lines fall steeply, two hardly.) Lecture 1 says that gradients "can be very small" in the first layers; with three hidden layers the sigmoid's is already twenty times smaller than with one, while tanh with Glorot's weights loses a third. Thirty layers: $4\cdot10^{-22}$ against $6\cdot10^{-4}$.
#
# And the other way: "if the product exceeds one, they grow exponentially". Weights one and a half times He's, and three times Glorot's.

# %% alt="Size of δ against the hidden layer, logarithmic: from 0.007 in layer 30 it grows to 500 in layer 1 for ReLU with 1.5 times He's weights and to 100 for tanh with 3 times Glorot's; with He's and Glorot's own weights it stays between 0.0006 and 0.004."
louder = {
    "ReLU, 1.5 × He": (f.relu, scaled(1.5, he)),
    "ReLU, He": (f.relu, he),
    "tanh, 3 × Glorot": (f.tanh, scaled(3.0, glorot)),
    "tanh, Glorot": (f.tanh, glorot),
}
growth = {name: signals(*kind, depth=30) for name, kind in louder.items()}
_ = plots.curves(
    {name: deltas for name, (deltas, _) in growth.items()},
    layers, xlabel="hidden layer", ylabel="root mean square of δ", log="y",
)  # fmt: skip
for name, (deltas, spreads) in growth.items():
    shrink = (deltas[:, 0] / deltas[:, -1]) ** (1 / 29)
    print(f"{name:17} factor a layer back {np.median(shrink):.2f}, sd of the last h {np.median(spreads[:, -1]):.2g}")  # fmt: skip

# %% [markdown]
# **What we saw.** (Two curves climb from right to left, two stay level.) They explode: 1.48 a layer for ReLU, whose values grow as well, and 1.39 for tanh, whose values cannot. What counts is weight times slope in the sense of the next section, not in a single node.
#
# **Turn the knobs**: find, for each unit, the gain that keeps values and $\delta$ level; then go deeper.


# %% alt="Size against the hidden layer, 1 to 20, logarithmic, for tanh with gain 1: on the way up the standard deviation of h falls from 0.5 to 0.12; on the way down δ falls from 0.003 in layer 20 to 0.0006 in layer 1."
def draw_signals(unit="tanh", gain=1.0, depth=20):
    """Values going up and δ coming down through a net whose weights have sd gain/√n."""
    act = f.ACTIVATIONS[unit]
    deltas, spreads = signals(act, scaled(gain, fan_in), depth)
    x = np.arange(1, depth + 1)
    ax = plots.curves(
        {"sd of h": spreads, "size of δ": deltas},
        x,
        xlabel="hidden layer",
        ylabel="size",
        log="y",
    )
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.set_title(f"{unit}, weights {gain:.1f}/√n")
    return ax


widgets.knobs(
    draw_signals,
    unit=["tanh", "relu", "sigmoid", "swish", "leaky_relu"],
    gain=(0.4, 4.0, 0.1),
    depth=(5, 40, 5),
)

# %% [markdown]
# ## 3. What a layer stretches
#
# A single factor a layer is not the whole story: a layer has many directions, and it may stretch some and flatten others. The factors are the singular values of its Jacobian, from the $u$ of one layer to the $u$ of the next. Which matrix is it?

# %% exercise="layer_stretch"

# %% [markdown]
# Glorot and Bengio (2010, section 4.2.1) print the average singular value of such a matrix in a tanh net of five layers at the start: about 0.5 with the old start, $U(\pm1/\sqrt n)$, and about 0.8 with theirs. Five layers of 100 units (they had 1,000), 5 starts:

# %% tags=["nbval-check-output"]
wide = MLP((64, *[100] * 5, 10), f.tanh)
averages = {"U(±1/√n), published 0.5": [], "Glorot, published 0.8": []}
for (name, scheme), seed in product(zip(averages, (standard, glorot), strict=True), SEEDS):
    theta = init(wide, np.random.default_rng(seed), scheme)
    u = forward(wide, theta, X[:1]).u  # one case
    stretches = [
        layer_stretch(W, f.tanh.slope(u[k][0])).mean()
        for k, (W, _) in enumerate(wide.layers(theta)[1:-1])
    ]
    averages[name].append(stretches)
for name, values in averages.items():
    mean, spread = np.mean(values), np.std(np.mean(values, axis=1), ddof=1)
    print(f"{name}: {mean:.2f} ± {spread:.2f}; by layer", np.mean(values, axis=0).round(2))

# %% [markdown]
# **What we saw.** 0.46 and 0.68. The first rounds to theirs, the second is lower. The list by layer shows why: our inputs are larger than small, so the first layer's units sit where tanh is less steep; by the last layer the values have shrunk, and the factor is 0.75.
#
# Even with a mean near 1 the *spread* counts. Here are all singular values of the product of 1, 5 and 20 linear layers of 64 units, with Gaussian and with orthogonal weights (Saxe, McClelland and Ganguli, 2014).

# %% alt="The 64 singular values by size, logarithmic: after 1 Gaussian layer they fall from 2 to 0.01, after 5 layers from 4 to 1e-7, after 20 from 7 to below 1e-9 at the 55th; after orthogonal layers all of them are 1, whatever the number of layers."
_, ax = plt.subplots()
for (name, scheme), style in zip({"Gaussian": fan_in, "orthogonal": orthogonal}.items(), ("-", "--"), strict=True):  # fmt: skip
    rng, J = np.random.default_rng(0), np.eye(64)
    for layer in range(1, 21):
        J = J @ scheme(rng, 64, 64)
        if layer in (1, 5, 20):
            values = np.linalg.svd(J, compute_uv=False)
            ax.semilogy(
                range(1, 65), values, style, label=f"{name}, {layer} layer{'s' * (layer > 1)}"
            )
            below = np.mean(values < 0.01 * values[0])
            print(f"{name}, {layer:2} layers: largest {values[0]:.2f}, {below:.0%} below 1 % of it")
ax.set(xlabel="singular value, by size", ylabel="stretch", ylim=(1e-9, 30))
_ = ax.legend()

# %% [markdown]
# **What we saw.** (Full lines fall off, steeper with every layer; the dashed ones lie on each other at 1.) After twenty Gaussian layers almost three quarters of the directions keep less than a hundredth of what the best one keeps, though each layer keeps the mean. Orthogonal weights keep all.
#
# ## 4. First weights that keep the signal
#
# Lecture 3: with standard deviations of about 1 "several more layers" can be stacked, and for ReLU the start is Kaiming He's. Work it out: which multiple of noise keeps the mean square of $u$, when half of the values below are cut off?

# %% exercise="scale_for_relu"

# %% [markdown]
# Now the claim about the standard deviation. Tanh nets of ten hidden layers, weights of $g/\sqrt n$ for seven gains $g$; first the spread of layer 10 at the start, then what was learned in five epochs. The deep nets of this notebook train side by side, a row of $\theta$ for each; `starts` makes the rows, `learned` trains them and gives the share of training cases that they get right.


# %% alt="Two panels against the gain, 0.3 to 3. Spread of layer 10 at the start, logarithmic: from 4e-6 up to 0.2 at gain 1, then bending towards 1. Share right after five epochs: a hill, 0.12 up to gain 0.5, 0.8 at 1, highest at 1.4 with 0.86, down to 0.35 at 3."
def starts(net, scheme, seeds=SEEDS):
    """First θ, a row for each seed, in float32 (twice as fast)."""
    if isinstance(net, Normalized):
        rows = [net.init(np.random.default_rng(seed), scheme) for seed in seeds]
        return np.stack(rows).astype(np.float32)
    return init_all(net, seeds, scheme).astype(np.float32)


X32, Y32 = X.astype(np.float32), Y.astype(np.float32)


def learned(net, theta, rule, rates, epochs):
    """Share of the training cases that each row of θ gets right at the end; lost rows guess."""
    gradient = normalized_backprop if isinstance(net, Normalized) else backprop_all
    runs = train_all(
        net, theta, X32, Y32, with_rates(rule(1.0), np.asarray(rates)), gradient=gradient,
        sweeps=epochs, batch_size=16, rng=np.random.default_rng(0), watch=False,
    )  # fmt: skip
    with np.errstate(all="ignore"):
        P = trace_of(net, runs.theta, X32).output
    right = (P.argmax(axis=-1) == Y32.argmax(axis=-1)).mean(axis=-1)
    return np.where(np.isfinite(runs.loss[:, -1]), right, Y32.mean(axis=0).max())


gains = np.array([0.3, 0.5, 0.7, 1.0, 1.4, 2.0, 3.0])
net = deep_net(f.tanh, 10)
theta = np.concatenate([starts(net, scaled(g, fan_in)) for g in gains])
spread = forward(net, theta, X32).h[10].std(axis=(1, 2)).reshape(-1, 5)
right_at = learned(net, theta, gd, np.full(len(theta), 0.1), 5).reshape(-1, 5)
_, (left, right) = plt.subplots(1, 2, figsize=(9.5, 4), layout="constrained")
plots.curves(
    {"layer 10": spread.T}, gains, xlabel="gain g", ylabel="sd of h at the start", log="xy",
    ax=left,
)  # fmt: skip
plots.curves(
    {"five epochs": right_at.T}, gains, xlabel="gain g", ylabel="share right, training set", log="x",
    ax=right,
)  # fmt: skip
for ax in (left, right):
    ax.set_xticks(gains, [f"{g:g}" for g in gains])
    ax.minorticks_off()
    ax.get_legend().set_title("median of 5 runs;\nband: quartiles")
for g, s, r in zip(gains, spread, right_at, strict=True):
    print(f"g = {g:.1f}: sd {s.mean():.1e}, right {r.mean():.2f} ± {r.std(ddof=1):.2f}")

# %% [markdown]
# **What we saw.** (Left a curve that climbs to 1 and bends; right a hill.) There is a band about the gain that keeps the signal: from $g = 1$ to 2 the net learns, best at 1.4, where the spread is 0.57. At 0.7 the signal has shrunk to 0.015, and at 3 the units are saturated with a spread of 0.84. The claim holds as advice about a *band*; "1" itself is out of reach for a unit that is bounded by 1.
#
# And ReLU with He's start against Glorot's, plain gradient descent, eight epochs:

# %% alt="Share right on the training set, five starts each: at 10 layers He's start reaches 0.51 and Glorot's 0.18; at 20 layers He's 0.28, and all of Glorot's runs lie at 0.12, which is guessing."
he_or_glorot = {}
for depth, (name, scheme) in product((10, 20), {"He": he, "Glorot": glorot}.items()):
    net = deep_net(f.relu, depth)
    right_at = learned(net, starts(net, scheme), gd, np.full(5, 0.03), 8)
    he_or_glorot.setdefault(f"{depth} layers", {})[name] = right_at
_ = plots.errorbars(he_or_glorot, ylabel="share right, training set")
for depth, row in he_or_glorot.items():
    print(
        f"{depth:9}", *(f"{name} {r.mean():.2f} ± {r.std(ddof=1):.2f}  " for name, r in row.items())
    )

# %% [markdown]
# **What we saw.** (He's points stand above Glorot's at both depths.) It holds: 0.51 against 0.18 at ten layers, 0.28 against 0.12 at twenty, which is guessing. He et al. (2015) report the same of a convolutional net of 30 layers, where Glorot's start "completely stalls" (quoted from a transcription).
#
# ## 5. Batch normalization
#
# A good start is lost as soon as the weights move. Ioffe and Szegedy (2015) keep the signal level *all the time*: in every layer, for every mini-batch, each unit's $u$ is centred and divided by its spread over the cases of the batch, then given a spread $\gamma$ and a mean $\beta$ that are learned like weights.
#
# $$\hat x = \frac{u - \text{mean}}{\sqrt{\text{var} + \varepsilon}},\qquad z = \gamma\,\hat x + \beta,\qquad h = f(z)$$

# %% exercise="batch_norm"

# %% [markdown]
# Backwards is the instructive half. Mean and variance are made of the $u$ of *all* cases, so each $u$ has a hand in every $\hat x$ of its column. Take $\partial J/\partial z$, and go back to $\partial J/\partial u$.

# %% exercise="batch_norm_backward"

# %%
rng = np.random.default_rng(0)
u, weight = rng.normal(2, 3, (6, 4)), rng.normal(size=(6, 4))
gamma, beta = rng.normal(size=4), rng.normal(size=4)
_, x_hat, sd = batch_norm(u, gamma, beta, 1e-5)
d_u, _, _ = batch_norm_backward(weight, x_hat, sd, gamma)
numeric, eps = np.empty_like(u), 1e-5
for place in np.ndindex(u.shape):
    up, down = u.copy(), u.copy()
    up[place] += eps
    down[place] -= eps
    J = [(batch_norm(v, gamma, beta, 1e-5)[0] * weight).sum() for v in (up, down)]
    numeric[place] = (J[0] - J[1]) / (2 * eps)
print(f"∂J/∂u against differences: relative error {relative_error(d_u, numeric):.0e}")
print(f"sum of ∂J/∂u over the cases:        {np.abs(d_u.sum(axis=0)).max():.0e}")
print(f"sum of ∂J/∂u · x̂ over the cases:    {np.abs((d_u * x_hat).sum(axis=0)).max():.0e}")

# %% [markdown]
# **What we saw.** The last two lines say what the formula does: the gradient has nothing to say about shifting all $u$ of a unit together, and (but for ε) nothing about stretching them. The layer in front cannot change the size of its signal any more.
#
# In training the answer to a case depends on its neighbours in the batch. That will not do afterwards: one case must get one answer. So training keeps running means of means and variances, and in evaluation they are constants. What kind of layer is it then?

# %% exercise="fold"

# %% [markdown]
# In the course a batch-normalized network is `Normalized(MLP(…))`: its θ has the γ at its end, and β in the place of the biases (why is a bias of no use in front of a mean that is taken off?). `BatchNorm()` is a learning rule that `train` takes like any other; it keeps the running statistics. `folded` makes the plain network of the last exercise, layer by layer.

# %%
net, rng = Normalized(deep_net(f.sigmoid, 5)), np.random.default_rng(0)
rule = BatchNorm()
X_valid = (digits.X_valid - digits.X_train.mean(axis=0)) / scale
run = train(net, net.init(rng, glorot), X, Y, adam(0.01), gradient=rule, epochs=10, batch_size=16, rng=rng)  # fmt: skip
plain = folded(net, run.theta, rule.statistics)
with_neighbours = net.forward(run.theta, X_valid).output
alone = forward(net.plain, plain, X_valid).output
labels = digits.y_valid
print(
    f"validation set, statistics of the set itself: {np.mean(with_neighbours.argmax(1) == labels):.3f}"
)
print(
    f"validation set, running statistics, folded:   {accuracy(net.plain, plain, X_valid, labels):.3f}"
)
one = forward(net.plain, plain, X_valid[:1]).output
print(f"a case alone and among others: {np.abs(one - alone[:1]).max():.0e} apart")
in_sixes = net.forward(run.theta, X_valid[:6]).output
print(
    f"the same in training, batch of 6 or of {len(X_valid)}: {np.abs(in_sixes - with_neighbours[:6]).max():.2f} apart"
)
try:
    normalized_backprop(net, run.theta, X[:1], Y[:1])
except ValueError as refusal:
    print("a batch of one:", refusal)

# %% [markdown]
# **What we saw.** The first two lines differ by three cases, the third is exact: alone or among others a case gets one answer. In training it does not; the batch is part of the function. A batch of one is refused, since every unit would be its own mean.
#
# ## 6. The remedies, one by one
#
# "ReLU, adaptive learning rates or conjugate gradients, batch normalization are some of the reliefs (but the problem persists)." Start from the worst case, deep sigmoid nets with plain gradient descent, and change *one* thing at a time. Sixteen units a layer, eight epochs of 320 digits, 5 starts, each at one rate, of three the best or nearly so (`FULL = True` tries all three, with three times the epochs). What fails at one depth is not tried at the next. **Predict** which of them reach 10 layers, and which 20.


# %%
def raced(make, scheme, rule, rate, depths):
    """Share right, a row of seeds for each depth, until a depth that is not learned (below 0.25).

    FULL tries rates beside the given one, and trains longer.
    """
    result = []
    for depth in depths:
        net, usual = make(depth), rate if depth <= 20 else rate / 3
        tried = usual * np.array([1 / 3, 1, 3] if FULL else [1])
        theta = np.concatenate([starts(net, scheme)] * len(tried))
        right_at = learned(net, theta, rule, np.repeat(tried, 5), 24 if FULL else 8)
        right_at = right_at.reshape(-1, 5)
        result.append(right_at[right_at.mean(axis=1).argmax()])
        if result[-1].mean() < 0.25:
            break
    return np.array(result)


def plain_net(act, width=16):
    """Depth to plain network."""
    return lambda depth: deep_net(act, depth, width)


def normalized_net(act, width=16):
    """Depth to batch-normalized network."""
    return lambda depth: Normalized(deep_net(act, depth, width))


remedies = {
    "none (sigmoid, SGD)": (plain_net(f.sigmoid), glorot, gd, 1.0),
    "larger first weights": (plain_net(f.sigmoid), scaled(4.0, glorot), gd, 1.0),
    "Adam": (plain_net(f.sigmoid), glorot, adam, 0.01),
    "ReLU, He": (plain_net(f.relu), he, gd, 0.1),
    "batch normalization": (normalized_net(f.sigmoid), glorot, gd, 0.1),
}
depths = (5, 10, 20)
saved = {name: raced(*remedy, depths) for name, remedy in remedies.items()}

# %% [markdown]
# Conjugate gradients are for full batches: 20 steps, two or three gradients each.

# %% alt="Share right against 5, 10 and 20 hidden layers: batch normalization stays above 0.8; ReLU falls from 0.94 by way of 0.58 to 0.12; larger first weights from 0.88 to 0.09 at 10 layers, conjugate gradients from 0.42 to 0.12, Adam from 0.35 to 0.22; with no remedy it is 0.09 at 5 layers already."
saved["conjugate gradients"] = np.zeros((2, 5))
for (k, depth), seed in product(enumerate(depths[:2]), SEEDS):
    net = deep_net(f.sigmoid, depth)

    def fun(t, net=net):
        """J and its gradient."""
        return mean_loss(net, t, X, Y), backprop(net, t, X, Y)

    found = conjugate_gradient(fun, init(net, np.random.default_rng(seed), glorot), steps=20)
    saved["conjugate gradients"][k, seed] = accuracy(net, found.theta, X, Y)
_, ax = plt.subplots(figsize=(9.5, 4.2))
plots.curves(
    {name: right_at.T for name, right_at in saved.items()},
    {name: np.array(depths[: len(right_at)]) for name, right_at in saved.items()},
    xlabel="hidden layers", ylabel="share right, training set", ax=ax,
)  # fmt: skip
ax.set(xticks=depths, ylim=(0, 1.02))
plt.setp(ax.get_lines(), marker="o")  # where one depth was enough there is no line
ax.get_legend().set(loc="center left", bbox_to_anchor=(1.02, 0.5))
print(f"{'':21}", *(f"{d:6} layers  " for d in depths))
for name, right_at in saved.items():
    print(f"{name:21}", *(f"  {r.mean():.2f} ± {r.std(ddof=1):.2f}" for r in right_at))

# %% [markdown]
# **What we saw.** (One line stays above 0.8 throughout, the rest fall.) At five layers every remedy helps. At ten only two are left, ReLU and batch normalization; at twenty, batch normalization alone: 0.81, with sigmoids and plain descent. An adaptive rate makes the steps larger, not the signal; conjugate gradients do not leave the plateau either; larger first weights save five layers and no more. So "reliefs" is the right word for four of the five.
#
# So normalize everything? The same with ReLU, where He's start alone already kept the signal; 32 units a layer, and Adam at the best of three rates for each depth, since plain descent is too slow at 20 layers.

# %% alt="Left, share right at 5, 10 and 20 layers: plain 1.00, 0.97, 0.71; batch normalization 0.99, 0.92, 0.57. Right, size of the gradient against the layer of weights, logarithmic: plain is level near 0.01; with batch normalization it climbs from 0.01 in layer 20 to 0.3 in layer 2."
variants = {
    "plain": (plain_net(f.relu, 32), (0.003, 0.003, 0.001)),
    "batch normalization": (normalized_net(f.relu, 32), (0.01, 0.01, 0.03)),
}
harmed = {
    name: [raced(make, he, adam, rate, (d,))[0] for d, rate in zip(depths, rates, strict=True)]
    for name, (make, rates) in variants.items()
}
net = deep_net(f.relu, 20, 32)
by_layer = {"plain": [], "batch normalization": []}
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    theta = init(net, rng, he)
    both = np.concatenate([theta, np.ones(20 * 32)])  # the same weights, γ = 1
    for name, g in (
        ("plain", backprop(net, theta, X, Y)),
        ("batch normalization", normalized_backprop(Normalized(net), both, X, Y)[: net.size]),
    ):
        by_layer[name].append([np.sqrt(np.mean(W**2)) for W, _ in net.layers(g)])
_, (left, right) = plt.subplots(1, 2, figsize=(9.5, 4), layout="constrained")
plots.errorbars(
    {f"{d} layers": {name: r[k] for name, r in harmed.items()} for k, d in enumerate(depths)},
    ylabel="share right, training set", ax=left,
).get_legend().set_title("mean ± standard deviation;\npoints: runs")  # fmt: skip
plots.curves(
    {name: np.array(sizes)[:, 1:] for name, sizes in by_layer.items()}, np.arange(2, 22),
    xlabel="layer of weights", ylabel="rms gradient at the start", log="y", ax=right,
)  # fmt: skip
right.set_xticks(range(2, 22, 4))
for name, sizes in by_layer.items():
    ratio = np.array(sizes)[:, 1] / np.array(sizes)[:, -2]
    print(f"{name:20} 5, 10, 20 layers:", *(f"{r.mean():.2f} ± {r.std(ddof=1):.2f} " for r in harmed[name]),
          f"gradient grows {np.median(ratio ** (1 / 18)):.2f} a layer back")  # fmt: skip

# %% [markdown]
# **What we saw.** (Left, at ten and twenty layers the squares lie below the circles; right, one curve is level, the other climbs to the left.) At five layers normalization makes no difference to ReLU, and at ten and twenty it *harms*: 0.92 against 0.97, and 0.57 against 0.71. At the start its gradient grows by 1.19 in every layer back (Yang et al., 2019, show that such nets explode with depth, whatever the size of the weights). It is a cure for a signal that dies, not for one that lives.
#
# ## 7. Rules for hidden units
#
# Lecture 3 gives rules: "always start with ReLU"; "very deep (> 40): Swish"; "recurrent nets: tanh or sigmoid"; and, in English, "tanh and sigmoid cause huge vanishing gradient problems. Hence, they should not be used in deep networks". First the deep ones: Adam, each unit with a start that suits it (swish lets a little less through than ReLU, hence the 1.1).

# %% alt="Share right against 5, 20 and 50 hidden layers: tanh with orthogonal weights stays above 0.9; tanh with Glorot's falls from 0.97 by way of 0.72 to 0.22, swish to 0.61 and 0.12, ReLU to 0.38 and 0.26; the sigmoid starts at 0.35 and is at 0.12 by 20 layers."
units = {
    "tanh, orthogonal": (plain_net(f.tanh), orthogonal, adam, 0.003),
    "tanh, Glorot": (plain_net(f.tanh), glorot, adam, 0.003),
    "ReLU, He": (plain_net(f.relu), he, adam, 0.003),
    "swish, 1.1 × He": (plain_net(f.swish), scaled(1.1, he), adam, 0.003),
    "sigmoid, Glorot": (plain_net(f.sigmoid), glorot, adam, 0.01),
}
far = (5, 20, 50)
rules = {name: raced(*unit, far) for name, unit in units.items()}
_, ax = plt.subplots(figsize=(9.5, 4.2))
plots.curves(
    {name: r.T for name, r in rules.items()},
    {name: np.array(far[: len(r)]) for name, r in rules.items()},
    xlabel="hidden layers", ylabel="share right, training set", ax=ax,
)  # fmt: skip
ax.get_legend().set(loc="center left", bbox_to_anchor=(1.02, 0.5))
ax.set(xticks=far, ylim=(0, 1.02))
print(f"{'':17}", *(f"{d:6} layers  " for d in far))
for name, r in rules.items():
    print(f"{name:17}", *(f"  {v.mean():.2f} ± {v.std(ddof=1):.2f}" for v in r))

# %% [markdown]
# **What we saw.** (Five lines; the highest hardly falls.) "Tanh should not be used in deep networks" fails: with orthogonal weights tanh is at 0.89 with 50 layers, the best of all, and ReLU at 0.25. For the sigmoid the sentence is right. "Beyond 40 layers: Swish" fails on this plain net (0.12, which is guessing): its published gains are those of convolutional nets with batch normalization. And the start matters as much as the unit: with Glorot's weights the same tanh is at 0.32.
#
# "Always start with ReLU": five small tasks, two hidden layers of 8 units, Adam at the best of three rates for each task and unit.

# %%
x = np.linspace(-2, 2, 60)[:, None]
four, odd = datasets.parity(4)


def table_of(name, **options):
    """Inputs and one-hot targets of a made-up data set, 80 points."""
    data = datasets.load(name, rng=np.random.default_rng(0), n=115, **options)
    return data.X_train, data.Y_train


tasks = {
    "moons": table_of("moons", noise=0.2),
    "circles": table_of("circles", noise=0.1),
    "parity of 4": (2 * four - 1, one_hot(odd[:, 0].astype(int), 2)),
    "sine": (x, np.sin(3 * x)),
    "digits": (X[:80], Y[:80]),
}
hidden = {"ReLU": (f.relu, he), "tanh": (f.tanh, glorot), "swish": (f.swish, he), "sigmoid": (f.sigmoid, glorot)}  # fmt: skip
rates, J_end = (0.01, 0.03, 0.1), {}
for (task, (A, B)), (name, (act, scheme)) in product(tasks.items(), hidden.items()):
    ends = (f.identity, f.squared_error) if task == "sine" else (f.softmax, f.cross_entropy)
    small = MLP((A.shape[1], 8, 8, B.shape[1]), act, *ends)
    theta = np.concatenate([starts(small, scheme)] * 3)
    runs = train_all(
        small, theta, A.astype(np.float32), B.astype(np.float32),
        with_rates(adam(1.0), np.repeat(rates, 5)), sweeps=100, watch=False,
    )  # fmt: skip
    J = runs.loss[:, -1].reshape(3, 5)
    J_end.setdefault(task, {})[name] = J[np.nanmedian(J, axis=1).argmin()]
ranks = []
print(f"{'median J after 100 sweeps':26}", *(f"{name:>9}" for name in hidden))
for task, row in J_end.items():
    print(f"{task:26}", *(f"{np.median(J):9.1e}" for J in row.values()))
    ranks.append(1 + np.argsort(np.argsort(list(row.values()), axis=0), axis=0))
print(f"{'mean rank (of 25)':26}", *(f"{r:9.1f}" for r in np.mean(ranks, axis=(0, 2))))

# %% [markdown]
# **What we saw.** ReLU learns all five tasks and is far ahead of the sigmoid. It is not the best, though: swish has the smallest loss on every task, and tanh a better mean rank. As "start with it, and you will not be far wrong" the rule holds here for shallow nets; as "always" it does not, and section 7 has shown where ReLU falls behind.
#
# "Recurrent nets: tanh or sigmoid." The smallest recurrent net is one layer applied again and again, $x \leftarrow f(xW)$, with the same $W$. 30 units, 100 steps, gains from 0.8 to 2: how large does $x$ get, and how large the largest singular value of the whole Jacobian?


# %% alt="Two panels against the gain of W, 0.8 to 2, over 60 powers of ten. Rms of x after 100 steps: sigmoid 0.5 throughout, tanh from 1e-11 up to just below 1, ReLU from 1e-25 to 1e15, ReLU with √2 W from 1e-10 to 1e30. Largest stretch: the ReLUs climb alike, tanh from 1e-11 to 1e4, the sigmoid lies at the bottom, cut off at 1e-30."
def recur(act, W, steps=100):
    """Root mean square of x after each step, and the stretch of all steps together."""
    x = np.random.default_rng(1).normal(size=(len(W), 1, W.shape[-1]))
    J, sizes = np.eye(W.shape[-1])[None], []
    with np.errstate(all="ignore"):
        for _ in range(steps):
            u = x @ W
            x = act(u)
            J = (J @ W) * act.slope(u, x)
            sizes.append(np.sqrt(np.mean(x**2, axis=(1, 2))))
    return np.array(sizes).T, np.linalg.norm(J, 2, axis=(1, 2))


loop_gains = (0.8, 1.0, 1.2, 1.5, 2.0)
noise = np.stack([fan_in(np.random.default_rng(seed), 30, 30) for seed in SEEDS])
_, (left, right) = plt.subplots(1, 2, figsize=(9.5, 4), layout="constrained")
last, stretch = {}, {}
for name, act in {"tanh": f.tanh, "sigmoid": f.sigmoid, "ReLU": f.relu, "ReLU, √2 W": f.relu}.items():  # fmt: skip
    factor = np.sqrt(2) if "√2" in name else 1.0
    found = [recur(act, factor * g * noise) for g in loop_gains]
    last[name] = np.array([sizes[:, -1] for sizes, _ in found]).T
    stretch[name] = np.array([J for _, J in found]).T
for values, label, ax in ((last, "rms of x after 100 steps", left), (stretch, "largest stretch of 100 steps", right)):  # fmt: skip
    plots.curves(
        {name: np.maximum(v, 1e-30) for name, v in values.items()}, np.array(loop_gains),
        xlabel="gain of W", ylabel=label, log="y", ax=ax,
    )  # fmt: skip
right.get_legend().remove()
left.get_legend().set_title("median of 5 runs;\nband: quartiles")
for title, values in (("rms of x, gain", last), ("stretch, gain", stretch)):
    print(f"{title:14}", *(f"{g:7g}" for g in loop_gains))
    for name, v in values.items():
        print(f"   {name:11}", *(f"{median:7.0e}" for median in np.median(v, axis=0)))

# %% [markdown]
# **What we saw.** (Left, two lines flat at or below 1, two that cross thirty powers of ten; right, only the sigmoid's lies at the bottom, cut off at $10^{-30}$.) The rule has a good reason: the same $W$ a hundred times makes ReLU's $x$ vanish or explode, and tanh and the sigmoid keep it bounded. For gradients nothing is solved: the sigmoid's stretch is below $10^{-40}$ at every gain, tanh's falls with gain 0.8 and grows with 2. (The slide says "recursive"; recurrent nets are meant.)
#
# ## 8. Dead units
#
# Lecture 4 calls ReLU "not saturated". It is saturated for $u<0$, and a unit that is there for *every* case has no gradient and never comes back. Count them.

# %% exercise="dead_shares"

# %% alt="Share of the hidden units against the learning rate, 0.03 to 2, median of five runs: dead units are 0 up to rate 0.3, then 0.33 at 1 and 0.5 at 2; the share of slopes 0 over all cases is near 0.48 up to 0.3 and rises to 0.8."
net, sweep = MLP((64, 32, 32, 10), f.relu), np.array([0.03, 0.1, 0.3, 1.0, 2.0])
theta = np.concatenate([starts(net, he)] * len(sweep))
runs = train_all(
    net, theta, X32, Y32, with_rates(gd(1.0), np.repeat(sweep, 5)), sweeps=12, batch_size=16,
    rng=np.random.default_rng(0), watch=False,
)  # fmt: skip
dead, flat = np.full((5, 5, 2), np.nan), np.full((5, 5), np.nan)
for row, theta in enumerate(runs.theta.astype(float)):
    if np.isfinite(theta).all():
        dead[divmod(row, 5)] = dead_shares(net, theta, X)
        flat[divmod(row, 5)] = np.mean([np.mean(h == 0) for h in forward(net, theta, X).h[1:3]])
ax = plots.curves(
    {"dead: 0 for every case": dead.mean(axis=2).T, "slope 0, over all cases": flat.T}, sweep,
    xlabel="learning rate", ylabel="share of the hidden units", log="x",
)  # fmt: skip
ax.set_xticks(sweep, [f"{rate:g}" for rate in sweep])
ax.minorticks_off()
for rate, d in zip(sweep, dead, strict=True):
    both, (first, second) = d.mean(axis=1), np.nanmean(d, axis=0)
    print(f"rate {rate:4}: dead {np.nanmean(both):.0%} ± {np.nanstd(both, ddof=1):.0%}, first layer {first:.0%}, second {second:.0%}; lost runs {np.isnan(both).sum()}")  # fmt: skip

# %% [markdown]
# **What we saw.** (One curve near one half, one that leaves 0 at the largest rates.) At any moment ReLU has slope 0 in about half of all cases, as it should. Dead units are rare up to a rate of 0.3, 37 % at 1 and 50 % at 2: there it is all of the second layer, and the net answers the same to every case. So lecture 4's "not saturated" and "positive" become: saturated below 0, non-negative, and safe at moderate rates.
#
# ## 9. What depth costs
#
# Lecture 5: "the more complex the derivation of the functions, the longer the time", and the system "advances ever more slowly as layers are added". Two things: the time of an epoch, and what an epoch achieves.


# %% alt="Left, bars of the milliseconds a gradient takes, by hidden unit: identity and relu the shortest and nearly alike, then tanh and sigmoid, swish the longest with about twice the first. Right, milliseconds against 1 to 16 hidden layers of tanh: a straight line."
def milliseconds(net, rounds=40):
    """Time of one gradient of 64 cases: the shortest of many, the one that nothing disturbed."""
    theta, times = init(net, np.random.default_rng(0), glorot), []
    for _ in range(rounds):
        begin = perf_counter()
        backprop(net, theta, X[:64], Y[:64])
        times.append((perf_counter() - begin) * 1e3)
    return min(times)


by_unit = {str(act): milliseconds(MLP((64, 128, 128, 10), act)) for act in (f.identity, f.relu, f.tanh, f.sigmoid, f.swish)}  # fmt: skip
long = (1, 2, 4, 8, 16)
by_depth = [milliseconds(deep_net(f.tanh, depth, 64)) for depth in long]
_, (left, right) = plt.subplots(1, 2, figsize=(9.5, 4), layout="constrained")
plots.bars(by_unit, ylabel="ms a gradient", fmt="{:.2f}", ax=left)
left.set_title("two layers of 128")
right.plot(long, by_depth, "o-")
right.set(xlabel="hidden layers", ylabel="ms a gradient", title="tanh, layers of 64", xticks=long)
right.set_ylim(bottom=0)
print(f"16 layers cost {by_depth[-1] / by_depth[2]:.1f} times what 4 layers do")
print(f"swish costs {by_unit['swish'] / by_unit['identity']:.1f} times what no activation does")

# %% [markdown]
# **What we saw.** (Times are those of the machine that made this page, the shortest of forty rounds.) Time grows with the number of layers, in proportion to it and no faster. The unit counts for something: swish takes about twice what no activation does, ReLU hardly more than none. The slopes of sigmoid, tanh and ReLU are worked out from the stored output in a few operations a unit (swish needs its sigmoid again), and these grow with the width, the matrix products with its square. What makes deep nets "advance ever more slowly" is the size of their derivatives: sections 2 and 6.
#
# ## 10. How rough is the surface?
#
# Lecture 5: with the number of couplings the minima "increase exponentially", so that learning may "be trapped in local minima". Lecture 4: a surface "full of local minima". Count some of them first. Given a tanh layer, write another one that makes the network answer exactly as before.

# %% exercise="twin"

# %% tags=["nbval-check-output"]
net, rng = MLP((2, 3, 1), f.tanh, f.identity, f.squared_error), np.random.default_rng(0)
theta = init(net, rng)
A = rng.normal(size=(50, 2))
B = np.sin(A[:, :1]) * A[:, 1:]
(W, b), (U, c) = net.layers(train(net, theta, A, B, adam(0.03), epochs=60, batch_size=10, rng=rng).theta)  # fmt: skip
copies = []
for order, signs in product(permutations(range(3)), product((1, -1), repeat=3)):
    parts = (*twin(W, b, U, np.array(order), np.array(signs)), c)
    copies.append(np.concatenate([part.ravel() for part in parts]))
losses = [mean_loss(net, copy, A, B) for copy in copies]
print(f"{len(np.unique(copies, axis=0))} points; losses equal to 1e-12: {np.ptp(losses) < 1e-12}")
for H in (3, 10, 30):
    print(f"H = {H:2}: 2^H H! = {2.0**H * np.prod(np.arange(1.0, H + 1)):.0e}")

# %% [markdown]
# **What we saw.** 48 points, one loss. So the count does grow exponentially (Sussmann, 1992: for nets that cannot be made smaller, these are all there are). But they are copies: finding any one is as good as another, and none has a larger error.
#
# But are they traps? XOR, 200 starts for each width, and digits with 2, 5 and 30 hidden units, trained until little happens any more.

# %% alt="Left, bars: share of XOR starts that are stuck, 39.5 % with 2 hidden units, 9.0 % with 3, 1.5 % with 4, none with 8. Right, J at the end on digits, eight starts each, logarithmic: near 0.9 with 2 units, from 0.03 to 0.1 with 5, all near 0.0007 with 30."
bits, target = datasets.xor()
stuck = {}
for H in (2, 3, 4, 8):
    net = MLP((2, H, 1), f.tanh, f.sigmoid, f.binary_cross_entropy)
    theta = uniform_all(net, range(200), 1.0)
    runs = train_all(net, theta, bits, target, momentum(0.3), sweeps=400, watch=False)
    lost = ~runs.right[:, -1]
    stuck[H] = lost.mean()
    J = f"their J {np.median(runs.loss[lost, -1]):.3f} (median)" if lost.any() else ""
    print(f"XOR, {H} hidden units: stuck {stuck[H]:.1%}", J)

spread_of = {}
for H in (2, 5, 30):
    net = MLP((64, H, 10))
    runs = train_all(
        net,
        starts(net, fan_in, range(8)),
        X32[:200],
        Y32[:200],
        adam(0.03),
        sweeps=150,
        watch=False,
    )
    spread_of[f"{H} units"] = runs.loss[:, -1]
    J = runs.loss[:, -1]
    print(
        f"digits, {H:2} hidden units: J from {J.min():.4f} to {J.max():.4f}, median {np.median(J):.4f}"
    )
_, (left, right) = plt.subplots(1, 2, figsize=(9.5, 4), layout="constrained")
plots.bars({f"{H} units": share for H, share in stuck.items()}, ylabel="share of starts stuck, XOR", fmt="{:.1%}", ax=left)  # fmt: skip
plots.errorbars(spread_of, ylabel="J at the end, 200 digits", log=True, ax=right)
_ = right.set_ylim(top=10)

# %% [markdown]
# **What we saw.** (Left, bars that fall to nothing; right, points that close up.) The opposite of the lecture's conclusion: with *more* couplings fewer starts are stuck, 40 % with two hidden units and none with eight. Those that are stuck come to rest at $J = \tfrac12\log 2 = 0.347$: two cases right, two undecided. On the digits the nets with 30 units end at nearly the same loss, those with five at losses a factor of three apart. "Full of local minima" is true of the copies and of narrow nets; in wide ones what one meets are mostly saddles (Dauphin et al., 2014).
#
# Then "inflection points which would take a long time to leave". In the symmetry net of 1986 (6-2-1, notebook 03b) there is such a place: with the answer "always no", $E$ is 4.0.

# %% alt="E of three starts against the sweep, 0 to 1,500: all drop at once to a plateau at 4.0, leave it within 60 to 240 sweeps for a longer one at 3.5, and slide from there, at about sweep 450 to 700, to nearly 0. Dotted lines mark 4.0 and 3.5."
net, (A, B) = MLP((6, 2, 1), f.sigmoid, f.sigmoid, f.squared_error), datasets.symmetry(6)
runs = train_all(net, uniform_all(net, range(10), 0.3), A, B, momentum(0.03 * 64, 0.9), sweeps=1500)
E = 64 * runs.loss
solved = np.isfinite(runs.solved_at)
shares = {
    plateau: np.array([
        np.mean(np.abs(e[: int(t)] - plateau) < 0.1)
        for e, t in zip(E[solved], runs.solved_at[solved], strict=True)
    ])
    for plateau in (4.0, 3.5)
}  # fmt: skip
ax = plots.curves(
    {f"start {k}": e for k, e in enumerate(E[solved][:3])}, np.arange(1501), xlabel="sweep", ylabel="E, summed over 64 cases",
)  # fmt: skip
for plateau in shares:
    ax.axhline(plateau, color="#777777", linestyle=":")
print(f"solved {solved.sum()} of 10, after {np.median(runs.solved_at[solved]):.0f} sweeps (median)")
for plateau, share in shares.items():
    print(f"share of the sweeps before that with E within 0.1 of {plateau}: {share.min():.0%} to {share.max():.0%}, median {np.median(share):.0%}")  # fmt: skip

# %% [markdown]
# **What we saw.** (Three curves with a long flat part, then a slope.) All ten solve it, and before that they spend most of their time on two plateaus: about a tenth of the sweeps at 4.0 ("always no"), and about half at 3.5, where the net answers 1/8 to everything. So the lecture is right about the time. These places are no inflection points but saddles and plateaus: the way out is there, and nearly level.
#
# And "the evolution of the error depends on the initial values". On the digits two things are random, the start and the order of the cases. Five starts times five orders: which of the two decides the loss after 15 epochs?

# %% alt="Bars, standard deviation of log J: with 2 hidden units 0.030 over starts and 0.009 over orders of the cases; with 10 units 0.071 and 0.020. The start counts about three times as much as the order."
spread_of = {}
for H in (2, 10):
    net = MLP((64, H, 10))
    table = []
    for order in range(5):
        runs = train_all(
            net, starts(net, fan_in), X32, Y32, gd(0.3), sweeps=15, batch_size=16,
            rng=np.random.default_rng(order), watch=False,
        )  # fmt: skip
        table.append(runs.loss[:, -1])
    table = np.log(np.array(table))  # (orders, starts)
    by_start, by_order = table.mean(axis=0).var(ddof=1), table.mean(axis=1).var(ddof=1)
    spread_of[f"{H} units"] = {"over starts": by_start**0.5, "over orders": by_order**0.5}
    print(f"{H:2} units: J about {np.exp(table.mean()):.3f}; sd of log J over starts {by_start**0.5:.3f}, over orders {by_order**0.5:.3f}")  # fmt: skip
_ = plots.bars(spread_of, ylabel="standard deviation of log J", fmt="{:.3f}")

# %% [markdown]
# **What we saw.** (Two pairs of bars, the first of each higher.) The start decides more than the order of the cases, three times as much in both nets. But what it decides is little: 3 % of $J$ with two hidden units, 7 % with ten.
#
# ## 11. How sensitive to the rate?
#
# The fourth problem: back-propagation is "very sensitive" to the rate and "diverges easily". And lecture 1: with a large rate "the weights can grow". Rates over four powers of ten, against depth.

# %% alt="Two colour maps of the share right after three epochs: learning rate 0.0032 to 32 across, 1, 3 and 10 hidden layers upwards. Tanh, orthogonal: the bright band reaches from 0.03 to 3 at one layer and to 0.3 at ten. ReLU, He: bright from 0.1 to 1 at one layer, 0.1 to 0.3 at three, nowhere above 0.4 at ten."
sweep = np.logspace(-2.5, 1.5, 9)
levels = (1, 3, 10)
map_of = {}
for name, act, scheme in (("tanh, orthogonal", f.tanh, orthogonal), ("ReLU, He", f.relu, he)):
    rows = []
    for depth in levels:
        net = deep_net(act, depth)
        theta = np.concatenate([starts(net, scheme)] * len(sweep))
        rows.append(learned(net, theta, gd, np.repeat(sweep, 5), 3).reshape(-1, 5).mean(axis=1))
    map_of[name] = np.array(rows)
_, both = plt.subplots(1, 2, figsize=(9.5, 3.4), layout="constrained")
for ax, (name, share) in zip(both, map_of.items(), strict=True):
    picture = ax.imshow(share, vmin=0, vmax=1, aspect="auto", origin="lower")
    ax.set(
        title=name, xlabel="learning rate", ylabel="hidden layers",
        xticks=range(0, 9, 2), xticklabels=[f"{r:.2g}" for r in sweep[::2]],
        yticks=range(3), yticklabels=levels,
    )  # fmt: skip
    ax.grid(visible=False)
_ = plt.colorbar(picture, ax=both, label="share right after three epochs")
for name, share in map_of.items():
    for depth, row in zip(levels, share, strict=True):
        good = sweep[row > 0.8 * row.max()]
        bad = sweep[(row < 0.3) & (sweep > sweep[row.argmax()])]
        ruin = f"below 0.3 from {bad[0]:.2g}" if len(bad) else f"above 0.3 up to {sweep[-1]:.2g}"
        print(f"{name:17} {depth:2} layers: best rate {sweep[row.argmax()]:.2g}, good from {good[0]:.2g} to {good[-1]:.2g}, {ruin}")  # fmt: skip

# %%
net = MLP((64, 32, 32, 10), f.sigmoid)
sweep = np.array([0.1, 1.0, 3.0, 10.0, 30.0, 100.0])
theta = np.concatenate([starts(net, glorot)] * len(sweep))
runs = train_all(
    net, theta, X32, Y32, with_rates(gd(1.0), np.repeat(sweep, 5)), sweeps=8, batch_size=16,
    rng=np.random.default_rng(0), watch=False,
)  # fmt: skip
length = np.linalg.norm(runs.theta, axis=1).reshape(-1, 5)
trace = forward(net, runs.theta, X32)
saturated = (net.hidden.slope(trace.u[0], trace.h[1]) < 0.01).mean(axis=(1, 2)).reshape(-1, 5)
share = (trace.output.argmax(-1) == Y32.argmax(-1)).mean(-1).reshape(-1, 5)
for rate, n, s, r in zip(sweep, length, saturated, share, strict=True):
    print(f"rate {rate:5}: length of θ {n.mean():6.1f}, slopes below 0.01 {s.mean():.2f}, right {r.mean():.2f} ± {r.std(ddof=1):.2f}")  # fmt: skip

# %% [markdown]
# **What we saw.** (Two pictures; in both the bright band gets narrower and moves to the left as layers are added.) One layer of tanh is good up to a rate of 3.2, ten layers up to 0.32; ten layers of ReLU are good at a single rate of the sweep, a factor of three below ruin. So "very sensitive" holds, and the more so the deeper. Lecture 1's sentence holds, too: from rate 0.1 to 100 the weights grow from 10 to 1,500, the share of saturated slopes from 0 to 0.92, and learning stops. Not knowing the best rate beforehand is a true problem; a sweep like this one is the usual answer.
#
# The fifth problem, overfitting, is no problem of back-propagation: it is notebook 09.
#
# ## What you have now
#
# | claim or slip | verdict of this notebook |
# |---|---|
# | gradients shrink along the layers | sigmoid (0.23 a layer), tanh with small weights (0.57); hardly with Glorot, He |
# | they explode if slope × weight exceeds 1 | holds for singular values, not for a single node |
# | "sigmoid (or tanh)" in the best case | ¼ a layer for the sigmoid, 1 for tanh |
# | ReLU, adaptive rates, CG, batch normalization relieve | at 5 layers all, at 10 two, at 20 one of them |
# | batch normalization helps | sigmoid nets always; ReLU not, and at 10 and 20 layers it harms |
# | no tanh or sigmoid in deep nets | fails for tanh (0.89 at 50 layers), holds for the sigmoid |
# | keep activations at a standard deviation near 1 | holds as a band |
# | ReLU: Kaiming He's start | holds |
# | beyond 40 layers: Swish | fails on this plain net |
# | always start with ReLU | never far off in shallow nets, never the best |
# | recurrent nets: tanh or sigmoid | values stay bounded; gradients do not |
# | ReLU is not saturated | below 0 it is; 37 % dead at a rate of 1 |
# | minima grow exponentially, so learning is trapped | the count holds ($2^H H!$ copies of one loss); the trap gets rarer with width |
# | plateaus take long to leave | holds; they are no inflection points |
# | the end depends on the initial values | holds, by a few percent of $J$ |
# | complex derivatives cost time; more layers, ever slower | swish about twice as much as none; time is linear in depth; the size of the derivatives is what counts |
# | very sensitive to the rate; weights can grow | hold, more with depth |
#
# **To think about**, without code:
#
# <details><summary>Why does a layer in front of batch normalization need no bias, and no particular size of its weights?</summary>
#
# A bias adds the same to all cases, and the mean takes it away again. Weights twice as large make u and its spread twice as large, and the quotient is as before (but for ε). The gradient is then half as large: the layer sets its own rate.
#
# </details>
#
# <details><summary>Adam divides each gradient by its own size. Why does it not save twenty sigmoid layers?</summary>
#
# It makes every step large, but not right. In the plateau the outputs hardly depend on the inputs, so what comes down to the first layers says how to change the *mean* output, the same for all cases; which case is which is lost among the later layers on the way up.
#
# </details>
