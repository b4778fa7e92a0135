# %% [markdown]
# # 01 Perceptrons: a history in experiments
#
# In 1958 a psychologist described a machine that learns from its mistakes; in 1969 a book proved what such machines cannot see; in 2012 their grandchild won the ImageNet contest. The lectures tell it as a story. Here you repeat its experiments, and some parts of the story turn out differently.
#
# **You will be able to**
#
# - write Rosenblatt's perceptron, and say beforehand how many mistakes it can make;
# - decide whether a line exists with a linear program, which proves its answer, instead of a training run, which cannot;
# - say what Minsky and Papert proved, what they did not, and set a two-layer net by hand that does it;
# - choose between perceptron, pocket, Adaline and today's usual classifiers, from measurements;
# - tell who invented backpropagation without starting a quarrel.
#
# **Follows** lecture 4 ("Historia", "Problemas", "Modelos de clasificación más comunes") and lecture 3 ("Historias de las redes neuronales", "Red lineal"). **You need** dot products. **Time** about two and a half hours, with 10 exercises.

# %% tags=["setup"]
from itertools import combinations
from time import perf_counter

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import linprog
from sklearn.linear_model import LogisticRegression, Perceptron
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier
from tqdm.auto import tqdm

from course_utils import datasets, plots, widgets
from course_utils.exercises import ex01
from course_utils.nn import mlp
from course_utils.nn.functions import sigmoid, squared_error
from course_utils.nn.mlp import MLP, init
from course_utils.nn.optim import adam, momentum
from course_utils.nn.perceptron import signs, train_adaline, two_layers, with_bias
from course_utils.nn.separability import refutation, separating, widest
from course_utils.nn.train import StopTraining, one_hot, split, train

plots.use_style()

# %% [markdown]
# ## 1. What happened when
#
# Lecture 5 says that Hinton invented backpropagation in the eighties; lecture 4, that he and LeCun made gradients popular in 1986 and that symbolic AI died of it.
#
# **Predict.** Write down three years: the first gradient sent backward through many stages of a computation, the first program that did it for any computation, the first time it trained a neural network. Then look.

# %% alt="Timeline of 31 events from 1943 to 2017 in four strands: perceptrons (circles), symbols (squares), gradients (triangles) and deep networks (diamonds, from 1980 on). The years 1969 to 1986 are shaded; triangles begin in 1960 and go on through the shaded years."
history = datasets.facts("timeline")
events = [f"{who}: {what}" for who, what in zip(history["who"], history["what"], strict=True)]
ax = plots.timeline(
    history["year"], events, history["strand"], spans={"1969 to 1986": (1969, 1986)}
)
_ = ax.set_title("Symbols, perceptrons, gradients and deep networks", pad=30)

# %% [markdown]
# The figure is a list of events from 1943 to 2017, top to bottom, each at its year; colours and markers tell four strands apart. The shaded years lie between the book of Minsky and Papert and the *Nature* paper of Rumelhart, Hinton and Williams. Look at the green triangles: they begin in 1960 and do not stop in the shaded years.

# %%
for year, who, what, strand in zip(*list(history.values())[:4], strict=True):
    if strand == "gradients" and year <= 1989:
        print(f"{year}  {who:28} {what}")

# %% [markdown]
# So who invented backpropagation? It depends on what you call by that name, and each part has an owner:
#
# - **the method**: Kelley (1960) and Bryson (1961) sent gradients backward through the stages of a control problem, the adjoint method of notebook 04;
# - **for any computation, at the price of one**: Linnainmaa (1970), today's reverse mode;
# - **for neural networks**: Werbos proposed it (the thesis of 1974 has the derivatives, the paper of 1982 the networks); LeCun and Parker found it again in 1985, and Rumelhart, Hinton and Williams too;
# - **what it is good for**: Rumelhart, Hinton and Williams (1986) showed that hidden units learn features that nobody gave them. That made it known, and it is what the famous paper claims.
#
# Hinton did not invent it (lecture 5 is wrong here), and says so himself (in M. Ford, *Architects of Intelligence*, 2018). Three more lines of lecture 4 need care. The paper of 1986 is by **Rumelhart**, Hinton and Williams; LeCun's are those of 1985 and 1989. "A decade" of delay was seventeen years, from 1969 to 1986, and the derivatives were there all the time. And symbolic AI did not die: the squares of the timeline go on, to Deep Blue in 1997, and AlphaGo (2016) joins a network to a tree search. Every row has its source: `history["source"]`.
#
# ## 2. Rosenblatt's unit
#
# A perceptron adds up its inputs with weights and answers +1 where the sum exceeds a threshold, else −1. Lecture 3 puts the threshold among the weights: an input $x_0$ that is always 1 gets the weight $w_0 = b$, the **bias**, and then
#
# $$u = w_0 x_0 + w_1 x_1 + \dots + w_n x_n = \mathbf w\cdot\mathbf x, \qquad \text{answer} = \begin{cases}+1 & u > 0\\ -1 & \text{else.}\end{cases}$$
#
# Labels are −1 and +1 in this notebook (in the rest of the course they are 0 and 1). The reason comes in section 3: with them "right" is one inequality, $y\,\mathbf w\cdot\mathbf x > 0$.

# %% exercise="predict"

# %% [markdown]
# Is the bias really nothing but a weight? The same numbers, once with a bias of their own and once with $x_0 = 1$:

# %% tags=["nbval-check-output"]
rng = np.random.default_rng(0)
inputs, w = rng.normal(size=(1000, 5)), rng.normal(size=6)
apart, together = inputs @ w[1:] + w[0], with_bias(inputs) @ w
print("equal but for rounding:", np.allclose(apart, together, rtol=0, atol=1e-14))
print("equal answers:", (predict(w, with_bias(inputs)) == np.where(apart > 0, 1, -1)).all())

