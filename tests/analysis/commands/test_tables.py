"""`protect` and `attack` on files: published instances, refusals, exit codes."""

import argparse
import csv
from pathlib import Path

import pytest

from analysis.commands.tables import add_attack, add_protect

DATA = Path(__file__).parents[2] / "testdata" / "sdc"
Z1 = 'count = "ant"\n[[dimension]]\nname = "region"\n[[dimension]]\nname = "hovedint"\n'
FOUR4 = (
    'count = "freq"\nprimary = "primary_in"\n'
    '[[dimension]]\nname = "v1"\ncolumns = ["v1"]\n[[dimension]]\nname = "v2"\ncolumns = ["v2"]\n'
)


def run(*words: object) -> int:
    """Run a command line as `python -m analysis` would."""
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(required=True)
    add_protect(commands)
    add_attack(commands)
    arguments = parser.parse_args([str(word) for word in words])
    return int(arguments.run(arguments))


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cells", "cube", "options", "most"),
    [("z1", Z1, ("--k", 4, "--base", 0), 6), ("four4", FOUR4, (), 10)],
)
def test_published_instances_hide_no_more_than_their_source(
    tmp_path: Path, cells: str, cube: str, options: tuple[object, ...], most: int
) -> None:
    (tmp_path / "cube.toml").write_text(cube)
    inner, out, bounds = DATA / f"{cells}_inner.csv", tmp_path / "out.csv", tmp_path / "bounds.csv"
    assert run("protect", inner, "--cube", tmp_path / "cube.toml", *options, "--out", out) == 0
    hidden = [row for row in read(out) if row["status"] == "suppressed"]
    assert len(hidden) <= most
    assert all(row["n"] == "" for row in hidden)
    attack = ("attack", out, "--cube", tmp_path / "cube.toml", "--out", bounds, *options)
    assert run(*attack) == 0
    assert run(*attack, "--truth", inner) == 0
    judged = [row for row in read(bounds) if row["status"] == "suppressed"]
    assert len(judged) == len(hidden)
    assert all(row["fails"] == "false" and float(row["low"]) < float(row["high"]) for row in judged)


CELLS = "province,district,answer,n\nN,a,1,12\nN,a,2,30\nN,b,1,2\nN,b,2,25\nS,c,1,40\nS,c,2,9\n"
CUBE = (
    '[[dimension]]\nname = "place"\ncolumns = ["province", "district"]\n'
    '[[dimension]]\nname = "answer"\ncolumns = ["answer"]\nanswers = true\n'
    '[dimension.tree]\nsame = [1]\n[ladder]\n10 = ["Total"]\n20 = [1, 2, "same"]\n'
)


def files(folder: Path, cells: str = CELLS, cube: str = CUBE) -> tuple[object, ...]:
    """Write both files and return the arguments that name them."""
    (folder / "cells.csv").write_text(cells)
    (folder / "cube.toml").write_text(cube)
    return "--cube", folder / "cube.toml", "--out", folder / "out.csv"


@pytest.mark.slow
def test_every_cell_has_a_row_for_each_name(tmp_path: Path) -> None:
    assert run("protect", tmp_path / "cells.csv", *files(tmp_path)) == 0
    rows = {(row["province"], row["district"], row["answer"]): row for row in read(tmp_path / "out.csv")}
    assert len(rows) == 6 * 4
    assert rows["S", "c", "Total"]["n"] == rows["S", "Total", "Total"]["n"] == "49"
    assert rows["N", "b", "1"]["status"] == rows["N", "b", "same"]["status"] == "suppressed"
    assert rows["Total", "Total", "1"]["n"] in ("", "54")


@pytest.mark.slow
def test_attack_finds_what_was_published_carelessly(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    options = files(tmp_path)
    run("protect", tmp_path / "cells.csv", *options)
    text = out.read_text().replace("N,b,2,,suppressed", "N,b,2,25,published")
    out.write_text(text)
    bounds = tmp_path / "bounds.csv"
    attack = ("attack", out, "--cube", tmp_path / "cube.toml", "--out", bounds)
    assert run(*attack, "--truth", tmp_path / "cells.csv") == 1
    failing = [row for row in read(bounds) if row["fails"] == "true"]
    assert {(row["district"], row["answer"]) for row in failing} >= {("b", "1"), ("b", "same")}
    assert all(row["low"] == row["high"] == "2" for row in failing if row["district"] == "b")


@pytest.mark.parametrize(
    ("cells", "cube", "words"),
    [
        (CELLS.replace("30", "3.5"), CUBE, "line 3: '3.5' is no whole number"),
        (CELLS.replace("30", "-3"), CUBE, "no whole number"),
        (CELLS.replace("30", "many"), CUBE, "is no number"),
        (CELLS.replace("30", "nan"), CUBE, "'nan' is no number"),
        (CELLS.replace("30", "inf"), CUBE, "'inf' is no number"),
        (CELLS + "N,a,1,4\n", CUBE, "given before"),
        (CELLS + "N,Total,1,4\n", CUBE, "cannot be an inner cell"),
        (CELLS + "N,a\n", CUBE, "number of columns"),
        (CELLS.replace("district", "town"), CUBE, "no column 'district'"),
        ("province,district,answer,n\n", CUBE, "has no rows"),
        (CELLS, CUBE.replace("same = [1]", 'same = ["same"]'), "contains itself"),
        (CELLS, CUBE.replace('"same"]', '"nobody"]'), "ladder names 'nobody'"),
        (CELLS, CUBE.replace("answers = true", "answer = true"), "unknown entry 'answer'"),
        (CELLS, CUBE + "[[", "no TOML file"),
        (CELLS, "", "declares no [[dimension]]"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], cells: str, cube: str, words: str
) -> None:
    assert run("protect", tmp_path / "cells.csv", *files(tmp_path, cells, cube)) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1


def test_missing_file_is_exit_code_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = files(tmp_path)
    assert run("protect", tmp_path / "nowhere.csv", *options) == 2
    assert "nowhere.csv" in capsys.readouterr().err
