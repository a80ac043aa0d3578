"""Two answers of the same people: the table of who gave both, what ties it to the tables of each, and what it must not tell.

All that follows for the counts of both is said with one more table, which is published nowhere: how many of those to whom
the second answer can apply gave the first one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

import numpy as np

from analysis.disclosure.cube import Cube
from analysis.disclosure.primary import NEVER
from analysis.disclosure.problem import Reals
from analysis.disclosure.tied.joint import Joint
from analysis.disclosure.tied.rows import cell_limits
from analysis.disclosure.tied.ties import Term, Tie, line

#: The leaves of a table of four.
BOTH = "both"
FIRST = "first only"
SECOND = "second only"
NEITHER = "neither"
#: The leaf of the other table that counts.
INSIDE = "inside"

#: By table and name of a cell the fewest and the most people there can be.
Ranges = Mapping[str, Mapping[tuple[str, ...], tuple[float, float]]]

#: A table and one of its answers.
Answer = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two answers of which it is counted who gave both.

    Parameters
    ----------
    both
        The table with the leaves `BOTH`, `FIRST`, `SECOND` and `NEITHER`.
    inside
        The table whose leaf `INSIDE` counts those of `within` who gave the first answer.
    first, second, within
        Table and answer of the first, of the second, and of everybody to whom the second can apply.
    groups
        Who is asked for all of them.

    Examples
    --------
    >>> Pair("both", "wanting", ("wants", "yes"), ("got", "yes"), ("reached", "yes"), ("youth",)).tables
    ('both', 'wanting')
    """

    both: str
    inside: str
    first: Answer
    second: Answer
    within: Answer
    groups: tuple[str, ...]

    @property
    def tables(self) -> tuple[str, str]:
        """The tables that are there for the pair alone."""
        return self.both, self.inside


def four_counts(both: int, first: int, second: int, base: int) -> dict[str, int]:
    """The counts of a table of four from how many gave both answers, each of them, and of how many.

    Parameters
    ----------
    both, first, second, base
        Numbers of people.

    Returns
    -------
    dict of str to int

    Examples
    --------
    >>> four_counts(10, 40, 20, 100)
    {'both': 10, 'first only': 30, 'second only': 10, 'neither': 50}
    """
    return {BOTH: both, FIRST: first - both, SECOND: second - both, NEITHER: base - first - second + both}


def four_ranges(first: int | None, second: int | None, base: int | None) -> dict[str, tuple[float, float]]:
    """The fewest and the most people of each part of a table of four that published numbers leave.

    Parameters
    ----------
    first, second, base
        How many gave each answer, and of how many; None where that is hidden.

    Returns
    -------
    dict of str to (float, float)

    Examples
    --------
    >>> four_ranges(40, 70, 100)
    {'both': (10, 40), 'first only': (0, 30), 'second only': (30, 60), 'neither': (0, 30)}
    >>> four_ranges(None, 70, 100)["first only"]
    (0, 30)
    """
    sides = [(None, None) if one is None or base is None else (one, base - one) for one in (first, second)]
    places = {BOTH: (0, 0), FIRST: (0, 1), SECOND: (1, 0), NEITHER: (1, 1)}
    return {
        leaf: _range([side[place] for side, place in zip(sides, of_each, strict=True)], base)
        for leaf, of_each in places.items()
    }


def _range(parts: Sequence[int | None], base: int | None) -> tuple[float, float]:
    """How many can be in both of two parts of people."""
    told = [part for part in parts if part is not None]
    fewest = sum(told) - base if len(told) == len(parts) and base is not None else 0
    return max(0, fewest), min(told, default=np.inf)


#: Pairs of the same people for which it is proved that their ties are all; of so many, where at most `MOST_FIRSTS` firsts can be given.
MOST_PAIRS: Final = 6
MOST_FIRSTS: Final = 3


