"""A whole number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from survey.questionnaire.expressions.looked_at import is_only_compared, numbers_in
from survey.questionnaire.expressions.values import Tree
from survey.questionnaire.options import Value
from survey.questionnaire.types.type import Chance, Choices, Problem, Type

#: The largest number that is an answer, and the smallest with a minus: two signed bytes hold it.
LARGEST: Final = 32767
#: "No answer": a number that no question accepts.
NO_INTEGER: Final = -32768


class Integer(Type):
    """A whole number, stored in two signed bytes."""

    kind = "integer"
    sheet = "integer"
    spellings = ("int",)
    why_unpublished = (
        "Nothing is published of numbers: write never, or offer bands as options of a select_one."
    )

    def problem(self, _choices: Choices, /) -> Problem:
        """A whole number that two bytes hold."""

        def problem(value: Any) -> str:
            if type(value) is not int:
                return "wrong_type"
            return "" if -LARGEST <= value <= LARGEST else "out_of_range"

        return problem

    def blank(self, _codes: Mapping[str, int], /) -> bytes:
        """A number that no question accepts."""
        return NO_INTEGER.to_bytes(2, "big", signed=True)

    def pack(self, _codes: Mapping[str, int], value: Value, /) -> bytes:
        """The number, big-endian."""
        if not isinstance(value, int) or isinstance(value, bool) or not NO_INTEGER < value <= LARGEST:
            raise ValueError("no number that is an answer")
        return value.to_bytes(2, "big", signed=True)

    def unpack(self, _codes: Mapping[str, int], part: bytes, /) -> int | None:
        """The number."""
        value = int.from_bytes(part, "big", signed=True)
        return None if value == NO_INTEGER else value

    def possible(
        self, name: str, _choices: Choices, rules: list[Tree], _tabled: frozenset[str], /
    ) -> Iterable[Value]:
        """The cut points where rules only compare the number with others; otherwise all numbers."""
        if not all(is_only_compared(rule, name) for rule in rules):
            return range(-LARGEST, LARGEST + 1)
        cuts = {number for rule in rules for number in numbers_in(rule)} | {0.0}
        near = {
            int(sign * cut) + step
            for cut in cuts
            if abs(cut) < LARGEST
            for sign in (1, -1)
            for step in (-1, 0, 1)
        }
        return sorted(number for number in near | {-LARGEST, LARGEST} if abs(number) <= LARGEST)

    def longest(self, _choices: Choices, /) -> int:
        """The largest number with a minus, a place to spare, and the comma between two answers."""
        return 8

    def draw(self, chance: Chance, _choices: Choices, _direction: str, _person: float, /) -> Value:
        """Any number below a hundred."""
        return int(chance.integers(0, 100))


TYPE: Final = Integer()
