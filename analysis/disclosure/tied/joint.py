"""Tied tables as one problem: attacked, repaired, shown again and checked together.

Two tables are tied where a reader of the questionnaire knows that their counts
limit each other: people who answer a question that is asked of some only are
no more than those.  Such a tie is a row with limits over the inner counts of a
domain.  It always holds, so that it is no candidate for hiding.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from scipy import sparse

from analysis.disclosure.attack import Attack, attack_as_every_reader
from analysis.disclosure.cube import Flags, Table, base_cells, cell_names, inner_cells
from analysis.disclosure.linear.effort import Effort, effort_of_tied_tables
from analysis.disclosure.linear.surroundings import Tiers
from analysis.disclosure.linear.tiers import tiers_of_places
from analysis.disclosure.linear.worlds import Audit, Failure, World
from analysis.disclosure.primary import NEVER, Marks
from analysis.disclosure.problem import Problem, Reader
from analysis.disclosure.repair import hide_for, repair, show_again
from analysis.disclosure.search import UnsafeError
from analysis.disclosure.tied.rows import Domain, domain_of, tie_rows, with_own_rows
from analysis.disclosure.tied.ties import Tie
from analysis.disclosure.tied.whole_people import NODES, failures_of_whole_people

#: Places that are attacked all at once at last; of more, so many are attacked together.
TOGETHER = 12
NEIGHBOURS = 23

#: How often cells are hidden for requirements that only fractions of people meet.
CONFIRMATIONS = 20

#: What part of the work each stage is, as measured on tied tables of 69 places.
STAGES = {
    "first attack": (0.0, 0.15),
    "repair": (0.15, 0.6),
    "showing again": (0.6, 0.85),
    "whole people": (0.85, 1.0),
}


@dataclass(frozen=True, slots=True)
class Joint:
    """Several tables over the same bases as one problem.

    Parameters
    ----------
    problem
        Cells and inner counts of one table after the other, and the ties.
    primary
        Cells that are hidden for themselves.
    names
        The tables.
    cells
        Number of cells of each table.
    tiers
        Neighbourhoods of inner counts to attack, the small ones first.

    Examples
    --------
    >>> from analysis.disclosure.cube import Cube
    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.primary import Rules, mark
    >>> from analysis.disclosure.problem import problem_over_bases
    >>> place = Dimension("place", ("place",), (("a",),))
    >>> answer = Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)
    >>> table, everything = Table(Cube((place, answer)), np.array([[30, 20]])), np.ones(3, dtype=np.bool_)
    >>> marks = mark(table, Rules(ladder=None))
    >>> joint = join([table], [marks], [problem_over_bases(table, marks, Rules(ladder=None), everything)], [])
    >>> joint.cells, [flags.tolist() for flags in joint.apart(joint.primary)]
    ((3,), [[False, False, False]])
    """

    problem: Problem = field(repr=False)
    primary: Flags = field(repr=False)
    names: tuple[str, ...]
    cells: tuple[int, ...]
    tiers: Tiers = field(repr=False)

    def apart(self, flags: Flags) -> tuple[Flags, ...]:
        """Flags of all cells, table by table.

        Parameters
        ----------
        flags
            Table after table.

        Returns
        -------
        tuple of numpy.ndarray
            Shape (cells,) of each table.
        """
        return tuple(np.split(flags, np.cumsum(self.cells)[:-1]))


class TieError(ValueError):
    """The true counts break a tie: the tables were not counted as the questionnaire says.

    Examples
    --------
    Of 30 who were asked 31 cannot have been asked further.

    >>> from analysis.disclosure.cube import Cube, without_answers
    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.primary import Rules
    >>> from analysis.disclosure.protect import protect_bases, protect_together
    >>> from analysis.disclosure.tied.ties import Term
    >>> place = Dimension("place", ("place",), (("a",),))
    >>> group = Dimension("group", ("group",), (("youth",),))
    >>> cube = Cube((place, group, Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)))
    >>> counts = {"asked": 30, "further": 31}
    >>> tables = [Table(cube, np.array([[[n, 60 - n]]]), name=name) for name, n in counts.items()]
    >>> bases = protect_bases(without_answers(tables[0]), Rules())
    >>> tie = Tie("", (Term("further", "yes", 1), Term("asked", "yes", -1)), 0, ("youth",))
    >>> protect_together(tables, Rules(), bases, [np.ones(3, dtype=np.bool_)] * 2, [tie])
    Traceback (most recent call last):
        ...
    analysis.disclosure.tied.joint.TieError: 1 ties between asked, further do not hold.
    """


def join(
    tables: Sequence[Table], marks: Sequence[Marks], problems: Sequence[Problem], ties: Sequence[Tie]
) -> Joint:
    """Put the problems of tied tables into one.

    Parameters
    ----------
    tables
        Tables of answers over the same places, named apart.
    marks, problems
        What the rules say of each table, and its problem over its bases.
    ties
        What joins them.  A tie of a table that is not among them is left out.

    Returns
    -------
    Joint

    Raises
    ------
    TieError
        If the true counts break a tie.
    ValueError
        If a table has no answers.

    Examples
    --------
    >>> from analysis.disclosure.cube import Cube
    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.primary import Rules, mark
    >>> from analysis.disclosure.problem import problem_over_bases
    >>> from analysis.disclosure.tied.ties import Term
    >>> place = Dimension("place", ("place",), (("a",),))
    >>> group = Dimension("group", ("group",), (("youth",),))
    >>> cube = Cube((place, group, Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)))
    >>> counts = {"asked": 30, "further": 20}
    >>> tables = [Table(cube, np.array([[[n, 60 - n]]]), name=name) for name, n in counts.items()]
    >>> rules, shown = Rules(ladder=None), np.ones(3, dtype=np.bool_)
    >>> marks = [mark(table, rules) for table in tables]
    >>> problems = [problem_over_bases(table, one, rules, shown) for table, one in zip(tables, marks)]
    >>> tie = Tie("", (Term("further", "yes", 1), Term("asked", "yes", -1)), 0, ("youth",))
    >>> joint = join(tables, marks, problems, [tie])
    >>> joint.names, joint.cells, joint.problem.ties.matrix.toarray().tolist()
    (('asked', 'further'), (3, 3), [[-1.0, 0.0, 1.0, 0.0]])
    """
    cubes = {table.name: table.cube for table in tables}
    hidden = _hidden_bases(tables, problems)
    rows, again = with_own_rows(tie_rows(cubes, ties, hidden), problems), _bases_of_earlier_tables(tables)
    problem = Problem(
        matrix=sparse.csr_array(sparse.block_diag([one.matrix for one in problems], format="csr")),
        low=np.concatenate([one.low for one in problems]),
        high=np.concatenate([one.high for one in problems]),
        cells=sum(one.cells for one in problems),
        shown=np.concatenate([one.shown for one in problems]),
        settled=np.concatenate([one.settled for one in problems]),
        readers=tuple(
            _joint_reader(readers, again) for readers in zip(*(one.readers for one in problems), strict=True)
        ),
        inner=np.concatenate([one.inner for one in problems]),
        ties=rows,
    )
    broken = np.flatnonzero(rows.matrix @ problem.inner > rows.high)
    if len(broken):
        raise TieError(f"{len(broken)} ties between {', '.join(table.name for table in tables)} do not hold.")
    primary = np.concatenate([mark.primary for mark in marks])
    names = tuple(table.name for table in tables)
    return Joint(problem, primary, names, tuple(one.cells for one in problems), _tiers(tables))


def _joint_reader(readers: Sequence[Reader], again: Flags) -> Reader:
    """One reader of all tables; what must stay uncertain of a number interviewed is asked of one table only."""
    parts = {
        name: np.concatenate([getattr(reader, name) for reader in readers])
        for name in ("known", "high", "low", "spread")
    }
    unaware = [reader.unaware for reader in readers if reader.unaware is not None]
    return Reader(
        readers[0].name,
        known=parts["known"],
        high=np.where(again, 0, parts["high"]),
        low=np.where(again, NEVER, parts["low"]),
        spread=parts["spread"] & ~again,
        unaware=np.concatenate(unaware) if unaware else None,
    )


def _bases_of_earlier_tables(tables: Sequence[Table]) -> Flags:
    """The bases of domains that an earlier table has too: they are the same number in every possible world."""
    seen: set[tuple[str, ...]] = set()
    flags = []
    for table in tables:
        bases = base_cells(table.cube)
        again = np.zeros(int(np.prod(table.cube.shape)), dtype=np.bool_)
        for cell in np.unique(bases if bases is not None else []):
            name = cell_names(table.cube, int(cell))[0]
            again[cell] = name in seen
            seen.add(name)
        flags.append(again)
    return np.concatenate(flags)


def _hidden_bases(tables: Sequence[Table], problems: Sequence[Problem]) -> set[Domain]:
    """The domains whose number of people interviewed is not published."""
    hidden = set()
    for table, problem in zip(tables, problems, strict=True):
        bases = base_cells(table.cube)
        if bases is None:
            raise ValueError(f"Table {table.name!r} has no answers.")
        shown = problem.shown[bases[inner_cells(table.cube)]]
        for index, told in zip(np.ndindex(*table.cube.inner_shape), shown, strict=True):
            if not told:
                hidden.add(domain_of(table.cube, index)[1])
    return hidden


def _tiers(tables: Sequence[Table]) -> Tiers:
    places = tables[0].cube.dimensions[0]
    size = len(places.leaves)
    of_place = np.concatenate([np.repeat(np.arange(size), table.counts.size // size) for table in tables])
    return tiers_of_places(places, of_place, TOGETHER, NEIGHBOURS)


def safe_joint_pattern(joint: Joint, pattern: Flags, effort: Effort | None = None) -> Flags:
    """Hide what the ties would give away in patterns that are safe table by table.

    Parameters
    ----------
    joint
        The tied tables.
    pattern
        Flags of the cells that are published, table after table.
    effort
        The work that may be spent, where it is counted, and how far it is.

    Returns
    -------
    numpy.ndarray
        Flags of the cells that may be published together; numbers interviewed
        alone where no repair is found, or none before the limit of the effort.
        Once the effort that is allowed is spent, what could be shown again stays hidden.

    Raises
    ------
    EffortError
        If the work that may be spent at all was spent before a repair was found.

    Examples
    --------
    >>> from analysis.disclosure.cube import Cube
    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.primary import Rules, mark
    >>> from analysis.disclosure.problem import problem_over_bases
    >>> place = Dimension("place", ("place",), (("a",),))
    >>> answer = Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)
    >>> table, everything = Table(Cube((place, answer)), np.array([[3, 20]])), np.ones(3, dtype=np.bool_)
    >>> marks = mark(table, Rules(ladder=None))
    >>> joint = join([table], [marks], [problem_over_bases(table, marks, Rules(ladder=None), everything)], [])
    >>> safe_joint_pattern(joint, np.array([False, True, True])).tolist()  # the 20 would give the 3 away
    [False, False, True]
    """
    try:
        return _repair(joint, pattern, effort)
    except UnsafeError:
        # Never each table by itself: then nothing of them is shown but numbers interviewed.
        return pattern & joint.problem.settled


def _repair(joint: Joint, pattern: Flags, effort: Effort | None) -> Flags:
    problem, effort = joint.problem, effort or effort_of_tied_tables()
    attacks = [Attack(problem, reader, pattern, joint.tiers, effort) for reader in problem.readers]
    effort.begin_stage(*STAGES["first attack"])
    best_informed, *others = attacks
    # What the best informed reader finds possible is possible for all: it spares them programs.
    list(best_informed.unproved())
    for attack in others:
        for world in best_informed.worlds:
            attack.adopt(world)
    effort.begin_stage(*STAGES["repair"])
    if not repair(problem, attacks, 1):
        raise UnsafeError(f"Nothing that could be shown of {', '.join(joint.names)} together is safe.")
    hidden = np.flatnonzero(pattern & ~attacks[0].published)
    # More that stays hidden is safe too, so that this is where the effort has its limit.
    effort.begin_stage(*STAGES["showing again"])
    again = [int(cell) for cell in hidden[np.argsort(-problem.low[hidden], kind="stable")]]
    show_again(attacks, again, 1.0)
    effort.begin_stage(*STAGES["whole people"])
    _confirm(joint, attacks)
    effort.settle(1.0)
    return attacks[0].published


def _confirm(joint: Joint, attacks: Sequence[Attack]) -> None:
    """Hide until every requirement is met by whole people."""
    effort = attacks[0].effort
    stage = effort.stage
    for _ in range(CONFIRMATIONS):
        failures: list[Failure] = []
        for number, attack in enumerate(attacks):
            effort.begin_stage(number / len(attacks), (number + 1) / len(attacks), stage)
            failures += failures_of_whole_people(attack)
        if not failures:
            return
        if effort.is_used_up:
            break
        for failure in failures:
            if not hide_for(joint.problem, attacks, failure, 1, NODES):
                break
    raise UnsafeError(f"Nothing that could be shown of {', '.join(joint.names)} together is safe.")


def audit_together(joint: Joint, published: Flags) -> tuple[tuple[Audit, ...], tuple[World, ...]]:
    """Attack a pattern of tied tables as every reader, from nothing.

    Parameters
    ----------
    joint
        The tied tables.
    published
        Flags of the cells that are published, table after table.

    Returns
    -------
    audits, worlds
        The outcome for each table, and the possible worlds that prove it.
        The worlds hold true counts: they are never kept.

    Raises
    ------
    ContradictionError
        If what is published cannot be true.

    Examples
    --------
    >>> from analysis.disclosure.cube import Cube
    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.primary import Rules, mark
    >>> from analysis.disclosure.problem import problem_over_bases
    >>> place = Dimension("place", ("place",), (("a",),))
    >>> answer = Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)
    >>> table, everything = Table(Cube((place, answer)), np.array([[3, 20]])), np.ones(3, dtype=np.bool_)
    >>> marks = mark(table, Rules(ladder=None))
    >>> joint = join([table], [marks], [problem_over_bases(table, marks, Rules(ladder=None), everything)], [])
    >>> audits, worlds = audit_together(joint, np.array([False, False, True]))
    >>> audits[0].passed, len(worlds) > 0
    (True, True)
    """
    outcome = attack_as_every_reader(joint.problem, published, joint.tiers, failures_of_whole_people)
    return _audits(joint, published, outcome.failures, outcome.programs), outcome.worlds


def _audits(joint: Joint, published: Flags, failures: Sequence[Failure], programs: int) -> tuple[Audit, ...]:
    starts = np.cumsum([0, *joint.cells])
    audits = []
    for start, end in pairwise(starts):
        hidden = ~published[start:end]
        failed = tuple(
            Failure(failure.cell - int(start), failure.reader, failure.kind)
            for failure in failures
            if start <= failure.cell < end
        )
        primary = int((hidden & joint.primary[start:end]).sum())
        audits.append(Audit(int(hidden.sum()), primary, programs, failed))
    return tuple(audits)
