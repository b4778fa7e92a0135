# %% [markdown]
# # 00 Start here
#
# Welcome! Five lectures in Spanish tell how neural networks learn; in these notebooks you build it all yourself, in English and in NumPy. Three things happen on this page:
#
# 1. You run cells from the top down with **Shift-Enter**. Nothing you do here can break anything.
# 2. You write one small function, and a **card** tells you at once whether it is right.
# 3. You see how the course is laid out, and leave for the first real notebook.
#
# **You will be able to** run a notebook, read a card, get a hint or the solution, and find any letter or Spanish word again later.
#
# **Follows** no lecture yet · **takes** about half an hour · **needs** a little Python
#
# Click on the next cell and press Shift-Enter. It brings in what this page uses. `[*]` beside it means "running", a number "done". On text Shift-Enter just moves on. **Nothing happens?** [A table below](#When-something-hangs) says what to do.

# %% tags=["setup"]
import platform
from itertools import islice

import matplotlib.pyplot as plt
import numpy as np
import torch

from course_utils import doctor, plots, widgets
from course_utils.exercises import ex00, progress
from course_utils.nn.functions import squared_error

plots.use_style()

# %% [markdown]
# ## 1. Your machine
#
# What the course runs on. No notebook needs a GPU.

# %%
print(f"{'Python':11} {platform.python_version()}")
for row in islice(doctor.examine(), 1, 5):
    print(f"{row.name:11} {row.found} {row.act}")

# %% [markdown]
# (`course doctor`, in a terminal, examines more and says what to do where something is not well.)
#
# ## 2. An exercise and its card
#
# A network answers with numbers, and we want to know by how much it is off. Each row of `P` holds its outputs for one example, each row of `Y` what they should have been, the targets. The squared distance of one example adds up over its outputs; the **mean squared error** is the mean of that over the $N$ examples:
#
# $$\text{MSE} = \frac{1}{N} \sum_{n=1}^{N} \sum_{j} \left(p_{nj} - y_{nj}\right)^2$$
#
# Here are two examples with three outputs each. **Work their mean squared error out on paper before you go on.**

# %%
P = np.array([[1.0, 0.0, 2.0], [3.0, 1.0, 1.0]])
Y = np.array([[1.0, 2.0, 1.0], [0.0, 1.0, 1.0]])
P - Y

# %% [markdown]
# In a moment you write that as a function, `mean_squared_error(P, Y)`. The course tries your function on arrays of its own and shows a card with one of three outcomes. Here are two of them, made on purpose.
#
# **Not attempted**: the body is still the line that raises `NotImplementedError`.


# %% tags=["nbval-check-output"]
def untouched(P, Y):
    raise NotImplementedError


ex00.mean_squared_error.report(untouched)

# %% [markdown]
# **Not yet**: the card names what is wrong and shows the smallest case that is. This function prints what it should return.


# %% tags=["nbval-check-output"]
def talkative(P, Y):
    print(P - Y)


ex00.mean_squared_error.report(talkative)

# %% [markdown]
# A function that raises gets a card too, with the line of *your* code that did it, instead of a page of red.


# %% tags=["nbval-check-output"]
def misspelt(P, Y):
    return P - T


ex00.mean_squared_error.report(misspelt)

# %% [markdown]
# **Stuck?** Every exercise has hints, from a question to an answer. `hint()` shows the first, `hint(2)` the first two; `show_solution()` shows it all. None of them costs points.

# %%
ex00.mean_squared_error.hint()

# %% [markdown]
# **Your turn.** Put your code in place of the last line and press Shift-Enter, as often as you like. The line above `def` is what asks for the card. If yours is not right yet, the notebook goes on with the course's own function, so you can read on and come back.

# %% exercise="mean_squared_error"

# %% [markdown]
# And the two examples that you worked out on paper? (By hand: the squares are 0, 4, 1 and 9, 0, 0; they add up to 5 and 9, and the mean of these is 7.)

# %% tags=["nbval-check-output"]
float(mean_squared_error(P, Y))

