# %% [markdown]
# # 10 Averaging and Bayes
#
# So far a network was one vector of weights, found once. This notebook does it otherwise: many weights that are one number, many networks that answer together, and in the end all networks that the data allow, each with its probability.
#
# **You will be able to**
#
# - share weights, with the gradient that goes with it, and write a convolution and its gradient;
# - say exactly what an average of models gains, and when a bootstrap helps;
# - read dropout as an average of many networks, and tell what its scatter knows and what it does not;
# - measure whether a network is right as often as it says;
# - sample the weights of a network with Metropolis and Hamiltonian Monte Carlo, and check the chains.
#
# **Follows** lecture 1 ("Medios para reducir el sobreaprendizaje"), lecture 2 ("Bootstrap"), lecture 3 ("Dropout") and lecture 4 ("Modelos de clasificación más comunes", "Regularización") · **takes** about two and a half hours, with 11 exercises · **needs** notebooks 03 and 09
#
# Before each experiment there is a question. Answer it before you run the cell.

# %% tags=["setup"]
import warnings
from itertools import product

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage
from sklearn.datasets import make_friedman1
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from course_utils import datasets, plots, widgets
from course_utils.exercises import ex10
from course_utils.nn.bayes import (
    NeverAccepted,
    backprop_weighted,
    bootstrap_rows,
    drawn,
    dropout_all,
    effective_draws,
    energy,
    entropy,
    entropy_parts,
    hmc,
    linear_posterior,
    metropolis,
    one_mask_each,
    passes,
    reliability,
)
from course_utils.nn.functions import identity, relu, squared_error, tanh
from course_utils.nn.gradcheck import relative_error
from course_utils.nn.mlp import MLP, accuracy, backprop, forward, init, mean_loss
from course_utils.nn.optim import adam
from course_utils.nn.regularize import (
    SharedMLP,
    convolutional,
    dropout,
    dropout_forward,
    init_shared,
    rotated,
    shared_backprop,
)
from course_utils.nn.stacked import backprop_all, init_all, train_all
from course_utils.nn.train import train

plots.use_style()
SEEDS = range(5)


def spread(values):
    """Mean and standard deviation over the runs."""
    return f"{np.mean(values):.3f} ± {np.std(values, ddof=1):.3f}"


# %% [markdown]
# ## 1. Many weights, one number
#
# *Weight sharing* is the second entry of lecture 1's list of means against overfitting. Two weights are to stay equal, $w_1=w_2$. If they start equal and make equal steps, they stay so. Which step? Not $\partial J/\partial w_1$ for the one and $\partial J/\partial w_2$ for the other. There is only one number $v$, and both weights are copies of it.
#
# Here `uses[p]` says for every weight $p$ which number it copies. Given the gradient of all weights as if they were free, find the gradient of the numbers.

# %% exercise="shared_gradient"

# %% [markdown]
# Try it: a net 6-4-2 in which two of the hidden units are mirror images of the two others: unit 3 sees the inputs in reverse order through the weights of unit 1. `copies` writes the numbers into all their places, `backprop` gives the gradient there.


# %%
def mirrored():
    """A net 6-4-2: the hidden units 3 and 4 see the inputs from the other side."""
    every = MLP((6, 4, 2), tanh, identity, squared_error)
    places = np.arange(every.size, dtype=float)
    first, _ = every.layers(places)
    first.W[:, 2:], first.b[2:] = first.W[::-1, :2], first.b[:2]
    uses = np.unique(places, return_inverse=True)[1]
    return SharedMLP(every.sizes, every.hidden, every.output, every.loss, uses)


def nudged(J, theta, e=6e-6):
    """The gradient of J(theta), one number at a time, for theta of any shape."""
    steps = (e * np.eye(theta.size)).reshape(-1, *theta.shape)
    return np.array([J(theta + d) - J(theta - d) for d in steps]).reshape(theta.shape) / (2 * e)


net, worst, apart = mirrored(), 0.0, []
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    v, X, Y = init_shared(net, rng), rng.normal(size=(8, 6)), rng.normal(size=(8, 2))
    free = backprop(net.every, net.copies(v), X, Y)
    by_nudging = nudged(lambda v, X=X, Y=Y: mean_loss(net, v, X, Y), v)
    worst = max(worst, relative_error(shared_gradient(free, net.uses), by_nudging))
    W, _ = net.every.layers(net.copies(v) - 0.1 * free)[0]
    apart.append(np.abs(W[:, 2:] - W[::-1, :2]).max())
print(f"{net.every.size} weights, {net.size} numbers")
print(f"gradient of the numbers against nudging: relative error {worst:.0e}")
print(f"after one step with the free gradient the copies are {spread(apart)} apart")
assert worst < 1e-7

# %% [markdown]
# **What we saw.** The gradient of a shared number is the **sum** over its uses. With the free gradients the mirror breaks at the first step.
#
# ## 2. A convolution
#
# Lecture 4 lists the convolutional network among the usual classifiers; notebook 01 left it for here, because it *is* weight sharing. A hidden unit looks at a small window of the picture. Another one looks at the window beside it, with the **same** weights, the kernel. All units of one kernel together are a *map* of where in the picture its pattern occurs.
#
# Write it: pictures with channels in, maps out.

# %% exercise="convolve"

# %% alt="Three digits, 7, 9 and 4, in a row each, and beside each the maps of four kernels, grey on white: the upper edge map is dark where ink begins from above, the lower edge map where it ends below, the left and right edge maps along the two sides of the strokes."
digits = datasets.load("digits")
pictures = digits.X_train.reshape(-1, 8, 8, 1)
upper, left = np.outer([-1, 0, 1], [1, 2, 1]) / 4, np.outer([1, 2, 1], [-1, 0, 1]) / 4
kernels = {"upper edge": upper, "lower edge": -upper, "left edge": left, "right edge": -left}
maps = convolve(pictures[:3], np.stack(list(kernels.values()), axis=-1)[:, :, None])
theirs = ndimage.correlate(pictures[0, :, :, 0], left)[1:-1, 1:-1]
off = np.abs(maps[0, :, :, 2] - theirs).max()
print(f"maps {maps.shape}, largest difference from SciPy's {off:.0e}")
found = np.pad(np.maximum(maps, 0), ((0, 0), (1, 1), (1, 1), (0, 0)))  # back to 8 by 8
rows = np.concatenate([pictures[:3], found / found.max()], axis=3).transpose(0, 3, 1, 2)
_ = plots.images(rows.reshape(15, 64), ["digit", *kernels] * 3, columns=5)

# %% [markdown]
# Three digits in a row each, and beside them the maps of four kernels, the negative part cut off as ReLU does: where ink begins from above, ends below, begins at the left, ends at the right.
#
# **Turn the knobs**: a kernel that looks for edges of any direction, on any digit. Which angle finds the slanted stroke of a 7?


# %% alt="Three pictures: a 7 of 8 by 8 pixels; a kernel of 3 by 3 weights for angle 45, -0.7 in the upper left corner, 0.7 in the lower right, 0 on the diagonal between them; and the map of where it finds its edge, dark along the upper left side of the slanted stroke."
def draw_edges(digit=7, angle=45):
    """A digit, a kernel for edges of this direction (degrees), and where it finds them."""
    one = pictures[digits.y_train == digit][:1]
    y, x = np.mgrid[-1:2, -1:2]
    a = np.deg2rad(angle)
    kernel = (np.cos(a) * x + np.sin(a) * y) / (1 + np.abs(x * y))
    found = np.maximum(convolve(one, kernel[:, :, None, None]), 0)
    _, axs = plt.subplots(1, 3, figsize=(7.5, 2.7), layout="constrained")
    plots.images(one[..., 0], ax=axs[0]).set_title("digit")
    plots.weights(kernel.reshape(9, 1), (3, 3), ax=axs[1]).set_title("kernel")
    ax = plots.images(found[..., 0], shape=(6, 6), ax=axs[2])
    ax.set_title("found where")
    return ax


