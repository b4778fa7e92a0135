"""A course of two notebooks, made up to test the tools without the real ones.

Like `course_utils.exercises` it has NOTEBOOKS and exercises_of().
"""

from pathlib import Path

from course_utils.check import Exercise
from tiny_course import ex90

ROOT = Path(__file__).parent  # holds notebooks/source, as the root of a clone does
FIRST = ROOT / "notebooks" / "source" / "90_first_steps.py"
NOTEBOOKS = ("90",)


def exercises_of(notebook: str) -> dict[str, Exercise]:
    return {"90": {"double": ex90.double, "triple": ex90.triple}}[notebook]