# %% [markdown]
# ### One name, three numbers
#
# Books and programs do not agree on what "mean squared error" means. Lecture 2 puts a ½ in front, $J = \frac{1}{2N}\sum\lVert p_n - y_n\rVert^2$, so that no 2 is left in the derivative; that $J$ is what the course's networks make small. PyTorch's `MSELoss`, which lecture 3 uses, averages over the outputs as well. Which of the three is smallest here? Guess first.


# %% tags=["nbval-check-output"]
def with_torch(P, Y):
    return torch.nn.functional.mse_loss(torch.from_numpy(P), torch.from_numpy(Y)).item()


{
    "mean squared error": float(mean_squared_error(P, Y)),
    "J of lecture 2": float(squared_error.mean(P, Y)),
    "PyTorch's MSELoss": round(with_torch(P, Y), 3),
}

# %% [markdown]
# They differ by constant factors, so they are smallest at the same place. But a gradient takes the factor along, and with it the learning rate that suits: notebook 03 comes back to this.
#
# The card looks at *what* a function returns, not at *how*. PyTorch's number times the number of outputs is right, too, and so you see the third outcome, **correct**:

# %% tags=["nbval-check-output"]
ex00.mean_squared_error.report(lambda P, Y: P.shape[1] * with_torch(P, Y))

# %% [markdown]
# ### When something hangs
#
# What if a function never ends? A call is stopped after 5 seconds. Try it: the star stays for that long, then the card comes.


# %% tags=["nbval-check-output"]
def endless(P, Y):
    while True:
        pass


ex00.mean_squared_error.report(endless)

# %% [markdown]
# | you see | it means | what to do |
# |:--|:--|:--|
# | `[*]` for more than a minute | the function catches every exception (`except:` in a loop), also the one that should stop it | menu *Kernel → Restart Kernel…*, mend the function, run the cells again from the top |
# | the same after each restart | you cannot find the cell that hangs | in a terminal, `course check work/00_start_here.ipynb` runs the notebook apart, ends what hangs and says where |
# | `SyntaxError` in red | Python cannot read the cell, so there is nothing to judge | look at the line it names, often at the one above |
# | `NameError` in a cell that you did not write | a cell above was not run since the last restart | *Run → Run All Above Selected Cell* |
# | "The kernel … appears to have died" | Python itself ended in a cell, most often for want of memory | your text is safe; it starts again by itself, then *Run All Above Selected Cell* |
# | *Connecting* beside the kernel's name, and nothing runs | the browser, or a proxy in between, lets no WebSocket through | another browser or a private window without extensions; over SSH, the tunnel of the README |
# | "… could not be saved", or "Permission denied" | the folder of your notebooks cannot be written | *File → Download* keeps a copy; `course doctor` says what is wrong with the folder |
#
# ## 3. The error as a landscape
#
# Four points and a line through the origin, $p = w x$. On the left each error is drawn as a square: the mean squared error is the mean of their areas. On the right that mean stands over the slope $w$. **Which slope is best? Say a number, then turn the knob.**

# %% alt="Left: four points, the line p = 0.1 x far below them, and a shaded square between each point and the line. Right: the mean squared error against the slope w, a valley with its one lowest point a little below 0.6; a dot marks the present slope."
x = np.array([1.0, 3.0, 5.0, 7.0])
y = np.array([1.9, 1.1, 3.7, 3.4])
slopes = np.linspace(-0.2, 1.2, 71)


def error(slope):
    return mean_squared_error(slope * x[:, None], y[:, None])


def draw(slope=0.1):
    """Left: a line and its squared errors as areas. Right: the mean of these for every slope."""
    _, (left, right) = plt.subplots(1, 2, figsize=(9, 4.2))
    left.plot(x, y, "o", label="targets y")
    left.plot([0, 8], [0, 8 * slope], label="outputs p = w x")
    for x_n, y_n, p_n in zip(x, y, slope * x, strict=True):
        side = abs(p_n - y_n)
        left.add_patch(plt.Rectangle((x_n, min(p_n, y_n)), side, side, alpha=0.2))
    left.set(xlabel="x", ylabel="y", xlim=(0, 12.5), ylim=(-2, 10), aspect="equal")
    left.legend(loc="upper left")
    plots.curves({"MSE": [error(w) for w in slopes]}, slopes, xlabel="slope w", ax=right)
    right.plot(slope, error(slope), "o", markersize=9)
    right.set(ylabel="mean squared error", title=f"at w = {slope:.2f} it is {error(slope):.2f}")
    return right


