"""How answers become bytes and bytes answers: one fixed layout per questionnaire version."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from survey.questionnaire.model import ROUND, Answers, Codebook, Entry, Value
from survey.questionnaire.rules import LARGEST

#: "No answer" in each kind: an empty byte, no bit set, and an integer that no question accepts.
NO_CHOICE: Final = 0
NO_INTEGER: Final = -32768


class Undecodable(ValueError):  # noqa: N818 - it describes answers, not a failure of the program
    """An answer that the codebook cannot express; `question` names where."""

    def __init__(self, question: str) -> None:
        super().__init__(f"no code for the answer to {question}")
        self.question = question


def pack(codebook: Codebook, answers: Answers) -> bytes:
    """The answers as `codebook.width` bytes; raises Undecodable for what has no place or no code."""
    layout, blank = _layout(codebook)
    record = bytearray(blank)
    for name, value in answers.items():
        entry, offset, codes = layout.get(name, _NOWHERE)
        # Nearly every answer is the name of an option.
        if type(value) is str and value in codes:
            record[offset] = codes[value]
        elif entry is not None:
            record[offset : offset + entry.width] = KINDS[entry.kind].pack(entry, value)
        elif name != ROUND:
            # The name is a stranger's text: it is not repeated.
            raise Undecodable("an unknown question")
    return bytes(record)


#: Where an answer goes: its entry, the entry's offset, and of a question with one answer the codes of its options.
_Place = tuple[Entry | None, int, Mapping[str, int]]
_NOWHERE: Final[_Place] = (None, 0, {})


@lru_cache(maxsize=64)
def _layout(codebook: Codebook) -> tuple[Mapping[str, _Place], bytes]:
    """The place of every question, and the record of an interview without answers."""
    places: dict[str, _Place] = {
        entry.name: (entry, entry.offset, entry.codes if entry.kind == "choice" else {})
        for entry in codebook.entries
    }
    return places, b"".join(KINDS[entry.kind].blank(entry) for entry in codebook.entries)


def unpack(codebook: Codebook, record: bytes) -> dict[str, Value]:
    """The answers that `pack` wrote, unanswered questions absent."""
    if len(record) != codebook.width:
        raise ValueError(f"a record of {len(record)} bytes where the codebook says {codebook.width}")
    answers: dict[str, Value] = {}
    for entry in codebook.entries:
        value = KINDS[entry.kind].unpack(entry, record[entry.offset : entry.offset + entry.width])
        if value is not None:
            answers[entry.name] = value
    return answers


def without(codebook: Codebook, record: bytes, questions: Iterable[str]) -> bytes:
    """The record with some answers made "no answer"."""
    changed = bytearray(record)
    for question in questions:
        if entry := codebook.by_name.get(question):
            changed[entry.offset : entry.offset + entry.width] = KINDS[entry.kind].blank(entry)
    return bytes(changed)


class Packing(NamedTuple):
    """How one kind of question is packed."""

    pack: Callable[[Entry, Value], bytes]
    unpack: Callable[[Entry, bytes], Value | None]
    blank: Callable[[Entry], bytes]


def _pack_choice(entry: Entry, _value: Value) -> bytes:
    # The options that have a code are known beforehand.
    raise Undecodable(entry.name)


def _unpack_choice(entry: Entry, part: bytes) -> str | None:
    code = int.from_bytes(part, "big", signed=True)
    if code == NO_CHOICE:
        return None
    for name, known in entry.codes.items():
        if known == code:
            return name
    raise ValueError(f"no option of {entry.name} has the code {code}")


def _pack_multiple(entry: Entry, value: Value) -> bytes:
    if not isinstance(value, tuple):
        raise Undecodable(entry.name)
    places = _places(entry.codes)
    bits = 0
    for name in value:
        # A stranger's list may hold anything, even what no table can look up.
        if not isinstance(name, str) or name not in places:
            raise Undecodable(entry.name)
        bits |= 1 << places[name]
    return bits.to_bytes(entry.width, "little")


def _unpack_multiple(entry: Entry, part: bytes) -> tuple[str, ...] | None:
    bits = int.from_bytes(part, "little")
    return tuple(name for name, place in _places(entry.codes).items() if bits >> place & 1) or None


def _places(codes: Mapping[str, int]) -> dict[str, int]:
    """The bit of each option: its place in the list."""
    return {name: place for place, name in enumerate(codes)}


def _pack_integer(entry: Entry, value: Value) -> bytes:
    if not isinstance(value, int) or isinstance(value, bool) or not NO_INTEGER < value <= LARGEST:
        raise Undecodable(entry.name)
    return value.to_bytes(2, "big", signed=True)


def _unpack_integer(_entry: Entry, part: bytes) -> int | None:
    value = int.from_bytes(part, "big", signed=True)
    return None if value == NO_INTEGER else value


def _zeros(entry: Entry) -> bytes:
    return bytes(entry.width)


def _no_integer(_entry: Entry) -> bytes:
    return NO_INTEGER.to_bytes(2, "big", signed=True)


KINDS: Final[Mapping[str, Packing]] = {
    "choice": Packing(_pack_choice, _unpack_choice, _zeros),
    "multiple": Packing(_pack_multiple, _unpack_multiple, _zeros),
    "integer": Packing(_pack_integer, _unpack_integer, _no_integer),
}
