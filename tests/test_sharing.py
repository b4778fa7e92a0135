"""Weight sharing and convolutions against torch, SciPy and finite differences."""

import numpy as np
import pytest
import torch
from scipy import signal

from course_utils.nn.functions import (
    cross_entropy,
    identity,
    relu,
    softmax,
    squared_error,
    tanh,
)
from course_utils.nn.gradcheck import finite_difference, relative_error
from course_utils.nn.mlp import MLP, accuracy, backprop, forward, init, mean_loss, predict
from course_utils.nn.optim import adam
from course_utils.nn.regularize import (
    SharedMLP,
    convolutional,
    convolve,
    image_gradient,
    init_shared,
    kernel_gradient,
    shared_backprop,
    shared_gradient,
    weights_of,
)
from course_utils.nn.train import train

SHAPES = (  # N, height, width, channels, k, m, maps
    (1, 3, 3, 1, 3, 3, 1),
    (2, 6, 5, 1, 3, 2, 4),
    (3, 5, 7, 2, 1, 4, 3),
    (4, 8, 8, 3, 5, 5, 2),
)


def pictures(shape, dtype=float):
    N, height, width, channels, k, m, maps = shape
    rng = np.random.default_rng(sum(shape))
    images = rng.normal(size=(N, height, width, channels)).astype(dtype)
    return images, rng.normal(size=(k, m, channels, maps)).astype(dtype)


def of_torch(images, kernels):
    """conv2d of both as leaves, in torch's order of axes."""
    x = torch.tensor(images.transpose(0, 3, 1, 2), requires_grad=True)
    w = torch.tensor(kernels.transpose(3, 2, 0, 1), requires_grad=True)
    return x, w, torch.nn.functional.conv2d(x, w)


# ---------------------------------------------------------------- convolution


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_convolve_is_torchs_conv2d(shape):
    images, kernels = pictures(shape)
    _, _, theirs = of_torch(images, kernels)
    np.testing.assert_allclose(
        convolve(images, kernels), theirs.detach().numpy().transpose(0, 2, 3, 1), rtol=1e-12,
        atol=1e-12,
    )  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_both_gradients_of_a_convolution_are_torchs(shape):
    images, kernels = pictures(shape)
    x, w, theirs = of_torch(images, kernels)
    delta = np.random.default_rng(1).normal(size=convolve(images, kernels).shape)
    theirs.backward(torch.tensor(delta.transpose(0, 3, 1, 2)))
    of_kernels, of_images = w.grad.numpy(), x.grad.numpy()
    np.testing.assert_allclose(
        kernel_gradient(images, delta), of_kernels.transpose(2, 3, 1, 0), rtol=1e-10, atol=1e-12
    )
    np.testing.assert_allclose(
        image_gradient(delta, kernels), of_images.transpose(0, 2, 3, 1), rtol=1e-10, atol=1e-12
    )


def test_convolve_is_scipys_correlation_and_not_its_convolution():
    images, kernels = pictures((1, 6, 7, 1, 3, 2, 1))
    picture, kernel, ours = images[0, ..., 0], kernels[..., 0, 0], convolve(images, kernels)
    np.testing.assert_allclose(ours[0, ..., 0], signal.correlate2d(picture, kernel, "valid"))
    turned = signal.convolve2d(picture, kernel, "valid")
    assert np.abs(ours[0, ..., 0] - turned).max() > 0.1


def test_a_shifted_picture_gives_shifted_maps():
    images, kernels = pictures((2, 8, 8, 1, 3, 3, 4))
    whole = convolve(images, kernels)
    np.testing.assert_allclose(convolve(images[:, 1:, 2:], kernels), whole[:, 1:, 2:], rtol=1e-12)


def test_a_convolution_keeps_float32():
    images, kernels = pictures(SHAPES[1], np.float32)
    u = convolve(images, kernels)
    assert u.dtype == np.float32
    assert kernel_gradient(images, u).dtype == np.float32
    assert image_gradient(u, kernels).dtype == np.float32


# ---------------------------------------------------------------- shared weights


def random_sharing(net, Q, seed=0):
    """`net` with its weights dealt out among Q numbers, some left out."""
    rng = np.random.default_rng(seed)
    uses = rng.integers(-1, Q, net.size)
    uses[rng.permutation(net.size)[:Q]] = np.arange(Q)
    return SharedMLP(net.sizes, net.hidden, net.output, net.loss, uses)


SHARED = {
    "classes": random_sharing(MLP((4, 5, 3), tanh, softmax, cross_entropy), 9),
    "regression": random_sharing(MLP((3, 4, 4, 2), tanh, identity, squared_error), 7, 1),
    "convolution": convolutional((4, 5), size=2, maps=2, n_out=3, hidden=tanh),
    "pooled": convolutional((5, 5), size=2, maps=3, n_out=2, hidden=tanh, pool=2),
}


