"""From what a function makes of secret cases to points and messages."""

import inspect
import pickle
from dataclasses import replace

import grading_class as the_class
import numpy as np
import pytest
from grading_class import ASSIGNMENT, EXERCISES, FIRST, LAST

from course_utils import exercises
from course_utils.check.attempt import Outcome
from course_utils.check.judging import expected, tries_of
from course_utils.check.raised import Raised
from course_utils.check.report import NOT_YET, Report
from course_utils.check.verdict import reasons
from course_utils.grading import feedback
from course_utils.grading import plan as plans
from course_utils.grading.alike import alike
from course_utils.grading.demo import Kind
from course_utils.grading.results import (
    CORRECT,
    FLAGGED,
    OK,
    PARTLY,
    TIMEOUT,
    WRONG,
    QuestionResult,
    SubmissionResult,
    worst,
)
from course_utils.grading.scoring import kind_of, points
from course_utils.grading.tried import Tried


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plan")
    the_class.a_course(folder / "course")
    return plans.make(folder / "course", ASSIGNMENT, the_class.SEED, folder / "copy")


# --- cases --------------------------------------------------------------------------------------


def test_secret_cases_are_other_cases_than_those_of_the_card():
    """All but truth tables, which are complete: there to know every case is to have the answer."""
    tables = {"xor_net", "parity_net", "symmetry_net"}
    for number in exercises.NOTEBOOKS:
        for name, exercise in exercises.exercises_of(number).items():
            public, secret = (
                [pickle.dumps(args) for args in exercise.cases(np.random.default_rng(seed))]
                for seed in (plans.PUBLIC_SEED, 77)
            )
            assert name in tables or set(secret) - set(public), exercise.key


def test_who_is_right_only_where_everybody_can_see_gets_nothing(plan):
    question = plan.questions["forgiving_targets"]  # two of its four cases are an edge
    assert len(question.secret.seen) == 2
    fresh = [n for n in range(4) if n not in question.secret.seen]
    why = [None if n in question.secret.seen else "wrong" for n in range(4)]
    assert points(question, Tried(PARTLY, why=why)) == 0
    why[fresh[0]] = None
    assert points(question, Tried(PARTLY, why=why)) == pytest.approx(0.75 * question.points)


def test_every_course_has_its_own_cases_and_every_exercise_its_own_seed():
    first, last = EXERCISES[FIRST], EXERCISES[LAST]
    seeds = {
        plans.exercise_seed(seed, exercise) for seed in (b"a", b"b") for exercise in (first, last)
    }
    assert len(seeds) == 4


def test_a_change_of_seed_or_points_makes_old_results_untrue(plan):
    assert plans.digest(plan, b"a") != plans.digest(plan, b"b")
    assert plans.digest(plan, b"a") == plans.digest(plan, b"a")


# --- points -------------------------------------------------------------------------------------

EVERY = [(n, name) for n in exercises.NOTEBOOKS for name in exercises.exercises_of(n)]


@pytest.mark.parametrize(("notebook", "name"), EVERY, ids=[f"ex{n}.{name}" for n, name in EVERY])
def test_an_answer_that_knows_nothing_earns_nothing(notebook, name):
    """Where one is right on a case, the exercise has to say partial=False."""
    exercise = exercises.exercises_of(notebook)[name]
    cases = list(exercise.cases(np.random.default_rng(77)))
    right = [expected(exercise, args) for args in cases]
    earned = []
    for what, attempt in ignorant(exercise, cases, right):
        why = reasons(exercise, tries_of(exercise.run, attempt, cases), cases, right.__getitem__)
        passed = sum(reason is None for reason in why)
        if passed > what.startswith("that case's") and exercise.partial:
            earned.append(f"{what}: {passed} of {len(cases)}")
        assert passed < len(cases), what
    assert earned == []


