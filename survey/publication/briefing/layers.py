"""The layers of the map: the figure itself, how sure it is, and how much of what was wanted was reached; classes of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from survey.problems import N_
from survey.publication.briefing.reach import Reached
from survey.publication.briefing.readings import Reading


@dataclass(frozen=True, slots=True)
class OnMap:
    """A district of the map: the figure that is drawn there, and the groups that were reached."""

    district: str
    reading: Reading
    reached: tuple[Reached, ...] = ()

    @property
    def sure(self) -> int | None:
        """By how many points the interval reaches from its middle, upward; None where the figure is hidden."""
        low, high = self.reading.low, self.reading.high
        return None if low is None or high is None else (high - low + 1) // 2

    @property
    def coverage(self) -> int | None:
        """Done of wanted in per cent, what one group has too many making up for nothing; None without a target or where a number is hidden."""
        wanted = [one for one in self.reached if one.target]
        if not wanted or any(one.done is None for one in wanted):
            return None
        done = sum(min(one.done or 0, one.target or 0) for one in wanted)
        return 100 * done // sum(one.target or 0 for one in wanted)


@dataclass(frozen=True, slots=True)
class Layer:
    """What a map shows: its title, whose hole `what` is the indicator, the limits between the classes, the value, and whether few answers are marked."""

    title: str
    name: str
    breaks: tuple[float, float, float]
    value: Callable[[OnMap], int | None]
    marks_few: bool = True


VALUE: Final = "value"
COVERAGE: Final = "coverage"
LAYERS: Final[Mapping[str, Layer]] = {
    VALUE: Layer(
        N_("{what}, by district, in per cent"),
        N_("Value"),
        (25.0, 50.0, 75.0),
        lambda one: one.reading.value,
    ),
    "sure": Layer(
        N_("{what}, by district: points by which the interval reaches to either side; darker is less sure"),
        N_("How sure"),
        (5.0, 10.0, 15.0),
        lambda one: one.sure,
    ),
    COVERAGE: Layer(
        N_("Interviews by district, in per cent of those wanted"),
        N_("Coverage"),
        (50.0, 75.0, 100.0),
        lambda one: one.coverage,
        marks_few=False,
    ),
}


def layers_of(districts: Sequence[OnMap]) -> tuple[str, ...]:
    """The layers that there is something for: coverage needs targets."""
    planned = any(one.target for place in districts for one in place.reached)
    return tuple(name for name in LAYERS if planned or name != COVERAGE)
