# %% [markdown]
# # 06b Inputs and first weights
#
# The last notebook took the error surface as given and asked how to walk on it. But the surface is made of your data: shift the inputs, scale them, turn them, and it changes its shape, while the problem stays the same. And where you start on it is yours to choose, too.
#
# **You will be able to**
#
# - centre, scale, rotate and whiten inputs, and say what each does to the surface;
# - tell which optimizers profit from what, and which do not notice;
# - decide which components may be dropped, and build the case where dropping them is fatal;
# - deal out mini-batches, shuffled or balanced by class, and know which of the two matters;
# - choose first weights of the right size, and explain why they must differ.
#
# **Follows** lecture 1 ("Normalización de entradas", "Todavía mejor: decorrelacionar entradas", "Inicialización de pesos", the last line of "Gradiente estocástico") and lectures 2 and 3 on first weights and shuffling · **takes** about two hours, with 7 exercises · **needs** notebook 06

# %% tags=["setup"]
import warnings
from itertools import product

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_wine

from course_utils import datasets, plots, widgets
from course_utils.exercises import ex06b
from course_utils.nn import optim
from course_utils.nn.curvature import best_rate, condition_number, largest_rate, quadratic
from course_utils.nn.mlp import MLP, accuracy, backprop, forward, init, mean_loss
from course_utils.nn.optim import descend, gd
from course_utils.nn.preprocess import Transform, enough_components
from course_utils.nn.second_order import lbfgs, linear_cg, newton
from course_utils.nn.train import Diverged, minibatches, one_hot, split, train

plots.use_style()
warnings.simplefilter("ignore", Diverged)  # some runs below are meant to diverge
SEEDS = range(5)

# %% [markdown]
# ## 1. Two examples of two cases
#
# Lecture 1 gives two tiny data sets for a linear unit with two weights, and next to each the same data made kinder:
#
# | | inputs as they come | kinder |
# |---|---|---|
# | shift | 101, 101 → 2 and 101, 99 → 0 | 1, 1 → 2 and 1, −1 → 0 |
# | scale | 0.1, 10 → 2 and 0.1, −10 → 0 | 1, 1 → 2 and 1, −1 → 0 |
#
# For a linear unit the Hessian is $X^\top X/N$: made of inputs alone. **Predict** the condition numbers.

# %%
examples = {
    "shifted": np.array([[101.0, 101.0], [101.0, 99.0]]),
    "unequal": np.array([[0.1, 10.0], [0.1, -10.0]]),
    "kinder": np.array([[1.0, 1.0], [1.0, -1.0]]),
}
y = np.array([2.0, 0.0])
for name, X in examples.items():
    H, exact = X.T @ X / 2, np.linalg.solve(X, y)
    run = descend(quadratic(H, np.zeros(2)), -exact, gd(best_rate(H)), steps=200_000, tol=1e-6)
    print(
        f"{name:7} κ = {condition_number(H):8.1f}, {len(run.J) - 1:6} steps, exact weights {exact.round(2)}"
    )

# %% [markdown]
# Tens of thousands of steps, or one. The claim holds. One remark on the first pair: its two versions are *not the same problem*. The exact weights are $(-0.98, 1)$ before and $(1, 1)$ after, because this unit has no bias. With a bias a shift is a mere change of variables, as section 3 shows.
#
# **Turn the knobs**: where are the inputs' centre, their spread, their correlation, and what do they do to the valley?


# %% alt="Left, a cloud of 200 inputs around (1, 1), three times as wide in x₁ as in x₂. Right, height lines of the error surface, κ = 4.72, with 30 steps from (−2, 1.5) that zigzag into the minimum at the origin; knobs move shift, spread and correlation"
def draw_inputs(shift=1.0, spread=3.0, correlation=0.0):
    """Inputs of a linear unit beside its error surface, with 30 steps at the best rate."""
    Z = np.random.default_rng(0).normal(size=(200, 2))
    Z[:, 1] = correlation * Z[:, 0] + np.sqrt(1 - correlation**2) * Z[:, 1]
    X = Z * [spread, 1] + shift
    H = X.T @ X / len(X)
    path = descend(
        quadratic(H, np.zeros(2)), np.array([-2.0, 1.5]), gd(best_rate(H)), steps=30
    ).path
    _, (left, right) = plt.subplots(1, 2, figsize=(7.8, 3.8), layout="constrained")
    left.plot(*X.T, ".", alpha=0.4)
    left.plot(0, 0, "k+", ms=14)
    left.set(xlim=(-10, 10), ylim=(-10, 10), xlabel="x₁", ylabel="x₂", title="inputs")
    left.set_xticks([-10, -5, 0, 5, 10])
    left.set_yticks([-10, -5, 0, 5, 10])
    plots.surface_paths(
        lambda P: np.einsum("ni,ij,nj->n", P, H, P) / 2,
        {"descent": path},
        xlim=(-3, 3),
        ylim=(-3, 3),
        goal=(0, 0),
        legend=False,
        ax=right,
    )
    right.set_title(f"error surface, κ = {condition_number(H):.3g}")
    return right


