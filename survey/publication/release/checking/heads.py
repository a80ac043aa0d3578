"""What a release says of how it was made: the worker's part, numbers of interviews, weights, ways of entering answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from analysis.disclosure.nodes import TOTAL
from analysis.models.interviewers import EARLIER, MEASURED, Correlation, best_known
from survey.publication.counts.census import GROUPS
from survey.publication.counts.design_effects import Known, rounded
from survey.publication.release import interviewers
from survey.questionnaire.model import BLOCK_MODE, MODE, Questionnaire
from survey.storage.results import release_document
from survey.storage.results.pooled_means import POOLED
from survey.storage.results.release_document import Name
from survey.storage.results.weighted_figures import WEIGHTING

Entry = Mapping[str, Any]


def head_mistakes(document: Entry, asked: Questionnaire) -> Iterator[str]:
    """What of it cannot be, or contradicts the rest; releases of before say less."""
    modes = [choice.name for choice in asked.questions[MODE].choices]
    for way in (MODE, BLOCK_MODE):
        if document.get(way, "") not in ("", *modes):
            yield way
    # Without it the block would be taken to have been entered as the rest was.
    if (BLOCK_MODE in document) != bool(asked.block):
        yield BLOCK_MODE
    yield from _wrong_parts(document)
    bases = {name: n for table in document["bases"] for name, n in release_document.counts_of(table).items()}
    for one in document.get(interviewers.WORKLOADS, ()):
        base, seen = bases.get(tuple(one["name"])), one["seen"]
        if base is None or seen != round(seen, 1) or not 1 <= seen <= base:
            yield f"{interviewers.WORKLOADS}: {' / '.join(one['name'])}"
    for one in document.get(WEIGHTING, ()):
        if not _is_weighting(one, bases):
            yield f"{WEIGHTING}: {' / '.join(one['name'])}"


def _is_weighting(one: Entry, bases: Mapping[Name, int | None]) -> bool:
    _, district, group = name = tuple(one["name"])
    numbers = type(one["classes"]) is int and one["effect"] == round(one["effect"], 1)
    return numbers and district == TOTAL and group in GROUPS and bases.get(name) is not None


def _wrong_parts(document: Entry) -> Iterator[str]:
    """How alike a worker's interviews are: told with two digits, and where it is not measured as the measured ones have it."""
    topics = [(topic, _groups(topic)) for topic in document["topics"]]
    found = [known for topic, _ in topics if (known := interviewers.read(topic))]
    measured = [known.correlation for known in found if known.correlation.source == MEASURED]
    borrowed = rounded(best_known(None, None, measured))
    by_name = {topic["name"]: groups for topic, groups in topics}
    indices = [(one, tuple(one["groups"])) for one in document.get("indices", ())]
    gaps = [(one, by_name.get(one["first"], ())) for one in document.get("gaps", ())]
    alone: dict[tuple[str, ...], bool] = {}
    for entry, groups in (*topics, *indices, *gaps):
        known = interviewers.read(entry)
        if known is not None and not (
            _is_known(known, borrowed) and alone.setdefault(groups, known.alone) is known.alone
        ):
            yield f"{entry['name']}: {interviewers.FIELD}"
    kept = {
        (one["name"], tuple(one["groups"])): one.get(interviewers.FIELD)
        for one in document.get("indices", ())
    }
    for one in document.get(POOLED, ()):
        # The mean of all answers has the worker's part of the index whose place it takes.
        if kept.get((one["name"], tuple(one["groups"]))) != one[interviewers.FIELD]:
            yield f"{POOLED}: {one['name']}: {interviewers.FIELD}"


def _groups(topic: Entry) -> tuple[str, ...]:
    return tuple(leaf[-1] for leaf in topic["cube"][1]["leaves"])


def _is_known(known: Known, borrowed: Correlation) -> bool:
    found = known.correlation
    fits = found == rounded(found) and 0 <= found.rho <= 1 and type(known.alone) is bool
    return fits and (found.source in (MEASURED, EARLIER) or found == borrowed)
