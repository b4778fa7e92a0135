"""How an attempt is judged: three outcomes, a card, never a traceback."""

import contextlib
import json
import signal
import sys
import threading
import time

import numpy as np
import pytest

from course_utils import check
from course_utils.check import CORRECT, MIME, NOT_ATTEMPTED, NOT_YET, Exercise, attempt, source
from course_utils.check.compare import difference


def centred(X: np.ndarray, *, scale: float = 1.0) -> np.ndarray:
    """X (N, n) minus the mean of its columns.

    Times scale.
    """
    # the equation: X - mean
    return scale * (X - X.mean(axis=0))


def matrices(rng):
    return [(rng.normal(size=(n, 3)),) for n in (2, 4)]


def rows(X, *, scale=1.0):
    return scale * (X - X.mean(axis=1, keepdims=True))


EXERCISE = Exercise(
    centred,
    matrices,
    points=3,
    hints=("Along which axis?", "axis=0"),
    mistakes={"That is the mean of each row.": rows, "That is X itself.": lambda X: X.copy()},
)


@pytest.fixture(autouse=True)
def this_module_is_the_learners(monkeypatch):
    monkeypatch.setattr(check.attempt, "SECONDS", 0.3)


# --- attempts ------------------------------------------------------------------------------


def right(X):
    return X - np.mean(X, 0)


def stub(X):
    """Docstring."""
    raise NotImplementedError


def raises_later(X):
    if len(X) > 2:
        raise NotImplementedError
    return X - X.mean(axis=0)


def says_not_implemented(X):
    raise NotImplementedError("no idea")


def returns_nothing(X):
    X - X.mean(axis=0)


def loops(X):
    while True:
        pass


def sleeps(X):
    time.sleep(60)


def swallows_exceptions(X):
    while True:
        with contextlib.suppress(Exception):
            time.sleep(60)


def raises(X):
    return X / 0 + undefined_name  # noqa: F821


def exits(X):
    sys.exit(1)


def prints(X):
    for _ in range(1000):
        print("x" * 1000)
    return X * 0


def modifies(X):
    X -= X.mean(axis=0)
    return X


def needs_two(X, Y):
    return X


class Strange:
    def __repr__(self):
        raise RuntimeError("no repr")

    def __eq__(self, other):
        return True

    __hash__ = None


ATTEMPTS = [
    (right, CORRECT, ""),
    (stub, NOT_ATTEMPTED, "Write the body"),
    (raises_later, NOT_YET, "NotImplementedError"),
    (says_not_implemented, NOT_YET, "NotImplementedError: no idea"),
    (returns_nothing, NOT_YET, "did you forget `return`?"),
    (loops, NOT_YET, "stopped after 0.3 seconds"),
    (sleeps, NOT_YET, "stopped after 0.3 seconds"),
    (swallows_exceptions, NOT_YET, "stopped after 0.3 seconds"),
    (raises, NOT_YET, "NameError"),
    (exits, NOT_YET, "It calls exit()"),
    (prints, NOT_YET, "6 of 6 values differ"),
    (modifies, NOT_YET, "modifies `X` in place"),
    (needs_two, NOT_YET, "missing 1 required positional argument: 'Y'"),
    (lambda X: (X - X.mean(axis=0)).tolist(), NOT_YET, "a list of 2; an array of shape (2, 3)"),
    (lambda X: 0.5, NOT_YET, "The shape is (); (2, 3) is expected."),
    (lambda X: (X - X.mean(axis=0)).T, NOT_YET, "looks transposed"),
    (lambda X: (X - X.mean(axis=0)).ravel(), NOT_YET, "an axis of length 1, or a reshape?"),
    (lambda X: X.mean(axis=0) - X, NOT_YET, "the wrong sign"),
    (lambda X: 3 * (X - X.mean(axis=0)), NOT_YET, "3 times what is expected"),
    (lambda X: len(X) * (X - X.mean(axis=0)), NOT_YET, "2 times too large, the number of examples"),
    (lambda X: (X - X.mean(axis=0)) / len(X), NOT_YET, "2 times too small"),
    (lambda X: X * np.nan, NOT_YET, "6 of 6 values are nan"),
    (lambda X: (X - X.mean(axis=0)).astype(object), NOT_YET, "of type object"),
    (lambda X: Strange(), NOT_YET, "a Strange"),
    (lambda X: "text", NOT_YET, "a str"),
    (rows, NOT_YET, "That is the mean of each row."),
    (7, NOT_YET, "not a function but int 7"),
]


