"""Parts of pages that are the same for every reader of a release in a language: rendered once, then kept."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Final, cast

from flask import current_app, g, render_template
from markupsafe import Markup

from survey.web.frame import compressed, guard
from survey.web.frame.compressed import Piece

#: Bytes of kept parts, compressed: those of three rounds of 69 districts in three languages.
MOST: Final = 32 * 1024 * 1024
#: White space before a box of its own shows nowhere.
LAYOUT: Final = re.compile(r"\s+(?=</?(?:tr|td|th|tbody|thead|table|div|section|details|h\d|p)\b)")
#: Where an application holds the parts that it keeps.
KEY: Final = "fragments"

Context = Callable[[], dict[str, object]]


class Fragments:
    """Rendered parts by what they were made of, up to a number of bytes: the one that was not asked for longest goes first."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = Lock()
        self._size = 0
        self._kept: OrderedDict[Hashable, Piece] = OrderedDict()

    def piece(self, key: Hashable, template: str, context: Context) -> Piece:
        """The kept part of that key and template, or the template with what `context` makes for it."""
        with self._lock:
            found = self._kept.get((template, key))
            if found is not None:
                self._kept.move_to_end((template, key))
        if found is None:
            found = Piece(rendered(template, context))
            with self._lock:
                self._keep((template, key), found)
        return found

    def _keep(self, key: Hashable, piece: Piece) -> None:
        # Another request may have made the same meanwhile.
        before = self._kept.pop(key, None)
        self._size += len(piece.deflated) - (len(before.deflated) if before else 0)
        self._kept[key] = piece
        while self._size > self._most and len(self._kept) > 1:
            self._size -= len(self._kept.popitem(last=False)[1].deflated)


def rendered(template: str, context: Context) -> str:
    """A template as nobody sees it: what is kept for everybody must hold nothing of one account."""
    placed = len(g.get("pieces", ()))
    with guard.as_nobody():
        text = LAYOUT.sub("", render_template(template, **context())).strip()
    if len(g.get("pieces", ())) > placed:
        raise RuntimeError("a kept part holds another, which stands for itself in this reply alone")
    return text


def part(key: Hashable, template: str, context: Context) -> Markup:
    """A part of a page, to be put into its template; `key` names all that decides it."""
    kept = cast(Fragments, current_app.extensions.setdefault(KEY, Fragments()))
    return compressed.place(kept.piece(key, template, context))
