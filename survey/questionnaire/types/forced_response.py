"""Forced response: a private die, slip or coin asks for the truth, for a yes or for a no."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from survey.questionnaire.types.hidden import HiddenChoice


class ForcedResponse(HiddenChoice):
    """Some say the truth, the others what chance has them say."""

    kind = "forced_response"
    sheet = "forced_response"
    chances = ("truth", "yes", "no")

    def recorded(self, chances: Mapping[str, Fraction], /) -> tuple[Fraction, Fraction]:
        """c = truth, d = yes."""
        return chances["truth"] + chances["yes"], chances["yes"]


TYPE: Final = ForcedResponse()
