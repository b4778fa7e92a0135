"""A made-up class to try the grader on: right, partly right, broken and hostile submissions.

    drafts.py     a notebook that is being filled in: answers, added cells, damage
    honest.py     learners who mean well: right, wrong, partly right, careless
    broken.py     files as editors and exchanges leave them
    runaway.py    code that takes too much: time, memory, output, files, processes
    cheating.py   code that is after points: patched tests, forged values, stolen answers
    classroom.py  the class in an nbgrader course's folder
    verdicts.py   what was expected of each beside what the grader found
    showing.py    `course grade --demo`: all of it together

`course grade --demo` shows it; tests take single kinds from KINDS.
"""

from course_utils.grading.demo.classroom import KINDS, Pupil, make_class, pupils
from course_utils.grading.demo.drafts import Draft, Kind, Sizes
from course_utils.grading.demo.verdicts import Verdict, verdicts

__all__ = [
    "KINDS",
    "Draft",
    "Kind",
    "Pupil",
    "Sizes",
    "Verdict",
    "make_class",
    "pupils",
    "verdicts",
]
