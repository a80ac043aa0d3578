"""Names of rounds, people, versions and days in a text: each is one piece, which no end of a line breaks at a hyphen."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup, escape

#: What a problem calls names.
NAMES: Final = frozenset({"round", "questionnaire", "version", "day", "name", "worker"})


def fill_names(text: str, **names: object) -> Markup:
    """A text with its names filled in."""
    return escape(text).format(**{place: name_of(name) for place, name in names.items()})


def name_of(name: object) -> Markup:
    """One name, in its element."""
    return Markup('<bdi class="name">{}</bdi>').format(name)
