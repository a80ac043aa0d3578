"""Which pages and questions an interview's answers reach, and the order in which rotated ones are asked.

Questions are visited in the order of the questionnaire. A rule sees the answers to questions visited before it
and reached, so an answer that is no longer reached cannot open another question. Fields that are not questions,
such as the round, are seen from the start.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeVar

from survey.questionnaire.expressions.values import Context
from survey.questionnaire.expressions.verdicts import Verdict, verdict
from survey.questionnaire.model import Answers, Choice, Note, Page, Question, Questionnaire, Value

#: For questionnaires whose rules do not ask what day it is.
NO_DAY: Final = Context()
_WORD: Final = 0xFFFFFFFF
_Item = TypeVar("_Item")
#: Rules as functions, by the name of what they are about.
Rules = Mapping[str, Verdict]


class ReachedPage(NamedTuple):
    """A page as given answers reach it: some of its questions and notes, in the order of the questionnaire."""

    page: Page
    questions: tuple[Question, ...]
    notes: tuple[Note, ...]

    @property
    def name(self) -> str:
        """The page's name."""
        return self.page.name


def follow(
    questionnaire: Questionnaire, answers: Answers, context: Context = NO_DAY
) -> tuple[tuple[ReachedPage, ...], dict[str, Value]]:
    """The pages that answers reach, without those on which nothing is left, and the answers that are reached.

    Fields that are not questions stay.
    """
    live = {name: value for name, value in answers.items() if name not in questionnaire.questions}
    found = _walk(questionnaire, answers, live, context)
    return tuple([page for page in found if page.questions or page.notes]), live


def pages(
    questionnaire: Questionnaire, answers: Answers, context: Context = NO_DAY
) -> tuple[ReachedPage, ...]:
    """The pages that answers reach, without those on which nothing is left."""
    return follow(questionnaire, answers, context)[0]


def reached_questions(
    questionnaire: Questionnaire, answers: Answers, context: Context = NO_DAY
) -> frozenset[str]:
    """The names of the questions that answers reach."""
    found = pages(questionnaire, answers, context)
    return frozenset(question.name for page in found for question in page.questions)


def prune(questionnaire: Questionnaire, answers: Answers, context: Context = NO_DAY) -> dict[str, Value]:
    """The answers without those that are not reached; fields that are not questions stay."""
    return follow(questionnaire, answers, context)[1]


def reached_on_page(
    questions: Sequence[Question], rules: Rules, answers: Answers, context: Context = NO_DAY
) -> frozenset[str]:
    """The names of a page's questions that answers reach, the page itself being open; `rules` are `rules_of` them."""
    here = {question.name for question in questions}
    live = {name: value for name, value in answers.items() if name not in here}
    return frozenset(
        [question.name for question in _reach_questions(questions, rules, answers, live, context)]
    )


def rules_of(things: Iterable[Page | Question | Note]) -> Rules:
    """The skip rules of some things as functions, by name."""
    return {thing.name: verdict(thing.relevant) for thing in things if thing.relevant is not None}


def constraints_of(questions: Collection[Question]) -> Rules:
    """The constraints of some questions as functions, by name."""
    return {asked.name: verdict(asked.constraint) for asked in questions if asked.constraint is not None}


def is_answered(value: object) -> bool:
    """Whether a value says anything: no answer is absent, an empty text or an empty list."""
    return value is not None and value != "" and value != () and value != []


@dataclass(frozen=True, slots=True)
class _SkipRules:
    """The skip rules of a questionnaire as functions, by the name of what they open."""

    pages: Rules
    questions: Rules
    notes: Rules


@lru_cache(maxsize=64)
def _skip_rules(questionnaire: Questionnaire) -> _SkipRules:
    notes = (note for page in questionnaire.pages for note in page.notes)
    asked = questionnaire.questions.values()
    return _SkipRules(rules_of(questionnaire.pages), rules_of(asked), rules_of(notes))


def _walk(
    questionnaire: Questionnaire, answers: Answers, live: dict[str, Value], context: Context
) -> Iterator[ReachedPage]:
    """Each page with what is reached on it; answers that are reached join the live ones on the way."""
    rules = _skip_rules(questionnaire)
    for page in questionnaire.pages:
        if _is_open(rules.pages.get(page.name), live, context):
            questions = _reach_questions(page.questions, rules.questions, answers, live, context)
            notes = tuple(
                [note for note in page.notes if _is_open(rules.notes.get(note.name), live, context)]
            )
            yield ReachedPage(page, questions, notes)


def _reach_questions(
    questions: Sequence[Question],
    rules: Rules,
    answers: Answers,
    live: dict[str, Value],
    context: Context,
) -> tuple[Question, ...]:
    """The questions reached; their answers join the live ones on the way."""
    found = []
    for question in questions:
        name = question.name
        rule = rules.get(name)
        if rule is None or rule(live, context):
            value = answers.get(name)
            if value is not None and is_answered(value):
                live[name] = value
            found.append(question)
    return tuple(found)


def _is_open(rule: Verdict | None, live: Answers, context: Context) -> bool:
    return rule is None or rule(live, context)


def order(page: Page | ReachedPage, seed: int) -> tuple[Question, ...]:
    """The questions of a page in the order of asking; the same seed gives the same order.

    A page of which only some questions are reached keeps the order of the whole page.
    """
    whole = page.page if isinstance(page, ReachedPage) else page
    if not whole.rotated:
        return page.questions
    shuffled = shuffle(whole.questions, seed, whole.name)
    return tuple(question for question in shuffled if question in page.questions)


def options(question: Question, seed: int) -> tuple[Choice, ...]:
    """The options of a question in the order of showing: exclusive ones, then 97, 98 and 99 stay last."""
    if not question.rotated:
        return question.choices
    moving = [choice for choice in question.choices if not choice.alone]
    last = [choice for choice in question.choices if choice.exclusive and not choice.missing]
    missing = [choice for choice in question.choices if choice.missing]
    return (*shuffle(moving, seed, question.name), *last, *missing)


def shuffle(items: Sequence[_Item], seed: int, name: str) -> tuple[_Item, ...]:
    """Shuffle by Fisher and Yates, from the end, with draws of mulberry32.

    The generator starts from `seed` exclusive-or the 32-bit FNV-1a hash of `name` in UTF-8, so that one seed
    orders each question in its own way. A draw below n is the 32-bit number times n, divided by 2**32, rounded
    down. `tests/cases/rotation.json` holds examples; the browser gives the same orders.
    """
    draws = _mulberry32((seed ^ _fnv1a(name)) & _WORD)
    shuffled: list[Any] = list(items)
    for last in range(len(shuffled) - 1, 0, -1):
        other = next(draws) * (last + 1) >> 32
        shuffled[last], shuffled[other] = shuffled[other], shuffled[last]
    return tuple(shuffled)


def _fnv1a(text: str) -> int:
    value = 0x811C9DC5
    for byte in text.encode():
        value = (value ^ byte) * 0x01000193 & _WORD
    return value


def _mulberry32(state: int) -> Iterator[int]:
    """Tommy Ettinger's generator (public domain), chosen because it is five lines in JavaScript too."""
    while True:
        state = (state + 0x6D2B79F5) & _WORD
        mixed = (state ^ state >> 15) * (state | 1) & _WORD
        mixed ^= (mixed + ((mixed ^ mixed >> 7) * (mixed | 61) & _WORD)) & _WORD
        yield mixed ^ mixed >> 14
