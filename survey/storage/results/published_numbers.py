"""Numbers that a release makes of its own published ones: how they are made, rounded and compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.intervals import wilson
from analysis.models.interviewers import Correlation, design_effect

#: Points by which a kept limit may miss its rounding: machines differ in the last bits of a logarithm.
SLACK: Final = 1e-6


def correlation_of(entry: Mapping[str, Any]) -> Correlation:
    """How alike the interviews of one worker are, as a question, index or gap of a release holds it."""
    kept = entry["interviewers"]
    return Correlation(kept["rho"], kept["error"], kept["source"])


def seen_by_base(document: Mapping[str, Any]) -> dict[Any, float]:
    """By published base, how many interviews of its own worker an interview there sees.

    Releases of before have neither these numbers nor the worker's part of a question; a release that has one of them alone is
    malformed (KeyError).
    """
    of_before = not any("interviewers" in table for table in document["topics"])
    return {} if of_before else {tuple(one["name"]): one["seen"] for one in document["workloads"]}


def published_effect(seen: ArrayLike, known: Correlation) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Design effect as intervals of a release hold it, to one decimal and rounded upward, and its degrees of freedom."""
    effect, df = design_effect(seen, known)
    # A hair less, or what is whole already would be raised for an error in its last bit.
    return np.ceil(np.asarray(effect) * 10 - 1e-9) / 10, np.asarray(df)


def share_limits(
    count: ArrayLike, base: ArrayLike, seen: ArrayLike, known: Correlation
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Wilson's limits of shares on the base over the design effect, with the degrees of freedom that this has."""
    effect, df = published_effect(seen, known)
    low, high = wilson(np.divide(count, base), np.divide(base, effect), df=df)
    return np.asarray(low), np.asarray(high)


def whole(number: float) -> int:
    """A whole number, halves away from zero."""
    return int(np.copysign(np.floor(abs(number) + 0.5), number))


def whole_percent(part: int, of: int) -> int:
    """A share, or a difference, in whole per cent, halves away from zero; 23 of 40 are 58, though 100 times their quotient is less than 57.5."""
    return whole(100 * part / of)


def is_rounded(kept: Sequence[int] | None, right: Sequence[float] | None) -> bool:
    """Whether kept whole numbers are these, rounded; or both are hidden."""
    if kept is None or right is None:
        return kept is None and right is None
    near = (abs(one - other) <= 0.5 + SLACK for one, other in zip(kept, right, strict=True))
    return all(type(one) is int for one in kept) and all(near)
