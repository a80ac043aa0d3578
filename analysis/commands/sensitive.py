"""The subcommand sensitive: prevalence of answers that chance hides, and list experiments, from a CSV file, as CSV."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from analysis.columns import DesignError
from analysis.commands.designs import add_common, any_asked_sample, listed, pair, write_rows
from analysis.estimation.estimates import AnySample
from analysis.estimation.results import Estimates
from analysis.sensitive.anchors import anchored_prevalence
from analysis.sensitive.list_checks import list_checks
from analysis.sensitive.lists import double_list_experiment, list_experiment
from analysis.sensitive.prevalence import prevalence
from analysis.sensitive.randomisers import RANDOMISERS, Randomiser

COLUMNS = ("part", "name", "n", "estimate", "se", "ci_low", "ci_high", "df", "deff", "p", "note")


def add_sensitive(subparsers: Any) -> None:
    """Add the subcommand that estimates sensitive questions."""
    parser = subparsers.add_parser(
        "sensitive", help="sensitive questions: answers that chance hides, and lists"
    )
    add_common(parser)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--recorded", metavar="V=VALUE", type=pair, help="what was recorded, and what counts as 1"
    )
    what.add_argument(
        "--list", metavar="COUNT[,COUNT2]", type=listed, help="numbers of items; two of a double list"
    )
    hidden = parser.add_argument_group("with --recorded")
    hidden.add_argument(
        "--hidden-by",
        metavar="DESIGN:P,…",
        type=_design,
        help=f"{', '.join(RANDOMISERS)}, and its probabilities, such as forced-response:2/3,1/6",
    )
    hidden.add_argument("--anchor", metavar="V=VALUE", type=pair, help="a question whose truth is known")
    hidden.add_argument("--anchor-hidden-by", metavar="DESIGN:P,…", type=_design, help="if by another chance")
    hidden.add_argument(
        "--anchor-prevalence", metavar="P", type=_share, default=0.0, help="its truth (default: 0)"
    )
    lists = parser.add_argument_group("with --list")
    lists.add_argument(
        "--arm", metavar="COL=VALUE", type=pair, help="whose (first) list holds the sensitive item"
    )
    lists.add_argument("--items", metavar="N", type=int, help="items of a list without it")
    parser.set_defaults(run=sensitive)


def _share(text: str) -> float:
    try:
        return float(Fraction(text.strip()))
    except (ValueError, ZeroDivisionError) as problem:
        raise argparse.ArgumentTypeError(f"{text!r} is no number") from problem


def _design(text: str) -> Randomiser:
    """Return the design that a text such as forced-response:2/3,1/6 names."""
    name, _, shares = text.partition(":")
    if name not in RANDOMISERS:
        raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(RANDOMISERS)}")
    values = [_share(part) for part in shares.split(",")] if shares else []
    try:
        return RANDOMISERS[name](*values)
    except DesignError as refusal:
        raise argparse.ArgumentTypeError(str(refusal)) from refusal
    except TypeError as problem:
        raise argparse.ArgumentTypeError(f"{name} takes another number of probabilities") from problem


def sensitive(options: argparse.Namespace) -> int:
    """Estimate what the options ask and write it, checks last."""
    _refuse_halves(options)
    pairs = [one for one in (options.recorded, options.anchor, options.arm) if one]
    options.asked = [("column", name) for name in (*(name for name, _ in pairs), *(options.list or ()))]
    sample = any_asked_sample(options)
    rows = _hidden_rows(sample, options) if options.recorded else _list_rows(sample, options)
    write_rows(options, COLUMNS, list(rows))
    return 0


def _refuse_halves(options: argparse.Namespace) -> None:
    """Refuse what lacks a part, or has one that belongs to the other question."""
    if options.recorded and options.hidden_by is None:
        raise DesignError("--recorded needs --hidden-by, the chance that hides the answers")
    if options.list and (options.arm is None or options.items is None):
        raise DesignError("--list needs --arm and --items")
    if options.list and (len(options.list) > 2 or options.items < 1):
        raise DesignError("--list takes one column or two, --items at least 1")
    other = ("hidden_by", "anchor", "anchor_hidden_by") if options.list else ("arm", "items")
    for name in other:
        if getattr(options, name) is not None:
            raise DesignError(
                f"--{name.replace('_', '-')} belongs to --{'recorded' if options.list else 'list'}"
            )
    if options.anchor is None and options.anchor_hidden_by is not None:
        raise DesignError("--anchor-hidden-by needs --anchor")


def _hidden_rows(sample: AnySample, options: argparse.Namespace) -> Iterable[Sequence[Any]]:
    """Yield the prevalences, then what the design is."""
    common: dict[str, Any] = {"by": options.by, "where": options.where, "level": options.level}
    design = options.hidden_by
    if options.anchor:
        found = anchored_prevalence(
            sample,
            options.recorded,
            design,
            options.anchor,
            options.anchor_hidden_by,
            anchor_prevalence=options.anchor_prevalence,
            **common,
        )
    else:
        variable, value = options.recorded
        found = prevalence(sample, variable, value, design, **common)
    yield from _rows(found, "prevalence")
    blank = [""] * len(options.by)
    for name in ("slope", "base", "epsilon"):
        number = getattr(design, name)
        certain = "" if np.isfinite(number) else "infinite: one of the two answers is certain"
        yield [*blank, "design", name, "", number, *[""] * 6, certain]


def _list_rows(sample: AnySample, options: argparse.Namespace) -> Iterable[Sequence[Any]]:
    """Yield the differences, then the checks of each list over all domains."""
    common: dict[str, Any] = {"where": options.where, "level": options.level}
    if len(options.list) == 2:
        found = double_list_experiment(
            sample, options.list, options.arm, options.items, by=options.by, **common
        )
        yield from _rows(found, "double list")
        return
    count = options.list[0]
    yield from _rows(
        list_experiment(sample, count, options.arm, options.items, by=options.by, **common), "list"
    )
    blank = [""] * len(options.by)
    try:
        checks = list_checks(sample, count, options.arm, options.items, **common).to_frame()
    except DesignError as refusal:
        # What cannot be checked costs the figures nothing.
        yield [*blank, "check", "none", *[""] * 8, str(refusal)]
        return
    for row in checks.to_dict("records"):
        figures = [row["n"], row["estimate"], row["se"], "", "", "", "", row["p"], row["note"]]
        yield [*blank, "check", row["check"], *figures]


def _rows(found: Estimates, part: str) -> Iterable[Sequence[Any]]:
    for row in found.to_frame().to_dict("records"):
        name = row["variable"] if part == "list" or row["level"] == "" else row["level"]
        figures = [row[one] for one in ("n", "estimate", "se", "ci_low", "ci_high", "df", "deff")]
        yield [*(row[key] for key in found.by), part, name, *figures, "", row["note"]]
