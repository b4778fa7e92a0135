"""Data sets: a name becomes arrays, in three parts that never mix.

    data = load("digits")                          # data.X_train, data.y_train, data.Y_train, …
    data = load("mnist", dtype=np.float32)         # after `course data mnist`, once
    data = load("moons", rng=rng, n=400, noise=0.2)
    X, Y = parity(bits=4)                          # complete sets have every case, so no parts
    X, Y, *_ = family_trees()                      # 24 people, 12 relations, 104 cases
    when = facts("timeline")["year"]               # a small table of facts with their sources

Examples are rows: `X` holds the inputs (N, n_in), `y` the labels as integers (N,) and `Y` the
targets, which are the labels one-hot (N, n_out). `data/README.md` has the origins and licences.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from course_utils.datasets import digits, generated, mnist, store
from course_utils.datasets.complete import parity, symmetry, xor
from course_utils.datasets.family_trees import family_trees
from course_utils.datasets.table import PARTS, Table
from course_utils.datasets.tables import facts
from course_utils.errors import DataError

__all__ = [
    "LOADERS",
    "Data",
    "download",
    "facts",
    "family_trees",
    "load",
    "parity",
    "symmetry",
    "xor",
]

LOADERS: dict[str, Callable[..., Table]] = {  # a new data set is a loader, and a row here
    "digits": digits.digits,
    "moons": generated.moons,
    "circles": generated.circles,
    "blobs": generated.blobs,
    "mnist": mnist.mnist,
    "mnist-10k": mnist.mnist_10k,
}
REMOTES = {"mnist": mnist.MNIST, "mnist-10k": mnist.MNIST}  # what `course data` downloads
COMPLETE = {"xor": xor, "parity": parity, "symmetry": symmetry, "family_trees": family_trees}
DTYPES = (np.float64, np.float32)


@dataclass(frozen=True, eq=False, repr=False)
class Data:
    """A data set in three parts: one to train on, one to choose by, one to report at the end.

    X_* (N, n_in) inputs, y_* (N,) labels from 0, Y_* (N, n_classes) the labels one-hot, each for
    train, valid and test. `classes` names the labels, `units` says what the inputs measure,
    `image_shape` is the height and width of inputs that are pictures. Every call of `load` makes
    new arrays, so changing them changes nothing else.
    """

    name: str
    classes: tuple[str, ...]
    units: str
    X_train: np.ndarray
    y_train: np.ndarray
    Y_train: np.ndarray
    X_valid: np.ndarray
    y_valid: np.ndarray
    Y_valid: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray
    Y_test: np.ndarray
    image_shape: tuple[int, int] | None = None

    def __repr__(self) -> str:
        sizes = ", ".join(f"{len(getattr(self, f'X_{part}')):,} {part}" for part in PARTS)
        inputs = f"{self.X_train.shape[1]} inputs ({self.units})"
        classes = f"{len(self.classes)} classes ({self.classes[0]} to {self.classes[-1]})"
        return f"{self.name}: {sizes}; {inputs}, {classes}; {self.X_train.dtype}"


def load(name: str, *, dtype: type = np.float64, **options) -> Data:
    """The data set called `name`, in three parts, every class in each.

    "digits"     1,797 images of 8×8 pixels, 10 classes; always the same split
    "moons"      two half moons that interlock;     options rng (required), n=500, noise=0.1
    "circles"    a circle (0) around a smaller (1); options rng (required), n=500, noise=0.05
    "blobs"      three round clouds;                options rng (required), n=500, noise=1.0
    "mnist"      70,000 images of 28×28 pixels, 10 classes: 50,000, 10,000 and 10,000
    "mnist-10k"  the same with the first 10,000 of the 50,000 to train on

    MNIST is downloaded once, by `course data mnist`; with float32 it takes 0.2 GB, with float64
    twice that. The others need no network and are divided 70, 15 and 15 %. `n` counts the examples
    of all parts together, `noise` is the standard deviation of what is added to each coordinate,
    `rng` a `np.random.Generator`, `dtype` (float64 or float32) the type of X and Y. Raises
    ValueError for a name, value or dtype that there is not, TypeError for an option that is
    missing, unknown or of the wrong type, DataError where MNIST is not here or not whole.
    """
    if not isinstance(name, str) or name not in LOADERS:
        raise ValueError(_unknown(name))
    if dtype not in (*DTYPES, *(np.dtype(known) for known in DTYPES), "float64", "float32"):
        raise ValueError(f"dtype={dtype!r} is not one of float64 and float32; take np.float32.")
    _check_options(name, options)
    table = LOADERS[name](**options)
    arrays = {}
    for part, rows in zip(PARTS, table.parts, strict=True):
        X, y = table.X[rows].astype(dtype), table.y[rows].astype(np.int64)
        if table.scale:
            X /= table.scale
        Y = np.eye(len(table.classes), dtype=dtype)[y]
        arrays |= {f"X_{part}": X, f"y_{part}": y, f"Y_{part}": Y}
    return Data(name, table.classes, table.units, image_shape=table.image_shape, **arrays)


def download(name: str, mirrors: Sequence[str] = (), *, bar: bool = False) -> str:
    """Bring a data set that the course does not ship, unless it is here; a sentence says where.

    `mirrors` are addresses that have its files, tried in turn instead of the data set's own; `bar`
    shows how far it is. Raises DataError for a name that there is not, and for what keeps it away.
    """
    if name not in REMOTES:
        known = name in (*LOADERS, *COMPLETE)
        raise DataError(
            f"{name!r} {'needs no download' if known else 'is no data set of the course'}; those "
            f"that are downloaded are {', '.join(map(repr, REMOTES))}."
        )
    remote = REMOTES[name]
    found = store.fetch(remote, mirrors, bar=bar)
    folders = " and ".join(dict.fromkeys(str(path.parent) for path in found.values()))
    return f"{remote.title}: {len(found)} files in {folders}, each what its SHA-256 says."


def _unknown(name: object) -> str:
    if isinstance(name, str) and name in COMPLETE:
        return f"{name!r} has every case and no parts: X, Y = datasets.{name}(…) instead of load."
    near = difflib.get_close_matches(str(name).lower(), [*LOADERS, *COMPLETE], n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    complete = ", ".join(f"{known}()" for known in COMPLETE)
    return (
        f"No data set is called {name!r}; load knows {', '.join(map(repr, LOADERS))}, "
        f"and the complete sets are {complete}.{hint}"
    )


def _check_options(name: str, options: dict) -> None:
    known = inspect.signature(LOADERS[name]).parameters
    for option, value in options.items():
        if option not in known:
            takes = f"takes {', '.join(known)}" if known else "is fixed and takes dtype alone"
            raise TypeError(f"{name!r} {takes}; leave out {option}={value!r}.")
    for option, parameter in known.items():
        if parameter.default is parameter.empty and option not in options:
            example = "np.random.default_rng(0)" if option == "rng" else "…"
            raise TypeError(f"{name!r} needs {option}; write load({name!r}, {option}={example}).")
