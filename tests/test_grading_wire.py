"""What comes out of the sandbox: values as they are, and nothing else."""

import io
import json
import pickle
import zipfile

import numpy as np
import pytest

from course_utils.check.compare import difference
from course_utils.grading.inside import wire


def there_and_back(value):
    data = wire.dumps({}, value)
    structure, arrays = wire.HEAD.unpack(data[: wire.HEAD.size])
    rest = data[wire.HEAD.size :]
    assert len(rest) == structure + arrays
    return wire.loads(rest[:structure], rest[structure:])["value"]


VALUES = {
    "none": None,
    "true": True,
    "text": "ñ ∂ \ud800",
    "whole": -(2**62),
    "float": 0.1 + 0.2,
    "nan": [np.nan, np.inf, -np.inf],
    "nested": {"a": [1, (2.5, None)], 3: "b"},
    "array": np.arange(6.0).reshape(2, 3),
    "columns first": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    "float32": np.float32([1, 2]),
    "empty": np.zeros((0, 3)),
    "no axis": np.array(2.5),
    "scalar": np.float32(2.5),
    "truths": np.array([True, False]),
    "complex": 1 + 2j,
    "words": np.array(["a", "bc"]),
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_a_value_comes_back_as_it_was(value):
    got = there_and_back(value)
    np.testing.assert_equal(got, value)
    if isinstance(value, np.ndarray | np.generic):
        assert got.dtype == value.dtype
    elif not isinstance(value, complex):  # one of NumPy's comes back
        assert type(got) is type(value)


def test_a_named_tuple_comes_back_as_a_tuple_which_is_how_it_is_compared():
    from course_utils.nn.optim.states import Velocity

    state = Velocity(3, np.ones(2))
    assert difference(there_and_back(state), state) is None


def test_a_tensor_comes_back_as_one():
    torch = pytest.importorskip("torch")
    got = there_and_back(torch.arange(3.0, requires_grad=True))
    assert torch.equal(got, torch.arange(3.0))


class Liar(np.ndarray):
    """Equal to everything, and a pickle that acts."""

    def __eq__(self, other):
        return True

    def __reduce__(self):
        return print, ("gotcha",)


class Number(float):
    def __eq__(self, other):
        return True

    __hash__ = float.__hash__


def test_types_of_a_learners_own_arrive_as_what_they_hold():
    assert type(there_and_back(np.ones(2).view(Liar))) is np.ndarray
    assert difference(there_and_back(np.ones(2).view(Liar)), np.zeros(2)) is not None
    assert type(there_and_back(Number(3))) is float


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (object(), "object"),
        (len, "builtin_function_or_method"),
        (np.array([object()]), "type object"),
        (np.zeros(2, dtype="f8, f8"), "type object"),
        (b"bytes", "bytes"),
    ],
    ids=["object", "function", "objects", "records", "bytes"],
)
def test_what_no_comparison_knows_arrives_as_a_name(value, said):
    assert said in difference(there_and_back(value), np.zeros(2))


def test_what_is_too_large_or_too_deep_is_not_sent():
    huge = there_and_back(np.broadcast_to(0.0, (10_000, 10_000)))
    assert huge.shape == (10_000, 10_000)
    assert "shape" in difference(huge, np.zeros(3))
    deep = []
    deep.append(deep)
    text = repr(there_and_back(deep))
    assert "nested too deep" in text


def an_archive(*arrays, compression=zipfile.ZIP_STORED, names=None):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for n, data in enumerate(arrays):
            archive.writestr(names[n] if names else f"a{n}.npy", data)
    return file.getvalue()


def a_file(array=None, header=b"", pickled=False):
    file = io.BytesIO()
    if header:
        return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
    np.lib.format.write_array(file, array, allow_pickle=pickled)
    return file.getvalue()


def shaped(shape, dtype="<f8"):
    text = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}"
    return a_file(header=(text + " " * (117 - len(text)) + "\n").encode())


ONE = b'{"value": {"array": 0}}'
FORGED = {
    "no JSON": (b"{", b""),
    "no object": (b"[1]", b""),
    "a thousand brackets": (b"[" * 100_000, b""),
    "deep": (b'{"value": ' + b'{"list": [' * 500 + b"]}" * 500 + b"}", b""),
    "digits": (b'{"value": ' + b"9" * 6000 + b"}", b""),
    "no array": (ONE, b""),
    "negative": (b'{"value": {"array": "x"}}', b""),
    "unknown kind": (b'{"value": {"pickle": "x"}}', b""),
    "two kinds": (b'{"value": {"list": [], "tuple": []}}', b""),
    "unhashable key": (b'{"value": {"dict": [[{"list": []}, 1]]}}', b""),
    "no archive": (ONE, b"PK\x03\x04nothing"),
    "compressed": (
        ONE,
        an_archive(a_file(np.zeros(10**6)), compression=zipfile.ZIP_DEFLATED),
    ),
    "objects": (ONE, an_archive(a_file(np.array([{}]), pickled=True))),
    "a pickle": (ONE, an_archive(pickle.dumps(print))),
    "longer than it is": (ONE, an_archive(shaped((10**12,)))),
    "negative length": (ONE, an_archive(shaped((-1, -1)))),
    "no dtype": (ONE, an_archive(shaped((1,), "|O"))),
    "other names": (ONE, an_archive(a_file(np.zeros(1)), names=["../x"])),
    "huge": (b'{"value": {"huge": ["a"]}}', b""),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_a_forged_message_is_refused(forged):
    with pytest.raises(wire.WireError):
        wire.loads(*forged)


def test_a_name_is_a_name_whatever_is_sent():
    message = json.dumps({"value": {"foreign": "<script>\n" + "x" * 500}}).encode()
    name = type(wire.loads(message, b"")["value"]).__name__
    assert name.isalnum()
    assert len(name) <= 60
