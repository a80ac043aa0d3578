"""Estimates, intervals, tests and disclosure control for survey data: pandas in, values out."""

from analysis.association import rao_scott
from analysis.changes import Change, Figures, change, combine, fixed_mix
from analysis.columns import DesignError
from analysis.crosstabs import Crosstab, crosstab
from analysis.estimation.contrasts import Contrasts, contrast
from analysis.estimation.estimates import mean, proportion, ratio, total
from analysis.estimation.quantiles import quantile
from analysis.estimation.results import Estimates
from analysis.hypothesis_tests import (
    TestResult,
    benjamini_hochberg,
    cronbach_alpha,
    domain_t,
    holm,
)
from analysis.models.benchmarking import benchmark
from analysis.models.regression.fitting import linear_regression, logistic_regression, ordinal_regression
from analysis.models.regression.margins import Margins, predictive_margins
from analysis.models.regression.results import Regression
from analysis.models.regression.term_tests import term_test
from analysis.models.small_areas import SmallAreas, fay_herriot
from analysis.replicate_weights import ReplicateSample, as_replicate_sample, make_replicate_sample
from analysis.sample import Sample, SurveyDesign, make_sample
from analysis.weights import (
    WeightingReport,
    calibrate,
    effective_size,
    post_stratify,
    rake,
    trim,
    weighting_report,
)

__all__ = [
    "Change",
    "Contrasts",
    "Crosstab",
    "DesignError",
    "Estimates",
    "Figures",
    "Margins",
    "Regression",
    "ReplicateSample",
    "Sample",
    "SmallAreas",
    "SurveyDesign",
    "TestResult",
    "WeightingReport",
    "as_replicate_sample",
    "benchmark",
    "benjamini_hochberg",
    "calibrate",
    "change",
    "combine",
    "contrast",
    "cronbach_alpha",
    "crosstab",
    "domain_t",
    "effective_size",
    "fay_herriot",
    "fixed_mix",
    "holm",
    "linear_regression",
    "logistic_regression",
    "make_replicate_sample",
    "make_sample",
    "mean",
    "ordinal_regression",
    "post_stratify",
    "predictive_margins",
    "proportion",
    "quantile",
    "rake",
    "rao_scott",
    "ratio",
    "term_test",
    "total",
    "trim",
    "weighting_report",
]
