"""Exercises of notebook 03b: the experiments of 1986, and lecture 4's convention."""

from __future__ import annotations

from course_utils.check import Exercise
from course_utils.exercises.ex03b import cases, wrong_conventions, wrong_nets
from course_utils.nn import nets_1986

column_layer = Exercise(
    solution=nets_1986.column_layer,
    cases=cases.column_layers,
    points=3,
    minutes=12,
    difficulty=2,
    hints=(
        "Where are the cases added up: in ∂J/∂W, in ∂J/∂b, in dA? And where, then, does the mean "
        "over the cases belong?",
        "The course's h.T @ delta, (n_in, n_out), transposed is delta.T @ h; and h.T is A, "
        "delta.T is dZ but for 1/m. A sum over the cases runs along axis 1 now.",
        "dZ @ A.T / m, dZ.sum(axis=1, keepdims=True) / m and W.T @ dZ, with m = A.shape[1].",
    ),
    mistakes=wrong_conventions.COLUMN_LAYER,
)

from_columns = Exercise(
    solution=nets_1986.from_columns,
    cases=cases.column_nets,
    points=2,
    minutes=8,
    difficulty=2,
    hints=(
        "What is lecture 4's w_ji called in the course, and which number of theta is it?",
        "W.T has the course's shape; .ravel() unrolls it row by row, and a column as well. "
        "np.concatenate joins a list of vectors.",
        "np.concatenate([part.ravel() for W, b in layers for part in (W.T, b)])",
    ),
    mistakes=wrong_conventions.FROM_COLUMNS,
)

sweep_step = Exercise(
    solution=nets_1986.sweep_step,
    cases=cases.sweeps,
    points=2,
    minutes=8,
    difficulty=2,
    hints=(
        "How many times ∂J/∂w is ∂E/∂w, if E adds up what J averages? And what is changed first: "
        "the weight by v, or the weight by its decay?",
        "E = N J. First v = alpha v − eps ∂E/∂w, then the weight plus v, then all of it shrinks.",
        "v = alpha * v - eps * N * dJ; return (1 - decay) * (theta + v), v.",
    ),
    mistakes=wrong_conventions.SWEEP_STEP,
)

symmetry_net = Exercise(
    solution=nets_1986.symmetry_net,
    cases=cases.even_bits,
    run=cases.answers,
    points=3,
    minutes=15,
    difficulty=3,
    hints=(
        "Give mirrored places opposite weights: what does a unit get from a symmetric input? And "
        "for which weights 1, ?, ? does no other input give that?",
        "1 : 2 : 4, as in binary numbers: the left half is one number, the mirrored right half "
        "another, and u is their difference. One unit says 'left is larger', the other 'right is "
        "larger'; symmetric is what neither says.",
        "w = 1, 2, 4, …, −4, −2, −1; W has the columns w and −w, b = (−½, −½), v = (−1, −1), "
        "c = ½.",
    ),
    mistakes=wrong_nets.SYMMETRY_NET,
)

two_doors = Exercise(
    solution=nets_1986.two_doors,
    cases=cases.groups,
    points=2,
    minutes=8,
    difficulty=2,
    hints=(
        "W[i, j] leads from input i to unit j: which rows are people, which columns are theirs?",
        "Begin with np.ones(net.size). net.layers(mask)[0].W is a view: what you write into it "
        "stands in the mask. Two blocks of it are 0.",
        "W[:people, units:] = 0 and W[people:, :units] = 0; return the whole mask.",
    ),
    mistakes=wrong_nets.TWO_DOORS,
)

forgiving_targets = Exercise(
    solution=nets_1986.forgiving_targets,
    cases=cases.nearly_right,
    points=1,
    minutes=6,
    difficulty=1,
    hints=(
        "Which target makes the error, output minus target, exactly 0?",
        "Nearly right means |P − Y| < 0.2, for both kinds of target. np.where(condition, a, b) "
        "chooses number by number.",
        "np.where(np.abs(P - Y) < 0.2, P, Y)",
    ),
    mistakes=wrong_nets.FORGIVING_TARGETS,
)
