"""What every notebook of the course keeps to, read from its source; nothing is executed here."""

import ast
import itertools
import json
import re
from pathlib import Path

import pytest

from course_utils import editions

ROOT = Path(__file__).parent.parent
SOURCES = [editions.read(path) for path in editions.source_paths(ROOT / editions.SOURCE)]
PROSE = [(source, cell) for source in SOURCES for cell in source.cells if cell.kind == "markdown"]
CODE = [(source, cell) for source in SOURCES for cell in source.cells if cell.kind == "code"]

CELLS = range(15, 91)  # about 40 to 60; more becomes two notebooks
FOLDED = ("details", "summary")  # a folded answer is the one thing markdown has no sign for
WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")
NUMBERS = {word: n for n, word in enumerate(WORDS, 1)} | {str(n): n for n in range(1, 41)}

MACHINE = r"(?<![\w/.:])/(home|tmp|work|root|Users|mnt|usr|opt)/|\b[A-Z]:\\"

every_source = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)


def without_code_and_formulas(text: str) -> str:
    """The prose of a cell: no fenced code, no inline code, no mathematics."""
    for quoted in (r"```.*?```", r"`[^`\n]*`", r"\$\$.*?\$\$", r"\$[^$\n]+\$"):
        text = re.sub(quoted, " ", text, flags=re.DOTALL)
    return text


def breaches(found: list) -> str:
    """Places and texts, a line each, for the message of a failing test."""
    return "\n".join(
        f"{source.path.name}, {cell.place}: {text!r}" for (source, cell), text in found
    )


def search(pattern: str, cells: list, clean=lambda text: text) -> list:
    found = re.compile(pattern, re.MULTILINE)
    return [(pair, hit[0]) for pair in cells for hit in found.finditer(clean(pair[1].text))]


def test_the_first_notebooks_are_there():
    assert {"00", "03"} <= {source.id for source in SOURCES}


@every_source
def test_a_notebook_is_one_sitting(source):
    assert len(source.cells) in CELLS


@every_source
def test_a_notebook_opens_with_title_aims_lecture_time_and_imports(source):
    opening = source.cells[0]
    assert opening.kind == "markdown"
    assert opening.text.startswith(f"# {source.id} ")
    assert re.search(r"\bbe able to\b", opening.text)
    assert re.search(r"\blectures?\b", opening.text, re.IGNORECASE)
    assert re.search(r"\b(minutes|hours?)\b", opening.text)
    code = next(cell for cell in source.cells if cell.kind == "code")
    assert editions.SETUP in code.tags


@every_source
def test_a_notebook_has_one_title(source):
    headings = [
        heading
        for pair in PROSE
        if pair[0] is source
        for heading in re.findall(r"^# .+", pair[1].text, re.MULTILINE)
    ]
    assert len(headings) == 1


@every_source
def test_the_opening_counts_the_exercises_right(source):
    count = sum(cell.exercise is not None for cell in source.cells)
    said = re.findall(r"\b(\w+) exercises?\b", source.cells[0].text)
    numbers = [NUMBERS[word.lower()] for word in said if word.lower() in NUMBERS]
    assert numbers in ([], [count])


def test_the_map_in_00_and_the_readme_agree_on_lectures_and_hours():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    row = r"^\| \[(\d\d\w?)_\w+\]\(\S+\) \|([^|]*)\|[^|]*\| (\S+) h \|"
    syllabus = {number: rest for number, *rest in re.findall(row, readme, re.MULTILINE)}
    assert syllabus.keys() == {source.id for source in SOURCES}
    text = "\n".join(cell.text for cell in SOURCES[0].cells)
    row = r"^\| \[?(\d\d\w?) [^|]*\|[^|]*\|([^|]*)\| (\S+) \| ●"
    shown = {number: rest for number, *rest in re.findall(row, text, re.MULTILINE)}
    tidy = {number: [part.strip() for part in rest] for number, rest in shown.items()}
    assert tidy == {number: [part.strip() for part in rest] for number, rest in syllabus.items()}


@every_source
def test_prose_leads_to_every_exercise(source):
    for before, cell in zip(source.cells, source.cells[1:], strict=False):
        if cell.exercise:
            assert before.kind == "markdown", f"{cell.exercise} has no text before it"


def test_prose_holds_no_bare_html():
    tags = search(r"<(?!https?:)/?[a-zA-Z]+[^>\n]*>", PROSE, without_code_and_formulas)
    bare = [hit for hit in tags if not re.match(rf"</?({'|'.join(FOLDED)})>", hit[1])]
    assert not bare, breaches(bare)


