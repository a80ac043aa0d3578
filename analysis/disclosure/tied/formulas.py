"""Ties that somebody writes by hand, in the form in which they are shown: ``further[yes + late] <= asked[yes]``."""

import re
from collections.abc import Iterator

from analysis.disclosure.tied.ties import Term, Tie

#: A number of times, then the people interviewed or answers of a table.
PART = re.compile(
    r"\s*(?:(?P<times>\d+)\s+)?(?:(?P<all>interviewed)|(?P<table>[^\[\]]+?)\[(?P<answers>[^\[\]]+)\])\s*"
)
BETWEEN = re.compile(r"<=|>=")
OUTSIDE_BRACKETS = re.compile(r"\+(?![^\[]*\])")


def tie_of(formula: str, groups: tuple[str, ...]) -> Tie:
    """Read a tie as `analysis.disclosure.tied.ties.line` writes it.

    Parameters
    ----------
    formula
        Sums of answers of tables, written ``table[answer + answer]``, of ``interviewed`` and of whole multiples of
        both, on two sides of ``<=`` or ``>=``.
    groups
        The groups in which it holds.

    Returns
    -------
    Tie

    Raises
    ------
    ValueError
        If it cannot be read.

    Examples
    --------
    >>> from analysis.disclosure.tied.ties import line
    >>> tie = tie_of("2 interviewed >= wants[food + cash]", ("youth",))
    >>> tie.base, [(term.answer, term.factor) for term in tie.terms]
    (-2, [('food', 1), ('cash', 1)])
    >>> line(tie)
    'wants[food + cash] <= 2 interviewed'
    """
    sides = BETWEEN.split(formula)
    if len(sides) != 2:
        raise ValueError(f"A tie has one <= or >= in it, not {formula!r}.")
    small, large = sides if "<=" in formula else sides[::-1]
    terms, base = [], 0
    for side, sign in ((small, 1), (large, -1)):
        for part in _parts(side, formula):
            factor = sign * int(part["times"] or 1)
            if part["all"]:
                base += factor
            else:
                terms += [
                    Term(part["table"].strip(), answer.strip(), factor)
                    for answer in part["answers"].split(" + ")
                ]
    if not terms:
        raise ValueError(f"The tie {formula!r} names no table.")
    return Tie(formula, tuple(terms), base, groups)


def _parts(side: str, formula: str) -> Iterator[re.Match[str]]:
    if side.strip() == "0":
        return
    for text in OUTSIDE_BRACKETS.split(side):
        part = PART.fullmatch(text)
        if part is None:
            raise ValueError(
                f"{text.strip()!r} in the tie {formula!r} is no table[answer + answer] and not interviewed."
            )
        yield part
