"""One form field per kind of question, and the checks of an answer with their messages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from wtforms import RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from survey.languages import ascii_digits
from survey.problems import N_
from survey.questionnaire.expressions.values import Context
from survey.questionnaire.model import Answers, Choice, Question, Texts, Value, filled_text
from survey.questionnaire.path import options
from survey.questionnaire.types.integer import LARGEST

UNKNOWN_OPTION: Final = N_("Choose one of the answers in the list.")
NO_NUMBER: Final = N_("Write a whole number in digits, such as 3.")
TOO_LARGE: Final = N_("This number is too large or too small. Check it.")
REQUIRED: Final = N_("Choose an answer to go on.")
EXCLUSIVE: Final = N_("“{option}” cannot be chosen together with other answers.")
NOT_FITTING: Final = N_("This answer does not fit the other answers. Check both.")

# Keyboards for right-to-left scripts leave such marks around a number.
_MARKS: Final = dict.fromkeys(map(ord, "\u200e\u200f\u061c\u202a\u202b\u202c"))
_NUMBER: Final = re.compile(r"[-+]?[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Reader:
    """The reader for whom a form is made: the language, the filled holes, the translations, the day, the option order."""

    language: str
    translate: Callable[[str], str] = str
    fills: Mapping[str, Texts] = field(default_factory=dict)
    context: Context = field(default_factory=Context)
    seed: int = 0
    first: str = ""

    def text(self, texts: Texts) -> str:
        """A questionnaire's text in the reader's language, or else in the questionnaire's first."""
        return filled_text(texts, self.language, self.fills, self.first)

    def gettext(self, text: str) -> str:
        """A text of the interface, in the form that WTForms asks for it."""
        return self.translate(text)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """The plural forms of WTForms' own messages, none of which is shown."""
        return self.translate(singular if number == 1 else plural)


class AnswerField:
    """What every field has: its question, the reader, and the answer it holds if that can be stored."""

    question: Question
    reader: Reader
    name: str
    id: str
    data: Any
    errors: Sequence[str]
    process_errors: Sequence[str]

    def __init__(self, *positional: Any, question: Question, reader: Reader, **named: Any) -> None:
        self.question = question
        self.reader = reader
        super().__init__(*positional, **named)

    @staticmethod
    def settings(_question: Question, _reader: Reader) -> dict[str, Any]:
        """What WTForms needs to make such a field, besides what every field has."""
        return {}

    @property
    def answer(self) -> Value | None:
        """The answer, or None when there is none or it cannot be stored."""
        return self.data or None

    @property
    def anchor(self) -> str:
        """The id of the first input, where a link of the error summary leads."""
        return f"{self.id}-0"

    def pre_validate(self, _form: Any) -> None:
        """Leave all checks to the chain of this module."""


class OptionsField(AnswerField):
    """A field that offers the options of its question."""

    @staticmethod
    def settings(question: Question, reader: Reader) -> dict[str, Any]:
        """The options, in the reader's order and language."""
        return {"choices": select_choices(options(question, reader.seed), reader)}


class ChoiceField(OptionsField, RadioField):
    """One option of several."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Nothing chosen means no answer, also where something was chosen before."""
        self.data = valuelist[0] if valuelist else None

    @property
    def answer(self) -> Value | None:
        """The option chosen."""
        return self.data if self.question.choice(self.data) else None


