# %% [markdown]
# # 11 Autoencoders
#
# A network that answers with what it was asked. That sounds like nothing, and for a network with enough room it is nothing. But make it pass through a few units, or give it a spoiled copy and ask for the clean one, and it has to find out what the data are like, without a single label.
#
# **You will be able to**
#
# - read and write small networks in PyTorch, and say what corresponds to what in NumPy;
# - train autoencoders with bottlenecks and with noise, and tell what each is good for;
# - show that a linear autoencoder finds the space of PCA, and a deep one does better;
# - judge made-up images: are they copies, and can one learn from them?
# - find landmarks by maps of probability, and depth in pairs of pictures.
#
# **Follows** lecture 5 (up to "Generación sintética de datos") and lecture 3's pages on PyTorch · **takes** about two and a half hours, with 8 exercises · **needs** notebook 03; 06b for PCA

# %% tags=["setup"]
from functools import partial

import matplotlib.pyplot as plt
import numpy as np
import torch

from course_utils import datasets, plots, widgets
from course_utils.datasets.landmarks import landmarks, position_maps
from course_utils.datasets.stereo import dot_rows, stereogram
from course_utils.deep import autoencoder, ensemble
from course_utils.deep.autoencoder import Autoencoder
from course_utils.deep.device import choose
from course_utils.deep.ensemble import Adam, Momentum, Net
from course_utils.deep.gated import GatedAutoencoder
from course_utils.exercises import ex11
from course_utils.nn import functions
from course_utils.nn.mlp import MLP, backprop, mean_loss
from course_utils.nn.preprocess import pca

plots.use_style()
SEEDS = range(5)
DATA = "digits"  # or "mnist-10k", once `course data mnist` has got it: takes some minutes

data = datasets.load(DATA, dtype=np.float32)
parts = (data.X_train, data.X_valid[:2000], data.X_test[:2000])
X, X_valid, X_test = (torch.from_numpy(part) for part in parts)
digit, digit_test = data.y_train, data.y_test[:2000]
n = X.shape[1]  # pixels; rates are written for 64, and are smaller for more
scale = (64 / n) ** 0.5

# %% [markdown]
# ## 1. PyTorch for those who come from NumPy
#
# So far every gradient was yours. From here on PyTorch computes them, and nothing else is new:
#
# | NumPy and `nn` | PyTorch |
# |---|---|
# | an array `X` | a tensor, `torch.from_numpy(X)`, in the same memory; `axis` is called `dim` |
# | `Layer(W, b)`, W (n_in, n_out): `h @ W + b` | `nn.Linear(n_in, n_out)`, `.weight` is (n_out, n_in): `h @ weight.T + bias` |
# | `functions.sigmoid` | `nn.Sigmoid()` |
# | `MLP(sizes, …)`, what it is, and `theta`, what it learned | a module holds both; `model.parameters()` |
# | `forward(net, theta, X).output` | `model(X)` |
# | `backprop(net, theta, X, Y)` returns the gradient | `J.backward()` adds it to every parameter's `.grad` |
# | `step, state = optimizer.update(g, state, theta)` | `torch.optim.SGD(model.parameters(), lr)` holds the state; `.step()` changes the parameters |
# | `rng` | `torch.Generator().manual_seed(0)` |
# | float64 | float32 unless you say otherwise |
#
# Where is it computed? PyTorch can use a GPU. These networks are so small that the way there takes longer than the work, so here everything stays on the CPU; notebook 12's big runs take what there is.

# %%
print(choose())

# %% [markdown]
# An autoencoder with 32 hidden units, and its twin in NumPy with the same weights. Is PyTorch's gradient the one of notebook 03?

# %%
model = Autoencoder((n, 32), generator=torch.Generator().manual_seed(0), dtype=torch.float64)
net = MLP((n, 32, n), functions.sigmoid, functions.sigmoid, functions.squared_error)
theta = np.concatenate([A.ravel() for layer in autoencoder.layers(model) for A in layer])

x = X[:200].double()
J = autoencoder.loss(model, x)
J.backward()
parts = [p.grad.T if p.ndim == 2 else p.grad for p in model.parameters()]  # W is transposed
gradient = torch.cat([part.ravel() for part in parts]).numpy()
g = backprop(net, theta, x.numpy(), x.numpy())
print(model)
print(f"J: {J.item():.6f} and {mean_loss(net, theta, x.numpy(), x.numpy()):.6f}")
print(f"|g(torch) - 2 g(numpy)| / |g| = {np.linalg.norm(gradient - 2 * g) / np.linalg.norm(g):.0e}")
assert np.allclose(gradient, 2 * g, rtol=1e-9, atol=1e-12)

# %% [markdown]
# The same, but for a factor of 2: this $J$ has no ½, because it is to say how far an image is from its reconstruction, and so have the published numbers. (`Autoencoder((n, 32), tied=True)` would use $W$ in both directions, the decoder's $W$ being the encoder's, transposed: half the weights. Lecture 5 calls the same thing $O$ and $\varphi$, and writes $O_i^\mu\approx\xi_k^\mu$; it is the same unit on both sides, $O_i^\mu\approx\xi_i^\mu$.)
#
# Write it for tensors. They have methods like those of arrays.

# %% exercise="reconstruction_error"

# %% [markdown]
# Lecture 3 prints `torch.nn.MSELoss()` next to $J=\frac1{2N}\sum\|\cdot\|^2$. **Predict** the ratio of the two for 1, 2, 10 and 64 outputs.

# %% tags=["nbval-check-output"]
rng = np.random.default_rng(0)
for n_out in (1, 2, 10, 64):
    r, t = rng.random((2, 50, n_out))
    J = ((r - t) ** 2).sum() / (2 * 50)
    mse = torch.nn.MSELoss()(torch.from_numpy(r), torch.from_numpy(t)).item()
    print(f"{n_out:2} outputs: MSELoss / J = {mse / J:.3f}")

# %% [markdown]
# It is $2/n_\text{out}$: MSELoss has no ½ and takes the mean over the outputs, too. Gradients change by the same factor, so with 64 outputs a learning rate that suits one is 32 times too small or too large for the other.
#
# One step of training is three calls, and their order matters. Write it.

# %% exercise="training_step"

# %% [markdown]
# Lecture 3 calls `zero_grad` "initialize gradients" and goes on. What if it is left out? Minimize $w^2$ from $w=1$ with rate 0.1. And two more lines of that page: `drop_last=True`, and a loss called as `Loss(x_batch, y_batch, y_f)`.

# %% tags=["nbval-check-output"]
for cleared in (True, False):
    w = torch.ones(1, requires_grad=True)
    rule, path = torch.optim.SGD([w], lr=0.1), []
    for _ in range(6):
        if cleared:
            rule.zero_grad()
        (w**2).backward()
        rule.step()
        path.append(w.item())
    print("with   " if cleared else "without", "zero_grad:", *(f"{w:5.2f}" for w in path))
