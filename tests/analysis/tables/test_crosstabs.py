"""Two-way tables against R survey 4.5, and what they say of empty cells."""

import numpy as np
import pandas as pd
import pytest

from analysis import contrast, crosstab, make_sample, rao_scott
from analysis.columns import DesignError
from analysis.estimation.results import NOT_CHOSEN
from tests.analysis.r_tables import DESIGNS, design, figures

TIGHT = {"rel": 1e-6}
everywhere = pytest.mark.parametrize("name", sorted(DESIGNS))


def pairs(found):
    return [".".join(pair) for pair in found.domains]


@everywhere
def test_shares_of_all(name):
    # svymean(~interaction(stype, awards), d)
    expected = figures("cells", name)
    found = crosstab(design(name), "stype", "awards").cells
    levels = [f"interaction(stype, awards){pair}" for pair in pairs(found)]
    assert found.estimate == pytest.approx([expected["estimate", level] for level in levels], **TIGHT)
    assert found.se == pytest.approx([expected["se", level] for level in levels], **TIGHT)


@everywhere
def test_shares_of_all_in_a_domain(name):
    # svymean(~interaction(stype, awards), subset(d, sch.wide == "Yes"))
    expected = figures("cells of a domain", name)
    found = crosstab(design(name), "stype", "awards", where={"sch.wide": "Yes"}).cells
    levels = [f"interaction(stype, awards){pair}" for pair in pairs(found)]
    assert found.estimate == pytest.approx([expected["estimate", level] for level in levels], **TIGHT)
    assert found.se == pytest.approx([expected["se", level] for level in levels], **TIGHT)


@everywhere
def test_shares_of_rows_and_of_columns(name):
    # svyby(~awards, ~stype, d, svymean); svyby(~stype, ~awards, d, svymean)
    table = crosstab(design(name), "stype", "awards")
    for found, case, label in (
        (table.rows, "rows", "{0}:awards{1}"),
        (table.columns, "columns", "{1}:stype{0}"),
    ):
        expected = figures(case, name)
        levels = [label.format(*pair) for pair in found.domains]
        assert found.estimate == pytest.approx([expected["estimate", level] for level in levels], **TIGHT)
        assert found.se == pytest.approx([expected["se", level] for level in levels], **TIGHT)


def test_the_test_is_in_the_table():
    for statistic in ("F", "Wald"):
        table = crosstab(design("clus1"), "stype", "awards", statistic=statistic)
        assert table.test == rao_scott(design("clus1"), "stype", "awards", statistic=statistic)


def test_a_contrast_of_cells():
    table = crosstab(design("clus1"), "stype", "awards", keep_influence=True)
    found = contrast(design("clus1"), table.rows, {"high less elementary": [0, -1, 0, 1, 0, 0]})
    assert found.estimate[0] == pytest.approx(table.rows.estimate[3] - table.rows.estimate[1])
    assert 0 < found.se[0] < np.hypot(*table.rows.se[[1, 3]]) * 1.5


def test_a_cell_of_nobody_is_zero_with_an_exact_interval():
    frame = pd.DataFrame({"a": [*"xxyyy", None], "b": [*"pqqqqq"]})
    table = crosstab(make_sample(frame), "a", "b")
    assert table.cells.n.tolist() == [5] * 4
    assert table.cells.domains[2] == ("y", "p")
    assert (table.cells.estimate[2], table.cells.ci_low[2]) == (0, 0)
    # Nobody of five: one less the fifth root of 0.025 (Clopper and Pearson 1934).
    assert table.cells.ci_high[2] == pytest.approx(1 - 0.025 ** (1 / 5))
    assert table.cells.notes[2].startswith(NOT_CHOSEN)


def test_columns_may_have_any_name():
    frame = pd.DataFrame({"cell": [1, 1, 2, 2], "cell of": [*"abab"], "y": 1})
    assert crosstab(make_sample(frame), "cell", "cell of").cells.estimate.tolist() == [0.25] * 4


def test_a_table_is_shown_with_its_test():
    table = crosstab(design("clus1"), "stype", "awards")
    assert str(table).startswith("stype by awards, n = 183; rao-scott: 4.9")
    assert "<table" in table._repr_html_()
    assert len(table.to_frame()) == 18


def test_what_is_no_table_is_refused():
    frame = pd.DataFrame({"a": ["x", None], "b": [None, "y"]})
    with pytest.raises(DesignError, match="crossed with itself"):
        crosstab(make_sample(frame), "a", "a")
    with pytest.raises(DesignError, match="nobody has both 'a' and 'b'"):
        crosstab(make_sample(frame), "a", "b")
