"""Work that is counted and limited, so that a busy machine comes to the same result."""

from collections.abc import Callable

#: Linear programs times unknown counts that a search may take to find something better.
EFFORT = 120_000

#: How many times that much it may take to find anything safe at all, where there is a limit.
PATIENCE = 100

#: The same for tied tables: beyond it repairs are hasty and nothing more is shown again, so that more stays hidden than has to.
TIED_EFFORT = 20_000_000

#: How many times that much tied tables of a release may take: beyond it nothing of them is shown but numbers interviewed.
TIED_LIMIT = 3


class EffortError(ValueError):
    """The work allowed was spent before a safe table was found.

    Examples
    --------
    >>> Effort(allowed=1, patience=2).spend(3)
    Traceback (most recent call last):
        ...
    analysis.disclosure.linear.effort.EffortError: No safe table was found with an effort of 2; allow more than 1.
    """


class Effort:
    """Work spent so far, in linear programs times unknown counts, and how much is allowed.

    Parameters
    ----------
    allowed
        What may be spent in search of something better.
    patience
        How many times as much may be spent before anything is found; None is no limit.
    report
        Called with this object whenever work was spent, or a stage of it has come further.
    limit
        How many times as much may be spent before the search gives up without an error, so that more is hidden; None is no limit.

    Raises
    ------
    EffortError
        When work is spent beyond `allowed` times `patience`.

    Examples
    --------
    >>> effort = Effort(allowed=100, report=lambda effort: print(effort.spent))
    >>> effort.spend(60)
    60
    >>> effort.exceeds(0.5), effort.exceeds(1), effort.renewed().spent
    (True, False, 0)
    >>> limited = Effort(allowed=100, limit=2)
    >>> limited.spend(150)
    >>> limited.is_hasty, limited.is_used_up
    (True, False)
    >>> several = Effort()
    >>> several.begin_stage(0.5, 1.0)
    >>> several.share
    0.5
    """

    def __init__(
        self,
        allowed: int = EFFORT,
        patience: int | None = None,
        report: Callable[["Effort"], None] | None = None,
        limit: int | None = None,
    ) -> None:
        """Begin with nothing spent."""
        self.allowed, self.spent = allowed, 0
        #: How much of a search in stages is done, from 0 to 1.
        self.share = 0.0
        #: From which share to which the present stage leads.
        self.stage = (0.0, 0.0)
        self._patience, self._report, self._limit = patience, report, limit
        self._most = None if patience is None else allowed * patience

    def renewed(self) -> "Effort":
        """The same allowance with nothing spent, for another table.

        Returns
        -------
        Effort
        """
        return Effort(self.allowed, self._patience, self._report, self._limit)

    @property
    def is_hasty(self) -> bool:
        """Whether all that is allowed was spent of an effort with a limit: what is left is done quickly, and more is hidden."""
        return self._limit is not None and self.exceeds(1)

    @property
    def is_used_up(self) -> bool:
        """Whether the limit is reached."""
        return self._limit is not None and self.exceeds(self._limit)

    def spend(self, size: int) -> None:
        """Count one linear program.

        Parameters
        ----------
        size
            Number of its unknown counts.

        Raises
        ------
        EffortError
            If that is more than may be spent at all.
        """
        self.spent += size
        if self._report is not None:
            self._report(self)
        if self._most is not None and self.spent > self._most:
            raise EffortError(
                f"No safe table was found with an effort of {self._most}; allow more than {self.allowed}."
            )

    def begin_stage(self, begin: float, end: float, within: tuple[float, float] = (0.0, 1.0)) -> None:
        """Begin a stage of a search: the part of a longer one, or of the whole, from one share to another.

        Parameters
        ----------
        begin, end
            From 0 to 1.
        within
            The longer stage.
        """
        start, length = within[0], within[1] - within[0]
        self.stage = (start + begin * length, start + end * length)
        self.settle(0.0)

    def settle(self, part: float) -> None:
        """Take note of how far the stage has come; the share of all that is done never falls.

        Parameters
        ----------
        part
            Of the stage, from 0 to 1.

        Examples
        --------
        >>> effort = Effort()
        >>> effort.begin_stage(0.5, 1.0)
        >>> effort.settle(0.5)
        >>> effort.settle(0.4)
        >>> effort.share
        0.75
        """
        begin, end = self.stage
        share = begin + part * (end - begin)
        if share > self.share:
            self.share = share
            if self._report is not None:
                self._report(self)

    def exceeds(self, share: float) -> bool:
        """Whether more than a share of what is allowed was spent.

        Parameters
        ----------
        share
            From 0 to 1.

        Returns
        -------
        bool
        """
        return self.spent > self.allowed * share


def effort_of_tied_tables(report: Callable[[Effort], None] | None = None) -> Effort:
    """What tied tables of a release may take.

    Parameters
    ----------
    report
        As for `Effort`.

    Returns
    -------
    Effort

    Examples
    --------
    >>> effort_of_tied_tables().is_used_up
    False
    """
    return Effort(TIED_EFFORT, report=report, limit=TIED_LIMIT)
