"""What `protect` says besides its result: slips, effort, numbers too large, and cells that no spreadsheet runs."""

import io
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from analysis.commands.lines import as_given, counted, progress_of_search
from analysis.disclosure.cube import Cube, Table
from analysis.disclosure.linear.effort import Effort, EffortError
from analysis.disclosure.nodes import Dimension
from analysis.disclosure.primary import Rules
from analysis.disclosure.protect import protect
from analysis.outputs.spreadsheet import FORMULA_STARTS, neutral
from tests.analysis.commands.test_tables import CELLS, CUBE, files, read, run
from tests.analysis.disclosure.disclosure_cubes import LADDERED, people


def four_districts() -> Table:
    place = Dimension("place", ("district",), tuple((name,) for name in "abcd"))
    answer = Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)
    return Table(Cube((place, answer)), np.array([[3, 40], [20, 30], [25, 22], [8, 31]]))


def test_a_yes_no_table_in_four_districts_takes_a_tenth_of_a_second() -> None:
    table, took = four_districts(), []
    for _ in range(3):
        start = time.process_time()
        protected = protect(table, Rules(ladder=None))
        took.append(time.process_time() - start)
    assert protected.hidden == 4
    assert min(took) <= 0.1


@pytest.mark.slow
def test_the_effort_is_counted_and_limits_the_search() -> None:
    seen: list[int] = []
    effort = Effort(report=lambda effort: seen.append(effort.spent))
    protect(four_districts(), Rules(ladder=None), effort=effort)
    assert seen == sorted(seen)
    assert seen[-1] == effort.spent > 0
    with pytest.raises(EffortError, match="effort of 2; allow more than 1"):
        protect(people(2, 30, number=4), LADDERED, effort=Effort(allowed=1, patience=2))


def test_bases_have_an_effort_of_their_own() -> None:
    seen: list[int] = []
    effort = Effort(report=lambda one: seen.append(id(one)))
    # A district of 8 people: another one has to be hidden with it, which takes programs of its own.
    place = Dimension("place", ("district",), tuple((name,) for name in "abcdef"))
    answer = Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)
    counts = np.array([[3, 5], [20, 30], [25, 22], [4, 31], [30, 30], [11, 40]])
    protect(Table(Cube((place, answer)), counts), Rules(ladder=None, raised=()), effort=effort)
    assert len(set(seen)) == 2
    assert effort.spent == 6 * 2 * seen.count(id(effort))


@pytest.mark.slow
def test_the_same_effort_finds_the_same_table() -> None:
    one, other = (protect(people(2, 30, number=4), LADDERED, effort=Effort(allowed=500)) for _ in range(2))
    assert one.counts == other.counts


def test_a_search_without_enough_effort_ends_with_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analysis.commands.tables.PATIENCE", 1)
    assert run("protect", tmp_path / "cells.csv", *files(tmp_path), "--effort", 1) == 1
    assert "No safe table was found with an effort of 1" in capsys.readouterr().err
    assert not (tmp_path / "out.csv").exists()


def test_progress_is_shown_at_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    effort = Effort(allowed=100, report=progress_of_search())
    for _ in range(100):
        effort.spend(1)
    assert 50 <= terminal.getvalue().count("searching") <= 51
    assert "100 % of the effort" in terminal.getvalue()
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert progress_of_search() is None


SLIPS = {
    "No row has 'maybe', which the tree of 'answer' names": (
        CELLS,
        CUBE.replace("same = [1]", 'same = [1, "maybe"]'),
    ),
    "'c' is under 'S' and under 'N': they are two different leaves of 'place'": (CELLS + "N,c,1,30\n", CUBE),
}


@pytest.mark.parametrize("line", SLIPS)
def test_slips_are_shown_and_the_table_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    assert run("protect", tmp_path / "cells.csv", *files(tmp_path, *SLIPS[line])) == 0
    assert line in capsys.readouterr().err


def test_a_number_that_is_too_large_is_said_to_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cells = CELLS.replace("30", "3000000000")
    assert run("protect", tmp_path / "cells.csv", *files(tmp_path, cells)) == 2
    assert "'3000000000' is too large, 1,000,000,000 is the largest count" in capsys.readouterr().err


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_no_cell_is_a_formula_and_the_file_is_read_as_it_was_meant(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], start: str
) -> None:
    options = files(tmp_path, CELLS.replace(",a,", f",{start}a,"), CUBE)
    assert run("protect", tmp_path / "cells.csv", *options) == 0
    assert {row["district"] for row in read(tmp_path / "out.csv")} >= {f"'{start}a"}
    attack = ("attack", tmp_path / "out.csv", "--cube", tmp_path / "cube.toml", "--out", tmp_path / "b.csv")
    assert run(*attack, "--truth", tmp_path / "cells.csv") == 0
    assert {row["district"] for row in read(tmp_path / "b.csv")} >= {f"'{start}a"}


def test_what_is_made_harmless_is_found_again() -> None:
    for text in ("=1", "+1", "-a", "@x", "a", "'a", "'", ""):
        assert as_given(str(neutral(text))) == text


def test_one_is_one() -> None:
    assert [counted(n, "hidden cell fails", "hidden cells fail") for n in (1, 2)] == [
        "1 hidden cell fails",
        "2 hidden cells fail",
    ]
