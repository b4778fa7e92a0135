"""Wrong answers to exercises of notebook 09 and what to say of them: penalties, decay, dropout.

Some are lines of the lectures as they are printed. Each has the signature of the right answer, and
each table lists message -> wrong answer; the first that equals an attempt in every case is shown.
"""

from __future__ import annotations

import numpy as np

from course_utils.nn import regularize

# ---------------------------------------------------------------- penalty_gradient


def penalty_always_l2(w, decay, q):
    """λ w, whatever q."""
    return decay * w


def penalty_without_half(w, decay, q):
    """λ q …, without the ½."""
    return 2 * regularize.penalty_gradient(w, decay, q)


def penalty_without_q(w, decay, q):
    """The power has not come down."""
    return decay / 2 * np.sign(w) * np.abs(w) ** (q - 1)


def penalty_without_sign(w, decay, q):
    """Every weight pushed the same way."""
    return decay / 2 * q * np.abs(w) ** (q - 1)


PENALTY_GRADIENT = {
    "That is the derivative for q = 2 alone. With |w|^q the power q comes down and q − 1 stays; "
    "for q = 1 only the sign of w is left.": penalty_always_l2,
    "The penalty is λ/2 times Σ |w|^q: the ½ stays until a power of 2 cancels it.": (
        penalty_without_half
    ),
    "The factor q is missing: the derivative of |w|^q is q |w|^(q − 1) times the sign of w.": (
        penalty_without_q
    ),
    "The sign of w is missing: the penalty falls towards 0 from both sides.": penalty_without_sign,
}

# ---------------------------------------------------------------- soft_threshold


def threshold_hard(w, amount):
    """Small weights to 0, the others as they are."""
    return np.where(np.abs(w) > amount, w, 0.0)


def threshold_subgradient(w, amount):
    """A step by the sign, which jumps over 0."""
    return w - amount * np.sign(w)


def threshold_one_sided(w, amount):
    """For positive weights only."""
    return np.maximum(w - amount, 0)


SOFT_THRESHOLD = {
    "That is a hard threshold: the small weights are 0, but the others have to come nearer to 0 by "
    "`amount`, too.": threshold_hard,
    "That is a step along the subgradient: a weight smaller than `amount` jumps over 0 to the "
    "other side. It has to stay at exactly 0.": threshold_subgradient,
    "Negative weights come towards 0 from below: work with |w| and give the sign back.": (
        threshold_one_sided
    ),
}

# ---------------------------------------------------------------- decayed_step


def decay_of_the_new(w, step, lr, decay):
    """Lecture 3's line as printed, with the new w on both sides: an implicit step."""
    return (w + step) / (1 + lr * decay) - w


def decay_after_the_step(w, step, lr, decay):
    """A share of the weights after the step."""
    return (w + step) * (1 - lr * decay) - w


def decay_without_rate(w, step, lr, decay):
    """Without the learning rate."""
    return step - decay * w


def decay_returns_weights(w, step, lr, decay):
    """The new weights, not the step."""
    return w + step - lr * decay * w


DECAYED_STEP = {
    "As lecture 3 prints it, w stands on both sides, and the decay acts on the new weights: that "
    "is the implicit step (w + step)/(1 + lr λ). It is meant for the old ones, ŵ.": (
        decay_of_the_new
    ),
    "You shrink the weights after the step, so the step shrinks with them. The decay is a share of "
    "the old weights.": decay_after_the_step,
    "The learning rate is missing: a weight loses the share lr · λ in each step.": (
        decay_without_rate
    ),
    "Those are the new weights. Return what is to be added to w.": decay_returns_weights,
}

# ---------------------------------------------------------------- max_norm


def norm_of_rows(W, limit):
    """The weights out of a unit below, not into a unit above."""
    return regularize.max_norm(W.T, limit).T


def norm_of_the_layer(W, limit):
    """One length for the whole matrix."""
    return W * (limit / np.maximum(np.linalg.norm(W), limit))