batches = len(X) // 64
print(f"drop_last, {len(X)} cases in batches of 64: {batches} batches, {64 * batches} cases")
p, t = torch.tensor([0.9, 0.2]), torch.tensor([1.0, 0.0])
bce = torch.nn.BCELoss()
print(f"BCELoss(prediction, target) = {bce(p, t):.3f}, (target, prediction) = {bce(t, p):.1f}")

# %% [markdown]
# Without it gradients add up like a momentum of 1, and $w$ swings for ever. `drop_last` leaves cases out, other ones in each epoch, so it is harmless where they are shuffled. And the order of the arguments is (prediction, target).
#
# Now your step in a loop, which is all that training is.

# %% alt="Squared error of an image against epoch 1 to 8: on training images it falls from 6.2, on test images from 3.9, and both end at 0.9. A second picture: ten test digits, and under each what comes out, the same digit a little blurred."
generator = torch.Generator().manual_seed(0)
model = Autoencoder((n, 32), hidden="relu", generator=generator)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01 * scale)
before, after = [], []
for _ in range(8):
    errors = [
        training_step(model, optimizer, X[rows])
        for rows in torch.randperm(len(X), generator=generator).split(64)
    ]
    before.append(np.mean(errors))
    after.append(autoencoder.error(model, X_test))
_ = plots.curves({"training, on the way": np.array(before), "test": np.array(after)},
                 ylabel="squared error of an image")  # fmt: skip
with torch.no_grad():
    rows = np.stack([X_test[:10], model(X_test[:10])]).reshape(20, n)
_ = plots.images(rows, shape=data.image_shape)
print(f"test error after 8 epochs: {after[-1]:.2f}; of the mean image: "
      f"{((X_test - X.mean(dim=0)) ** 2).sum(dim=1).mean():.2f}")  # fmt: skip

# %% [markdown]
# Above, ten test images; below, what comes out. (`autoencoder.fit` is this loop with more options.)
#
# ## 2. No labels, but data
#
# "In this case we need no training set", says lecture 5, "since the input is at the same time the right label". No *labels* are needed. But a training set? Five networks $n$-48-16-48-$n$ each, trained on 10, 100 and 1,000 images for the same number of steps, side by side as one stack of matrices (`ensemble`, which does for PyTorch what notebook 03b did for NumPy). **Predict** the error on new images.


# %% alt="Squared error of an image, logarithmic, against 10, 100 and 1,000 training images, five runs each. On new images it falls from 4.5 to 1.8 and 1.4; on those trained on it rises from 0.07 to 1.0 and 1.3, so that the two meet."
def deep(k, hidden="relu"):
    """A network n-48-k-48-n with a linear code, and sigmoid outputs for pixels from 0 to 1."""
    units = (hidden, "linear", hidden)
    return Net((n, 48, k, 48, n), hidden=units, output="sigmoid", loss="squared")


def learn(
    net, X, target=None, *, runs=5, rate=0.02 * scale, epochs=16, scheme=ensemble.he, **options
):
    """Parameters (runs, P) of networks trained to reconstruct X, or to answer target."""
    seeds, rule = range(runs), Adam(rate)
    theta = ensemble.start(net, seeds, scheme)
    options = {"epochs": epochs, "batch_size": 64, "seeds": seeds, **options}
    return ensemble.train(net, theta, X, target, rule=rule, **options).theta


def mean_sd(values):
    """Mean ± standard deviation, as text."""
    return f"{np.mean(values):.2f} ± {np.std(values, ddof=1):.2f}"


amounts = (10, 100, 1000)
rng = np.random.default_rng(0)
sets = [
    X[rng.choice(len(X), N, replace=False)][np.arange(1000) % N] for N in amounts for _ in SEEDS
]
learned = learn(deep(16), torch.stack(sets), runs=15, epochs=5)
untrained = ensemble.start(deep(16), SEEDS, ensemble.he)
new = ensemble.squared_error(deep(16), learned, X_test).reshape(3, 5).numpy()
seen = ensemble.squared_error(deep(16), learned, torch.stack(sets)).reshape(3, 5).numpy()
table = {
    f"{N:,}": {"new images": new[i], "those trained on": seen[i]} for i, N in enumerate(amounts)
}
_ = plots.errorbars(table, xlabel="training images", ylabel="squared error of an image", log=True)
none = ensemble.squared_error(deep(16), untrained, X_test).numpy()
for N, errors in zip((0, *amounts), (none, *new), strict=True):
    print(f"{N:5,} images: {mean_sd(errors)} on new ones")
assert new[0].mean() > 1.3 * new[2].mean()

# %% [markdown]
# **What we saw.** (Two groups of points that meet as the sets grow.) It needs data as any network does. Ten images are learned by heart, and new ones come out hardly better than as the mean image (4.72). What is not needed are labels.
#
# The lecture goes on: an autoencoder "must learn the identity function". *Where*? Take networks with a code of 16 trained on all the images, and ask them for the identity elsewhere: on digits with their pixels permuted (the same for all), on digits whose every pixel comes from another image, and on noise. The error is divided by the variance of the set, so that 1 is what its mean image would score.

# %% alt="Error divided by variance for four kinds of input, five runs each: test digits 0.14, digits with permuted pixels 2.5, pixels from different images 0.7, uniform noise 2.5."
trained = {k: learn(deep(k), X) for k in (2, 8, 16)}


def relative(net, theta, X):
    """Squared error as a share of the set's variance, one number for each network."""
    return (ensemble.squared_error(net, theta, X) / X.var(dim=0, correction=0).sum()).numpy()


def pixels_shuffled(X, seed):
    """Each pixel from another image: the same histograms, no correlation."""
    rng = np.random.default_rng(seed)
    return torch.from_numpy(rng.permuted(X.numpy(), axis=0))


elsewhere = {
    "test digits": X_test,
    "pixels permuted": X_test[:, torch.from_numpy(np.random.default_rng(0).permutation(n))],
    "pixels from\ndifferent images": pixels_shuffled(X_test, 0),
    "uniform noise": torch.rand(X_test.shape, generator=torch.Generator().manual_seed(0)),
}
shares = {name: relative(deep(16), trained[16], inputs) for name, inputs in elsewhere.items()}
plots.errorbars(shares, ylabel="error / variance").set_ylim(0, 3.4)
for name, values in shares.items():
    print(f"{' '.join(name.split()):28} {mean_sd(values)}")
assert shares["test digits"].mean() < 0.6 < 1 < shares["uniform noise"].mean()