# %% [markdown]
# Equal, up to the last bit of rounding. From here on every `X` has $x_0 = 1$ as its column 0.
#
# In the plane $\mathbf w\cdot\mathbf x = 0$ is a line. **Turn it** until as few cases as you can are ringed. Which knob does what to $w_0$, and which to the direction of $(w_1, w_2)$?

# %% alt="Two clouds of points in the plane x1, x2, class -1 lower left and class +1 on the right. A rising line with an arrow at right angles to it; its shaded side of +1 lies upper left, so 19 of 40 points are ringed as wrong."
rng = np.random.default_rng(1)
clouds_y = np.repeat([-1.0, 1.0], 20)
clouds = rng.normal(size=(40, 2)) + clouds_y[:, None] * np.array([1.1, 0.7])


def draw_line(angle=120.0, distance=0.8):
    """The line at `distance` from the origin whose normal points at `angle` degrees."""
    direction = np.deg2rad(angle)
    w = np.array([-distance, np.cos(direction), np.sin(direction)])
    wrong = np.sum(clouds_y * (with_bias(clouds) @ w) <= 0)
    ax = plots.dividing_line(w, clouds, clouds_y)
    title = f"w = ({w[0]:.2f}, {w[1]:.2f}, {w[2]:.2f}): {wrong} of {len(clouds)} wrong"
    ax.set_title(title.replace("-", "−"))
    return ax


widgets.knobs(draw_line, angle=(-180.0, 180.0, 5.0), distance=(-3.0, 3.0, 0.1))

# %% [markdown]
# The picture shows two clouds of points, a line between them, an arrow that stands on it at right angles, and rings around the points on the wrong side. The arrow is $(w_1, w_2)$: it points into the shaded side of +1. The bias moves the line along it.
#
# ## 3. Learning from mistakes
#
# Rosenblatt's rule looks at one case at a time. If the answer is right it does nothing. If not, it moves $\mathbf w$ so that this case's $y\,\mathbf w\cdot\mathbf x$ grows.
#
# **Predict.** A case of class +1 has $\mathbf x = (1, 2, -1)$ and $\mathbf w\cdot\mathbf x = -3$. You may add a multiple of $\mathbf x$ to $\mathbf w$. After adding $\mathbf x$ itself, what is $\mathbf w\cdot\mathbf x$? Is the case right then?
#
# <details><summary>Think, then open</summary>
#
# It grows by $\mathbf x\cdot\mathbf x = 6$, to +3: right. Had it been −10, it would be −4 now, still wrong but nearer; the rule does not insist, the case comes round again.
#
# </details>
#
# At $u = 0$ the case lies on the line, and the rule counts that as a mistake for either label. Otherwise nothing could ever begin at $\mathbf w = 0$.

# %% exercise="update"

# %% [markdown]
# Watch it. Each frame shows one case (the large ring) and the line **after** the rule has seen it; the title says what happened. Start the slider, or step by hand.

# %% alt="Fourteen points in the plane, seven of class +1 on the right and seven of class -1, all but one on the left. After the first case, marked by a large ring, a steep line parts them with its arrow to the right; one point of class -1 lies on the wrong side."
few = np.random.default_rng(8).permutation(40)[:14]
steps_X, steps_y = clouds[few], clouds_y[few]


def frames(epochs=4):
    """(w, row, was it a mistake) after every case."""
    w = np.zeros(3)
    for row in list(range(len(steps_y))) * epochs:
        x = with_bias(steps_X)[row]
        mistake = steps_y[row] * (x @ w) <= 0
        w = update(w, x, steps_y[row])
        yield w, row, mistake


def draw_step(frame):
    """One case and the line it leaves behind."""
    w, row, mistake = frame
    ax = plots.dividing_line(w, steps_X, steps_y, shown=row)
    ax.set_title(f"case {row}: " + ("a mistake, w moves" if mistake else "right, w stays"))
    return ax


widgets.stepper(draw_step, list(frames()))

# %% [markdown]
# The picture shows fourteen points, the line, and the ringed case. The line jumps at every mistake, sometimes over cases that were right before: one case is mended at the expense of others. In the fourth round nothing moves any more. That this ever ends is not obvious.

# %% exercise="train_perceptron"

# %% [markdown]
# On real data: the handwritten digits 3 and 8, 64 pixels each. A witness from outside, scikit-learn's `Perceptron`, sees the cases in the same order.

# %% tags=["nbval-check-output"]
digits = datasets.load("digits")


def pair(part, a, b):
    """X with x₀ = 1 and y = −1, +1 of two digits in one part of the data."""
    X, y = getattr(digits, f"X_{part}"), getattr(digits, f"y_{part}")
    rows = np.isin(y, (a, b))
    return with_bias(X[rows]), signs(y[rows])


X38, y38 = pair("train", 3, 8)
w38, mistakes = train_perceptron(np.zeros(65), X38, y38, epochs=1000)
X_test, y_test = pair("test", 3, 8)
theirs = Perceptron(shuffle=False, fit_intercept=False, tol=None, max_iter=200).fit(X38, y38)
print(f"{len(y38)} cases learned with {mistakes} mistakes")
print(f"test accuracy {np.mean(predict(w38, X_test) == y_test):.3f}")
print("the same weights as scikit-learn's:", np.allclose(w38, theirs.coef_[0]))

# %% [markdown]
# ## 4. The convergence theorem
#
# Why did it stop? Suppose some $\mathbf w^*$ of length 1 separates the classes, and the nearest case lies a distance $\gamma > 0$ inside its side: the **margin**, $\gamma = \min_n y_n\,\mathbf w^*\cdot\mathbf x_n$.

