"""What could be told of people whose answers are hidden one by one: the means of all answers to the questions of an index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from analysis.disclosure.cube import Table, cell_counts, cells_by_name
from analysis.disclosure.protected_table import ProtectedTable
from survey.publication.counts.cube import is_above_districts
from survey.publication.counts.index_counts import Counted, Part
from survey.publication.release import interviewers
from survey.publication.release.figures import HIDDEN
from survey.publication.release.pooled.attack import Row
from survey.publication.release.pooled.spreads import LEAST_ANSWERS, Spread
from survey.questionnaire.model import Questionnaire
from survey.storage.results.pooled_means import (
    LEAST_POOLED,
    mean_sums,
)
from survey.storage.results.release_document import Name


def pooled_heads(
    counted: Sequence[Counted], spread: Sequence[Spread], asked: Questionnaire
) -> dict[str, dict[str, Any]]:
    """By entry what a release keeps of the means of one index: questions, scores, spread and the worker's part."""
    return {
        f"{one.part.indicator.name} {one.part.groups}": {
            **declared_head(one.part, asked),
            "spread": wide.points,
            interviewers.FIELD: interviewers.described(one.known),
        }
        for one, wide in zip(counted, spread, strict=True)
        if wide.answers >= LEAST_ANSWERS
    }


def declared_head(part: Part, asked: Questionnaire) -> dict[str, Any]:
    """What of it follows from the questionnaire alone: the questions, and what each answer is worth."""
    indicator = part.indicator
    return {
        "name": indicator.name,
        "groups": list(part.groups),
        "components": list(indicator.items),
        "scores": {item: _scores(asked, item, item in indicator.reverse) for item in indicator.items},
    }


def _scores(asked: Questionnaire, item: str, reverse: bool) -> dict[str, float]:
    scored = [one for one in asked.questions[item].choices if one.score is not None and not one.missing]
    return {one.name: float(100 - (one.score or 0) if reverse else one.score or 0) for one in scored}


def pooled_rows(
    heads: Mapping[str, Mapping[str, Any]],
    indices: Sequence[Mapping[str, Any]],
    tables: Mapping[str, Table],
    bases: ProtectedTable,
) -> Iterator[Row]:
    """The mean of all answers to the questions of an index, above districts and wherever the mean by person is hidden.

    In districts whole people would have to be sought for most requirements of large clusters, which takes minutes.
    """
    hidden = {
        (entry["name"], tuple(entry["groups"])): [
            tuple(cell["name"]) for cell in entry["cells"] if cell["figure"] == [HIDDEN]
        ]
        for entry in indices
    }
    for entry, head in heads.items():
        for domain in hidden.get((head["name"], tuple(head["groups"])), ()):
            if is_above_districts(domain[1]) and (bases.count(domain) or 0) >= LEAST_POOLED:
                number = _mean(head["scores"], tables, domain)
                if number is not None:
                    yield Row(entry, domain, number, tuple(mean_sums(domain, head["scores"], number)))


def _mean(scores: Mapping[str, Mapping[str, float]], tables: Mapping[str, Table], domain: Name) -> int | None:
    """The mean of all answers of a domain in whole points, halves up; None where nobody gave one."""
    weights, numbers = [], []
    for item, of in scores.items():
        cells, counts = cells_by_name(tables[item].cube), cell_counts(tables[item])
        numbers += [int(counts[cells[(*domain, answer)]]) for answer in of]
        weights += list(of.values())
    if not sum(numbers):
        return None
    return int(float(np.dot(weights, numbers)) / sum(numbers) + 0.5)
