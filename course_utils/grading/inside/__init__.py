"""What runs inside the sandbox, beside a learner's code; `hollow` copies it there.

    wire.py      a value as JSON and npz, and back: never a pickle
    confine.py   limits that a process sets itself and cannot take back
    worker.py    answers the grader's questions with what the learner's functions make of its cases

It imports NumPy, the standard library and, of the course, what `check` calls a function with.
"""
