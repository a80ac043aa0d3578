"""What of a release can be compared with another one: shares, indices and gaps, at every level that has some power.

Shares are those of the two best answers, or of yes. Of districts, and of provinces and all districts together, groups weigh
the same, so that a changed mix of groups changes nothing; above districts each group is compared by itself too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from analysis.disclosure.nodes import TOTAL
from survey.publication.counts.cube import is_above_districts
from survey.publication.counts.workloads import Name
from survey.publication.release.asking import wording_of_all
from survey.publication.release.figures import HIDDEN, Figure
from survey.publication.release.fixed_mix import compared_answer
from survey.publication.release.release import Release
from survey.storage.results.answered_shares import scaled
from survey.storage.results.published_numbers import share_limits

SHARE: Final = "share"
INDEX: Final = "index"
GAP: Final = "gap"
RATIO: Final = "ratio"

#: Kind, province, district, group, name, and the answers or questions that it is made of.
Key = tuple[str, str, str, str, str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Comparable:
    """One figure with its limits, in per cent or points; `answered` if of those who answered and not of all interviewed.

    `df` is that of the interval, and infinite where it is not kept: the difference is then no narrower. The worker's part may be
    `assumed`. `wording` is a digest of the words it was asked in, "" in releases of before; it is `routed` if some were not asked.
    """

    key: Key
    n: int
    value: float
    low: float
    high: float
    df: float
    assumed: bool
    wording: str
    routed: bool
    answered: bool = False


def comparables(release: Release) -> Iterator[Comparable]:
    """All that is shown and can be compared; a share of those who answered comes after that of all interviewed."""
    yield from _of_mixes(release)
    yield from _of_groups(release)
    yield from _of_indices(release)
    yield from _of_gaps(release)
    yield from _of_ratios(release)


def _of_mixes(release: Release) -> Iterator[Comparable]:
    # The mean of other groups is another figure.
    groups = sorted({group for _, _, group in release.bases if group != TOTAL})
    for mix in release.mixes:
        if mix.n is not None and mix.value is not None and mix.low is not None and mix.high is not None:
            key = (SHARE, mix.province, mix.district, TOTAL, mix.question, (*mix.answers, *groups))
            df = float("inf") if mix.df is None else mix.df
            words, routed = _asked(release, [mix.question])
            assumed = not mix.called
            yield Comparable(
                key, mix.n, mix.value, mix.low, mix.high, df, assumed, words, routed, mix.answered
            )


def _of_groups(release: Release) -> Iterator[Comparable]:
    """The compared share of each group, in provinces and in all districts together."""
    answers: dict[str, list[str]] = {}
    for figure in release.figures:
        answers.setdefault(figure.question, []).append(figure.answer)
    compared = {
        name: compared_answer(several, dict.fromkeys(several, ())) for name, several in answers.items()
    }
    for figure in release.above():
        if figure.group != TOTAL and figure.answer == compared[figure.question] and figure.status != HIDDEN:
            signature = tuple(dict.fromkeys(answers[figure.question]))
            yield from _of_figure(release, figure, signature)


def _of_figure(release: Release, figure: Figure, signature: tuple[str, ...]) -> Iterator[Comparable]:
    place: Name = (figure.province, figure.district, figure.group)
    known, seen = release.known.get(figure.question), release.seen.get(place)
    if known is None or seen is None or figure.count is None or figure.base is None:
        return
    key = (SHARE, *place, figure.question, signature)
    words, routed = _asked(release, [figure.question])
    for n, answered in ((figure.base, False), (figure.answered, True)):
        if n is not None:
            shared = scaled(seen, n, figure.base)
            low, high = (100 * float(one) for one in share_limits(figure.count, n, shared, known.correlation))
            df, value = float(known.effect(shared)[1]), 100 * figure.count / n
            yield Comparable(key, n, value, low, high, df, known.assumed, words, routed, answered)


def _of_indices(release: Release) -> Iterator[Comparable]:
    for one in release.indices:
        shown = one.value is not None and one.ci_low is not None and one.ci_high is not None
        if is_above_districts(one.district) and shown:
            key = (INDEX, one.province, one.district, one.group, one.name, one.components)
            words, _ = _asked(release, one.components)
            n = one.n or one.base or 0
            numbers = (float(one.value or 0), float(one.ci_low or 0), float(one.ci_high or 0))
            assumed = one.known is None or one.known.assumed
            # Its mean is of those who answered enough.
            yield Comparable(key, n, *numbers, float("inf"), assumed, words, False, True)


def _of_gaps(release: Release) -> Iterator[Comparable]:
    for one in release.gaps:
        if is_above_districts(one.district) and one.base is not None and one.points is not None:
            signature = (one.first, one.second, one.answer, *one.groups)
            key = (GAP, one.province, one.district, one.group, one.name, signature)
            words, routed = _asked(release, [one.first, one.second])
            numbers = (float(one.points), float(one.low or 0), float(one.high or 0))
            yield Comparable(key, one.base, *numbers, float("inf"), not one.called, words, routed)


def _of_ratios(release: Release) -> Iterator[Comparable]:
    for one in release.ratios:
        if is_above_districts(one.district) and one.n is not None and one.value is not None:
            key = (RATIO, one.province, one.district, one.group, one.name, (one.question,))
            words, routed = _asked(release, [one.question])
            numbers = (float(one.value), float(one.low or 0), float(one.high or 0))
            known = release.known.get(one.question)
            # It is of those to whom it applies.
            assumed = known is None or known.assumed
            yield Comparable(key, one.n, *numbers, float("inf"), assumed, words, routed, True)


def has_same_words(one: str, other: str, earlier: Release, later: Release) -> bool:
    """Whether two digests are of the same words; where one is not kept, rounds of one version have the same."""
    return one == other if one and other else earlier.version == later.version


def words_of(release: Release, questions: Sequence[str]) -> str:
    """The digest of the words of some questions, "" where one is not kept."""
    return _asked(release, questions)[0]


def is_routed(release: Release, questions: Sequence[str]) -> bool:
    """Whether one of some questions was asked of some people only."""
    return _asked(release, questions)[1]


def _asked(release: Release, questions: Sequence[str]) -> tuple[str, bool]:
    """The digest of the words of some questions, "" where one is not kept, and whether one was asked of some only."""
    ways = [release.asking.get(name) for name in questions]
    known = [way for way in ways if way is not None]
    words = wording_of_all(way.wording for way in known) if len(known) == len(ways) else ""
    return words, any(way.routed for way in known)
