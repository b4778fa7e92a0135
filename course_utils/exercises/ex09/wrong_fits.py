"""Wrong answers to exercises of notebook 09 and what to say of them: stopping, linear fits, images.

Each has the signature of the right answer; each table lists message -> wrong answer.
"""

from __future__ import annotations

import numpy as np

from course_utils.nn import regularize

# ---------------------------------------------------------------- best_epoch


def best_at_first_rise(losses, patience):
    """Stops at the first epoch that is no better, whatever the patience."""
    return regularize.best_epoch(losses, 1)


def best_is_last(losses, patience):
    """Keeps the parameters of the last epoch."""
    last = regularize.best_epoch(losses, patience)[1]
    return last, last


def best_of_all(losses, patience):
    """The best epoch of the whole list."""
    return int(np.argmin(losses)), len(losses) - 1


def best_later_of_equals(losses, patience):
    """An equal loss counts as better."""
    best = 0
    for epoch, J in enumerate(losses):
        if losses[best] >= J:
            best = epoch
        elif epoch - best >= patience:
            return best, epoch
    return best, len(losses) - 1


def best_too_patient(losses, patience):
    """One epoch more than patience allows."""
    return regularize.best_epoch(losses, patience + 1)


BEST_EPOCH = {
    "You stop at the first epoch that is no better. Validation losses jump about: wait for "
    "`patience` of them in a row.": best_at_first_rise,
    "You keep the parameters of the last epoch, which patience has just found not to be better. "
    "Keep those of the best one.": best_is_last,
    "You looked at the whole list. At an epoch training knows only what came before it, and it "
    "ends when patience is over.": best_of_all,
    "An equal loss is not better: with `<=` a loss that stands still trains for ever.": (
        best_later_of_equals
    ),
    "One epoch too many: training ends as soon as `patience` epochs in a row were not better.": (
        best_too_patient
    ),
}

# ---------------------------------------------------------------- ridge


def ridge_of_the_sum(X, y, decay):
    """The decay beside a sum over the cases, as lecture 3 writes J."""
    return np.linalg.solve(X.T @ X + decay * np.eye(X.shape[1]), X.T @ y)


def ridge_of_all_entries(X, y, decay):
    """Decay added to every entry."""
    return np.linalg.solve(X.T @ X / len(X) + decay, X.T @ y / len(X))


def ridge_twice(X, y, decay):
    """Without the half of the penalty."""
    return regularize.ridge(X, y, 2 * decay)


RIDGE = {
    "That is lecture 3's J, a sum over the cases, in which the same λ is N times weaker. Here J is "
    "a mean: divide XᵀX and Xᵀy by N.": ridge_of_the_sum,
    "λ stands on the diagonal only: the derivative of the penalty is λ w, so add λ times the unit "
    "matrix.": ridge_of_all_entries,
    "Your λ counts twice: the derivative of (λ/2) w² is λ w.": ridge_twice,
}

# ---------------------------------------------------------------- effective_parameters


def effective_without_mean(X, decay):
    """Eigenvalues of XᵀX."""
    return regularize.effective_parameters(X, decay / len(X))


def effective_singular_values(X, decay):
    """Singular values, not their squares."""
    s = np.linalg.svd(X / np.sqrt(len(X)), compute_uv=False)
    return np.sum(s / (s + decay))


def effective_share(X, decay):
    """The share of the parameters."""
    return regularize.effective_parameters(X, decay) / X.shape[1]


def effective_lost(X, decay):
    """What is taken away."""
    return X.shape[1] - regularize.effective_parameters(X, decay)


EFFECTIVE_PARAMETERS = {
    "The eigenvalues are those of XᵀX, of a sum over the cases. λ stands beside a mean: divide "
    "by N.": effective_without_mean,
    "Those are singular values. The eigenvalues of XᵀX/N are their squares.": (
        effective_singular_values
    ),
    "You took the mean of the shares; parameters are counted: add them up.": effective_share,
    "Those are the parameters that ridge takes away, λ/(s + λ) each. Count what stays, "
    "s/(s + λ).": effective_lost,
}

# ---------------------------------------------------------------- dropout_penalty


def dropout_penalty_swapped(X, w, keep):
    """p and 1 - p in each other's place."""
    return keep / (1 - keep) * np.sum(w**2 * np.mean(X**2, axis=0)) / 2


def dropout_penalty_bernoulli(X, w, keep):
    """The variance of the mask without the 1/p."""
    return keep * (1 - keep) * np.sum(w**2 * np.mean(X**2, axis=0)) / 2


def dropout_penalty_variance(X, w, keep):
    """The variance of the inputs, not their mean square."""
    return (1 - keep) / keep * np.sum(w**2 * np.var(X, axis=0)) / 2


def dropout_penalty_whole(X, w, keep):
    """Without the ½ of J."""
    return 2 * regularize.dropout_penalty(X, w, keep)


def dropout_penalty_square_of_sum(X, w, keep):
    """All inputs dropped together."""
    return (1 - keep) / keep * np.mean((X @ w) ** 2) / 2


DROPOUT_PENALTY = {
    "p and 1 − p are in each other's place: p is the probability of keeping, and with p = 1 "
    "nothing is added.": dropout_penalty_swapped,
    "p (1 − p) is the variance of M. The input is multiplied by M/p, which has a variance of "
    "(1 − p)/p.": dropout_penalty_bernoulli,
    "The mask is drawn while the inputs stay as they are: the spread of x M/p grows with x², not "
    "with the variance of the inputs over the cases.": dropout_penalty_variance,
    "J has a ½ before the square: so has what is added to it.": dropout_penalty_whole,
    "The inputs are dropped one by one. Independent variances add up: Σ w_j² x_j², not "
    "(Σ w_j x_j)².": dropout_penalty_square_of_sum,
}

# ---------------------------------------------------------------- shifted


def shifted_round(images, down, right):
    """What leaves on one side comes in on the other."""
    return np.roll(images, (down, right), axis=(1, 2))


def shifted_back(images, down, right):
    """Up and to the left."""
    return regularize.shifted(images, -down, -right)


def shifted_swapped(images, down, right):
    """Rows and columns in each other's place."""
    return regularize.shifted(images, right, down)


SHIFTED = {
    "What leaves the picture on one side comes in on the other. It is lost; what comes in is 0.": (
        shifted_round
    ),
    "Your pictures go the other way: the row that was i is i + down afterwards.": shifted_back,
    "Rows and columns are in each other's place: axis 1 goes down, axis 2 to the right.": (
        shifted_swapped
    ),
}
