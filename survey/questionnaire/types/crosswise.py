"""Crosswise: whether the answers to a sensitive statement and to a harmless one are the same, and no more."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from survey.questionnaire.types.hidden import ANCHOR, KNOWN, HiddenChoice


class Crosswise(HiddenChoice):
    """The harmless statement is true of a known share of people; neither answer says anything of one of them."""

    kind = "crosswise"
    sheet = "crosswise"
    chances = ("helper",)
    others = (ANCHOR, KNOWN)

    def recorded(self, chances: Mapping[str, Fraction], /) -> tuple[Fraction, Fraction]:
        """c = 2 helper − 1, d = 1 − helper."""
        return chances["helper"], 1 - chances["helper"]


TYPE: Final = Crosswise()