# %% [markdown]
# **What we saw.** The identity on the data, and nowhere else: of noise and of permuted digits it makes something that is further off than their mean image would be. (Where only the correlations are destroyed it is in between: it still knows which pixels are mostly dark.) That is no defect but the point: what comes back spoiled was not like a digit.
#
# ## 3. The bottleneck
#
# "If the number of units is limited, the network is forced to find patterns or correlations." If that is so, there must be nothing to gain where there are no correlations. Take the digits, and digits whose pixels come from different images, each with a code of 8, and beside the network the best that a linear code can do, which is PCA. **Predict** the order of the four errors.

# %% alt="Error divided by variance with a code of 8. Digits: PCA 0.33, the deep network 0.23. Pixels shuffled between images: PCA 0.75, the deep network 0.79. Its five runs lie close together."
shuffled, shuffled_test = pixels_shuffled(X, 1), pixels_shuffled(X_test, 1)
versions = {"digits": (X, X_test), "pixels shuffled": (shuffled, shuffled_test)}


def pca_share(X, X_test, k):
    """The share of the variance of new images that k principal components leave."""
    change = pca(X.double().numpy(), k)
    new = X_test.double().numpy()
    rest = new - change.undo(change(new))
    return (rest**2).sum() / len(new) / new.var(axis=0).sum()


of_shuffled = learn(deep(8), shuffled, epochs=6)
table = {}
for version, (seen, new) in versions.items():
    theta = trained[8] if version == "digits" else of_shuffled
    table[version] = {"PCA": pca_share(seen, new, 8), "deep": relative(deep(8), theta, new)}
_ = plots.errorbars(table, ylabel="error / variance")
for version, row in table.items():
    print(f"{version:16} PCA {row['PCA']:.2f}, deep {mean_sd(row['deep'])}")
assert table["digits"]["deep"].max() < table["digits"]["PCA"]
assert table["pixels shuffled"]["deep"].min() > 0.6

# %% [markdown]
# **What we saw.** On digits 8 numbers keep most of what distinguishes 64 pixels: PCA leaves a third of the variance, the network 0.23. On independent pixels there is no pattern to find; PCA leaves three quarters, and the same network a little more.
#
# ### Linear: PCA again
#
# With linear units the best code is known. The encoder $h = xW$ and decoder $r = hU$ leave the least error when $r$ is the projection on the first $k$ principal components (Baldi and Hornik, 1989). $W$ and $U$ themselves are not unique: with any invertible $A$, $WA$ and $A^{-1}U$ do the same. So one has to compare *spaces*. Write the measure.

# %% exercise="subspace_cosines"

# %% [markdown]
# Five random starts, three components, 60 iterations of L-BFGS. (For linear maps the error depends on $X$ through $X^\top X$ alone, so instead of a thousand centred images $n$ rows $R$ with $R^\top R=X^\top X$ will do: $X=QR$.)

# %%
centred = (X - X.mean(dim=0)).double()
R = torch.linalg.qr(centred).R
axes = pca(centred.numpy()).A


def linear_autoencoder(k, seed, iterations=60):
    """W (n, k) and U (k, n) that make the error of x W U small, and that error."""
    generator = torch.Generator().manual_seed(seed)
    W, U = (torch.randn(shape, generator=generator).double() / 8 for shape in ((n, k), (k, n)))
    W.requires_grad_(), U.requires_grad_()
    rule = torch.optim.LBFGS([W, U], max_iter=iterations, line_search_fn="strong_wolfe")

    def closure():
        rule.zero_grad()
        J = ((R @ W @ U - R) ** 2).sum() / len(X)
        J.backward()
        return J

    rule.step(closure)
    return W.detach().numpy(), U.detach().numpy(), closure().item()


least = (
    centred.var(dim=0, correction=0).sum().item()
    - pca(centred.numpy(), 3)(centred.numpy()).var(axis=0).sum()
)
for seed in SEEDS:
    W, U, J = linear_autoencoder(3, seed)
    space = np.degrees(np.arccos(np.minimum(subspace_cosines(axes[:, :3], U.T), 1)))
    alone = np.abs(axes[:, 0] @ U[0]) / np.linalg.norm(U[0])
    print(
        f"seed {seed}: error above PCA's {J - least:.0e}, "
        f"largest angle of the spaces {space.max():.2f}°, "
        f"unit 1 to component 1 {np.degrees(np.arccos(alone)):.0f}°"
    )
    assert space.max() < 5

# %% [markdown]
# **What we saw.** The space is PCA's, to a fraction of a degree, and so is the error; the units are not the components. (The comparison takes the decoder. Encoder weights of a pixel that never changes may be anything.)
#
# ### Deep: better than PCA?
#
# "Codes that work much better than principal components", says the page of *Science* that the lecture shows.

# %% alt="Squared error of a test image against units of the code. With 2 units PCA leaves 3.4 and the deep network 2.7; with 8 units 1.6 and 1.1; with 16 units 0.75 and 0.68. The deep network is lower each time, the gap closes."
table = {}
for k, theta in trained.items():
    errors = ensemble.squared_error(deep(k), theta, X_test).numpy()
    variance = X_test.var(dim=0, correction=0).sum().item()
    table[f"{k}"] = {"PCA = linear": pca_share(X, X_test, k) * variance, "deep": errors}
_ = plots.errorbars(table, xlabel="units of the code", ylabel="squared error of a test image")
for k, row in table.items():
    print(f"code of {k:2}: PCA {row['PCA = linear']:.2f}, deep {mean_sd(row['deep'])}")
    assert row["deep"].max() < row["PCA = linear"]

# %% [markdown]
# **What we saw.** At every size of the code the deep network beats PCA, on new images, in every run. On MNIST the gap is wider: for codes of 30 the paper gives 13.87 (PCA) and 3.00 (deep), summed over the 784 pixels. `benchmarks/README.md` has our own numbers.
#
# ## 4. Two numbers for a digit
#
# A code of 2 can be looked at. Test digits at the places of their codes; PCA on the left, the network of seed 0 on the right. Below, how often the nearest training digit in the map shows the same digit.

# %% alt="Two maps of 300 test digits, written as numerals. By two principal components 0, 4 and 6 lie apart, while 1, 2, 5, 7 and 8 overlap in the middle. By the two code units of the deep network most kinds have a place of their own; 5 and 8 still mix."
net = deep(2)
change = pca(X.double().numpy(), 2)
codes = ensemble.forward(net, trained[2], X_test).h[2].numpy()
codes_train = ensemble.forward(net, trained[2], X).h[2].numpy()
_, (left, right) = plt.subplots(1, 2, figsize=(9, 4.4), layout="constrained")
some = slice(0, 300)
plots.code_map(change(X_test.numpy())[some], digit_test[some], xlabel="component 1",
               ylabel="component 2", ax=left)  # fmt: skip
_ = plots.code_map(codes[0][some], digit_test[some], ax=right)


def neighbour_is_right(train, test):
    """The share of test points whose nearest training point has their label."""
    nearest = [np.argmin(((train - point) ** 2).sum(axis=1)) for point in test]
    return np.mean(digit[nearest] == digit_test)


