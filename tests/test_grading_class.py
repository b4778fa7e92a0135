"""The made-up class, graded once: every learner gets what is theirs, whatever the others do."""

import os
from pathlib import Path

import grading_class as the_class
import pytest

from course_utils.grading import keeping
from course_utils.grading.demo import KINDS, verdicts

CAGED = [name for name, kind in KINDS.items() if kind.caged]
CHOSEN = [name for name in KINDS if the_class.sandbox_starts() or name not in CAGED]
NO_SANDBOX = pytest.mark.skipif(
    not the_class.sandbox_starts(), reason="bubblewrap does not start on this machine"
)
EVERY = [pytest.param(name, marks=NO_SANDBOX if name in CAGED else ()) for name in KINDS]


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """(course, learners, results): all kinds in one batch."""
    course = tmp_path_factory.mktemp("class") / "course"
    the_class.a_course(course)
    learners = the_class.hand_in(course, CHOSEN)
    return course, learners, the_class.grade(course)


@pytest.mark.parametrize("learner", EVERY)
def test_everybody_gets_what_is_theirs(graded, learner):
    _, learners, results = graded
    pupil = next(pupil for pupil in learners if pupil.learner == learner)
    (verdict,) = verdicts([pupil], list(results.values()))
    assert verdict.wrong == "", results.get(learner)


def test_nobody_is_left_out(graded):
    _, learners, results = graded
    assert set(results) == {pupil.learner for pupil in learners}


def test_nothing_that_was_started_survives(graded):
    commands = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            commands.append(path.read_bytes())
        except OSError:  # it ended meanwhile
            continue
    assert not [c for c in commands if b"345.678" in c or str(graded[0]).encode() in c]


def test_everybody_gets_a_page_of_less_than_a_megabyte(graded):
    course, learners, _ = graded
    name = the_class.ASSIGNMENT
    for pupil in learners:
        page = course / "feedback" / pupil.learner / name / f"{name}.html"
        made = course / "autograded" / pupil.learner / name / f"{name}.ipynb"
        assert 0 < page.stat().st_size < 2**20
        assert 0 < made.stat().st_size < 8 * 2**20


def test_no_page_holds_a_reference(graded):
    """A line of the last answer, which most got right and nobody else has to see."""
    course, _, _ = graded
    exercise = the_class.EXERCISES[the_class.LAST]
    body = exercise.source().removeprefix(exercise.stub().rpartition("    raise")[0])
    line = max((line.strip() for line in body.splitlines()), key=len)
    pages = course.glob("feedback/*/*/*.html")
    assert not [page for page in pages if line in page.read_text(encoding="utf-8")]


def test_the_page_of_who_made_a_mistake_says_what_it_is(graded):
    course, _, results = graded
    name = the_class.ASSIGNMENT
    page = course / "feedback" / "one_mistake" / name / f"{name}.html"
    text = page.read_text(encoding="utf-8")
    question = next(q for q in results["one_mistake"].questions if q.name == the_class.FIRST)
    assert question.message in the_class.EXERCISES[the_class.FIRST].mistakes
    assert "Hint:" in text
    assert f"{results['one_mistake'].points:g} of {results['one_mistake'].max_points:g}" in text


def test_who_knows_the_public_cases_alone_is_told_the_kind_of_the_difference(graded):
    question = next(q for q in graded[2]["by_heart"].questions if q.name == the_class.FIRST)
    assert question.message.startswith("It is right on the cases of its card, and not on others")


def test_answers_with_the_references_tree_are_listed_and_cost_nothing(graded):
    right = graded[2]["right"]
    assert right.points == right.max_points
    assert right.same_as_course
    assert the_class.FIRST not in graded[2]["own_words"].same_as_course


def test_the_seed_stays_where_its_owner_alone_can_read_it(graded, tmp_path):
    keeper = keeping.Keeper(tmp_path)
    seed = keeper.seed()
    assert len(seed) == 32
    assert keeper.seed() == seed
    path = tmp_path / keeping.FOLDER / "seed"
    assert path.stat().st_mode & 0o777 == 0o600
    assert os.stat(tmp_path / keeping.FOLDER).st_mode & 0o777 == 0o700


def test_grading_again_gives_the_same_scores(graded):
    course, _, results = graded
    again = the_class.grade(course, regrade=True, learners=AGAIN)
    assert the_class.scores(again) == the_class.scores({n: results[n] for n in AGAIN})
    assert all(result.fresh for result in again.values())


AGAIN = ["right", "all_mistaken", "partly_right", "truncated", "exits", "always_equal", "stripped"]


def test_what_has_not_changed_is_not_graded_again(graded):
    course, _, results = graded
    again = the_class.grade(course)
    assert not any(result.fresh for result in again.values())
    assert the_class.scores(again) == the_class.scores(results)
