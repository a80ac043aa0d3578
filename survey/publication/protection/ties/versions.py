"""The ties of a round whose interviews were held with several versions of a questionnaire: those true in every one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analysis.disclosure.tied.ties import Tie, Ties
from survey.publication.protection.ties.derivation import ties_of
from survey.publication.protection.ties.tables import tables_of
from survey.questionnaire.model import Questionnaire

DIFFERS = "it is the same table as {other} in some versions of the questionnaire only"


def ties_of_all(versions: Sequence[Questionnaire]) -> Ties:
    """What a reader can rely on for the tables of the first version, whichever version a person was asked.

    What is equal in some versions only is neither one table nor two that can be protected apart.
    """
    first, *others = versions
    found = ties_of(first)
    for other in others:
        found = _common(found, other)
    return found


def _common(found: Ties, other: Questionnaire) -> Ties:
    ties, known = ties_of(other), {table.name for table in tables_of(other)}
    kept = (_kept(tie, ties, known) for tie in found.inequalities)
    same = [one for one in found.same if one in ties.same]
    apart = [one for one in (*found.same, *ties.same) if one not in same]
    unresolved = {**{one.second: DIFFERS.format(other=one.first) for one in apart}, **ties.unresolved}
    return Ties(tuple(tie for tie in kept if tie.groups), tuple(same), {**unresolved, **found.unresolved})


def _kept(tie: Tie, ties: Ties, known: set[str]) -> Tie:
    """A tie in the groups in which it holds in another version too.

    Where a version has none of its tables, all of its people are in their last leaves, which no tie names.
    """
    if known.isdisjoint(tie.tables) and tie.base <= 0:
        return tie
    again = {
        group
        for one in ties.inequalities
        if (one.terms, one.base) == (tie.terms, tie.base)
        for group in one.groups
    }
    return replace(tie, groups=tuple(group for group in tie.groups if group in again))
