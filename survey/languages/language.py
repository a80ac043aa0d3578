"""What the survey must know about a language."""

from __future__ import annotations

from dataclasses import dataclass


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

    @property
    def draft(self) -> bool:
        """Whether a native speaker has still to review the texts."""
        return self.review != "reviewed"
