"""What the server must know about a type of question: how it is written, answered, stored, counted and made up."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from typing import Any, ClassVar, Protocol

from survey.questionnaire.expressions.values import Tree
from survey.questionnaire.options import Choice, Value

#: The options that a question offers.
Choices = Sequence[Choice]
#: Why a value cannot be stored: the code of a flag, empty when it can be.
Problem = Callable[[Any], str]


class Counted(Enum):
    """How counting reads the bytes of an answer."""

    CODE = "one byte, the code of the answer"
    BITS = "one bit for each option"
    NOT = "not at all"


class Chance(Protocol):
    """Where made-up answers come from; NumPy's generators are such sources."""

    def random(self) -> float:
        """A number from 0 to 1."""

    def integers(self, low: int, high: int | None = None) -> Any:
        """A whole number below `low`, or from `low` on and below `high`."""

    def normal(self, loc: float, scale: float) -> float:
        """A number around `loc`."""

    def choice(self, a: int, *, p: Sequence[float]) -> Any:
        """A whole number below `a`, each with its probability."""


class Type(ABC):
    """One type of question.

    A subclass is a file of `survey/questionnaire/types/` and an instance there named TYPE. The phone and the web form
    have their own part: CONTRIBUTING.md names the files.
    """

    #: Its name in stored questionnaires, on phones and in templates; it can never change.
    kind: ClassVar[str]
    #: Its name in an author's sheet, and other spellings of that name.
    sheet: ClassVar[str]
    spellings: ClassVar[tuple[str, ...]] = ()
    #: Whether its answers are options of a list, and whether an answer may name several of them.
    listed: ClassVar[bool] = False
    several: ClassVar[bool] = False
    #: What the column `parameters` may set.
    parameters: ClassVar[tuple[str, ...]] = ()
    counted: ClassVar[Counted] = Counted.NOT
    #: The message to its author where nothing of it can be published.
    why_unpublished: ClassVar[str]

    @property
    def single(self) -> bool:
        """Whether an answer is exactly one option of the list."""
        return self.listed and not self.several

    @abstractmethod
    def problem(self, choices: Choices, /) -> Problem:
        """The function that judges whether a value can be stored as an answer."""

    def codes(self, choices: Choices, /) -> Mapping[str, int]:
        """The number stored for each answer that has a name."""
        return {choice.name: choice.code for choice in choices}

    @abstractmethod
    def blank(self, codes: Mapping[str, int], /) -> bytes:
        """The bytes that mean "no answer", as many as every answer takes."""

    @abstractmethod
    def pack(self, codes: Mapping[str, int], value: Value, /) -> bytes:
        """An answer as bytes; ValueError for one that has no code."""

    @abstractmethod
    def unpack(self, codes: Mapping[str, int], part: bytes, /) -> Value | None:
        """The answer that `pack` wrote, None for no answer; ValueError for bytes that it never writes."""

    @abstractmethod
    def possible(
        self, name: str, choices: Choices, rules: list[Tree], tabled: frozenset[str], /
    ) -> Iterable[Value]:
        """The answers to the question `name`, as few as these rules and the `tabled` options can distinguish."""

    def longest(self, choices: Choices, /) -> int:
        """Bytes of JSON that an answer takes at most, with one for the comma between two answers."""
        return max(json_length(choice.name) for choice in choices)

    @abstractmethod
    def draw(self, chance: Chance, choices: Choices, direction: str, person: float, /) -> Value:
        """A made-up answer; `person` is how well off the made-up person is, around 0."""


def json_length(value: Value) -> int:
    """Bytes of a value in JSON, with one for the comma between two values."""
    return len(json.dumps(value)) + 1
