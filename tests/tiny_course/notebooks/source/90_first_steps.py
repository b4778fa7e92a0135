# %% [markdown]
# # 90 First steps
#
# You will be able to multiply.

# %% tags=["setup"]
# ruff: noqa: F401, F821 (the builder writes what uses and defines these names)
import numpy as np
from tiny_course import ex90

# %% [markdown]
# How large is twice a number?

# %% exercise="double"

# %% tags=["nbval-check-output"]
double(np.arange(3))

# %% [markdown]
# How large is twice a number?

# %% exercise="triple"

# %%
triple(double(np.arange(3)))
