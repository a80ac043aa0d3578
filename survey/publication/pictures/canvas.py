"""What all pictures are drawn with: lines, bars, signs and texts, mirrored for who reads from the right, and closed as one SVG.

Colours are written as attributes, which a style sheet overrules: a picture is right by itself, in a file and on paper, and
follows the page that it is in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from markupsafe import Markup, escape

from survey.publication.pictures.reader import Reader

#: Colour by its name, which is the class in the style sheet too. Steps of one hue differ by a fifth of the way from black to
#: white or more, so that they stay apart on grey paper; so do steps that are side by side in a bar.
COLOURS: Final[Mapping[str, str]] = {
    "ink": "currentColor",
    "deep": "#1f4e5f",
    "grey": "#8b999e",
    "step1": "#dcebf0",
    "step2": "#86adbb",
    "step3": "#437384",
    "step4": "#123541",
    "worse1": "#f2deb2",
    "worse2": "#c59c48",
    "worse3": "#8a5d00",
}
#: Small text, and the text of labels.
SMALL: Final = 11.5
LABEL: Final = 13.0
#: Half the height of a tick at the end of an interval.
TICK: Final = 4.0

Attribute = str | float | None


def element(tag: str, content: str = "", /, **attributes: Attribute) -> Markup:
    """One element of SVG; `_` in names of attributes stands for a hyphen, and what is None is left out."""
    given = "".join(
        f' {name.strip("_").replace("_", "-")}="{_short(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    # Markup.format would take ten times as long.
    inside = f">{escape(content)}</{tag}>" if content else "/>"
    return Markup(f"<{tag}{given}{inside}")  # noqa: S704 - all that comes from elsewhere is escaped


def _short(value: str | float) -> str:
    return escape(value) if isinstance(value, str) else f"{round(value, 1):g}"


class Canvas:
    """A drawing under way. Every x counts from the side where reading begins."""

    def __init__(self, reader: Reader, name: str) -> None:
        self.reader = reader
        self.name = name
        self._parts: list[Markup] = []

    def _x(self, x: float) -> float:
        return self.reader.width - x if self.reader.mirrored else x

    def add(self, part: Markup) -> None:
        """Draw what is an element already."""
        self._parts.append(part)

    def line(
        self,
        ends: tuple[float, float, float, float],
        kind: str,
        width: float = 1,
        what: str = "",
        dashes: str | None = None,
    ) -> None:
        """A line from x, y to x, y."""
        x1, y1, x2, y2 = ends
        self.add(
            element(
                "line",
                class_=f"{what} {kind}".strip(),
                **{"x1": self._x(x1), "y1": y1, "x2": self._x(x2), "y2": y2},
                color=COLOURS[kind],
                stroke="currentColor",
                stroke_width=width,
                stroke_dasharray=dashes,
            )
        )

    def ticks(self, places: Iterable[float], top: float, bottom: float) -> None:
        """Thin upright lines at these places, as one drawing."""
        path = "".join(f"M{_short(self._x(x))} {_short(top)}V{_short(bottom)}" for x in places)
        drawn: dict[str, Attribute] = {"stroke": "currentColor", "stroke_width": 0.6}
        self.add(element("path", class_="ticks grey", d=path, color=COLOURS["grey"], **drawn))

    def bar(self, box: tuple[float, float, float, float], kind: str, what: str = "") -> None:
        """A bar of x, y, length and height."""
        x, y, length, height = box
        self.add(
            element(
                "rect",
                class_=f"{what} {kind}".strip(),
                x=self._x(x + length) if self.reader.mirrored else x,
                y=y,
                width=length,
                height=height,
                **self.looks(kind),
            )
        )

    def looks(self, kind: str) -> dict[str, Attribute]:
        """How an area of this kind is filled and outlined, by its colour; "hatch", "few" and "unsurveyed" are signs."""
        if kind == "few":
            return {"fill": "none", "stroke": "#ffffff", "stroke_width": 2}
        if kind == "unsurveyed":
            return {"fill": "none", "stroke": "currentColor", "stroke_dasharray": "1 2"}
        # An outline, for where a screen has colours of its own.
        fill = self.hatch if kind == "hatch" else COLOURS[kind]
        return {"fill": fill, "stroke": "currentColor", "stroke_width": 0.7}

    @property
    def hatch(self) -> str:
        """The fill of what is hidden."""
        return f"url(#{self.name}-hatch)"

    def sign(self, shape: str, at: tuple[float, float], kind: str = "deep", *, hollow: bool = False) -> None:
        """A sign with its middle at x, y: "circle", "square", "triangle" or "diamond"."""
        x, y = self._x(at[0]), at[1]
        drawn: dict[str, Attribute] = {
            "class": f"sign {shape} {kind}{' hollow' if hollow else ''}",
            "color": COLOURS[kind],
            "fill": "#ffffff" if hollow else "currentColor",
            "stroke": "currentColor",
            "stroke-width": 1.8 if hollow else None,
        }
        if shape == "circle":
            self.add(element("circle", cx=x, cy=y, r=4.4, **drawn))
        else:
            self.add(element("path", d=_outline(shape, x, y), **drawn))

    def text(self, at: tuple[float, float], text: str, anchor: str = "start", **looks: Attribute) -> None:
        """A line of the reader's language that begins at x, y, or ends there."""
        self._text(at, escape(self.reader.own_line(text)), anchor, looks)

    def numerals(
        self, at: tuple[float, float], text: str, anchor: str = "middle", **looks: Attribute
    ) -> None:
        """Numerals around, before or after x, y; "start" and "end" are those of reading."""
        # The drawing runs from the left, as numerals do, so they need no mark of direction.
        self._text(at, escape(text), anchor, looks)

    def numerals_over(self, at: tuple[float, float], text: str, anchor: str) -> None:
        """Numerals on top of lines, which stop around them."""
        around: dict[str, Attribute] = {"stroke": "#ffffff", "stroke_width": 4, "paint_order": "stroke"}
        self.numerals(at, text, anchor, class_="over", **around)

    def value(self, at: tuple[float, float], strong: str, small: str) -> None:
        """A figure and its interval that end at x, y."""
        # A space, for not every renderer counts `dx` where a text ends.
        both = Markup("{} {}").format(
            element("tspan", strong, font_weight="700"), element("tspan", small, font_size=SMALL)
        )
        self._text(at, both, "end", {})

    def _text(
        self, at: tuple[float, float], inside: Markup, anchor: str, looks: Mapping[str, Attribute]
    ) -> None:
        # The drawing itself runs from the left in every language, so that a renderer that knows no direction agrees.
        turned = {"start": "end", "end": "start", "middle": "middle"}
        drawn = turned[anchor] if self.reader.mirrored else anchor
        size: dict[str, Attribute] = {"font_size": LABEL, **looks}
        self.add(
            element(
                "text",
                inside,
                x=self._x(at[0]),
                y=at[1],
                text_anchor=None if drawn == "start" else drawn,
                fill="currentColor",
                **size,
            )
        )

    def closed(self, title: str, description: str, height: float, kind: str) -> Markup:
        """The whole picture: its title and what it says for who cannot see it come first."""
        width = self.reader.width
        head = (
            element("title", escape(title), id=f"{self.name}-title"),
            element("desc", escape(description), id=f"{self.name}-desc"),
            self._pattern() if any(self.hatch in part for part in self._parts) else Markup(""),
        )
        return element(
            "svg",
            Markup("").join((*head, *self._parts)),
            xmlns="http://www.w3.org/2000/svg",
            class_=f"picture {kind}",
            role="img",
            direction="ltr",
            aria_labelledby=f"{self.name}-title",
            aria_describedby=f"{self.name}-desc",
            viewBox=f"0 0 {width} {_short(height)}",
        )

    def _pattern(self) -> Markup:
        stripe = element("path", d="M0 0V6", stroke="currentColor", stroke_width=2)
        pattern = element(
            "pattern",
            stripe,
            id=f"{self.name}-hatch",
            width=6,
            height=6,
            patternUnits="userSpaceOnUse",
            patternTransform="rotate(45)",
        )
        return element("defs", pattern)


def _outline(shape: str, x: float, y: float) -> str:
    corners = {
        "square": ((-4, -4), (8, 0), (0, 8), (-8, 0)),
        "triangle": ((0, -5.2), (5.2, 9), (-10.4, 0)),
        "diamond": ((0, -5.8), (5.8, 5.8), (-5.8, 5.8), (-5.8, -5.8)),
    }[shape]
    first, *others = corners
    steps = "".join(f"l{dx:g} {dy:g}" for dx, dy in others)
    return f"M{_short(x + first[0])} {_short(y + first[1])}{steps}z"