widgets.knobs(draw, slope=(-0.2, 1.2, 0.05))

# %% [markdown]
# **What we saw.** Learning is walking downhill on such a curve. A network has thousands of slopes instead of one, and the rest of the course is about two questions: which way is down, and how far to step.
#
# <details><summary>Which slope is best, and why is there only one?</summary>
#
# A little below 0.6. The error is a quadratic function of $w$ with the second derivative $\frac{2}{N}\sum_n x_n^2 > 0$: a valley with a single bottom. There the first derivative is 0, which gives $w = \sum_n x_n y_n / \sum_n x_n^2$.
#
# </details>
#
# ## 4. How the course works
#
# **Order of work.** Open a notebook, run it from the top, predict before you run, write the functions. Stop whenever you like: Ctrl-S saves, and after a break *Run → Run All Above Selected Cell* brings you back to where you were.
#
# **Where your work is.** The notebooks you write in are your copies, in the folder `work/` of the course. Starting the course again never overwrites what you have changed: if there is a newer edition, it comes to lie beside yours as `NAME.new-….ipynb`. Solved editions are in `notebooks/solutions/`.
#
# **In a terminal**, in the folder of the course, after `source .venv/bin/activate` (Windows: `.venv\Scripts\activate`):
#
# | command | what it does |
# |:--|:--|
# | `make lab` or `course lab` | brings new notebooks into `work/` and opens JupyterLab |
# | `course check work/00_start_here.ipynb` | runs a notebook from the top in a kernel of its own and lists every exercise with its outcome |
# | `course progress` | the map below |
# | `course doctor` | examines the installation and says what to do |
#
# **Your map** of the course: what is done (✓), what is not right yet (✗), what comes next, and the minutes that are left. The cards in your folder have recorded it, and it outlives every restart.

# %%
progress()

# %% [markdown]
# ## 5. The notebooks
#
# Take them in this order; most of them need 03.
#
# | notebook | what it is about | lectures | hours | difficulty |
# |:--|:--|:--|:--|:--|
# | 00 Start here | this page | | ½ | ●○○○○ |
# | [01 Perceptron history](01_perceptron_history.ipynb) | the perceptron and its bound, XOR, Adaline, the usual classifiers compared | 4, 3, 5 | 2½ | ●●○○○ |
# | [02 Networks](02_networks.ipynb) | what a layer does, activations, what a net can represent, outputs and losses | 3, 2, 4 | 2½ | ●●○○○ |
# | [03 NumPy backprop](03_numpy_backprop.ipynb) | the delta rules, backprop in matrices, checking gradients, training on digits | 1, 2, 3, 4 | 2½ | ●●●○○ |
# | [03b Experiments of 1986](03b_experiments_of_1986.ipynb) | XOR, symmetry and the family trees, run again: what reproduces | 4, 1, 3 | 2 | ●●●○○ |
# | [04 Adjoints and 4D-Var](04_adjoints_and_4dvar.ipynb) | backprop as an adjoint model, a small autodiff, data assimilation | 3 | 2½ | ●●●●● |
# | [05 Weight perturbation](05_weight_perturbation.ipynb) | learning without derivatives, and what it costs | 1, 3 | 2 | ●●●○○ |
# | [06 Descent and curvature](06_descent_and_curvature.ipynb) | learning rate, batches, the Hessian, Newton | 3, 1, 4, 5 | 2½ | ●●●○○ |
# | [06b Inputs and initialization](06b_inputs_and_initialization.ipynb) | scaling and whitening the inputs, balanced batches, first weights | 1, 2, 3 | 2 | ●●●○○ |
# | [07 Optimizer zoo](07_optimizer_zoo.ipynb) | from momentum to AdamW, conjugate gradients, L-BFGS | 1, 3, 4 | 3 | ●●●●○ |
# | [08 Vanishing gradients](08_vanishing_gradients.ipynb) | why deep nets were hard, and what helped | 3, 5, 1, 4 | 2½ | ●●●○○ |
# | [09 Regularization](09_regularization.ipynb) | overfitting, early stopping, weight decay, dropout, noise | 1–5 | 2½ | ●●●○○ |
# | [10 Averaging and Bayes](10_averaging_and_bayes.ipynb) | many models instead of one, sharing weights, Bayesian fitting | 1, 2, 3, 4 | 2½ | ●●●●○ |
# | [11 Autoencoders](11_autoencoders.ipynb) | bottlenecks, PCA, denoising, landmarks, stereo | 5, 3 | 2½ | ●●●○○ |
# | [12 Stacked pretraining](12_stacked_pretraining.ipynb) | training deep nets layer by layer, and what each layer learns | 5 | 2 | ●●●●○ |
# | [12b What pretraining buys](12b_what_pretraining_buys.ipynb) | depth, starts and seeds with controls: when it pays and when not | 5, 1 | 2 | ●●●●○ |
#
# The numbers of the lectures:
#
# | | lecture |
# |:--|:--|
# | 1 | *Algoritmo de Backpropagation*, after Geoffrey Hinton's slides |
# | 2 | *Redes neuronales (parte 2)*, class 18 of MA5204 Aprendizaje de Máquinas, Universidad de Chile, 2021 |
# | 3 | *Aprendiendo de los datos con redes neuronales*, module 7, Universidad Nacional del Nordeste |
# | 4 | *Programando con numpy, la teoría detrás de la red neuronal clásica*, Road to Python |
# | 5 | *Redes Neuronales 2024*, class 21, FAMAF, Universidad Nacional de Córdoba |
#
# Lectures have slips, like everything that is written. Where one matters, the notebook says so in a sentence and shows it by an experiment.
#
# **That is all you need: go on to [01 Perceptron history](01_perceptron_history.ipynb)**, or straight to [03 NumPy backprop](03_numpy_backprop.ipynb). What follows is for looking things up.

