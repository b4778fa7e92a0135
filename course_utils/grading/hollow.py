"""The copy of the package that a learner's code sees: made once for each notebook.

DIR/course_utils/            the package, the bodies of the notebook's answers cut out; without
                             what judges, grades and builds
DIR/course_utils/exercises/  `@ex03.backprop.check` returns what it is given; beside that only
                             the functions that turn an answer into data
DIR/inside/                  what runs beside the learner's code
DIR/fonts/                   matplotlib's list of fonts, which takes seconds to make
"""

from __future__ import annotations

import ast
import compileall
import inspect
import shutil
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import cache_from_source
from pathlib import Path

import course_utils
from course_utils.check import Exercise
from course_utils.grading.extract import Needed, extracts

PACKAGE = Path(course_utils.__file__).parent
LEFT_OUT = {
    "check", "exercises", "grading", "editions", "runner", "kernel.py", "cli", "__main__.py",
    "jupyterlab", "__pycache__",
}  # fmt: skip
INSIDE = (  # what runs there, and the parts of `check` that call a function safely
    "check/attempt.py", "check/raised.py", "check/showing.py", "grading/inside/__init__.py",
    "grading/inside/confine.py", "grading/inside/setup.py", "grading/inside/wire.py",
    "grading/inside/worker.py",
)  # fmt: skip
CUT = "raise NotImplementedError  # the answer to an exercise: it is not here while you are graded"
STAND_IN = '''\
"""The exercises while a notebook is graded: nothing is judged here, and nothing is told."""


class _Exercise:
    def check(self, attempt):
        return attempt

    def __call__(self, *args, **kwargs):
        return None

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return _Exercise()
'''


def build(
    folder: Path,
    exercises: Mapping[str, Exercise],
    notebooks: Sequence[str],
    needed: Iterable[Needed] = (),
) -> None:
    """Write the copy for one notebook's exercises into an empty folder.

    `notebooks` are the numbers of all notebooks; `needed` names what the cases and the ways to
    meet them take from the exercises' own modules.
    """
    copy = folder / "course_utils"
    shutil.copytree(PACKAGE, copy, ignore=_left_out)
    for path, names in _answers(exercises).items():
        place = copy / path.relative_to(PACKAGE)
        place.write_text(cut(path.read_text(encoding="utf-8"), names), encoding="utf-8")
    _stand_ins(copy / "exercises", notebooks, extracts(needed))
    _inside(folder / "inside")
    data = PACKAGE.parent / "data"
    if data.is_dir():
        shutil.copytree(data, folder / "data", ignore=shutil.ignore_patterns("cache"))
    _fonts(folder / "fonts")
    _compile(folder, copy, _answers(exercises))


def _left_out(folder: str, names: list[str]) -> set[str]:
    return LEFT_OUT & set(names) if Path(folder) == PACKAGE else {"__pycache__"} & set(names)


def _answers(exercises: Mapping[str, Exercise]) -> dict[Path, set[str]]:
    """The files that hold answers, and their names."""
    files: dict[Path, set[str]] = {}
    for exercise in exercises.values():
        path = Path(inspect.getsourcefile(inspect.unwrap(exercise.solution)))
        files.setdefault(path, set()).add(exercise.name)
    return files


def cut(source: str, names: set[str]) -> str:
    """A module without the bodies of these functions; heads and docstrings stay."""
    lines = source.splitlines()
    functions = [
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.name in names
    ]
    for node in sorted(functions, key=lambda node: node.lineno, reverse=True):
        docstring = node.body[0]
        indent = " " * docstring.col_offset
        lines[docstring.end_lineno : node.end_lineno] = [indent + CUT]
    return "\n".join(lines) + "\n"


def definition(exercise: Exercise) -> str:
    """The reference's own `def`, without decorators: what is given back once it is judged."""
    function = inspect.unwrap(exercise.solution)
    lines = Path(inspect.getsourcefile(function)).read_text(encoding="utf-8").splitlines()
    node = next(
        node
        for node in ast.parse("\n".join(lines)).body
        if isinstance(node, ast.FunctionDef) and node.name == exercise.name
    )
    future = "from __future__ import annotations\n"
    return future + "\n".join(lines[node.lineno - 1 : node.end_lineno]) + "\n"


def _compile(folder: Path, copy: Path, with_answers: Iterable[Path]) -> None:
    """Byte code, so that no process has to compile; that of whole files is there already."""
    whole = {path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py")}
    for path in whole - {path.relative_to(PACKAGE) for path in with_answers}:
        made, wanted = (Path(cache_from_source(root / path)) for root in (PACKAGE, copy))
        if (copy / path).exists() and path.parts[0] != "exercises" and made.exists():
            wanted.parent.mkdir(exist_ok=True)
            shutil.copy2(made, wanted)
    compileall.compile_dir(folder, quiet=2, workers=1)


def _stand_ins(folder: Path, notebooks: Sequence[str], extracted: Mapping[str, str]) -> None:
    """`exercises` and one module for each notebook; what was extracted stands in the same place."""
    for number in notebooks:
        _write(folder / f"ex{number}" / "__init__.py", STAND_IN)
    _write(folder / "__init__.py", STAND_IN)
    for module, source in extracted.items():
        parts = module.split(".")[2:]
        package = folder.joinpath(*parts, "__init__.py")
        path = package if package.exists() else folder.joinpath(*parts[:-1], f"{parts[-1]}.py")
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        _write(path, f"{source}\n\n{before}" if before else source)


def _inside(folder: Path) -> None:
    folder.mkdir()
    for name in INSIDE:
        text = (PACKAGE / name).read_text(encoding="utf-8")
        for ours in ("course_utils.grading.inside", "course_utils.check"):
            text = text.replace(f"from {ours}", "from inside")
        _write(folder / Path(name).name, text)


def _fonts(folder: Path) -> None:
    """Copied where there is one; else a process that draws makes its own."""
    from matplotlib import get_cachedir

    for path in Path(get_cachedir()).glob("fontlist-*.json"):
        folder.mkdir(exist_ok=True)
        shutil.copy(path, folder)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
