"""The report on what protected tables hide, written for their maker."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from analysis.commands.lines import write_table
from analysis.disclosure.cube import Table
from analysis.disclosure.problem import Reals
from analysis.disclosure.reports.information_loss import information_loss

COLUMNS = (
    *("table", "dimension", "node", "cells", "hidden_cells", "people", "hidden_people", "weight"),
    *("hidden_weight", "share_of_cells", "share_of_people", "share_of_weight"),
)


def write_loss(path: Path, made: Sequence[tuple[Table, Sequence[float | None], Reals | None]]) -> None:
    """Write what each table hides: its true counts, what is published of them, and the weights of its inner cells."""
    write_table(path, COLUMNS, (row for one in made for row in _rows(*one)))


def _rows(table: Table, made: Sequence[float | None], weights: Reals | None) -> Iterator[list[object]]:
    published = np.array([number is not None for number in made])
    for loss in information_loss(table, published, weights):
        shares = (f"{share:.4f}" for share in loss.shares)
        yield [
            *(table.name, loss.dimension, loss.node, loss.cells, loss.hidden_cells),
            *(loss.people, loss.hidden_people, f"{loss.weight:.10g}", f"{loss.hidden_weight:.10g}", *shares),
        ]
