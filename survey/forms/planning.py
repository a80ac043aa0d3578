"""The form that asks how many interviews are planned, and where."""

from __future__ import annotations

from wtforms import Field, StringField
from wtforms.validators import StopValidation

from survey.forms.administration import AdministrationForm, DistrictsField, require_value
from survey.parsing import whole_number
from survey.problems import N_

#: More than this in one round is a slip of the keyboard.
LARGEST = 1_000_000

NO_NUMBER = N_("Write a whole number of interviews in digits.")


class PlanForm(AdministrationForm):
    """Interviews in all, and the districts, all of them where none is ticked."""

    interviews = StringField(N_("Planned interviews in all"), [require_value])
    districts = DistrictsField(N_("Districts"))

    number: int

    def validate_interviews(self, field: Field) -> None:
        """A whole number, in any digits."""
        number = whole_number(field.data, LARGEST)
        if not number:
            raise StopValidation(self.message(NO_NUMBER))
        self.number = number