@pytest.mark.parametrize(("given", "outcome", "message"), ATTEMPTS)
def test_each_kind_of_attempt_gets_its_outcome_and_says_why(given, outcome, message):
    report = EXERCISE.report(given)
    assert report.outcome == outcome
    assert message in report.message
    assert report.points == (3 if outcome == CORRECT else 0)


def test_a_line_of_the_learners_own_code_is_named():
    assert "return X / 0 + undefined_name" in EXERCISE.report(raises).message


def test_the_smallest_failing_case_is_shown_with_what_was_expected():
    def zeros(X):
        return np.zeros_like(X)

    labels = dict(EXERCISE.report(zeros).detail)
    assert labels["Called with"].startswith("X = [[")
    assert labels["Your function returned"] == "[[0. 0. 0.]\n [0. 0. 0.]]"
    X = matrices(np.random.default_rng(0))[0][0]
    with np.printoptions(precision=4, suppress=True):
        assert labels["Expected"] == str(X - X.mean(axis=0))


def test_a_number_is_shown_as_a_number():
    def total(x):
        """The sum."""
        return x.sum()

    exercise = Exercise(total, lambda rng: [(np.array([1.0, 1.5]),)])
    labels = dict(exercise.report(lambda x: x[0]).detail)
    assert labels == {
        "Called with": "x = [1.  1.5]",
        "Your function returned": "1.0",
        "Expected": "2.5",
    }


def test_what_an_attempt_prints_is_kept_apart_and_cut(capsys):
    (printed,) = (text for label, text in EXERCISE.report(prints).detail if label == "It printed")
    assert capsys.readouterr().out == ""
    assert len(printed) < 3_000


def test_a_correct_attempt_that_prints_is_told_so():
    def prints_and_is_right(X):
        print("shape", X.shape)
        return right(X)

    report = EXERCISE.report(prints_and_is_right)
    assert report.outcome == CORRECT
    assert report.detail == (("It printed", "shape (2, 3)\n"),)
    assert "printed" not in str(report)


def test_an_attempts_own_name_means_itself(capsys):
    def factorial(n):
        """n!"""
        return 1 if n == 0 else n * factorial(n - 1)

    exercise = Exercise(factorial, lambda rng: [(3,), (0,)])
    recursive = "def factorial(n):\n    return 1 if n == 0 else n * factorial(n - 1)"
    circular = "def factorial(n):\n    return factorial(n)"
    names = {"exercise": exercise, "__name__": "__main__"}
    exec(f"@exercise.check\n{recursive}", names)
    assert "correct" in capsys.readouterr().out
    assert not hasattr(names["factorial"], "__attempt__")
    for _ in range(2):  # the second time the name in the notebook is the reference
        exec(f"@exercise.check\n{circular}", names)
        assert "RecursionError" in capsys.readouterr().out
    assert names["factorial"](4) == 24


def test_a_keyboard_interrupt_reaches_the_learner():
    def interrupted(X):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        EXERCISE.report(interrupted)


def test_an_answer_imported_from_the_course_is_refused():
    from course_utils.nn import mlp

    exercise = Exercise(mlp.backprop, matrices)
    assert "imported; write yours" in exercise.report(mlp.backprop).message


