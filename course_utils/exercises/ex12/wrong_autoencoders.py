"""Wrong answers to exercises of notebook 12 and what to say of them: one autoencoder.

Each has the signature of the right answer, and each table lists message -> wrong answer; the first
that equals an attempt in every case is shown.
"""

from __future__ import annotations

from course_utils.deep.layerwise import autoencoder_loss, mask_subset
from course_utils.deep.lazy import torch

# ---------------------------------------------------------------- corruption


def mask_keeps(x, noise, fraction):
    """Keeps what should go."""
    return x - mask_subset(x, noise, fraction)


def mask_each_alone(x, noise, fraction):
    """Each input by a throw of its own."""
    return x * (noise >= fraction)


def mask_scaled(x, noise, fraction):
    """As dropout does it, with the rest made larger."""
    return mask_subset(x, noise, fraction) / max(1 - fraction, 0.1)


def mask_columns(x, noise, fraction):
    """Ranks over the examples."""
    rank = noise.argsort(dim=0).argsort(dim=0)
    return x * (rank >= round(fraction * x.shape[1]))


def mask_one_argsort(x, noise, fraction):
    """Places in order taken for ranks."""
    return x * (noise.argsort(dim=1) >= round(fraction * x.shape[1]))


def mask_adds(x, noise, fraction):
    """Noise added."""
    return x + fraction * noise


MASK_SUBSET = {
    "You kept the inputs that should go: those with the smallest noise become 0.": mask_keeps,
    "This throws a coin for each input, so some examples lose more than others. Here the number "
    "of lost inputs is the same in every example.": mask_each_alone,
    "Nothing is rescaled: that is dropout. The reconstruction must make up for what is gone.": (
        mask_scaled
    ),
    "The ranks are those within an example: along dim=1.": mask_columns,
    "argsort says which entry comes first, second, …; the rank of each entry is the argsort of "
    "that.": mask_one_argsort,
    "Masking sets inputs to 0; you added noise to all of them.": mask_adds,
}


# ---------------------------------------------------------------- loss


def loss_of_seen(x, seen, W, b, V, c):
    """Compared with what was seen."""
    return autoencoder_loss(seen, seen, W, b, V, c)


def loss_sees_clean(x, seen, W, b, V, c):
    """Never corrupted."""
    return autoencoder_loss(x, x, W, b, V, c)


def loss_mean_over_all(x, seen, W, b, V, c):
    """A mean over the pixels, too."""
    return autoencoder_loss(x, seen, W, b, V, c) / x.shape[1]


def loss_sum(x, seen, W, b, V, c):
    """No mean."""
    return autoencoder_loss(x, seen, W, b, V, c) * len(x)


def loss_linear_code(x, seen, W, b, V, c):
    """Without the sigmoid of the code."""
    u = (seen @ W + b) @ V + c
    return (torch.nn.functional.softplus(u) - x * u).sum() / len(x)


def loss_squared(x, seen, W, b, V, c):
    """Squared error."""
    r = torch.sigmoid(torch.sigmoid(seen @ W + b) @ V + c)
    return ((r - x) ** 2).sum() / len(x)


def loss_half(x, seen, W, b, V, c):
    """The pixels with ink alone."""
    u = torch.sigmoid(seen @ W + b) @ V + c
    return (x * torch.nn.functional.softplus(-u)).sum() / len(x)


def loss_unsafe(x, seen, W, b, V, c):
    """As the equation stands."""
    r = torch.sigmoid(torch.sigmoid(seen @ W + b) @ V + c)
    return -(x * torch.log(r) + (1 - x) * torch.log(1 - r)).sum() / len(x)


AUTOENCODER_LOSS = {
    "You compared with what was seen: the net would learn to copy the holes. What must come out "
    "is x, clean.": loss_of_seen,
    "The encoder saw x itself; it is to see `seen`, the corrupted one.": loss_sees_clean,
    "A mean over the examples, but a sum over the pixels.": loss_mean_over_all,
    "This is the sum over the examples; divide by their number.": loss_sum,
    "The code has no sigmoid: h = sigmoid(seen W + b).": loss_linear_code,
    "This is the squared error; cross-entropy is asked for.": loss_squared,
    "Only -x log r is here. Without (1 - x) log(1 - r) white pixels cost nothing, and a net that "
    "paints everything black is perfect.": loss_half,
    "Right on paper, but where r is 0 or 1 to the last digit this takes log 0. Write it in u: "
    "log(1 + exp(u)) - x u, with torch.nn.functional.softplus.": loss_unsafe,
}
