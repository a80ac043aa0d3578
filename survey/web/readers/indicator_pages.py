"""The page of one question, index, gap or ratio: what its address chooses, its pictures, and the figures in the order of reading."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

from flask import request
from markupsafe import Markup

from survey.languages import languages
from survey.problems import N_, NOT_FOUND, Problem
from survey.publication.briefing.one_indicator import (
    EACH,
    LEVELS,
    Choice,
    IndicatorBriefing,
    indicator_briefing,
)
from survey.publication.counts.cube import TOP_TWO, YES
from survey.publication.reading.change_tables import ChangeTable
from survey.publication.reading.comparable import GAP, INDEX, RATIO, SHARE
from survey.publication.reading.grids import grids
from survey.publication.reading.labels import Labels
from survey.publication.reading.levels import ALL, level_of
from survey.publication.release import release as publication
from survey.publication.release.figures import Figure
from survey.publication.release.gaps import GapFigure
from survey.publication.release.indices import Index
from survey.publication.release.ratios import RatioFigure
from survey.publication.release.release import Release
from survey.storage.results.releases import release_digests
from survey.storage.scope import Scope
from survey.web.frame.current import database
from survey.web.readers.briefed import Results, words
from survey.web.readers.fragments import Context, part

Told = TypeVar("Told", Figure, Index, GapFigure, RatioFigure)

ToldNamed = TypeVar("ToldNamed", Index, GapFigure, RatioFigure)

#: What an address may choose of an indicator.
CHOSEN: Final = ("level", "group", "answer")
#: The levels in the words of a list.
LEVEL_NAMES: Final = {
    "district": N_("Districts"),
    "division": N_("Divisions"),
    "province": N_("Provinces"),
}
#: Levels in the order of a table.
ORDER: Final = (ALL, "province", "division", "district")


@dataclass(frozen=True, slots=True)
class OpenedIndicator:
    """An indicator as its address asks for it, and the answers that can be chosen; none but for a question."""

    briefing: IndicatorBriefing
    releases: tuple[Release, ...]
    answers: tuple[str, ...]


def open_indicator(results: Results, kind: str, name: str) -> OpenedIndicator:
    """What is chosen by `level`, `group` and `answer` of the address; what cannot be chosen is not found."""
    material = results.material
    release, scope = material.release, material.scope
    if kind not in (SHARE, INDEX, GAP, RATIO) or not release.is_read_in(scope):
        raise Problem(NOT_FOUND)
    answers = grids(figures_of(release, scope, name))[0].answers if kind == SHARE else ()
    level, group = request.args.get("level", LEVELS[0]), request.args.get("group", EACH)
    answer = _answer(answers)
    if level not in LEVELS:
        raise Problem(NOT_FOUND)
    before = (publication.read(database(), one) for one in material.before[::-1])
    every = (*before, release)
    choice = Choice(kind, name, answer, level, group)
    briefing = indicator_briefing(every, scope, choice, results.labels, material.leads)
    if briefing is None:
        raise Problem(NOT_FOUND)
    return OpenedIndicator(briefing, every, answers)


def _answer(answers: tuple[str, ...]) -> str:
    """The answer of the address; "" for the two best ones together, or yes, which are meant where nothing is said."""
    best = _best(answers)
    wanted = request.args.get("answer", best or next(iter(answers), ""))
    if wanted and wanted not in answers:
        raise Problem(NOT_FOUND)
    return "" if wanted == best else wanted


def _best(answers: tuple[str, ...]) -> str:
    return next((one for one in (TOP_TWO, YES) if one in answers), "")


def _chosen() -> dict[str, str]:
    """What the address chooses; all else that somebody wrote into it leads nowhere."""
    return {name: request.args[name] for name in CHOSEN if name in request.args}


def kept_indicator(results: Results, kind: str, name: str, template: str, context: Context) -> Markup:
    """The figures of the page of an indicator, for all readers of the same districts who choose the same."""
    material = results.material
    before = tuple(release_digests(database(), material.before))
    key = (*results.key, material.scope, before, kind, name, tuple(_chosen().items()))
    return part(key, template, lambda: {**indicator_page(results, kind, name), **context()})


def indicator_page(results: Results, kind: str, name: str) -> dict[str, object]:
    """The parts of the page: what can be chosen, the pictures, and the rounds that have the same."""
    opened = open_indicator(results, kind, name)
    briefing, labels, choice = opened.briefing, results.labels, opened.briefing.choice
    return {
        **words(results),
        "briefing": briefing,
        "address": {**(request.view_args or {}), **_chosen()},
        "choice": choice,
        "groups": [
            (EACH, labels.translate(N_("Each group"))),
            *((one, labels.group(one)) for one in briefing.every_group),
        ],
        "levels": [(one, labels.translate(text)) for one, text in LEVEL_NAMES.items()],
        "answers": [(one, labels.answer(name, one)) for one in opened.answers],
        "best": _best(opened.answers),
        "rounds": [(one, one) for at, one in enumerate(briefing.rounds) if _is_told(briefing, at)],
    }


def _is_told(briefing: IndicatorBriefing, at: int) -> bool:
    """Whether a round shows anything of it."""
    return any(line.readings[at].shown for line in briefing.lines)


def figures_of(release: Release, scope: Scope, question: str) -> tuple[Figure, ...]:
    """The figures of a question that a reader may see; one that has none is not found."""
    if not any(figure.question == question for figure in release.within(scope)):
        raise Problem(NOT_FOUND)
    return tuple(one for one in visible(release.figures, release, scope) if one.question == question)


def visible(told: Iterable[Told], release: Release, scope: Scope) -> tuple[Told, ...]:
    """What is published of places above districts, and of the districts of a reader."""
    kept = tuple(told)
    return release.above_for(kept, scope) + publication.inside(kept, scope)


def named(told: Iterable[ToldNamed], name: str, release: Release, scope: Scope) -> tuple[ToldNamed, ...]:
    """What a reader may see of one index, gap or ratio."""
    return visible((one for one in told if one.name == name), release, scope)


def in_alphabet_of_places(tables: Iterable[ChangeTable], labels: Labels) -> list[ChangeTable]:
    """Tables of one place each from A to Z in the reader's alphabet."""
    alphabet = languages()[labels.language]

    def name(one: ChangeTable) -> tuple[int, ...]:
        return alphabet.place_in_alphabet(labels.place(one.rows[0].province, one.rows[0].district))

    return sorted(tables, key=name)


def in_reading_order(told: Iterable[Told], labels: Labels) -> tuple[Told, ...]:
    """All districts first, provinces, divisions, then districts, each from A to Z in the reader's alphabet."""
    alphabet = languages()[labels.language]

    def place(one: Told) -> tuple[int, tuple[int, ...], str, str]:
        level = ORDER.index(level_of(one.province, one.district))
        name = labels.place(one.province, one.district)
        return level, alphabet.place_in_alphabet(name), one.province, one.district

    return tuple(sorted(told, key=place))
