"""The command line of sensitive questions: what it prints and how it refuses."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis import (
    anchored_prevalence,
    as_replicate_sample,
    crosswise,
    forced_response,
    list_checks,
    list_experiment,
    make_sample,
    prevalence,
)
from tests.analysis.commands.answers import answered
from tests.analysis.r_reference import FOLDER

PEOPLE = FOLDER / "sensitive_people.csv"
DESIGN = ("--weights", "weight", "--strata", "stratum", "--cluster", "cluster")
SAMPLE = make_sample(pd.read_csv(PEOPLE), weights="weight", strata="stratum", clusters="cluster")
SAID = ("--recorded", "said=1", "--hidden-by", "forced-response:2/3,1/6")
LIST = ("--list", "count", "--arm", "arm=1", "--items", "3")


@pytest.fixture
def run(capsys):
    """Run the command and return its exit code, its rows and its complaint."""

    def run(*arguments, data=PEOPLE):
        return answered(capsys, "sensitive", str(data), *arguments)

    return run


def figures(rows, part):
    return [[float(row[name]) for name in ("estimate", "se")] for row in rows if row["part"] == part]


def test_prevalences_by_domain_and_the_design(run):
    code, rows, _ = run(*SAID, *DESIGN, "--by", "group")
    assert code == 0
    found = prevalence(SAMPLE, "said", 1, forced_response(2 / 3, 1 / 6), by="group")
    assert figures(rows, "prevalence") == [
        pytest.approx(pair) for pair in zip(found.estimate, found.se, strict=True)
    ]
    assert [row["group"] for row in rows] == ["a", "b", "", "", ""]
    assert [row["name"] for row in rows[2:]] == ["slope", "base", "epsilon"]
    assert float(rows[-1]["estimate"]) == pytest.approx(1.6094379)
    code, rows, _ = run("--recorded", "said=1", "--hidden-by", "triangular:0.25")
    assert (rows[-1]["estimate"], rows[-1]["note"]) == ("", "infinite: one of the two answers is certain")


def test_an_anchor(run):
    asked = ("--recorded", "same=1", "--hidden-by", "crosswise:0.15")
    code, rows, _ = run(
        *asked, "--anchor", "anchor=1", "--anchor-hidden-by", "crosswise:1/5", *DESIGN, "--where", "group=a"
    )
    found = anchored_prevalence(
        SAMPLE, ("same", 1), crosswise(0.15), ("anchor", 1), crosswise(0.2), where={"group": "a"}
    )
    assert code == 0
    assert [row["name"] for row in rows[:3]] == ["as recorded", "corrected", "attentive"]
    assert figures(rows, "prevalence") == [
        pytest.approx(pair) for pair in zip(found.estimate, found.se, strict=True)
    ]
    known = run(*asked, "--anchor", "anchor=1", "--anchor-prevalence", "1/10")[1]
    assert known[0]["estimate"] != known[1]["estimate"]


def test_a_list_and_its_checks(run):
    code, rows, _ = run(*LIST, *DESIGN, "--by", "group")
    assert code == 0
    assert [row["part"] for row in rows] == ["list"] * 2 + ["check"] * 15
    checks = list_checks(SAMPLE, "count", ("arm", 1), 3)
    assert figures(rows[2:10], "check") == [
        pytest.approx(pair) for pair in zip(checks.share, checks.se, strict=True)
    ]
    assert float(rows[-1]["p"]) == checks.p
    code, rows, _ = run("--list", "count,other", *LIST[2:], *DESIGN)
    assert [row["name"] for row in rows] == ["count", "other", "both lists", "first list less second"]


def test_replicate_weights_are_options_as_of_any_figure(run):
    made = as_replicate_sample(SAMPLE, "JKn")
    jackknife = (*DESIGN, "--make-replicates", "JKn")
    code, rows, _ = run(*SAID, *jackknife)
    found = prevalence(made, "said", 1, forced_response(2 / 3, 1 / 6))
    assert (code, figures(rows, "prevalence")) == (0, [pytest.approx([found.estimate[0], found.se[0]])])
    rows = run(*LIST, *jackknife)[1]
    found, checks = list_experiment(made, "count", ("arm", 1), 3), list_checks(made, "count", ("arm", 1), 3)
    assert figures(rows, "list") == [pytest.approx([found.estimate[0], found.se[0]])]
    assert float(rows[-1]["p"]) == pytest.approx(checks.p)


def test_what_cannot_be_checked_costs_the_figures_nothing(run, tmp_path):
    data = tmp_path / "one.csv"
    data.write_text("y,arm,c\n1,1,a\n2,1,b\n0,0,a\n0,0,b\n", encoding="utf-8")
    code, rows, _ = run("--list", "y", "--arm", "arm=1", "--items", "2", data=data)
    assert (code, rows[0]["estimate"], rows[1]["name"]) == (0, "", "none")
    assert "not estimable" in rows[0]["note"]
    assert "not estimable" in rows[1]["note"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--recorded", "said=1", "--hidden-by", "mirrored:1/2"), "says nothing"),
        (("--recorded", "said=1", "--hidden-by", "mirrored:1/2,3"), "another number of probabilities"),
        (("--recorded", "said=1", "--hidden-by", "mirrored:1/0"), "'1/0' is no number"),
        (("--recorded", "said=1", "--hidden-by", "dice:1/6"), "'dice' is none of forced-response"),
        (("--recorded", "said=1"), "needs --hidden-by"),
        (("--recorded", "said"), "'said' is not COL=VALUE"),
        ((*SAID, "--anchor-hidden-by", "crosswise:1/6"), "needs --anchor"),
        ((*SAID, "--items", "3"), "--items belongs to --list"),
        (("--list", "count", "--arm", "arm=1"), "needs --arm and --items"),
        ((*LIST, "--anchor", "anchor=1"), "--anchor belongs to --recorded"),
        (("--list", "count,other,said", *LIST[2:]), "one column or two"),
        (("--list", "count", "--arm", "arm=0", "--items", "3"), "row 4 (line 5), column 'count'"),
        (("--recorded", "saids=1", *SAID[2:]), "'saids'"),
        ((), "one of the arguments --recorded --list is required"),
    ],
)
def test_refusals_are_one_line(run, arguments, complaint):
    code, rows, said = run(*arguments)
    assert (code, rows) == (2, [])
    assert complaint in said
    assert said.count("\n") == 1
