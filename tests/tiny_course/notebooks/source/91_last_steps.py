# %% [markdown]
# # 91 Last steps

# %% tags=["setup"]
import matplotlib.pyplot as plt

# %%
_ = plt.figure(figsize=(1, 1)).add_subplot()
