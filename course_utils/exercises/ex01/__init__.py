"""Exercises of notebook 01: the perceptron, what it can learn and what it cannot."""

from __future__ import annotations

from course_utils.check import Exercise
from course_utils.exercises.ex01 import cases, wrong_lines, wrong_nets
from course_utils.nn import perceptron, separability

predict = Exercise(
    solution=perceptron.predict,
    cases=cases.answered,
    points=1,
    minutes=5,
    difficulty=1,
    hints=(
        "How do you get w·x of all rows of X with one product, and what happens when it is "
        "exactly 0?",
        "X @ w has one number for each row; np.where(condition, a, b) chooses for each.",
        "np.where(X @ w > 0, 1, -1)",
    ),
    mistakes=wrong_lines.PREDICT,
)

update = Exercise(
    solution=perceptron.update,
    cases=cases.single_cases,
    points=2,
    partial=False,
    minutes=8,
    difficulty=1,
    hints=(
        "If w·x is too small for a case of class +1, what can you add to w so that it grows?",
        "w + x makes w·x larger by x·x, w − x smaller; and y w·x ≤ 0 says that there is something "
        "to mend.",
        "w + y * x where y * (x @ w) <= 0, else w.",
    ),
    mistakes=wrong_lines.UPDATE,
)

train_perceptron = Exercise(
    solution=perceptron.train_perceptron,
    cases=cases.learnable,
    points=3,
    minutes=12,
    difficulty=2,
    hints=(
        "After which epoch may you stop, and how do you notice it from the count of mistakes?",
        "Two loops: epochs outside, cases inside; each case is judged with the weights as they "
        "are at that moment, by y w·x ≤ 0 as in `update`.",
        "Inside: if label * (x @ w) <= 0: w = update(w, x, label); mistakes += 1. After the cases: "
        "break if the count is what it was before them. Return w, mistakes.",
    ),
    mistakes=wrong_lines.TRAIN_PERCEPTRON,
)

margin = Exercise(
    solution=perceptron.margin,
    cases=cases.lines,
    points=2,
    minutes=8,
    difficulty=1,
    hints=(
        "Which case decides: the average one or the nearest? And what does 2 w do to the plane?",
        "The distance of x from the plane w·x = 0 is |w·x| / |w|; y w·x has the sign besides.",
        "np.min(y * (X @ w)) / np.linalg.norm(w)",
    ),
    mistakes=wrong_lines.MARGIN,
)

mistake_bound = Exercise(
    solution=perceptron.mistake_bound,
    cases=cases.separating_lines,
    points=2,
    minutes=10,
    difficulty=2,
    hints=(
        "After M mistakes: at least how large is w·w*, and at most how large is |w|²?",
        "w·w* ≥ M γ with |w*| = 1, and |w|² ≤ M R². Since w·w* ≤ |w|, M γ ≤ √M R.",
        "(R / margin(w, X, y)) ** 2 with R = np.linalg.norm(X, axis=1).max()",
    ),
    mistakes=wrong_lines.MISTAKE_BOUND,
)

monomials = Exercise(
    solution=separability.monomials,
    cases=cases.tables,
    points=3,
    minutes=12,
    difficulty=2,
    hints=(
        "How many sets of two can you make of four inputs, and which function of itertools lists "
        "them?",
        "combinations(range(n), k) lists all sets of k inputs, the empty one for k = 0; "
        "X[:, list(inputs)].prod(axis=1) is one column, and 1 for the empty set.",
        "np.stack([X[:, list(s)].prod(axis=1) for k in range(order + 1) for s in "
        "combinations(range(X.shape[1]), k)], axis=1)",
    ),
    mistakes=wrong_nets.MONOMIALS,
)

xor_net = Exercise(
    solution=perceptron.xor_net,
    cases=cases.two_bits,
    run=cases.answers,
    points=3,
    minutes=12,
    difficulty=2,
    hints=(
        "Which two questions about the bits can a line answer, so that XOR is 'yes' to the first "
        "and 'no' to the second?",
        "At least one bit: x₁ + x₂ − 0.5 > 0. Both bits: x₁ + x₂ − 1.5 > 0.",
        "W = np.ones((2, 2)), b = np.array([-0.5, -1.5]), v = np.array([1.0, -1.0]), c = -0.5",
    ),
    mistakes=wrong_nets.XOR_NET,
)

parity_net = Exercise(
    solution=perceptron.parity_net,
    cases=cases.numbers_of_bits,
    run=cases.answers,
    points=3,
    minutes=15,
    difficulty=3,
    hints=(
        "If hidden unit j says whether more than j bits are 1, how many of the units say yes when "
        "three bits are 1?",
        "The first as many units as there are ones say yes. Weights +1, −1, +1, … add them up to 1 "
        "when their number is odd, to 0 when it is even.",
        "W = np.ones((bits, bits)), b = -np.arange(bits) - 0.5, v = (-1.0) ** np.arange(bits), "
        "c = -0.5",
    ),
    mistakes=wrong_nets.PARITY_NET,
)

adaline_gradient = Exercise(
    solution=perceptron.adaline_gradient,
    cases=cases.fits,
    points=2,
    minutes=8,
    difficulty=2,
    hints=(
        "How does J change with w·x of one case, and how does w·x change with each weight?",
        "∂J/∂w = 1/N Σ (w·x − y) x; the sum over the cases is a product with Xᵀ.",
        "X.T @ (X @ w - y) / len(y)",
    ),
    mistakes=wrong_nets.ADALINE_GRADIENT,
)

pocket = Exercise(
    solution=perceptron.pocket,
    cases=cases.mixed,
    points=3,
    partial=False,
    minutes=12,
    difficulty=2,
    hints=(
        "What do you have to remember besides the weights you are learning with?",
        "The best weights so far and their number of wrong answers; the rule itself goes on as if "
        "there were no pocket.",
        "After each update: wrong = np.sum(predict(w, X) != y); if wrong < fewest: best, fewest = "
        "w, wrong. Return best.",
    ),
    mistakes=wrong_nets.POCKET,
)