class MultipleField(OptionsField, SelectMultipleField):
    """Any number of options, as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    @property
    def answer(self) -> Value | None:
        """The options chosen, in the order of the list."""
        given = self.data or ()
        chosen = tuple([choice.name for choice in self.question.choices if choice.name in given])
        return chosen if chosen and len(chosen) == len(given) else None


class NumberField(AnswerField, StringField):
    """A whole number in any of the digits that people here write."""

    @staticmethod
    def settings(_question: Question, _reader: Reader) -> dict[str, Any]:
        """A box for digits."""
        return {"render_kw": {"inputmode": "numeric", "autocomplete": "off", "dir": "ltr"}}

    def process_data(self, value: Any) -> None:
        """Show a stored number as it is."""
        self.data = value

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read Latin, Urdu and Arabic digits; refuse all other signs."""
        text = ascii_digits(valuelist[0] if valuelist else "").translate(_MARKS).strip()
        self.data = None
        if not text:
            return
        if not _NUMBER.fullmatch(text):
            raise ValueError(self.reader.gettext(NO_NUMBER))
        number = int(text)
        if abs(number) > LARGEST:
            raise ValueError(self.reader.gettext(TOO_LARGE))
        self.data = number

    def _value(self) -> str:
        """The text that the box shows again: what the person wrote, if anything."""
        written: list[str] | None = getattr(self, "raw_data", None)
        return written[0] if written else "" if self.data is None else str(self.data)

    @property
    def answer(self) -> Value | None:
        """The number."""
        return None if self.data is None else int(self.data)

    @property
    def anchor(self) -> str:
        """The box itself."""
        return self.id


class HiddenField(ChoiceField):
    """One of two options, after something that the person did in private: chance decides, and nobody here sees it."""


class GarbledField(AnswerField, StringField):
    """No field at all: a page would send what is true, so this is asked on a phone, which hides it first."""

    def process_data(self, _value: Any) -> None:
        """Show nothing of what was recorded elsewhere."""
        self.data = None

    def process_formdata(self, _valuelist: list[str]) -> None:
        """Take nothing: what somebody sends here all the same could be what is true."""
        self.data = None

    @property
    def anchor(self) -> str:
        """The text in its place."""
        return self.id


def select_choices(choices: Sequence[Choice], reader: Reader) -> list[SelectChoice]:
    """Options as WTForms takes them."""
    return [SelectChoice(choice.name, reader.text(choice.label)) for choice in choices]


#: Kind of question → field.
FIELDS: Final[Mapping[str, type[Any]]] = {
    "choice": ChoiceField,
    "multiple": MultipleField,
    "integer": NumberField,
    "forced_response": HiddenField,
    "mirrored": HiddenField,
    "crosswise": HiddenField,
    "garbled": GarbledField,
    "list_count": GarbledField,
}


def check_field(form: Any, item: Any) -> None:
    """Judge a field, if the answers on this page reach its question; only the first mistake is shown."""
    if item.question.name not in form.reached:
        item.errors = []
        raise StopValidation()
    if item.process_errors:
        raise StopValidation()
    answer = item.answer
    if answer is None:
        raise _missing_answer_refusal(item)
    _check_exclusive(item, answer)
    _check_constraint(form, item, answer)


def _missing_answer_refusal(item: Any) -> StopValidation:
    """The refusal of a field without a valid answer: an unknown option, or a required answer; others may be skipped."""
    question, reader = item.question, item.reader
    if item.data:
        return StopValidation(reader.gettext(UNKNOWN_OPTION))
    if not question.required:
        return StopValidation()
    return StopValidation(reader.text(question.required_message) or reader.gettext(REQUIRED))


def _check_exclusive(item: Any, answer: Value) -> None:
    """Refuse other options together with an exclusive one."""
    if not isinstance(answer, tuple) or len(answer) < 2:
        return
    chosen = map(item.question.choice, answer)
    first = next((choice for choice in chosen if choice and choice.alone), None)
    if first:
        reader = item.reader
        raise StopValidation(reader.gettext(EXCLUSIVE).format(option=reader.text(first.label)))


def _check_constraint(form: Any, item: Any, answer: Value) -> None:
    """Hold the answer to the questionnaire's own constraint."""
    question, reader = item.question, item.reader
    holds = form.constraints.get(question.name)
    if holds and not holds(form.answers, Context(reader.context.today, answer)):
        raise StopValidation(reader.text(question.constraint_message) or reader.gettext(NOT_FITTING))


def merged_answers(earlier: Answers, here: Answers, names: frozenset[str]) -> dict[str, Value]:
    """Earlier answers with those of a page in place of what was answered there before."""
    return {name: value for name, value in earlier.items() if name not in names} | dict(here)
