"""The command line of the estimates: what it prints and how it refuses."""

import subprocess
import sys
from functools import partial

import pytest

from analysis.commands import designs, main
from tests.analysis.commands.answers import answered
from tests.analysis.r_reference import FOLDER, r

STRATIFIED = ("--weights", "pw", "--strata", "stype")
CLUSTERED = ("--weights", "pw", "--cluster", "dnum")
APISTRAT, APICLUS1 = str(FOLDER / "apistrat.csv"), str(FOLDER / "apiclus1.csv")


@pytest.fixture
def run(capsys):
    """Run the command and return its exit code, its rows and its complaint."""
    return partial(answered, capsys)


def test_all_statistics_in_the_order_asked(run):
    code, rows, _ = run(
        *("estimate", APISTRAT, *STRATIFIED),
        *("--quantile", "api00:0.5", "--mean", "api00", "--proportion", "awards=Yes"),
        *("--total", "enroll", "--ratio", "api00/api99"),
    )
    assert code == 0
    assert [row["statistic"] for row in rows] == ["quantile", "mean", "proportion", "total", "ratio"]
    assert list(rows[0]) == [
        *("statistic", "variable", "level", "n", "estimate", "se"),
        *("ci_low", "ci_high", "df", "deff", "note"),
    ]
    # svymean(~api00, d, deff = TRUE) and its interval
    expected = r("A02-strat", "svymean(~api00, d, deff = TRUE)")
    mean = rows[1]
    assert float(mean["se"]) == pytest.approx(expected["se", "api00"], rel=1e-9)
    assert float(mean["deff"]) == pytest.approx(expected["deff", "api00"], rel=1e-9)
    assert (mean["n"], mean["df"], mean["level"]) == ("200", "197", "")
    # svyciprop(~I(awards == "Yes"), d): the logit interval is the default
    expected = r("C01-strat", "svyciprop(~I(awards == \"Yes\"), d, method='logit')")
    assert float(rows[2]["ci_low"]) == pytest.approx(expected["ci_low", "logit"], rel=1e-6)
    assert (rows[2]["level"], rows[0]["level"]) == ("Yes", "0.5")


def test_domains_come_first_and_keep_the_design(run):
    _, rows, _ = run("estimate", APICLUS1, *CLUSTERED, "--mean", "api00", "--by", "stype,awards")
    assert list(rows[0])[:3] == ["stype", "awards", "statistic"]
    # svymean(~api00, subset(d, comp.imp == "Yes")) is not svymean of the filtered rows
    _, rows, _ = run("estimate", APICLUS1, *CLUSTERED, "--mean", "api00", "--where", "comp.imp=Yes")
    expected = r("B05-clus1", 'svymean(~api00, subset(d, comp.imp == "Yes"))')
    assert float(rows[0]["se"]) == pytest.approx(expected["se", "api00"], rel=1e-9)


def test_what_cannot_be_said_is_empty_with_a_note(run):
    _, rows, _ = run("estimate", APICLUS1, *CLUSTERED, "--mean", "api00", "--where", "stype=X")
    assert (rows[0]["n"], rows[0]["estimate"], rows[0]["se"]) == ("0", "", "")
    assert rows[0]["note"] == "not estimable: no answers in this domain"


def test_every_level_of_a_column(run):
    _, rows, _ = run("estimate", APISTRAT, *STRATIFIED, "--proportion", "awards")
    assert [row["level"] for row in rows] == ["No", "Yes"]


def test_weights_follow_from_two_stages_of_populations(run):
    arguments = ("--cluster", "id1,id2", "--fpc", "n1,n2", "--total", "y1")
    _, rows, _ = run("estimate", str(FOLDER / "mu284.csv"), *arguments)
    # svytotal(~y1, dmu284): 15080, variance 5172234
    assert float(rows[0]["estimate"]) == pytest.approx(15080)
    assert float(rows[0]["se"]) ** 2 == pytest.approx(5172234, abs=0.5)


def test_raking_and_post_stratifying(run, tmp_path):
    types = "variable,level,total\nstype,E,4421\nstype,H,755\nstype,M,1018\n"
    margins = tmp_path / "margins.csv"
    margins.write_text(types)
    _, rows, _ = run("estimate", APICLUS1, *CLUSTERED, "--mean", "api00", "--poststratify", str(margins))
    assert float(rows[0]["se"]) == pytest.approx(
        24.1610605815, rel=1e-6
    )  # svymean(~api00, postStratify(...))
    margins.write_text(types + "sch.wide,No,1072\nsch.wide,Yes,5122\n")
    _, rows, _ = run("estimate", APICLUS1, *CLUSTERED, "--mean", "api00", "--rake", str(margins))
    assert float(rows[0]["estimate"]) == pytest.approx(641.230320927, rel=1e-6)  # svymean(~api00, rake(...))
    assert float(rows[0]["se"]) == pytest.approx(23.9420099146, rel=1e-3)
    code, _, complaint = run("estimate", APICLUS1, "--mean", "api00", "--poststratify", str(margins))
    assert (code, "one variable, not 2" in complaint) == (2, True)


