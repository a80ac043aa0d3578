"""Change between two released rounds: all districts first, then provinces, divisions and groups, districts as detail.

Both rounds show the figure, on the same base: of those who answered where both tell how many did, else of all interviewed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Final

import numpy as np

from analysis import changes as compare
from analysis.disclosure.nodes import TOTAL
from survey.publication.counts.cube import is_above_districts
from survey.publication.reading.comparable import (
    GAP,
    RATIO,
    SHARE,
    Comparable,
    Key,
    comparables,
    has_same_words,
)
from survey.publication.reading.levels import level_of
from survey.publication.reading.places_compared import other_places
from survey.publication.release.ratios import RATIOS
from survey.publication.release.release import Release
from survey.storage.results.published_numbers import whole

#: Said of a difference where the worker's part of its interval is assumed.
NOT_CALLED: Final = "not called"
#: Said where the question was asked in other words, of other people, or in other places.
OTHER_WORDS: Final = "asked in other words"
OTHERS_ASKED: Final = "not everybody was asked"
OTHER_PLACES: Final = "other places"
#: Why two rounds are not compared at all.
NOT_COMPARED: Final = frozenset({OTHER_WORDS, OTHERS_ASKED, OTHER_PLACES})

#: The ratios that are the difference of two answers.
BALANCES: Final = frozenset(one.name for one in RATIOS if one.less)

#: Below this a p-value from figures that are whole percents says no more than that it is small.
LEAST_P: Final = 0.01


@dataclass(frozen=True, slots=True)
class Change:
    """One figure in two rounds, the difference in points with its interval, and what it says.

    `kind` is a share, an index or a gap, and `name` its question or name. `district` is the key of a division for that, "Total" for a
    province, and `province` too for all districts; `group` is "Total" for groups that weigh the same. `answered` if of those who answered. `verdict` is
    "higher", "lower", "no clear change" or why it is not called, which has no `p`; `p` is adjusted over its family.
    """

    kind: str
    province: str
    district: str
    group: str
    name: str
    answered: bool
    earlier: int
    later: int
    n: int
    points: int
    low: int
    high: int
    p: float | None
    verdict: str

    @property
    def unit(self) -> str:
        """What is written after its two figures: shares and most ratios are per cent, a balance and all others points."""
        return "%" if self.kind == SHARE or (self.kind == RATIO and self.name not in BALANCES) else ""

    @property
    def p_shown(self) -> str:
        """The adjusted p with two decimals; never "0.00", for no sample rules chance out; a dash for none."""
        if self.p is None:
            return "–"
        return f"{self.p:.2f}" if self.p >= LEAST_P else f"< {LEAST_P}"


Pair = tuple[Comparable, Comparable]


def changes(earlier: Release, later: Release) -> tuple[Change, ...]:
    """Compare two releases; the rounds count as independent.

    A family is all shares, indices or gaps of all districts together, and elsewhere one question at one level: what a
    reader may see of it changes no verdict. What is not called has its interval and takes nothing from what is.
    """
    pairs = list(_pairs(earlier, later))
    if not pairs:
        return ()
    reasons = [_reason(pair, earlier, later) for pair in pairs]
    families = [(*_family(one.key), reason == "") for (one, _), reason in zip(pairs, reasons, strict=True)]
    first, second = (_figures(side) for side in zip(*pairs, strict=True))
    df = [np.array([one.df for one in side]) for side in zip(*pairs, strict=True)]
    found = compare.change(first, second, families, df=(df[0], df[1]))
    difference = found.figures
    numbers = (first.value, second.value, difference.n, difference.value, difference.low, difference.high)
    columns = zip(pairs, reasons, zip(*numbers, strict=True), found.p_adjusted, found.verdict, strict=True)
    return tuple(
        _change(one, shown, None if reason else float(p), reason or str(verdict))
        for (one, _), reason, shown, p, verdict in columns
    )


def _pairs(earlier: Release, later: Release) -> Iterable[Pair]:
    """The figures that both rounds show, of those who answered where both have that."""
    before = {(one.key, one.answered): one for one in comparables(earlier)}
    shares: dict[tuple[object, ...], Comparable] = {
        (*one.key[:5], one.answered): one for one in before.values() if one.key[0] == SHARE
    }
    groups = {group for release in (earlier, later) for _, _, group in release.bases}
    after: dict[Key, dict[bool, Comparable]] = {}
    for one in comparables(later):
        after.setdefault(one.key, {})[one.answered] = one
    for by_base in after.values():
        both = [
            (found, one)
            for one in (by_base.get(True), by_base.get(False))
            if one
            and (found := before.get((one.key, one.answered)) or _with_other_options(one, shares, groups))
        ]
        yield from both[:1]


def _with_other_options(
    one: Comparable, shares: Mapping[tuple[object, ...], Comparable], groups: Set[str]
) -> Comparable | None:
    """The share of the same question while its options had other names, so that readers see that its words are others.

    A mean of other groups is no such share.
    """
    found = shares.get((*one.key[:5], one.answered))
    known = found is not None and found.wording and one.wording and found.wording != one.wording
    if found is None or not known or groups & (set(found.key[5]) ^ set(one.key[5])):
        return None
    return found


def _reason(pair: Pair, earlier: Release, later: Release) -> str:
    """Why no change is called; "" where one is."""
    (one, other), (kind, province, district, group, _, signature) = pair, pair[0].key
    if not has_same_words(one.wording, other.wording, earlier, later):
        return OTHER_WORDS
    if (one.routed or other.routed) and not one.answered:
        return OTHERS_ASKED
    place = (province, district, group)
    # Of two groups that are compared each has places of its own.
    others = signature[3:] if kind == GAP and group != TOTAL else ()
    if is_above_districts(district) and other_places(
        earlier, later, place, mixed=kind == SHARE, others=others
    ):
        return OTHER_PLACES
    # Above divisions there are many workers, and an assumed part is an assumption on the safe side.
    return NOT_CALLED if district != TOTAL and (one.assumed or other.assumed) else ""


def _family(key: Key) -> tuple[str, ...]:
    kind, province, district, _, name, _ = key
    if province == TOTAL:
        return (kind,)
    return (kind, level_of(province, district), name)


def _change(one: Comparable, numbers: Sequence[float], p: float | None, verdict: str) -> Change:
    kind, province, district, group, name, _ = one.key
    earlier, later, n, points, low, high = map(whole, numbers)
    place = (province, district, group, name, one.answered)
    return Change(kind, *place, earlier, later, n, points, low, high, p, verdict)


def _figures(side: Sequence[Comparable]) -> compare.Figures:
    n = np.array([one.n for one in side], np.int64)
    value, low, high = (
        np.array([getattr(one, name) for one in side], np.float64) for name in ("value", "low", "high")
    )
    return compare.Figures(n, value, low, high)
