"""Texts of the interface, of questionnaires and names of districts are written in one hand."""

from __future__ import annotations

import csv

import pytest

from tests.test_strings import PROJECT, TRANSLATED, catalogue, file_of, template, translated
from tests.texts import spelling

#: A number that is never one: a least length of a password and of a text, days that the program fixes, numbers of workers
#: that are at least two, a text that is only used from two on.
NEVER_ONE = (
    "Choose a password of at least {length} characters.",
    "Use at most {length} characters.",
    "Who did what on which day, the last first. Entries are deleted after {days} days, but for those on rounds and questionnaires.",
    "in {number} rounds",
    "not in touch for {days} days",
    "Set up: {set_up}. Links that were not used: {links}. Not in touch for {days} days or more: {silent}. With records that need help: {help}. Not practised yet: {unpractised}.",
    "The plan is too small to measure how much of the answers is the worker's: that takes {places} groups of districts with two workers, {people} workers with {each} interviews each, and {number} interviews. It is assumed, or borrowed from the round before, and without that no change of a district is called.",
)


@pytest.mark.parametrize("code", TRANSLATED)
def test_the_interface_is_written_in_one_hand(code: str) -> None:
    found = {
        wanted: faults
        for wanted, given in translated(code)
        if (
            faults := spelling.out_of_place(code, given)
            + spelling.refused(code, given)
            + spelling.of_a_man(code, given)
            + spelling.other_digits(given)
            + spelling.bare_lists(given)
        )
    }
    assert not found


def test_no_number_that_may_be_one_has_a_plural_behind_it() -> None:
    known = {str(message.id) for message in template() if message.id}
    assert set(NEVER_ONE) <= known
    found = [text for text in known - set(NEVER_ONE) if spelling.counted_plurals("en", text)]
    for code in TRANSLATED:
        found += [
            given
            for message in catalogue(file_of(code))
            if (given := str(message.string)) and message.id and message.id not in NEVER_ONE
            if spelling.counted_plurals(code, given)
        ]
    assert not found


@pytest.mark.parametrize("file", ["districts.csv", "divisions.csv"])
@pytest.mark.parametrize("code", ["ur", "ps"])
def test_names_of_places_have_the_letters_of_their_language(file: str, code: str) -> None:
    with (PROJECT / "reference" / file).open(encoding="utf-8", newline="") as rows:
        names = [row[f"name_{code}"] for row in csv.DictReader(rows)]
    foreign = {"ps": set("ٹڈڑےںہھكةگ"), "ur": set("يكىةهټډړګېۍښڼځڅږ")}[code]
    assert any(names)
    assert not [
        name
        for name in names
        if spelling.out_of_place(code, name) or foreign & set(name) or spelling.refused(code, name)
    ]


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (lambda text: spelling.refused("ps", text), "مرکه ختمه کړئ"),
        (lambda text: spelling.refused("ps", text), "د تل لپاره"),
        (lambda text: spelling.refused("ur", text), "اجرا شائع کریں"),
        (lambda text: spelling.out_of_place("ps", text), "توپیر"),
        (lambda text: spelling.out_of_place("ur", text), "بےنام"),
        (lambda text: spelling.of_a_man("ps", text), "رضا نه دی"),
        (lambda text: spelling.of_a_man("ur", text), "ہم یہیں رکتے ہیں"),
        (spelling.other_digits, "۱۵ منټه"),
        (spelling.bare_lists, "فايل (md، xlsx يا csv)"),
        (lambda text: spelling.counted_plurals("en", text), "It has {count} answers."),
        (lambda text: spelling.counted_plurals("ur", text), "{count} جوابات"),
        (lambda text: spelling.counted_plurals("ps", text), "{count} ځوابونه"),
    ],
)
def test_a_fault_is_found(fault, text: str) -> None:
    assert fault(text)


def test_what_is_right_is_left_alone() -> None:
    assert not spelling.bare_lists("\u2068md\u2069، \u2068xlsx\u2069 يا \u2068csv\u2069")
    assert not spelling.bare_lists("«CSV UTF-8»")
    assert not spelling.out_of_place("ps", "سړی، ضلعې دي")
    assert not spelling.counted_plurals("en", "Answers: {count}.")
