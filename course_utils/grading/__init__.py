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
"""

from course_utils.grading.batch import grade
from course_utils.grading.limits import Limits
from course_utils.grading.results import QuestionResult, SubmissionResult

__all__ = ["Limits", "QuestionResult", "SubmissionResult", "grade"]
