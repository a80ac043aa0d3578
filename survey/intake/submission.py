"""A submission: one interview as it arrives, by any channel."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple
from uuid import UUID

from survey.days import is_day
from survey.parsing import json_of
from survey.problems import BAD_FIELD, BAD_ID, NOT_JSON, TOO_LARGE, Problem
from survey.questionnaire.model import Value
from survey.storage.field.lengths import BAND_NAMES, BANDS
from survey.storage.people.accounts import Account

#: Bytes that an interview may take as JSON; a full one takes about 2,000.
LARGEST: Final = 65_536
#: Digits of a withdrawal code: 33 bits, and as long as a telephone number, which people can remember.
CODE_DIGITS: Final = 10

#: Version 4 and the variant of RFC 9562, in its usual form.
_RANDOM_UUID: Final = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII
)
_CANONICAL: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Submission:
    """One interview: its answers, and the other fields that are sent with them.

    `minutes` is a name of BANDS or "", `withdrawal_code` ten digits or "", `day` and `language` "" where they
    could not be read. `worker` is the account that sent it, `channel` the way it came, `into` the round that an
    administrator moved it to because its own was over, and `unread` names the other fields that could not be read;
    none of these belongs to what was said.
    """

    id: UUID
    questionnaire: str
    version: str
    answers: Mapping[str, Value]
    day: str
    language: str
    worker: Account
    minutes: str = ""
    odd_hours: bool = False
    option_seed: int | None = None
    practice: bool = False
    withdrawal_code: str = ""
    channel: str = "form"
    into: str = ""
    unread: tuple[str, ...] = ()

    def canonical(self) -> bytes:
        """What was said and noted, in the same bytes for every way of arriving."""
        answers = {name: _ordered_answer(value) for name, value in self.answers.items()}
        return self.canonical_without_answers(answers=answers)

    def canonical_without_answers(self, **more: Any) -> bytes:
        """The same with other members, which JSON can hold, in place of the answers."""
        content = {name: getattr(self, name) for name in _ALL_BUT_ANSWERS}
        return _CANONICAL.encode({**content, "id": str(self.id), **more}).encode("ascii")


def _ordered_answer(value: Any) -> Any:
    """Several options are a set: their order says nothing."""
    if isinstance(value, tuple | list) and all(isinstance(name, str) for name in value):
        return sorted(value)
    return value


def band(minutes: float) -> str:
    """The name of the band that a length in minutes falls into."""
    return [name for first, name in BANDS if minutes >= first][-1] if minutes >= 0 else BAND_NAMES[0]


def parse_id(text: str) -> UUID:
    """A random UUID (version 4) in its usual form; raises BAD_ID for anything else, time-made UUIDs above all."""
    if not _RANDOM_UUID.fullmatch(text):
        raise Problem(BAD_ID)
    return UUID(text)


def normal_code(text: str) -> str:
    """A withdrawal code as ten ASCII digits, however it was typed; "" when it is none."""
    digits = "".join(str(unicodedata.decimal(sign)) for sign in text if sign.isdecimal())
    return digits if len(digits) == CODE_DIGITS else ""


def from_json(body: bytes, submission_id: str, worker: Account, channel: str) -> Submission:
    """The submission in a JSON body.

    Raises BAD_ID, TOO_LARGE, NOT_JSON, or BAD_FIELD where it does not name its questionnaire or holds no answers.
    No other field costs an interview: one that cannot be read is as if it were absent, one that is not known is
    dropped, and both are named in `unread`. Answers are taken as they are: the gate judges them.
    """
    identity = parse_id(submission_id)
    if len(body) > LARGEST:
        raise Problem(TOO_LARGE)
    fields, unread = _fields(_content(body))
    return Submission(id=identity, worker=worker, channel=channel, unread=unread, **fields)


def reread(
    said: Mapping[str, Any],
    identity: bytes,
    worker: Account,
    channel: str,
    unread: Iterable[str] | None,
    day: str,
) -> Submission:
    """The submission whose canonical content was kept sealed: `unread`, and a `day` where it named none, as they were.

    `unread` is None for what was sealed by earlier versions.
    """
    content = {name: value for name, value in said.items() if name != "id"}
    body = json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")
    found = from_json(body, str(UUID(bytes=bytes(identity))), worker, channel)
    return replace(found, unread=found.unread if unread is None else tuple(unread), day=found.day or day)


def _content(body: bytes) -> dict[str, Any]:
    content = json_of(body)
    if not isinstance(content, dict):
        raise Problem(NOT_JSON)
    return content


def _fields(content: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The fields, and the names of those that were not understood."""
    fields: dict[str, Any] = {}
    # A field with an unknown name is dropped with its content, and not named: it could reveal anything.
    unread = [] if FIELDS.keys() >= content.keys() else [OTHER]
    for name, (accepts, default) in FIELDS.items():
        value = _normal(name, content.get(name))
        if not accepts(value):
            if default is _REQUIRED:
                raise Problem(BAD_FIELD, field=name)
            # What is absent is not unreadable.
            if value is not None:
                unread.append(name)
            value = default
        fields[name] = value
    fields["answers"] = _answers(fields["answers"])
    return fields, tuple(unread)


def _normal(name: str, value: Any) -> Any:
    """A withdrawal code however it was written; the respondent must be able to use it."""
    return (normal_code(value) or value) if name == "withdrawal_code" and isinstance(value, str) else value


def _answers(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if type(value) is list else value for name, value in content.items()}


def is_name(value: object) -> bool:
    """Whether a value can be the name of something stored: short, and no control sign in it."""
    return isinstance(value, str) and 0 < len(value) <= 100 and value.isprintable()


def _is_seed(value: object) -> bool:
    return type(value) is int and 0 <= value < 2**53


def _is_withdrawal_code(value: object) -> bool:
    return isinstance(value, str) and (
        value == "" or (len(value) == CODE_DIGITS and value.isascii() and value.isdigit())
    )


class _Field(NamedTuple):
    accepts: Callable[[Any], bool]
    default: Any


_REQUIRED: Final = object()

#: The name in `unread` of all fields that are not known here.
OTHER: Final = "other"
#: The fields of a submission's JSON: how each is checked, and its value when absent or unreadable.
FIELDS: Final[Mapping[str, _Field]] = {
    "questionnaire": _Field(is_name, _REQUIRED),
    "version": _Field(is_name, _REQUIRED),
    "answers": _Field(lambda value: isinstance(value, dict), _REQUIRED),
    "day": _Field(is_day, ""),
    "language": _Field(is_name, ""),
    "minutes": _Field(lambda value: value == "" or value in BAND_NAMES, ""),
    "odd_hours": _Field(lambda value: isinstance(value, bool), False),
    "option_seed": _Field(_is_seed, None),
    "practice": _Field(lambda value: isinstance(value, bool), False),
    "withdrawal_code": _Field(_is_withdrawal_code, ""),
}
_ALL_BUT_ANSWERS: Final = tuple(name for name in FIELDS if name != "answers")
