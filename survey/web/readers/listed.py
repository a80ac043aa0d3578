"""The long tables of a release: above districts, what changed, and the worker's part; each made once for all who read the same."""

from __future__ import annotations

from markupsafe import Markup

from survey.publication.counts.cube import is_above_districts
from survey.publication.reading.change_tables import change_tables
from survey.publication.reading.gap_tables import adjusted_p, gap_tables
from survey.publication.reading.grids import grids, index_tables, ratio_parts
from survey.publication.reading.interviewer_report import SOURCES, UNMEASURED, sections
from survey.publication.reading.labels import Labels
from survey.publication.release.release import Release, above
from survey.storage.scope import Scope
from survey.web.readers.fragments import part
from survey.web.readers.indicator_pages import LEVEL_NAMES, in_alphabet_of_places
from survey.web.readers.opened import changes_within

Context = dict[str, object]


def _key(release: Release, labels: Labels) -> tuple[object, ...]:
    return (release.round, release.digest, labels.language)


def provinces_page(release: Release, labels: Labels) -> Markup:
    """Everything above districts, for a reader of one of them."""

    def context() -> Context:
        figures = release.above()
        return {
            "release": release,
            "labels": labels,
            "tables": index_tables(above(release.indices)),
            "gaps": gap_tables(above(release.gaps), figures, adjusted_p(release.gaps)),
            "grids": grids(figures),
            "ratios": ratio_parts(above(release.ratios)),
            "lengths": [one for one in release.lengths.items() if is_above_districts(one[0][1])],
        }

    return part(_key(release, labels), "results/provinces_figures.html", context)


def change_page(before: Release, release: Release, scope: Scope, labels: Labels, quality: bool) -> Markup:
    """What changed between two releases in a scope; `quality` leads to the worker's part."""

    def context() -> Context:
        compared = changes_within(before, release, scope)
        levels = change_tables(compared)
        return {
            "release": release,
            "earlier": before.round,
            "labels": labels,
            "levels": levels,
            "clear": [
                (level, in_alphabet_of_places(tables, labels)) for level, tables in levels.clear.items()
            ],
            "level_names": LEVEL_NAMES,
            "verdicts": {one.verdict for one in compared},
            "quality": quality,
        }

    key = (*_key(release, labels), before.round, before.digest, scope, quality)
    return part(key, "results/change_figures.html", context)


def interviewers_page(release: Release, scope: Scope, labels: Labels) -> Markup:
    """The worker's part, whose questions lead to their pages where a reader of the scope finds figures."""

    def context() -> Context:
        return {
            "release": release,
            "labels": labels,
            "sections": sections(release, labels.questionnaire),
            "linked": {figure.question for figure in release.within(scope)},
            "unmeasured": UNMEASURED,
            "sources": SOURCES,
        }

    return part((*_key(release, labels), scope), "results/interviewers_figures.html", context)
