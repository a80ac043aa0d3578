"""Replies to readers, compressed: a page of results is twenty times smaller.

Who can make a browser ask for a page and see how long each reply is could guess a secret in it letter by letter, where the page repeats
what was asked (BREACH). The one secret of a page is the token of its forms, and `session.masked_token` writes it differently each time.
"""

from __future__ import annotations

import gzip
import re
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from flask import Flask, Response, g, request
from markupsafe import Markup

#: The blueprints of readers, and the address of style sheets.
READERS: Final = frozenset({"results", "coverage", "paper", "downloads", "actions"})
#: What compression makes smaller; a font or a sealed file it does not.
TEXTS: Final = frozenset({"text/html", "text/csv", "text/css", "image/svg+xml", "application/json"})
#: A reply of fewer bytes gets hardly smaller.
LEAST: Final = 300


class Piece:
    """A part of a page as it is kept: compressed so that it can be put between other parts without being compressed again."""

    __slots__ = ("deflated", "empty")

    def __init__(self, text: str) -> None:
        self.empty = not text
        self.deflated = _deflated(text.encode())

    def text(self) -> bytes:
        """What was compressed."""
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(self.deflated)


def place(piece: Piece) -> Markup:
    """What stands for a piece in a template until the reply is sent: "" for an empty one, else a mark that no value can write."""
    if piece.empty:
        return Markup()
    if "pieces" not in g:
        g.pieces = []
    g.pieces.append(piece)
    return Markup(f"<!--piece {len(g.pieces) - 1}-->")  # noqa: S704 - a number


_MARK: Final = re.compile(rb"<!--piece (\d+)-->")


def install(app: Flask) -> None:
    """Put pieces into their pages; compress pages and files of readers, and style sheets."""
    app.after_request(_finish)


def _finish(reply: Response) -> Response:
    pieces: Sequence[Piece] = g.pop("pieces", ())
    packed = _is_compressed(reply)
    if pieces or packed:
        reply.direct_passthrough = False
        parts = list(_parts(reply.get_data(), pieces))
        if packed:
            _pack(reply, parts)
        else:
            reply.set_data(b"".join(map(_text, parts)))
    return reply


def _is_compressed(reply: Response) -> bool:
    """Whether a reply is sent compressed; those that could be say that it depends on the browser."""
    if request.blueprint not in READERS and request.endpoint != "static":
        return False
    if reply.mimetype not in TEXTS or reply.status_code != 200 or "Content-Encoding" in reply.headers:
        return False
    reply.vary.add("Accept-Encoding")
    return bool(request.accept_encodings["gzip"]) and request.range is None


def _parts(body: bytes, pieces: Sequence[Piece]) -> Iterator[bytes | Piece]:
    """What a page is made of, in its order."""
    if not pieces:
        yield body
        return
    # Every second part is the number in a mark.
    for at, part in enumerate(_MARK.split(body)):
        yield pieces[int(part)] if at % 2 else part


def _text(part: bytes | Piece) -> bytes:
    return part.text() if isinstance(part, Piece) else part


def _pack(reply: Response, parts: Sequence[bytes | Piece]) -> None:
    if len(parts) > 1:
        reply.set_data(_gzip_of(parts))
    else:
        body = _text(parts[0])
        if len(body) < LEAST:
            return
        reply.set_data(
            _style_sheet(body) if reply.mimetype == "text/css" else gzip.compress(body, 9, mtime=0)
        )
    reply.headers["Content-Encoding"] = "gzip"
    tag, _ = reply.get_etag()
    if tag:
        # The same content in other bytes.
        reply.set_etag(tag, weak=True)


#: Of a gzip file without a name or a time, and the end of its compressed bytes.
_HEAD: Final = b"\x1f\x8b\x08\0\0\0\0\0\x02\xff"
_END: Final = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS).flush()


def _gzip_of(parts: Iterable[bytes | Piece]) -> bytes:
    """One gzip file of all parts; pieces go in as they are kept."""
    made, sum_, length = [_HEAD], 0, 0
    for part in parts:
        text = _text(part)
        sum_, length = zlib.crc32(text, sum_), length + len(text)
        made.append(part.deflated if isinstance(part, Piece) else _deflated(text))
    return b"".join((*made, _END, struct.pack("<LL", sum_, length & 0xFFFFFFFF)))


def _deflated(text: bytes) -> bytes:
    """Compressed bytes that end with a whole byte and to which nothing after them refers."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, 9)
    return packer.compress(text) + packer.flush(zlib.Z_FULL_FLUSH)


@lru_cache(maxsize=16)
def _style_sheet(body: bytes) -> bytes:
    """The same for everybody, so compressed once; without its comments, as scripts are sent, and without its layout."""
    bare = re.sub(rb"/\*.*?\*/", b"", body, flags=re.DOTALL)
    # A space before a colon is part of a selector.
    return gzip.compress(re.sub(rb"\s*([{};,])\s*", rb"\1", re.sub(rb"\s+", b" ", bare)), 9, mtime=0)
