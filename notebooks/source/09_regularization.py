# %% [markdown]
# # 09 Regularization
#
# A network with 5,000 weights can learn 100 digits by heart. Whether it has then understood anything, the 100 digits cannot tell. This notebook puts every means of the lectures against learning by heart into one frame, where each changes one word of a call, and lets them compete on equal terms.
#
# **You will be able to**
#
# - tell what a process has done from what the drawing of the sample has done, and measure both;
# - stop training at the right time, and say what that costs;
# - write L2, L1, weight decay, the soft threshold, max-norm, dropout, noise and shifted images, and prove what each does in the linear case;
# - name the differences that the lectures pass over: L2 and weight decay, sum and mean, units and weights, too small and trained too little;
# - compare methods without fooling yourself.
#
# **Follows** lectures 1 to 5 ("Sobreajuste", "Regularización", "Early stopping") · **takes** about two and a half hours, with 11 exercises · **needs** notebook 03, and Adam from notebook 07
#
# Before each experiment there is a question. Answer it before you run the cell.

# %% tags=["setup"]
from itertools import product

import matplotlib.pyplot as plt
import numpy as np
import torch
from sklearn.linear_model import Lasso
from tqdm.auto import tqdm

from course_utils import datasets, plots, widgets
from course_utils.exercises import ex09
from course_utils.nn.bayes.many import masked_backprop
from course_utils.nn.functions import identity, relu, sigmoid, softmax, squared_error, tanh
from course_utils.nn.gradcheck import relative_error
from course_utils.nn.mlp import MLP, accuracy, backprop, forward, init, mean_loss, predict
from course_utils.nn.optim import adam, adamw, gd, momentum
from course_utils.nn.regularize import (
    EarlyStopping,
    activation_noise,
    augmented,
    decayed,
    dropout,
    dropout_forward,
    input_noise,
    norm_limited,
    penalized,
    penalty,
    random_masks,
    random_rotations,
    random_shifts,
    rotated,
    thresholded,
    weight_noise,
    weights_of,
)
from course_utils.nn.stacked import backprop_all, train_all
from course_utils.nn.train import train

plots.use_style()
SEEDS = range(5)

# %% [markdown]
# ## 1. Two kinds of regularity
#
# Lecture 1 puts it well: the data hold regularities of the **process**, which will be there tomorrow, and regularities of the **sample**, which come from the cases that happened to be drawn. Nothing in one sample says which is which. With two samples we can look.
#
# Our process is a sine with noise of standard deviation 0.3. We draw twelve points of it, twice, and fit polynomials of degree 3 and 8 to each sample.
#
# **Predict.** Where will the two fits of degree 3 agree, and where those of degree 8?


# %% alt="y against x from -1 to 1, two panels. Degree 3: the fits to samples A and B lie close to each other and to the sine, but for the right edge. Degree 8: each bends through its own points and leaves the picture at the edges."
def sine(n, rng, noise=0.3):
    """n cases of a noisy sine: x (n, 1) in [-1, 1] and y (n, 1)."""
    x = np.sort(rng.uniform(-1, 1, (n, 1)), axis=0)
    return x, np.sin(3 * x) + noise * rng.normal(size=(n, 1))


def legendre(x, degree):
    """The Legendre polynomials 0 … degree at x (n, 1), the higher ones smaller: (n, degree + 1)."""
    k = np.arange(degree + 1)
    return np.polynomial.legendre.legvander(x[:, 0], degree) * np.sqrt(2 * k + 1) / (k + 1)


def fit(x, y, degree):
    """Least squares; where many solutions fit equally well, the shortest."""
    return np.linalg.lstsq(legendre(x, degree), y, rcond=None)[0]


grid = np.linspace(-1, 1, 201)[:, None]
truth = np.sin(3 * grid)
_, panels = plt.subplots(1, 2, figsize=(9, 3.6), sharey=True, layout="constrained")
for degree, ax in zip((3, 8), panels, strict=True):
    rng, lines = np.random.default_rng(3), {"process": truth[:, 0]}
    for name in ("sample A", "sample B"):
        x, y = sine(12, rng)
        lines[name] = (legendre(grid, degree) @ fit(x, y, degree))[:, 0]
        ax.plot(x, y, "os"[name == "sample B"], color=f"C{len(lines) - 1}", alpha=0.6)
    plots.curves(lines, grid[:, 0], xlabel="x", ylabel="y", ax=ax)
    ax.set(ylim=(-2.2, 2.2), xticks=(-1, 0, 1), title=f"degree {degree}")

# %% [markdown]
# The two panels show two samples as points, what each fit makes of them, and the process itself. On the left the fits agree with each other nearly everywhere, and with the process; on the right each follows its own points. Over many samples:

# %%
apart = {}
for degree in (1, 3, 8):
    fits = np.array(
        [
            legendre(grid, degree) @ fit(*sine(12, np.random.default_rng(s)), degree)
            for s in range(200)
        ]
    )
    apart[degree] = np.median(np.abs(fits[::2] - fits[1::2]))  # a hundred pairs of samples
    print(f"degree {degree}: two fits are {apart[degree]:.2f} apart")
two_targets = np.median(np.abs(np.diff(0.3 * rng.normal(size=(10_000, 2)))))
print(f"two targets at the same x: {two_targets:.2f} apart")
assert apart[3] < two_targets < apart[8]

# %% [markdown]
# **What we saw.** The claim holds: what two samples agree on belongs to the process, what they do not agree on to the samples. For degree 3 two fits are nearer to each other than two single targets are (fitting averages noise away), for degree 8 they are further apart.
#
# ### Does flexibility end in disaster?
#
# "If the model is very flexible, this ends in a disaster", says lecture 1. **Predict** the error on new cases for degrees from 0 to 300, with 20 points to learn from.

# %% alt="Mean squared error on new cases against parameters, both logarithmic. With noise it is lowest, 0.02, at 4 parameters, leaves the picture at the top around 20 (dotted) and falls to 0.09 at 301. Without noise it is below 0.000001 from 8 to 20, then near 0.004."
degrees = np.unique(np.round(np.geomspace(1, 301, 40)).astype(int)) - 1
curves_of = {d: legendre(grid, d) for d in degrees}
flexible = {"noise 0.3": [], "no noise": []}
for (name, noise), seed in product({"noise 0.3": 0.3, "no noise": 0.0}.items(), range(20)):
    x, y = sine(20, np.random.default_rng(seed), noise)
    fits = (curves_of[d] @ fit(x, y, d) for d in degrees)
    flexible[name].append([np.mean((f - truth) ** 2) for f in fits])
flexible = {name: np.array(errors) for name, errors in flexible.items()}
ax = plots.curves(
    flexible, degrees + 1, xlabel="parameters", ylabel="mean squared error, new cases", log="xy"
)
ax.axvline(20, color="0.5", linestyle=":")
ax.set_ylim(1e-7, 1e4)
ax.get_legend().set_loc("lower right")
median = dict(zip(degrees + 1, np.median(flexible["noise 0.3"], axis=0), strict=True))
peak, far = max(median, key=median.get), max(median)
best = min(median, key=median.get)
for k in (best, peak, far):
    print(f"{k:3} parameters: {median[k]:.3g}")
print(f"the answer 0 everywhere: {np.mean(truth**2):.3g}")
assert 15 <= peak <= 25
assert median[far] < median[peak] / 10

# %% [markdown]
# The dotted line marks as many parameters as points. **What we saw.** The claim holds under a condition: the disaster is *there*, where the model is just able to pass through every point and has no choice how. Without noise there is no disaster there at all. Far beyond it there are many ways to pass through the points; least squares takes the shortest one, which is smooth, since high degrees are written small here and cost more; and the error falls again, though not to where the best small model is. The shortest, the smoothest: that is a regularizer, and we did not even ask for it.
#
# ### Which model to trust?
#
# Lecture 1 shows points with a straight line and with a wiggly curve that fits better. Its rule: *a model convinces if it fits a lot of data surprisingly well*. "Surprisingly" can be measured. Shuffle the targets, so that there is nothing to find, and fit again: how often does the model fit nonsense as well as it fits the data?

# %%
rng = np.random.default_rng(0)
x = np.linspace(-1, 1, 10)[:, None]
share = {"line": [], "wiggle, degree 7": []}
for _sample in range(20):
    y = x + 0.5 * rng.normal(size=x.shape)
    for name, degree in {"line": 1, "wiggle, degree 7": 7}.items():
        A = legendre(x, degree)
        hat = A @ np.linalg.pinv(A)
        shuffled = np.stack([rng.permutation(y[:, 0]) for _ in range(2000)], axis=1)
        left, left_of_nonsense = (np.sum((Z - hat @ Z) ** 2, axis=0) for Z in (y, shuffled))
        share[name].append((left[0], np.mean(left_of_nonsense <= left)))
for name, numbers in share.items():
    squares, p = np.median(numbers, axis=0)
    print(f"{name:17} left over {squares:.2f}, nonsense fits as well in {p:.1%} of the cases")
convincing = {name: np.median(numbers, axis=0)[1] for name, numbers in share.items()}
assert convincing["line"] < 0.03 < 0.1 < convincing["wiggle, degree 7"]

