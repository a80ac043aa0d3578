"""Estimates, intervals, tests and disclosure control for survey data: pandas in, values out."""

from analysis.columns import DesignError
from analysis.contrasts import Contrasts, contrast
from analysis.estimates import mean, proportion, ratio, total
from analysis.indicator_tables import IndicatorTable, count_indicators
from analysis.indicator_tables import tabulate as tabulate_indicator
from analysis.indicators import INDICATORS, Answers, Indicator
from analysis.quantiles import quantile
from analysis.results import Estimates
from analysis.rounds import Change, Figures, change, combine, fixed_mix
from analysis.sample import Sample, SurveyDesign, make_sample
from analysis.tests import TestResult, benjamini_hochberg, cronbach_alpha, domain_t, holm, rao_scott
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
    "INDICATORS",
    "Answers",
    "Change",
    "Contrasts",
    "DesignError",
    "Estimates",
    "Figures",
    "Indicator",
    "IndicatorTable",
    "Sample",
    "SurveyDesign",
    "TestResult",
    "WeightingReport",
    "benjamini_hochberg",
    "calibrate",
    "change",
    "combine",
    "contrast",
    "count_indicators",
    "cronbach_alpha",
    "domain_t",
    "effective_size",
    "fixed_mix",
    "holm",
    "make_sample",
    "mean",
    "post_stratify",
    "proportion",
    "quantile",
    "rake",
    "rao_scott",
    "ratio",
    "tabulate_indicator",
    "total",
    "trim",
    "weighting_report",
]
