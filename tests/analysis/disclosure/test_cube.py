"""The declared cube: cells, their names, and counting people into them."""

import numpy as np
import pytest

from analysis.disclosure.cube import (
    Cube,
    Table,
    base_cells,
    cell_counts,
    cell_names,
    cells_by_name,
    incidence,
    inner_cells,
    without_answers,
)
from analysis.disclosure.nodes import Dimension, nodes_of

PLACES = Dimension("place", ("province", "district"), (("N", "a"), ("N", "b"), ("S", "c")))
ANSWERS = Dimension(
    "answer",
    ("answer",),
    tuple((str(point),) for point in range(1, 6)),
    (("top2", ("4", "5")), ("rest", ("3", "low")), ("low", ("1", "2"))),
    answers=True,
)


def test_nodes_are_leaves_columns_tree_and_total() -> None:
    names = [node.names[0][0] for node in nodes_of(ANSWERS)]
    assert names == ["1", "2", "3", "4", "5", "top2", "rest", "low", "Total"]
    assert nodes_of(ANSWERS)[6].members == (0, 1, 2)


def test_sets_with_the_same_members_are_one_node_with_all_names() -> None:
    nodes = nodes_of(PLACES)
    assert len(nodes) == 5
    assert nodes[2].names == (("S", "c"), ("S", "Total"))
    assert nodes[2].labels == ("c", "S")


def test_dimension_of_one_leaf_has_one_node() -> None:
    (node,) = nodes_of(Dimension("answer", ("answer",), (("yes",),), answers=True))
    assert node.names == (("yes",), ("Total",))


def test_dimension_without_total_has_no_total_node() -> None:
    group = Dimension("group", ("group",), (("woman",), ("youth",)), total=False)
    assert [node.names for node in nodes_of(group)] == [(("woman",),), (("youth",),)]


def test_tree_node_inside_one_province_keeps_the_province() -> None:
    zones = Dimension("place", PLACES.columns, PLACES.leaves, (("zone", ("a", "b")), ("rim", ("b", "c"))))
    names = cells_by_name(Cube((zones,)))
    assert names["N", "zone"] == names["N", "Total"]
    assert ("rim", "Total") in names


@pytest.mark.parametrize(
    ("dimension", "words"),
    [
        (Dimension("d", ("d",), (("a",),), (("x", ("y",)), ("y", ("x",)))), "contains itself"),
        (Dimension("d", ("d",), (("a",),), (("x", ("nobody",)),)), "no leaf and no node"),
        (Dimension("d", ("d",), (("a",), ("b",)), (("Total", ("a",)),)), "every leaf"),
        (Dimension("d", ("d",), (("a",), ("a",))), "twice"),
        (Dimension("d", ("d",), ()), "no leaf"),
        (Dimension("d", ("d",), (("Total",),)), "called"),
        (Dimension("d", ("d",), (("a",), ("b",), ("c",)), (("a", ("b", "c")),)), "two different sets"),
        (Dimension("d", ("p", "d"), (("N", "x"), ("S", "x")), (("t", ("x",)),)), "several leaves"),
    ],
)
def test_contradictory_dimensions_are_refused(dimension: Dimension, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Cube((dimension,))


def test_cells_add_up_their_inner_cells() -> None:
    cube = Cube((PLACES, ANSWERS))
    counts = np.arange(15).reshape(3, 5)
    table = Table(cube, counts)
    sums = cell_counts(table)
    names = cells_by_name(cube)
    assert sums[names["N", "a", "2"]] == counts[0, 1]
    assert sums[names["N", "Total", "low"]] == counts[:2, :2].sum()
    assert sums[names["S", "Total", "rest"]] == counts[2, :3].sum()
    assert sums[names["Total", "Total", "Total"]] == counts.sum()
    assert list(sums[inner_cells(cube)]) == list(counts.ravel())
    assert incidence(cube).shape == (5 * 9, 15)


def test_every_cell_is_found_by_each_of_its_names() -> None:
    cube = Cube((PLACES, ANSWERS))
    for name, cell in cells_by_name(cube).items():
        assert name in cell_names(cube, cell)
    assert len(cells_by_name(cube)) == 6 * 9


def test_base_of_a_cell_is_the_total_of_its_answers() -> None:
    cube = Cube((PLACES, ANSWERS))
    names = cells_by_name(cube)
    bases = base_cells(cube)
    assert bases is not None
    assert bases[names["N", "b", "low"]] == names["N", "b", "Total"]
    assert base_cells(Cube((PLACES,))) is None


def test_bases_of_a_table_sum_over_answers() -> None:
    counts = np.arange(15).reshape(3, 5)
    bases = without_answers(Table(Cube((PLACES, ANSWERS)), counts))
    assert bases.counts.tolist() == [10, 35, 60]
    assert without_answers(Table(Cube((ANSWERS,)), counts[0])).counts.tolist() == [10]


def test_counts_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        Table(Cube((PLACES,)), np.zeros(4, dtype=np.int64))
    with pytest.raises(ValueError, match="whole numbers"):
        Table(Cube((PLACES,)), np.array([1, -1, 0]))
    with pytest.raises(ValueError, match="whole numbers"):
        Table(Cube((PLACES,)), np.array([1.0, 2.0, 3.0]))
