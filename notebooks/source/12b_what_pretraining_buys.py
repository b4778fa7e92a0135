# %% [markdown]
# # 12b What pretraining buys
#
# "This improves the learning of the deep network very much. In other words, if we pretrain, **for the same number of epochs we shall have a smaller training error**." So lecture 5, and it shows six figures of Erhan et al. (2010), *Why does unsupervised pre-training help deep learning?* The sentence compares pretraining with something, and does not say with what. This notebook says it, in every figure.
#
# **You will be able to**
#
# - compare two ways to train so that the verdict survives: equal price, each at its own best rate, over seeds, with controls;
# - say when pretraining wins, when it makes no difference and when it hurts;
# - separate three explanations: a better start, a better scale of the weights, and knowledge of the inputs;
# - reproduce the figures of the paper in small, and read the paper's own numbers beside yours.
#
# **Follows** lecture 5 ("Apilado de autoencoder" and the figures of Erhan et al.), lecture 1 ("pre-entrenamiento generativo", "GPUs") · **takes** about two hours, with 4 exercises · **needs** notebook 12

# %% tags=["setup"]
import time

import matplotlib.pyplot as plt
import numpy as np
import torch

from course_utils import datasets, plots
from course_utils.deep.ensemble import (
    Adam,
    Momentum,
    Net,
    Training,
    error_rate,
    forward,
    glorot,
    he,
    mean_loss,
    resampled,
    start,
)
from course_utils.deep.stacked import Greedy, Recipe
from course_utils.deep.stream import distorted
from course_utils.exercises import ex12b

plots.use_style()
FULL = False  # True: twice the seeds, four times the epochs, about eight times the time
SEEDS = range(16 if FULL else 8)
EPOCHS, PRETRAIN, BATCH = (48, 30, 64) if FULL else (12, 8, 64)

# %% [markdown]
# ## 1. One stack, five depths
#
# The digits; five hidden layers of 32 sigmoid units; eight seeds, trained side by side as notebook 12 did it. Pretraining is greedy, so the stack of five holds those of one to four: the first $d$ layers are the pretrained start of a net of depth $d$.

# %%
digits = datasets.load("digits", dtype=np.float32)
X, X_valid, X_test = (torch.from_numpy(a) for a in (digits.X_train, digits.X_valid, digits.X_test))
y, y_valid, y_test = (
    torch.from_numpy(a).long() for a in (digits.y_train, digits.y_valid, digits.y_test)
)


def ticks(axis, values):
    """A logarithmic axis with those of these numbers that it shows, and no others."""
    low, high = axis.get_view_interval()
    values = [v for v in values if low <= v <= high]
    axis.set_ticks(values, [f"{v:g}" for v in values])
    axis.set_ticks([], minor=True)


def pretrained(sizes, rate=0.2):
    """A stack for each seed: denoising autoencoders, one layer after the other."""
    recipe = Recipe(rule=Momentum(rate), epochs=PRETRAIN, batch_size=BATCH, corruption=0.25)
    greedy = Greedy(sizes, recipe, seeds=SEEDS)
    while not greedy.done:
        greedy.epoch(X)
    return greedy.stack()


stack = pretrained((64, 32, 32, 32, 32, 32))
for k, history in enumerate(stack.history, 1):
    first, last = history[0].median(), history[-1].median()
    print(f"layer {k}: its autoencoder's cross-entropy from {first:.1f} to {last:.1f}")

# %% [markdown]
# Beside the pretrained start there will be three others, and they decide what the comparison means:
#
# - the **small start** of those years, $U(-1/\sqrt{n_{in}}, 1/\sqrt{n_{in}})$;
# - **4 × Glorot**, which Glorot and Bengio recommended for sigmoid units in 2010: the same kind of net, larger weights;
# - **resampled**: weights drawn one by one from the pretrained ones. They have the pretrained weights' sizes, and know nothing.
#
# Write the third; it is a control that Erhan et al. invented.

# %% exercise="resample"

# %% [markdown]
# Next, the price. Pretraining had its own epochs, one layer at a time. How many epochs of fine-tuning would the same work have bought?

# %% exercise="pretraining_cost"

# %%
for depth in (1, 3, 5):
    cost = pretraining_cost((64, *[32] * depth, 10), PRETRAIN)
    print(f"depth {depth}: pretraining had {depth * PRETRAIN} epochs", end=", ")
    print(f"and costs as much as {cost:.1f} of fine-tuning")

# %% [markdown]
# By work it is twice the epochs that each layer gets, by the lecture's count it is $d$ times as many. To be on the safe side the small start gets the larger number.
#
# ## 2. Each at its best rate
#
# At a rate that suits one start another may fail. So first a search, on the validation set, with two seeds: three rates, four starts, depth 1, 3 and 5. (At depth 3 the small start has the 24 epochs of pretraining on top.) **Predict**: is there a rate at which the small start learns five layers?


