"""The types of questions, one file each; whatever differs between them is asked of these."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from survey.questionnaire.types.type import Type


def _found() -> Iterator[Type]:
    """The type that each module of this package says: a new one is added by its file alone."""
    for module in iter_modules(__path__):
        found = getattr(import_module(f"{__name__}.{module.name}"), "TYPE", None)
        if isinstance(found, Type):
            yield found


#: Kind of question, as questionnaires and phones name it → its type.
TYPES: Final[Mapping[str, Type]] = {one.kind: one for one in _found()}
#: Type of XLSForm → the same.
BY_SHEET: Final[Mapping[str, Type]] = {one.sheet: one for one in TYPES.values()}
