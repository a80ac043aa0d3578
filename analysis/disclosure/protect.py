"""The only maker of protected tables: rules applied, suppressed, attacked, frozen."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import InitVar, asdict, dataclass, field

import numpy as np

from analysis.disclosure.attack import Audit, audit
from analysis.disclosure.cube import (
    TOTAL,
    Cube,
    Flags,
    Table,
    base_cells,
    cell_counts,
    cell_names,
    cells_by_name,
    nodes_of,
    without_answers,
)
from analysis.disclosure.primary import Marks, Rules, first_step, mark, mark_bases
from analysis.disclosure.problem import Figure, Problem, Reals, alone, over_bases
from analysis.disclosure.search import UnsafeError, safe_pattern
from analysis.disclosure.tied.joint import Joint, audit_together, join, safe_together
from analysis.disclosure.tied.ties import Tie

PUBLISHED = "published"
SUPPRESSED = "suppressed"

_SEAL = object()

Name = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProtectedTable:
    """A table that has withstood the attack; a hidden cell holds no number.

    It is made by this module alone: whoever accepts nothing else shows
    nothing that was not attacked.

    Parameters
    ----------
    name
        What the table is called.
    cube
        Its cells.
    counts
        Per cell the number of people, None where hidden.
    figures
        Names of the further figures that may be published.
    withheld
        Names of those that may not.
    rules
        The rules it obeys.
    sensitive
        Whether the stricter k was applied.
    audit
        The outcome of the attack.
    """

    name: str
    cube: Cube = field(repr=False)
    counts: tuple[int | None, ...] = field(repr=False)
    figures: tuple[str, ...]
    withheld: tuple[str, ...]
    rules: Rules
    sensitive: bool
    audit: Audit
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        """Refuse to exist outside this module, or unsafe."""
        if seal is not _SEAL:
            raise TypeError("Only protect makes a ProtectedTable.")
        if not self.audit.passed:
            raise UnsafeError(_complaint(self.cube, self.audit))

    @property
    def hidden(self) -> int:
        """Number of hidden cells."""
        return sum(count is None for count in self.counts)

    @property
    def published(self) -> int:
        """Number of published cells."""
        return len(self.counts) - self.hidden

    def rows(self) -> Iterator[tuple[Name, int | None, str]]:
        """Every cell under every name: the columns' texts, the number, the status."""
        for cell, count in enumerate(self.counts):
            status = SUPPRESSED if count is None else PUBLISHED
            for name in cell_names(self.cube, cell):
                yield name, count, status

    def count(self, name: Name) -> int | None:
        """The number of people in a cell, None if hidden.

        Raises
        ------
        KeyError
            If the cube has no such cell.
        """
        return self.counts[cells_by_name(self.cube)[name]]

    def complete(self, domain: Mapping[str, str]) -> bool:
        """Whether every answer of a domain is published, so that its mean gives nothing away.

        Parameters
        ----------
        domain
            Column and text; a column left out stands for its total.
        """
        if self.cube.answers is None:
            raise ValueError("The table has no answers.")
        answers = self.cube.dimensions[self.cube.answers]
        for leaf in answers.leaves:
            texts = dict(zip(answers.columns, leaf, strict=True)) | dict(domain)
            if self.count(tuple(texts.get(column, TOTAL) for column in self.cube.columns)) is None:
                return False
        return True

    @property
    def digest(self) -> str:
        """SHA-256 of the table's canonical form."""
        return hashlib.sha256(canonical(self).encode()).hexdigest()