def test_figures_can_be_written_to_a_file(run, tmp_path):
    target = tmp_path / "figures.csv"
    code, rows, _ = run("estimate", APISTRAT, *STRATIFIED, "--mean", "api00", "--out", str(target))
    assert (code, rows) == (0, [])
    assert target.read_text().splitlines()[1].startswith("mean,api00,,200,662.287363159")


def test_tests_by_domain_with_adjusted_p_values(run):
    # svychisq(~awards + stype, d, statistic = 'F'); svyttest(api00 ~ comp.imp, d)
    arguments = ("--rao-scott", "awards,stype", "--difference", "api00,comp.imp")
    _, rows, _ = run("test", APICLUS1, *CLUSTERED, *arguments)
    expected = r("D01-clus1", "svychisq(~awards+stype, d, statistic='F')")
    assert float(rows[0]["p"]) == pytest.approx(expected["p", "F"], rel=1e-6)
    assert float(rows[1]["p"]) == pytest.approx(0.376418852012, rel=1e-6)
    _, rows, _ = run("test", APISTRAT, *STRATIFIED, "--rao-scott", "sch.wide,comp.imp", "--by", "stype")
    assert [row["stype"] for row in rows] == ["E", "H", "M"]
    assert max(float(row["p"]) for row in rows) == max(float(row["p_adjusted"]) for row in rows)
    assert sum(float(row["p"]) for row in rows) < sum(float(row["p_adjusted"]) for row in rows)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("estimate", APISTRAT, "--mean", "api0"), "column 'api0' is not in the data"),
        (("estimate", APISTRAT, "--mean", "sname"), "row 1 (line 2), column 'sname': 'Open Magnet: Center"),
        (("estimate", APISTRAT, "--mean", "api00", "--weights", "growth"), "column 'growth': the weight -"),
        (
            ("estimate", APICLUS1, "--mean", "api00", "--cluster", "dnum", "--strata", "stype"),
            "row 2 (line 3)",
        ),
        (("estimate", APISTRAT, "--proportion", "awards=Si"), "column 'awards' has no value 'Si'"),
        (("estimate", APISTRAT, "--mean", "api00", "--level", "95"), "between 0 and 1, not 95"),
        (("estimate", APISTRAT, "--quantile", "api00"), "--quantile needs V:P"),
        (("estimate", APISTRAT, "--ratio", "api00"), "--ratio needs A/B"),
        (("estimate", APISTRAT, "--mean", "api00", "--where", "stype"), "'stype' is not COL=VALUE"),
        (("estimate", APISTRAT), "say what is asked: one of --mean"),
        (("estimate", "nowhere.csv", "--mean", "y"), "nowhere.csv: there is no such file"),
        (("estimate", APISTRAT, "--mean", "api00", "--lonely", "hope"), "invalid choice: 'hope'"),
        (("test", APISTRAT, "--rao-scott", "awards"), "--rao-scott needs two columns"),
        (("guess", APISTRAT), "invalid choice: 'guess'"),
        ((), "the following arguments are required: SUBCOMMAND"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(run, arguments, message):
    code, rows, complaint = run(*arguments)
    assert code == 2
    assert rows == []
    assert message in complaint
    assert complaint.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n3,4,5\n", "Expected 2 fields in line 3, saw 3"),
        ("a,b\n1,2,3\n4,5,6\n", "row 1 (line 2) has more values"),
        ("a,b\n", "the data has no rows"),
        ("", "not a CSV file"),
        ('a,b\n1,"2\n', "not a CSV file"),
        ("a,b\n1,2\nx,3\n", "row 2 (line 3), column 'a': 'x' is not a number"),
    ],
)
def test_a_file_that_is_no_table_is_refused(run, tmp_path, text, message):
    target = tmp_path / "data.csv"
    target.write_text(text)
    code, _, complaint = run("estimate", str(target), "--mean", "a")
    assert code == 2
    assert message in complaint
    assert complaint.count("\n") == 1


def test_of_a_large_file_only_what_is_named_is_read(run, monkeypatch):
    whole = run("estimate", APISTRAT, *STRATIFIED, "--ratio", "api00/api99", "--by", "awards")
    monkeypatch.setattr(designs, "LARGE_FILE", 0)
    assert run("estimate", APISTRAT, *STRATIFIED, "--ratio", "api00/api99", "--by", "awards") == whole


