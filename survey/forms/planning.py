"""The form that asks how many interviews are planned, and where."""

from __future__ import annotations

from wtforms import Field, StringField
from wtforms.validators import StopValidation

from survey.forms.administration import AdministrationForm, DistrictsField, require_value
from survey.parsing import whole_number
from survey.problems import N_

#: More than this in one round is a slip of the keyboard.
LARGEST = 1_000_000
#: So many people who interview one group of one district are more than any programme has.
LARGEST_TEAM = 20
#: What is planned unless somebody plans otherwise: with one, how alike a worker's interviews are cannot be measured.
USUAL_TEAM = "2"

NO_NUMBER = N_("Write a whole number of interviews in digits.")
NO_TEAM = N_("Write a whole number of workers from 1 to {most} in digits.")


class PlanForm(AdministrationForm):
    """Interviews in all, workers for each group of a district, and the districts, all of them where none is ticked."""

    interviews = StringField(N_("Planned interviews in all"), [require_value])
    workers = StringField(
        N_("Field workers for each group of a district"), [require_value], default=USUAL_TEAM
    )
    districts = DistrictsField(N_("Districts"))

    number: int
    team: int

    def validate_interviews(self, field: Field) -> None:
        """A whole number, in any digits."""
        number = whole_number(field.data, LARGEST)
        if not number:
            raise StopValidation(self.message(NO_NUMBER))
        self.number = number

    def validate_workers(self, field: Field) -> None:
        """A whole number, in any digits."""
        team = whole_number(field.data, LARGEST_TEAM)
        if not team:
            raise StopValidation(self.message(NO_TEAM, most=LARGEST_TEAM))
        self.team = team