rights = [neighbour_is_right(codes_train[s], codes[s]) for s in SEEDS]
flat = neighbour_is_right(change(X.numpy()), change(X_test.numpy()))
print(f"nearest neighbour has the same label: PCA {flat:.2f}, deep {mean_sd(rights)}")

# %% [markdown]
# No label went into either map. **Turn the knobs**: move through the code (the cross), and see the digit that the decoder draws there. What lies between two kinds of digits, and what far outside?

# %% alt="Left, the map of the two code units with test digits written as numerals, and a cross at (0, 0), just above the zeros. Right, what the decoder draws for that place: a blurred thing between 0, 8 and 9."
decoder = Net((2, 48, n), hidden="relu", output="sigmoid", loss="squared")
weights = trained[2][:1, -decoder.size :]  # the decoder's, of seed 0
low, high = np.quantile(codes_train[0], [0.02, 0.98], axis=0).round(1)


def draw_code(unit_1=0.0, unit_2=0.0):
    """The map with a place marked, and what the decoder makes of it."""
    with torch.no_grad():
        h = torch.tensor([[unit_1, unit_2]], dtype=torch.float32)
        image = torch.sigmoid(ensemble.forward(decoder, weights, h).u)[0].numpy()
    _, (left, right) = plt.subplots(
        1, 2, figsize=(7.6, 4), width_ratios=(1.6, 1), layout="constrained"
    )
    plots.code_map(codes[0][some], digit_test[some], ax=left)
    left.plot(unit_1, unit_2, "k+", ms=22, mew=2.5)
    plots.images(image, ["decoded"], shape=data.image_shape, ax=right)
    return left


knob_1, knob_2 = ((float(a), float(b), 0.1) for a, b in zip(low, high, strict=True))
widgets.knobs(draw_code, unit_1=knob_1, unit_2=knob_2)

# %% [markdown]
# ## 5. Black or white
#
# "The output units must be of the same kind as the inputs. This takes some care when the input has discrete values, since for backpropagation we must have continuous units at the output." Make the pixels 0 or 1. First a step unit:

# %%
bits, bits_test = (X > 0.5).float(), (X_test > 0.5).float()
weight = torch.randn(n, n, generator=torch.Generator().manual_seed(0)).requires_grad_()
try:
    output = (bits @ weight > 0).float()
    ((output - bits) ** 2).sum().backward()
except RuntimeError as error:
    print("RuntimeError:", error)

# %% [markdown]
# A step has no slope that could be followed; PyTorch does not even try. So the outputs are continuous, and are cut at ½ when one looks. Which continuous ones? Linear units with the squared error, or sigmoid units with cross-entropy; six epochs, codes of 8.

# %% alt="Wrong bits in percent, five runs each: linear units with the squared error 11.5, sigmoid units with cross-entropy 7.2. The runs of the two do not overlap."
kinds = {
    "linear, squared error": ("linear", "squared"),
    "sigmoid, cross-entropy": ("sigmoid", "cross-entropy"),
}
wrong = {}
for name, (unit, kind) in kinds.items():
    net = Net((n, 48, 8, 48, n), hidden=("relu", "linear", "relu"), output=unit, loss=kind)
    theta = learn(net, bits, epochs=6, rate=0.01 * scale)
    u = ensemble.forward(net, theta, bits_test).u
    ones = u > (0.5 if unit == "linear" else 0)  # sigmoid(0) = ½
    wrong[name] = 100 * (ones != (bits_test > 0)).float().mean(dim=(1, 2)).numpy()
_ = plots.errorbars(wrong, ylabel="wrong bits, %")
for name, values in wrong.items():
    print(f"{name:22} {mean_sd(values)} % of the bits wrong")

# %% [markdown]
# **What we saw.** The care pays: sigmoid units with cross-entropy get 7 % of the bits wrong, linear ones cut at ½ 11 %. (Eight numbers do not hold a digit without loss, so neither is at 0.)
#
# ## 6. Filter noise
#
# "Filtrar ruido" is the lecture's second application, without a word on how. The idea of the *denoising* autoencoder (Vincent, Larochelle, Bengio and Manzagol, 2008): spoil the input, ask for the clean image. Its loss:

# %% exercise="denoising_error"

# %% [markdown]
# Networks $n$-80-$n$ with *more* hidden units than pixels, which the lecture's definition excludes ("a number of units that is smaller"). A plain one can copy its input. Train it for 12 epochs; after each, measure how well it copies clean test images and how well it filters noisy ones (normal noise, standard deviation 0.3). **Predict** both curves.

# %% alt="Squared error against the clean image, logarithmic, against epoch 1 to 12. Clean in: it falls from 2.2 to 0.24. Noisy in: it falls from 2.8 to 2.0 at epoch 5, and rises again to 2.3."
wide = Net((n, 80, n), hidden="relu", output="sigmoid", loss="squared")
noise = torch.randn(X_test.shape, generator=torch.Generator().manual_seed(0))
copying, filtering = [], []


def watch(training):
    """Errors on clean and noisy images, kept after each epoch."""
    copying.append(ensemble.squared_error(wide, training.theta, X_test).numpy())
    noisy = X_test + 0.3 * noise
    filtering.append(ensemble.squared_error(wide, training.theta, noisy, X_test).numpy())


plain = learn(wide, X, epochs=12, on_epoch=watch)
denoising = learn(wide, X, epochs=10, noise="gaussian", corruption=0.3)
masking = learn(wide, X, epochs=8, noise="masking", corruption=0.3)
ax = plots.curves({"clean in": np.array(copying).T, "noisy in": np.array(filtering).T},
                  ylabel="squared error against the clean image", log="y")  # fmt: skip
ax.set_title("a plain autoencoder with 80 hidden units")
low, high = ax.get_ylim()
ticks = [v for v in (0.2, 0.3, 0.5, 1, 2, 3, 5, 10, 20, 50) if low < v < high]
ax.set_yticks(ticks, [f"{v:g}" for v in ticks])
ax.set_yticks([], minor=True)
best = np.median(filtering, axis=1).argmin()
print(f"noisy in, best after epoch {best + 1}: {mean_sd(filtering[best])}")
print(f"noisy in, after epoch 12: {mean_sd(filtering[-1])}")

# %% [markdown]
# **What we saw.** At first both errors fall, the noisy one to 2.0. Then it copies better and better, the noise included: the closer to the identity, the worse a filter (2.3 at the end).
#
# Now everything side by side, with as much noise as you like. `clip` only cuts the pixels back to between 0 and 1; PCA takes the number of components that is best on validation images with that noise; the bottleneck is the plain network with a code of 16. The denoising network was trained with 0.3 alone.