# %% [markdown]
# ## Look up: the notation of the course
#
# | in the text | in code | shape |
# |:--|:--|:--|
# | examples are rows: inputs and targets | `X[n]`, `Y[n]` | (N, n_in), (N, n_out) |
# | outputs of a network | `P` | (N, n_out), as `Y` |
# | weight from unit $i$ to unit $j$, $w_{ij}$ | `W[i, j]` | (n_in, n_out) |
# | $u = h W + b$ | `u = h @ W + b` | (N, n_out) |
# | $h = f(u)$ | `h = f(u)` | (N, n_out) |
# | $\delta = \partial J/\partial u$, with the $1/N$ of the mean in it | `delta` | as `u` |
# | $\partial J/\partial W = h^\top \delta$ and $\partial J/\partial b = \sum_n \delta_n$ | `h.T @ delta` and `delta.sum(axis=0)` | as `W` and `b` |
# | $\theta$, all parameters of a network | `theta` | (P,), one flat vector; this P counts parameters |
# | $\eta$ or $\varepsilon$, the learning rate | `lr` | |
# | $\alpha$, momentum | `alpha` | |
# | $\beta_1, \beta_2$; $\sigma$; $\lambda$ | `beta1`, `beta2`; `sigma`; `decay` | |
#
# ## Look up: one letter, five lectures
#
# The lectures use the same letter for different things. The notebooks keep to the last column.
#
# | letter | in the lectures (number: meaning) | in the course |
# |:--|:--|:--|
# | $h$ | 2: hidden values · 3: activation function · 5: index of the pattern | hidden values; the function is $f$ |
# | $z$, $u$, $Z$ | 1, 3: $z$ · 2: $u$ · 4: $Z$; each is the sum before the activation | $u$ |
# | $y$ | 1: output ($t$ is the target) · 2, 4: target ($\hat y$ is the output) · 3: output of the linear net, target in $J$, observation in 4D-Var · 5: output, to equal the input $x$ | $Y$ target, $P$ output |
# | $x$ | 3: input *and* the values of every layer, $x^{(k)}$ | $X$ input, $h$ inside |
# | $W$ | 1, 3: $w_{ij}$ from $i$ to $j$, but 3 prints $Wx$ for $W^\top x$ · 2: (n_in, n_out), examples are rows · 4: (n_out, n_in), examples are columns | (n_in, n_out), rows |
# | $N$, $m$ | 2: $N$ examples · 3: $N_D$ examples, $N_k$ units in layer $k$ · 4: $m$ examples · 5: $N$ input units | $N$ examples |
# | $J$, $E$, $L$ | 1: $E = \frac12\sum$ for one case · 2: $J = \frac{1}{2N}\sum$, $L$ for one · 3: $J$ with $\frac{1}{2N}$, $\frac12\sum$ or $\frac12$ · 4: $L$, a mean only in its gradients · 5: $E$, $E_{in}$ | $J$, a mean over examples |
# | $\delta$ | 2: $\partial J/\partial u$ · 3: a perturbation, with $\tilde x$ for the adjoint | $\partial J/\partial u$ |
# | $\eta$, $\varepsilon$ | 1: $\varepsilon$ learning rate · 3: $\eta$ learning rate, $\epsilon$ guard against division by 0 · 4: $\epsilon$ guard · 5: $\eta$ learning rate | `lr`; `eps` is the guard |
# | $\lambda$ | 2: learning rate · 3: penalty | penalty, `decay` |
# | $\alpha$ | 1: momentum · 2: penalty · 3: parameter of the quadratic model · 4: Adam's step size | momentum |
# | $\beta$ | 2: $\lambda\alpha$, decay factor · 3, 4: $\beta_1, \beta_2$ of Adam | $\beta_1, \beta_2$ |
# | $\gamma$ | 3: momentum *and* decay of the averages | `alpha`, `rho` |
# | $v$ | 1: velocity, $w + v$ · 3: velocity, $w - v$; in Adam the first moment · 4: in Adam the *second* moment | velocity; $m$, $v$ in Adam |
# | $H$ | 3: Hessian, and the observation operator | said by name |
# | $p$ | 2: probability of keeping a unit | `keep` |

