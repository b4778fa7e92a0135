# %% [markdown]
# # 03 Backpropagation in NumPy
#
# A network of a few thousand weights makes a mistake. Which way should each weight move, and how much does it matter? Backpropagation answers for all of them at once, for little more than the price of asking the network its question twice.
#
# **You will be able to**
#
# - follow an error back through one connection, a fork, a layer, and any network, on paper and in a dozen lines of NumPy;
# - prove a gradient right without any calculus, and know what such a proof can and cannot see;
# - train on handwritten digits, online, in mini-batches and in full batches, and measure what you got;
# - recognise the slips that make a wrong gradient look right (the lectures print some);
# - read and write the same loop in PyTorch.
#
# **Follows** lecture 1 (Hinton's slides, "Esquema básico del b-prop"), lecture 2 (all of its backpropagation), and passages of lectures 3 (connection, fork, PyTorch) and 4 (the output's error) · **takes** about two and a half hours, with 12 exercises · **needs** matrix products and the chain rule
#
# Before each experiment there is a question. Answer it before you run the cell: being wrong first is the quickest way to learn this.

# %% tags=["setup"]
from itertools import pairwise, product
from time import perf_counter

import matplotlib.pyplot as plt
import numpy as np
import torch
from sklearn.neural_network import MLPClassifier
from tqdm.auto import tqdm

from course_utils import datasets, plots, widgets
from course_utils.exercises import ex03
from course_utils.nn.delta_rules import step_as_printed
from course_utils.nn.functions import (
    binary_cross_entropy,
    cross_entropy,
    identity,
    relu,
    sigmoid,
    softmax,
    squared_error,
    tanh,
)
from course_utils.nn.gradcheck import relative_error
from course_utils.nn.mlp import MLP, accuracy, forward, init, mean_loss, predict
from course_utils.nn.optim import gd
from course_utils.nn.train import train

plots.use_style()
SEEDS = range(5)

# %% [markdown]
# ## 1. One connection
#
# Lecture 3 begins with the smallest network there is: one number $x$, one weight $w$, one unit. We give it lecture 1's logistic unit, $z = wx$ and $y = \sigma(z)$, a target $t$, and lecture 1's error of a single case, $E = \tfrac12 (t-y)^2$. (Until section 4 we keep lecture 1's letters; its $z$ is the $u$ of the rest of the course.)
#
# **Predict.** With $w = 0.8$, $x = 1.5$ and $t = 1$ the unit answers 0.77. You raise $w$ by 0.01. Does $E$ rise or fall, and is the change nearer to 0.01, 0.001 or 0.0001?


# %% tags=["nbval-check-output"]
def error(w, x, t):
    """E of one logistic unit on one connection."""
    return 0.5 * (t - sigmoid(w * x)) ** 2


w, x, t = 0.8, 1.5, 1.0
change = error(w + 0.01, x, t) - error(w, x, t)
print(f"y = {sigmoid(w * x):.3f}   E = {error(w, x, t):.4f}   change of E = {change:.5f}")

# %% [markdown]
# It falls, by 0.0006. Where does that number come from? Walk along the chain with the small change $\mathrm{d}w$ in your hand:
#
# | forward | the change is multiplied by |
# |---|---|
# | $w$ moves $z$ | $x$ |
# | $z$ moves $y$ | the slope of the unit, $y(1-y)$ |
# | $y$ moves $E$ | $y - t$ (lecture 1 writes $-(t-y)$) |
#
# Walking **backward** multiplies the same factors in the other order: begin with $\partial E/\partial y$, pass the unit to get $\partial E/\partial z$, then split. What $z$ owes to $w$ goes to the weight; what it owes to $x$ goes on to whatever lies before. With one weight both walks cost the same. Keep an eye on that.
#
# One warning about the middle factor: the slide writes $y(1-y)$ without saying that it holds for **logistic** units only. For another unit it is that unit's own slope.

# %% exercise="connection"

# %% [markdown]
# A derivative is a promise about small changes. Let us hold it to that: move each number a little up and a little down and compare.

# %% tags=["nbval-check-output"]
h = 1e-5
by_hand = (
    (error(w + h, x, t) - error(w - h, x, t)) / (2 * h),
    (error(w, x + h, t) - error(w, x - h, t)) / (2 * h),
)
print("            dE/dw     dE/dx")
print("connection {:8.5f}  {:8.5f}".format(*connection(w, x, t)))
print("nudging    {:8.5f}  {:8.5f}".format(*by_hand))

# %% [markdown]
# ## 2. A fork
#
# A unit inside a network seldom has one connection only. Lecture 1 puts it like this: an activation affects many units, has many separate effects, and these must be **combined**. Lecture 3 draws the smallest case, a fork: $x$ feeds several logistic units through weights $w$, and these meet again in one logistic unit through weights $v$.
#
# **Predict.** Two branches: along the first, raising $x$ would lower $E$ by 0.03; along the second it would raise $E$ by 0.01. What does raising $x$ do?
#
# <details><summary>Think, then open</summary>
#
# Both things happen at the same moment, so $E$ moves by the sum, −0.02. Sums, not averages, and not the strongest branch: this is the one rule that turns the chain rule of a *chain* into that of a *network*.
#
# </details>

# %% exercise="fork"

# %% [markdown]
# The picture below shows the whole traffic of a fork: blue numbers went forward, red ones came back. Under each hidden unit stands how $E$ changes with its output, under $x$ what arrives through both branches.
#
# **Turn the knobs.** Find weights for which the input does not matter to $E$ at all, although neither branch is silent.


# %% alt="Diagram of a fork: input x1 feeds units h1 and h2, and both feed y1. Each unit and edge has its forward number and its gradient. The shares of both branches, -0.0095 and 0.0055, add up to the gradient at x, -0.004, which the title says."
def draw_fork(w1=1.2, w2=-0.9, v1=1.5, v2=1.0):
    """A fork of two branches with x = 1 and t = 1, forward and backward."""
    w, v, x, t = np.array([[w1, w2]]), np.array([[v1], [v2]]), 1.0, 1.0
    h = sigmoid(x * w)
    y = sigmoid(h @ v)
    dE_dz = y * (1 - y) * (y - t)
    dE_dh = dE_dz @ v.T
    dE_dz_h = h * (1 - h) * dE_dh
    branches = w * dE_dz_h
    ax = plots.network_diagram(
        (1, 2, 1),
        weights=[w, v],
        values=[x, h, y],
        weight_gradients=[x * dE_dz_h, h.T @ dE_dz],
        value_gradients=[branches.sum(), dE_dh, y - t],
        fmt="{:.3f}",
    )
    first, second = branches[0]
    title = f"∂E/∂x = ({first:.4f}) + ({second:.4f}) = {first + second:.4f}"
    ax.set_title(title.replace("-", "−"))
    return ax


knob = (-3.0, 3.0, 0.1)
widgets.knobs(draw_fork, w1=knob, w2=knob, v1=knob, v2=knob)