def test_every_fold_is_closed():
    for source, cell in PROSE:
        text = without_code_and_formulas(cell.text)
        for tag in FOLDED:
            where = f"{source.path.name}, {cell.place}"
            assert text.count(f"<{tag}>") == text.count(f"</{tag}>"), where


def test_every_image_says_what_it_shows():
    silent = search(r"!\[\s*\]\(", PROSE)
    assert not silent, breaches(silent)


def test_links_lead_to_the_web_or_to_a_notebook_of_the_course():
    names = {f"{source.name}.ipynb" for source in SOURCES}
    links = search(r"(?<=\]\()[^)\s]+", PROSE)
    lost = [hit for hit in links if not re.match(r"https?://|#|attachment:", hit[1])]
    lost = [hit for hit in lost if hit[1].partition("#")[0] not in names]
    assert not lost, breaches(lost)


def test_no_cell_knows_a_path_of_one_machine():
    paths = search(MACHINE, PROSE + CODE)
    assert not paths, breaches(paths)


@every_source
def test_no_stored_output_shows_a_path_or_an_address_of_one_machine(source):
    path = ROOT / editions.SOLVED.folder / f"{source.name}.ipynb"
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", ()):
            for text in ("".join(output.get("text", "")), *texts(output.get("data", {}))):
                assert not re.search(rf"{MACHINE}|\b0x[0-9a-f]{{6,}}", text), text


def parsed(cell) -> ast.Module:
    """A cell's code, in which magics do nothing."""
    return ast.parse(re.sub(r"(?m)^(\s*)[%!].*", r"\1pass", cell.text))


def names(tree: ast.AST, context: type) -> set[str]:
    """The names that are read (ast.Load) or given a value (ast.Store) in a piece of code."""
    found = (node for node in ast.walk(tree) if isinstance(node, ast.Name))
    return {node.id for node in found if isinstance(node.ctx, context)}


def given_by(cell: ast.Module) -> set[str]:
    """The names that a cell itself gives a value: not those inside its functions."""
    inner = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
    found, todo = set(), list(cell.body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif not isinstance(node, inner):
            found |= {node.id} if isinstance(node, ast.Name) and names(node, ast.Store) else set()
            todo += ast.iter_child_nodes(node)
    return found


def used_by(draw: str, functions: dict) -> set[str]:
    """Every name that a function reads from the notebook, also through others of its functions."""
    used, todo = set(), [draw]
    while todo:
        function = functions.get(todo.pop())
        if function is not None:
            arguments = {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
            new = names(function, ast.Load) - names(function, ast.Store) - arguments - used
            used, todo = used | new, [*todo, *new]
    return used


def test_what_a_widget_draws_with_keeps_its_value():
    """A widget draws again after the whole notebook has run: with the names' last values."""
    lost, seen = [], 0
    for source in SOURCES:
        cells = [cell for pair, cell in CODE if pair is source]
        trees = [parsed(cell) for cell in cells]
        nodes = [node for tree in trees for node in ast.walk(tree)]
        functions = {node.name: node for node in nodes if isinstance(node, ast.FunctionDef)}
        for n, cell in enumerate(cells):
            draws = re.findall(r"widgets\.(?:knobs|stepper)\(\s*(\w+)", cell.text)
            seen += len(draws)
            for draw, later in itertools.product(draws, range(n + 1, len(cells))):
                for name in used_by(draw, functions) & given_by(trees[later]):
                    lost.append(f"{source.name}, {cells[later].place}: {draw} uses {name}")
    assert seen > 15
    assert not lost, "\n".join(lost)


@every_source
def test_every_picture_is_described(source):
    """The text is `alt` in the cell's mark; nbconvert puts it into the page."""
    path = ROOT / editions.SOLVED.folder / f"{source.name}.ipynb"
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        drawn = any("image/png" in output.get("data", {}) for output in cell.get("outputs", ()))
        assert drawn == bool(cell["metadata"].get("alt")), "".join(cell["source"])[:300]


def texts(data: dict) -> list[str]:
    """The faces of an output that are text: stored as a list of lines."""
    return ["".join(value) for mime, value in data.items() if mime.startswith("text/")]


def test_imports_are_whole_and_never_of_everything():
    for source, cell in CODE:
        where = f"{source.path.name}, {cell.place}"
        for node in ast.walk(parsed(cell)):
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0, where
                assert all(alias.name != "*" for alias in node.names), where


def test_the_committed_editions_are_what_the_sources_make():
    found = editions.build(ROOT, check=True)
    assert found == [], "\n".join(found)
