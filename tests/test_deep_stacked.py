"""Greedy pretraining against torch modules trained layer by layer, and its pieces."""

import pytest
import torch
from torch import nn

from course_utils.deep.ensemble import Adam, Momentum, forward, small_uniform, start
from course_utils.deep.stacked import Greedy, Recipe, encode, greedy, pretrain
from course_utils.deep.stacked import stack as stack_module

SEEDS = (2, 9)
SIZES = (6, 5, 4)
N, BATCH = 20, 8
RULE = Momentum(0.2, alpha=0.5)


@pytest.fixture(scope="module")
def X():
    return torch.rand(N, 6, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


def recipe(**options):
    return Recipe(**{"rule": RULE, "epochs": 3, "batch_size": BATCH, **options})


def done(X, *, seeds=SEEDS, sizes=SIZES, **options):
    return pretrain(sizes, X, seeds=seeds, recipe=recipe(**options))


def linear(layer, s):
    module = nn.Linear(*layer[0].shape[1:]).double()
    with torch.no_grad():
        module.weight.copy_(layer[0][s].T)
        module.bias.copy_(layer[1][s, 0])
    return module


def by_torch(X, s, form):
    """The encoders of seed s, trained one after the other with frozen layers below."""
    seed, below, above = SEEDS[s], [], []
    for k in range(2):
        worker = Greedy(SIZES, recipe(form=form), seeds=SEEDS, dtype=torch.float64)
        net = worker.recipe.net(SIZES, k)
        theta = start(net, SEEDS, small_uniform, dtype=torch.float64, purpose=k)
        new = [linear(layer, s) for layer in net.layers(theta)[:2]]
        frozen = nn.Sequential(*(part for layer in below for part in (layer, nn.Sigmoid())))
        frozen.requires_grad_(False)
        above = [new[1], *above] if form == "whole" else [new[1]]
        path = [part for layer in (new[0], *above) for part in (layer, nn.Sigmoid())][:-1]
        model = nn.Sequential(*path)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.2, momentum=0.5)
        worker.training.stage = k + 1
        for epoch in range(3):
            worker.training.epochs = epoch
            for rows in worker.training.order(seed, N).split(BATCH):
                h = frozen(X[rows])
                target = X[rows] if form == "whole" else h
                loss = nn.functional.binary_cross_entropy_with_logits(
                    model(h), target, reduction="sum"
                ) / len(rows)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
        below.append(new[0])
    return below, above


