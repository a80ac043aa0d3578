"""For whom pictures are drawn: the direction, digits and words of each language."""

from __future__ import annotations

from dataclasses import fields

import pytest

from survey.languages import languages
from survey.publication.pictures.wording import reader_of


@pytest.mark.parametrize("language", languages())
def test_a_picture_is_drawn_in_the_direction_of_its_language(language: str) -> None:
    reader = reader_of(language, str)
    assert reader.mirrored == (language in ("ur", "ps"))
    assert reader.number(-12) == "−12"
    assert reader.width == 320


def test_every_word_of_a_picture_is_translated() -> None:
    words = reader_of("en", str.upper).words
    assert [field.name for field in fields(words) if not getattr(words, field.name).isupper()] == []
