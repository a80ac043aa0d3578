"""JJ files: read as their sources write them, written so that nothing changes, attacked and protected."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import linprog

from analysis.disclosure.exchange.checking import checked_jj, protected_jj
from analysis.disclosure.exchange.jj import JJTable, read_jj, written_jj
from analysis.disclosure.exchange.own_tables import jj_of_people, jj_of_values
from analysis.disclosure.magnitudes.contributions import value_table
from analysis.disclosure.magnitudes.rules import PPercent
from analysis.disclosure.magnitudes.values import protect_values
from analysis.disclosure.protect import protect
from analysis.disclosure.search import UnsafeError
from tests.analysis.commands.test_tables import CELLS, CUBE, files, read, run
from tests.analysis.disclosure.declared.test_wishes import table as small
from tests.analysis.disclosure.disclosure_cubes import PLAIN, shown
from tests.analysis.disclosure.magnitudes.test_amounts import contributions, written

#: `tests/testthat/_snaps/jjformat.md` of sdcTable 0.34.0 (region by gender, frequencies), as `writeJJFormat` writes it.
FREQUENCIES = (100, 45, 55, 20, 2, 18, 33, 19, 14, 22, 10, 12, 25, 14, 11)
SDCTABLE = (
    "0\n15\n"
    + "".join(f"{place} {n} {n} s 0 150 1 1 0\n" for place, n in enumerate(FREQUENCIES))
    + """8
0.0 5 : 0 (-1) 3 (1) 6 (1) 9 (1) 12 (1)
0.0 5 : 1 (-1) 4 (1) 7 (1) 10 (1) 13 (1)
0.0 5 : 2 (-1) 5 (1) 8 (1) 11 (1) 14 (1)
0.0 3 : 0 (-1) 1 (1) 2 (1)
0.0 3 : 3 (-1) 4 (1) 5 (1)
0.0 3 : 6 (-1) 7 (1) 8 (1)
0.0 3 : 9 (-1) 10 (1) 11 (1)
0.0 3 : 12 (-1) 13 (1) 14 (1)
"""
)

#: Cells of the example of the manual of τ-ARGUS 4.1, section 5.5, with its spaces.
MANUAL = """0
2
    0 16847646.84 20000 s 0.00  25271470.26 0.0100 0.0100 0.00
    1 4373664.00 5192 s 0.00    25271470.26 0.0100 0.0100 0.00
0
"""


def test_the_examples_of_the_sources_are_read() -> None:
    table = read_jj(SDCTABLE)
    assert [cell.value for cell in table.cells] == list(FREQUENCIES)
    assert len(table.relations) == 8
    assert table.relations[0].terms == ((0, -1.0), (3, 1.0), (6, 1.0), (9, 1.0), (12, 1.0))
    first = read_jj(MANUAL).cells[0]
    assert (first.value, first.cost, first.status, first.upper) == (16847646.84, 20000, "s", 25271470.26)
    assert (first.lower_level, first.upper_level, first.sliding_level) == (0.01, 0.01, 0)


def tables() -> list[JJTable]:
    given = contributions()
    amounts = value_table(replace(given, amounts=given.amounts / 3), [PPercent(70)])
    return [
        read_jj(SDCTABLE),
        read_jj(MANUAL),
        jj_of_people(small(3), PLAIN, shown(protect(small(3), PLAIN))),
        jj_of_values(amounts),
    ]


@pytest.mark.parametrize("number", range(4))
def test_what_is_written_is_read_again_as_it_was(number: int) -> None:
    table = tables()[number]
    assert read_jj(written_jj(table)) == table
    assert written_jj(read_jj(written_jj(table))) == written_jj(table)


def with_status(statuses: dict[int, str]) -> JJTable:
    table = read_jj(SDCTABLE)
    cells = tuple(replace(cell, status=statuses.get(place, "s")) for place, cell in enumerate(table.cells))
    return JJTable(cells, table.relations)


def reach(table: JJTable, cell: int, sign: float) -> float:
    """The extreme of a cell by another solver's other interface."""
    bounds = [(one.lower, one.upper) if one.hidden else (one.value, one.value) for one in table.cells]
    goal = np.zeros(len(table.cells))
    goal[cell] = -sign
    found = linprog(goal, A_eq=table.matrix.toarray(), b_eq=np.zeros(8), bounds=bounds, method="highs-ipm")
    return float(found.x[cell])