# %% [markdown]
# **What we saw.** The effects of the branches add up, and they may cancel. (Try $w_2 = -w_1$ and $v_1 = v_2$.)
#
# ## 3. Lecture 1's scheme: five steps
#
# A layer is nothing but many forks that share their ends. Lecture 1 goes through it in five steps:
#
# 1. work out the error of every output unit;
# 2. from it $\partial E/\partial y_j$ of every output unit $j$;
# 3. from these, $\partial E/\partial y_i$ of every unit $i$ in the layer below;
# 4. go on like this, layer by layer. (The slide says down to the *last* hidden layer. Backwards, it is the **first** one, next to the inputs.)
# 5. use what you have found to get $\partial E/\partial w_{ij}$ of every weight.
#
# Steps 3 and 5 are one layer's work. The layer knows $W$ (in row $i$, column $j$ stands the weight from unit $i$ to unit $j$), what came in from below, what its units answered, and $\partial E/\partial y_j$. Three questions lead to all of it:
#
# - How does $E$ change with $z_j$, if you know how it changes with $y_j$?
# - Which of the $z_j$ does one weight $w_{ij}$ move, and by how much?
# - Which of the $z_j$ does one unit $y_i$ below move? (That is the fork again.)

# %% exercise="layer_back"

# %% [markdown]
# With one layer done, the whole scheme is a loop. Here it is for a net of logistic units without biases, as in lecture 1.


# %%
def five_steps(weights, x, t):
    """∂E/∂W of every layer, for one case: lecture 1's scheme."""
    y = [x]
    for W in weights:
        y.append(sigmoid(y[-1] @ W))
    dE_dy, gradients = y[-1] - t, []  # steps 1 and 2
    for W, (below, above) in zip(reversed(weights), reversed(list(pairwise(y))), strict=True):
        dE_dW, dE_dy = layer_back(W, below, above, dE_dy)  # steps 5 and 3
        gradients.insert(0, dE_dW)  # step 4: and again, one layer further down
    return gradients


def random_case(sizes, seed):
    """Weights of a logistic net, an input and a target."""
    rng = np.random.default_rng(seed)
    weights = [rng.normal(size=pair) for pair in pairwise(sizes)]
    return weights, rng.normal(size=sizes[0]), rng.uniform(size=sizes[-1])


weights, x, t = random_case((4, 3, 2), seed=0)
[g.shape for g in five_steps(weights, x, t)]

# %% [markdown]
# Is it right? Two judges who never saw our formulas: **nudging** (move one weight, look at $E$) and **torch.autograd**, PyTorch's own bookkeeping of derivatives.


# %%
def case_error(weights, x, t):
    """E of one case."""
    y = x
    for W in weights:
        y = sigmoid(y @ W)
    return 0.5 * np.sum((t - y) ** 2)


def nudged(weights, x, t, h=1e-5):
    """∂E/∂W of every layer, one weight at a time."""
    gradients = [np.zeros_like(W) for W in weights]
    for k, g in enumerate(gradients):
        for ij in np.ndindex(g.shape):
            up, down = ([W.copy() for W in weights] for _ in range(2))
            up[k][ij] += h
            down[k][ij] -= h
            g[ij] = (case_error(up, x, t) - case_error(down, x, t)) / (2 * h)
    return gradients


def autograd(weights, x, t):
    """∂E/∂W of every layer, by torch."""
    tensors = [torch.tensor(W, requires_grad=True) for W in weights]
    y = torch.tensor(x)
    for W in tensors:
        y = torch.sigmoid(y @ W)
    (0.5 * ((torch.tensor(t) - y) ** 2).sum()).backward()
    return [W.grad.numpy() for W in tensors]


def flat(arrays):
    """All entries in one vector."""
    return np.concatenate([np.ravel(a) for a in arrays])


def spread(values):
    """Mean and standard deviation over the runs."""
    return f"{np.mean(values):.3f} ± {np.std(values, ddof=1):.3f}"


print("seed   against nudging   against autograd    (relative error)")
for seed in SEEDS:
    case = random_case((5, 4, 4, 3), seed)
    ours = flat(five_steps(*case))
    others = [relative_error(ours, flat(judge(*case))) for judge in (nudged, autograd)]
    print(f"{seed:3}   {others[0]:12.0e}   {others[1]:14.0e}")
    assert max(others) < 1e-7

# %% [markdown]
# **What we saw.** The slide's formulas are right, for logistic units, to the last digits that each judge can see: nudging sees about ten, autograd all sixteen. Why nudging sees fewer is the story of section 8.
#
# ## 4. Many cases at once
#
# Lecture 2 does the same for a whole batch and writes it in matrices. From here on we use its letters, which are the course's:
#
# | | lecture 1 | from here on |
# |---|---|---|
# | cases | one | $N$, the rows of $X$ |
# | what a unit gets | $z_j$ | $u = hW + b$, a row for each case |
# | what it answers | $y_j$ | $h = f(u)$; at the output $p$ |
# | the target | $t$ | $y$ |
# | what is to fall | $E$, of one case | $J$, the **mean** over the cases |
# | what travels back | $\partial E/\partial z_j$ | $\delta = \partial J/\partial u$ |
#
# (For a set of cases one has to say whether errors are added or averaged; the lectures do both. The course always takes the mean.)
#
# (Two indices on the slides are misprinted: in $\frac1N\sum_i \partial J_d/\partial w_{ij}$ the sum runs over the cases $d$, and the sum inside $u_{dj}$ over the units of the layer *below*. And where lecture 4 writes $\langle W, A\rangle$ it means the matrix product, and by $\sum_j \partial L/\partial Z$ the sum over the columns of the batch.)
#
# Take one layer. Its $u_{dj}$, for case $d$ and unit $j$, is $\sum_i h_{di} w_{ij} + b_j$, and $\delta_{dj}$ says how $J$ changes with it. Now ask again: *which of all the $u_{dj}$ does one weight $w_{ij}$ move, and by how much?* In lecture 1 the answer was a single one. Now there are $N$ of them. The question for $b_j$ is the first of the exercises that lecture 2 leaves to its readers.

# %% exercise="layer_gradients"

# %% [markdown]
# Is the matrix form really the sum of the cases' gradients? And is it worth having? Compare it with a loop over 1,000 cases.
#
# **Predict** how many times faster the matrices are: 2, 20 or 200?


# %%
def loop_over_cases(h, delta):
    """∂J/∂W and ∂J/∂b, case by case."""
    W, b = np.zeros((h.shape[1], delta.shape[1])), np.zeros(delta.shape[1])
    for h_d, delta_d in zip(h, delta, strict=True):
        W += np.outer(h_d, delta_d)
        b += delta_d
    return W, b


def seconds(function, *args, repeats=5):
    """The fastest of some calls, in seconds."""
    times = []
    for _ in range(repeats):
        start = perf_counter()
        function(*args)
        times.append(perf_counter() - start)
    return min(times)


for seed in SEEDS:
    rng = np.random.default_rng(seed)
    h, delta = rng.normal(size=(1000, 64)), rng.normal(size=(1000, 32))
    assert relative_error(flat(loop_over_cases(h, delta)), flat(layer_gradients(h, delta))) < 1e-13
