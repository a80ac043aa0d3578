"""The types of questions, one file each; all that differs between types is in these files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from survey.questionnaire.types.type import Type


def _types_of_modules() -> Iterator[Type]:
    """The type that each module of this package defines: a new one is added by its file alone."""
    for module in iter_modules(__path__):
        found = getattr(import_module(f"{__name__}.{module.name}"), "TYPE", None)
        if isinstance(found, Type):
            yield found


#: Kind of question, as questionnaires and phones name it → its type.
TYPES: Final[Mapping[str, Type]] = {found.kind: found for found in _types_of_modules()}
#: Type of XLSForm → the same type.
BY_SHEET: Final[Mapping[str, Type]] = {found.sheet: found for found in TYPES.values()}
