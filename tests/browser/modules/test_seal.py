"""What the browser's code seals, two independent openers open."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pyhpke
import pytest

from survey.intake import envelope
from survey.keys import record_keys
from tests.support.running import require

ROOT = Path(__file__).parents[3]
SCRIPT = """
import { envelope, fromBase64, toBase64 } from "%s";
const { point, fields, record, size } = JSON.parse(process.argv[1]);
console.log(toBase64(await envelope(fromBase64(point), fields, record, size)));
"""
RECORD = {"answers": {"saf_day": "very_safe", "note": "امن کمیټي"}, "day": "2026-11-23"}


@pytest.fixture(scope="module")
def node() -> str:
    return require("node", "Node.js is missing: apt install nodejs")


def sealed_by(node: str, key: record_keys.RecordKey) -> bytes:
    fields = {
        "key": key.id,
        "questionnaire": "community_security",
        "version": "1",
        "id": "6f1f6c5c-3f51-4c3c-8a27-0d5b7a4a9e10",
        "round": "2026-1",
    }
    told = {"point": _text(key.point), "fields": fields, "record": RECORD, "size": 3759}
    script = SCRIPT % (ROOT / "static" / "js" / "device" / "seal.js").as_uri()
    ran = subprocess.run(
        [node, "--input-type=module", "-e", script, json.dumps(told)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    (body,) = envelope.envelopes_in_file(f"{envelope.FIRST_LINE}\n{ran.stdout}")
    return body


def _text(data: bytes) -> str:
    import base64

    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@pytest.mark.node
def test_the_server_opens_what_the_browser_seals(node: str, tmp_path: Path) -> None:
    key = record_keys.new_key(tmp_path)
    body = sealed_by(node, key)
    assert len(body) == envelope.PAGE
    header = envelope.read(body)
    assert (header.key, header.version, header.round) == (key.id, "1", "2026-1")
    opened = record_keys.open_record(tmp_path, key.id, body[envelope.HEADER :], body[: envelope.HEADER])
    assert json.loads(opened) == RECORD
    assert b"very_safe" not in body


@pytest.mark.node
def test_a_second_implementation_opens_it_too(node: str, tmp_path: Path) -> None:
    key = record_keys.new_key(tmp_path)
    body = sealed_by(node, key)
    suite = pyhpke.CipherSuite.new(
        pyhpke.KEMId.DHKEM_P256_HKDF_SHA256, pyhpke.KDFId.HKDF_SHA256, pyhpke.AEADId.AES256_GCM
    )
    private = pyhpke.KEMKey.from_pem((tmp_path / "keys" / "records" / f"{key.id}.pem").read_bytes())
    start = envelope.HEADER
    recipient = suite.create_recipient_context(body[start : start + 65], private, info=body[:start])
    assert json.loads(recipient.open(body[start + 65 :])) == RECORD