times = seconds(loop_over_cases, h, delta), seconds(layer_gradients, h, delta)
slow, fast = 1e3 * np.array(times)
print(f"loop {slow:.1f} ms, matrices {fast:.2f} ms: {slow / fast:.0f} times faster")

# %% [markdown]
# **What we saw.** The same numbers to rounding in five random layers, some tens of times faster. (The claim of lecture 2 holds exactly.)
#
# ### Where does 1/N live?
#
# Lecture 2 says that it will leave out the $1/N$ "until the end of the algorithm", and then puts it into the output's $\delta$, which is at the **start** of the backward pass. Either place is fine; twice or never is not. The course puts it into $\delta$, so $\partial J/\partial W = h^\top\delta$ needs no further care.
#
# And if you forget it? Then your "gradient" is $N$ times too long. It still points the right way, so on paper nothing is lost: take an $N$ times smaller rate. **Predict:** what happens if you keep the rate that worked?

# %% alt="J after 50 steps against the learning rate, both logarithmic. Two curves of one shape fall from 0.4 to 0.2 and then shoot up, without 1/N at the rate 0.05, with it at 1: shifted by a factor of 20."
rng = np.random.default_rng(0)
N, rates = 20, np.logspace(-4, 1, 101)
X, Y = rng.normal(size=(N, 5)), rng.normal(size=(N, 1))
after = {}
for name, factor in {"with 1/N": 1 / N, "without": 1}.items():
    w = np.zeros((5, len(rates)))  # one linear unit for each rate, side by side
    for _ in range(50):
        w = w - rates * factor * (X.T @ (X @ w - Y))
    after[name] = np.mean((X @ w - Y) ** 2, axis=0) / 2
at_start = np.mean(Y**2) / 2
falls = {name: np.less(J, at_start) for name, J in after.items()}
ax = plots.curves(after, rates, xlabel="learning rate", ylabel="J after 50 steps", log="xy")
ax.set_ylim(0.1, 10)
ax.set_title("One linear unit, N = 20 cases")
for name, yes in falls.items():
    print(f"{name:8} J falls up to the rate {rates[yes].max():.2g}")

# %% [markdown]
# **What we saw.** The two curves are one curve, shifted by a factor of 20 = $N$. The claim that $1/N$ may wait holds on one condition: it must come back, once. Left out for good it turns a rate that works into one that explodes, and the rate would have to change with every batch size.
#
# ## 5. The order of things
#
# Now a whole step of learning, for lecture 2's own example: a regression network with one hidden layer of tanh units and one linear output, $\hat y = hU + c$, and $J = \frac{1}{2N}\sum_d(\hat y_d - y_d)^2$.
#
# The lecture's algorithm, as printed: (1) forward; (2) $\delta$ of the last layer; (3) update $U$; (4) update $c$; (5) for $k = l, \dots, 1$: go back to get $\delta^{(k)}$, work out the gradients of layer $k$, update it. Two things in it will trip you:
#
# - **One name for two things.** The slides call the error of the output unit $\delta^{(l)}$, and the error of the last hidden layer as well. They do not even have the same shape: the first is $(N, 1)$, the second $(N, \text{units})$. The lecture gives neither $\partial J/\partial U$ nor $\partial J/\partial c$; you have the means to find both.
# - **The order** of steps 3 to 5. Read them again before you write yours.

# %% exercise="regression_step"

# %% [markdown]
# As printed, $U$ is updated *before* the error goes back through it. But the chain of derivatives that leads from $J$ to the hidden layer contains the $U$ of the forward pass. With the new $U$ what comes out is not $\partial J/\partial W$ of anything.
#
# **Predict.** How wrong is it: always a little, or the more the larger the step? And will you see it in the training of a real network?

# %% alt="Relative error of the printed algorithm's gradient against the learning rate, both logarithmic: a straight line from 0.0005 at rate 0.001 to 0.5 at rate 1, with a narrow band of quartiles."
net, rates = MLP((5, 7, 1), tanh, identity, squared_error), np.array([0.001, 0.01, 0.1, 1.0])
wrong = np.zeros((10, len(rates)))
for seed in range(10):
    rng = np.random.default_rng(seed)
    theta, X, Y = init(net, rng), rng.normal(size=(20, 5)), rng.normal(size=(20, 1))
    (W, b), (U, c) = net.layers(theta)
    stepped = regression_step(W, b, U, c, X, Y, 1.0)
    for k, rate in enumerate(rates):
        printed = net.layers((theta - step_as_printed(net, theta, X, Y, rate)) / rate)
        wrong[seed, k] = relative_error(printed[0].W, W - stepped[0])
ax = plots.curves(
    {"as printed": wrong}, rates, xlabel="learning rate", ylabel="relative error of ∂J/∂W", log="xy"
)
for rate, errors in zip(rates, wrong.T, strict=True):
    print(f"rate {rate:5}: {errors.mean():7.2%} ± {errors.std(ddof=1):.2%}")
growth = wrong[:, 1:3] / wrong[:, :2]  # of the error, when the rate grows ten times
assert np.allclose(growth, 10, rtol=0.1)

# %% [markdown]
# The error is proportional to the rate: 0.5 % at 0.01, half of the gradient's length at 1. Now on real data. The digits come with scikit-learn: 1,797 images of 8×8 pixels, split once and for all into three parts.

# %% alt="Twenty handwritten digits of 8 by 8 pixels in two rows, each with its label above, among them 4, 7, 9, 3, 6 and 8. They are coarse but readable."
digits = datasets.load("digits")
cases = digits.X_train, digits.Y_train
print(digits)
rng = np.random.default_rng(1)
chosen = rng.choice(len(digits.X_train), 20, replace=False)
_ = plots.images(digits.X_train[chosen], digits.y_train[chosen])

# %% [markdown]
# A net with 64 inputs, 32 tanh units and 10 softmax outputs, ten epochs in mini-batches of 32, eight starts; the two orders get the same starts and the same batches.


# %% alt="J on the training set after 10 epochs, logarithmic, for three rates and two orders, eight runs each. At rates 0.1 and 0.5 both orders agree, near 0.23 and 0.08. At rate 1 the right order reaches 0.06, the printed one 1.9 in the mean, with runs from 0.1 to above 5."
def as_printed(rate):
    """What the printed algorithm takes for the gradient."""
    return lambda net, theta, X, Y: (theta - step_as_printed(net, theta, X, Y, rate)) / rate


net, rates, names = MLP((64, 32, 10)), (0.1, 0.5, 1.0), ("right order", "as printed")
order_J = {f"rate {rate}": {name: [] for name in names} for rate in rates}
for rate, name, seed in tqdm(list(product(rates, names, range(8))), leave=False):
    rng, options = np.random.default_rng(seed), {"epochs": 10, "batch_size": 32}
    if name == "as printed":
        options["gradient"] = as_printed(rate)
    run = train(net, init(net, rng), *cases, gd(rate), rng=rng, **options)
    order_J[f"rate {rate}"][name].append(run.loss[-1])
_ = plots.errorbars(order_J, ylabel="J on the training set after 10 epochs", log=True)

for rate, J in order_J.items():
    print(f"{rate:8}", *(f"   {name} {spread(v)}" for name, v in J.items()))
