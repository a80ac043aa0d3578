"""Results for reviewers and coordinators: the kept figures, question by question and district by district."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby

from flask import Blueprint, Response, render_template
from flask_babel import gettext

from survey import geography
from survey.accounts import sign_in
from survey.problems import NOT_FOUND, Problem
from survey.publication.counts.cube import is_above_districts, topics_of
from survey.publication.reading.change import Change, changes
from survey.publication.reading.change_tables import change_csv, change_tables
from survey.publication.reading.csv_files import district_csv, gaps_csv, indices_csv, ratios_csv, summary_csv
from survey.publication.reading.gap_tables import adjusted_p, gap_tables
from survey.publication.reading.grids import grids, index_tables
from survey.publication.reading.interviewer_report import SOURCES, UNMEASURED, interviewers_csv, sections
from survey.publication.reading.labels import Labels
from survey.publication.reading.weighted_shares import beside_plain
from survey.publication.release import release as publication
from survey.publication.release.figures import Figure
from survey.publication.release.ratios import RatioFigure
from survey.publication.release.release import Release
from survey.storage import questionnaires
from survey.storage.field import rounds
from survey.storage.results import releases
from survey.storage.scope import Scope
from survey.web.frame import guard, language
from survey.web.frame.current import database, settings
from survey.web.frame.file_names import attachment

pages = Blueprint("results", __name__)


@pages.get("/results")
@guard.needs("results.read")
def index() -> str:
    """The last round with results, its questions and its districts."""
    released = releases.released_rounds(database())
    return render_template("results/none.html") if not released else _overview(released[0])


@pages.get("/results/<round_name>")
@guard.needs("results.read")
def overview(round_name: str) -> str:
    """Contents of one round: every question and every district in the reader's scope."""
    return _overview(round_name)


def _overview(round_name: str) -> str:
    release, scope, labels = _open_release(round_name)
    figures = release.within(scope)
    return render_template(
        "results/index.html",
        release=release,
        labels=labels,
        rounds=releases.released_rounds(database()),
        pages=_pages(labels, {figure.question for figure in figures}),
        districts=_districts(figures),
        earlier=_earlier_releases(release),
    )


@pages.get("/results/<round_name>/question/<path:question>")
@guard.needs("results.read")
def by_question(round_name: str, question: str) -> str:
    """One question over divisions, provinces and over all districts of the scope."""
    release, scope, labels = _open_release(round_name)
    inside = release.within(scope)
    if not any(figure.question == question for figure in inside):
        raise Problem(NOT_FOUND)
    figures = tuple(
        figure
        for figure in (*release.above_for(release.figures, scope), *inside)
        if figure.question == question
    )
    return render_template(
        "results/question.html",
        release=release,
        labels=labels,
        grid=grids(figures)[0],
        weighted=beside_plain(release, question),
    )


@pages.get("/results/<round_name>/district/<district>")
@guard.needs("results.read")
def by_district(round_name: str, district: str) -> str:
    """One district, all questions; a district outside the scope is refused and written down."""
    release, scope, labels = _open_release(round_name)
    _demand(scope, district, "results")
    figures = tuple(figure for figure in release.figures if figure.district == district)
    return render_template(
        "results/district.html",
        release=release,
        labels=labels,
        district=district,
        grids=grids(figures),
        tables=index_tables(index for index in release.indices if index.district == district),
        gaps=gap_tables(
            (gap for gap in release.gaps if gap.district == district), figures, adjusted_p(release.gaps)
        ),
        ratios=_ratio_parts(one for one in release.ratios if one.district == district),
    )


@pages.get("/results/<round_name>/provinces")
@guard.needs("results.read")
def by_province(round_name: str) -> str:
    """The figures of divisions, of provinces and of all districts together, which every reader of a district may see."""
    release, scope, labels = _open_release(round_name)
    _demand_figures(release, scope)
    figures = release.above_for(release.figures, scope)
    return render_template(
        "results/provinces.html",
        release=release,
        labels=labels,
        tables=index_tables(release.above_for(release.indices, scope)),
        gaps=gap_tables(release.above_for(release.gaps, scope), figures, adjusted_p(release.gaps)),
        grids=grids(figures),
        ratios=_ratio_parts(release.above_for(release.ratios, scope)),
    )


def _ratio_parts(ratios: Iterable[RatioFigure]) -> list[list[RatioFigure]]:
    """The shown ratios, those of a place and name together."""
    shown = (one for one in ratios if one.value is not None)
    return [
        list(several) for _, several in groupby(shown, key=lambda one: (one.name, one.province, one.district))
    ]


@pages.get("/results/<round_name>/change/<earlier>")
@guard.needs("results.read")
def change(round_name: str, earlier: str) -> str:
    """What changed since an earlier round of the same questionnaire: all districts, provinces, divisions, districts of the scope."""
    release, scope, labels = _open_release(round_name)
    compared = _changes_within(release, earlier, scope)
    return render_template(
        "results/change.html",
        release=release,
        labels=labels,
        earlier=earlier,
        levels=change_tables(compared),
        verdicts={one.verdict for one in compared},
    )


@pages.get("/rounds/<round_name>/change/<earlier>/change.csv")
@guard.needs("summary.download")
def change_file(round_name: str, earlier: str) -> Response:
    """The same as a spreadsheet file."""
    release, scope, labels = _open_release(round_name)
    compared = _changes_within(release, earlier, scope)
    content = change_csv(release, earlier, compared, labels, demonstration=settings().demonstration)
    return _file_response(content, f"change-{earlier}-{round_name}")


