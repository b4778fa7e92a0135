# %% [markdown]
# # 12 Stacked pretraining
#
# In 2006 nets with more than two or three hidden layers could not be trained, or so it was held. Then came a trick: do not start from random weights. Teach each layer first, one after the other and without labels, to describe what the layer below it says; then train the whole net as always. This notebook builds it, step by step. The next one asks what it buys.
#
# **You will be able to**
#
# - say what goes wrong in a deep sigmoid net at its start, and measure it;
# - write a denoising autoencoder's loss and its corruption in PyTorch;
# - stack autoencoders greedily, in two forms, and say which weights move when;
# - unroll the stack into a deep autoencoder and fine-tune it, and compare it with PCA;
# - look at what the units of each layer have learned;
# - tell the story of 2006 as it was: Boltzmann machines, belief nets, autoencoders.
#
# **Follows** lecture 5 ("Un plan de mejoras para el back-propagation", "Apilado de autoencoder", the page of *Science*) · **takes** about two hours, with 6 exercises · **needs** notebooks 03, 08 and 11

# %% tags=["setup"]
import matplotlib.pyplot as plt
import numpy as np
import torch

from course_utils import datasets, plots, widgets
from course_utils.deep.ensemble import (
    Adam,
    Momentum,
    Net,
    Training,
    error_rate,
    forward,
    glorot,
    gradient,
    he,
    mean_loss,
    small_uniform,
    squared_error,
    start,
)
from course_utils.deep.stacked import Greedy, Recipe
from course_utils.exercises import ex12
from course_utils.nn.preprocess import pca

plots.use_style()
SEEDS = range(8)

# %% [markdown]
# ## 1. Five layers, and nothing moves
#
# Lecture 5 asks: "How do we solve the choice of the initial values of the matrix $w$?" The problem first. Ten classes of digits, five hidden layers of 32 sigmoid units, first weights of three sizes: $U(-1/\sqrt{n}, 1/\sqrt{n})$ with $n$ inputs, the custom of those years; Glorot's; and four times Glorot's. Eight seeds each. **Predict** how the gradient of a layer's weights changes from the top layer to the first.

# %% alt="Two panels, logarithmic. The spread of a unit over the images falls from hidden layer 1 to 5: small start from 0.04 to 0.000015, 4 × Glorot from 0.2 to 0.02. The gradient rises from layer 1 to 6: small start from 0.0000007 to 0.01, 4 × Glorot from 0.004 to 0.15. Glorot lies between."
digits = datasets.load("digits", dtype=np.float32)
X, X_test = torch.from_numpy(digits.X_train), torch.from_numpy(digits.X_test)
y, y_test = (torch.from_numpy(a).long() for a in (digits.y_train, digits.y_test))

net = Net((64, 32, 32, 32, 32, 32, 10))  # sigmoid units, softmax outputs
first = {
    "small": start(net, SEEDS, small_uniform),
    "Glorot": start(net, SEEDS, glorot()),
    "4 × Glorot": start(net, SEEDS, glorot(4.0)),
}
slopes, spreads = {}, {}
for name, theta in first.items():  # theta (8, P): a row for each seed
    g = net.layers(gradient(net, theta, X, y)[1])
    slopes[name] = np.array([layer.W.square().mean(dim=(1, 2)).sqrt().numpy() for layer in g]).T
    h = forward(net, theta, X).h[1:]
    spreads[name] = np.array([units.std(dim=1).mean(dim=1).numpy() for units in h]).T
_, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
plots.curves(
    spreads, xlabel="hidden layer", ylabel="spread of a unit over the images", log="y", ax=left
)
left.set_xticks(range(1, 6))
plots.curves(
    slopes, xlabel="layer of weights", ylabel="root mean square of ∂J/∂W", log="y", ax=right
)
for name in first:
    last, share = spreads[name][:, -1], slopes[name][:, 0] / slopes[name][:, -1]
    print(f"{name:10} spread of a unit of layer 5 {np.median(last):.1e};", end=" ")
    print(f"∂J/∂W of layer 1 is {np.median(share):.1e} of layer 6's")

