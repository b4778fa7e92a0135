"""Exercises of notebook 06b: inputs and initialization."""

from __future__ import annotations

from course_utils.check import Exercise
from course_utils.exercises.ex06b import cases, wrong_inputs, wrong_layers
from course_utils.nn import initialize, preprocess

standardize = Exercise(
    solution=preprocess.standardize,
    cases=cases.tables,
    points=1,
    minutes=6,
    difficulty=1,
    hints=(
        "Which matrix A multiplies each column of X by a number of its own?",
        "A diagonal one. The numbers are 1 over the columns' standard deviations, axis=0.",
        "return Transform(X.mean(axis=0), np.diag(1 / X.std(axis=0))).",
    ),
    mistakes=wrong_inputs.STANDARDIZE,
)

carry_over = Exercise(
    solution=preprocess.carry_over,
    cases=cases.layers,
    points=2,
    minutes=12,
    difficulty=2,
    hints=(
        "What is X in terms of Z = (X − mean) A? Put that into u = X W + b.",
        "X = Z A⁻¹ + mean, so u = Z (A⁻¹ W) + (b + mean W).",
        "return np.linalg.solve(change.A, W), b + change.mean @ W.",
    ),
    mistakes=wrong_layers.CARRY_OVER,
)

pca = Exercise(
    solution=preprocess.pca,
    cases=cases.components,
    run=cases.signed,
    points=2,
    minutes=15,
    difficulty=2,
    hints=(
        "Which matrix has as its eigenvalues the variances of X along its eigenvectors?",
        "The covariance, (X − mean)ᵀ (X − mean) / N. np.linalg.eigh sorts its eigenvalues upwards "
        "and gives the eigenvectors as columns.",
        "variances, Q = np.linalg.eigh(C); return Transform(mean, Q[:, ::-1][:, :k]).",
    ),
    mistakes=wrong_inputs.PCA,
)

whiten = Exercise(
    solution=preprocess.whiten,
    cases=cases.components,
    run=cases.signed,
    points=2,
    minutes=10,
    difficulty=2,
    hints=(
        "After the rotation each input has its own variance. What have you done with such inputs "
        "before?",
        "mean, Q = pca(X, k). The rotated inputs are (X − mean) Q; divide each column of Q by the "
        "spread of its input.",
        "return Transform(mean, Q / ((X - mean) @ Q).std(axis=0)).",
    ),
    mistakes=wrong_inputs.WHITEN,
)

balanced_batches = Exercise(
    solution=preprocess.balanced_batches,
    cases=cases.classes,
    points=3,
    minutes=15,
    difficulty=3,
    hints=(
        "How do you get the members of one class in the shuffled order?",
        "order[labels[order] == c]. Batch k takes the places k · per_class to "
        "(k + 1) · per_class − 1 of each class, modulo the class's size.",
        "at = np.arange(k * per_class, (k + 1) * per_class); "
        "np.concatenate([rows[at % len(rows)] for rows in members]); the number of batches is the "
        "largest class over per_class, rounded up.",
    ),
    mistakes=wrong_layers.BALANCED_BATCHES,
)

scale_to_fan_in = Exercise(
    solution=initialize.scale_to_fan_in,
    cases=cases.noises,
    points=1,
    minutes=6,
    difficulty=1,
    hints=(
        "u is a sum of n_in independent terms x w. What is the variance of such a sum?",
        "var u = n_in · var w · var x. It shall be 1, and var x is 1.",
        "return noise / np.sqrt(len(noise)).",
    ),
    mistakes=wrong_layers.SCALE_TO_FAN_IN,
)

different_units = Exercise(
    solution=initialize.different_units,
    cases=cases.units,
    points=1,
    partial=False,
    minutes=8,
    difficulty=1,
    hints=(
        "Everything that belongs to one unit stands in one column of W, but for one number. Which?",
        "Stack b below W (np.vstack) and count the columns that are different: np.unique has an "
        "axis.",
        "return len(np.unique(np.vstack([W, b]), axis=1).T).",
    ),
    mistakes=wrong_layers.DIFFERENT_UNITS,
)
