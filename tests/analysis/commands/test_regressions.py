"""The command line of regression: what it prints and how it refuses."""

import csv
from functools import partial

import pytest

from tests.analysis.commands.answers import answered
from tests.analysis.r_reference import FOLDER

APISTRAT = str(FOLDER / "apistrat.csv")
DESIGN = ("--weights", "pw", "--strata", "stype")


@pytest.fixture
def run(capsys):
    """Run the command and return its exit code, its rows and its complaint."""
    return partial(answered, capsys, "regression", APISTRAT)


@pytest.fixture(scope="module")
def expected():
    # svyglm(api00 ~ ell + meals + stype, design = strat), regTermTest and svypredmeans of it
    with (FOLDER / "reference_regression.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["design"] == "strat"]
    return {(row["model"], row["quantity"], row["name"]): float(row["value"]) for row in rows}


def test_coefficients_tests_and_margins(run, expected):
    code, rows, _ = run(
        *(*DESIGN, "--linear", "api00", "--terms", "ell, meals, stype"),
        *("--test", "stype", "--test", "meals,stype", "--margins", "stype", "--margins", "meals=0,50,100"),
    )
    assert code == 0
    assert [row["part"] for row in rows] == ["coefficient"] * 5 + ["wald"] * 2 + ["margin"] * 6
    assert [row["name"] for row in rows[3:8]] == ["stype=H", "stype=M", "stype", "meals,stype", "stype=E"]
    found = [float(rows[3][name]) for name in ("estimate", "se", "ci_low", "ci_high", "p")]
    names = ("estimate", "se", "ci_low", "ci_high", "p")
    assert found == pytest.approx([expected["linear", name, "stypeH"] for name in names], rel=1e-6)
    assert (rows[3]["n"], rows[3]["df"], rows[3]["odds_ratio"], rows[3]["note"]) == ("200", "193", "", "")
    assert float(rows[5]["statistic"]) == pytest.approx(
        expected["linear", "Wald statistic", "stype"], rel=1e-6
    )
    assert (rows[6]["df_numerator"], rows[6]["df"]) == ("3", "193")
    assert float(rows[7]["se"]) == pytest.approx(expected["linear_margin", "se", "stypeE"], rel=1e-6)


def test_odds_with_a_reference_and_another_test(run, expected):
    code, rows, _ = run(
        *(*DESIGN, "--logistic", "sch.wide=Yes", "--terms", "meals*mobility,stype", "--reference", "stype=M"),
        *("--test", "meals:mobility", "--method", "likelihood ratio"),
    )
    assert code == 0
    assert {row["name"] for row in rows[:6]} == {
        *("(intercept)", "meals", "mobility", "meals:mobility", "stype=E", "stype=H")
    }
    assert rows[0]["odds_ratio"] == ""
    assert float(rows[1]["odds_ratio"]) > 0
    assert rows[-1]["part"] == "likelihood ratio"
    code, rows, _ = run(*DESIGN, "--logistic", "sch.wide=Yes", "--terms", "ell,meals,stype")
    assert float(rows[1]["se"]) == pytest.approx(expected["logistic", "se", "ell"], rel=1e-6)


def test_ordered_answers_by_domain(run):
    code, rows, _ = run(
        *(*DESIGN, "--ordinal", "stype", "--order", "E,M,H", "--terms", "meals,mobility", "--by", "comp.imp"),
        *("--margins", "meals=50"),
    )
    assert code == 0
    assert [row["comp.imp"] for row in rows] == ["No"] * 7 + ["Yes"] * 7
    assert [row["name"] for row in rows[:7]] == [
        *("meals", "mobility", "E|M", "M|H"),
        *("meals=50: E", "meals=50: M", "meals=50: H"),
    ]
    assert sum(float(row["estimate"]) for row in rows[4:7]) == pytest.approx(1.0)


def test_a_domain_without_a_model_says_why_and_costs_the_others_nothing(run):
    code, rows, _ = run(*DESIGN, "--logistic", "awards=Yes", "--terms", "meals,ell", "--by", "comp.imp")
    assert code == 0
    assert [row["part"] for row in rows] == ["none", *["coefficient"] * 3]
    assert rows[0]["note"] == "column 'awards': all rows used give the same answer"
    assert rows[0]["n"] == rows[0]["p"] == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--linear", "api00"), "the following arguments are required: --terms"),
        (("--terms", "ell"), "one of the arguments --linear --logistic --ordinal is required"),
        (("--linear", "api00", "--terms", "nothing"), "column 'nothing' is not in the data"),
        (("--linear", "api00", "--terms", "ell,ell:meals"), "needs 'meals' as a term of its own"),
        (("--linear", "api00", "--terms", "ell", "--reference", "stype"), "'stype' is not COL=VALUE"),
        (("--linear", "api00", "--terms", "ell", "--order", "a,b"), "--order is for --ordinal"),
        (("--linear", "api00", "--terms", "ell", "--test", "meals"), "meals is no term of the regression"),
        (
            ("--linear", "api00", "--terms", "ell", "--margins", "ell"),
            "column 'ell' holds numbers: say at which",
        ),
        (("--linear", "api00", "--terms", "nothing", "--by", "stype"), "column 'nothing' is not in the data"),
        (("--linear", "sname", "--terms", "ell"), "row 1 (line 2), column 'sname': 'Open Magnet"),
        (("--logistic", "stype", "--terms", "ell"), "column 'stype'"),
        (("--logistic", "awards=Yes", "--terms", "sch.wide"), "perfect separation: sch.wide=Yes decides"),
        (("--ordinal", "stype", "--terms", "ell"), "say the order of its answers"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(run, arguments, message):
    code, rows, complaint = run(*DESIGN, *arguments)
    assert code == 2
    assert rows == []
    assert message in complaint
    assert complaint.count("\n") == 1
