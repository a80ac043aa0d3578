"""The command line of small areas: what it prints and how it refuses."""

import csv
from functools import partial

import pytest

from tests.analysis.commands.answers import answered
from tests.analysis.r_reference import FOLDER

MILK = str(FOLDER / "fay_herriot_data.csv")
DIRECT = ("--estimate", "yi", "--variance", "v")


@pytest.fixture
def run(capsys):
    """Run the command and return its exit code, its rows and its complaint."""
    return partial(answered, capsys, "small-areas")


def test_the_model_and_the_areas(run):
    code, rows, _ = run(MILK, *DIRECT, "--area", "SmallArea", "--terms", "MajorArea", "--factor", "MajorArea")
    assert code == 0
    assert [row["name"] for row in rows[:6]] == [
        *("between areas", "(intercept)", "MajorArea=2", "MajorArea=3", "MajorArea=4", "1")
    ]
    # fay_herriot_reml.csv: sae 1.3, REML
    with (FOLDER / "fay_herriot_reml.csv").open(encoding="utf-8") as file:
        expected = {(row["what"], row["area"]): float(row["value"]) for row in csv.DictReader(file)}
    assert float(rows[0]["estimate"]) == pytest.approx(expected["refvar", "0"], rel=1e-8)
    assert float(rows[1]["estimate"]) == pytest.approx(expected["beta0", "0"], rel=1e-8)
    assert len(rows) == 5 + 43
    for row in rows[5:]:
        assert float(row["estimate"]) == pytest.approx(expected["eblup", row["name"]], rel=1e-8)
        assert float(row["rmse"]) ** 2 == pytest.approx(expected["mse", row["name"]], rel=1e-8)
        assert 0 < float(row["direct_weight"]) < 1


def test_standard_errors_and_a_known_total(run, tmp_path):
    plain = run(MILK, *DIRECT)[1]
    code, rows, _ = run(MILK, "--estimate", "yi", "--se", "SD", "--sizes", "ni", "--total", "10000")
    assert code == 0
    factors = {
        round(float(a["estimate"]) / float(b["estimate"]), 9)
        for a, b in zip(rows[2:], plain[2:], strict=True)
    }
    assert len(factors) == 1
    assert rows[-1]["note"] == "benchmarked; the error is that of before"
    code, rows, _ = run(
        MILK, *DIRECT, "--sizes", "ni", "--total", "9e3", "--benchmark", "difference", "--method", "FH"
    )
    assert rows[0]["note"] == "FH"
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("y,se\n1,-1\n2,1\n4,1\n", encoding="utf-8")
    code, _, complaint = run(str(wrong), "--estimate", "y", "--se", "se")
    assert (code, "row 1 (line 2), column 'se': the standard error -1 is negative" in complaint) == (2, True)
    holes = tmp_path / "areas.csv"
    holes.write_text("y,v,area\n1,1,a\n,,b\n2,1,c\n4,1,d\n", encoding="utf-8")
    code, rows, _ = run(str(holes), "--estimate", "y", "--variance", "v", "--area", "area")
    assert (rows[3]["name"], rows[3]["direct"], rows[3]["direct_weight"]) == ("b", "", "0")
    assert rows[3]["note"] == "no direct estimate: the synthetic part alone"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((MILK,), "the following arguments are required: --estimate"),
        ((MILK, "--estimate", "yi"), "one of the arguments --variance --se is required"),
        ((MILK, *DIRECT, "--total", "5"), "--total and --sizes are given together"),
        ((MILK, *DIRECT, "--sizes", "ni"), "--total and --sizes are given together"),
        ((MILK, *DIRECT, "--terms", "nothing"), "column 'nothing' is not in the data"),
        ((MILK, *DIRECT, "--area", "MajorArea"), "column 'MajorArea': the area '1' is there twice"),
        ((MILK, *DIRECT, "--method", "MM"), "invalid choice: 'MM'"),
        (("nowhere.csv", *DIRECT), "nowhere.csv: there is no such file"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(run, arguments, message):
    code, rows, complaint = run(*arguments)
    assert code == 2
    assert rows == []
    assert message in complaint
    assert complaint.count("\n") == 1
