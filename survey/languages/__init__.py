"""The languages of the survey, one file each, and the digits people type in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Final

from survey import installation
from survey.languages.language import Language as Language

#: The language that the program itself is written in: it needs no catalogue, and every reader may fall back to it.
DEFAULT: Final = "en"
TRANSLATIONS: Final = installation.path("translations")


@lru_cache(maxsize=1)
def languages() -> Mapping[str, Language]:
    """Every language by its code, in the order in which they are offered."""
    return {
        found.code: found
        for found in sorted(_languages_of_modules(), key=lambda found: (found.place, found.code))
    }


def _languages_of_modules() -> Iterator[Language]:
    """The language that each module of this package defines: a new one is added by its file and its catalogue alone."""
    for module in iter_modules(__path__):
        found = getattr(import_module(f"{__name__}.{module.name}"), "LANGUAGE", None)
        if isinstance(found, Language):
            yield found


def readable(code: str) -> tuple[str, ...]:
    """The languages in which a reader of this one can read a name, best first."""
    found = languages().get(code)
    return (code, *(found.instead if found else ()), DEFAULT)


def uncompiled(folder: Path = TRANSLATIONS) -> tuple[Language, ...]:
    """The languages whose interface texts would be shown in English, because their catalogue was not compiled."""
    others = (language for language in languages().values() if language.code != DEFAULT)
    return tuple(
        other for other in others if not (folder / other.code / "LC_MESSAGES" / "messages.mo").exists()
    )


@lru_cache(maxsize=1)
def _numerals() -> Mapping[int, str]:
    """Every digit that phones in the field produce, in any language, to ASCII."""
    return {
        ord(digit): str(value)
        for language in languages().values()
        for numerals in language.numerals
        for value, digit in enumerate(numerals)
    }


def ascii_digits(text: str) -> str:
    """The text with the digits of every language, such as ۰–۹ and ٠–٩, written as 0–9."""
    return text.translate(_numerals())
