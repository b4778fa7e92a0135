"""The data are what their names say, and a split never mixes its parts."""

import hashlib

import numpy as np
import pytest
from sklearn import datasets as oracle

from course_utils import datasets
from course_utils.datasets import facts, load, parity, symmetry, xor
from course_utils.datasets.table import PARTS, stratified

GENERATED = ("moons", "circles", "blobs")
SHIPPED = ("digits", *GENERATED)  # test_mnist has those that are downloaded
CLASSES = {"digits": 10, "moons": 2, "circles": 2, "blobs": 3}


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def part(data, letter):
    return [getattr(data, f"{letter}_{name}") for name in PARTS]


def together(data, letter):
    return np.concatenate(part(data, letter))


def sorted_rows(array):
    return array[np.lexsort(array.T)]


def any_set(name, **options):
    return load(name, **({} if name == "digits" else {"rng": np.random.default_rng(0)}), **options)


# ---------------------------------------------------------------- every set


@pytest.mark.parametrize("name", SHIPPED)
def test_targets_are_the_labels_one_hot(name):
    data = any_set(name)
    for X, y, Y in zip(part(data, "X"), part(data, "y"), part(data, "Y"), strict=True):
        assert len(X) == len(y) == len(Y) > 0
        assert y.dtype == np.int64
        assert Y.shape == (len(y), CLASSES[name]) == (len(y), len(data.classes))
        np.testing.assert_array_equal(Y.sum(axis=1), 1)
        np.testing.assert_array_equal(Y.argmax(axis=1), y)


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_inputs_and_targets_have_the_dtype_asked_for(name, dtype):
    data = any_set(name, dtype=dtype)
    assert {array.dtype for letter in "XY" for array in part(data, letter)} == {np.dtype(dtype)}


@pytest.mark.parametrize("name", SHIPPED)
def test_every_class_is_divided_70_15_15(name):
    data = any_set(name)
    counts = np.array([np.bincount(y, minlength=CLASSES[name]) for y in part(data, "y")])
    whole = counts.sum(axis=0)
    assert np.abs(counts - np.outer([0.70, 0.15, 0.15], whole)).max() <= 1
    assert np.abs(counts[1] - counts[2]).max() == 0


@pytest.mark.parametrize("name", SHIPPED)
def test_classes_come_mixed_not_one_after_the_other(name):
    changes = np.count_nonzero(np.diff(any_set(name).y_train))
    assert changes > len(any_set(name).y_train) / 3


@pytest.mark.parametrize("name", SHIPPED)
def test_two_loads_share_no_memory(name):
    first, second = any_set(name), any_set(name)
    np.testing.assert_array_equal(first.X_train, second.X_train)
    first.X_train[:] = -1
    assert second.X_train.max() > -1
    np.testing.assert_array_equal(any_set(name).X_train, second.X_train)


def test_the_representation_shows_sizes_and_no_arrays():
    assert repr(load("digits")) == (
        "digits: 1,259 train, 269 valid, 269 test; 64 inputs (ink, 0 to 1), "
        "10 classes (0 to 9); float64"
    )


# ---------------------------------------------------------------- digits


def test_digits_are_scikit_learns_divided_by_16():
    X, y = oracle.load_digits(return_X_y=True)
    data = load("digits")
    mine = np.column_stack([together(data, "X") * 16, together(data, "y")])
    np.testing.assert_array_equal(sorted_rows(mine), sorted_rows(np.column_stack([X, y])))
    assert data.X_train.min() == 0
    assert data.X_train.max() == 1
    assert data.image_shape == (8, 8)


def test_the_parts_of_the_digits_are_disjoint_and_complete():
    # no two of the 1,797 images are equal, so images stand for their rows
    rows = {image.tobytes() for image in together(load("digits"), "X")}
    assert len(rows) == 1797
    assert [len(X) for X in part(load("digits"), "X")] == [1259, 269, 269]


def test_the_split_of_the_digits_never_changes():
    data = load("digits")
    labels = b"".join(y.astype(np.uint8).tobytes() for y in part(data, "y"))
    pixels = b"".join((X * 16).astype(np.uint8).tobytes() for X in part(data, "X"))
    assert hashlib.sha256(pixels + labels).hexdigest() == (
        "6efebbd5f4a89aee12dfe03365632fe52217873caa9ae03084a49fa2b7e06a37"
    )
    assert [np.bincount(y).tolist() for y in part(data, "y")] == [
        [124, 128, 123, 129, 127, 128, 127, 125, 122, 126],
        [27, 27, 27, 27, 27, 27, 27, 27, 26, 27],
        [27, 27, 27, 27, 27, 27, 27, 27, 26, 27],
    ]