# %% exercise="margin"

# %% [markdown]
# Start at $\mathbf w = 0$ and count mistakes, $M$ of them so far. Let $R$ be the length of the longest case.
#
# - Each mistake adds $y\mathbf x$ to $\mathbf w$. What does that do to $\mathbf w\cdot\mathbf w^*$, at least?
# - $|\mathbf w + y\mathbf x|^2 = |\mathbf w|^2 + 2y\,\mathbf w\cdot\mathbf x + |\mathbf x|^2$. The middle term is not positive: it was a mistake! So what does it do to $|\mathbf w|^2$, at most?
#
# The two race each other, since $\mathbf w\cdot\mathbf w^* \le |\mathbf w|$. Work out from which $M$ on they would collide. (Block and Novikoff, both 1962.)

# %% exercise="mistake_bound"

# %% [markdown]
# The theorem says nothing about the order, the dimension or the number of cases. **Predict**: is the bound close to what happens, or far above it? We draw 300 sets: 1 to 15 inputs, 10 to 150 cases, a random plane to label them, and for each the bound with the widest margin there is.


# %% alt="Mistakes made against the bound (R/γ)², both axes logarithmic, 300 points. All lie below the diagonal where the two are equal, most between a tenth and a hundredth of the bound; sets with many inputs (light) lie nearer to it than those with few (dark)."
def random_set(rng):
    """Cases of both classes on the two sides of a random plane."""
    while True:
        n, N = int(rng.integers(1, 16)), int(rng.integers(10, 150))
        X, plane = with_bias(rng.normal(size=(N, n))), rng.normal(size=n + 1)
        y = np.where(X @ plane > 0, 1.0, -1.0)
        if abs(y.sum()) < N:
            return X, y


rng = np.random.default_rng(0)
made, bounds, inputs = [], [], []
for _ in tqdm(range(300), delay=2):
    X, y = random_set(rng)
    _, mistakes = train_perceptron(np.zeros(X.shape[1]), X, y, epochs=100_000)
    made.append(mistakes)
    bounds.append(mistake_bound(widest(X, y), X, y))
    inputs.append(X.shape[1] - 1)
made, bounds, inputs = np.array(made), np.array(bounds), np.array(inputs)

fig, ax = plt.subplots(figsize=(6.4, 4.4))
points = ax.scatter(bounds, np.maximum(made, 1), c=inputs, s=18, cmap="viridis")
line = np.array([1, bounds.max()])
ax.plot(line, line, color="#222222", label="mistakes = bound")
ax.set(xscale="log", yscale="log", xlabel="bound (R/γ)²", ylabel="mistakes made")
ax.legend()
_ = fig.colorbar(points, ax=ax, label="inputs n")

# %% tags=["nbval-check-output"]
share = made / bounds
print(f"sets in which the bound was broken: {np.sum(made > bounds)} of {len(made)}")
print(f"mistakes / bound: median {np.median(share):.3f}, largest {share.max():.3f}")
assert (made <= bounds).all()

# %% [markdown]
# In the figure every point lies below the diagonal: **the bound holds in all 300 sets** (lecture 3: earlier methods such as the perceptron's converge; where a plane exists, they do). And it is generous: on random sets the perceptron makes a small part of the mistakes it is allowed, and comes nearest to it where the inputs are many (light points).
#
# Is it too generous, could a better proof lower it? No. Here are $n$ cases at right angles to each other:

# %% tags=["nbval-check-output"]
for n in (2, 5, 20, 100):
    X, y = np.eye(n), np.random.default_rng(n).choice([-1.0, 1.0], n)
    _, mistakes = train_perceptron(np.zeros(n), X, y, epochs=10)
    print(f"n = {n:3}: {mistakes:3} mistakes, bound {mistake_bound(y, X, y):5.1f}")

# %% [markdown]
# Nothing learned from one case helps with another, and the bound is reached exactly. For the digits 3 and 8, how much of it was used, and how much does the order matter?

# %% tags=["nbval-check-output"]
best = widest(X38, y38)
rng = np.random.default_rng(0)
orders = [rng.permutation(len(y38)) for _ in range(20)]
counts = [train_perceptron(np.zeros(65), X38[p], y38[p], epochs=1000)[1] for p in orders]
print(f"bound {mistake_bound(best, X38, y38):.0f}; mistakes in 20 orders: ", end="")
print(f"{min(counts)} to {max(counts)}")
print(f"margin: widest {margin(best, X38, y38):.3f}, of the perceptron's w ", end="")
print(f"{margin(w38, X38, y38):.3f}")

# %% [markdown]
# The perceptron stops at the first line that separates, however narrowly. Looking for the widest margin instead is what made support vector machines (1995).
#
# ## 5. No line
#
# Exclusive or: two bits, +1 where exactly one of them is 1. The perceptron runs and runs:

# %% tags=["nbval-check-output"]
bits, targets = datasets.xor()
X_xor, y_xor = with_bias(bits), signs(targets.ravel())
for epochs in (10, 100, 1000):
    w, mistakes = train_perceptron(np.zeros(3), X_xor, y_xor, epochs)
    print(f"{epochs:4} epochs: {mistakes:4} mistakes, w = {w}")

# %% [markdown]
# Does that *prove* that there is no line? No: it may need a million epochs. (The bound would tell, but it needs the very margin we are asking for.) A question of existence wants another tool. "Is there a $\mathbf w$ with $y_n\,\mathbf w\cdot\mathbf x_n \ge 1$ for all $n$?" is a **linear program** with nothing to optimize, and its solver answers yes with a $\mathbf w$ or no for good. (Why 1 and not 0? Any separating $\mathbf w$ can be made long enough.)

