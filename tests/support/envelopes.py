"""Envelopes for tests, sealed in Python as a phone seals them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric import ec

from survey.intake import envelope
from survey.keys import record_keys

SIZE = 3759


def header(home: Path, identity: str, **changes: Any) -> bytes:
    """The first 256 bytes; a change replaces a member, None leaves it out."""
    usual = {
        "format": 1,
        "key": record_keys.current_key(home).id,
        "questionnaire": "pilot",
        "version": "1",
        "id": identity,
        "round": "2026-autumn",
    }
    members = {name: value for name, value in {**usual, **changes}.items() if value is not None}
    return json.dumps(members, separators=(",", ":")).encode().ljust(envelope.HEADER)


def sealed(home: Path, identity: str, record: object, info: bytes | None = None, **changes: Any) -> bytes:
    """A record sealed to the current key; `info` is what is bound, the header unless told otherwise."""
    first = header(home, identity, **changes)
    key = record_keys.current_key(home)
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key.point)
    plain = json.dumps(record).encode().ljust(SIZE)
    return first + record_keys.SUITE.encrypt(plain, public, info=first if info is None else info)


def record(answers: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """What a phone puts into an envelope."""
    usual = {
        "questionnaire": "pilot",
        "version": "1",
        "answers": answers,
        "day": "2026-11-20",
        "language": "ur",
        "minutes": "15_to_19",
        "odd_hours": False,
        "option_seed": 7,
        "withdrawal_code": "0123456789",
    }
    return {**usual, **changes}


def new_id() -> str:
    """A record's number."""
    return str(uuid4())
