"""The open header of a sealed interview: what it names, and how much room its fixed length leaves for names."""

from __future__ import annotations

import json
from typing import Final

FORMAT: Final = 1
#: Bytes of every header; what is shorter is filled with spaces.
LENGTH: Final = 256
MEMBERS: Final = ("format", "key", "questionnaire", "version", "id", "round")
#: Bytes that a questionnaire must leave for the name of a round: twelve letters of Urdu or Pashto, 24 of English.
LEAST_FOR_ROUND: Final = 24

# As long as the key of every interview, and its number.
_KEY: Final = "0" * 16
_ID: Final = "0" * 36


def header_bytes(key: str, questionnaire: str, version: str, identity: str, round_name: str) -> bytes:
    """The header as a phone writes it, before it is filled up."""
    values = (FORMAT, key, questionnaire, version, identity, round_name)
    members = dict(zip(MEMBERS, values, strict=True))
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()


def excess_letters(questionnaire: str, version: str, round_name: str) -> int:
    """How many letters of the round's name do not fit next to these names; all of them where the others fill it."""
    return _letters_over(
        round_name, len(header_bytes(_KEY, questionnaire, version, _ID, round_name)) - LENGTH
    )


def excess_letters_for_rounds(questionnaire: str, version: str) -> int:
    """How many letters these names are too long together to leave a round what it needs."""
    used = len(header_bytes(_KEY, questionnaire, version, _ID, ""))
    return _letters_over(questionnaire + version, used + LEAST_FOR_ROUND - LENGTH)


def _letters_over(text: str, over: int) -> int:
    """How many of the last letters take up `over` bytes, or all letters where they take up less."""
    letters = 0
    for letter in reversed(text):
        if over <= 0:
            break
        over -= len(json.dumps(letter, ensure_ascii=False).encode()) - 2
        letters += 1
    return letters
