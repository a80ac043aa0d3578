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
from analysis.sensitive.anchors import anchored_prevalence
from analysis.sensitive.list_checks import ListChecks, list_checks
from analysis.sensitive.list_counts import BothLists, ListPrevalence, both_lists, list_from_counts
from analysis.sensitive.lists import double_list_experiment, list_experiment
from analysis.sensitive.prevalence import Prevalence, prevalence, prevalence_from_counts
from analysis.sensitive.randomisers import (
    Randomiser,
    crosswise,
    forced_response,
    garbled,
    mirrored,
    triangular,
    unrelated_question,
)
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
    "BothLists",
    "Change",
    "Contrasts",
    "Crosstab",
    "DesignError",
    "Estimates",
    "Figures",
    "ListChecks",
    "ListPrevalence",
    "Margins",
    "Prevalence",
    "Randomiser",
    "Regression",
    "ReplicateSample",
    "Sample",
    "SmallAreas",
    "SurveyDesign",
    "TestResult",
    "WeightingReport",
    "anchored_prevalence",
    "as_replicate_sample",
    "benchmark",
    "benjamini_hochberg",
    "both_lists",
    "calibrate",
    "change",
    "combine",
    "contrast",
    "cronbach_alpha",
    "crosstab",
    "crosswise",
    "domain_t",
    "double_list_experiment",
    "effective_size",
    "fay_herriot",
    "fixed_mix",
    "forced_response",
    "garbled",
    "holm",
    "linear_regression",
    "list_checks",
    "list_experiment",
    "list_from_counts",
    "logistic_regression",
    "make_replicate_sample",
    "make_sample",
    "mean",
    "mirrored",
    "ordinal_regression",
    "post_stratify",
    "predictive_margins",
    "prevalence",
    "prevalence_from_counts",
    "proportion",
    "quantile",
    "rake",
    "rao_scott",
    "ratio",
    "term_test",
    "total",
    "triangular",
    "trim",
    "unrelated_question",
    "weighting_report",
]
