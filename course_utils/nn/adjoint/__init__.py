"""Tangent-linear and adjoint models, of networks and of the weather; 4D-Var (lecture 3).

A tangent-linear model carries a small change δx forwards, M δx; its adjoint carries ∂J/∂x
backwards, Mᵀ x̃, where x̃ = ∂J/∂x is the adjoint variable of x. Both are taken at a state.

networks.py     a layer and a whole `MLP`, forwards and backwards; Hessian-vector products
lorenz.py       Lorenz-63 with Runge and Kutta's steps, both with their tangent-linear and adjoint
operators.py    what 4D-Var needs of a model: run(x), tangent(x, dx), adjoint(x, a)
chain.py        steps one after another: one function for backpropagation and for 4D-Var
fourdvar.py     J = J_b + J_o over a window of observations, its gradient and its Hessian
incremental.py  the control variable, and Gauss–Newton: quadratic problems one after another
"""

from course_utils.nn.adjoint.chain import Link, chain_gradient
from course_utils.nn.adjoint.fourdvar import (
    FourDVar,
    background_gradient,
    gauss_newton_product,
    observation_gradient,
)
from course_utils.nn.adjoint.incremental import InControlSpace, gauss_newton
from course_utils.nn.adjoint.lorenz import (
    CLASSIC,
    Lorenz63,
    lorenz,
    lorenz_adjoint,
    lorenz_tangent,
    rk4,
    rk4_adjoint,
    rk4_tangent,
)
from course_utils.nn.adjoint.networks import (
    adjoint,
    hessian_product,
    layer_adjoint,
    layer_tangent,
    quadratic_adjoint,
    tangent_linear,
)
from course_utils.nn.adjoint.operators import Linear

__all__ = [
    "CLASSIC",
    "FourDVar",
    "InControlSpace",
    "Linear",
    "Link",
    "Lorenz63",
    "adjoint",
    "background_gradient",
    "chain_gradient",
    "gauss_newton",
    "gauss_newton_product",
    "hessian_product",
    "layer_adjoint",
    "layer_tangent",
    "lorenz",
    "lorenz_adjoint",
    "lorenz_tangent",
    "observation_gradient",
    "quadratic_adjoint",
    "rk4",
    "rk4_adjoint",
    "rk4_tangent",
    "tangent_linear",
]