@pytest.mark.parametrize("form", ["codes", "whole"])
def test_both_forms_do_what_torch_does(form, X):
    stack = done(X, form=form)
    for s in range(len(SEEDS)):
        below, above = by_torch(X, s, form)
        for (W, b), module in zip(stack.layers(s), below, strict=True):
            torch.testing.assert_close(W, module.weight.T, rtol=1e-9, atol=1e-12)
            torch.testing.assert_close(b, module.bias, rtol=1e-9, atol=1e-12)
        for (W, b), module in zip(stack.decoder[: len(above)], above, strict=True):
            torch.testing.assert_close(W[s], module.weight.T, rtol=1e-9, atol=1e-12)
            torch.testing.assert_close(b[s, 0], module.bias, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("form", ["codes", "whole"])
def test_the_layers_below_stay_as_they_are_to_the_bit(form, X):
    first = []

    def look(worker):
        if worker.k == 1:
            first.append((worker.encoder[0][0].clone(), worker.decoder[0][0].clone()))

    stack = pretrain(SIZES, X, seeds=SEEDS, recipe=recipe(form=form), on_epoch=look)
    assert len(first) == 3
    assert all(torch.equal(W, stack.encoder[0][0]) for W, _ in first)
    # the decoder below goes on learning in the lecture's form, and rests in the other
    assert torch.equal(first[0][1], stack.decoder[1][0]) == (form == "codes")
    assert torch.equal(done(X, form="codes").encoder[0][0], done(X, form="whole").encoder[0][0])


def test_a_stack_is_its_networks_alone(X):
    options = {"form": "whole", "corruption": 0.3, "rule": Adam(0.01)}
    together = done(X, **options)
    for s, seed in enumerate(SEEDS):
        alone = done(X, seeds=[seed], **options)
        for k in range(2):
            torch.testing.assert_close(together.encoder[k][0][s], alone.encoder[k][0][0])
            torch.testing.assert_close(together.decoder[k][0][s], alone.decoder[k][0][0])
            torch.testing.assert_close(together.history[k][:, s], alone.history[k][:, 0])


def test_codes_classifier_and_unrolled_are_made_of_the_encoders(X):
    stack = done(X, hidden=("tanh", "linear"), loss="squared")
    s = 1
    (W0, b0), (W1, b1) = stack.layers(s)
    code = torch.tanh(X @ W0 + b0) @ W1 + b1
    torch.testing.assert_close(stack.codes(X)[s], code)
    torch.testing.assert_close(stack.codes(X, depth=1)[s], torch.tanh(X @ W0 + b0))

    net, theta = stack.classifier(3)
    assert (net.sizes, net.units, net.output) == ((6, 5, 4, 3), ("tanh", "linear"), "softmax")
    torch.testing.assert_close(forward(net, theta, X).h[2][s], code)
    assert net.layers(theta)[2].W.abs().max() <= 0.5  # 1/√4, drawn
    assert not torch.equal(*net.layers(theta)[2].W)
    assert stack.classifier(3, depth=1)[0].sizes == (6, 5, 3)

    net, theta = stack.unrolled()
    assert (net.sizes, net.units) == ((6, 5, 4, 5, 6), ("tanh", "linear", "tanh"))
    image = torch.sigmoid(forward(net, theta, X).u[s])
    model = stack.autoencoder(s)
    torch.testing.assert_close(model.encode(X), code)
    torch.testing.assert_close(model(X), image)


def test_only_the_first_layers_can_be_taken_over(X):
    stack = done(X)
    net, _ = stack.classifier(3)
    theta = stack.partly(net, 1)
    fresh = start(net, SEEDS, dtype=torch.float64, purpose=stack_module.OUTPUT)
    layers = net.layers(theta)
    assert torch.equal(layers[0].W, stack.encoder[0][0])
    assert not torch.equal(layers[1].W, stack.encoder[1][0])
    assert torch.equal(layers[0].W, stack.encoder[0][0])
    for s in range(len(SEEDS)):  # drawn as for a net of its own, where nothing is taken over
        assert layers[1].W[s].abs().max() <= 1 / 5**0.5
    assert torch.equal(stack.partly(net, 0), fresh)


@pytest.mark.parametrize("form", ["codes", "whole"])
def test_tied_weights_stay_transposed(form, X):
    stack = done(X, tied=True, form=form)
    encoder = [W.mT for W, _ in reversed(stack.encoder)]
    decoder = [W for W, _ in stack.decoder]
    equal = [torch.equal(a, b) for a, b in zip(encoder, decoder, strict=True)]
    assert equal == ([True, True] if form == "codes" else [False, False])
    assert stack.history[0][-1].max() < stack.history[0][0].min()


def test_corruption_falls_on_the_input_and_not_on_the_target(X, monkeypatch):
    seen = []
    step = greedy.Training.step
    monkeypatch.setattr(
        greedy.Training, "step", lambda self, x, t: seen.append((x, t)) or step(self, x, t)
    )
    done(X, corruption=(0.5, 0.0), epochs=1)
    first, second = seen[: len(seen) // 2], seen[len(seen) // 2 :]
    assert all(((x == 0) | (x == t)).all() for x, t in first)
    share = torch.cat([(x == 0).double().flatten() for x, _ in first]).mean()
    assert share.item() == pytest.approx(0.5, abs=0.15)  # 240 draws: 0.5 ± 0.03
    assert all(torch.equal(x, t) for x, t in second)


@pytest.mark.parametrize("stop", [2, 3, 4])  # inside the first layer, between, inside the second
def test_saved_and_taken_up_again_is_the_same_to_the_bit(stop, X, tmp_path):
    options = {"seeds": SEEDS, "dtype": torch.float64}
    plan = recipe(form="whole", corruption=0.2, rule=Adam(0.01))
    one = Greedy(SIZES, plan, **options)
    for _ in range(stop):
        one.epoch(X)
    torch.save(one.state_dict(), tmp_path / "half.pt")
    two = Greedy(SIZES, plan, **options)
    two.load_state_dict(torch.load(tmp_path / "half.pt", weights_only=True))
    while not one.done:
        one.epoch(X)
    while not two.done:
        two.epoch(X)
    for a, b in zip(one.stack().encoder, two.stack().encoder, strict=True):
        assert torch.equal(a[0], b[0])
    assert all(map(torch.equal, one.history, two.history))


@pytest.mark.parametrize("form", ["codes", "whole"])
def test_a_stream_of_the_same_batches_does_the_same(form, X, monkeypatch):
    def worker():
        return Greedy(SIZES, recipe(form=form), seeds=SEEDS, dtype=torch.float64)

    epochs, stream, large = worker(), worker(), worker()
    while not epochs.done:
        epochs.epoch(X)
    while not stream.done:
        stream.run([x for x, _ in stream.training.batches(X)])
    monkeypatch.setattr(greedy, "CACHE", 0)  # codes too large to keep go the same way
    while not large.done:
        large.epoch(X)
    for other in (stream, large):
        for a, b in zip(epochs.encoder, other.encoder, strict=True):
            torch.testing.assert_close(a[0], b[0], rtol=1e-10, atol=1e-12)


def test_encoding_in_pieces_is_encoding_whole(X, monkeypatch):
    stack = done(X)
    whole = stack.codes(X)
    monkeypatch.setattr("course_utils.deep.stacked.stack.CHUNK", 3 * 6 * 2)
    torch.testing.assert_close(stack.codes(X), whole, rtol=1e-12, atol=1e-14)
    assert encode([], [], X) is X


def test_a_network_that_fails_is_marked(X):
    stack = done(X, rule=Momentum([0.1, 1e308]), epochs=1)
    assert stack.failed.tolist() == [False, True]
    assert stack.encoder[1][0][0].isfinite().all()


BAD = {
    "form": (lambda X: recipe(form="all"), "form='all'"),
    "one size": (lambda X: done(X, sizes=(6,)), "at least one layer"),
    "too few rates": (lambda X: done(X, rule=(RULE,)), "no value for layer 1"),
    "kinds": (
        lambda X: done(X, sizes=(6, 5, 4, 3), hidden=("tanh", "relu", "relu")).autoencoder(),
        "kinds relu, tanh",
    ),
    "more than all": (lambda X: _after_the_end(X), "every layer has had"),
}


def _after_the_end(X):
    worker = Greedy((6, 3), recipe(epochs=1), seeds=SEEDS, dtype=torch.float64)
    for _ in range(2):
        worker.epoch(X)


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_with_a_sentence(name, X):
    make, said = BAD[name]
    with pytest.raises(ValueError, match=f"(?i){said}"):
        make(X)
