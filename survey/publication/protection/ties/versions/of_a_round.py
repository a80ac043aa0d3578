"""The ties of a round whose interviews were held with several versions of a questionnaire.

The tables are those of the first version, which is the round's. A reader relies on its ties if they hold for every
interview that is possible in another version too; and where a district was asked in another version only, on the ties
of that one. So every tie of one version has to be true in the others: of everybody who was asked, the same is known. A tie
that is not takes a table with it, which is not published for this round; that of a question whose rules differ, if
there is one. What is left is then all that follows for any mixture of the versions.

A question, an option or a group that a version does not have is no such difference. Its people are in the last leaf,
which says that they gave none of these answers, and that it was not offered to them is known from the form.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.tied.ties import Same, Tie, Ties
from survey.publication.counts.cube import groups_of
from survey.publication.protection.ties.components import Column, Component
from survey.publication.protection.ties.derivation import everybody, ties_among, ties_of
from survey.publication.protection.ties.tables import Seen, tables_of
from survey.publication.protection.ties.versions.other import changed_questions, rules_of, tables_as_asked
from survey.questionnaire.model import Question, Questionnaire

SAME_IN_SOME: Final = "it is the same table as {other} in some versions of the questionnaire only"
TIED_IN_SOME: Final = (
    "interviews were held with version {version} of the questionnaire too, in which it hangs together with {others} "
    "in another way; hold all interviews of a round with versions that have the same rules"
)
HIDDEN_OTHERWISE: Final = (
    "interviews were held with version {version} of the questionnaire too, in which chance hides these answers in another way, "
    "so that no estimate is of both; hold all interviews of a round with the same probabilities"
)

#: By table the leaves that are offered.
Offered = Mapping[str, Sequence[str]]


def ties_of_all(versions: Sequence[Questionnaire], only: Sequence[Seen] | None = None) -> Ties:
    """What a reader can rely on for the tables of the first version, whichever version a person was asked.

    `only` are the tables to look at, for a reader of others than those of a release.
    """
    first, *others = versions
    different = [other for other in others if rules_of(other) != rules_of(first)]
    tables = tables_of(first) if only is None else only
    gone = dict(_hidden_otherwise(first, others, {table.name for table in tables}))
    while True:
        left = [table for table in tables if table.name not in gone]
        ties = ties_of(first) if only is None and not gone else ties_among(first, left)
        kept = [table for table in left if table.name not in ties.unresolved]
        more: dict[str, str] = {}
        for other in different:
            more = {**_differences(first, other, kept, ties), **more}
        if not more:
            return replace(ties, unresolved={**gone, **ties.unresolved})
        gone |= more


def _hidden_otherwise(
    first: Questionnaire, others: Iterable[Questionnaire], names: Collection[str]
) -> Iterator[tuple[str, str]]:
    """The questions of which what is recorded means something else in another version, and why they are not published."""
    for other in others:
        for name, question in first.questions.items():
            there = other.questions.get(name)
            if there is None or name not in names:
                continue
            if _hiding(there) != _hiding(question):
                yield name, HIDDEN_OTHERWISE.format(version=other.version)


def _hiding(question: Question) -> tuple[object, ...]:
    return question.hidden_by, question.hiding, [item.name for item in question.items]


def _differences(
    first: Questionnaire, other: Questionnaire, tables: Sequence[Seen], ties: Ties
) -> dict[str, str]:
    """The tables that cannot be published with the others because of this version, and why."""
    asked = tables_as_asked(tables, other)
    there = ties_among(other, asked)
    found = dict(there.unresolved)
    for one in {*ties.same} ^ {*there.same}:
        if any(table.name == one.second for table in asked):
            found[one.second] = SAME_IN_SOME.format(other=one.first)
    if found:
        return found
    order = [table.name for table in tables]
    new = changed_questions(first, other)
    likely = {table.name for table in tables if new.intersection(table.marks)}
    for tie in (
        *_broken_ties(ties, tables, other, asked, there),
        *_ties_broken_by_first(there, first, tables, ties, asked),
    ):
        if found.keys().isdisjoint(tie.tables):
            out = max(tie.tables, key=lambda name: (name in likely, order.index(name)))
            others = ", ".join(name for name in tie.tables if name != out)
            found[out] = TIED_IN_SOME.format(version=other.version, others=others)
    return found


def _broken_ties(
    ties: Ties, tables: Sequence[Seen], other: Questionnaire, asked: Sequence[Seen], there: Ties
) -> Iterator[Tie]:
    """The ties of the first version that somebody breaks who was asked another one."""
    possible = everybody(other, _separate_tables(asked, there.same))
    here = {(table.name, group) for table in asked for group in table.groups}
    last = {table.name: table.leaves[-1] for table in tables}
    for tie in ties.inequalities:
        factors = {(term.table, term.answer): term.factor for term in tie.terms}
        for group in tie.groups:
            absent = [name for name in tie.tables if (name, group) not in here]
            silent = sum(factors.get((name, last[name]), 0) for name in absent)
            if (
                group in groups_of(other)
                and _largest_sum(possible.get(group, ()), factors) + silent > -tie.base
            ):
                yield tie
                break


def _ties_broken_by_first(
    there: Ties, first: Questionnaire, tables: Sequence[Seen], ties: Ties, asked: Sequence[Seen]
) -> Iterator[Tie]:
    """The ties of another version that somebody breaks who was asked the first one and gave answers that both offer."""
    possible = everybody(first, _separate_tables(tables, ties.same))
    for tie in there.inequalities:
        factors = {(term.table, term.answer): term.factor for term in tie.terms}
        for group in tie.groups:
            offered = {table.name: table.leaves[-1:] for table in tables}
            offered |= {table.name: table.leaves for table in asked if group in table.groups}
            if _largest_sum(possible.get(group, ()), factors, offered) > -tie.base:
                yield tie
                break


def _separate_tables(tables: Iterable[Seen], same: Sequence[Same]) -> list[Seen]:
    copies = {one.second for one in same}
    return [table for table in tables if table.name not in copies]


def _largest_sum(
    possible: Sequence[Component],
    factors: Mapping[tuple[str, str], int],
    offered: Offered | None = None,
) -> float:
    """The largest sum of factors that one person can have, of those in leaves that are offered."""
    most = 0.0
    for component in possible:
        best = [_by_class(column, factors, offered) for column in component.columns]
        sums = [one[component.points[:, place]] for place, one in enumerate(best)]
        most += float(np.sum(sums, axis=0).max())
    return most


def _by_class(
    column: Column, factors: Mapping[tuple[str, str], int], offered: Offered | None
) -> NDArray[np.float64]:
    """The largest factor in each class; of tables that stand in one place each is in the first class or the last."""
    tables = [_factors(one, factors, offered) for one in (column, *column.alike)]
    if not column.alike:
        return tables[0]
    return np.array([sum(one.max() for one in tables), sum(one[-1] for one in tables)])


def _factors(
    column: Column, factors: Mapping[tuple[str, str], int], offered: Offered | None
) -> NDArray[np.float64]:
    name = column.table.name
    leaves = [
        [leaf for leaf in several if offered is None or leaf in offered[name]] for several in column.classes
    ]
    return np.array(
        [max((factors.get((name, leaf), 0) for leaf in several), default=-np.inf) for several in leaves]
    )