# %% tags=["nbval-check-output"]
answer = linprog(np.zeros(3), A_ub=-y_xor[:, None] * X_xor, b_ub=-np.ones(4), bounds=(None, None))
print("status", answer.status, "(2 means: infeasible)")

# %% [markdown]
# You need not trust the solver either. **Find the proof yourself**: write the four inequalities for $w_0, w_1, w_2$, and add them up.
#
# <details><summary>Think, then open</summary>
#
# $-w_0 > 0$, $\;w_0 + w_2 > 0$, $\;w_0 + w_1 > 0$, $\;-(w_0+w_1+w_2) > 0$. Each of $w_0$, $w_1$, $w_2$ appears as often with plus as with minus: the sum reads $0 > 0$.
#
# </details>
#
# That is no accident. Either there is a line, or there are weights $a_n \ge 0$ with $\sum_n a_n = 1$ and $\sum_n a_n y_n \mathbf x_n = 0$, a sum of inequalities that reads $0 > 0$; never both (Gordan, 1873). `separating` looks for the first, `refutation` for the second.


# %%
def plus(condition):
    """+1 where the condition holds, else −1."""
    return np.where(np.ravel(condition), 1.0, -1.0)


X6 = datasets.parity(6)[0]
questions = {"and": (bits, plus(bits.all(axis=1))), "or": (bits, plus(bits.any(axis=1)))}
questions |= {"xor": (bits, y_xor), "majority, 6": (X6, plus(X6.sum(axis=1) > 3))}
for n in range(3, 7):
    X, Y = datasets.parity(n)
    questions[f"parity, {n}"] = X, plus(Y > 0)
questions["symmetry, 6"] = X6, plus(datasets.symmetry(6)[1] > 0)

for name, (X, y) in questions.items():
    a = refutation(with_bias(X), y)
    line = separating(with_bias(X), y) is not None
    proof = "" if a is None else f"refuted by a sum of {np.sum(a > 1e-9)} inequalities"
    print(f"{name:12} {len(y):3} cases   {'a line' if line else 'no line':8} {proof}")
    assert line == (a is None) == (name in ("and", "or", "majority, 6"))

# %% [markdown]
# So lecture 4 is right that the first perceptron had severe limits, and here they are proved, not observed. How severe for real pictures? For each pair of digits, and for each digit against the nine others, does a plane exist in the 64 pixels?

# %% tags=["nbval-check-output"]
X_digits = with_bias(digits.X_train)
pairs = [separating(*pair("train", a, b)) is not None for a, b in combinations(range(10), 2)]
alone = [separating(X_digits, signs(digits.y_train == k)) is not None for k in range(10)]
print(f"pairs of digits with a plane between them: {sum(pairs)} of {len(pairs)}")
print("digits with a plane between them and all others:", *np.flatnonzero(alone))

# %% [markdown]
# Almost all of them! Is that because 64 pixels are so many that any question has a plane? Deal the same labels out at random:

# %% tags=["nbval-check-output"]
shuffled = [np.random.default_rng(k).permutation(digits.y_train == k) for k in range(10)]
planes = [separating(X_digits, signs(labels)) is not None for labels in shuffled]
print(f"shuffled labels with a plane: {sum(planes)} of {len(planes)}")

# %% [markdown]
# No: the planes are there because digits are digits. What a perceptron cannot do is a matter of the **question** (parity, symmetry, connectedness), less of the mess of real data. Keep the 8 in mind: we need it in section 8.
#
# ## 6. What Minsky and Papert proved
#
# Rosenblatt's machine did not see raw pixels. Between them and the learning unit stood a layer of fixed **features**, each a threshold function of some pixels, drawn at random. With features a perceptron can do more: give it $x_1 x_2$ as a third input, and XOR has a plane. So Minsky and Papert asked: how many inputs **at a time** must a feature see? They called the answer the **order** of a question. For bits it is enough to think of products of inputs: whatever can be said of $k$ bits is a sum of products of at most $k$ of them.

# %% exercise="monomials"

# %% tags=["nbval-check-output"]
for name, (X, y) in questions.items():
    n = X.shape[1]
    order = next(k for k in range(n + 1) if separating(monomials(X, k), y) is not None)
    columns = monomials(X, order).shape[1]
    print(f"{name:12} order {order} of {n}, {columns:2} products")

# %% [markdown]
# **Parity has the order of all its bits**: to tell odd from even at least one feature must look at everything, and the number of products doubles with each bit. That is a theorem of *Perceptrons* (1969), which we have just checked for 2 to 6 bits. Symmetry looks as hard and has order 2: compare the mirrored pairs. Whether a figure is in one piece (connectedness) has no finite order as the picture grows, the other famous theorem of the book.
#
# What the book did **not** prove is that nets with two layers of *learned* weights share these limits. That they would was given there as an opinion. Lecture 4 says "it was assumed that this holds for all neural networks": so it was, and it is false. Do it by hand, with step units (1 for $u > 0$, else 0) and inputs 0 or 1:

# %% exercise="xor_net"

# %% [markdown]
# Two units, two lines, and the region between them is the answer:

# %% alt="The four corners of a square, x1 and x2 being 0 or 1, and two parallel falling lines. The band between the lines answers 1 and holds the corners (0, 1) and (1, 0); the two triangles outside answer 0 and hold (0, 0) and (1, 1)."
W, b, v, c = xor_net()
ax = plots.decision_regions(
    lambda X: two_layers(X, W, b, v, c), bits, targets.ravel(), classes=["0", "1"]
)
ax.legend(title="target", loc="center")
_ = ax.set_title("Exclusive or, by two layers of step units")

