"""No test asserts how fast this machine is: a busy one would fail it with nothing broken. Seconds are for benchmarks."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

import pytest

TESTS = Path(__file__).resolve().parent.parent
#: Seconds. A longer limit ends a test that would wait for ever, or tells one wait of a lock from two.
A_HANG = 9
CLOCKS = ("time.monotonic(", "time.perf_counter(", "time.time(", "performance.now(")

RACES = {
    "a limit on a difference": "def test():\n began = time.monotonic()\n assert time.monotonic() - began < 2\n",
    "a limit on the slowest": "def test():\n took.append(time.perf_counter() - began)\n assert max(took) < 0.1\n",
    "a limit with a name": "MOST = 3\ndef test():\n took = time.monotonic() - began\n assert took <= MOST\n",
    "a moment soon after": "def test():\n end = time.monotonic() + 2\n assert time.monotonic() < end\n",
    "a clock of the browser": "GO = 'performance.now() - a'\ndef test():\n took = page.evaluate(GO)\n assert took < 3\n",
}


def races(source: str) -> Iterator[int]:
    """Lines that assert a few seconds or less of a clock, or set an end so near that an assertion waits for."""
    tree = ast.parse(source)
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            measured = _measured(
                function, {name for name, value in constants.items() if _mentions(value, set())}
            )
            yield from (node.lineno for node in ast.walk(function) if _is_race(node, measured, constants))


def _is_race(node: ast.AST, measured: set[str], constants: dict[str, ast.expr]) -> TypeGuard[ast.stmt]:
    if isinstance(node, ast.Assert):
        return _mentions(node.test, measured) and any(
            _is_short(part, constants) for part in ast.walk(node.test)
        )
    return _is_moment(node) and _is_short(node.right, constants)


def _is_moment(node: ast.AST) -> TypeGuard[ast.BinOp]:
    """Whether something is added to what a clock says."""
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and _mentions(node.left, set())


def _measured(tree: ast.FunctionDef, clocks: set[str]) -> set[str]:
    """Names that hold what a clock said, or something made of it."""
    found = set(clocks)
    while new := {name for node in ast.walk(tree) for name in _filled(node, found)} - found:
        found |= new
    return found


def _filled(node: ast.AST, found: set[str]) -> Iterator[str]:
    """The names that a statement fills with what is measured."""
    if isinstance(node, ast.Assign) and _mentions(node.value, found):
        yield from (part.id for one in node.targets for part in ast.walk(one) if isinstance(part, ast.Name))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "append":
        yield from (
            part.id
            for part in ast.walk(node.func)
            if any(_mentions(one, found) for one in node.args) and isinstance(part, ast.Name)
        )


def _mentions(node: ast.AST, names: set[str]) -> bool:
    words = ast.unparse(node)
    held = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    return any(clock in words for clock in CLOCKS) or bool(held & names)


def _is_short(node: ast.AST, constants: dict[str, ast.expr]) -> bool:
    if isinstance(node, ast.Name) and node.id in constants:
        node = constants[node.id]
    return isinstance(node, ast.Constant) and type(node.value) in (int, float) and 0 < node.value < A_HANG


@pytest.mark.parametrize("source", RACES.values(), ids=RACES)
def test_a_race_with_the_clock_is_found(source: str) -> None:
    assert list(races(source))


@pytest.mark.slow
def test_no_test_races_with_the_clock() -> None:
    found = {
        str(path.relative_to(TESTS)): list(races(path.read_text()))
        for path in TESTS.rglob("*.py")
        if path != Path(__file__)
    }
    assert not {path: lines for path, lines in found.items() if lines}