# %%
def starts(depth, seeds=SEEDS):
    """The net and its first θ from each start: name -> (seeds, P)."""
    net = Net((64, *[32] * depth, 10))
    shuffled = [resampled(stack.layers(s, depth)) for s in seeds]
    return net, {
        "small start": start(net, seeds),
        "4 × Glorot": start(net, seeds, glorot(4.0)),
        "resampled": start(net, seeds, shuffled),
        "pretrained": stack.classifier(10, depth=depth)[1][: len(seeds)],
    }


def fine_tune(net, first, rates, epochs, *, X=X, y=y, batch=BATCH, look=None):
    """Trains all θ side by side, each at its rate; name -> θ after the last epoch.

    look(name -> θ) is called before the first epoch and after each.
    """
    S = len(next(iter(first.values())))
    training = Training(
        net,
        torch.cat([*first.values()]),
        Momentum([rates[name] for name in first for _ in range(S)]),
        seeds=[*range(S)] * len(first),
        batch_size=batch,
    )
    for epoch in range(epochs + 1):
        ends = dict(zip(first, training.theta.clone().split(S), strict=True))
        if look:
            look(ends)
        if epoch < epochs:
            training.epoch(X, y)
    return ends


# %%
RATES, SHOWN = (0.2, 0.5, 1.0), ("small start", "pretrained", "4 × Glorot")
found, best = {}, {}
for depth in (1, 3, 5):
    net, first = starts(depth, range(2))
    long = {"small start": first.pop("small start")}
    for group, epochs in ((first, EPOCHS), (long, EPOCHS + 3 * PRETRAIN * (depth == 3))):
        tried = {(name, rate): theta for name, theta in group.items() for rate in RATES}
        ends = fine_tune(net, tried, {key: key[1] for key in tried}, epochs)
        for (name, _), theta in ends.items():
            loss = mean_loss(net, theta, X_valid, y_valid).numpy()
            found.setdefault((depth, name), []).append(loss)

# %% alt="Validation loss, logarithmic, against the rates 0.2, 0.5 and 1. One hidden layer: all starts near 0.1. Three: the small start dips to 0.3 at rate 0.5. Five: the small start stays at 2.3, pretrained lies between 0.14 and 0.24, 4 × Glorot is low at 0.2 only."
print("validation loss at rate  ", *(f"{rate:5.1f}" for rate in RATES))
_, axes = plt.subplots(1, 3, figsize=(10, 3.8), sharey=True, layout="constrained")
for ax, depth in zip(axes, (1, 3, 5), strict=True):
    lines = {name: np.array(found[depth, name]).T for name in (*SHOWN, "resampled")}
    plots.curves(lines, RATES, xlabel="rate", ylabel="validation loss, NLL", log="xy", ax=ax)
    ax.set_title(f"{depth} hidden layer{'s' * (depth > 1)}")
    ticks(ax.xaxis, RATES)
    ticks(ax.yaxis, (0.1, 0.2, 0.5, 1, 2, 5))
    if depth > 1:
        ax.get_legend().remove()
        ax.set_ylabel("")
    for name, errors in lines.items():
        best[depth, name] = RATES[int(errors.mean(axis=0).argmin())]
        print(f"depth {depth}, {name:15} ", *(f"{e:5.2f}" for e in errors.mean(axis=0)))

# %% [markdown]
# **What we saw.** (Left all four lines lie low and close together; in the middle the small start dips at one rate only; right it is a flat line on top.) With one layer any start and any rate will do: the losses lie between 0.09 and 0.15. With three the small start has one good rate, and even there, after three times as many epochs as the others, 0.32. With five there is none: 2.30 is the loss of guessing, $\log 10$. And each start has a rate of its own. A comparison at *one* rate could have any outcome: at rate 1 and three layers pretraining wins against 4 × Glorot by 0.17 to 1.50, at 0.2 by 0.12 to 0.16.
#
# ## 3. Figure 1: depth
#
# Now the study: depth 1 to 5, eight seeds, each start at the best rate found (that of depth 3 for 2, that of depth 5 for 4), 12 epochs of fine-tuning. At depth 3 and 5 the two starts without pretraining then go *longer*: at depth 3 for all the epochs that the pretraining had, at depth 5 for those that it cost in work.

# %%
scores = {}  # (depth, name) -> train NLL, test NLL, test error in %, each (seeds,)


def score(net, theta):
    """What counts in the end."""
    return (
        mean_loss(net, theta, X, y).numpy(),
        mean_loss(net, theta, X_test, y_test).numpy(),
        100 * error_rate(net, theta, X_test, y_test).numpy(),
    )


for depth in range(1, 6):
    net, first = starts(depth)
    if depth not in (3, 5):
        del first["resampled"]
    rates = {name: best[{2: 3, 4: 5}.get(depth, depth), name] for name in first}
    ends = fine_tune(net, first, rates, EPOCHS)
    if depth in (3, 5):
        plain = {name: ends[name] for name in ("small start", "4 × Glorot")}
        more = 3 * PRETRAIN if depth == 3 else int(np.ceil(pretraining_cost(net.sizes, PRETRAIN)))
        longer = fine_tune(net, plain, rates, more)
        ends |= {f"{name}, longer": theta for name, theta in longer.items()}
        print(f"depth {depth}: {' and '.join(plain)} go on for {more} epochs")
    for name, theta in ends.items():
        scores[depth, name] = score(net, theta)