widgets.knobs(
    draw_inputs, shift=(-5.0, 5.0, 0.5), spread=(0.5, 5.0, 0.5), correlation=(-0.9, 0.9, 0.1)
)

# %% [markdown]
# ## 2. Centre and scale
#
# Real tables look like lecture 1's bad examples. 178 wines, 13 chemical measurements: proline is about 750 mg/l, the hue is about 1. Write the change of inputs that gives every column mean 0 and variance 1. It comes back as a `Transform(mean, A)`, which makes $Z = (X - \text{mean})\,A$ of *any* table: of the validation and test set, too, with the numbers of the training set.

# %% exercise="standardize"

# %% alt="J on the training set of wines, logarithmic, over 100 epochs: as they come it stays at 1.1, where guessing is; standardized it falls to 0.1 within ten epochs and to 0.005 at the end"
wine = load_wine()
net = MLP((13, 10, 3))
targets = one_hot(wine.target, 3)


def wines(seed, prepare):
    """A split of the wines with inputs prepared by what the training part says."""
    parts = split(wine.data, targets, rng=np.random.default_rng(seed))
    change = prepare(parts.X_train)
    return parts, change(parts.X_train), change(parts.X_test)


def as_it_comes(X):
    """No change."""
    return Transform(np.zeros(X.shape[1]), np.eye(X.shape[1]))


parts = wines(0, as_it_comes)[0]
changed = standardize(parts.X_train)(parts.X_train)
for name, X in {"as they come": parts.X_train, "standardized": changed}.items():
    C = np.cov(X.T)
    print(
        f"{name}: spreads {X.std(axis=0).min():.2f} to {X.std(axis=0).max():.2f}, κ = {np.linalg.cond(C):,.0f}"
    )

rates = np.logspace(-4, 0, 5)
curves, right = {}, {}
for name, prepare in {"as they come": as_it_comes, "standardized": standardize}.items():
    losses, scores = np.full((5, 5, 101), np.nan), np.zeros((5, 5))
    for (k, rate), seed in product(enumerate(rates), SEEDS):
        parts, X, X_test = wines(seed, prepare)
        rng = np.random.default_rng(seed)
        run = train(
            net, init(net, rng), X, parts.Y_train, gd(rate), epochs=100, batch_size=None, rng=rng
        )
        losses[k, seed, : len(run.loss)] = run.loss
        scores[k, seed] = accuracy(net, run.theta, X_test, parts.Y_test)
    best = np.nanargmin(np.nanmedian(losses[:, :, -1], axis=1))
    curves[f"{name}, rate {rates[best]:g}"], right[name] = losses[best], scores[best]
_ = plots.curves(curves, np.arange(101), ylabel="J on the training set", log="y")
for name, values in right.items():
    print(f"{name}: right on the test set {values.mean():.2f} ± {values.std(ddof=1):.2f}")
assert right["standardized"].mean() > right["as they come"].mean() + 0.2

# %% [markdown]
# **What we saw.** As they come, no rate of the five makes the net learn the wines in 100 sweeps; standardized, it does so at once. (The figure: one curve stays where guessing is, the other falls by orders of magnitude.)
#
# ## 3. A change of variables
#
# Why is this allowed? A network with a bias can say the same thing about changed inputs, with other weights in its first layer. Which?

# %% exercise="carry_over"

# %%
digits = datasets.load("digits")
net = MLP((64, 32, 10))


def carried(net, theta, change):
    """The parameters with which the net says of changed inputs what it said of X."""
    layers = [tuple(layer) for layer in net.layers(theta)]
    layers[0] = carry_over(*layers[0], change)
    return np.concatenate([array.ravel() for layer in layers for array in layer])


rng = np.random.default_rng(0)
theta = init(net, rng)
shift = Transform(digits.X_train.mean(axis=0), np.eye(64))
scaling = Transform(np.zeros(64), np.diag(rng.uniform(0.1, 10, 64)))
for name, change in {"shift": shift, "scaling": scaling}.items():
    before = forward(net, theta, digits.X_train).output
    after = forward(net, carried(net, theta, change), change(digits.X_train)).output
    print(f"{name}: outputs differ by {np.abs(after - before).max():.0e}")
    assert np.allclose(before, after, atol=1e-10)

