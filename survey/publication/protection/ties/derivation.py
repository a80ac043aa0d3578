"""From a questionnaire to its ties: every linear inequality between published counts that a reader can rely on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import product
from math import prod
from typing import Final

from analysis.disclosure.tied.ties import Same, Term, Tie, Ties, line
from survey.publication.protection.ties.beforehand import unprotectable_tables, upstream
from survey.publication.protection.ties.components import Column, Component, components_of
from survey.publication.protection.ties.equalities import Equal, equalities_of
from survey.publication.protection.ties.inequalities import Inequality, TooEntangledError, inequalities_of
from survey.publication.protection.ties.tables import Seen, tables_of
from survey.publication.protection.ties.wide import fold_tables
from survey.publication.protection.ties.worlds import people_of
from survey.questionnaire.model import Questionnaire
from survey.questionnaire.possible_answers import TooLargeError

TOO_LARGE: Final = "its rules depend on more answers together than can be tried ({questions})"
TOO_ENTANGLED: Final = (
    "so many tables depend on each other that not all that follows from one for the others can be found; "
    "let its rules name fewer questions, or publish fewer of these"
)


#: Ties that one component may have, every table that another one stands for with its own.
MOST_TIES: Final = 1_000


@dataclass
class _Findings:
    """What is settled so far: tables left out, and tables that are another one under a second name."""

    unresolved: dict[str, str] = field(default_factory=dict)
    same: dict[str, Same] = field(default_factory=dict)

    def left(self, tables: Sequence[Seen]) -> list[Seen]:
        """The tables that stand for themselves."""
        return [
            table for table in tables if table.name not in self.unresolved and table.name not in self.same
        ]

    def follow(self) -> None:
        """A table under a second name is left out with the first: its ties are those that the first one has."""
        for name, same in tuple(self.same.items()):
            if same.first in self.unresolved:
                self.unresolved[name] = self.unresolved[same.first]
                del self.same[name]


@lru_cache(maxsize=32)
def ties_of(questionnaire: Questionnaire) -> Ties:
    """The ties of all tables that a release of the questionnaire has."""
    return ties_among(questionnaire, tables_of(questionnaire))


def ties_among(questionnaire: Questionnaire, tables: Sequence[Seen]) -> Ties:
    """The ties of some tables; those that are equal to others are settled first, then inequalities are sought."""
    findings = _Findings(unprotectable_tables(questionnaire, tables))
    while True:
        left = findings.left(tables)
        components = list(_components(questionnaire, left, findings))
        _note_equalities(components, left, findings)
        if len(findings.left(tables)) == len(left):
            inequalities = tuple(_merged_inequalities(components, findings))
        findings.follow()
        if len(findings.left(tables)) == len(left):
            return Ties(inequalities, tuple(findings.same.values()), findings.unresolved)


def everybody(questionnaire: Questionnaire, tables: Sequence[Seen]) -> dict[str, list[Component]]:
    """By group all persons who are possible, as tables see them whose ties were found."""
    found: dict[str, list[Component]] = {}
    for component in _components(questionnaire, tables, _Findings()):
        found.setdefault(component.group, []).append(component)
    return found


def _components(
    questionnaire: Questionnaire, tables: Sequence[Seen], findings: _Findings
) -> Iterator[Component]:
    """The components of every group; what is too large is noted."""

    def complain(table: Seen) -> None:
        findings.unresolved[table.name] = TOO_LARGE.format(questions=", ".join(table.marks))

    for group in dict.fromkeys(group for table in tables for group in table.groups):
        present = [table for table in tables if group in table.groups]
        try:
            looked_at, stands = fold_tables(questionnaire, present)
            yield from components_of(people_of(questionnaire, group, looked_at), stands, complain)
        except TooLargeError as error:
            for table in _dependent_tables(questionnaire, present, error.questions):
                complain(table)


def _dependent_tables(
    questionnaire: Questionnaire, tables: Sequence[Seen], large: Sequence[str]
) -> list[Seen]:
    """The tables of questions that are too large; where they have none, those of the questions that depend on them."""
    own = [table for table in tables if set(large) & set(table.marks)]
    return own or [table for table in tables if set(large) & upstream(questionnaire, table.marks)]


def _note_equalities(components: Sequence[Component], tables: Sequence[Seen], findings: _Findings) -> None:
    """Note equalities."""
    groups = {table.name: table.groups for table in tables}
    found: dict[str, dict[str, Equal]] = {}
    for component in components:
        for equal in equalities_of(component):
            found.setdefault(equal.second, {})[component.group] = equal
    for name, by_group in found.items():
        kinds = {(one.first, one.leaves) for one in by_group.values()}
        first, leaves = next(iter(kinds))
        if first and len(kinds) == 1 and tuple(by_group) == groups[name] == groups[first]:
            findings.same[name] = Same(first, name, leaves, groups[name])
        else:
            findings.unresolved[name] = _reason(by_group, groups[name])


def _reason(by_group: dict[str, Equal], groups: tuple[str, ...]) -> str:
    where = "" if tuple(by_group) == groups else f" ({', '.join(by_group)})"
    others = list(dict.fromkeys(other for one in by_group.values() for other in one.others))
    if not others:
        return (
            f"some of its answers can never be given{where}, so a reader knows counts that the table hides; "
            "let no rule exclude them, or take them out"
        )
    return (
        f"its counts, or sums of them, equal counts of {', '.join(others)}{where}, "
        "so that one tells what the other hides; publish only one of them"
    )


def _merged_inequalities(components: Sequence[Component], findings: _Findings) -> Iterator[Tie]:
    """The inequalities of all groups; one that holds in several is one tie."""
    groups: dict[tuple[tuple[Term, ...], int], list[str]] = {}
    for component in components:
        for inequality in _inequalities(component, findings):
            for columns in _instances(component, inequality):
                terms = tuple(_terms(columns, inequality))
                groups.setdefault((terms, inequality.base), []).append(component.group)
    for (terms, base), several in groups.items():
        tie = Tie("", terms, base, tuple(dict.fromkeys(several)))
        yield replace(tie, name=line(tie))


def _inequalities(component: Component, findings: _Findings) -> list[Inequality]:
    """The inequalities of a component; tables that make it too entangled are noted."""
    try:
        found = inequalities_of(component)
    except TooEntangledError as error:
        findings.unresolved[component.columns[error.place].table.name] = TOO_ENTANGLED
        return []
    if sum(prod(map(len, _choices(component, one).values())) for one in found) > MOST_TIES:
        widest = max(component.columns, key=lambda column: len(column.alike))
        findings.unresolved |= {other.table.name: TOO_ENTANGLED for other in widest.alike}
        return []
    return found


def _instances(component: Component, inequality: Inequality) -> Iterator[dict[int, Column]]:
    """The columns of an inequality, in every choice of one among the tables that stand in the same place.

    Of each of these a reader knows that it holds no more people than its rules open it to, and so of the largest of
    them. What holds for the largest of one place and the largest of another holds for every choice, and says it all.
    """
    choices = _choices(component, inequality)
    return (dict(zip(choices, columns, strict=True)) for columns in product(*choices.values()))


def _choices(component: Component, inequality: Inequality) -> dict[int, tuple[Column, ...]]:
    """By place, the tables that can stand in it."""
    places = sorted({place for (place, _), _ in inequality.factors})
    return {place: (component.columns[place], *component.columns[place].alike) for place in places}


def _terms(columns: dict[int, Column], inequality: Inequality) -> Iterator[Term]:
    for (place, number), factor in inequality.factors:
        for leaf in columns[place].classes[number]:
            yield Term(columns[place].table.name, leaf, factor)
