"""Garbled: the phone turns some answers round before it keeps them; what was tapped is nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from survey.questionnaire.types.hidden import HiddenChoice


class Garbled(HiddenChoice):
    """A tap on the option recorded as 1 is a yes; chance turns it into the other one, or the other one into it.

    Only a phone asks it, of a person who taps alone: a form that is filled in on a page would send what is true.
    """

    kind = "garbled"
    sheet = "garbled"
    chances = ("no_to_yes", "yes_to_no")
    instructed = False

    def recorded(self, chances: Mapping[str, Fraction], /) -> tuple[Fraction, Fraction]:
        """c = 1 − yes_to_no − no_to_yes, d = no_to_yes."""
        return 1 - chances["yes_to_no"], chances["no_to_yes"]


TYPE: Final = Garbled()
