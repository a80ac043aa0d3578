"""Who contributes how much to which cell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from analysis.disclosure.cube import Cube, incidence, inner_cells
from analysis.disclosure.cube_file import check_leaf_texts, cube_of, inner_positions
from analysis.disclosure.declared.csv_rows import amount, read_rows
from analysis.disclosure.declared.declaration import Declaration
from analysis.disclosure.magnitudes.rules import AmountRule, protection
from analysis.disclosure.magnitudes.values import Contributor, ValueTable
from analysis.disclosure.problem import Reals

#: So many of the largest contributors of each inner cell attack a table.
LARGEST = 2


@dataclass(frozen=True, slots=True)
class Contributions:
    """Amounts of contributors in the inner cells of a cube.

    Parameters
    ----------
    cube
        The cells.
    inner
        By contribution the number of its inner cell.
    amounts
        By contribution, zero or more.
    holders
        By contribution whose it is; several of one holder in a cell count as one.

    Examples
    --------
    >>> from analysis.disclosure.nodes import Dimension
    >>> cube = Cube((Dimension("place", ("place",), (("a",), ("b",))),))
    >>> given = Contributions(cube, np.array([0, 0, 1]), np.array([5.0, 7.0, 2.0]), ("x", "y", "x"))
    >>> given.by_cell()
    ({'x': 5.0, 'y': 7.0}, {'x': 2.0}, {'x': 7.0, 'y': 7.0})
    """

    cube: Cube
    inner: npt.NDArray[np.intp] = field(repr=False)
    amounts: Reals = field(repr=False)
    holders: tuple[str, ...] = field(repr=False)

    def by_cell(self) -> tuple[dict[str, float], ...]:
        """What each holder contributes to each cell; who contributes nothing is in none.

        Returns
        -------
        tuple of dict of str to float
            In cell order.
        """
        inside: list[dict[str, float]] = [{} for _ in range(int(np.prod(self.cube.inner_shape)))]
        for place, given, holder in zip(self.inner, self.amounts, self.holders, strict=True):
            if given > 0:
                inside[place][holder] = inside[place].get(holder, 0.0) + float(given)
        rows = incidence(self.cube)
        parts = np.split(rows.indices, rows.indptr[1:-1])
        return tuple(_together([inside[place] for place in part]) for part in parts)


def _together(parts: Sequence[Mapping[str, float]]) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in parts:
        for holder, given in part.items():
            found[holder] = found.get(holder, 0.0) + given
    return found


def value_table(given: Contributions, rules: Sequence[AmountRule]) -> ValueTable:
    """The sums of contributions, which of them are unsafe, and what the largest contributors know.

    Parameters
    ----------
    given
        The contributions.
    rules
        Each of them must hold for a cell to be shown.

    Returns
    -------
    ValueTable
        Its contributors are the two largest of every inner cell, and so all who are alone in one.

    Examples
    --------
    >>> from analysis.disclosure.magnitudes.rules import PPercent
    >>> from analysis.disclosure.nodes import Dimension
    >>> cube = Cube((Dimension("place", ("place",), (("a",), ("b",))),))
    >>> given = Contributions(cube, np.array([0, 0, 0, 1]), np.array([5.0, 7.0, 6.0, 2.0]), tuple("xyzx"))
    >>> table = value_table(given, [PPercent(10)])
    >>> table.primary.tolist(), list(table.contributors)
    ([False, True, False], ['x', 'y', 'z'])
    """
    cells = int(np.prod(given.cube.shape))
    inner = np.zeros(int(np.prod(given.cube.inner_shape)))
    np.add.at(inner, given.inner, given.amounts)
    need = np.zeros(cells)
    primary = np.zeros(cells, dtype=np.bool_)
    by_cell = given.by_cell()
    for cell, holders in enumerate(by_cell):
        wanted = protection(rules, _largest_first(holders.values()))
        need[cell], primary[cell] = wanted or 0.0, wanted is not None
    sums: Reals = incidence(given.cube) @ inner
    large = {name for cell in inner_cells(given.cube) for name in _largest(by_cell[cell])}
    contributors = {
        name: _contributor(name, given.cube, by_cell, rules, sums, need) for name in sorted(large)
    }
    low, high = np.maximum(sums - need, 0), sums + need
    return ValueTable(given.cube, inner, primary, ~primary, low, high, contributors)


def _largest(holders: Mapping[str, float]) -> Sequence[str]:
    return sorted(holders, key=lambda name: (-holders[name], name))[:LARGEST]


def _largest_first(amounts: Iterable[float]) -> Reals:
    return np.array(sorted(amounts, reverse=True), dtype=np.float64)


def _contributor(
    name: str,
    cube: Cube,
    by_cell: Sequence[Mapping[str, float]],
    rules: Sequence[AmountRule],
    sums: Reals,
    need: Reals,
) -> Contributor:
    """What a holder knows, and how uncertain the others have to stay in cells with them."""
    known, wanted = np.zeros(len(by_cell), dtype=np.bool_), need.copy()
    for cell, holders in enumerate(by_cell):
        if name in holders:
            others = _largest_first(amount for other, amount in holders.items() if other != name)
            known[cell] = not len(others)
            wanted[cell] = protection(rules, others, inside=True) or 0.0
    own = np.array([by_cell[cell].get(name, 0.0) for cell in inner_cells(cube)])
    return Contributor(own, known, np.maximum(sums - wanted, 0), sums + wanted)


def read_contributions(path: Path, declaration: Declaration) -> Contributions:
    """Read a file with one row for each contribution.

    Parameters
    ----------
    path, declaration
        A CSV file, and what the cube file says: its `value` and, where it has one, its `holder`.

    Returns
    -------
    Contributions
        Without a column of holders every row is of another one.

    Raises
    ------
    ValueError
        With one line that says what is wrong and where.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from analysis.disclosure.nodes import Dimension
    >>> declaration = Declaration("n", (Dimension("place", ("place",), ()),), value="sales")
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "sales.csv")
    ...     _ = path.write_text("place,sales\\na,5\\na,7.5\\n")
    ...     read_contributions(path, declaration).by_cell()[0]
    {'0': 5.0, '1': 7.5}
    """
    value, holder = declaration.value or "", declaration.holder
    rows = read_rows(path, [*declaration.columns, value, *([holder] if holder else [])])
    if not rows:
        raise ValueError(f"{path.name} has no rows.")
    check_leaf_texts(path.name, declaration, rows)
    cube = cube_of(declaration, rows)
    return Contributions(
        cube,
        np.array(
            [np.ravel_multi_index(position, cube.inner_shape) for position in inner_positions(cube, rows)],
            dtype=np.intp,
        ),
        np.array([amount(row[value], f"{path.name}, line {line}") for line, row in enumerate(rows, start=2)]),
        tuple(row[holder] if holder else str(line) for line, row in enumerate(rows)),
    )
