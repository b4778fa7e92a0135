"""Exercises of notebook 10: averaging and Bayes."""

from __future__ import annotations

from course_utils.check import Exercise
from course_utils.exercises.ex10 import cases, wrong_averages, wrong_sampling, wrong_sharing
from course_utils.nn import bayes, regularize

shared_gradient = Exercise(
    solution=regularize.shared_gradient,
    cases=cases.uses,
    points=2,
    minutes=8,
    difficulty=1,
    hints=(
        "One number changes a little, and with it all its copies. What becomes of J?",
        "The effects of all copies add up: for every number the sum of g over the weights that use "
        "it. Which NumPy function adds numbers up by an index?",
        "return np.bincount(uses + 1, weights=g)[1:], where the -1 fall into place 0; or a loop "
        "over the numbers with g[uses == q].sum().",
    ),
    mistakes=wrong_sharing.SHARED_GRADIENT,
)

convolve = Exercise(
    solution=regularize.convolve,
    cases=cases.kernels,
    points=3,
    minutes=15,
    difficulty=3,
    hints=(
        "Take a single entry of the kernel, kernels[i, j]. Which part of the picture does it meet "
        "while the kernel visits all its places?",
        "The rows i … i + high - 1 and the columns j … j + wide - 1. Multiply that part with the "
        "entry, for all channels and maps at once: `@`. Then add over i and j.",
        "u = u + images[:, i : i + high, j : j + wide] @ kernels[i, j], for every i, j of "
        "np.ndindex(k, m), from u = 0.",
    ),
    mistakes=wrong_sharing.CONVOLVE,
)

kernel_gradient = Exercise(
    solution=regularize.kernel_gradient,
    cases=cases.deltas,
    points=3,
    minutes=15,
    difficulty=3,
    hints=(
        "In which products of `convolve` did kernels[i, j] take part? What is the derivative of "
        "each?",
        "With every pixel of images[:, i : i + high, j : j + wide]; the derivative is that pixel, "
        "times δ of the same place. Add over pictures and places: for each channel and each map.",
        "gradient[i, j] = np.tensordot(images[:, i : i + high, j : j + wide], delta, "
        "[[0, 1, 2], [0, 1, 2]]), for every i, j.",
    ),
    mistakes=wrong_sharing.KERNEL_GRADIENT,
)

ambiguity = Exercise(
    solution=bayes.ambiguity,
    cases=cases.models,
    points=2,
    minutes=10,
    difficulty=2,
    hints=(
        "Which squared distances do you need: between what and what?",
        "Average and target; each model and the target; each model and the average. Each time: "
        "squares added over the last axis, then the mean of all.",
        "average = P.mean(axis=0); the three are ((A - B) ** 2).sum(axis=-1).mean() for (average, "
        "Y), (P, Y) and (P, average).",
    ),
    mistakes=wrong_averages.AMBIGUITY,
)

average_left_out = Exercise(
    solution=bayes.average_left_out,
    cases=cases.samples,
    points=2,
    minutes=10,
    difficulty=2,
    hints=(
        "Which models may be asked about example n, and how many are they?",
        "Those with counts[s, n] == 0. Multiply P with 0 or 1, add over the models, divide by how "
        "many there were; an axis for the outputs is needed.",
        "unseen = (counts == 0)[:, :, None]; return (P * unseen).sum(axis=0) / unseen.sum(axis=0).",
    ),
    mistakes=wrong_averages.AVERAGE_LEFT_OUT,
)

geometric_mean = Exercise(
    solution=bayes.geometric_mean,
    cases=cases.distributions,
    points=1,
    minutes=8,
    difficulty=2,
    hints=(
        "What does the S-th root of a product become when you take its logarithm?",
        "The mean of the logarithms. Back with exp; then each row is divided by its sum.",
        "mean = np.exp(np.log(P).mean(axis=0)); return mean / mean.sum(axis=1, keepdims=True).",
    ),
    mistakes=wrong_averages.GEOMETRIC_MEAN,
)

mc_dropout = Exercise(
    solution=bayes.mc_dropout,
    cases=cases.masked,
    points=2,
    minutes=8,
    difficulty=1,
    hints=(
        "What does one pass answer, and where does it come from: forward, or dropout_forward?",
        "dropout_forward(net, theta, X, masks[t]).output, for every t. Stack the answers and look "
        "along the axis of the passes.",
        "answers = np.stack([dropout_forward(net, theta, X, each).output for each in masks]); "
        "return answers.mean(axis=0), answers.std(axis=0).",
    ),
    mistakes=wrong_averages.MC_DROPOUT,
)

calibration_error = Exercise(
    solution=bayes.calibration_error,
    cases=cases.verdicts,
    points=2,
    minutes=12,
    difficulty=2,
    hints=(
        "Into which part does a probability fall, and what is to be compared within a part?",
        "np.floor(said * bins), at most bins - 1. In a part: mean of said, mean of right, their "
        "distance, times its share of the examples. That is the distance of the two SUMS, over N.",
        "at = np.minimum(np.floor(said * bins), bins - 1); the sum over k of "
        "abs(np.sum(said[at == k] - right[at == k])), divided by len(said).",
    ),
    mistakes=wrong_sampling.CALIBRATION_ERROR,
)

metropolis_accept = Exercise(
    solution=bayes.metropolis_accept,
    cases=cases.proposals,
    points=2,
    minutes=10,
    difficulty=2,
    hints=(
        "p is proportional to exp(-U). What is p(there)/p(here)?",
        "exp(U - U_new). A uniform number lies below min(1, r) with just that probability; without "
        "overflow: its logarithm lies below U - U_new.",
        "accepted = np.log(uniform) < U - U_new; return np.where(accepted[:, None], proposal, "
        "theta).",
    ),
    mistakes=wrong_sampling.METROPOLIS_ACCEPT,
)

leapfrog = Exercise(
    solution=bayes.leapfrog,
    cases=cases.balls,
    points=3,
    minutes=12,
    difficulty=2,
    hints=(
        "How many whole steps of the velocity lie between the first half and the last half?",
        "steps - 1, one between any two steps of the position. A step of the velocity is "
        "-eps · gradient(theta), where theta stands now.",
        "v - eps/2 · gradient; then (steps - 1) times: theta + eps · v, v - eps · gradient; then "
        "theta + eps · v, and v - eps/2 · gradient.",
    ),
    mistakes=wrong_sampling.LEAPFROG,
)

rhat = Exercise(
    solution=bayes.rhat,
    cases=cases.draws,
    points=2,
    minutes=10,
    difficulty=2,
    hints=(
        "Along which axis does the variance of a chain run, and along which the mean over chains?",
        "Draws are axis 0. draws.var(axis=0, ddof=1) has an entry for each chain, and so has "
        "draws.mean(axis=0); then the chains are axis 0.",
        "W = draws.var(axis=0, ddof=1).mean(axis=0); B = draws.mean(axis=0).var(axis=0, ddof=1); "
        "np.sqrt(((T - 1) / T * W + B) / W).",
    ),
    mistakes=wrong_sampling.RHAT,
)
