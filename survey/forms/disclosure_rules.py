"""The form that makes the rules of release stricter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wtforms import Field, StringField
from wtforms.validators import StopValidation

from survey.forms.administration import SureForm, require_value
from survey.parsing import whole_number
from survey.problems import N_

#: A larger number would hide everything: it is a slip of the keyboard, and could not be undone.
LARGEST: Final = 1000

LOOSER: Final = N_("Write a whole number from {least} to {largest}: the rules are never made looser.")
UNORDERED: Final = N_("Write at least as large a number as for other questions.")


class RulesForm(SureForm):
    """The numbers of the rules; `least` are those in force, by name."""

    k = StringField(N_("Least count shown"), [require_value])
    sensitive_k = StringField(N_("Least count shown of sensitive questions"), [require_value])
    base = StringField(N_("Least number of interviews"), [require_value])
    members = StringField(N_("Least number of members interviewed"), [require_value])

    least: Mapping[str, int]

    @property
    def numbers(self) -> dict[str, int]:
        """The numbers that were written, once the form is valid."""
        return {name: whole_number(self[name].data, LARGEST) or 0 for name in self.least}

    def _checked_number(self, field: Field) -> int:
        number = whole_number(field.data, LARGEST)
        least = self.least[field.name]
        if number is None or number < least:
            raise StopValidation(self.message(LOOSER, least=least, largest=LARGEST))
        return number

    def validate_k(self, field: Field) -> None:
        """Not less than in force."""
        self._checked_number(field)

    def validate_sensitive_k(self, field: Field) -> None:
        """Not less than in force, nor less than for other questions."""
        if self._checked_number(field) < (whole_number(self["k"].data, LARGEST) or 0):
            raise StopValidation(self.message(UNORDERED))

    def validate_base(self, field: Field) -> None:
        """Not less than in force."""
        self._checked_number(field)

    def validate_members(self, field: Field) -> None:
        """Not less than in force."""
        self._checked_number(field)
