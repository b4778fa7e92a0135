"""The course's own answers, run first: where they fail, the machine is at fault and not a learner.

A library that the sandbox does not show, or too little memory, would otherwise make a zero of
everybody's work.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from course_utils.grading.limits import Limits
from course_utils.grading.looking import look
from course_utils.grading.plan import Plan
from course_utils.grading.process import EndedError, Process
from course_utils.grading.results import CORRECT
from course_utils.grading.session import Session

PATIENCE = 10  # times a learner's seconds: our own answers end, and a busy machine is no fault


def rehearse(course: Path, plan: Plan, start: Callable[[float], Process], limits: Limits) -> str:
    """Why nobody's work on this assignment can be graded here, in a sentence; "" where it can."""
    patient = replace(
        limits,
        call_seconds=PATIENCE * limits.call_seconds,
        cell_seconds=PATIENCE * limits.cell_seconds,
        seconds=PATIENCE * limits.seconds,
    )
    source = look("the course itself", course / "source" / plan.assignment, plan, patient)
    try:
        tried = Session(plan, source, start, patient).run()
    except EndedError as error:
        return _sentence(plan, f"no process starts ({error})")
    for name, each in tried.items():
        if each.status != CORRECT:
            why = each.said or next(filter(None, each.why), each.status)
            return _sentence(plan, f"the course's own {name} is {each.status} there: {why}")
    return ""


def _sentence(plan: Plan, why: str) -> str:
    return (
        f"{plan.assignment}: nobody's work is graded, as this machine's sandbox does not let even "
        f"the answers in source/ pass; {why} Mend that (a missing library? too little memory? an "
        f"edited source?) and run again."
    )