gap = {rate: np.subtract(J["as printed"], J["right order"]) for rate, J in order_J.items()}
assert np.abs(gap["rate 0.1"]).max() < 0.02
assert np.median(gap["rate 1.0"]) > 0.05

# %% [markdown]
# **What we saw.** The claim that this is the algorithm fails, and in the most treacherous way: at small rates nothing shows, and at the rate where the right order learns best the printed one falls apart in most runs. A wrong gradient that trains is harder to find than one that crashes. Hence section 8.
#
# ## 6. The last δ
#
# The second exercise of lecture 2: the output unit's $\delta$ when the output is not linear. Each kind of target has an output unit and a loss that belong together (per case; $J$ is their mean over the cases):
#
# | target | output | loss |
# |---|---|---|
# | numbers | identity, $p = u$ | $\tfrac12\sum_j (p_j-y_j)^2$ |
# | yes or no | sigmoid, $p = \sigma(u)$ | $-\sum_j [\,y_j\log p_j + (1-y_j)\log(1-p_j)\,]$ |
# | one of n classes | softmax, $p_j = e^{u_j}/\sum_k e^{u_k}$ | $-\sum_j y_j \log p_j$ |
#
# Take paper. For the sigmoid there are two factors, $\partial J/\partial p$ and the slope $\partial p/\partial u$; write both with $p$ only and look at what they have in common. For softmax $u_j$ moves *every* $p_k$ (each output is a fork!): add up the effects, and use that the targets of a case add up to 1. Then compare the three results.

# %% exercise="output_delta"

# %% [markdown]
# Three derivations, one line. That is no accident of taste: each loss is the one whose slope cancels its output's.
#
# Lecture 4 stops half-way and writes the sigmoid's case as a product of the two fractions. On paper it is the same thing. **Predict:** in floating-point numbers, for a case with $y = 0$ that the net gets badly wrong ($u$ large), which of the two is safer?


# %%
def as_lecture_4(u, y):
    """[(1 - y)/(1 - p) - y/p] · p (1 - p), with p = 1/(1 + exp(-u))."""
    p = 1 / (1 + np.exp(-u))
    return ((1 - y) / (1 - p) - y / p) * (p * (1 - p))


for dtype in (np.float64, np.float32):
    u = np.arange(0, 45, 0.01).astype(dtype)
    with np.errstate(divide="ignore", invalid="ignore"):
        product_form = as_lecture_4(u, dtype(0))
    lost = np.isnan(product_form)
    right = len(u) * output_delta(sigmoid, u[:, None], np.zeros_like(u)[:, None])[:, 0]
    print(f"{dtype.__name__}: nan from u = {u[lost][0]:.2f} on; p − y there is {right[lost][0]}")
    assert lost[np.argmax(lost) :].all()
    assert np.isfinite(right).all()

# %% [markdown]
# **What we saw.** The product is right up to $u \approx 37$ (in float32 up to $u \approx 17$). There $1-p$ rounds to 0 and the answer is nan, for exactly the cases that the net most needs to learn from. Once one nan is in $\theta$ all of $\theta$ is nan. So δ is written $p - y$: not because it is shorter, but because the cancelling is done on paper, where nothing is rounded.
#
# ### The loss itself
#
# The same trouble sits in $\log p$ and $\log(1-p)$. Lecture 4 writes the loss with absolute values, $-y\log|\hat y| - (1-y)\log|1-\hat y|$. For an output between 0 and 1 the bars change nothing. See what they do for an output that is a bug:

# %% tags=["nbval-check-output"]
for y, p in ((0, 2.0), (1, -1.0), (0, -0.5)):
    with np.errstate(invalid="ignore"):
        bars = -y * np.log(abs(p)) - (1 - y) * np.log(abs(1 - p))
        plain = -y * np.log(p) - (1 - y) * np.log(1 - p) if y else -np.log(1 - p)
    print(f"target {y}, output {p:4}: with bars {bars + 0.0:5.2f}, without {plain:5.2f}")

# %% [markdown]
# An output of 2, which is no probability at all, gets a perfect 0; an output of −0.5 even earns a bonus, with the bars or without. A loss should be fed with what cannot be wrong: the $u$ in front of the sigmoid. **Write it so that it is finite for every $u$**, and never takes the logarithm of anything that can round to 0.

# %% exercise="safe_cross_entropy"

# %% [markdown]
# ## 7. Any network
#
# All the pieces are on the table. What remains is bookkeeping, and three helpers do most of it:
#
# - all parameters of a network are **one** vector `theta`; `net.layers(theta)` cuts it into views `(W, b)`, one pair a layer. Writing into a view writes into the vector, so `net.layers(gradient)` is where the gradient goes;
# - `forward(net, theta, X)` is lecture 2's forward propagation. It keeps every `u` and every `h`, because the way back needs them;
# - `net.loss.delta(net.output, u, P, Y)` is section 6 for every pair of output and loss, and `net.hidden.slope(u, h)` the slope of the hidden units.

# %% tags=["nbval-check-output"]
net = MLP((4, 5, 3), hidden=tanh, output=softmax, loss=cross_entropy)
rng = np.random.default_rng(0)
theta, X, Y = init(net, rng), rng.normal(size=(6, 4)), np.eye(3)[rng.integers(0, 3, 6)]
trace = forward(net, theta, X)
print("theta", theta.shape, "  layers", [(W.shape, b.shape) for W, b in net.layers(theta)])
print("trace.u", [u.shape for u in trace.u], "  trace.h", [h.shape for h in trace.h])

# %% [markdown]
# Walk backwards. Arriving at layer $k$ you hold its $\delta$. What came in from below is `trace.h[k]` (so `trace.h[0]` is `X`). Find the gradients of the layer, then the $\delta$ of the layer below, if there is one. With which weights, you know from section 5.

# %% exercise="backprop"

# %% [markdown]
# ## 8. How do you know?
#
# You have seen a wrong gradient train a network nearly as well as the right one. So never judge a gradient by the training. Judge it by its definition: move one parameter by a little, $+\varepsilon$ and $-\varepsilon$, and divide the change of $J$ by the distance of the two points. It needs no calculus, only the forward pass, and it is far too slow to train with, which makes it a perfect judge.

# %% exercise="finite_difference"

# %% [markdown]
# A derivative is a limit, so the smaller the step the better? The docstring above claims something else. **Predict** the error of the difference quotient as a function of its step, from 1 down to $10^{-15}$, before you look.


# %% alt="Relative error of difference quotients against the step h, both logarithmic: two valleys. The one-sided one is lowest at h = 5e-8 with an error near 1e-7, the central one at 1e-5 with 1e-10. To the left both rise as 1/h, to the right as h and as h squared."
def one_sided(net, theta, X, Y, eps):
    """(J(θ + ε) - J(θ)) / ε, one parameter at a time."""
    J = mean_loss(net, theta, X, Y)
    return np.array([mean_loss(net, theta + e, X, Y) - J for e in eps * np.eye(net.size)]) / eps


gradient, steps = backprop(net, theta, X, Y), np.logspace(-15, 0, 46)
wrong = {"one-sided": [], "central": []}
for h in steps:
    wrong["one-sided"].append(relative_error(one_sided(net, theta, X, Y, h), gradient))
    wrong["central"].append(relative_error(finite_difference(net, theta, X, Y, eps=h), gradient))
