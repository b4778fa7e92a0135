"""Time of a training step: ours, the bare matrix products, torch in eager mode, scikit-learn's MLP.

    python benchmarks/backprop.py             the tables; a minute
    python benchmarks/backprop.py figure      how cost grows with width, depth and batch

float32, ReLU and softmax, one thread. A step is: the rows of a mini-batch by shuffled numbers, the
gradient, the update. Processor time, which other programs on the machine change little; the
contestants take turns and the best of their rounds counts. scikit-learn has its loop in `fit`,
which adds up the losses of an epoch on the way; "unshuffled" is the same with shuffle=False, where
batches are slices.
"""

import sys
import warnings
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from time import process_time

import numpy as np
import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from course_utils.nn.functions import relu
from course_utils.nn.mlp import MLP, backprop, init
from course_utils.nn.optim import adam, gd
from course_utils.nn.train import minibatches

ROUNDS, SECONDS, N = 15, 0.12, 1280
SMALL, LARGE = ((64, 32, 10), 32), ((784, 500, 300, 10), 128)
RULES = {
    "SGD": (gd(0.01), lambda p: torch.optim.SGD(p, lr=0.01), {"solver": "sgd", "momentum": 0.0}),
    "Adam": (adam(), torch.optim.Adam, {"solver": "adam"}),
}
Turn = Callable[[], int]  # makes some steps and says how many


def data(sizes):
    """Inputs, targets and labels."""
    rng = np.random.default_rng(0)
    X, labels = rng.normal(size=(N, sizes[0])), rng.integers(sizes[-1], size=N)
    return X.astype(np.float32), np.eye(sizes[-1], dtype=np.float32)[labels], labels


def ours(sizes, batch, rule) -> Turn:
    """The loop of `train`, without the losses that it works out after each epoch."""
    net, rng = MLP(sizes, hidden=relu), np.random.default_rng(0)
    X, Y, _ = data(sizes)
    theta = init(net, rng).astype(np.float32)
    states = [rule.init(theta)]

    def epoch():
        state = states.pop()
        for rows in minibatches(N, batch, rng):
            g = backprop(net, theta, X.take(rows, axis=0), Y.take(rows, axis=0))
            step, state = rule.update(g, state, theta)
            np.add(theta, step, out=theta)
        states.append(state)
        return N // batch

    return epoch


