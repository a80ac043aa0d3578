"""What the pages of a district and of a round show: the briefing, its pictures, and the way to the next page."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Final

from flask import url_for

from survey import geography
from survey.problems import N_
from survey.publication.briefing.drawn import Drawer
from survey.publication.briefing.indicators import SCALES
from survey.publication.briefing.layers import LAYERS, OnMap, layers_of
from survey.publication.briefing.material import Material
from survey.publication.briefing.overview import OverviewBriefing
from survey.publication.briefing.readings import districts_of
from survey.publication.briefing.sentences import interval, lead_label, percent, sentence, signed
from survey.publication.counts.cube import topics_of
from survey.publication.pictures.wording import reader_of
from survey.publication.reading.comparable import GAP, INDEX, RATIO, SHARE
from survey.publication.reading.gap_tables import adjusted_p, gap_tables
from survey.publication.reading.grids import grids, index_tables, ratio_parts
from survey.publication.reading.labels import PERCEPTIONS, Labels
from survey.web.frame import language
from survey.web.readers.fragments import part

#: The width of a picture in units of its own: that of a phone of 360 pixels without its margins.
WIDTH: Final = 328


@dataclass(frozen=True, slots=True)
class Results:
    """A release as a reader opens it: what its briefings are made of, and the words for it."""

    material: Material
    labels: Labels

    @property
    def key(self) -> tuple[object, ...]:
        """All that decides what a part of a page says, but for the scope."""
        release, earlier, fieldwork = self.material.release, self.material.earlier, self.material.fieldwork
        before = (earlier.round, earlier.digest) if earlier else ()
        known = (*sorted(fieldwork.targets.items()), *sorted(fieldwork.refused.items()))
        leads = self.material.leads
        return (release.round, release.digest, self.labels.language, before, known, leads)


def district_page(results: Results, district: str) -> dict[str, object]:
    """The parts of the page of a district: its boxes, "" where nobody was interviewed, and all its questions."""
    before, after = _neighbours(results, district)
    key = (*results.key, district)
    return {
        "boxes": part(key, "results/district_boxes.html", lambda: _district_boxes(results, district)),
        "questions": part(
            key, "results/district_questions.html", lambda: _district_questions(results, district)
        ),
        "before": before,
        "after": after,
    }


def _district_boxes(results: Results, district: str) -> dict[str, object]:
    briefing = results.material.of_district(district)
    by_group = [row for row in briefing.leads if row.lead.name in SCALES] if briefing else []
    return {**words(results), "briefing": briefing, "by_group": by_group}


def _district_questions(results: Results, district: str) -> dict[str, object]:
    release = results.material.release
    figures = tuple(figure for figure in release.figures if figure.district == district)
    found = grids(figures)
    shown = {grid.question: grid for grid in found if grid.shown}
    by_page = question_pages(results.labels, shown)
    return {
        **words(results),
        "grids": found,
        "pages": [(page, [shown[name] for name in names]) for page, names in by_page],
        "tables": index_tables(index for index in release.indices if index.district == district),
        "gaps": gap_tables(
            (gap for gap in release.gaps if gap.district == district), figures, adjusted_p(release.gaps)
        ),
        "ratios": ratio_parts(one for one in release.ratios if one.district == district),
    }


def overview_page(results: Results, layer: str) -> dict[str, object]:
    """The parts of the page of a round: its boxes with a `layer` of the map, and its questions, "" for readers of none of its districts."""
    if not results.material.release.is_read_in(results.material.scope):
        return {"boxes": "", "questions": ""}
    key = (*results.key, results.material.scope)
    return {
        "boxes": part((*key, layer), "results/round_boxes.html", lambda: _round_boxes(results, layer)),
        "questions": part(key, "results/round_questions.html", lambda: _round_questions(results)),
    }


def _round_questions(results: Results) -> dict[str, object]:
    shown = {figure.question for figure in results.material.release.within(results.material.scope)}
    return {
        **words(results),
        "pages": question_pages(results.labels, shown),
        "indicators": list(_indicators(results)),
    }


def _indicators(results: Results) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """What has a page besides the questions: the title of each kind, and kind and name of each one."""
    release, labels = results.material.release, results.labels
    gaps = dict.fromkeys(gap.name for gap in release.gaps)
    perceptions = [name for name in gaps if name in PERCEPTIONS]
    titles: tuple[tuple[str, str, Iterable[str]], ...] = (
        (N_("Indices"), INDEX, (index.name for index in release.indices)),
        (N_("Wanted and received"), GAP, [name for name in gaps if name not in PERCEPTIONS]),
        (N_("Is everybody heard?"), GAP, perceptions),
        (N_("Of those to whom it applies"), RATIO, (ratio.name for ratio in release.ratios)),
    )
    for title, kind, names in titles:
        yield labels.translate(title), [(kind, name) for name in dict.fromkeys(names)]


def address_of(round_name: str, kind: str, name: str) -> str:
    """The page of an indicator: that of its question, where it is a share."""
    if kind == SHARE:
        return url_for("results.by_question", round_name=round_name, question=name)
    return url_for("results.by_indicator", round_name=round_name, indicator=f"{kind}:{name}")


def _round_boxes(results: Results, layer: str) -> dict[str, object]:
    briefing = results.material.of_round()
    provinces = list(_by_province(results, briefing)) if briefing else []
    layers = layers_of(briefing.districts) if briefing else ()
    chosen = {"layer": layer, "layers": [(one, LAYERS[one].name) for one in layers]}
    return {**words(results), **chosen, "briefing": briefing, "provinces": provinces}


def words(results: Results) -> dict[str, object]:
    """What turns values of a briefing into words and pictures."""
    labels = results.labels
    earlier = results.material.earlier.round if results.material.earlier else ""
    return {
        "release": results.material.release,
        "labels": labels,
        "draw": Drawer(reader_of(labels.language, labels.translate, WIDTH), labels),
        "sentence": lambda point: sentence(point, labels, earlier),
        "address_of": partial(address_of, results.material.release.round),
        "lead_label": lambda lead: lead_label(lead.name, labels),
        "percent": percent,
        "interval": interval,
        "signed": signed,
    }


def in_alphabet(districts: Iterable[str], labels: Labels) -> list[str]:
    """Districts in the order in which the reader looks for their names."""
    alphabet = language.current_language()
    return sorted(districts, key=lambda one: alphabet.place_in_alphabet(labels.district(one)))


def _neighbours(results: Results, district: str) -> tuple[str, str]:
    """The districts before and after this one, of those in the scope with an interview; "" at the ends."""
    inside = {
        name for _, name in districts_of(results.material.release) if results.material.scope.holds(name)
    }
    ordered = in_alphabet({*inside, district}, results.labels)
    at = ordered.index(district)
    return (ordered[at - 1] if at else ""), (ordered[at + 1] if at + 1 < len(ordered) else "")


def question_pages(labels: Labels, shown: Container[str]) -> list[tuple[str, list[str]]]:
    """Pages of the form and their questions that have a figure; shares are with the question they are made of."""
    topics = [topic for topic in topics_of(labels.questionnaire) if topic.name in shown]
    sections = (
        (page.name, [topic.name for topic in topics if any(q.name == topic.question for q in page.questions)])
        for page in labels.questionnaire.pages
    )
    return [(name, questions) for name, questions in sections if questions]


def _by_province(results: Results, briefing: OverviewBriefing) -> Iterator[tuple[str, list[OnMap]]]:
    """Each province with its districts from A to Z, and what the map shows of them."""
    every = {one.district: one for one in briefing.districts}
    known = geography.districts()
    ordered = sorted(in_alphabet(every, results.labels), key=lambda one: known[one].adm1_name)
    for name, several in groupby(ordered, key=lambda one: known[one].adm1_name):
        yield name, [every[district] for district in several]