# %% [markdown]
# **What we saw.** In twenty samples the wiggle always leaves less over, and would do so on nonsense in a good part of the cases; the line almost never. Trust the line. The claim holds.
#
# And a network? "It is no surprise that a complicated model fits few data." We give 300 digits **random labels** and look at the accuracy *on the training set*. There is nothing to learn, so every right answer is learned by heart.

# %%
digits = datasets.load("digits", dtype=np.float32)  # single precision: half the time


def few(n, seed):
    """n digits to train on, and those that are left of the training set, with the test set."""
    order = np.random.default_rng([n, seed]).permutation(len(digits.X_train))
    own, others = order[:n], order[n:]
    X_new = np.concatenate([digits.X_train[others], digits.X_test])
    Y_new = np.concatenate([digits.Y_train[others], digits.Y_test])
    return digits.X_train[own], digits.Y_train[own], X_new, Y_new


def first(net, rng):
    """First parameters, in the precision of the digits."""
    return init(net, rng).astype(np.float32)


def judged(net, theta, X, Y):
    """J and the share of wrong answers."""
    P = forward(net, theta, X).output
    J = net.loss.mean(P, Y)
    return J, np.mean(P.argmax(axis=1) != Y.argmax(axis=1))


def watching(net, *sets, at=None):
    """An on_epoch that keeps (J, share wrong) on each set (X, Y), at these epochs or at all."""
    return lambda epoch, theta: (
        [judged(net, theta, *data) for data in sets] if at is None or epoch in at else None
    )


def seen(run):
    """What `watching` kept: (looks, sets, 2)."""
    return np.array([numbers for numbers in run.watched if numbers])


def spread(values):
    """Mean and standard deviation over the runs."""
    return f"{np.mean(values):.3f} ± {np.std(values, ddof=1):.3f}"


by_heart = {}
for width, seed in product((5, 20, 50), SEEDS):
    net, rng = MLP((64, width, 10)), np.random.default_rng(seed)
    X, Y, _, _ = few(300, seed)
    Y = rng.permutation(Y)
    run = train(
        net, first(net, rng), X, Y, adam(0.02), epochs=200, batch_size=None, rng=rng, curve=False
    )
    by_heart.setdefault(f"{width} units", []).append(accuracy(net, run.theta, X, Y))
for name, values in by_heart.items():
    print(f"{name:8} right on random labels: {spread(values)}")
assert min(by_heart["50 units"]) > 0.95

# %% [markdown]
# **What we saw.** With 20 units (1,510 parameters) and more it is all of them. So a good fit of the training set says nothing about such a network. (Lecture 5 says that overfitting comes from more parameters than needed. That is a common cause and not the definition: a line through two noisy points overfits, and a large network need not, as you will see.)
#
# ## 2. Ten units or three?
#
# Lecture 3 fits a curve with a network of 10 tanh units, which overfits, and one of 3 units, "the right capacity". Let us repeat it, with 50 units as well: 20 noisy points of the sine, and 20 more for validation, ten samples.
#
# **Predict** which of the three has the lowest error on new cases: at the end of the training, and at its best moment.


# %% alt="Squared error J against epoch, both logarithmic, for 3, 10 and 50 units. Training: all fall, 10 and 50 units to 0.02, 3 units to 0.03. Validation: all fall to about 0.045; then 3 units stay near it, while 10 and 50 rise to between 0.07 and 0.08."
def each_loss(net, theta, X, Y):
    """J of many networks theta (S, P), each on cases of its own, X and Y (S, N, 1): (S,)."""
    (W, b), (V, c) = net.layers(theta)
    return ((net.hidden(X @ W + b) @ V + c - Y) ** 2).mean(axis=(1, 2)) / 2


curve_of, at_end, at_best = {}, {}, {}
for units in (3, 10, 50):
    net = MLP((1, units, 1), tanh, identity, squared_error)
    rngs = [np.random.default_rng(seed) for seed in range(10)]
    drawn = [(*sine(20, rng), *sine(20, rng), init(net, rng)) for rng in rngs]
    X, Y, X_valid, Y_valid, theta = map(np.stack, zip(*drawn, strict=True))
    sets, losses, rule = ((X, Y), (X_valid, Y_valid), (grid, truth)), [], adam(0.03)
    state = rule.init(theta)
    for epoch in range(1501):  # ten nets side by side, what `train` does with one
        if epoch % 10 == 0:
            losses.append([each_loss(net, theta, *data) for data in sets])
        step, state = rule.update(masked_backprop(net, theta, X, Y), state, theta)
        theta = theta + step
    own, valid, new = np.array(losses).transpose(1, 2, 0)
    name = f"{units} units"
    curve_of[name] = np.stack([own, valid], axis=1)
    at_end[name] = new[:, -1]
    at_best[name] = new[np.arange(10), valid.argmin(axis=1)]
_, panels = plt.subplots(1, 2, figsize=(9, 3.6), sharey=True, layout="constrained")
for k, (title, ax) in enumerate(zip(("training", "validation"), panels, strict=True)):
    lines = {name: runs[:, k, 1:] for name, runs in curve_of.items()}
    plots.curves(lines, np.arange(10, 1501, 10), ylabel="J, squared error", log="xy", ax=ax)
    ax.set_title(title)
panels[0].get_legend().remove()  # the right one says the same
panels[0].set_yticks([0.02, 0.05, 0.1, 0.2], ["0.02", "0.05", "0.1", "0.2"])
panels[0].set_yticks([], minor=True)
wrong_by = {name: np.median(at_end[name]) / np.median(at_best[name]) for name in at_end}
for name in at_end:
    end, best = np.median(at_end[name]), np.median(at_best[name])
    print(f"{name:9} J on new cases: {end:.4f} at the end, {best:.4f} where validation is best")
assert wrong_by["50 units"] > 1.5
assert np.median(at_best["50 units"]) < 1.3 * np.median(at_best["3 units"])

# %% [markdown]
# The left panel shows the loss on the training cases, the right one on the validation cases, each as the median and the middle half of ten samples.
#
# **What we saw.** Ten and fifty units do overfit: trained to the end they are some 60 % more wrong than three. But look at the best moment: there the larger nets are as good as the small one or better. So three is no "right capacity" by itself; it is the right one for someone who trains to the end. Capacity belongs to the net, the data *and* the training. (Lecture 3 says in the next breath that with early stopping all generalize alike: that holds here.)
#
# ## 3. When to stop
#
# Early stopping looks at the validation loss after each epoch, keeps the best parameters, and ends when there has been no better epoch for a while. Lecture 3 calls that while **patience**, and warns not to stop at a few bad epochs. Write the rule, on a list of validation losses.

# %% exercise="best_epoch"

# %% [markdown]
# `EarlyStopping` does the same while `train` runs. Mini-batches and a small validation set make the curve jump: 120 digits to train on, 30 to decide by, ten draws. One long run each is enough to ask for every patience afterwards.
#
# **Predict** the error for a patience of 1, 3, 10 and 30 epochs.

# %% alt="Cross-entropy against epoch 0 to 40. The loss of 30 validation digits falls to 0.34, jumps to 0.41 at epoch 6, where a patience of 1 ends (dotted), and then stays near 0.3. That of the new digits falls to 0.35 and stays there."
net, patient, runs, long_run = MLP((64, 32, 10)), {}, [], []
for seed in range(10):
    rng = np.random.default_rng(seed)
    X, Y, X_new, Y_new = few(150, seed)
    watch = watching(net, (X[120:], Y[120:]), (X_new, Y_new))
    run = train(
        net, first(net, rng), X[:120], Y[:120], adam(0.02), epochs=70, batch_size=10, rng=rng,
        on_epoch=watch, curve=False,
    )  # fmt: skip
    (valid, _), (new_J, wrong) = seen(run).transpose(1, 2, 0)
    runs.append((valid, wrong, new_J))
    for patience in (1, 3, 10, 30):
        best, last = best_epoch(valid, patience)
        patient.setdefault(patience, []).append((wrong[best], new_J[best], best, last))
    all_cases = train(
        net, first(net, rng), X, Y, adam(0.02), epochs=max(best, 1), batch_size=10, rng=rng,
        curve=False,
    )  # fmt: skip
    long_run.append(1 - accuracy(net, all_cases.theta, X_new, Y_new))
print("patience   error on new digits   J on new digits   kept    ended (epoch)")
for patience, numbers in patient.items():
    wrong, new_J, best, last = np.array(numbers).T
    print(
        f"{patience:8}   {spread(wrong):>19}   {spread(new_J)}     {best.mean():5.1f}   {last.mean():5.1f}"
    )
hastiest = np.argmax([wrong[best_epoch(valid, 1)[0]] for valid, wrong, _ in runs])
valid, _, new_J = runs[hastiest]
ax = plots.curves(
    {"validation, 30 digits": valid, "new digits": new_J}, np.arange(71), ylabel="J, cross-entropy"
)
ax.axvline(best_epoch(valid, 1)[1], color="0.4", linestyle=":", label="a patience of 1 ends here")
ax.set(ylim=(0, 3 * new_J.min()), xlim=(0, 40))
ax.legend()
hasty = np.array(patient[1])[:, 0] - np.array(patient[3])[:, 0]
print(f"share wrong, patience 1 minus patience 3: {spread(hasty)}")
assert hasty.mean() > 0

