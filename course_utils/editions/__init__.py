"""Editions: one source in py:percent becomes the notebooks that people open.

source.py     reads notebooks/source/NN_name.py: cells, markers, tags
rules.py      what a source has to keep to
writing.py    source -> notebook; an edition is how an exercise's cell is written
executing.py  runs a solved notebook and keeps the outputs that say the same every time
storing.py    one stored notebook: is it what its source makes? else make it so
building.py   all of them: `course build` and `course build --check`
graded.py     the graded edition, an nbgrader course; graded_texts.py what it says beside the
              notebook, graded_course.py its folder and configuration
labs.py       docs/labs.md, what a lab on each notebook takes and meets
"""

from course_utils.editions.building import build, edition, learner, solved
from course_utils.editions.graded import build as build_graded
from course_utils.editions.source import SETUP, SOURCE, Cell, Source, read, source_paths
from course_utils.editions.writing import LEARNER, SOLVED, Edition

__all__ = [
    "LEARNER",
    "SETUP",
    "SOLVED",
    "SOURCE",
    "Cell",
    "Edition",
    "Source",
    "build",
    "build_graded",
    "edition",
    "learner",
    "read",
    "solved",
    "source_paths",
]