# %% [markdown]
# The figure shows the four corners of a square and two parallel lines; between them the net answers 1, and there lie the two corners with exactly one 1. Now for any number of bits, with as many hidden units:

# %% exercise="parity_net"

# %% tags=["nbval-check-output"]
for n in range(2, 9):
    X, Y = datasets.parity(n)
    errors = np.sum(two_layers(X, *parity_net(n)) != Y.ravel())
    print(f"parity of {n} bits: {n} hidden units, {errors} errors in {len(X)} cases")
    assert errors == 0

# %% [markdown]
# The price of parity is $n$ hidden units, where one layer needs all $2^n$ products. Note that each of them looks at **every** input: this does not contradict the theorem, it uses the freedom that the theorem's perceptrons do not have.
#
# ## 7. Features given, features learned
#
# The abstract of 1986 (lecture 3 shows it) says what is new: backpropagation makes **useful new features**, earlier methods such as the perceptron procedure do not. Symmetry of six bits is the paper's example.
#
# First without features. No line exists, so Rosenblatt's rule never ends, and its last weights are those of a moment. The **pocket** algorithm (Gallant, 1990) lets the rule run and keeps, in its pocket, the best weights it has met.

# %% exercise="pocket"

# %% tags=["nbval-check-output"]
X, y = with_bias(X6), questions["symmetry, 6"][1]
rng = np.random.default_rng(0)
orders = [rng.permutation(64) for _ in range(20)]
kept = [pocket(np.zeros(7), X[p], y[p], epochs=60) for p in orders]
right = [int(np.sum(predict(w, X) == y)) for w in kept]
print(f"best line: {max(right)} of 64 right; always 'no': {np.sum(y < 0)}")
assert max(right) <= 57

# %% [markdown]
# (No line does better than 57: an integer program proves it in `tests/test_separability.py`.) Now with features of Rosenblatt's kind, fixed and random. **Predict**: how many does it take until a plane exists?

# %% alt="Draws with a plane, in percent, against the number of random features: 0 up to 16, 15 at 24, 70 at 32, 95 at 48 and 100 at 64. A dashed vertical line at 2 marks the features that a 6-2-1 net learns."
numbers = np.array([2, 8, 16, 24, 32, 40, 48, 56, 64])
found = np.zeros((20, len(numbers)))
for seed in range(20):
    rng = np.random.default_rng(seed)
    W, b = rng.normal(size=(6, 64)), rng.normal(size=64)
    features = (X6 @ W + b > 0).astype(float)
    found[seed] = [separating(with_bias(features[:, :H]), y) is not None for H in numbers]
ax = plots.curves(
    {"random, fixed features": 100 * found.mean(axis=0)},
    x=numbers,
    xlabel="number of features",
    ylabel="draws with a plane, %",
)
ax.axvline(2, color=plots.PALETTE[1], linestyle="--", label="features learned by 6-2-1 (below)")
_ = ax.legend()

# %% [markdown]
# The curve is at 0 up to 16 random features and near 100 % from 48 on: with enough of them the perceptron learns symmetry. Now let backpropagation choose **two**, in the net of the paper: 6 inputs, 2 hidden units, 1 output, all logistic. How the derivatives are found is the matter of notebook 03; here we only use them.

# %%
X_sym, Y_sym = datasets.symmetry(6)
net = MLP((6, 2, 1), hidden=sigmoid, output=sigmoid, loss=squared_error)


def count_right(theta):
    """Of the 64 cases, how many fall on the right side of ½."""
    return int(np.sum((mlp.forward(net, theta, X_sym).output > 0.5) == (Y_sym > 0.5)))


def stop_when_solved(epoch, theta):
    """Ends a run when all 64 are right."""
    if epoch % 25 == 0 and count_right(theta) == 64:
        raise StopTraining("solved")


runs = []
for seed in tqdm(range(8), delay=2):
    rng = np.random.default_rng(seed)
    start = rng.uniform(-0.3, 0.3, net.size)
    runs.append(
        train(net, start, X_sym, Y_sym, momentum(6.4, alpha=0.9), epochs=3000, batch_size=None,
              rng=rng, on_epoch=stop_when_solved)
    )  # fmt: skip
solved = [run for run in runs if run.stopped == "solved"]
print("right after training:", [count_right(run.theta) for run in runs])
print(f"{len(solved)} of {len(runs)} starts reach all 64")
print("weights into the two hidden units of one of them:")
print(net.layers(solved[0].theta)[0].W.T.round(1))
assert solved

# %% [markdown]
# Look at the weights: equal and opposite around the middle, with sizes near 1 : 2 : 4 in some order, and the second unit is the first with its signs turned. A symmetric input sends 0 to both, whatever its bits; any other sends a positive sum to one of them. Nobody put that in. (Some starts get stuck at "always no", 56 right: notebook 03 asks how often.)
#
# ## 8. Where the perceptron never settles
#
# The digit 8 against the nine others had no plane. So the perceptron goes on for ever, and the pocket is one way out. Thirty years before it there was another: **Adaline** (Widrow and Hoff, 1960) asks for something else, not the right side, but the least squared distance of $\mathbf w\cdot\mathbf x$ from the label,
#
# $$J = \frac{1}{2N}\sum_n\left(\mathbf w\cdot\mathbf x_n - y_n\right)^2 .$$
#
# That has a gradient, and a single minimum, whether a line exists or not. Following the gradient one case at a time is the **delta rule**; it looks like Rosenblatt's but moves $\mathbf w$ for every case, by how far it is off.

# %% exercise="adaline_gradient"

# %% [markdown]
# **Predict.** The three learn the 8. Which curve of training errors is calm, which one is lowest, and which is lowest on new digits?

