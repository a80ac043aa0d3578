"""Replicate weights on the command line, given in columns or made from a design."""

from functools import partial

import pandas as pd
import pytest

from analysis.commands import designs
from tests.analysis.commands.answers import answered
from tests.analysis.r_tables import FOLDER, figures

APICLUS1, PAIRS = str(FOLDER / "apiclus1.csv"), str(FOLDER / "pairs.csv")


@pytest.fixture
def run(capsys):
    """Run the command and return its exit code, its rows and its complaint."""
    return partial(answered, capsys)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("JK1", (APICLUS1, "--cluster", "dnum", "--make-replicates", "JK1")),
        ("JK1 mse", (APICLUS1, "--cluster", "dnum", "--make-replicates", "JK1", "--mse")),
        (
            "Fay",
            (PAIRS, "--strata", "stratum", "--cluster", "psu", "--make-replicates", "Fay", "--rho", "0.3"),
        ),
    ],
)
def test_weights_that_are_made(run, name, arguments):
    # svymean(~api00, as.svrepdesign(d, type = "JK1"))
    _, rows, _ = run("estimate", *arguments, "--weights", "pw", "--mean", "api00", "--ratio", "api00/enroll")
    for row, case, level in zip(rows, ("means", "ratios"), ("api00", "api00/enroll"), strict=True):
        assert float(row["se"]) == pytest.approx(figures(case, name)["se", level], rel=1e-6)


@pytest.mark.parametrize("limit", [designs.LARGE_FILE, 0])
def test_weights_that_are_given(run, tmp_path, monkeypatch, limit):
    monkeypatch.setattr(designs, "LARGE_FILE", limit)
    target = tmp_path / "data.csv"
    parts = [pd.read_csv(FOLDER / name) for name in ("apiclus1.csv", "replicate_factors.csv")]
    pd.concat(parts, axis=1).to_csv(target, index=False)
    arguments = (str(target), "--weights", "pw", "--replicates", "sub*", "--factors", "--mse")
    scale = ("--scale", str(1 / 11), "--rscales", ",".join("1" * 12))
    _, rows, _ = run("estimate", *arguments, *scale, "--proportion", "awards", "--quantile", "api00:0.53")
    # svymean(~awards, d) and svyquantile(~api00, d, 0.53) of (n-1) bootstrap weights
    known = figures("shares", "subbootstrap")
    assert float(rows[1]["se"]) == pytest.approx(known["se", "awardsYes"], rel=1e-6)
    known = figures("quantiles", "subbootstrap")
    assert float(rows[2]["se"]) == pytest.approx(known["se", "math:mean:0.53"], rel=1e-6)
    _, rows, _ = run("test", *arguments, *scale, "--rao-scott", "awards,stype")
    assert float(rows[0]["p"]) == pytest.approx(figures("tests", "subbootstrap")["p", "F"], rel=1e-6)
    _, rows, _ = run("crosstab", *arguments, *scale, "--of", "stype,awards")
    assert len(rows) == 18


def test_a_bootstrap_is_drawn_again_from_its_seed(run):
    arguments = ("estimate", APICLUS1, "--weights", "pw", "--cluster", "dnum", "--mean", "api00")
    drawn = (*arguments, "--make-replicates", "bootstrap", "--sets", "30", "--seed")
    assert run(*drawn, "5") == run(*drawn, "5")
    assert run(*drawn, "5") != run(*drawn, "6")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("estimate", "--mean", "api00", "--replicates", "api*"), "--replicates needs --weights"),
        (
            ("estimate", "--mean", "api00", "--weights", "pw", "--replicates", "api*", "--rscales", "1,b"),
            "--rscales needs numbers, not '1,b'",
        ),
        (
            ("test", "--difference", "api00,awards", "--make-replicates", "JK1"),
            "not made with replicate weights",
        ),
    ],
)
def test_what_does_not_suit_is_one_line(run, arguments, message):
    code, rows, complaint = run(arguments[0], APICLUS1, *arguments[1:])
    assert (code, rows) == (2, [])
    assert message in complaint


def test_every_set_is_raked(run, tmp_path):
    margins = tmp_path / "margins.csv"
    types = "variable,level,total\nstype,E,4421\nstype,H,755\nstype,M,1018\n"
    margins.write_text(types + "sch.wide,No,1072\nsch.wide,Yes,5122\n")
    made = ("--weights", "pw", "--cluster", "dnum", "--make-replicates", "JK1")
    _, rows, _ = run("estimate", APICLUS1, *made, "--mean", "api00", "--rake", str(margins))
    # svymean(~api00, rake(as.svrepdesign(dclus1, type = "JK1"), ...))
    known = figures("raked", "JK1")
    assert float(rows[0]["se"]) == pytest.approx(known["se", "api00"], rel=1e-6)