# %% [markdown]
# So nothing is gained or lost in what the network *can* say. What changes is the way there.
#
# ## 4. Rotate
#
# "Better still: decorrelate the inputs", says lecture 1; then **all** algorithms perform much better; the usual way is principal component analysis. PCA turns the axes into the directions in which the data vary most. Which matrix knows these directions?

# %% exercise="pca"

# %% alt="Correlations of the pixels as a matrix, strong on the diagonal and in two bands beside it; variance of 60 components, logarithmic, from 0.7 down to 0.002 at the fiftieth, then steeply; the first eight components as patterns of light and dark strokes"
change = pca(digits.X_train)
variances = change(digits.X_train).var(axis=0)
_, (left, right) = plt.subplots(1, 2, figsize=(7.8, 3.4), layout="constrained")
drawn = left.imshow(
    np.corrcoef(digits.X_train[:, digits.X_train.std(axis=0) > 0].T), cmap="RdBu_r", vmin=-1, vmax=1
)
left.figure.colorbar(drawn, ax=left, shrink=0.8)
left.set(title="correlations", xlabel="pixel (of those that vary)", ylabel="pixel")
left.grid(visible=False)
plots.curves({"digits": variances[:60]}, xlabel="component", ylabel="variance", log="y", ax=right)
print(
    "components for 90, 95, 99 % of the variance:",
    *(enough_components(digits.X_train, s) for s in (0.9, 0.95, 0.99)),
)
_ = plots.images(change.A[:, :8].T, [f"{k}" for k in range(1, 9)], columns=8)

# %% [markdown]
# Left, how strongly pixels go together (red) or against each other (blue); right, the variances of the components; below, the first eight as pictures. After the rotation no two inputs are correlated any more. So train on both, from the same function (the first layer carried over), with the same batches. **Predict** for each rule: how far apart are the outputs of the two nets after three epochs?

# %% alt="Largest difference of outputs by a rotation of the inputs, as a power of 10, five starts of eight rules: GD, momentum and Nesterov at −15, L-BFGS between −15 and −12; gains, RPROP, RMSprop and Adam between −1 and 0"
X, Y = digits.X_train - digits.X_train.mean(axis=0), digits.Y_train
turn = pca(X)
rules = {
    "GD": gd(0.3),
    "momentum": optim.momentum(0.05),
    "Nesterov": optim.nesterov(0.05),
    "L-BFGS": lbfgs,
    "gains": optim.gains(0.1),
    "RPROP": optim.rprop(0.01),
    "RMSprop": optim.rmsprop(0.003),
    "Adam": optim.adam(0.01),
}


def trained(rule, inputs, theta, seed):
    """The outputs after three epochs of a rule, or after ten steps of a minimizer."""
    if isinstance(rule, optim.Optimizer):
        rng = np.random.default_rng(seed)
        run = train(net, theta, inputs, Y, rule, epochs=3, batch_size=32, rng=rng)
        return forward(net, run.theta, inputs).output

    def small(t):  # J / 1000, so that the first step tried is 1 and not 1/Σ|g|
        return mean_loss(net, t, inputs, Y) / 1000, backprop(net, t, inputs, Y) / 1000

    found = rule(small, theta, steps=10)
    return forward(net, found.theta, inputs).output


apart = {name: [] for name in rules}
for (name, rule), seed in product(rules.items(), SEEDS):
    theta = init(net, np.random.default_rng(seed))
    plain = trained(rule, X, theta, seed)
    rotated = trained(rule, turn(X), carried(net, theta, turn), seed)
    apart[name].append(np.abs(plain - rotated).max())
_, ax = plt.subplots(figsize=(7.6, 4))
exponents = {name: np.log10(values) for name, values in apart.items()}
plots.errorbars(exponents, ax=ax, ylabel="largest difference of outputs, power of 10")
for name, values in apart.items():
    print(f"{name:9} {np.median(values):.0e}")

# %% [markdown]
# **What we saw.** (Points near $10^{-15}$ for the first group of rules, near 1 for the second.) For gradient descent, momentum, Nesterov and L-BFGS the rotation changes *nothing*, but for rounding. Their steps are made of gradients, sums and inner products, and a rotation turns all of these together: they cannot know which way the axes point. Gains, RPROP, RMSprop and Adam look at each weight by itself; they do know. (Conjugate gradients follow below. L-BFGS got $J/1000$ here: the course's line search guesses its very first step from the sum of the $|g_p|$, which is a look at the axes.)
#
# ## 5. Whiten
#
# What is missing is the second half, which the slide does not separate from the first: after the rotation, give every component the same variance. With what you have, that is one line.

