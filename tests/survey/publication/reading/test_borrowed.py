"""Hidden shares that are estimated: from published figures alone, in steps of five, and never where they must not be."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from functools import cache
from math import exp, log
from typing import Final

import numpy as np
import pytest

from survey.made_up.shipped_releases import file_of
from survey.publication.reading.borrowed.figures import (
    LEAST_CELLS,
    STEP,
    Shown,
    all_borrowed,
    borrowed_figures,
    estimates,
    in_steps,
    spread,
)
from survey.publication.reading.borrowed.files import ESTIMATED_FROM, borrowed_csv
from survey.publication.reading.labels import Labels
from survey.publication.release.figures import HIDDEN
from survey.publication.release.release import Release, _parsed_release
from survey.questionnaire import xlsform
from survey.questionnaire.model import Questionnaire
from survey.settings import SHIPPED
from survey.storage.scope import Scope

QUESTION: Final = "private"


@cache
def asked() -> Questionnaire:
    return xlsform.read(SHIPPED)


@pytest.fixture(scope="module")
def release() -> Release:
    return _parsed_release("demo-2", "", "", "", file_of("demo-2").read_bytes())


def made(places: int = 30, hidden: int = 2, noise: float = 0.0) -> Shown:
    """Places of two areas by three groups whose log odds are the sum of both parts, and some noise; the first are hidden."""
    random = np.random.default_rng(1)
    area = np.arange(places) % 2
    odds = (
        random.normal(0, 0.6, (places, 1))
        + np.array([-0.5, 0.0, 0.5])
        + noise * random.standard_normal((places, 3))
    )
    base = np.full((places, 3), 400.0)
    count = np.round(base / (1 + np.exp(-odds)))
    areas = [np.array([part[area == one].sum(axis=0) for one in (0, 1)]) for part in (count, base)]
    shown = count.copy(), base.copy()
    shown[0][:hidden, 0] = np.nan
    whole = count.sum(axis=1), base.sum(axis=1)
    return Shown(area, shown, whole, (areas[0], areas[1]), (areas[0].sum(axis=1), areas[1].sum(axis=1)))


def test_what_a_group_differs_by_in_its_area_is_added_to_its_place() -> None:
    shown = made()
    found = estimates(shown)
    (place, base), (count, all_of) = shown.place, shown.area_group

    def odds(part: float, of: float) -> float:
        return log((part + 0.5) / (of - part + 0.5))

    logit = (
        odds(place[0], base[0]) + odds(count[0, 0], all_of[0, 0]) - odds(shown.areas[0][0], shown.areas[1][0])
    )
    assert found.share[0, 0] == pytest.approx(1 / (1 + exp(-logit)))
    assert found.low[0, 0] < found.share[0, 0] < found.high[0, 0]


def test_its_interval_grows_with_how_much_places_differ_from_the_sum_of_both_parts() -> None:
    near, far = made(noise=0.0), made(noise=0.8)
    assert spread(near) < 0.02
    assert 0.4 < spread(far) < 2.0
    assert (estimates(far).high - estimates(far).low)[0, 0] > 2 * (
        estimates(near).high - estimates(near).low
    )[0, 0]


def test_with_few_published_cells_nothing_is_estimated() -> None:
    few = made(places=6, hidden=2)
    assert np.isfinite(few.cell[0]).sum() == LEAST_CELLS + 1
    assert np.isfinite(estimates(few).share).all()
    fewer = made(places=6, hidden=4)
    assert np.isfinite(fewer.cell[0]).sum() == LEAST_CELLS - 1
    assert np.isnan(estimates(fewer).low).all()


def test_limits_are_rounded_outward_in_steps_of_five() -> None:
    found = estimates(made(noise=0.4))
    share, low, high = in_steps(found)
    assert all((one % STEP == 0).all() for one in (share, low, high))
    assert (low <= 100 * found.low).all()
    assert (high >= 100 * found.high).all()


def test_only_what_is_hidden_is_estimated_and_nothing_sensitive(release: Release) -> None:
    questions = dict.fromkeys(one.question for one in release.figures)
    estimated = [one for question in questions for one in borrowed_figures(release, asked(), question)]
    found = {(one.province, one.district, one.group, one.question, one.answer) for one in estimated}
    hidden = {
        (one.province, one.district, one.group, one.question, one.answer)
        for one in release.figures
        if one.status == HIDDEN
    }
    assert len(found) > 50
    assert found <= hidden
    assert release.sensitive
    assert not {name[3] for name in found} & release.sensitive
    assert borrowed_figures(replace(release, sensitive=frozenset({QUESTION})), asked(), QUESTION) == ()


def test_it_is_a_function_of_published_figures_and_of_nothing_else(release: Release) -> None:
    """A figure that is hidden has no number at all; with one more hidden, what rested on it is gone or another."""
    found = borrowed_figures(release, asked(), QUESTION)
    district = found[0].district
    without = tuple(
        replace(one, status=HIDDEN, base=None, count=None)
        if (one.question, one.district, one.group) == (QUESTION, district, "Total")
        else one
        for one in release.figures
    )
    assert district not in {
        one.district for one in borrowed_figures(replace(release, figures=without), asked(), QUESTION)
    }


def test_nothing_is_estimated_of_a_group_smaller_than_its_own_rule_wants(release: Release) -> None:
    one = borrowed_figures(release, asked(), QUESTION)[0]
    name = (one.province, one.district, one.group)
    for base in (None, 19):
        rules = {**release.rules, "raised": [{"base": 20, "dimension": "group", "node": one.group}]}
        small = replace(release, bases={**release.bases, name: base}, rules=rules)
        assert one not in borrowed_figures(small, asked(), QUESTION)
    assert one in borrowed_figures(
        replace(release, rules=rules, bases={**release.bases, name: 20}), asked(), QUESTION
    )


def test_nothing_is_estimated_where_chance_hid_the_answers(release: Release) -> None:
    """Its shares are not of people, whoever asks for them: page, file or data package."""
    *pages, last = asked().pages
    one = replace(
        last.questions[0],
        name=QUESTION,
        kind="forced_response",
        hidden_by={"truth": "2/3", "yes": "1/6", "no": "1/6", "one": "yes"},
    )
    changed = replace(asked(), pages=(*pages, replace(last, questions=(*last.questions, one))))
    assert borrowed_figures(release, asked(), QUESTION)
    assert borrowed_figures(release, changed, QUESTION) == ()
    told = {found.question for found in all_borrowed(release, changed, Scope.everywhere())}
    assert QUESTION not in told
    assert told


def test_a_file_holds_every_estimate_of_the_own_districts_and_says_what_each_is_from(
    release: Release,
) -> None:
    labels = Labels(asked(), "en", str)
    questions = dict.fromkeys(one.question for one in release.figures)
    made = [one for question in questions for one in borrowed_figures(release, asked(), question)]
    own = made[0].district
    for scope, expected in (
        (Scope.everywhere(), made),
        (Scope.of([own]), [one for one in made if one.district == own]),
    ):
        content = borrowed_csv(release, scope, labels, demonstration=True).decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(content)))
        told = [
            (row["district"], row["group"], row["question"], row["answer"], row["estimated_percent"], row["ci_low"], row["ci_high"])
            for row in rows
        ]  # fmt: skip
        assert told == [
            (one.district, one.group, one.question, labels.code(one.question, one.answer), *map(str, (one.percent, one.low, one.high)))
            for one in expected
        ]  # fmt: skip
        assert {row["estimated_from"] for row in rows} == {ESTIMATED_FROM}
        assert {(row["kind"], row["level"], row["demonstration"]) for row in rows} == {
            ("borrowed", "district", "yes")
        }
        # There is no number that could be taken for one of people who were asked.
        assert not {"base", "count", "n", "percent"} & rows[0].keys()
