"""Tables of a release that are not those of its questionnaire, cells that its rules hide, and figures beside other counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from typing import Any

import numpy as np

from analysis.disclosure.cube import cells_by_name
from analysis.disclosure.nodes import TOTAL
from analysis.disclosure.primary import Rules, first_step
from analysis.intervals import wilson
from survey import geography
from survey.publication.counts.cube import GROUP_COLUMN, Topic, cube_of, groups_of, topics_of
from survey.publication.protection.ties import valid_topics
from survey.publication.release import asking
from survey.publication.release.figures import FEW, HIDDEN, PLAIN_FROM, PUBLISHED
from survey.questionnaire.model import Questionnaire
from survey.storage.results import release_document
from survey.storage.results.published_numbers import (
    SLACK,
    correlation_of,
    is_rounded,
    seen_by_base,
    share_limits,
)
from survey.storage.results.release_document import Name

Entry = Mapping[str, Any]
Counts = Mapping[Name, int | None]

#: What a dimension is, beside its sums: those of places are the divisions of when it was frozen.
_DECLARED = ("name", "columns", "leaves", "answers", "total")


def table_mistakes(document: Entry, asked: Questionnaire, rules: Rules) -> Iterator[str]:
    """Tables outside the declared cube or under milder rules, counts that the rules hide, and figures beside the counts."""
    questions = {topic.name: topic for topic in topics_of(asked)}
    declared = questions | {topic.name: topic for topic in valid_topics(asked)}
    groups, seen = groups_of(asked), seen_by_base(document)
    # Releases of before have a ladder with other names, of which some were options too.
    rules = rules if "ties" in document else replace(rules, ladder=None)
    bases = {name: n for table in document["bases"] for name, n in release_document.counts_of(table).items()}
    for table in document["bases"]:
        yield from _of_table(table, None, groups, rules)
    for table in (*document["topics"], *document.get("valid", ())):
        topic = declared.get(table["name"])
        if topic is None or topic.sensitive is not table["sensitive"]:
            yield str(table["name"])
            continue
        yield from _of_table(table, topic, groups, rules)
        yield from _other_bases(table, bases)
        yield from _wrong_figures(table, seen)
        yield from _lacking_figures(table, table["name"] in questions)
        way = asking.read(table)
        if way is not None and way != asking.asking_of(asked, topic):
            yield f"{table['name']}: asked in other words, or of others"
    out = document.get("left_out", ())
    kept = {table["name"] for table in document["topics"]}
    yield from (str(name) for name in out if name not in declared or name in kept)
    yield from (f"{name}: missing" for name in _missing_questions(questions, kept | set(out), asked))


def _missing_questions(topics: Iterable[str], told: Set[str], asked: Questionnaire) -> Iterator[str]:
    """Questions that are neither there nor said to be left out: nobody could tell them from questions that were not asked.

    What is made of several questions is not looked for: there is more of it now than when releases of before were made.
    """
    for name in topics:
        if told and name not in told and name.partition("/")[0] in asked.questions:
            yield name


def _of_table(table: Entry, topic: Topic | None, groups: Sequence[str], rules: Rules) -> Iterator[str]:
    if not _is_declared(table, topic, groups):
        yield f"{table['name']}: cells"
        return
    cells, counts = (
        cells_by_name(release_document.cube_from(table["cube"])),
        release_document.counts_of(table),
    )
    if counts.keys() != cells.keys():
        yield f"{table['name']}: cells"
        return
    if table["hidden"] != len({cells[name] for name, count in counts.items() if count is None}):
        yield f"{table['name']}: number of hidden cells"
    k = rules.sensitive_k if topic is not None and topic.sensitive else rules.k
    for name, count in counts.items():
        base = counts[name if topic is None else (*name[:-1], TOTAL)]
        if count is not None and not _may_be_shown(name, count, base, k, rules, topic is None):
            yield " / ".join((table["name"], *name))


def _other_bases(table: Entry, bases: Counts) -> Iterator[str]:
    """Numbers interviewed that are not those of the release."""
    for name, count in release_document.counts_of(table).items():
        if name[-1] == TOTAL and bases.get(name[:-1]) != count:
            yield " / ".join((table["name"], *name))


def _is_declared(table: Entry, topic: Topic | None, groups: Sequence[str]) -> bool:
    """Whether it is over visited districts, with the groups and answers of the question; sums of districts are divisions."""
    place, *_ = table["cube"]
    cube = release_document.describe(cube_of(topic, groups, [tuple(leaf) for leaf in place["leaves"]]))
    here = [[dimension[part] for part in _DECLARED] for dimension in table["cube"]]
    known = {(one.adm1_pcode, one.id) for one in geography.reporting_districts()}
    sums = zip(table["cube"][1:], cube[1:], strict=True)
    return (
        here == [[dimension[part] for part in _DECLARED] for dimension in cube]
        and known.issuperset(map(tuple, place["leaves"]))
        and all(geography.is_division(node) for node, _ in place["tree"])
        and all(one["tree"] == other["tree"] for one, other in sums)
        and (topic is not None or table["name"] == "bases")
    )


def _may_be_shown(name: Name, count: int, base: int | None, k: int, rules: Rules, whole: bool) -> bool:
    """Whether the rules that the release prints let it be shown, as far as a reader can tell."""
    if whole or name[-1] == TOTAL:
        return count >= max(rules.k, rules.base, first_step(rules, (TOTAL,)))
    raised = [r.base for r in rules.raised if r.dimension == GROUP_COLUMN and r.node == name[2]]
    least = max(rules.base, first_step(rules, (name[-1],)), *raised)
    return base is not None and base >= least and count >= k


def _wrong_figures(table: Entry, seen: Mapping[Any, float]) -> Iterator[str]:
    """Figures that are not what counts, bases, numbers of interviews and the worker's part make of them."""
    counts = release_document.counts_of(table)
    told = [cell for cell in table["cells"] if "figure" in cell]
    names = [tuple(cell["name"]) for cell in told]
    known = [(counts[name], counts[(*name[:-1], TOTAL)]) for name in names]
    shown = np.array([None not in pair for pair in known], np.bool_)
    given, base = (
        np.array([pair if None not in pair else (0, 1) for pair in known], np.float64).reshape(-1, 2).T
    )
    limits: Any = np.array(wilson(given / base, base))
    if "interviewers" in table:
        shared = np.array([seen.get(name[:3], np.nan) for name in names], np.float64)
        limits = np.array(share_limits(given, base, shared, correlation_of(table)))
    for place, (cell, pair) in enumerate(zip(told, known, strict=True)):
        right = (*pair, *limits[:, place]) if shown[place] else None
        if not _is_right(cell["figure"], right, "interviewers" in table):
            yield " / ".join((table["name"], *cell["name"]))


def _lacking_figures(table: Entry, with_figures: bool) -> Iterator[str]:
    """Answers of a question without a figure, which readers would take for answers that nobody was asked for."""
    for cell in table["cells"]:
        if ("figure" in cell) != (with_figures and cell["name"][-1] != TOTAL):
            yield " / ".join((table["name"], *cell["name"]))


def _is_right(figure: Sequence[Any], right: tuple[Any, ...] | None, with_limits: bool) -> bool:
    """Whether it is what follows; limits of before, without the worker's part, are at least those of a simple random sample."""
    if right is None:
        return list(figure) == [HIDDEN, *[None] * 5]
    status, base, count, *told = figure
    number, whole, low, high = right
    if (status, base, count) != (PUBLISHED if whole >= PLAIN_FROM else FEW, whole, number):
        return False
    share = 100 * number / whole
    if with_limits:
        return is_rounded(told, (share, 100 * low, 100 * high))
    wide = 0 <= told[1] <= 100 * low + 0.5 + SLACK and 100 * high - 0.5 - SLACK <= told[2] <= 100
    return is_rounded(told[:1], (share,)) and wide
