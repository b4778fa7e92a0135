# %% [markdown]
# # 02 Networks
#
# You will be able to follow lecture 3 in two hours.

# %% tags=["setup"]
from itertools import pairwise
from math import comb, factorial

import numpy as np

from course_utils.exercises import ex02

# %% [markdown]
# dense.

# %% exercise="dense"

# %% [markdown]
# collapse.

# %% exercise="collapse"

# %% [markdown]
# logistic.

# %% exercise="logistic"

# %% [markdown]
# tanh_unit.

# %% exercise="tanh_unit"

# %% [markdown]
# rectifier.

# %% exercise="rectifier"

# %% [markdown]
# swish_unit.

# %% exercise="swish_unit"

# %% [markdown]
# polynomial_terms.

# %% exercise="polynomial_terms"

# %% [markdown]
# squared_loss.

# %% exercise="squared_loss"

# %% [markdown]
# forward_pass.

# %% exercise="forward_pass"

# %% [markdown]
# count_parameters.

# %% exercise="count_parameters"

# %% [markdown]
# binary_loss.

# %% exercise="binary_loss"

# %% [markdown]
# stable_softmax.

# %% exercise="stable_softmax"

# %% [markdown]
# categorical_loss.

# %% exercise="categorical_loss"