# %% [markdown]
# **What we saw.** (Straight lines on a logarithmic axis: left they fall from layer to layer, right they rise; the small start is steepest, 4 × Glorot flattest.) From layer to layer the units tell the images apart less: with small weights a unit of layer 5 differs between images by some hundred-thousandths, so the layer on top sees one and the same image. The gradient shrinks on its way back by about as much. The first layer's is five hundred-thousandths of the last one's: nothing moves. With weights four times Glorot's it is three hundredths. So *one* cure is already in the figure, larger weights, found in 2010 (notebook 08). The cure of 2006 was another.
#
# ## 2. One autoencoder
#
# The plan is to find better first weights, layer by layer, and an autoencoder (notebook 11) is the teacher. It gets a *corrupted* image, so that copying does not help it. Erhan et al., whose figures the lecture shows, set a fixed number of the inputs of each image to 0.

# %% exercise="mask_subset"

# %% alt="Ten test digits, and below each the same digit with a quarter of its pixels set to 0: the strokes have holes, and most digits can still be read."
noise = torch.Generator().manual_seed(0)
some = X_test[:20]
seen = mask_subset(some, torch.rand(some.shape, generator=noise), 0.25)
_ = plots.images(torch.cat([some[:10], seen[:10]]).numpy())

# %% [markdown]
# (Above, ten test images; below, what the autoencoder sees of them.) Pixels are ink from 0 to 1 and the reconstruction comes out of sigmoid units, so the loss is cross-entropy. Two things are easy to get wrong here: with what the output is compared, and what is summed and what averaged.

# %% exercise="autoencoder_loss"

# %% [markdown]
# PyTorch does the rest: `loss.backward()` fills `.grad` of every tensor that has `requires_grad`. One check before trusting it: the course's own gradients for stacks of nets are written out by hand, as in notebook 03. Do the two agree?

# %%
auto = Net((64, 32, 64), output="sigmoid")
theta = start(auto, [0], dtype=torch.float64)
x = some.double()
corrupted = mask_subset(x, torch.rand(x.shape, generator=noise).double(), 0.25)
parts = [part[0].clone().requires_grad_() for layer in auto.layers(theta) for part in layer[:2]]
loss = autoencoder_loss(x, corrupted, parts[0], parts[1][0], parts[2], parts[3][0])
loss.backward()
by_hand = auto.layers(gradient(auto, theta, corrupted, x)[1])
for name, part, own in zip("WbVc", parts, [p for layer in by_hand for p in layer[:2]], strict=True):
    gap = (part.grad - own[0]).abs().max() / own.abs().max()
    print(f"∂J/∂{name}: autograd and by hand differ by {gap:.0e} of the largest entry")
    assert gap < 1e-10

# %% [markdown]
# ## 3. Greedy, one layer at a time
#
# Here is a training loop of plain PyTorch for one denoising autoencoder: corruption, loss, gradients, a step with momentum. It returns the encoder, $(W, b)$, and keeps all four parts in a list for later.

# %%
autoencoders, losses = [], []


def learn(H, units=32, rate=0.2, epochs=6, fraction=0.25):
    """Train one denoising autoencoder on inputs H; returns its encoder."""
    generator = torch.Generator().manual_seed(len(autoencoders))
    n = H.shape[1]
    W = (2 * torch.rand(n, units, generator=generator) - 1) / n**0.5
    V = (2 * torch.rand(units, n, generator=generator) - 1) / units**0.5
    parts = [p.requires_grad_() for p in (W, torch.zeros(units), V, torch.zeros(n))]
    speed = [torch.zeros_like(p) for p in parts]
    losses.append([])
    for _ in range(epochs):
        total = 0.0
        for rows in torch.randperm(len(H), generator=generator).split(64):
            x = H[rows]
            seen = mask_subset(x, torch.rand(x.shape, generator=generator), fraction)
            loss = autoencoder_loss(x, seen, *parts)
            for p, v, g in zip(parts, speed, torch.autograd.grad(loss, parts), strict=True):
                v.mul_(0.9).add_(g)
                p.data.sub_(rate * v)
            total += loss.item() * len(rows)
        losses[-1].append(total / len(H))
    W, b, V, c = (p.detach() for p in parts)
    autoencoders.append((W, b, V, c))
    return W, b


# %% [markdown]
# What remains is the greedy step itself. Lecture 5: "In this way we predetermine the initial value of the synapses that go from the input to the first hidden layer … Using the same procedure we can choose initial values of the second layer." On which examples does the second autoencoder learn?

# %% exercise="greedy_step"

