"""The subcommand regression: coefficients, tests of terms and predictive margins from a CSV file, as CSV."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable
from typing import Any

from analysis.columns import DesignError
from analysis.commands.designs import add_common, asked_sample, listed, pair, write_rows
from analysis.estimation.domains import domains_of
from analysis.estimation.estimates import AnySample
from analysis.models.regression.fitting import linear_regression, logistic_regression, ordinal_regression
from analysis.models.regression.margins import predictive_margins
from analysis.models.regression.results import Regression
from analysis.models.regression.term_tests import METHODS, term_test

COLUMNS = (
    *("part", "name", "n", "estimate", "se", "ci_low", "ci_high"),
    *("statistic", "df_numerator", "df", "p", "odds_ratio", "note"),
)


def add_regression(subparsers: Any) -> None:
    """Add the subcommand that fits a regression."""
    parser = subparsers.add_parser(
        "regression", help="regression with standard errors that respect the design"
    )
    add_common(parser)
    outcome = parser.add_mutually_exclusive_group(required=True)
    outcome.add_argument("--linear", metavar="V", help="regress a number")
    outcome.add_argument(
        "--logistic", metavar="V=LEVEL", help="regress the chance of an answer; V alone has 0 and 1"
    )
    outcome.add_argument("--ordinal", metavar="V", help="regress ordered answers, by proportional odds")
    model = parser.add_argument_group("the model")
    model.add_argument(
        "--terms",
        metavar="T,…",
        type=listed,
        required=True,
        help="columns; A:B an interaction, A*B both with it",
    )
    model.add_argument(
        "--reference",
        metavar="COL=VALUE",
        action="append",
        type=pair,
        help="what other levels are compared with",
    )
    model.add_argument(
        "--factor", metavar="COL,…", type=listed, default=(), help="columns of numbers that are factors"
    )
    model.add_argument(
        "--order", metavar="LEVEL,…", type=listed, default=(), help="of --ordinal, from low to high"
    )
    parts = parser.add_argument_group("what else to make of it (each may be given more than once)")
    parts.add_argument(
        "--test", metavar="T,…", action="append", type=listed, default=[], help="leave terms out, together"
    )
    parts.add_argument("--method", choices=METHODS, default=METHODS[0], help="of the tests (default: wald)")
    parts.add_argument(
        "--margins",
        metavar="V[=X,…]",
        action="append",
        default=[],
        help="predictive margins of a column, at its levels",
    )
    parser.set_defaults(run=regression)


def regression(options: argparse.Namespace) -> int:
    """Fit the model that the options ask, in each domain, and write its figures."""
    outcome = options.linear or options.logistic or options.ordinal
    if options.order and not options.ordinal:
        raise DesignError("--order is for --ordinal")
    named = [outcome, *options.terms, *(name for name, _ in options.reference or ()), *options.factor]
    options.asked = [("column", part) for text in named for part in (text, *re.split("[*]", text))]
    sample = asked_sample(options)
    domains = domains_of(sample, options.by, options.where)
    rows: list[list[Any]] = []
    refusals: list[DesignError] = []
    for place, names in enumerate(domains.names):
        try:
            found = list(_rows(_fitted(sample, domains.code == place, options), options))
        except DesignError as refusal:
            refusals.append(refusal)
            found = [["none", outcome, *("" for _ in COLUMNS[3:]), str(refusal)]]
        rows.extend([*names, *row] for row in found)
    # One domain that has no model costs the others nothing; a mistake in the command leaves no domain with one.
    if len(refusals) == len(domains.names):
        raise refusals[0]
    write_rows(options, COLUMNS, rows)
    return 0


def _fitted(sample: AnySample, inside: Any, options: argparse.Namespace) -> Regression:
    asked: dict[str, Any] = {
        "reference": dict(options.reference or ()),
        "factors": options.factor,
        "where": inside,
        "level": options.level,
    }
    if options.linear:
        return linear_regression(sample, options.linear, options.terms, **asked)
    if options.ordinal:
        return ordinal_regression(sample, options.ordinal, options.terms, order=options.order, **asked)
    variable, equals, success = options.logistic.partition("=")
    answer = success if equals else None
    return logistic_regression(sample, variable, options.terms, success=answer, **asked)


def _rows(found: Regression, options: argparse.Namespace) -> Iterable[list[Any]]:
    """Yield the coefficients, then the tests, then the margins; a cell that a part does not have is empty."""
    for row in found.to_frame().to_dict("records"):
        figures = [row[name] for name in ("n", "estimate", "se", "ci_low", "ci_high", "t")]
        yield [
            "coefficient",
            row["coefficient"],
            *figures,
            "",
            row["df"],
            row["p"],
            row.get("odds_ratio", ""),
            row["note"],
        ]
    for terms in options.test:
        test = term_test(found, terms, options.method)
        figures = [test.n, "", "", "", "", test.statistic, test.df_numerator, test.df_denominator, test.p]
        yield [test.test, ",".join(terms), *figures, "", test.note]
    for text in options.margins:
        variable, equals, values = text.partition("=")
        margins = predictive_margins(found, variable, listed(values) if equals else ())
        for row in margins.to_frame().to_dict("records"):
            name = f"{variable}={row['value']}" + (f": {row['answer']}" if row["answer"] else "")
            figures = [row[part] for part in ("n", "estimate", "se", "ci_low", "ci_high")]
            yield ["margin", name, *figures, "", "", row["df"], "", "", ""]
