"""Words that no question may contain, for they would turn the survey into a tip line.

A list of words does not know what a question means: `tests/cases/tip_lines.json` holds judged questions in three
languages, and docs/questionnaire-authoring.md says how many of either kind are judged rightly.

The lists are in the files of their languages (survey/languages/). They follow the questionnaire's rules: nothing about
armed people, suspicion, informing or weapons, and nothing that would name a person.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from survey.languages import DEFAULT, languages

#: Letters that keyboards confuse, and marks that are not read.
_SAME: Final = str.maketrans("يىئكهةۀ\u200c", "ییئکہہہ ")
_SPACE: Final = re.compile(r"\s+")


def normalised(text: str) -> str:
    """A text with one form of each letter, without vowel signs and double spaces."""
    kept = (letter for letter in text.translate(_SAME) if unicodedata.category(letter) not in ("Mn", "Cf"))
    return _SPACE.sub(" ", "".join(kept)).replace("ـ", "")


def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE)


@lru_cache(maxsize=1)
def _banned() -> Mapping[str, re.Pattern[str]]:
    """Language tag → banned words."""
    return {code: _pattern(spoken.banned) for code, spoken in languages().items() if spoken.banned}


def banned_words(text: str, language: str) -> Iterator[str]:
    """The banned words that a text in a language contains; English ones are looked for in every language."""
    prepared = normalised(text)
    for tag in dict.fromkeys((DEFAULT, language)):
        if tag in _banned():
            yield from (found[0] for found in _banned()[tag].finditer(prepared))
