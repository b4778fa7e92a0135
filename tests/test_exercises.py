"""Every exercise of the course, put through the same trials."""

import pickle
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from mutants import mutants
from survivors import SURVIVORS

from course_utils import editions, exercises
from course_utils.check import CORRECT, NOT_ATTEMPTED, NOT_YET, Exercise, attempt, source

ROOT = Path(__file__).parents[1]
SEEDS = (0, 1, 2, 12345)
EVERY = {e.key: e for nb in exercises.NOTEBOOKS for e in exercises.exercises_of(nb).values()}


@pytest.fixture(params=EVERY, ids=str)
def exercise(request) -> Exercise:
    return EVERY[request.param]


@cache
def namespace(notebook: str) -> dict:
    """What the notebook's import cell defines: all that an answer may use."""
    (path,) = (ROOT / editions.SOURCE).glob(f"{notebook}_*.py")
    (setup,) = (cell for cell in editions.read(path).cells if "setup" in cell.tags)
    names = {"__name__": "__main__"}
    exec(setup.text, names)
    return names


def written(exercise: Exercise, text: str | None = None):
    """The function that a learner gets by running `text` where the notebook would."""
    names = dict(namespace(exercise.notebook))
    for earlier in exercises.exercises_of(exercise.notebook).values():
        if earlier is exercise:
            break
        exec(earlier.source(), names)
    exec(text or exercise.source(), names)
    return names[exercise.name]


def test_the_untouched_stub_is_not_attempted(exercise):
    assert exercise.report(written(exercise, exercise.stub())).outcome == NOT_ATTEMPTED


@pytest.mark.parametrize("seed", SEEDS)
def test_the_solution_passes_from_its_own_text(exercise, seed):
    report = exercise.report(written(exercise), seed)
    assert (report.outcome, report.message) == (CORRECT, "")


def test_the_import_cell_does_not_give_an_answer_away(exercise):
    assert exercise.name not in namespace(exercise.notebook)


def test_every_case_pickles_and_is_drawn_from_the_generator_alone(exercise):
    first, again = (list(exercise.cases(np.random.default_rng(7))) for _ in range(2))
    assert first
    for args, same in zip(first, again, strict=True):
        assert isinstance(args, tuple)
        assert pickle.dumps(args) == pickle.dumps(same)


def test_every_declared_mistake_is_refused_with_its_own_message(exercise):
    assert len(exercise.mistakes) >= 2
    for message, wrong in exercise.mistakes.items():
        for seed in SEEDS:
            report = exercise.report(as_typed(wrong), seed)
            assert (report.outcome, report.message) == (NOT_YET, message)


def as_typed(wrong):
    """The same function as if a learner had typed it, not imported it."""
    return lambda *args, **kwargs: wrong(*args, **kwargs)


@pytest.mark.parametrize("value", [None, [], 0.0], ids=repr)
def test_a_constant_is_refused(exercise, value):
    def constant(*args, **kwargs):
        return value

    assert exercise.report(constant).outcome == NOT_YET


def test_the_first_argument_is_no_answer(exercise):
    assert exercise.report(lambda *args: args[0]).outcome == NOT_YET


def test_the_imported_reference_is_refused(exercise):
    report = exercise.report(exercise.solution)
    assert report.outcome == NOT_YET
    assert "imported" in report.message


def test_hints_lead_from_a_question_to_an_answer(exercise):
    assert len(exercise.hints) >= 2
    assert "?" in exercise.hints[0] or "…" in exercise.hints[0]
    assert len(set(exercise.hints)) == len(exercise.hints)


def test_points_minutes_and_difficulty_are_sane(exercise):
    assert 1 <= exercise.points <= 10
    assert 2 <= exercise.minutes <= 60
    assert 1 <= exercise.difficulty <= 5


def test_the_answer_is_short(exercise):
    _, _, body = source._parts(exercise.solution)
    code = [line for line in body.splitlines() if line.strip() and line.strip()[0] != "#"]
    assert len(code) <= 15


def test_only_listed_mutants_of_the_solution_pass(exercise, monkeypatch):
    monkeypatch.setattr(attempt, "SECONDS", 0.5)
    listed = SURVIVORS.get(exercise.key, {})
    survivors = set()
    for label, text in mutants(exercise.source()):
        try:
            mutant = written(exercise, text)
        except Exception:  # a mutant that cannot even be defined is caught
            continue
        if all(exercise.report(mutant, seed).outcome == CORRECT for seed in SEEDS[:2]):
            survivors.add(label)
    assert survivors == set(listed)


def test_no_survivor_is_listed_for_an_exercise_that_is_gone():
    assert set(SURVIVORS) <= set(EVERY)
