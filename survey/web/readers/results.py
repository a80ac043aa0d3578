"""Results for reviewers and coordinators: the kept figures, question by question and district by district."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

from survey.accounts import permissions, sign_in
from survey.problems import NOT_FOUND, Problem
from survey.publication.briefing.drawn import indicator_name
from survey.publication.briefing.layers import LAYERS, VALUE
from survey.publication.briefing.material import gather
from survey.publication.briefing.one_indicator import Choice
from survey.publication.reading.borrowed.figures import borrowed_figures
from survey.publication.reading.change_tables import change_csv
from survey.publication.reading.comparable import GAP, INDEX, RATIO, SHARE
from survey.publication.reading.csv_files import district_csv, gaps_csv, indices_csv, ratios_csv, summary_csv
from survey.publication.reading.gap_tables import adjusted_p, gap_tables
from survey.publication.reading.grids import grids, index_tables, ratio_parts
from survey.publication.reading.hidden.estimates import shown_estimates
from survey.publication.reading.hidden.told import SAYS
from survey.publication.reading.interviewer_report import interviewers_csv
from survey.publication.reading.labels import Labels
from survey.publication.reading.weighted_shares import beside_plain
from survey.publication.release.release import Release
from survey.storage.results import releases
from survey.storage.scope import Scope
from survey.web.frame import guard, language
from survey.web.frame.current import database, settings
from survey.web.readers.briefed import Results, district_page, overview_page
from survey.web.readers.indicator_pages import figures_of, in_reading_order, kept_indicator, named
from survey.web.readers.listed import change_page, interviewers_page, provinces_page
from survey.web.readers.opened import (
    changes_within,
    demand_district,
    demand_figures,
    file_response,
    open_earlier,
    open_release,
)

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
    results = _results(round_name)
    release, layer = results.material.release, request.args.get("layer", VALUE)
    if layer not in LAYERS:
        raise Problem(NOT_FOUND)
    return render_template(
        "results/index.html",
        release=release,
        labels=results.labels,
        rounds=releases.released_rounds(database()),
        earlier=results.material.before,
        **overview_page(results, layer),
    )


def _results(round_name: str) -> Results:
    """A release next to the last one before it, and to what coverage shows its readers of the fieldwork."""
    material = gather(database(), round_name, sign_in.scope_of(guard.account()))
    return Results(material, Labels(material.asked, language.current_language().code, gettext))


@pages.get("/results/<round_name>/question/<path:question>")
@guard.needs("results.read")
def by_question(round_name: str, question: str) -> str:
    """One question place by place and round by round, then all its figures in the scope as a table."""
    results = _results(round_name)
    release, scope, labels = results.material.release, results.material.scope, results.labels

    def context() -> dict[str, object]:
        readable = (*release.above_for(release.figures, scope), *release.within(scope))
        return {
            "grid": grids(in_reading_order(figures_of(release, scope, question), labels))[0],
            "weighted": beside_plain(release, question),
            "borrowed": [
                one
                for one in borrowed_figures(release, labels.questionnaire, question)
                if scope.holds(one.district)
            ],
            "estimates": shown_estimates(release, labels.questionnaire, readable, question),
            "says": SAYS,
        }

    figures = kept_indicator(results, SHARE, question, "results/question_figures.html", context)
    what = labels.question(question)
    return render_template("results/indicator.html", release=release, what=what, figures=figures)


@pages.get("/results/<round_name>/indicator/<path:indicator>")
@guard.needs("results.read")
def by_indicator(round_name: str, indicator: str) -> str:
    """An index, a gap or a ratio in the same way; it is named as its column of wide.csv is."""
    results = _results(round_name)
    release, scope, labels = results.material.release, results.material.scope, results.labels
    kind, _, name = indicator.partition(":")
    if kind not in (INDEX, GAP, RATIO):
        raise Problem(NOT_FOUND)

    def context() -> dict[str, object]:
        figures = (*release.within(scope), *release.above_for(release.figures, scope))
        gaps = named(release.gaps, name, release, scope)
        return {
            "kind": kind,
            "tables": index_tables(in_reading_order(named(release.indices, name, release, scope), labels)),
            "gaps": gap_tables(in_reading_order(gaps, labels), figures, adjusted_p(release.gaps)),
            "ratios": ratio_parts(in_reading_order(named(release.ratios, name, release, scope), labels)),
        }

    figures = kept_indicator(results, kind, name, "results/indicator_figures.html", context)
    what = indicator_name(Choice(kind, name), labels)
    return render_template("results/indicator.html", release=release, what=what, figures=figures)


@pages.get("/results/<round_name>/district/<district>")
@guard.needs("results.read")
def by_district(round_name: str, district: str) -> str:
    """One district, all questions; a district outside the scope is refused and written down."""
    results = _results(round_name)
    demand_district(results.material.scope, district, "results")
    return render_template(
        "results/district.html",
        release=results.material.release,
        labels=results.labels,
        district=district,
        **district_page(results, district),
    )


@pages.get("/results/<round_name>/provinces")
@guard.needs("results.read")
def by_province(round_name: str) -> str:
    """The figures of divisions, of provinces and of all districts together, which every reader of a district may see."""
    release, scope, labels = open_release(round_name)
    demand_figures(release, scope)
    figures = provinces_page(release, labels)
    return render_template("results/provinces.html", release=release, figures=figures)


@pages.get("/results/<round_name>/change/<earlier>")
@guard.needs("results.read")
def change(round_name: str, earlier: str) -> str:
    """What changed since an earlier round of the same questionnaire: all districts, provinces, divisions, districts of the scope."""
    release, scope, labels = open_release(round_name)
    before = open_earlier(release, earlier)
    quality = permissions.allows(guard.account(), "quality.read")
    figures = change_page(before, release, scope, labels, quality)
    return render_template("results/change.html", release=release, earlier=earlier, figures=figures)


@pages.get("/rounds/<round_name>/change/<earlier>/change.csv")
@guard.needs("summary.download")
def change_file(round_name: str, earlier: str) -> Response:
    """The same as a spreadsheet file."""
    release, scope, labels = open_release(round_name)
    compared = changes_within(open_earlier(release, earlier), release, scope)
    content = change_csv(release, earlier, compared, labels, demonstration=settings().demonstration)
    return file_response(content, f"change-{earlier}-{round_name}")


@pages.get("/results/<round_name>/interviewers")
@guard.needs("quality.read")
def interviewers(round_name: str) -> str:
    """The interviewer report: by question the share of the variance that is the worker's, of the whole round."""
    release, scope, labels = open_release(round_name)
    demand_figures(release, scope)
    figures = interviewers_page(release, scope, labels)
    return render_template("results/interviewers.html", release=release, figures=figures)


