"""When a sum of contributions gives a contributor away, and how uncertain it has to stay then."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.disclosure.problem import Reals

#: A share of a sum that is no more than rounding.
EXACT = 1e-12


@dataclass(frozen=True, slots=True)
class Dominance:
    """The (n, k) rule: unsafe where the n largest contributors make more than k per cent of a cell.

    Parameters
    ----------
    n
        How many contributors, one or more.
    k
        Per cent, up to 100.

    Raises
    ------
    ValueError
        If the rule has no meaning.

    References
    ----------
    Hundepool et al. (2012), Statistical Disclosure Control, Wiley; τ-ARGUS 4.1, User's manual, sections 2.2 and 4.4.4.

    Examples
    --------
    The two largest of 100 make 90.

    >>> import numpy as np
    >>> shares = np.array([60.0, 30.0, 10.0])
    >>> Dominance(2, 90).lacking(shares), round(Dominance(2, 85).lacking(shares), 2)
    (0.0, 5.88)
    """

    n: int
    k: float

    def __post_init__(self) -> None:
        """Refuse a rule without a meaning."""
        _check_meaning(self.n, self.k)

    def lacking(self, contributions: Reals, inside: bool = False) -> float:
        """How much more the cell must seem able to be; nothing is lacking at zero or less.

        Parameters
        ----------
        contributions
            The largest first.
        inside
            Whether the reader contributes to the cell besides and knows that part.

        Returns
        -------
        float
        """
        most = max(1, self.n - inside)
        return float(100 / self.k * contributions[:most].sum() - contributions.sum())


@dataclass(frozen=True, slots=True)
class PPercent:
    """The p % rule: unsafe where the next largest contributors could estimate the largest one within p per cent.

    Parameters
    ----------
    p
        Per cent, up to 100.
    n
        How many contributors put together what they know, one or more.

    Raises
    ------
    ValueError
        If the rule has no meaning.

    References
    ----------
    As for `Dominance`. The prior-posterior rule with p and q is this one with 100 p / q.

    Examples
    --------
    "The sum of all reporting units excluding the largest two must be at least 10 % of the value of the largest."

    >>> import numpy as np
    >>> PPercent(10).lacking(np.array([60.0, 30.0, 5.0])), PPercent(10).lacking(np.array([60.0, 30.0, 6.0]))
    (1.0, 0.0)
    """

    p: float
    n: int = 1

    def __post_init__(self) -> None:
        """Refuse a rule without a meaning."""
        _check_meaning(self.n, self.p)

    def lacking(self, contributions: Reals, inside: bool = False) -> float:
        """How much more the cell must seem able to be; nothing is lacking at zero or less.

        Parameters
        ----------
        contributions, inside
            As for `Dominance.lacking`.

        Returns
        -------
        float
        """
        known = 1 + self.n - inside
        return float(self.p / 100 * contributions[:1].sum() - contributions[known:].sum())


@dataclass(frozen=True, slots=True)
class Fewest:
    """The rule by number: unsafe where fewer contribute, and then the sum must stay uncertain by some per cent.

    Parameters
    ----------
    n
        How many must contribute, one or more.
    percent
        Of the sum, up to 100.

    Raises
    ------
    ValueError
        If the rule has no meaning.

    Examples
    --------
    >>> import numpy as np
    >>> Fewest(3, 10).lacking(np.array([60.0, 40.0])), Fewest(2, 10).lacking(np.array([60.0, 40.0]))
    (10.0, 0.0)
    """

    n: int
    percent: float = 10.0

    def __post_init__(self) -> None:
        """Refuse a rule without a meaning."""
        _check_meaning(self.n, self.percent)

    def lacking(self, contributions: Reals, inside: bool = False) -> float:
        """How much more the cell must seem able to be; nothing is lacking at zero or less.

        Parameters
        ----------
        contributions, inside
            As for `Dominance.lacking`.

        Returns
        -------
        float
        """
        few = 0 < len(contributions) < self.n - inside
        return float(self.percent / 100 * contributions.sum()) if few else 0.0


def _check_meaning(n: int, percent: float) -> None:
    if n < 1:
        raise ValueError("A rule of amounts is about one contributor or more.")
    if not 0 < percent <= 100:
        raise ValueError(f"A rule of amounts has a percentage above 0 and up to 100, not {percent:g}.")


AmountRule = Dominance | PPercent | Fewest


def protection(rules: Sequence[AmountRule], contributions: Reals, inside: bool = False) -> float | None:
    """By how much a cell has to stay uncertain in both directions; None for a safe one.

    Parameters
    ----------
    rules
        Each of them must hold.
    contributions
        Of each contributor, the largest first.
    inside
        Whether the reader contributes besides: what must stay uncertain to that one of the others.

    Returns
    -------
    float or None
        The largest amount that any rule asks for. The theory gives the upper limit; the lower one is as far away.

    Examples
    --------
    Of 60 and 40 the contributor of the 60 has to be 4 away from the 40, and that of the 40 is 6 away from the 60.

    >>> import numpy as np
    >>> [protection([PPercent(10)], np.array([other]), inside=True) for other in (40.0, 60.0)]
    [4.0, 6.0]
    >>> protection([PPercent(10), Fewest(3)], np.array([50.0, 50.0])), protection([PPercent(10)], np.array([9.0] * 9))
    (10.0, None)
    """
    lacking = max((rule.lacking(contributions, inside) for rule in rules), default=0.0)
    return lacking if lacking > EXACT * float(contributions.sum()) else None
