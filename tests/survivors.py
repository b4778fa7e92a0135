"""Mutants of a solution that the check lets pass, each with the reason why it is the same function.

Exercise -> {label of the mutant: reason}. A mutant that survives and is not listed fails the tests,
and so does a listed one that is caught: usually the cases have a hole, not the check.
"""

SURVIVORS: dict[str, dict[str, str]] = {}
