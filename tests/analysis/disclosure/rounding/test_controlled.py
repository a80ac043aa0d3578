"""Rounding: additive, next to the truth, as close as can be, and refused where somebody is known too closely."""

from itertools import product
from pathlib import Path

import numpy as np
import pytest

from analysis.disclosure.bounds import Ranges
from analysis.disclosure.cube import Cube, Table, cell_counts, incidence
from analysis.disclosure.nodes import Dimension
from analysis.disclosure.primary import Rules
from analysis.disclosure.rounding.controlled import attacked, rounded, rounded_ranges
from analysis.disclosure.search import UnsafeError
from tests.analysis.commands.test_tables import CELLS, read, run

PLACE = Dimension("place", ("province", "district"), (("N", "a"), ("N", "b"), ("S", "c")))
ANSWER = Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)
RULES = Rules(k=5, sensitive_k=5, base=0, raised=(), ladder=None)


def table(seed: int) -> Table:
    return Table(Cube((PLACE, ANSWER)), np.random.default_rng(seed).integers(0, 60, size=(3, 2)))


def ranges(number: int, base: int) -> tuple[float, float]:
    one = Cube((Dimension("all", ("all",), (("all",),)),))
    found: Ranges = rounded_ranges(one, [number], base, 5)
    return float(found.low[0]), float(found.high[0])


def test_existence_intervals_are_those_of_tau_argus() -> None:
    """User's manual 4.1, section 2.14, zero-restricted: [0, b - 1] for 0, and [a - b + 1, a + b - 1] for another a.

    Its example: with b = 5 a published 0 is 0 to 4, another number between plus and minus 4; 7 becomes 5 or 10.
    """
    assert ranges(0, 5) == (0, 4)
    assert ranges(15, 5) == (11, 19)
    one = Table(Cube((Dimension("all", ("all",), (("all",),)),)), np.array([7]))
    assert rounded(one, RULES, 5).counts == (5,)


@pytest.mark.parametrize("seed", range(6))
def test_numbers_add_up_and_are_the_closest_that_do(seed: int) -> None:
    truth, base = table(seed), 7
    made = np.array(rounded(truth, RULES, base).counts)
    counts, matrix = cell_counts(truth), incidence(truth.cube).toarray()
    inner = truth.counts.ravel()
    assert (made % base == 0).all()
    assert (np.abs(made - counts) < base).all()
    assert (made[counts % base == 0] == counts[counts % base == 0]).all()
    best = np.inf
    for ups in product((0, 1), repeat=len(inner)):
        sums = matrix @ (base * (inner // base + np.array(ups) * (inner % base > 0)))
        if (np.abs(sums - counts) < base).all():
            best = min(best, np.abs(sums - counts).sum())
        assert (sums != made).any() or np.abs(made - counts).sum() <= best
    assert np.abs(made - counts).sum() == best


def test_a_base_of_k_shows_that_few_people_are_few() -> None:
    few = Table(Cube((PLACE, ANSWER)), np.array([[1, 40], [20, 30], [25, 22]]))
    with pytest.raises(UnsafeError, match=r"Rounded to 5, .* first 'N / a / yes'; a larger base may do"):
        rounded(few, RULES, 5)
    assert rounded(few, RULES, 7).audit.passed


def made_of(truth: Table, base: int) -> np.ndarray | None:
    try:
        return np.array(rounded(truth, RULES, base).counts)
    except UnsafeError:
        return None


@pytest.mark.slow
def test_everybody_who_knows_the_bases_is_left_with_enough() -> None:
    """All tables of whole people that lead to the rounded numbers and have the bases, one by one."""
    tried = 0
    for seed in range(12):
        counts = np.random.default_rng(seed).integers(0, 14, size=(3, 2))
        truth = Table(Cube((PLACE, ANSWER)), counts)
        made = made_of(truth, 9)
        if made is not None and (counts < 5).any():
            tried += 1
            _judge(truth, made)
    assert tried >= 3


def _judge(truth: Table, made: np.ndarray) -> None:
    counts, matrix = cell_counts(truth), incidence(truth.cube).toarray()
    bases = truth.counts.sum(axis=1)
    fitting = np.array(
        [
            sums
            for answers in product(*(range(n + 1) for n in bases))
            for inner in [[[yes, n - yes] for yes, n in zip(answers, bases, strict=True)]]
            for sums in [matrix @ np.array(inner).ravel()]
            if (np.abs(sums - made) < 9).all()
        ]
    )
    base_of = np.repeat(counts[2::3], 3)
    for cell in range(len(counts)):
        if cell % 3 != 2 and counts[cell] < 5:
            assert fitting[:, cell].max() >= min(base_of[cell], max(5, counts[cell] + 2))
            assert fitting[:, cell].min() <= max(0, counts[cell] - 1)


def test_numbers_that_were_not_rounded_so_are_refused() -> None:
    truth = table(1)
    with pytest.raises(ValueError, match="multiple of the base next to the true one"):
        attacked(truth, RULES, cell_counts(truth) // 7 * 7 + 14, 7)
    with pytest.raises(ValueError, match="2 or more"):
        rounded(truth, RULES, 1)


PEOPLE = (
    '[[dimension]]\nname = "place"\ncolumns = ["province", "district"]\n'
    '[[dimension]]\nname = "answer"\nanswers = true\n'
)


def files(folder: Path, cube: str = PEOPLE) -> tuple[object, ...]:
    (folder / "cells.csv").write_text(CELLS)
    (folder / "cube.toml").write_text(cube)
    return "--cube", folder / "cube.toml", "--out", folder / "out.csv", "--base", 0


def test_a_table_is_rounded_and_attacked_at_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = files(tmp_path)
    assert run("protect", tmp_path / "cells.csv", *options, "--round-to", 7) == 0
    assert {row["status"] for row in read(tmp_path / "out.csv")} == {"rounded"}
    attack = ("attack", tmp_path / "out.csv", *options[:2], "--out", tmp_path / "b.csv", "--base", 0)
    assert (
        run(*attack, "--round-to", 7) == run(*attack, "--round-to", 7, "--truth", tmp_path / "cells.csv") == 0
    )
    assert all(float(row["high"]) - float(row["low"]) <= 12 for row in read(tmp_path / "b.csv"))
    assert run("protect", tmp_path / "cells.csv", *options, "--round-to", 4) == 1
    assert "a larger base may do" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("cube", "base", "words"),
    [
        (PEOPLE, 1, "no whole number from 2 on"),
        (PEOPLE + '[ladder]\n10 = ["Total"]\n', 7, "hides nothing"),
    ],
)
def test_what_cannot_be_rounded_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], cube: str, base: int, words: str
) -> None:
    try:
        code = run("protect", tmp_path / "cells.csv", *files(tmp_path, cube), "--round-to", base)
    except SystemExit as left:
        code = left.code
    assert code == 2
    assert words in capsys.readouterr().err


def test_an_attack_on_what_is_not_rounded_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = files(tmp_path)
    run("protect", tmp_path / "cells.csv", *options)
    assert (
        run("attack", tmp_path / "out.csv", *options[:2], "--out", tmp_path / "b.csv", "--round-to", 7) == 2
    )
    assert "Every status of a rounded table is rounded" in capsys.readouterr().err
