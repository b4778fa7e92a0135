"""Exercises of notebook 06: descent and curvature."""

from __future__ import annotations

from course_utils.check import Exercise
from course_utils.exercises.ex06 import cases, wrong_steps, wrong_surfaces
from course_utils.nn import curvature

finite_hessian = Exercise(
    solution=curvature.finite_hessian,
    cases=cases.gradients,
    points=2,
    minutes=12,
    difficulty=2,
    hints=(
        "If you move one weight a little, what else changes besides its own derivative?",
        "Make e, all 0 but for eps at p. The column is the change of the whole gradient from "
        "theta - e to theta + e, over the distance.",
        "H[:, p] = (gradient(theta + e) - gradient(theta - e)) / (2 * eps).",
    ),
    mistakes=wrong_surfaces.FINITE_HESSIAN,
)

kind = Exercise(
    solution=curvature.kind,
    cases=cases.kinds,
    points=2,
    partial=False,
    minutes=10,
    difficulty=2,
    hints=(
        "In which direction does a quadratic rise most, in which least, and what do the "
        "eigenvalues say of them?",
        "eigenvalues = np.linalg.eigvalsh(H); zero = tol * np.abs(eigenvalues).max(). Which are "
        "above zero, which below -zero?",
        "All above: positive definite. All below: negative definite. Some above and some below: "
        "indefinite. Else singular.",
    ),
    mistakes=wrong_surfaces.KIND,
)

exact_step = Exercise(
    solution=curvature.exact_step,
    cases=cases.starts,
    points=2,
    minutes=12,
    difficulty=2,
    hints=(
        "Write x + a r into J. What is the derivative with respect to a?",
        "r = b − A x. dJ/da = −r·r + a r·A r, and at the lowest point it is 0.",
        "a = (r @ r) / (r @ A @ r); return x + a * r.",
    ),
    mistakes=wrong_steps.EXACT_STEP,
)

largest_rate = Exercise(
    solution=curvature.largest_rate,
    cases=cases.bowls,
    points=1,
    minutes=8,
    difficulty=2,
    hints=(
        "One step multiplies the distance along an eigenvector by a number. Which, and when does "
        "it shrink?",
        "The number is 1 − lr λ. It must lie between −1 and 1 for every eigenvalue λ.",
        "return 2 / np.linalg.eigvalsh(H)[-1].",
    ),
    mistakes=wrong_steps.LARGEST_RATE,
)

even_rates = Exercise(
    solution=curvature.even_rates,
    cases=cases.curvatures,
    points=1,
    minutes=6,
    difficulty=1,
    hints=(
        "The derivative along direction p is λ_p w_p. What is left of w_p after a step of rate η?",
        "w_p − η λ_p w_p = shrink w_p: solve for η.",
        "return (1 - shrink) / curvatures.",
    ),
    mistakes=wrong_steps.EVEN_RATES,
)

newton_step = Exercise(
    solution=curvature.newton_step,
    cases=cases.slopes,
    points=1,
    minutes=8,
    difficulty=1,
    hints=(
        "The gradient of the quadratic approximation at w + Δw is g + H Δw. What should it be?",
        "Solve H Δw = −g; np.linalg.solve needs no inverse.",
        "return -np.linalg.solve(H, g).",
    ),
    mistakes=wrong_steps.NEWTON_STEP,
)

online_pass = Exercise(
    solution=curvature.online_pass,
    cases=cases.streams,
    points=2,
    minutes=10,
    difficulty=1,
    hints=(
        "What is the derivative of ½ (x·w − y)² with respect to w, for one case?",
        "(x·w − y) x. Step t goes against it with rate(t), t from 1. Keep every w in a list.",
        "path = [w]; for t, (x, target) in enumerate(zip(X, y), start=1): w = w - rate(t) * "
        "(x @ w - target) * x; path.append(w). Return np.array(path).",
    ),
    mistakes=wrong_steps.ONLINE_PASS,
)