@pytest.mark.parametrize(
    "statuses",
    [
        {4: "u"},
        {4: "u", 5: "m"},
        {4: "u", 5: "m", 7: "m", 8: "m"},
        {4: "u", 5: "x", 13: "m", 14: "m", 7: "m", 8: "m"},
    ],
)
def test_ranges_are_those_of_another_linear_program(statuses: dict[int, str]) -> None:
    table = with_status(statuses)
    found = checked_jj(table)
    for cell in statuses:
        assert found.low[cell] == pytest.approx(reach(table, cell, -1), abs=1e-4)
        assert found.high[cell] == pytest.approx(reach(table, cell, 1), abs=1e-4)
    assert found.fails.tolist() == [place == 4 and len(statuses) < 3 for place in range(15)]


def test_a_sliding_level_asks_for_a_wide_range() -> None:
    table = with_status({4: "u", 5: "m", 7: "m", 8: "m"})
    width = checked_jj(table).high[4] - checked_jj(table).low[4]
    for wanted, fails in ((width - 1, False), (width + 1, True)):
        cells = list(table.cells)
        cells[4] = replace(cells[4], sliding_level=wanted)
        assert bool(checked_jj(JJTable(tuple(cells), table.relations)).fails[4]) == fails


def test_another_programs_open_table_is_protected() -> None:
    made = protected_jj(with_status({4: "u", 14: "u"}))
    assert not checked_jj(made).fails.any()
    assert [made.cells[place].status for place in (4, 14)] == ["u", "u"]
    assert 0 < sum(cell.status == "m" for cell in made.cells) <= 4
    fixed = with_status({4: "u"} | dict.fromkeys([1, 2, 3, 5, 7], "z"))
    with pytest.raises(UnsafeError):
        protected_jj(fixed)
    cells = (replace(fixed.cells[0], lower=-5.0), *fixed.cells[1:])
    with pytest.raises(ValueError, match="below zero"):
        protected_jj(JJTable(cells, fixed.relations))


def test_negative_values_are_checked() -> None:
    text = "0\n3\n0 -5 1 s -99 99 0 0 0\n1 3 1 u -99 99 3 3 0\n2 -8 1 m -99 99 0 0 0\n1\n0 3 : 0 (-1) 1 (1) 2 (1)\n"
    found = checked_jj(read_jj(text))
    assert (found.low[1], found.high[1]) == pytest.approx((-99 + 0, 94), abs=1e-4)


@pytest.mark.parametrize("seed", [0, 1, 3])
def test_our_own_tables_pass_as_files_of_others(seed: int) -> None:
    table = small(seed)
    made = jj_of_people(table, PLAIN, shown(protect(table, PLAIN)))
    assert any(cell.status == "u" for cell in made.cells)
    assert not checked_jj(made).fails.any()
    careless = tuple(replace(cell, status="s") if cell.status == "m" else cell for cell in made.cells)
    assert checked_jj(JJTable(careless, made.relations)).fails.any()


def test_amounts_pass_as_files_of_others() -> None:
    table = value_table(contributions(), [PPercent(70)])
    published = np.array([value is not None for value in protect_values(table).values])
    assert not checked_jj(jj_of_values(table, published)).fails.any()
    assert checked_jj(jj_of_values(table)).fails.any()