# %% [markdown]
# The figure shows the run that lost most by a patience of 1, which ends it at the dotted line: the loss of 30 validation digits, and that of the new digits, which nobody sees during training.
#
# **What we saw.** With a patience of 1 the first bump ends it, and that costs about a point; from 3 on patience makes no difference that ten draws could show. The claim holds. (To the right of its valley the validation loss is mostly noise: great patience finds a *luckier* epoch, not a better one.)
#
# "Free lunch", says lecture 3: one run is enough. The second half is true. What about the 30 digits that only watched? Below are the stopped nets beside nets that had the best epoch whispered to them, and beside nets that trained on all 150 digits for as many epochs.

# %%
oracle = np.array([wrong.min() for _, wrong, _ in runs])
fixed = np.array([wrong for _, wrong, _ in runs])
one_length = fixed[:, fixed.mean(axis=0).argmin()]  # the best number of epochs, the same for all
stopped = np.array(patient[30])[:, 0]
apparent = np.array([v[best_epoch(v, 30)[0]] - J[best_epoch(v, 30)[0]] for v, _, J in runs])
print(f"stopped with patience 30        {spread(stopped)}")
print(f"the best epoch of each run      {spread(oracle)}   (found by looking at the new digits)")
print(f"the best length for all runs    {spread(one_length)}   (likewise)")
print(f"all 150 digits, as many epochs  {spread(long_run)}")
print(f"J where stopped, validation minus new digits: {spread(apparent)}")
gain = stopped - long_run
print(f"gain of the 30 validation digits as training digits: {spread(gain)}")
assert gain.mean() > 0

# %% [markdown]
# **What we saw.** Lunch has its price: the 30 digits would have been worth more than one and a half points as training digits, at least as much as the best choice of the epoch, had anybody known it. And the loss by which one stops is a noisy witness (± 0.26 here). Early stopping costs no second *run*; it costs the *cases*. Whoever is short of them stops with a validation set, and then trains once more on everything for as many epochs.
#
# ### Loss and error are two things
#
# "With a large number of epochs the generalization error rises", says lecture 2. Which error? 100 digits, 1,000 epochs, five draws, full batch.

# %% alt="Two panels against epoch 1 to 1,000 on a logarithmic axis. The cross-entropy on new digits falls to 0.31 near epoch 60 and rises to 0.38 at the end. The share wrong falls to 0.10 by epoch 60 and stays between 0.09 and 0.10."
net, long_J, long_wrong = MLP((64, 64, 10)), [], []
looks = np.unique(np.geomspace(1, 1000, 40).astype(int))
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    X, Y, X_new, Y_new = few(100, seed)
    watch = watching(net, (X_new, Y_new), at=looks)
    run = train(
        net, first(net, rng), X, Y, adam(0.01), epochs=1000, batch_size=None, rng=rng,
        on_epoch=watch, curve=False,
    )  # fmt: skip
    J, wrong = seen(run)[:, 0].T
    long_J.append(J)
    long_wrong.append(wrong)
long_J, long_wrong = np.array(long_J), np.array(long_wrong)
_, panels = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
for values, ylabel, ax in zip(
    (long_J, long_wrong), ("J, cross-entropy", "share wrong"), panels, strict=True
):
    plots.curves({"new digits": values}, looks, ylabel=ylabel, log="x", ax=ax)
    ax.set_ylim(0, 2.5 * values[:, -1].mean())
for name, values in (("J", long_J), ("share wrong", long_wrong)):
    low = values[np.arange(5), long_J.argmin(axis=1)]
    print(f"{name:12} where J is lowest {spread(low)}, after 1,000 epochs {spread(values[:, -1])}")
assert np.all(long_J[:, -1] > 1.1 * long_J.min(axis=1))

# %% [markdown]
# The left panel shows the cross-entropy on new digits, which rises after its lowest point, the right one the share of wrong answers, which does not.
#
# **What we saw.** The loss on new digits rises by a quarter, in every draw; the share of wrong answers stays where it was. The network does not get worse at deciding; it gets too *sure*, also where it is wrong, and the cross-entropy makes it pay for that. The claim holds for the loss and fails for the error. Say which one you mean, and stop by the one you need.
#
# ## 4. Three parts, and why
#
# Training set, validation set, test set. Lecture 4: choose with the second, look at the third only at the end. What happens if you choose with the test set?
#
# **Predict.** $K$ classifiers answer yes or no by tossing a coin. Take the best of them on a test set of 100 cases. Which accuracy will you report for $K$ = 1, 10, 100, 1,000?

# %%
rng = np.random.default_rng(0)
coins = {}
for K in (1, 10, 100, 1000):
    apparent = rng.binomial(100, 0.5, (200, K)).max(axis=1) / 100
    coins[f"best of {K:,}"] = apparent
    print(f"best of {K:5,}: {spread(apparent)} on the test set, 0.500 in truth")
assert coins["best of 1,000"].mean() > 0.6

# %% [markdown]
# The same with networks that have learned something: 40 nets, with different starts and decays, trained on the same 50 digits. The test set has 50 digits; the best net on it is chosen. How good is it really, on all the other digits? We draw 1,000 test sets.

# %%
X, Y, X_new, Y_new = few(50, 0)
net, right = MLP((64, 16, 10)), []
for seed in range(40):
    rng = np.random.default_rng(seed)
    rule = penalized(backprop, [0.0, 1e-3, 1e-2, 3e-2][seed % 4])
    run = train(
        net, first(net, rng), X, Y, adam(0.02), gradient=rule, epochs=60, batch_size=None, rng=rng,
        curve=False,
    )  # fmt: skip
    right.append(predict(net, run.theta, X_new) == Y_new.argmax(axis=1))
right, rng = np.array(right), np.random.default_rng(0)
chosen = []
for _ in range(1000):
    cases = rng.permutation(right.shape[1])
    on_test, elsewhere = right[:, cases[:50]].mean(axis=1), right[:, cases[50:]].mean(axis=1)
    chosen.append((on_test.max(), elsewhere[on_test.argmax()]))
apparent, true = np.array(chosen).T
print(f"reported {spread(apparent)}, in truth {spread(true)}, the mean net {right.mean():.3f}")
assert np.mean(apparent - true) > 0.02

# %% [markdown]
# **What we saw.** The best of many is partly the luckiest of many: coins become clairvoyant, and the chosen network is several points worse than reported. It is not a bad *choice*, it is a bad *report*. So choose with the validation set, as often as you like, and report from the test set, once. (The claim of lecture 4 holds. In this notebook "new digits" are those that no net was trained on and no choice was made by.)

# %% [markdown]
# ## 5. A price on large weights
#
# Lecture 3 adds $\tfrac{\lambda}{2}|w|^q$ to the loss (it means $\tfrac\lambda2\sum_i|w_i|^q$), lecture 2 the same with $q = 2$ and the letter $\alpha$. Begin with one linear unit and $q = 2$, which statisticians call ridge regression. There is nothing to train: where the gradient of $\frac1{2N}\sum_d(x_d\cdot w-y_d)^2+\frac\lambda2\sum_i w_i^2$ is zero, linear equations hold. Write them down and solve them.

# %% exercise="ridge"

# %% [markdown]
# **Sum or mean?** Lecture 3 writes the error as a *sum* over the cases here and as a mean elsewhere. **Predict** what the same $\lambda$ does in both, when you collect ten times more data.

# %% tags=["nbval-check-output"]
w_true = np.array([1.0, -2.0, 0.5])
print("cases   λ beside the mean        λ beside the sum")
for N in (10, 100, 1000):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(N, 3))
    y = X @ w_true + 0.1 * rng.normal(size=N)
    of_mean, of_sum = ridge(X, y, 1.0), ridge(X, y, 1.0 / N)
    print(f"{N:5}  ", *(f"{w:6.3f}" for w in of_mean), "   ", *(f"{w:6.3f}" for w in of_sum))

# %% [markdown]
# Beside a sum the same $\lambda$ is $N$ times weaker, and fades as data come in (which is what a prior belief should do, as notebook 10 tells). Beside a mean it takes its share for ever. Neither is wrong; a paper or a library that does not say which is. Here it is the **mean**.
#
# **Weights or biases too?** Lecture 2 punishes all of $\theta$ and then writes the update for $W$ only. It matters: a target in degrees, far from zero, needs a large bias.

# %%
rng = np.random.default_rng(0)
X = rng.normal(size=(200, 3))
Y = 20 + (X @ w_true + 0.1 * rng.normal(size=200))[:, None]
unit = MLP((3, 1), identity, identity, squared_error)
for biases in (False, True):
    rule = penalized(backprop, 0.1, biases=biases)
    run = train(
        unit, np.zeros(4), X, Y, gd(0.5), gradient=rule, epochs=200, batch_size=None, rng=rng
    )
    mean_answer = forward(unit, run.theta, X).output.mean()
    print(
        f"biases {'in ' if biases else 'out'}: mean answer {mean_answer:.2f}, target {Y.mean():.2f}"
    )
