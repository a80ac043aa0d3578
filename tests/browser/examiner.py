"""What somebody finds who has a copy of the phone's storage and the PIN: every value in the browser's files, opened."""

from __future__ import annotations

import hashlib
import json
import re
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

#: PBKDF2 rounds of a lock that does not say how many, and how one says it: an integer behind its name.
ROUNDS: Final = 600_000
SAID_ROUNDS: Final = b"\x06roundsI"
NAMES: Final = ("safe", "pack", "draft", "sent", "suspended")
PAGE: Final = 4096
TAG: Final = 16
SECRET: Final = 32
#: A file system's block of a log, and what stands before each of its pieces.
LOG_BLOCK: Final = 32_768
PIECE: Final = 7
FOOTER: Final = 48
#: What a browser puts before a value that it packed.
PACKED: Final = b"\xff\x11\x02"


@dataclass(frozen=True, slots=True)
class Opened:
    """One value that could be read: what it was kept as, and what it says."""

    name: str
    value: Any


def opened(profile: Path, pin: str) -> list[Opened]:
    """Everything locked in a copied profile that this PIN opens, older versions and deleted ones included."""
    values = list(_values(profile))
    salts = {data for value in values for data in _arrays(value) if len(data) == TAG}
    rounds = {ROUNDS, *(number for value in values for number in _rounds(value))}
    keys = [key for pair in product(salts, rounds) for key in _keys(pin, *pair, secrets(profile))]
    locked = {pair for value in values for pair in _locked(value)}
    found = (_unlocked(key, *pair) for key, pair in product(keys, sorted(locked)))
    return [one for one in found if one is not None]


def secrets(profile: Path) -> list[bytes]:
    """The content of every file as long as a key: one of them may be mixed into one."""
    files = (path for path in profile.rglob("*") if path.is_file() and path.stat().st_size == SECRET)
    return sorted({path.read_bytes() for path in files})


def _rounds(value: bytes) -> Iterator[int]:
    """What a value says of rounds: V8 writes an integer as twice itself, in groups of seven bits."""
    for mark in re.finditer(re.escape(SAID_ROUNDS), value):
        yield _number(value, mark.end())[0] // 2


def _keys(pin: str, salt: bytes, rounds: int, found: list[bytes]) -> Iterator[AESGCM]:
    """Every key that the app, in any version, makes of a PIN, a salt and secrets."""
    bits = _stretched(pin, salt, rounds)
    yield AESGCM(bits)
    for secret, use in product([bytes(SECRET), *found], (b"phone", b"draft")):
        yield AESGCM(HKDF(SHA256(), SECRET, secret, use).derive(bits))


@lru_cache
def _stretched(pin: str, salt: bytes, rounds: int) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", pin.encode(), salt, rounds)


def _unlocked(key: AESGCM, iv: bytes, data: bytes) -> Opened | None:
    for name in NAMES:
        with suppress(InvalidTag):
            return Opened(name, json.loads(key.decrypt(iv, data, name.encode())))
    return None


def _locked(value: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Pairs of initial value and ciphertext that lie in one stored value."""
    arrays = list(_arrays(value))
    starts = [data for data in arrays if len(data) == 12]
    bodies = [data for data in arrays if len(data) > PAGE and len(data) % PAGE == TAG]
    yield from product(starts, bodies)


def _arrays(value: bytes) -> Iterator[bytes]:
    """Whatever is marked as an array of bytes, by the marks of V8's serialization: short ones are seen through a view."""
    for mark in re.finditer(b"B(?=[\x0c\x10]|[\x80-\xff])", value):
        length, start = _number(value, mark.end())
        data, view = value[start : start + length], value[start + length : start + length + 1]
        short = length in (12, TAG) and view == b"V"
        if len(data) == length and (short or (length > PAGE and length % PAGE == TAG)):
            yield data


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, and where it ends."""
    result = shift = 0
    while at < len(data) and shift < 35:
        result |= (data[at] & 127) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 128:
            break
    return result, at


# ---- the browser's files


def _values(profile: Path) -> Iterator[bytes]:
    """Every value in every LevelDB below the profile, live or not, and every file that holds one apart."""
    for path in sorted(profile.rglob("*")):
        if not path.is_file():
            continue
        content = path.read_bytes()
        yield from _plain(content)
        if path.suffix == ".log":
            yield from (part for batch in _batches(content) for part in _plain(batch))
        elif path.suffix in (".ldb", ".sst"):
            yield from (part for entry in _entries(content) for part in _plain(entry))


def _plain(content: bytes) -> Iterator[bytes]:
    """The content, and what it holds packed."""
    yield content
    for mark in re.finditer(re.escape(PACKED), content):
        with suppress(ValueError, IndexError):
            yield unpacked(content[mark.end() :])


def _batches(content: bytes) -> Iterator[bytes]:
    """The records of a log, each put together from its pieces."""
    whole = b""
    for begin in range(0, len(content), LOG_BLOCK):
        block = content[begin : begin + LOG_BLOCK]
        at = 0
        while at + PIECE <= len(block):
            length, kind = struct.unpack_from("<HB", block, at + 4)
            whole = (b"" if kind in (1, 2) else whole) + block[at + PIECE : at + PIECE + length]
            if kind in (1, 4):
                yield whole
            at += PIECE + length


def _entries(content: bytes) -> Iterator[bytes]:
    """The values of a table, block by block."""
    at = len(content) - FOOTER
    _, at = _number(content, at)
    _, at = _number(content, at)
    start, at = _number(content, at)
    size, _ = _number(content, at)
    for handle in _pairs(_block(content, start, size)):
        begin, end = _number(handle, 0)
        yield from _pairs(_block(content, begin, _number(handle, end)[0]))


def _block(content: bytes, start: int, size: int) -> bytes:
    body = content[start : start + size]
    return unpacked(body) if content[start + size] == 1 else body


def _pairs(block: bytes) -> Iterator[bytes]:
    end = len(block) - 4 * (struct.unpack_from("<I", block, len(block) - 4)[0] + 1)
    at = 0
    while at < end:
        _, at = _number(block, at)
        rest, at = _number(block, at)
        length, at = _number(block, at)
        yield block[at + rest : at + rest + length]
        at += rest + length


def unpacked(data: bytes) -> bytes:
    """The content of a snappy block. Raises ValueError or IndexError for what is none."""
    size, at = _number(data, 0)
    out = bytearray()
    while len(out) < size:
        tag, at = data[at], at + 1
        if tag & 3 == 0:
            length, at = _literal(data, tag >> 2, at)
            out += data[at : at + length]
            at += length
        else:
            at = _copied(data, tag, at, out)
    return bytes(out)


def _literal(data: bytes, length: int, at: int) -> tuple[int, int]:
    if length < 60:
        return length + 1, at
    width = length - 59
    return int.from_bytes(data[at : at + width], "little") + 1, at + width


def _copied(data: bytes, tag: int, at: int, out: bytearray) -> int:
    """Repeat what is there already; returns where the next piece begins."""
    if tag & 3 == 1:
        length, offset, width = (tag >> 2 & 7) + 4, (tag >> 5) << 8 | data[at], 1
    else:
        width = 2 if tag & 3 == 2 else 4
        length, offset = (tag >> 2) + 1, int.from_bytes(data[at : at + width], "little")
    if not 0 < offset <= len(out):
        raise ValueError("copied from outside")
    for _ in range(length):
        out.append(out[-offset])
    return at + width
