# ruff: noqa: T201 - a notebook prints
# %% [markdown]
# # Estimates from a survey, cell by cell
#
# The file is plain Python with notebook cells: open it in an editor that knows `# %%`, or run it with
# `python -m docs.notebook_example` from the top folder. Data frames go in, frozen results come out, and `to_frame()` turns any
# result into a table.

# %%
from pathlib import Path

import pandas as pd

from analysis import (
    as_replicate_sample,
    benjamini_hochberg,
    contrast,
    crosstab,
    domain_t,
    linear_regression,
    make_sample,
    mean,
    predictive_margins,
    proportion,
    quantile,
    rake,
    rao_scott,
    ratio,
    term_test,
    total,
    weighting_report,
)

folder = Path(__file__).parent.parent / "tests" / "testdata"
schools = pd.read_csv(folder / "apiclus1.csv")

# %% [markdown]
# ## The design
#
# 15 school districts were drawn and every school in them was visited. Rows resemble each other within a district, so the
# district is the cluster. `fpc` holds the number of districts in the state, `pw` the weights.

# %%
sample = make_sample(schools, weights="pw", clusters="dnum", fpc="fpc")
overall = mean(sample, "api00")
print(overall.to_frame())

# %% [markdown]
# The design effect of 9.3 says that these 183 schools tell as much about the mean as 20 drawn one by one.

# %%
effective = overall.n[0] / overall.deff[0]
print(f"{overall.n[0]} schools are worth {effective:.0f}")

# %% [markdown]
# ## Shares, totals, ratios, quantiles, by group
#
# `by` makes domains. A domain is never a filter: districts without a high school still count in the variance.

# %%
print(proportion(sample, "awards", by="stype"))
print(mean(sample, ["api99", "api00"], where=schools["enroll"] > 500))
print(total(sample, "enroll"))
print(ratio(sample, "api00", "api99"))
print(quantile(sample, "api00", [0.25, 0.5, 0.75], by="stype"))

# %% [markdown]
# Where the data cannot give a standard error the table says why and shows none: a county with one district has no
# visible variation, which is not the same as having none.

# %%
counties = mean(sample, "api00", by="cname")
print(counties.to_frame()[["cname", "n", "estimate", "se", "note"]])

# %% [markdown]
# ## Comparisons
#
# Groups that share clusters are correlated. A contrast keeps that covariance if the estimates kept their influence
# values. Several comparisons are adjusted as one declared family.

# %%
levels = mean(sample, "api00", by="stype", keep_influence=True)
gaps = contrast(sample, levels, {"high less elementary": [-1, 1, 0], "middle less elementary": [-1, 0, 1]})
print(gaps.to_frame().assign(p_adjusted=benjamini_hochberg(gaps.p)))
print(rao_scott(sample, "awards", "stype"))
print(domain_t(sample, "api00", "comp.imp"))

# %% [markdown]
# ## Two-way tables
#
# Shares of all, of rows and of columns in one table, with the test whether the two answers have to do with each other.

# %%
print(crosstab(sample, "stype", "awards"))

# %% [markdown]
# ## Replicate weights
#
# The jackknife leaves out one district at a time and looks how the figures move. The same functions take weights that come
# with the data: `make_replicate_sample(frame, "w", "rep*", kind="BRR")`.

# %%
jackknife = as_replicate_sample(sample, "JK1")
print(mean(jackknife, "api00", by="stype"))

# %% [markdown]
# ## Regression
#
# Is the gap between school types still there between schools with equally many poor pupils? The coefficients hold the share of
# free meals; the test asks whether the type can be left out, and the margins say what each type would score if all schools
# were of it and kept their pupils.

# %%
gap = linear_regression(sample, "api00", ["meals", "stype"], reference={"stype": "E"})
print(gap)
print(term_test(gap, "stype", "likelihood ratio").to_frame())
print(predictive_margins(gap, "stype"))

# %% [markdown]
# ## Weighting to known totals
#
# The report says what the weights did: how far they were stretched, what that cost, and whether each total was met.

# %%
margins = {"stype": {"E": 4421, "H": 755, "M": 1018}, "sch.wide": {"No": 1072, "Yes": 5122}}
raked = rake(sample, margins)
report = weighting_report(sample, raked, margins)
print(report.to_frame())
print(f"{report.effective_before:.0f} equal weights became worth {report.effective_after:.0f}")
print(mean(raked, "api00").to_frame())
