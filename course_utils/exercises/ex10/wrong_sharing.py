"""Wrong answers to exercises of notebook 10 and what to say of them: weight sharing.

Each has the signature of the right answer; each table lists message -> wrong answer.
"""

from __future__ import annotations

import numpy as np

from course_utils.nn import regularize

# ---------------------------------------------------------------- shared_gradient


def shared_mean(g, uses):
    """The mean over the uses."""
    return regularize.shared_gradient(g, uses) / np.bincount(uses + 1)[1:]


def shared_last(g, uses):
    """Only the last use of each number."""
    v = np.zeros(uses.max() + 1)
    for p, q in enumerate(uses):
        if q >= 0:
            v[q] = g[p]
    return v


def shared_with_absent(g, uses):
    """A use of -1 taken as an index from the end."""
    v = np.zeros(uses.max() + 1)
    np.add.at(v, uses, g)
    return v


SHARED_GRADIENT = {
    "You took the mean over the uses. A small change of the number changes all its copies at once, "
    "and their effects add up.": shared_mean,
    "Each number keeps the gradient of its last copy only: `v[uses] = g` writes over what was "
    "there before. All uses count.": shared_last,
    "A use of -1 is a weight that is not there; NumPy reads the index -1 as the last number, which "
    "now has gradients that are not its own.": shared_with_absent,
}

# ---------------------------------------------------------------- convolve


def convolve_turned(images, kernels):
    """The kernel turned over, a convolution in the mathematicians' sense."""
    return regularize.convolve(images, kernels[::-1, ::-1])


def convolve_mean(images, kernels):
    """The mean of the products."""
    return regularize.convolve(images, kernels) / np.prod(kernels.shape[:3])


def convolve_padded(images, kernels):
    """Places where the kernel hangs over the lower and right edges."""
    k, m = kernels.shape[:2]
    padded = np.pad(images, ((0, 0), (0, k - 1), (0, m - 1), (0, 0)))
    return regularize.convolve(padded, kernels)


CONVOLVE = {
    "You turned the kernel over. That is a convolution in mathematics; in networks kernel[i, j] "
    "meets the pixel i down and j to the right.": convolve_turned,
    "The products are added up, over rows, columns and channels; you took their mean.": (
        convolve_mean
    ),
    "Only places count where the kernel lies wholly in the picture: height - k + 1 rows. You let "
    "it hang over the edge.": convolve_padded,
}

# ---------------------------------------------------------------- kernel_gradient


def kernel_mean(images, delta):
    """Divided by the number of pictures once more."""
    return regularize.kernel_gradient(images, delta) / len(images)


def kernel_turned(images, delta):
    """In the wrong order of places."""
    return regularize.kernel_gradient(images, delta)[::-1, ::-1]


def kernel_at_one_place(images, delta):
    """The use at the first place only."""
    first = np.zeros_like(delta)
    first[:, 0, 0] = delta[:, 0, 0]
    return regularize.kernel_gradient(images, first)


def kernel_mean_of_places(images, delta):
    """The mean over the places."""
    return regularize.kernel_gradient(images, delta) / (delta.shape[1] * delta.shape[2])


KERNEL_GRADIENT = {
    "You divided by the number of pictures. delta has the 1/N of the mean in it already: add up.": (
        kernel_mean
    ),
    "The entries stand in reverse: kernel[i, j] met the pixel i down and j to the right of each "
    "place, so that pixel goes with it.": kernel_turned,
    "You counted one place. The kernel was used at every place of the picture: add over all.": (
        kernel_at_one_place
    ),
    "You took the mean over the places. Shared weights get the sum over their uses.": (
        kernel_mean_of_places
    ),
}
