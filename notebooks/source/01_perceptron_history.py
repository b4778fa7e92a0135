# %% [markdown]
# # 01 Perceptrons: a history in experiments

# %% tags=["setup"]
from itertools import combinations
from time import perf_counter

import matplotlib.pyplot as plt
import numpy as np
from course_utils import datasets, plots, widgets
from course_utils.exercises import ex01
from course_utils.nn.functions import cross_entropy, sigmoid, softmax, squared_error, tanh
from course_utils.nn.mlp import MLP, accuracy, forward, init
from course_utils.nn.optim import adam, momentum
from course_utils.nn.perceptron import signs, train_adaline, two_layers, with_bias
from course_utils.nn.separability import refutation, separating, smallest_order, widest
from course_utils.nn.train import StopTraining, split, train
from scipy.optimize import linprog

plots.use_style()

# %% exercise="predict"

# %% exercise="update"

# %% exercise="train_perceptron"

# %% exercise="margin"

# %% exercise="mistake_bound"

# %% exercise="monomials"

# %% exercise="xor_net"

# %% exercise="parity_net"

# %% exercise="adaline_gradient"

# %% exercise="pocket"
