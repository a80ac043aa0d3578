"""Amounts: rules as their sources state them, and every reader's range judged by another linear program."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import linprog

from analysis.disclosure.cube import Cube, Table, cell_names, incidence
from analysis.disclosure.linear.worlds import Audit, Failure
from analysis.disclosure.magnitudes.contributions import Contributions, value_table
from analysis.disclosure.magnitudes.rules import AmountRule, Dominance, Fewest, PPercent, protection
from analysis.disclosure.magnitudes.values import Contributor, ProtectedValues, ValueTable, protect_values
from analysis.disclosure.magnitudes.weighted import weighted_table
from analysis.disclosure.nodes import Dimension
from analysis.disclosure.primary import Rules
from analysis.disclosure.search import UnsafeError
from tests.analysis.commands.test_tables import read, run

#: `microdata1` of the R package sdcTable (version 0.34.0): the column `val` of 100 people by region and gender.
MICRODATA1 = {
    ("A", "male"): [18, 15, 13, 13, 12, 11, 10, 10, 10, 9, 9, 9, 8, 7, 7, 6, 6, 5],
    ("A", "female"): [11, 9],
    ("B", "male"): [15, 14, 14, 12, 11, 10, 10, 10, 9, 8, 8, 7, 7, 5],
    ("B", "female"): [18, 16, 14, 14, 13, 13, 12, 12, 11, 10, 10, 9, 9, 8, 8, 8, 7, 7, 5],
    ("C", "male"): [18, 12, 12, 11, 11, 11, 10, 9, 6, 6, 6, 6],
    ("C", "female"): [19, 12, 12, 11, 10, 9, 9, 9, 8, 7],
    ("D", "male"): [280, 11, 10, 9, 9, 9, 8, 8, 8, 7, 7],
    ("D", "female"): [18, 16, 14, 14, 11, 11, 11, 10, 10, 9, 9, 7, 6, 6],
}


def contributions() -> Contributions:
    region = Dimension("region", ("region",), tuple((name,) for name in "ABCD"))
    gender = Dimension("gender", ("gender",), (("male",), ("female",)))
    inner = [place for place, amounts in enumerate(MICRODATA1.values()) for _ in amounts]
    amounts = [float(amount) for cell in MICRODATA1.values() for amount in cell]
    cube = Cube((region, gender))
    return Contributions(cube, np.array(inner), np.array(amounts), tuple(map(str, range(100))))


@pytest.mark.parametrize("rule", [PPercent(70), Dominance(2, 75), PPercent(100 * 60 / 80)])
def test_unsafe_cells_are_those_of_sdctable(rule: AmountRule) -> None:
    """`tests/testthat/test-primarySuppression.r`: type "p" with p = 70, "nk" with n = 2 and k = 75, "pq" with 60 and 80.

    Each finds the cells 6 and 14, which are women of A and men of D, and no total.
    """
    table = value_table(contributions(), [rule])
    unsafe = {cell_names(table.cube, int(cell))[0] for cell in np.flatnonzero(table.primary)}
    assert unsafe == {("A", "female"), ("D", "male")}


def test_the_typical_example_of_the_manual_of_tau_argus() -> None:
    """Section 4.4.4: with p = 10 and n = 1 the sum without the largest two is at least 10 % of the largest.

    Dominance: a popular choice is n = 3 and k = 75, unsafe where the three largest make more than 75 %.
    """
    for rest, safe in ((10.0, True), (9.9, False)):
        assert (protection([PPercent(10)], np.array([100.0, 50.0, rest])) is None) == safe
    for rest, safe in ((10.0, True), (9.9, False)):
        assert (protection([PPercent(10, 2)], np.array([100.0, 50.0, 40.0, rest])) is None) == safe
    for rest, safe in ((25.0, True), (24.9, False)):
        assert (protection([Dominance(3, 75)], np.array([25.0] * 3 + [rest / 2] * 2)) is None) == safe


def reach(
    table: ValueTable, published: np.ndarray, cell: int, sign: float, own: np.ndarray, most: float
) -> float:
    """The extreme of a cell by another solver's other interface.

    Each amount is the own part and between 0 and so many times the rest.
    """
    matrix = incidence(table.cube).toarray().astype(float)
    rest = np.where(table.inner > own, most, 0.0)
    bounds = [
        (low, None if np.isinf(more) else low + more * (amount - low))
        for low, amount, more in zip(own, table.inner, rest, strict=True)
    ]
    if np.isinf(most):
        bounds = [(0, None)] * len(table.inner)
    found = linprog(
        -sign * matrix[cell],
        A_eq=matrix[published],
        b_eq=table.sums[published],
        bounds=bounds,
        method="highs-ipm",
    )
    assert found.status == 0
    return float(matrix[cell] @ found.x)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_no_reader_comes_closer_than_the_rules_allow(seed: int) -> None:
    random = np.random.default_rng(seed)
    place = Dimension("place", ("place",), tuple((name,) for name in "abcd"))
    branch = Dimension("branch", ("branch",), tuple((name,) for name in "xyz"))
    inner = np.concatenate([[0], random.integers(1, 12, size=44)])
    given = Contributions(
        Cube((place, branch)),
        inner,
        random.lognormal(3, 1.2, size=45),
        tuple(map(str, random.integers(0, 30, 45))),
    )
    table = value_table(given, [PPercent(15), Fewest(3)])
    made = protect_values(table)
    published = np.array([value is not None for value in made.values])
    assert table.primary.any()
    assert published.any()
    assert any(one.known.any() for one in table.contributors.values())
    outside = Contributor(np.zeros(12), np.zeros(len(published), dtype=bool), table.low, table.high)
    slack = 1e-5 * table.sums.max()
    for one in (outside, *table.contributors.values()):
        for cell in np.flatnonzero(table.primary & ~one.known):
            assert reach(table, published, cell, 1, one.own, 2) >= one.high[cell] - slack
            assert reach(table, published, cell, -1, one.own, 2) <= one.low[cell] + slack


def test_the_singleton_problem_of_the_manual_of_tau_argus() -> None:
    """Section 2.10, the example table: 15 (A, X2) is of one contributor, 17 (A, X4) is unsafe by the p % rule with p = 10.

    The contributor of the 15 must not learn the 17, for which a third cell of the row has to be hidden.
    """
    row = Dimension("row", ("row",), (("A",), ("B",)))
    column = Dimension("column", ("column",), tuple((f"X{place}",) for place in range(1, 5)))
    cells = [
        [52 / 8] * 8,
        [15.0],
        [62 / 8] * 8,
        [15.0, 1, 1],
        [3.0] * 8,
        [18 / 8] * 8,
        [31 / 8] * 8,
        [1.0] * 8,
    ]
    inner = np.array([place for place, cell in enumerate(cells) for _ in cell])
    amounts = np.array([amount for cell in cells for amount in cell])
    holders = tuple(map(str, range(len(amounts))))
    table = value_table(Contributions(Cube((row, column)), inner, amounts, holders), [PPercent(10)])
    assert table.sums[[4, 9, 14]].tolist() == [146, 81, 227]
    unsafe = {cell_names(table.cube, int(cell))[0] for cell in np.flatnonzero(table.primary)}
    assert unsafe == {("A", "X2"), ("A", "X4")}
    made = protect_values(table)
    hidden = {name for name, value, _ in made.rows() if value is None}
    assert len([name for name in hidden if name[0] == "A"]) >= 3
    careless = protect_values(replace(table, contributors={}))
    assert len([name for name, value, _ in careless.rows() if value is None and name[0] == "A"]) == 2


def test_somebody_alone_in_one_cell_need_not_be_kept_from_the_own_part_of_a_sum() -> None:
    """100 alone in a, and 10 and 9 in b: of both together it learns what it knows less, and 10 stays uncertain by 2."""
    row = Cube((Dimension("place", ("place",), (("a",), ("b",)), (("both", ("a", "b")),), total=False),))
    given = Contributions(row, np.array([0, 1, 1]), np.array([100.0, 10, 9]), tuple("xyz"))
    table = value_table(given, [PPercent(20)])
    assert table.high.tolist() == [120, 21, 119 + 20 - 9]
    assert table.contributors["x"].known.tolist() == [True, False, False]
    assert table.contributors["x"].high.tolist() == [100, 21, 119]
    assert protect_values(table).hidden == 3


def test_an_unsafe_table_cannot_exist() -> None:
    row = Cube((Dimension("place", ("place",), (("a",), ("b",))),))
    with pytest.raises(UnsafeError, match="1 hidden cells fail, first 'a'"):
        ProtectedValues(row, (None, 20.0, 23.0), (Audit(1, 1, 2, (Failure(0, "everybody", "high"),)),))


def test_who_knows_too_much_beforehand_cannot_be_kept_from_it() -> None:
    with pytest.raises(UnsafeError):
        protect_values(value_table(contributions(), [PPercent(70)]), known=5)


def test_weights_are_hidden_by_people_and_attacked_in_weights() -> None:
    place = Dimension("place", ("place",), tuple((name,) for name in "abcd"))
    answer = Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)
    people = np.array([[3, 40], [20, 30], [25, 22], [0, 31]])
    weights = people * np.array([[1.5, 0.8], [1.2, 1.1], [0.7, 2.0], [1.0, 0.9]])
    table = weighted_table(Table(Cube((place, answer)), people), weights, Rules(ladder=None, raised=()))
    made = protect_values(table, None)
    published = np.array([value is not None for value in made.values])
    nobody = np.zeros(table.inner.size)
    for cell in np.flatnonzero(table.primary):
        assert reach(table, published, cell, 1, nobody, np.inf) >= table.high[cell] - 1e-3
        assert reach(table, published, cell, -1, nobody, np.inf) <= table.low[cell] + 1e-3
    with pytest.raises(ValueError, match="cells without have none"):
        weighted_table(Table(Cube((place, answer)), people), weights + 1, Rules())


CUBE = 'value = "val"\n[[dimension]]\nname = "region"\n[[dimension]]\nname = "gender"\n'


def written(folder: Path, cube: str = CUBE) -> tuple[object, ...]:
    with (folder / "cells.csv").open("w") as file:
        rows = csv.writer(file)
        rows.writerow(["region", "gender", "val"])
        rows.writerows([*names, amount] for names, cell in MICRODATA1.items() for amount in cell)
    (folder / "cube.toml").write_text(cube)
    return "--cube", folder / "cube.toml", "--out", folder / "out.csv"


def test_amounts_are_protected_and_attacked_at_the_command_line(tmp_path: Path) -> None:
    assert run("protect", tmp_path / "cells.csv", *written(tmp_path), "--p-percent", 70) == 0
    rows = {(row["region"], row["gender"]): row["n"] for row in read(tmp_path / "out.csv")}
    assert rows["A", "female"] == rows["D", "male"] == ""
    assert rows["Total", "Total"] == "1284"
    attack = ("attack", tmp_path / "out.csv", "--cube", tmp_path / "cube.toml", "--out", tmp_path / "b.csv")
    truth = ("--truth", tmp_path / "cells.csv", "--p-percent", 70)
    assert run(*attack) == run(*attack, *truth) == 0
    text = (tmp_path / "out.csv").read_text()
    (tmp_path / "out.csv").write_text(text.replace("A,male,,suppressed", "A,male,178,published"))
    assert run(*attack) == run(*attack, *truth) == 1
    failing = [row for row in read(tmp_path / "b.csv") if row["fails"] == "true"]
    assert (failing[0]["low"], failing[0]["high"]) == ("20", "20")


@pytest.mark.slow
def test_a_coalition_makes_more_cells_unsafe(tmp_path: Path) -> None:
    names, hidden = written(tmp_path), []
    for n in (1, 9):
        assert run("protect", tmp_path / "cells.csv", *names, "--p-percent", 60, "--coalition", n) == 0
        hidden.append({tuple(row.values())[:2] for row in read(tmp_path / "out.csv") if row["n"] == ""})
    assert hidden[0] < hidden[1]


def test_many_digits_add_up_in_the_file_too(tmp_path: Path) -> None:
    """Thirds and sevenths of large amounts: what is written must not contradict itself."""
    names = written(tmp_path)
    lines = (tmp_path / "cells.csv").read_text().splitlines()
    parts = [line.rsplit(",", 1) for line in lines[1:]]
    text = [
        lines[0],
        *(f"{head},{int(amount) * 1e6 / (3 + place % 5)!r}" for place, (head, amount) in enumerate(parts)),
    ]
    (tmp_path / "cells.csv").write_text("\n".join(text) + "\n")
    assert run("protect", tmp_path / "cells.csv", *names, "--p-percent", 20) == 0
    attack = ("attack", tmp_path / "out.csv", *names[:2], "--out", tmp_path / "b.csv", "--p-percent", 20)
    assert run(*attack) == run(*attack, "--truth", tmp_path / "cells.csv") == 0


def test_weights_are_protected_and_attacked_at_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "cells.csv").write_text(
        "place,answer,n,w\na,yes,3,4.5\na,no,40,32.1\nb,yes,20,24\nb,no,30,33\nc,yes,25,17.5\nc,no,22,44\n"
    )
    cube = '[[dimension]]\nname = "place"\n[[dimension]]\nname = "answer"\nanswers = true\n'
    (tmp_path / "cube.toml").write_text('weight = "w"\n' + cube)
    names = ("--cube", tmp_path / "cube.toml", "--out", tmp_path / "out.csv")
    assert run("protect", tmp_path / "cells.csv", *names) == 0
    rows = {(row["place"], row["answer"]): row["n"] for row in read(tmp_path / "out.csv")}
    assert rows["a", "yes"] == ""
    assert rows["Total", "Total"] == "155.1"
    attack = ("attack", tmp_path / "out.csv", *names[:2], "--out", tmp_path / "b.csv")
    assert run(*attack) == run(*attack, "--truth", tmp_path / "cells.csv") == 0
    text = (tmp_path / "out.csv").read_text()
    assert "a,no,,suppressed" in text
    (tmp_path / "out.csv").write_text(text.replace("a,no,,suppressed", "a,no,32.1,published"))
    assert run(*attack, "--truth", tmp_path / "cells.csv") == 1
    (tmp_path / "out.csv").write_text(text.replace("a,no,,suppressed", "a,no,32.2,published"))
    assert run(*attack, "--truth", tmp_path / "cells.csv") == 2


BAD = {
    "needs a rule: --p-percent": (CUBE, ()),
    "not of amounts": (CUBE, ("--p-percent", 70, "--loss", "loss.csv")),
    "no column 'turnover'": (CUBE.replace('"val"', '"turnover"'), ("--fewest", 3)),
    "percentage above 0 and up to 100, not 0": (CUBE, ("--dominance", 2, 0)),
    "up to 100, not 500": (CUBE, ("--p-percent", 500)),
    "0.5 is no whole number of contributors": (CUBE, ("--dominance", 0.5, 80)),
    "about one contributor or more": (CUBE, ("--fewest", 0)),
    "is no number": (CUBE.replace('"val"', '"gender2"'), ("--dominance", 2, 75)),
}


@pytest.mark.parametrize("words", BAD)
def test_bad_amounts_are_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], words: str) -> None:
    cube, options = BAD[words]
    names = written(tmp_path, cube)
    text = (tmp_path / "cells.csv").read_text().replace("val", "val,gender2", 1)
    lines = text.splitlines()
    (tmp_path / "cells.csv").write_text("\n".join([lines[0], *(line + ",few" for line in lines[1:])]) + "\n")
    assert run("protect", tmp_path / "cells.csv", *names, *options) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1
