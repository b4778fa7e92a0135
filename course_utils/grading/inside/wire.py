"""A value on its way out of the sandbox: JSON for its structure, npz for its arrays.

Whoever reads it trusts nothing: no pickle, no compression, no array that is larger than its bytes,
and only types that a comparison knows. What else an answer holds arrives as `Foreign`, a name.
"""

from __future__ import annotations

import io
import json
import math
import struct
import zipfile
from typing import Any

import numpy as np

MOST_BYTES = 64 * 2**20  # of one message
MOST_DEPTH = 24  # lists in lists
MOST_NODES = 200_000
KINDS = "biufcUS"  # of NumPy types that are plain numbers or text
HEAD = struct.Struct("<II")  # bytes of JSON, bytes of npz


class WireError(ValueError):
    """What came out of the sandbox is no message."""


class Foreign:
    """Something that is none of the types that are sent; only the name of its type is known."""


def dumps(message: dict[str, Any], value: Any = None) -> bytes:
    """A message with a value, as bytes; the value comes back under the key "value"."""
    packer = _Packer()
    tree = packer.tree(value, 0)
    structure = json.dumps(message | {"value": tree}).encode()
    arrays = _npz(packer.arrays) if packer.arrays else b""
    return HEAD.pack(len(structure), len(arrays)) + structure + arrays


def loads(structure: bytes, arrays: bytes) -> dict[str, Any]:
    """The message again, its value rebuilt; raises WireError."""
    try:
        message = json.loads(structure)
        if not isinstance(message, dict):
            raise WireError("no object")
        message["value"] = _value(message.get("value"), _arrays(arrays), 0)
    except WireError:
        raise
    except Exception as error:  # whatever a forged message makes the readers raise
        raise WireError(f"{type(error).__name__}: {error}"[:200]) from None
    return message


class _Packer:
    def __init__(self) -> None:
        self.arrays: list[np.ndarray] = []
        self.bytes = self.nodes = 0

    def tree(self, value: Any, depth: int) -> Any:
        self.nodes += 1
        if depth > MOST_DEPTH or self.nodes > MOST_NODES:
            return {"foreign": "value that is nested too deep or too long"}
        if value is None or isinstance(value, bool | str):
            return str(value) if isinstance(value, str) else value
        if isinstance(value, float):
            return float(value)
        if isinstance(value, int):
            return int(value) if abs(value) < 2**63 else float(value)
        if isinstance(value, list | tuple):
            kind = "list" if isinstance(value, list) else "tuple"
            return {kind: [self.tree(each, depth + 1) for each in value]}
        if isinstance(value, dict):
            pairs = value.items()
            return {"dict": [[self.tree(k, depth + 1), self.tree(v, depth + 1)] for k, v in pairs]}
        if isinstance(value, np.generic | complex):
            return self.array("scalar", np.asarray(value))
        if isinstance(value, np.ndarray):
            return self.array("array", np.asarray(value))
        if type(value).__module__ == "torch" and hasattr(value, "detach"):
            return self.array("tensor", value.detach().cpu().numpy())
        return {"foreign": type(value).__name__}

    def array(self, kind: str, array: np.ndarray) -> dict[str, Any]:
        if array.dtype.kind not in KINDS:
            return {"objects": str(array.dtype)}
        self.bytes += array.nbytes
        if self.bytes > MOST_BYTES // 2:
            return {"huge": list(array.shape)}
        self.arrays.append(array)
        return {kind: len(self.arrays) - 1}


def _npz(arrays: list[np.ndarray]) -> bytes:
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **{f"a{n}": array for n, array in enumerate(arrays)})
    return file.getvalue()


def _arrays(data: bytes) -> list[np.ndarray]:
    """The arrays of an npz: stored, not compressed, each exactly as long as it says."""
    if not data:
        return []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        if any(each.compress_type != zipfile.ZIP_STORED for each in entries):
            raise WireError("compressed arrays")
        if sum(each.file_size for each in entries) > len(data):
            raise WireError("arrays that are longer than the message")
        return [_array(archive.read(f"a{n}.npy")) for n in range(len(entries))]


def _array(data: bytes) -> np.ndarray:
    file = io.BytesIO(data)
    if np.lib.format.read_magic(file) != (1, 0):
        raise WireError("an array of another version")
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(file)
    if dtype.kind not in KINDS or dtype.hasobject:
        raise WireError(f"an array of {dtype}")
    if math.prod(shape) * dtype.itemsize != len(data) - file.tell():
        raise WireError("an array of another length")
    flat = np.frombuffer(data, dtype, offset=file.tell())
    return flat.reshape(shape, order="F" if fortran else "C")


def _value(tree: Any, arrays: list[np.ndarray], depth: int) -> Any:
    if depth > MOST_DEPTH + 1:
        raise WireError("nested too deep")
    if tree is None or isinstance(tree, bool | str | int | float):
        return tree
    if not isinstance(tree, dict) or len(tree) != 1:
        raise WireError("no value")
    ((kind, inner),) = tree.items()
    if kind == "list":
        return [_value(each, arrays, depth + 1) for each in inner]
    if kind == "tuple":
        return tuple(_value(each, arrays, depth + 1) for each in inner)
    if kind == "dict":
        pairs = [(_value(k, arrays, depth + 1), _value(v, arrays, depth + 1)) for k, v in inner]
        return dict(pairs)
    if kind == "array":
        return arrays[inner]
    if kind == "scalar":
        return arrays[inner][()]
    if kind == "tensor":
        return _tensor(arrays[inner])
    if kind == "objects":
        return np.empty(0, object)
    if kind == "huge":
        return np.broadcast_to(np.float64(0), tuple(map(int, inner)))
    if kind == "foreign":
        return foreign(str(inner))
    raise WireError(f"a value of kind {kind[:40]!r}")


def foreign(name: str) -> Foreign:
    """Something of a type with this name."""
    letters = "".join(letter if letter.isidentifier() or letter == " " else "" for letter in name)
    return type(letters[:60] or "object", (Foreign,), {})()


def _tensor(array: np.ndarray) -> Any:
    import torch  # only where an answer is one, and then it is loaded here already

    return torch.from_numpy(array.copy())