def canonical(table: ProtectedTable) -> str:
    """A protected table as JSON with a fixed order, the form that is hashed."""
    document = {
        "name": table.name,
        "columns": table.cube.columns,
        "rows": [[*name, count] for name, count, _ in table.rows()],
        "figures": table.figures,
        "withheld": table.withheld,
        "rules": asdict(table.rules),
        "sensitive": table.sensitive,
        "hidden": table.hidden,
    }
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def protect(
    table: Table, rules: Rules, bases: ProtectedTable | None = None, figures: Sequence[Figure] = ()
) -> ProtectedTable:
    """Hide what must be hidden, attack the rest, and freeze it.

    Parameters
    ----------
    table
        Counts of people.
    rules
        The rules.
    bases
        The protected bases shared by all questions of a release; without
        them a table with answers protects its own bases first.
    figures
        Figures to publish beside the counts, with their known weights.

    Returns
    -------
    ProtectedTable
        The table, safe against every reader of its problem.

    Raises
    ------
    UnsafeError
        If no choice of published cells is safe.
    ValueError
        If the bases are not those of the table.
    """
    marks, problem = _posed(table, rules, bases, figures)
    return _frozen(table, rules, marks, problem, safe_pattern(problem))


def protect_bases(table: Table, rules: Rules) -> ProtectedTable:
    """Protect the numbers interviewed, which all questions of a release share.

    Parameters
    ----------
    table
        Numbers of people interviewed, a cube without answers.
    rules
        The rules; of the ladder only the step of the base matters.

    Returns
    -------
    ProtectedTable
        The bases that may be shown.
    """
    return _bases(table, rules, first_step(rules, (TOTAL,)))


def with_pattern(
    table: Table,
    rules: Rules,
    published: Flags,
    bases: ProtectedTable | None = None,
    figures: Sequence[Figure] = (),
) -> ProtectedTable:
    """Attack somebody else's choice of published cells and freeze it if it is safe.

    Parameters
    ----------
    table, rules, bases, figures
        As in `protect`.
    published
        Flags of the cells, then of the figures, that are to be published.

    Raises
    ------
    UnsafeError
        If a cell is shown against the rules or the attack succeeds anywhere.
    """
    marks, problem = _posed(table, rules, bases, figures)
    _check_pattern(problem, published)
    return _frozen(table, rules, marks, problem, published)


def protect_together(
    tables: Sequence[Table],
    rules: Rules,
    bases: ProtectedTable,
    patterns: Sequence[Flags],
    ties: Sequence[Tie],
) -> tuple[Flags, ...]:
    """Hide what ties between questions would give away of patterns that are safe question by question.

    Parameters
    ----------
    tables
        The tied questions.
    rules, bases
        As in `protect`.
    patterns
        For each table the cells that `protect` publishes.
    ties
        What joins the tables.

    Returns
    -------
    tuple of numpy.ndarray
        For each table the cells that may be published, `with_patterns` for
        what it takes to publish them.

    Raises
    ------
    UnsafeError
        If no choice of published cells is safe.
    TieError
        If the true counts break a tie.
    """
    joint = _joint(tables, rules, bases, ties)
    return joint.apart(safe_together(joint, np.concatenate(patterns)))


def with_patterns(
    tables: Sequence[Table],
    rules: Rules,
    bases: ProtectedTable,
    patterns: Sequence[Flags],
    ties: Sequence[Tie],
) -> tuple[tuple[ProtectedTable, ...], tuple[Reals, ...]]:
    """Attack chosen patterns of tied questions together and freeze them if they are safe.

    Parameters
    ----------
    tables, rules, bases, patterns, ties
        As in `protect_together`.

    Returns
    -------
    tables, worlds
        The protected tables, and inner counts, table after table, that agree
        with all that is published.  They prove to the store, which knows no
        true count, that nothing can be concluded; the true ones are among
        them, so they are never kept.

    Raises
    ------
    UnsafeError
        If a cell is shown against the rules or the attack succeeds anywhere.
    TieError
        If the true counts break a tie.
    """
    joint = _joint(tables, rules, bases, ties)
    published = np.concatenate(patterns)
    _check_pattern(joint.problem, published)
    audits, worlds = audit_together(joint, published)
    protected = tuple(
        _sealed(table, rules, outcome, shown)
        for table, outcome, shown in zip(tables, audits, joint.apart(published), strict=True)
    )
    return protected, (joint.problem.inner, *(world.inner for world in worlds))


