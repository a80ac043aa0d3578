"""What is wrong with the answers of an interview: the only rule set, compiled once per questionnaire to a table."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from survey.questionnaire.compiled_rules import Verdict, verdict
from survey.questionnaire.expressions.values import Context, references
from survey.questionnaire.model import (
    AGE,
    CONSENT,
    GENDER,
    PREFER_NOT_TO_SAY,
    PRESET,
    ROUND,
    Answers,
    Question,
    Questionnaire,
    Tree,
    Value,
)
from survey.questionnaire.path import answered

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

# Without these an interview belongs to no group, no place, or to nobody who could agree.
ESSENTIAL: Final = frozenset({*PRESET, CONSENT, AGE, GENDER})

# Few answers are often equal by chance; shares are judged from here on.
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


def standing(questionnaire: Questionnaire, answers: Answers, context: Context) -> dict[str, Value]:
    """The answers that break no rule: without those that do, and without what only those had opened.

    Leaving one out can close a question after it, or break a constraint that looks at it, so the rules are asked anew
    until nothing is broken.
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
class _Rule:
    """One tree. `slot` numbers equal trees; a `lasting` one cannot change its value within an interview."""

    value: Verdict
    slot: int
    lasting: bool


@dataclass(frozen=True, slots=True)
class _Line:
    """All rules of one question; `plain` are the options that none of them but the skip rule can refuse."""

    name: str
    plain: frozenset[str]
    relevant: _Rule | None
    problem: Callable[[Any], str]
    exclusive: frozenset[str]
    required: bool
    constraint: Verdict | None
    omitted: str
    broken: str


#: A question's name, its plain options and its skip rule, looked at for every answer, before all its rules.
_Step = tuple[str, frozenset[str], _Rule | None, _Line]


@dataclass(slots=True)
class _Interview:
    """The state of one check: answers reached so far, values of rules, flags."""

    context: Context
    live: dict[str, Value]
    values: list[bool | None]
    flags: list[Flag] = field(default_factory=list)

    def opens(self, rule: _Rule | None) -> bool:
        """Whether a skip rule lets the interview in, evaluating equal rules once."""
        if rule is None:
            return True
        value = self.values[rule.slot]
        if value is None:
            value = rule.value(self.live, self.context)
            if rule.lasting:
                self.values[rule.slot] = value
        return value


@dataclass(frozen=True, slots=True)
class Validator:
    """The rules of one questionnaire, ready to judge answers."""

    pages: tuple[tuple[_Rule | None, tuple[_Step, ...]], ...]
    lines: dict[str, _Line]
    scales: dict[str, dict[Any, int]]
    slots: int

    def check(self, answers: Answers, context: Context) -> tuple[Flag, ...]:
        """Every broken rule, in the order of the questionnaire."""
        others = {name: value for name, value in answers.items() if name not in self.lines}
        interview = _Interview(context, others, [None] * self.slots)
        interview.flags.extend(Flag("unknown_question", name, NOTE) for name in others if name != ROUND)
        get, live, opens = answers.get, interview.live, interview.opens
        for relevant, lines in self.pages:
            opened = opens(relevant)
            for name, plain, rule, line in lines:
                value = get(name)
                if opened and (rule is None or opens(rule)):
                    # Nearly every answer ends here: an option of a question without further rules.
                    if type(value) is str and value in plain:
                        live[name] = value
                    elif value is not None and answered(value):
                        _judge(line, value, interview)
                    elif line.required:
                        interview.flags.append(Flag("required", line.name, line.omitted))
                elif value is not None and answered(value):
                    interview.flags.append(Flag(NOT_REACHED, line.name, MISSING))
        interview.flags.extend(self._habits(live))
        return tuple(interview.flags)

    def undecodable(self, answers: Answers) -> tuple[Flag, ...]:
        """The answers that cannot be stored."""
        return tuple(self._undecodable(answers))

    def _undecodable(self, answers: Answers) -> Iterator[Flag]:
        for name, value in answers.items():
            line = self.lines.get(name)
            if line is None and name != ROUND:
                yield Flag("unknown_question", name, EXCLUDE)
            elif line is not None and answered(value) and (code := line.problem(value)):
                yield Flag(code, name, EXCLUDE)

    def _habits(self, answers: Answers) -> Iterator[Flag]:
        """Signs that an interview was not held with care, for the coordinator's eye."""
        given = [value for name, value in answers.items() if name in self.lines]
        refusals = given.count(PREFER_NOT_TO_SAY) + given.count((PREFER_NOT_TO_SAY,))
        if len(given) >= _ENOUGH and refusals > _PREFER_NOT_TO_SAY * len(given):
            yield Flag("many_refusals", "", NOTE)
        get = answers.get
        points = [codes[value] for name, codes in self.scales.items() if (value := get(name)) in codes]
        if len(points) >= _ENOUGH and max(map(points.count, set(points))) > _SAME_ANSWER * len(points):
            yield Flag("same_answer", "", NOTE)


def _judge(line: _Line, value: Any, interview: _Interview) -> None:
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
    trees = _Trees({name: place for place, name in enumerate(questionnaire.questions)})
    pages = []
    place = 0
    for page in questionnaire.pages:
        relevant = trees.rule(page.relevant, place)
        steps = []
        for question in page.questions:
            line = _line(question, trees.rule(question.relevant, place))
            steps.append((line.name, line.plain, line.relevant, line))
            place += 1
        pages.append((relevant, tuple(steps)))
    by_name = {name: line for _, steps in pages for name, _, _, line in steps}
    return Validator(tuple(pages), by_name, _scales(questionnaire), len(trees.slots))


@dataclass(slots=True)
class _Trees:
    """Equal trees get one slot, so that an interview evaluates them once."""

    places: dict[str, int]
    slots: dict[str, int] = field(default_factory=dict)

    def rule(self, tree: Tree | None, place: int) -> _Rule | None:
        """The rule of a question at a place; its value lasts when it looks back only."""
        if tree is None:
            return None
        lasting = all(self.places.get(name, -1) < place for name in references(tree))
        # A rule that looks ahead must not share a slot with a later one that looks back.
        key = json.dumps([tree, lasting or place])
        return _Rule(verdict(tree), self.slots.setdefault(key, len(self.slots)), lasting)


def _line(question: Question, relevant: _Rule | None) -> _Line:
    exclusive = frozenset(choice.name for choice in question.choices if choice.alone)
    return _Line(
        name=question.name,
        plain=_plain(question),
        relevant=relevant,
        problem=question.type.problem(question.choices),
        exclusive=exclusive if question.type.several else frozenset(),
        required=question.required,
        constraint=None if question.constraint is None else verdict(question.constraint),
        omitted=EXCLUDE if question.name in ESSENTIAL else NOTE,
        broken=EXCLUDE if question.name in ESSENTIAL else MISSING,
    )


def _plain(question: Question) -> frozenset[str]:
    if not question.type.single or question.constraint is not None:
        return frozenset()
    return frozenset(choice.name for choice in question.choices)


def _scales(questionnaire: Questionnaire) -> dict[str, dict[Any, int]]:
    """Of each scored question the place of every point on its scale."""
    return {
        question.name: {choice.name: choice.code for choice in question.choices if choice.score is not None}
        for question in questionnaire.questions.values()
        if question.type.single and any(choice.score is not None for choice in question.choices)
    }
