"""Forms of the administration pages: accounts, rounds, leaving out a worker's day, names of the local body."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from wtforms import (
    BooleanField,
    Field,
    FileField,
    Form,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from survey import geography
from survey.languages import ascii_digits, languages
from survey.parsing import legible
from survey.problems import N_, NO_CODE
from survey.storage.field.targets_file import TargetsError, read
from survey.storage.people.accounts import is_code

ROLES: Final[Mapping[str, str]] = {
    "worker": N_("Field worker"),
    "coordinator": N_("Coordinator"),
    "reviewer": N_("Reviewer"),
    "administrator": N_("Administrator"),
}
#: Characters that the name of a local body may have: it is used in the middle of questions.
LONGEST_LABEL: Final = 60

MISSING: Final = N_("Fill in “{field}”.")
NO_CHOICE: Final = N_("Choose one of the list at “{field}”.")
NO_DISTRICT: Final = N_("Choose the districts of this coordinator. Without any, the account sees nothing.")
NONE_TICKED: Final = N_("Tick at least one district, or choose all districts.")
ALL_AND_SOME: Final = N_(
    "You chose all districts and ticked some. Take the ticks away, or do not choose all districts."
)
NEVER_ALL: Final = N_("A coordinator has chosen districts, never all of them.")
ONLY_WORKERS: Final = N_(
    "This is for field workers only. Take the tick away or choose the role field worker."
)
NO_DAY: Final = N_("Write the day as year-month-day, such as 2026-11-23.")
IN_ROW: Final = N_("Row {row}: {mistake}")
TOO_LONG: Final = N_("Use at most {length} characters.")
ALL_LANGUAGES: Final = N_("Fill in every language, or none to return to the usual words.")
UNSEEN: Final = N_("There is a sign in it that nobody sees. Take it out, or write the words again by hand.")
NOT_SURE: Final = N_("Tick this first: it cannot be undone.")
CHANGED: Final = N_(
    "Somebody else has changed this meanwhile. It is shown as it is now; make your change again if it should hold."
)
NO_FILE: Final = N_("Choose a file that ends in .md, .xlsx or .csv.")

#: Endings of the files that can hold a questionnaire.
KINDS: Final = (".md", ".xlsx", ".csv")


class AdministrationForm(Form):
    """A form whose messages are in the reader's language."""

    def __init__(self, formdata: Any = None, *, translate: Callable[[str], str] = str, **named: Any) -> None:
        self.translate = translate
        # A page that is only opened has an empty form, which WTForms would read as "everything was emptied".
        super().__init__(formdata or None, **named)

    def message(self, text: str, **holes: object) -> str:
        """A message in the reader's language with its holes filled."""
        return str(self.translate(text)).format_map(holes)

    def label_of(self, field: Field) -> str:
        """The label of a field in the reader's language: the list of mistakes is not next to the field."""
        return str(self.translate(field.label.text))

    def text(self, name: str) -> str:
        """What was filled in, as text."""
        return str(self[name].data or "")

    def ticked(self, name: str) -> tuple[str, ...]:
        """What was chosen of several."""
        return tuple(self[name].data or ())

    def refuse(self, name: str, message: str) -> None:
        """Add what was found wrong with a field after the form's own checks."""
        self[name].errors = (*self[name].errors, message)

    def show_instead(self, stored: Mapping[str, Any], name: str) -> None:
        """Show what somebody else stored meanwhile, with a message at one field, instead of what was filled in over it."""
        for field in self:
            field.data = stored.get(field.name)
        self.refuse(name, self.message(CHANGED))

    @property
    def summary(self) -> tuple[tuple[str, str], ...]:
        """Id of a field and what is wrong with it, for the list above the form."""
        return tuple((anchor(field), message) for field in self for message in field.errors)


def anchor(field: Field) -> str:
    """The id of the input that a link of the error summary leads to."""
    return f"{field.id}-0" if isinstance(field, RadioField | SelectMultipleField) else str(field.id)


def require_value(form: AdministrationForm, field: Field) -> None:
    """Refuse an empty field."""
    field.data = (field.data or "").strip()
    if not field.data:
        raise StopValidation(form.message(MISSING, field=form.label_of(field)))


def require_listed_choice(form: AdministrationForm, field: RadioField | SelectField) -> None:
    """Refuse a choice that the list does not have."""
    if field.data not in [option.data for option in field]:
        field.errors = []
        raise StopValidation(form.message(NO_CHOICE, field=form.label_of(field)))


class DistrictsField(SelectMultipleField):
    """Reporting districts as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def by_province(self) -> Iterator[tuple[str, list[Any]]]:
        """Province and the check boxes of its districts."""
        boxes: dict[str, list[Any]] = {}
        for box in self:
            boxes.setdefault(geography.districts()[box.data].adm1_name, []).append(box)
        yield from boxes.items()


def district_choices(language: str) -> list[tuple[str, str]]:
    """Key and name of every reporting district, by province and in the order of the reader's alphabet."""
    places, alphabet = geography.reporting_districts(), languages()[language]
    ordered = sorted(
        places, key=lambda place: (place.adm1_pcode, alphabet.place_in_alphabet(place.name(language)))
    )
    return [(place.id, place.name(language)) for place in ordered]


class PersonForm(AdministrationForm):
    """Who a new account is for. Fields are checked in the order of definition: these come before the districts."""

    role = RadioField(N_("Role"), [require_listed_choice], validate_choice=False)
    name = StringField(N_("Name, or the code of a field worker"), [require_value])
    woman = BooleanField(N_("The field worker is a woman"))


