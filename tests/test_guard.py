"""Guards: a refusal carries value and next act, and the guarded function stays itself."""

import inspect
import pickle
import re
from fractions import Fraction

import numpy as np
import pytest

from course_utils.nn import guard
from course_utils.nn.functions import binary_cross_entropy, identity, sigmoid, squared_error
from course_utils.nn.guard import takes, takes_numbers
from course_utils.nn.mlp import MLP
from course_utils.nn.optim import Optimizer

NET = MLP((3, 4, 2))
THETA, X, Y = np.ones(NET.size), np.ones((5, 3)), np.eye(2)[[0, 1, 1, 0, 1]]


def even(number, *, unit="m"):
    """Refuse an odd number."""
    if number % 2:
        raise ValueError(f"number is {number}: take {number + 1} {unit}.")


@takes(even)
def half(number, *, unit="m"):
    """Half of an even number."""
    return number // 2


@takes_numbers(lr=guard.rate, alpha=guard.fraction)
def pair(lr, alpha=0.5):
    """Both, as they arrive."""
    return lr, alpha


# ---------------------------------------------------------------- every refusal

SCALARS = [
    (guard.positive, ("eps", 0), "eps is 0;", "must be a finite number above 0"),
    (guard.positive, ("eps", -2.5), "eps is -2.5;", "must be a finite number above 0"),
    (guard.positive, ("eps", np.float64(-2)), "eps is np.float64(-2.0);", "above 0"),
    (guard.positive, ("eps", float("nan")), "eps is nan;", "finite number above 0"),
    (guard.positive, ("eps", float("inf")), "eps is inf;", "finite number above 0"),
    (guard.positive, ("eps", "1"), "eps is '1';", "finite number above 0"),
    (guard.positive, ("eps", True), "eps is True;", "finite number above 0"),
    (guard.positive, ("eps", np.True_), "eps is np.True_;", "finite number above 0"),
    (guard.rate, ("lr", 0), "lr is 0;", "above 0, or a schedule t -> number"),
    (guard.fraction, ("alpha", 1), "alpha is 1;", "at least 0 and below 1"),
    (guard.fraction, ("alpha", -0.1), "alpha is -0.1;", "at least 0 and below 1"),
    (guard.fraction, ("alpha", None), "alpha is None;", "at least 0 and below 1"),
    (guard.fraction, ("alpha", False), "alpha is False;", "at least 0 and below 1"),
    (guard.count, ("epochs", 0), "epochs is 0;", "whole number of at least 1"),
    (guard.count, ("epochs", -1, 0), "epochs is -1;", "whole number of at least 0"),
    (guard.count, ("epochs", 2.0), "epochs is 2.0;", "whole number"),
    (guard.count, ("epochs", True), "epochs is True;", "whole number"),
    (guard.count, ("epochs", None), "epochs is None;", "whole number"),
    (guard.sizes, ((3,),), "sizes=(3,) needs", "for example MLP((64, 32, 10))"),
    (guard.sizes, (7,), "sizes=7 needs", "for example MLP((64, 32, 10))"),
    (guard.sizes, ((3, 0),), "a layer of sizes=(3, 0) is 0;", "whole number of at least 1"),
]
ARRAYS = [
    (guard.array, ("A", np.ones(2, complex)), "A has dtype complex128", "write A.astype(float)"),
    (guard.array, ("A", np.array(["a"])), "A has dtype <U1", "write A.astype(float)"),
    (guard.array, ("A", np.array([None])), "A has dtype object", "write A.astype(float)"),
    (guard.batch, (NET, THETA, X[0]), "X has shape (3,)", "write X[None, :]"),
    (guard.batch, (NET, THETA, X[:0]), "X has shape (0, 3)", "give it at least one example"),
    (guard.batch, (NET, THETA, X[:, :2]), "X has 2 columns", "change X or the sizes"),
    (guard.batch, (NET, THETA, X, Y[:, 0]), "Y has shape (5,)", "one_hot(labels, n_classes)"),
    (guard.batch, (NET, THETA, X, Y[:, :1]), "Y has 1 columns", "change Y or the sizes"),
    (guard.batch, (NET, THETA, X, Y[:4]), "5 examples but Y has 4", "rows of the same cases"),
    (guard.parameters, (NET, THETA[:9]), "theta has shape (9,)", "init(net, rng)"),
    (guard.parameters, (NET, THETA.astype(int)), "theta has dtype int64", "theta.astype(float)"),
    (guard.parameters, (NET, THETA + 0j), "theta has dtype complex128", "theta.astype(float)"),
    (guard.one_network, (NET, THETA[None], X), "theta has shape (1, 26)", "the rows one by one"),
    (
        guard.labelled,
        (NET, THETA, X, [0, 1]),
        "labels have shape (2,)",
        "give (5,) labels or (5, 2)",
    ),
    (
        guard.outputs,
        (Y, Y[:, 0]),
        "P has shape (5, 2) and Y (5,)",
        "write P[:, None] and Y[:, None]",
    ),
    (guard.outputs, (Y[:0], Y[:0]), "P has shape (0, 2)", "N at least 1"),
    (guard.like_theta, (half, None, THETA), "type NoneType", "array like theta, (26,)"),
    (
        guard.like_theta,
        (half, THETA[1:], THETA),
        "half returned a gradient of shape (25,)",
        "(26,)",
    ),
    (guard.finite, ("X", np.array([[1, np.nan]])), "X[0, 1] is nan", "remove or fill such rows"),
    (guard.finite, ("v", np.array([-np.inf])), "v[0] is -inf (1 such in all)", "remove or fill"),
    (guard.targets, (NET, Y * 2), "Y[0, 0] is 2.0", "one_hot(labels, n_classes=2)"),
    (guard.targets, (NET, Y * 0), "Y[0] adds up to 0", "use sigmoid and binary_cross_entropy"),
    (guard.classes, ([0, 9], 3), "labels[1] is 9", "n_classes must be the largest label plus 1"),
    (guard.classes, ([0.5], 3), "dtype float64", "labels.astype(int).ravel()"),
]
TYPES = [
    (guard.array, ("A", [1.0]), "A is a list", "write np.asarray(A)"),
    (guard.outputs, ([[1.0]], Y), "P is a list", "write np.asarray(P)"),
    (guard.outputs, (Y, [[1.0]]), "Y is a list", "write np.asarray(Y)"),
    (guard.array, ("A", 1.0), "A is a float", "write np.asarray(A)"),
    (guard.parameters, (NET, list(THETA)), "theta is a list", "init(net, rng)"),
    (guard.generator, (3,), "rng is 3;", "rng=np.random.default_rng(0)"),
    (
        guard.instance,
        ("loss", "mse", Optimizer, "there"),
        "loss is 'mse', which is no",
        "from there",
    ),
]


