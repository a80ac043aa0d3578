"""Version 2 of the shipped questionnaire, and version 1 to hold it against."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from survey.questionnaire import xlsform
from survey.questionnaire.model import Choice, Question, Questionnaire
from survey.settings import SHIPPED_VERSIONS

LANGUAGES = ("en", "ur", "ps")
#: What stands for "does not apply", "don't know" and "prefer not to say".
SPECIAL = frozenset({"97", "98", "99"})


@cache
def version(number: str) -> Questionnaire:
    return xlsform.read(SHIPPED_VERSIONS[number])


def code_of(language: str, questionnaire: Questionnaire) -> str:
    return next(code for code in questionnaire.languages if code.startswith(language))


def texts(language: str, number: str = "2") -> Iterator[tuple[str, str]]:
    """Every text that somebody reads or hears, but the names of districts."""
    asked = version(number)
    code = code_of(language, asked)
    for page in asked.pages:
        yield page.name, page.label.get(code, "")
        yield from ((note.name, note.text[code]) for note in page.notes)
        for question in page.questions:
            yield from ((question.name, one[code]) for one in _texts_of(question) if code in one)
            if question.name != "district":
                yield from ((f"{question.name} {one.name}", one.label[code]) for one in question.choices)
    yield from ((name, filling[code]) for name, filling in asked.fills.items())


def _texts_of(question: Question) -> tuple[dict[str, str], ...]:
    kept = (question.label, question.hint, question.constraint_message, question.required_message)
    return tuple(dict(one) for one in kept if one)


def points(question: Question) -> list[Choice]:
    """The points of a scale, the best or worst first; none of a question that has no scale."""
    return [one for one in question.choices if one.score is not None]


def scales(number: str = "2") -> dict[str, Question]:
    """One question of each scale, by the name of its list."""
    return {one.list_name: one for one in version(number).questions.values() if points(one)}
