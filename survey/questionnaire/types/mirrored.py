"""Mirrored: private chance says whether the answer is to a statement or to its contrary (Warner's design)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from survey.questionnaire.types.hidden import HiddenChoice


class Mirrored(HiddenChoice):
    """Who answers yes has the trait, or was asked for the contrary."""

    kind = "mirrored"
    sheet = "mirrored"
    chances = ("direct",)

    def recorded(self, chances: Mapping[str, Fraction], /) -> tuple[Fraction, Fraction]:
        """c = 2 direct − 1, d = 1 − direct."""
        return chances["direct"], 1 - chances["direct"]


TYPE: Final = Mirrored()
