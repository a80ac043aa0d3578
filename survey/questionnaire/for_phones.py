"""A questionnaire as a phone receives it: without what a phone does not need, and with that phone's districts only."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any, Final

from survey.questionnaire.model import DISTRICT, Questionnaire, to_json

#: Members that no phone needs: publication rules and codes are the server's.
_LEFT_OUT: Final = frozenset(
    {"publication", "indicator", "direction", "code", "list_name", "default_language"}
)

#: Members that the phone's path walks through even where they are empty, as on a page that holds only notes.
_ALWAYS: Final = frozenset({"questions"})


def questionnaire_for_phone(questionnaire: Questionnaire, districts: Collection[str]) -> dict[str, Any]:
    """The questionnaire as plain JSON values, empty members left out, with these districts as options.

    A search of a phone finds no district but those that its worker travels to, and those are encrypted.
    """
    plain = json.loads(to_json(questionnaire))
    found: dict[str, Any] = _without_empty(plain)
    for page in found["pages"]:
        for question in page["questions"]:
            if question["name"] == DISTRICT:
                question["choices"] = [
                    choice for choice in question["choices"] if choice["name"] in districts
                ]
    return found


def _without_empty(value: Any) -> Any:
    if isinstance(value, Mapping):
        items = ((name, _without_empty(item)) for name, item in value.items() if name not in _LEFT_OUT)
        return {name: item for name, item in items if not _is_empty(item) or name in _ALWAYS}
    if isinstance(value, list):
        return [_without_empty(item) for item in value]
    return value


def _is_empty(value: Any) -> bool:
    # A score of 0 means something; an empty list always means the same as its absence.
    return value is None or value is False or (isinstance(value, str | dict | list) and not value)