def products(sizes, batch) -> Turn:
    """The matrix products of a step alone, into arrays that are there: the least there is to do.

    h W forward, hᵀ δ backward, and δ Wᵀ but for the first layer.
    """
    rng, todo = np.random.default_rng(0), []
    for k, (n_in, n_out) in enumerate(pairwise(sizes)):
        shapes = (batch, n_in), (n_in, n_out), (batch, n_out)
        h, W, delta = (rng.normal(size=shape).astype(np.float32) for shape in shapes)
        todo += [(h, W, np.empty_like(delta)), (h.T, delta, np.empty_like(W))]
        if k > 0:
            todo.append((delta, W.T, np.empty_like(h)))

    def epoch():
        for _ in range(N // batch):
            for a, b, out in todo:
                np.matmul(a, b, out=out)
        return N // batch

    return epoch


def torchs(sizes, batch, make) -> Turn:
    """The usual loop in eager mode."""
    torch.manual_seed(0)
    modules = []
    for n_in, n_out in pairwise(sizes):
        modules += [torch.nn.Linear(n_in, n_out), torch.nn.ReLU()]
    model, loss = torch.nn.Sequential(*modules[:-1]), torch.nn.CrossEntropyLoss()
    optimizer = make(model.parameters())
    X, _, labels = data(sizes)
    X, labels = torch.tensor(X), torch.tensor(labels)

    def epoch():
        for rows in torch.randperm(N).split(batch):
            optimizer.zero_grad()
            loss(model(X[rows]), labels[rows]).backward()
            optimizer.step()
        return N // batch

    return epoch


def sklearns(sizes, batch, options, shuffle) -> Turn:
    """Some epochs of `fit`, which goes on from the weights it has."""
    epochs = 5
    model = MLPClassifier(
        sizes[1:-1], batch_size=batch, alpha=0.0, shuffle=shuffle, max_iter=epochs, random_state=0,
        learning_rate_init=0.01, n_iter_no_change=10_000, warm_start=True, **options,
    )  # fmt: skip
    X, _, labels = data(sizes)

    def fit():
        model.fit(X, labels)
        return epochs * (N // batch)

    return fit


def best(contestants: dict[str, Turn], rounds=ROUNDS, seconds=SECONDS) -> dict[str, float]:
    """Microseconds a step of each contestant: the best of its rounds, taken in turn."""
    found = dict.fromkeys(contestants, np.inf)
    for turn in contestants.values():
        turn()  # unmeasured: buffers and caches
    for _ in range(rounds):
        for name, turn in contestants.items():
            start, steps = process_time(), 0
            while process_time() - start < seconds:
                steps += turn()
            found[name] = min(found[name], 1e6 * (process_time() - start) / steps)
    return found


def table(sizes, batch) -> None:
    """One network, everybody, both rules."""
    everybody = {"products": products(sizes, batch)}
    for name, (rule, make, options) in RULES.items():
        everybody[f"ours {name}"] = ours(sizes, batch, rule)
        everybody[f"torch {name}"] = torchs(sizes, batch, make)
        everybody[f"scikit-learn {name}"] = sklearns(sizes, batch, options, shuffle=True)
        everybody[f"unshuffled {name}"] = sklearns(sizes, batch, options, shuffle=False)
    us = best(everybody)
    print(f"\n{'-'.join(map(str, sizes))}, batch {batch} (µs a step)\n")
    print("| | products | ours | torch | scikit-learn | unshuffled | ", end="")
    print("torch / ours | scikit-learn / ours | unshuffled / ours | ours / products |")
    print("|---" * 10 + "|")
    for name in RULES:
        mine, others = us[f"ours {name}"], ("torch", "scikit-learn", "unshuffled")
        theirs = [us[f"{other} {name}"] for other in others]
        times = [us["products"], mine, *theirs]
        ratios = [other / mine for other in theirs] + [mine / us["products"]]
        print(f"| {name} |", *(f"{t:.{0 if t > 100 else 1}f} |" for t in times), end=" ")
        print(*(f"{ratio:.2f} |" for ratio in ratios))


def figure(path: Path) -> None:
    """Cost of an SGD step against width, depth and batch, with the products' line."""
    import matplotlib.pyplot as plt

    from course_utils import plots

    plots.use_style()
    sweeps = {
        "width of two hidden layers (batch 32)": [
            (n, (64, n, n, 10), 32) for n in (16, 32, 64, 128, 256, 512)
        ],
        "hidden layers of 64 units (batch 32)": [
            (n, (64, *[64] * n, 10), 32) for n in (1, 2, 4, 8, 16)
        ],
        "batch (64-32-10)": [(n, (64, 32, 10), n) for n in (1, 4, 16, 64, 256, 1280)],
    }
    _, axes = plt.subplots(1, 3, figsize=(12, 3.8), layout="constrained")
    rule, make, _ = RULES["SGD"]
    for ax, (what, cases) in zip(axes, sweeps.items(), strict=True):
        lines = {"ours": [], "torch": [], "matrix products": []}
        for _, sizes, batch in cases:
            us = best(
                {
                    "ours": ours(sizes, batch, rule),
                    "torch": torchs(sizes, batch, make),
                    "matrix products": products(sizes, batch),
                },
                rounds=5,
                seconds=0.05,
            )
            for name, line in lines.items():
                line.append(us[name])
        x = np.array([n for n, *_ in cases])
        lines = {name: np.array(line) for name, line in lines.items()}
        plots.curves(lines, x, xlabel=what, ylabel="µs a step", log="xy", ax=ax)
        ax.set_xticks(x, x, minor=False)
        ax.minorticks_off()
        for n, *line in zip(x, *lines.values(), strict=True):
            print(what, n, *(f"{t:.1f}" for t in line))
    axes[1].get_legend().remove()
    axes[2].get_legend().remove()
    plt.savefig(path, dpi=110, metadata={"Software": None})


def main() -> None:
    """The tables, or the figure."""
    torch.set_num_threads(1)
    warnings.simplefilter("ignore", ConvergenceWarning)  # a few epochs are all we ask for
    with threadpool_limits(1):
        if sys.argv[1:] == ["figure"]:
            figure(Path(__file__).with_suffix(".png"))
        else:
            print(f"NumPy {np.__version__}, torch {torch.__version__}, best of {ROUNDS} rounds")
            table(*SMALL)
            table(*LARGE)


if __name__ == "__main__":
    main()
