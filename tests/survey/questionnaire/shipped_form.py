"""The shipped questionnaire as rows of its sheets, read by pyxform alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from pyxform.xls2json_backends import get_xlsform

from tests.survey.questionnaire.reference_items import PRESETS

ROOT = Path(__file__).parents[3]
FORM = ROOT / "questionnaires" / "community_security.md"
LANGUAGES = ("English (en)", "اردو (ur)", "پښتو (ps)")
ENGLISH, URDU, PASHTO = LANGUAGES
TEXTS = ("label", "hint", "constraint_message", "required_message")


@cache
def sheets() -> Any:
    return get_xlsform(str(FORM))


@cache
def rows() -> dict[str, dict[str, str]]:
    """Every row of the survey sheet that has a name, with the rule of its page under `page_relevant`."""
    found: dict[str, dict[str, str]] = {}
    page: dict[str, str] = {}
    for row in sheets().survey:
        if row["type"] == "begin_group":
            page = row
        if "name" in row:
            found[row["name"]] = {**row, "page": page["name"], "page_relevant": page.get("relevant", "")}
    return found


def questions() -> dict[str, dict[str, str]]:
    return {name: row for name, row in rows().items() if row["type"].startswith("select_")}


@cache
def lists() -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for row in sheets().choices:
        found.setdefault(row["list_name"], []).append(row)
    return found


def list_of(row: dict[str, str]) -> str:
    return row["type"].split()[1]


def options_of(name: str) -> list[dict[str, str]]:
    return lists()[list_of(questions()[name])]


def holds(rule: str, answers: dict[str, str], current: str = "") -> bool:
    """Whether a rule of this form holds; the form uses so few constructs that Python can read them."""
    source = re.sub(r"\$\{(\w+)\}", r"answers.get('\1', '')", rule)
    source = re.sub(r"(?<![!<>])=", "==", source)
    source = re.sub(r"(?<![\w)'])\.(?![\w])", "current", source)
    source = source.replace("count-selected", "count_selected")
    known = {
        "answers": answers,
        "current": current,
        "selected": lambda value, option: option in value.split(),
        "count_selected": lambda value: len(value.split()),
    }
    return not rule or bool(eval(source, {"__builtins__": {}}, known))


def items_reached(answers: dict[str, str]) -> list[str]:
    """Names of the items that an interview with these answers reaches, presets left out."""
    return [
        name
        for name, row in questions().items()
        if name not in PRESETS
        and holds(row["page_relevant"], answers)
        and holds(row.get("relevant", ""), answers)
    ]


def texts(language: str) -> Iterator[tuple[str, str]]:
    for row in (*sheets().survey, *sheets().choices):
        for kind in TEXTS:
            text = row.get(f"{kind}::{language}")
            if text:
                yield f"{row.get('list_name', '')} {row['name']} {kind}", text


def own_texts(language: str) -> Iterator[tuple[str, str]]:
    """Texts without the names of districts, which come from `reference/`."""
    return ((place, text) for place, text in texts(language) if not place.startswith("district "))
