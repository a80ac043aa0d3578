"""What is wrong with the answers of an interview: the only rule set, compiled once per questionnaire to a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from survey.questionnaire.expressions.values import Context
from survey.questionnaire.expressions.verdicts import Verdict, verdict
from survey.questionnaire.model import (
    AGE,
    CONSENT,
    GENDER,
    PREFER_NOT_TO_SAY,
    PRESET,
    ROUND,
    Answers,
    Page,
    Question,
    Questionnaire,
    Tree,
    Value,
)
from survey.questionnaire.path import is_answered

EXCLUDE: Final = "exclude"
MISSING: Final = "missing"
NOTE: Final = "note"
#: Flags that look at how an interview was held; every other one looks at what was answered.
MANNER: Final = frozenset({"short", "odd_hours", "unlikely_day", "unread_field", "late"})

#: The code of an answer to a question that was not asked.
NOT_REACHED: Final = "not_reached"

REFUSED: Final = "refused"
UNDER_AGE: Final = "under_age"
# The answers that end an interview, in the order of asking.
STOPS: Final = ((CONSENT, "no", REFUSED), (AGE, "under_18", UNDER_AGE))

# Without these an interview has no group or no place, or nobody is known to have agreed.
ESSENTIAL: Final = frozenset({*PRESET, CONSENT, AGE, GENDER})

# A few answers are often equal by chance; shares are judged from this number on.
_ENOUGH: Final = 10
_SAME_ANSWER: Final = 0.9
_PREFER_NOT_TO_SAY: Final = 0.3


@dataclass(frozen=True, slots=True)
class Flag:
    """A broken rule. `effect` is exclude (the interview), missing (treat the answer as missing) or note.

    Flags of the whole interview name no question.
    """

    code: str
    question: str
    effect: str


def check(questionnaire: Questionnaire, answers: Answers, context: Context) -> tuple[Flag, ...]:
    """Every broken rule, in the order of the questionnaire."""
    return compile_validator(questionnaire).check(answers, context)


def valid_answers(questionnaire: Questionnaire, answers: Answers, context: Context) -> dict[str, Value]:
    """The answers that break no rule: without those that do, and without what only those had opened.

    Leaving one out can close a question after it, or break a constraint that looks at it, so the rules are checked
    again until nothing is broken.
    """
    validator, kept = compile_validator(questionnaire), dict(answers)
    while broken := {flag.question for flag in validator.check(kept, context) if flag.effect == MISSING}:
        kept = {name: value for name, value in kept.items() if name not in broken}
    return kept


def undecodable(questionnaire: Questionnaire, answers: Answers) -> tuple[Flag, ...]:
    """The answers that cannot be stored: unknown questions and options, wrong types, numbers out of reach."""
    return compile_validator(questionnaire).undecodable(answers)


def stops(answers: Answers) -> str | None:
    """Why the interview must end and nothing of it be kept: "refused", "under_age", or None."""
    return next((reason for name, value, reason in STOPS if answers.get(name) == value), None)


@dataclass(frozen=True, slots=True)
class _Line:
    """All rules of one question."""

    name: str
    relevant: Verdict | None
    problem: Callable[[Any], str]
    exclusive: frozenset[str]
    required: bool
    constraint: Verdict | None
    omitted: str
    broken: str


@dataclass(frozen=True, slots=True)
class _Interview:
    """The state of one check: the answers reached so far, and the flags."""

    context: Context
    live: dict[str, Value]
    flags: list[Flag] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Validator:
    """The rules of one questionnaire, ready to judge answers."""

    pages: tuple[tuple[Verdict | None, tuple[_Line, ...]], ...]
    lines: dict[str, _Line]
    scales: dict[str, dict[Any, int]]

    def check(self, answers: Answers, context: Context) -> tuple[Flag, ...]:
        """Every broken rule, in the order of the questionnaire."""
        others = {name: value for name, value in answers.items() if name not in self.lines}
        interview = _Interview(context, others)
        live, flags = interview.live, interview.flags
        flags.extend(Flag("unknown_question", name, NOTE) for name in others if name != ROUND)
        for relevant, lines in self.pages:
            opened = relevant is None or relevant(live, context)
            for line in lines:
                value = answers.get(line.name)
                given = bool(value) or is_answered(value)
                if opened and (line.relevant is None or line.relevant(live, context)):
                    if given:
                        _judge_answer(line, value, interview)
                    elif line.required:
                        flags.append(Flag("required", line.name, line.omitted))
                elif given:
                    flags.append(Flag(NOT_REACHED, line.name, MISSING))
        flags.extend(self._habits(live))
        return tuple(flags)

    def undecodable(self, answers: Answers) -> tuple[Flag, ...]:
        """The answers that cannot be stored."""
        return tuple(self._undecodable(answers))

    def _undecodable(self, answers: Answers) -> Iterator[Flag]:
        for name, value in answers.items():
            line = self.lines.get(name)
            if line is None and name != ROUND:
                yield Flag("unknown_question", name, EXCLUDE)
            elif line is not None and is_answered(value) and (code := line.problem(value)):
                yield Flag(code, name, EXCLUDE)

    def _habits(self, answers: Answers) -> Iterator[Flag]:
        """Signs that an interview was not held with care, for the coordinator to look at."""
        given = [value for name, value in answers.items() if name in self.lines]
        refusals = given.count(PREFER_NOT_TO_SAY) + given.count((PREFER_NOT_TO_SAY,))
        if len(given) >= _ENOUGH and refusals > _PREFER_NOT_TO_SAY * len(given):
            yield Flag("many_refusals", "", NOTE)
        get = answers.get
        points = [codes[value] for name, codes in self.scales.items() if (value := get(name)) in codes]
        if len(points) >= _ENOUGH and max(map(points.count, set(points))) > _SAME_ANSWER * len(points):
            yield Flag("same_answer", "", NOTE)


def _judge_answer(line: _Line, value: Any, interview: _Interview) -> None:
    """Let a given answer to a reached question join the live ones, unless it cannot be stored."""
    if problem := line.problem(value):
        interview.flags.append(Flag(problem, line.name, EXCLUDE))
        return
    value = interview.live[line.name] = tuple(value) if type(value) is list else value
    if line.exclusive and len(value) > 1 and not line.exclusive.isdisjoint(value):
        interview.flags.append(Flag("exclusive", line.name, line.broken))
    if line.constraint is not None:
        context = Context(interview.context.today, value)
        if not line.constraint(interview.live, context):
            interview.flags.append(Flag("constraint", line.name, line.broken))


_COMPILED: dict[str, Validator] = {}


def compile_validator(questionnaire: Questionnaire) -> Validator:
    """The compiled rules of a questionnaire, made once for equal ones."""
    validator = _COMPILED.get(questionnaire.digest)
    if validator is None:
        validator = _COMPILED[questionnaire.digest] = _compile(questionnaire)
    return validator


def _compile(questionnaire: Questionnaire) -> Validator:
    pages = tuple(
        (_verdict_or_none(page.relevant), tuple(_lines(questionnaire, page))) for page in questionnaire.pages
    )
    by_name = {line.name: line for _, lines in pages for line in lines}
    return Validator(pages, by_name, _scales(questionnaire))


def _verdict_or_none(tree: Tree | None) -> Verdict | None:
    return None if tree is None else verdict(tree)


def _lines(questionnaire: Questionnaire, page: Page) -> Iterator[_Line]:
    """The rules of a page's questions, after those of who enters them where the page is the self-entry block."""
    if page.self_entry_block and questionnaire.block_mode:
        yield _line(questionnaire.block_mode)
    yield from map(_line, page.questions)


def _line(question: Question) -> _Line:
    exclusive = frozenset(choice.name for choice in question.choices if choice.alone)
    return _Line(
        name=question.name,
        relevant=_verdict_or_none(question.relevant),
        problem=question.type.problem(question.choices),
        exclusive=exclusive if question.type.several else frozenset(),
        required=question.required,
        constraint=_verdict_or_none(question.constraint),
        omitted=EXCLUDE if question.name in ESSENTIAL else NOTE,
        broken=EXCLUDE if question.name in ESSENTIAL else MISSING,
    )


def _scales(questionnaire: Questionnaire) -> dict[str, dict[Any, int]]:
    """For each scored question, the code of every point on its scale."""
    return {
        question.name: {choice.name: choice.code for choice in question.choices if choice.score is not None}
        for question in questionnaire.questions.values()
        if question.type.single and any(choice.score is not None for choice in question.choices)
    }
