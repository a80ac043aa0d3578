"""Replies to readers, compressed: a page of results is twenty times smaller.

Who can make a browser ask for a page and see how long each reply is could guess a secret in it letter by letter, where the page repeats
what was asked (BREACH). The one secret of a page is the token of its forms, and `session.masked_token` writes it differently each time.
"""

from __future__ import annotations

import gzip
import re
from functools import lru_cache
from typing import Final

from flask import Flask, Response, request

#: The blueprints of readers, and the address of style sheets.
READERS: Final = frozenset({"results", "coverage", "paper"})
#: What compression makes smaller; a font or a sealed file it does not.
TEXTS: Final = frozenset({"text/html", "text/csv", "text/css", "image/svg+xml", "application/json"})
#: A reply of fewer bytes gets hardly smaller.
LEAST: Final = 300


def install(app: Flask) -> None:
    """Compress the pages and files of readers, and style sheets."""
    app.after_request(_compress)


def _compress(reply: Response) -> Response:
    if request.blueprint not in READERS and request.endpoint != "static":
        return reply
    if reply.mimetype not in TEXTS or reply.status_code != 200 or "Content-Encoding" in reply.headers:
        return reply
    reply.vary.add("Accept-Encoding")
    if not request.accept_encodings["gzip"] or request.range is not None:
        return reply
    reply.direct_passthrough = False
    body = reply.get_data()
    if len(body) >= LEAST:
        reply.set_data(
            _style_sheet(body) if reply.mimetype == "text/css" else gzip.compress(body, 9, mtime=0)
        )
        reply.headers["Content-Encoding"] = "gzip"
        tag, _ = reply.get_etag()
        if tag:
            # The same content in other bytes.
            reply.set_etag(tag, weak=True)
    return reply


@lru_cache(maxsize=16)
def _style_sheet(body: bytes) -> bytes:
    """The same for everybody, so compressed once; without its comments, as scripts are sent, and without its layout."""
    bare = re.sub(rb"/\*.*?\*/", b"", body, flags=re.DOTALL)
    # A space before a colon is part of a selector.
    return gzip.compress(re.sub(rb"\s*([{};,])\s*", rb"\1", re.sub(rb"\s+", b" ", bare)), 9, mtime=0)
