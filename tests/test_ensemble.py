"""The stack against torch.nn modules trained seed by seed: nobody here wrote those."""

import math

import pytest
import torch
from torch import nn

from course_utils.deep.ensemble import (
    Adam,
    DoesNotFitError,
    Momentum,
    Net,
    Training,
    error_rate,
    forward,
    given,
    glorot,
    gradient,
    he,
    join,
    mean_loss,
    memory,
    resampled,
    small_uniform,
    squared_error,
    start,
    train,
)
from course_utils.deep.ensemble.noise import Noise

SEEDS = (3, 11, 42)
N, N_IN = 22, 5  # 22 examples in batches of 8: the last one is smaller
UNITS = {"sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "relu": nn.ReLU, "linear": nn.Identity}
NETS = {
    "sigmoid": Net((N_IN, 7, 6, 3)),
    "tanh": Net((N_IN, 7, 6, 3), hidden="tanh"),
    "relu, batch norm": Net((N_IN, 7, 6, 3), hidden="relu", batch_norm=True),
    "linear classifier": Net((N_IN, 3)),
    "autoencoder": Net((N_IN, 4, N_IN), output="sigmoid"),
    "tied": Net((N_IN, 4, N_IN), output="sigmoid", tied=True),
    "tied, squared": Net(
        (N_IN, 4, N_IN), hidden="tanh", output="linear", loss="squared", tied=True
    ),
    "mixed, squared": Net(
        (N_IN, 7, 2, 7, N_IN), ("relu", "linear", "tanh"), output="sigmoid", loss="squared"
    ),
}
RULES = {
    "momentum": (Momentum(0.3, alpha=0.7), lambda p: torch.optim.SGD(p, lr=0.3, momentum=0.7)),
    "adam": (
        Adam(0.01, beta1=0.8, beta2=0.9, eps=1e-3),
        lambda p: torch.optim.Adam(p, lr=0.01, betas=(0.8, 0.9), eps=1e-3),
    ),
}


@pytest.fixture(scope="module")
def data():
    gen = torch.Generator().manual_seed(0)
    X = torch.rand(N, N_IN, generator=gen, dtype=torch.float64)
    return X, torch.randint(3, (N,), generator=gen)


def started(net, seeds=SEEDS, scheme=small_uniform):
    return start(net, seeds, scheme, dtype=torch.float64)


class Module(nn.Module):
    """One network of a stack as torch.nn would have it; `tied` multiplies by the transpose."""

    def __init__(self, net, theta, s):
        super().__init__()
        self.net, layers = net, net.layers(theta)
        self.linear = nn.ModuleList()
        self.norm = nn.ModuleList()
        for layer in layers:
            linear = nn.Linear(*layer.W.shape[1:]).double()
            with torch.no_grad():
                linear.weight.copy_(layer.W[s].T)
                linear.bias.copy_(layer.b[s, 0])
            self.linear.append(linear)
            if layer.gain is not None:
                self.norm.append(nn.BatchNorm1d(layer.W.shape[2]).double())
        if net.tied:
            self.linear[1].weight.requires_grad_(False)

    def forward(self, h):
        for k, linear in enumerate(self.linear):
            tied = self.net.tied and k == 1
            weight = self.linear[0].weight.T if tied else linear.weight
            h = nn.functional.linear(h, weight, linear.bias)
            if k < len(self.norm):
                h = self.norm[k](h)
            if k < len(self.net.units):
                h = UNITS[self.net.units[k]]()(h)
        return h

    def loss(self, x, target):
        u = self(x)
        if self.net.output == "softmax":
            return nn.functional.cross_entropy(u, target)
        if self.net.loss == "cross-entropy":
            y = torch.sigmoid(u)
            return nn.functional.binary_cross_entropy(y, target, reduction="sum") / len(x)
        return (UNITS[self.net.output]()(u) - target).square().sum() / len(x)

    def flat(self):
        parts = []
        for k, linear in enumerate(self.linear):
            parts += [linear.weight.T] * (not (self.net.tied and k == 1)) + [linear.bias]
            if k < len(self.norm):
                parts += [self.norm[k].weight, self.norm[k].bias]
        return torch.cat([part.detach().flatten() for part in parts])


def target_of(net, data):
    X, y = data
    return y if net.output == "softmax" else X


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("name", NETS)
def test_a_stack_trains_as_torch_does_seed_by_seed(name, rule, data):
    net, (ours, theirs) = NETS[name], RULES[rule]
    X, target = data[0], target_of(net, data)
    theta = started(net)
    done = Training(net, theta, ours, seeds=SEEDS, batch_size=8, stage=4)
    modules = [Module(net, theta, s) for s in range(len(SEEDS))]
    optimizers = [theirs([p for p in m.parameters() if p.requires_grad]) for m in modules]
    for _ in range(3):
        orders = [done.order(seed, N) for seed in SEEDS]
        means = done.epoch(X, target)
        for s, (module, optimizer) in enumerate(zip(modules, optimizers, strict=True)):
            total = 0.0
            for rows in orders[s].split(8):
                optimizer.zero_grad()
                loss = module.loss(X[rows], target[rows])
                loss.backward()
                optimizer.step()
                total += loss.item() * len(rows)
            assert means[s].item() == pytest.approx(total / N, rel=1e-9)
    flat = torch.stack([module.flat() for module in modules])
    torch.testing.assert_close(done.theta, flat, rtol=1e-9, atol=1e-11)
    for s, module in enumerate(modules):  # and it is judged as in torch's evaluation mode
        module.eval()
        loss = mean_loss(net, done.theta, X, target, moments=done.moments)[s]
        assert loss.item() == pytest.approx(module.loss(X, target).item(), rel=1e-9)


@pytest.mark.parametrize("name", NETS)
def test_the_gradient_is_that_of_autograd(name, data):
    net = NETS[name]
    theta = started(net).requires_grad_()
    loss, g = gradient(net, theta.detach(), data[0], target_of(net, data))
    modules = [Module(net, theta.detach(), s) for s in range(len(SEEDS))]
    for s, module in enumerate(modules):
        value = module.loss(data[0], target_of(net, data))
        wanted = [p for p in module.parameters() if p.requires_grad]
        grads = dict(zip(wanted, torch.autograd.grad(value, wanted), strict=True))
        for p, grad in grads.items():
            p.data = grad
        if net.tied:
            module.linear[1].weight.data.zero_()
        torch.testing.assert_close(g[s], module.flat(), rtol=1e-9, atol=1e-12)
        assert loss[s].item() == pytest.approx(value.item(), rel=1e-12)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_stack_is_its_networks_alone(dtype, data):
    net = NETS["autoencoder"]
    X = data[0].to(dtype)
    options = {"rule": Adam(0.01), "epochs": 3, "batch_size": 8, "corruption": 0.4}
    theta = start(net, SEEDS, dtype=dtype)
    together = train(net, theta, X, seeds=SEEDS, **options)
    alone = [train(net, start(net, [s], dtype=dtype), X, seeds=[s], **options) for s in SEEDS]
    tolerance = 1e-5 if dtype == torch.float32 else 1e-12
    theta = torch.cat([run.theta for run in alone])
    torch.testing.assert_close(together.theta, theta, rtol=tolerance, atol=tolerance)
    history = torch.cat([run.history for run in alone], dim=1)
    torch.testing.assert_close(together.history, history, rtol=tolerance, atol=tolerance)


def test_each_network_has_its_own_start_and_order(data):
    theta = started(NETS["sigmoid"])
    run = Training(NETS["sigmoid"], theta, Momentum(0.1), seeds=SEEDS, batch_size=8)
    orders = [run.order(seed, N).tolist() for seed in SEEDS]
    assert len({tuple(order) for order in orders}) == len(SEEDS)
    assert all(sorted(order) == list(range(N)) for order in orders)
    assert len({tuple(row.tolist()) for row in theta}) == len(SEEDS)
    run.epoch(*data)
    assert run.order(SEEDS[0], N).tolist() != orders[0]


def test_a_rate_for_each_network(data):
    for one, each in ((Momentum, [0.1, 0.5, 0.2]), (Adam, [0.1, 0.001, 0.01])):
        net, options = NETS["sigmoid"], {"epochs": 2, "batch_size": 8}
        together = train(net, started(net), *data, rule=one(each), seeds=SEEDS, **options)
        for s, (seed, lr) in enumerate(zip(SEEDS, each, strict=True)):
            alone = train(net, started(net, [seed]), *data, rule=one(lr), seeds=[seed], **options)
            torch.testing.assert_close(together.theta[s], alone.theta[0], rtol=1e-9, atol=1e-11)


def test_inputs_of_its_own_for_each_network(data):
    net, (X, y) = NETS["sigmoid"], data
    own = torch.stack([X, X.flip(0), X * 0.5])
    labels = torch.stack([y, y.flip(0), y])
    options = {"rule": Momentum(0.1), "epochs": 2, "batch_size": 8}
    together = train(net, started(net), own, labels, seeds=SEEDS, **options)
    for s, seed in enumerate(SEEDS):
        alone = train(net, started(net, [seed]), own[s], labels[s], seeds=[seed], **options)
        torch.testing.assert_close(together.theta[s], alone.theta[0], rtol=1e-9, atol=1e-11)


def test_a_schedule_scales_the_rate(data):
    net, options = NETS["sigmoid"], {"epochs": 2, "batch_size": 8, "seeds": SEEDS}
    for rule, half in ((Momentum(0.2), Momentum(0.1)), (Adam(0.02), Adam(0.01))):
        a = train(net, started(net), *data, rule=rule, schedule=lambda t: 0.5, **options)
        b = train(net, started(net), *data, rule=half, **options)
        torch.testing.assert_close(a.theta, b.theta, rtol=1e-9, atol=1e-12)


def test_nan_in_one_network_is_marked_and_the_others_go_on(data):
    net = NETS["sigmoid"]
    rates, options = [0.1, 1e308, 0.1], {"epochs": 3, "batch_size": 8, "seeds": SEEDS}
    run = train(net, started(net), *data, rule=Momentum(rates), **options)
    well = train(net, started(net), *data, rule=Momentum(0.1), **options)
    assert run.failed.tolist()[::2] == [-1, -1]
    assert run.failed[1] >= 0
    torch.testing.assert_close(run.theta[::2], well.theta[::2], rtol=1e-12, atol=1e-14)
    errors = error_rate(net, run.theta, *data)
    assert errors[1].isnan()
    assert errors[::2].isfinite().all()


def test_saved_and_taken_up_again_is_the_same_to_the_bit(data, tmp_path):
    net, X = NETS["relu, batch norm"], data[0]
    options = {"seeds": SEEDS, "batch_size": 8, "corruption": 0.2, "noise": "gaussian"}
    through = Training(net, started(net), Adam(0.01), **options)
    for epoch in range(4):
        through.epoch(X, data[1])
        if epoch == 1:
            torch.save(through.state_dict(), tmp_path / "half.pt")
    again = Training(net, started(net), Adam(0.01), **options)
    again.load_state_dict(torch.load(tmp_path / "half.pt", weights_only=True))
    for _ in range(2):
        again.epoch(X, data[1])
    assert torch.equal(through.theta, again.theta)
    assert torch.equal(through.moments, again.moments)
    assert torch.equal(through.history, again.history)


# --- starts and noise ----------------------------------------------------------------------

SPREAD = {
    # scheme: standard deviation of a layer 300 -> 200
    "small_uniform": (small_uniform, 1 / math.sqrt(3 * 300)),
    "glorot": (glorot(), math.sqrt(2 / 500)),
    "4 x glorot": (glorot(4), 4 * math.sqrt(2 / 500)),
    "he": (he, math.sqrt(2 / 300)),
}


@pytest.mark.parametrize("name", SPREAD)
def test_starts_have_their_spread(name):
    scheme, sd = SPREAD[name]
    net = Net((300, 200), output="linear", loss="squared")
    layer = net.layers(start(net, range(3), scheme))[0]
    assert layer.W.std(dim=(1, 2)).tolist() == pytest.approx([sd] * 3, rel=0.02)
    assert layer.W.mean().abs() < 0.02 * sd
    assert not layer.b.any()


def test_a_seed_draws_the_same_among_others():
    net = NETS["sigmoid"]
    assert torch.equal(start(net, [3, 11])[1], start(net, [11])[0])
    assert not torch.equal(start(net, [11], purpose=1), start(net, [11]))


def test_given_resampled_and_a_scheme_for_each_network():
    net = NETS["sigmoid"]
    source = [(layer.W[0], layer.b[0, 0]) for layer in net.layers(started(net))[:2]]
    source = [(W, torch.arange(len(b)) / 8.0) for W, b in source]
    theta = start(net, [5, 5, 6], [given(source), resampled(source), he], dtype=torch.float64)
    layers = net.layers(theta)
    for k, (W, b) in enumerate(source):
        assert torch.equal(layers[k].W[0], W)
        assert torch.equal(layers[k].b[0, 0], b.double())
        assert set(layers[k].W[1].flatten().tolist()) <= set(W.flatten().tolist())
        assert set(layers[k].b[1].flatten().tolist()) <= set(b.tolist())
        assert not torch.equal(layers[k].W[1], W)
    assert torch.equal(layers[2].W[0], net.layers(started(net, [5], given([])))[2].W[0]) is False
    assert layers[2].W[0].abs().max() <= 1 / math.sqrt(6)  # the rest is small_uniform's


def test_join_puts_layers_back():
    for name in ("sigmoid", "tied", "relu, batch norm"):
        theta = started(NETS[name])
        layers = [layer[:2] for layer in NETS[name].layers(theta)]
        assert torch.equal(join(NETS[name], layers), theta)


@pytest.mark.parametrize("kind", ["masking", "gaussian"])
def test_noise_has_its_level_and_a_stream_for_each_network(kind):
    x = torch.ones(50, 40)
    gens = [torch.Generator().manual_seed(s) for s in (1, 2)]
    corrupt = Noise(kind, 0.3).of(gens)
    drawn = torch.stack([corrupt(x) for _ in range(40)])  # more than one pool
    if kind == "masking":
        assert set(drawn.unique().tolist()) == {0.0, 1.0}
        assert drawn.mean().item() == pytest.approx(0.7, abs=0.01)
    else:
        assert drawn.mean().item() == pytest.approx(1.0, abs=0.01)
        assert drawn.std().item() == pytest.approx(0.3, abs=0.01)
    assert not torch.equal(drawn[:, 0], drawn[:, 1])
    assert not torch.equal(drawn[0], drawn[1])
    alone = Noise(kind, 0.3).of([torch.Generator().manual_seed(2)])
    assert torch.equal(torch.stack([alone(x) for _ in range(40)])[:, 0], drawn[:, 1])


# --- judging, memory, bad input ------------------------------------------------------------


def test_judging_in_pieces_is_judging_whole(data, monkeypatch):
    net, auto, (X, y) = NETS["sigmoid"], NETS["autoencoder"], data
    theta, theta_auto = started(net), started(auto)
    whole = [mean_loss(net, theta, X, y), error_rate(net, theta, X, y)]
    whole.append(squared_error(auto, theta_auto, X))
    monkeypatch.setattr("course_utils.deep.ensemble.gradients.CHUNK", 3 * 7 * 4)
    pieces = [mean_loss(net, theta, X, y), error_rate(net, theta, X, y)]
    pieces.append(squared_error(auto, theta_auto, X))
    torch.testing.assert_close(pieces, whole, rtol=1e-12, atol=1e-12)
    u = forward(net, theta, X).u
    assert whole[1].tolist() == ((u.argmax(2) != y).double().mean(1)).tolist()
    image = torch.sigmoid(forward(auto, theta_auto, X).u)
    torch.testing.assert_close(whole[2], ((image - X) ** 2).sum(2).mean(1))


def test_too_many_networks_say_how_many_fit(monkeypatch, data):
    net = NETS["sigmoid"]
    each = memory.bytes_each(net, batch_size=8, slots=1, dtype=torch.float64)
    monkeypatch.setattr(memory, "free_bytes", lambda device: 2.6 * each)
    options = {"seeds": SEEDS, "batch_size": 8}
    with pytest.raises(DoesNotFitError, match=r"^3 networks .* for 2; take 2 at once"):
        Training(net, started(net), Momentum(0.1), **options)
    monkeypatch.undo()
    run = Training(net, started(net), Momentum(0.1), **options)

    def out(*args, **kwargs):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")

    monkeypatch.setattr("course_utils.deep.ensemble.training.gradient", out)
    with pytest.raises(DoesNotFitError) as caught:
        run.epoch(*data)
    assert 0 < caught.value.fits < 3


def test_an_impossible_allocation_is_explained():
    net = Net((4, 3))
    theta = start(net, [0])
    with pytest.raises(DoesNotFitError), memory.told(net, theta, batch_size=1, slots=1):
        torch.empty(2**60)
    with (
        pytest.raises(RuntimeError, match="must match"),
        memory.told(net, theta, batch_size=1, slots=1),
    ):
        torch.zeros(3) + torch.zeros(2)


BAD = {
    "one size": (lambda: Net((3,)), "at least two whole numbers"),
    "unknown unit": (lambda: Net((3, 4, 2), hidden="swish"), "'swish' is no unit"),
    "units for other layers": (lambda: Net((3, 4, 2), ("tanh", "relu")), "names 2 layers"),
    "loss": (lambda: Net((3, 2), loss="hinge"), "'hinge'"),
    "softmax, squared": (lambda: Net((3, 2), loss="squared"), "softmax outputs do not go"),
    "linear, entropy": (lambda: Net((3, 2), output="linear"), "linear outputs do not go"),
    "tied deep": (lambda: Net((3, 2, 3, 2), tied=True), "cannot be tied"),
    "rate": (lambda: Momentum(0.0), "positive"),
    "share": (lambda: Adam(0.1, beta1=1.0), "beta1=1.0"),
    "gain": (lambda: glorot(-1), "gain=-1"),
    "seed": (lambda: start(NETS["sigmoid"], [-1]), "seed=-1"),
    "schemes": (lambda: start(NETS["sigmoid"], [1, 2], [he]), "2 seeds and 1 schemes"),
    "noise": (lambda: Noise("salt", 0.1), "'salt'"),
    "level": (lambda: Noise("masking", 1.5), "corruption=1.5"),
    "other theta": (lambda: NETS["tied"].layers(started(NETS["sigmoid"])), "theta has shape"),
    "seeds": (
        lambda: Training(
            NETS["tied"], started(NETS["tied"]), Adam(), seeds=[1], batch_size=8
        ),
        "1 seeds for 3 networks",
    ),
    "given": (
        lambda: start(NETS["sigmoid"], [1], given([(torch.zeros(2, 2), torch.zeros(2))])),
        "W of layer 0",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_with_a_sentence(name):
    make, said = BAD[name]
    with pytest.raises(ValueError, match=said):
        make()


def test_a_state_of_another_network_is_refused(data):
    options = {"seeds": SEEDS, "batch_size": 8}
    one = Training(NETS["sigmoid"], started(NETS["sigmoid"]), Adam(), **options)
    other = Training(NETS["tied"], started(NETS["tied"]), Adam(), **options)
    with pytest.raises(ValueError, match="load it into what it was saved from"):
        one.load_state_dict(other.state_dict())
