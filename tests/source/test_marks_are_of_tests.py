"""A mark on a function that is no test says nothing: the test that was meant runs where it should not."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent


def marked_helpers(source: str) -> Iterator[str]:
    """Functions and classes that carry a mark of pytest and are not collected."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            wanted = "test" if isinstance(node, ast.FunctionDef) else "Test"
            marks = [one for one in node.decorator_list if ast.unparse(one).startswith("pytest.mark.")]
            if marks and not node.name.startswith(wanted):
                yield node.name


def test_a_mark_on_a_helper_is_found() -> None:
    source = "@pytest.mark.slow\ndef inside(): ...\n@pytest.mark.slow\ndef test_it(): ...\n"
    assert [*marked_helpers(source)] == ["inside"]


def test_every_mark_is_on_a_test() -> None:
    found = {
        str(path.relative_to(TESTS)): names
        for path in TESTS.rglob("*.py")
        if (names := [*marked_helpers(path.read_text(encoding="utf-8"))])
    }
    assert found == {}
