"""Exercises of notebook 11: autoencoders. The first three are in PyTorch, the others in NumPy."""

from __future__ import annotations

from course_utils.check import Exercise
from course_utils.deep import reconstruction
from course_utils.exercises import probe
from course_utils.exercises.ex11 import cases, wrong_codes, wrong_reconstruction
from course_utils.nn import codes

reconstruction_error = Exercise(
    solution=reconstruction.reconstruction_error,
    cases=cases.reconstructions,
    run=probe.tensors,
    points=1,
    minutes=5,
    difficulty=1,
    hints=(
        "Over which axis of (N, n) do you sum, and over which do you take the mean?",
        "A tensor has the methods .sum(dim=…) and .mean(dim=…); dim is NumPy's axis.",
        "return ((r - x) ** 2).sum(dim=1).mean().",
    ),
    mistakes=wrong_reconstruction.RECONSTRUCTION_ERROR,
)

training_step = Exercise(
    solution=reconstruction.training_step,
    cases=cases.trainings,
    run=cases.stepped,
    points=2,
    minutes=12,
    difficulty=2,
    hints=(
        "Three things happen to the gradients: they are cleared, computed, used. Who does each?",
        "optimizer.zero_grad() clears them, J.backward() computes them, optimizer.step() uses "
        "them.",
        "J = reconstruction_error(model(x), x); then the three calls in this order; "
        "return J.item().",
    ),
    mistakes=wrong_reconstruction.TRAINING_STEP,
)

subspace_cosines = Exercise(
    solution=codes.subspace_cosines,
    cases=cases.bases,
    points=2,
    minutes=12,
    difficulty=3,
    hints=(
        "If both bases were orthonormal, what would the entries of AᵀB be?",
        "Cosines between basis vectors; and the singular values of that matrix are the cosines of "
        "the principal angles. np.linalg.qr makes a basis orthonormal.",
        "Q_A, Q_B = np.linalg.qr(A)[0], np.linalg.qr(B)[0]; "
        "return np.linalg.svd(Q_A.T @ Q_B, compute_uv=False).",
    ),
    mistakes=wrong_codes.SUBSPACE_COSINES,
)

denoising_error = Exercise(
    solution=reconstruction.denoising_error,
    cases=cases.noisy,
    run=probe.tensors,
    points=2,
    minutes=8,
    difficulty=2,
    hints=(
        "What does the network see, and what is it compared with?",
        "It sees x + noise and is compared with x.",
        "return reconstruction_error(decode(encode(x + noise)), x).",
    ),
    mistakes=wrong_reconstruction.DENOISING_ERROR,
)

draw_codes = Exercise(
    solution=codes.draw_codes,
    cases=cases.codes,
    points=2,
    minutes=12,
    difficulty=2,
    hints=(
        "If z is standard normal, what is the covariance of L z?",
        "L Lᵀ. Codes are rows here, so L z becomes noise @ L.T. np.cov(codes, rowvar=False) is the "
        "covariance; of a single unit it is a number, which np.atleast_2d makes a matrix.",
        "L = np.linalg.cholesky(np.atleast_2d(np.cov(codes, rowvar=False))); "
        "return codes.mean(axis=0) + noise @ L.T.",
    ),
    mistakes=wrong_codes.DRAW_CODES,
)

nearest_distance = Exercise(
    solution=codes.nearest_distance,
    cases=cases.two_sets,
    points=2,
    minutes=10,
    difficulty=2,
    hints=(
        "How do you get all N·M squared distances at once, without an array of N·M·n numbers?",
        "|a - b|² = |a|² + |b|² - 2 a·b: a column, a row and a product of matrices. Rounding can "
        "make it -1e-16, of which there is no root.",
        "squared = (A**2).sum(axis=1)[:, None] + (B**2).sum(axis=1) - 2 * A @ B.T; "
        "return np.sqrt(np.abs(squared.min(axis=1))).",
    ),
    mistakes=wrong_codes.NEAREST_DISTANCE,
)

expected_position = Exercise(
    solution=codes.expected_position,
    cases=cases.maps,
    points=2,
    minutes=10,
    difficulty=2,
    hints=(
        "How is a mean row computed from the probability of each row?",
        "Divide a map by its sum. The probability of a row is the sum over its columns, axis=2; "
        "multiply by the row's number and add up.",
        "p.sum(axis=2) @ np.arange(height) and p.sum(axis=1) @ np.arange(width), stacked as "
        "columns.",
    ),
    mistakes=wrong_codes.EXPECTED_POSITION,
)

match_shift = Exercise(
    solution=codes.match_shift,
    cases=cases.dot_rows,
    points=3,
    minutes=15,
    difficulty=3,
    hints=(
        "For which i do both right[i] and left[i + d] exist, if d is above 0, and if it is below?",
        "i runs from max(0, -d) to min(dots, dots - d), the end left out.",
        "For each d, (right[:, i] * left[:, i + d]).mean(axis=1); then np.argmax over the shifts, "
        "axis=0, and the shift that stands there.",
    ),
    mistakes=wrong_codes.MATCH_SHIFT,
)
