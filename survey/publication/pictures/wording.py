"""For whom pictures of figures are drawn: the direction, digits and words of a reader's language."""

from __future__ import annotations

from collections.abc import Callable

from survey.languages import languages
from survey.problems import N_
from survey.publication.pictures.reader import ASCII, Reader, Words


def reader_of(language: str, translate: Callable[[str], str], width: int = 320) -> Reader:
    """A reader of this language; `width` is that of a picture, 320 on a phone."""
    found = languages()[language]
    words = Words(
        not_shown=translate(N_("not shown")),
        few_answers=translate(N_("few answers")),
        target=translate(N_("target")),
        earlier=translate(N_("earlier round")),
        not_surveyed=translate(N_("nobody interviewed")),
        no_answer=translate(N_("No answer")),
        gap_interval=translate(N_("interval of the difference")),
        rest=translate(N_("Any other answer, or none")),
        baseline=translate(N_("baseline")),
    )
    return Reader(words, found.direction, found.numerals[0] if found.digits == "arabext" else ASCII, width)
