"""Pictures with a landmark, and random-dot stereograms: they hold what they say they hold."""

import numpy as np
import pytest

from course_utils.datasets.landmarks import landmarks, position_maps
from course_utils.datasets.stereo import dot_rows, stereogram


@pytest.fixture
def rng():
    return np.random.default_rng(0)


# ---------------------------------------------------------------- landmarks


def test_the_pixel_nearest_the_corner_is_inked(rng):
    made = landmarks(rng=rng, n=200, noise=0.0)
    assert made.images.shape == (200, 16, 16)
    rows, columns = np.rint(made.corners).astype(int).T
    # at most 0.71 pixels from the corner, an edge has exp(-0.5 / 1.28) = 0.68 of its ink
    assert made.images[np.arange(200), rows, columns].min() > 0.6 * 0.67


def test_both_edges_end_at_the_corner(rng):
    made = landmarks(rng=rng, n=50, size=30, noise=0.0)
    rows, columns = np.mgrid[:30, :30]
    for image, (row, column) in zip(made.images, made.corners, strict=True):
        inked = image > 0.5 * image.max()
        inked &= np.hypot(rows - row, columns - column) > 3
        angles = np.sort(np.arctan2(rows - row, columns - column)[inked])
        gaps = np.diff(angles, append=angles[0] + 2 * np.pi)
        # the edges are at most 135 degrees apart, so more than half of the directions are free
        assert gaps.max() > np.pi


def test_annotators_are_independent_and_off_by_what_is_asked(rng):
    made = landmarks(rng=rng, n=4000, annotator=2.0)
    off = made.marks - made.corners[:, None]
    np.testing.assert_allclose(off.std(axis=0), 2.0, rtol=0.05)  # 4.5 standard errors
    assert np.abs(off.mean(axis=0)).max() < 4.5 * 2 / np.sqrt(4000)
    assert abs(np.corrcoef(off[:, 0, 0], off[:, 1, 0])[0, 1]) < 4.5 / np.sqrt(4000)


def test_noise_is_what_a_picture_without_it_lacks():
    clean, noisy = (
        landmarks(rng=np.random.default_rng(3), n=20, noise=noise) for noise in (0.0, 0.2)
    )
    np.testing.assert_array_equal(clean.corners, noisy.corners)
    np.testing.assert_allclose((noisy.images - clean.images).std(), 0.2, rtol=0.05)


def test_a_map_is_1_at_its_position_and_falls_as_a_normal_density():
    (one,) = position_maps(np.array([[2.0, 5.0]]), size=8, width=1.5)
    assert one[2, 5] == pytest.approx(1, rel=1e-12)
    assert one[4, 5] == pytest.approx(np.exp(-4 / 4.5), rel=1e-12)
    assert one[2, 2] == pytest.approx(np.exp(-9 / 4.5), rel=1e-12)


# ---------------------------------------------------------------- stereo


@pytest.mark.parametrize("most", [0, 1, 3])
def test_the_right_row_shows_the_left_one_shifted(rng, most):
    made = dot_rows(rng=rng, n=100, dots=12, most=most)
    assert set(made.disparity) == set(range(-most, most + 1))
    assert set(np.unique([made.left, made.right])) == {-1.0, 1.0}
    for left, right, d in zip(*made, strict=True):
        i = np.arange(max(0, -d), min(12, 12 - d))
        np.testing.assert_array_equal(right[i], left[i + d])


@pytest.mark.parametrize("disparity", [-2, 1, 3])
def test_the_square_is_shifted_and_the_ground_is_not(rng, disparity):
    scene = stereogram(rng=rng, height=20, width=40, disparity=disparity)
    rows, columns = np.nonzero(scene.disparity)
    assert (scene.disparity[rows, columns] == disparity).all()
    assert len(rows) == 10 * 10
    np.testing.assert_array_equal(scene.right[rows, columns], scene.left[rows, columns + disparity])
    outside = scene.disparity == 0
    first, last = columns.min(), columns.max()
    freed = np.zeros_like(outside)
    freed[rows.min() : rows.max() + 1, first - abs(disparity) : last + 1 + abs(disparity)] = True
    ground = outside & ~freed
    np.testing.assert_array_equal(scene.right[ground], scene.left[ground])


def test_one_picture_alone_shows_nothing(rng):
    scene = stereogram(rng=rng, height=200, width=300, disparity=4)
    inside = scene.disparity != 0
    for eye in (scene.left, scene.right):
        assert abs(eye[inside].mean()) < 4.5 / np.sqrt(inside.sum())
        assert abs(eye.mean()) < 4.5 / np.sqrt(eye.size)


# ---------------------------------------------------------------- both


@pytest.mark.parametrize("make", [landmarks, dot_rows, stereogram])
def test_a_seed_repeats_the_pictures(make):
    one, two = (make(rng=np.random.default_rng(5)) for _ in range(2))
    for a, b in zip(one, two, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda rng: landmarks(rng=0), TypeError, "rng=0 is not a random generator"),
        (lambda rng: landmarks(rng=rng, n=0), ValueError, "n=0 is too small"),
        (lambda rng: landmarks(rng=rng, n=2.5), TypeError, "n=2.5 is not a whole number"),
        (lambda rng: landmarks(rng=rng, size=5), ValueError, "size=5 is too small; take size=10"),
        (lambda rng: landmarks(rng=rng, annotator=-1), ValueError, "annotator=-1"),
        (lambda rng: landmarks(rng=rng, noise="much"), TypeError, "noise='much'"),
        (lambda rng: position_maps(np.ones((1, 2)), 8, 0), ValueError, "width=0"),
        (lambda rng: dot_rows(rng=rng, most=-1), ValueError, "most=-1"),
        (lambda rng: dot_rows(rng=rng, dots=4, most=2), ValueError, "shift of 2 leaves too little"),
        (lambda rng: stereogram(rng=rng, height=40, width=20), ValueError, "no room for a square"),
        (lambda rng: stereogram(rng=None), TypeError, "rng=None"),
    ],
)
def test_bad_input_is_refused_with_the_value(call, error, says, rng):
    with pytest.raises(error, match=says):
        call(rng)