# %% alt="Loss as a share of the first epoch's, against epoch 1 to 6: three falling curves. Layers 1 and 2 end at 0.69, layer 3 at 0.77."
layers = []
for _ in range(3):
    layers = greedy_step(layers, X, learn)
curves = {f"layer {k}": np.array(each) / each[0] for k, each in enumerate(losses, 1)}
_, ax = plt.subplots(figsize=(6.5, 3.8), layout="constrained")
plots.curves(curves, ylabel="loss, share of the first epoch's", ax=ax)
for k, each in enumerate(losses, 1):
    print(f"layer {k}: cross-entropy an example from {each[0]:.1f} to {each[-1]:.1f}")

# %% [markdown]
# **What we saw.** (Three falling curves; the third ends highest.) Each layer learns to restore what the one below says, and layers 2 and 3 do so without ever seeing a pixel or a label.
#
# ## 4. What each layer learned
#
# First: does layer 3 still know the digit? Its code can be decoded, down through all decoders. Put the stack together.

# %% exercise="unroll"


# %% alt="Digits 0 to 9 in four rows: the images, and what comes back from the codes of layer 1, 2 and 3. They get softer from row to row; the 8, and in the last row the 5, come to look like a 9."
def through(parts, x):
    """An example's way through layers of sigmoid units."""
    for W, b in parts:
        x = torch.sigmoid(x @ W + b)
    return x


ten = torch.stack([X_test[y_test == c][0] for c in range(10)])
rows = {"image": ten}
for depth in (1, 2, 3):
    back = through(unroll(autoencoders[:depth]), ten)
    everything = through(unroll(autoencoders[:depth]), X_test)
    error = (everything - X_test).square().sum(dim=1).mean()
    rows[f"layer {depth}"] = back
    print(f"from the code of layer {depth}: squared error {error:.2f} an image")
mean_image = (X_test - X.mean(dim=0)).square().sum(dim=1).mean()
print(f"the mean image for all: {mean_image:.2f}")
ax = plots.images(torch.cat([*rows.values()]).clamp(0, 1).numpy(), columns=10)
for i, name in enumerate(rows):
    ax.text(-2, 9 * i + 4, name, ha="right", va="center")

# %% [markdown]
# **What we saw.** (Ten digits above, below them what is left of each after one, two and three layers: softer from row to row, and still the digit, but for the 8, and in the last row the 5, which turn into something like a 9.) Each layer adds its own loss, since each decoder was trained for its own layer and not for the image; all three are far below the error of the mean image. Section 7 trains the whole.
#
# Second: what does a unit look at? In the first layer it is its weights, a picture of 8×8. Above that, a unit looks at units.

# %% exercise="unit_pictures"

# %% alt="The weights of 16 units in each of three rows, pictures of 8×8 between -0.4 and 0.4. Layer 1: spots and strokes, and some units that are below 0 everywhere. Layers 2 and 3: mixtures that cover more of the image."
pictures = torch.cat([unit_pictures(layers[:k])[:, :16] for k in (1, 2, 3)], dim=1)
_, ax = plt.subplots(figsize=(9.5, 2.6), layout="constrained")
plots.weights(pictures.numpy(), (8, 8), columns=16, label="weight, scaled", ax=ax)
for k in (1, 2, 3):
    ax.text(-2, 9 * k - 5, f"layer {k}", ha="right", va="center")


# %% [markdown]
# **What we saw.** (Sixteen units in each row; red: ink excites the unit, blue: ink calms it.) In the first row spots and strokes, and some units that dislike ink anywhere. Higher up the pictures are smooth mixtures and cover more of the image. At 8×8 pixels nothing becomes a whole digit.
#
# A picture of weights is linear; a unit is not. The **widget** shows a unit's picture beside the ten test digits that excite it most and the ten that do so least. Choose a layer and a unit.


