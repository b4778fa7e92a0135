"""Exercises of notebook 02: what networks are made of."""

from __future__ import annotations

from course_utils.check import Exercise
from course_utils.exercises.ex02 import cases, wrong_layers, wrong_losses, wrong_units
from course_utils.nn import networks, units

dense = Exercise(
    solution=networks.dense,
    cases=cases.layers,
    points=1,
    minutes=5,
    difficulty=1,
    hints=(
        "X is (N, n_in) and W is (n_in, n_out). Which product of the two is (N, n_out)?",
        "Row n of `X @ W` holds Σ_i x_ni w_ij for every j. The biases b (n_out,) are added to each "
        "row; NumPy does so by itself.",
        "X @ W + b.",
    ),
    mistakes=wrong_layers.DENSE,
)

collapse = Exercise(
    solution=networks.collapse,
    cases=cases.towers,
    points=2,
    minutes=10,
    difficulty=2,
    hints=(
        "Put x W + b into the second layer, (x W + b) V + c, and multiply out. What stands beside "
        "x, and what stands alone?",
        "x (W V) + (b V + c): the product of the matrices, and the first bias sent through the "
        "second layer. A third layer is met by the result as the second was by the first.",
        "Start from W, b = layers[0]; for V, c in layers[1:]: W, b = W @ V, b @ V + c.",
    ),
    mistakes=wrong_layers.COLLAPSE,
)

logistic = Exercise(
    solution=units.logistic,
    cases=cases.values,
    points=1,
    minutes=8,
    difficulty=1,
    hints=(
        "Differentiate 1/(1 + exp(−u)). Can you write the result with h alone?",
        "dh/du = exp(−u)/(1 + exp(−u))², and exp(−u)/(1 + exp(−u)) is 1 − h.",
        "h = 1 / (1 + np.exp(-u)), slope = h * (1 - h). Without a warning for u = −800: "
        "h = 0.5 + 0.5 * np.tanh(0.5 * u).",
    ),
    mistakes=wrong_units.LOGISTIC,
)

tanh_unit = Exercise(
    solution=units.tanh_unit,
    cases=cases.values,
    points=1,
    minutes=8,
    difficulty=2,
    hints=(
        "σ runs from 0 to 1 and tanh from −1 to 1. Which stretch and which shift make one of the "
        "other, and what does the steepness at 0 (¼ and 1) say about u?",
        "tanh u = 2 σ(2u) − 1. The slope of tanh is 1 − h².",
        "s, _ = logistic(2 * u); h = 2 * s - 1; return h, 1 - h**2. (np.tanh(u) is right, too.)",
    ),
    mistakes=wrong_units.TANH,
)

rectifier = Exercise(
    solution=units.rectifier,
    cases=cases.leaks,
    points=1,
    minutes=6,
    difficulty=1,
    hints=(
        "There are two pieces, each a straight line through 0. What is the slope of each, and to "
        "which of them does u = 0 belong?",
        "The slope is 1 where u > 0 and `leak` elsewhere; h is u times that slope.",
        "slope = np.where(u > 0, 1.0, leak); return slope * u, slope.",
    ),
    mistakes=wrong_units.RECTIFIER,
)

swish_unit = Exercise(
    solution=units.swish_unit,
    cases=cases.values,
    points=1,
    minutes=8,
    difficulty=2,
    hints=(
        "h = u · σ(u) is a product. What is the derivative of a product?",
        "h' = σ(u) + u σ'(u), and `logistic(u)` gives σ(u) and σ'(u) at once.",
        "s, s_slope = logistic(u); return u * s, s + u * s_slope.",
    ),
    mistakes=wrong_units.SWISH,
)

