"""What linear programs find: possible worlds, and the requirements that no world meets."""

from dataclasses import dataclass, field

from analysis.disclosure.linear.programs import Reals


@dataclass(frozen=True, slots=True)
class World:
    """Inner counts that agree with everything published, and the sums they give.

    Parameters
    ----------
    inner
        Shape (inner cells,).
    sums
        Of all cells and figures.

    Examples
    --------
    >>> import numpy as np
    >>> World(np.array([4.0, 19.0]), np.array([4.0, 19.0, 23.0])).sums.tolist()
    [4.0, 19.0, 23.0]
    """

    inner: Reals = field(repr=False)
    sums: Reals = field(repr=False)


@dataclass(frozen=True, slots=True)
class Failure:
    """A hidden cell about which a reader learns too much.

    Parameters
    ----------
    cell
        Its number.
    reader
        Who learns it.
    kind
        ``high`` (seen to be small), ``low`` (seen not to be smaller) or ``spread`` (seen exactly).

    Examples
    --------
    >>> Failure(0, "who knows every base", "high").kind
    'high'
    """

    cell: int
    reader: str
    kind: str


@dataclass(frozen=True, slots=True)
class Audit:
    """The outcome of an attack on all hidden cells.

    Parameters
    ----------
    hidden
        Number of hidden cells.
    primary
        Number of them that are hidden for themselves.
    programs
        Number of linear programs solved.
    failures
        Cells that are not safe; empty when the attack failed everywhere.

    Examples
    --------
    >>> Audit(2, 1, programs=3).passed, Audit(1, 1, 2, (Failure(0, "who knows every base", "low"),)).passed
    (True, False)
    """

    hidden: int
    primary: int
    programs: int
    failures: tuple[Failure, ...] = field(default=())

    @property
    def passed(self) -> bool:
        """Whether no hidden cell is at risk."""
        return not self.failures


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the attacks of all readers came to, one after the other.

    Parameters
    ----------
    failures
        Requirements that no possible world meets.
    programs
        Number of linear programs solved.
    worlds
        Possible worlds of the last reader. They hold true counts: they are never kept.

    Examples
    --------
    >>> Outcome((), 3, ()).programs
    3
    """

    failures: tuple[Failure, ...]
    programs: int
    worlds: tuple[World, ...] = field(repr=False)
