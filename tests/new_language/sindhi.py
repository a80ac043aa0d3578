"""Sindhi: a language that the survey does not speak, added by tests/new_language/test_new_language.py to a copy."""

from __future__ import annotations

from typing import Final

from survey.languages.language import Language

LANGUAGE: Final = Language(
    code="sd",
    tag="sd",
    locale="sd",
    name="سنڌي",
    direction="rtl",
    font="naskh",
    digits="latn",
    review="draft",
    place=4,
    numerals=("۰۱۲۳۴۵۶۷۸۹",),
    instead=("ur",),
    banned=(r"ہٿیار(?:ن)?",),
)