def case(net, N=6, seed=0):
    rng = np.random.default_rng(seed)
    Y = np.eye(net.sizes[-1])[rng.integers(0, net.sizes[-1], N)]
    return rng.normal(size=net.size), rng.normal(size=(N, net.sizes[0])), Y


@pytest.mark.parametrize("name", SHARED)
def test_the_shared_gradient_is_that_of_differences(name):
    net = SHARED[name]
    theta, X, Y = case(net)
    ours = shared_backprop(net, theta, X, Y)
    assert relative_error(ours, finite_difference(net, theta, X, Y)) < 1e-7


def test_the_shared_gradient_is_torchs_gradient_through_an_index():
    net = SHARED["classes"]
    theta, X, Y = case(net)
    v = torch.tensor(theta, requires_grad=True)
    w = torch.where(torch.tensor(net.uses) < 0, 0.0, v[torch.tensor(np.maximum(net.uses, 0))])
    W, b, V, c = w[:20].reshape(4, 5), w[20:25], w[25:40].reshape(5, 3), w[40:]
    u = torch.tanh(torch.tensor(X) @ W + b) @ V + c
    torch.nn.functional.cross_entropy(u, torch.tensor(Y)).backward()
    np.testing.assert_allclose(shared_backprop(net, theta, X, Y), v.grad.numpy(), rtol=1e-10)


@pytest.mark.parametrize("name", SHARED)
def test_gathering_is_the_shared_gradient(name):
    net = SHARED[name]
    g = np.random.default_rng(0).normal(size=net.every.size)
    np.testing.assert_allclose(net.gathered(g), shared_gradient(g, net.uses), rtol=1e-12)


def test_numbers_by_hand():
    g, uses = np.array([1.0, 2.0, 4.0, 8.0]), np.array([1, 0, 1, -1])
    assert shared_gradient(g, uses).tolist() == [2.0, 5.0]


def test_a_number_for_each_weight_is_the_plain_network():
    every = MLP((4, 5, 3))
    net = SharedMLP(every.sizes, uses=np.arange(every.size))
    theta, X, Y = case(every)
    assert mean_loss(net, theta, X, Y) == pytest.approx(mean_loss(every, theta, X, Y), rel=1e-14)
    np.testing.assert_allclose(
        shared_backprop(net, theta, X, Y), backprop(every, theta, X, Y), rtol=1e-12
    )


def test_a_convolutional_network_is_torchs():
    net = convolutional((6, 7), size=3, maps=4, n_out=5)
    theta, X, Y = case(net)
    v = torch.tensor(theta, requires_grad=True)
    K = v[:36].reshape(3, 3, 4).permute(2, 0, 1)[:, None]
    u = torch.nn.functional.conv2d(torch.tensor(X.reshape(-1, 1, 6, 7)), K, v[36:40])
    h = torch.relu(u).permute(0, 2, 3, 1).reshape(len(X), -1)
    V, c = v[40:-5].reshape(-1, 5), v[-5:]
    J = torch.nn.functional.cross_entropy(h @ V + c, torch.tensor(Y))
    J.backward()
    assert mean_loss(net, theta, X, Y) == pytest.approx(J.item(), rel=1e-12)
    np.testing.assert_allclose(
        shared_backprop(net, theta, X, Y), v.grad.numpy(), rtol=1e-9, atol=1e-13
    )


def test_shared_output_weights_are_average_pooling_but_for_a_factor():
    net = convolutional((7, 5), size=2, maps=3, n_out=4, pool=2)
    theta, X, _ = case(net)
    K, b = torch.tensor(theta[:12].reshape(2, 2, 3)), torch.tensor(theta[12:15])
    u = torch.nn.functional.conv2d(
        torch.tensor(X.reshape(-1, 1, 7, 5)), K.permute(2, 0, 1)[:, None], b
    )
    pooled = torch.nn.functional.avg_pool2d(torch.relu(u), 2).permute(0, 2, 3, 1) * 4
    V, c = theta[15:-4].reshape(-1, 4), theta[-4:]
    theirs = pooled.reshape(len(X), -1).numpy() @ V + c
    np.testing.assert_allclose(forward(net, theta, X).u[-1], theirs, rtol=1e-10, atol=1e-12)


def test_the_sizes_of_a_convolution_are_those_that_one_counts():
    net = convolutional((8, 8), size=3, maps=10, n_out=10, pool=2)
    assert net.size == 3 * 3 * 10 + 10 + 3 * 3 * 10 * 10 + 10
    assert net.sizes == (64, 360, 10)
    assert np.sum(net.uses >= 0) == 36 * 10 * 9 + 360 + 360 * 10 + 10


def test_first_numbers_have_the_variance_of_their_fan_in():
    net = convolutional((12, 12), size=4, maps=300, n_out=2)
    theta = init_shared(net, np.random.default_rng(0))
    kernels, biases = theta[: 16 * 300], theta[16 * 300 : 17 * 300]
    assert kernels.std() == pytest.approx(1 / 4, rel=0.05)  # 16 weights lead into a unit
    assert np.all(biases == 0)
    last = theta[17 * 300 : -2]
    assert last.std() == pytest.approx(1 / np.sqrt(81 * 300), rel=0.05)


