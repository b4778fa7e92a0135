"""MNIST: 70,000 handwritten digits of 28×28 pixels; `course data mnist` brings them once."""

from __future__ import annotations

import numpy as np

from course_utils.datasets import idx
from course_utils.datasets.store import Remote, paths
from course_utils.datasets.table import Table

LEVELS = 255
N_VALID = 10_000  # the last images of the training file
N_SMALL = 10_000  # the first ones
MNIST = Remote(
    "mnist",
    "MNIST",
    files={
        "train-images-idx3-ubyte.gz": (
            "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"
        ),
        "train-labels-idx1-ubyte.gz": (
            "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"
        ),
        "t10k-images-idx3-ubyte.gz": (
            "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"
        ),
        "t10k-labels-idx1-ubyte.gz": (
            "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"
        ),
    },
    mirrors=(
        "https://storage.googleapis.com/cvdf-datasets/mnist/",  # Common Visual Data Foundation
        "https://ossci-datasets.s3.amazonaws.com/mnist/",  # that of PyTorch
        "https://yann.lecun.com/exdb/mnist/",  # the original, often closed
    ),
    megabytes=11.6,
)


def mnist() -> Table:
    """50,000 images to train on, 10,000 to validate, 10,000 to test.

    The training file's last 10,000 images validate and the test file tests, as in Erhan et al.
    (JMLR 11:625, 2010); images come in the files' order, which mixes the classes.
    Raises DataError where a file is missing or is not MNIST's.
    """
    return _table(n_train=None)


def mnist_10k() -> Table:
    """The first 10,000 training images to train on; validation and test are those of `mnist`.

    Larochelle et al. (JMLR 10:1, 2009) train on as many, the first ones, and call it MNIST-small;
    their validation set is not copied here. Raises DataError as `mnist` does.
    """
    return _table(n_train=N_SMALL)


def _table(n_train: int | None) -> Table:
    train_X, train_y, test_X, test_y = map(idx.read, paths(MNIST).values())
    stop = len(train_X) - N_VALID
    train = np.arange(stop if n_train is None else n_train)
    parts = (train, np.arange(stop, stop + N_VALID), len(train_X) + np.arange(len(test_X)))
    images, y = np.concatenate([train_X, test_X]), np.concatenate([train_y, test_y])
    X, shape = images.reshape(len(images), -1), images.shape[1:]
    return Table(X, y, parts, tuple("0123456789"), "ink, 0 to 1", shape, scale=LEVELS)
