"""Errors that carry one sentence: what is wrong, with the value, and the next act.

The `course` command prints the sentence and ends with exit code 1; a notebook shows it as the
last line of an ordinary exception.
"""


class CourseError(Exception):
    """What a user can mend; its text is complete without a traceback."""


class WorkspaceError(CourseError):
    """The learner's workspace cannot be read or written."""


class DataError(CourseError):
    """A data set that is downloaded is not here, not whole, or not what it should be."""
