"""The pictures of a briefing one by one, each by the name of its file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from markupsafe import Markup

from survey.publication.briefing.district import DistrictBriefing
from survey.publication.briefing.drawn import Drawer
from survey.publication.briefing.indicators import SCALES
from survey.publication.briefing.layers import COVERAGE
from survey.publication.briefing.one_indicator import IndicatorBriefing
from survey.publication.briefing.overview import OverviewBriefing
from survey.publication.paper.typesetting import png
from survey.publication.pictures.files import svg_file

#: How wide a picture is drawn for a file.
WIDTH: Final = 360

OF_DISTRICT: Final[Mapping[str, Callable[[Drawer, DistrictBriefing], Markup]]] = {
    "indicators": lambda draw, briefing: draw.leads(briefing.leads),
    "help": lambda draw, briefing: draw.help(briefing.help),
    "heard": lambda draw, briefing: draw.heard(briefing.heard),
    "safety": lambda draw, briefing: draw.groups(
        [row for row in briefing.leads if row.lead.name in SCALES], briefing.groups
    ),
}
OF_ROUND: Final[Mapping[str, Callable[[Drawer, OverviewBriefing], Markup]]] = {
    "indicators": lambda draw, briefing: draw.leads(briefing.leads),
    "help": lambda draw, briefing: draw.help(briefing.help),
    "heard": lambda draw, briefing: draw.heard(briefing.heard),
    "map": lambda draw, briefing: draw.map(briefing.districts, whole=briefing.whole),
    "map-sure": lambda draw, briefing: draw.map(briefing.districts, "sure", whole=briefing.whole),
    "map-coverage": lambda draw, briefing: draw.map(briefing.districts, COVERAGE, whole=briefing.whole),
}
OF_INDICATOR: Final[Mapping[str, Callable[[Drawer, IndicatorBriefing], Markup | None]]] = {
    "strips": lambda draw, briefing: draw.strips(briefing),
    "rounds": lambda draw, briefing: draw.over_rounds(briefing),
}
#: Ending of a file → how a picture becomes one.
KINDS: Final[Mapping[str, Callable[[Markup], bytes]]] = {
    "svg": lambda picture: svg_file(picture).encode(),
    "png": png,
}
