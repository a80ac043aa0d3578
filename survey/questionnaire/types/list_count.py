"""A list: how many of its items are true of a person; chance decides whether the sensitive one is in it.

The phone draws the list, and replaces some numbers by others before it keeps them: without that, none and all of the list
with the sensitive item would give the answer away, in a record and in a published count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from survey.questionnaire.options import Value
from survey.questionnaire.types.hidden import FIRST, ITEMS, HiddenChoice, Hiding, has_trait
from survey.questionnaire.types.type import Chance, Choices

#: The letter in front of the number of a list without the sensitive item, and of one with it.
WITHOUT: Final = "a"
WITH: Final = "b"
#: Items besides the sensitive one: with fewer many lists would be empty or full, and more nobody keeps in mind.
FEWEST: Final = 3
MOST: Final = 5
#: How often each of the other items is true of made-up people.
_SHARES: Final = (0.85, 0.15, 0.5, 0.4, 0.6)


def numbers_of(items: int, letter: str) -> tuple[str, ...]:
    """What can be recorded of the list with that letter, from nothing to all items of the longer list."""
    return tuple(f"{letter}{number}" for number in range(items + 2))


class ListCount(HiddenChoice):
    """A letter for the list, and a number: both are recorded as one option, which the author does not write.

    Only a phone asks it, of a person who taps alone: a page would send the number before chance could replace it.
    """

    kind = "list_count"
    sheet = "list_count"
    numbers = (ITEMS,)
    chances = ("replaced",)
    others = (FIRST,)
    instructed = False

    def recorded(self, chances: Mapping[str, Fraction], /) -> tuple[Fraction, Fraction]:
        """Of people with the sensitive item in their list one number more than that of the others, or that number by chance."""
        by_chance = chances["replaced"] / (chances[ITEMS] + 2)
        return 1 - chances["replaced"] + by_chance, by_chance

    def drawn(self, chance: Chance, choices: Choices, hiding: Hiding, person: float, /) -> Value:
        """What a phone records of a made-up person, of a list that these choices leave open."""
        letters = sorted({choice.name[0] for choice in choices})
        letter = letters[int(chance.integers(len(letters)))]
        number = sum(chance.random() < share for share in _SHARES[: hiding.items])
        number += letter == WITH and has_trait(chance, hiding, person)
        if chance.random() < hiding.replaced:
            number = int(chance.integers(hiding.items + 2))
        return numbers_of(hiding.items, letter)[number]


def left_after(choices: Choices, first: Value | None) -> Choices:
    """What can be recorded of the second list of somebody of whom that was recorded of the first: the other letter's numbers."""
    return [choice for choice in choices if first is None or choice.name[0] != str(first)[0]]


def all_numbers(items: int) -> Sequence[str]:
    """Everything that can be recorded, in the order of its codes."""
    return (*numbers_of(items, WITHOUT), *numbers_of(items, WITH))


TYPE: Final = ListCount()