# %% alt="Boxes over 1 to 5 hidden layers, eight seeds, logarithmic. Test error: small start 4 and 9 %, from three layers on a line at 90; pretrained 3 to 4, 4 × Glorot 4 to 6 %. Training loss: small start 0.02, 0.16, then 2.3; pretrained 0.02 to 0.07, 4 × Glorot 0.04 to 0.13."
_, (left, right) = plt.subplots(1, 2, figsize=(10, 4.4), layout="constrained")
MARKS = {
    "test error, %": (2, 5, 10, 20, 50, 90),
    "training loss, NLL": (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2),
}
for ax, part, label in ((left, 2, "test error, %"), (right, 0, "training loss, NLL")):
    table = {str(d): {name: scores[d, name][part] for name in SHOWN} for d in range(1, 6)}
    plots.boxes(table, xlabel="hidden layers", ylabel=label, log=True, ax=ax)
    ticks(ax.yaxis, MARKS[label])
for d in range(1, 6):
    medians = (f"{name} {np.median(scores[d, name][2]):.1f} %" for name in SHOWN)
    print(f"depth {d}: median test error", ", ".join(medians))

# %% [markdown]
# **What we saw.** (Boxes at each depth; from three layers on those of the small start are a line at the top.) From the small start the error doubles from one layer to two, and from three on all eight seeds guess: 90 %. With pretraining all depths train, at 2.8 to 4.3 %. So the figure is reproduced; ours breaks off earlier than the paper's, since twelve epochs are few (with sixty it is at four layers: `benchmarks/README.md`). And what the paper's figure does not show: the same nets *without pretraining*, from 4 × Glorot, train at every depth, at 3.9 to 6.1 %. "Could not be trained" is a matter of the start. In these twelve epochs pretraining is better than that, too; section 4 has the price.
#
# The paper's own figure, MNIST, 400 seeds, median test error:
#
# | hidden layers | 1 | 2 | 3 | 4 | 5 |
# |---|---|---|---|---|---|
# | without pretraining | 1.82 % | 1.76 % | 1.83 % | 2.16 % | could not be trained |
# | with | 1.41 % | 1.36 % | 1.33 % | 1.31 % | 1.37 % |
#
# (Read off figure 1 of Erhan et al. 2010, to about 0.005; they had one example per batch, 400 to 1,200 units, and chose rates by validation. `course study depth` runs theirs in our batches, on MNIST, with a GPU if there is one.)
#
# Their figure 2 is the same in histograms, for 1 and 4 layers: pretraining is to lower the mean *and* the spread.

# %% alt="Histograms of the test error of eight seeds. One layer: pretrained nearly all between 2 and 3 %, small start between 3 and 5, 4 × Glorot between 2 and 8. Four layers: pretrained 2 to 8 %, 4 × Glorot 5 to 12; the small start is not in the picture."
_, axes = plt.subplots(1, 2, figsize=(10, 3.4), layout="constrained")
for ax, d in zip(axes, (1, 4), strict=True):
    shown = {n: scores[d, n][2] for n in SHOWN if np.median(scores[d, n][2]) < 50}
    bins = np.linspace(0, 1 + max(v.max() for v in shown.values()), 9)
    ax.hist([*shown.values()], bins, label=[*shown], color=[f"C{SHOWN.index(n)}" for n in shown])
    ax.set(xlabel="test error, %", ylabel="seeds", title=f"{d} hidden layer{'s' * (d > 1)}")
    ax.yaxis.get_major_locator().set_params(integer=True)
    ax.legend()
    for name in SHOWN:
        values = scores[d, name][2]
        print(f"depth {d}, {name}: test error {values.mean():.2f} ± {values.std(ddof=1):.2f} %")

# %% [markdown]
# **What we saw.** (Two histograms; right the small start is missing, all its seeds are at 90 %.) The mean falls, at one layer from 4.0 to 2.8 %. The spread does not: 0.55 and 0.63 there. Against 4 × Glorot pretraining has the lower mean at both depths, and the smaller spread at one layer. (With eight seeds a standard deviation is itself known to a quarter only.)
#
# ## 4. The controls
#
# Eight seeds are few. When two ways are compared on the same seeds, compare seed by seed.

# %% exercise="paired_gain"

# %% alt="Training loss and test error of six ways, 3 and 5 layers, logarithmic. Small start: 2.3 and 90 %; going on helps it at 3 layers only, to 28 %. Resampled: 5 and 25 %. 4 × Glorot gone on has the lowest loss, 0.01 and 0.02, and like pretrained a test error near 4 %."
CONTROLS = (
    "small start",
    "small start, longer",
    "resampled",
    "4 × Glorot",
    "4 × Glorot, longer",
    "pretrained",
)
_, axes = plt.subplots(2, 2, figsize=(10, 6.6), sharex="col", layout="constrained")
for column, d in enumerate((3, 5)):
    for row, part, label in ((0, 0, "training loss, NLL"), (1, 2, "test error, %")):
        ax = axes[row, column]
        plots.errorbars({n: scores[d, n][part] for n in CONTROLS}, ylabel=label, log=True, ax=ax)
        ticks(ax.yaxis, MARKS[label])
        if row + column:
            ax.get_legend().remove()
    axes[0, column].set_title(f"{d} hidden layers")
