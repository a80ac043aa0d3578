"""Any number of options of a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any, Final

from survey.questionnaire.expressions.looked_at import is_plain, texts_in
from survey.questionnaire.expressions.values import Tree
from survey.questionnaire.options import Value
from survey.questionnaire.types.type import Chance, Choices, Counted, Problem, Type, json_length

#: Options that are tried in every combination; with more a question is too large.
MOST_OPTIONS: Final = 12


class TooManyOptionsError(Exception):
    """A question with more combinations of options than can be tried."""


class MultipleChoice(Type):
    """Any number of options, stored as one bit each, the first option in the lowest bit of the first byte."""

    kind = "multiple"
    sheet = "select_multiple"
    spellings = (
        "select all that apply from",
        "select all that apply",
        "select multiple from",
        "select multiple",
    )
    listed = True
    several = True
    parameters = ("randomize", "seed")
    counted = Counted.BITS
    why_unpublished = (
        "Nothing is published of this question: it has no option that results could name. Write never."
    )

    def problem(self, choices: Choices, /) -> Problem:
        """Names of options."""
        names = frozenset(choice.name for choice in choices)

        def problem(value: Any) -> str:
            if not isinstance(value, tuple | list) or not all(type(name) is str for name in value):
                return "wrong_type"
            return "" if names.issuperset(value) else "unknown_option"

        return problem

    def blank(self, codes: Mapping[str, int], /) -> bytes:
        """No bit set."""
        return bytes(-(-len(codes) // 8))

    def pack(self, codes: Mapping[str, int], value: Value, /) -> bytes:
        """A bit for each option that is named."""
        if not isinstance(value, tuple):
            raise ValueError("no list of options")
        places = _places(codes)
        bits = 0
        for name in value:
            # A list from outside may hold anything, even values that cannot be a key of a table.
            if not isinstance(name, str) or name not in places:
                raise ValueError("no such option")
            bits |= 1 << places[name]
        return bits.to_bytes(-(-len(codes) // 8), "little")

    def unpack(self, codes: Mapping[str, int], part: bytes, /) -> tuple[str, ...] | None:
        """The options whose bits are set."""
        bits = int.from_bytes(part, "little")
        return tuple(name for name, place in _places(codes).items() if bits >> place & 1) or None

    def possible(
        self, name: str, choices: Choices, rules: list[Tree], tabled: frozenset[str], /
    ) -> Iterator[Value]:
        """Every combination of options that a rule or a table names; of the others only the number is tried."""
        alone = [choice.name for choice in choices if choice.alone]
        together = [choice.name for choice in choices if choice.name not in alone]
        plain = all(is_plain(rule, name) for rule in rules)
        named = {text for rule in rules for text in texts_in(rule)} | tabled
        apart = [option for option in together if option in named or not plain]
        others = [option for option in together if option not in apart]
        if len(apart) > MOST_OPTIONS:
            raise TooManyOptionsError
        yield from ((option,) for option in alone)
        for number in range(len(apart) + 1):
            for chosen in combinations(apart, number):
                for more in range(len(others) + 1):
                    yield (*chosen, *others[:more])

    def longest(self, choices: Choices, /) -> int:
        """Every option at once."""
        return sum(json_length(choice.name) for choice in choices)

    def draw(self, chance: Chance, choices: Choices, _direction: str, _person: float, /) -> Value:
        """An exclusive option, or some of the others."""
        alone = [choice.name for choice in choices if choice.alone]
        if alone and chance.random() < 0.35:
            return (alone[0] if chance.random() < 0.85 else alone[chance.integers(len(alone))],)
        plain = [choice.name for choice in choices if choice.name not in alone]
        chosen = tuple(name for name in plain if chance.random() < 0.3)
        return chosen or (plain[chance.integers(len(plain))],)


def _places(codes: Mapping[str, int]) -> dict[str, int]:
    """The bit of each option: its place in the list."""
    return {name: place for place, name in enumerate(codes)}


TYPE: Final = MultipleChoice()
