"""Imports point one way. The checker reads the imports, and is itself tested for failing."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "course_utils"

# Each part of the package and the parts it may import. A new part needs a row.
LAYERS = {
    "__init__": "",
    "errors": "",
    "nn": "",
    "deep": "nn",
    "check": "",
    "datasets": "errors",
    "plots": "",
    "widgets": "plots nn deep datasets",
    "study": "deep nn plots datasets errors",
    "workspace": "errors",
    "kernel": "errors",
    "exercises": "check nn deep workspace errors",
    "editions": "exercises check kernel errors",
    "runner": "exercises check kernel errors",
    "grading": "editions exercises check runner kernel errors",
    "lab": "workspace errors",
    "doctor": "lab workspace datasets errors",
    "terminal": "errors",
    "cli": "terminal",  # at its top; inside a command, everything
    "__main__": "cli",
}
# Other people's packages that a part may use; a part without a row is free. SciPy takes a quarter
# of a second, so most of nn imports it where it is used.
OUTSIDE = {
    "__init__": "",
    "errors": "",
    "workspace": "",
    "lab": "",
    "cli": "typer",
    "nn": "numpy tqdm",
    "nn.second_order": "numpy scipy",
    "nn.adjoint": "numpy scipy",
    "nn.bayes": "numpy scipy",
}
INSIDE_FUNCTIONS = {"nn": "scipy"}
LONGEST = 250  # lines; about 200 are meant, and a longer module becomes a folder


class Import(ast.NodeVisitor):
    """The modules that a source imports: when it is imported itself, and inside its functions."""

    def __init__(self, source, package):
        self.package, self.depth = package, 0
        self.top, self.inside = [], []
        self.visit(ast.parse(source))

    def visit_FunctionDef(self, node):
        self.depth += 1
        self.generic_visit(node)
        self.depth -= 1

    def visit_If(self, node):
        if "TYPE_CHECKING" not in ast.unparse(node.test):  # names for annotations bind nothing
            self.generic_visit(node)

    def visit_Import(self, node):
        self.add(*(alias.name for alias in node.names))

    def visit_ImportFrom(self, node):
        base = node.module or ""
        if node.level:
            parents = self.package.split(".")[: 1 - node.level or None]
            base = ".".join([*parents, *filter(None, [base])])
        if base == "course_utils":
            self.add(*(f"{base}.{alias.name}" for alias in node.names))
        else:
            self.add(base)

    def add(self, *names):
        (self.inside if self.depth else self.top).extend(names)


def name_of(path, package):
    """nn/mlp.py -> nn.mlp, check/__init__.py -> check, __init__.py -> __init__."""
    parts = path.relative_to(package).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def complaints(name, part, modules, ours, outside, also=""):
    """A sentence for each module that a part may not import; `outside` None allows any package."""
    found = []
    for module in modules:
        top, _, rest = module.partition(".")
        if top == "course_utils":
            wrong = rest and rest.partition(".")[0] not in (part, *ours.split())
        else:
            wrong = outside is not None and top not in f"{outside} {also}".split()
            wrong = wrong and top not in sys.stdlib_module_names
        found += [f"{name} imports {module}"] * bool(wrong)
    return found


def violations(package):
    """One sentence for each import that points the wrong way."""
    found = []
    for path in sorted(package.rglob("*.py")):
        name = name_of(path, package)
        part = name.partition(".")[0]
        if part not in LAYERS:
            found.append(f"{name}: the layers have no row for it")
            continue
        folder = ".".join(["course_utils", *path.relative_to(package).parts[:-1]])
        imports = Import(path.read_text(encoding="utf-8"), folder)
        outside = OUTSIDE.get(name, OUTSIDE.get(part))
        also = INSIDE_FUNCTIONS.get(part, "")
        found += complaints(name, part, imports.top, LAYERS[part], outside)
        if part != "cli":
            found += complaints(name, part, imports.inside, LAYERS[part], outside, also)
    return found


def printing(package):
    """Calls of print, which only notebooks make."""
    return [
        f"{name_of(path, package)}, line {node.lineno}"
        for path in sorted(package.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]


def test_imports_point_one_way():
    assert violations(PACKAGE) == []


def test_the_package_prints_nothing():
    assert printing(PACKAGE) == []


def test_no_module_is_longer_than_a_sitting():
    lines = {
        name_of(path, PACKAGE): len(path.read_text(encoding="utf-8").splitlines())
        for path in PACKAGE.rglob("*.py")
    }
    assert {name: count for name, count in lines.items() if count > LONGEST} == {}


WRONG = {
    # file: (source, what the checker says)
    "nn/mlp.py": ("import torch", "nn.mlp imports torch"),
    "nn/optim.py": ("import scipy.optimize", "nn.optim imports scipy.optimize"),
    "nn/a.py": ("from course_utils.check import Report", "nn.a imports course_utils.check"),
    "nn/b.py": ("from course_utils import plots", "nn.b imports course_utils.plots"),
    "nn/c.py": ("from .. import plots", "nn.c imports course_utils.plots"),
    "nn/d.py": ("from ..plots import axes", "nn.d imports course_utils.plots"),
    "nn/e.py": ("def f():\n    import matplotlib", "nn.e imports matplotlib"),
    "nn/f.py": ("try:\n    import torch\nexcept ImportError:\n    pass", "nn.f imports torch"),
    "check/__init__.py": (
        "import course_utils.exercises.ex03",
        "check imports course_utils.exercises.ex03",
    ),
    "plots.py": ("from course_utils.nn.train import t", "plots imports course_utils.nn.train"),
    "exercises/ex03.py": (
        "import course_utils.editions",
        "exercises.ex03 imports course_utils.editions",
    ),
    "cli.py": ("from course_utils import editions", "cli imports course_utils.editions"),
    "other.py": ("", "other: the layers have no row for it"),
}
RIGHT = {
    "nn/mlp.py": "from __future__ import annotations\nimport numpy as np\nfrom . import functions",
    "nn/separate.py": "def f():\n    from scipy.optimize import linprog",
    "nn/adjoint.py": "import scipy.linalg\nfrom course_utils.nn.mlp import MLP",
    "check/__init__.py": "from course_utils.check.report import Report",
    "cli.py": "import typer\ndef f():\n    from course_utils import editions",
    "terminal.py": "if TYPE_CHECKING:\n    from course_utils.runner import Row",
}


def written(folder, name, source):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", WRONG)
def test_the_checker_fails_on(name, tmp_path):
    source, said = WRONG[name]
    assert violations(written(tmp_path, name, source)) == [said]


@pytest.mark.parametrize("name", RIGHT)
def test_the_checker_passes(name, tmp_path):
    assert violations(written(tmp_path, name, RIGHT[name])) == []


def test_the_checker_finds_a_print(tmp_path):
    assert printing(written(tmp_path, "nn/mlp.py", "def f():\n    print(1)")) == ["nn.mlp, line 2"]


LIGHT = {
    # what is imported: what must not come with it
    "course_utils.nn.mlp": {"scipy", "torch", "sklearn", "matplotlib", "jupytext", "nbformat"},
    "course_utils.exercises": {"scipy", "torch", "sklearn", "jupytext", "nbformat"},
    "course_utils.deep.device": {"torch", "scipy"},
    "course_utils.workspace": {"numpy", "scipy", "torch", "sklearn", "jupytext", "nbformat"},
    "course_utils.datasets": {"scipy", "torch", "sklearn", "matplotlib", "jupytext", "nbformat"},
}


@pytest.mark.parametrize("module", LIGHT)
def test_what_is_heavy_is_imported_where_it_is_used(module):
    code = f"import sys, {module}; print(sorted({LIGHT[module]} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "[]\n"