# %% alt="The picture of unit 0 of layer 2: positive at the upper right, negative in a spot left of the middle. Beside it the ten test digits that excite it most, all of them a 3, at 0.95 to 0.98, and the ten that do so least, all like a 4, at 0.01 to 0.04."
def draw_unit(layer=2, unit=0):
    """A unit's picture, and the test digits it answers to most and least."""
    h = through(layers[:layer], X_test)[:, unit]
    order = h.argsort(descending=True)
    picture = unit_pictures(layers[:layer])[:, unit : unit + 1]
    _, (left, middle, right) = plt.subplots(
        1, 3, figsize=(10, 2.6), width_ratios=(1.2, 2, 2), layout="constrained"
    )
    plots.weights(picture.numpy(), (8, 8), columns=1, ax=left)
    for ax, which, word in ((middle, order[:10], "most"), (right, order[-10:], "least")):
        plots.images(X_test[which].numpy(), columns=5, ax=ax)
        ax.set_title(f"{word}: {h[which].min():.2f} to {h[which].max():.2f}")
    left.set_title(f"layer {layer}, unit {unit}")
    return left


widgets.knobs(draw_unit, layer=(1, 3), unit=(0, 31))

# %% [markdown]
# ## 5. The lecture's form: freeze, and train the whole decoder
#
# The slides do it a little differently. For the second step they draw the net $x \to h^{(1)} \to h^{(2)} \to \cdots \to x$ and say: "Here we only update the second layer of the encoder **and the whole decoder**. … In this process we keep the values $W^{(1)}$ fixed." So the error is that of the image, not of the code below. Which layers move?

# %% exercise="frozen_step"

# %%
k = 1  # the lecture's second step: encoder 0 and 1, then the whole decoder
chain = unroll(autoencoders[:2])
before = [(W.clone(), b.clone()) for W, b in chain]
for _ in range(30):
    parts = [(W.clone().requires_grad_(), b.clone().requires_grad_()) for W, b in chain]
    r = through(parts, X)
    loss = torch.nn.functional.binary_cross_entropy(r, X, reduction="sum") / len(X)
    loss.backward()
    chain = frozen_step(chain, [(W.grad, b.grad) for W, b in parts], k, 0.02)
for j, ((W, _), (old, _)) in enumerate(zip(chain, before, strict=True)):
    kind = "encoder" if j <= k else "decoder"
    most = (W - old).abs().max()
    moved = "unchanged to the bit" if torch.equal(W, old) else f"moved by {most:.3f}"
    print(f"layer {j} ({kind}): {moved}")
assert torch.equal(chain[0][0], before[0][0])

# %% [markdown]
# In everyday PyTorch one does not write the step; one tells the frozen layers `layer.requires_grad_(False)` and gives the optimizer the others.
#
# Now both forms, over eight seeds, and then what pretraining is for: drop the decoders, put an output layer on top, and train everything with labels. The course's `Greedy` trains the layers of many seeds at once, as one stack of matrices; row $s$ does what seed $s$ would do alone. Beside the two: the same net from the small start.

# %%
SIZES = (64, 32, 32, 32)


def stacked_up(form):
    """Three layers pretrained for each seed."""
    recipe = Recipe(rule=Momentum(0.2), epochs=6, batch_size=64, corruption=0.25, form=form)
    greedy = Greedy(SIZES, recipe, seeds=SEEDS)
    fixed = []
    while not greedy.done:
        greedy.epoch(X)
        if greedy.k:
            fixed.append(greedy.encoder[0][0].clone())
    assert all(torch.equal(W, fixed[0]) for W in fixed)  # W⁽¹⁾, from its last epoch on
    return greedy.stack()


stacks = {form: stacked_up(form) for form in ("codes", "whole")}

# %% alt="Training loss, logarithmic, against epoch 0 to 12 of fine-tuning, eight seeds. The small start stays at 2.3. Both pretrained forms, on the codes below and with the whole decoder, fall together to about 0.04."
net = Net((*SIZES, 10))
first = {
    "small start": start(net, SEEDS),
    "codes below": stacks["codes"].classifier(10)[1],
    "whole decoder": stacks["whole"].classifier(10)[1],
}
rule = Momentum(0.5)
fine = Training(net, torch.cat([*first.values()]), rule, seeds=[*SEEDS] * 3, batch_size=64)
path = [mean_loss(net, fine.theta, X, y)]
for _ in range(12):
    fine.epoch(X, y)
    path.append(mean_loss(net, fine.theta, X, y))
curves = dict(zip(first, torch.stack(path, dim=1).split(8), strict=True))
ends = dict(zip(first, fine.theta.split(8), strict=True))
_, ax = plt.subplots(figsize=(7, 4), layout="constrained")
lines = {name: curve.numpy() for name, curve in curves.items()}
words = {"xlabel": "epoch of fine-tuning", "ylabel": "training loss, NLL"}
plots.curves(lines, range(13), **words, log="y", ax=ax)
wrong = {n: 100 * error_rate(net, theta, X_test, y_test).numpy() for n, theta in ends.items()}
for name, errors in wrong.items():
    print(f"{name}: test error {errors.mean():.1f} ± {errors.std(ddof=1):.1f} %")
