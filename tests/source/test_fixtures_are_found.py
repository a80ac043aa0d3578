"""A fixture that is kept for a whole run is found where it stands: imported, it would be made a second time."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

TESTS: Final = Path(__file__).parents[1]


def kept_fixtures(source: str) -> set[str]:
    """The fixtures of a module that are kept for a whole run."""
    found = (one for one in ast.walk(ast.parse(source)) if isinstance(one, ast.FunctionDef))
    return {
        one.name
        for one in found
        if any("scope='session'" in ast.unparse(mark) for mark in one.decorator_list)
    }


def imported(source: str, kept: dict[str, set[str]]) -> Iterator[str]:
    """What a module imports of them."""
    for one in ast.walk(ast.parse(source)):
        if isinstance(one, ast.ImportFrom):
            yield from sorted({alias.name for alias in one.names} & kept.get(one.module or "", set()))


def _kept() -> dict[str, set[str]]:
    names = {
        path: ".".join(path.relative_to(TESTS.parent).with_suffix("").parts) for path in TESTS.rglob("*.py")
    }
    return {name: kept_fixtures(path.read_text(encoding="utf-8")) for path, name in names.items()}


def test_none_is_imported() -> None:
    kept = _kept()
    assert sum(map(len, kept.values())) > 3
    found = {
        (path.name, name)
        for path in TESTS.rglob("*.py")
        for name in imported(path.read_text(encoding="utf-8"), kept)
    }
    assert found == set()


def test_one_would_be_found() -> None:
    kept = {"elsewhere.conftest": kept_fixtures('@pytest.fixture(scope="session")\ndef driver(): ...\n')}
    assert list(imported("from elsewhere.conftest import driver, other\n", kept)) == ["driver"]
