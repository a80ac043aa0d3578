"""The answers that a question can have: only as many as its rules and tables can distinguish."""

from __future__ import annotations

from collections.abc import Iterable

from survey.questionnaire.expressions.values import Tree
from survey.questionnaire.model import Question, Value
from survey.questionnaire.path import is_answered
from survey.questionnaire.rules import stops
from survey.questionnaire.types.multiple import TooManyOptionsError


class TooLargeError(Exception):
    """A question, or questions together, with more answers than can be tried; `questions` names them."""

    def __init__(self, questions: Iterable[str]) -> None:
        self.questions = tuple(questions)
        super().__init__(", ".join(self.questions))


def values_of(question: Question, rules: Iterable[Tree], tabled: frozenset[str]) -> list[Value]:
    """Every answer that a counted interview can have, "" for none; `tabled` are options with a table of their own.

    Options that no rule and no table names are interchangeable, so only their number is tried; of integers, the
    numbers around those that rules name.
    """
    try:
        found = list(question.type.possible(question.name, question.choices, list(rules), tabled))
    except TooManyOptionsError as error:
        raise TooLargeError([question.name]) from error
    return ["", *(value for value in found if is_answered(value) and stops({question.name: value}) is None)]