# %% exercise="whiten"


# %%
def valley(seed, kappa=1e4, d=6):
    """H = XᵀX/N of correlated inputs with condition number κ, and where descent starts."""
    rng = np.random.default_rng(seed)
    Z = rng.normal(size=(200, d))
    X = pca(Z)(Z) / pca(Z)(Z).std(axis=0) * np.geomspace(1, kappa**-0.5, d)
    X = X @ np.linalg.qr(rng.normal(size=(d, d)))[0]
    return X, rng.normal(size=d)


def hessians(prepare):
    """H and the start for each seed, the same function of the inputs in every version."""
    H, w = [], []
    for seed in SEEDS:
        X, start = valley(seed)
        change = prepare(X)
        Z = change(X)
        H.append(Z.T @ Z / len(Z))
        w.append(carry_over(start[:, None], np.zeros(1), change)[0][:, 0])
    return np.array(H), np.array(w)


def steps_needed(rule, H, w, rates, most=3000):
    """Steps to J / 10⁶ at the best of the rates, for each seed; all rates run side by side."""
    w = np.repeat(w[:, None], len(rates), axis=1)
    state, first, needed = rule.init(w), None, np.full(w.shape[:2], np.inf)
    with np.errstate(all="ignore"):
        for t in range(most + 1):
            g = np.einsum("sij,srj->sri", H, w)
            J = np.einsum("sri,sri->sr", g, w)
            first = J if first is None else first
            needed = np.where(np.isinf(needed) & (J / first <= 1e-6), t, needed)
            step, state = rule.update(g, state, w)
            w = w + rates[:, None] * step  # a rule of rate 1; its step grows with the rate
            w = np.where(np.abs(w) < 1e100, w, 1e100)  # it has diverged: stay there
    return needed.min(axis=1)


versions = {"raw": as_it_comes, "rotated": pca, "whitened": whiten}
rates = np.logspace(-4, 1, 41)
rules = {
    "GD": gd(1.0),
    "momentum": optim.momentum(1.0),
    "Nesterov": optim.nesterov(1.0),
    "gains": optim.gains(1.0),
    "RPROP": optim.rprop(0.1),
    "Adagrad": optim.adagrad(1.0),
    "RMSprop": optim.rmsprop(1.0),
    "Adam": optim.adam(1.0),
}
table = {name: {} for name in [*rules, "CG", "L-BFGS", "Newton"]}
for version, prepare in versions.items():
    H, w = hessians(prepare)
    for name, rule in rules.items():
        tried = np.ones(1) if name == "RPROP" else rates
        table[name][version] = steps_needed(rule, H, w, tried)
    for name, paths in {
        "CG": [linear_cg(h, np.zeros(6), x, steps=50) for h, x in zip(H, w, strict=True)],
        "L-BFGS": [
            lbfgs(quadratic(h / 100, np.zeros(6)), x, tol=1e-12).path
            for h, x in zip(H, w, strict=True)
        ],
    }.items():
        J = [np.einsum("ti,ij,tj->t", path, h, path) for path, h in zip(paths, H, strict=True)]
        table[name][version] = np.array([np.argmax(j <= 1e-6 * j[0]) for j in J])
    table["Newton"][version] = np.array(
        [
            newton(quadratic(h, np.zeros(6)), x, lambda t, h=h: h).steps
            for h, x in zip(H, w, strict=True)
        ]
    )
print(f"{'':9}", *(f"{version:>10}" for version in versions))
for name, row in table.items():
    print(
        f"{name:9}",
        *(f"{np.median(n):10.0f}" if np.median(n) < np.inf else "    > 3000" for n in row.values()),
    )

# %% [markdown]
# **What we saw** (median steps of five seeds, each rule at its best rate, from a valley with $\kappa = 10^4$). Gradient descent, momentum, Nesterov, CG and L-BFGS need exactly the same number of steps raw and rotated: decorrelation as such does nothing for them. *Whitening* does: the surface is round, and they arrive at once. For rules with a rate for each weight rotation is the great step, since now the valley lies along an axis, and whitening adds nothing (but to gains, whose rates change slowly). RPROP and Adam on the whitened bowl need as long as on the rotated one. Newton needs one step everywhere: it whitens by itself. So "**all** algorithms work much better when the inputs are decorrelated" fails as it stands: the first half helps some, the second half others, and Newton neither.
#
# And on a real network? The digits centred, rotated, and whitened with 40 components (beyond these there is little but corner pixels that hardly ever light up), all three with the same total variance: $J$ after five epochs at the best of five rates.


