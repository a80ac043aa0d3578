"""The only maker of protected tables: rules applied, suppressed, attacked, frozen."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analysis.disclosure.attack import audit
from analysis.disclosure.cube import (
    Cube,
    Flags,
    Table,
    base_cells,
    cell_counts,
    cell_names,
    cells_by_name,
    without_answers,
)
from analysis.disclosure.declared.wishes import Wishes, marks_with, problem_with, wishes_for_bases
from analysis.disclosure.linear.effort import Effort
from analysis.disclosure.linear.tiers import tiers_of_table
from analysis.disclosure.nodes import TOTAL, nodes_of
from analysis.disclosure.primary import Marks, Rules, first_step, mark, mark_bases
from analysis.disclosure.problem import Figure, Problem, Reals, problem_over_bases, single_table_problem
from analysis.disclosure.protected_table import ProtectedTable, sealed
from analysis.disclosure.search import UnsafeError, safe_pattern
from analysis.disclosure.tied.joint import Joint, audit_together, join, safe_joint_pattern
from analysis.disclosure.tied.rows import Sum, with_sums
from analysis.disclosure.tied.ties import Tie

NONE = Wishes()


def protect(
    table: Table,
    rules: Rules,
    bases: ProtectedTable | None = None,
    figures: Sequence[Figure] = (),
    effort: Effort | None = None,
    wishes: Wishes = NONE,
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
        Figures to publish next to the counts, with their known weights.
    effort
        The work that the search may spend, and where it is counted; as much may be spent on bases that come
        first, and the attack on what was found is never cut short.
    wishes
        Cells to show or to hide in any case, and what hiding costs.

    Returns
    -------
    ProtectedTable
        The table, safe against every reader of its problem.

    Raises
    ------
    UnsafeError
        If no choice of published cells is safe, or none that shows what must be shown.
    EffortError
        If the work that may be spent at all was spent before anything safe was found.
    ValueError
        If the bases are not those of the table.

    Examples
    --------
    Three of 53 said yes, and another answer is hidden with them; without a ladder all others may be shown.

    >>> from analysis.disclosure.nodes import Dimension
    >>> answer = Dimension("answer", ("answer",), (("yes",), ("no",), ("maybe",)), answers=True)
    >>> protect(Table(Cube((answer,)), np.array([3, 20, 30])), Rules(ladder=None)).counts
    (None, None, 30, 53)
    >>> protect(Table(Cube((answer,)), np.array([13, 20, 30])), Rules(ladder=None)).counts
    (13, 20, 30, 63)
    """
    marks, problem = _pose_problem(table, rules, bases, figures, wishes, effort)
    try:
        pattern = safe_pattern(problem, effort, tiers_of_table(table.cube))
    except UnsafeError as error:
        if not wishes.open:
            raise
        raise UnsafeError("Nothing is safe that shows all cells that are to be shown.") from error
    return _frozen(table, rules, marks, problem, pattern)


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

    Raises
    ------
    ValueError
        If the table has answers.
    UnsafeError
        If no choice of published cells is safe.

    Examples
    --------
    >>> from analysis.disclosure.nodes import Dimension
    >>> place = Dimension("place", ("place",), (("a",), ("b",), ("c",)))
    >>> protect_bases(Table(Cube((place,)), np.array([8, 20, 30])), Rules()).counts
    (None, None, 30, 58)
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

    Returns
    -------
    ProtectedTable

    Raises
    ------
    UnsafeError
        If a cell is shown against the rules or the attack succeeds anywhere.
    ValueError
        If the bases are not those of the table.

    Examples
    --------
    >>> from analysis.disclosure.nodes import Dimension
    >>> table = Table(Cube((Dimension("place", ("place",), (("a",), ("b",))),)), np.array([3, 20]))
    >>> with_pattern(table, Rules(), np.array([False, True, False])).counts
    (None, 20, None)
    >>> with_pattern(table, Rules(), np.array([False, True, True]))
    Traceback (most recent call last):
        ...
    analysis.disclosure.search.UnsafeError: 2 requirements fail, first low of 'a' (who knows what is published).
    """
    marks, problem = _pose_problem(table, rules, bases, figures)
    _check_pattern(problem, published)
    return _frozen(table, rules, marks, problem, published)


def protect_together(
    tables: Sequence[Table],
    rules: Rules,
    bases: ProtectedTable,
    patterns: Sequence[Flags],
    ties: Sequence[Tie],
    effort: Effort | None = None,
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
    effort
        As for `protect`.

    Returns
    -------
    tuple of numpy.ndarray
        For each table the cells that may be published, `with_patterns` for
        what it takes to publish them.

    Raises
    ------
    UnsafeError
        If no choice of published cells is safe.
    EffortError
        If the work that may be spent at all was spent before a repair was found.
    TieError
        If the true counts break a tie.
    ValueError
        If the bases are not those of the tables.

    Examples
    --------
    Of 60 and 50 people 30 and 20 were asked further; nothing is small, and nothing need be hidden.

    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.tied.ties import Term
    >>> place = Dimension("place", ("place",), (("a",), ("b",)))
    >>> group = Dimension("group", ("group",), (("youth",),))
    >>> asked = Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)
    >>> first = Table(Cube((place, group, asked)), np.array([[[30, 30]], [[20, 30]]]), name="asked")
    >>> second = Table(Cube((place, group, asked)), np.array([[[20, 40]], [[10, 40]]]), name="further")
    >>> tie = Tie("", (Term("further", "yes", 1), Term("asked", "yes", -1)), 0, ("youth",))
    >>> rules, everything = Rules(ladder=None), np.ones(9, dtype=np.bool_)
    >>> bases = protect_bases(without_answers(first), rules)
    >>> patterns = protect_together((first, second), rules, bases, [everything, everything], [tie])
    >>> [int(pattern.sum()) for pattern in patterns]
    [9, 9]
    """
    joint = _joint(tables, rules, bases, ties)
    return joint.apart(safe_joint_pattern(joint, np.concatenate(patterns), effort))


