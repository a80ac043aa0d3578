"""Mean indices of a release that stand beside other numbers than its own, or where none may be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from analysis.disclosure.nodes import TOTAL
from analysis.intervals import critical_value
from survey.publication.counts.index_counts import Part, parts_of
from survey.publication.protection.ties.tables import VALID, valid_table
from survey.publication.release import interviewers
from survey.publication.release.figures import FEW, HIDDEN, PLAIN_FROM, PUBLISHED
from survey.questionnaire.model import Questionnaire
from survey.storage.results import release_document
from survey.storage.results.published_numbers import SLACK, seen_by_base
from survey.storage.results.release_document import Name

Entry = Mapping[str, Any]
Counts = Mapping[Name, int | None]
Tables = Mapping[str, Counts]


def index_mistakes(document: Entry, asked: Questionnaire) -> Iterator[str]:
    """Indices that the questionnaire does not have, and figures that do not fit what is published of their questions."""
    tables = {
        table["name"]: release_document.counts_of(table)
        for table in (*document["topics"], *document.get("valid", ()))
    }
    declared = {(part.indicator.name, part.groups, part.indicator.items): part for part in parts_of(asked)}
    seen = seen_by_base(document)
    for entry in document.get("indices", ()):
        part = declared.get((entry["name"], tuple(entry["groups"]), tuple(entry["components"])))
        if part is None or not _is_alpha(entry):
            yield str(entry["name"])
            continue
        bases = tables[entry["components"][0]]
        for cell in entry["cells"]:
            name = tuple(cell["name"])
            known = name[-1] in part.groups and (*name, TOTAL) in bases
            right = known and (cell["figure"] == [HIDDEN] or _fits(cell["figure"], name, part, tables))
            if not right or not _is_made(entry, cell, part, tables, asked, seen):
                yield " / ".join((entry["name"], *name))


def _is_alpha(entry: Entry) -> bool:
    """Whether there is none, or it may be one and the means of all districts together are told; releases of before told it always."""
    alpha = entry["alpha"]
    if alpha is None:
        return True
    whole = [cell["figure"] for cell in entry["cells"] if cell["name"][:2] == [TOTAL, TOTAL]]
    told = interviewers.FIELD not in entry or all(figure != [HIDDEN] for figure in whole)
    return type(alpha) is float and alpha <= 1 and alpha == round(alpha, 2) and told


def _fits(figure: Sequence[Any], name: Name, part: Part, tables: Tables) -> bool:
    """Whether base, number of people with a value and status are the published ones, and the rest numbers of a scale."""
    status, base, number, value, low, high, *beside = figure
    several = len(part.indicator.items) > 1
    valid = tables[valid_table(part.indicator.name, part.groups)] if several else {}
    if base != tables[part.indicator.items[0]][(*name, TOTAL)] or number != valid.get((*name, VALID)):
        return False
    scale = all(type(one) is int for one in (value, low, high)) and 0 <= low <= value <= high <= 100
    right = PUBLISHED if (number or base or 0) >= PLAIN_FROM else FEW
    return scale and status == right and _are_shares(beside, name, part, tables)


def _are_shares(beside: Sequence[Any], name: Name, part: Part, tables: Tables) -> bool:
    """Whether the shares of "don't know" and of refusals are not told, or no more than all that is no answer."""
    if list(beside) == [None, None]:
        return True
    silent = sum(tables[item][(*name, release_document.NO_ANSWER)] or 0 for item in part.indicator.items)
    base = sum(tables[item][(*name, TOTAL)] or 0 for item in part.indicator.items)
    whole = len(beside) == 2 and all(type(one) is int and one >= 0 for one in beside)
    return whole and name[1] == TOTAL and sum(beside) <= 100 * silent / base + 1


def _is_made(
    entry: Entry,
    cell: Entry,
    part: Part,
    tables: Tables,
    asked: Questionnaire,
    seen: Mapping[Any, float],
) -> bool:
    """Whether an index of one question is what the answers to it make; of several more goes in than is published."""
    known, figure, name = interviewers.read(entry), cell["figure"], tuple(cell["name"])
    if len(part.indicator.items) > 1 or figure == [HIDDEN] or known is None:
        return True
    (item,) = part.indicator.items
    turned = item in part.indicator.reverse
    scores = {one.name: one.score for one in asked.questions[item].choices if not one.missing}
    pairs = [(100 - s if turned else s, tables[item][(*name, a)]) for a, s in scores.items() if s is not None]
    value, count = np.array(pairs, np.float64).T
    n, base = count.sum(), float(tables[item][(*name, TOTAL)] or 0)
    mean = (value * count).sum() / n
    effect, df = known.effect(max(seen[name] * n / base, 1.0))
    spread = (count * (value - mean) ** 2).sum() / (n - effect)
    half = float(critical_value(0.95, df) * np.sqrt(effect * spread / n))
    right = (mean, max(mean - half, 0.0), min(mean + half, 100.0))
    return all(abs(one - other) <= 0.5 + SLACK for one, other in zip(figure[3:6], right, strict=True))