# %% alt="J after five epochs, logarithmic, for raw, rotated and whitened inputs: GD 0.046, 0.054, 0.024; momentum 0.025, 0.020, 0.013; RMSprop 0.036, 0.026, 0.039; Adam 0.018, 0.013, 0.018, with widely spread runs"
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


prepared = {
    "raw": X,
    "rotated": turn(X),
    "whitened": whiten(digits.X_train, 40)(digits.X_train) * X.std() * np.sqrt(64 / 40),
}
makers = {
    "GD": (gd, (0.03, 0.1, 0.3, 1.0, 3.0)),
    "momentum": (optim.momentum, (0.01, 0.03, 0.1, 0.3, 1.0)),
    "RMSprop": (optim.rmsprop, (0.0003, 0.001, 0.003, 0.01, 0.03)),
    "Adam": (optim.adam, (0.001, 0.003, 0.01, 0.03, 0.1)),
}
J_after = {name: {} for name in makers}
for (name, (make, tried)), (version, inputs) in product(makers.items(), prepared.items()):
    other = MLP((inputs.shape[1], 32, 10))
    J = [[loss_after(other, inputs, make(rate), 5, seed) for seed in SEEDS] for rate in tried]
    J = np.array(J)
    J_after[name][version] = J[np.median(J, axis=1).argmin()]
_ = plots.errorbars(J_after, ylabel="J after five epochs, best rate", log=True)
for name, row in J_after.items():
    print(
        f"{name:9}",
        *(f"{version} {J.mean():.3f} ± {J.std(ddof=1):.3f} " for version, J in row.items()),
    )

# %% [markdown]
# **What we saw.** (Four rules, three versions of the inputs each, a point for every start.) On the digits the gain is a factor of about two in $J$ for gradient descent and momentum with whitening, nothing by rotation beyond the spread, and no gain at all from whitening for RMSprop and Adam. With a hidden layer the inputs are only one of the things that make the surface long.
#
# ## 6. Drop the small ones?
#
# "The dimension of the input can be reduced by ignoring the components with a small variance." Digits with $k$ components, 15 epochs. **Predict** how many of the 64 are needed for 95 %.

# %% alt="Share right on the validation set against the components kept: 0.59 with 2, 0.90 with 5, 0.96 with 10 and 20, 0.97 with 30, 40 and 60"
kept = (2, 5, 10, 20, 30, 40, 60)
score = {f"{k}": [] for k in kept}
for k, seed in product(kept, SEEDS):
    project, small, rng = pca(digits.X_train, k), MLP((k, 32, 10)), np.random.default_rng(seed)
    run = train(
        small,
        init(small, rng),
        project(digits.X_train),
        Y,
        gd(0.3),
        epochs=15,
        batch_size=32,
        rng=rng,
    )
    score[f"{k}"].append(accuracy(small, run.theta, project(digits.X_valid), digits.y_valid))
_ = plots.errorbars(score, xlabel="components kept", ylabel="right on the validation set")
for k, values in score.items():
    print(f"{k:2} components: {np.mean(values):.3f} ± {np.std(values, ddof=1):.3f}")

rng = np.random.default_rng(0)
C = rng.normal(size=(600, 10)) * np.geomspace(10, 0.1, 10)  # components, the last hardly varies
labels = (C[:, -1] > 0).astype(int)  # but it alone decides
for k in (9, 10):
    Z, two = whiten(C, k)(C), MLP((k, 8, 2))
    rights = []
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        run = train(
            two,
            init(two, rng),
            Z[:400],
            one_hot(labels[:400], 2),
            gd(0.3),
            epochs=20,
            batch_size=16,
            rng=rng,
        )
        rights.append(accuracy(two, run.theta, Z[400:], labels[400:]))
    print(
        f"made-up data, {k} of 10 components: {np.mean(rights):.2f} ± {np.std(rights, ddof=1):.2f}"
    )
assert np.mean(rights) > 0.9

# %% [markdown]
# **What we saw.** (Accuracy climbs steeply up to ten components and then flattens.) Ten components of 64 give almost all there is to have, and the last thirty hardly count: the claim holds here. But PCA never looks at the targets. In the made-up data the smallest component alone decides, and with it goes everything: without it the net guesses. Small is not unimportant; on real data it often is.
#
# ## 7. In which order?
#
# The gradient of a mini-batch speaks for its cases only. Lecture 1: mini-batches *must* be balanced by class. Lecture 3: shuffle in every epoch. Write the balancing, then compare.

