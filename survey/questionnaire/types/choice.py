"""One option of a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from survey.questionnaire.expressions.values import Tree
from survey.questionnaire.options import Value
from survey.questionnaire.types.type import Chance, Choices, Counted, Problem, Type

#: "No answer".
NO_CHOICE: Final = 0
#: Shares of "does not apply", "don't know" and "prefer not to say" among made-up answers that may say so.
MISSING_SHARES: Final = {"97": 0.06, "98": 0.04, "99": 0.03}


class SingleChoice(Type):
    """One option of a list, stored as its code in one signed byte."""

    kind = "choice"
    sheet = "select_one"
    spellings = ("select one from", "select one", "select1")
    listed = True
    parameters = ("randomize", "seed")
    counted = Counted.CODE
    why_unpublished = (
        "Nothing is published of this question: it has no option that results could name. Write never."
    )

    def problem(self, choices: Choices, /) -> Problem:
        """A text that names an option."""
        names = frozenset(choice.name for choice in choices)

        def problem(value: Any) -> str:
            if type(value) is not str:
                return "wrong_type"
            return "" if value in names else "unknown_option"

        return problem

    def blank(self, _codes: Mapping[str, int], /) -> bytes:
        """The code that no option has."""
        return bytes([NO_CHOICE])

    def pack(self, codes: Mapping[str, int], value: Value, /) -> bytes:
        """The code of the option."""
        if type(value) is not str or value not in codes:
            raise ValueError("no such option")
        return codes[value].to_bytes(1, "big", signed=True)

    def unpack(self, codes: Mapping[str, int], part: bytes, /) -> str | None:
        """The option of that code."""
        code = int.from_bytes(part, "big", signed=True)
        if code == NO_CHOICE:
            return None
        for name, known in codes.items():
            if known == code:
                return name
        raise ValueError(f"no option has the code {code}")

    def possible(
        self, _name: str, choices: Choices, _rules: list[Tree], _tabled: frozenset[str], /
    ) -> Iterable[Value]:
        """Every option."""
        return (choice.name for choice in choices)

    def draw(self, chance: Chance, choices: Choices, direction: str, person: float, /) -> Value:
        """A point of a scale that fits the person; without a scale, an early option more often than a late one."""
        for choice in choices:
            if choice.missing and chance.random() < MISSING_SHARES[choice.name]:
                return choice.name
        scored = sorted((c for c in choices if c.score is not None), key=lambda c: c.score or 0)
        if scored:
            inclination = person if direction != "down" else -person
            point = int((0.55 + 0.22 * (inclination + chance.normal(0, 0.7))) * len(scored))
            return scored[min(max(point, 0), len(scored) - 1)].name
        plain = [choice for choice in choices if not choice.missing]
        place = int(chance.choice(len(plain), p=tuple(_falling(len(plain)))))
        return plain[place].name


def _falling(number: int) -> Iterator[float]:
    """Probabilities that fall as 1, 1/2, 1/3 …"""
    whole = sum(1 / place for place in range(1, number + 1))
    return (1 / place / whole for place in range(1, number + 1))


TYPE: Final = SingleChoice()
