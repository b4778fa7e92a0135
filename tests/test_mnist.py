"""MNIST: a strict reader, files that are whole or refused, downloads that leave nothing half done.

Tests marked `real` need the four files where COURSE_DATA_DIR points, or in the cache; the others
make up tiny ones and download them from a server on this machine.
"""

import gzip
import struct
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import numpy as np
import pytest
from conftest import idx

from course_utils import datasets
from course_utils.datasets import mnist, store
from course_utils.datasets.idx import parse, read
from course_utils.errors import DataError

REAL = len(store.find(mnist.MNIST)) == 4
real = pytest.mark.skipif(not REAL, reason="the files of MNIST are not here: `course data mnist`")
NAMES = list(mnist.MNIST.files)

# ---------------------------------------------------------------- the reader


@pytest.mark.parametrize("shape", [(7,), (3, 4), (2, 3, 5), (0, 4)])
@pytest.mark.parametrize("compressed", [False, True])
def test_what_is_written_is_read(shape, compressed, tmp_path):
    values = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    path = tmp_path / "some-idx"
    path.write_bytes(gzip.compress(idx(values)) if compressed else idx(values))
    found = read(path)
    np.testing.assert_array_equal(found, values)
    assert found.dtype == np.uint8
    assert found.shape == shape


@pytest.mark.parametrize(
    ("code", "letter", "dtype"),
    [(0x08, "B", np.uint8), (0x09, "b", np.int8), (0x0B, "h", np.int16), (0x0C, "i", np.int32),
     (0x0D, "f", np.float32), (0x0E, "d", np.float64)],
)  # fmt: skip
def test_every_type_is_read_highest_byte_first(code, letter, dtype):
    content = struct.pack(f">BBBBI3{letter}", 0, 0, code, 1, 3, 1, 2, 100)
    found = parse(content, "three")
    np.testing.assert_array_equal(found, [1, 2, 100])
    assert found.dtype == np.dtype(dtype)
    assert found.dtype.isnative


THREE = idx(np.arange(6, dtype=np.uint8).reshape(2, 3))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "file is not an IDX file: it begins with nothing"),
        (b"\0\0\x08", "not an IDX file: it begins with 00 00 08,"),
        (b"<html>404</html>", "not an IDX file: it begins with 3c 68 74 6d,"),
        (b"\0\0\x07\x01" + bytes(5), "not an IDX file: it begins with 00 00 07 01"),
        (THREE[:10], "cut short: it has 10 bytes, and its head alone takes 12"),
        (THREE[:-1], r"cut short: its sizes \(2, 3\) take 6 bytes of values, and it has 5"),
        (THREE + b"\0", r"goes on after its end: its sizes \(2, 3\) take 6 bytes .* it has 7"),
        (b"\0\0\x08\x03" + b"\xff" * 12 + b"\0", "cut short: its sizes .* it has 1"),
        (gzip.compress(THREE, mtime=0)[:-9], "file is damaged: it cannot be decompressed"),
        (gzip.compress(THREE, mtime=0)[:12] + b"\xff" * 9, "damaged: it cannot be decompressed"),
    ],
)
def test_what_is_not_idx_to_the_last_byte_is_refused(content, says, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=says):
        read(path)


# ---------------------------------------------------------------- the real files


