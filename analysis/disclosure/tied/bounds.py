"""The ranges of the hidden cells of tied tables, as their reader can compute them from all of them together."""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy import sparse

from analysis.disclosure.bounds import ranges
from analysis.disclosure.cube import Counts, Cube, Flags, base_cells, incidence, inner_cells
from analysis.disclosure.problem import Reals
from analysis.disclosure.tied.rows import Domain, domain_of, tie_rows
from analysis.disclosure.tied.ties import Tie


def tied_ranges(
    cubes: Mapping[str, Cube],
    ties: Sequence[Tie],
    values: Sequence[Counts | Reals],
    known: Sequence[Flags],
    wanted: Sequence[Flags],
) -> tuple[tuple[Reals, ...], tuple[Reals, ...]]:
    """Smallest and largest count of the cells of tied tables.

    Parameters
    ----------
    cubes
        By name of the table, each with a dimension of answers.
    ties
        What the reader knows of them together; each table also has the same people in every domain.
    values, known, wanted
        For each table counts in cell order, which of them the reader knows, and which cells to bound.

    Returns
    -------
    low, high : tuple of numpy.ndarray
        For each table as `analysis.disclosure.bounds.ranges`.

    Raises
    ------
    ContradictionError
        If the known values cannot all be true.

    Examples
    --------
    Of 60 people 20 were asked further: "yes" of those is at most 20.

    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.tied.formulas import tie_of
    >>> place = Dimension("place", ("place",), (("a",),))
    >>> cube = Cube((place, Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)))
    >>> cubes = {"asked": cube, "further": cube}
    >>> values = [np.array([20, 40, 60]), np.array([0, 0, 60])]
    >>> known = [np.ones(3, dtype=np.bool_), np.array([False, False, True])]
    >>> tie = tie_of("further[yes] <= asked[yes]", ("a",))
    >>> low, high = tied_ranges(cubes, [tie], values, known, [~flags for flags in known])
    >>> (low[1] + 0).tolist(), high[1].tolist()
    ([0.0, 40.0, 60.0], [20.0, 60.0, 60.0])
    """
    rows = tie_rows(cubes, ties, _hidden_domains(cubes, known))
    matrix = sparse.csr_array(sparse.block_diag([incidence(cube) for cube in cubes.values()], format="csr"))
    low, high = ranges(
        matrix.astype(np.float64),
        np.concatenate(values).astype(np.float64),
        np.concatenate(known),
        [int(cell) for cell in np.flatnonzero(np.concatenate(wanted))],
        rows,
    )
    parts = np.cumsum([int(np.prod(cube.shape)) for cube in cubes.values()])[:-1]
    return tuple(np.split(low, parts)), tuple(np.split(high, parts))


def _hidden_domains(cubes: Mapping[str, Cube], known: Sequence[Flags]) -> set[Domain]:
    hidden = set()
    for cube, flags in zip(cubes.values(), known, strict=True):
        bases, inner = base_cells(cube), inner_cells(cube)
        shown = flags[inner if bases is None else bases[inner]]
        for index, known_base in zip(np.ndindex(*cube.inner_shape), shown, strict=True):
            if not known_base:
                hidden.add(domain_of(cube, index)[1])
    return hidden
