"""Tones for the tests: a WAV file, and Ogg Opus files, whose packets a browser's own encoder makes."""

from __future__ import annotations

import base64
import io
import math
import struct
import wave
from collections.abc import Sequence
from typing import Final

from playwright.sync_api import Page

#: Samples a second of Opus, samples of one packet of 20 ms, and samples of an encoder's beginning.
RATE: Final = 48_000
PACKET: Final = 960
SKIP: Final = 312
#: A second of a tone, encoded at so many bits a second; each packet as base64.
ENCODE: Final = """async ({ bits, hertz }) => {
  const packets = [];
  const bytes = (chunk) => { const data = new Uint8Array(chunk.byteLength); chunk.copyTo(data); return data; };
  const output = (chunk) => packets.push(btoa(String.fromCharCode(...bytes(chunk))));
  const encoder = new AudioEncoder({ output, error: (error) => { throw error; } });
  encoder.configure({ codec: "opus", sampleRate: 48000, numberOfChannels: 1, bitrate: bits });
  const data = Float32Array.from({ length: 48000 }, (_, at) => Math.sin((at * hertz * 2 * Math.PI) / 48000) / 4);
  const sound = { format: "f32", sampleRate: 48000, numberOfFrames: 48000, numberOfChannels: 1, timestamp: 0, data };
  encoder.encode(new AudioData(sound));
  await encoder.flush();
  return packets;
}"""


def wav(hertz: int = 440, seconds: float = 0.2) -> bytes:
    """A tone as a WAV file."""
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        samples = (8000 * math.sin(2 * math.pi * hertz * at / 8000) for at in range(int(8000 * seconds)))
        file.writeframes(b"".join(struct.pack("<h", int(sample)) for sample in samples))
    return held.getvalue()


def opus(page: Page, bits: int = 16_000, hertz: int = 440) -> bytes:
    """A second of a tone as Ogg Opus, encoded by the browser of a page."""
    packets = [base64.b64decode(one) for one in page.evaluate(ENCODE, {"bits": bits, "hertz": hertz})]
    return ogg(packets)


def ogg(packets: Sequence[bytes]) -> bytes:
    """Opus packets of 20 ms in an Ogg file (RFC 3533, RFC 7845)."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, SKIP, RATE, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 5) + b"tests" + struct.pack("<I", 0)
    pages = [_page(0, 0, [head], 2), _page(1, 0, [tags], 0)]
    for number, start in enumerate(range(0, len(packets), 50)):
        several = packets[start : start + 50]
        last = start + 50 >= len(packets)
        pages.append(_page(number + 2, (start + len(several)) * PACKET, several, 4 if last else 0))
    return b"".join(pages)


def _page(number: int, position: int, packets: Sequence[bytes], kind: int) -> bytes:
    lacing = b"".join(bytes([255] * (len(one) // 255) + [len(one) % 255]) for one in packets)
    head = b"OggS" + struct.pack("<BBqIIIB", 0, kind, position, 1, number, 0, len(lacing))
    whole = head + lacing + b"".join(packets)
    return whole[:22] + struct.pack("<I", _checksum(whole)) + whole[26:]


def _checksum(data: bytes) -> int:
    """The checksum of an Ogg page: the polynomial 0x04c11db7, unreflected."""
    found = 0
    for byte in data:
        found ^= byte << 24
        for _ in range(8):
            found = ((found << 1) ^ (0x04C11DB7 if found & 0x80000000 else 0)) & 0xFFFFFFFF
    return found