polynomial_terms = Exercise(
    solution=networks.polynomial_terms,
    cases=cases.degrees,
    points=1,
    partial=False,
    minutes=10,
    difficulty=2,
    hints=(
        "Fill every product up to exactly p factors by writing 1 as often as needed: x₁x₂ of "
        "degree 2 in a cubic is 1·x₁·x₂. How many different factors are there to choose from?",
        "There are d + 1 factors (1, x₁ … x_d), p of them are chosen, repetition is allowed and "
        "order does not matter. That count is the number of ways to choose p out of d + p.",
        "comb(d + p, p).",
    ),
    mistakes=wrong_layers.POLYNOMIAL_TERMS,
)

squared_loss = Exercise(
    solution=networks.squared_loss,
    cases=cases.numbers,
    points=1,
    minutes=5,
    difficulty=1,
    hints=(
        "What is |p − y|² of one example with several outputs, and over what is the mean taken?",
        "Square every difference, add up everything, and divide once: by 2N, where N is the number "
        "of rows.",
        "((P - Y) ** 2).sum() / (2 * len(Y)).",
    ),
    mistakes=wrong_losses.SQUARED,
)

forward_pass = Exercise(
    solution=networks.forward_pass,
    cases=cases.networks,
    points=3,
    minutes=12,
    difficulty=2,
    hints=(
        "What is h⁽⁰⁾, and what does each hidden layer do to the h that it gets?",
        "h⁽⁰⁾ = X; for each (W, b): u = h W + b, h = f(u). The output layer has its own weights U, "
        "its own bias c and its own function g; then L compares.",
        "h = X; for W, b in layers: h = f(dense(h, W, b)); y_hat = g(dense(h, U, c)); "
        "return y_hat, L(y_hat, Y).",
    ),
    mistakes=wrong_layers.FORWARD_PASS,
)

count_parameters = Exercise(
    solution=networks.count_parameters,
    cases=cases.shapes,
    points=1,
    minutes=6,
    difficulty=1,
    hints=(
        "How many numbers belong to one unit of a layer: the weights that lead into it, and what "
        "else?",
        "A layer of n_out units above n_in has n_in · n_out weights and n_out biases. "
        "`pairwise(sizes)` gives (n_in, n_out) of each layer in turn.",
        "sum((n_in + 1) * n_out for n_in, n_out in pairwise(sizes)).",
    ),
    mistakes=wrong_layers.COUNT_PARAMETERS,
)

binary_loss = Exercise(
    solution=networks.binary_loss,
    cases=cases.bits,
    points=2,
    partial=False,
    minutes=10,
    difficulty=2,
    hints=(
        "The net says p = 0.9 for yes. Which probability did it give to the truth if y = 1, and "
        "which if y = 0?",
        "p where y = 1, 1 − p where y = 0: `np.where` chooses. Take its logarithm only then, so "
        "that the answer that is not asked for, which may be log 0, never comes in.",
        "right = np.where(Y == 1, P, 1 - P); return -np.log(right).sum() / len(Y).",
    ),
    mistakes=wrong_losses.BINARY,
)

stable_softmax = Exercise(
    solution=units.stable_softmax,
    cases=cases.scores,
    points=2,
    minutes=10,
    difficulty=2,
    hints=(
        "exp(1000) is inf. What happens to p if you take the same number away from every u of a "
        "row?",
        "Nothing: exp(u − m) = exp(u)/exp(m), above and below the fraction line. With m the "
        "largest u of the row the largest exponential is 1, and the sum lies between 1 and n_out.",
        "e = np.exp(u - u.max(axis=1, keepdims=True)); return e / e.sum(axis=1, keepdims=True).",
    ),
    mistakes=wrong_units.SOFTMAX,
)

categorical_loss = Exercise(
    solution=networks.categorical_loss,
    cases=cases.classes,
    points=2,
    minutes=10,
    difficulty=2,
    hints=(
        "Each row of Y holds a single 1. How do you get the one probability of each row that it "
        "points at, without a logarithm of the others?",
        "(P * Y).sum(axis=1) is that probability, one for each example.",
        "right = (P * Y).sum(axis=1); return -np.log(right).mean().",
    ),
    mistakes=wrong_losses.CATEGORICAL,
)