# %% exercise="balanced_batches"


# %% alt="Share right on the validation set for four ways to deal: balanced, shuffled each epoch and shuffled once all have 0.97 at rate 0.1 and 0.90 at rate 0.01; sorted by class has 0.66 and 0.86"
def learn(theta, X, labels, rate, steps, deal):
    """Steps of the digits' net on the batches that `deal()` gives, epoch after epoch."""
    targets, made = one_hot(labels, 10), 0
    while made < steps:
        for rows in deal()[: steps - made]:
            theta = theta - rate * backprop(net, theta, X[rows], targets[rows])
            made += 1
    return theta


def cut(order, size=10):
    """An order cut into batches."""
    return [order[at : at + size] for at in range(0, len(order), size)]


def dealers(labels, rng):
    """Four ways to deal out the cases."""
    once, by_class = rng.permutation(len(labels)), np.argsort(labels, kind="stable")
    return {
        "balanced": lambda: balanced_batches(labels, rng.permutation(len(labels)), 1),
        "shuffled each epoch": lambda: cut(rng.permutation(len(labels))),
        "shuffled once": lambda: cut(once),
        "sorted by class": lambda: cut(by_class),
    }


rights = {}
for rate, seed in product((0.1, 0.01), SEEDS):
    rng = np.random.default_rng(seed)
    theta = init(net, rng)
    for name, deal in dealers(digits.y_train, rng).items():
        end = learn(theta, digits.X_train, digits.y_train, rate, 1500, deal)
        row = rights.setdefault(name, {"rate 0.1": [], "rate 0.01": []})
        row[f"rate {rate}"].append(accuracy(net, end, digits.X_valid, digits.y_valid))
_ = plots.errorbars(rights, ylabel="right on the validation set")
for name, row in rights.items():
    print(
        f"{name:20}",
        *(f"{rate}: {np.mean(v):.3f} ± {np.std(v, ddof=1):.3f}  " for rate, v in row.items()),
    )
assert (
    np.mean(rights["shuffled each epoch"]["rate 0.1"])
    > np.mean(rights["sorted by class"]["rate 0.1"]) + 0.1
)

# %% [markdown]
# **What we saw.** (Four ways to deal, two rates; only the last stands lower.) Balanced, shuffled in every epoch, shuffled once: no difference beyond the spread. Sorted by class: a disaster, since the net forgets nine digits while it learns the tenth; a small rate softens it. So some shuffling is essential, every epoch is a good habit, and "must be balanced" is too strong where the classes are about equally frequent.
#
# Now make them unequal: one digit keeps all its cases, some 125, the nine others six each. Equal numbers of steps. The measure is the mean over classes of the share that is right, so that a rare class counts as much as a frequent one.

# %%
means = {"shuffled each epoch": [], "balanced": []}
for seed in range(10):
    rng = np.random.default_rng(seed)
    common = seed
    rows = [np.flatnonzero(digits.y_train == c)[: None if c == common else 6] for c in range(10)]
    rows = np.concatenate(rows)
    theta, labels = init(net, rng), digits.y_train[rows]
    for name in means:
        deal = dealers(labels, rng)[name]
        end = learn(theta, digits.X_train[rows], labels, 0.1, 2000, deal)
        per_class = [
            accuracy(
                net, end, digits.X_valid[digits.y_valid == c], digits.y_valid[digits.y_valid == c]
            )
            for c in range(10)
        ]
        means[name].append(np.mean(per_class))
for name, values in means.items():
    print(f"{name:20} {np.mean(values):.3f} ± {np.std(values, ddof=1):.3f} mean of the classes")
gain = np.subtract(means["balanced"], means["shuffled each epoch"])
print(
    f"gain by balancing {gain.mean():.3f} ± {gain.std(ddof=1) / np.sqrt(10):.3f} (standard error, 10 pairs)"
)

# %% [markdown]
# **What we saw.** Here balancing helps, by about two points, since a rare class gets as many votes as the frequent one. That is the grain of truth in the rule.
#
# One trap with shuffling: lecture 3's `np.random.shuffle(data)` mixes the rows *in place*. With inputs and targets in two arrays, shuffling each is fatal; one permutation for both is right.