# %% alt="Training errors in percent over 30 epochs, 8 against the rest, five orders. The perceptron's median jumps between 3 and 6 under a ragged band that reaches above 15; Adaline falls smoothly from 10 to 3.5 in a thin band; the pocket's dashed line lies at 2.7."
y_eight, eight_test = signs(digits.y_train == 8), signs(digits.y_test == 8)
X_eight_test = with_bias(digits.X_test)


def percent_wrong(w, X, y):
    """Errors in per cent."""
    return 100 * np.mean(predict(w, X) != y)


EPOCHS, SEEDS = 30, range(5)
along = {name: np.zeros((len(SEEDS), EPOCHS)) for name in ("perceptron", "Adaline, online")}
test = {name: np.zeros(len(SEEDS)) for name in ("perceptron", "pocket", "Adaline, online")}
in_pocket = np.zeros(len(SEEDS))
for seed in tqdm(SEEDS, delay=2):
    order = np.random.default_rng(seed).permutation(len(y_eight))
    X, y = X_digits[order], y_eight[order]
    rosenblatt, adaline = np.zeros(65), np.zeros(65)
    for epoch in range(EPOCHS):
        rosenblatt, _ = train_perceptron(rosenblatt, X, y, epochs=1)
        adaline = train_adaline(adaline, X, y, lr=0.002, epochs=1)
        along["perceptron"][seed, epoch] = percent_wrong(rosenblatt, X, y)
        along["Adaline, online"][seed, epoch] = percent_wrong(adaline, X, y)
    best = pocket(np.zeros(65), X, y, epochs=10)
    in_pocket[seed] = percent_wrong(best, X, y)
    for name, w in zip(test, (rosenblatt, best, adaline), strict=True):
        test[name][seed] = percent_wrong(w, X_eight_test, eight_test)

_, ax = plt.subplots(figsize=(8.6, 4.0))
plots.curves(along, spread="range", ylabel="8 against the rest: training errors, %", ax=ax)
ax.axhline(in_pocket.mean(), color=plots.PALETTE[2], linestyle="--", label="pocket, 10 epochs")
ax.set_ylim(0, 20)
_ = ax.legend(
    title="median of 5 orders;\nband: smallest to largest",
    loc="upper left",
    bbox_to_anchor=(1.01, 1.0),
)

# %%
for name, values in test.items():
    print(f"{name:16} test errors {values.mean():4.1f} ± {values.std(ddof=1):.1f} %")
swing = np.abs(np.diff(along["perceptron"][:, -10:])).mean()
calm = np.abs(np.diff(along["Adaline, online"][:, -10:])).mean()
print(f"change from epoch to epoch, last ten: perceptron {swing:.2f}, Adaline {calm:.2f} points")
assert swing > 3 * calm

# %% [markdown]
# In the figure the perceptron's curve jumps up and down to the end and its band is wide; Adaline's is smooth and hardly differs between orders; the dashed line of the pocket lies below both. So the pocket counts fewest training errors, as it should, because errors are what it looks at. Adaline is calm but not lowest: it minimizes $J$, which is not the number of errors. On new digits the two are equal within their spread, and what the perceptron gives is luck. Your gradient, followed with all cases at once, goes to where least squares says:

# %% tags=["nbval-check-output"]
w = np.zeros(65)
for _ in range(4000):
    w = w - 0.1 * adaline_gradient(w, X_digits, y_eight)
exact = np.linalg.lstsq(X_digits, y_eight, rcond=None)[0]
J = [np.mean((X_digits @ each - y_eight) ** 2) / 2 for each in (w, exact)]
print("J after 4,000 steps {:.3f}, least squares {:.3f}".format(*J))

# %% [markdown]
# It gets there slowly (notebook 06 asks why). And where it gets to can miss a line that exists. Six cases on one axis, the last one far out on its own right side:

# %% tags=["nbval-check-output"]
axis = np.array([-2.0, -1.5, -0.5, 0.5, 1.5, 50.0])
X, y = with_bias(axis[:, None]), np.array([-1.0, -1.0, -1.0, 1.0, 1.0, 1.0])
w_adaline = np.linalg.lstsq(X, y, rcond=None)[0]
w_perceptron, _ = train_perceptron(np.zeros(2), X, y, epochs=1000)
for name, w in (("perceptron", w_perceptron), ("Adaline", w_adaline)):
    print(f"{name:10} threshold at {0 - w[0] / w[1]:6.2f}, {np.sum(predict(w, X) != y)} wrong")

# %% [markdown]
# The far case is "too right", and least squares draws the threshold towards it. Logistic units and cross-entropy (notebook 02) keep the calm and drop this defect.
#
# ## 9. The usual classifiers
#
# Lecture 4 lists the common models and divides them into linear and non-linear: k nearest neighbours, logistic regression, decision tree, support vector machine, multilayer perceptron, convolutional network. All but the last (which is for larger pictures) meet here on moons, circles and digits, plus blobs for fairness. The multilayer perceptron is the course's own, the others are scikit-learn's with their default settings.


# %%
class Net:
    """The course's multilayer perceptron, dressed as a scikit-learn model."""

    def __init__(self, seed):
        self.seed = seed

    def fit(self, X, y):
        rng = np.random.default_rng(self.seed)
        self.net = MLP((X.shape[1], 32, int(y.max()) + 1))
        epochs = 60 if X.shape[1] == 2 else 20
        Y = one_hot(y, self.net.sizes[-1])
        start = init(self.net, rng)
        self.theta = train(
            self.net, start, X, Y, adam(0.01), epochs=epochs, batch_size=32, rng=rng
        ).theta
        return self

    def predict(self, X):
        return mlp.predict(self.net, self.theta, X)