assert abs(mean_answer - Y.mean()) > 1

# %% [markdown]
# With the bias in, the whole answer is pulled towards 0, as if 0 degrees were a better guess than the mean. The usual choice is to leave biases out; `penalized` does unless told otherwise.
#
# ### What becomes of the capacity?
#
# Lecture 2 says that regularization lowers the error "while keeping the capacity of the model": depth, number of nodes. The architecture stays. But how much of it is still used? Take one input with mean square $s$: least squares finds some $w$; ridge finds a share of it. Which share? Along each principal direction of the inputs it is the same story. Add up the shares of all directions: these are the **effective parameters**.

# %% exercise="effective_parameters"

# %%
rng = np.random.default_rng(0)
X = rng.normal(size=(500, 10)) * np.geomspace(1, 0.05, 10)
decays = np.array([0, 1e-3, 1e-2, 1e-1])
effective = [effective_parameters(X, decay) for decay in decays]
for decay, count in zip(decays, effective, strict=True):
    print(f"λ = {decay:5}: {count:5.2f} of 10 parameters")
assert np.all(np.diff(effective) < 0)

# %% [markdown]
# And a network: can it still learn random labels? The same 300 digits with the same nonsense as in section 1, 20 units.

# %%
nonsense = {}
net = MLP((64, 20, 10))
for decay, seed in product((0.0, 1e-3, 1e-2), SEEDS):
    rng = np.random.default_rng(seed)
    X, Y, _, _ = few(300, seed)
    Y = rng.permutation(Y)
    run = train(
        net, first(net, rng), X, Y, adam(0.02), gradient=penalized(backprop, decay), epochs=300,
        batch_size=None, rng=rng, curve=False,
    )  # fmt: skip
    nonsense.setdefault(decay, []).append(accuracy(net, run.theta, X, Y))
for decay, values in nonsense.items():
    print(f"λ = {decay:5}: right on random labels {spread(values)}")
assert np.mean(nonsense[0.01]) < 0.7 * np.mean(nonsense[0.0])

# %% [markdown]
# **What we saw.** What is kept is the drawing of the network. What it can *do* shrinks with every bit of $\lambda$; that is how it works. The claim holds for the architecture and fails for the capacity.
#
# ### Any network, any q
#
# In a network the penalty enters through its gradient, which any rule can add to its own. Find the derivative of $\tfrac\lambda2\sum_i|w_i|^q$, for every $q\ge1$.

# %% exercise="penalty_gradient"

# %% [markdown]
# `penalized(rule, decay, q=2)` turns one learning rule into another: what it returns goes into `train(…, gradient=…)` and nothing else changes. Is it the gradient of what it should be? Nudging decides, for $q$ = 1, 1.5 and 2, five seeds.


# %%
def nudged(J, theta, *given, e=6e-6):
    """The gradient of J(theta, *given), one parameter at a time."""
    return np.array(
        [J(theta + d, *given) - J(theta - d, *given) for d in e * np.eye(len(theta))]
    ) / (2 * e)


def priced(theta, net, X, Y, q):
    """J and the penalty."""
    return mean_loss(net, theta, X, Y) + penalty(net, theta, 0.3, q=q)


net, worst = MLP((4, 5, 3)), {}
for q, seed in product((1.0, 1.5, 2.0), SEEDS):
    rng = np.random.default_rng(seed)
    theta = init(net, rng) + 0.1 * rng.normal(size=net.size)
    X, Y = rng.normal(size=(6, 4)), np.eye(3)[rng.integers(0, 3, 6)]
    extra = penalty_gradient(np.where(weights_of(net), theta, 0), 0.3, q)
    gradient = backprop(net, theta, X, Y) + extra
    error = relative_error(gradient, nudged(priced, theta, net, X, Y, q))
    worst[q] = max(worst.get(q, 0), error)
for q, error in worst.items():
    print(f"q = {q}: relative error {error:.0e}")
assert max(worst.values()) < 1e-6

# %% [markdown]
# ## 6. Decay of weights
#
# With $q=2$ and plain gradient descent the penalty takes $\eta\lambda w$ from each weight in each step: it **decays**. So one can leave $J$ alone and let the weights decay in the step, as lecture 3 does: $w = \hat w-\eta\nabla J-\eta\lambda w$. Read this line again. Which $w$ does the decay act on, the one before the step or the one after it? (As printed, $w$ stands on both sides, and that is another method.)

# %% exercise="decayed_step"

# %% [markdown]
# As printed it keeps the share $1/(1+\eta\lambda)$ of a weight instead of $1-\eta\lambda$: with a rate of 0.5 and $\lambda=0.1$ that is 0.952 instead of 0.950. Little, but not the same. Now lecture 2's claim: L2 **is equivalent** to weight decay with $\beta=\lambda\alpha$. (There $\lambda$ is the rate and $\alpha$ the penalty; here the rate is $\eta$ and the penalty $\lambda$, so $\beta=\eta\lambda$.) **Predict** for which of these it holds: gradient descent, momentum, Adam.

# %%
net, rate, strength, apart = MLP((6, 5, 3)), 0.05, 0.1, {}
rules = {"gradient descent": gd(rate), "momentum": momentum(rate, 0.9), "Adam": adam(rate)}
for (name, rule), seed in product(rules.items(), SEEDS):
    rng = np.random.default_rng(seed)
    start = init(net, rng)
    X, Y = rng.normal(size=(20, 6)), np.eye(3)[rng.integers(0, 3, 20)]
    in_loss, in_step = start, start
    state_a, state_b = rule.init(start), rule.init(start)
    for _step in range(50):
        g = backprop(net, in_loss, X, Y)
        step, state_a = rule.update(g + penalty_gradient(in_loss, strength, 2.0), state_a, in_loss)
        in_loss = in_loss + step
        step, state_b = rule.update(backprop(net, in_step, X, Y), state_b, in_step)
        in_step = in_step + decayed_step(in_step, step, rate, strength)
    apart.setdefault(name, []).append(np.abs(in_loss - in_step).max())
for name, values in apart.items():
    print(f"{name:17} largest difference of a weight after 50 steps: {max(values):.0e}")
print(f"shares kept at ηλ = 0.05: {1 - 0.05:.3f}, as printed {1 / (1 + 0.05):.3f}")
assert max(apart["gradient descent"]) < 1e-13
assert min(min(apart["momentum"]), min(apart["Adam"])) > 0.01

# %% [markdown]
# **What we saw.** Equivalent for plain gradient descent, to rounding, and for nothing else. With momentum the penalty's gradient is remembered as well. In Adam it is divided by $\sqrt v$ like the rest: a weight with large gradients hardly decays at all. In AdamW the decay stands outside, as in your function.
#
# Lecture 3 adds that the direct change of the parameters "is implemented in PyTorch (an argument of the optimizer)". Which of the two is `weight_decay`?


# %%
def torch_steps(make, theta, gradients):
    """Where torch's optimizer gets to with these gradients."""
    at = torch.tensor(theta, requires_grad=True)
    optimizer = make([at])
    for g in gradients:
        at.grad = torch.tensor(g)
        optimizer.step()
    return at.detach().numpy()


def our_steps(optimizer, theta, gradients, in_loss=0.0):
    """Where ours gets to, with a penalty in the gradient."""
    state = optimizer.init(theta)
    for g in gradients:
        step, state = optimizer.update(g + in_loss * theta, state, theta)
        theta = theta + step
    return theta


rng = np.random.default_rng(0)
theta, gradients = rng.normal(size=50), rng.normal(size=(30, 50))
pairs = {
    "SGD": (lambda p: torch.optim.SGD(p, lr=0.01, weight_decay=0.3), gd(0.01), 0.01),
    "Adam": (lambda p: torch.optim.Adam(p, lr=0.01, weight_decay=0.3), adam(0.01), 0.01),
    "AdamW": (lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.3), adamw(0.01, decay=0.3), 0),
}
for name, (make, ours, _) in pairs.items():
    theirs = torch_steps(make, theta, gradients)
    in_gradient = ours if name != "AdamW" else adam(0.01)
    as_l2 = np.abs(theirs - our_steps(in_gradient, theta, gradients, in_loss=0.3)).max()
    outside = adamw(0.01, decay=0.3) if name != "SGD" else None
    as_decay = np.abs(theirs - our_steps(outside, theta, gradients)).max() if outside else as_l2
    print(
        f"torch {name:6} weight_decay: {as_l2:.0e} from L2 in the gradient, {as_decay:.0e} from decay"
    )
    assert (as_decay if name == "AdamW" else as_l2) < 1e-12

# %% [markdown]
# **What we saw.** In PyTorch's SGD and Adam (and all the others) `weight_decay` adds $\lambda w$ to the **gradient**: it is L2 in $J$, and lecture 3's sentence is wrong for them. Only AdamW changes the parameters directly. (For SGD without momentum the two are the same thing anyway.)
#
# "AdamW for little data relative to the parameters", lecture 3 recommends. 100 digits, 4,810 weights and biases, five draws; three strengths of each, a factor of ten apart.

