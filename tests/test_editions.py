"""Sources become editions: what is refused, what is written, what `--check` sees."""

import os
import re
import shutil
from pathlib import Path

import nbformat
import pytest
import tiny_course
from nbformat import v4
from tiny_course import FIRST

from course_utils import editions
from course_utils.check import MIME
from course_utils.editions import executing, rules, storing, writing
from course_utils.errors import CourseError

LEARNER, SOLVED = Path("notebooks"), Path("notebooks/solutions")
NAME = "90_first_steps"


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Path:
    """The made-up course, built once; tests that change it work on a copy."""
    root = tmp_path_factory.mktemp("built")
    shutil.copytree(tiny_course.ROOT / "notebooks", root / "notebooks")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(tiny_course.ROOT.parent), prepend=os.pathsep)
        assert build(root) == []
    return root


@pytest.fixture
def root(built, tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("PYTHONPATH", str(tiny_course.ROOT.parent), prepend=os.pathsep)
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture
def no_execution(monkeypatch) -> list:
    """Count what would be executed instead of executing it."""
    asked = []
    monkeypatch.setattr(storing, "execute", lambda notebook: asked.append(notebook) or "not run")
    return asked


def build(root: Path, **options) -> list[str]:
    return editions.build(root, catalogue=tiny_course, **options)


def source(root: Path) -> Path:
    return root / editions.SOURCE / f"{NAME}.py"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def refusals(tmp_path: Path, old: str, new: str) -> list[str]:
    """What the rules find in the first source with one edit."""
    path = tmp_path / FIRST.name
    shutil.copy(FIRST, path)
    edit(path, old, new)
    return rules.findings(editions.read(path), tiny_course.exercises_of("90"))


# What a source has to keep to


def test_the_made_up_source_keeps_to_the_rules(tmp_path):
    assert refusals(tmp_path, "multiply", "multiply") == []


REFUSED = {  # (old, new) -> the place and the beginning of the sentence
    ('exercise="double"', "exercise=double"): "line 14: the mark 'exercise=double' cannot be read",
    ('exercise="double"', 'exercise="duble"'): "line 14: ex90.py declares no exercise 'duble'",
    ('exercise="triple"', 'exercise="double"'): "line 22: 'double' is asked at line 14 already",
    ('# %% exercise="triple"\n', ""): "ex90.py declares 'triple' and no cell asks for it",
    ('exercise="double"\n', 'exercise="double"\nx = 1\n'): "line 14: the cell of 'double' has to",
    ('# %% exercise="double"', '# %% [markdown] exercise="double"'): "line 14: the cell of",
    ('exercise="double"', 'exercise="double" points=3'): "line 14: 'points' is no known key",
    ('# %% tags=["nbval-check', '# %% Doubled tags=["nbval-check'): "line 16: 'title' is no known",
    ("nbval-check-output", "nbval-check"): "line 16: 'nbval-check' is no known tag",
    ('tags=["nbval-check-output"]', 'alt="A curve."'): "line 16: alt='A curve.' is no description",
    (
        "[markdown]\n# # 90",
        '[markdown] alt="A curve that falls."\n# # 90',
    ): "line 1: alt='A curve that falls.' is no description of a code cell's picture",
    ('tags=["setup"]', ""): "has no import cell",
    (
        '["nbval-check-output"]',
        '["setup"]',
    ): "line 16: a second import cell (the first is at line 6",
    ("import numpy as np", "import numpy as double"): "line 6: the cell imports 'double'",
    ("import ex90", "import ex90\nfrom tiny_course.ex90 import triple"): "line 6: the cell imports",
    ("import numpy as np", "import numpy as"): "line 6: line 2 of the cell: ",
    ("[markdown]", "[raw]"): "line 1: a raw cell is not shown",
    ("double(np.arange(3))\n\n# %% [m", "\n# %% [m"): "line 16: the cell is empty",
    ("# %% [markdown]\n# # 90", "# # 90"): "line 1: something stands before the first cell mark",
}


@pytest.mark.parametrize("change", REFUSED, ids=REFUSED.get)
def test_a_breach_is_one_sentence_with_its_place_and_the_next_act(tmp_path, change):
    found = refusals(tmp_path, *change)
    assert any(sentence.startswith(f"{FIRST.name}") for sentence in found)
    (sentence,) = [each for each in found if REFUSED[change] in each]
    assert re.search(r"; .+\.$", sentence)


def test_the_description_of_a_picture_goes_into_the_cell(root):
    described = 'alt="A line, rising from 0 to 4: each number twice." tags=["nbval-check'
    edit(source(root), 'tags=["nbval-check', described)
    assert build(root) == []
    for edition in (editions.LEARNER, editions.SOLVED):
        path = root / edition.folder / f"{FIRST.stem}.ipynb"
        found = [cell.metadata.get("alt") for cell in nbformat.read(path, as_version=4).cells]
        assert "A line, rising from 0 to 4: each number twice." in found


def test_every_breach_is_found_at_once(tmp_path):
    found = refusals(tmp_path, "# %% exercise=", "# %% points=1 exercise=")
    assert len(found) == 2


def test_what_jupytext_cannot_read_is_a_finding_too(root):
    edit(source(root), 'tags=["setup"]', 'tags="setup"')
    finding, *_ = build(root, check=True)
    assert finding.startswith("90_first_steps.py: cannot be read: 'setup' is not of type 'array'")
    source(root).write_bytes(b"# %%\n# \xff")
    finding, *_ = build(root, check=True)
    assert "is not UTF-8" in finding


def test_a_file_name_without_a_number_is_refused(tmp_path):
    path = shutil.copy(FIRST, tmp_path / "steps.py")
    assert "is not named like" in rules.findings(editions.read(path), {})[0]


def test_magics_are_no_syntax_errors(tmp_path):
    assert (
        refusals(tmp_path, "import numpy as np", "# %matplotlib inline\nimport numpy as np") == []
    )


def test_a_source_that_breaks_a_rule_is_not_written_and_the_others_are(root):
    edit(source(root), 'exercise="double"', 'exercise="duble"')
    before = (root / LEARNER / f"{NAME}.ipynb").read_bytes()
    (root / LEARNER / "91_last_steps.ipynb").unlink()
    found = build(root)
    assert len(found) == 2  # the marker, and the exercise that no cell asks for
    assert (root / LEARNER / f"{NAME}.ipynb").read_bytes() == before
    assert (root / LEARNER / "91_last_steps.ipynb").exists()
    with pytest.raises(CourseError, match="duble"):
        editions.learner(source(root), tiny_course)


def test_exercises_without_a_notebook_and_notebooks_without_a_number_of_their_own(root):
    source(root).rename(source(root).with_name("91_first_steps.py"))
    found = "\n".join(build(root, check=True))
    assert "ex90.py declares exercises that no notebook asks for" in found
    assert "Notebook 91 has 2 sources (91_first_steps.py, 91_last_steps.py)" in found
    assert f"{NAME}.ipynb comes from no source" in found


def test_a_folder_without_sources_is_said(tmp_path):
    assert "holds no source" in build(tmp_path)[0]


# What is written


def test_a_learner_gets_stubs_and_no_outputs():
    notebook = editions.learner(FIRST, tiny_course)
    cells = {cell.id: cell for cell in notebook.cells}
    assert cells["double"].source == (
        "@ex90.double.check\n"
        "def double(x):\n"
        '    """Twice x, an array of any shape."""\n'
        "    raise NotImplementedError  # your code here"
    )
    assert all(not c.outputs and c.execution_count is None for c in writing.code_cells(notebook))
    assert notebook.metadata.course == {"notebook": "90", "edition": "learner"}
    text = storing.as_text(notebook)
    assert "2 * x" not in text
    assert "nbval" not in text  # tags that speak of stored outputs


def test_the_solved_edition_differs_in_the_cells_of_exercises_alone():
    learner = editions.learner(FIRST, tiny_course)
    solved = editions.solved(FIRST, tiny_course)
    for ours, theirs in zip(learner.cells, solved.cells, strict=True):
        assert ours.id == theirs.id
        assert (ours.source != theirs.source) == (ours.id in tiny_course.exercises_of("90"))
    cells = {cell.id: cell for cell in solved.cells}
    assert cells["triple"].source.startswith("@ex90.triple.check\ndef triple(x):\n")
    assert cells["triple"].source.endswith("\n    return double(x) + x")
    assert cells["triple"].metadata == {"exercise": "triple", "tags": ["nbval-check-output"]}


def test_another_edition_is_one_function():
    graded = editions.Edition("graded", Path("graded"), lambda exercise: "pass", executed=False)
    notebook = editions.edition(FIRST, graded, tiny_course)
    assert [c.source for c in notebook.cells if "exercise" in c.metadata] == ["pass", "pass"]


def test_an_edition_is_a_pure_function_of_source_and_package():
    once, again = (storing.as_text(editions.learner(FIRST, tiny_course)) for _ in range(2))
    assert once == again
    assert "lines_to_next_cell" not in once


def test_ids_are_derived_and_twins_get_an_ordinal():
    notebook = editions.learner(FIRST, tiny_course)
    ids = [cell.id for cell in notebook.cells]
    twins = [cell.id for cell in notebook.cells if cell.source.startswith("How large")]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", each) for each in ids)
    assert twins[1] == f"{twins[0]}-2"


def test_links_lead_to_the_neighbours_in_the_same_folder(built):
    for folder in (LEARNER, SOLVED):
        first, last = (
            nbformat.read(built / folder / f"{name}.ipynb", as_version=4).cells[-1]
            for name in (NAME, "91_last_steps")
        )
        assert first.source == "Next: [91 Last steps](91_last_steps.ipynb)"
        assert last.source == f"Previous: [90 First steps]({NAME}.ipynb)"


def test_stored_notebooks_are_valid_and_hold_known_metadata_only(built):
    paths = [path for folder in (LEARNER, SOLVED) for path in (built / folder).glob("*.ipynb")]
    assert len(paths) == 4
    for path in paths:
        text = path.read_text(encoding="utf-8")
        notebook = nbformat.from_dict(storing.parse(text))
        nbformat.validate(notebook)
        assert text == storing.as_text(notebook)
        assert set(notebook.metadata) == {"course", "kernelspec", "language_info"}
        assert "version" not in notebook.metadata.language_info
        for cell in notebook.cells:
            assert set(cell.metadata) <= set(rules.KEYS)


# Executing


def test_a_solved_notebook_keeps_cards_values_and_pictures(built):
    cells = nbformat.read(built / SOLVED / f"{NAME}.ipynb", as_version=4).cells
    by_id = {cell.id: cell for cell in cells}
    assert executing.outcome(by_id["double"]) == "correct"
    assert by_id["double"].outputs[0].data["text/plain"].startswith("double: correct")
    counts = [cell.execution_count for cell in cells if cell.cell_type == "code"]
    assert counts == sorted(counts)
    figure = nbformat.read(built / SOLVED / "91_last_steps.ipynb", as_version=4).cells[2]
    assert set(figure.outputs[0].data) == {"image/png", "text/plain"}


def run(*codes: str, seconds: int = 20) -> tuple[v4.nbbase.NotebookNode, str | None]:
    notebook = v4.new_notebook(cells=[v4.new_code_cell(code) for code in codes])
    return notebook, executing.execute(notebook, seconds)


def test_a_kernel_works_in_an_empty_folder_with_one_thread_and_no_progress(monkeypatch):
    monkeypatch.setenv("COURSE_DATA_DIR", "elsewhere")
    notebook, failure = run(
        "import os\nos.listdir()",
        "[os.environ[n] for n in ('OMP_NUM_THREADS', 'COURSE_NO_PROGRESS', 'COURSE_DATA_DIR')]",
    )
    assert failure is None
    assert [cell.outputs[0].data["text/plain"] for cell in notebook.cells] == [
        "[]",
        "['1', '1', 'elsewhere']",
    ]


FAILURES = {
    "1 / 0": "the cell `1 / 0` raised ZeroDivisionError: division by zero",
    "import time; time.sleep(60)": "the cell `import time; time.sleep(60)` did not end within 2",
    "import os; os._exit(1)": "the cell `import os; os._exit(1)` ended the kernel",
}


@pytest.mark.parametrize("code", FAILURES)
def test_a_cell_that_fails_is_named(code):
    _, failure = run("x = 1", code, seconds=2)
    assert failure.startswith(FAILURES[code])


def test_of_a_widget_the_picture_is_kept_and_its_view_is_not():
    notebook, failure = run(
        "import ipywidgets\nfrom IPython.display import display\n"
        f"view = {{{executing.WIDGET!r}: {{'model_id': 'a'}}, 'text/plain': 'knobs'}}\n"
        "picture = view | {'image/png': 'iVBORw0KGgo='}\n"
        "display(picture, raw=True)\n"
        "display(view, raw=True)\n"
        "display(picture | {'text/plain': '<W at 0x7f00aa11>'}, raw=True)",
        "ipywidgets.IntSlider()",
        "from tqdm.auto import tqdm\nfor _ in tqdm(range(3)): pass",
    )
    assert failure is None
    assert [set(output.data) for output in notebook.cells[0].outputs] == [
        {"image/png", "text/plain"},
        {"image/png"},
    ]
    assert notebook.cells[1].outputs == notebook.cells[2].outputs == []
    assert not notebook.metadata
    assert all(not cell.metadata for cell in notebook.cells)


# Checking


def test_what_was_built_is_fine(root):
    assert build(root, check=True) == []


def test_building_again_executes_nothing_and_changes_nothing(root, no_execution):
    before = {path: path.read_bytes() for path in root.rglob("*.ipynb")}
    assert build(root) == []
    assert no_execution == []
    assert {path: path.read_bytes() for path in root.rglob("*.ipynb")} == before


def test_new_prose_keeps_the_outputs(root, no_execution):
    edit(source(root), "multiply", "multiply numbers")
    assert [f for f in build(root, check=True) if "is not what its source makes" in f]
    assert build(root) == []
    assert no_execution == []
    assert build(root, check=True) == []


def test_new_code_a_new_version_and_force_execute_again(root, no_execution, monkeypatch):
    build(root, force=True)
    assert len(no_execution) == 2
    edit(source(root), "np.arange(3))", "np.arange(4))")
    assert any("executed from other code" in f for f in build(root, check=True))
    build(root)
    assert len(no_execution) == 3
    monkeypatch.setattr(writing, "version", lambda package: "99")
    assert sum("another version" in f for f in build(root, check=True)) == 2


def tampered(root: Path, change) -> list[str]:
    """Findings after a change to the stored, solved notebook."""
    path = root / SOLVED / f"{NAME}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    change({cell.id: cell for cell in notebook.cells}, notebook)
    path.write_text(storing.as_text(notebook), encoding="utf-8")
    return build(root, check=True)


def error(cells, notebook):
    cells["double"].outputs.append(
        v4.new_output("error", ename="ValueError", evalue="no", traceback=[])
    )


def stderr(cells, notebook):
    cells["double"].outputs.append(v4.new_output("stream", name="stderr", text="\nW: old\n"))


def widget(cells, notebook):
    cells["double"].outputs.append(v4.new_output("display_data", {executing.WIDGET: {}}))


def not_run(cells, notebook):
    cells["double"].execution_count = None


def out_of_turn(cells, notebook):
    cells["triple"].execution_count = 1


def no_card(cells, notebook):
    cells["double"].outputs = []


def other_code(cells, notebook):
    cells["double"].source += "\n"


def timings(cells, notebook):
    cells["double"].metadata.execution = {"iopub.status.busy": "now"}


def no_card_at_all(cells, notebook):
    cells["double"].outputs[0].data[MIME] = []


def strange_metadata(cells, notebook):
    notebook.metadata.course = []


def widget_state(cells, notebook):
    notebook.metadata.widgets = {}


TAMPERED = {
    error: "exercise 'double' holds an error",
    stderr: "exercise 'double' wrote to stderr: W: old",
    widget: "exercise 'double' holds a widget",
    not_run: "exercise 'double' was not run in its turn",
    out_of_turn: "exercise 'triple' was not run in its turn",
    no_card: "exercise 'double' shows no card that says 'correct'",
    no_card_at_all: "exercise 'double' shows no card that says 'correct'",
    strange_metadata: "was executed from other code",
    other_code: "was executed from other code",
    timings: "is not what its source makes",
    widget_state: "is not what its source makes",
}


@pytest.mark.parametrize("change", TAMPERED)
def test_check_sees_what_the_stored_outputs_lack(root, change):
    (finding,) = tampered(root, change)
    assert TAMPERED[change] in finding
    assert finding.endswith("run `course build`.")


BROKEN = {None: "is missing", "{": "is not a notebook", '{"cells": 1}': "is not a notebook"}


@pytest.mark.parametrize("content", BROKEN)
@pytest.mark.parametrize("folder", [LEARNER, SOLVED])
def test_check_sees_a_missing_or_broken_file(root, folder, content):
    path = root / folder / f"{NAME}.ipynb"
    path.unlink()
    if content:
        path.write_text(content)
    (finding,) = build(root, check=True)
    assert f"{NAME}.ipynb {BROKEN[content]}" in finding


def test_check_sees_one_byte_of_the_learners_edition(root):
    edit(root / LEARNER / f"{NAME}.ipynb", '"nbformat": 4,', '"nbformat":  4,')
    (finding,) = build(root, check=True)
    assert f"notebooks/{NAME}.ipynb is not what its source makes" in finding


def test_check_writes_nothing(root):
    for path in root.rglob("*.ipynb"):
        path.unlink()
    assert len(build(root, check=True)) == 4
    assert not list(root.rglob("*.ipynb"))


def test_a_notebook_that_no_source_makes_is_found_and_kept(root):
    stray = root / SOLVED / "89_old.ipynb"
    stray.write_text("{}")
    for check in (True, False):
        (finding,) = build(root, check=check)
        assert finding.startswith(
            "notebooks/solutions/89_old.ipynb comes from no source; delete it"
        )
    assert stray.exists()


def test_a_failing_cell_leaves_the_stored_notebook_alone(root):
    path = root / SOLVED / "91_last_steps.ipynb"
    before = path.read_bytes()
    edit(root / editions.SOURCE / "91_last_steps.py", "figsize=(1, 1)", "figsize=(1,)")
    (finding,) = build(root)
    assert finding.startswith("notebooks/solutions/91_last_steps.ipynb: the cell `_ = plt.figure(")
    assert path.read_bytes() == before


def test_a_disk_that_cannot_be_written_is_said_and_nothing_is_lost(root, monkeypatch):
    def full(*names):
        raise OSError(28, "No space left on device")

    before = (root / LEARNER / f"{NAME}.ipynb").read_bytes()
    edit(source(root), "multiply", "multiply numbers")
    monkeypatch.setattr(storing.os, "replace", full)
    found = build(root)
    assert all("cannot be written: No space left on device" in finding for finding in found)
    assert len(found) == 2
    assert (root / LEARNER / f"{NAME}.ipynb").read_bytes() == before
    assert not list((root / LEARNER).glob(".9*"))
