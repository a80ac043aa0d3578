"""Every refusal that leaves a record on a phone or in a program has somebody, in the coordinator's guide, who can end it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from survey import problems
from survey.problems import Kind

PROJECT = Path(__file__).resolve().parents[2]
#: The modules that an interview passes on its way in.
PASSED = {
    path.stem: ast.parse(path.read_text(encoding="utf-8"))
    for folder, names in {
        "web/phone": ("submissions",),
        "web/frame": ("guard",),
        "intake": ("gate", "envelope", "submission"),
        "keys": ("record_keys", "quarantine", "digests"),
        "storage": ("questionnaires",),
        "storage/field": ("responses", "envelopes", "late", "rounds"),
    }.items()
    for path in (PROJECT / "survey" / folder / f"{name}.py" for name in names)
}
ENTRANCES = (("submissions", "send"), ("guard", "needs_token"))
#: Tried again by the phone itself.
LATER = (401, 408, 425, 429)
#: On the way, and yet never the last word for a record: kept apart instead, a tally, an administrator's own act.
CAUGHT = {"round_closed", "under_age", "round_ending", "other_version"}

Place = tuple[str, str]


def functions() -> dict[Place, ast.FunctionDef]:
    return {
        (module, node.name): node
        for module, tree in PASSED.items()
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
    }


def imported(module: str) -> dict[str, Place]:
    """Names that a module has from another one of these."""
    return {
        alias.asname or alias.name: (str(node.module).rpartition(".")[2], alias.name)
        for node in PASSED[module].body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def constants(module: str) -> dict[str, ast.AST]:
    """Tables of a module, such as that of media types, with what they name."""
    return {
        node.target.id if isinstance(node, ast.AnnAssign) else node.targets[0].id: node  # type: ignore[union-attr,attr-defined]
        for node in PASSED[module].body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        and isinstance(node.target if isinstance(node, ast.AnnAssign) else node.targets[0], ast.Name)
    }


def named(module: str, node: ast.AST) -> Iterator[Place]:
    """What a piece of code names: functions here, in another module, or by way of a table."""
    here, tables = imported(module), constants(module)
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
            yield part.value.id, part.attr
        elif isinstance(part, ast.Name):
            yield here.get(part.id, (module, part.id))
            if part.id in tables and tables[part.id] is not node:
                yield from named(module, tables[part.id])


def reached() -> set[Place]:
    known, seen, waiting = functions(), set[Place](), list(ENTRANCES)
    while waiting:
        place = waiting.pop()
        if place in known and place not in seen:
            seen.add(place)
            waiting += named(place[0], known[place])
    return seen


def final() -> set[str]:
    """The codes of refusals that are not tried again, of every kind that a reached function raises or returns."""
    kinds = {name: kind for name, kind in vars(problems).items() if isinstance(kind, Kind)}
    found = {
        kinds[part.id]
        for place in reached()
        for part in ast.walk(functions()[place])
        if isinstance(part, ast.Name) and part.id in kinds
    }
    return {kind.code for kind in found if 400 <= kind.status < 500 and kind.status not in LATER} - CAUGHT


def rows() -> list[list[str]]:
    guide = (PROJECT / "docs" / "coordinator.md").read_text(encoding="utf-8")
    part = guide.partition("## When a phone says that records need help")[2].partition("\n## ")[0]
    lines = [line.strip("|").split("|") for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line] for line in lines[2:]]


def test_the_way_in_is_walked_whole() -> None:
    """What refuses deepest is reached: a new step on the way is found by itself."""
    assert {("responses", "_refused"), ("record_keys", "open_record"), ("late", "_keep")} <= reached()
    assert {kind.code for kind in vars(problems).values() if isinstance(kind, Kind)} >= CAUGHT


def test_every_final_refusal_has_an_owner_in_the_guide() -> None:
    told = {code for row in rows() for code in re.findall(r"`(\w+)`", row[0])}
    assert told == final()
    assert all(
        len(row) == 3 and row[1] and re.match(r"(the administrator|the worker|whoever)\b", row[2])
        for row in rows()
    )


def test_the_phone_has_words_for_no_other_refusal() -> None:
    home = (PROJECT / "static" / "js" / "screens" / "worker.js").read_text(encoding="utf-8")
    words = home.partition("const HELP = {")[2].partition("};")[0]
    assert set(re.findall(r"^  (\w+):", words, re.MULTILINE)) <= final()


def test_the_reference_for_programs_names_them_too() -> None:
    reference = (PROJECT / "docs" / "api.md").read_text(encoding="utf-8")
    assert [code for code in sorted(final()) if f"`{code}`" not in reference] == []
    assert "`round_closed`" not in reference