wrong = {name: np.array(values) for name, values in wrong.items()}
ax = plots.gradient_check(steps, wrong, order={"one-sided": 1, "central": 2})
ax.set_ylim(1e-14, 10)
ax.legend(loc="lower left")
for h in (1e-2, 6e-6, 1e-12):
    e = relative_error(finite_difference(net, theta, X, Y, eps=h), gradient)
    print(f"step {h:.0e}: relative error about {e:.0e}")

# %% [markdown]
# **What we saw.** A valley. On its right side the step is too long: the curve bends within it, and the error falls with the square of the step (for the one-sided quotient only with the step itself, so its valley is less deep). On its left side the step is too short: $J$ has sixteen digits, and a change in the fifteenth is mostly rounding. That error grows as $1/\varepsilon$. The best step is near the cube root of the rounding unit, $6\cdot10^{-6}$, for the central quotient, and near its square root for the one-sided one. A step of $10^{-12}$, which one meets in many a program, throws away most of the digits.
#
# Look at rounding itself. The knob is the exponent of the step; the picture is the change of $J$ along one weight, over one step to each side and divided by the step, and what the difference quotient makes of it. At $10^{-15}$ the curve is a staircase: between two neighbouring numbers there is nothing. **Turn it** up to $10^{-5}$, where all three lines are one, and on to 1.


# %% alt="Change of J divided by the step, over one step of 1e-15 to each side of θ. J as computed is a staircase, 0 and then a jump to 0.22 halfway to the right; the difference quotient is a line of slope 0.111, steeper than the true slope of 0.077."
here = net, theta, X, Y  # the names get other values further down


def draw_step(exponent=-15):
    """J along one weight, within one step to each side, as the computer has it."""
    net, theta, X, Y = here
    h, e = 10.0**exponent, np.eye(net.size)[3]
    s = np.linspace(-1, 1, 201)
    J = np.array([mean_loss(net, theta + h * a * e, X, Y) for a in s])
    J = J - mean_loss(net, theta, X, Y)
    slope = (J[-1] - J[0]) / 2 / h
    ax = plots.curves(
        {"J as computed": J / h, "difference quotient": slope * s, "true slope": gradient[3] * s},
        s,
        xlabel="steps from θ",
        ylabel="(J − J(θ)) / step",
    )
    ax.set_title(f"step 1e{exponent}: slope {slope:.7f}, truly {gradient[3]:.7f}")
    return ax


widgets.knobs(draw_step, exponent=(-15, 0, 1))

# %% [markdown]
# Now the proof for your `backprop`: hidden units, outputs and losses of every kind, five seeds each, against the two judges.


# %%
def torch_gradient(net, theta, X, Y):
    """The gradient of the same J, by torch.autograd."""
    at = torch.tensor(theta, requires_grad=True)
    h, start, Y = torch.tensor(X), 0, torch.tensor(Y)
    for n_in, n_out in pairwise(net.sizes):
        W = at[start : start + n_in * n_out].reshape(n_in, n_out)
        start += n_in * n_out
        u, start = h @ W + at[start : start + n_out], start + n_out
        h = {"tanh": torch.tanh, "relu": torch.relu, "sigmoid": torch.sigmoid}[net.hidden.name](u)
    losses = torch.nn.functional
    J = {
        "identity": 0.5 * ((u - Y) ** 2).sum(),
        "sigmoid": losses.binary_cross_entropy_with_logits(u, Y, reduction="sum"),
        "softmax": losses.cross_entropy(u, Y, reduction="sum"),
    }[net.output.name] / len(X)
    J.backward()
    return at.grad.numpy()


pairs = ((identity, squared_error), (sigmoid, binary_cross_entropy), (softmax, cross_entropy))
print("hidden    output      differences   autograd     (largest relative error of 5 seeds)")
for hidden, (output, loss) in product((tanh, sigmoid, relu), pairs):
    net_k, worst = MLP((6, 5, 4, 3), hidden, output, loss), np.zeros(2)
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        theta_k = init(net_k, rng) + rng.normal(0, 0.1, net_k.size)  # no bias is exactly 0
        case = net_k, theta_k, rng.normal(size=(8, 6)), np.eye(3)[rng.integers(0, 3, 8)]
        judges = finite_difference(*case), torch_gradient(*case)
        worst = np.maximum(worst, [relative_error(backprop(*case), judge) for judge in judges])
    print(f"{hidden!s:9} {output!s:10} {worst[0]:10.0e} {worst[1]:12.0e}")
    assert worst[0] < 1e-7
    assert worst[1] < 1e-13

# %% [markdown]
# Below $10^{-7}$ (differences) a float64 gradient is right, above $10^{-3}$ it is wrong, and what lies between deserves a look. One honest exception: ReLU has a kink, and a difference taken across it averages two slopes. Small steps make that rare, but biases of exactly 0 invite it: a case that switches off all units of one layer puts the next layer precisely on its kinks. That is why the check above shakes the biases a little.
#
# ### What does it cost?
#
# Lecture 1 claims that backpropagation finds the derivatives for **all** hidden units in one pass. **Predict:** when the net gets ten times as many weights, how much slower is the gradient *compared with the forward pass*? And the gradient by differences?

# %% alt="Milliseconds for 32 digits against the number of parameters from 310 to 9,610, both logarithmic. Forward pass and backprop run side by side at the bottom, of the order of a tenth; finite differences lie a thousand times higher at first and climb away from them."
cost, parameters = {"forward pass": [], "backprop": [], "finite differences": []}, []
for width in (4, 8, 16, 32, 64, 128):
    net_n = MLP((64, width, 10))
    case = net_n, init(net_n, np.random.default_rng(0)), digits.X_train[:32], digits.Y_train[:32]
    parameters.append(net_n.size)
    cost["forward pass"].append(seconds(mean_loss, *case, repeats=50))
    cost["backprop"].append(seconds(backprop, *case, repeats=50))
    cost["finite differences"].append(seconds(finite_difference, *case, repeats=1))
cost = {name: 1e3 * np.array(times) for name, times in cost.items()}
ax = plots.curves(cost, parameters, xlabel="parameters P", ylabel="ms for 32 digits", log="xy")
ax.set_title("One gradient of a 64-H-10 net")
ratio = {name: times / cost["forward pass"] for name, times in cost.items()}
for n, *r in zip(parameters, ratio["backprop"], ratio["finite differences"], strict=True):
    print(f"{n:5} parameters: backprop {r[0]:.1f}, differences {r[1]:6.0f} forward passes")

# %% [markdown]
# **What we saw.** The claim holds. A gradient by backpropagation costs between one and two forward passes, its own included, whatever the number of parameters. Differences cost at least $2P$ of them: for the largest net here, which is tiny, tens of thousands. In the words of section 1: with one error and many weights, begin to multiply at the error's end.
#
# ## 9. The sum over paths
#
# Lecture 2 gives another reason: there *is* an analytic expression of the gradient, but it "can be very expensive to evaluate". Let us write that expression down. A change of input $i$ reaches unit $j$ of the last layer along every **path** that visits one unit in each layer. One path multiplies the change by each weight it takes and by the slope of each unit it reaches. The derivative is the sum over all paths: a fork, of forks, of forks.