for part, label in ((0, "training loss"), (2, "test error, %")):
    for d in (3, 5):
        for name in CONTROLS[:-1]:
            gain, error = paired_gain(scores[d, name][part], scores[d, "pretrained"][part])
            print(f"{label}, {d} layers: pretraining gains {gain:7.3f} ± {error:.3f} over {name}")

# %% [markdown]
# **What we saw.** (Above the training loss, below the test error, six ways each. The small start is at the top, also when it goes on at five layers; 4 × Glorot for longer has the lowest training loss of all, and no other test error than the pretrained.) Three findings.
#
# *The price.* Counting fine-tuning only, pretraining has the lowest training loss, by 0.045 ± 0.012 and 0.066 ± 0.012 from 4 × Glorot. With its own epochs counted it still beats the small start, which is at guessing with five layers and far behind with three. But 4 × Glorot, given the same time, ends with a training loss that is *smaller*, by 0.029 ± 0.007 and 0.048 ± 0.006. So "for the same number of epochs a smaller training error" holds against the start of those years, and fails against a well-scaled one.
#
# *The test error.* There the two are equal: 0.1 ± 0.5 and 0.4 ± 0.6 points. The pretrained nets get there with a larger training loss. This is what Erhan et al. call a regularizer.
#
# *Not the sizes alone.* Resampled weights train with three layers nearly as well as pretrained ones, though with 1.7 ± 0.7 points more test error; with five layers they fail to a large part. What the pretrained weights know counts, and counts more the deeper the net.
#
# And the control of today: ReLU, He's weights, batch normalization, Adam, no pretraining, five layers, six epochs.

# %%
net = Net((64, *[32] * 5, 10), hidden="relu", batch_norm=True)
training = Training(net, start(net, SEEDS, he), Adam(0.01), seeds=SEEDS, batch_size=BATCH)
for _ in range(6):
    training.epoch(X, y)
loss = mean_loss(net, training.theta, X, y, moments=training.moments)
wrong = 100 * error_rate(net, training.theta, X_test, y_test, moments=training.moments)
print(f"training loss {loss.median():.3f}, test error {wrong.mean():.1f} ± {wrong.std():.1f} %")

# %% [markdown]
# **What we saw.** No pretraining, half the epochs, five layers, and a test error as low as the pretrained nets'. This is why hardly anyone pretrains a classifier of labelled digits today.
#
# ## 5. Figure 14: the first k of three layers
#
# Pretrain the first 0, 1, 2 or all 3 layers, the others from the small start, and follow the training and the test loss through every epoch. Erhan et al. found on MNIST that pretrained nets end with a *higher* training loss and a *lower* test loss: the opposite of the lecture's sentence, in the paper that the lecture shows. **Predict** where the four paths end.

# %% alt="Test loss against training loss from epoch to epoch, both logarithmic: all paths run down from the upper right on nearly one line. 1 of 3 layers ends at test loss 0.23, 4 × Glorot at 0.17, 2 of 3 at 0.15, 3 of 3 furthest, at 0.14. The path of 0 of 3 lies outside."
net = Net((64, 32, 32, 32, 10))
first = {f"{k} of 3 layers": stack.partly(net, k) for k in range(4)}
first["4 × Glorot"] = start(net, SEEDS, glorot(4.0))
rates = dict.fromkeys(first, best[3, "pretrained"]) | {"4 × Glorot": best[3, "4 × Glorot"]}
path = {name: [] for name in first}


def look(ends):
    """Median training and test loss of every start, from epoch to epoch."""
    for name, theta in ends.items():
        losses = mean_loss(net, theta, X, y), mean_loss(net, theta, X_test, y_test)
        path[name].append([np.median(loss) for loss in losses])


ends = fine_tune(net, first, rates, EPOCHS, look=look)
_, ax = plt.subplots(figsize=(7, 4.6), layout="constrained")
for (name, points), marker in zip(path.items(), "os^Dv", strict=True):
    ax.plot(*np.array(points).T, "-" + marker, ms=4, label=name)
ax.set(xscale="log", yscale="log", xlabel="training loss, NLL", ylabel="test loss, NLL")
ax.set(xlim=(0.015, 1), ylim=(0.09, 1))
for axis in (ax.xaxis, ax.yaxis):
    ticks(axis, (0.02, 0.05, 0.1, 0.2, 0.5, 1))
ax.legend(title=f"pretrained, median of {len(SEEDS)} seeds", alignment="left")
for name, theta in ends.items():
    train, test, wrong = score(net, theta)
    print(
        f"{name}: training loss {np.median(train):.4f}, test loss {np.median(test):.3f}", end=", "
    )
    print(f"test error {wrong.mean():.1f} ± {wrong.std(ddof=1):.1f} %")