# %% tags=["nbval-check-output"]
X_small, y_small = np.arange(6)[:, None] * [1, 10], np.arange(6)
order = np.random.default_rng(0).permutation(6)
print("one permutation for both, pairs kept:", (X_small[order][:, 0] == y_small[order]).all())
rng = np.random.default_rng(0)
print(
    "each shuffled by itself:", (rng.permutation(X_small)[:, 0] == rng.permutation(y_small)).all()
)

# %% [markdown]
# ## 8. Different first weights
#
# Lecture 1: start all units with different, random values. Lecture 2: weights *and biases* are random at first. What would happen otherwise? Write the count that tells.

# %% exercise="different_units"


# %%
def starts(rng):
    """Four first θ for the digits' net."""
    zero_bias = init(net, rng)
    alike, random_bias = zero_bias.copy(), zero_bias.copy()
    (W, _), (U, _) = net.layers(alike)
    W[:], U[:] = W[:, :1], U[:1]
    pairs = zero_bias.copy()
    (W, _), (U, _) = net.layers(pairs)
    W[:, 16:], U[16:] = W[:, :16], U[:16]
    for _, b in net.layers(random_bias):
        b[:] = rng.normal(0, 0.1, b.shape)
    return {
        "all alike": alike,
        "in pairs": pairs,
        "different, b = 0": zero_bias,
        "different, b too": random_bias,
    }


found = {}
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    for name, theta in starts(rng).items():
        run = train(net, theta, digits.X_train, Y, gd(0.3), epochs=8, batch_size=None, rng=rng)
        units = different_units(*net.layers(run.theta)[0])
        mixed = train(
            net, theta, digits.X_train, Y, gd(0.3), epochs=8, batch_size=32, rng=rng
        ).theta
        rank = np.linalg.matrix_rank(net.layers(mixed)[0].W, tol=1e-6)
        found.setdefault(name, []).append(
            (units, rank, accuracy(net, mixed, digits.X_valid, digits.y_valid))
        )
for name, rows in found.items():
    units, rank, right = np.array(rows).T
    print(f"{name:17} different units {units.min():.0f} to {units.max():.0f}, rank {rank.min():.0f} to {rank.max():.0f},"
          f" right {right.mean():.3f} ± {right.std(ddof=1):.3f}")  # fmt: skip

# %% [markdown]
# **What we saw.** Units that begin equal stay equal: one unit's worth of knowledge from 32, and sixteen from pairs. (In the first line the *outgoing* weights are equal, too. If only the incoming ones were, the errors that come back would differ and part the units.) Different weights are needed; different biases are not.
#
# ## 9. How large?
#
# "If a neuron has many inputs, small changes in each can make large changes in the neuron. One has to scale the weights, generally **to the root of the number of inputs**." You are given noise of variance 1. Which multiple of it gives every unit a $u$ of variance 1?

# %% exercise="scale_to_fan_in"

# %% alt="Two panels against 10 to 1,000 inputs, all logarithmic. Standard deviation of u: with weights times √n from 10 to 1,000, times 1 from 3 to 32, times 1/√n level at 1. Largest rate without overshoot: a straight fall from 0.2 to 0.002"
widths = np.array([10, 30, 100, 300, 1000])
factors = {
    "√n (as printed)": np.sqrt,
    "1": np.ones_like,
    "1/√n": lambda n: 1 / np.sqrt(n),
}
spreads = {name: np.empty((5, len(widths))) for name in factors}
rate_edge = np.empty((5, len(widths)))
for seed, (k, n) in product(SEEDS, enumerate(widths)):
    rng = np.random.default_rng(seed)
    inputs, noise = rng.normal(size=(500, n)), rng.normal(size=(n, 50))
    for name, factor in factors.items():
        spreads[name][seed, k] = (inputs @ noise * factor(float(n))).std()
    assert abs((inputs @ scale_to_fan_in(noise)).std() - 1) < 0.2
    x = inputs[0]  # one case: H = x xᵀ has the one eigenvalue x·x
    rate_edge[seed, k] = 2 / (x @ x)
_, (left, right) = plt.subplots(1, 2, figsize=(7.8, 3.8), layout="constrained")
plots.curves(
    spreads, widths, xlabel="inputs n", ylabel="standard deviation of u", log="xy", ax=left
)
left.set_ylim(top=3e5)  # room for the legend
left.get_legend().set_title("weights times (median\nof 5 runs; band: quartiles)")
plots.curves(
    {"one case": rate_edge},
    widths,
    xlabel="inputs n",
    ylabel="largest rate without overshoot",
    log="xy",
    ax=right,
)
for name, values in spreads.items():
    slope = np.polyfit(np.log(widths), np.log(values.mean(axis=0)), 1)[0]
    print(
        f"weights times {name:15} sd of u ∝ n^{slope:.2f}, at n = 1000: {values[:, -1].mean():.2f}"
    )
