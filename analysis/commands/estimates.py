"""The subcommands estimate, crosstab and test: what is asked, and the figures as CSV."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from typing import Any

from analysis.association import STATISTICS as ASSOCIATIONS
from analysis.association import rao_scott
from analysis.columns import DesignError
from analysis.commands.designs import add_common, any_asked_sample, asked_sample, listed, write_rows
from analysis.crosstabs import crosstab
from analysis.estimation import estimates
from analysis.estimation.domains import domains_of
from analysis.estimation.estimates import AnySample
from analysis.estimation.quantile_rules import RULES, SHARE_LIMITS
from analysis.estimation.quantiles import OF_QUANTILES, quantile
from analysis.estimation.results import Estimates
from analysis.hypothesis_tests import ADJUSTMENTS, TestResult, domain_t
from analysis.intervals import PROPORTION_INTERVALS
from analysis.sample import Sample

ESTIMATE_COLUMNS = (
    *("statistic", "variable", "level", "n", "estimate", "se"),
    *("ci_low", "ci_high", "df", "deff", "note"),
)
TEST_COLUMNS = (
    *("test", "variables", "n", "statistic", "df_numerator", "df_denominator", "p", "p_adjusted"),
    *("difference", "se", "ci_low", "ci_high", "note"),
)


def add_estimate(subparsers: Any) -> None:
    """Add the subcommand that estimates figures."""
    parser = subparsers.add_parser("estimate", help="figures with standard errors that respect the design")
    add_common(parser)
    asked = parser.add_argument_group("what to estimate (each may be given more than once)")
    for kind, (metavar, text, _) in STATISTICS.items():
        _add_asked(asked, kind, metavar, text)
    _add_interval(parser)
    parser.add_argument("--rule", choices=RULES, default="math", help="of quantiles (default: math)")
    parser.add_argument(
        "--limits",
        choices=(*SHARE_LIMITS, OF_QUANTILES),
        default="mean",
        help="interval of quantiles (default: mean)",
    )
    parser.set_defaults(run=estimate)


def add_crosstab(subparsers: Any) -> None:
    """Add the subcommand that crosses two columns."""
    parser = subparsers.add_parser("crosstab", help="a two-way table of shares that respect the design")
    add_common(parser)
    parser.add_argument("--of", metavar="A,B", required=True, type=listed, help="the two columns")
    _add_interval(parser)
    parser.set_defaults(run=crosstabs)


def _add_interval(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--interval", choices=PROPORTION_INTERVALS, default="logit", help="of proportions (default: logit)"
    )


def add_test(subparsers: Any) -> None:
    """Add the subcommand that makes tests."""
    parser = subparsers.add_parser("test", help="tests of association and difference that respect the design")
    add_common(parser)
    asked = parser.add_argument_group("what to test (each may be given more than once)")
    for kind, (metavar, text) in TESTS.items():
        _add_asked(asked, kind, metavar, text)
    parser.add_argument(
        "--statistic", choices=ASSOCIATIONS, default="F", help="of --rao-scott, as R's svychisq (default: F)"
    )
    parser.add_argument(
        "--adjust",
        choices=ADJUSTMENTS,
        default="benjamini-hochberg",
        help="p-values within one test over --by",
    )
    parser.set_defaults(run=test)


def estimate(options: argparse.Namespace) -> int:
    """Estimate what the options ask and write the figures."""
    _check_asked(options, STATISTICS)
    sample = any_asked_sample(options)
    rows: list[list[Any]] = []
    options.alone = len(options.asked) == 1
    for kind, specification in options.asked:
        for result in STATISTICS[kind][2](sample, specification, options):
            rows.extend(_rows(result))
    write_rows(options, ESTIMATE_COLUMNS, rows)
    return 0


def crosstabs(options: argparse.Namespace) -> int:
    """Cross the two columns that the options name, in each domain, and write the shares."""
    options.asked = [("crosstab", ",".join(options.of))]
    if len(options.of) != 2:
        raise DesignError(f"--of needs two columns with a comma between them, not {','.join(options.of)!r}")
    sample = any_asked_sample(options)
    domains = domains_of(sample, options.by, options.where)
    rows: list[list[Any]] = []
    for number, names in enumerate(domains.names):
        inside = domains.code == number
        found = crosstab(sample, *options.of, where=inside, interval=options.interval, level=options.level)
        rows.extend([*names, *line] for line in found.to_frame().itertuples(index=False))
    write_rows(options, (*options.of, "share of", *ESTIMATE_COLUMNS[3:]), rows)
    return 0


def test(options: argparse.Namespace) -> int:
    """Make the tests that the options ask and write them."""
    _check_asked(options, TESTS)
    # A difference needs the design; tables are tested by replicate weights too.
    whole = any(kind == "difference" for kind, _ in options.asked)
    sample = asked_sample(options) if whole else any_asked_sample(options)
    domains = domains_of(sample, options.by, options.where)
    rows: list[list[Any]] = []
    for kind, specification in options.asked:
        found = [
            _test(sample, kind, specification, domains.code == d, options) for d in range(len(domains.names))
        ]
        adjusted = ADJUSTMENTS[options.adjust]([one.p for one in found])
        for names, one, p in zip(domains.names, found, adjusted, strict=True):
            figures = one.to_frame().iloc[0].to_dict() | {"p_adjusted": p}
            rows.append([*names, *(figures[column] for column in TEST_COLUMNS)])
    write_rows(options, TEST_COLUMNS, rows)
    return 0


def _test(
    sample: AnySample, kind: str, specification: str, inside: Any, options: argparse.Namespace
) -> TestResult:
    first, comma, second = specification.partition(",")
    if not comma:
        raise DesignError(f"--{kind} needs two columns with a comma between them, not {specification!r}")
    if kind == "rao-scott":
        return rao_scott(sample, first, second, where=inside, statistic=options.statistic)
    assert isinstance(sample, Sample)  # seen to above
    return domain_t(sample, first, second, where=inside, level=options.level)


def _means(sample: AnySample, specification: str, options: argparse.Namespace) -> Iterable[Estimates]:
    yield estimates.mean(sample, specification, by=options.by, where=options.where, level=options.level)


def _totals(sample: AnySample, specification: str, options: argparse.Namespace) -> Iterable[Estimates]:
    yield estimates.total(sample, specification, by=options.by, where=options.where, level=options.level)


def _proportions(sample: AnySample, specification: str, options: argparse.Namespace) -> Iterable[Estimates]:
    variable, equals, category = specification.partition("=")
    yield estimates.proportion(
        sample,
        variable,
        category if equals else None,
        by=options.by,
        where=options.where,
        interval=options.interval,
        level=options.level,
        absent=not options.alone,
    )


def _ratios(sample: AnySample, specification: str, options: argparse.Namespace) -> Iterable[Estimates]:
    above, slash, below = specification.partition("/")
    if not slash:
        raise DesignError(f"--ratio needs A/B, not {specification!r}")
    yield estimates.ratio(sample, above, below, by=options.by, where=options.where, level=options.level)


def _quantiles(sample: AnySample, specification: str, options: argparse.Namespace) -> Iterable[Estimates]:
    variable, colon, share = specification.rpartition(":")
    try:
        at = float(share)
    except ValueError:
        colon = ""
    if not colon:
        raise DesignError(f"--quantile needs V:P with P between 0 and 1, not {specification!r}")
    yield quantile(
        sample,
        variable,
        at,
        by=options.by,
        where=options.where,
        level=options.level,
        rule=options.rule,
        interval=options.limits,
    )


#: Statistics by the name of their option: what follows it, help, and how it is estimated.
STATISTICS = {
    "mean": ("V", "mean of a column", _means),
    "proportion": ("V=LEVEL", "share of a level; V alone gives every level", _proportions),
    "total": ("V", "total of a column", _totals),
    "ratio": ("A/B", "ratio of two totals", _ratios),
    "quantile": ("V:P", "quantile at share P", _quantiles),
}

TESTS = {
    "rao-scott": ("A,B", "independence of two columns, by default second-order Rao-Scott F"),
    "difference": ("V,GROUP", "means of a column in two groups, t"),
}


def _add_asked(group: Any, kind: str, metavar: str, text: str) -> None:
    """Add an option that keeps its place among the others asked for."""

    def named(specification: str) -> tuple[str, str]:
        return kind, specification

    group.add_argument(f"--{kind}", metavar=metavar, dest="asked", action="append", type=named, help=text)


def _check_asked(options: argparse.Namespace, kinds: Mapping[str, object]) -> None:
    if not options.asked:
        raise DesignError("say what is asked: one of " + ", ".join(f"--{kind}" for kind in kinds))


def _rows(result: Estimates) -> Iterable[list[Any]]:
    columns = [result.to_frame()[name].tolist() for name in ESTIMATE_COLUMNS]
    for domain, figures in zip(result.domains, zip(*columns, strict=True), strict=True):
        yield [*domain, *figures]