widgets.knobs(draw_edges, digit=(0, 9), angle=(0, 345, 15))

# %% [markdown]
# Now the way back. $\delta=\partial J/\partial u$ has a number for each picture, place and map. The kernel was used at every place: section 1 says what that means for its gradient.

# %% exercise="kernel_gradient"

# %%
worst = 0.0
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    images, K = rng.normal(size=(4, 6, 5, 2)), rng.normal(size=(3, 2, 2, 3))
    target = rng.normal(size=(4, 4, 4, 3))

    def J(K, images=images, target=target):
        return np.sum((convolve(images, K) - target) ** 2) / (2 * len(images))

    delta = (convolve(images, K) - target) / len(images)
    worst = max(worst, relative_error(kernel_gradient(images, delta), nudged(J, K)))
print(f"kernel_gradient against nudging: relative error {worst:.0e}")
assert worst < 1e-7

# %% [markdown]
# A convolution is a full layer most of whose weights are missing and the rest copies. `convolutional` writes it down like that: `uses` is −1 where there is no weight. With `pool=2` the weights to the outputs are shared as well, by blocks of 2×2 places, which is what average pooling does. Is it the same function?

# %%
net = convolutional((8, 8), size=3, maps=10, n_out=10, pool=2)
v = init_shared(net, np.random.default_rng(0))
K, b = v[:90].reshape(3, 3, 1, 10), v[90:100]
h = relu(convolve(pictures[:5], K) + b)  # (5, 6, 6, 10)
blocks = h.reshape(5, 3, 2, 3, 2, 10).sum(axis=(2, 4)).reshape(5, -1)
V, c = v[100:-10].reshape(-1, 10), v[-10:]
u = blocks @ V + c
off = np.abs(u - forward(net, v, digits.X_train[:5]).u[-1]).max()
print(
    f"weights of a full layer {net.every.size:,}, in use {np.sum(net.uses >= 0):,}, numbers {net.size:,}"
)
print(f"convolution, ReLU, pooling, full layer against the copies: {off:.0e}")
assert off < 1e-12

# %% [markdown]
# ### Does it help?
#
# Lecture 1: weight sharing reduces overfitting. Test: the convolution of 1,010 numbers against a dense net of about the same size (64-13-10, 985 weights) and one with almost five times as many (64-64-10), learning from 50 or 200 digits. And the convolution once more with the **pixels permuted**, the same permutation for all pictures.
#
# **Predict.** Which of the four nets notice the permutation? Will the convolution still be better than the dense net of its size?

# %% alt="Share of new digits wrong, five draws each. From 50 digits: convolution 0.19, dense net of the same size 0.27, dense net five times as large 0.21, convolution with permuted pixels 0.27. From 200 digits: 0.085, 0.119, 0.084 and 0.119."
quick = datasets.load("digits", dtype=np.float32)  # half the time
nowhere = np.random.default_rng(99).permutation(64)


def few(n, seed, data=quick):
    """n digits to train on; those that are left of the training set, with the test set."""
    order = np.random.default_rng([n, seed]).permutation(len(data.X_train))
    own, others = order[:n], order[n:]
    X_new = np.concatenate([data.X_train[others], data.X_test])
    Y_new = np.concatenate([data.Y_train[others], data.Y_test])
    return data.X_train[own], data.Y_train[own], X_new, Y_new


def wrong_after(net, start, rule, sets, rng, epochs=45):
    """The share of new digits that is wrong after training with full batches."""
    X, Y, X_new, Y_new = sets
    start = start.astype(X.dtype)
    run = train(
        net, start, X, Y, adam(0.03), gradient=rule, epochs=epochs, batch_size=None, rng=rng
    )
    return 1 - accuracy(net, run.theta, X_new, Y_new)


shared = net
sharing = {}
for n, seed in product((50, 200), SEEDS):
    X, Y, X_new, Y_new = few(n, seed)
    permuted = X[:, nowhere], Y, X_new[:, nowhere], Y_new
    row = sharing.setdefault(f"{n} digits", {})
    for name, net, sets in (
        ("convolution", shared, (X, Y, X_new, Y_new)),
        ("dense, same size", MLP((64, 13, 10), relu), (X, Y, X_new, Y_new)),
        ("dense, five times", MLP((64, 64, 10), relu), (X, Y, X_new, Y_new)),
        ("convolution, pixels permuted", shared, permuted),
    ):
        rng = np.random.default_rng(seed)
        start, rule = (init_shared, shared_backprop) if net is shared else (init, backprop)
        wrong = wrong_after(net, start(net, rng), rule, sets, rng)
        row.setdefault(name, []).append(wrong)
ax = plots.errorbars(sharing, ylabel="share of new digits wrong")
for group, row in sharing.items():
    print(group, *(f"  {name} {spread(values)}" for name, values in row.items()), sep="\n")
for row in sharing.values():
    assert np.mean(row["convolution"]) < np.mean(row["convolution, pixels permuted"])
    assert np.mean(row["convolution"]) < np.mean(row["dense, same size"])

# %% [markdown]
# The figure shows for 50 and for 200 digits a point for every draw of four nets. **What we saw.** With 50 digits the convolution is wrong less often than the dense net of its size (0.19 against 0.27) and about as often as the dense net with five times as many weights; with 200 digits it is the same picture (0.085 against 0.119). With the pixels permuted the advantage is gone. The claim holds under a condition: that the sharing says something true. "What is found here may be found there" is true of pictures, and false of permuted ones. (A dense net does not notice a permutation: its weights are permuted with the pixels.)
#
# And the other usual models of lecture 4 on the same 200 digits? Notebook 01 compared them on more data; here is the last one of the list among them.

# %%
usual = {
    "k-NN": lambda seed: KNeighborsClassifier(5),
    "logistic regression": lambda seed: LogisticRegression(max_iter=1000),
    "decision tree": lambda seed: DecisionTreeClassifier(random_state=seed),
    "SVM, RBF": lambda seed: SVC(),
}
table = {name: {"pixels in place": [], "permuted": []} for name in usual}
for (name, make), seed in product(usual.items(), SEEDS):
    X, Y, X_new, Y_new = few(200, seed)
    labels, right = Y.argmax(axis=1), Y_new.argmax(axis=1)
    for kind, order in (("pixels in place", np.arange(64)), ("permuted", nowhere)):
        model = make(seed).fit(X[:, order], labels)
        table[name][kind].append(np.mean(model.predict(X_new[:, order]) != right))
table["dense net, 64 units"] = {"pixels in place": sharing["200 digits"]["dense, five times"]}
table["convolution"] = {
    "pixels in place": sharing["200 digits"]["convolution"],
    "permuted": sharing["200 digits"]["convolution, pixels permuted"],
}
for name, row in table.items():
    print(f"{name:20}", *(f"{kind} {spread(values)}  " for kind, values in row.items()))

# %% [markdown]
# **What we saw.** Of all models the convolution alone suffers from the permutation: it is the only one that knows which pixels are neighbours. On digits as small and as well centred as these that knowledge is worth little; a support vector machine is better, k-NN as good. The convolutional network is in lecture 4's list for larger pictures.
#
# ## 3. What an average gains
#
# *Model averaging*, says lecture 1. Train $S$ models and answer with their mean $\bar p=\frac1S\sum_s p_s$. Why should the mean be better than the models? For squared error there is an exact answer (Krogh and Vedelsby, 1995). For one example
#
# $$(\bar p-y)^2=\frac1S\sum_s(p_s-y)^2-\frac1S\sum_s(p_s-\bar p)^2 .$$
#
# The average's error is the mean error of the models, minus their **ambiguity**: how much they disagree. The ambiguity needs no targets. Write the three numbers.

