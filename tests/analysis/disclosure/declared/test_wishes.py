"""Cells that must be shown or hidden, and costs that the search respects: the attack has the last word."""

from pathlib import Path

import numpy as np
import pytest

from analysis.disclosure.bounds import insider_ranges, read_ranges
from analysis.disclosure.cube import Cube, Table, cell_counts, cells_by_name, incidence, without_answers
from analysis.disclosure.declared.wishes import Wishes
from analysis.disclosure.nodes import Dimension
from analysis.disclosure.primary import Rules
from analysis.disclosure.protect import protect, protect_bases
from analysis.disclosure.search import UnsafeError
from tests.analysis.commands.test_tables import CELLS, CUBE, files, read, run
from tests.analysis.disclosure.disclosure_cubes import PLAIN, shown

PLACE = Dimension("place", ("place",), tuple((name,) for name in "abcd"))
ANSWER = Dimension("answer", ("answer",), tuple((name,) for name in "xyz"), answers=True)


def table(seed: int) -> Table:
    return Table(Cube((PLACE, ANSWER)), np.random.default_rng(seed).integers(2, 60, size=(4, 3)))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_what_must_be_shown_is_shown_and_what_must_be_hidden_is_hidden(seed: int) -> None:
    plain = protect(table(seed), PLAIN)
    hidden = [name for name, count, _ in plain.rows() if count is None]
    large = [name for name in hidden if cell_counts(table(seed))[cells_by_name(plain.cube)[name]] >= 5]
    closed = next(name for name, count, _ in plain.rows() if count is not None and "Total" not in name)
    opened = large[:1]
    made = protect(table(seed), PLAIN, wishes=Wishes(open=tuple(opened), closed=(closed,)))
    assert made.count(closed) is None
    assert all(made.count(name) is not None for name in opened)
    truth = table(seed)
    assert not insider_ranges(truth, shown(made), PLAIN).fails.any()
    ranges = read_ranges(truth.cube, cell_counts(truth), shown(made), 5)
    cell = cells_by_name(made.cube)[closed]
    assert ranges.high[cell] >= cell_counts(truth)[cell] + 2
    assert ranges.low[cell] <= cell_counts(truth)[cell] - 1


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_hiding_costs_no_more_than_without_a_look_at_the_cost(seed: int) -> None:
    cost = np.random.default_rng(seed + 100).integers(1, 50, size=(4, 3)).astype(float)
    by_cell = incidence(table(seed).cube) @ cost.ravel()
    plain, cheap = protect(table(seed), PLAIN), protect(table(seed), PLAIN, wishes=Wishes(cost=cost))
    assert by_cell[~shown(cheap)].sum() <= by_cell[~shown(plain)].sum()
    assert not insider_ranges(table(seed), shown(cheap), PLAIN).fails.any()


def test_a_base_can_be_hidden_and_its_answers_go_with_it() -> None:
    counts = np.array([[20, 20, 20]] * 4)
    made = protect(Table(Cube((PLACE, ANSWER)), counts), PLAIN, wishes=Wishes(closed=(("a", "Total"),)))
    assert [made.count(("a", text)) for text in ("x", "y", "z", "Total")] == [None] * 4
    assert made.count(("Total", "Total")) is not None


def test_a_shared_base_that_is_shown_cannot_be_hidden_in_one_table() -> None:
    shared = Table(Cube((PLACE, ANSWER)), np.array([[20, 20, 20]] * 4))
    bases = protect_bases(without_answers(shared), PLAIN)
    with pytest.raises(UnsafeError, match="'a / Total' is to be hidden, and the numbers of people that all"):
        protect(shared, PLAIN, bases, wishes=Wishes(closed=(("a", "Total"),)))


def test_answers_alone_have_a_base_too() -> None:
    alone = Table(Cube((ANSWER,)), np.array([20, 20, 20]))
    assert protect(alone, PLAIN, wishes=Wishes(open=(("Total",),))).hidden == 0
    assert protect(alone, PLAIN, wishes=Wishes(closed=(("Total",),))).published == 0


def test_what_cannot_be_shown_is_refused() -> None:
    two = Table(Cube((PLACE, ANSWER)), np.array([[2, 20, 30]] + [[20, 20, 20]] * 3))
    rules = Rules(base=0, ladder=None, raised=())
    with pytest.raises(UnsafeError, match="'a / x' is to be shown, and the rules hide it"):
        protect(two, rules, wishes=Wishes(open=(("a", "x"),)))
    with pytest.raises(UnsafeError, match="Nothing is safe that shows all cells"):
        protect(two, rules, wishes=Wishes(open=(("a", "y"), ("a", "z"))))
    with pytest.raises(ValueError, match="'a / y' is to be shown and to be hidden"):
        protect(two, rules, wishes=Wishes(open=(("a", "y"),), closed=(("a", "y"),)))


def test_wishes_stand_in_the_cube_file(tmp_path: Path) -> None:
    wishes = (
        'cost = "price"\nopen = [{province = "S", district = "c"}]\n'
        'closed = [{province = "N", district = "a", answer = 2}]\n'
    )
    lines = CELLS.splitlines()
    cells = "\n".join([lines[0] + ",price", *(line + ",1.5" for line in lines[1:])]) + "\n"
    assert run("protect", tmp_path / "cells.csv", *files(tmp_path, cells, wishes + CUBE)) == 0
    rows = {(row["district"], row["answer"]): row["n"] for row in read(tmp_path / "out.csv")}
    assert rows["a", "2"] == ""
    assert rows["c", "Total"] == "49"


BAD = {
    "open names 'town', which is no column": 'open = [{town = "a"}]\n',
    "closed: the cube has no cell 'Total / a / Total'": 'closed = [{district = "a"}]\n',
    "open needs a list of cells": 'open = "a"\n',
    "no column 'price'": 'cost = "price"\n',
    "'N' is no number": 'cost = "province2"\n',
    "are for one table alone": 'table = "question"\ncost = "price"\n',
    "amounts are for one table": 'table = "question"\nvalue = "price"\n',
    "for tables of people without weights": 'weight = "price"\ncost = "n2"\n',
    "no weight, ladder or primary": 'value = "price"\n',
    "it needs an entry value": 'holder = "price"\n',
}


@pytest.mark.parametrize("words", BAD)
def test_bad_wishes_are_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], words: str) -> None:
    lines = CELLS.splitlines()
    cells = "\n".join([lines[0] + ",province2", *(line + ",N" for line in lines[1:])]) + "\n"
    assert run("protect", tmp_path / "cells.csv", *files(tmp_path, cells, BAD[words] + CUBE)) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1
