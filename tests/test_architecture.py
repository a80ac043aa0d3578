"""The house keeps its rules: imports run downward, libraries have one home, functions and files stay small."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
SOURCES = sorted(
    path
    for name in ("survey", "analysis", "tools")
    for path in (PROJECT / name).rglob("*.py")
    if "node_modules" not in path.parts
)
TESTS = sorted((PROJECT / "tests").rglob("*.py"))

#: Library → the modules that may import it.
HOMES = {
    "pyxform": ("survey/questionnaire/xlsform.py",),
    "sqlalchemy": ("survey/storage/",),
    "alembic": ("survey/storage/engine/",),
    "cryptography": ("survey/keys/",),
    "pandas": ("analysis/", "survey/publication/counts/"),
    "numpy": ("analysis/", "survey/publication/", "survey/made_up/", "survey/storage/results/"),
    "scipy": ("analysis/", "survey/publication/"),
    "highspy": ("analysis/disclosure/",),
    "click": ("survey/commands/", "survey/terminal.py", "survey/server/", "survey/made_up/"),
    "waitress": ("survey/server/",),
    "typst": ("survey/publication/paper/typesetting.py",),
    "wtforms": ("survey/forms/",),
    "xlsxwriter": ("survey/publication/files/",),
    "flask": ("survey/app.py", "survey/web/"),
    "flask_babel": ("survey/app.py", "survey/web/"),
    "flask_wtf": ("survey/app.py", "survey/web/"),
}


def tool(*words: str) -> subprocess.CompletedProcess[str]:
    folder = Path(sys.executable).parent
    return subprocess.run(
        [str(folder / words[0]), *words[1:]], cwd=PROJECT, capture_output=True, text=True, check=False
    )


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(paths: list[Path]) -> list[tuple[str, int]]:
    return [
        (
            f"{path.relative_to(PROJECT)}:{node.lineno} {node.name}",
            node.end_lineno - node.lineno + 1 - _docstring(node),
        )
        for path in paths
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def _docstring(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of documentation do not make a function long."""
    first = node.body[0]
    described = (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    )
    return first.end_lineno - first.lineno + 1 if described else 0


@cache
def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


@pytest.mark.slow
def test_import_contracts_hold():
    done = tool("lint-imports", "--no-cache")
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("library", HOMES)
def test_a_library_has_one_home(library):
    strangers = [
        str(path.relative_to(PROJECT))
        for path in SOURCES
        if library in imported(path) and not str(path.relative_to(PROJECT)).startswith(HOMES[library])
    ]
    assert not strangers


def test_a_planted_import_would_be_found(tmp_path):
    planted = tmp_path / "planted.py"
    planted.write_text("def f():\n    from sqlalchemy import select\n    return select\n")
    assert "sqlalchemy" in imported(planted)


def test_no_file_is_long():
    beside = (PROJECT / "benchmarks").glob("*.py")
    files = [*SOURCES, *TESTS, *beside]
    assert not [str(path) for path in files if len(path.read_text(encoding="utf-8").splitlines()) > 400]


def test_no_folder_is_long():
    """Past some fourteen files a flat folder tells nobody where to look; what shares a prefix is a folder."""
    scripts = [*(PROJECT / "static").rglob("*.js"), *(PROJECT / "benchmarks").rglob("*.py")]
    sizes = Counter(path.parent for path in [*SOURCES, *TESTS, *scripts] if path.name != "__init__.py")
    assert {str(folder.relative_to(PROJECT)): size for folder, size in sizes.items() if size > 14} == {}


@pytest.mark.slow
def test_functions_are_short():
    lengths = functions(SOURCES)
    assert not [name for name, length in lengths if length > 50]
    numbers = sorted(length for _, length in lengths)
    assert statistics.median(numbers) <= 8
    assert numbers[int(0.9 * len(numbers))] <= 25


def test_every_module_opens_with_a_sentence():
    assert not [str(path) for path in SOURCES if not ast.get_docstring(parsed(path))]


def test_no_clock_decides_what_is_hidden():
    """A busy machine has to come to the same release: nothing there reads a clock."""
    clocks = {
        path.name
        for path in (PROJECT / "analysis" / "disclosure").rglob("*.py")
        if "time" in imported(path) or "time_limit" in path.read_text(encoding="utf-8")
    }
    assert not clocks


@pytest.mark.slow
def test_protect_alone_seals_tables():
    """Whoever accepts a protected table and nothing else shows nothing that was not attacked."""
    # The module as a whole would bring its seal along.
    keys = {"sealed", "_SEAL", "protected_table", "analysis.disclosure.protected_table"}
    sealing = {
        path.name
        for path in SOURCES
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ImportFrom | ast.Import) and {alias.name for alias in node.names} & keys
    }
    assert sealing == {"protect.py"}


def test_nothing_is_left_to_do():
    marks = ("TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented" + "Error")
    assert not [
        f"{path.relative_to(PROJECT)}: {mark}"
        for path in [*SOURCES, *TESTS]
        for mark in marks
        if mark in path.read_text(encoding="utf-8")
    ]


def test_code_is_formatted_and_linted():
    for words in (("ruff", "format", "--check", "."), ("ruff", "check", ".")):
        done = tool(*words)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_types_hold():
    done = tool("mypy")
    assert done.returncode == 0, done.stdout


IMPORT = re.compile(r"from ((?:survey|analysis|tests)[\w.]*) import ([\w, ]+)")


def imports_in_texts(path: Path) -> Iterator[tuple[str, str]]:
    """What the programs import that stand as texts in a test."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for module, names in IMPORT.findall(node.value):
                yield from ((module, name.partition(" as ")[0].strip()) for name in names.split(","))


@pytest.mark.slow
def test_programs_inside_tests_import_what_there_is():
    found = {pair for path in TESTS for pair in imports_in_texts(path)}
    assert len(found) > 10
    for module, name in sorted(found):
        assert hasattr(import_module(module), name) or find_spec(f"{module}.{name}"), f"{module}: {name}"
