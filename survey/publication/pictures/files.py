"""A picture as a file of its own: with a size, a ground and the fonts of paper, since no page is around it."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from markupsafe import Markup

from survey.publication.pictures.canvas import element

#: The first one ships in static/fonts; a viewer without it takes its own.
FONTS: Final = "Survey Naskh, Noto Sans, Noto Naskh Arabic, sans-serif"
#: White around a picture in a file, and how much larger than on a phone it is.
MARGIN: Final = 12
LARGER: Final = 2
_SIZE: Final = re.compile(r'<svg (.*?)viewBox="0 0 ([\d.]+) ([\d.]+)"')
_SAID: Final = re.compile(r"<title[^>]*>(.*?)</title><desc[^>]*>(.*?)</desc>", re.DOTALL)
_ISOLATES: Final = dict.fromkeys(range(0x2066, 0x206A))


def svg_file(picture: Markup, margin: int = MARGIN) -> str:
    """The same picture on white; its numbers and places are those of the page."""
    found = _SIZE.match(picture)
    if found is None:
        raise ValueError("This is not a picture of figures.")
    width, height = (float(found[part]) + 2 * margin for part in (2, 3))
    size = (
        f'width="{LARGER * width:g}" height="{LARGER * height:g}" font-family="{FONTS}" color="#000000" '
        f'viewBox="{-margin} {-margin} {width:g} {height:g}"'
    )
    ground = element(
        "rect", class_="ground", x=-margin, y=-margin, width=width, height=height, fill="#ffffff"
    )
    head, rest = f"<svg {found[1]}{size}", picture[found.end() :]
    # Titles come first in a drawing, or viewers do not find them.
    before, described, after = rest.partition("</desc>")
    return "".join((head, before, described, ground, after))


def description_of(picture: Markup) -> str:
    """What a picture says in words: its title and its numbers, for who cannot see it."""
    found = _SAID.search(picture)
    if found is None:
        raise ValueError("This is not a picture of figures.")
    return unescape(f"{found[1]}. {found[2]}").translate(_ISOLATES)
