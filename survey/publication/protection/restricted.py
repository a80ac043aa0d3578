"""Tables that some readers see besides a release, attacked together with all that the release shows.

The release does not depend on them: its cells are settled, and where both together would give somebody away these
tables say less. Nothing of them is shown below province: every count of a district is hidden for itself, and so are those
of divisions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.disclosure.cube import Cube, Flags, Table, base_cells, cell_names
from analysis.disclosure.primary import Rules
from analysis.disclosure.protect import protect, protect_together, with_patterns
from analysis.disclosure.protected_table import ProtectedTable
from analysis.disclosure.search import UnsafeError
from analysis.disclosure.tied.rows import Sum
from analysis.disclosure.tied.ties import Tie, Ties, clusters
from survey import geography
from survey.publication.counts.cube import Topic
from survey.publication.protection.drafts import shown_cells
from survey.publication.protection.ties import ties_of_all
from survey.publication.protection.ties.tables import table_of_topic, tables_of
from survey.questionnaire.model import Questionnaire
from survey.storage.results.release_document import Worlds


@dataclass(frozen=True, slots=True)
class Public:
    """What a release is made of: rules, bases, its tables, as counted and as protected, and what it says of several counts."""

    rules: Rules
    bases: ProtectedTable
    tables: Sequence[Table]
    protected: Mapping[str, ProtectedTable]
    sums: Sequence[Sum] = ()


@dataclass(frozen=True, slots=True)
class Protected:
    """The tables that may be shown besides it, what ties them to each other and to it, and the worlds that prove it."""

    tables: tuple[ProtectedTable, ...]
    ties: tuple[Tie, ...]
    worlds: Worlds


def closed_below_province(table: Table) -> Table:
    """The same table with every count of a district hidden for itself, and that of a province of one district with it."""
    return replace(table, flagged=np.ones(table.counts.shape, np.bool_))


def ties_with(versions: Sequence[Questionnaire], topics: Sequence[Topic], public: Sequence[str]) -> Ties:
    """What a reader can rely on who holds the tables of `topics` and the public ones, of the groups of the former."""
    groups = {group for topic in topics for group in topic.groups}
    known = (table for table in tables_of(versions[0]) if table.name in public)
    alike = [replace(t, groups=tuple(group for group in t.groups if group in groups)) for t in known]
    beside = [table_of_topic(topic) for topic in topics]
    return ties_of_all(versions, [*(table for table in alike if table.groups), *beside])


def protected_beside(tables: Sequence[Table], ties: Ties, public: Public) -> Protected:
    """The tables that can be shown besides the release, cluster by cluster; what cannot be attacked is not shown."""
    names = [table.name for table in tables]
    if not ties.unresolved.keys() <= set(names):
        # What joins these tables to that public one is not known.
        return Protected((), (), {})
    copies = {same.second for same in ties.same}
    out = {*ties.unresolved, *copies}
    left = [closed_below_province(table) for table in tables if table.name not in out]
    inequalities = [tie for tie in ties.inequalities if out.isdisjoint(tie.tables)]
    found = [*_clusters([table.name for table in left], inequalities)]
    parts = [_cluster(left, inequalities, cluster, public) for cluster in found]
    return Protected(
        tuple(table for part in parts for table in part.tables),
        tuple(tie for part in parts for tie in part.ties),
        {name: worlds for part in parts for name, worlds in part.worlds.items()},
    )


def _clusters(names: Sequence[str], ties: Sequence[Tie]) -> Iterator[tuple[str, ...]]:
    """The tables that hang together with one of these, and each of them that is tied to nothing."""
    tied = [cluster for cluster in clusters(Ties(tuple(ties), (), {})) if not set(cluster).isdisjoint(names)]
    yield from tied
    yield from ((name,) for name in names if not any(name in cluster for cluster in tied))


def _cluster(tables: Sequence[Table], ties: Sequence[Tie], names: Sequence[str], public: Public) -> Protected:
    """One cluster: as much as can be shown, else less and less from the last table on."""
    settled = [table for table in public.tables if table.name in names]
    mine = [table for table in tables if table.name in names]
    while mine:
        inside = {table.name for table in (*settled, *mine)}
        holding = [tie for tie in ties if inside.issuperset(tie.tables)]
        try:
            return _attacked(settled, mine, holding, public)
        except UnsafeError:
            mine.pop()
    return Protected((), (), {})


def _of_divisions(cube: Cube) -> Flags:
    """The counts of answers in divisions; the numbers interviewed there are the release's."""
    bases = base_cells(cube)
    names = (cell_names(cube, cell)[0] for cell in range(int(np.prod(cube.shape))))
    inside = np.array([geography.is_division(name[1]) for name in names], np.bool_)
    return inside if bases is None else inside & (bases != np.arange(len(inside)))


def _attacked(
    settled: Sequence[Table], mine: Sequence[Table], ties: Sequence[Tie], public: Public
) -> Protected:
    """Raises UnsafeError where these tables cannot be shown besides the settled ones as they are."""
    rules, bases = public.rules, public.bases
    before = [shown_cells(public.protected[table.name]) for table in settled]
    alone = [shown_cells(protect(table, rules, bases)) & ~_of_divisions(table.cube) for table in mine]
    both = [*settled, *mine]
    patterns = protect_together(both, rules, bases, [*before, *alone], ties)
    if any((now != then).any() for now, then in zip(patterns, before, strict=False)):
        raise UnsafeError("These tables would take cells of the release away.")
    tables, worlds = with_patterns(both, rules, bases, patterns, ties, public.sums)
    return Protected(
        tables[len(settled) :],
        tuple(ties),
        {tuple(table.name for table in both): worlds},
    )
