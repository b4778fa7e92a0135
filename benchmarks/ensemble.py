"""Many networks at once: S stacked against one after the other, on digits.

`python benchmarks/ensemble.py [--device cpu|cuda] [--threads 1] [S …]` prints the table. Peers are
torch.nn.Linear modules trained by autograd and torch.optim, and our own stack with S = 1.
"""

import argparse
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise

import numpy as np
import torch
from torch import nn

from course_utils.datasets import load
from course_utils.deep.device import choose
from course_utils.deep.ensemble import Adam, Momentum, Net, Training, start

SIZES, BATCH, EPOCHS, ROUNDS = (64, 64, 64, 64, 10), 32, 3, 7
RULES = {
    "momentum": (Momentum(0.05), partial(torch.optim.SGD, lr=0.05, momentum=0.9)),
    "Adam": (Adam(1e-3), partial(torch.optim.Adam, lr=1e-3)),
}


def seconds(work: Callable[[], None], device: torch.device) -> float:
    """Processor time on a CPU, where others may be at work; wall time on a GPU."""
    clock = time.process_time if device.type == "cpu" else time.perf_counter
    begun = clock()
    work()
    if device.type == "cuda":
        torch.cuda.synchronize()
    return clock() - begun


def ours(S: int, rule, X, y) -> Callable[[], None]:
    """Epochs of S networks at once."""
    net = Net(SIZES)
    theta = start(net, range(S), device=X.device)
    run = Training(net, theta, rule, seeds=range(S), batch_size=BATCH)

    def epochs() -> None:
        for _ in range(EPOCHS):
            run.epoch(X, y)

    return epochs


def torchs(make, X, y) -> Callable[[], None]:
    """Epochs of one network of torch.nn."""
    hidden = [part for n, m in pairwise(SIZES[:-1]) for part in (nn.Linear(n, m), nn.Sigmoid())]
    model = nn.Sequential(*hidden, nn.Linear(*SIZES[-2:])).to(X.device)
    optimizer, loss = make(model.parameters()), nn.CrossEntropyLoss()

    def epochs() -> None:
        for _ in range(EPOCHS):
            for rows in torch.randperm(len(X), device=X.device).split(BATCH):
                optimizer.zero_grad()
                loss(model(X[rows]), y[rows]).backward()
                optimizer.step()

    return epochs


def main() -> None:
    """The table: milliseconds an epoch of one network, alone and among S."""
    parser = argparse.ArgumentParser()
    parser.add_argument("S", nargs="*", type=int, default=[16, 64])
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=1)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    device = choose(asked.device).device
    data = load("digits", dtype=np.float32)
    X, y = (torch.from_numpy(A).to(device) for A in (data.X_train, data.y_train))
    print(f"{choose(asked.device)} torch {torch.__version__}, best of {ROUNDS} rounds\n")
    stacks = " | ".join(f"S = {S}" for S in asked.S)
    faster = " | ".join(f"torch.nn / S = {S}" for S in asked.S)
    print(f"| rule | torch.nn | S = 1 | {stacks} | {faster} |")
    print("|---" * (3 + 2 * len(asked.S)) + "|")
    for name, (rule, make) in RULES.items():
        works = {0: torchs(make, X, y), **{S: ours(S, rule, X, y) for S in (1, *asked.S)}}
        best = dict.fromkeys(works, np.inf)
        for turn in range(ROUNDS + 1):  # the first one, unmeasured, fills buffers and caches
            for S, work in works.items():
                taken = 1e3 * seconds(work, device) / EPOCHS / max(S, 1)
                best[S] = min(best[S], taken) if turn else np.inf
        times = " | ".join(f"{taken:.2f}" for taken in best.values())
        ratios = " | ".join(f"{best[0] / best[S]:.1f}" for S in asked.S)
        print(f"| {name} | {times} | {ratios} |")


if __name__ == "__main__":
    main()
