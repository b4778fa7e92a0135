"""Grading: submissions in, scores out; a learner's code runs in a sandbox, and is judged outside.

    grade(course_dir, *, assignments=(), learners=(), workers=None, require_sandbox=False,
          regrade=False, seed=None, limits=Limits(), tell=…) -> list[SubmissionResult]

`course_dir` is an nbgrader course, as `course build --edition graded` and nbgrader make it:

    DIR/source/<assignment>/<assignment>.ipynb                 the graded edition
    DIR/submitted/<learner>/<assignment>/<assignment>.ipynb    what is graded
    DIR/gradebook.db                                           scores; an assignment that is not in
                                                               it yet is entered from its source
    DIR/autograded/<learner>/<assignment>/                     written: the notebook with its cards
    DIR/feedback/<learner>/<assignment>/<assignment>.html      written: a page for the learner
    DIR/grades/<assignment>.csv                                written: a line for each question
    DIR/.course-grading/                                       the secret seed, results of this run

An assignment is called as its notebook is, 03_numpy_backprop.

    batch.py      a whole course: several submissions at once; results.py what comes of it
    found.py, looking.py, cells.py, alike.py       what was handed in, before any of it runs
    plan.py       what is the same for all: exercises, secret cases, expected values
    hollow.py, extract.py    the copy of the package that a learner's code sees
    sandbox.py, launching.py, process.py, limits.py    where it runs, and how it is talked to
    inside/       what runs there beside it
    rehearsal.py  the course's own answers, run first: does this machine let them pass?
    session.py, tried.py     one submission: its cells, its exercises, in several lives
    scoring.py    points, messages, cards
    recording.py, records.py, surroundings.py      the gradebook, and all that is written
    autograded.py, feedback.py, tables.py, keeping.py    notebooks, pages, tables, the seed
    demo/         a made-up class
"""

from course_utils.grading.batch import grade
from course_utils.grading.limits import Limits
from course_utils.grading.results import QuestionResult, SubmissionResult

__all__ = ["Limits", "QuestionResult", "SubmissionResult", "grade"]
