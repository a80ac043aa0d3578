"""A table that has withstood the attack, and the only way to make one."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import InitVar, asdict, dataclass, field

from analysis.disclosure.cube import Cube, Flags, Table, cell_counts, cell_names, cells_by_name
from analysis.disclosure.linear.worlds import Audit
from analysis.disclosure.nodes import TOTAL
from analysis.disclosure.primary import Rules
from analysis.disclosure.search import UnsafeError

PUBLISHED = "published"
SUPPRESSED = "suppressed"

_SEAL = object()

Name = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProtectedTable:
    """A table that has withstood the attack; a hidden cell holds no number.

    It is made by `sealed` alone, and that is called by
    `analysis.disclosure.protect` alone: who accepts nothing else shows
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
    seal
        What this module alone has.

    Raises
    ------
    TypeError
        If it is made without the seal.
    UnsafeError
        If the attack succeeded anywhere.

    Examples
    --------
    >>> import numpy as np
    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.protect import protect
    >>> answer = Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)
    >>> table = protect(Table(Cube((answer,)), np.array([3, 20]), name="safe"), Rules(ladder=None))
    >>> list(table.rows())
    [(('yes',), None, 'suppressed'), (('no',), None, 'suppressed'), (('Total',), 23, 'published')]
    >>> table.count(("Total",)), table.complete({}), table.hidden, table.published, len(table.digest)
    (23, False, 2, 1, 64)
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
        """Every cell under every name: the columns' texts, the number, the status.

        Yields
        ------
        tuple
            Name, number of people or None, and `PUBLISHED` or `SUPPRESSED`.
        """
        for cell, count in enumerate(self.counts):
            status = SUPPRESSED if count is None else PUBLISHED
            for name in cell_names(self.cube, cell):
                yield name, count, status

    def count(self, name: Name) -> int | None:
        """The number of people in a cell, None if hidden.

        Parameters
        ----------
        name
            One text for each column of the cube.

        Returns
        -------
        int or None

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

        Returns
        -------
        bool

        Raises
        ------
        ValueError
            If the table has no answers.
        KeyError
            If the cube has no such domain.
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
    """A protected table as JSON with a fixed order, the form that is hashed.

    Parameters
    ----------
    table
        The table.

    Returns
    -------
    str

    Examples
    --------
    >>> import numpy as np
    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.protect import protect
    >>> table = Table(Cube((Dimension("place", ("place",), (("a",),)),)), np.array([20]), name="interviewed")
    >>> json.loads(canonical(protect(table, Rules())))["rows"]
    [['a', 20], ['Total', 20]]
    """
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


def sealed(
    table: Table,
    rules: Rules,
    outcome: Audit,
    shown: Flags,
    figures: tuple[str, ...] = (),
    withheld: tuple[str, ...] = (),
) -> ProtectedTable:
    """A table with the outcome of its attack, frozen; for `analysis.disclosure.protect` alone.

    Parameters
    ----------
    table, rules
        True counts, and the rules that they were protected by.
    outcome
        Of the attack.
    shown
        Flags of the cells that are published.
    figures, withheld
        Names of the further figures that may be published, and of those that may not.

    Returns
    -------
    ProtectedTable

    Raises
    ------
    UnsafeError
        If the attack succeeded anywhere.

    Examples
    --------
    >>> import numpy as np
    >>> from analysis.disclosure.nodes import Dimension
    >>> table = Table(Cube((Dimension("place", ("place",), (("a",), ("b",))),)), np.array([3, 20]))
    >>> sealed(table, Rules(), Audit(2, 1, 3), np.array([False, False, True])).counts
    (None, None, 23)
    """
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


def _complaint(cube: Cube, outcome: Audit) -> str:
    first = outcome.failures[0]
    name = " / ".join(cell_names(cube, first.cell)[0])
    return f"{len(outcome.failures)} requirements fail, first {first.kind} of {name!r} ({first.reader})."
