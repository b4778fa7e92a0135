"""Minimizers that use curvature: fun(θ) -> (J, g) goes in, a whole minimization comes out.

    found = lbfgs(fun, theta)
    found.theta, found.J, found.evaluations, found.stopped

minimum.py      `Minimum`, what every one of them returns, and the counting of evaluations
line_search.py  strong_wolfe: how far along a direction
newton.py       newton_root in one dimension, newton (damped) in many
conjugate.py    linear_cg for A x = b, conjugate_gradient for any function, jacobi
quasi_newton.py two_loop and lbfgs
"""

from course_utils.nn.second_order.conjugate import conjugate_gradient, jacobi, linear_cg
from course_utils.nn.second_order.line_search import LineSearchFailed, strong_wolfe
from course_utils.nn.second_order.minimum import Minimum
from course_utils.nn.second_order.newton import newton, newton_root
from course_utils.nn.second_order.quasi_newton import lbfgs, two_loop

__all__ = [
    "LineSearchFailed",
    "Minimum",
    "conjugate_gradient",
    "jacobi",
    "lbfgs",
    "linear_cg",
    "newton",
    "newton_root",
    "strong_wolfe",
    "two_loop",
]
