"""What a release says of the worker's part of every interval: how alike a worker's interviews are, and whence it is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from analysis.models.interviewers import MEASURED, Correlation
from survey.problems import Problem
from survey.publication.counts.design_effects import Known, index_key
from survey.publication.counts.gaps import difference_key
from survey.publication.counts.workloads import Told
from survey.questionnaire.model import BLOCK_MODE, MODE, Questionnaire
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


@dataclass(frozen=True, slots=True)
class Entered:
    """Who entered the answers of nearly all interviews, "" where both did: of the self-entry block and of the rest.

    `inside` names the questions and shares that are asked in the block.
    """

    mode: str = ""
    block_mode: str = ""
    inside: frozenset[str] = frozenset()

    def described(self, asked: Questionnaire | None) -> dict[str, str]:
        """As a release keeps it; of a version without a block, and of a round without an interview, one way."""
        return {MODE: self.mode, **({BLOCK_MODE: self.block_mode} if asked and asked.block else {})}

    def as_in(self, document: Mapping[str, Any], parts: Sequence[str]) -> bool:
        """Whether what is made of these questions and shares was entered in a release as it was here."""
        before = document.get(MODE, "")
        # A release of a version without a block says one mode for all.
        ways = {
            (self.block_mode, document.get(BLOCK_MODE, before))
            if part in self.inside
            else (self.mode, before)
            for part in parts or ("",)
        }
        return all(here and here == there for here, there in ways)


def borrowed(database: Database, present: Round, entered: Entered) -> dict[str, Correlation]:
    """What the last released round of the same questionnaire measured, where answers were entered in the same way.

    Nothing where that release is none any more, or was made before such things were kept.
    """
    released = releases.released_rounds(database)
    before = [one for one in rounds.all_rounds(database) if one.key < present.key and one.name in released]
    last = next((one for one in before if one.questionnaire == present.questionnaire), None)
    if last is None:
        return {}
    try:
        document = release_document.unpack(releases.find(database, last.name).content)
        return _measured(document, entered)
    except (Problem, *release_document.MALFORMED):
        return {}


def _measured(document: Mapping[str, Any], entered: Entered) -> dict[str, Correlation]:
    return {
        name: known.correlation
        for name, known, parts in _all(document)
        if known.correlation.source == MEASURED and entered.as_in(document, parts)
    }


def _all(document: Mapping[str, Any]) -> Iterator[tuple[str, Known, Sequence[str]]]:
    """Each that a release keeps, with the questions and shares that it is made of."""
    for topic in document["topics"]:
        if known := read(topic):
            yield topic["name"], known, (topic["name"],)
    for entry in document.get("indices", ()):
        if known := read(entry):
            yield index_key(entry["name"], entry["groups"]), known, entry.get("components", ())
    for entry in document.get("gaps", ()):
        if known := read(entry):
            parts = (entry["first"], entry["second"])
            yield difference_key(*parts), known, parts
