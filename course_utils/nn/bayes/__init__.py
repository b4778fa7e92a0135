"""Many answers instead of one: averages of models, and how sure they are.

P holds the outputs of S models, (S, N, n_out), as `forward` gives them for a stack theta (S, P).

averaging.py    what an average gains, exactly; bootstrap and cases left out; geometric means
mc_dropout.py   dropout kept on: a model for every mask
uncertainty.py  entropy and its two parts, calibration
many.py         the gradient of many networks at once, with masks or weights of their own
posterior.py    prior and data as one energy U(θ); the linear case in closed form
sampling.py     Metropolis and Hamiltonian Monte Carlo, many chains side by side
chains.py       what the samplers leave; R-hat and effective number of draws
"""

from course_utils.nn.bayes.averaging import (
    ambiguity,
    average_left_out,
    backprop_weighted,
    bootstrap_rows,
    drawn,
    geometric_mean,
)
from course_utils.nn.bayes.chains import Chains, NeverAccepted, effective_draws, rhat, split_rhat
from course_utils.nn.bayes.mc_dropout import dropout_all, mc_dropout, one_mask_each, passes
from course_utils.nn.bayes.posterior import Energy, energy, linear_posterior
from course_utils.nn.bayes.sampling import hmc, leapfrog, metropolis, metropolis_accept
from course_utils.nn.bayes.uncertainty import (
    Reliability,
    calibration_error,
    entropy,
    entropy_parts,
    reliability,
)

__all__ = [
    "Chains",
    "Energy",
    "NeverAccepted",
    "Reliability",
    "ambiguity",
    "average_left_out",
    "backprop_weighted",
    "bootstrap_rows",
    "calibration_error",
    "drawn",
    "dropout_all",
    "effective_draws",
    "energy",
    "entropy",
    "entropy_parts",
    "geometric_mean",
    "hmc",
    "leapfrog",
    "linear_posterior",
    "mc_dropout",
    "metropolis",
    "metropolis_accept",
    "one_mask_each",
    "passes",
    "reliability",
    "rhat",
    "split_rhat",
]
