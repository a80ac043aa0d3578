"""What a picture is drawn of and for whom: estimates, and the direction, digits and words of a reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ASCII: Final = "0123456789"
#: Around what keeps its own direction inside a line of another one.
LTR_ISOLATE: Final = "\u2066"
RTL_ISOLATE: Final = "\u2067"
END_ISOLATE: Final = "\u2069"


def between(low: float, high: float) -> str:
    """What is written between two limits, on pages, pictures and paper: a dash before a minus would be read as another one."""
    return "\u00a0…\u00a0" if low < 0 or high < 0 else "–"


@dataclass(frozen=True, slots=True)
class Estimate:
    """One figure with the ends of its interval; `few` is of few answers. What is hidden is no estimate but None."""

    value: float
    low: float
    high: float
    few: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """The words of pictures, in the reader's language."""

    not_shown: str
    few_answers: str
    target: str
    earlier: str
    not_surveyed: str
    no_answer: str
    rest: str
    gap_interval: str
    baseline: str


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a picture is drawn: direction, digits from zero on, words, and how wide it is in units of its own.

    A unit is a pixel where the picture is not scaled: 320 is a phone without its margins.
    """

    words: Words
    direction: str = "ltr"
    digits: str = ASCII
    width: int = 320

    @property
    def mirrored(self) -> bool:
        """Whether reading begins at the right."""
        return self.direction == "rtl"

    @property
    def line(self) -> int:
        """The height of a line of text: Naskh needs more room than Latin letters."""
        return 21 if self.mirrored else 17

    def number(self, value: float) -> str:
        """A number in the reader's digits, with a true minus."""
        text = f"{value:g}".replace("-", "\u2212")
        return text.translate({ord(digit): own for digit, own in zip(ASCII, self.digits, strict=True)})

    def value(self, estimate: Estimate) -> str:
        """The figure itself, in parentheses where there are few answers."""
        number = self.number(estimate.value)
        return f"({number})" if estimate.few else number

    def interval(self, low: float, high: float) -> str:
        """The two ends of an interval in the reader's digits."""
        return f"{self.number(low)}{between(low, high)}{self.number(high)}"

    def described(self, estimate: Estimate | None) -> str:
        """A figure with its interval in one line of plain text, kept from the direction around it."""
        if estimate is None:
            return self.words.not_shown
        description = f"{self.value(estimate)}, {self.interval(estimate.low, estimate.high)}"
        return self.number_line(description)

    def number_line(self, text: str) -> str:
        """A run of numerals, which are read from the left in every language."""
        return f"{LTR_ISOLATE}{text}{END_ISOLATE}" if self.mirrored else text

    def own_line(self, text: str) -> str:
        """A line of the reader's language, with any direction is around it."""
        return f"{RTL_ISOLATE}{text}{END_ISOLATE}" if self.mirrored else text

    def room(self, text: str, size: float) -> float:
        """How wide a text will be, rather too wide: a server has no font to measure with."""
        wide = sum(0 if letter in _MARKS else 1 for letter in text)
        return wide * size * (0.5 if self.mirrored else 0.6)

    def lines(self, text: str, room: float, size: float) -> tuple[str, ...]:
        """The text broken between words, so that each line fits into the room; a longer word has a line of its own."""
        lines: list[str] = []
        for word in text.split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.room(longer, size) <= room:
                lines[-1] = longer
            else:
                lines.append(word)
        return tuple(lines)


#: Vowel signs and the marks of direction take no room.
_MARKS: Final = frozenset(
    map(chr, (*range(0x64B, 0x660), 0x670, *range(0x200C, 0x2010), *range(0x2066, 0x206A)))
)