assert curves["codes below"][:, -1].median() < curves["small start"][:, -1].median()

# %% [markdown]
# **What we saw.** (One flat line, and two that fall together.) $W^{(1)}$ does not change by a bit once it is done. The two forms end alike: what differs in test error is within the spread of the seeds. So the choice is one of cost, and the form on codes, which trains two matrices and not the whole chain, is the cheaper one; it is the form of Bengio et al. (2007). And the small start has learned nothing in the same twelve epochs. That is the lecture's claim, "for the same number of epochs … a smaller training error", as it stands; it has not counted the 18 epochs of pretraining, nor tried another start or another rate. Notebook 12b does.
#
# ## 6. Still random?
#
# "In truth the parameters are random in each autoencoder, but not in the learning of the particular problem that we want to treat." Are eight pretrained starts one start? The columns of $W^{(1)}$ span a space of 32 dimensions among the 64 of the pixels. The mean squared cosine of the principal angles between two such spaces is 1 if they are the same, and ½ for two random ones.


# %%
def alike(W):
    """The mean squared cosine of the principal angles between each pair of column spaces."""
    Q = torch.linalg.qr(W.double()).Q
    n = len(Q)
    pairs = [(i, j) for i in range(n) for j in range(i)]
    return np.array([(Q[i].T @ Q[j]).square().sum().item() / W.shape[2] for i, j in pairs])


spaces = {
    "random start": net.layers(first["small start"])[0].W,
    "pretrained": net.layers(first["codes below"])[0].W,
}
for name, W in spaces.items():
    a = alike(W)
    print(f"{name}: W⁽¹⁾ of two seeds alike to {a.mean():.3f} ± {a.std(ddof=1):.3f} (28 pairs)")

# %%
one = Net((64, 32, 10))
learned = stacks["codes"].classifier(10, depth=1)[1]
start_of = {"small start": start(one, SEEDS), "pretrained": learned}
fine = Training(one, torch.cat([*start_of.values()]), rule, seeds=[*SEEDS] * 2, batch_size=64)
for _ in range(12):
    fine.epoch(X, y)
for name, theta in zip(start_of, fine.theta.split(8), strict=True):
    errors = 100 * error_rate(one, theta, X_test, y_test).numpy()
    print(f"one hidden layer, {name}: test error {errors.mean():.2f} ± {errors.std(ddof=1):.2f} %")

# %% [markdown]
# **What we saw.** Not one start: two pretrained $W^{(1)}$ are more alike than two random ones, about two thirds against one half, and far from equal. The data have pulled them toward the same directions, and chance decides the rest. In the end result the spread is smaller too. (Eight seeds: the standard deviations themselves are known to a quarter only.) So the parameters of the final problem are *still* random, only less so.
#
# ## 7. Unrolled: the deep autoencoder against PCA
#
# The paper that lecture 5 shows, Hinton and Salakhutdinov in *Science* 2006, stacked not for classes but for codes: pretrain, **unroll**, fine-tune the whole as one deep autoencoder. "Gradient descent … works well only if the initial weights are close to a good solution." The lecture says beside it that the original paper used no autoencoders. It did, a deep one; what was not an autoencoder is the *pretraining*, by Boltzmann machines.
#
# Six numbers for a digit: 64-32-16-6-16-32-64, sigmoid units, linear code, cross-entropy. PCA with six components stands beside it, and the mean image, which is what a net says that has learned nothing. Every epoch counts, pretraining included. **Predict** which starts get below PCA.

# %%
FIVE, TOTAL, EACH = range(5), 25, 4
kinds = ("sigmoid", "sigmoid", "linear")
deep = Net((64, 32, 16, 6, 16, 32, 64), hidden=(*kinds, *kinds[1::-1]), output="sigmoid")
recipe = Recipe(
    rule=(Momentum(0.3), Momentum(0.3), Momentum(0.02)),
    epochs=EACH,
    batch_size=64,
    corruption=0.25,
    hidden=kinds,
)
greedy = Greedy((64, 32, 16, 6), recipe, seeds=FIVE)
while not greedy.done:
    greedy.epoch(X)