# %% [markdown]
# **What we saw.** (Paths from top right to bottom left, almost on one curve; each further pretrained layer goes further down it. The path of "0 of 3" stays at 2.3, outside.) Each pretrained layer helps, from guessing to 6.6, 4.4 and 3.6 % test error. Erhan et al.'s finding does *not* show here: at equal epochs of fine-tuning the pretrained nets are lower in both losses. But look at equal training loss: at 0.08 the pretrained path has the smaller test loss than that of 4 × Glorot. So what pretraining gives is not only speed. Trained to the end, the finding of the paper appears on the digits, too: after sixty epochs with one or two layers the small start has the lower training loss and the higher test error (`course study depth --data digits`; `benchmarks/README.md`). Then the lecture's sentence fails, and what it should have promised holds: a smaller *test* error.
#
# ## 6. Few labels
#
# Lecture 1: "generative pre-training reduces overfitting". Pretraining needs no labels, so let it see all 1,257 images, and give labels for 50 or 200 of them only. Beside it the same nets without: one layer from the small start, three from 4 × Glorot.

# %%
few = {}
for n in (50, 200):
    rows = np.concatenate([np.flatnonzero(digits.y_train == c)[: n // 10] for c in range(10)])
    for depth, plain in ((1, "small start"), (3, "4 × Glorot")):
        net, first = starts(depth)
        chosen = {name: first[name] for name in (plain, "pretrained")}
        rates = {name: best[depth, name] for name in chosen}
        batch = n // 5
        ends = fine_tune(net, chosen, rates, 200 // 5, X=X[rows], y=y[rows], batch=batch)
        for name, theta in ends.items():
            label = f"{depth} layer{'s' * (depth > 1)}, {name}"
            few.setdefault(str(n), {})[label] = score(net, theta)[2]

# %% alt="Test error in percent, logarithmic, with 50, 200 and all 1257 labels. One layer: 25, 8 and 4 from the small start, 18, 7 and 3 pretrained. Three layers: 23, 10 and 5 from 4 × Glorot, 18, 8 and 4 pretrained."
few["all 1257"] = {label: scores[int(label[0]), label.partition(", ")[2]][2] for label in few["50"]}
_, ax = plt.subplots(figsize=(8.5, 4.4), layout="constrained")
plots.errorbars(few, xlabel="labels", ylabel="test error, %", log=True, ax=ax)
ticks(ax.yaxis, (2, 3, 5, 10, 20, 30))
for n, row in few.items():
    for depth, plain in (("1 layer", "small start"), ("3 layers", "4 × Glorot")):
        gain, error = paired_gain(row[f"{depth}, {plain}"], row[f"{depth}, pretrained"])
        print(f"{n} labels, {depth}: {row[f'{depth}, {plain}'].mean():.1f} % without", end=", ")
        print(f"pretraining gains {gain:.1f} ± {error:.1f}")

# %% [markdown]
# **What we saw.** (Groups that fall from left to right; in each pair the pretrained one is lower.) With 50 labels pretraining takes 5 and 7.5 points off the error, with 200 about 1 to 2.5, with all labels 1.2 and 1.6. In points it buys most where labels are fewest, as lecture 1 has it. As a share of the errors it is a fifth to a third at 50 labels, and about the same with all of them. The images without labels are worth something, whatever the optimizer.
#
# ## 7. Figure 9: small layers
#
# The paper's least known finding: in small layers pretraining *hurts*. (One hidden layer, MNIST, test error read off figure 9: 25 units 3.60 % without and 5.70 % with; 100 units 2.03 and 2.72; 800 units 1.82 and 1.41.) One hidden layer of 4 to 32 units (pretrained at a smaller rate, 0.03: at 0.2 so few units saturate, and pretraining does much worse still); **predict** where the lines cross.

# %% alt="Test error in percent against 4, 8, 16 and 32 hidden units, both logarithmic. Small start: 17, 6, 4.5 and 4.5. Pretrained: 38, 9, 4.7 and 3.9. The lines cross between 16 and 32 units."
widths, narrow = (4, 8, 16, 32), {"small start": [], "pretrained": []}
for width in widths:
    net, theta = pretrained((64, width), rate=0.03).classifier(10)
    first = {"small start": start(net, SEEDS), "pretrained": theta}
    ends = fine_tune(net, first, dict.fromkeys(first, 0.5), EPOCHS)
    for name, theta in ends.items():
        narrow[name].append(score(net, theta)[2])
_, ax = plt.subplots(figsize=(7, 4.2), layout="constrained")
lines = {name: np.array(errors).T for name, errors in narrow.items()}
plots.curves(lines, widths, xlabel="hidden units", ylabel="test error, %", log="xy", ax=ax)
ticks(ax.xaxis, widths)
ticks(ax.yaxis, (3, 5, 10, 20, 30))
for width, a, b in zip(widths, *narrow.values(), strict=True):
    gain, error = paired_gain(a, b)
    print(f"{width:2} units: {a.mean():.1f} % without, pretraining gains {gain:.1f} ± {error:.1f}")

# %% [markdown]
# **What we saw.** (Two falling lines that cross between 16 and 32 units.) With four units pretraining more than doubles the error, with eight it costs 2.5 points; at 16 and 32 the difference is within its error. In the paper the crossing is at 100 to 200 units on images of 784 pixels. A few units that are to rebuild an image keep what costs most ink, not what tells a 3 from an 8, and gradient descent does not turn them round in time.
#
# ## 8. Figure 11: a stream without end
#
# On an endless stream every example is new, so there is no overfitting, and a *regularizer* has nothing to do. If pretraining still helps there, it is more than that. Our stream: digits turned, shifted, zoomed and sheared at random, 16,000 of them. Every example is a test example first: the net answers, then learns.

# %% exercise="online_error"

# %% alt="Twenty pictures of the stream with their labels above: digits turned, shifted, zoomed and sheared, some cut off at the edge and hard to read."
generator = torch.Generator().manual_seed(1)
STREAM, BLOCK, ONE = 12_000, 1_500, 50  # examples, a block, a batch
FIVE, RATE = range(5), 0.3


def stream(batches, size=ONE):
    """So many batches of new pictures; none comes twice."""
    made = distorted(X, y, batch_size=size, generator=generator, shape=(8, 8), batches=batches)
    return list(made)


seen = stream(STREAM // ONE)
quarter = len(seen) // 4
_ = plots.images(seen[0][0][:20].numpy(), seen[0][1][:20].tolist())


def answer_then_learn(net, theta, batches):
    """(networks, examples), 1 where the answer was wrong before the net learned, and θ then."""
    training = Training(net, theta, Momentum(RATE), seeds=range(len(theta)), batch_size=ONE)
    wrong = []
    for x, labels in batches:
        wrong.append(forward(net, training.theta, x).u.argmax(dim=-1) != labels)
        training.step(x, labels)
    return torch.cat(wrong, dim=1).float().numpy(), training.theta


# %% [markdown]
# As in the paper, pretraining sees the first quarter of the stream without labels, then learns from the other three with labels; the others learn from all four. So at any point all have seen equally many examples.


# %%
def raised_on(batches, depth):
    """Five nets from each of three starts on a stream: name -> (wrong answers, θ at the end)."""
    net = Net((64, *[32] * depth, 10))
    plain = torch.cat([start(net, FIVE), start(net, FIVE, glorot(4.0))])
    wrong, theta = answer_then_learn(net, plain, batches)
    recipe = Recipe(rule=Momentum(0.1), epochs=1, batch_size=10, corruption=0.25)
    greedy = Greedy((64, *[32] * depth), recipe, seeds=FIVE)
    for _ in range(depth):
        greedy.run(part for x, _ in batches[:quarter] for part in x.split(10))
    late, last = answer_then_learn(net, greedy.stack().classifier(10)[1], batches[quarter:])
    late = np.hstack([np.full((5, quarter * ONE), np.nan), late])
    return {
        "small start": (wrong[:5], theta[:5]),
        "pretrained": (late, last),
        "4 × Glorot": (wrong[5:], theta[5:]),
    }


raised = {depth: raised_on(seen, depth) for depth in (1, 3)}

# %% alt="Online error, logarithmic, against thousands of examples seen, five seeds. One layer: all starts fall from about 0.9 to 0.25, 4 × Glorot lowest. Three layers: the small start stays at 0.9; 4 × Glorot and pretrained fall together to 0.3, 4 × Glorot with by far the larger spread."
_, axes = plt.subplots(1, 2, figsize=(10, 4.2), sharey=True, layout="constrained")
at = np.arange(1, STREAM // BLOCK + 1) * BLOCK / 1000
for ax, (depth, nets) in zip(axes, raised.items(), strict=True):
    for (name, (wrong, _)), marker in zip(nets.items(), "os^", strict=True):
        rows = np.array([online_error(w, BLOCK) for w in wrong])
        mean, sd = rows.mean(axis=0), rows.std(axis=0, ddof=1)
        ax.errorbar(at, mean, sd, marker=marker, capsize=3, label=name)
        print(
            f"{depth} hidden, {name}: online error in the last block {mean[-1]:.3f} ± {sd[-1]:.3f}"
        )
    ax.set(xlabel="examples seen, thousands", yscale="log")
    ax.set_title(f"{depth} hidden layer{'s' * (depth > 1)}")
    ax.legend(title="mean ± sd of 5 seeds", alignment="left")
    ticks(ax.yaxis, (0.2, 0.3, 0.5, 0.9))
_ = axes[0].set_ylabel(f"online error, share of {BLOCK:,}")

# %% [markdown]
# **What we saw.** (Left three lines that end close together; right the small start stays on top, the others fall together.) One layer: the pretrained nets, a quarter of the stream behind, catch up and are level with the small start within the spread; 4 × Glorot is ahead of both. Three layers: from the small start nothing is learned in 12,000 examples, pretrained 0.30, and 4 × Glorot 0.29 with ten times the spread. So with endless data the advantage remains, as the paper says, where the small start fails; there is nothing to overfit, so it is the *start* that is better. It is no advantage over a well-scaled start, but a safer one.
#
# ## 9. Figure 12: the stream once more
#
# After training, go back and test on the whole stream in its order. A net that remembers what it saw last should be better at the end. But some blocks are harder than others, and some nets better. The control: raise the same starts on a *second* stream, and test both groups on both streams. What a net gains on its own stream over the other group is what it remembers.

# %% alt="By blocks of the stream. Left, the share wrong on the net's own stream: both lines go up and down together, the pretrained one lower, 0.22 to 0.245 against 0.24 to 0.26. Right, how much better than the other group: from 0 over about 0.01 to 0.03 in the last block."
other = stream(STREAM // ONE)
foreign = raised_on(other, 1)
net = Net((64, 32, 10))


def tested(theta, batches):
    """The share of wrong answers in each block, (networks, blocks)."""
    wrong = [(forward(net, theta, x).u.argmax(dim=-1) != labels).float() for x, labels in batches]
    return np.array([online_error(w.numpy(), BLOCK) for w in torch.cat(wrong, dim=1)])


_, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
level, remembered = {}, {}
for name in ("small start", "pretrained"):
    ours, theirs = raised[1][name][1], foreign[name][1]
    level[name] = tested(ours, seen)
    gains = tested(theirs, seen) - level[name], tested(ours, other) - tested(theirs, other)
    remembered[name] = (gains[0] + gains[1]) / 2
ends_at = "block that ends at, thousands"
plots.curves(level, at, xlabel=ends_at, ylabel="share wrong on its own stream", ax=left)
plots.curves(remembered, at, xlabel=ends_at, ylabel="better than the other group by", ax=right)
right.axhline(0, color="k", lw=0.8)
left.get_legend().remove()  # the right one says the same
print("             share wrong   remembered of the first half, of the last block (± its error)")
for name, gap in remembered.items():
    print(f"{name:11} {level[name].mean():12.3f}", end="")
    for part in (gap[:, :4].mean(axis=1), gap[:, -1]):
        print(f"   {part.mean():.4f} ± {part.std(ddof=1) / 5**0.5:.4f}", end="")
    print()

# %% [markdown]
# **What we saw.** (Left both lines go up and down together, the pretrained one lower; right both are near 0 and jump up in the last block.) The raw error is no good witness: its ups and downs are the blocks'. The difference shows what is remembered: 2.7 points of the last block, 0.2 to 0.4 of the first half. "Better on recent cases" holds for the most recent; what is older is all but forgotten. "The pretrained net is better throughout" holds as well, by two points, though it remembers no more.
#
# ## 10. Figure 13: which examples count
#
# Change one eighth of a (shorter) stream and nothing else, train again, and see how far the answers move: the variance of the outputs over four such changes. Eight places × four changes × five first θ: 160 nets, trained at once. The dotted line is where the pretrained ones get their first label. **Predict**: do the first examples weigh most, as the lecture's figure has it, or the last?

# %%
PLACES, CHANGES, STEPS, SIZE = 8, 4, 16, 25
every = PLACES * CHANGES
base, new = stream(PLACES * STEPS, SIZE), [stream(STEPS, SIZE) for _ in range(every)]


def batches(first, last):
    """Batches from place to place: the base stream, but for the place that a net has changed."""
    for step in range(first * STEPS, last * STEPS):
        x, labels = (part.expand(every, *part.shape).clone() for part in base[step])
        here = step // STEPS
        for row in range(here * CHANGES, (here + 1) * CHANGES):
            x[row], labels[row] = new[row][step % STEPS]
        yield x.repeat(5, 1, 1), labels.repeat(5, 1)


def begun(net, theta, rate):
    """The training of five θ, each for all places and changes."""
    theta = theta.repeat_interleave(every, dim=0)
    return Training(net, theta, Momentum(rate), seeds=range(len(theta)), batch_size=SIZE)


# %% alt="Variance of the outputs, logarithmic, against the place of the change. Small start: from 0.0005 at the first eighth down to 0.00004 and up to 0.002 at the last. Pretrained: 0.0001 at first, a bump of 0.00014 after its first labels at 0.25, 0.0017 at the end."
variance = {}
for name, first_place in (("small start", 0), ("pretrained", 2)):
    training = begun(net, start(net, FIVE), RATE)
    if first_place:
        auto = Net((64, 32, 64), output="sigmoid")
        below = begun(auto, start(auto, FIVE), 0.1)
        holes = torch.Generator().manual_seed(2)
        for x, _ in batches(0, first_place):
            below.step(x * (torch.rand(SIZE, 64, generator=holes) > 0.25), x)
        encoder, place = auto.layers(below.theta)[0], net.layers(training.theta)[0]
        place.W.copy_(encoder.W)
        place.b.copy_(encoder.b)
    for x, labels in batches(first_place, PLACES):
        training.step(x, labels)
    p = torch.softmax(forward(net, training.theta, X_test).u, dim=-1)
    p = p.reshape(5, PLACES, CHANGES, *p.shape[1:])
    variance[name] = p.var(dim=2).mean(dim=(2, 3)).numpy()
_, ax = plt.subplots(figsize=(7.5, 4.2), layout="constrained")
middle = (np.arange(PLACES) + 0.5) / PLACES
words = {"xlabel": "place of the change, share of the stream", "ylabel": "variance of the outputs"}
plots.curves(variance, middle, **words, log="y", ax=ax)
ax.axvline(0.25, color="k", lw=0.8, ls=":")
for name, v in variance.items():
    print(f"{name}:", *(f"{1e4 * x:.2f}" for x in np.median(v, axis=0)), "× 10⁻⁴")

# %% [markdown]
# **What we saw.** (Two lines shaped like a bath tub, high at both ends, highest at the right.) From the small start the first eighth weighs ten times as much as the third: early examples do decide where the net goes. But the *last* weigh most, four times as much as the first, since the rate is constant and nothing follows to correct them. So "the first examples influence the result most" fails here at constant rate; it holds among those that are not the most recent. Pretraining lowers the weight of the early ones to a quarter and that of its first labelled ones likewise: 1.1 and 1.4 against 4.7. At the end the two are alike.
#
# ## 11. Many networks at once
#
# All of this was possible because the seeds were trained side by side, as one stack of matrices: $S$ small products become one large one. Lecture 1: "GPUs make use of the parallelism". A processor does, too.

# %% alt="Microseconds for each network and step against 1, 4, 16 and 64 networks at once, both logarithmic: the line falls steeply from 1 to 16 networks."
net, rows = Net((64, 32, 32, 32, 10)), {}
for S in (1, 4, 16, 64):
    training = Training(net, start(net, range(S)), Momentum(0.1), seeds=range(S), batch_size=BATCH)
    x, labels = X[:BATCH].expand(S, -1, -1), y[:BATCH].expand(S, -1)
    training.step(x, labels)  # warm
    took = []
    for _ in range(10):
        begun = time.perf_counter()
        training.step(x, labels)
        took.append((time.perf_counter() - begun) / S)
    rows[S] = 1e6 * min(took)
_, ax = plt.subplots(figsize=(6.5, 3.6), layout="constrained")
ax.loglog(list(rows), list(rows.values()), "o-")
ticks(ax.xaxis, list(rows))
ticks(ax.yaxis, (20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000, 2000))
ax.set(xlabel="networks at once", ylabel="µs a network and step")
for S, t in rows.items():
    print(f"{S:2} at once: {t:.0f} µs a network and step")

# %% [markdown]
# **What we saw.** (A line that falls steeply and may turn up again at the end.) One at a time most of the step is overhead of calls; 16 at once take several times less each. (Times differ from run to run and from machine to machine; `benchmarks/README.md` has them measured with care: there 16 at once are 5 times faster.) A graphics card needs many more at once, and is not measured here.
#
# ## What you have now
#
# | claim or slip | verdict of this notebook |
# |---|---|
# | for the same number of epochs pretraining gives a smaller training error | against the small start: holds, and nothing else trains it at five layers. Against 4 × Glorot: only if its own epochs are not counted |
# | it improves the learning of deep nets very much | as above; against 4 × Glorot for as long the test error is equal |
# | without it depth raises the chance of a poor minimum, five layers cannot be trained | a matter of the start |
# | it lowers mean and spread of the test error | the mean |
# | (Erhan) higher training, lower test loss | in part: higher training loss at equal test error, when all epochs count |
# | (Erhan) in small layers it hurts | holds below 16 units |
# | with unlimited data the advantage remains | where the small start fails |
# | in stream order: better on recent cases, pretrained better throughout | holds; only the last block is remembered |
# | the first examples influence the result most, pretraining lowers that | the last most; the first more than the middle; lowered to a quarter |
# | pretraining the first 0, 1, 2, 3 layers | each one helps |
# | pretraining reduces overfitting | holds: most points where labels are fewest |
# | implementations use the parallelism of GPUs | holds on a processor; no GPU measured |
#
# **To think about**, without code:
#
# <details><summary>Every start was given its best of three rates, chosen on the validation set with two seeds. Whom does such a search favour?</summary>
#
# The start that is least sensitive, and the one whose best rate happens to lie in the grid. A start with a narrow valley of good rates, like the small one at three layers, may miss it. And two seeds choose by luck where two rates are close. A larger search (`course study depth`, with `FULL = True` here) narrows this; it never closes it, and a comparison should say how much search each side had.
#
# </details>
#
# <details><summary>Why is "higher training loss, equal test error" called regularization, although nothing was added to the loss?</summary>
#
# A regularizer is what makes a net prefer some functions to others that fit the training set as well. A penalty does so by price. Pretraining does so by place: fine-tuning starts where the inputs are well described, and ends nearby.
#
# </details>