# %%
net, small = MLP((64, 64, 10)), {}
ways = {f"Adam + L2 {s:g}": (adam(0.01), s) for s in (0.0, 1e-4, 1e-3, 1e-2)}
ways |= {f"AdamW {s:g}": (adamw(0.01, decay=s), 0.0) for s in (0.03, 0.3, 3.0)}
for (name, (optimizer, s)), seed in tqdm(list(product(ways.items(), SEEDS)), leave=False):
    rng = np.random.default_rng(seed)
    X, Y, X_new, Y_new = few(100, seed)
    run = train(
        net, first(net, rng), X, Y, optimizer, gradient=penalized(backprop, s) if s else backprop,
        epochs=200, batch_size=None, rng=rng, curve=False,
    )  # fmt: skip
    numbers = mean_loss(net, run.theta, X_new, Y_new), 1 - accuracy(net, run.theta, X_new, Y_new)
    small.setdefault(name, []).append(numbers)
print("                   J on new digits   share wrong")
for name, values in small.items():
    J, wrong = np.array(values).T
    print(f"{name:16}   {spread(J)}     {spread(wrong)}")
best_L2, best_W = (np.array(small[name])[:, 0] for name in ("Adam + L2 0.001", "AdamW 0.3"))
none = np.array(small["Adam + L2 0"])[:, 0]
print(f"L2 minus none {spread(best_L2 - none)}, AdamW minus none {spread(best_W - none)}")
assert np.mean(best_L2 - none) < 0
assert np.mean(best_W - none) < 0

# %% [markdown]
# **What we saw.** A little of either lowers the cross-entropy by about 5 %, within a factor of ten of its best strength; too much of either is worse than none; the share of wrong answers does not care. That decay helps where data are few holds, for the loss. That it has to be AdamW does not, on these data: L2 inside Adam does as well.
#
# ## 7. Zeros
#
# Why would anyone take $q=1$? Because, one reads, it makes weights exactly **zero**. Its gradient is $\tfrac\lambda2$ times the sign of the weight. **Predict.** You train by gradient descent with that gradient. How many weights are 0 at the end?
#
# Think of one weight near 0: a push of a fixed size to the left when it is positive, to the right when it is negative. What does it do? And what should be done instead?

# %% exercise="soft_threshold"

# %% [markdown]
# `thresholded(net, optimizer, amount)` applies it after every step. 15 inputs, of which 5 matter, 60 cases, five samples; scikit-learn's `Lasso` is the judge. Its penalty is $\alpha\sum|w_i|$, so $\alpha=\lambda/2$.

# %%
unit, rate, strength, zeros = MLP((15, 1), identity, identity, squared_error), 0.1, 0.4, {}


def still(*at):
    """The gradient without that of the bias, which stays 0."""
    return backprop(*at) * weights_of(unit)


for seed in SEEDS:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(60, 15))
    y = X[:, :5] @ rng.uniform(1, 2, 5) + rng.normal(size=60)
    options = {"epochs": 1000, "batch_size": None, "rng": rng, "curve": False}
    start = 0.1 * rng.normal(size=16) * weights_of(unit)
    sub = train(
        unit, start, X, y[:, None], gd(rate), gradient=penalized(still, strength, q=1), **options
    )
    soft = train(
        unit, start, X, y[:, None], thresholded(unit, gd(rate), rate * strength / 2),
        gradient=still, **options,
    )  # fmt: skip
    lasso = Lasso(alpha=strength / 2, fit_intercept=False, tol=1e-10, max_iter=100_000).fit(X, y)
    found = {"subgradient": sub.theta, "soft threshold": soft.theta, "scikit-learn": lasso.coef_}
    for name, w in found.items():
        zeros.setdefault(name, []).append(int(np.sum(w[:15] == 0)))
    assert np.allclose(soft.theta[:15], lasso.coef_, atol=1e-6)
for name, counts in zeros.items():
    print(f"{name:15} zeros among 15 weights, five samples: {counts}")
assert max(zeros["subgradient"]) == 0
assert zeros["soft threshold"] == zeros["scikit-learn"]

# %% [markdown]
# **What we saw.** The subgradient gives none: a small weight jumps from one side of 0 to the other for ever. The soft threshold gives the very zeros of scikit-learn, and the same weights elsewhere. (The threshold per unit of rate is $\lambda/2$, not $\lambda$, because of lecture 3's $\tfrac\lambda2$.) So $q=1$ is the penalty *and* the step that goes with it; `L1` in an optimizer that only knows gradients does not make anything sparse.
#
# ### Does L2 switch off useless units?
#
# Lecture 4: L2 lets the model "limit the useless neurons by itself". 64 hidden units are more than 200 digits need. We count the units whose weights have all but died (below 1 % of the largest, in what leads in times what leads out), and look at the weights of pixels that are 0 in every picture.

# %%
net, units = MLP((64, 64, 10)), {}
for decay, seed in product((0.0, 1e-3, 1e-2), SEEDS):
    rng = np.random.default_rng(seed)
    X, Y, _, _ = few(200, seed)
    run = train(
        net, first(net, rng), X, Y, adam(0.01), gradient=penalized(backprop, decay), epochs=300,
        batch_size=None, rng=rng, curve=False,
    )  # fmt: skip
    (W, _), (V, _) = net.layers(run.theta)
    size = np.linalg.norm(W, axis=0) * np.linalg.norm(V, axis=1)
    blank = np.abs(W[X.max(axis=0) == 0]).max()
    numbers = (np.sum(size < 0.01 * size.max()), size.min() / size.max(), blank)
    units.setdefault(decay, []).append(numbers)
print("            units below 1 %   smallest unit   largest weight of a blank pixel")
for decay, values in units.items():
    dead, least, blank = np.array(values).T
    print(
        f"λ = {decay:5}   {dead.mean():8.1f} of 64   {least.mean():10.2f}      {blank.mean():18.4f}"
    )
assert max(dead for values in units.values() for dead, _, _ in values) == 0
assert max(blank for _, _, blank in units[0.001]) < 0.01 < max(blank for _, _, blank in units[0.0])

# %% [markdown]
# **What we saw.** Not one unit is switched off, at any $\lambda$. What L2 does kill is what the data never ask for: the weights of pixels that are always 0, which without decay keep their random first values for ever. L2 shrinks *directions* that the data do not use (section 5), and a hidden unit is no such direction: 64 units share the work, and it is cheaper to share. The claim fails for neurons and holds for weights of constant inputs.
#
# ### A limit instead of a price
#
# Srivastava and others, who made dropout known, limit the *length* of the weights into each unit instead: no price below the limit, no passing above it.

# %% exercise="max_norm"

# %% [markdown]
# ## 8. Large, and well regularized
#
# Lecture 2: "the best model will usually be a large one that has been regularized appropriately". Lecture 3: weight decay is useful "with few data and complex models". One table tests both: number of digits × hidden units × $\lambda$, five draws each, the same number of steps everywhere.
#
# **Predict** where in each row of panels the lowest point is.

# %% alt="Six panels, for 50, 200 and 1,000 digits: cross-entropy above, share wrong below, against 4, 16 and 64 hidden units, for three λ. All fall steeply from 4 to 16 units and little after. With 64 units λ = 0.001 has the lowest loss at 50 digits, λ = 0 at 1,000."
numbers, widths, strengths = (50, 200, 1000), (4, 16, 64), (0.0, 1e-3, 1e-2)
decays, table = np.array(strengths, np.float32)[:, None], {}


def each_penalized(net, theta, X, Y):
    """The gradients of three nets, theta (3, P), each with the L2 penalty of its λ."""
    return backprop_all(net, theta, X, Y) + decays * weights_of(net) * theta


for n, width, seed in tqdm(list(product(numbers, widths, SEEDS)), leave=False):
    net, rng = MLP((64, width, 10)), np.random.default_rng(seed)
    X, Y, X_new, Y_new = few(n, seed)
    three = np.stack([first(net, rng)] * 3)  # one start, the same batches, three λ side by side
    run = train_all(
        net, three, X, Y, adam(0.01), gradient=each_penalized, sweeps=250 * 50 // n, batch_size=50,
        rng=rng, watch=False,
    )  # fmt: skip
    for decay, theta in zip(strengths, run.theta, strict=True):
        table.setdefault((n, width, decay), []).append(judged(net, theta, X_new, Y_new))
table = {key: np.array(values) for key, values in table.items()}

_, panels = plt.subplots(2, 3, figsize=(10, 6.4), layout="constrained")
for column, n in enumerate(numbers):
    for row, ylabel in enumerate(("J, new digits", "share wrong, new digits")):
        groups = {
            f"{width}": {f"λ = {decay:g}": table[n, width, decay][:, row] for decay in strengths}
            for width in widths
        }
        ax = plots.errorbars(groups, ax=panels[row, column])
        ax.set_title(f"{n:,} digits to learn from" if row == 0 else "")
        ax.set(xlabel="hidden units" if row == 1 else "", ylabel=ylabel if column == 0 else "")
        ax.get_legend().remove()
handles = panels[0, 0].get_legend_handles_labels()
_ = panels[0, 0].figure.legend(*handles, loc="outside upper center", ncols=3, title="mean ± sd")

