"""The words of sheets that several of them share: facts under a title, main points, tables of groups, the foot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from markupsafe import Markup

from survey.languages import Language, languages
from survey.problems import N_
from survey.publication.briefing.district import DistrictBriefing
from survey.publication.briefing.drawn import Drawer
from survey.publication.briefing.main_points import MainPoint
from survey.publication.briefing.overview import OverviewBriefing
from survey.publication.briefing.reach import Reached
from survey.publication.briefing.readings import Reading
from survey.publication.briefing.sentences import sentence
from survey.publication.paper.sheets import Finding, Part, Picture, Table, Text
from survey.publication.pictures.reader import END_ISOLATE, LTR_ISOLATE
from survey.publication.pictures.wording import reader_of
from survey.publication.reading.labels import Labels

CLAIM: Final = N_(
    "These figures describe the people who were interviewed, not everybody who lives in a district. Figures in parentheses rest on few answers (25 to 49 interviews). The sign · means a figure that is not shown."
)
DEMONSTRATION: Final = (N_("Demonstration data"), N_("Every figure here is made up."))
DRAFT: Final = N_("The texts in this language are a draft: a native speaker has still to review them.")
Row = TypeVar("Row")

#: What stands for a figure that is not shown.
HIDDEN: Final = "·"
#: What stands where nothing was wanted.
NONE: Final = "–"
#: As many signs of the fingerprint as tell releases apart.
DIGEST: Final = 16


@dataclass(frozen=True, slots=True)
class Writer:
    """Puts a briefing into words for one reader; `office` is whose paper it is, and `demonstration` says that figures are made up."""

    labels: Labels
    office: str
    demonstration: bool = False

    @property
    def language(self) -> Language:
        """The language of the paper."""
        return languages()[self.labels.language]

    def drawer(self, width: int) -> Drawer:
        """Who draws the pictures, of a width in units of their own."""
        return Drawer(reader_of(self.labels.language, self.labels.translate, width), self.labels)

    def say(self, text: str, **holes: str | int) -> str:
        """A text in the reader's language; what is put into its holes keeps its own direction."""
        said = self.labels.translate(text)
        return said.format(**{name: apart(str(value)) for name, value in holes.items()}) if holes else said

    def points(self, found: Iterable[MainPoint], earlier: str) -> tuple[Finding, ...]:
        """The main points as sentences."""
        return tuple(
            Finding(
                sentence(point, self.labels, earlier), self.labels.verdict(point.says) if point.says else ""
            )
            for point in found
        )

    def drawn(self, rows: Sequence[Row], draw: Callable[[Sequence[Row]], Markup]) -> tuple[Part, ...]:
        """The picture of rows; where there are none, that nothing can be shown."""
        return (Picture(draw(rows)) if rows else Text(self.say(N_("Nothing of this can be shown."))),)

    def reading(self, reading: Reading) -> str:
        """A figure with its interval."""
        if reading.value is None:
            return HIDDEN
        value = f"({reading.value}%)" if reading.few else f"{reading.value}%"
        # A space that does not break: the two belong together.
        return apart(f"{value}\u00a0{reading.low}–{reading.high}")

    def reached(self, groups: Iterable[Reached], counted: str = "Interviews") -> Table:
        """Interviews by group against what was wanted; less than half is marked. Over districts only those within targets are `counted`."""
        head = (self.say("Group"), self.say(counted), self.say("Target"), "%")
        return Table(head, tuple(self._reached(one) for one in groups))

    def _reached(self, one: Reached) -> tuple[str, ...]:
        group = self.labels.group(one.group)
        missed = self.say(N_("under half"))
        name = f"{group} ({missed})" if one.under_half else group
        wanted = (NONE, NONE) if one.target is None else (str(one.target), shown(one.percent))
        return name, shown(one.done), *wanted

    def sure(self, briefing: DistrictBriefing) -> tuple[str, ...]:
        """How far intervals reach, in points: all interviewed and one group."""
        points = self.say(N_("points"))
        found = (
            (N_("How sure: all interviewed"), briefing.within),
            (N_("How sure: one group"), briefing.group_within),
        )
        return tuple(
            f"{self.say(text)} {apart(f'±{within}')} {points}" for text, within in found if within is not None
        )

    def foot(self, briefing: DistrictBriefing | OverviewBriefing) -> tuple[str, ...]:
        """What is at the foot of each sheet."""
        notes = f"{self.claim} {self.say(DRAFT)}" if self.language.draft else self.claim
        return notes, self.imprint(briefing)

    def imprint(self, briefing: DistrictBriefing | OverviewBriefing) -> str:
        """Round, day and fingerprint."""
        made = self.say(N_("Made on {day}. Fingerprint of the stored figures:"), day=briefing.day)
        name = self.say(N_("Round {round}"), round=briefing.round)
        return f"{name} · {made} {apart(briefing.digest[:DIGEST])}"

    @property
    def claim(self) -> str:
        """What figures can say and what not."""
        return self.say(CLAIM)

    @property
    def marks(self) -> tuple[str, ...]:
        """What must be known before anything else is read."""
        return (" – ".join(map(self.say, DEMONSTRATION)),) if self.demonstration else ()


def shown(number: int | None) -> str:
    """A number, or the sign that it is not shown."""
    return HIDDEN if number is None else str(number)


def apart(text: str) -> str:
    """A name, number or code that keeps its own direction inside a text."""
    return f"{LTR_ISOLATE}{text}{END_ISOLATE}"
