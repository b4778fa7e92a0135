"""The endless stream of distorted images, against SciPy's interpolation."""

from itertools import islice

import numpy as np
import pytest
import torch
from scipy.ndimage import affine_transform

from course_utils.deep.stream import distort, distorted

NOTHING = {"degrees": 0.0, "pixels": 0.0, "zoom": 0.0, "shear": 0.0}


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def pictures(N, shape, seed=0):
    return torch.rand(N, shape[0] * shape[1], generator=seeded(seed), dtype=torch.float64)


@pytest.mark.parametrize("shape", [(8, 8), (5, 9)])
def test_amounts_of_nothing_change_nothing(shape):
    x = pictures(4, shape)
    np.testing.assert_allclose(distort(x, seeded(), shape=shape, **NOTHING), x, atol=1e-12)


@pytest.mark.parametrize("shape", [(8, 8), (6, 11)])
@pytest.mark.parametrize(
    "amounts", [{"degrees": 20.0}, {"pixels": 2.0}, {"zoom": 0.3}, {"shear": 0.4}, None], ids=str
)
def test_it_takes_every_pixel_from_where_scipy_takes_it(shape, amounts):
    amounts = {"degrees": 20.0, "pixels": 2.0, "zoom": 0.3, "shear": 0.4} | (
        {} if amounts is None else NOTHING | amounts
    )
    x = pictures(3, shape)
    found = distort(x, seeded(5), shape=shape, **amounts)
    middle = (np.array(shape) - 1) / 2
    for n, (turn, down, right, size, lean) in enumerate(
        (torch.rand(5, 3, generator=seeded(5)).double() * 2 - 1).T.tolist()
    ):
        angle, factor = np.deg2rad(amounts["degrees"] * turn), 1 + amounts["zoom"] * size
        rotation = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        matrix = rotation / factor @ [[1, 0], [amounts["shear"] * lean, 1]]  # on (row, column)
        moved = middle - matrix @ middle + amounts["pixels"] * np.array([down, right])
        expected = affine_transform(
            x[n].reshape(shape).numpy(), matrix, moved, order=1, mode="grid-constant"
        )
        np.testing.assert_allclose(found[n], expected.ravel(), atol=1e-6)


def test_labels_follow_their_pictures_and_no_picture_comes_twice():
    X = torch.arange(1.0, 5.0)[:, None] * torch.ones(4, 25)
    stream = distorted(
        X, torch.arange(1, 5), batch_size=6, generator=seeded(), shape=(5, 5), pixels=0.5
    )
    batches = list(islice(stream, 50))
    for x, y in batches:
        assert x.shape == (6, 25)
        assert torch.equal(x.amax(dim=1).round().long(), y)  # the middle keeps its ink
    every = torch.cat([x for x, _ in batches])
    assert len(every.unique(dim=0)) == len(every) == 300


def test_a_seed_makes_one_stream_and_batches_end_it():
    X, y = pictures(5, (4, 4)), torch.arange(5)
    options = {"batch_size": 3, "shape": (4, 4), "batches": 7}
    first, again = (list(distorted(X, y, generator=seeded(2), **options)) for _ in range(2))
    assert len(first) == 7
    for (x, label), (same, same_label) in zip(first, again, strict=True):
        assert torch.equal(x, same)
        assert torch.equal(label, same_label)


def test_what_cannot_be_is_refused():
    x = pictures(3, (4, 4))
    with pytest.raises(ValueError, match=r"16 pixels a row, which is not shape=\(3, 4\)"):
        distort(x, seeded(), shape=(3, 4))
    with pytest.raises(ValueError, match="zoom=-1 is out of range"):
        distort(x, seeded(), shape=(4, 4), zoom=-1)
    with pytest.raises(TypeError, match=r"not a torch\.Generator"):
        distort(x, 7, shape=(4, 4))
    with pytest.raises(ValueError, match="2 labels for 3 pictures"):
        next(distorted(x, torch.zeros(2), batch_size=2, generator=seeded(), shape=(4, 4)))
    with pytest.raises(ValueError, match="batch_size=0"):
        next(distorted(x, torch.zeros(3), batch_size=0, generator=seeded(), shape=(4, 4)))
