"""Exercises of notebook 09: regularization."""

from __future__ import annotations

from course_utils.check import Exercise
from course_utils.exercises.ex09 import cases, wrong_fits, wrong_rules
from course_utils.nn import regularize

best_epoch = Exercise(
    solution=regularize.best_epoch,
    cases=cases.losses,
    points=2,
    minutes=10,
    difficulty=2,
    hints=(
        "What do you have to remember from one epoch to the next, and when is patience over?",
        "Remember the best epoch so far. If this one is better it becomes the best; if not, and "
        "the best one lies `patience` epochs back, training ends.",
        "best = 0; for epoch, J in enumerate(losses): if J < losses[best]: best = epoch; elif "
        "epoch - best >= patience: return best, epoch. After the loop: best, len(losses) - 1.",
    ),
    mistakes=wrong_fits.BEST_EPOCH,
)

ridge = Exercise(
    solution=regularize.ridge,
    cases=cases.regressions,
    points=2,
    minutes=10,
    difficulty=2,
    hints=(
        "What is the gradient of J + (λ/2) Σ w², and where is it 0?",
        "Xᵀ(Xw − y)/N + λ w = 0. Bring everything with w to one side: a matrix times w.",
        "np.linalg.solve(X.T @ X / N + decay * np.eye(d), X.T @ y / N).",
    ),
    mistakes=wrong_fits.RIDGE,
)

effective_parameters = Exercise(
    solution=regularize.effective_parameters,
    cases=cases.designs,
    points=2,
    minutes=10,
    difficulty=3,
    hints=(
        "Take a single input with mean square s. Least squares gives the weight w; which share of "
        "it does ridge keep?",
        "With one input, w_ridge = s/(s + λ) · w. With many the same holds along each eigenvector "
        "of XᵀX/N, with its eigenvalue s. Each direction counts as much as it keeps.",
        "s = np.linalg.eigvalsh(X.T @ X / len(X)); np.sum(s / (s + decay)).",
    ),
    mistakes=wrong_fits.EFFECTIVE_PARAMETERS,
)

penalty_gradient = Exercise(
    solution=regularize.penalty_gradient,
    cases=cases.penalties,
    points=1,
    minutes=6,
    difficulty=1,
    hints=(
        "What is the derivative of |w|^q for a positive w, and what changes for a negative one?",
        "q w^(q − 1) for w > 0; for w < 0 the same size with the other sign. np.sign and np.abs.",
        "decay / 2 * q * np.sign(w) * np.abs(w) ** (q - 1).",
    ),
    mistakes=wrong_rules.PENALTY_GRADIENT,
)

decayed_step = Exercise(
    solution=regularize.decayed_step,
    cases=cases.decays,
    points=1,
    minutes=6,
    difficulty=1,
    hints=(
        "Which weights shrink: those before the step, or those after it? And by which share?",
        "The old ones, by lr · λ. The optimizer's step is added whole.",
        "step - lr * decay * w.",
    ),
    mistakes=wrong_rules.DECAYED_STEP,
)

soft_threshold = Exercise(
    solution=regularize.soft_threshold,
    cases=cases.thresholds,
    points=2,
    minutes=8,
    difficulty=2,
    hints=(
        "Where does a weight of 0.3 end if it is to move towards 0 by 0.5 and may not pass it? And "
        "one of −2?",
        "The size shrinks by `amount` and stops at 0; the sign stays.",
        "np.sign(w) * np.maximum(np.abs(w) - amount, 0).",
    ),
    mistakes=wrong_rules.SOFT_THRESHOLD,
)

max_norm = Exercise(
    solution=regularize.max_norm,
    cases=cases.layers,
    points=2,
    minutes=8,
    difficulty=2,
    hints=(
        "Which entries of W lead into unit j, and by what must they be multiplied if their length "
        "is 3 times the limit?",
        "Column j; limit/length where the length is above the limit, else 1.",
        "lengths = np.linalg.norm(W, axis=0); W * (limit / np.maximum(lengths, limit)).",
    ),
    mistakes=wrong_rules.MAX_NORM,
)

dropout_mask = Exercise(
    solution=regularize.dropout_mask,
    cases=cases.chances,
    points=1,
    partial=False,
    minutes=6,
    difficulty=1,
    hints=(
        "How often is a number in [0, 1) below p? And what is the mean of such a mask of 0 and 1?",
        "With probability p, and so the mean is p. Something has to make it 1.",
        "(uniform < keep) / keep.",
    ),
    mistakes=wrong_rules.DROPOUT_MASK,
)

dropout_backprop = Exercise(
    solution=regularize.dropout_backprop,
    cases=cases.masked_networks,
    points=4,
    minutes=20,
    difficulty=3,
    hints=(
        "The mask is one more factor on the way up. What does the chain rule make of a factor on "
        "the way back?",
        "The same factor: δ of the layer below is (δ Wᵀ), times its mask, times the slope f'(u). "
        "Everything else is plain backprop with the values of dropout_forward.",
        "delta = (delta @ layers[k].W.T) * masks[k] * net.hidden.slope(trace.u[k - 1]); "
        "∂J/∂W = trace.h[k].T @ delta, ∂J/∂b = delta.sum(axis=0).",
    ),
    mistakes=wrong_rules.DROPOUT_BACKPROP,
)

dropout_penalty = Exercise(
    solution=regularize.dropout_penalty,
    cases=cases.units,
    points=3,
    minutes=12,
    difficulty=3,
    hints=(
        "The answer of the unit is random now. What do its mean and its variance do to the mean "
        "of a square?",
        "The mean of (answer − y)² is (mean answer − y)² plus the variance of the answer. The mean "
        "is x·w as before; the variance is Σ w_j² x_j² times the variance of M/p.",
        "(1 - keep) / keep * np.sum(w**2 * np.mean(X**2, axis=0)) / 2.",
    ),
    mistakes=wrong_fits.DROPOUT_PENALTY,
)

shifted = Exercise(
    solution=regularize.shifted,
    cases=cases.moves,
    points=2,
    partial=False,
    minutes=10,
    difficulty=2,
    hints=(
        "From which row does row i of the shifted picture come, and what if there is no such row?",
        "From row i − down, and from column j − right; outside the picture there is nothing but 0. "
        "Indices modulo the size never fail; then multiply by 0 what should not be there.",
        "rows, columns = np.arange(height) - down, np.arange(width) - right; inside = np.outer("
        "(rows >= 0) & (rows < height), (columns >= 0) & (columns < width)); "
        "inside * images[:, rows % height][:, :, columns % width].",
    ),
    mistakes=wrong_fits.SHIFTED,
)
