"""The JJ format of τ-ARGUS: cells with their levels of protection, and the sums that join them.

Free format, one cell or relation a line (τ-ARGUS 4.1, User's manual, section 5.5; sdcTable writes the same): a zero, the number
of cells, the cells, the number of relations, the relations.  A cell is its number, value, cost, status, lower and upper bound, lower,
upper and sliding protection level; a relation is a constant, the number of its cells, a colon, and each with its factor in brackets.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from analysis.disclosure.declared.csv_rows import finite_number
from analysis.disclosure.problem import Reals

#: Safe, and protected or empty: the value is published.
SHOWN = ("s", "z")
#: Unsafe, and hidden for others; sdcTable writes x for the latter.
HIDDEN = ("u", "m", "x")

RELATION = re.compile(r"(\d+)\s*\(\s*([-+]?[\d.]+)\s*\)")


@dataclass(frozen=True, slots=True)
class JJCell:
    """A cell of a JJ file.

    Parameters
    ----------
    value, cost
        Its true value, and what it costs to hide it.
    status
        ``s`` safe, ``z`` protected or empty, ``u`` primary unsafe, ``m`` (or ``x``) hidden for others.
    lower, upper
        Between which values everybody knows it to be beforehand.
    lower_level, upper_level, sliding_level
        How far below and above the value, and over how wide a range, it has to stay uncertain where it is unsafe.

    Examples
    --------
    >>> JJCell(20.0, 1.0, "u", 0.0, 150.0, 1.0, 1.0, 0.0).hidden
    True
    """

    value: float
    cost: float
    status: str
    lower: float
    upper: float
    lower_level: float
    upper_level: float
    sliding_level: float

    @property
    def hidden(self) -> bool:
        """Whether the value is not published."""
        return self.status in HIDDEN


@dataclass(frozen=True, slots=True)
class Relation:
    """A sum of cells, each times its factor, that is always the same.

    Parameters
    ----------
    constant
        What the sum is.
    terms
        Pairs of the number of a cell and its factor.

    Examples
    --------
    >>> Relation(0.0, ((0, -1.0), (1, 1.0), (2, 1.0))).terms[0]
    (0, -1.0)
    """

    constant: float
    terms: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class JJTable:
    """The cells and relations of a JJ file.

    Parameters
    ----------
    cells
        In the order of their numbers, from 0 on.
    relations
        What joins them.

    Examples
    --------
    >>> cells = tuple(JJCell(value, 1.0, "s", 0.0, 99.0, 0.0, 0.0, 0.0) for value in (23.0, 3.0, 20.0))
    >>> JJTable(cells, (Relation(0.0, ((0, -1.0), (1, 1.0), (2, 1.0))),)).matrix.toarray().tolist()
    [[-1.0, 1.0, 1.0]]
    """

    cells: tuple[JJCell, ...] = field(repr=False)
    relations: tuple[Relation, ...] = field(repr=False)

    @property
    def values(self) -> Reals:
        """The true values, shape (cells,)."""
        return np.array([cell.value for cell in self.cells], dtype=np.float64)

    @property
    def matrix(self) -> sparse.csr_array:
        """The factors, shape (relations, cells)."""
        triples = [(row, cell, by) for row, one in enumerate(self.relations) for cell, by in one.terms]
        rows, columns, factors = zip(*triples, strict=True) if triples else ((), (), ())
        shape = (len(self.relations), len(self.cells))
        return sparse.csr_array((np.array(factors, dtype=np.float64), (rows, columns)), shape=shape)


def read_jj(text: str) -> JJTable:
    """Read a JJ file.

    Parameters
    ----------
    text
        All of it.

    Returns
    -------
    JJTable

    Raises
    ------
    ValueError
        With one line that says what is wrong and where.

    Examples
    --------
    >>> cells = "0 23 1 s 0 99 0 0 0\\n1 3 1 u 0 99 3 3 0\\n2 20 1 m 0 99 0 0 0\\n"
    >>> table = read_jj("0\\n3\\n" + cells + "1\\n0 3 : 0 (-1) 1 (1) 2 (1)\\n")
    >>> [cell.status for cell in table.cells], table.relations
    (['s', 'u', 'm'], (Relation(constant=0.0, terms=((0, -1.0), (1, 1.0), (2, 1.0))),))
    """
    lines = [(number, line.split()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(lines) < 3 or lines[0][1] not in (["0"], ["0.0"]):
        raise ValueError("A JJ file begins with a line that is 0 and the number of its cells.")
    size = _whole(*lines[1])
    if len(lines) < size + 3:
        raise ValueError(f"The file ends before its {size} cells and the number of relations.")
    cells = tuple(_cell(place, *line) for place, line in enumerate(lines[2 : size + 2]))
    number = _whole(*lines[size + 2])
    relations = tuple(_relation(size, *line) for line in lines[size + 3 :])
    if len(relations) != number:
        raise ValueError(f"The file announces {number} relations and has {len(relations)}.")
    table = JJTable(cells, relations)
    _check_sums(table)
    return table


def _whole(line: int, words: Sequence[str]) -> int:
    if len(words) != 1 or not words[0].isdigit():
        raise ValueError(f"Line {line}: a number alone is expected, not {' '.join(words)!r}.")
    return int(words[0])


def _cell(place: int, line: int, words: Sequence[str]) -> JJCell:
    if len(words) != 9:
        raise ValueError(f"Line {line}: a cell has 9 entries, not {len(words)}.")
    if words[0] != str(place):
        raise ValueError(f"Line {line}: cell {place} is expected, not {words[0]!r}.")
    status = words[3].lower()
    if status not in SHOWN + HIDDEN:
        raise ValueError(f"Line {line}: the status is one of {', '.join(SHOWN + HIDDEN)}, not {words[3]!r}.")
    value, cost, *rest = (finite_number(word, f"Line {line}") for word in (*words[1:3], *words[4:]))
    cell = JJCell(value, cost, status, *rest)
    if not cell.lower <= value <= cell.upper or min(rest[2:]) < 0:
        raise ValueError(f"Line {line}: the value is not within its bounds, or a level is negative.")
    return cell


def _relation(size: int, line: int, words: Sequence[str]) -> Relation:
    head, colon, tail = " ".join(words).partition(":")
    terms = tuple(
        (int(cell), finite_number(factor, f"Line {line}")) for cell, factor in RELATION.findall(tail)
    )
    start = head.split()
    if not colon or len(start) != 2 or RELATION.sub("", tail).strip() or start[1] != str(len(terms)):
        raise ValueError(
            f"Line {line}: a relation is a constant, the number of its cells, : and cell (factor) for each."
        )
    if any(cell >= size for cell, _ in terms):
        raise ValueError(f"Line {line}: there are {size} cells, from 0 on.")
    return Relation(finite_number(start[0], f"Line {line}"), terms)


def _check_sums(table: JJTable) -> None:
    """Sums may differ by what rounding to the digits written does, and no more."""
    values, constants = table.values, np.array([one.constant for one in table.relations])
    off = np.abs(table.matrix @ values - constants)
    allowed = 1e-6 * np.abs(values).max(initial=1) + 0.01 * np.array(
        [len(one.terms) for one in table.relations]
    )
    if (off > allowed).any():
        first = int(np.argmax(off > allowed))
        raise ValueError(f"The values do not add up in relation {first + 1}: {off[first]:g} is left.")


def written_jj(table: JJTable) -> str:
    """A JJ file as text.

    Parameters
    ----------
    table
        Its cells and relations.

    Returns
    -------
    str

    Examples
    --------
    >>> cells = tuple(JJCell(value, 1.0, "s", 0.0, 99.0, 0.0, 0.0, 0.0) for value in (23.5, 3.5, 20.0))
    >>> print(written_jj(JJTable(cells, (Relation(0.0, ((0, -1.0), (1, 1.0), (2, 1.0))),))))
    0
    3
    0 23.5 1 s 0 99 0 0 0
    1 3.5 1 s 0 99 0 0 0
    2 20 1 s 0 99 0 0 0
    1
    0 3 : 0 (-1) 1 (1) 2 (1)
    <BLANKLINE>
    """
    lines = ["0", str(len(table.cells))]
    for place, cell in enumerate(table.cells):
        levels = (cell.lower, cell.upper, cell.lower_level, cell.upper_level, cell.sliding_level)
        numbers = " ".join(_text(number) for number in levels)
        lines.append(f"{place} {_text(cell.value)} {_text(cell.cost)} {cell.status} {numbers}")
    lines.append(str(len(table.relations)))
    for one in table.relations:
        terms = " ".join(f"{cell} ({_text(factor)})" for cell, factor in one.terms)
        lines.append(f"{_text(one.constant)} {len(one.terms)} : {terms}")
    return "\n".join(lines) + "\n"


def _text(number: float) -> str:
    """A number that is read again as the same one."""
    return str(int(number)) if number == int(number) else repr(float(number))
