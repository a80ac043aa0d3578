"""Rules tried with every answer: rules that always or never hold, questions without an answer."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from survey.questionnaire.expressions.values import Context, Tree, mentions, references, truth
from survey.questionnaire.model import Note, Page, Question, Questionnaire, Value
from survey.questionnaire.possible_answers import TooLargeError, values_of
from survey.questionnaire.rules import stops
from survey.questionnaire.sheets import Mistake, Workbook

#: More ways of answering than this are not tried; the report says so.
TRIES: Final = 20_000
#: More answers to one question, after all ways of answering before it, are not tried either.
MOST_ANSWERS: Final = 200_000

_NEVER: Final = "This is never reached: no answers make its rule hold together with that of its page."
_ALWAYS: Final = "This rule always holds, so it has no effect."
_NO_ANSWER: Final = "No answer meets this constraint, so the question cannot be answered."
_STUCK: Final = "The question is required, but after some answers none meets its constraint: {after}."
_LOOSE: Final = "Every answer meets this constraint, so it has no effect."
_LARGE: Final = "This rule has too many ways of answering to try them all; try it by hand."
_UNTESTED: Final = "This rule depends on the day or on a field that is not asked; try it by hand."


#: The name of a row, and the column of a rule in it.
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """A mistake, or where it is not `grave` a warning."""

    grave: bool
    mistake: Mistake


def trial_findings(
    book: Workbook, questionnaire: Questionnaire, wrong: Collection[Place] = ()
) -> Iterator[Finding]:
    """What trying every answer finds in a questionnaire; rules at the places that are `wrong` already are not tried."""
    trial = _Trial(book, questionnaire, wrong)
    for page in questionnaire.pages:
        found = list(_rule_findings(trial, page, page))
        yield from found
        if (page.name, "relevant") in wrong or any(finding.grave for finding in found):
            # The rows of a page that is never reached, or whose rule is wrong, have no mistakes of their own.
            continue
        for note in page.notes:
            yield from _rule_findings(trial, page, note)
        for question in page.questions:
            yield from _rule_findings(trial, page, question)
            yield from _constraint_findings(trial, page, question)


@dataclass(frozen=True, slots=True)
class _Trial:
    """A questionnaire whose answers are tried."""

    book: Workbook
    questionnaire: Questionnaire
    wrong: Collection[Place]

    def finding(self, name: str, column: str, message: str, *, grave: bool) -> Finding:
        row = next(row for row in self.book.survey if row.name == name)
        return Finding(grave, row.mistake(column, message))

    def cannot_try(self, rules: list[Tree]) -> bool:
        """Whether a rule looks at something that has no options to try."""
        asked = self.questionnaire.questions
        return any(mentions(rule, "today") or references(rule) - set(asked) for rule in rules)

    def page_of(self, name: str) -> Page:
        return next(page for page in self.questionnaire.pages if any(q.name == name for q in page.questions))

    def opening(self, name: str) -> list[Tree]:
        """The rules that decide whether a question is reached."""
        return _present_rules(self.page_of(name).relevant, self.questionnaire.questions[name].relevant)

    def asked_before(self, rules: list[Tree]) -> list[str]:
        """The questions that rules look at, with those that decide whether these are reached, in order of asking."""
        found: set[str] = set()
        new = set().union(*map(references, rules)) if rules else set()
        while new:
            found |= new
            new = {name for known in new for rule in self.opening(known) for name in references(rule)} - found
        return [name for name in self.questionnaire.questions if name in found]

    def ways(self, rules: list[Tree]) -> Iterator[dict[str, Value]]:
        """Every set of answers to what rules look at, as a path can reach them."""
        names = self.asked_before(rules)
        every = [*rules, *(rule for name in names for rule in self.opening(name))]
        values = {name: _answers_to_try(self.questionnaire.questions[name], every) for name in names}
        found = self._ways(names, values, {})
        for number, live in enumerate(found):
            if number >= TRIES:
                raise TooLargeError(names)
            yield live

    def _ways(
        self, names: list[str], values: dict[str, list[Value]], live: dict[str, Value]
    ) -> Iterator[dict[str, Value]]:
        if not names:
            yield live
            return
        first, *rest = names
        reached = _all_hold(self.opening(first), live)
        for value in values[first] if reached else [""]:
            yield from self._ways(rest, values, {**live, first: value} if value != "" else live)


def _present_rules(*trees: Tree | None) -> list[Tree]:
    return [tree for tree in trees if tree is not None]


def _all_hold(rules: list[Tree], live: dict[str, Value]) -> bool:
    return all(truth(rule, live, Context()) for rule in rules)


def _answers_to_try(question: Question, rules: list[Tree]) -> list[Value]:
    """Every answer, "" for none unless the question is required, and the answers that end an interview."""
    naming = [rule for rule in rules if question.name in references(rule) or mentions(rule, ".")]
    ending = [c.name for c in question.choices if stops({question.name: c.name}) is not None]
    values = [*values_of(question, naming, frozenset()), *ending]
    return [value for value in values if value != "" or not question.required]


def _rule_findings(trial: _Trial, page: Page, thing: Page | Question | Note) -> Iterator[Finding]:
    if thing.relevant is None or (thing.name, "relevant") in trial.wrong:
        return
    both = _present_rules(page.relevant) if thing is page else _present_rules(page.relevant, thing.relevant)
    if trial.cannot_try(both):
        yield trial.finding(thing.name, "relevant", _UNTESTED, grave=False)
        return
    try:
        if not any(_all_hold(both, live) for live in trial.ways(both)):
            yield trial.finding(thing.name, "relevant", _NEVER, grave=True)
        elif all(_all_hold([thing.relevant], live) for live in trial.ways([thing.relevant])):
            yield trial.finding(thing.name, "relevant", _ALWAYS, grave=False)
    except TooLargeError:
        yield trial.finding(thing.name, "relevant", _LARGE, grave=False)


def _constraint_findings(trial: _Trial, page: Page, question: Question) -> Iterator[Finding]:
    if question.constraint is None or (question.name, "constraint") in trial.wrong:
        return
    opening = _present_rules(page.relevant, question.relevant)
    if trial.cannot_try([question.constraint, *opening]):
        yield trial.finding(question.name, "constraint", _UNTESTED, grave=False)
        return
    try:
        yield from _answer_findings(trial, question, question.constraint, opening)
    except TooLargeError:
        yield trial.finding(question.name, "constraint", _LARGE, grave=False)


def _answer_findings(
    trial: _Trial, question: Question, constraint: Tree, opening: list[Tree]
) -> Iterator[Finding]:
    values = [value for value in _answers_to_try(question, [constraint]) if value != ""]
    verdicts, stuck = set[bool](), None
    conflicts, tried = _exclusive_conflicts(question), 0
    for live in trial.ways([constraint, *opening]):
        tried += len(values)
        if tried > MOST_ANSWERS:
            raise TooLargeError([question.name])
        if _all_hold(opening, live):
            now = {truth(constraint, {**live, question.name: v}, Context(current=v)) for v in values}
            verdicts |= now
            if verdicts == {True}:
                # Other apps know of exclusive options only by such a constraint: to refuse this is an effect.
                verdicts |= {
                    truth(constraint, {**live, question.name: v}, Context(current=v)) for v in conflicts
                }
            stuck = stuck if True in now or stuck is not None else live
    if verdicts == {False}:
        yield trial.finding(question.name, "constraint", _NO_ANSWER, grave=True)
    elif verdicts == {True}:
        yield trial.finding(question.name, "constraint", _LOOSE, grave=False)
    elif stuck is not None and question.required:
        after = (
            ", ".join(f"{name} = {_answers_in_words(value)}" for name, value in stuck.items())
            or "when nothing is answered"
        )
        yield trial.finding(question.name, "constraint", _STUCK.format(after=after), grave=True)


def _exclusive_conflicts(question: Question) -> list[Value]:
    """Exclusive options chosen with another, which forms refuse by themselves."""
    names = [choice.name for choice in question.choices]
    alone = {choice.name for choice in question.choices if choice.alone}
    pairs = combinations(names, 2) if question.type.several else ()
    return [pair for pair in pairs if not alone.isdisjoint(pair)]


def _answers_in_words(value: Value) -> str:
    return " ".join(value) if isinstance(value, tuple) else str(value)
