"""Protected tables in files: read again as they were written, and the bounds of their hidden cells."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from analysis.commands.lines import as_given
from analysis.disclosure.bounds import Ranges
from analysis.disclosure.cube import Cube, Flags, Table, cell_counts, cell_names, cells_by_name
from analysis.disclosure.declared.csv_rows import Row, read_rows, whole_number
from analysis.disclosure.linear.programs import ContradictionError
from analysis.disclosure.problem import Reals
from analysis.disclosure.protected_table import PUBLISHED, SUPPRESSED

#: What `bound_rows` adds to the columns of a cube.
BOUND_COLUMNS = ("n", "status", "low", "high", "fails")


def rows_as_given(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """The rows of a protected table with their texts as they were before they were made harmless."""
    rows = [{column: as_given(text) for column, text in row.items()} for row in read_rows(path, columns)]
    if not rows:
        raise ValueError(f"{path.name} has no rows.")
    return rows


def published_cells(
    path: Path,
    cube: Cube,
    rows: Iterable[tuple[int, Row]],
    number_of: Callable[[str, str], float] = whole_number,
) -> tuple[Reals, Flags]:
    """Numbers in cell order, read where published, and which are; each row with the number of its line."""
    cells = cells_by_name(cube)
    values = np.zeros(len(set(cells.values())))
    published = np.zeros(len(values), dtype=np.bool_)
    for line, row in rows:
        place = f"{path.name}, line {line}"
        name = tuple(row[column] for column in cube.columns)
        if name not in cells:
            raise ValueError(f"{place}: the cube has no cell {' / '.join(name)!r}.")
        if row["status"] not in (PUBLISHED, SUPPRESSED):
            raise ValueError(f"{place}: status is {PUBLISHED} or {SUPPRESSED}, not {row['status']!r}.")
        if row["status"] == SUPPRESSED:
            continue
        number = number_of(row["n"], place)
        if published[cells[name]] and values[cells[name]] != number:
            raise ContradictionError(f"{place}: the same cell has two different numbers.")
        values[cells[name]], published[cells[name]] = number, True
    return values, published


def check_truth(table: Table, values: Reals, published: Flags) -> None:
    """Refuse a published number that is not the true one."""
    truth = cell_counts(table)
    wrong = np.flatnonzero(published & (values != truth))
    if len(wrong):
        name = " / ".join(cell_names(table.cube, int(wrong[0]))[0])
        raise ValueError(f"{name!r} is published as {values[wrong[0]]:g}, the truth is {truth[wrong[0]]}.")


def bound_rows(cube: Cube, rows: Iterable[Row], found: Ranges) -> Iterator[list[str]]:
    """The rows of a protected table, each hidden or rounded one with its range and whether it fails."""
    cells = cells_by_name(cube)
    for row in rows:
        name = tuple(row[column] for column in cube.columns)
        cell = cells[name]
        verdict = ["", "", ""]
        if row["status"] != PUBLISHED:
            verdict = [
                _number(found.low[cell]),
                _number(found.high[cell]),
                str(bool(found.fails[cell])).lower(),
            ]
        yield [*name, row["n"], row["status"], *verdict]


def _number(value: float) -> str:
    return "inf" if np.isinf(value) else f"{value + 0:.12g}"
