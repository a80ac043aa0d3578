"""Mistakes in the fields that the survey reads itself: missing ones, wrong types and options, unknown districts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from survey import geography
from survey.questionnaire import header
from survey.questionnaire.model import AGE, CONSENT, DISTRICT, GROUP, MODE, PRIVACY, ROUND
from survey.questionnaire.sheets import Mistake, Row, Workbook

#: Letters that a name may have, and the name of a form type, which is stored with every interview.
LONGEST: Final = 100
LONGEST_GROUP: Final = 20
#: Fields that the survey reads itself, with the options it knows by name.
FIELDS: Final = {
    ROUND: (),
    DISTRICT: (),
    MODE: (),
    GROUP: (),
    CONSENT: ("yes", "no"),
    AGE: ("under_18",),
    PRIVACY: ("alone",),
}
_REQUIRED: Final = (DISTRICT, MODE, GROUP, CONSENT)
#: What an author who lacks a field writes: its type, and what its options are.
_ROWS: Final = {
    ROUND: ("hidden", "filled in by the survey"),
    DISTRICT: ("select_one", "the keys of districts, such as bannu"),
    MODE: ("select_one", "who enters the answers, such as interviewer and self"),
    GROUP: ("select_one", "the form types, such as member, woman, youth"),
    CONSENT: ("select_one", "yes, no"),
    AGE: ("select_one", "under_18 and bands of age"),
    PRIVACY: ("select_one", "alone, and others who are near"),
}


def _missing_fields(book: Workbook) -> Iterator[Mistake]:
    """One message for all missing fields, with what to put there."""
    names = {row.name for row in book.survey}
    missing = [name for name in FIELDS if name not in names]
    if missing:
        rows = "; ".join(f"{name}: {_ROWS[name][0]} ({_ROWS[name][1]})" for name in missing)
        listed = " and ".join(f"'{name}'" for name in missing)
        some = f"The field {listed} is" if len(missing) == 1 else f"The fields {listed} are"
        message = f"{some} missing, which the survey reads itself. Add a row for each: {rows}."
        yield Mistake("survey", 0, "name", "", message)


def _field_rows(book: Workbook) -> Iterator[tuple[str, Row]]:
    rows = {row.name: row for row in book.survey if row.name}
    return ((name, rows[name]) for name in FIELDS if name in rows)


def _required_field_mistakes(book: Workbook) -> Iterator[Mistake]:
    for name, row in _field_rows(book):
        if name in _REQUIRED and not row.yes("bind", "required"):
            yield row.mistake("required", f"'{name}' must be required: an interview without it is lost.")


def _field_type_mistakes(book: Workbook) -> Iterator[Mistake]:
    for name, row in _field_rows(book):
        allowed = ("select_one", "hidden") if name == ROUND else ("select_one",)
        if row.type not in allowed or (row.type == "select_one" and not row.asks):
            yield row.mistake("type", f"'{name}' must be of type {' or '.join(allowed)}.")


def _field_option_mistakes(book: Workbook) -> Iterator[Mistake]:
    for name, row in _field_rows(book):
        known = {option.name for option in book.lists.get(row.list_name, ())}
        for option in FIELDS[name]:
            if option not in known:
                yield row.mistake("type", f"The options of '{name}' must include '{option}'.")


def _district_mistakes(book: Workbook) -> Iterator[Mistake]:
    """Options of the district that no server would accept."""
    known = [district.id for district in geography.current_districts()]
    for option in _district_options(book):
        if option.name not in geography.districts():
            near = geography.nearest_key(option.name, known)
            hint = f"; '{near}' is meant, perhaps" if near else ", such as lakki-marwat"
            yield option.mistake("name", f"'{option.name}' is not the key of a district today{hint}.")


def warnings(book: Workbook) -> Iterator[Mistake]:
    """Districts that were divided: no form offers them any more."""
    current = {district.id for district in geography.current_districts()}
    for option in _district_options(book):
        if option.name in geography.districts() and option.name not in current:
            yield option.mistake(
                "name", f"'{option.name}' is not offered: it was divided into new districts."
            )


def _district_options(book: Workbook) -> Iterator[Row]:
    lists = {row.list_name for name, row in _field_rows(book) if name == DISTRICT}
    return (option for name in lists for option in book.lists.get(name, ()))


def _publication_mistakes(book: Workbook) -> Iterator[Mistake]:
    for name, row in _field_rows(book):
        if name != AGE and row.text("bind", "survey:publication") in ("district", "province"):
            message = f"'{name}' is never published: leave this cell empty or write never."
            yield row.mistake("bind::survey:publication", message)


def _length_mistakes(book: Workbook) -> Iterator[Mistake]:
    """Names that no database column holds, or that no interview could name."""
    for column, cell in (("form_id", "id_string"), ("version", "version")):
        text = book.settings.text(cell)
        if len(text) > LONGEST or not text.isprintable() or ":" in text:
            message = f"At most {LONGEST} letters, digits and signs but ':' fit here."
            yield Mistake("settings", 2, column, "", message)
    yield from _no_room_for_rounds(book)
    for row in book.survey:
        if len(row.name) > LONGEST:
            yield row.mistake("name", f"A name has at most {LONGEST} letters.")
    groups = {row.list_name for name, row in _field_rows(book) if name == GROUP}
    for option in (option for name in groups for option in book.lists.get(name, ())):
        if len(option.name) > LONGEST_GROUP:
            yield option.mistake("name", f"The name of a form type has at most {LONGEST_GROUP} letters.")


def _no_room_for_rounds(book: Workbook) -> Iterator[Mistake]:
    """Names that leave no room for a round's name in the header of a sealed interview."""
    name, version = book.settings.text("id_string"), book.settings.text("version")
    if number := header.excess_letters_for_rounds(name, version):
        message = (
            f"form_id and version are together {number} letter(s) too long: no phone could seal an interview with the "
            "name of a round as well. Shorten one of them."
        )
        yield Mistake("settings", 2, "form_id", "", message)


#: Rules without which no path can be followed, and those whose mistakes do not keep the rest from being tried.
RULES: Final = (_missing_fields, _field_type_mistakes, _field_option_mistakes)
APART: Final = (_length_mistakes, _required_field_mistakes, _district_mistakes, _publication_mistakes)