slope = np.polyfit(np.log(widths), np.log(rate_edge.mean(axis=0)), 1)[0]
print(f"largest rate ∝ n^{slope:.2f}")

# %% [markdown]
# **What we saw.** (Left, three straight lines of slope 1, ½ and 0; right, one of slope −1.) As printed, with $\sqrt n$, the spread of $u$ grows like $n$: a thousand inputs give $u$ of about a thousand, and every tanh is saturated. Right is $1/\sqrt n$ (LeCun, Bottou, Orr and Müller, 1998), which keeps it at 1. And "many small changes add up" holds for learning, too: with all inputs of size 1 the largest rate for a case falls like $1/n$.
#
# Does it matter for learning? The digits, standardized, four sizes of the first weights.

# %% alt="J on the training set, logarithmic, over 15 epochs for four sizes of first weights: √n falls only from 96 to 15; 1 from 12 to 0.09; 1/√n from 2.4 to 0.056, the lowest from the first epoch on; 1/n from 2.3 to 0.066"
sizes = {"√n": np.sqrt, "1": np.ones_like, "1/√n": lambda n: 1 / np.sqrt(n), "1/n": lambda n: 1 / n}
standard = standardize(digits.X_train[:, np.ptp(digits.X_train, axis=0) > 0])
inputs = standard(digits.X_train[:, np.ptp(digits.X_train, axis=0) > 0])
wide, J_of = MLP((inputs.shape[1], 64, 10)), {}
for (name, factor), seed in product(sizes.items(), SEEDS):
    rng = np.random.default_rng(seed)
    theta = init(
        wide,
        rng,
        lambda rng, n_in, n_out, f=factor: f(float(n_in)) * rng.normal(size=(n_in, n_out)),
    )
    J = np.full(16, np.nan)
    run = train(wide, theta, inputs, Y, gd(0.1), epochs=15, batch_size=32, rng=rng)
    J[: len(run.loss)] = run.loss
    J_of.setdefault(name, []).append(J)
J_of = {f"weights of size {name}": np.array(J) for name, J in J_of.items()}
_ = plots.curves(J_of, np.arange(16), ylabel="J on the training set", log="y")
for name, J in J_of.items():
    print(
        f"{name:21} at the start {J[:, 0].mean():7.2f}, after 15 epochs {J[:, -1].mean():.4f} ± {J[:, -1].std(ddof=1):.4f}"
    )

# %% [markdown]
# **What we saw.** (Four falling curves, that of the printed size a hundred times above the rest.) The size that is printed ruins the net. Size 1 starts badly and recovers in part; $1/\sqrt n$ is best, and too small ($1/n$) is a slow start only, in a net of two layers. What happens in twenty is the story of notebook 08, with Glorot's, He's and orthogonal weights.
#
# ## What you have now
#
# | claim or slip | verdict of this notebook |
# |---|---|
# | centre the inputs, scale them | hold: κ from 40,006 and 10,000 to 1 |
# | shifting is harmless | with a bias; without one it is another problem |
# | decorrelated: all algorithms work much better | fails for rotation (GD, momentum, Nesterov, CG, L-BFGS unchanged), holds for whitening, not for Newton |
# | components of small variance can be dropped | on digits, yes; not if the target lives there |
# | mini-batches must be balanced by class | fails as "must"; helps where classes are very unequal |
# | shuffle in every epoch | some shuffling is essential; every epoch was no better than once |
# | all units must start different | holds: equal ones stay equal |
# | first weights *and biases* random | the weights; biases may be 0 |
# | with many inputs small changes add up | holds: $u\propto\sqrt n$, largest rate $\propto 1/n$ |
# | scale the weights to $\sqrt n$ | fails as printed: to $1/\sqrt n$ |
#
# **To think about**, without code:
#
# <details><summary>Why must the mean and A of the test set's inputs come from the training set?</summary>
#
# Because the network was trained on inputs changed in that way, and the same pixel must mean the same. And because the test set stands for cases that come one by one, later: they have no mean yet. Measuring on all the data lets the test set leak into training.
#
# </details>
#
# <details><summary>Whitening makes the first layer's surface round. What of the layers above?</summary>
#
# Their inputs are activations, which move while the net learns. One would have to whiten, or at least standardize, in every layer and at every step: batch normalization (notebook 08) does the latter.
#
# </details>
