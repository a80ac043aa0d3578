"""How long a recording in Opus lasts, as its own file says, and how much it asks of a network."""

from __future__ import annotations

import struct
from typing import Final

#: What each page of a file, and the first packet of Opus, begins with (RFC 3533, RFC 7845).
_PAGE: Final = b"OggS"
_HEAD: Final = b"OpusHead"
#: Samples a second of every file.
_RATE: Final = 48_000
_POSITION: Final = struct.Struct("<q")
_SKIP: Final = struct.Struct("<H")


def kilobits(content: bytes) -> float | None:
    """Kilobits a second of a recording in Ogg Opus; None for anything else, and for one that lasts no time."""
    head, last = content.find(_HEAD), content.rfind(_PAGE)
    if not content.startswith(_PAGE) or head < 0 or len(content) < last + 14:
        return None
    (position,) = _POSITION.unpack_from(content, last + 6)
    (skipped,) = _SKIP.unpack_from(content, head + 10)
    seconds = (position - skipped) / _RATE
    return len(content) * 8 / 1000 / seconds if seconds > 0 else None