# %% [markdown]
# Each column of panels is a number of training digits; the upper row shows the cross-entropy on new digits, the lower one the share of wrong answers. Because all settings of one draw share their digits, what $\lambda$ does is best seen as a difference within the draws:

# %%
print("digits  units   change of J by λ = 0.001    change of the share wrong")
for n, width in product(numbers, widths):
    J, wrong = (table[n, width, 1e-3] - table[n, width, 0.0]).T
    print(
        f"{n:6}  {width:5}     {J.mean():+.3f} ± {J.std(ddof=1):.3f}             {wrong.mean():+.3f} ± {wrong.std(ddof=1):.3f}"
    )
best = {
    n: min((table[key].mean(axis=0)[0], key[1:]) for key in table if key[0] == n) for n in numbers
}
for n, (J, (width, decay)) in best.items():
    print(f"{n:5} digits: lowest J {J:.3f} with {width} units and λ = {decay:g}")
few_digits = (table[50, 64, 1e-3] - table[50, 64, 0.0])[:, 0]
many_digits = (table[1000, 64, 1e-3] - table[1000, 64, 0.0])[:, 0]
assert few_digits.max() < 0 < many_digits.mean()
assert all(width > min(widths) for _, (width, _) in best.values())

# %% [markdown]
# **What we saw.** Two claims, two answers. The best model *is* the largest in the table, for every number of digits (with 50 and 200 digits only just, from 16 units on). That it has to be regularized depends on the data: with 50 digits $\lambda=0.001$ lowers the loss in every draw, with 200 a little, with 1,000 it does more harm than good. And once more the loss gains more than the error, most of whose changes are within their scatter.
#
# ### Too small, or trained too little?
#
# Lecture 4 calls it under-training when a model "is not trained enough and does not learn the qualities of the data". Two different faults look like that. 200 digits, widths from 1 to 64, epochs from 1 to 300.

# %% alt="Two maps of the share wrong, hidden units 1 to 64 downwards, epochs 1 to 300 to the right. Training digits: about 0.9 at the upper left, 0.00 at the lower right; one unit has still 0.63 after 300 epochs. New digits: the same shape, down to 0.07, one unit 0.74."
looks, widths = (1, 3, 10, 30, 100, 300), (1, 2, 4, 16, 64)
maps = np.zeros((2, len(widths), len(looks), 5))
for (row, width), seed in product(enumerate(widths), SEEDS):
    net, rng = MLP((64, width, 10)), np.random.default_rng(seed)
    X, Y, X_new, Y_new = few(200, seed)
    watch = watching(net, (X, Y), (X_new, Y_new), at=looks)
    run = train(
        net, first(net, rng), X, Y, adam(0.01), epochs=300, batch_size=None, rng=rng,
        on_epoch=watch, curve=False,
    )  # fmt: skip
    maps[:, row, :, seed] = seen(run)[:, :, 1].T
