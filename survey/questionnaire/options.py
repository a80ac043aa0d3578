"""What an answer can be, and the options that a question offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

#: An answer: the name of a choice, a small integer, or the names of several choices in list order.
#: An unanswered question is absent from the mapping.
Value = str | int | tuple[str, ...]
#: Code of a language → text.
Texts = Mapping[str, str]

# Codes of a choice that mean "no substantive answer"; XLSForm choice names are these numbers as text.
DOES_NOT_APPLY: Final = "97"
DO_NOT_KNOW: Final = "98"
PREFER_NOT_TO_SAY: Final = "99"
MISSING: Final = (DOES_NOT_APPLY, DO_NOT_KNOW, PREFER_NOT_TO_SAY)


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a question. `code` is the small number stored for it (1 to 127, unique in its list)."""

    name: str
    label: Texts
    code: int
    score: int | None = None
    exclusive: bool = False
    audio: Texts = field(default_factory=dict)

    @property
    def missing(self) -> bool:
        """Whether the option says that there is no substantive answer."""
        return self.name in MISSING

    @property
    def alone(self) -> bool:
        """Whether the option cannot be chosen together with others."""
        return self.exclusive or self.missing
