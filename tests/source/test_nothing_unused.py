"""Nothing public lies unused: what no command, page or other module names is deleted, or is written about as a library."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
SOURCES = sorted([*(PROJECT / "survey").rglob("*.py"), *(PROJECT / "analysis").rglob("*.py")])
#: Where else something of the product may be named: pages, and the documents that teach `analysis`.
NAMING = [
    *(PROJECT / "templates").rglob("*.html"),
    *(PROJECT / "docs").rglob("*.md"),
    *(PROJECT / "docs").glob("*.py"),
]
#: What waits for the command or page that is to name it, and what is there for whoever uses a library: a row goes with
#: its reason, and a test says so.
REASONS = {
    "survey/publication/counts/census.py weight_to_census": "weighted figures of provinces are to be published",
    "analysis/weights.py all_margins_hit": "for whoever uses the package",
    "survey/forms/fields.py ngettext": "WTForms asks for it",
    "survey/forms/fields.py pre_validate": "WTForms calls it",
}
#: Marks that leave a function to whoever names it; any other one, such as a route's, hands it over.
MARKS = re.compile(
    r"(functools\.)?(property|cached_property|staticmethod|classmethod|dataclass|lru_cache|cache|contextmanager)\b"
)


def nodes_of_code(tree: ast.Module) -> Iterator[ast.AST]:
    """All nodes but the texts that describe: modules, classes and functions begin with them."""
    described = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and isinstance(node.body[0], ast.Expr)
    }
    return (node for node in ast.walk(tree) if id(node) not in described)


def named_in(tree: ast.Module) -> set[str]:
    """Every name that code reads, and every word of its texts, for some things are found by text."""
    found: set[str] = set()
    for node in nodes_of_code(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.update(re.findall(r"\w+", node.value))
    return found


def given_by(tree: ast.Module) -> Iterator[str]:
    """The public functions, classes and constants of a module, and methods of classes that nobody else calls."""
    for node in tree.body:
        yield from _given(node)
        if isinstance(node, ast.ClassDef) and [ast.unparse(base) for base in node.bases] in (
            [],
            ["NamedTuple"],
        ):
            for part in node.body:
                yield from _given(part) if isinstance(part, ast.FunctionDef) else ()


def _given(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        names = [node.name] if all(MARKS.match(ast.unparse(mark)) for mark in node.decorator_list) else []
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = [target.id for target in targets if isinstance(target, ast.Name)]
    else:
        names = []
    yield from (name for name in names if not name.startswith("_"))


def unused(sources: dict[str, str], elsewhere: str = "") -> list[str]:
    trees = {name: ast.parse(text) for name, text in sources.items()}
    used = set(re.findall(r"\w+", elsewhere)).union(*map(named_in, trees.values()))
    return [
        f"{name} {given}" for name, tree in trees.items() for given in given_by(tree) if given not in used
    ]


@pytest.mark.slow
def test_nothing_public_is_unused():
    sources = {str(path.relative_to(PROJECT)): path.read_text(encoding="utf-8") for path in SOURCES}
    elsewhere = " ".join(path.read_text(encoding="utf-8") for path in NAMING)
    found = unused(sources, elsewhere)
    assert sorted(found) == sorted(REASONS)


def test_something_unused_would_be_found():
    planted = (
        '"""spare"""\nLEFT = 1\ndef spare():\n    pass\n@pages.get("/")\ndef page():\n    return used()\n'
    )
    assert unused({"a": planted, "b": "def used():\n    pass\n"}) == ["a LEFT", "a spare"]


#: What a module of the phone's app has for tests alone.
FOR_TESTS = ["static/js/device/seal.js AES_128_GCM"]  # The vectors of RFC 9180 use it.
EXPORTED = re.compile(r"^export (?:async )?(?:function\*?|const|let|class) (\w+)", re.MULTILINE)


def exports_by_use(scripts: dict[str, str], elsewhere: str) -> tuple[list[str], list[str]]:
    """Exports that only their own module names, and those that nothing but a test does."""
    own, tested = [], []
    for name, text in scripts.items():
        others = " ".join(other for another, other in scripts.items() if another != name)
        for given in EXPORTED.findall(text):
            word = re.compile(rf"\b{given}\b")
            if not word.search(others) and not word.search(elsewhere):
                own.append(f"{name} {given}")
            elif not word.search(others) and len(word.findall(text)) == 1:
                tested.append(f"{name} {given}")
    return own, tested


def test_no_export_of_the_phones_app_is_unused():
    scripts = {
        str(path.relative_to(PROJECT)): path.read_text(encoding="utf-8")
        for path in sorted((PROJECT / "static" / "js").rglob("*.js"))
    }
    tests = [*(PROJECT / "tests").rglob("*.mjs"), PROJECT / "tests" / "cases" / "facts.json"]
    elsewhere = " ".join(path.read_text(encoding="utf-8") for path in tests)
    assert exports_by_use(scripts, elsewhere) == ([], FOR_TESTS)


def test_an_unused_export_would_be_found():
    scripts = {
        "a": "export const LEFT = 1;",
        "b": "export function used() {}",
        "c": "used()",
        "d": "export class Odd {}",
    }
    assert exports_by_use(scripts, "new Odd()") == (["a LEFT"], ["d Odd"])
