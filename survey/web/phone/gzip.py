"""Replies compressed once for all phones: the network is slow, not the processor."""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Response, request


@lru_cache(maxsize=256)
def _compressed(body: bytes) -> bytes:
    return gzip.compress(body, 9, mtime=0)


def reply(body: bytes, media_type: str) -> Response:
    """The body, compressed if the browser accepts that."""
    made = Response(mimetype=media_type)
    made.headers["Vary"] = "Accept-Encoding"
    if request.accept_encodings["gzip"]:
        made.headers["Content-Encoding"] = "gzip"
        made.set_data(_compressed(body))
    else:
        made.set_data(body)
    return made
