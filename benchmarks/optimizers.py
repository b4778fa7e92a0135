"""Time of one optimizer step on 0.55 M parameters, float32, against torch.optim's defaults.

    python benchmarks/optimizers.py

One thread each. Ours is `update` alone, and with the step added to θ in place, as `train` does it;
torch's step always includes the change of its parameters. The rules take turns, and the medians of
many rounds are compared, so that a busy machine slows all of them alike.
"""

from statistics import median
from time import perf_counter

import numpy as np
import torch

from course_utils.nn import optim
from course_utils.nn.mlp import MLP

P = MLP((784, 500, 300, 10)).size  # 545,810
ROUNDS, STEPS = 15, 10
RULES = {  # our rule, torch's, and the most that our step may cost in torch's steps
    "gd": (optim.gd(0.1), lambda p: torch.optim.SGD(p, lr=0.1), None),
    "momentum": (optim.momentum(0.1), lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9), 1.2),
    "nesterov": (
        optim.nesterov(0.1),
        lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
        None,
    ),
    "irprop_minus": (optim.irprop_minus(), torch.optim.Rprop, None),
    "adagrad": (optim.adagrad(), torch.optim.Adagrad, None),
    "rmsprop": (optim.rmsprop(), torch.optim.RMSprop, None),
    "adadelta": (optim.adadelta(), torch.optim.Adadelta, None),
    "adam": (optim.adam(), torch.optim.Adam, 1.5),
    "adamw": (optim.adamw(), torch.optim.AdamW, None),
}


def ours(rule, theta, g, moves):
    """A function that takes one step, with the change of theta or without."""
    state, at = [rule.init(theta)], theta.copy()

    def step():
        change, state[0] = rule.update(g, state[0], at)
        if moves:
            np.add(at, change, out=at)

    return step


def torchs(make, theta, g):
    """The same with torch."""
    p = torch.nn.Parameter(torch.tensor(theta))
    p.grad = torch.tensor(g)
    return make([p]).step


def seconds(step):
    """One step's time, the mean of STEPS."""
    start = perf_counter()
    for _ in range(STEPS):
        step()
    return (perf_counter() - start) / STEPS


def main():
    """Measure and print the table."""
    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    theta, g = rng.normal(size=(2, P)).astype(np.float32)
    print(f"{P:,} parameters, float32, one thread; ms a step, median of {ROUNDS} rounds\n")
    print("| rule | update | update and θ + step | torch | ratio | ratio with θ + step | at most |")
    print("|---|---|---|---|---|---|---|")
    for name, (rule, oracle, most) in RULES.items():
        steps = [ours(rule, theta, g, moves) for moves in (False, True)]
        steps.append(torchs(oracle, theta, g))
        rounds = [[seconds(step) for step in steps] for _ in range(ROUNDS)]
        update, moved, other = (1000 * median(column) for column in zip(*rounds, strict=True))
        ratio, whole = median(a / c for a, _, c in rounds), median(b / c for _, b, c in rounds)
        print(
            f"| {name} | {update:.2f} | {moved:.2f} | {other:.2f} | {ratio:.2f} | {whole:.2f} "
            f"| {most or ''} |"
        )


if __name__ == "__main__":
    main()
