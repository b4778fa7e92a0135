"""The exercises of the made-up notebook 90."""

import numpy as np

from course_utils.check import Exercise
from tiny_course import arithmetic


def arrays(rng: np.random.Generator) -> list[tuple]:
    return [(rng.normal(size=3),), (rng.normal(size=(2, 4)),)]


double = Exercise(solution=arithmetic.double, cases=arrays, points=1)
triple = Exercise(solution=arithmetic.triple, cases=arrays, points=2)