def test_the_split_of_the_digits_ignores_the_global_seed():
    np.random.seed(1)  # noqa: NPY002 - the global generator is what must not matter
    first = load("digits").y_train
    np.random.seed(2)  # noqa: NPY002
    np.testing.assert_array_equal(first, load("digits").y_train)


def test_other_digits_than_the_courses_are_refused(monkeypatch):
    X, y = oracle.load_digits(return_X_y=True)
    monkeypatch.setattr(oracle, "load_digits", lambda return_X_y: (X, y[::-1]))
    with pytest.raises(ValueError, match=r"SHA-256 .* install the versions of constraints\.txt"):
        load("digits")


# ---------------------------------------------------------------- generated sets


def test_moons_without_noise_are_scikit_learns(rng):
    X, y = oracle.make_moons(101, shuffle=False)
    data = load("moons", rng=rng, n=101, noise=0.0)
    mine = np.column_stack([together(data, "X"), together(data, "y")])
    np.testing.assert_allclose(
        sorted_rows(mine.round(12)), sorted_rows(np.column_stack([X, y]).round(12)), atol=1e-11
    )


def test_circles_without_noise_are_scikit_learns(rng):
    X, y = oracle.make_circles(101, shuffle=False, factor=0.5)
    data = load("circles", rng=rng, n=101, noise=0.0)
    mine = np.column_stack([together(data, "X"), together(data, "y")])
    np.testing.assert_allclose(
        sorted_rows(mine.round(12)), sorted_rows(np.column_stack([X, y]).round(12)), atol=1e-11
    )
    radius, label = np.linalg.norm(together(data, "X"), axis=1), together(data, "y")
    np.testing.assert_allclose(radius, np.where(label == 0, 1.0, 0.5))


def test_blobs_are_three_clouds_around_a_circle_of_radius_three(rng):
    data = load("blobs", rng=rng, n=3000, noise=0.5)
    X, y = together(data, "X"), together(data, "y")
    for label in range(3):
        cloud = X[y == label]
        angle = 2 * np.pi * label / 3
        np.testing.assert_allclose(
            cloud.mean(axis=0), [3 * np.cos(angle), 3 * np.sin(angle)], atol=4 * 0.5 / np.sqrt(1000)
        )
        np.testing.assert_allclose(cloud.std(axis=0), 0.5, rtol=0.1)


@pytest.mark.parametrize("name", ["moons", "circles"])
def test_noise_is_a_standard_deviation(name):
    quiet, noisy = (
        load(name, rng=np.random.default_rng(3), n=4000, noise=noise) for noise in (0.0, 0.2)
    )
    np.testing.assert_allclose((noisy.X_train - quiet.X_train).std(), 0.2, rtol=0.05)


@pytest.mark.parametrize("name", GENERATED)
def test_a_seed_repeats_a_set_and_another_seed_does_not(name):
    first, again, other = (load(name, rng=np.random.default_rng(seed)) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first.X_test, again.X_test)
    assert not np.array_equal(first.X_test, other.X_test)


@pytest.mark.parametrize("name", GENERATED)
@pytest.mark.parametrize("n", [12, 13, 100, 500])
def test_n_counts_all_parts_and_none_is_empty(name, n, rng):
    data = load(name, rng=rng, n=n)
    assert sum(len(y) for y in part(data, "y")) == n
    assert all(set(y) == set(range(CLASSES[name])) for y in part(data, "y"))


def test_a_stratified_split_keeps_the_given_order(rng):
    y, order = rng.integers(0, 3, 40), rng.permutation(40)
    parts = stratified(y, order)
    assert sorted(np.concatenate(parts)) == list(range(40))
    place = np.argsort(order)
    assert all((np.diff(place[rows]) > 0).all() for rows in parts)


# ---------------------------------------------------------------- complete sets


def test_xor_is_four_cases():
    X, Y = xor()
    assert X.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert Y.tolist() == [[0], [1], [1], [0]]


def test_parity_of_three_bits_by_hand():
    X, Y = parity(3)
    assert X.tolist() == [
        [0, 0, 0], [0, 0, 1], [0, 1, 0], [0, 1, 1], [1, 0, 0], [1, 0, 1], [1, 1, 0], [1, 1, 1]
    ]  # fmt: skip
    assert Y.ravel().tolist() == [0, 1, 1, 0, 1, 0, 0, 1]


@pytest.mark.parametrize("bits", [1, 2, 5, 8])
def test_flipping_one_bit_flips_the_parity(bits):
    X, Y = parity(bits)
    assert len({tuple(x) for x in X}) == 2**bits
    target = {tuple(x): y for x, y in zip(X, Y.ravel(), strict=True)}
    for x in X:
        for i in range(bits):
            flipped = x.copy()
            flipped[i] = 1 - flipped[i]
            assert target[tuple(flipped)] == 1 - target[tuple(x)]