MODELS = {
    "logistic regression": lambda seed: LogisticRegression(max_iter=1000),
    "SVM, linear": lambda seed: SVC(kernel="linear"),
    "k-NN": lambda seed: KNeighborsClassifier(5),
    "decision tree": lambda seed: DecisionTreeClassifier(random_state=seed),
    "SVM, RBF": lambda seed: SVC(),
    "MLP (ours)": Net,
}


def problems(seed):
    """Name -> (X_train, y_train, X_test, y_test), drawn or split anew for each seed."""
    rng = np.random.default_rng(seed)
    for name, noise in (("blobs", 1.0), ("moons", 0.2), ("circles", 0.1)):
        data = datasets.load(name, rng=rng, n=400, noise=noise)
        yield name, (data.X_train, data.y_train, data.X_test, data.y_test)
    X = np.concatenate([digits.X_train, digits.X_valid, digits.X_test])
    y = np.concatenate([digits.y_train, digits.y_valid, digits.y_test])
    parts = split(X, y, rng=rng)
    yield "digits", (parts.X_train, parts.Y_train, parts.X_test, parts.Y_test)


# %% [markdown]
# First the regions, for one seed. **Predict**: which models can draw a closed curve, and which draw only horizontal and vertical edges?


# %% alt="Six panels of two interlocking half moons with each model's regions. Logistic regression and the linear SVM cut with a straight line and miss the tips; k-NN has a ragged border, the tree a rectangular one with thin stripes, the RBF SVM and the MLP smooth S-shaped ones."
def draw_regions(name):
    """Six models on one problem in the plane."""
    X, y, _, _ = dict(problems(seed=0))[name]
    fig, axs = plt.subplots(2, 3, figsize=(8.6, 5.8), sharex=True, sharey=True)
    for ax, (model, make) in zip(axs.flat, MODELS.items(), strict=True):
        plots.decision_regions(make(0).fit(X, y).predict, X, y, ax=ax, resolution=160)
        ax.set_title(model)
        ax.get_legend().remove()
        ax.label_outer()
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper center", ncols=2)
    return axs


_ = draw_regions("moons")

# %% [markdown]
# Six pictures of two interlocking half moons. Logistic regression and the linear SVM cut them with one straight line and lose the tips. The tree makes rectangles; k-NN a ragged border, the RBF machine and the network smooth ones that follow the moons.

# %% alt="Six panels of a ring of points inside a larger ring. Logistic regression and the linear SVM draw a line across both; k-NN, the RBF SVM and the MLP close a curve around the inner ring; the tree does it with a box that has thin strips at its edges."
_ = draw_regions("circles")

# %% [markdown]
# Six pictures of a small circle inside a larger one. The two linear models have no line to draw, and what they draw is chance; the four others close a curve around the inner circle. Now ten draws of everything, accuracy on cases that nobody learned from, and the times on one core.

# %%
accuracy = {name: {model: [] for model in MODELS} for name, _ in problems(0)}
seconds = {name: {model: [] for model in MODELS} for name in accuracy}
for seed in tqdm(range(10), delay=2):
    for name, (X, y, X_new, y_new) in problems(seed):
        for model, make in MODELS.items():
            start = perf_counter()
            fitted = make(seed).fit(X, y)
            middle = perf_counter()
            accuracy[name][model].append(np.mean(fitted.predict(X_new) == y_new))
            seconds[name][model].append((middle - start, perf_counter() - middle))

# %%
print(f"{'accuracy, 10 draws':20}" + "".join(f"{name:>16}" for name in accuracy))
for model in MODELS:
    cells = [accuracy[name][model] for name in accuracy]
    row = [f"{np.mean(cell):.3f} ± {np.std(cell, ddof=1):.3f}" for cell in cells]
    print(f"{model:20}" + "".join(f"{entry:>16}" for entry in row))

# %%
print(f"{'ms to fit / answer':20}" + "".join(f"{name:>16}" for name in seconds))
for model in MODELS:
    times = [1e3 * np.median(seconds[name][model], axis=0) for name in seconds]
    row = [f"{fit:.1f} / {answering:.1f}" for fit, answering in times]
    print(f"{model:20}" + "".join(f"{entry:>16}" for entry in row))

# %% alt="Accuracy on new cases of six models on four problems, ten draws each. On blobs all are near 0.98; on moons the two linear ones have 0.86, the others 0.93 to 0.96; on circles the linear ones 0.5, the others 0.96 to 1; on digits all are above 0.96 but the tree, at 0.84."
linear = ("logistic regression", "SVM, linear")
for model in MODELS:
    on = {name: np.mean(accuracy[name][model]) for name in accuracy}
    assert (on["circles"] < 0.65) == (model in linear)
    assert (on["digits"] > 0.93) == (model != "decision tree")
_ = plots.errorbars(
    {name: {model: accuracy[name][model] for model in MODELS} for name in accuracy},
    ylabel="accuracy on new cases",
    ax=plt.subplots(figsize=(8.6, 4.6))[1],
)

# %% [markdown]
# The figure has four groups, one for each problem, and six columns of points in each. On blobs all six agree; on circles the linear two stand at one half and the rest near one; on digits the linear two are among the good ones and the *non-linear* tree is last. So **"linear or non-linear" says what a model can draw, not how good it is**: it decides on circles and means little in 64 dimensions, where section 5 found planes nearly everywhere. No model is best everywhere, and the network is the slowest to fit of them on such small data.
#
# ## 10. What had changed by 2012
#
# Lecture 3 asks for the causes of the revolution of 2012 and shows a page of the Top 500 supercomputers. The page has no date; its rows are those of the list of **June 2023**. What can such a table say about a cause of something that happened eleven years before?