# %% exercise="path_sum"

# %% [markdown]
# Two hidden layers of 32 units for the digits: 64-32-32-10, with 3,392 weights. How many paths? Walk them all, for one digit, and compare $\partial J/\partial x_i$ of every pixel with what backpropagation finds. (For a single case the gradient of a layer's biases *is* its $\delta$; one step further down, $\delta W^\top$, are the pixels.)


# %%
def by_paths(net, theta, x, y):
    """∂J/∂x of one case: every path from each input to each output."""
    trace, weights = forward(net, theta, x), [W for W, b in net.layers(theta)]
    slopes = [1 - h[0] ** 2 for h in trace.h[1:-1]] + [np.ones(net.sizes[-1])]  # tanh; u itself
    ends = [range(net.sizes[0]), range(net.sizes[-1])]
    reach = [[path_sum(weights, slopes, i, j) for j in ends[1]] for i in ends[0]]
    return np.array(reach) @ output_delta(net.output, trace.u[-1], y)[0]


def by_layers(net, theta, x, y):
    """∂J/∂x of one case: backprop, and one step further."""
    gradient = net.layers(backprop(net, theta, x, y))
    return gradient[0].b @ net.layers(theta)[0].W.T


for seed in SEEDS:
    small, rng = MLP((5, 4, 3, 2), tanh, identity, squared_error), np.random.default_rng(seed)
    case = small, init(small, rng), rng.normal(size=(1, 5)), rng.normal(size=(1, 2))
    assert np.allclose(by_paths(*case), by_layers(*case), rtol=1e-12, atol=1e-14)

deep = MLP((64, 32, 32, 10))
case = deep, init(deep, np.random.default_rng(0)), digits.X_train[:1], digits.Y_train[:1]
print(f"{np.prod(deep.sizes):,} paths, {sum(a * b for a, b in pairwise(deep.sizes)):,} weights")
start = perf_counter()
slow = by_paths(*case)
print(f"paths {perf_counter() - start:.2f} s, layers {seconds(by_layers, *case):.5f} s")
apart = np.abs(slow - by_layers(*case)).max()
print(f"largest difference of the 64 derivatives: {apart:.0e}")
assert apart < 1e-12

# %% [markdown]
# The two agree to rounding, although backprop never looks at a path. Does every path count? Leave one out, from pixel 20 through the first unit of both hidden layers to the right class.

# %%
_, theta_deep, x, y = case
trace, (first, second, last) = forward(deep, theta_deep, x), deep.layers(theta_deep)
pixel, right = 20, int(digits.y_train[0])
path = first.W[pixel, 0] * (1 - trace.h[1][0, 0] ** 2)  # into the first unit of the first layer
path = path * second.W[0, 0] * (1 - trace.h[2][0, 0] ** 2)  # and of the second
path = path * last.W[0, right] * output_delta(softmax, trace.u[-1], y)[0, right]
whole = by_layers(*case)[pixel]
print(f"∂J/∂x of pixel {pixel}: {whole:.6f}; without that path: {whole - path:.6f}")

# %% [markdown]
# Now add layers of 6 units, and ask for one entry of the derivative by paths, for all of them by layers. **Predict** how the two times grow with the depth.

# %% alt="Milliseconds, logarithmic, against 1 to 7 layers of weights with 6 units each. One entry by paths climbs on a straight line over five orders of magnitude; all entries by backprop cost more at first, cross it near layer 3 and rise slowly."
depths, took = range(1, 8), {"paths, one entry": [], "backprop, all entries": []}
for depth in depths:
    tower, rng = MLP((6,) * (depth + 1), tanh, identity, squared_error), np.random.default_rng(0)
    case = tower, init(tower, rng), rng.normal(size=(1, 6)), rng.normal(size=(1, 6))
    W_t = [W for W, b in tower.layers(case[1])]
    slopes_t = [1 - h[0] ** 2 for h in forward(*case[:3]).h[1:-1]] + [np.ones(6)]
    took["paths, one entry"].append(seconds(path_sum, W_t, slopes_t, 0, 0, repeats=3))
    took["backprop, all entries"].append(seconds(backprop, *case, repeats=20))
took = {name: 1e3 * np.array(times) for name, times in took.items()}
_ = plots.curves(took, depths, xlabel="layers of weights, 6 units each", ylabel="ms", log="y")

# %% [markdown]
# **What we saw.** Every further layer multiplies the paths, and the time, by its width; backpropagation adds a constant. Both claims hold: the effects must be combined, all of them, and the plain expression is very expensive. Backpropagation is the same sum with the common parts taken out of the brackets: what a unit passes down is computed *once*, whoever is asking.
#
# ## 10. Digits
#
# Enough of proofs. One epoch means: every case of the training set has been used once. How many cases should share one step? Lecture 1 names three answers: **online** (one), **mini-batch** (some), **full batch** (all). Write the epoch; the order comes in shuffled.

# %% exercise="train_epoch"

# %%
net, rng = MLP((64, 32, 10)), np.random.default_rng(0)
theta = init(net, rng)
for _epoch in range(3):
    order = rng.permutation(len(digits.X_train))
    theta = train_epoch(net, theta, digits.X_train, digits.Y_train, 0.3, order, 32)
    right = accuracy(net, theta, digits.X_valid, digits.y_valid)
    J = mean_loss(net, theta, digits.X_train, digits.Y_train)
    print(f"J = {J:.2f}, right on the validation set: {right:.1%}")

# %% [markdown]
# That is your own code, reading digits. The package's `train` does the same, watches as it goes, and takes your gradient as an argument.
#
# **Predict.** Each of the three ways gets a rate that suits it, and the same number of epochs is *not* the same number of steps: 1,259 an epoch online, 40 in batches of 32, one in the full batch. Which is first per epoch? Which is first per second?

# %% alt="Training J, logarithmic, in two panels. Against epochs online is lowest, then the mini-batch of 32, then the full batch, which starts above 2 and needs over 100 epochs for 0.1. Against seconds the mini-batch falls by far the fastest; online and full batch are close to each other."
ways = {"online": (1, 0.03, 6), "mini-batch of 32": (32, 0.3, 30), "full batch": (None, 1.0, 150)}
J_of, clock_of, theta_of = ({name: [] for name in ways} for _ in range(3))
for name, seed in tqdm(list(product(ways, SEEDS)), leave=False):
    batch_size, rate, epochs = ways[name]
    rng = np.random.default_rng(seed)
    options = {"epochs": epochs, "batch_size": batch_size, "gradient": backprop}
    options["on_epoch"] = lambda epoch, theta: perf_counter()
    run = train(net, init(net, rng), *cases, gd(rate), rng=rng, **options)
    J_of[name].append(run.loss[1:])
    clock_of[name].append(np.array(run.watched[1:]) - run.watched[0])
    theta_of[name].append(run.theta)