def test_a_subcommand_whose_module_is_missing_leaves_the_others_whole(run, monkeypatch):
    monkeypatch.setitem(main.SUBCOMMANDS, "dream", ("analysis.dreams", "add_dream", "not there"))
    code, rows, _ = run("estimate", APISTRAT, "--mean", "api00")
    assert (code, len(rows)) == (0, 1)


@pytest.mark.slow
def test_it_runs_as_a_module():
    done = subprocess.run(
        [sys.executable, "-m", "analysis", "estimate", APISTRAT, "--mean", "api00"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0
    assert done.stdout.splitlines()[1].startswith("mean,api00,,200,")


def test_a_level_of_nobody_does_not_cost_the_other_figures(run):
    code, rows, _ = run("estimate", APISTRAT, *STRATIFIED, "--proportion", "awards=Si", "--mean", "api00")
    assert code == 0
    assert [(row["estimate"], row["ci_low"]) for row in rows[:1]] == [("0", "0")]
    assert rows[0]["note"].startswith("nobody in the data has this value")
    assert rows[1]["statistic"] == "mean"


def test_a_column_named_twice_may_have_either_value(run):
    arguments = ("estimate", APISTRAT, *STRATIFIED, "--mean", "api00")
    _, rows, _ = run(*arguments, "--where", "stype=E", "--where", "stype=H")
    assert rows[0]["n"] == "150"


def test_a_name_in_the_heading_twice_is_refused_where_it_is_used(run, tmp_path):
    target = tmp_path / "data.csv"
    target.write_text("a,b,b\n1,2,3\n3,4,5\n")
    assert run("estimate", str(target), "--mean", "a")[0] == 0
    code, _, complaint = run("estimate", str(target), "--mean", "b")
    assert (code, "column 'b' is in the heading more than once" in complaint) == (2, True)


def test_raking_may_keep_rows_without_a_value(run, tmp_path):
    target, margins = tmp_path / "data.csv", tmp_path / "margins.csv"
    target.write_text("y,sex\n1,f\n2,m\n3,m\n4,\n")
    margins.write_text("variable,level,total\nsex,f,60\nsex,m,40\n")
    arguments = ("estimate", str(target), "--mean", "y", "--rake", str(margins))
    assert run(*arguments)[0] == 2
    _, rows, _ = run(*arguments, "--missing", "own level")
    # (45 · 1 + 15 · 2 + 15 · 3 + 25 · 4) / 100
    assert float(rows[0]["estimate"]) == pytest.approx(2.2)


def test_a_two_way_table(run):
    code, rows, _ = run("crosstab", APICLUS1, *CLUSTERED, "--of", "stype,awards")
    assert code == 0
    assert list(rows[0]) == [
        *("stype", "awards", "share of", "n", "estimate", "se", "ci_low", "ci_high", "df", "deff", "note")
    ]
    assert [row["share of"] for row in rows] == ["all"] * 6 + ["row"] * 6 + ["column"] * 6
    assert sum(float(row["estimate"]) for row in rows[:6]) == pytest.approx(1)
    _, rows, _ = run("crosstab", APISTRAT, *STRATIFIED, "--of", "awards,sch.wide", "--by", "stype")
    assert [row["stype"] for row in rows] == ["E"] * 12 + ["H"] * 12 + ["M"] * 12
    code, _, complaint = run("crosstab", APISTRAT, "--of", "awards")
    assert (code, "--of needs two columns" in complaint) == (2, True)


def test_the_statistic_of_a_test_is_chosen(run):
    arguments = ("test", APICLUS1, *CLUSTERED, "--rao-scott", "awards,stype", "--statistic", "Chisq")
    _, rows, _ = run(*arguments)
    # svychisq(~awards + stype, d, statistic = 'Chisq')
    expected = r("D01-clus1", "svychisq(~awards+stype, d, statistic='Chisq')")
    assert float(rows[0]["statistic"]) == pytest.approx(expected["statistic", "Chisq"], rel=1e-6)
    assert (rows[0]["test"], rows[0]["df_denominator"]) == ("rao-scott Chisq", "")


def test_the_rule_and_the_limits_of_quantiles_are_chosen(run):
    arguments = ("estimate", APISTRAT, *STRATIFIED, "--quantile", "api00:0.9", "--rule", "hf7")
    # svyquantile(~api00, d, 0.9, qrule = 'hf7')
    expected = r("F01-strat", "svyquantile(~api00, d, 0.9, qrule='hf7')")
    _, rows, _ = run(*arguments)
    assert float(rows[0]["estimate"]) == pytest.approx(expected["quantile", "hf7:0.9"], rel=1e-9)
    assert float(rows[0]["ci_low"]) == pytest.approx(expected["ci.2.5", "hf7:0.9"], rel=1e-9)
    _, other, _ = run(*arguments, "--limits", "beta")
    assert other[0]["estimate"] == rows[0]["estimate"]
    assert other[0]["ci_low"] != rows[0]["ci_low"]