# %% [markdown]
# ## Look up: Spanish–English glossary
#
# With the numbers of the lectures in which a word stands. Words in italics are slips of the print.
#
# **The network**
#
# | Spanish | English | lecture | Spanish | English | lecture |
# |:--|:--|:--|:--|:--|:--|
# | red neuronal | neural network | 1–5 | arquitectura | architecture | 3, 5 |
# | neurona, nodo, unidad | neuron, node, unit | 1–5 | perceptrón multicapa | multilayer perceptron | 4 |
# | entrada, salida | input, output | 1–5 | red pandita, red profunda | shallow network, deep network | 3, 5 |
# | peso | weight | 1–5 | función de activación | activation function | 2–5 |
# | acoplamiento sináptico, sinapsis | a weight, as physicists call it | 5 | saturada | saturated: its slope is nearly 0 | 4 |
# | sesgo | bias | 3 | producto punto, producto matricial | dot product, matrix product | 3, 4 |
# | umbral | threshold, a bias with its sign turned | 5 | propagación hacia adelante | forward propagation | 3 |
# | capa | layer | 1–5 | composición de funciones | composition of functions | 3 |
# | capa oculta, capa interna | hidden layer | 1, 2, 3, 5 | funciones base adaptativas | adaptive basis functions | 3 |
# | capa de entrada, de salida | input layer, output layer | 3, 5 | aproximador universal | universal approximator | 3 |
# | completamente conectada | fully connected | 3 | red recurrente; *red recursiva* in 3 | recurrent network | 3, 5 |
#
# **Data and tasks**
#
# | Spanish | English | lecture | Spanish | English | lecture |
# |:--|:--|:--|:--|:--|:--|
# | aprendizaje de máquinas | machine learning | 2 | base de datos | here: data set | 1, 3 |
# | aprendizaje profundo | deep learning | 5 | conjunto de entrenamiento, de validación, de testeo | training, validation, test set | 1, 2, 3, 5 |
# | aprendizaje supervisado, no supervisado | supervised, unsupervised learning | 5 | paquete de datos | batch (mini-batch) | 2 |
# | aprendizaje por refuerzo | reinforcement learning | 1 | ruido | noise | 1, 5 |
# | regresión, clasificación | regression, classification | 2–4 | error de muestreo | sampling error | 1 |
# | regresión logística | logistic regression | 4 | dimensionalidad | dimensionality | 1, 3, 5 |
# | árbol de decisiones | decision tree | 4 | *curso de la dimensionalidad*; better: maldición | curse of dimensionality | 3 |
# | etiqueta | label | 3, 5 | subespacio | subspace | 3 |
# | ejemplo, caso, muestra | example, case, sample | 1, 3, 5 | desempeño | performance | 1 |

