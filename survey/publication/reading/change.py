"""Change between two released rounds: fixed-mix totals alone, and only where both rounds tell them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis import changes as compare
from survey.publication.release.fixed_mix import Mix

#: Said of a difference where the worker's part of its interval is assumed.
NOT_CALLED: Final = "not called"

#: Below this a p-value from figures that are whole percents says no more than that it is small.
LEAST_P: Final = 0.01


@dataclass(frozen=True, slots=True)
class Change:
    """One district's total in two rounds, the difference in points with its interval, and what it says.

    `verdict` is "higher", "lower", "no clear change" or `NOT_CALLED`, which has no `p`; `p` is adjusted over the districts
    of the question.
    """

    province: str
    district: str
    question: str
    earlier: int
    later: int
    n: int
    points: int
    low: int
    high: int
    p: float | None
    verdict: str

    @property
    def p_shown(self) -> str:
        """The adjusted p with two decimals; never "0.00", for no sample rules chance out; a dash for none."""
        if self.p is None:
            return "–"
        return f"{self.p:.2f}" if self.p >= LEAST_P else f"< {LEAST_P}"


def changes(earlier: Iterable[Mix], later: Iterable[Mix]) -> tuple[Change, ...]:
    """Compare the totals of two releases; the rounds count as independent.

    A family is one question in all districts: what a reader may see of it changes no verdict. Where the worker's part is
    assumed in either round, the difference has its interval and no verdict.
    """
    by_key = {_key(mix): mix for mix in earlier if mix.value is not None}
    pairs = [(by_key[_key(mix)], mix) for mix in later if mix.value is not None and _key(mix) in by_key]
    if not pairs:
        return ()
    called = [all(mix.called for mix in pair) for pair in pairs]
    # What is not called takes nothing from what is.
    families = [(mix.question, one) for (_, mix), one in zip(pairs, called, strict=True)]
    first, second = (_figures(side) for side in zip(*pairs, strict=True))
    df = _freedom([before for before, _ in pairs]), _freedom([after for _, after in pairs])
    found = compare.change(first, second, families, df=df)
    difference = found.figures
    numbers = (first.value, second.value, difference.n, difference.value, difference.low, difference.high)
    columns = zip(pairs, called, zip(*numbers, strict=True), found.p_adjusted, found.verdict, strict=True)
    return tuple(
        _change(mix, shown, float(p) if one else None, str(verdict) if one else NOT_CALLED)
        for (_, mix), one, shown, p, verdict in columns
    )


def _change(mix: Mix, numbers: Sequence[float], p: float | None, verdict: str) -> Change:
    earlier, later, n, points, low, high = map(_whole, numbers)
    return Change(mix.province, mix.district, mix.question, earlier, later, n, points, low, high, p, verdict)


def _key(mix: Mix) -> tuple[str, str, tuple[str, ...]]:
    return mix.district, mix.question, mix.answers


def _figures(side: Sequence[Mix]) -> compare.Figures:
    n = np.array([mix.n for mix in side], np.int64)
    value, low, high = (
        np.array([getattr(mix, name) for mix in side], np.float64) for name in ("value", "low", "high")
    )
    return compare.Figures(n, value, low, high)


def _freedom(side: Sequence[Mix]) -> NDArray[np.float64]:
    return np.array([np.inf if mix.df is None else mix.df for mix in side])


def _whole(number: float) -> int:
    """A whole number, halves away from zero."""
    return int(np.copysign(np.floor(abs(number) + 0.5), number))
