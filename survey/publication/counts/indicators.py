"""The indicators as data: which answers make each one, who counts in it, and which way is better."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.columns import Floats
from survey.publication.counts.shares import GOT, HARM, HELP, WANTS

Flags = NDArray[np.bool_]

#: Names of the answers that are not substantive.
DOES_NOT_APPLY, DONT_KNOW, REFUSED = "97", "98", "99"
NOT_SUBSTANTIVE = (DOES_NOT_APPLY, DONT_KNOW, REFUSED)


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to one question, as stored.

    Attributes
    ----------
    codes : ndarray of int, shape (rows,)
        Code of a single choice, 0 to 127; or the set of options a multiple choice names, one bit each. 0 is
        no answer.
    options : mapping of str to int
        Code of each option of a single choice, bit of each option of a multiple one, the lowest being 0.
    scores : mapping of str to float
        Score of each option of a scale, 0 to 100; options without one count for no mean.
    multiple : bool
        Whether several options can be named.
    """

    codes: NDArray[Any]
    options: Mapping[str, int]
    scores: Mapping[str, float]
    multiple: bool = False


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator.

    Attributes
    ----------
    name, label : str
    kind : str
        One of `KINDS`: how a row's value follows from its answers.
    items : tuple of str
        Questions.
    reverse : tuple of str
        Items whose scores are taken from 100.
    options : tuple of str
        Options that count; for a scale the two best or two worst are said by `scored`.
    against : tuple of str
        Options that count the other way, in a balance.
    excluded : tuple of str
        Options that leave the row out of the base.
    scored : str
        "high" or "low": the options with scores above or below 50 count.
    needed : int
        Items that must have an answer.
    groups : tuple of str
        Groups that are asked.
    direction : str
        "up" if more is better, "down" if less is, "" if neither.
    base : str
        Who counts, in words.
    level : str
        "district", or "province" for what is never shown below it.
    beside : tuple of str
        Indicators it must not be shown without.
    """

    name: str
    label: str
    kind: str
    items: tuple[str, ...]
    reverse: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    scored: str = ""
    needed: int = 1
    groups: tuple[str, ...] = ("member", "woman", "youth")
    direction: str = "up"
    base: str = "those with an answer"
    level: str = "district"
    beside: tuple[str, ...] = ()


def _top(
    name: str,
    label: str,
    item: str,
    *,
    scored: str = "high",
    direction: str = "up",
    groups: tuple[str, ...] = ("member", "woman", "youth"),
    base: str = "those with an answer",
) -> Indicator:
    return Indicator(
        name, label, "share", (item,), scored=scored, direction=direction, groups=groups, base=base
    )


SAFETY = ("saf_day", "saf_night", "saf_market", "saf_school", "saf_road")
TRUST = ("tr_police", "tr_admin", "tr_body", "tr_elders")
NOT_MEMBERS, MEMBERS = ("woman", "youth"), ("member",)

INDICATORS: tuple[Indicator, ...] = (
    Indicator("safety", "Safety index", "index", SAFETY, needed=3, base="3 or more of 5 items answered"),
    _top("safe_night", "Safe after dark", "saf_night"),
    Indicator(
        "not_out_night", "Do not go out after dark", "named", ("saf_night",), options=("97",), direction=""
    ),
    Indicator(
        "safety_trend",
        "Trend balance",
        "balance",
        ("saf_trend",),
        options=("safer",),
        against=("less_safe",),
    ),
    *(
        _top(f"trust_{item[3:]}", f"Trust: {what}", item)
        for item, what in zip(TRUST, ("police", "administration", "committee", "elders"), strict=True)
    ),
    Indicator(
        *("trust", "Trust index", "index", TRUST),
        needed=3,
        base="3 or more of 4 items answered",
        beside=("trust_police", "trust_admin", "trust_body", "trust_elders"),
    ),
    _top("safe_report", "Safe reporting", "rep_safe", base="those asked alone, with an answer"),
    _top("mobility", "Mobility restriction", "mob_avoid", direction="down"),
    Indicator("cohesion", "Cohesion index", "index", ("coh_help", "coh_mix"), needed=2, base="both answered"),
    Indicator("reach", "Reach", "named", (GOT,), options=HELP, base="all with an answer"),
    Indicator(
        *("on_time", "On time", "named", ("i_time",)),
        options=("yes",),
        excluded=("no_promise",),
        base="receivers who were promised a time",
    ),
    _top("fairness", "Fairness", "i_fair"),
    _top(
        "adequacy_short",
        "Adequacy shortfall",
        "i_enough",
        direction="down",
        scored="low",
        base="receivers with an answer",
    ),
    *(
        Indicator(
            *(f"gap_{kind}", f"Incentive gap: {kind}", "gap", (*WANTS, GOT)),
            options=(kind,),
            direction="down",
            base="both questions answered",
        )
        for kind in HELP
    ),
    Indicator("inclusion", "Inclusion index", "index", ("w_voice", "y_voice", "l_women", "l_youth")),
    Indicator(
        *("protection_concern", "Protection concern index", "index", ("l_threat", "l_protect", "l_family")),
        reverse=("l_protect", "l_family"),
        needed=2,
        groups=MEMBERS,
        direction="down",
        base="members with 2 or more of 3 items",
    ),
    Indicator(
        *("voluntariness", "Voluntariness signal", "either", ("l_join", "l_free")),
        options=("no_choice", "not_at_all"),
        groups=MEMBERS,
        direction="down",
        base="members",
        level="province",
    ),
    Indicator(
        *("harm", "Harm signal", "named", ("i_effect",)),
        options=HARM,
        direction="down",
        base="those asked alone, with an answer",
    ),
    _top("preparedness", "Preparedness", "prep_know", groups=NOT_MEMBERS),
    _top("services", "Services", "gov_serv", groups=NOT_MEMBERS),
    _top("mission", "Clear mission", "l_clear", groups=MEMBERS),
    _top("accountability", "Accountability", "l_account", groups=MEMBERS),
    _top("belonging", "Belonging", "y_belong", groups=("youth",)),
    _top("opportunity", "Opportunity", "y_job", groups=("youth",)),
    *(
        Indicator(
            *(f"first_{who}", f"Acts first: {who}", "named", ("resp_first",)),
            options=(who,),
            groups=NOT_MEMBERS,
            direction="",
        )
        for who in ("police", "administration", "committee", "elders", "nobody")
    ),
    Indicator("private", "Private interviews", "named", ("s_private",), options=("alone",), base="all"),
)


def row_values(indicator: Indicator, answers: Mapping[str, Answers]) -> Floats:
    """Derive the value of each row.

    Parameters
    ----------
    indicator : Indicator
    answers : mapping of question to Answers
        A question that was not asked in this round may be absent.

    Returns
    -------
    ndarray of float, shape (rows,)
        0 to 100 (a gap or a balance -100 to 100), NaN where the row is not in the base.

    Raises
    ------
    KeyError
        If none of the indicator's questions is there.
    """
    if not any(item in answers for item in indicator.items):
        raise KeyError(f"none of {', '.join(indicator.items)} was asked")
    return KINDS[indicator.kind](indicator, answers)


def item_scores(indicator: Indicator, answers: Mapping[str, Answers]) -> Floats:
    """Return the scores of the items that were asked, turned the same way, shape (rows, items).

    Parameters
    ----------
    indicator : Indicator
    answers : mapping of question to Answers

    Returns
    -------
    ndarray of float, shape (rows, items), NaN where not answered
    """
    present = [item for item in indicator.items if item in answers]
    return np.column_stack(
        [_score_table(answers[item], item in indicator.reverse)[answers[item].codes] for item in present]
    )


def code_values(indicator: Indicator, answers: Mapping[str, Answers]) -> Floats | None:
    """Return what each code of the only question is worth, shape (128,); None where rows must be looked at.

    Parameters
    ----------
    indicator : Indicator
    answers : mapping of question to Answers

    Returns
    -------
    ndarray of float, shape (128,), or None
    """
    item = answers.get(indicator.items[0])
    if indicator.kind not in CODED or item is None or item.multiple:
        return None
    return _table(item, CODED[indicator.kind](indicator, item))


def answer_counts(answers: Answers, cell: NDArray[np.int64], cells: int) -> NDArray[np.int64]:
    """Count by cell all answers to a question, the "don't know" and the "prefer not to say".

    Parameters
    ----------
    answers : Answers
    cell : ndarray of int, shape (rows,)
        Cell of each row, -1 for none.
    cells : int
        Number of cells.

    Returns
    -------
    ndarray of int, shape (3, cells)
    """
    if answers.multiple:
        flags = (answers.codes != 0, _any(answers, (DONT_KNOW,)), _any(answers, (REFUSED,)))
        return np.array([np.bincount(cell[flag & (cell >= 0)], minlength=cells) for flag in flags])
    width = int(answers.codes.max(initial=0)) + 1
    flat = (cell + 1) * width
    flat += answers.codes
    counts = np.bincount(flat, minlength=(cells + 1) * width).reshape(-1, width)[1:]
    special = [answers.options.get(name, width) for name in (DONT_KNOW, REFUSED)]
    named = [counts[:, code] if code < width else np.zeros(cells, dtype=np.int64) for code in special]
    return np.array([counts[:, 1:].sum(axis=1), *named])


def _table(answers: Answers, value: Callable[[str], float]) -> Floats:
    """Return the value of each code from 0 to 127; NaN for what is no option."""
    table = np.full(128, np.nan)
    for name, code in answers.options.items():
        table[code] = value(name)
    return table


def _score_table(answers: Answers, reverse: bool = False) -> Floats:
    scores = answers.scores
    table = _table(answers, lambda name: scores.get(name, np.nan))
    return 100 - table if reverse else table


def _top_or_bottom(indicator: Indicator, item: Answers) -> Callable[[str], float]:
    """Worth 100 on the half of the scale that counts, 0 on the other."""
    high = indicator.scored == "high"
    return lambda name: 100.0 * ((item.scores[name] > 50) == high) if name in item.scores else np.nan


def _named(indicator: Indicator, _item: Answers) -> Callable[[str], float]:
    """Worth 100 for the options named, 0 for others, nothing for those that leave the base."""
    missing = {*NOT_SUBSTANTIVE, *indicator.excluded} - set(indicator.options)
    return lambda name: np.nan if name in missing else 100.0 * (name in indicator.options)


def _for_and_against(indicator: Indicator, _item: Answers) -> Callable[[str], float]:
    """Worth 100 for, -100 against, 0 in between."""
    plus, minus = indicator.options, indicator.against
    return lambda name: np.nan if name in NOT_SUBSTANTIVE else 100.0 * ((name in plus) - (name in minus))


#: What an option of a single choice is worth, for indicators of one question.
CODED: dict[str, Callable[[Indicator, Answers], Callable[[str], float]]] = {
    "share": _top_or_bottom,
    "named": _named,
    "balance": _for_and_against,
}


def _one_question(indicator: Indicator, answers: Mapping[str, Answers]) -> Floats:
    item = answers[indicator.items[0]]
    if item.multiple:
        missing = _any(item, (DONT_KNOW, REFUSED)) | (item.codes == 0)
        return np.where(missing, np.nan, 100.0 * _any(item, indicator.options))
    return np.asarray(_table(item, CODED[indicator.kind](indicator, item))[item.codes])


def _index(indicator: Indicator, answers: Mapping[str, Answers]) -> Floats:
    rows = len(next(iter(answers.values())).codes)
    total, count = np.zeros(rows), np.zeros(rows, dtype=np.int8)
    for name in (name for name in indicator.items if name in answers):
        item = answers[name]
        table = _score_table(item, name in indicator.reverse)
        total += np.where(np.isnan(table), 0.0, table)[item.codes]
        count += (~np.isnan(table)).astype(np.int8)[item.codes]
    value = total / np.maximum(count, 1)
    value[count < indicator.needed] = np.nan
    return np.asarray(value)


def _gap(indicator: Indicator, answers: Mapping[str, Answers]) -> Floats:
    """Whether a kind of help is among the two most wanted, less whether it was got."""
    first, second, got = (
        _one_question(replace(indicator, kind="named", items=(item,)), answers) for item in indicator.items
    )
    second = np.where(np.isnan(second), 0.0, second)
    return np.maximum(first, second) - got


def _either(indicator: Indicator, answers: Mapping[str, Answers]) -> Floats:
    """Whether any item says so: one yes is enough, a no needs every item answered."""
    parts = [
        _one_question(replace(indicator, kind="named", items=(item,)), answers)
        for item in indicator.items
        if item in answers
    ]
    worst = np.fmax.reduce(parts)
    return np.where(~np.isnan(parts).any(axis=0) | (worst > 0), worst, np.nan)


def _any(item: Answers, names: tuple[str, ...]) -> Flags:
    """Return which rows name any of the options of a multiple choice."""
    bits = sum(1 << item.options[name] for name in names if name in item.options)
    return np.asarray((item.codes & item.codes.dtype.type(bits)) != 0)


#: How a row's value follows from its answers.
KINDS: dict[str, Callable[[Indicator, Mapping[str, Answers]], Floats]] = {
    "share": _one_question,
    "named": _one_question,
    "balance": _one_question,
    "index": _index,
    "gap": _gap,
    "either": _either,
}
