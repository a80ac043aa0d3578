"""A picture as a file of its own: with a size, a ground and the fonts of paper, since no page is around it."""

from __future__ import annotations

import re
from typing import Final

from markupsafe import Markup

from survey.publication.pictures.canvas import element

#: Where these are not installed the viewer takes its own.
FONTS: Final = "Noto Sans, Noto Naskh Arabic, sans-serif"
#: White around a picture, and how much larger than on a phone it is.
MARGIN: Final = 12
LARGER: Final = 2
_SIZE: Final = re.compile(r'<svg (.*?)viewBox="0 0 ([\d.]+) ([\d.]+)"')


def svg_file(picture: Markup) -> str:
    """The same picture on white; its numbers and places are those of the page."""
    found = _SIZE.match(picture)
    if found is None:
        raise ValueError("This is not a picture of figures.")
    width, height = (float(found[part]) + 2 * MARGIN for part in (2, 3))
    size = (
        f'width="{LARGER * width:g}" height="{LARGER * height:g}" font-family="{FONTS}" color="#000000" '
        f'viewBox="{-MARGIN} {-MARGIN} {width:g} {height:g}"'
    )
    ground = element(
        "rect", class_="ground", x=-MARGIN, y=-MARGIN, width=width, height=height, fill="#ffffff"
    )
    head, rest = f"<svg {found[1]}{size}", picture[found.end() :]
    # Titles come first in a drawing, or viewers do not find them.
    before, described, after = rest.partition("</desc>")
    return "".join((head, before, described, ground, after))
