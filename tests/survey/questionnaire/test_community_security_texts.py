"""The texts of the shipped questionnaire, in English, Urdu and Pashto."""

from __future__ import annotations

import csv
import re
import unicodedata

import pytest

from tests.survey.questionnaire.shipped_form import (
    ENGLISH,
    LANGUAGES,
    PASHTO,
    ROOT,
    URDU,
    lists,
    own_texts,
    rows,
    texts,
)


def test_every_text_is_there_in_three_languages() -> None:
    places = [[place for place, _ in texts(language)] for language in LANGUAGES]

    assert places[0] == places[1] == places[2]
    assert len(places[0]) == len(set(places[0]))
    for name, row in rows().items():
        assert row["type"] in ("hidden", "calculate") or row[f"label::{ENGLISH}"], name
        assert "constraint" not in row or row[f"constraint_message::{ENGLISH}"], name
        assert "required" not in row or row[f"required_message::{ENGLISH}"], name
    for options in lists().values():
        assert all(option.get(f"label::{ENGLISH}") for option in options)


def test_holes_are_the_same_in_every_language() -> None:
    for (place, english), (_, urdu), (_, pashto) in zip(*map(texts, LANGUAGES), strict=True):
        holes = [re.findall(r"\$\{\w+\}", text) for text in (english, urdu, pashto)]
        assert holes[0] == holes[1] == holes[2], place
        assert set(holes[0]) <= {"${local_body}"}, place


def test_districts_are_the_current_ones() -> None:
    """Version 1 keeps the Pashto names that it was published with; `test_second_version.py` holds the newest to `reference/`."""
    with (ROOT / "reference" / "districts.csv").open(encoding="utf-8") as file:
        current = [row for row in csv.DictReader(file) if row["status"] == "current"]
    wanted = [
        (row["district_id"], row["name_en"], row["name_ur"])
        for row in sorted(current, key=lambda row: row["name_en"])
    ]

    assert len(wanted) == 81
    assert wanted == [
        (row["name"], row[f"label::{ENGLISH}"], row[f"label::{URDU}"]) for row in lists()["district"]
    ]


def test_consent_script_has_its_eighty_words() -> None:
    script = rows()["consent_script"][f"label::{ENGLISH}"]

    assert len(script.split()) == 80
    assert script.startswith("We ask people how safe they feel and what support would help.")
    assert script.endswith("You may ask us to delete your answers until this round closes.")


def test_nothing_that_makes_it_a_tip_line() -> None:
    banned = re.compile(r"militant|suspect|\binform|weapon|\bname|phone|cnic", re.IGNORECASE)
    for place, text in texts(ENGLISH):
        if "consent_script" not in place:
            assert not banned.search(text), (place, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_programme_word_for_members_never_meets_a_respondent(language: str) -> None:
    for place, text in texts(language):
        assert not re.search(r"resistance|\bLRS\b|مزاحمت|مقاومت", text, re.IGNORECASE), (place, text)
        assert "تاوان" not in text, (place, text)


def test_urdu_is_written_with_urdu_letters_and_saves_nothing() -> None:
    for place, text in own_texts(URDU):
        assert not set("يكىةه۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩") & set(text), (place, text)
        assert "محفوظ کریں" not in text, (place, text)
        assert not re.search(r"آپ [^۔؟]*(تے|تی) ہیں", text), (place, text)


def test_pashto_is_written_with_pashto_letters_of_this_side() -> None:
    for place, text in own_texts(PASHTO):
        assert not set("ٹڈڑےںہھكةگ0123456789٠١٢٣٤٥٦٧٨٩") & set(text), (place, text)
        assert "ولسوال" not in text, (place, text)


def test_texts_are_normalised() -> None:
    for language in LANGUAGES:
        for place, text in texts(language):
            assert text == unicodedata.normalize("NFC", text), (place, text)


@pytest.mark.parametrize(
    ("name", "urdu", "pashto"),
    [
        ("safe4 very_safe", "بہت محفوظ", "ډېر خوندي"),
        ("safe4 fairly_safe", "کافی حد تک محفوظ", "تر يو حده خوندي"),
        ("safe4 bit_unsafe", "کچھ غیر محفوظ", "لږ ناخوندي"),
        ("safe4 very_unsafe", "بہت غیر محفوظ", "ډېر ناخوندي"),
        ("ext4 lot", "بہت زیادہ", "ډېر زيات"),
        ("ext4 some", "کچھ حد تک", "تر يو حده"),
        ("ext4 little", "تھوڑا سا", "لږ"),
        ("ext4 not_at_all", "بالکل نہیں", "هېڅ نه"),
        ("ext4 98", "معلوم نہیں", "نه پوهېږم"),
        ("ext4 99", "جواب نہیں دینا", "ځواب نه ورکول"),
        ("oft4 never", "کبھی نہیں", "هېڅکله نه"),
        ("inc6 education", "تعلیم", "تعليم"),
        ("inc6 job", "روزگار", "روزګار"),
        ("first administration", "ضلعی انتظامیہ", "د ضلعې انتظاميه"),
        ("gender woman", "خاتون", "ښځه"),
        ("gender man", "مرد", "سړی"),
        ("settlement village", "گاؤں", "کلی"),
        ("local_body committee_or_jirga", "مقامی امن کمیٹی یا جرگہ", "مقامي امن کمېټي يا جرګه"),
    ],
)
def test_terms_of_the_glossary(name: str, urdu: str, pashto: str) -> None:
    place = f"{name} label"

    assert dict(texts(URDU))[place] == urdu
    assert dict(texts(PASHTO))[place] == pashto