_, (left, right) = plt.subplots(1, 2, figsize=(8.8, 4), sharey=True)
J_of = {name: np.array(J) for name, J in J_of.items()}
epochs = {name: np.arange(1, J.shape[1] + 1) for name, J in J_of.items()}
clock = {name: np.median(times, axis=0) for name, times in clock_of.items()}
plots.curves(J_of, epochs, xlabel="epochs", ylabel="J on the training set", log="xy", ax=left)
_ = plots.curves(J_of, clock, xlabel="seconds", ylabel="", log="y", ax=right)
left.get_legend().remove()
right.get_legend().set_loc("upper right")
for name, J in J_of.items():
    n = (J < 0.2).argmax(axis=1)  # the first epoch below 0.2, counted from 0
    at = [times[k] for times, k in zip(clock_of[name], n, strict=True)]
    epochs_needed = f"{n.mean() + 1:4.1f} ± {n.std(ddof=1):.1f} epochs"
    print(f"{name:16} J < 0.2 after {epochs_needed}, {np.mean(at):.2f} s")

# %% [markdown]
# **What we saw.** Per epoch the order is online, mini-batch, full batch: more steps, more progress. Per second mini-batches win by far: one step on 32 cases costs hardly more than a step on one, because it is a product of matrices instead of a row of small ones.
#
# ### Beside scikit-learn
#
# Is the result any good? The measure is the **test** set, which nothing has looked at so far (lecture 4: only at the end). The other side is scikit-learn's `MLPClassifier` with the same net, the same rate, the same batches, plain gradient descent.

# %% alt="Accuracy on the test set, five runs each: ours 0.961 with a standard deviation of 0.014 and runs from 0.940 to 0.978, scikit-learn's 0.967 with 0.005. The spreads overlap."
score = {"ours": [], "scikit-learn": []}
for seed, theta in zip(SEEDS, theta_of["mini-batch of 32"], strict=True):
    score["ours"].append(accuracy(net, theta, digits.X_test, digits.y_test))
    other = MLPClassifier(
        hidden_layer_sizes=(32,),
        activation="tanh",
        solver="sgd",
        learning_rate_init=0.3,
        momentum=0,
        batch_size=32,
        alpha=0,
        random_state=seed,
    )
    for _epoch in range(30):
        other.partial_fit(digits.X_train, digits.y_train, classes=range(10))
    score["scikit-learn"].append(other.score(digits.X_test, digits.y_test))
_ = plots.errorbars(score, ylabel="accuracy on the test set")
for name, values in score.items():
    print(f"{name:12} {spread(values)}")
assert abs(np.mean(score["ours"]) - np.mean(score["scikit-learn"])) < 0.03

# %% [markdown]
# Level, within the spread over five starts; with 269 test digits one digit more or less is 0.004. And what does it get wrong? First the true digit, then what the net of the first seed made of it.

# %% alt="The eleven test digits that the net gets wrong, each with true and given label above: 9 for 8, 2 for 1, 9 for 3, 5 for 4, 0 for 4, 3 for 2, 1 for 8, 8 for 3, 8 for 9, 7 for 9, 4 for 6. Most are badly written."
guess = predict(net, theta_of["mini-batch of 32"][0], digits.X_test)
missed = np.flatnonzero(guess != digits.y_test)
_ = plots.images(
    digits.X_test[missed],
    [f"{true}→{said}" for true, said in zip(digits.y_test[missed], guess[missed], strict=True)],
)

# %% [markdown]
# ### Where to begin
#
# Lecture 2 remarks that the first weights and biases are random. Do they have to be? Four starts, five seeds, 10 epochs each. Beside the accuracy we look at the rank of the first layer's $W$: how many *different* hidden units there are. **Predict** the rank for a net whose hidden units all start equal.


# %%
def equal_units(rng):
    """Hidden units that start alike: equal columns in the first W, equal rows in the second."""
    theta = init(net, rng)
    (W, _), (U, _) = net.layers(theta)
    W[:], U[:] = W[:, :1], U[:1]
    return theta


def random_biases(rng):
    """Random weights and random biases."""
    theta = init(net, rng)
    for _, b in net.layers(theta):
        b[:] = rng.normal(0, 0.1, b.shape)
    return theta


starts = {
    "all zero": lambda rng: np.zeros(net.size),
    "equal units": equal_units,
    "random W, b = 0": lambda rng: init(net, rng),
    "random W, random b": random_biases,
}
found, rank = {name: [] for name in starts}, {name: set() for name in starts}
for name, seed in product(starts, SEEDS):
    rng = np.random.default_rng(seed)
    options = {"epochs": 10, "batch_size": 32, "gradient": backprop}
    run = train(net, starts[name](rng), *cases, gd(0.3), rng=rng, **options)
    found[name].append(accuracy(net, run.theta, digits.X_valid, digits.y_valid))
    rank[name].add(int(np.linalg.matrix_rank(net.layers(run.theta)[0].W)))
for name, values in found.items():
    print(f"{name:19} right {spread(values)}   rank of W {sorted(rank[name])}")
assert [rank[name] for name in starts] == [{0}, {1}, {32}, {32}]

# %% [markdown]
# **What we saw.** Units that start equal get equal gradients and stay equal for ever: 32 of them are worth one. From all zeros not even that one moves, since each of the two layers waits for the other. The weights must differ; the biases may all be 0. So the lecture's remark holds for the weights and is not needed for the biases.
#
# ## 11. The same in PyTorch
#
# Lecture 3 writes its loops in PyTorch. You now know what every line does, and autograd you have met in section 3. A layer, `torch.nn.Linear`, keeps its weights as (outputs, inputs), the transpose of ours. These two helpers carry a $\theta$ over and back.


# %%
def to_torch(net, theta):
    """The same network as a torch module, in float64; softmax is left to the loss."""
    modules = []
    for W, b in net.layers(theta):
        linear = torch.nn.Linear(*W.shape, dtype=torch.float64)
        linear.weight.data, linear.bias.data = torch.tensor(W.T), torch.tensor(b)
        modules += [linear, torch.nn.Tanh()]
    return torch.nn.Sequential(*modules[:-1])


def to_theta(model):
    """Its parameters as our vector."""
    return flat([p.detach().numpy().T for p in model.parameters()])


net, theta = MLP((64, 32, 10)), init(MLP((64, 32, 10)), np.random.default_rng(0))
model = to_torch(net, theta)
assert np.array_equal(to_theta(model), theta)
model

# %% [markdown]
# ### MSELoss is not our J
#
# For a regression lecture 3 writes $J = \frac{1}{2N}\sum\|\cdot\|^2$ on one slide and `torch.nn.MSELoss()` on another. Are they the same function?

# %% tags=["nbval-check-output"]
for n_out in (1, 2, 10):
    rng = np.random.default_rng(n_out)
    P, Y = rng.normal(size=(7, n_out)), rng.normal(size=(7, n_out))
    ratio = torch.nn.MSELoss()(torch.tensor(P), torch.tensor(Y)).item() / squared_error.mean(P, Y)
    print(f"{n_out:2} outputs: MSELoss / J = {ratio:.3f}")