# %% alt="Squared error against the clean image, by standard deviation of the noise, 0 to 0.5. At 0.5 the noisy image has 16, clipped 7.5, bottleneck and plain network 4.6, PCA 3.4, the denoising network 2.4. Without noise denoising and bottleneck are worst, at 0.7."
def coder(net, theta, seed):
    """encode and decode of one network of a stack, as functions of tensors."""
    half, row = len(net.sizes) // 2, theta[seed : seed + 1]
    up = Net(net.sizes[half:], hidden=net.units[half:], output=net.output, loss=net.loss)

    def encode(x):
        return ensemble.forward(net, row, x).h[half][0]

    def decode(h):
        return torch.sigmoid(ensemble.forward(up, row[:, -up.size :], h).u[0])

    return encode, decode


def pca_coder(k):
    """Projection on k components, and back."""
    change = pca(X.double().numpy(), k)
    A, mean = (torch.from_numpy(a).float() for a in (change.A, change.mean))
    return lambda x: (x - mean) @ A, lambda h: h @ A.T + mean


def same(x):
    """x itself."""
    return x


def clip(x):
    """Cut to between paper and ink."""
    return x.clamp(0, 1)


filters = {
    "bottleneck of 16": [coder(deep(16), trained[16], s) for s in SEEDS],
    "80 units, plain": [coder(wide, plain, s) for s in SEEDS],
    "80 units, denoising": [coder(wide, denoising, s) for s in SEEDS],
}
noise_valid = torch.randn(X_valid.shape, generator=torch.Generator().manual_seed(1))
levels = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
some_pca = [pca_coder(k) for k in (2, 4, 6, 8, 10, 12, 16, 20, 25, 30, 40, 50)]
swept = {name: [] for name in ("noisy image", "clip", "PCA", *filters)}
for level in levels:
    best_pca = min(some_pca, key=lambda c: denoising_error(*c, X_valid, level * noise_valid))
    every = {"noisy image": [(same, same)], "clip": [(same, clip)], "PCA": [best_pca], **filters}
    for name, coders in every.items():
        swept[name].append([denoising_error(*c, X_test, level * noise).item() for c in coders])
swept = {name: np.array(errors).T for name, errors in swept.items()}
_ = plots.curves(swept, np.array(levels), xlabel="standard deviation of the noise",
                 ylabel="squared error against the clean image")  # fmt: skip
for name, errors in swept.items():
    at_03 = mean_sd(errors[:, 3]) if len(errors) > 1 else f"{errors[0, 3]:.2f}"
    print(f"{name:20} without noise {errors[:, 0].mean():.2f}, at 0.3 {at_03}")
assert swept["80 units, denoising"][:, 3].max() < swept["PCA"][0, 3]

# %% alt="Ten digits in five rows: clean; noisy, hard to read; filtered by PCA, blurred; by the plain network, with stray dark pixels; by the denoising network, smooth, and most like the clean ones."
noisy = X_test[:10] + 0.3 * noise[:10]
best_pca = min(some_pca, key=lambda c: denoising_error(*c, X_valid, 0.3 * noise_valid))
shown = [X_test[:10], noisy.clamp(0, 1)]
for encode, decode in (best_pca, *(filters[name][0] for name in list(filters)[1:])):
    shown.append(decode(encode(noisy)).clamp(0, 1))


def named_rows(ax, names):
    """The names of the rows, written at their left."""
    high = data.image_shape[0]
    for i, name in enumerate(names):
        ax.text(-high / 4, i * (high + 1) + high / 2, name, ha="right", va="center")


ax = plots.images(torch.cat(shown).numpy(), shape=data.image_shape)
named_rows(ax, ("clean", "noisy", "PCA", "plain", "denoising"))

# %% [markdown]
# Is it a filter for noise, or for *that* noise? The same networks, tried on both kinds.

# %% alt="Squared error against the clean image, three networks of five runs. Normal noise: trained on normal noise 1.4, plain and trained on masks 2.3. With 30 % of the pixels set to 0: trained on masks 1.6, trained on normal noise 2.0, plain 3.1."
keep = (torch.rand(X_test.shape, generator=torch.Generator().manual_seed(2)) >= 0.3).float()
by_training = {"plain": plain, "trained on normal": denoising, "trained on masks": masking}
inputs = {"normal, 0.3": X_test + 0.3 * noise, "30 % of the pixels set to 0": X_test * keep}
table = {
    kind: {
        name: ensemble.squared_error(wide, theta, x, X_test).numpy()
        for name, theta in by_training.items()
    }
    for kind, x in inputs.items()
}
_ = plots.errorbars(table, ylabel="squared error against the clean image")
for kind, row in table.items():
    print(f"{kind}:")
    for name, errors in row.items():
        print(f"    {name:17} {mean_sd(errors)}")

# %% [markdown]
# **What we saw.** The claim holds for networks that were trained to do it. With the noise of the training, the denoising network leaves 1.39 of 5.81, PCA 2.10. The two plain ones leave more than PCA, the one with the bottleneck included; cutting to the right range alone gives 3.34. A filter is for *its* noise: trained on normal noise, it repairs masked pixels worse than the one that was trained on masks, which in turn is worse than PCA on normal noise. And it has a price: without noise it leaves 0.74, the plain one 0.27, since it smooths what was clean. Wider than the input, and useful: a bottleneck is one way to keep a network from copying, noise is another.
#
# ## 7. Make new ones
#
# "Generación sintética de datos": draw a code, decode it. But draw it from where? From a distribution like that of the codes; the simplest guess is a normal one with their mean and covariance.

# %% exercise="draw_codes"

# %% [markdown]
# And are the results new, or copies of training images? One measure is the distance to the nearest training image, next to that of real images which the network has not seen.

# %% exercise="nearest_distance"


# %% alt="Distance to the nearest training image: real test images 1.05; images made from codes of 2, 8 and 16 units 1.21, 1.35 and 1.45; images drawn as normal pixels 1.63. The runs scatter by about 0.03."
def made(k, seed, rows, per_class, rng):
    """Images from codes of 2, 8 or 16, and their labels: one normal distribution for each class."""
    encode, decode = coder(deep(k), trained[k], seed)
    codes, labels = encode(X[rows]).numpy().astype(float), digit[rows]
    drawn = [draw_codes(codes[labels == c], rng.normal(size=(per_class, k))) for c in range(10)]
    images = decode(torch.from_numpy(np.concatenate(drawn)).float()).numpy()
    return images, np.repeat(np.arange(10), per_class)


seen = X.double().numpy()
distances = {"real test images": [nearest_distance(X_test.double().numpy(), seen).mean()]}
for k in trained:
    for seed in SEEDS:
        encode, decode = coder(deep(k), trained[k], seed)
        drawn = draw_codes(encode(X).numpy().astype(float),
                           np.random.default_rng(seed).normal(size=(300, k)))  # fmt: skip
        images = decode(torch.from_numpy(drawn).float()).numpy().astype(float)
        distances.setdefault(f"codes of {k}", []).append(nearest_distance(images, seen).mean())