def test_a_judge_decides_where_there_is_no_single_answer():
    def positive(x):
        """A number above x."""
        return x + 1

    exercise = Exercise(
        positive,
        lambda rng: [(2.0,)],
        judge=lambda got, x: "" if got > x else f"{got} is not above.",
    )
    assert exercise.report(lambda x: x + 0.5).outcome == CORRECT
    assert exercise.report(lambda x: x - 1).message == "1.0 is not above."
    assert "return" in exercise.report(lambda x: None).message


def test_a_defect_of_the_course_is_not_blamed_on_the_learner():
    def broken(X):
        """Fails."""
        raise ValueError("ours")

    with pytest.raises(ValueError, match="ours"):
        Exercise(broken, matrices).report(lambda X: X)


# --- going on --------------------------------------------------------------------------------


def test_check_returns_the_learners_function_when_it_is_correct(capsys):
    assert EXERCISE.check(right) is right
    assert "centred: correct (3 of 3 points)" in capsys.readouterr().out


def test_check_goes_on_with_the_reference_and_remembers_the_attempt(capsys):
    go_on = EXERCISE.check(rows)
    X = np.arange(6.0).reshape(2, 3)
    np.testing.assert_allclose(go_on(X), right(X), rtol=1e-12)
    assert go_on.__attempt__ is rows
    assert EXERCISE.report(go_on).message == "That is the mean of each row."
    assert EXERCISE.check(go_on).__attempt__ is rows
    assert capsys.readouterr().out.count("not yet") == 2


def test_listeners_are_told_of_every_report_that_is_shown(monkeypatch):
    heard = []
    monkeypatch.setattr(check.exercise, "listeners", [heard.append])
    EXERCISE.report(right)
    EXERCISE.check(right)
    assert [report.outcome for report in heard] == [CORRECT]


# --- the card --------------------------------------------------------------------------------


def test_the_card_has_three_faces_that_agree():
    report = EXERCISE.report(rows)
    faces = report._repr_mimebundle_()
    assert faces["text/plain"] == "centred: not yet\nThat is the mean of each row."
    assert "That is the mean of each row." in faces["text/html"]
    assert json.loads(json.dumps(faces[MIME]))["outcome"] == "not yet"


def test_the_card_escapes_what_the_learner_wrote_and_names_no_address():
    def tag(X):
        return [object(), "<script>"]

    html = EXERCISE.report(tag).html()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert " at 0x" not in html


def test_the_card_reads_on_light_and_on_dark():
    html = EXERCISE.report(rows).html()
    assert "color: inherit" in html
    assert "var(--jp-warn-color1, #" in html
    assert "background: rgba(128, 128, 128, 0.12)" in html
    assert "<style" not in html
    assert "class=" not in html


def test_the_line_that_raised_stands_on_a_line_of_its_own():
    assert "<br>in line" in EXERCISE.report(raises).html()


def test_hints_come_in_steps_and_the_solution_on_demand():
    assert "Along which axis?" in str(EXERCISE.hint())
    assert repr(EXERCISE.hint()) == str(EXERCISE.hint())
    assert "axis=0" not in str(EXERCISE.hint())
    assert "axis=0" in str(EXERCISE.hint(2))
    assert str(EXERCISE.hint(99)) == str(EXERCISE.hint(2))
    assert "X.mean(axis=0)" in EXERCISE.show_solution()._repr_html_()


# --- stub and solution -----------------------------------------------------------------------


def test_the_stub_is_signature_docstring_and_a_raise():
    assert EXERCISE.stub().splitlines() == [
        "def centred(X, *, scale=1.0):",
        '    """X (N, n) minus the mean of its columns.',
        "",
        "    Times scale.",
        '    """',
        f"    {check.STUB_LINE}",
    ]


def test_the_solution_runs_from_its_own_text():
    names = {"np": np}
    exec(EXERCISE.source(), names)
    assert EXERCISE.report(names["centred"]).outcome == CORRECT
    assert "# the equation: X - mean" in EXERCISE.source()