# %% [markdown]
# Only for two outputs. A loss that is $c$ times as large has a gradient that is $c$ times as long, so the best learning rate changes too. Which rate makes with MSELoss the very steps that `lr` makes with our $J$?

# %% exercise="mse_rate"

# %% [markdown]
# ### The loop
#
# Lecture 3's loop for mini-batches, with its small print:
#
# - a `TensorDataset` pairs inputs and targets; a `DataLoader` deals them out. `shuffle=True` gives a new order each epoch; `drop_last=True`, which the slide sets without a word, throws the smaller last batch away;
# - a loss takes **(prediction, target)**, in this order. The slide's `Loss(x_batch, y_batch, y_f)` is not a call that PyTorch's losses understand;
# - `zero_grad` does not "initialize" anything: it **clears** what the last `backward` left, because `backward` adds;
# - `backward` is our `backprop`, `step` our `theta = theta - lr * gradient`.

# %% tags=["nbval-check-output"]
X_all, y_all = torch.tensor(digits.X_train), torch.tensor(digits.y_train)
pairs = torch.utils.data.TensorDataset(X_all, y_all)
loader = torch.utils.data.DataLoader(pairs, batch_size=64, shuffle=True, drop_last=True)
used = 64 * len(loader)
print(
    f"{len(loader)} batches of 64: {used:,} of {len(pairs):,} cases, {len(pairs) - used} left out"
)

# %% [markdown]
# (Others are left out in each epoch, thanks to the shuffling.) Now the same start, the same batches, our step beside torch's, five epochs. **Predict** how far apart the two networks are at the end.

# %%
apart = []
for seed in SEEDS:
    theta = init(net, np.random.default_rng(seed))
    model, loss = to_torch(net, theta), torch.nn.CrossEntropyLoss()  # softmax is in the loss
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
    loader = torch.utils.data.DataLoader(
        pairs, batch_size=64, shuffle=True, generator=torch.Generator().manual_seed(seed)
    )
    for _epoch in range(5):
        for x_batch, y_batch in loader:
            optimizer.zero_grad()
            loss(model(x_batch), y_batch).backward()
            optimizer.step()
            theta = theta - 0.3 * backprop(net, theta, x_batch.numpy(), np.eye(10)[y_batch])
    apart.append(np.abs(theta - to_theta(model)).max())
print("largest difference of 2,410 parameters:", ", ".join(f"{a:.0e}" for a in apart))
assert max(apart) < 1e-12

# %% [markdown]
# Equal to rounding. PyTorch does nothing that you have not done yourself in this notebook; it only does it for more kinds of layers.
#
# ### Forgetting zero_grad
#
# Take away the one line. **Predict** the path of $w$ when $J = w^2$, $w$ starts at 1 and the rate is 0.1.

# %% alt="Weight w over 40 steps, from 1. With zero_grad it falls smoothly to 0; with the line forgotten it swings between 1 and -1 like a pendulum, once in 14 steps, and does not calm down."
paths = {}
for name, forget in {"with zero_grad": False, "forgotten": True}.items():
    weight = torch.tensor(1.0, requires_grad=True)
    optimizer, seen = torch.optim.SGD([weight], lr=0.1), [1.0]
    for _step in range(40):
        if not forget:
            optimizer.zero_grad()
        (weight**2).backward()
        optimizer.step()
        seen.append(weight.item())
    paths[name] = np.array(seen)
ax = plots.curves(paths, np.arange(41), xlabel="step", ylabel="w")
ax.set_ylim(-1.1, 1.5)
ax.legend(ncols=2, loc="upper right")
for name, path in paths.items():
    print(f"{name:15}", *(f"{w:5.2f}" for w in path[:6]), "…")

# %% [markdown]
# All gradients so far are added up, and the sum is what moves $w$. That is a ball without friction: it rolls through the valley and up the other side, for ever. On the digits, five starts, five epochs, two rates:

# %% alt="J on the training set after 5 epochs, logarithmic, five runs each. At rate 0.03 forgetting zero_grad gives 0.17 against 1.7 with it; at rate 0.3 it is the other way round, 1.1 forgotten against 0.31 with it."
J_end = {f"rate {rate}": {"with zero_grad": [], "forgotten": []} for rate in (0.03, 0.3)}
for rate, forget, seed in tqdm(list(product((0.03, 0.3), (False, True), SEEDS)), leave=False):
    model = to_torch(net, init(net, np.random.default_rng(seed)))
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    loader = torch.utils.data.DataLoader(
        pairs, batch_size=64, shuffle=True, generator=torch.Generator().manual_seed(seed)
    )
    for _epoch in range(5):
        for x_batch, y_batch in loader:
            if not forget:
                optimizer.zero_grad()
            loss(model(x_batch), y_batch).backward()
            optimizer.step()
    J = loss(model(X_all), y_all).item()
    J_end[f"rate {rate}"]["forgotten" if forget else "with zero_grad"].append(J)
_ = plots.errorbars(J_end, ylabel="J on the training set after 5 epochs", log=True)
assert min(J_end["rate 0.3"]["forgotten"]) > max(J_end["rate 0.3"]["with zero_grad"])
assert max(J_end["rate 0.03"]["forgotten"]) < min(J_end["rate 0.03"]["with zero_grad"])

# %% [markdown]
# **What we saw.** At the rate that suits the net, forgetting the line ruins it. At a tenth of that rate it comes out *ahead*: the heap of old gradients is momentum that never decays, and it makes up for a rate that is too small. Nothing crashes, nothing looks odd, and the next person who tunes the rate finds a strange optimum. Check gradients; do not trust curves.
#
# ## What you have now
#
# | claim or slip | verdict of this notebook |
# |---|---|
# | lecture 1's formulas of $E$ | hold, for logistic units |
# | the effects of a hidden unit must be combined | holds exactly: 655,360 paths, one gradient |
# | all derivatives in one pass | holds: less than two more forward passes, whatever $P$ |
# | the plain expression is expensive | holds: times the width for each layer |
# | the matrix form is the sum of the cases | holds exactly |
# | $1/N$ may wait until the end | if it comes back exactly once |
# | lecture 2's algorithm as printed | fails: an error proportional to the rate |
# | lecture 2's exercises | the sum of $\delta$; $p-y$ for both outputs |
# | lecture 4's product of fractions | right up to $u\approx37$, then nan |
# | lecture 4's bars in the loss | hide outputs that are no probabilities |
# | random first weights *and* biases | weights must differ, biases need not |
# | MSELoss for $\frac1{2N}\sum$ | for two outputs only |
#
# **To think about**, without code:
#
# <details><summary>A gradient check says 1e-9, and the network still does not learn. Name three suspects.</summary>
#
# The check proves that the code computes the derivative of *its own* $J$. It cannot see a wrong loss (bars, a missing term), a rate that does not suit, equal first weights, saturated units, shuffled targets. And it was made at one $\theta$, on one batch.
#
# </details>
#
# <details><summary>Forward walks carry one change of one weight to J. Backward walks carry J to all weights. When would you walk forward?</summary>
#
# When there are few inputs and many outputs: the cost of the forward walk grows with the number of things you move, that of the backward walk with the number of things you watch. A network's loss is one number and its weights are many.
#
# </details>
