"""What the survey must know about a language."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its code here, its tag in HTML, its locale for formats, and how it is written.

    Parameters
    ----------
    code
        Its key in questionnaires and catalogues; names of districts are in the column `name_CODE`.
    tag
        BCP 47, for HTML.
    locale
        For Babel's formats.
    digits
        The digits of pages, "latn" or "arabext"; every digit set is accepted and stored as ASCII.
    review
        "reviewed" or "draft"; drafts are announced to coordinators until a native speaker has read them.
    place
        Its place among the languages that are offered.
    numerals
        Its digits from zero on, besides 0–9, as keyboards for it write them.
    instead
        Languages that its readers can read, for places that have no name in this one.
    banned
        Patterns of words that no question may contain, for they would turn the survey into a tip line: whole words
        with their inflections, without words that ordinary questions need, in the letters that `lint.words.normalised`
        writes for letters that keyboards confuse.
    made_up_share
        Its share of made-up interviews.
    alphabet
        Its letters in their order, apart by spaces; letters that are sorted as one follow each other. "" for that of Unicode.
    members
        The programme's own word for what members belong to, for results on a screen alone; "" where it is not said.
    """

    code: str
    tag: str
    locale: str
    name: str
    direction: str
    font: str
    digits: str
    review: str
    place: int
    numerals: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    banned: tuple[str, ...] = ()
    made_up_share: float = 0.0
    alphabet: str = ""
    members: str = ""

    @property
    def draft(self) -> bool:
        """Whether a native speaker has still to review the texts."""
        return self.review != "reviewed"

    def place_in_alphabet(self, text: str) -> tuple[int, ...]:
        """A key that sorts names as readers of this language look for them: marks and capitals count for nothing."""
        order, key, at = _order(self.alphabet), list[int](), 0
        text = "".join(letter for letter in text.casefold() if not unicodedata.combining(letter))
        while at < len(text):
            # A letter may be written with two signs.
            size = 2 if text[at : at + 2] in order else 1
            key.append(order.get(text[at : at + size], _BEYOND + ord(text[at])) if text[at] != " " else 0)
            at += size
        return tuple(key)


#: Behind every alphabet: signs of no letter of the language.
_BEYOND = 1000


@lru_cache(maxsize=16)
def _order(alphabet: str) -> dict[str, int]:
    """The place of each letter, from 1 on."""
    found: dict[str, int] = {}
    for place, several in enumerate(alphabet.split(), 1):
        first, *others = several.split("=")
        found |= dict.fromkeys((first, *others), place)
    return found
