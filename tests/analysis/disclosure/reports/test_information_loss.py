"""What is hidden adds up: over the leaves of each dimension it is what is hidden of everything."""

from pathlib import Path

import numpy as np
import pytest

from analysis.disclosure.cube import Table
from analysis.disclosure.protect import protect
from analysis.disclosure.reports.information_loss import information_loss
from tests.analysis.commands.test_linked import files as linked_files
from tests.analysis.commands.test_tables import CELLS, CUBE, files, read, run
from tests.analysis.disclosure.disclosure_cubes import LADDERED, people, shown


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_leaves_add_up_to_everything(seed: int) -> None:
    table = people(seed, 25, number=3)
    published = shown(protect(table, LADDERED))
    weights = table.counts * np.random.default_rng(seed).uniform(0.5, 2, size=table.counts.shape)
    whole, *parts = information_loss(table, published, weights)
    assert (whole.cells, whole.hidden_cells) == (len(published), int((~published).sum()))
    assert whole.people == table.counts.sum()
    for dimension in table.cube.dimensions:
        names = {" / ".join(leaf) for leaf in dimension.leaves}
        leaves = [one for one in parts if one.dimension == dimension.name and one.node in names]
        assert sum(one.hidden_people for one in leaves) == whole.hidden_people
        assert sum(one.hidden_weight for one in leaves) == pytest.approx(whole.hidden_weight)
        nodes = [one for one in parts if one.dimension == dimension.name]
        assert sum(one.hidden_cells for one in nodes) == whole.hidden_cells


def test_nothing_hidden_is_nothing_lost() -> None:
    table = people(1, 30, number=3)
    everything = np.ones(int(np.prod(table.cube.shape)), dtype=np.bool_)
    assert {one.shares for one in information_loss(table, everything)} == {(0.0, 0.0, 0.0)}
    empty = Table(table.cube, np.zeros_like(table.counts))
    assert information_loss(empty, ~everything)[0].shares == (1.0, 0.0, 0.0)


def test_the_report_is_written_for_one_table_and_for_several(tmp_path: Path) -> None:
    cells = "\n".join(
        line + (",weight" if place == 0 else f",{place * 10}")
        for place, line in enumerate(CELLS.splitlines())
    )
    options = files(tmp_path, cells + "\n", 'weight = "weight"\n' + CUBE)
    assert run("protect", tmp_path / "cells.csv", *options, "--loss", tmp_path / "loss.csv") == 0
    first = read(tmp_path / "loss.csv")[0]
    assert (first["node"], first["people"], first["weight"]) == ("Total", "118", "210")
    assert first["hidden_cells"] == str(sum(row["n"] == "" for row in unique(read(tmp_path / "out.csv"))))
    assert (
        run("protect", tmp_path / "cells.csv", *linked_files(tmp_path), "--loss", tmp_path / "loss.csv") == 0
    )
    assert {row["table"] for row in read(tmp_path / "loss.csv")} == {"reached", "enough"}


def unique(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """A row for each cell: a province of one district and a node of one answer are cells with two names."""
    return [
        row
        for row in rows
        if row["answer"] != "same" and (row["province"], row["district"]) != ("S", "Total")
    ]