unrolled = greedy.stack().unrolled()[1]

# %% [markdown]
# Now all of them: two rates for the small start, 4 × Glorot, the unrolled stack, and a net of today.


# %%


def errors_of(net, theta, rule, epochs):
    """Test squared error of each net, before and after every epoch, (nets, epochs + 1)."""
    training = Training(net, theta, rule, seeds=range(len(theta)), batch_size=64)
    rows = [squared_error(net, training.theta, X_test)]
    for _ in range(epochs):
        training.epoch(X)
        rows.append(squared_error(net, training.theta, X_test))
    return torch.stack(rows, dim=1).numpy()


plain = torch.cat([start(deep, FIVE), start(deep, FIVE), start(deep, FIVE, glorot(4.0))])
rates = [0.1] * 5 + [0.3] * 5 + [0.1] * 5
small, faster, large = np.split(errors_of(deep, plain, Momentum(rates), TOTAL), 3)
today = Net(deep.sizes, hidden=("relu", "relu", "linear", "relu", "relu"), output="sigmoid")
code = {
    "small start, rate 0.1": small,
    "small start, rate 0.3": faster,
    "4 × Glorot": large,
    "pretrained, unrolled": errors_of(deep, unrolled, Momentum(0.1), TOTAL - 3 * EACH),
    "ReLU, He, Adam": errors_of(today, start(today, FIVE, he), Adam(0.005), TOTAL),
}

# %% alt="Test squared error an image, logarithmic, against epoch 0 to 25, medians of five. Small start at rate 0.1 and 4 × Glorot stay at the mean image, 4.7; at rate 0.3 it creeps to 3.5. Pretrained begins at epoch 12 and falls to 1.8, ReLU to 1.6, both below PCA, 1.95."
change = pca(digits.X_train, 6)
back = change.mean + change(digits.X_test) @ change.A.T
best_line = ((digits.X_test - back) ** 2).sum(axis=1).mean()
epochs = {name: TOTAL + 1 - e.shape[1] + np.arange(e.shape[1]) for name, e in code.items()}
_, ax = plt.subplots(figsize=(8.5, 4.8), layout="constrained")
words = {"xlabel": "epoch, pretraining counted", "ylabel": "test squared error an image"}
plots.curves(code, epochs, **words, log="y", ax=ax)
for hidden in (ax.lines[0], ax.get_legend().get_lines()[0]):
    hidden.set(linestyle="--", zorder=3)  # seen above 4 × Glorot, which lies in the same place
marks = {"PCA, 6 components": (0, "left", best_line), "mean image": (TOTAL, "right", mean_image)}
for word, (at, side, value) in marks.items():
    ax.axhline(float(value), color="k", lw=1, ls=":")
    ax.text(at, 1.02 * float(value), word, ha=side, va="bottom")
ax.yaxis.set_ticks([1.5, 2, 3, 5, 10], ["1.5", "2", "3", "5", "10"])
ax.yaxis.set_ticks([], minor=True)
print(f"mean image {mean_image:.2f}, PCA {best_line:.2f}")
for name, e in code.items():
    last = e[:, -1]
    below, stuck = np.sum(last < best_line), np.sum(last > 0.98 * mean_image.item())
    print(f"{name}: {np.median(last):.2f}, {below} of 5 below PCA, {stuck} of 5 at the mean image")
assert np.median(code["pretrained, unrolled"][:, -1]) < best_line