def ignorant(exercise, cases, right):
    """Functions that know nothing: constants, their arguments, what is right on one case."""
    yield "None", lambda *args, **options: None
    yield "0.0", lambda *args, **options: 0.0
    yield "1.0", lambda *args, **options: 1.0
    for n in range(min(len(cases[0]), 4)):
        if isinstance(cases[0][n], np.ndarray | float | int):
            yield f"argument {n}", lambda *args, n=n: np.copy(args[n]) if n < len(args) else None
            yield f"zeros like {n}", lambda *args, n=n: np.zeros_like(args[n])
            yield f"ones like {n}", lambda *args, n=n: np.ones_like(args[n])
    if not inspect.signature(exercise.run).parameters.keys() - {"function", "args"}:
        for n in range(min(len(right), 4)):
            yield f"that case's: {n}", lambda *args, n=n: right[n]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """A few submissions of this module's own, graded in one batch."""
    course = tmp_path_factory.mktemp("own") / "course"
    the_class.a_course(course)
    the_class.hand_in(course, [Kind(name, "", edit) for name, edit in OWN.items()])
    return course, the_class.grade(course)


def carries_out(draft):
    """Keeps the secret arguments it sees and lets them out in every way there is."""
    draft.body(
        "import builtins\n"
        "seen = builtins.__dict__.setdefault('seen', [])\n"
        f"seen.append(({draft.passed_on(draft.first)}))\n"
        "print('SEEN', seen)\n"
        "raise ValueError('SEEN ' + repr(seen))"
    )
    for name in list(draft.exercises)[1:]:
        draft.body("import builtins\nreturn {'SEEN ' + repr(builtins.seen): 1}", name)


def by_heart_then_tells(draft):
    """Right on the public cases; on the others it names its class after what it was given."""
    exercise = draft.exercises[draft.first]
    known = sorted(
        round(float(np.sum(args[0])), 6) for args in exercise.cases(np.random.default_rng(0))
    )
    given = draft.argument(draft.first)
    draft.before(
        f"if round(float(np.sum({given})), 6) not in {known}:\n"
        f"    raise type('SEEN' + str(np.size({given})), (Exception,), {{}})('SEEN')"
    )


def uses_a_wrong_one(draft):
    """The last answer is right, and calls the second, which is wrong, and must get the right one.

    Before it, it looks for the answer to itself in the course's module.
    """
    second = list(draft.exercises)[1]
    draft.body("return 0.0", second)
    module = draft.exercises[draft.last].solution.__module__
    draft.before(
        f"import {module} as theirs\n"
        f"try:\n    theirs.{draft.last}({draft.passed_on(draft.last)})\n"
        "except NotImplementedError: pass\n"
        "else: raise RuntimeError('the answer to this exercise is here')\n"
        f"assert theirs.{second}.__name__ and {second}.__code__.co_filename == '<course>'",
        draft.last,
    )


def keeps_its_own(draft):
    """Where an earlier answer is right, a later one calls the learner's own."""
    draft.before(f"assert {draft.first}.__code__.co_filename.startswith('<cell')", draft.last)


def later_is_not_there(draft):
    """While the first is tried, the course's other answers are cut."""
    checks = "".join(
        f"try: theirs.{exercise.name}()\n"
        "except (NotImplementedError, TypeError) as e:\n"
        f"    import inspect\n"
        f"    co = inspect.unwrap(theirs.{exercise.name}).__code__\n"
        "    assert len(co.co_code) < 60\n"
        for exercise in draft.exercises.values()
        if exercise.solution.__module__ == draft.exercises[draft.first].solution.__module__
    )
    module = draft.exercises[draft.first].solution.__module__
    draft.before(f"import {module} as theirs\n{checks}")


OWN = {
    "carries_out": carries_out,
    "by_heart_then_tells": by_heart_then_tells,
    "uses_a_wrong_one": uses_a_wrong_one,
    "keeps_its_own": keeps_its_own,
    "later_is_not_there": later_is_not_there,
}


def test_a_wrong_answer_costs_no_later_one_its_points(results):
    found = {q.name: q for q in results[1]["uses_a_wrong_one"].questions}
    wrong = list(EXERCISES)[1]
    assert {name for name, q in found.items() if q.status != CORRECT} == {wrong}, found
    assert found[wrong].points == 0


@pytest.mark.parametrize("learner", ["keeps_its_own", "later_is_not_there"])
def test_each_exercise_sees_what_it_may_see(results, learner):
    result = results[1][learner]
    assert result.points == result.max_points, result.questions


def test_secret_cases_are_not_let_out(results):
    """In no page, table, notebook or result is there a word that code could choose."""
    course, _ = results
    folders = ("feedback", "autograded", "grades", ".course-grading/results")
    written = [p for folder in folders for p in (course / folder).rglob("*") if p.is_file()]
    assert len(written) > 10
    secret = f"{secret_number(course):.6f}"[:7]
    for path in written:
        text = path.read_text(encoding="utf-8")
        assert secret not in text, path
        if "by_heart" in str(path) and path.suffix != ".ipynb":
            assert "SEEN" not in text, path