@real
def test_the_real_files_are_those_that_were_published():
    data = datasets.load("mnist", dtype=np.float32)
    assert str(data) == (
        "mnist: 50,000 train, 10,000 valid, 10,000 test; 784 inputs (ink, 0 to 1), "
        "10 classes (0 to 9); float32"
    )
    assert data.image_shape == (28, 28)
    # the first labels and the numbers of each digit, as many pages print them
    assert data.y_train[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert data.y_test[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    every = np.bincount(np.concatenate([data.y_train, data.y_valid]))
    assert every.tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(data.y_test).tolist() == [
        980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009,
    ]  # fmt: skip
    assert data.X_train.min() == 0
    assert data.X_train.max() == 1
    np.testing.assert_array_equal(data.Y_test.argmax(axis=1), data.y_test)
    mean = np.concatenate([data.X_train, data.X_valid]).mean(dtype=np.float64)
    assert mean == pytest.approx(0.1307, abs=5e-5)  # the usual constant of normalization


@real
def test_mnist_10k_is_the_first_10_000_with_the_same_validation_and_test():
    small, whole = (datasets.load(n, dtype=np.float32) for n in ("mnist-10k", "mnist"))
    np.testing.assert_array_equal(small.X_train, whole.X_train[:10_000])
    np.testing.assert_array_equal(small.y_train, whole.y_train[:10_000])
    for array in ("X_valid", "y_valid", "X_test", "y_test"):
        np.testing.assert_array_equal(getattr(small, array), getattr(whole, array))


@real
def test_pca_of_30_loses_what_was_published():
    """13.87 in Hinton & Salakhutdinov (Science 313:504, 2006); the mean image alone 52.9."""
    data = datasets.load("mnist", dtype=np.float32)
    X = np.concatenate([data.X_train, data.X_valid])
    mean = X.mean(axis=0, dtype=np.float64).astype(np.float32)
    V = np.linalg.eigh((X - mean).T @ (X - mean))[1][:, -30:]
    test = data.X_test - mean
    lost = ((test - test @ V @ V.T) ** 2).sum(axis=1).mean()
    assert lost == pytest.approx(13.87, abs=0.005)
    assert (test**2).sum(axis=1).mean() == pytest.approx(52.9, abs=0.05)


# ---------------------------------------------------------------- where the files are


def serve_copy(folder, to):
    to.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        (to / path.name).write_bytes(path.read_bytes())


def test_the_parts_are_the_first_the_last_and_the_test_file(tiny_mnist, monkeypatch):
    monkeypatch.setenv("COURSE_DATA_DIR", str(tiny_mnist.parent))
    images, labels, test_images, test_labels = (read(tiny_mnist / name) for name in NAMES)
    data, small = datasets.load("mnist"), datasets.load("mnist-10k")
    np.testing.assert_allclose(data.X_train, images[:8].reshape(8, 6) / 255, rtol=1e-15)
    np.testing.assert_allclose(data.X_valid, images[8:].reshape(4, 6) / 255, rtol=1e-15)
    np.testing.assert_allclose(data.X_test, test_images.reshape(4, 6) / 255, rtol=1e-15)
    np.testing.assert_array_equal(data.y_valid, labels[8:])
    np.testing.assert_array_equal(data.y_test, test_labels)
    np.testing.assert_array_equal(small.y_train, labels[:5])
    np.testing.assert_array_equal(small.y_valid, labels[8:])
    assert data.image_shape == (3, 2)


def test_the_folder_that_is_named_comes_before_the_cache(tiny_mnist, monkeypatch, tmp_path):
    serve_copy(tiny_mnist, store.CACHE / "mnist")
    assert {path.parent for path in store.paths(mnist.MNIST).values()} == {store.CACHE / "mnist"}
    monkeypatch.setenv("COURSE_DATA_DIR", str(tiny_mnist.parent))
    assert {path.parent for path in store.paths(mnist.MNIST).values()} == {tiny_mnist}
    (tiny_mnist / NAMES[0]).unlink()  # what is missing there may be here
    assert store.paths(mnist.MNIST)[NAMES[0]].parent == store.CACHE / "mnist"


def test_absent_is_a_sentence_with_the_command(tiny_mnist, monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path / "nowhere"))
    with pytest.raises(DataError, match=r"MNIST is not here .*nowhere.*`course data mnist`"):
        datasets.load("mnist")


def test_three_of_four_is_not_whole(tiny_mnist, monkeypatch):
    monkeypatch.setenv("COURSE_DATA_DIR", str(tiny_mnist.parent))
    (tiny_mnist / NAMES[1]).unlink()
    with pytest.raises(DataError, match=rf"not whole, {NAMES[1]} missing .*`course data mnist`"):
        datasets.load("mnist-10k")


@pytest.mark.parametrize("damage", [lambda old: old[: len(old) // 2], lambda old: old + b"\0"])
def test_a_damaged_file_is_never_read(damage, tiny_mnist, monkeypatch):
    monkeypatch.setenv("COURSE_DATA_DIR", str(tiny_mnist.parent))
    path = tiny_mnist / NAMES[2]
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DataError, match=rf"{NAMES[2]} is not MNIST's .*delete it and run `course"):
        datasets.load("mnist")


# ---------------------------------------------------------------- downloads, from this machine


@contextmanager
def server(handler):
    """A server on this machine; its address, and the paths that were asked for."""
    asked = []

    class Quiet(handler):
        def log_message(self, *args):
            asked.append(self.path)

    with ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as httpd:
        Thread(target=httpd.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{httpd.server_address[1]}/", asked
        finally:
            httpd.shutdown()


def serving(folder):
    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, directory=str(folder), **kwargs)

    return Handler


def answering(content, announced=None, status=200):
    """A server that gives the same to every question, and may promise more than it gives."""

    class Handler(SimpleHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.send_header("Content-Length", str(announced or len(content)))
            self.end_headers()
            self.wfile.write(content)

    return Handler


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def cached():
    return sorted(path.name for path in store.CACHE.rglob("*") if path.is_file())


def test_a_download_brings_every_file_once(tiny_mnist):
    with server(serving(tiny_mnist)) as (address, asked):
        said = datasets.download("mnist", [address])
        assert said == f"MNIST: 4 files in {store.CACHE / 'mnist'}, each what its SHA-256 says."
        assert len(asked) == 4
        datasets.download("mnist", [address])
        assert len(asked) == 4
    assert cached() == sorted(NAMES)
    assert len(datasets.load("mnist").X_train) == 8


@real
def test_the_real_files_come_through_a_download(monkeypatch, tmp_path):
    folder = store.find(mnist.MNIST)[NAMES[0]].parent
    monkeypatch.delenv("COURSE_DATA_DIR", raising=False)
    monkeypatch.setattr(store, "CACHE", tmp_path)
    with server(serving(folder)) as (address, _):
        datasets.download("mnist-10k", ["http://127.0.0.1:9/", address])
    assert sorted(path.name for path in (tmp_path / "mnist").iterdir()) == sorted(NAMES)
    assert len(datasets.load("mnist-10k", dtype=np.float32).X_train) == 10_000


def test_a_mirror_that_fails_is_followed_by_the_next(tiny_mnist):
    bad = (answering(b"not found", status=404), answering(b"<html>"), answering(b"half", 4000))
    with (
        server(bad[0]) as (missing, _),
        server(bad[1]) as (other, _),
        server(bad[2]) as (half, _),
        server(serving(tiny_mnist)) as (good, asked),
    ):
        datasets.download("mnist", [missing, other, half, good])
        assert len(asked) == 4
    assert cached() == sorted(NAMES)


@pytest.mark.parametrize(
    ("handler", "says"),
    [
        (answering(b"", status=404), "says 404 Not Found"),
        (answering(b"", status=503), "says 503"),
        (answering(b"<html>sorry</html>"), r"another file under that name \(SHA-256\)"),
        (answering(b"half", announced=4000), r"is not reached \(ChunkedEncodingError\)"),
    ],
)
def test_a_failed_download_is_a_sentence_and_leaves_nothing(handler, says, tiny_mnist):
    with server(handler) as (address, _), pytest.raises(DataError, match=says) as caught:
        datasets.download("mnist", [address])
    assert f"{NAMES[0]} could not be downloaded ({address} " in str(caught.value)
    assert "run `course data mnist` again, or put the file into" in str(caught.value)
    assert cached() == []


def test_without_a_network_every_mirror_is_named(tiny_mnist, monkeypatch):
    real = datasets.REMOTES["mnist"]._replace(
        mirrors=("https://example.org/", "http://127.0.0.1:9/")
    )
    monkeypatch.setitem(datasets.REMOTES, "mnist", real)
    with pytest.raises(DataError, match=r"example\.org/ is not reached .*127.0.0.1:9/ is not"):
        datasets.download("mnist")
    assert cached() == []


def test_a_damaged_file_in_the_cache_is_downloaded_again(tiny_mnist):
    serve_copy(tiny_mnist, store.CACHE / "mnist")
    (store.CACHE / "mnist" / NAMES[3]).write_bytes(b"half of it")
    with server(serving(tiny_mnist)) as (address, asked):
        datasets.download("mnist", [address])
    assert [path.split()[-1] for path in asked] == [f"/{NAMES[3]}"]
    assert (store.CACHE / "mnist" / NAMES[3]).read_bytes() == (tiny_mnist / NAMES[3]).read_bytes()


def test_a_damaged_file_of_yours_is_not_replaced_but_told(tiny_mnist, monkeypatch):
    monkeypatch.setenv("COURSE_DATA_DIR", str(tiny_mnist.parent))
    (tiny_mnist / NAMES[0]).write_bytes(b"mine")
    with pytest.raises(DataError, match="delete it and run"):
        datasets.download("mnist")
    assert (tiny_mnist / NAMES[0]).read_bytes() == b"mine"


def test_a_cache_that_cannot_be_written_is_a_sentence(tiny_mnist, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setattr(store, "CACHE", tmp_path / "file")
    with (
        server(serving(tiny_mnist)) as (address, _),
        pytest.raises(DataError, match="Cannot write"),
    ):
        datasets.download("mnist", [address])


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("cifar", r"'cifar' is no data set of the course; .* 'mnist', 'mnist-10k'\."),
        ("digits", "'digits' needs no download; .* 'mnist'"),
        ("xor", "'xor' needs no download"),
    ],
)
def test_what_cannot_be_downloaded_is_told(name, says):
    with pytest.raises(DataError, match=says):
        datasets.download(name)