@pages.get("/rounds/<round_name>/interviewers.csv")
@guard.needs("quality.read")
def interviewers_file(round_name: str) -> Response:
    """The same as a spreadsheet file."""
    release, scope, labels = open_release(round_name)
    demand_figures(release, scope)
    content = interviewers_csv(release, labels, demonstration=settings().demonstration)
    return file_response(content, f"interviewers-{round_name}")


@pages.get("/rounds/<round_name>/summary.csv")
@guard.needs("summary.download")
def summary(round_name: str) -> Response:
    """The figures of the reader's districts, of provinces and of all districts, as a spreadsheet file."""
    return _download(summary_csv, *open_release(round_name), f"summary-{round_name}")


@pages.get("/rounds/<round_name>/indices.csv")
@guard.needs("summary.download")
def indices(round_name: str) -> Response:
    """The indices of the same places as a spreadsheet file."""
    return _download(indices_csv, *open_release(round_name), f"indices-{round_name}")


@pages.get("/rounds/<round_name>/gaps.csv")
@guard.needs("summary.download")
def gaps(round_name: str) -> Response:
    """The gaps of the same places as a spreadsheet file."""
    return _download(gaps_csv, *open_release(round_name), f"gaps-{round_name}")


@pages.get("/rounds/<round_name>/ratios.csv")
@guard.needs("summary.download")
def ratios(round_name: str) -> Response:
    """The ratios of the same places as a spreadsheet file."""
    return _download(ratios_csv, *open_release(round_name), f"ratios-{round_name}")


@pages.get("/rounds/<round_name>/<district>/summary.csv")
@guard.needs("summary.download")
def district_summary(round_name: str, district: str) -> Response:
    """The figures of one district alone; one outside the reader's scope is refused and written down."""
    release, scope, labels = open_release(round_name)
    demand_district(scope, district, "summary")
    content = district_csv(release, district, labels, demonstration=settings().demonstration)
    return file_response(content, f"summary-{round_name}-{district}")


def _download(
    write: Callable[..., bytes], release: Release, scope: Scope, labels: Labels, name: str
) -> Response:
    """A file of the release inside the scope."""
    return file_response(write(release, scope, labels, demonstration=settings().demonstration), name)