def secret_number(course):
    """A number of the first secret case of the first exercise."""
    rng = np.random.default_rng(plans.exercise_seed(the_class.SEED, EXERCISES[FIRST]))
    (args, *_) = EXERCISES[FIRST].cases(rng)
    return float(np.ravel(next(a for a in args if isinstance(a, np.ndarray)))[0])


def test_where_secret_cases_alone_fail_the_kind_is_told(results):
    question = next(q for q in results[1]["by_heart_then_tells"].questions if q.name == FIRST)
    assert question.status in (WRONG, PARTLY)
    assert question.message.endswith("and not on others: it raises an error there.")


# --- words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "reason", "told"),
    [
        (
            Outcome(error=Raised("ValueError", "x = 3.14")),
            "It raised",
            "it raises ValueError there",
        ),
        (Outcome(error=Raised("X314", "")), "It raised X314", "it raises an error there"),
        (Outcome(error=Raised("print", "")), "It raised print", "it raises an error there"),
        (Outcome(np.ones(2)), "The shape is (2,); …", "the shape is another there"),
        (Outcome(1.0), "Every value is 3.142 times …", "a factor is wrong there"),
        (Outcome({"3.14": 1}), "The keys are ['3.14'] …", "some values differ"),
        (
            Outcome(),
            "Your function returned None: did you forget `return`?",
            "it returns None there",
        ),
    ],
    ids=lambda value: str(value)[:20],
)
def test_of_a_secret_case_only_the_kind_is_told(outcome, reason, told):
    assert kind_of(outcome, reason) == told


def test_the_worst_that_happened_is_the_status():
    assert worst([CORRECT, WRONG]) == OK
    assert worst([CORRECT, TIMEOUT, FLAGGED]) == TIMEOUT


LONG = '''
def f(X, w):
    """One text."""
    u = X @ w
    total = 0.0
    for value in u:
        total = total + value**2
    return total / len(X)
'''


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (LONG.replace("One text", "Another"), True),
        ("@ex.f.check\n" + LONG.strip(), True),
        (LONG.replace("(X, w)", "(X: list, w: list) -> float"), True),
        (LONG.replace("total", "s"), False),
        (LONG.replace("**2", "**3"), False),
        ("def f(X, w):\n    return X @ w", False),
        ("def f(X, w", False),
        ("x = 3", False),
    ],
    ids=["docstring", "decorator", "annotations", "names", "a number", "short", "broken", "none"],
)
def test_trees_are_compared_without_what_says_nothing(other, same):
    assert alike(other, LONG, "f") is same


def test_short_answers_are_alike_without_being_copied():
    assert not alike("def f(x):\n    return x", "def f(x):\n    return x", "f")


# --- the page -----------------------------------------------------------------------------------


def a_page(message="Every value has the wrong sign.", **changes):
    question = QuestionResult("ex03.f", WRONG, 0.5, 2.0, 1, 4, message)
    result = SubmissionResult("<i>eve", ASSIGNMENT, OK, 0.5, 2.0, (question,), ("Cell 3: </p>",))
    card = Report("ex03.f", NOT_YET, message, 0.5, 2, 1, 4, (("Expected", "x"),), "Hint: sign?")
    return feedback.page(replace(result, **changes), {"f": card})


def test_a_page_says_points_messages_and_hints_and_lets_nothing_run():
    text = a_page()
    assert "0.5 of 2 points" in text
    assert "Every value has the wrong sign." in text
    assert "Hint: sign?" in text
    assert "<i>" not in text
    assert "Cell 3: &lt;/p&gt;" in text
    assert "default-src 'none'" in text


def test_a_page_never_grows_beyond_a_megabyte():
    text = a_page("ñ" * 3_000_000)
    assert len(text.encode()) < 2**20
    assert "0.5 of 2 points" in text


def test_a_page_of_what_could_not_be_graded_says_that_it_is_no_zero():
    text = a_page(points=None, questions=(), findings=("It is not JSON.",))
    assert "This is not a zero" in text
    assert "It is not JSON." in text
    assert "0 of" not in text