def test_decorators_and_annotations_stay_behind():
    from course_utils.nn import gradcheck

    head = source.solution(gradcheck.finite_difference).splitlines()[0]
    assert head == "def finite_difference(net, theta, X, Y, *, eps=6e-6):"


def test_a_reference_without_docstring_is_refused():
    def bare(X):
        return X

    with pytest.raises(TypeError, match=r"bare cannot be an exercise.*docstring"):
        source.stub(bare)


# --- limits ----------------------------------------------------------------------------------


def test_a_loop_in_another_thread_is_stopped_too():
    reports = []
    thread = threading.Thread(target=lambda: reports.append(EXERCISE.report(loops)))
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
    assert "stopped after" in reports[0].message


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="POSIX alarms only")
def test_an_alarm_that_was_pending_is_put_back():
    before = signal.getsignal(signal.SIGALRM)
    old = signal.setitimer(signal.ITIMER_REAL, 100)
    try:
        with attempt.time_limit(5):
            pass
        assert 90 < signal.getitimer(signal.ITIMER_REAL)[0] <= 100
        assert signal.getsignal(signal.SIGALRM) is before
    finally:
        signal.setitimer(signal.ITIMER_REAL, *old)


# --- comparison ------------------------------------------------------------------------------

A = np.array([[1.0, -2.0], [3.0, 4.0]])
EQUAL = [
    (A, A * (1 + 1e-9)),
    (2, np.float64(2.0)),
    (np.float32(0.5), 0.5),
    ([A, (1.0, "x")], [A, (1.0, "x")]),
    ({"W": A}, {"W": A.copy()}),
    (np.array([np.nan, 1.0]), np.array([np.nan, 1.0])),
    (True, np.True_),
    (None, None),
    (np.array([], dtype=float), np.array([], dtype=float)),
]
DIFFERENT = [
    (A.T, A, "looks transposed"),
    (A[:, :1], A, "(2, 1); (2, 2)"),
    ([A], [A, A], "returned 1 value; 2 are expected"),
    ([A, A + 1e-3], [A, A], "In value 2 of 2"),
    ({"w": A}, {"W": A}, "keys"),
    (1, True, "True or False is expected"),
    (True, 1.0, "a number is expected"),
    (2.0, 3.0, "The value differs."),
    (A + np.eye(2), A, "2 of 4 values differ"),
    (A * (1 + 1e-4), A, "constant factor"),
    ("a", "b", "The values differ."),
    (A > 0, A, "True and False"),
    (A + 0j, A, "complex numbers; real ones are expected"),
    (np.full((2, 2), np.inf), A, "4 of 4 values are inf: not finite."),
    (np.array([1.0, 2.0]), np.array([np.nan, 1.0]), "2 of 2 values differ"),
]


@pytest.mark.parametrize(("got", "expected"), EQUAL)
def test_equal_answers_are_equal(got, expected):
    assert difference(got, expected) is None


@pytest.mark.parametrize(("got", "expected", "words"), DIFFERENT)
def test_a_difference_says_what_it_is(got, expected, words):
    assert words in difference(got, expected)


def test_torch_answers_are_compared_as_tensors():
    torch = pytest.importorskip("torch")
    want = torch.tensor([1.0, 2.0], requires_grad=True)
    assert difference(want.detach().clone(), want) is None
    assert "torch tensor is expected" in difference(np.array([1.0, 2.0]), want)
    assert "wrong sign" in difference(-want.detach(), want)


@pytest.mark.parametrize(
    "module", ["course_utils.exercises.ex03", "course_utils.exercises.ex03.units"]
)
def test_an_exercise_knows_its_notebook_from_where_it_is_declared(module):
    exercise = Exercise(centred, matrices, module=module)
    assert (exercise.notebook, exercise.key) == ("03", "ex03.centred")