# %% [markdown]
# **Learning**
#
# | Spanish | English | lecture | Spanish | English | lecture |
# |:--|:--|:--|:--|:--|:--|
# | entrenamiento, aprendizaje | training, learning | 1–5 | perturbación de pesos | weight perturbation | 1 |
# | época | epoch, one pass through the data | 2, 3, 5 | inicialización de pesos | initialization of weights | 1 |
# | función de costo, de pérdida, error, objetivo | cost, loss, error, objective function | 2–5 | mezcla aleatoria; *suffling* in 3 | shuffling | 3 |
# | entropía cruzada | cross-entropy | 4 | diferenciación automática | automatic differentiation | 3 |
# | regla de aprendizaje | learning rule | 5 | tangente lineal | tangent linear (model) | 3 |
# | regla de la cadena | chain rule | 2, 3, 5 | variable adjunta, modelo adjunto | adjoint variable, adjoint model | 3 |
# | derivada parcial | partial derivative | 2, 3 | bifurcación | fork | 3 |
# | retropropagación | backpropagation | 4 | asimilación de datos | data assimilation | 3 |
#
# **Descent**
#
# | Spanish | English | lecture | Spanish | English | lecture |
# |:--|:--|:--|:--|:--|:--|
# | tasa de aprendizaje, razón de aprendizaje | learning rate | 1, 3, 5 | rugosidad | roughness | 5 |
# | descenso de gradiente | gradient descent | 2, 3 | máximo descenso | steepest descent | 3 |
# | gradiente estocástico | stochastic gradient | 1–3 | matriz hessiana | Hessian matrix | 3 |
# | momento, inercia | momentum | 1, 3 | autovalor | eigenvalue | 3 |
# | primer y segundo momento | first and second moment (in Adam) | 3, 4 | definida positiva | positive definite | 3 |
# | promedio móvil | moving average | 1 | número de condición | condition number | 3 |
# | corrección de sesgo | bias correction, nothing to do with a neuron's bias | 3, 4 | gradientes conjugados | conjugate gradients | 3 |
# | mínimo local, mínimo global | local minimum, global minimum | 3–5 | gradiente explotando, desapareciendo | exploding, vanishing gradient | 3 |
# | punto crítico | critical point | 3 | decorrelacionar entradas | decorrelate the inputs | 1 |
# | punto de ensilladura | saddle point | 3, 5 | análisis en componentes principales | principal component analysis | 1 |
# | punto de inflexión | inflection point; lecture 5 means saddles and plateaus | 5 | normalización de entradas | normalization of inputs | 1 |
#
# **Generalization and autoencoders**
#
# | Spanish | English | lecture | Spanish | English | lecture |
# |:--|:--|:--|:--|:--|:--|
# | error de generalización | generalization error | 2 | representación comprimida | compressed representation, code | 5 |
# | sobreajuste, sobreaprendizaje, sobre-entrenamiento | overfitting | 1, 3, 4 | función identidad | identity function | 5 |
# | sub-entrenamiento | undertraining; underfitting is another thing | 4 | pre-entrenar | to pretrain | 5 |
# | capacidad | capacity | 2, 3 | apilado de autoencoders | stacking of autoencoders | 5 |
# | regularización | regularization | 2–4 | filtrar ruido | to denoise | 5 |
# | castigar | penalize | 3 | identificar marcas | to detect landmarks | 5 |
# | paciencia | patience (in early stopping) | 3 | generación sintética de datos | generation of synthetic data | 5 |
# | desaparición aleatoria, apagar neuronas | dropout, to switch units off | 2–4 | esterovisión (estereovisión) | stereo vision | 5 |
# | hiperparámetro | hyperparameter | 4 | máquina de Boltzmann | Boltzmann machine | 5 |
# | capa de codificación | code layer, bottleneck | 5 |  | |  |

