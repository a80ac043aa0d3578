"""Sealing: what is sealed opens for whom it is meant, once created keys stay, and nobody else reads them."""

from __future__ import annotations

import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhpke import AEADId, CipherSuite, KDFId, KEMId, KEMKey

from survey.keys import digests, form_state, quarantine, record_keys
from survey.problems import Problem
from survey.settings import PROJECT


def _code(call: object, *arguments: object, **named: object) -> str:
    with pytest.raises(Problem) as caught:
        call(*arguments, **named)  # type: ignore[operator]
    return caught.value.kind.code


def test_a_state_opens_for_its_own_interview_alone(tmp_path: Path) -> None:
    token = form_state.seal_state(tmp_path, b"answers", b"W1|1|id")
    assert form_state.open_state(tmp_path, token, b"W1|1|id") == b"answers"
    assert _code(form_state.open_state, tmp_path, token, b"W2|1|id") == "state_broken"
    assert _code(form_state.open_state, tmp_path / "other", token, b"W1|1|id") == "state_broken"
    assert b"answers" not in token.encode()


def test_any_change_to_a_state_is_seen(tmp_path: Path) -> None:
    token = form_state.seal_state(tmp_path, b"answers", b"x")
    for place in range(0, len(token), 7):
        other = "A" if token[place] != "A" else "B"
        assert (
            _code(form_state.open_state, tmp_path, token[:place] + other + token[place + 1 :], b"x")
            == "state_broken"
        )
    for bad in ("", "!", "é", token[:20], token + "AAAA", "A" * 16):
        assert _code(form_state.open_state, tmp_path, bad, b"x") == "state_broken"


def test_a_state_expires(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token = form_state.seal_state(tmp_path, b"answers", b"x")
    now = form_state.time.time()
    monkeypatch.setattr(form_state.time, "time", lambda: now + 7000)
    assert form_state.open_state(tmp_path, token, b"x") == b"answers"
    assert _code(form_state.open_state, tmp_path, token, b"x", max_age_seconds=6000) == "state_expired"
    monkeypatch.setattr(form_state.time, "time", lambda: now + 7300)
    assert _code(form_state.open_state, tmp_path, token, b"x") == "state_expired"


def test_equal_states_never_look_alike(tmp_path: Path) -> None:
    assert len({form_state.seal_state(tmp_path, b"same", b"x") for _ in range(50)}) == 50


def test_quarantine_opens_with_its_key_and_record_alone(tmp_path: Path) -> None:
    sealed = quarantine.seal_quarantine(tmp_path, b"content", b"id")
    assert quarantine.open_quarantine(tmp_path, sealed, b"id") == b"content"
    with pytest.raises(ValueError, match="another key"):
        quarantine.open_quarantine(tmp_path, sealed, b"di")
    with pytest.raises(ValueError, match="another key"):
        quarantine.open_quarantine(tmp_path / "other", sealed, b"id")
    with pytest.raises(ValueError, match="another key"):
        quarantine.open_quarantine(tmp_path, sealed[:-1] + bytes([sealed[-1] ^ 1]), b"id")


def test_the_sealing_is_the_standard_one(tmp_path: Path) -> None:
    """RFC 9180 as an independent implementation reads it."""
    sealed = quarantine.seal_quarantine(tmp_path, b"content", b"id")
    private = serialization.load_pem_private_key((tmp_path / "keys" / "quarantine.pem").read_bytes(), None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    suite = CipherSuite.new(KEMId.DHKEM_P256_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.AES256_GCM)
    key = KEMKey.from_pyca_cryptography_key(private)
    context = suite.create_recipient_context(sealed[:65], key, info=b"survey quarantine 1 id")
    assert context.open(sealed[65:]) == b"content"


def test_keys_are_for_the_owner_alone(tmp_path: Path) -> None:
    digests.digest(tmp_path, b"")
    quarantine.seal_quarantine(tmp_path, b"", b"")
    folder = tmp_path / "keys"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {(path.name, stat.S_IMODE(path.stat().st_mode)) for path in folder.iterdir()} == {
        (".gitignore", 0o600),
        ("digest.key", 0o600),
        ("quarantine.pem", 0o600),
    }


@pytest.mark.slow
def test_processes_that_begin_together_use_the_same_keys(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from survey.keys import digests;"
        "home = Path(sys.argv[1]); print(digests.digest(home, b'x').hex(), digests.session_secret(home).hex())"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    with ThreadPoolExecutor(4) as pool:
        printed = list(pool.map(lambda _: subprocess.check_output(command, cwd=PROJECT), range(4)))
    assert len(set(printed)) == 1


def test_every_use_has_a_key_of_its_own(tmp_path: Path) -> None:
    made = {
        digests.digest(tmp_path, b"1234567890"),
        digests.withdrawal_tag(tmp_path, "1234567890"),
        digests.session_secret(tmp_path),
        digests.digest(tmp_path / "other", b"1234567890"),
    }
    assert len(made) == 4


@pytest.mark.slow
def test_custody_follows_the_current_key_and_where_its_private_half_lies(tmp_path: Path) -> None:
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    assert not record_keys.in_custody(here)
    record_keys.new_key(here)
    assert not record_keys.in_custody(here)
    theirs = record_keys.new_key(elsewhere)
    record_keys.take_key(here, record_keys.public_key(elsewhere, theirs.id))
    assert record_keys.in_custody(here)
    own = record_keys.new_key(here)
    assert not record_keys.in_custody(here)
    (here / "keys" / "records" / f"{own.id}.pem").unlink()
    # What another hand changes in the folder is seen within a second.
    latest = time.monotonic() + 20
    while not record_keys.in_custody(here):
        assert time.monotonic() < latest
        time.sleep(0.05)
