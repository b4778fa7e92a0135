"""Learning without derivatives of the network: change something, see whether J falls (lecture 1).

one_weight.py    perturb one weight, keep the change if it helps; `hill_climb`
weights.py       perturb all weights in parallel and correlate: `weight_perturbation`, `spsa`,
                 `evolution_strategy`
nodes.py         perturb the units' pre-activations instead: `node_perturbation`
forward_mode.py  the slope along a direction by the tangent-linear model: `forward_gradient`
scaling.py       the linear problem on which the price of noise can be worked out
cost.py          what each of them costs, in forward passes
sampling.py      directions, memory, and what all of them refuse

Every rule is an estimate of the gradient of mean_loss, so it goes into `train` as it is:

    rule = partial(weight_perturbation, sigma=1e-3, samples=8, antithetic=True, rng=rng)
    train(net, theta, X, Y, gd(0.01), gradient=rule, epochs=20, batch_size=32, rng=rng)

`samples` is K, the number of perturbed networks; all K are evaluated together. In a pair (θ + σv,
θ - σv) there are two, so antithetic rules take an even K. The rules and `hill_climb` also take
many networks at once, theta (S, P), and work on each with draws of its own.
"""

from course_utils.nn.perturb.cost import forward_passes
from course_utils.nn.perturb.forward_mode import directional_derivative, forward_gradient
from course_utils.nn.perturb.nodes import (
    example_losses,
    node_delta,
    node_perturbation,
    smallest_change,
)
from course_utils.nn.perturb.one_weight import chance_to_improve, hill_climb, try_one_weight
from course_utils.nn.perturb.scaling import best_rate, noise_dimension, squared_distances
from course_utils.nn.perturb.weights import (
    SpallGains,
    antithetic_estimate,
    evolution_strategy,
    parallel_estimate,
    spall_gains,
    spsa,
    weight_perturbation,
)

__all__ = [
    "SpallGains",
    "antithetic_estimate",
    "best_rate",
    "chance_to_improve",
    "directional_derivative",
    "evolution_strategy",
    "example_losses",
    "forward_gradient",
    "forward_passes",
    "hill_climb",
    "node_delta",
    "node_perturbation",
    "noise_dimension",
    "parallel_estimate",
    "smallest_change",
    "spall_gains",
    "spsa",
    "squared_distances",
    "try_one_weight",
    "weight_perturbation",
]
