"""The interviewer report: by question the share of the variance that is the worker's, as a release holds it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from analysis.models.interviewers import EARLIER, MEASURED, OTHERS, PLANNED, Correlation
from analysis.models.intraclass import intraclass_interval
from analysis.outputs import spreadsheet
from survey.problems import N_
from survey.publication.counts.cube import Topic, topics_of
from survey.publication.counts.design_effects import Known
from survey.publication.counts.workloads import LEAST_EACH
from survey.publication.reading.csv_files import DEMONSTRATION, Frame
from survey.publication.reading.labels import Labels
from survey.publication.release.release import Release
from survey.questionnaire.model import Questionnaire

COLUMNS: Final = (
    "round",
    "question",
    "question_label",
    "status",
    "percent",
    "ci_low",
    "ci_high",
    "used_percent",
    "source",
    DEMONSTRATION,
)

#: Whether there is something to say, and why not.
SAID: Final = "measured"
TOO_FEW_WORKERS: Final = "too few workers"
TOO_FEW_ANSWERS: Final = "too few answers"

UNMEASURED: Final[Mapping[str, str]] = {
    TOO_FEW_WORKERS: N_("Too few workers to say"),
    TOO_FEW_ANSWERS: N_("Too few answers to say"),
}
SOURCES: Final[Mapping[str, str]] = {
    MEASURED: N_("This round"),
    EARLIER: N_("An earlier round"),
    OTHERS: N_("Other questions of this round"),
    PLANNED: N_("Assumed, as for planning"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """The worker's part of one question, in whole per cent of the variance; `used` is what its intervals are made with.

    `percent` and its 95 % interval are None where it was not measured in the round.
    """

    question: str
    status: str
    source: str
    used: int
    percent: int | None = None
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """The questions of one page of the questionnaire."""

    page: str
    lines: tuple[Line, ...]


def sections(release: Release, questionnaire: Questionnaire) -> tuple[Section, ...]:
    """All questions of a release in the order of asking, shares after the question that they begin with.

    Empty for a release that was made before the worker's part was measured.
    """
    topics = [topic for topic in topics_of(questionnaire) if topic.name in release.known]
    by_question: dict[str, list[Topic]] = {}
    for topic in topics:
        by_question.setdefault(topic.question, []).append(topic)
    measured = _measured_groups(topics, release.known)
    found = (
        Section(
            page.name,
            tuple(
                _line(topic, release.known[topic.name], measured)
                for question in page.questions
                for topic in by_question.get(question.name, ())
            ),
        )
        for page in questionnaire.pages
    )
    return tuple(section for section in found if section.lines)


def interviewers_csv(release: Release, labels: Labels, *, demonstration: bool = False) -> bytes:
    """The same as a spreadsheet file; the columns are those of `COLUMNS`."""
    return spreadsheet.csv_bytes(COLUMNS, _rows(release, Frame(release.round, labels, demonstration)))


def _rows(release: Release, frame: Frame) -> Iterator[tuple[object, ...]]:
    for section in sections(release, frame.labels.questionnaire):
        for line in section.lines:
            yield (
                frame.round,
                line.question,
                frame.labels.question(line.question),
                line.status,
                line.percent,
                line.low,
                line.high,
                line.used,
                line.source,
                *frame.marks(),
            )


def _measured_groups(topics: Collection[Topic], known: Mapping[str, Known]) -> frozenset[frozenset[str]]:
    """The groups among which something was measured: there, and in larger sets of groups, are enough workers."""
    return frozenset(
        frozenset(one.groups) for one in topics if known[one.name].correlation.source == MEASURED
    )


def _line(topic: Topic, known: Known, measured: Collection[frozenset[str]]) -> Line:
    found = known.correlation
    used = _percent(found.rho)
    if found.source == MEASURED:
        return Line(topic.name, SAID, found.source, used, used, *_limits(found))
    enough = any(groups.issubset(topic.groups) for groups in measured)
    return Line(topic.name, TOO_FEW_ANSWERS if enough else TOO_FEW_WORKERS, found.source, used)


def _limits(found: Correlation) -> tuple[int, int]:
    """Made of the two published numbers alone; a worker brings at least as many interviews as the scale is of."""
    low, high = intraclass_interval(found.rho, found.error, LEAST_EACH)
    return _percent(low), _percent(high)


def _percent(share: float) -> int:
    return round(100 * share)
