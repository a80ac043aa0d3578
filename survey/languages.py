"""The languages of the survey, read from `translations/languages.toml`, and the digits people type in them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from survey import installation

DEFAULT: Final = "en"
TRANSLATIONS: Final = installation.path("translations")

#: Every digit set that phones in the field produce, to ASCII.
ASCII_DIGITS: Final = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its code here, its tag in HTML, its locale for formats, and how it is written."""

    code: str
    tag: str
    locale: str
    name: str
    direction: str
    font: str
    digits: str
    review: str

    @property
    def draft(self) -> bool:
        """Whether a native speaker has still to review the texts."""
        return self.review != "reviewed"


@lru_cache(maxsize=1)
def languages() -> Mapping[str, Language]:
    """Every language by its code, in the order in which they are offered."""
    with (TRANSLATIONS / "languages.toml").open("rb") as file:
        return {entry["code"]: Language(**entry) for entry in tomllib.load(file)["language"]}


def uncompiled(folder: Path = TRANSLATIONS) -> tuple[Language, ...]:
    """The languages whose interface texts would be shown in English, because their catalogue was not compiled."""
    others = (language for language in languages().values() if language.code != DEFAULT)
    return tuple(one for one in others if not (folder / one.code / "LC_MESSAGES" / "messages.mo").exists())


def ascii_digits(text: str) -> str:
    """The text with ۰–۹ and ٠–٩ written as 0–9."""
    return text.translate(ASCII_DIGITS)
