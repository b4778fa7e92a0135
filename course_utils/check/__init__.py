"""Exercises and how an attempt is judged: three outcomes, one card, never a traceback.

    exercise.py   what an exercise is: a reference, cases, hints, known mistakes
    judging.py    running an attempt on the cases
    attempt.py    calling a learner's function safely: time limit, caught output, copies
    raised.py     what it raised, as data; what cannot be an answer at all
    verdict.py    from what it made of the cases to what is wrong with it
    compare.py    what differs between two answers, and why
    showing.py    values as short text
    report.py     the verdict and its card in three faces
    source.py     stub and solution, cut from the reference's source

This is the one part of the package that displays; it knows no exercise.
"""

from course_utils.check.attempt import call
from course_utils.check.exercise import Exercise, listeners
from course_utils.check.report import CORRECT, MIME, NOT_ATTEMPTED, NOT_YET, Note, Report
from course_utils.check.source import STUB_LINE

__all__ = [
    "CORRECT",
    "MIME",
    "NOT_ATTEMPTED",
    "NOT_YET",
    "STUB_LINE",
    "Exercise",
    "Note",
    "Report",
    "call",
    "listeners",
]
