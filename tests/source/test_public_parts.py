"""Of a library only its public parts are used, nothing is made past its constructor, and nothing public lies unused."""

from __future__ import annotations

import ast
import pkgutil
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import analysis
import survey

PROJECT = Path(__file__).resolve().parents[2]
SOURCES = sorted([*(PROJECT / "survey").rglob("*.py"), *(PROJECT / "analysis").rglob("*.py")])

#: Documented in spite of their names: by named tuples, by the rows of SQLAlchemy, and by WTForms for fields of one's own.
PUBLIC = {"_replace", "_asdict", "_fields", "_make", "_mapping", "_value"}
#: Ways around a constructor.
AROUND = {"__new__", "__setattr__", "__dict__"}


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__") and name not in PUBLIC and name != "_"


def own_names(tree: ast.Module) -> set[str]:
    """Private names that a module gives: functions, classes, variables and attributes of `self`."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and _is_self(node.value):
            found.add(node.attr)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
    return found


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def _called(node: ast.expr) -> str:
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def foreign_parts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Lines that use a private part which the module did not give itself, or make an object past its constructor."""
    own = own_names(tree)
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Attribute):
            names = [node.attr]
        elif isinstance(node, ast.keyword) and node.arg:
            names = [node.arg]
        elif isinstance(node, ast.ImportFrom):
            names = [*(node.module or "").split("."), *(alias.name for alias in node.names)]
        for name in names:
            if (is_private(name) and name not in own) or (name in AROUND and isinstance(node, ast.Attribute)):
                yield node.lineno, name
        if isinstance(node, ast.Attribute) and node.attr == "update" and _called(node.value) == "vars":
            yield node.lineno, "vars"


def test_no_private_part_of_anything_else_is_used():
    found = [
        f"{path.relative_to(PROJECT)}:{line} {name}"
        for path in SOURCES
        for line, name in foreign_parts(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not found


@pytest.mark.parametrize(
    "planted",
    [
        "field._form = None",
        "create_server(app, _dispatcher=lanes)",
        "from waitress._x import y",
        "object.__new__(Field)",
        "vars(field).update(other)",
        "class Task(WSGITask):\n    def write(self):\n        return self._start()",
    ],
)
def test_a_planted_use_would_be_found(planted):
    assert list(foreign_parts(ast.parse(planted)))


def modules() -> Iterator[str]:
    for package in (survey, analysis):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith("__main__"):
                yield found.name


def is_library(cls: type) -> bool:
    first = cls.__module__.partition(".")[0]
    return first not in sys.stdlib_module_names and first not in ("survey", "analysis")


def overridden(cls: type, body: set[str]) -> set[str]:
    """Private parts of a library's class to which the body of a class of ours gives the same name."""
    bases = [base for base in cls.__mro__[1:] if is_library(base)]
    return {name for name in body if is_private(name) and any(name in vars(base) for base in bases)}


def bodies(tree: ast.Module) -> Iterator[tuple[str, set[str]]]:
    """The classes of a module, and the names that each gives in its body or to `self`."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield node.name, own_names(ast.Module(list(node.body), []))


def test_no_private_part_of_a_library_is_overridden():
    found = [
        (name, overridden(getattr(module, cls), body))
        for name in modules()
        for module in [import_module(name)]
        for cls, body in bodies(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8")))
        if overridden(getattr(module, cls), body)
    ]
    assert not found


def test_an_override_would_be_found():
    library = type("Field", (), {"__module__": "library", "_form": None, "name": ""})
    planted = (
        "class Planted(Field):\n    name = ''\n    def __init__(self):\n        self._form = self._ours = 1"
    )
    ((_, body),) = bodies(ast.parse(planted))
    assert overridden(type("Planted", (library,), {}), body) == {"_form"}
