"""Parts of pages that are the same for every reader of a release in a language: rendered once, then kept."""

from __future__ import annotations

import re
import zlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Final

from flask import render_template
from markupsafe import Markup

#: Kept parts, the one that was not asked for longest goes first; each is some 20 kB.
MOST: Final = 300
#: White space before a box of its own shows nowhere.
LAYOUT: Final = re.compile(r"\s+(?=</?(?:tr|td|th|tbody|thead|table|div|section|details|h\d|p)\b)")


class Fragments:
    """Rendered parts by what they were made of, compressed."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = Lock()
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()

    def part(self, key: Hashable, template: str, context: Callable[[], dict[str, object]]) -> Markup:
        """A part of a page: the kept one, or the template with what `context` makes for it. `key` names all that decides it."""
        with self._lock:
            found = self._kept.get((template, key))
            if found is not None:
                self._kept.move_to_end((template, key))
        if found is None:
            found = zlib.compress(LAYOUT.sub("", render_template(template, **context())).strip().encode(), 1)
            with self._lock:
                self._kept[template, key] = found
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        return Markup(zlib.decompress(found).decode())  # noqa: S704 - a template made it, which escapes