rng, mean, covariance = np.random.default_rng(0), seen.mean(axis=0), np.cov(seen, rowvar=False)
drawn = [rng.multivariate_normal(mean, covariance, size=300).clip(0, 1) for _ in SEEDS]
distances["normal pixels"] = [nearest_distance(images, seen).mean() for images in drawn]
_ = plots.errorbars(distances, ylabel="distance to the nearest training image")
for name, values in distances.items():
    print(f"{name:17} {np.mean(values):.2f}")

# %% alt="Digits 0 to 9 in four rows. Made from codes of 2: blurred, the 1, 5 and 8 can hardly be told. Made from codes of 8 and of 16: most can be read, some are misshapen. The last row, real digits, is the sharpest."
rows = np.arange(len(X))
pictures = [made(k, 0, rows, 1, np.random.default_rng(1))[0] for k in trained]
pictures.append(X_test.numpy()[[np.flatnonzero(digit_test == c)[0] for c in range(10)]])
ax = plots.images(np.concatenate(pictures), shape=data.image_shape)
named_rows(ax, (*(f"codes of {k}" for k in trained), "real"))

# %% [markdown]
# (Each made digit is drawn from the distribution of its class.)
#
# How good are they as training data? Classifiers $n$-32-10, five each, all with the same number of steps: on 1,000 real images; on 1,000 made from the codes of all; on 20 real images of each class; on those and 80 of each class made from their codes. (The autoencoder itself has seen all images, without labels.)

# %% alt="Share right on the test set, mean of five classifiers: trained on real images only 0.957, on made ones only 0.912, on few real ones 0.928, on few real and made ones 0.912. Single runs scatter by 0.01 to 0.02."
judge = Net((n, 32, 10), hidden="tanh")
few = [
    np.concatenate([np.flatnonzero(digit == c)[20 * s : 20 * s + 20] for c in range(10)])
    for s in SEEDS
]
trainings = {name: [] for name in ("all real", "all made", "few real", "few real\nand made")}
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    many = rng.choice(len(X), 1000)
    trainings["all real"].append((X.numpy()[many], digit[many]))
    trainings["all made"].append(made(16, seed, rows, 100, rng))
    images, labels = X.numpy()[few[seed]], digit[few[seed]]
    trainings["few real"].append((np.tile(images, (5, 1)), np.tile(labels, 5)))
    more = made(16, seed, few[seed], 80, rng)
    trainings["few real\nand made"].append(
        (np.concatenate([images, more[0]]), np.concatenate([labels, more[1]]))
    )
sets = [one for of_name in trainings.values() for one in of_name]  # 4 × 5, side by side
images, labels = (torch.from_numpy(np.stack(part)) for part in zip(*sets, strict=True))
theta = learn(judge, images, labels, runs=20, epochs=9, rate=0.01 * scale, scheme=ensemble.glorot())
wrong = ensemble.error_rate(judge, theta, X_test, torch.from_numpy(digit_test)).reshape(4, 5)
right = dict(zip(trainings, 1 - wrong.numpy(), strict=True))
_ = plots.errorbars(right, ylabel="right on the test set")
for name, values in right.items():
    print(f"{' '.join(name.split()):18} {mean_sd(100 * values)} % right")

# %% [markdown]
# **What we saw.** New digits, and no copies: on average they are further from the training images than real test images are, the more so the larger the code, because a normal distribution in 16 dimensions fits the codes less well than in 2. (Pictures drawn from the normal distribution of the pixels themselves are further still.) As *training data* they are worse than what they were made from, 91 % against 96 %, and added to a few real ones they do not help (91 %, without them 93 %). They hold no knowledge that was not in the codes and the labels.
#
# ## 8. Find a landmark
#
# The lecture's figures show a landmark with the labels of two doctors and a network's *map of probability*, and say: the mean of the two doctors was taken for the truth. Here are pictures of our own, two edges that meet at a corner, so that the truth behind the two annotators' marks is known. Each is off by a normal error of one pixel in each direction.
#
# The network is an autoencoder that is asked for another picture: not its input but a map that is 1 where the mean of the two marks lies and falls off around it. Where a map says the landmark is, is its mean position. Write it.

# %% exercise="expected_position"

# %% alt="Bars of the mean distance in pixels. From the corner: one annotator 1.27, the mean of the two 0.91, the network 1.03. From the mean of the two: one annotator 0.88, the network 1.40."
rng = np.random.default_rng(0)
size = 14
seen, new = landmarks(rng=rng, n=1500, size=size), landmarks(rng=rng, n=400, size=size)
targets = position_maps(seen.marks.mean(axis=1), size)
images, maps, images_new = (
    torch.from_numpy(a.reshape(len(a), -1)).float() for a in (seen.images, targets, new.images)
)
detector = Net((size**2, 48, size**2), hidden="relu", output="sigmoid")
theta = learn(detector, images, maps, rate=0.01, epochs=14)
drawn = torch.sigmoid(ensemble.forward(detector, theta, images_new).u).numpy()
drawn = drawn.reshape(5, -1, size, size)
found = [expected_position(maps) for maps in drawn]


def apart(a, b):
    """The mean distance of positions, in pixels."""
    return np.linalg.norm(a - b, axis=-1).mean()


first, second = new.marks.transpose(1, 0, 2)
mean = (first + second) / 2
one = (apart(first, new.corners) + apart(second, new.corners)) / 2
table = {
    "one annotator": {"corner": one, "mean of the two": apart(first, mean)},
    "mean of the two": {"corner": apart(mean, new.corners), "mean of the two": 0.0},
    "network": {
        "corner": [apart(p, new.corners) for p in found],
        "mean of the two": [apart(p, mean) for p in found],
    },
}
ax = plots.bars(table, ylabel="mean distance, pixels", fmt="{:.2f}")
ax.legend(title="distance from", loc="upper center")
errors = np.array(table["network"]["corner"])
print(f"network: {mean_sd(errors)} from the corner; one annotator: {one:.2f}")
print(f"the mean's error is {apart(mean, new.corners) / one:.3f} of one annotator's")
print(f"the annotators are {apart(first, second):.2f} pixels apart")
assert apart(mean, new.corners) < errors.mean() < one

# %% alt="Five pictures of two edges that meet in a corner, and below each the network's map, one bright blob. Marked in both are the two annotators, the network's position and the true corner: all within two or three pixels of each other."
_, axs = plt.subplots(2, 5, figsize=(10, 4.3), layout="constrained")
for i, (above, below) in enumerate(axs.T):
    above.imshow(new.images[i], cmap="gray_r", vmin=0)
    below.imshow(drawn[0, i], cmap="viridis", vmin=0)
    for ax in (above, below):
        marks, style = new.marks[i], {"color": plots.PALETTE[1], "mec": "white", "ms": 7}
        ax.plot(marks[:, 1], marks[:, 0], "o", **style, label="annotators")
        ax.plot(*found[0][i][::-1], "X", color=plots.PALETTE[5], ms=9, mec="black", label="network")
        ax.plot(*new.corners[i][::-1], "+", color=plots.PALETTE[2], ms=12, mew=2.5, label="corner")
        ax.set(xticks=[], yticks=[])
        ax.grid(visible=False)