def with_patterns(
    tables: Sequence[Table],
    rules: Rules,
    bases: ProtectedTable,
    patterns: Sequence[Flags],
    ties: Sequence[Tie],
    sums: Sequence[Sum] = (),
) -> tuple[tuple[ProtectedTable, ...], tuple[Reals, ...]]:
    """Attack chosen patterns of tied questions together and freeze them if they are safe.

    Parameters
    ----------
    tables, rules, bases, patterns, ties
        As in `protect_together`.
    sums
        Figures that are published in any case, made of several answers.

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
    ValueError
        If the bases are not those of the tables.

    Examples
    --------
    >>> from analysis.disclosure.nodes import Dimension
    >>> place = Dimension("place", ("place",), (("a",), ("b",)))
    >>> answer = Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)
    >>> table = Table(Cube((place, answer)), np.array([[30, 30], [20, 30]]), name="asked")
    >>> rules, everything = Rules(ladder=None), np.ones(9, dtype=np.bool_)
    >>> bases = protect_bases(without_answers(table), rules)
    >>> (protected,), worlds = with_patterns([table], rules, bases, [everything], [])
    >>> protected.hidden, worlds[0].tolist()
    (0, [30.0, 30.0, 20.0, 30.0])
    """
    joint, cubes = _joint(tables, rules, bases, ties), {one.name: one.cube for one in tables}
    joint = replace(joint, problem=with_sums(joint.problem, cubes, sums))
    published = np.concatenate(patterns)
    _check_pattern(joint.problem, published)
    audits, worlds = audit_together(joint, published)
    protected = tuple(
        sealed(table, rules, outcome, shown)
        for table, outcome, shown in zip(tables, audits, joint.apart(published), strict=True)
    )
    return protected, (joint.problem.inner, *(world.inner for world in worlds))


def _joint(tables: Sequence[Table], rules: Rules, bases: ProtectedTable, ties: Sequence[Tie]) -> Joint:
    posed = [_pose_problem(table, rules, bases, ()) for table in tables]
    return join(tables, [marks for marks, _ in posed], [problem for _, problem in posed], ties)


def _check_pattern(problem: Problem, published: Flags) -> None:
    if (published & ~problem.shown).any():
        raise UnsafeError("The pattern shows cells that the rules hide.")
    if (published != problem.shown)[problem.settled].any():
        raise UnsafeError("The pattern changes the status of bases.")


def _bases(
    table: Table, rules: Rules, step: int, wishes: Wishes = NONE, effort: Effort | None = None
) -> ProtectedTable:
    if table.cube.answers is not None:
        raise ValueError("Bases are a table without answers.")
    marks = marks_with(table, mark_bases(table, rules, step), wishes)
    problem = problem_with(table, single_table_problem(table, marks, rules), wishes)
    return _frozen(table, rules, marks, problem, safe_pattern(problem, effort))


def _pose_problem(
    table: Table,
    rules: Rules,
    bases: ProtectedTable | None,
    figures: Sequence[Figure],
    wishes: Wishes = NONE,
    effort: Effort | None = None,
) -> tuple[Marks, Problem]:
    marks = marks_with(table, mark(table, rules), wishes)
    if table.cube.answers is None:
        return marks, problem_with(table, single_table_problem(table, marks, rules, figures), wishes)
    if bases is None:
        step = first_step(rules, _total_labels(table.cube))
        own = None if effort is None else effort.renewed()
        bases = _bases(without_answers(table), rules, step, wishes_for_bases(table, wishes), own)
    problem = problem_over_bases(table, marks, rules, _published_bases(table, bases), figures)
    return marks, problem_with(table, problem, wishes)


def _total_labels(cube: Cube) -> tuple[str, ...]:
    answers = cube.dimensions[cube.answers or 0]
    return next(node.labels for node in nodes_of(answers) if len(node.members) == len(answers.leaves))


def _published_bases(table: Table, bases: ProtectedTable) -> Flags:
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
    outcome = audit(problem, marks.primary, published, tiers_of_table(table.cube))
    shown = published[: problem.cells]
    told, withheld = _named(problem, published, True), _named(problem, published, False)
    return sealed(table, rules, outcome, shown, told, withheld)


def _named(problem: Problem, published: Flags, wanted: bool) -> tuple[str, ...]:
    flags = published[problem.cells :]
    return tuple(name for name, flag in zip(problem.figures, flags, strict=True) if flag == wanted)
