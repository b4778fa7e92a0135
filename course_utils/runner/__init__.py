"""`course check`: a learner's notebook, run from outside in a fresh kernel, a row per exercise.

    loading.py    the file, whatever its state: its code and the exercises that each cell asks for
    running.py    the cells, whatever they do: every exercise gets a verdict

The file is not changed and the run records no progress.
"""

from course_utils.runner.loading import load
from course_utils.runner.running import Row, check_notebook

__all__ = ["Row", "check_notebook", "load"]