# %% exercise="ambiguity"

# %%
largest = 0.0
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    P, Y = rng.normal(size=(7, 50, 3)), rng.normal(size=(50, 3))
    of_average, of_models, apart = ambiguity(P, Y)
    largest = max(largest, abs(of_models - apart - of_average))
print(f"mean error - ambiguity - error of the average: {largest:.0e}")
assert largest < 1e-12

# %% [markdown]
# Exact, for any models whatever: the average is never worse than the models are in the mean. How much better, with networks? Friedman's function of ten inputs (five of them do nothing), 100 noisy cases, nets 10-10-1 trained until they overfit. Twenty nets on the same cases, which differ in their first weights alone.
#
# **Predict** the error of an average of 1, 2, 5, 20 nets. And what if we average the *weights* of the twenty nets, not their answers?

# %% alt="Squared error on new cases against the number of nets averaged: it falls from 0.5 for one net to 0.36 for two and 0.3 for five, then slowly to 0.25 for twenty. Level lines mark the mean error of the nets, 0.52, and the noise, 0.04."
friedman = MLP((10, 10, 1), tanh, identity, squared_error)
learn_all = {"optimizer": adam(0.07), "sweeps": 110}


def problem(seed, n=100, n_new=500):
    """Friedman's function with noise of standard deviation 1; outputs near size 1."""
    X, y = make_friedman1(n + n_new, noise=1.0, random_state=seed)
    X, y = (2 * X - 1).astype(np.float32), ((y - 14.4) / 5)[:, None].astype(np.float32)
    return X[:n], y[:n], X[n:], y[n:]


def starts(S, of=friedman):
    """First weights of S nets."""
    return init_all(of, range(S)).astype(np.float32)


sizes, of_size, parts, of_weights = range(1, 21), [], [], []
for seed in SEEDS:
    X, Y, X_new, Y_new = problem(seed)
    theta = train_all(friedman, starts(20), X, Y, **learn_all).theta
    P = forward(friedman, theta, X_new).output
    of_size.append([np.mean((P[:S].mean(axis=0) - Y_new) ** 2) for S in sizes])
    parts.append(ambiguity(P, Y_new))
    of_weights.append(np.mean((forward(friedman, theta.mean(axis=0), X_new).output - Y_new) ** 2))
of_average, of_models, apart = np.mean(parts, axis=0)
ax = plots.curves(
    {"average of the first S nets": np.array(of_size)},
    np.array(sizes),
    xlabel="nets S",
    ylabel="squared error, new cases",
)
ax.axhline(of_models, color="C1", linestyle="--", label="mean error of the nets")
ax.axhline(1 / 25, color="C2", linestyle=":", label="the noise")
ax.set(ylim=(0, None), xticks=(1, 5, 10, 15, 20))
ax.legend(title="median of 5 runs; band: quartiles", loc="upper right", bbox_to_anchor=(1, 0.93))
print(f"error of the average {spread(np.array(parts)[:, 0])}")
print(
    f"mean error           {spread(np.array(parts)[:, 1])}, ambiguity {spread(np.array(parts)[:, 2])}"
)
print(
    f"net of the mean weights {spread(of_weights)}; the answer 0 for all: {np.mean(Y_new**2):.3f}"
)
print("average of 1, 2, 5, 20:", *(f"{np.mean(of_size, axis=0)[S - 1]:.3f}" for S in (1, 2, 5, 20)))
assert np.all(np.array(parts)[:, 0] < np.array(parts)[:, 1])

# %% [markdown]
# The line is the error of the average of the first $S$ nets, the dashed one the mean error of the nets. **What we saw.** Twenty nets are half as wrong together as one by one, and five have gained almost all of it: what is left is what the nets have in common, which no average removes. The claim "model averaging reduces overfitting" holds, for squared error by an identity.
#
# And the average of the *weights*? It is worse than each of the nets, not much better than answering 0. Hidden unit 3 of one net has nothing to do with unit 3 of another (notebook 02). Average answers, not weights.
#
# ## 4. Bootstrap
#
# To differ, models need something different: other first weights, other architectures, or **other data**. Lecture 2 just says "Bootstrap". It is this: draw $N$ of your $N$ cases *with replacement*, train on them, and do so $S$ times. Some cases come twice, some not at all.
#
# **Predict** which share of the cases is in such a sample.

# %% tags=["nbval-check-output"]
for N in (10, 100, 1000):
    counts = drawn(bootstrap_rows(N, 500, rng=np.random.default_rng(N)))
    print(
        f"{N:5} cases: {np.mean(counts > 0):.3f} of them are in a sample, 1 - (1 - 1/N)^N = {1 - (1 - 1 / N) ** N:.3f}"
    )
print(f"1 - 1/e = {1 - np.exp(-1):.3f}")

# %% [markdown]
# So for every case a good third of the models have never seen it. They can be asked about it as about a new case: a test set for free. Average for each case those models, and those only.

# %% exercise="average_left_out"

# %% [markdown]
# Averaging over bootstrap samples is called *bagging* (Breiman, 1996). Three learners: regression trees, which ask one yes-or-no question after another; our nets; least squares. 25 models each.
#
# **Predict** for each: how much does the average gain over one model that learned from all cases? For one of the three it gains nothing. Which?


# %% alt="Squared error on new cases of one model and of an average of 25, five draws: trees 0.63 and 0.34, nets 0.50 and 0.26, least squares 0.29 and 0.29."
def with_bias(X):
    """X with a column of ones."""
    return np.column_stack([X, np.ones(len(X), X.dtype)])


def trees(X, Y, X_all, rows):
    """The answers of a tree for each row of `rows`, which says what it learned from."""
    grown = (DecisionTreeRegressor(random_state=0).fit(X[r], Y[r, 0]) for r in rows)
    return np.stack([tree.predict(X_all)[:, None] for tree in grown])


def lines(X, Y, X_all, rows):
    """The answers of least squares."""
    return np.stack([with_bias(X_all) @ np.linalg.lstsq(with_bias(X[r]), Y[r])[0] for r in rows])


def nets(X, Y, X_all, rows):
    """The answers of nets, trained side by side."""
    rule = backprop_weighted(drawn(rows).astype(X.dtype))
    theta = train_all(friedman, starts(len(rows)), X, Y, gradient=rule, **learn_all).theta
    return forward(friedman, theta, X_all).output


def squared(P, Y):
    """The mean squared error of one answer."""
    return np.mean((P - Y) ** 2)


bagged, left_out = {}, {}
for (name, learner), seed in product(
    {"trees": trees, "nets": nets, "least squares": lines}.items(), SEEDS
):
    X, Y, X_new, Y_new = problem(seed)
    rows = bootstrap_rows(len(X), 25, rng=np.random.default_rng(seed))
    P = learner(X, Y, np.concatenate([X, X_new]), rows)
    single = learner(X, Y, X_new, np.arange(len(X))[None])[0]
    row = bagged.setdefault(name, {"one, all cases": [], "average of 25": []})
    row["one, all cases"].append(squared(single, Y_new))
    row["average of 25"].append(squared(P[:, len(X) :].mean(axis=0), Y_new))
    estimate = squared(average_left_out(P[:, : len(X)], drawn(rows)), Y)
    left_out.setdefault(name, []).append(estimate)
ax = plots.errorbars(bagged, ylabel="squared error, new cases")
for name, row in bagged.items():
    gain = np.subtract(row["one, all cases"], row["average of 25"])
    print(
        f"{name:13}",
        *(f"{kind} {spread(values)}  " for kind, values in row.items()),
        f"gain {spread(gain)}",
    )
    print(f"{'':13} average, asked about the cases left out: {spread(left_out[name])}")