# %% tags=["nbval-check-output"]
top = datasets.facts("top500")
efficiency = 1e3 * top["rmax_pflops"] / top["power_kw"]  # PFlop/s / kW = 1000 GFlop/s / W
reached = top["rmax_pflops"] / top["rpeak_pflops"]
print(f"{'system':18} {'since':>5} {'PFlop/s':>8} {'of peak':>8} {'GFlop/s/W':>10}   accelerator")
columns = top["system"], top["first_listed"], top["rmax_pflops"], reached, efficiency
for row in zip(*columns, top["accelerator"], strict=True):
    print("{:18} {:5} {:8.1f} {:8.2f} {:10.1f}   {}".format(*row))

# %% alt="GFlop/s per watt against speed in PFlop/s (logarithmic) of nine machines. Frontier and LUMI are above 50, Leonardo, Perlmutter and Selene between 24 and 32, Summit and Sierra near 14, all with accelerators; without them Fugaku has 15 and TaihuLight 6."
kinds = {"with accelerators": top["accelerator"] != "none"}
kinds["without"] = ~kinds["with accelerators"]
fig, ax = plt.subplots(figsize=(6.8, 4.2))
for (kind, chosen), marker in zip(kinds.items(), "os", strict=True):
    ax.scatter(top["rmax_pflops"][chosen], efficiency[chosen], s=60, marker=marker, label=kind)
for name, x, y in zip(top["system"], top["rmax_pflops"], efficiency, strict=True):
    ax.annotate(name, (x, y), xytext=(8, 0), textcoords="offset points", va="center", fontsize=9.5)
ax.set(
    xscale="log", xlabel="Rmax, PFlop/s", ylabel="GFlop/s per watt", ylim=(0, 60), xlim=(50, 2500)
)
_ = ax.legend(loc="upper left")

# %% [markdown]
# The figure has one point for each of the nine machines, speed to the right and efficiency upwards. Seven have accelerators, which do most of their arithmetic, also in Frontier and LUMI, whose rows in the lecture name a CPU only; Fugaku and TaihuLight have none. The five best a watt all have accelerators, and the worst has none, but that is not all: Summit and Sierra have graphics processors as well and are no better than Fugaku, which came two years later. That is what the table shows: **efficiency, of machines of different age, in one year**. Growth needs lists of several years. The first machine of four of them:

# %% tags=["nbval-check-output"]
first = datasets.facts("top500_first")
speed, years = first["rmax_gflops"], first["year"]
for year, name, gflops in zip(years, first["system"], speed, strict=True):
    print(f"June {year}  {name:16} {gflops:16,.1f} GFlop/s")
for i, j in ((0, 2), (2, 3)):
    factor = speed[j] / speed[i]
    months = 12 * (years[j] - years[i]) / np.log2(factor)
    print(f"{years[i]} to {years[j]}: times {factor:,.0f}, doubling every {months:.0f} months")
watt = speed[2:] / (1e3 * first["power_kw"][2:])
print("GFlop/s per watt in 2012 and 2023: {:.1f} and {:.1f}".format(*watt))

# %% alt="Speed of the fastest machine in GFlop/s, logarithmic, by year: CM-5 in 1993 at 60, Earth Simulator in 2002, Sequoia in 2012 at 16 million, Frontier in 2023 at 1.2 billion, nearly a straight line. Vertical lines mark the paper of 1986 and AlexNet in 2012."
fig, ax = plt.subplots()
ax.semilogy(years, speed, "o-")
for year, name, gflops in zip(years, first["system"], speed, strict=True):
    left = year > 2000
    ax.annotate(
        name, (year, gflops), xytext=(-9, 3) if left else (9, -4), textcoords="offset points",
        ha="right" if left else "left",
    )  # fmt: skip
ax.axvline(2012, color="#777777", linestyle=":", label="AlexNet")
ax.axvline(1986, color="#777777", linestyle="--", label="Rumelhart, Hinton and Williams")
ax.set(xlabel="year of the list (June)", ylabel="fastest machine, GFlop/s", xlim=(1984, 2026))
_ = ax.legend(loc="lower right")

# %% [markdown]
# The figure is a nearly straight line on a logarithmic axis from 1993 to 2023. Between the first list and 2012 the fastest machine became hundreds of thousands of times faster, so computing power is a plausible cause; but the table of the lecture cannot show it: all its machines came later. And AlexNet was not trained on any of these: it ran for five to six days on two graphics cards for games. Its paper names three ingredients: large labelled data (ImageNet, 2009), fast graphics processors, and a better net (ReLU, dropout, augmentation). The methods you meet in this course were needed as well as the machines.
#
# ## What the lectures say, and what we found
#
# | claim | verdict here |
# |---|---|
# | The first perceptron had severe limits (4) | **holds**, proved by linear programs: no line for XOR, parity, symmetry |
# | It was assumed that this holds for all neural networks (4) | assumed, and **false**: two layers set by hand do XOR and parity of 2 to 8 bits |
# | The perceptron procedure converges but makes no features (3) | **holds**: the bound in 300 of 300 sets; symmetry needs dozens of random features or two learned ones |
# | A bias is a weight on $x_0 = 1$ (3) | **holds**, to the last bit of rounding |
# | Models are linear or non-linear (4) | **under conditions**: it decides on circles, hardly on digits |
# | Computing power is a cause of 2012 (3) | **under conditions**: plausible from lists of several years, not from the one that is shown |
# | Hinton invented backpropagation (5) | **fails**: he made it known with Rumelhart and Williams |
# | A decade lost; symbolic AI dies (4) | **fails**: seventeen years, and it lives |
#
# **To go on.** Notebook 02 builds networks of such units with other activations; 03 teaches them.