# %% [markdown]
# **What we saw.** (Two dotted lines, the mean image above, PCA below. Four starts reach the upper one at once, and three stay there for long; the pretrained one begins at epoch 12, between the lines, and crosses the lower; ReLU falls from the beginning.) From a small start plain gradient descent says the mean image for ten epochs, at the smaller rate to the end, then creeps; none of ten gets below PCA. 4 × Glorot, so good for classes (next notebook), is a lottery here: one of five gets below PCA, three stay at the mean image. Pretrained and unrolled, all five do, though 12 of the 25 epochs went into pretraining. So do all five of the net of today, without any. "Only if the initial weights are close to a good solution" held for the nets and the optimizer of 2006; it does not hold today. And the rest of the paper's sentence holds: a deep code of six numbers beats the best linear one.
#
# The published figures (squared error of an image of MNIST, test set, codes of 30 numbers): deep autoencoder with pretraining **3.00**, logistic PCA 8.01, PCA 13.87; the mean image, 52.9, computed here from MNIST's files, is where the deep net without pretraining stayed, "even after prolonged fine-tuning". (Hinton and Salakhutdinov 2006, figure 2; that the error is a sum over pixels is settled by PCA, which comes out as 13.87 to the digit.) Seven years later Sutskever et al. (2013) trained the same nets *without* pretraining: sparse first weights and momentum reached a training error of 0.73. `course study deep-autoencoder` runs the 784-1000-500-250-30 on MNIST.
#
# ## 8. 2006, told rightly
#
# The lecture says of Hinton's method: it pre-processes the synapses; "he called these nets *Deep Belief Networks* and they were published in 2006"; and of the paper that "they used another kind of **supervised** learning machine called Boltzmann machines". Four things need a word.
#
# - **Boltzmann machines learn without labels**: unsupervised. A *restricted* one has two layers, visible and hidden, and no links within a layer; it learns to make the training data probable. Hinton, Osindero and Teh stacked those.
# - **A deep belief net is not a stack of autoencoders.** It is a *generative* model: an undirected memory on top, directed connections downwards, from which digits can be drawn. That one can take its weights, turn them round and fine-tune a classifier is a second use. The stack of *autoencoders* is by Bengio, Lamblin, Popovici and Larochelle (2007) and, sparse, by Ranzato et al. (2007); with denoising by Vincent et al. (2008).
# - **Better than the best discriminative methods**, says the abstract on the slide. On MNIST's test set: 1.25 % for the belief net with 500-500-2000 units and labels on top. The next paper, *Science*, prints 1.2 % for 784-500-500-2000-10 fine-tuned by backpropagation, beside 1.6 % for the best net from random weights and 1.4 % for a support vector machine. So it held, for that task and without distorted training images. We build no Boltzmann machine, and test none of this.
# - **Hinton did not invent backpropagation**; notebook 01 has the list from 1960 on. Nor did pretraining begin deep learning alone, or stay: by 2010 Glorot and Bengio had traced the trouble to saturated units and the scale of the first weights, by 2011 ReLU nets trained without it (Glorot, Bordes and Bengio: 1.43 % without and 1.20 % with it, on MNIST), and since 2012 few have used it for labelled images. Where labels are scarce it came back larger: language models are pretrained on text without labels, and fine-tuned.
#
# ## What you have now
#
# | claim or slip | verdict of this notebook |
# |---|---|
# | gradient descent works only from a start close to a good solution (lecture 5, *Science*) | holds for small logistic starts and plain gradient descent; 4 × Glorot 1 of 5; fails for ReLU, He and Adam |
# | pretraining gives a smaller training error for the same number of epochs | holds against the small start, as long as its own epochs are not counted; 12b |
# | keep $W^{(1)}$ fixed, train the second layer and the whole decoder | holds, to the bit; the form on codes ends alike |
# | random in each autoencoder, not in the final problem | conditions: still random, less so |
# | the generative model is better than the best discriminative ones | held in 2006 by the published figures; not tested |
# | the original paper used no autoencoders | it trained a deep one; its *pretraining* was by Boltzmann machines |
# | Boltzmann machines are supervised | unsupervised |
# | the stack of autoencoders is a Deep Belief Network | that is a generative model of Boltzmann machines; the stack is by Bengio et al. 2007 |
# | Hinton invented backpropagation | he made it known, with Rumelhart and Williams |
#
# **To think about**, without code:
#
# <details><summary>Greedy training makes each layer good for rebuilding the one below. Why should that help to tell a 3 from an 8?</summary>
#
# Nothing forces it. It helps if what varies most in the images has to do with the class. A layer that is to rebuild images keeps whatever costs most to lose, and where the class hangs on a detail that costs little, it may be lost; compare the dropped components of notebook 06b. Denoising helps a little: a missing pixel can be restored only by knowing what goes together.
#
# </details>
#
# <details><summary>In the form on codes the target of layer 2 is the code of layer 1. What trivial solution would there be if layer 1 were trained at the same time?</summary>
#
# Make all codes alike: a constant is easy to rebuild. That is why the layers below are frozen, in both forms; the lecture's form has the image as its target and would be safe without.
#
# </details>