assert np.mean(bagged["trees"]["average of 25"]) < 0.8 * np.mean(bagged["trees"]["one, all cases"])

# %% [markdown]
# For each learner the error of one model and of an average of 25. **What we saw.** Trees and nets gain about half; least squares gains nothing, since an average of linear fits is a linear fit. The bootstrap helps **unstable** learners, which answer differently when the data change a little; that is the condition of the claim. For the nets it is hardly a gain *by* the bootstrap: section 3 had the same error from other first weights alone. What the bootstrap gives in any case is the estimate from the cases left out: of the right size without a test set, and a little too high, because each case is judged by a third of the models.
#
# ## 5. Dropout: how many models?
#
# Lecture 4 on dropout: it "lets one learn **multiple models in a single training session**". Every mask is a network; all share their weights, so the two halves of this notebook meet. We train one net 64-128-10 with dropout on 200 digits, draw 20 masks, and keep each for all new digits: 20 members. Beside it five separate nets of that size, without dropout.
#
# **Predict.** Which members are better, one by one? Which are more alike? Which average wins?

# %%
net, keep = MLP((64, 128, 10), relu), (1.0, 0.5)
dropped, separate, of_members = [], [], {}
for seed in SEEDS:
    X, Y, X_new, Y_new = few(200, seed)
    rng = np.random.default_rng(seed)
    start = init(net, rng).astype(X.dtype)
    rule = dropout(keep, rng=rng)
    dropped.append(
        train(
            net, start, X, Y, adam(0.01), gradient=rule, epochs=120, batch_size=None, rng=rng
        ).theta
    )
    others = init_all(net, range(10 * seed, 10 * seed + 5)).astype(X.dtype)
    separate.append(train_all(net, others, X, Y, adam(0.015), sweeps=40).theta)
    groups = {
        "masks of one net": one_mask_each(net, dropped[-1], X_new, keep, T=20, rng=rng),
        "separate nets": forward(net, separate[-1], X_new).output,
    }
    for name, P in groups.items():
        error = (P - Y_new).reshape(len(P), -1)
        alike = np.corrcoef(error)[np.triu_indices(len(P), 1)].mean()
        wrong = np.mean(P.argmax(axis=-1) != Y_new.argmax(axis=1), axis=1).mean()
        wrong_average = np.mean(P.mean(axis=0).argmax(axis=-1) != Y_new.argmax(axis=1))
        row = wrong, wrong_average, *ambiguity(P, Y_new)[1:], alike
        of_members.setdefault(name, []).append(row)
by_mask, by_net = (np.array(rows) for rows in of_members.values())
print(f"{'':25}", *(f"{name:>16}" for name in of_members))
for k, what in enumerate(
    (
        "share wrong, a member",
        "share wrong, the average",
        "squared error of a member",
        "ambiguity",
        "correlation of errors",
    )
):
    print(f"{what:25} {spread(by_mask[:, k]):>16} {spread(by_net[:, k]):>16}")
print(
    f"average of the masks minus average of the nets, share wrong: {spread(by_mask[:, 1] - by_net[:, 1])}"
)
print(f"ambiguity of the masks over that of the nets: {spread(by_mask[:, 3] / by_net[:, 3])}")
assert np.all(by_mask[:, 0] > by_net[:, 0])
assert np.all(by_mask[:, 4] < by_net[:, 4])

# %% [markdown]
# **What we saw.** The masks of one net are weaker, one by one, than separate nets. But they are much *less* alike: their errors correlate with 0.72, those of separate nets with 0.955, and their ambiguity is some eight times as large. (Separate nets differ in their first weights only, and 200 digits teach all of them the same mistakes. One would expect shared weights to make the masks alike; here they do not.) So the average of the masks gains a lot, and beats that of the nets by a point. The claim holds: one training, many models, and different ones.
#
# ### The average without averaging
#
# At test time nobody draws masks: the net runs once with all its units. Is that an average of the masks? Not of their probabilities. Take the **geometric** mean of the distributions and make it add up to 1 again.

# %% exercise="geometric_mean"

