"""What a release says of the worker's part of every interval: how alike a worker's interviews are, and whence it is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from analysis.models.interviewers import MEASURED, Correlation
from survey.problems import Problem
from survey.publication.counts.design_effects import Known, index_key
from survey.publication.counts.gaps import difference_key
from survey.publication.counts.workloads import Told
from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.field.rounds import Round
from survey.storage.results import release_document, releases

#: The field of a question, index or gap that holds it, and of the release that holds the numbers of interviews.
FIELD: Final = "interviewers"
WORKLOADS: Final = "workloads"


def described(known: Known) -> dict[str, Any]:
    """As a release keeps it: all that its intervals are made of beside counts and numbers of interviews."""
    found = known.correlation
    return {"rho": found.rho, "error": found.error, "source": found.source, "alone": known.alone}


def read(entry: Mapping[str, Any]) -> Known | None:
    """That of a question, index or gap of a release; None in releases of before, whose intervals lack the worker's part."""
    kept = entry.get(FIELD)
    return kept and Known(Correlation(kept["rho"], kept["error"], kept["source"]), kept["alone"])


def workloads_described(workloads: Told) -> list[dict[str, Any]]:
    """By published base, how many interviews of its own worker an interview there sees."""
    return [{"name": list(name), "seen": seen} for name, seen in workloads.seen.items()]


def borrowed(database: Database, present: Round, mode: str) -> dict[str, Correlation]:
    """What the last released round of the same questionnaire measured, where answers were entered in the same `mode`.

    Nothing where that release is none any more, or was made before such things were kept.
    """
    released = releases.released_rounds(database)
    before = [one for one in rounds.all_rounds(database) if one.key < present.key and one.name in released]
    last = next((one for one in before if one.questionnaire == present.questionnaire), None)
    if last is None or not mode:
        return {}
    try:
        document = release_document.unpack(releases.find(database, last.name).content)
        return _measured(document) if document.get("mode") == mode else {}
    except (Problem, *release_document.MALFORMED):
        return {}


def _measured(document: Mapping[str, Any]) -> dict[str, Correlation]:
    return {name: known.correlation for name, known in _all(document) if known.correlation.source == MEASURED}


def _all(document: Mapping[str, Any]) -> Iterator[tuple[str, Known]]:
    for topic in document["topics"]:
        if known := read(topic):
            yield topic["name"], known
    for entry in document.get("indices", ()):
        if known := read(entry):
            yield index_key(entry["name"], entry["groups"]), known
    for entry in document.get("gaps", ()):
        if known := read(entry):
            yield difference_key(entry["first"], entry["second"]), known