def norm_of_all(W, limit):
    """Every column gets that length, the short ones too."""
    return W * (limit / np.linalg.norm(W, axis=0))


def norm_clipped(W, limit):
    """Every weight cut by itself."""
    return np.clip(W, -limit, limit)


MAX_NORM = {
    "You limited the rows. The weights into unit j are column j of W.": norm_of_rows,
    "One length for the whole matrix: each unit has its own.": norm_of_the_layer,
    "Short weights are to stay as they are; yours have grown to the limit.": norm_of_all,
    "You cut every weight by itself, which turns the vector. The length of a column is limited, "
    "its direction kept.": norm_clipped,
}

# ---------------------------------------------------------------- dropout_mask


def mask_shared(uniform, keep):
    """One mask for the whole batch, M_i as the lecture writes it."""
    return np.broadcast_to(uniform[:1] < keep, uniform.shape) / keep


def mask_unscaled(uniform, keep):
    """Without 1/p."""
    return (uniform < keep) * 1.0


def mask_of_dropping(uniform, keep):
    """As if p were the probability of leaving out."""
    return (uniform >= keep) / keep


def mask_scaled_twice(uniform, keep):
    """Divided by the wrong probability."""
    return np.where(uniform < keep, 1 / (1 - keep) if keep < 1 else 1.0, 0.0)


DROPOUT_MASK = {
    "All examples share one mask, M_i as lecture 2 writes it. The mean is the same, the gradient's "
    "variance several times larger: give every example its own row of numbers.": mask_shared,
    "The mean of your mask is p, so at test time every unit would speak 1/p times louder than in "
    "training. Divide by p.": mask_unscaled,
    "p is the probability of keeping: a unit stays where its number is below p.": mask_of_dropping,
    "Divide by the probability of keeping, not of leaving out: the mean of the mask must be 1.": (
        mask_scaled_twice
    ),
}

# ---------------------------------------------------------------- dropout_backprop


def _back(net, theta, X, Y, masks, back=lambda mask: mask, slope_of_masked=False):
    """`dropout_backprop` with another mask on the way back."""
    layers, trace = net.layers(theta), regularize.dropout_forward(net, theta, X, masks)
    gradient = np.empty_like(theta)
    grads = net.layers(gradient)
    delta = net.loss.delta(net.output, trace.u[-1], trace.output, Y)
    for k in reversed(range(len(layers))):
        grads[k].W[:] = trace.h[k].T @ delta
        grads[k].b[:] = delta.sum(axis=0)
        if k > 0:
            h = trace.h[k] if slope_of_masked else None
            slope = net.hidden.slope(trace.u[k - 1], h)
            delta = (delta @ layers[k].W.T) * back(masks[k]) * slope
    return gradient


def back_without_scale(net, theta, X, Y, masks):
    """The mask without its 1/p, as lecture 2 says it."""
    return _back(net, theta, X, Y, masks, back=lambda mask: mask > 0)


def back_without_mask(net, theta, X, Y, masks):
    """No mask on the way back."""
    return _back(net, theta, X, Y, masks, back=np.ones_like)


def back_slope_of_masked(net, theta, X, Y, masks):
    """The slope worked out from the masked values."""
    return _back(net, theta, X, Y, masks, slope_of_masked=True)


def back_plain(net, theta, X, Y, masks):
    """Plain backprop, without any mask."""
    return _back(net, theta, X, Y, [np.ones_like(mask) for mask in masks])


DROPOUT_BACKPROP = {
    "Switching the units off again, as lecture 2 says, is not all: on the way up their values were "
    "multiplied by M/p, so δ is multiplied by M/p too, not by M.": back_without_scale,
    "Nothing stops δ from going back through the units that were left out: multiply by masks[k].": (
        back_without_mask
    ),
    "The slope is that of the unit before its mask. trace.h[k] is masked already: ask "
    "net.hidden.slope(u) with u alone.": back_slope_of_masked,
    "This is plain backprop. The values must be those of the masked network: use "
    "dropout_forward.": back_plain,
}