BAD = {
    "begins with a line that is 0": SDCTABLE.replace("0\n15", "1\n15", 1),
    "Line 2: a number alone": SDCTABLE.replace("0\n15", "0\n15 4", 1),
    "The file ends before its 99 cells": SDCTABLE.replace("0\n15", "0\n99", 1),
    "Line 3: a cell has 9 entries, not 8": SDCTABLE.replace("s 0 150 1 1 0", "s 0 150 1 1", 1),
    "Line 3: cell 0 is expected, not '7'": SDCTABLE.replace("0 100 100", "7 100 100", 1),
    "Line 3: the status is one of": SDCTABLE.replace(" s ", " q ", 1),
    "Line 3: 'many' is no number": SDCTABLE.replace("0 100 100", "0 many 100", 1),
    "Line 3: the value is not within its bounds": SDCTABLE.replace("0 150", "0 50", 1),
    "announces 9 relations and has 8": SDCTABLE.replace("\n8\n", "\n9\n", 1),
    "Line 19: a relation is a constant": SDCTABLE.replace("0.0 5 :", "0.0 4 :", 1),
    "Line 19: there are 15 cells": SDCTABLE.replace("12 (1)", "15 (1)", 1),
    "do not add up in relation 1: 1 is left": SDCTABLE.replace("0 100 100", "0 101 100", 1).replace(
        "0.0 3 : 0 (-1)", "1.0 3 : 0 (-1)"
    ),
}


@pytest.mark.parametrize("words", BAD)
def test_bad_files_are_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], words: str) -> None:
    (tmp_path / "bad.jj").write_text(BAD[words])
    assert run("attack", tmp_path / "bad.jj", "--out", tmp_path / "out.csv") == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.startswith("bad.jj: ")
    assert error.count("\n") == 1


def test_a_file_that_is_no_text_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.jj").write_bytes(b"\xff\xfe")
    assert run("protect", tmp_path / "bad.jj", "--out", tmp_path / "out.jj") == 2
    assert capsys.readouterr().err == "bad.jj is not UTF-8 text.\n"


@pytest.mark.slow
def test_files_go_in_and_out_at_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out, bounds = tmp_path / "open.jj", tmp_path / "made.jj", tmp_path / "bounds.csv"
    source.write_text(written_jj(with_status({4: "u"})))
    assert run("attack", source, "--out", bounds) == 1
    assert [(row["cell"], row["low"], row["high"], row["fails"]) for row in read(bounds)] == [
        ("4", "2", "2", "true")
    ]
    assert "1 hidden cell fails." in capsys.readouterr().out
    assert run("protect", source, "--out", out) == 0
    assert run("attack", out, "--out", bounds) == 0
    own = tmp_path / "own.jj"
    assert run("protect", tmp_path / "cells.csv", *files(tmp_path, CELLS, CUBE), "--jj", own) == 0
    assert run("attack", own, "--out", bounds) == 0
    options = written(tmp_path)
    assert run("protect", tmp_path / "cells.csv", *options, "--p-percent", 70, "--jj", own) == 0
    assert run("attack", own, "--out", bounds) == 0


def test_a_table_needs_its_cube(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files(tmp_path)
    assert run("protect", tmp_path / "cells.csv", "--out", tmp_path / "out.csv") == 2
    assert "needs --cube" in capsys.readouterr().err


#: Command and options, after the file.
UNHEEDED = {
    "A rounded table hides nothing: --jj": ("protect", "cells.csv", "--round-to", 7, "--jj"),
    "A rounded table hides nothing: --loss": ("protect", "cells.csv", "--round-to", 7, "--loss"),
    "A JJ file stays one: --loss": ("protect", "open.jj", "--loss"),
    "A JJ file stays one: --jj": ("protect", "open.jj", "--jj"),
    "A JJ file holds its own truth: --truth": ("attack", "open.jj", "--truth"),
}


@pytest.mark.parametrize("words", UNHEEDED)
def test_an_option_that_would_not_be_heeded_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: str
) -> None:
    options = files(tmp_path)
    (tmp_path / "open.jj").write_text(SDCTABLE)
    verb, file, *further = UNHEEDED[words]
    given = options if file == "cells.csv" else options[2:]
    assert run(verb, tmp_path / file, *given, *further, tmp_path / "more") == 2
    assert capsys.readouterr().err == f"{words} would not be heeded.\n"
    assert not (tmp_path / "out.csv").exists()
