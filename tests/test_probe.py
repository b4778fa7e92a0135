"""Answers in torch become data: arrays go in as tensors, and come back as arrays."""

import subprocess
import sys
from typing import NamedTuple

import numpy as np
import pytest
import torch

from course_utils.check import Exercise
from course_utils.deep.lazy import torch as lazy
from course_utils.exercises import probe


class Pair(NamedTuple):
    W: object
    b: object


def scaled(x, factor):
    """x times factor."""
    return torch.as_tensor(x) * factor


def cases(rng):
    yield rng.normal(size=(3, 2)), 2.0


EXERCISE = Exercise(solution=scaled, cases=cases, run=probe.tensors)


def test_arrays_go_in_as_tensors_wherever_they_stand():
    seen = []
    X = np.arange(6.0).reshape(2, 3)
    probe.tensors(lambda *args: seen.extend(args), X, [X, {"X": X}], Pair(X, 2), "name", None)
    tensor, (one, named), pair, name, nothing = seen
    for each in (tensor, one, named["X"], pair.W):
        assert isinstance(each, torch.Tensor)
        assert each.dtype == torch.float64
    assert isinstance(pair, Pair)
    assert (pair.b, name, nothing) == (2, "name", None)


def test_tensors_come_back_as_arrays_wherever_they_stand():
    x = torch.ones(2, requires_grad=True)
    got = probe.tensors(lambda: (2 * x, [x], {"x": x}, Pair(x, 1.5), 3))
    np.testing.assert_array_equal(got[0], [2, 2])
    arrays = [got[0], got[1][0], got[2]["x"], got[3].W]
    assert {type(each) for each in arrays} == {np.ndarray}
    assert (got[3].b, got[4]) == (1.5, 3)


def test_a_module_comes_back_as_its_state():
    got = probe.tensors(lambda: torch.nn.Sequential(torch.nn.Linear(3, 2)))
    assert {name: value.shape for name, value in got.items()} == {
        "0.weight": (2, 3),
        "0.bias": (2,),
    }


def test_an_array_that_comes_back_is_refused():
    with pytest.raises(TypeError, match="return the tensor itself"):
        probe.tensors(lambda x: x.numpy(), np.ones(2))
    message = EXERCISE.report(lambda x, factor: (x * factor).numpy()).message
    assert "return the tensor itself" in message


@pytest.mark.parametrize(
    ("attempt", "says"),
    [
        (lambda x, factor: x.T * factor, "transposed"),
        (lambda x, factor: x.mul_(factor), "modifies `x` in place"),
        (lambda x, factor: -x * factor, "wrong sign"),
        (lambda x, factor: None, "did you forget `return`"),
    ],
)
def test_a_wrong_answer_in_torch_is_told_what_differs(attempt, says):
    assert says in EXERCISE.report(attempt).message
    assert EXERCISE.report(lambda x, factor: factor * x).outcome == "correct"


def test_the_card_says_what_the_function_was_called_with():
    shown = dict(EXERCISE.report(lambda x, factor: x).detail)
    assert shown["Called with"].startswith("x = ")
    assert "factor = 2" in shown["Called with"]


def test_lazy_torch_is_torch_and_imports_it_when_it_is_used():
    assert lazy.sigmoid is torch.sigmoid
    assert lazy.nn.functional is torch.nn.functional
    code = (
        "import sys\nfrom course_utils.deep.lazy import torch\n"
        "assert 'torch' not in sys.modules, repr(torch)\n"
        "torch.ones(2)\nassert 'torch' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
