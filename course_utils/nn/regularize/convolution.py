"""A convolution: one small kernel, used at every place of the picture; its gradient is a sum.

Pictures are (N, height, width, channels), kernels (k, m, channels, maps); the kernel lies wholly in
the picture, so a result has height - k + 1 rows. As in every library the kernel is not turned
over: mathematicians call this a cross-correlation.
"""

from __future__ import annotations

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes
from course_utils.nn.regularize import checks

Array = np.ndarray


def _takes_kernels(images, kernels) -> None:
    checks.stack_of_pictures("images", images, "channels")
    guard.array("kernels", kernels)
    if kernels.ndim != 4 or kernels.shape[2] != images.shape[3]:
        raise ValueError(
            f"kernels have shape {kernels.shape}; they must be (k, m, {images.shape[3]}, maps), "
            f"with the channels of the images."
        )
    checks.kernel_fits(kernels.shape[:2], images.shape[1:3])


@takes(_takes_kernels)
def convolve(images: Array, kernels: Array) -> Array:
    """What every kernel gives at every place where it fits into the picture.

    images   (N, height, width, channels)
    kernels  (k, m, channels, maps)
    At a place the k × m pixels that begin there, down and to the right, are multiplied with the
    kernel and added up, over the channels too. The kernel is not turned over.
    Returns (N, height - k + 1, width - m + 1, maps). (Lecture 4, "Redes convolucionales".)
    """
    k, m = kernels.shape[:2]
    high, wide = images.shape[1] - k + 1, images.shape[2] - m + 1
    u = 0
    for i, j in np.ndindex(k, m):  # one entry of the kernel, at all places at once
        u = u + images[:, i : i + high, j : j + wide] @ kernels[i, j]
    return u


def _takes_deltas(images, delta) -> None:
    checks.stack_of_pictures("images", images, "channels")
    checks.stack_of_pictures("delta", delta, "maps")
    checks.kernel_fits(delta.shape[1:3], images.shape[1:3])
    if len(delta) != len(images):
        raise ValueError(
            f"delta has {len(delta)} examples but images have {len(images)}: one for each picture."
        )


@takes(_takes_deltas)
def kernel_gradient(images: Array, delta: Array) -> Array:
    """∂J/∂kernels from delta = ∂J/∂u, where u = convolve(images, kernels).

    images  (N, height, width, channels)
    delta   (N, high, wide, maps), one number for each place and map
    An entry of a kernel was used in every picture at every place. Returns (k, m, channels, maps)
    with k = height - high + 1 and m = width - wide + 1.
    """
    high, wide = delta.shape[1:3]
    k, m = images.shape[1] - high + 1, images.shape[2] - wide + 1
    gradient = np.empty((k, m, images.shape[3], delta.shape[3]), delta.dtype)
    for i, j in np.ndindex(k, m):  # the sum over pictures and places
        gradient[i, j] = np.tensordot(images[:, i : i + high, j : j + wide], delta, [[0, 1, 2]] * 2)
    return gradient


def image_gradient(delta: Array, kernels: Array) -> Array:
    """∂J/∂images from delta (N, high, wide, maps) and kernels (k, m, channels, maps).

    A pixel gets back from every place whose kernel lay over it.
    """
    checks.stack_of_pictures("delta", delta, "maps")
    guard.array("kernels", kernels)
    if kernels.ndim != 4 or kernels.shape[3] != delta.shape[3]:
        raise ValueError(
            f"kernels have shape {kernels.shape}; they must be (k, m, channels, {delta.shape[3]}), "
            f"with the maps of delta."
        )
    (N, high, wide, _), (k, m, channels, _) = delta.shape, kernels.shape
    back = np.zeros((N, high + k - 1, wide + m - 1, channels), dtype=delta.dtype)
    for i, j in np.ndindex(k, m):
        back[:, i : i + high, j : j + wide] += delta @ kernels[i, j].T
    return back