above.figure.legend(*above.get_legend_handles_labels(), loc="outside lower center", ncols=3)
axs[0, 0].set_ylabel("picture")
_ = axs[1, 0].set_ylabel("map")

# %% [markdown]
# **What we saw.** (Above, the marks in the picture; below, in the network's map.) The mean of two independent annotators is off by $1/\sqrt2$ of one's error, as it must be: it is a better truth, and not the truth. The network, which never saw the corner itself, lies between the two: 1.03 pixels, one annotator 1.27, their mean 0.91. Measured as the lecture's figure does it, by the distance from the mean of the two, it would look worse than an annotator (who is part of that mean).
#
# ## 9. See depth
#
# "Aplicación a estereovisión" is the first application that the lecture lists. The purest pairs of pictures are Julesz' random-dot stereograms: each picture is noise, and all there is to see lies in a shift between them, the *disparity*. Below, a square that floats before the ground.

# %% alt="Left and right eye, two fields of random black and white dots in which no shape is to be seen. Beside them their disparity: 0 in the ground, 2 dots in a square in the middle."
scene = stereogram(rng=np.random.default_rng(0))
_, axs = plt.subplots(1, 3, figsize=(10, 2.5), layout="constrained")
for ax, picture, title in zip(
    axs, scene, ("left eye", "right eye", "disparity, dots"), strict=True
):
    drawn = ax.imshow(picture, cmap="gray_r" if "eye" in title else "viridis")
    ax.set(title=title, xticks=[], yticks=[])
    ax.grid(visible=False)
_ = axs[0].figure.colorbar(drawn, ax=axs[2], ticks=[0, 1, 2], shrink=0.85)

# %% [markdown]
# Can it be found at all from 12 dots of a row? The direct way is to try all shifts. Write it; it is the yardstick.

# %% exercise="match_shift"

# %% [markdown]
# Now networks, which are not told that there is a shift. Two kinds, both trained to reconstruct pairs of rows with disparities from −2 to 2:
#
# - a plain autoencoder of the 24 dots, code of 6;
# - a *gated* one (after Memisevic and Hinton, 2010), which multiplies filtered left and right dots and has to reconstruct the right row from the left one and its code: $\hat y = \big((xU)\circ(hB+b)\big)O + c$ with $h = \sigma\big(((xU)\circ(yV))A + a\big)$.
#
# The disparity is never shown. Afterwards a linear regression reads it from the code; R² on new pairs says how much of it is there. **Predict** both.

# %% alt="R² of the disparity, five runs each: the codes of the plain autoencoder have 0, those of the gated one 0.88, with runs from 0.85 to 0.92."
rng = np.random.default_rng(0)
seen, new = dot_rows(rng=rng, n=2000), dot_rows(rng=rng, n=1000)
pairs, pairs_new = (torch.from_numpy(np.hstack([s.left, s.right])).float() for s in (seen, new))


def explained(codes, d):
    """R² of the disparity, read from codes by a linear regression: fitted on half, tried on half."""
    half, rows = len(d) // 2, np.column_stack([codes, np.ones(len(d))])
    w = np.linalg.lstsq(rows[:half], d[:half], rcond=None)[0]
    rest = d[half:] - rows[half:] @ w
    return 1 - rest @ rest / (len(rest) * d[half:].var())


plain_pair = Net(
    (24, 48, 6, 48, 24), hidden=("relu", "linear", "relu"), output="linear", loss="squared"
)
theta = learn(plain_pair, pairs, epochs=5, rate=0.005)
of_pairs = ensemble.forward(plain_pair, theta, pairs_new).h[2].numpy()
scores = {"plain": [explained(h, new.disparity) for h in of_pairs]}
gated = []
for seed in SEEDS:
    generator = torch.Generator().manual_seed(seed)
    gated.append(GatedAutoencoder(12, factors=60, code=6, generator=generator))
    rule = partial(torch.optim.Adam, lr=0.03, fused=True)
    autoencoder.fit(gated[-1], pairs, epochs=3, batch_size=40, optimizer=rule, generator=generator)
with torch.no_grad():
    scores["gated"] = [explained(g.encode(pairs_new).numpy(), new.disparity) for g in gated]
_ = plots.errorbars(scores, ylabel="R² of the disparity")
matched = match_shift(new.left, new.right, 2) == new.disparity
print(f"by trying all shifts: {matched.mean():.3f} of the disparities are right")
for name, values in scores.items():
    print(f"{name}: R² = {mean_sd(values)}")
errors, unknown = [autoencoder.error(g, pairs_new) for g in gated], np.abs(new.disparity).mean()
print(f"gated: error {mean_sd(errors)}; of 12 dots {unknown:.2f} cannot be known")

# %% alt="Two maps of the disparity, rows of dots against windows of 12 dots, from -2 to 2. Read from the code: a grainy square near 2 in a grainy ground near 0. All shifts tried: the same square, smooth, with ragged sides and a few dots astray."
windows = [
    np.lib.stride_tricks.sliding_window_view(eye, 12, axis=1) for eye in (scene.left, scene.right)
]
shape = windows[0].shape[:2]
rows = [w.reshape(-1, 12) for w in windows]
with torch.no_grad():
    h = gated[0].encode(torch.from_numpy(np.hstack(rows)).float()).numpy()
    h_new = gated[0].encode(pairs_new).numpy()
w = np.linalg.lstsq(np.column_stack([h_new, np.ones(len(h_new))]), new.disparity, rcond=None)[0]
seen_by = {"read from the code": h @ w[:-1] + w[-1], "all shifts tried": match_shift(*rows, 2)}
_, axs = plt.subplots(1, 2, figsize=(9, 3), layout="constrained")
for ax, (title, d) in zip(axs, seen_by.items(), strict=True):
    drawn = ax.imshow(d.reshape(shape), cmap="viridis", vmin=-2, vmax=2)
    ax.set(title=title, xlabel="window of 12 dots", ylabel="row")
    ax.grid(visible=False)
_ = axs[0].figure.colorbar(drawn, ax=axs, label="disparity, dots")