# %%
for layers in (1, 2):
    off, off_mean = [], []
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        small = MLP((6, *[10 // layers] * layers, 4), tanh)
        theta, X = init(small, rng) * 2, rng.normal(size=(5, 6))
        every = np.array(list(product((0.0, 2.0), repeat=10)))  # all 1,024 masks, 0 or 1/p
        one_each = np.repeat(every, len(X), axis=0)
        hidden = np.split(one_each, layers, axis=1)
        inputs = np.tile(X, (len(every), 1))
        P = dropout_forward(small, theta, inputs, [np.ones_like(inputs), *hidden]).output
        P, plain = P.reshape(len(every), len(X), 4), forward(small, theta, X).output
        off.append(np.abs(geometric_mean(P) - plain).max())
        off_mean.append(np.abs(P.mean(axis=0) - plain).max())
    print(
        f"{layers} hidden: plain net against the geometric mean {np.max(off):.0e}, against the mean {np.max(off_mean):.0e}"
    )
    if layers == 1:
        assert np.max(off) < 1e-12

# %% [markdown]
# With one hidden layer and softmax the plain net **is** the geometric mean of all masks, exactly: the mean of the $\log p$ is the mean of the $u$, and $1/p$ in the mask makes that the $u$ of the plain net. With more layers it is an approximation. For the digits:

# %%
averages = {"plain net": [], "geometric mean": [], "mean": []}
for seed, theta in enumerate(dropped):
    _, _, X_new, Y_new = few(200, seed)
    X_new, Y_new = X_new[:600], Y_new[:600]
    P = passes(net, theta, X_new, keep, T=20, rng=np.random.default_rng(seed)).astype(float)
    for name, answer in (
        ("plain net", forward(net, theta, X_new).output),
        ("geometric mean", geometric_mean(np.maximum(P, 1e-30))),
        ("mean", P.mean(axis=0)),
    ):
        answer = np.maximum(answer, 1e-30)
        J = -np.mean(np.log(answer[Y_new > 0]))
        averages[name].append((np.mean(answer.argmax(1) != Y_new.argmax(1)), J))
for name, rows in averages.items():
    wrong, J = np.array(rows).T
    print(f"{name:15} share wrong {spread(wrong)}, cross-entropy {spread(J)}")

# %% [markdown]
# **What we saw.** In the share of wrong answers the three are one, and in the cross-entropy they differ by less than from draw to draw. That the plain net stands for all masks is as good as true, at a twentieth of the cost.
#
# ## 6. Dropout left on
#
# Lecture 3 calls dropout a random disappearance of nodes "during learning", and cites Gal and Ghahramani (2016) beside it. That paper does something else: it leaves dropout **on at test time** as well, averages many passes, and reads their scatter as what the network does not know. Write that.

# %% exercise="mc_dropout"

# %% [markdown]
# Fifteen points of a sine, with nothing between −0.7 and 0.7 and nothing beyond ±2. ReLU nets with one and with two hidden layers of 50 units, dropout on the hidden units; five draws of the noise, twenty nets side by side. **Predict** where the answers scatter most, and what happens to the scatter when half of the units are dropped instead of a tenth.

# %% alt="Three panels: fifteen points of a sine with a gap in the middle, the mean of 60 dropout passes, a band of two standard deviations. One layer, p = 0.9: the band is narrowest in the gap, wide beyond. Two layers, p = 0.9: wider in the gap than at the points. Two layers, p = 0.5: wide everywhere, and the mean misses the trough on the left."
where = np.concatenate([np.linspace(-2, -0.7, 7), np.linspace(0.7, 2, 8)])[:, None]
grid = np.linspace(-3, 3, 121)[:, None]
sigma, truth = 0.2, np.sin(2 * grid)
targets = np.stack(
    [np.sin(2 * where) + sigma * np.random.default_rng(s).normal(size=(15, 1)) for s in SEEDS]
)
zones = {
    "near the points": (np.abs(grid[:, 0]) >= 0.7) & (np.abs(grid[:, 0]) <= 2),
    "in the gap": np.abs(grid[:, 0]) < 0.7,
    "beyond": np.abs(grid[:, 0]) > 2,
}
mc, kept = {}, np.repeat([0.9, 0.5], 5)
for layers in (1, 2):
    curve = MLP((1, *[50] * layers, 1), relu, identity, squared_error)
    rng = np.random.default_rng(layers)
    rule = dropout_all((1.0, *[kept] * layers), rng=rng)
    both = np.concatenate([targets, targets])  # (10, 15, 1), for each network its own
    theta = train_all(
        curve, init_all(curve, range(10)), where, both, adam(0.02), sweeps=400, gradient=rule
    ).theta
    for p, own in zip(kept, theta, strict=True):
        masks = [[np.ones((1, 1)), *(rng.random((layers, 1, 50)) < p) / p] for _ in range(60)]
        masks = [[np.repeat(mask, 121, axis=0) for mask in one] for one in masks]
        name = f"{layers} hidden layer{'s' * (layers - 1)}, p = {p}"
        mc.setdefault(name, []).append(mc_dropout(curve, own, grid, masks))
mc = {name: np.array(runs)[..., 0] for name, runs in mc.items()}  # (draws, mean and sd, 121)


def draw_band(ax, mean, sd, title, label="± 2 sd"):
    """The points of the first draw, the sine, and a band around the mean."""
    ax.plot(grid, truth, color="0.5", linestyle="--", label="sine")
    ax.plot(grid, mean, label="mean")
    ax.fill_between(grid[:, 0], mean - 2 * sd, mean + 2 * sd, alpha=0.25, label=label)
    ax.plot(where, targets[0], "o", color="C6", label="points")
    ax.set(xlabel="x", ylim=(-3, 3), title=title)


shown = ("1 hidden layer, p = 0.9", "2 hidden layers, p = 0.9", "2 hidden layers, p = 0.5")
_, axs = plt.subplots(1, 3, figsize=(10, 3.8), sharey=True, layout="constrained")
for ax, name in zip(axs, shown, strict=True):
    draw_band(ax, *mc[name][0], name)
axs[0].set_ylabel("y")
axs[0].legend(loc="lower left", fontsize=10)
print(f"{'standard deviation':24}", *(f"{zone:>16}" for zone in zones))
for name, runs in mc.items():
    sd = runs[:, 1]
    print(f"{name:24}", *(f"{spread(sd[:, at].mean(axis=1)):>16}" for at in zones.values()))

# %% [markdown]
# Three panels: mean and twice the standard deviation of 60 masks, the points, and the sine. **What we saw.** With one hidden layer the scatter in the gap is *smaller* than near the points. (It must be. Its variance is $\frac{1-p}p\sum_jv_j^2\,h_j^2$, a sum of squared ReLUs, which is a convex curve and cannot rise between two groups of points above both: Foong and others, 2020.) With two layers it is larger in the gap, and larger still beyond the points. And with half of the units dropped it is about twice as large everywhere. So which is right?
#
# What kind of uncertainty is it? One linear unit tells, because there everything can be worked out: a unit with dropout on its inputs answers $x\cdot w$ with standard deviation $\sqrt{\frac{1-p}p\sum_jw_j^2x_j^2}$ (notebook 09). Bayes' rule gives another number for the same unit; section 8 explains it. **Predict** what becomes of both when there is ten times more data.

# %% tags=["nbval-check-output"]
w_true, x_new = np.array([1.0, -1.0, 0.5]), np.ones(3)
print("cases   sd by dropout, p = 0.9   sd by Bayes")
for N in (10, 100, 1000):
    by_dropout, by_bayes = [], []
    for seed in SEEDS:
        rng = np.random.default_rng([N, seed])
        X = rng.normal(size=(N, 3))
        y = X @ w_true + sigma * rng.normal(size=N)
        w, C = linear_posterior(X, y, prior=1.0, noise=1 / sigma**2)
        by_dropout.append(np.sqrt(0.1 / 0.9 * np.sum(w**2 * x_new**2)))
        by_bayes.append(np.sqrt(x_new @ C @ x_new))
    print(f"{N:5}   {spread(by_dropout)}            {spread(by_bayes)}")
assert np.mean(by_dropout) > 10 * np.mean(by_bayes)

# %% [markdown]
# **What we saw.** Dropout's standard deviation is a matter of $p$ and of the size of the weights. It does not know how many cases there were: 10 or 1,000, the same 0.5. By Bayes' rule it falls like $1/\sqrt N$. "Dropout is a Bayesian approximation" (lecture 3, after the title of the paper) is true of a particular prior and with $p$ and the decay chosen to fit the data; left as it is it measures how much the answer depends on single units.
#
# ### A digit, turned
#
# Gal and Ghahramani's picture: a 1 is turned little by little, and the scatter of the passes tells when the network no longer knows what it sees. Our dropout nets (200 digits, none of them turned), all new 1s, angles from 0 to 180 degrees. 180 is a 1 again, nearly.
#
# **Predict** for each angle: is the net right? Does it know that it is not?

# %% alt="Against the angle, 0 to 180 degrees. Left, entropy: the mean of 20 passes rises from 0.4 to 1.0 at 30, is back at 0.4 at 90 and rises to 0.8 at 165; plain net and separate nets run alike at little more than half of that, the disagreement lower still. Right, share of 1s taken for a 1: from 0.9 to 0 at 60, back to 0.5 at 180."
angles = np.arange(0, 181, 15)


def turned(X, angle):
    """The pictures turned by this angle, in degrees."""
    return rotated(X, np.full(len(X), float(angle))).astype(X.dtype)


watched = {
    name: np.empty((5, len(angles)))
    for name in ("plain", "passes", "disagreement", "right", "others")
}
for seed, theta in enumerate(dropped):
    _, _, X_new, Y_new = few(200, seed)
    ones = X_new[Y_new[:, 1] > 0][:60]
    for k, angle in enumerate(angles):
        X = turned(ones, angle)
        P = passes(net, theta, X, keep, T=20, rng=np.random.default_rng(k)).astype(float)
        of_average, disagreement = entropy_parts(P)
        watched["plain"][seed, k] = entropy(forward(net, theta, X).output).mean()
        watched["passes"][seed, k] = of_average.mean()
        watched["disagreement"][seed, k] = disagreement.mean()
        watched["right"][seed, k] = np.mean(P.mean(axis=0).argmax(axis=1) == 1)
        watched["others"][seed, k] = entropy_parts(forward(net, separate[seed], X).output)[0].mean()
_, (left, right) = plt.subplots(1, 2, figsize=(10, 3.8), layout="constrained")
names = {
    "plain": "plain net",
    "passes": "mean of 20 passes",
    "others": "mean of 5 separate nets",
    "disagreement": "disagreement of the passes",
}
plots.curves(
    {name: watched[key] for key, name in names.items()},
    angles,
    xlabel="turned by (degrees)",
    ylabel="entropy (nats)",
    ax=left,
).set_ylim(0, 1.6)
plots.curves(
    {"answer 1": watched["right"]},
    angles,
    xlabel="turned by (degrees)",
    ylabel="share of the 1s",
    ax=right,
)
for ax in (left, right):
    ax.set_xticks(angles[::2])
print(f"{'degrees':7}", *(f"{name:>14}" for name in watched))
for k in (0, 2, 4, 6):
    print(f"{angles[k]:7}", *(f"{spread(values[:, k]):>14}" for values in watched.values()))

lower = watched["passes"][:, 6] - watched["passes"][:, 0]
print(f"entropy of the passes at 90 degrees minus upright: {spread(lower)}")

# %% alt="Top, a 1 turned in steps of 15 degrees up to 180. Below, the probability of four answers: 1 falls from 1 to 0 at 60 degrees, 4 takes over and is near 1 from 75 to 120, 7 rises to 0.66 at 150, 1 is back at 0.97 at 180; 8 stays below 0.15. The bands are wide wherever the answer changes."
_, _, X_new, Y_new = few(200, 0)
one = X_new[Y_new[:, 1] > 0][5:6]
pictures_of_it = np.concatenate([turned(one, angle) for angle in angles])
P = passes(net, dropped[0], pictures_of_it, keep, T=100, rng=np.random.default_rng(0))
_, (top, ax) = plt.subplots(
    2, 1, figsize=(9, 4.8), layout="constrained", gridspec_kw={"height_ratios": [1, 3.4]}
)
plots.images(pictures_of_it, columns=len(angles), ax=top)
likeliest = P.mean(axis=0).max(axis=0).argsort()[::-1][:4]
plots.curves(
    {f"answer {c}": P[:, :, c] for c in likeliest}, angles, xlabel="turned by (degrees)",
    ylabel="probability", ax=ax,
).set_xticks(angles)  # fmt: skip
ax.legend(title="median of 100;\nband: quartiles", loc="center", bbox_to_anchor=(0.54, 0.5))
for angle, answer in zip(angles[::2], P.mean(axis=0)[::2], strict=True):
    print(
        f"{angle:3} degrees: answer {answer.argmax()} with probability {answer.max():.2f} in the mean"
    )

# %% [markdown]
# First figure: on the left the entropy of the answers against the angle, four ways; on the right the share of 1s that are still taken for a 1. Second figure: one of them, turned, and the probabilities of the four likeliest answers, median and middle half of 100 passes.
#
# **What we saw.** Up to 45 degrees it is the published picture: the passes scatter, the entropy rises, and it is higher than that of the plain net, while fewer and fewer answers are right. But look at 90 degrees. Hardly a 1 is recognized, and the entropy is back where it was for upright ones, or below: a lying 1 is a 4, and most masks agree. What every mask learned from the same digits none of them doubts. The separate nets fare no better. The scatter shows where the *models* disagree, not where they are wrong.
#
# **Turn the knobs**: any digit, any angle, any share of units kept; ten bars with the spread of 100 passes.


# %% alt="A 1 turned by 30 degrees, and bars of the probability of the answers 0 to 9, mean of 100 passes: answer 1 has 0.77, answer 8 has 0.20, 6 a little, the others next to nothing; standard deviations of about 0.2 for the first two."
def draw_turned(digit=1, angle=30, keep_hidden=0.5):
    """A turned digit, and what 100 passes say of it."""
    _, _, X_new, Y_new = few(200, 0)
    X = turned(X_new[Y_new[:, digit] > 0][5:6], angle)
    share = (1.0, keep_hidden)
    P = passes(net, dropped[0], X, share, T=100, rng=np.random.default_rng(0))[:, 0]
    _, (left, right) = plt.subplots(
        1, 2, figsize=(8, 3.2), layout="constrained", gridspec_kw={"width_ratios": [1, 2.4]}
    )
    plots.images(X, ax=left)
    table = {str(c): P[:, c] for c in range(10)}
    ax = plots.bars(table, xlabel="answer", ylabel="probability", fmt="", ax=right)
    ax.set(ylim=(0, 1.3), yticks=np.linspace(0, 1, 6))
    return ax


widgets.knobs(draw_turned, digit=(0, 9), angle=(0, 180, 15), keep_hidden=[0.9, 0.7, 0.5, 0.3])

# %% [markdown]
# ## 7. Right as often as it says?
#
# Of all cases in which a net says 0.8, are 80 % right? (Notebook 02 asked it for one net.) A single number for the answer: sort the cases by what was said, compare in each part what was said with what came of it, and take the mean distance.

# %% exercise="calibration_error"

# %% alt="Two panels, share right against the probability given, with the line of perfect calibration. Upright: the mean of 20 passes lies on or above the line, plain net and separate nets below it by up to 0.2. Turned by 30 degrees: all three lie far below, the passes least, with 0.80 right where 0.95 is said."
answers, errors = {}, {}
for (kind, angle), seed in product({"upright": 0, "turned by 30 degrees": 30}.items(), SEEDS):
    _, _, X_new, Y_new = few(200, seed)
    X, labels = turned(X_new[:500], angle), Y_new[:500].argmax(axis=1)
    for name, P in (
        ("plain net", forward(net, dropped[seed], X).output),
        (
            "mean of 20 passes",
            passes(net, dropped[seed], X, keep, T=20, rng=np.random.default_rng(seed)).mean(axis=0),
        ),
        ("mean of 5 separate nets", forward(net, separate[seed], X).output.mean(axis=0)),
    ):
        said, is_right = P.max(axis=1).clip(0, 1), P.argmax(axis=1) == labels
        answers.setdefault(kind, {}).setdefault(name, []).append((said, is_right))
        errors.setdefault(kind, {}).setdefault(name, []).append(calibration_error(said, is_right))
_, axs = plt.subplots(1, 2, figsize=(9.5, 4.2), sharey=True, layout="constrained")
for ax, (kind, by_name) in zip(axs, answers.items(), strict=True):
    ax.plot([0, 1], [0, 1], color="0.6", lw=1, label="calibrated")
    for marker, (name, runs) in zip("os^", by_name.items(), strict=True):
        found = reliability(*(np.concatenate(part) for part in zip(*runs, strict=True)))
        full = found.count >= 50
        ax.plot(found.said[full], found.right[full], marker + "-", label=name)
    ax.set(xlabel="probability given to the answer", ylabel="share right", title=kind)
axs[0].legend()
print(f"{'calibration error':20}", *(f"{name:>23}" for name in errors["upright"]))
for kind, by_name in errors.items():
    print(f"{kind:20}", *(f"{spread(values):>23}" for values in by_name.values()))

# %% [markdown]
# Two panels: the share of right answers against the probability that was given, for new digits upright and turned; below the line is too sure. **What we saw.** Upright, all three are near the line, with errors of three to four hundredths. Turned by 30 degrees all are far too sure, the passes by a third less than the others. The claim of lecture 3 holds under conditions: dropout left on is less sure away from the data, as a rule; it is not calibrated by itself, and least of all there.
#
# ## 8. All weights, each with its probability
#
# *Bayesian fitting of neural nets* is lecture 1's fifth entry. Before the data every $\theta$ has a probability, the **prior**; the data multiply it by how well $\theta$ explains them. With a normal prior of precision $\alpha$ and noise of precision $\beta=1/\sigma^2$, minus the logarithm of the product is an energy
#
# $$U(\theta)=\beta N\,J(\theta)+\tfrac\alpha2\sum_i\theta_i^2,\qquad p(\theta\mid\text{data})\propto e^{-U(\theta)} .$$
#
# Its minimum, the most probable $\theta$, is called MAP. You know it: it is training with L2, $\lambda=\alpha/(\beta N)$. A prior that stays the same counts less, the more data there are; that is why $\lambda$ should fall like $1/N$ beside a mean (notebook 09).
#
# For one linear unit $e^{-U}$ is a normal distribution, in closed form. For a network it is not, and one draws from it: a walk over the weights that spends its time in proportion to $e^{-U}$. Propose a random step, and accept it or not. By which rule?

# %% exercise="metropolis_accept"

# %% [markdown]
# Two weights, ten cases, inputs that are nearly alike, so that the cloud of likely weights is long and thin. Four chains side by side, from four far corners.


# %% alt="Two panels, w₂ against w₁. Left, the first 100 steps of four chains: each walks from its corner at ±4 into a thin slanted ellipse about (0.6, -0.4). Right, draws after 200 steps: a slanted cloud, most of it inside the exact ellipse of two standard deviations from (-0.3, 0.6) to (1.5, -1.3)."
def two_weights(seed=0):
    """A linear unit with two inputs that are nearly alike: its energy, exact mean and covariance."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=10)
    X = np.column_stack([x, x + 0.3 * rng.normal(size=10)])
    y = X @ [1.0, -0.5] + 0.5 * rng.normal(size=10)
    mean, C = linear_posterior(X, y, prior=1.0, noise=4.0)
    A, b = np.linalg.inv(C), np.linalg.solve(C, mean)  # U = ½ w·A w - b·w and a constant

    def U(w):
        return np.einsum("si,ij,sj->s", w, A, w) / 2 - w @ b

    return U, lambda w: w @ A - b, mean, C


U, gradient, mean, C = two_weights()
rng = np.random.default_rng(1)
w = np.array([[4.0, 4.0], [-4.0, 4.0], [4.0, -4.0], [-4.0, -4.0]])
path = [w]
for _ in range(2000):
    proposal = w + 0.4 * rng.normal(size=w.shape)
    w = metropolis_accept(w, proposal, U(w), U(proposal), 1 - rng.random(4))
    path.append(w)
path = np.array(path)  # (steps, chains, 2)
_, (left, right) = plt.subplots(1, 2, figsize=(9.5, 4), layout="constrained")
for chain, marker in zip(range(4), "os^D", strict=True):
    left.plot(*path[:100, chain].T, marker=marker, ms=3, lw=0.8)
circle = np.exp(1j * np.linspace(0, 2 * np.pi, 100))
ellipse = mean + 2 * np.column_stack([circle.real, circle.imag]) @ np.linalg.cholesky(C).T
right.plot(*path[200::5].reshape(-1, 2).T, ".", ms=2, alpha=0.4, label="draws")
for ax in (left, right):
    ax.plot(*ellipse.T, color="C6", lw=1.5, label="exact, 2 sd")
    ax.set(xlabel="w₁", ylabel="w₂")
left.set_title("first 100 steps of four chains")
right.set_title("every fifth step after 200")
right.legend()
kept = path[200:]
error = np.array([kept[:, :, i].std() / np.sqrt(effective_draws(kept[:, :, i])) for i in (0, 1)])
print(
    "mean, exact", mean.round(2), "sampled", kept.mean(axis=(0, 1)).round(2), "± ", error.round(2)
)
print("sd,   exact", np.sqrt(np.diag(C)).round(2), "sampled", kept.std(axis=(0, 1)).round(2))
print(
    f"steps of all chains {kept.shape[0] * 4:,}, worth {effective_draws(kept[:, :, 0]):.0f} independent draws"
)
assert np.all(np.abs(kept.mean(axis=(0, 1)) - mean) < 5 * error)

# %% [markdown]
# On the left the first steps of four chains, on the right the draws after 200 steps with the exact ellipse. **What we saw.** From wherever they start, the chains find the cloud and then stay in it. Mean and standard deviations are those of the formula, within the error of the draws. But the steps are short, and neighbours are alike: 7,200 of them are worth some 220 independent draws.
#
# ### With the gradient
#
# The walk knows nothing of slopes, and in a thin valley most of its steps end on a wall. **Hamiltonian Monte Carlo** takes θ for a ball on the surface $U$, gives it a random push $v$, lets it roll for a while, and proposes the place where it is then. If energy $U+\frac12\|v\|^2$ were kept exactly, every proposal would be accepted. The rolling needs a rule that can be walked back exactly.

# %% exercise="leapfrog"

# %%
rng = np.random.default_rng(0)
w = mean + rng.normal(size=(500, 2)) @ np.linalg.cholesky(C).T  # draws of the exact distribution
v = rng.normal(size=(500, 2))
for eps in (0.05, 0.1, 0.2, 0.3, 0.33):
    steps = round(2 / eps)
    there, v_there = leapfrog(gradient, w, v, eps, steps)
    back, _ = leapfrog(gradient, there, -v_there, eps, steps)
    gain = U(there) + np.sum(v_there**2, axis=1) / 2 - U(w) - np.sum(v**2, axis=1) / 2
    chance = np.exp(np.minimum(-gain, 0)).mean()
    print(
        f"eps {eps:4}: energy gained {gain.mean():7.3f} ± {gain.std():.3f}, accepted {chance:.2f}, walked back to {np.abs(back - w).max():.0e}"
    )
print(f"2/√λ_max = {2 / np.sqrt(np.linalg.eigvalsh(np.linalg.inv(C)).max()):.3f}")

# %% [markdown]
# Walked back to rounding, and the energy is nearly kept; the rule of Metropolis pays the difference. Beyond $2/\sqrt{\lambda_{\max}}$ it explodes: the edge of the step, as gradient descent has one at $2/\lambda_{\max}$ (notebook 06). Which of the two samplers is worth its computing time? A linear unit with five inputs, standard deviations from 1 to 0.05, as an MLP, so that `backprop` gives the gradient; the exact answer is at hand.

# %%
unit, rng = MLP((5, 1), output=identity, loss=squared_error), np.random.default_rng(0)
X = rng.normal(size=(40, 5)) * np.geomspace(1, 0.05, 5)
y = X @ rng.normal(size=5) + 0.3 * rng.normal(size=40)
exact, C = linear_posterior(with_bias(X), y, prior=1.0, noise=1 / 0.09)
U = energy(unit, X, y[:, None], prior=1.0, noise=1 / 0.09)
samplers = {
    "Metropolis": metropolis(
        U, rng.normal(size=(20, 6)), scale=0.1, draws=250, thin=10, warmup=1000, rng=rng
    ),
    "HMC": hmc(U, rng.normal(size=(20, 6)), eps=0.1, leaps=9, draws=250, warmup=100, rng=rng),
}
for name, chains in samplers.items():
    worth = np.array([effective_draws(chains.theta[:, :, i]) for i in range(6)])
    off = np.abs(chains.theta.mean(axis=(0, 1)) - exact) / np.sqrt(np.diag(C) / worth)
    sd = chains.theta.std(axis=(0, 1)) / np.sqrt(np.diag(C))
    groups = chains.theta.reshape(250, 5, 4, 6).transpose(1, 0, 2, 3)  # five groups of four chains
    least = [min(effective_draws(group[:, :, i]) for i in range(6)) for group in groups]
    print(
        f"{name:10} accepted {chains.accepted.mean():.2f}, sd {sd.min():.2f} to {sd.max():.2f} of the exact, "
        f"means off by at most {off.max():.1f} errors"
    )
    print(
        f"{'':10} independent draws by four chains, least of 6 weights: {np.mean(least):.0f} ± {np.std(least, ddof=1):.0f}"
    )

# %% [markdown]
# **What we saw.** Both are right: their means lie within two errors of the exact ones, their spreads within a few per cent. With about 3,500 evaluations of the energy or its gradient each, four chains of Metropolis give about ten independent draws of the worst weight; HMC gives more than a hundred. In a network with many weights there is no question which to take.
#
# ### Whom to believe
#
# A chain says nothing about where it has *not* been. So run several, from different starts, and compare: if each by itself is narrower than all together, they have not met yet. That ratio is called $\hat R$.

# %% exercise="rhat"

# %%
for steps in (20, 100, 500, 2000):
    print(
        f"after {steps:5} steps, first half thrown away: R-hat {rhat(path[steps // 2 : steps]).max():.3f}"
    )
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always", NeverAccepted)
    unit = MLP((1, 1), output=identity, loss=squared_error)
    X = np.linspace(-1, 1, 20)[:, None]
    metropolis(
        energy(unit, X, 2 * X, prior=1.0, noise=1e4),
        np.array([[2.0, 0.0], [1.99, 0.0]]),
        scale=5.0,
        draws=100,
        rng=np.random.default_rng(0),
    )
print(said[0].message)

# %% [markdown]
# **What we saw.** After 20 steps the chains are where they started, and $\hat R$ says so; below 1.01 one may begin to believe. Steps that are much too long are never accepted, and the sampler complains. (A ratio near 1 is needed, not enough: four chains can miss the same region.)
#
# ## 9. A network, sampled
#
# Back to the fifteen points and the gap. A net 1-10-1, prior precision 1, the noise known. Five draws of the data, four chains for each: twenty chains, side by side as one stack (`targets` for each network its own). MAP for the same: four starts each, the best of them.
#
# **Predict.** $\hat R$ of the weights, and $\hat R$ of the answers: which will be near 1?

# %%
bnn = MLP((1, 10, 1), tanh, identity, squared_error)
each = np.repeat(targets, 4, axis=0)  # (20, 15, 1)
U = energy(bnn, where, each, prior=1.0, noise=1 / sigma**2)
rng = np.random.default_rng(0)
start = 0.5 * rng.normal(size=(20, bnn.size))
chains = hmc(U, start, eps=0.02, leaps=15, draws=150, warmup=120, rng=rng)
sampled = forward(bnn, chains.theta.reshape(-1, bnn.size), grid).output.reshape(150, 5, 4, 121)
of_weights = rhat(chains.theta.reshape(150, 5, 4, -1).transpose(0, 2, 1, 3))
of_answers = rhat(sampled.transpose(0, 2, 1, 3))
print(
    f"{bnn.size} parameters, {chains.gradients:,} gradients, "
    f"accepted {chains.accepted.min():.2f} to {chains.accepted.max():.2f}"
)
print(f"R-hat of the weights: median {np.median(of_weights):.2f}, largest {of_weights.max():.2f}")
print(f"R-hat of the answers: median {np.median(of_answers):.2f}, largest {of_answers.max():.2f}")

decay = 1.0 / (15 / sigma**2)
found = train_all(
    bnn,
    start,
    where,
    each,
    adam(0.03),
    sweeps=1000,
    gradient=lambda net, theta, X, Y: backprop_all(net, theta, X, Y) + decay * theta,
).theta
best = U.value(found).reshape(5, 4).argmin(axis=1)
map_answers = forward(bnn, found.reshape(5, 4, -1)[range(5), best], grid).output[:, :, 0]

# %% [markdown]
# The weights of the chains do not agree: a net 1-10-1 has $2^{10}\cdot10!$ equal twins (notebook 02), and no chain visits all of them. It need not: what is asked is the *answer*, and there the chains agree.

# %% alt="Three panels with the fifteen points, the sine, a mean and a band of two standard deviations with noise. MAP: the band has one width everywhere. Dropout with two layers, p = 0.9: somewhat wider in the gap and beyond the points. Sampled: narrow at the points, wide in the gap, widest beyond."
bands = {"MAP": (map_answers, np.zeros((5, 121)))}
bands |= {f"dropout, {name}": runs.swapaxes(0, 1) for name, runs in mc.items() if name in shown}
bands["sampled"] = sampled.mean(axis=(0, 2)), sampled.std(axis=(0, 2))
_, axs = plt.subplots(1, 3, figsize=(10, 3.8), sharey=True, layout="constrained")
for ax, name in zip(axs, ("MAP", f"dropout, {shown[1]}", "sampled"), strict=True):
    mean, sd = (part[0] for part in bands[name])
    draw_band(ax, mean, np.sqrt(sd**2 + sigma**2), name, "± 2 sd, with noise")
axs[0].set_ylabel("y")
axs[0].legend(loc="lower left", fontsize=10, labelspacing=0.3, borderaxespad=0.3)
fresh = truth[:, 0] + sigma * np.random.default_rng(7).normal(size=(5, 200, 121))
print("share of new targets within ± 1.96 sd, and log likelihood of a target")
print(f"{'':33}", *(f"{zone:>20}" for zone in zones))
score = {}
for name, (mean, sd) in bands.items():
    wide = np.sqrt(sd**2 + sigma**2)[:, None]
    z = (fresh - mean[:, None]) / wide
    inside, log_p = np.abs(z) < 1.96, -(z**2) / 2 - np.log(wide * np.sqrt(2 * np.pi))
    score[name] = {
        zone: (inside[..., at].mean(axis=(1, 2)), log_p[..., at].mean(axis=(1, 2)))
        for zone, at in zones.items()
    }
    print(
        f"{name:33}",
        *(
            f"{c.mean():5.2f} {log.mean():7.2f} ± {log.std(ddof=1):.2f}"
            for c, log in score[name].values()
        ),
    )

# %% [markdown]
# Three panels: MAP, dropout with two layers, and the sampled band, each with its mean, twice its standard deviation and the noise; the table below counts new targets over five draws of the data, 0.95 would be right. **What we saw.**
#
# - **MAP** is one curve and thinks it knows: in the gap it contains two thirds of the targets, beyond the points fewer than half, and the log likelihood punishes it.
# - **The sampled band** is narrow where there are points and wide in the gap, and holds 0.96 and 0.97 of the targets there. Beyond ±2 it holds 0.72. No sampler can mend that: a prior of precision 1 expects curves that flatten, and the sine turns up again. Bayes' rule is right about the model, not about the world.
# - **Dropout** depends on $p$ and on the layers: with $p=0.9$ too narrow in the gap and beyond, with $p=0.5$ wide enough everywhere and by far too vague where there are points. Its width is a knob; that of the sampled band follows from prior and noise.
#
# So the claim "Bayesian fitting reduces overfitting" holds for a small net and few data. It took 4,320 gradients for 31 parameters; for millions of weights this is a research subject, and the average of a few separate nets, or dropout, are what is used instead.
#
# *Generative pretraining*, the last entry of lecture 1's list, is the subject of notebook 12.
#
# ## What you have now
#
# | claim or slip | verdict of this notebook |
# |---|---|
# | weight sharing reduces overfitting | holds where the sharing is true: pictures, not permuted pixels |
# | the usual models, convolutional networks among them | on 8×8 digits no better than the others; alone in using neighbourhood |
# | model averaging reduces overfitting | holds, exactly for squared error; average answers, not weights |
# | bootstrap | helps unstable learners; nothing for least squares; gives an error estimate for free |
# | dropout learns several models at once | holds: weaker one by one, and less alike than separate nets |
# | dropout as a Bayesian approximation | less sure outside, with two hidden layers; not calibrated, blind to the number of cases |
# | "Gal and Ghahramani" beside "during learning" | their method leaves dropout on afterwards |
# | Bayesian fitting of nets | holds with few data; as right as its prior |
#
# **To think about**, without code:
#
# <details><summary>An average is never worse than the models are in the mean. Can it be worse than the best of them?</summary>
#
# Yes: one good and nineteen bad ones. The identity compares with the mean. But you do not know beforehand which one is the best, and to find out costs cases (notebook 09, section 4).
#
# </details>
#
# <details><summary>You average probabilities that are each calibrated. Is the average?</summary>
#
# No. Where the models disagree their average is less sure, and it is right more often than it says (Ranjan and Gneiting, 2010). Averaging mends nets that are too sure; those that were calibrated it makes too modest.
#
# </details>
#
# <details><summary>Why may the chains disagree about the weights and agree about the answers?</summary>
#
# Because swapping two hidden units, or turning both signs of one, changes the weights and not the answer. Each chain stays with one of the many equal arrangements. Ask R-hat of what you want to know.
#
# </details>