def are_settled(pairs: Sequence[Pair], ties: Sequence[Tie]) -> bool:
    """Whether `pair_ties` says all that follows.

    It does where each second answer is within, and nothing else is said of the answers than that first ones are at most so
    many, and that everybody within gave a second one: of up to `MOST_PAIRS` pairs the facets of all possible persons were
    compared with the ties (of so many with no limit, or one of at most `MOST_FIRSTS`).

    Parameters
    ----------
    pairs
        All that are counted of the same people.
    ties
        Of the tables of their answers.

    Returns
    -------
    bool

    Examples
    --------
    >>> pair = Pair("both", "wanting", ("wants", "yes"), ("got", "yes"), ("reached", "yes"), ("youth",))
    >>> gate = Tie("", (Term("got", "yes", 1), Term("reached", "yes", -1)), 0, ("youth",))
    >>> are_settled([pair], [gate]), are_settled([pair], [])
    (True, False)
    """
    tables = {table for pair in pairs for table, _ in (pair.first, pair.second)}
    own = [tie for tie in ties if not tables.isdisjoint(tie.tables)]
    gates = [{pair.second: 1, pair.within: -1} for pair in pairs]
    known = [one for one in own if _is_limit(one, pairs) or _is_opening(one, pairs) or _factors(one) in gates]
    limits = [-one.base for one in own if _is_limit(one, pairs)]
    return (
        len(pairs) <= MOST_PAIRS
        and len({(pair.within, pair.groups) for pair in pairs}) == 1
        # Of two answers to one question nobody gives both, which no tie says.
        and len(tables) == 2 * len(pairs)
        and len(limits) <= 1
        and (len(pairs) < MOST_PAIRS or all(limit <= MOST_FIRSTS for limit in limits))
        and len(known) == len(own)
        and all(one.base == 0 for one in own if not _is_limit(one, pairs))
        and all(gate in map(_factors, own) for gate in gates)
        and all(set(pairs[0].groups) <= set(one.groups) for one in own)
    )


def _is_limit(tie: Tie, pairs: Sequence[Pair]) -> bool:
    """Whether it says how many first answers there can be."""
    return _factors(tie) == {pair.first: 1 for pair in pairs}


def _is_opening(tie: Tie, pairs: Sequence[Pair]) -> bool:
    """Whether it says that everybody within gave some second answer."""
    return _factors(tie) == {pairs[0].within: 1, **{pair.second: -1 for pair in pairs}}


def pair_ties(pairs: Sequence[Pair], ties: Sequence[Tie]) -> tuple[Tie, ...]:
    """All that ties tables of pairs to the tables of their answers.

    Parameters
    ----------
    pairs
        All that are counted of the same people.
    ties
        Of the tables of their answers.  What they say of first answers alone holds for those within and for all others too.

    Returns
    -------
    tuple of Tie

    Raises
    ------
    ValueError
        Where the answers are tied in other ways than `are_settled` asks for, so that something might be missing.

    Examples
    --------
    >>> pair = Pair("both", "wanting", ("wants", "yes"), ("got", "yes"), ("reached", "yes"), ("youth",))
    >>> gate = Tie("", (Term("got", "yes", 1), Term("reached", "yes", -1)), 0, ("youth",))
    >>> for tie in pair_ties([pair], [gate]):
    ...     print(tie.name)
    both[both + first only] <= wants[yes]
    wants[yes] <= both[both + first only]
    both[both + second only] <= got[yes]
    got[yes] <= both[both + second only]
    both[both] <= wanting[inside]
    wanting[inside] + got[yes] <= both[both] + reached[yes]
    wanting[inside] <= wants[yes]
    wanting[inside] <= reached[yes]
    wants[yes] + reached[yes] <= wanting[inside] + interviewed
    """
    if not pairs:
        return ()
    if not are_settled(pairs, ties):
        raise ValueError("it is not known whether all that ties these pairs was found")
    own = (tie for pair in pairs for tie in _ties_of(pair))
    return (*own, *_ties_of_parts(pairs, ties), *_ties_of_limits(pairs, ties))


def _ties_of(pair: Pair) -> Iterator[Tie]:
    both, inside = (pair.both, BOTH), (pair.inside, INSIDE)
    for given, alone in ((pair.first, (pair.both, FIRST)), (pair.second, (pair.both, SECOND))):
        yield _tie({both: 1, alone: 1, given: -1}, 0, pair.groups)
        yield _tie({given: 1, both: -1, alone: -1}, 0, pair.groups)
    yield _tie({both: 1, inside: -1}, 0, pair.groups)
    yield _tie({inside: 1, pair.second: 1, both: -1, pair.within: -1}, 0, pair.groups)
    yield _tie({inside: 1, pair.first: -1}, 0, pair.groups)
    yield _tie({inside: 1, pair.within: -1}, 0, pair.groups)
    yield _tie({pair.first: 1, pair.within: 1, inside: -1}, -1, pair.groups)


def _ties_of_parts(pairs: Sequence[Pair], ties: Sequence[Tie]) -> Iterator[Tie]:
    """What holds for the first answers of all people, of those within and of all others."""
    firsts = {pair.first: pair for pair in pairs}
    for tie in ties:
        terms = _factors(tie)
        if not terms.keys() <= firsts.keys():
            continue
        within = {firsts[answer].within for answer in terms}
        if len(within) == 1:
            inside = {(firsts[answer].inside, INSIDE): factor for answer, factor in terms.items()}
            (all_within,) = within
            yield _tie({**inside, all_within: tie.base}, 0, tie.groups)
            outside = {**terms, **{answer: -factor for answer, factor in inside.items()}}
            yield _tie({**outside, all_within: -tie.base}, tie.base, tie.groups)


