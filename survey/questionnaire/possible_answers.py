"""The answers that a question can have, as few as tell all its rules and tables apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Final

from survey.questionnaire.expressions.values import Tree
from survey.questionnaire.model import Question, Value
from survey.questionnaire.path import answered
from survey.questionnaire.rules import LARGEST, stops

#: Options of a multiple choice that are tried in every combination; with more a question is too large.
MOST_OPTIONS: Final = 12

_COMPARISONS: Final = frozenset({"=", "!=", "<", "<=", ">", ">="})


class TooLargeError(Exception):
    """A question, or questions together, with more answers than can be tried; `questions` names them."""

    def __init__(self, questions: Iterable[str]) -> None:
        self.questions = tuple(questions)
        super().__init__(", ".join(self.questions))


def values_of(question: Question, rules: Iterable[Tree], told: frozenset[str]) -> list[Value]:
    """Every answer that a counted interview can have, "" for none; `told` are options with a table of their own.

    Options that no rule names and no table tells are alike, so only their number is tried; of integers the numbers
    around those that rules name.
    """
    if question.kind == "choice":
        found: Iterable[Value] = (choice.name for choice in question.choices)
    elif question.kind == "multiple":
        found = _choices(question, list(rules), told)
    else:
        found = _integers(question.name, list(rules))
    return ["", *(value for value in found if answered(value) and stops({question.name: value}) is None)]


def _choices(question: Question, rules: list[Tree], told: frozenset[str]) -> Iterator[tuple[str, ...]]:
    alone = [choice.name for choice in question.choices if choice.exclusive or choice.missing]
    together = [choice.name for choice in question.choices if choice.name not in alone]
    plain = all(is_plain(rule, question.name) for rule in rules)
    named = {text for rule in rules for text in _texts(rule)} | told
    apart = [name for name in together if name in named or not plain]
    alike = [name for name in together if name not in apart]
    if len(apart) > MOST_OPTIONS:
        raise TooLargeError([question.name])
    yield from ((name,) for name in alone)
    for number in range(len(apart) + 1):
        for chosen in combinations(apart, number):
            for more in range(len(alike) + 1):
                yield (*chosen, *alike[:more])


def is_plain(tree: Tree, name: str) -> bool:
    """Whether a rule asks of a question only whether an option is chosen, and how many are."""
    if not isinstance(tree, list):
        return True
    if tree[0] == "count-selected" and isinstance(tree[1], list) and _is(tree[1], name):
        return True
    if tree[0] == "selected" and _is(tree[1], name):
        return isinstance(tree[2], str)
    return not _is(tree, name) and all(is_plain(part, name) for part in tree[1:])


def _is(tree: Tree, name: str) -> bool:
    return isinstance(tree, list) and (tree == ["$", name] or tree == ["."])


def _texts(tree: Tree) -> Iterator[str]:
    """Every text in a rule, and every whole number as a text."""
    if isinstance(tree, list):
        for part in tree[1:]:
            yield from _texts(part)
    elif isinstance(tree, str):
        yield tree
    elif isinstance(tree, int | float) and float(tree).is_integer():
        yield str(int(tree))


def _integers(name: str, rules: list[Tree]) -> Iterable[int]:
    """The cut points where rules only compare the number with others; else all numbers."""
    if not all(_compared(rule, name) for rule in rules):
        return range(-LARGEST, LARGEST + 1)
    cuts = {float(text) for rule in rules for text in _numbers(rule)} | {0.0}
    near = {
        int(sign * cut) + step
        for cut in cuts
        if abs(cut) < LARGEST
        for sign in (1, -1)
        for step in (-1, 0, 1)
    }
    return sorted(number for number in near | {-LARGEST, LARGEST} if abs(number) <= LARGEST)


def _compared(tree: Tree, name: str) -> bool:
    """Whether a rule uses the number nowhere but in comparisons with fixed numbers."""
    if not isinstance(tree, list):
        return True
    if tree[0] in _COMPARISONS and any(_is(part, name) for part in tree[1:]):
        return all(_is(part, name) or _fixed(part) for part in tree[1:])
    return not _is(tree, name) and all(_compared(part, name) for part in tree[1:])


def _fixed(tree: Tree) -> bool:
    return not isinstance(tree, list) or (tree[0] == "negate" and not isinstance(tree[1], list))


def _numbers(tree: Tree) -> Iterator[str]:
    if isinstance(tree, list):
        for part in tree[1:]:
            yield from _numbers(part)
    elif not isinstance(tree, bool):
        try:
            float(tree)
        except ValueError:
            return
        yield str(tree)
