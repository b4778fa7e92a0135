# %% [markdown]
# # The optimizer zoo

# %% tags=["setup"]
import math

import numpy as np
from course_utils.nn.optim import (
    Count, Deltas, Driver, Gains, MeanSquare, Moments, Optimizer, Squares, StepSizes, Velocity, rate,
)

# %% exercise="gd"

# %% exercise="momentum"

# %% exercise="momentum_outside"

# %% exercise="nesterov"

# %% exercise="cosine"

# %% exercise="bold_driver"

# %% exercise="gains"

# %% exercise="rprop"

# %% exercise="irprop_minus"

# %% exercise="adagrad"

# %% exercise="rmsprop"

# %% exercise="adadelta"

# %% exercise="adam"

# %% exercise="adamw"

# %% exercise="newton_root"

# %% exercise="linear_cg"

# %% exercise="two_loop"