@pytest.mark.parametrize(("check", "args", "value", "act"), SCALARS + ARRAYS)
def test_a_wrong_value_is_a_value_error_with_the_next_act(check, args, value, act):
    with pytest.raises(ValueError, match=f"{re.escape(value)}.*{re.escape(act)}"):
        check(*args)


@pytest.mark.parametrize(("check", "args", "value", "act"), TYPES)
def test_a_wrong_kind_is_a_type_error_with_the_next_act(check, args, value, act):
    with pytest.raises(TypeError, match=f"{re.escape(value)}.*{re.escape(act)}"):
        check(*args)


def test_every_guard_is_refused_something_here():
    tested = {check.__name__ for check, *_ in SCALARS + ARRAYS + TYPES}
    elsewhere = {"takes", "takes_numbers", "matrix", "NotFiniteError"}  # batch uses matrix
    assert tested == set(guard.__all__) - elsewhere


# ---------------------------------------------------------------- what is let through

FINE = [
    (guard.positive, ("eps", 1e-300)),
    (guard.positive, ("eps", np.float32(0.1))),
    (guard.positive, ("eps", np.int64(3))),
    (guard.positive, ("eps", Fraction(1, 3))),
    (guard.rate, ("lr", np.float64(0.1))),
    (guard.rate, ("lr", lambda t: 1 / t)),
    (guard.fraction, ("alpha", 0)),
    (guard.fraction, ("alpha", 0.999)),
    (guard.count, ("epochs", np.int64(3))),
    (guard.count, ("epochs", 0, 0)),
    (guard.generator, (np.random.default_rng(0),)),
    (guard.batch, (NET, THETA, X)),
    (guard.batch, (NET, THETA, X.astype(bool), Y.astype(np.uint8))),
    (guard.batch, (NET, THETA, X[::2].astype(np.float16), Y[::2])),
    (guard.parameters, (NET, np.ones((7, 26), np.float32))),
    (guard.labelled, (NET, THETA, X, [0, 1, 0, 1, 0])),
    (guard.outputs, (np.ones((7, 5, 2)), Y)),
    (guard.outputs, (Y[:1], Y[:1])),
    (guard.finite, ("X", np.array([1, 2]))),
    (guard.targets, (NET, np.full((5, 2), 0.5))),
    (guard.targets, (NET, Y.astype(np.uint8))),
    (guard.targets, (MLP((3, 2), output=sigmoid, loss=binary_cross_entropy), np.ones((5, 2)))),
    (guard.targets, (MLP((3, 2), output=identity, loss=squared_error), Y * -7)),
    (guard.classes, (np.uint8([0, 255]), 256)),
]


