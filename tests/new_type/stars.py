"""One to five stars: a type of question that no survey asks, added by tests/new_type/test_new_type.py to a copy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from survey.questionnaire.expressions.values import Tree
from survey.questionnaire.options import Value
from survey.questionnaire.types.type import Chance, Choices, Counted, Problem, Type

STARS: Final = (1, 2, 3, 4, 5)


class Stars(Type):
    """A whole number from 1 to 5, stored in one byte."""

    kind = "stars"
    sheet = "range"
    parameters = ("start", "end", "step")
    counted = Counted.CODE
    why_unpublished = "Stars are counted and not published."

    def problem(self, _choices: Choices, /) -> Problem:
        """A number of stars."""

        def problem(value: Any) -> str:
            if type(value) is not int:
                return "wrong_type"
            return "" if value in STARS else "out_of_range"

        return problem

    def codes(self, _choices: Choices, /) -> Mapping[str, int]:
        """Each number is its own code."""
        return {str(number): number for number in STARS}

    def blank(self, _codes: Mapping[str, int], /) -> bytes:
        """No star."""
        return b"\0"

    def pack(self, _codes: Mapping[str, int], value: Value, /) -> bytes:
        """The number."""
        if value not in STARS:
            raise ValueError("no number of stars")
        return bytes([int(value)])

    def unpack(self, _codes: Mapping[str, int], part: bytes, /) -> int | None:
        """The number."""
        return part[0] or None

    def possible(
        self, _name: str, _choices: Choices, _rules: list[Tree], _tabled: frozenset[str], /
    ) -> Iterable[Value]:
        """Every number of stars."""
        return STARS

    def longest(self, _choices: Choices, /) -> int:
        """One digit, and the comma between two answers."""
        return 2

    def draw(self, chance: Chance, _choices: Choices, _direction: str, _person: float, /) -> Value:
        """Any number of stars."""
        return int(chance.integers(1, 6))


TYPE: Final = Stars()
