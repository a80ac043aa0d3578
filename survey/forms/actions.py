"""Forms of agreed actions: what is agreed on, how far it is, and a new kind of action; only choices, but for a kind's names."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

from wtforms import SelectField, StringField

from survey.forms.administration import (
    TOO_LONG,
    AdministrationForm,
    require_listed_choice,
    require_value,
)
from survey.problems import N_

#: Characters that the name of a kind may have.
LONGEST_KIND: Final = 80
CHOOSE: Final = N_("Choose")
NOT_IN_WORDS: Final = N_(
    "Write the kind in words, without digits or signs: nothing about a person, a telephone number or a day."
)
LISTED: Final = N_("This kind is in the list already.")
#: Signs that a kind may have between its words.
SIGNS: Final = frozenset(" -–'’(),،/\u200c")


class ActionForm(AdministrationForm):
    """One action: each field is a choice from a list."""

    kind = SelectField(N_("What is done"), [require_listed_choice], validate_choice=False)
    owner = SelectField(N_("Who sees to it"), [require_listed_choice], validate_choice=False)
    due = SelectField(N_("Until when"), [require_listed_choice], validate_choice=False)
    indicator = SelectField(N_("Indicator that should move"), [require_listed_choice], validate_choice=False)

    def __init__(
        self, formdata: Any = None, *, lists: Mapping[str, Iterable[tuple[str, str]]], **named: Any
    ) -> None:
        super().__init__(formdata, **named)
        for name, choices in lists.items():
            cast(SelectField, self[name]).choices = list(choices)

    @property
    def unchosen(self) -> str:
        """What comes first in each list until somebody chooses, and cannot be chosen."""
        return self.message(CHOOSE)


class StateForm(AdministrationForm):
    """How far an action is."""

    state = SelectField(N_("How far it is"), [require_listed_choice], validate_choice=False)

    def __init__(self, formdata: Any = None, *, states: Iterable[tuple[str, str]], **named: Any) -> None:
        super().__init__(formdata, **named)
        self.state.choices = list(states)


class KindForm(AdministrationForm):
    """A kind of action in every language; `listed` are the kinds that there are."""

    def __init__(self, formdata: Any = None, *, listed: Iterable[str] = (), **named: Any) -> None:
        super().__init__(formdata, **named)
        self.listed = frozenset(kind.casefold() for kind in listed)

    def validate(self, extra_validators: Any = None) -> bool:
        """Every language, in words, short enough for a list, and new."""
        valid = super().validate(extra_validators)
        for field in self:
            field.data = " ".join((field.data or "").split())
            if len(field.data) > LONGEST_KIND:
                self.refuse(field.name, self.message(TOO_LONG, length=LONGEST_KIND))
            elif not _is_in_words(field.data):
                self.refuse(field.name, self.message(NOT_IN_WORDS))
            elif field.data.casefold() in self.listed:
                self.refuse(field.name, self.message(LISTED))
        return valid and not self.errors

    @property
    def texts(self) -> dict[str, str]:
        """The name by language."""
        return {field.name: field.data for field in self}


def _is_in_words(text: str) -> bool:
    """Letters with their marks, and the signs between words; an empty field is refused as such."""
    return all(sign in SIGNS or unicodedata.category(sign)[0] in "LM" for sign in text)


def kind_form(names: Mapping[str, str]) -> type[KindForm]:
    """The form with one field per language, from the languages' own names by code."""
    return type(
        "KindForm", (KindForm,), {code: StringField(name, [require_value]) for code, name in names.items()}
    )
