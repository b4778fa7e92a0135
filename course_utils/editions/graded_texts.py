"""What stands in a graded notebook beside the notebook itself."""

from __future__ import annotations

from course_utils.check import Exercise

TEXT_STUB = "*Your answer here.*"

HOW_GRADED = """\
**This is the graded edition.** Work as in any notebook of the course: the card under a function \
says at once whether it is right. *Validate*, in the toolbar, starts again from the top: the \
import cell, your functions, the cells that you added; not the experiments. Do that before you \
hand in. When it is graded, your functions are tried on cases that nobody has seen as well.

Let them use only the import cell, each other and what you added. Leave the names of the \
functions, of this file and of the locked cells as they are, do not copy the cell of an exercise, \
and do not rely on files of your own: there are none where this is graded. A function is tried \
with the right answers to the exercises before it, so that one mistake is not counted twice. The \
last question is read by a person."""

QUESTION = """\
## Written answer ({points} points)

Choose one experiment of this notebook whose result was **not** what you had predicted; if there \
is none, the one that you would find hardest to explain to somebody else. In 100 to 200 words:

1. what you predicted, and why;
2. what came out, with at least two numbers from your own run;
3. why it came out so, with an equation of this notebook, and one change of the experiment that \
would show whether you are right."""

MARKING = """\
### BEGIN SOLUTION
For who grades: one point for each part, halves where a part is vague.

1. A prediction that could have failed, with a reason.
2. Two numbers that the notebook's cells print, with what they measure.
3. A reason that uses an equation of the notebook, and a change that could prove it wrong.
### END SOLUTION"""


def test(exercise: Exercise) -> str:
    """The locked cell below an exercise: Validate shows there what the card says."""
    module = f"ex{exercise.notebook}"
    package = exercise.module.partition(f".{module}")[0]
    return (
        "# Locked: Validate runs this cell. It fails unless the card above says correct.\n"
        f"from {package} import {module}\n\n"
        f"{exercise.key}.confirm({exercise.name})"
    )
