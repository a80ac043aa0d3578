"""The interface's texts in a language, for what is written without a page: commands and files."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from babel.support import Translations

from survey.languages import DEFAULT, TRANSLATIONS


@lru_cache(maxsize=8)
def translation(code: str) -> Callable[[str], str]:
    """What puts a text into this language; a text without a translation stays English."""
    if code == DEFAULT:
        return str
    found: Callable[[str], str] = Translations.load(str(TRANSLATIONS), [code]).gettext
    return found
