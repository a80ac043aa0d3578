"""What all questions share whose answer chance hides: two options, and the probabilities that the author declares.

Who reads a record learns what was recorded, and never what is true: 1 is recorded with one probability of people with
the trait and with another of people without it. From the share of recorded 1 and these two follows how many have the trait.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Final

from survey.questionnaire.options import Value
from survey.questionnaire.types.choice import SingleChoice
from survey.questionnaire.types.type import Chance, Choices

#: The parameter that names the option which is recorded as 1.
ONE: Final = "one"
#: A question of the same design of which the true share is known, and that share.
ANCHOR: Final = "anchor"
KNOWN: Final = "known"
#: How many items a list has besides the sensitive one; and the question whose list the same people are given first.
ITEMS: Final = "items"
FIRST: Final = "first"
_WHOLE: Final = re.compile(r"[1-9][0-9]?")
_NUMBER: Final = re.compile(r"([0-9]{1,6})(?:/([0-9]{1,6})|(\.[0-9]{1,6}))?")


@dataclass(frozen=True, slots=True)
class Hiding:
    """How the answers of one question are hidden: the option recorded as 1, and how likely 1 is with the trait and without.

    `anchor` names the question whose true share is known; of that question `known` is the share.

    Of a list of `items` besides the sensitive one, which `one` names, a number is recorded. The two probabilities are those of
    a number one above that of the other items, of people who have the sensitive item in their list. `first` names the question
    with the other list of a double one.
    """

    one: str
    with_trait: Fraction
    without_trait: Fraction
    anchor: str = ""
    known: Fraction | None = None
    items: int = 0
    first: str = ""

    @property
    def replaced(self) -> Fraction:
        """Of a list the share of numbers that chance replaces, by any number that the list with the sensitive item can give."""
        return self.without_trait * (self.items + 2)

    @property
    def ratio(self) -> float:
        """How many times as likely a recorded answer is from one side as from the other, at most."""
        pairs = (
            (self.with_trait, self.without_trait),
            (1 - self.with_trait, 1 - self.without_trait),
        )
        return max(_ratio(max(pair), min(pair)) for pair in pairs)


def _ratio(larger: Fraction, smaller: Fraction) -> float:
    if larger == smaller:
        return 1.0
    return float(larger / smaller) if smaller else float("inf")


def probability(text: str) -> Fraction | None:
    """A probability as authors write it, such as 1/6 or 0.15; None for anything else."""
    found = _NUMBER.fullmatch(text)
    if not found or (found[2] and not int(found[2])):
        return None
    number = Fraction(text)
    return number if number <= 1 else None


def whole_number(text: str) -> Fraction | None:
    """A number of items as authors write it; None for anything else."""
    return Fraction(text) if _WHOLE.fullmatch(text) else None


def parameters_in(cell: str) -> list[tuple[str, str]]:
    """The parameters after the name of the design, in the order in which they are written."""
    parts = (word.partition("=") for word in cell.replace(",", " ").split()[1:])
    return [(name, value) for name, _, value in parts]


class HiddenChoice(SingleChoice):
    """One of two options; subclasses say with which probabilities the first of them is recorded.

    Its name in the sheet is the first word in the column `bind::survey:hidden_by` of a select_one.
    """

    #: The parameters that are probabilities and must be there, and those that may be.
    chances: ClassVar[tuple[str, ...]]
    others: ClassVar[tuple[str, ...]] = ()
    #: Those that are whole numbers and must be there.
    numbers: ClassVar[tuple[str, ...]] = ()
    #: Whether people follow an instruction: then they may also not follow it.
    instructed: ClassVar[bool] = True

    @property
    def order(self) -> tuple[str, ...]:
        """All parameters in the order in which they are written."""
        return (*self.needed, *self.others)

    @property
    def needed(self) -> tuple[str, ...]:
        """Those that must be there."""
        return (*self.numbers, *self.chances, ONE)

    @abstractmethod
    def recorded(self, chances: Mapping[str, Fraction], /) -> tuple[Fraction, Fraction]:
        """How likely 1 is recorded of people with the trait, and of people without it."""

    def normal(self, parameters: Mapping[str, str], /) -> dict[str, str] | None:
        """The parameters as they are kept, probabilities as fractions; None where one is lacking or is none."""
        if not {*self.needed} <= parameters.keys() <= {*self.order}:
            return None
        kept = dict(parameters)
        for name in parameters.keys() & {*self.numbers, *self.chances, KNOWN}:
            number = (whole_number if name in self.numbers else probability)(parameters[name])
            if number is None:
                return None
            kept[name] = str(number)
        return kept if all(0 <= one <= 1 for one in self.recorded(self._chances(kept))) else None

    def _chances(self, parameters: Mapping[str, str]) -> dict[str, Fraction]:
        return {name: Fraction(parameters[name]) for name in (*self.numbers, *self.chances)}

    def hiding(self, parameters: Mapping[str, str], /) -> Hiding:
        """How a question with these parameters, as `normal` gave them, is hidden."""
        known = parameters.get(KNOWN)
        return Hiding(
            parameters[ONE],
            *self.recorded(self._chances(parameters)),
            anchor=parameters.get(ANCHOR, ""),
            known=None if known is None else Fraction(known),
            items=int(parameters.get(ITEMS, 0)),
            first=parameters.get(FIRST, ""),
        )

    def drawn(self, chance: Chance, choices: Choices, hiding: Hiding, person: float, /) -> Value:
        """What is recorded of a made-up person."""
        trait = has_trait(chance, hiding, person)
        one = chance.random() < (hiding.with_trait if trait else hiding.without_trait)
        return next(choice.name for choice in choices if (choice.name == hiding.one) == one)


def has_trait(chance: Chance, hiding: Hiding, person: float) -> bool:
    """Whether a made-up person has the trait; who is worse off has it more often."""
    share = float(hiding.known) if hiding.known is not None else 0.35 if person < 0 else 0.1
    return chance.random() < share
