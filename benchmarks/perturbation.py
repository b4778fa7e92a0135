"""Perturbation rules on the digits net: 64 estimates together against a loop, one against backprop.

    python benchmarks/perturbation.py

One thread, 64-32-10, mini-batches of 10 and of 32 images. "Together" is one call that averages 64
estimates, "loop" are 64 calls, and their mean; a pair is one estimate. Processor time; all take
turns in short rounds, and each one's best round counts, so that a busy machine favours none.
"""

from functools import partial
from time import process_time

import numpy as np
from threadpoolctl import threadpool_limits

from course_utils import datasets
from course_utils.nn import perturb
from course_utils.nn.mlp import MLP, backprop, init, mean_loss

K, ROUNDS, LEAST = 64, 40, 5
RULES = {  # name -> (rule, samples of one estimate)
    "weights, one-sided": (partial(perturb.weight_perturbation, sigma=1e-3), 1),
    "weights, in pairs": (partial(perturb.weight_perturbation, sigma=1e-3, antithetic=True), 2),
    "SPSA": (partial(perturb.spsa, sigma=1e-3), 2),
    "nodes": (partial(perturb.node_perturbation, sigma=1e-3), 1),
    "forward gradient": (perturb.forward_gradient, 1),
}


def seconds(call, repeats):
    """One call's time, the mean of some."""
    start = process_time()
    for _ in range(repeats):
        call()
    return (process_time() - start) / repeats


def loop(rule, samples):
    """K estimates, one call after another."""
    return np.mean([rule(samples=samples) for _ in range(K)], axis=0)


def measure(N):
    """Print the table for mini-batches of N; the rules that are not LEAST times faster together."""
    digits, net, rng = datasets.load("digits"), MLP((64, 32, 10)), np.random.default_rng(0)
    case = net, init(net, rng), digits.X_train[:N], digits.Y_train[:N]
    calls = {("J", "one"): partial(mean_loss, *case), ("backprop", "one"): partial(backprop, *case)}
    for name, (rule, samples) in RULES.items():
        bound = partial(rule, *case, rng=rng)
        calls[name, "together"] = partial(bound, samples=K * samples)
        calls[name, "loop"] = partial(loop, bound, samples)
        calls[name, "one"] = partial(bound, samples=samples)
    rounds = [
        {key: seconds(call, 20 if key[1] == "one" else 1) for key, call in calls.items()}
        for _ in range(ROUNDS)
    ]

    best = {key: min(times[key] for times in rounds) for key in calls}

    def ratio(a, b):
        return best[a] / best[b]

    ms = {key: 1e3 * time for key, time in best.items()}
    J, back = (1e3 * ms[name, "one"] for name in ("J", "backprop"))
    print(f"\nmini-batch of {N}: J {J:.0f} µs, backprop {back:.0f} µs\n")
    print("| rule | loop of 64, ms | together, ms | times faster | one estimate / one backprop |")
    print("|---|---|---|---|---|")
    for name in RULES:
        print(
            f"| {name} | {ms[name, 'loop']:.1f} | {ms[name, 'together']:.2f} "
            f"| {ratio((name, 'loop'), (name, 'together')):.1f} "
            f"| {ratio((name, 'one'), ('backprop', 'one')):.1f} |"
        )
    return [n for n in RULES if ratio((n, "loop"), (n, "together")) < LEAST]


def main() -> None:
    """Both tables; exit code 1 where estimates on a mini-batch of 10 gain too little together."""
    slow = measure(10)
    measure(32)
    if slow:
        raise SystemExit(f"less than {LEAST} times faster together: {', '.join(slow)}")


if __name__ == "__main__":
    with threadpool_limits(1):
        main()