def _changes_within(release: Release, earlier: str, scope: Scope) -> tuple[Change, ...]:
    """What changed in districts of the scope, and above them for everybody who reads a district."""
    if earlier not in _earlier_releases(release):
        raise Problem(NOT_FOUND)
    compared = changes(publication.read(database(), earlier), release)
    above = release.is_read_in(scope)
    return tuple(
        one for one in compared if (above if is_above_districts(one.district) else scope.holds(one.district))
    )


@pages.get("/results/<round_name>/interviewers")
@guard.needs("quality.read")
def interviewers(round_name: str) -> str:
    """The interviewer report: by question the share of the variance that is the worker's, of the whole round."""
    release, scope, labels = _open_release(round_name)
    _demand_figures(release, scope)
    return render_template(
        "results/interviewers.html",
        release=release,
        labels=labels,
        sections=sections(release, labels.questionnaire),
        linked={figure.question for figure in release.within(scope)},
        unmeasured=UNMEASURED,
        sources=SOURCES,
    )


@pages.get("/rounds/<round_name>/interviewers.csv")
@guard.needs("quality.read")
def interviewers_file(round_name: str) -> Response:
    """The same as a spreadsheet file."""
    release, scope, labels = _open_release(round_name)
    _demand_figures(release, scope)
    content = interviewers_csv(release, labels, demonstration=settings().demonstration)
    return _file_response(content, f"interviewers-{round_name}")


@pages.get("/rounds/<round_name>/summary.csv")
@guard.needs("summary.download")
def summary(round_name: str) -> Response:
    """The figures of the reader's districts, of provinces and of all districts, as a spreadsheet file."""
    return _download(summary_csv, *_open_release(round_name), f"summary-{round_name}")


@pages.get("/rounds/<round_name>/indices.csv")
@guard.needs("summary.download")
def indices(round_name: str) -> Response:
    """The indices of the same places as a spreadsheet file."""
    return _download(indices_csv, *_open_release(round_name), f"indices-{round_name}")


@pages.get("/rounds/<round_name>/gaps.csv")
@guard.needs("summary.download")
def gaps(round_name: str) -> Response:
    """The gaps of the same places as a spreadsheet file."""
    return _download(gaps_csv, *_open_release(round_name), f"gaps-{round_name}")


@pages.get("/rounds/<round_name>/ratios.csv")
@guard.needs("summary.download")
def ratios(round_name: str) -> Response:
    """The ratios of the same places as a spreadsheet file."""
    return _download(ratios_csv, *_open_release(round_name), f"ratios-{round_name}")


@pages.get("/rounds/<round_name>/<district>/summary.csv")
@guard.needs("summary.download")
def district_summary(round_name: str, district: str) -> Response:
    """The figures of one district alone; one outside the reader's scope is refused and written down."""
    release, scope, labels = _open_release(round_name)
    _demand(scope, district, "summary")
    content = district_csv(release, district, labels, demonstration=settings().demonstration)
    return _file_response(content, f"summary-{round_name}-{district}")


def _demand_figures(release: Release, scope: Scope) -> None:
    """Who has no district with a figure finds nothing of the whole round either."""
    if not release.is_read_in(scope):
        raise Problem(NOT_FOUND)


def _demand(scope: Scope, district: str, what: str) -> None:
    """Refuse, and write down, a district outside the scope; what is no reporting district is not found."""
    place = geography.districts().get(district)
    if place is None or not place.census:
        raise Problem(NOT_FOUND)
    if not scope.holds(district):
        guard.refuse(guard.account(), f"{what} of {district}")


def _download(
    write: Callable[..., bytes], release: Release, scope: Scope, labels: Labels, name: str
) -> Response:
    """A file of the release inside the scope."""
    return _file_response(write(release, scope, labels, demonstration=settings().demonstration), name)


def _file_response(content: bytes, name: str) -> Response:
    """A file whose name says whose figures it holds, and whether they are made up."""
    marked = f"{'demonstration-data-' if settings().demonstration else ''}{name}-of-those-interviewed.csv"
    return Response(
        content,
        mimetype="text/csv",
        headers={"Content-Disposition": attachment(marked)},
    )


def _open_release(round_name: str) -> tuple[Release, Scope, Labels]:
    release = publication.read(database(), round_name)
    asked = questionnaires.find(database(), release.questionnaire, release.version).questionnaire
    labels = Labels(asked, language.current_language().code, gettext)
    return release, sign_in.scope_of(guard.account()), labels


def _earlier_releases(release: Release) -> list[str]:
    """The released rounds of the same questionnaire before this one, the last one first."""
    released = releases.released_rounds(database())
    asked = {round_.name: round_.questionnaire for round_ in rounds.all_rounds(database())}
    before = released[released.index(release.round) + 1 :]
    return [name for name in before if asked[name] == release.questionnaire]


def _pages(labels: Labels, shown: set[str]) -> list[tuple[str, list[str]]]:
    """Sections and their questions that have a figure in these; shares are with the question they are made of."""
    topics = [topic for topic in topics_of(labels.questionnaire) if topic.name in shown]
    sections = (
        (page.name, [topic.name for topic in topics if any(q.name == topic.question for q in page.questions)])
        for page in labels.questionnaire.pages
    )
    return [(name, questions) for name, questions in sections if questions]


def _districts(figures: tuple[Figure, ...]) -> list[tuple[str, list[str]]]:
    """Province and its districts that have a figure in these."""
    present = {figure.district for figure in figures}
    inside = [district for district in geography.reporting_districts() if district.id in present]
    return [(name, [d.id for d in several]) for name, several in groupby(inside, key=lambda d: d.adm1_name)]