def test_eight_of_the_64_vectors_are_symmetric():
    X, Y = symmetry()
    assert X.shape == (64, 6)
    assert Y.shape == (64, 1)
    assert Y.sum() == 8
    symmetric = {tuple(x) for x, y in zip(X, Y, strict=True) if y == 1}
    assert symmetric == {
        (a, b, c, c, b, a) for a in (0.0, 1.0) for b in (0.0, 1.0) for c in (0.0, 1.0)
    }


@pytest.mark.parametrize(("bits", "positive"), [(1, 2), (2, 2), (3, 4), (4, 4)])
def test_symmetry_of_other_lengths(bits, positive):
    assert symmetry(bits)[1].sum() == positive


# ---------------------------------------------------------------- tables of facts


def test_a_table_of_facts_is_found_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert facts("top500")["system"][0] == "Frontier"


def test_columns_of_facts_are_whole_numbers_numbers_or_text(tmp_path, monkeypatch):
    (tmp_path / "some.csv").write_text('n,x,word\n1,,"a, b"\n2,0.5,c\n', encoding="utf-8")
    monkeypatch.setattr(datasets.tables, "FOLDER", tmp_path)
    table = facts("some")
    assert [column.dtype.kind for column in table.values()] == ["i", "f", "U"]
    np.testing.assert_array_equal(table["x"], [np.nan, 0.5])
    assert table["word"].tolist() == ["a, b", "c"]


def test_a_row_of_facts_that_is_too_short_is_an_error(tmp_path, monkeypatch):
    (tmp_path / "some.csv").write_text("a,b\n1,2\n3\n", encoding="utf-8")
    monkeypatch.setattr(datasets.tables, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match="zip"):
        facts("some")


@pytest.mark.parametrize("name", ["timelines", "", None, "../README"])
def test_an_unknown_table_of_facts_is_refused(name):
    with pytest.raises(ValueError, match=r"No table of facts .*'timeline'"):
        facts(name)


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"name": "digit"}, ValueError, "'digit'.*'moons'.*Did you mean 'digits'"),
        ({"name": "nothing like it"}, ValueError, "'digits', 'moons', 'circles', 'blobs'"),
        ({"name": None}, ValueError, "None"),
        ({"name": ["moons"]}, ValueError, "moons"),
        ({"name": "xor"}, ValueError, r"datasets\.xor"),
        ({"name": "digits", "n": 100}, TypeError, "leave out n=100"),
        ({"name": "digits", "dtype": int}, ValueError, "float32"),
        ({"name": "digits", "dtype": "nonsense"}, ValueError, "nonsense"),
        ({"name": "moons"}, TypeError, r"needs rng.*default_rng\(0\)"),
        ({"name": "moons", "rng": 7}, TypeError, "rng=7"),
        ({"name": "moons", "rng": np.random}, TypeError, "default_rng"),
        ({"name": "moons", "nosie": 0.1}, TypeError, "rng, n, noise; leave out nosie=0.1"),
        ({"name": "moons", "rng": ..., "n": 0}, ValueError, "n=0 .* n=8 or more"),
        ({"name": "moons", "rng": ..., "n": -5}, ValueError, "n=-5"),
        ({"name": "blobs", "rng": ..., "n": 11}, ValueError, "n=11 .* n=12 or more"),
        ({"name": "moons", "rng": ..., "n": 10.5}, TypeError, "n=10.5"),
        ({"name": "moons", "rng": ..., "n": True}, TypeError, "n=True"),
        ({"name": "circles", "rng": ..., "noise": -0.1}, ValueError, "noise=-0.1"),
        ({"name": "circles", "rng": ..., "noise": float("nan")}, ValueError, "noise=nan"),
        ({"name": "circles", "rng": ..., "noise": float("inf")}, ValueError, "noise=inf"),
        ({"name": "circles", "rng": ..., "noise": "a lot"}, TypeError, "noise='a lot'"),
    ],
)
def test_bad_input_is_refused_with_the_value_and_the_next_act(options, error, says, rng):
    options = {key: rng if value is ... else value for key, value in options.items()}
    with pytest.raises(error, match=says):
        load(**options)


@pytest.mark.parametrize("make", [parity, symmetry])
@pytest.mark.parametrize(
    ("bits", "error"), [(0, ValueError), (-1, ValueError), (21, ValueError), (2.0, TypeError),
                        (True, TypeError), ("6", TypeError)]
)  # fmt: skip
def test_a_number_of_bits_that_cannot_be_is_refused(make, bits, error):
    with pytest.raises(error, match=f"bits={bits!r}"):
        make(bits)