def test_training_takes_a_shared_network_as_it_is():
    net = convolutional((4, 4), size=2, maps=3, n_out=2)
    rng = np.random.default_rng(0)
    X = rng.random((40, 16))
    Y = np.eye(2)[(X[:, :8].sum(axis=1) > X[:, 8:].sum(axis=1)).astype(int)]
    run = train(
        net, init_shared(net, rng), X, Y, adam(0.05), gradient=shared_backprop, epochs=60,
        batch_size=None, rng=rng,
    )  # fmt: skip
    assert run.loss[-1] < 0.3 * run.loss[0]
    assert accuracy(net, run.theta, X, Y) > 0.9
    assert predict(net, run.theta, X).shape == (40,)


def test_a_stack_of_shared_networks_works_side_by_side():
    net = SHARED["convolution"]
    theta, X, Y = case(net)
    stack = np.stack([theta, 2 * theta])
    J = mean_loss(net, stack, X, Y)
    assert pytest.approx([mean_loss(net, one, X, Y) for one in stack], rel=1e-12) == J


def test_plain_backprop_and_init_do_not_write_into_copies():
    net = SHARED["classes"]
    theta, X, Y = case(net)
    with pytest.raises(ValueError, match="read-only"):
        backprop(net, theta, X, Y)
    with pytest.raises(ValueError, match="read-only"):
        init(net, np.random.default_rng(0))
    with pytest.raises(ValueError, match="read-only"):
        weights_of(net)


def test_equal_sizes_do_not_make_equal_sharing():
    a, b = (random_sharing(MLP((4, 5, 3)), 9, seed) for seed in (0, 1))
    assert a != b
    assert a == a
    assert len({a, b}) == 2


def test_sharing_keeps_float32():
    net = convolutional((4, 4), size=2, maps=2, n_out=2, hidden=relu)
    theta, X, Y = (A.astype(np.float32) for A in case(net))
    assert shared_backprop(net, theta, X, Y).dtype == np.float32
    assert forward(net, theta, X).output.dtype == np.float32


# ---------------------------------------------------------------- bad input


def sharing_of(uses):
    """A net 2-1 of three weights with these uses."""
    return SharedMLP((2, 1), tanh, identity, squared_error, np.array(uses))


BAD = {
    "a kernel larger than the picture": (
        lambda: convolve(np.zeros((1, 8, 8, 1)), np.zeros((9, 3, 1, 1))),
        "the kernel is 9×3 but the pictures are 8×8: take one of at most",
    ),
    "a network with such a kernel": (
        lambda: convolutional((8, 8), size=9, maps=2, n_out=3),
        "the kernel is 9×9 but the pictures are 8×8",
    ),
    "a pool that does not divide": (
        lambda: convolutional((8, 8), size=3, maps=2, n_out=3, pool=4),
        r"pool is 4, and a kernel of 3×3 has 6×6 places: take a pool that divides both",
    ),
    "channels missing": (
        lambda: convolve(np.zeros((2, 8, 8)), np.zeros((3, 3, 1, 1))),
        r"images has shape \(2, 8, 8\).*images\[\.\.\., None\]",
    ),
    "other channels": (
        lambda: convolve(np.zeros((2, 8, 8, 1)), np.zeros((3, 3, 2, 1))),
        r"kernels have shape \(3, 3, 2, 1\).*with the channels of the images",
    ),
    "deltas larger than the picture": (
        lambda: kernel_gradient(np.zeros((2, 4, 4, 1)), np.zeros((2, 5, 4, 1))),
        "5×4",
    ),
    "deltas of other examples": (
        lambda: kernel_gradient(np.zeros((2, 4, 4, 1)), np.zeros((3, 3, 3, 1))),
        "delta has 3 examples but images have 2: one for each",
    ),
    "maps that are not the kernels'": (
        lambda: image_gradient(np.zeros((2, 4, 4, 1)), np.zeros((3, 3, 1, 2))),
        "with the maps of delta",
    ),
    "uses of another length": (
        lambda: shared_gradient(np.zeros(3), np.array([0, 1])),
        r"uses is \(2,\), and 3 weights need 3 whole numbers",
    ),
    "uses with a gap": (
        lambda: sharing_of([0, 2, 2]),
        "every whole number from 0 to its largest",
    ),
    "uses below -1": (lambda: sharing_of([0, -2, 1]), "-2"),
    "no weight at all": (lambda: sharing_of([-1, -1, -1]), "every whole"),
    "no uses": (lambda: SharedMLP((4, 5, 3)), "43 weights need 43 whole numbers"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_with_a_sentence(name):
    call, sentence = BAD[name]
    with pytest.raises(ValueError, match=sentence):
        call()


def test_shared_backprop_is_for_shared_networks():
    net = MLP((4, 5, 3))
    with pytest.raises(TypeError, match="or use backprop"):
        shared_backprop(net, *case(net))