_, panels = plt.subplots(1, 2, figsize=(9.5, 3.8), layout="constrained")
for share, title, ax in zip(
    maps.mean(axis=-1), ("200 training digits", "new digits"), panels, strict=True
):
    ax.imshow(share, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (i, j), value in np.ndenumerate(share):
        ax.text(j, i, f"{value:.2f}", ha="center", va="center", color="w" if value > 0.7 else "k")
    ax.set(xlabel="epochs", ylabel="hidden units", title=f"share wrong, {title}")
    ax.set(
        xticks=range(len(looks)), xticklabels=looks, yticks=range(len(widths)), yticklabels=widths
    )
    ax.grid(visible=False)
small_net, short = maps[0, 1, -1].mean(), maps[0, -1, 1].mean()
assert small_net > 0.15
assert maps[0, -1, -1].mean() < 0.01

# %% [markdown]
# Two maps: the share of wrong answers on the training digits and on new ones, by hidden units (downwards) and epochs (to the right). **What we saw.** The left edge is under-**training**: more epochs mend it, whatever the width. The upper edge is under-**fitting**: one or two units stay wrong on their own training digits however long they train. Only the lower right corner can overfit, and its errors on new digits are the lowest nevertheless.
#
# ## 9. Dropout
#
# Lectures 2, 3 and 4: in each step, switch off some of the units at random. (Lecture 2 also says "a fraction of the *weights*". It is units. Between two layers kept with probability $p$ each, a weight is in play only when both its ends are, with probability $p^2$; the cell below counts them.)
#
# The lecture's line is $h = f(hW+b) * M/p$ with $M\sim\text{Bernoulli}(p)$ "for all $i,k$": for every unit and layer. For every *case* of a batch too? And what is the division for? (Which of the two probabilities is $p$, and what will happen at test time, when nothing is switched off?)

# %% exercise="dropout_mask"

# %% [markdown]
# **Predict.** A batch of 32 cases. One mask for all of them, or one for each: does the mean of the gradient differ? Its scatter?

# %%
rng = np.random.default_rng(0)
ends = [rng.random((1000, n)) < 0.5 for n in (30, 20)]  # which units are kept, 1,000 times
in_play = np.mean(ends[0][:, :, None] & ends[1][:, None, :])
print(f"p = 0.5: units kept {np.mean(ends[0]):.3f}, weights in play {in_play:.3f}")

net, ratio = MLP((64, 32, 10)), []
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    X, Y, _, _ = few(32, seed)
    theta, drawn = init(net, rng), {"one mask a batch": [], "one mask a case": []}
    for (name, rows), _draw in product(
        {"one mask a batch": 1, "one mask a case": 32}.items(), range(300)
    ):
        mask = np.repeat(dropout_mask(rng.random((rows, 32)), 0.5), 32 // rows, axis=0)
        h = np.tanh(X @ net.layers(theta)[0].W) * mask
        drawn[name].append(h.T @ (softmax(h @ net.layers(theta)[1].W) - Y) / 32)
    scatter = {name: np.var(g, axis=0).sum() for name, g in drawn.items()}
    ratio.append(scatter["one mask a batch"] / scatter["one mask a case"])
    middle = [np.mean(g, axis=0) for g in drawn.values()]
    assert relative_error(*middle) < 0.2
print(f"variance of the gradient, one mask a batch over one mask a case: {spread(ratio)}")
assert min(ratio) > 1.2

# %% [markdown]
# **What we saw.** The same gradient in the mean, about twice as noisy with the shared mask. So: one mask per case.
#
# The way back. Lecture 2: "it is also necessary to switch off the units that did not take part". That is right, and not enough: what exactly were their values multiplied with on the way up?

# %% exercise="dropout_backprop"


# %%
def masked_loss(theta, net, X, Y, masks):
    """J of the network with these masks."""
    return net.loss.mean(dropout_forward(net, theta, X, masks).output, Y)


worst = 0
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    net = MLP((5, 6, 4, 3))
    theta = init(net, rng) + 0.1 * rng.normal(size=net.size)
    X, Y = rng.normal(size=(7, 5)), np.eye(3)[rng.integers(0, 3, 7)]
    masks = random_masks(net, 7, (0.8, 0.5, 0.5), rng=rng)

    gradient = dropout_backprop(net, theta, X, Y, masks)
    worst = max(worst, relative_error(gradient, nudged(masked_loss, theta, net, X, Y, masks)))
print(f"dropout_backprop against nudging, masks held fixed: relative error {worst:.0e}")
assert worst < 1e-7

# %% [markdown]
# At **test time** nothing is masked and nothing is scaled: $1/p$ has taken care of it. Is the plain network then the mean of the masked ones? **Predict**: for linear hidden units, and for tanh units.

# %%
rng = np.random.default_rng(0)
X = rng.normal(size=(6, 20))
for hidden in (identity, tanh):
    net = MLP((20, 30, 30, 1), hidden, identity, squared_error)
    theta = init(net, rng)
    many = np.repeat(X, 4000, axis=0)
    masks = random_masks(net, len(many), (1.0, 0.5, 0.5), rng=rng)
    masked = dropout_forward(net, theta, many, masks).output.reshape(6, 4000)
    plain = forward(net, theta, X).output[:, 0]
    error = masked.std(axis=1) / np.sqrt(4000)
    off = np.abs(masked.mean(axis=1) - plain)
    print(
        f"{hidden!s:9} mean of 4,000 masks off by {off.max():.3f}: {np.max(off / error):.1f} errors"
    )

# %% [markdown]
# **What we saw.** Exactly the mean for linear units; for others the plain network only comes near it. (How near, and what the scatter of the masked answers is good for, is a matter of notebook 10.)
#
# ### What dropout costs a linear unit
#
# Why should this regularize? For one linear unit with dropout on its *inputs* everything can be worked out. The answer $x\cdot w$ becomes random. Take the mean of $J$ over all masks, and write it as the $J$ without dropout plus something. Find that something.

# %% exercise="dropout_penalty"

# %%
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    X, w, y = rng.normal(size=(20, 6)) + 1, rng.normal(size=6), rng.normal(size=20)
    plain = np.mean((X @ w - y) ** 2) / 2
    every_mask = np.array(list(product((0.0, 1 / 0.7), repeat=6)))  # all 64 of them
    chance = np.prod(np.where(every_mask > 0, 0.7, 0.3), axis=1)
    J_masked = [np.mean(((X * M) @ w - y) ** 2) / 2 for M in every_mask]
    exact, formula = chance @ J_masked - plain, dropout_penalty(X, w, 0.7)
    print(f"over all masks {exact:.6f}, formula {formula:.6f}")
    assert np.isclose(exact, formula)

# %% [markdown]
# **What we saw.** Dropout *is* an L2 penalty there, $\lambda=\frac{1-p}{p}$ with every weight measured by its input's mean square: large inputs pay more. The claim "dropout is a form of regularization" holds, in the linear case exactly.
#
# **Turn the knobs** on two half moons with 40 noisy points: decay, share of hidden units kept, number of hidden units. The left picture shows what the network answers where, the right one its loss on the 40 points and on 380 others. Find a network of 50 units that overfits; then mend it in two different ways.

# %% alt="Left, two half moons, 40 noisy points, and which class a net of 50 units without decay answers where: the border winds round single points. Right, cross-entropy against epoch: on the 40 points it falls to 0.04, on 380 others it rises from 0.25 to 0.87."
moons = datasets.load("moons", rng=np.random.default_rng(4), n=600, noise=0.3)
own, others = ((moons.X_train[part], moons.Y_train[part]) for part in (slice(40), slice(40, None)))


def draw_moons(decay=0.0, keep=1.0, hidden_units=50):
    """Decision regions and both curves of one network on the moons."""
    net, rng = MLP((2, hidden_units, 2)), np.random.default_rng(0)
    rule = dropout((1.0, keep), rng=rng) if keep < 1 else backprop
    run = train(
        net, init(net, rng), *own, adam(0.03), gradient=penalized(rule, decay), epochs=500,
        batch_size=None, rng=rng,
        on_epoch=lambda epoch, theta: mean_loss(net, theta, *others),
    )  # fmt: skip
    _, (left, right) = plt.subplots(1, 2, figsize=(9.5, 3.8), layout="constrained")
    plots.decision_regions(
        lambda points: predict(net, run.theta, points), own[0], moons.y_train[:40], ax=left
    )
    lines = {"40 training points": run.loss, "380 others": np.array(run.watched)}
    plots.curves(lines, np.arange(501), ylabel="J, cross-entropy", ax=right).set_ylim(0, 1)
    new = accuracy(net, run.theta, *others)
    right.set_title(f"right on 380 other points: {new:.0%}")
    return left


widgets.knobs(
    draw_moons, decay=[0.0, 1e-3, 3e-3, 1e-2, 3e-2], keep=[1.0, 0.8, 0.5, 0.2], hidden_units=(1, 80)
)

# %% [markdown]
# ## 10. Noise, and more pictures
#
# Lecture 2 names two more, "noise injection" and "data augmentation". **Noise** of standard deviation $\sigma$ on the inputs of a linear unit: the same calculation as for dropout, with a variance that does not depend on $x$. It adds $\tfrac{\sigma^2}{2}\sum_j w_j^2$, so it is L2 with $\lambda=\sigma^2$.

# %%
sigma, off = 0.5, []
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    X, w, y = rng.normal(size=(20, 6)), rng.normal(size=6), rng.normal(size=20)
    drawn = X + sigma * rng.normal(size=(20_000, 20, 6))
    J_noisy = np.mean((drawn @ w - y) ** 2, axis=1) / 2
    expected = np.mean((X @ w - y) ** 2) / 2 + sigma**2 / 2 * np.sum(w**2)
    error = J_noisy.std() / np.sqrt(len(J_noisy))
    off.append((J_noisy.mean() - expected) / error)
    print(f"mean of 20,000 draws {J_noisy.mean():.3f} ± {error:.3f}, formula {expected:.3f}")
assert np.max(np.abs(off)) < 4

# %% [markdown]
# The same numbers within the error of the draws: exact in the linear case. In a network noise can also sit on the weights (`weight_noise`) or on the hidden values (`activation_noise`); for small noise each amounts to a penalty on how strongly the answer depends on what is shaken.
#
# **Augmentation** makes new training pictures out of the old ones. A shift by whole pixels is the simplest. What leaves the picture is gone.

# %% exercise="shifted"

# %% alt="Three digits, a 7, a 9 and a 4, a row each with four pictures: as it is; one pixel down and to the left, cut off at the edge; moved by a part of a pixel, and blurred by that; turned by 15 degrees."
rng = np.random.default_rng(0)
three = digits.X_train[:3]
moved = shifted(three.reshape(-1, 8, 8), 1, -1).reshape(-1, 64)
partly = random_shifts(0.5, rng=rng)(three)
turned = rotated(three, np.array([15.0, 15.0, -15.0]))
rows = np.stack([three, moved, partly, turned], axis=1).reshape(-1, 64)
_ = plots.images(rows, ["as it is", "(1, −1)", "part of a pixel", "±15°"] * 3, columns=4)

# %% [markdown]
# The figure shows three digits in a row each: as they are, one pixel down and to the left, moved by parts of a pixel, and turned by 15 degrees.
#
# **Predict.** 200 digits, and each epoch sees them shifted or turned anew. Will the error on new digits fall? The digits of this data set fill their 8×8 pixels and are centred.


# %% alt="Share wrong for plain, shifted and turned new digits, four ways of training. Plain: 0.07 to 0.10 for all. Shifted by 1 pixel: 0.14 for nets trained on such shifts, 0.54 to 0.63 for the others. Turned: 0.08 for those trained on turns, 0.12 to 0.18 for the others."
def whole_shifts(most, *, rng):
    """X -> X, each picture moved by whole pixels, up to `most` in each direction."""
    steps = np.arange(-most, most + 1)

    def transform(X):
        by, pictures = rng.choice(steps, (2, len(X))), X.reshape(-1, 8, 8)
        moved = np.empty_like(pictures)
        for down, right in product(steps, steps):
            chosen = (by[0] == down) & (by[1] == right)
            moved[chosen] = shifted(pictures[chosen], int(down), int(right))
        return moved.reshape(X.shape)

    return transform


ways = {
    "as they are": None,
    "shifts of 1 pixel": lambda rng: whole_shifts(1, rng=rng),
    "shifts up to 0.5": lambda rng: random_shifts(0.5, rng=rng),
    "turned up to 15°": lambda rng: random_rotations(15.0, rng=rng),
}
net, kinds = MLP((64, 64, 10)), ("plain", "shifted by 1 pixel", "turned by 15°")
more = {kind: {name: [] for name in ways} for kind in kinds}
for (name, make), seed in tqdm(list(product(ways.items(), SEEDS)), leave=False):
    rng = np.random.default_rng(seed)
    X, Y, X_new, Y_new = few(200, seed)
    rule = augmented(backprop, make(rng)) if make else backprop
    run = train(
        net, first(net, rng), X, Y, adam(0.01), gradient=rule, epochs=200, batch_size=None, rng=rng,
        curve=False,
    )  # fmt: skip
    sets = X_new, whole_shifts(1, rng=rng)(X_new), random_rotations(15.0, rng=rng)(X_new)
    for kind, pictures in zip(kinds, sets, strict=True):
        more[kind][name].append(1 - accuracy(net, run.theta, pictures, Y_new))
ax = plots.errorbars(more, xlabel="new digits", ylabel="share wrong")
print("new digits         ", *(f"{name:18}" for name in ways))
for kind, groups in more.items():
    print(f"{kind:18} ", *(f"{spread(values):18}" for values in groups.values()))
gap = np.subtract(more["plain"]["shifts of 1 pixel"], more["plain"]["as they are"])
assert np.mean(gap) > 0
assert np.mean(more["shifted by 1 pixel"]["shifts of 1 pixel"]) < 0.6 * np.mean(
    more["shifted by 1 pixel"]["as they are"]
)

# %% [markdown]
# The figure has a group for each kind of new digits, and in it a colour for each way of training. **What we saw.** Shifts by a pixel *hurt* on digits that are centred like these (more wrong answers in the mean over all draws), and cut the errors on shifted digits to a quarter. Turns do no harm to the plain ones and help on turned ones. Augmentation tells the network which differences do not matter; if they do matter, or never occur, that is a lie. It helps as far as it imitates the pictures that will come. (On MNIST, with its wide margins, small shifts do help.)
#
# ## 11. All of them, on equal terms
#
# Now the comparison. 100 digits, a net of 64-32-10, 200 epochs of full batches with Adam: every method gets exactly that. Each has one strength, chosen among three by the loss on the **validation set** in three draws; then ten other draws decide, on digits that no net has seen and no choice was made by.
#
# (Early stopping pays for its validation cases out of the same 100 digits: 80 to train on, 20 to decide by.)
#
# **Predict** the order before you look. How large will the differences be, compared with the differences between draws?

# %%
net, epochs, rate = MLP((64, 32, 10)), 200, 0.01
rules = {  # name -> strengths, and strength, rng -> learning rule
    "L2": ((3e-4, 1e-3, 3e-3), lambda s, rng: penalized(backprop, s)),
    "dropout": ((0.8, 0.5, 0.3), lambda s, rng: dropout((1.0, s), rng=rng)),
    "noise on inputs": ((0.1, 0.2, 0.4), lambda s, rng: input_noise(backprop, s, rng=rng)),
    "noise on weights": ((0.03, 0.1, 0.2), lambda s, rng: weight_noise(backprop, s, rng=rng)),
    "noise on hidden": ((0.5, 1.0, 2.0), lambda s, rng: activation_noise(s, rng=rng)),
    "shifts": ((0.3, 0.6, 0.9), lambda s, rng: augmented(backprop, random_shifts(s, rng=rng))),
    "turns": ((5.0, 10.0, 20.0), lambda s, rng: augmented(backprop, random_rotations(s, rng=rng))),
    "mix: turns, noise, L2": (
        (3e-4, 1e-3, 3e-3),
        lambda s, rng: penalized(
            augmented(input_noise(backprop, 0.2, rng=rng), random_rotations(10.0, rng=rng)), s
        ),
    ),
}
optimizers = {  # name -> strengths, and strength -> optimizer
    "weight decay (AdamW)": ((0.1, 0.3, 1.0), lambda s: adamw(rate, decay=s)),
    "L1": ((0.01, 0.03, 0.1), lambda s: thresholded(net, adam(rate), rate * s)),
    "max-norm": ((0.5, 1.0, 2.0), lambda s: norm_limited(net, adam(rate), s)),
}


def learn(name, s, seed):
    """One training run of a method: the network and its parameters."""
    rng, (X, Y, _, _) = np.random.default_rng(seed), few(100, seed)
    used, optimizer, rule, watch = net, adam(rate), backprop, None
    if name in rules:
        rule = rules[name][1](s, rng)
    elif name in optimizers:
        optimizer = optimizers[name][1](s)
    elif name == "fewer units":
        used = MLP((64, s, 10))
    elif name == "early stopping":
        watch = EarlyStopping(net, X[80:], Y[80:], patience=s)
        X, Y = X[:80], Y[:80]
    run = train(
        used, first(used, rng), X, Y, optimizer, gradient=rule, epochs=epochs, batch_size=None,
        rng=rng, on_epoch=watch, curve=False,
    )  # fmt: skip
    return used, watch.theta if watch else run.theta


strengths = {"nothing": (0,), "fewer units": (8, 16, 24), "early stopping": (5, 15, 40)}
strengths |= {name: tried for name, (tried, _) in (optimizers | rules).items()}
chosen, result = {}, {}
for name, tried in tqdm(strengths.items(), leave=False):
    J = dict.fromkeys(tried, 0.0)
    if len(tried) > 1:
        for s, seed in product(tried, (100, 101, 102)):
            J[s] += mean_loss(*learn(name, s, seed), digits.X_valid, digits.Y_valid)
    chosen[name] = min(J, key=J.get)
    result[name] = np.array(
        [judged(*learn(name, chosen[name], seed), *few(100, seed)[2:]) for seed in range(10)]
    )

order = sorted(result, key=lambda name: result[name][:, 0].mean())
print(
    "method                  strength   J on new digits   against nothing    share wrong      against nothing"
)
for name in order:
    (J, wrong), (dJ, dwrong) = result[name].T, (result[name] - result["nothing"]).T
    print(
        f"{name:22} {chosen[name]:8g}    {spread(J)}   {dJ.mean():+.3f} ± {dJ.std(ddof=1):.3f}   "
        f"{spread(wrong)}   {dwrong.mean():+.3f} ± {dwrong.std(ddof=1):.3f}"
    )

# %% alt="Change against no regularization for 13 methods, loss left, share wrong right: ten draws each and their mean. The mix lowers the loss most, by 0.04, then noise on inputs, by 0.03; most others lie near 0; early stopping is last by far, +0.13 and +0.04."
_, panels = plt.subplots(1, 2, figsize=(10, 5), sharey=True, layout="constrained")
for column, (title, ax) in enumerate(zip(("J, cross-entropy", "share wrong"), panels, strict=True)):
    gains = [(result[name] - result["nothing"])[:, column] for name in order]
    at = np.arange(len(order))
    for y, gain in zip(at, gains, strict=True):
        ax.plot(gain, np.full(10, y), "o", color="C0", alpha=0.25, mew=0)
    means = [gain.mean() for gain in gains]
    sure = [2 * gain.std(ddof=1) / np.sqrt(10) for gain in gains]
    ax.errorbar(means, at, xerr=sure, fmt="s", color="C1", capsize=3)
    ax.axvline(0, color="0.4", linewidth=1)
    ax.set(xlabel=f"change of {title}, new digits", yticks=at, yticklabels=order)
panels[0].invert_yaxis()
mix, last = "mix: turns, noise, L2", "early stopping"
by_mix, by_fewer = (result[name] - result["nothing"] for name in (mix, last))
assert by_mix[:, 0].mean() < 0
assert by_fewer[:, 0].mean() > 0.05

# %% [markdown]
# The left panel shows for each method by how much it changes the cross-entropy on new digits, the right one the share of wrong answers: a faint point for each draw, and the mean with twice its standard error. **What we saw.**
#
# - **The mix is first**: pictures turned a little, noise on the inputs and a bit of L2 together lower the loss by about a tenth. Noise on the inputs alone comes next. No other method gains more than a few per cent, and of the share of wrong answers no method takes more than a point.
# - **Early stopping is last**, and stopping is not to blame: it learns from 80 digits where the others have 100. Twenty digits weigh more than any trick in the table. The best regularizer is data.
# - **Dropout does not help here.** It takes units away, from a net that has 32, and it needs time: its inventors gave it three layers of 1,024 units, 60,000 pictures and a million steps. A verdict belongs to a size and a budget.
# - Two *draws* of 100 digits differ more than most methods do. Only because all methods got the same draws is there anything to see; with one run each you would have published chance.
#
# Where the lectures' methods are, and what became of them:
#
# | method | lecture | tested in | verdict |
# |---|---|---|---|
# | weight decay, L2 | 1, 2, 3, 4 | §5, §6, §8, §11 | lowers the loss where data are few; the same thing for plain gradient descent only |
# | L1 | 3 | §7, §11 | zeros with the soft threshold alone |
# | early stopping | 1, 2, 3 | §3, §11 | saves the loss, not the error; costs the validation cases |
# | dropout | 1, 2, 3, 4 | §9, §11 | an exact L2 penalty in the linear case; no gain for a small net |
# | noise injection | 2 | §10, §11 | L2 in the linear case; the best single method here |
# | data augmentation | 2 | §10, §11 | helps as far as it imitates what will come |
# | a smaller network | 3 | §2, §8, §11 | larger ones are as good or better |
# | weight sharing, model averaging, bootstrap, Bayesian fitting | 1, 2 | notebook 10 | |
# | generative pretraining | 1 | notebook 12 | needs many pictures without labels, which the comparison above has not |
#
# ## What you have now
#
# | claim or slip | verdict of this notebook |
# |---|---|
# | regularities of the process and of the sample | holds |
# | a very flexible model is a disaster | where it can just pass through all points; far beyond, the error falls again |
# | a complicated model that fits few data surprises nobody | holds: random labels, all right; a line convinces where a wiggle does not |
# | 3 units are the right capacity, 10 overfit | trained to the end; at the best moment larger nets are as good |
# | many epochs raise the error | the loss, not the share of wrong answers |
# | early stopping is a free lunch; patience | patience is needed; lunch costs the validation cases |
# | choose on dev, report on test | holds |
# | L2 is weight decay with $\beta=\eta\lambda$ | for plain gradient descent only |
# | PyTorch's `weight_decay` changes the parameters directly | only in AdamW; elsewhere it is L2 in the gradient |
# | AdamW for little data | decay helps the loss; L2 in Adam does as well |
# | $q=1$ gives zeros | with the soft threshold, never with the subgradient |
# | L2 limits useless neurons | weights of constant inputs, yes; no unit is switched off |
# | the best model is large and regularized | large, yes; regularized where data are few |
# | regularization keeps the capacity | the architecture, not the effective capacity |
# | dropout switches off weights, one mask | units, and a mask for every case |
# | dropout and noise regularize | holds exactly in the linear case |
# | augmentation | if it imitates the test set |
# | under-training | is not the same as too small |
#
# **To think about**, without code:
#
# <details><summary>Your validation loss rises and your validation error falls. Do you stop?</summary>
#
# It depends on what the answers are for. If only the decision counts, go on. If somebody will act on the probabilities (and most people who read 0.99 do), stop, or train on and repair the probabilities afterwards.
#
# </details>
#
# <details><summary>You double the training set. Should λ change?</summary>
#
# Beside a mean, a λ that stays takes the same share for ever, so it should fall, about like 1/N: that is what the same λ beside a sum does. The table of section 8 shows it: what helps with 50 digits harms with 1,000.
#
# </details>
#
# <details><summary>Why is the mix better than its parts, although each part is a kind of L2?</summary>
#
# In the linear case they would simply add up to one L2 penalty with its own weights for each direction. In a network each punishes a different kind of sensitivity: to single pixels, to turning, to large weights. What all of them leave alone is more likely to be the process.
#
# </details>
