"""Whether a list experiment worked: does the sensitive item change other answers, and do lists run full or empty."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analysis.columns import DesignError, Floats
from analysis.display import as_html, as_text
from analysis.estimation.domains import Where
from analysis.estimation.estimates import AnySample, proportion
from analysis.estimation.replicates import replicate_covariance
from analysis.estimation.results import Estimates, stacked, with_note
from analysis.estimation.variance import covariance
from analysis.replicate_weights import ReplicateSample
from analysis.sensitive.chi_bar import all_positive_p
from analysis.sensitive.lists import counted_arms

if TYPE_CHECKING:
    import pandas as pd

#: The checks of the ends of the lists, by name.
FLOOR, CEILING = "floor", "ceiling"
NONE_OF_TREATED, ALL_OF_TREATED = "exposed as no", "exposed as yes"
#: From this share at an end on, many people could not hide or had to.
MANY = 0.05
AT_THE_END = "many lists end there: a count tells the answer, and people may avoid it"
FAILED = "the item changes how people answer the others: the list experiment did not work"
#: A test that fails more rarely than this counts.
SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True, repr=False)
class ListChecks:
    """What a list experiment shows of itself.

    Attributes
    ----------
    types : tuple of tuple of int
        Types of people: items agreed with apart from the sensitive one, and whether with that one (1) or not (0).
    share, se : ndarray of float, shape (types,)
        Their estimated shares, which cannot be negative where the item changes no other answer.
    p_with, p_without, p : float
        Tests that no share of people who agree with the item is negative, none of people who do not, and both together
        (Bonferroni).
    ends : Estimates
        Shares of lists at their ends, which `level` names: "floor" and "ceiling" of the controls (none, all of their
        items), "exposed as no" and "exposed as yes" of people given the item (none, all).
    treated, control : int
        People in either arm.
    note : str
        Empty where nothing is to be said.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> frame = pd.DataFrame({"agrees": [1, 2, 1, 1, 0, 1, 2, 1], "list": [*"llllssss"]})
    >>> found = list_checks(make_sample(frame), "agrees", ("list", "l"), 2)
    >>> found.to_frame()[["check", "estimate"]].to_numpy().tolist()[:3]
    [['0 items, agrees', 0.25], ['1 items, agrees', 0.0], ['2 items, agrees', 0.0]]
    >>> found.p, found.note
    (1.0, '')
    """

    types: tuple[tuple[int, int], ...]
    share: Floats
    se: Floats
    p_with: float
    p_without: float
    p: float
    ends: Estimates
    treated: int
    control: int
    note: str

    def __repr__(self) -> str:
        """Show a short table."""
        return as_text("checks of a list experiment", self.to_frame())

    def _repr_html_(self) -> str:
        """Show the same in a notebook."""
        return as_html("checks of a list experiment", self.to_frame())

    def to_frame(self) -> pd.DataFrame:
        """Return the types, then the ends, then the tests, one row each.

        Returns
        -------
        DataFrame
        """
        import pandas as pd

        agrees = ("does not agree", "agrees")
        types = [
            {"check": f"{number} items, {agrees[trait]}", "estimate": share, "se": se}
            for (number, trait), share, se in zip(self.types, self.share, self.se, strict=True)
        ]
        columns = {"level": "check", "n": "n", "estimate": "estimate", "se": "se", "note": "note"}
        ends = self.ends.to_frame()[[*columns]].rename(columns=columns).to_dict("records")
        named = (("agrees", self.p_with), ("does not agree", self.p_without), ("both", self.p))
        tests = [{"check": f"design effect, {name}", "p": p} for name, p in named]
        tests[-1] |= {"n": self.treated + self.control, "note": self.note}
        table = pd.DataFrame([*types, *ends, *tests], columns=["check", "n", "estimate", "se", "p", "note"])
        return table.fillna({"note": ""})


def list_checks(
    sample: AnySample,
    count: str,
    arm: tuple[str, object],
    items: int,
    *,
    where: Where = None,
    level: float = 0.95,
) -> ListChecks:
    """Check a list experiment: the design-effect test of Blair and Imai, and the ends of the lists.

    Parameters
    ----------
    sample : Sample or ReplicateSample
    count, arm, items : as for `analysis.sensitive.lists.list_experiment`
        What they are there.
    where : as for `analysis.estimation.estimates.mean`
        What it is there.
    level : float
        Confidence level of the shares at the ends.

    Returns
    -------
    ListChecks

    Raises
    ------
    DesignError
        As for `analysis.sensitive.lists.list_experiment`, and if the error of the shares is not estimable.

    Notes
    -----
    With P₁ and P₀ the shares of lists of at most j items with and without the sensitive one, the share of people who
    agree with j others is P₀(j) − P₁(j) if they agree with the item, P₁(j) − P₀(j − 1) if not. Errors respect the design.
    R's ``list`` has the same test, with other p-values for lists of four: its weights do not add up to 1, and it leaves out
    shares that are exactly 0. It can also select among the shares; here all are tested, which makes p no smaller.

    References
    ----------
    Blair, G. and Imai, K. (2012), Political Analysis 20, 47-77.

    Examples
    --------
    Nobody says 0 without the item and everybody does with it: people hide.

    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> frame = pd.DataFrame({"agrees": [0, 0, 0, 0, 1, 1, 2, 1, 1, 2], "list": [*"lllllsssss"]})
    >>> list_checks(make_sample(frame), "agrees", ("list", "l"), 2).note
    'the item changes how people answer the others: the list experiment did not work'
    """
    arms = counted_arms(sample, [count], arm, items, (), where)
    shares = [_shares(sample, count, flags, items, level) for flags in arms]
    matrix = type_matrix(items)
    both = stacked(shares)
    figures, spread = matrix @ both.estimate, _covariance(sample, both, matrix)
    half = items + 1
    # The last share of the first half and the first of the second are shares of one arm: never negative.
    tested = (slice(0, items), slice(half + 1, 2 * half))
    p_with, p_without = (all_positive_p(figures[part], spread[part, part]) for part in tested)
    p = min(1.0, 2 * min(p_with, p_without))
    return ListChecks(
        tuple((number, trait) for trait in (1, 0) for number in range(half)),
        figures,
        np.sqrt(np.diagonal(spread)),
        p_with,
        p_without,
        p,
        _ends(shares, items),
        int(shares[0].n[0]),
        int(shares[1].n[0]),
        FAILED if p < SIGNIFICANT else "",
    )


def _shares(sample: AnySample, count: str, flags: NDArray[np.bool_], items: int, level: float) -> Estimates:
    """Return the shares of 0, 1, … items + 1 in an arm."""
    numbers = range(items + 2)
    return proportion(
        sample, count, numbers, where=flags, interval="wilson", level=level, keep_influence=True
    )


def type_matrix(items: int) -> Floats:
    """Return what makes the shares of the types of the shares of numbers, first of treated people, then of controls.

    Parameters
    ----------
    items : int
        Items of the list without the sensitive one.

    Returns
    -------
    ndarray of float, shape (2 (items + 1), 2 (items + 2))
        A row for each type: first those who agree with the sensitive item, by the number of others, then those who do not.

    Examples
    --------
    With one other item: who agrees with the sensitive one alone, or with both, then who with neither, or with the other.

    >>> type_matrix(1).tolist()[0]
    [-1.0, -0.0, -0.0, 1.0, 0.0, 0.0]
    """
    at_most = np.tri(items + 1, items + 2)
    fewer = np.tri(items + 1, items + 2, -1)
    return np.vstack([np.hstack([-at_most, at_most]), np.hstack([at_most, -fewer])])


def _covariance(sample: AnySample, shares: Estimates, matrix: Floats) -> Floats:
    for arm in np.split(shares.se, 2):
        if not np.isfinite(arm).any():
            raise DesignError(
                "the errors of the shares are not estimable: an arm has one cluster or equal answers"
            )
    if isinstance(sample, ReplicateSample):
        assert shares.replicates is not None  # kept on demand
        return replicate_covariance(sample, shares.replicates @ matrix.T, matrix @ shares.estimate)
    assert shares.influence is not None  # kept on demand
    return covariance(sample.design, shares.influence @ matrix.T)


def _ends(shares: list[Estimates], items: int) -> Estimates:
    treated, control = shares
    places = ((control, 0, FLOOR), (control, items, CEILING), (treated, 0, NONE_OF_TREATED))
    picked = [*places, (treated, items + 1, ALL_OF_TREATED)]
    columns: dict[str, Any] = {
        name: np.array([getattr(one, name)[at] for one, at, _ in picked])
        for name in ("n", "estimate", "se", "ci_low", "ci_high", "df", "deff")
    }
    notes = with_note([one.notes[at] for one, at, _ in picked], columns["estimate"] > MANY, AT_THE_END)
    return replace(
        treated,
        variable=treated.variable[0],
        level=tuple(name for *_, name in picked),
        domains=((),) * len(picked),
        notes=notes,
        influence=None,
        inside=None,
        replicates=None,
        **columns,
    )