@pytest.mark.parametrize(("check", "args"), FINE)
def test_what_fits_passes(check, args):
    assert check(*args) is None


def test_sizes_are_pythons_numbers():
    sizes = guard.sizes(np.array([3, 2]))
    assert repr(sizes) == repr(guard.sizes([3, 2])) == "(3, 2)"


# ---------------------------------------------------------------- decorators


@pytest.mark.parametrize("function", [half, pair])
def test_a_guarded_function_keeps_name_docstring_and_signature(function):
    bare = inspect.unwrap(function)
    assert bare is not function
    assert (function.__name__, function.__doc__) == (bare.__name__, bare.__doc__)
    assert inspect.signature(function) == inspect.signature(bare)
    assert pickle.loads(pickle.dumps(function)) is function


def test_the_check_runs_first_and_sees_the_same_arguments():
    assert half(4) == half(number=4) == half(4, unit="s") == 2
    with pytest.raises(ValueError, match=r"number is 3: take 4 s\."):
        half(3, unit="s")
    assert inspect.unwrap(half)(3) == 1


CALLS = [
    (half, (), {}, r"half\(\): missing a required argument: 'number'; it takes number, unit\."),
    (half, (4, 5), {}, r"half\(\): too many positional arguments; it takes number, unit\."),
    (half, (4,), {"u": 1}, r"half\(\): got an unexpected keyword argument 'u'; it takes"),
    (pair, (), {}, r"pair\(\): missing a required argument: 'lr'; it takes lr, alpha\."),
    (pair, (1, 0.5, 3), {}, r"pair\(\): too many positional arguments; it takes lr, alpha\."),
]


@pytest.mark.parametrize(("function", "args", "options", "message"), CALLS)
def test_a_call_that_does_not_fit_is_reported_in_the_functions_name(
    function, args, options, message
):
    with pytest.raises(TypeError, match=message) as refusal:
        function(*args, **options)
    assert refusal.value.__cause__ is None


def test_a_type_error_of_the_checks_own_passes_through():
    with pytest.raises(TypeError, match="unsupported operand"):
        half([])


@pytest.mark.parametrize("lr", [1, np.float32(1), np.float64(1), np.int64(1), Fraction(1)])
def test_numbers_arrive_as_pythons(lr):
    assert [type(number) for number in pair(lr, alpha=np.float64(0.25))] == [float, float]
    assert pair(lr) == (1.0, 0.5)


def test_a_schedule_arrives_as_it_is():
    assert pair(abs)[0] is abs


def test_numbers_out_of_range_are_refused_by_name():
    with pytest.raises(ValueError, match=r"lr is -1; .* or a schedule"):
        pair(-1)
    with pytest.raises(ValueError, match=r"alpha is 2; it must be at least 0 and below 1"):
        pair(0.1, 2)
