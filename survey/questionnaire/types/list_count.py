"""A list: how many of its items are true of a person; chance decides whether the sensitive one is in it.

The phone draws the list, and replaces some numbers by others before it keeps them: without that, none and all of the list
with the sensitive item would give the answer away, in a record and in a published count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Final

from survey.questionnaire.options import Choice, Value
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

    def drawn(self, chance: Chance, _choices: Choices, hiding: Hiding, person: float, /) -> Value:
        """What a phone records of a made-up person."""
        letter = WITH if chance.random() < 0.5 else WITHOUT
        number = sum(chance.random() < share for share in _SHARES[: hiding.items])
        number += letter == WITH and has_trait(chance, hiding, person)
        if chance.random() < hiding.replaced:
            number = int(chance.integers(hiding.items + 2))
        return numbers_of(hiding.items, letter)[number]


def letters_differ(first: str, items: int) -> str:
    """The constraint of a second list: who has the sensitive item in one has it not in the other.

    What follows from it for counts is then known to all that knows constraints: the intake, and the attack of a release.
    """

    def has(letter: str, what: str) -> str:
        return "(" + " or ".join(f"{what} = '{number}'" for number in numbers_of(items, letter)) + ")"

    both = (f"({has(letter, f'${{{first}}}')} and {has(letter, '.')})" for letter in (WITHOUT, WITH))
    return f"not({' or '.join(both)})"


def recorded_choices(items: int, languages: Iterable[str]) -> tuple[Choice, ...]:
    """All that can be recorded, which its author does not write: the same in every language."""
    names = (*numbers_of(items, WITHOUT), *numbers_of(items, WITH))
    words = {name: f"{name[0].upper()} {name[1:]}" for name in names}
    codes = tuple(languages)
    return tuple(Choice(name, dict.fromkeys(codes, words[name]), code) for code, name in enumerate(names, 1))


TYPE: Final = ListCount()
