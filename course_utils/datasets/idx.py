"""IDX, the format of MNIST's files: a magic number, the sizes, and then the values, row by row.

    bytes 0, 1   zero
    byte 2       type of the values: 0x08 unsigned byte, 0x09 signed byte, 0x0B short, 0x0C int,
                 0x0D float, 0x0E double
    byte 3       number of dimensions, each of whose sizes follows as a 4-byte integer
    the rest     the values; every number has its highest byte first

The reader is strict: a file is what its head says to the last byte, or it is refused.
"""

from __future__ import annotations

import gzip
import math
import zlib
from pathlib import Path

import numpy as np

GZIP = b"\x1f\x8b"
TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def read(path: Path | str) -> np.ndarray:
    """The array of an IDX file, compressed with gzip or not, in the machine's own byte order.

    Raises ValueError, in a sentence with the file's name, for a file that is not IDX, is shorter
    or longer than its sizes say, or whose compression is damaged.
    """
    path = Path(path)
    return parse(_uncompressed(path), path.name)


def parse(content: bytes, name: str) -> np.ndarray:
    """The same from bytes; `name` is what the errors call them."""
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] not in TYPES:
        raise ValueError(
            f"{name} is not an IDX file: it begins with {content[:4].hex(' ') or 'nothing'}, and "
            f"00 00, a type and a number of dimensions are expected."
        )
    dtype, n_sizes = np.dtype(TYPES[content[2]]), content[3]
    head = 4 + 4 * n_sizes
    if len(content) < head:
        raise ValueError(
            f"{name} is cut short: it has {len(content)} bytes, and its head alone takes {head}."
        )
    shape = tuple(map(int, np.frombuffer(content[4:head], ">u4")))
    found, expected = len(content) - head, dtype.itemsize * math.prod(shape)
    if found != expected:
        what = "is cut short" if found < expected else "goes on after its end"
        raise ValueError(
            f"{name} {what}: its sizes {shape} take {expected:,} bytes of values, and it has "
            f"{found:,}."
        )
    values = np.frombuffer(content, dtype, offset=head).reshape(shape)
    return values.astype(dtype.newbyteorder("="))


def _uncompressed(path: Path) -> bytes:
    content = path.read_bytes()
    if not content.startswith(GZIP):
        return content
    try:
        return gzip.decompress(content)
    except (EOFError, OSError, zlib.error) as error:
        raise ValueError(f"{path.name} is damaged: it cannot be decompressed ({error}).") from error