def _joint(tables: Sequence[Table], rules: Rules, bases: ProtectedTable, ties: Sequence[Tie]) -> Joint:
    posed = [_posed(table, rules, bases, ()) for table in tables]
    return join(tables, [marks for marks, _ in posed], [problem for _, problem in posed], ties)


def _check_pattern(problem: Problem, published: Flags) -> None:
    if (published & ~problem.shown).any():
        raise UnsafeError("The pattern shows cells that the rules hide.")
    if (published != problem.shown)[problem.settled].any():
        raise UnsafeError("The pattern changes the status of bases.")


def _bases(table: Table, rules: Rules, step: int) -> ProtectedTable:
    if table.cube.answers is not None:
        raise ValueError("Bases are a table without answers.")
    marks = mark_bases(table, rules, step)
    problem = alone(table, marks, rules)
    return _frozen(table, rules, marks, problem, safe_pattern(problem))


def _posed(
    table: Table, rules: Rules, bases: ProtectedTable | None, figures: Sequence[Figure]
) -> tuple[Marks, Problem]:
    marks = mark(table, rules)
    if table.cube.answers is None:
        return marks, alone(table, marks, rules, figures)
    if bases is None:
        bases = _bases(without_answers(table), rules, first_step(rules, _total_labels(table.cube)))
    return marks, over_bases(table, marks, rules, _settled(table, bases), figures)


def _total_labels(cube: Cube) -> tuple[str, ...]:
    answers = cube.dimensions[cube.answers or 0]
    return next(node.labels for node in nodes_of(answers) if len(node.members) == len(answers.leaves))


def _settled(table: Table, bases: ProtectedTable) -> Flags:
    """The domains of a table whose base is published, found by name."""
    own = base_cells(table.cube)
    counts = cell_counts(table)
    published = np.zeros(len(counts), dtype=np.bool_)
    known = cells_by_name(bases.cube)
    for cell in np.unique(own if own is not None else []):
        texts = dict(zip(table.cube.columns, cell_names(table.cube, int(cell))[0], strict=True))
        name = tuple(texts.get(column, TOTAL) for column in bases.cube.columns)
        if name not in known:
            raise ValueError(f"The bases lack {' / '.join(name)!r}.")
        count = bases.counts[known[name]]
        if count is not None and count != counts[cell]:
            raise ValueError(
                f"The base of {' / '.join(name)!r} is {count}, its answers add up to {counts[cell]}."
            )
        published[cell] = count is not None
    return published


def _frozen(table: Table, rules: Rules, marks: Marks, problem: Problem, published: Flags) -> ProtectedTable:
    outcome = audit(problem, marks.primary, published)
    shown = published[: problem.cells]
    told, withheld = _named(problem, published, True), _named(problem, published, False)
    return _sealed(table, rules, outcome, shown, told, withheld)


def _sealed(
    table: Table,
    rules: Rules,
    outcome: Audit,
    shown: Flags,
    figures: tuple[str, ...] = (),
    withheld: tuple[str, ...] = (),
) -> ProtectedTable:
    counts = cell_counts(table)
    return ProtectedTable(
        name=table.name,
        cube=table.cube,
        counts=tuple(int(count) if show else None for count, show in zip(counts, shown, strict=True)),
        figures=figures,
        withheld=withheld,
        rules=rules,
        sensitive=table.sensitive,
        audit=outcome,
        seal=_SEAL,
    )


def _named(problem: Problem, published: Flags, wanted: bool) -> tuple[str, ...]:
    flags = published[problem.cells :]
    return tuple(name for name, flag in zip(problem.figures, flags, strict=True) if flag == wanted)


def _complaint(cube: Cube, outcome: Audit) -> str:
    first = outcome.failures[0]
    name = " / ".join(cell_names(cube, first.cell)[0])
    return f"{len(outcome.failures)} requirements fail, first {first.kind} of {name!r} ({first.reader})."
