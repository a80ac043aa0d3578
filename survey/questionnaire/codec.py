"""Packs answers into bytes and unpacks them: one fixed layout per questionnaire version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from survey.questionnaire.model import ROUND, Answers, Codebook, Entry, Value

#: What is reported, and stored, in place of a question's name that the version does not know.
UNKNOWN_QUESTION: Final = "an unknown question"


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
            record[offset : offset + entry.width] = _pack_answer(entry, value)
        elif name != ROUND:
            # The name is text from outside: it is not repeated.
            raise Undecodable(UNKNOWN_QUESTION)
    return bytes(record)


#: Where an answer goes: its entry, the entry's offset, and of a question with one answer the codes of its options.
_Place = tuple[Entry | None, int, Mapping[str, int]]
_NOWHERE: Final[_Place] = (None, 0, {})


@lru_cache(maxsize=64)
def _layout(codebook: Codebook) -> tuple[Mapping[str, _Place], bytes]:
    """The place of every question, and the record of an interview without answers."""
    places: dict[str, _Place] = {
        entry.name: (entry, entry.offset, entry.codes if entry.type.single else {})
        for entry in codebook.entries
    }
    return places, b"".join(entry.type.blank(entry.codes) for entry in codebook.entries)


def unpack(codebook: Codebook, record: bytes) -> dict[str, Value]:
    """The answers that `pack` wrote, unanswered questions absent."""
    if len(record) != codebook.width:
        raise ValueError(f"a record of {len(record)} bytes where the codebook says {codebook.width}")
    answers: dict[str, Value] = {}
    for entry in codebook.entries:
        value = _unpack_answer(entry, record[entry.offset : entry.offset + entry.width])
        if value is not None:
            answers[entry.name] = value
    return answers


def blank_answers(codebook: Codebook, record: bytes, questions: Iterable[str]) -> bytes:
    """The record with some answers made "no answer"."""
    changed = bytearray(record)
    for question in questions:
        if entry := codebook.by_name.get(question):
            changed[entry.offset : entry.offset + entry.width] = entry.type.blank(entry.codes)
    return bytes(changed)


def _pack_answer(entry: Entry, value: Value) -> bytes:
    try:
        return entry.type.pack(entry.codes, value)
    except ValueError as error:
        raise Undecodable(entry.name) from error


def _unpack_answer(entry: Entry, part: bytes) -> Value | None:
    try:
        return entry.type.unpack(entry.codes, part)
    except ValueError as error:
        raise ValueError(f"{entry.name}: {error}") from error