# %% [markdown]
# ## Look up: what the lectures cite
#
# Where a lecture prints something else, it stands in brackets.
#
# **Books and overviews**
#
# - C. M. Bishop (2006). *Pattern Recognition and Machine Learning*. Springer. (3; printed as 1996. His book of 1995 is *Neural Networks for Pattern Recognition*.)
# - I. Goodfellow, Y. Bengio, A. Courville (2016). *Deep Learning*. MIT Press. [deeplearningbook.org](https://www.deeplearningbook.org) (3)
# - A. Zhang, Z. C. Lipton, M. Li, A. J. Smola (2021). *Dive into Deep Learning*. [arXiv:2106.11342](https://arxiv.org/abs/2106.11342) (3)
# - M. Minsky, S. Papert (1969). *Perceptrons*. MIT Press. (4; printed as *Perceptron*.)
# - S. Ruder (2016). An overview of gradient descent optimization algorithms. [arXiv:1609.04747](https://arxiv.org/abs/1609.04747) (3, as a blog post)
#
# **Backpropagation and what networks can do**
#
# - D. E. Rumelhart, G. E. Hinton, R. J. Williams (1986). Learning representations by back-propagating errors. *Nature* 323, 533–536. (3, 4)
# - K. Hornik, M. Stinchcombe, H. White (1989). Multilayer feedforward networks are universal approximators. *Neural Networks* 2, 359–366. (3)
# - X. Glorot, Y. Bengio (2010). Understanding the difficulty of training deep feedforward neural networks. *AISTATS*, 249–256. (3)
# - V. Nair, G. E. Hinton (2010). Rectified linear units improve restricted Boltzmann machines. *ICML*, 807–814. (4)
# - A. Krizhevsky, I. Sutskever, G. E. Hinton (2012). ImageNet classification with deep convolutional neural networks. *NIPS*. (3, 4)
#
# **Optimization**
#
# - H. Robbins, D. Siegmund (1971). A convergence theorem for non negative almost supermartingales and some applications. In *Optimizing Methods in Statistics*, Academic Press, 233–257. (3)
# - R. M. Neal, G. E. Hinton (1998). A view of the EM algorithm that justifies incremental, sparse, and other variants. In *Learning in Graphical Models*, Kluwer, 355–368. (3; printed as 1996.)
# - J. Duchi, E. Hazan, Y. Singer (2011). Adaptive subgradient methods for online learning and stochastic optimization. *JMLR* 12, 2121–2159. (3)
# - D. P. Kingma, J. Ba (2015). Adam: a method for stochastic optimization. *ICLR*. [arXiv:1412.6980](https://arxiv.org/abs/1412.6980) (3, 4)
# - I. Loshchilov, F. Hutter (2019). Decoupled weight decay regularization. *ICLR*. [arXiv:1711.05101](https://arxiv.org/abs/1711.05101) (3)
#
# **Dropout, autoencoders, pretraining**
#
# - G. E. Hinton, N. Srivastava, A. Krizhevsky, I. Sutskever, R. R. Salakhutdinov (2012). Improving neural networks by preventing co-adaptation of feature detectors. [arXiv:1207.0580](https://arxiv.org/abs/1207.0580) (4)
# - Y. Gal, Z. Ghahramani (2016). Dropout as a Bayesian approximation: representing model uncertainty in deep learning. *ICML*, 1050–1059. (3)
# - G. E. Hinton, S. Osindero, Y.-W. Teh (2006). A fast learning algorithm for deep belief nets. *Neural Computation* 18, 1527–1554. (5)
# - G. E. Hinton, R. R. Salakhutdinov (2006). Reducing the dimensionality of data with neural networks. *Science* 313, 504–507. (5)
# - D. Erhan, Y. Bengio, A. Courville, P.-A. Manzagol, P. Vincent, S. Bengio (2010). Why does unsupervised pre-training help deep learning? *JMLR* 11, 625–660. (5)