class DistrictsForm(AdministrationForm):
    """The districts given to an account: those that are ticked, or all, which must be chosen expressly."""

    everywhere = BooleanField(N_("All districts"))
    districts = DistrictsField(N_("Districts"))

    def __init__(self, formdata: Any = None, *, given_to: str = "", **named: Any) -> None:
        self.given_to = given_to
        super().__init__(formdata, **named)

    @property
    def coordinates(self) -> bool:
        """Whether the account is a coordinator's."""
        return self.given_to == "coordinator"

    @property
    def given(self) -> tuple[str, ...] | None:
        """The chosen districts; None for all of them."""
        return None if self.everywhere.data else self.ticked("districts")

    def validate_districts(self, field: Field) -> None:
        """Some districts or all of them, never both and never none; a coordinator has named districts."""
        if self.everywhere.data and self.coordinates:
            raise StopValidation(self.message(NEVER_ALL))
        if self.everywhere.data and field.data:
            raise StopValidation(self.message(ALL_AND_SOME))
        if not self.everywhere.data and not field.data:
            raise StopValidation(self.message(NO_DISTRICT if self.coordinates else NONE_TICKED))


class AccountForm(PersonForm, DistrictsForm):
    """A new account."""

    token = BooleanField(N_("Make a token for the programs of this field worker"))

    def validate_name(self, field: Field) -> None:
        """A field worker is known by a code."""
        if self.role.data == "worker" and not is_code(field.data):
            raise StopValidation(self.message(NO_CODE.text))

    def validate_woman(self, field: Field) -> None:
        """Whether somebody is a woman matters, and is kept, for field workers only."""
        if field.data and self.role.data != "worker":
            raise StopValidation(self.message(ONLY_WORKERS))

    def validate_token(self, field: Field) -> None:
        """A token can only send interviews."""
        self.validate_woman(field)

    @property
    def coordinates(self) -> bool:
        """Whether the account will be a coordinator's."""
        return bool(self.role.data == "coordinator")


class RoundForm(AdministrationForm):
    """A round to be opened. `groups` lists the groups that the chosen questionnaire knows."""

    name = StringField(N_("Name of the round"), [require_value])
    questionnaire = SelectField(
        N_("Questionnaire and version"), [require_listed_choice], validate_choice=False
    )
    targets = FileField(N_("Targets (CSV file; may be left out)"))

    groups: Mapping[str, tuple[str, ...]]
    wanted: Mapping[tuple[str, str], int]

    def __init__(self, formdata: Any = None, *, groups: Mapping[str, tuple[str, ...]], **named: Any) -> None:
        self.groups, self.wanted = groups, {}
        super().__init__(formdata, **named)
        self.questionnaire.choices = [(name, name) for name in groups]

    def validate_targets(self, field: Field) -> None:
        """Every mistake of the file is shown with its row."""
        if not getattr(field.data, "filename", ""):
            return
        try:
            self.wanted = read(field.data.read(), self.groups.get(self.questionnaire.data, ()))
        except TargetsError as wrong:
            field.errors = [
                self.message(IN_ROW, row=mistake.row, mistake=self.message(mistake.text, **mistake.holes))
                for mistake in wrong.mistakes
            ]
            raise StopValidation from wrong


class VoidForm(AdministrationForm):
    """Which worker's day is left out."""

    worker = StringField(N_("Code of the field worker"), [require_value])
    day = StringField(N_("Day"), [require_value])
    seen = StringField("")

    def validate_day(self, field: Field) -> None:
        """A day of the calendar, in any digits."""
        try:
            field.data = date.fromisoformat(ascii_digits(field.data)).isoformat()
        except ValueError:
            raise StopValidation(self.message(NO_DAY)) from None


class SureForm(AdministrationForm):
    """Something that cannot be undone, confirmed by a tick."""

    sure = BooleanField(N_("I know that this cannot be undone"))

    def validate_sure(self, field: Field) -> None:
        """Nothing happens without the tick."""
        if not field.data:
            raise StopValidation(self.message(NOT_SURE))


class QuestionnaireForm(AdministrationForm):
    """A questionnaire to be checked and published."""

    file = FileField(N_("File (.md, .xlsx or .csv)"))

    def validate_file(self, field: Field) -> None:
        """A file of a kind that can hold an XLSForm."""
        if not str(getattr(field.data, "filename", "")).lower().endswith(KINDS):
            raise StopValidation(self.message(NO_FILE))


class LabelForm(AdministrationForm):
    """What fills a hole of a questionnaire's texts: one text per language, filled in together."""

    #: Letters that the text may have.
    longest = LONGEST_LABEL

    def validate(self, extra_validators: Any = None) -> bool:
        """All languages or none, and short enough for the middle of a question."""
        valid = super().validate(extra_validators)
        for field in self:
            field.data = " ".join((field.data or "").split())
        for field in self:
            if not field.data and self.texts:
                self.refuse(field.name, self.message(ALL_LANGUAGES))
            elif legible(field.data) != field.data:
                self.refuse(field.name, self.message(UNSEEN))
            elif len(field.data) > self.longest:
                self.refuse(field.name, self.message(TOO_LONG, length=self.longest))
        return valid and not self.errors

    @property
    def texts(self) -> dict[str, str]:
        """Text by language; empty for the usual name."""
        return {field.name: field.data for field in self if field.data}


def label_form(names: Mapping[str, str], longest: int = LONGEST_LABEL) -> type[LabelForm]:
    """The form with one field per language, from the languages' own names by code."""
    fields = {code: StringField(name) for code, name in names.items()}
    return type("LabelForm", (LabelForm,), {"longest": longest, **fields})