def _ties_of_limits(pairs: Sequence[Pair], ties: Sequence[Tie]) -> Iterator[Tie]:
    """Where everybody within gave some second answer: who gave as many first ones as can be, and the second of none of these,
    gave the second of another.
    """
    if any(_is_opening(tie, pairs) for tie in ties):
        for limit in (tie for tie in ties if _is_limit(tie, pairs)):
            for most in combinations(pairs, -limit.base):
                first = {(pair.both, FIRST): 1 for pair in most}
                second = {(pair.both, SECOND): -1 for pair in pairs if pair not in most}
                yield _tie({**first, pairs[0].within: 1, **second}, limit.base, limit.groups)


def _factors(tie: Tie) -> dict[Answer, int]:
    return {(term.table, term.answer): term.factor for term in tie.terms}


def _tie(factors: dict[Answer, int], base: int, groups: tuple[str, ...]) -> Tie:
    terms = tuple(Term(*answer, factor) for answer, factor in factors.items() if factor)
    tie = Tie("", terms, base, groups)
    return replace(tie, name=line(tie))


def without_needs(joint: Joint, names: Collection[str]) -> Joint:
    """The same tables, of which some need not stay uncertain: those that are published nowhere.

    Parameters
    ----------
    joint
        The tied tables.
    names
        Of these nothing is asked.

    Returns
    -------
    Joint

    Examples
    --------
    >>> from analysis.disclosure.cube import Cube, Table
    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.primary import Rules, mark
    >>> from analysis.disclosure.problem import problem_over_bases
    >>> from analysis.disclosure.tied.joint import join
    >>> answer = Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)
    >>> cube = Cube((Dimension("place", ("place",), (("a",),)), answer))
    >>> table, rules, everything = Table(cube, np.array([[3, 20]]), name="asked"), Rules(), np.ones(3, np.bool_)
    >>> marks = mark(table, rules)
    >>> joint = join([table], [marks], [problem_over_bases(table, marks, rules, everything)], [])
    >>> [one.problem.readers[0].high.tolist() for one in (joint, without_needs(joint, ["asked"]))]
    [[5, 0, 0], [0.0, 0.0, 0.0]]
    """
    free = np.repeat([name in names for name in joint.names], joint.cells)
    return _with_limits(joint, np.where(free, float(NEVER), 0.0), np.where(free, 0.0, np.inf))


def with_ranges(joint: Joint, cubes: Mapping[str, Cube], ranges: Ranges) -> Joint:
    """The same tables where cells lie between known limits: they need not seem able to go beyond them.

    Parameters
    ----------
    joint
        The tied tables.
    cubes
        Of each by its name.
    ranges
        By table and name of a cell the fewest and the most people there can be.

    Returns
    -------
    Joint

    Examples
    --------
    >>> from analysis.disclosure.cube import Table
    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.primary import Rules, mark
    >>> from analysis.disclosure.problem import problem_over_bases
    >>> from analysis.disclosure.tied.joint import join
    >>> answer = Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)
    >>> cube = Cube((Dimension("place", ("place",), (("a",),)), answer))
    >>> table, marks = (one := Table(cube, np.array([[3, 20]]), name="asked")), mark(one, Rules())
    >>> joint = join([table], [marks], [problem_over_bases(table, marks, Rules(), np.ones(3, np.bool_))], [])
    >>> reader = with_ranges(joint, {"asked": cube}, {"asked": {("a", "yes"): (3, 4)}}).problem.readers[0]
    >>> reader.high.tolist()[0], reader.low.tolist()[0]
    (4.0, 3.0)
    """
    limits = [cell_limits(cubes[name], ranges.get(name, {})) for name in joint.names]
    return _with_limits(joint, *map(np.concatenate, zip(*limits, strict=True)))


def _with_limits(joint: Joint, low: Reals, high: Reals) -> Joint:
    """Where the lower limit is not below the upper one, nothing has to stay uncertain."""
    readers = tuple(
        replace(
            reader,
            high=np.minimum(reader.high, high),
            low=np.maximum(reader.low, low),
            spread=reader.spread & (low < high),
        )
        for reader in joint.problem.readers
    )
    return replace(joint, problem=replace(joint.problem, readers=readers))
