"""Elimination: exact, maximal, and fast."""

import time
from dataclasses import replace

import numpy as np
import pytest

from analysis.disclosure.complementary import Elimination
from analysis.disclosure.cube import Cube, Table, cell_counts, incidence
from analysis.disclosure.primary import mark
from tests.analysis.disclosure.disclosure_cubes import PLAIN, people


def rank(matrix: np.ndarray) -> int:
    return int(np.linalg.matrix_rank(matrix)) if len(matrix) else 0


@pytest.mark.slow
def test_no_protected_cell_is_a_combination_and_no_further_cell_fits() -> None:
    table = people(3, 12, number=4)
    marks = mark(table, PLAIN)
    matrix = incidence(table.cube)
    order = np.flatnonzero(marks.shown)
    order = order[np.argsort(-cell_counts(table)[order])]
    protected = np.flatnonzero(marks.primary)
    none = np.array([], dtype=np.intp)
    published = Elimination(matrix, none, protected, order).published(order)
    dense = matrix.toarray().astype(float)
    basis = dense[published]
    assert published.any()
    assert marks.shown.sum() > published.sum()
    assert all(rank(np.vstack([basis, dense[cell]])) > rank(basis) for cell in protected)
    for cell in np.flatnonzero(marks.shown & ~published):
        wider = np.vstack([basis, dense[cell]])
        assert any(rank(np.vstack([wider, dense[p]])) == rank(wider) for p in protected)


def test_plain_district_cube_takes_under_a_second() -> None:
    table = people(2, 20)
    district, group, answer = table.cube.dimensions
    plain = Table(Cube((district, group, replace(answer, tree=()))), table.counts)
    marks, matrix = mark(plain, PLAIN), incidence(plain.cube)
    order = np.flatnonzero(marks.shown)
    order = order[np.argsort(-cell_counts(plain)[order])]
    begun = time.process_time()
    Elimination(matrix, np.array([], dtype=np.intp), np.flatnonzero(marks.primary), order).published(order)
    assert time.process_time() - begun < 1
