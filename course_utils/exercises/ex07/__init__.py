"""Exercises of notebook 07: the optimizer zoo."""

from __future__ import annotations

from course_utils.check import Exercise
from course_utils.exercises.ex07 import (
    cases,
    hints,
    wrong_adam,
    wrong_adaptive,
    wrong_first_order,
    wrong_second_order,
    wrong_signs,
)
from course_utils.nn import optim, second_order

gd = Exercise(
    solution=optim.gd,
    cases=cases.rates,
    run=cases.walk,
    points=1,
    minutes=6,
    difficulty=1,
    hints=hints.GD,
    mistakes=wrong_first_order.GD,
)

momentum = Exercise(
    solution=optim.momentum,
    cases=cases.velocities,
    run=cases.walk,
    points=1,
    minutes=6,
    difficulty=1,
    hints=hints.MOMENTUM,
    mistakes=wrong_first_order.MOMENTUM,
)

momentum_outside = Exercise(
    solution=optim.momentum_outside,
    cases=cases.velocities,
    run=cases.walk,
    points=1,
    minutes=4,
    difficulty=1,
    hints=hints.MOMENTUM_OUTSIDE,
    mistakes=wrong_first_order.MOMENTUM_OUTSIDE,
)

nesterov = Exercise(
    solution=optim.nesterov,
    cases=cases.velocities,
    run=cases.walk,
    points=2,
    minutes=8,
    difficulty=2,
    hints=hints.NESTEROV,
    mistakes=wrong_first_order.NESTEROV,
)

cosine = Exercise(
    solution=optim.cosine,
    cases=cases.schedules,
    run=cases.rates_at,
    points=1,
    minutes=6,
    difficulty=1,
    hints=hints.COSINE,
    mistakes=wrong_first_order.COSINE,
)

bold_driver = Exercise(
    solution=optim.bold_driver,
    cases=cases.drives,
    run=cases.walk_with_losses,
    points=3,
    minutes=15,
    difficulty=3,
    hints=hints.BOLD_DRIVER,
    mistakes=wrong_first_order.BOLD_DRIVER,
)

gains = Exercise(
    solution=optim.gains,
    cases=cases.gains,
    run=cases.walk,
    points=2,
    minutes=10,
    difficulty=2,
    hints=hints.GAINS,
    mistakes=wrong_signs.GAINS,
)

rprop = Exercise(
    solution=optim.rprop,
    cases=cases.signs,
    run=cases.walk,
    points=3,
    minutes=15,
    difficulty=3,
    hints=hints.RPROP,
    mistakes=wrong_signs.RPROP,
)

irprop_minus = Exercise(
    solution=optim.irprop_minus,
    cases=cases.signs,
    run=cases.walk,
    points=1,
    minutes=5,
    difficulty=2,
    hints=hints.IRPROP_MINUS,
    mistakes=wrong_signs.IRPROP_MINUS,
)

adagrad = Exercise(
    solution=optim.adagrad,
    cases=cases.sums,
    run=cases.walk,
    points=1,
    minutes=6,
    difficulty=1,
    hints=hints.ADAGRAD,
    mistakes=wrong_adaptive.ADAGRAD,
)

rmsprop = Exercise(
    solution=optim.rmsprop,
    cases=cases.means,
    run=cases.walk,
    points=1,
    minutes=6,
    difficulty=1,
    hints=hints.RMSPROP,
    mistakes=wrong_adaptive.RMSPROP,
)

adadelta = Exercise(
    solution=optim.adadelta,
    cases=cases.means,
    run=cases.walk,
    points=2,
    minutes=10,
    difficulty=2,
    hints=hints.ADADELTA,
    mistakes=wrong_adaptive.ADADELTA,
)

adam = Exercise(
    solution=optim.adam,
    cases=cases.moments,
    run=cases.walk,
    points=3,
    minutes=12,
    difficulty=2,
    hints=hints.ADAM,
    mistakes=wrong_adam.ADAM,
)

adamw = Exercise(
    solution=optim.adamw,
    cases=cases.decays,
    run=cases.walk,
    points=2,
    minutes=8,
    difficulty=2,
    hints=hints.ADAMW,
    mistakes=wrong_adam.ADAMW,
)

newton_root = Exercise(
    solution=second_order.newton_root,
    cases=cases.roots,
    points=1,
    minutes=8,
    difficulty=1,
    hints=hints.NEWTON_ROOT,
    mistakes=wrong_second_order.NEWTON_ROOT,
)

linear_cg = Exercise(
    solution=second_order.linear_cg,
    cases=cases.systems,
    points=3,
    minutes=15,
    difficulty=3,
    hints=hints.LINEAR_CG,
    mistakes=wrong_second_order.LINEAR_CG,
)

two_loop = Exercise(
    solution=second_order.two_loop,
    cases=cases.pairs,
    points=3,
    partial=False,
    minutes=15,
    difficulty=3,
    hints=hints.TWO_LOOP,
    mistakes=wrong_second_order.TWO_LOOP,
)