# %% [markdown]
# **What we saw.** (Points at 0 and near 0.9; two maps with the square in them, the left one grainier.) The plain code holds nothing of the disparity that a line could read: six numbers are spent on the dots. The gated one, which has the left row anyway, can use its code for one thing only, what happened between the two, and there the disparity is, though nobody ever named it. Its error is 2.0, of which 1.2 is for dots that enter at the edge and cannot be known. So the claim holds under a condition: the pictures have to meet in products. Trying all shifts is better, but had to be told what to look for.
#
# ## 10. Where one starts
#
# "Gradient descent … works well only if the initial weights are close to a good solution", says the page of *Science*, of deep autoencoders. In 2006 that was so. An encoder $n$-32-16-6 with its mirror image, five hidden layers; 10 epochs by gradient descent with momentum, or Adam; logistic units from small weights ($\sigma=0.1$), logistic units with four times Glorot's weights, tanh with Glorot's, ReLU with He's. **Predict** which of them get anywhere. Two marks to compare with: the mean image, and PCA with 6 components.


# %% alt="Squared error of a test image against epoch 0 to 10, median of five runs. Small weights stay at the mean image, 4.7; with Adam they leave it late, to 4.2. 4 × Glorot gets to 3.3, with Adam to 2.5; tanh to 2.2, ReLU to 1.9, where PCA is (1.95)."
def small(generator, n_in, n_out, k):
    """Normal weights of standard deviation 0.1, biases 0: a start as it was usual."""
    return 0.1 * torch.randn((n_in, n_out), generator=generator), torch.zeros(n_out)


def five(hidden):
    """n-32-16-6-16-32-n, five hidden layers; the code is linear, as in the paper."""
    units = (hidden, hidden, "linear", hidden, hidden)
    return Net((n, 32, 16, 6, 16, 32, n), hidden=units, output="sigmoid", loss="squared")


logistic, variance = five("sigmoid"), X_test.var(dim=0, correction=0).sum().item()
two = [small] * 5 + [ensemble.glorot(4)] * 5  # ten networks side by side
runs = {
    ("small weights", "4 × Glorot"): (logistic, Momentum(0.1 * scale), two),
    ("small weights, Adam", "4 × Glorot, Adam"): (logistic, Adam(0.01 * scale), two),
    ("tanh, Glorot, Adam",): (five("tanh"), Adam(0.02 * scale), [ensemble.glorot()] * 5),
    ("ReLU, He, Adam",): (five("relu"), Adam(0.02 * scale), [ensemble.he] * 5),
}
curves = {}
for names, (net, rule, schemes) in runs.items():
    seeds, errors = [*SEEDS] * len(names), []
    theta = ensemble.start(net, seeds, schemes)
    errors.append(ensemble.squared_error(net, theta, X_test))

    def watch(training, net=net, errors=errors):
        """The errors on test images, kept after each epoch."""
        errors.append(ensemble.squared_error(net, training.theta, X_test))

    options = {"epochs": 10, "batch_size": 64, "seeds": seeds, "on_epoch": watch}
    ensemble.train(net, theta, X, rule=rule, **options)
    errors = torch.stack(errors).T.reshape(len(names), 5, -1).numpy()
    curves.update(zip(names, errors, strict=True))
of_pca = pca_share(X, X_test, 6) * variance
ax = plots.curves(curves, np.arange(11), ylabel="squared error of a test image")
for value, style, at, side, name in (
    (variance, "--", 10.4, "right", "mean image"),
    (of_pca, ":", -0.4, "left", "PCA, 6 components"),
):
    ax.axhline(value, color="#777777", ls=style, lw=1)
    ax.text(at, value + 0.01 * variance, name, ha=side, va="bottom")
ax.set(ylim=(0.8 * of_pca, 1.7 * variance))
ax.legend(loc="upper right")
for name, errors in curves.items():
    print(f"{name:20} {mean_sd(errors[:, -1])}")
print(f"mean image (dashed) {variance:.2f}, PCA with 6 components (dotted) {of_pca:.2f}")
assert abs(curves["small weights"][:, -1] / variance - 1).max() < 0.05
assert curves["ReLU, He, Adam"][:, -1].max() < 0.9 * variance

# %% [markdown]
# **What we saw.** (One line stays at the mean image, the others fall.) From small logistic weights gradient descent never leaves the mean image, as the paper reported of deep autoencoders without pretraining, and even Adam hardly does. The same units with larger weights get away; tanh and ReLU with weights of the size that suits them come down to where PCA is (2.1 and 1.9, PCA 1.95) in these few epochs, and are still falling. None of these starts is "close to a good solution"; they are random. What they have in common is that signals and gradients pass through all layers (notebook 08). So the sentence held for the starts of its time, and the cure of 2006 was another one: pretraining, layer by layer, with autoencoders like these. That is notebook 12.
#
# ## What you have now
#
# | claim or slip | verdict of this notebook |
# |---|---|
# | no training set is needed, the input is the label | no labels; it needs data like any network |
# | it learns the identity | on the data: error 0.14 of the variance, 2.5 on noise |
# | a narrow layer forces it to find patterns | holds; on independent pixels no gain |
# | the hidden layer must be smaller | fails: wider ones trained with noise filter best |
# | linear units: the space of PCA | holds, to a fraction of a degree |
# | deep codes are better than PCA | holds at 2, 8 and 16 |
# | discrete inputs need continuous outputs | holds: a step has no gradient; sigmoid and cross-entropy |
# | it filters noise | if it was trained on noise, and on that noise |
# | it makes synthetic data | new digits, no copies; as training data worse than real ones |
# | landmarks, the mean of two as truth | holds: network between one annotator and the mean |
# | stereo vision | only where the pictures meet in products |
# | gradient descent works only from a start near a good solution | small logistic weights: yes; today's random starts do without |
# | `MSELoss` beside $\frac1{2N}\sum$; `Loss(x, y, y_f)`; `zero_grad` | factor $2/n_\text{out}$; (prediction, target); gradients add up |
#
# All numbers here are for the digits. With `DATA = "mnist-10k"` sections 1 to 7 and 10 use MNIST's first 10,000 images (`course data mnist` gets them; with 784 pixels the trainings take long). What changes is sections 3 and 10: codes of 2 to 16 hold less of a larger picture, so give the networks more epochs. `course study deep-autoencoder` trains the one of the paper.
#
# **To think about**, without code:
#
# <details><summary>The error of reconstruction of a new image is large. What can you say of it?</summary>
#
# That it is unlike the training set: a digit of a kind that was not there, noise, something else. This is used to find faults and forgeries. The reverse is not safe: a wide plain autoencoder reproduces anything.
#
# </details>
#
# <details><summary>Why is the mean of the reconstructions of a denoising autoencoder so smooth?</summary>
#
# Because several clean images are possible for one noisy one, and the squared error is smallest for their mean. The more noise, the more candidates, the smoother.
#
# </details>
#
# <details><summary>In section 8, could the network be better than the mean of the two annotators?</summary>
#
# Yes. Their errors are independent from picture to picture, so over many pictures they average out in the weights, as noise in targets does. With more pictures, or an easier task, it gets there.
#
# </details>
