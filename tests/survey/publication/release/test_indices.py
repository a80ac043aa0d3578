"""Mean indices: told only where every answer is told, and as plain arithmetic over what was sent has them."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from analysis.disclosure.cube import Cube, Table, cells_by_name, known_counts
from analysis.disclosure.nodes import TOTAL, Dimension
from analysis.disclosure.primary import Rules
from analysis.disclosure.protect import protect
from analysis.disclosure.protected_table import ProtectedTable
from survey import geography
from survey.publication.counts import answers as counts_answers
from survey.publication.counts import index_counts
from survey.publication.counts.index_counts import Name
from survey.publication.counts.indicator_tables import merge_indicators
from survey.publication.protection.ties.tables import VALID, valid_table
from survey.publication.reading.grids import index_tables
from survey.publication.release import indices, release
from survey.publication.release.figures import HIDDEN
from survey.publication.release.material import gather
from survey.questionnaire import xlsform
from survey.settings import PROJECT
from survey.storage.field import rounds
from survey.storage.results import release_document, releases
from survey.storage.results.release_document import NO_ANSWER
from tests.survey.conftest import CLOSED, Finished
from tests.survey.publication.counts.test_answers import counts_of, reporting_table

# Typed from the questionnaire's reference, not read from the code.
SAFETY = ("saf_day", "saf_night", "saf_market", "saf_school", "saf_road")
SCORES = {"very_safe": 100, "fairly_safe": 67, "bit_unsafe": 33, "very_unsafe": 0}


@pytest.fixture(scope="module")
def document(finished: Finished) -> dict[str, Any]:
    return release_document.unpack(releases.find(finished.database, CLOSED).content)


@pytest.fixture(scope="module")
def kept(finished: Finished) -> tuple[indices.Index, ...]:
    return release.read(finished.database, CLOSED).indices


def plain_safety(finished: Finished) -> Mapping[tuple[str, str, str], list[float]]:
    """Safety by province, district and group: the mean of an interview's answered items, of three or more."""
    places, values = reporting_table(), defaultdict(list)
    for one in filter(counts_of, finished.sent):
        answers = one["answers"]
        scores = [SCORES[answers[item]] for item in SAFETY if answers.get(item) in SCORES]
        if len(scores) >= 3:
            province, district = places[answers["district"]]
            division = geography.districts()[district].division
            above = ((province, division), (province, TOTAL), (TOTAL, TOTAL))
            for name in ((province, district), *above):
                values[(*name, answers["p_group"])].append(sum(scores) / len(scores))
    return values


def test_an_index_is_the_plain_mean_of_what_was_sent(finished: Finished, kept) -> None:
    values = plain_safety(finished)
    shown = [one for one in kept if one.name == "safety" and one.status != HIDDEN]
    assert {one.district == TOTAL for one in shown} == {True, False}
    for one in shown:
        mine = values[one.province, one.district, one.group]
        mean = sum(mine) / len(mine)
        assert one.value == int(mean + 0.5)
        assert one.n in (None, len(mine))
        assert one.ci_low <= mean <= one.ci_high + 0.5


@pytest.mark.slow
def test_every_domain_that_counts_is_counted_as_plain_arithmetic_has_it(finished: Finished) -> None:
    values = plain_safety(finished)
    counted = gather(finished.database, CLOSED).counted
    compared = 0
    for one in counted:
        for level in one.levels if one.part.indicator.name == "safety" else ():
            for place, name in enumerate(level.names):
                if name[2] in one.part.groups:
                    mine, figures = values.get(name, []), level.table.figures
                    assert figures.n[place] == len(mine)
                    if mine:
                        assert figures.value[place] == pytest.approx(np.mean(mine))
                    compared += 1
    assert compared == (69 + 15 + 2 + 1) * 3


def test_an_index_is_told_only_where_every_block_is_complete(document) -> None:
    tables = {table["name"]: release_document.counts_of(table) for table in document["topics"]}
    told = hidden = 0
    for entry in document["indices"]:
        assert set(entry["components"]) <= set(tables)
        for cell in entry["cells"]:
            counts = [
                count
                for item in entry["components"]
                for name, count in tables[item].items()
                if list(name[:3]) == cell["name"]
            ]
            assert len(counts) >= 6 * len(entry["components"])
            if None in counts:
                assert cell["figure"] == [HIDDEN]
                hidden += 1
            told += cell["figure"] != [HIDDEN]
    assert told > 20
    assert hidden > 50


def test_an_index_is_told_only_where_its_number_is_told(document) -> None:
    tables = {table["name"]: release_document.counts_of(table) for table in document["valid"]}
    without = 0
    for entry in [entry for entry in document["indices"] if len(entry["components"]) > 1]:
        numbers = tables[valid_table(entry["name"], entry["groups"])]
        for cell in entry["cells"]:
            number = numbers[(*cell["name"], VALID)]
            assert cell["figure"] == [HIDDEN] or cell["figure"][2] == number is not None
            without += number is None
    assert without > 20


@pytest.mark.slow
def test_a_release_with_an_index_of_a_hidden_number_is_refused_and_read_without_it(document) -> None:
    changed = copy.deepcopy(document)
    entry = next(entry for entry in changed["indices"] if entry["name"] == "trust")
    cell = next(cell for cell in entry["cells"] if cell["figure"] != [HIDDEN])
    cell["figure"][2] = None
    (complaint,) = release_document.complaints(changed)
    assert "number of people with a value is hidden" in complaint
    (read,) = [
        one
        for one in indices.read(changed)
        if one.name == "trust" and [one.province, one.district, one.group] == cell["name"]
    ]
    assert (read.status, read.value, read.ci_low, read.alpha) == (HIDDEN, None, None, None)


@pytest.mark.slow
def test_a_release_with_an_index_over_a_hidden_answer_is_refused(document) -> None:
    assert not list(release_document.complaints(document))
    changed = copy.deepcopy(document)
    entry = next(entry for entry in changed["indices"] if entry["name"] == "trust")
    cell = next(cell for cell in entry["cells"] if cell["figure"] == [HIDDEN])
    cell["figure"] = ["published", 60, 55, 50, 40, 60, None, None]
    assert "trust" in next(release_document.complaints(changed))


@pytest.fixture(scope="module")
def aside(finished: Finished, document) -> list[tuple[int, int, dict[Name, tuple[int, bool]]]]:
    """Of each number beside each index: k, questions, and by place what it truly counts and whether it is told."""
    counted = gather(finished.database, CLOSED).counted
    tables = {table["name"]: table for table in document["topics"]}
    found = []
    for one, entry in zip(counted, document["indices"], strict=True):
        items = entry["components"]
        bases = release_document.counts_of(tables[items[0]])
        told = {tuple(cell["name"]): [*cell["figure"], *[None] * 7] for cell in entry["cells"]}
        k = 10 if any(tables[item]["sensitive"] for item in items) else 5
        for field, people in ((2, True), (6, False), (7, False)):
            numbers = {}
            for level in one.levels:
                for place, name in enumerate(level.names):
                    if name in told:
                        silent = (bases[(*name, TOTAL)] or 0) - int(level.table.figures.n[place])
                        count = silent if people else int(level.given[field - 5, place])
                        numbers[name] = (count, told[name][field] is not None)
            found.append((k, 1 if people else len(items), numbers))
    return found


def test_what_stands_beside_an_index_tells_of_no_few_people(aside) -> None:
    told = [(count, k * items) for k, items, numbers in aside for count, shown in numbers.values() if shown]
    assert len(told) > 10
    assert all(count >= least for count, least in told)


def added_up(numbers: Mapping[Name, tuple[int, bool]], inside: list[Name]) -> int:
    """What a reader knows of some places: what is told of each, or else of the places inside it."""
    known = 0
    for name in inside:
        count, shown = numbers[name]
        known += count if shown else added_up(numbers, within(numbers, name))
    return known


def within(numbers: Mapping[Name, tuple[int, bool]], name: Name) -> list[Name]:
    """The places that a place is cut into: provinces, divisions and districts that are in none, or the districts of a division."""
    province, place, group = name
    here = {other for other in numbers if other[2] == group and other != name}
    if province == TOTAL:
        return sorted(other for other in here if other[1] == TOTAL)
    known = {other[1] for other in here}
    division = {one: district.division for one, district in geography.districts().items() if one in known}
    if place != TOTAL:
        return sorted(other for other in here if division.get(other[1]) == place)
    return sorted(other for other in here if other[0] == province and division.get(other[1]) not in known)


def test_what_is_left_beside_told_places_is_of_no_few_people_either(aside) -> None:
    compared = 0
    for k, items, numbers in aside:
        for name, (count, shown) in numbers.items():
            inside = within(numbers, name)
            if shown and inside and not all(numbers[other][1] for other in inside):
                assert count - added_up(numbers, inside) >= k * items
                compared += 1
    assert compared > 2


def test_what_the_two_shares_leave_of_no_answers_is_of_no_few_people(finished: Finished, document) -> None:
    """Answers that have no value, less those two, less who was not asked: of the rest nothing at all was said."""
    material = gather(finished.database, CLOSED)
    sources = {task.table.name: task.table for task in material.tasks}
    tables = {table["name"]: table for table in document["topics"]}
    compared = 0
    for one, entry in zip(material.counted, document["indices"], strict=True):
        items = entry["components"]
        given = {name: level.given[1:, at] for level in one.levels for at, name in enumerate(level.names)}
        least = len(items) * (10 if any(tables[item]["sensitive"] for item in items) else 5)
        for cell in entry["cells"]:
            name = tuple(cell["name"])
            if len(cell["figure"]) > 1 and cell["figure"][6] is not None:
                silent = sum(release_document.counts_of(tables[item])[(*name, NO_ANSWER)] for item in items)
                known = sum(
                    known_counts(sources[i])[cells_by_name(sources[i].cube)[(*name, NO_ANSWER)]]
                    for i in items
                )
                assert silent - known - given[name].sum() >= least
                compared += 1
    assert compared > 2


def test_a_few_who_said_nothing_hide_both_shares() -> None:
    """Of 20 who gave no answer 10 did not know and 9 would not say: one said nothing."""
    table = small_table([[[40, 40, 20]], [[40, 40, 20]]])
    names = (("PK5", "bannu", "woman"), ("PK5", "swat", "woman"))
    level = SimpleNamespace(names=names, given=np.array([[100, 90], [10, 5], [9, 5]]))
    items = [indices.Item(table, np.zeros(len(table.counts), np.int64))]
    found = indices._unanswered(level, np.ones(2, np.bool_), items)
    assert found.tolist() == [[10, 5], [9, 5], [1, 10]]


def test_both_shares_are_told_or_neither(kept) -> None:
    assert all((one.dont_know is None) == (one.refused is None) for one in kept)


def test_parts_of_the_interviews_counted_apart_add_up(finished: Finished) -> None:
    present = rounds.find(finished.database, CLOSED)
    domains = counts_answers.domains_of(finished.database, present)
    ((asked, records, unit),), workers = index_counts.records_by_version(finished.database, present)
    parts = index_counts.parts_of(asked)
    first = np.random.default_rng(3).random(len(records)) < 0.5
    whole, *halves = (
        index_counts._sums(asked, parts, domains, records[rows], unit[rows], workers)
        for rows in (first | True, first, ~first)
    )
    for one, *apart in zip(whole, *halves, strict=True):
        merged = merge_indicators(apart)
        assert (merged.answers == one.answers).all()
        assert merged.values.key.tolist() == one.values.key.tolist()
        assert np.allclose(merged.values.moments, one.values.moments)
        assert np.allclose(merged.items, one.items)


@pytest.mark.slow
def test_a_version_that_lacks_a_question_has_no_answers_to_it() -> None:
    asked = xlsform.read(PROJECT / "questionnaires" / "community_security.md")
    records = np.ones((3, asked.codebook.width), np.uint8)
    assert index_counts.answers_of(asked, records, "saf_day").codes.tolist() == [1, 1, 1]
    assert index_counts.answers_of(asked, records, "saf_elsewhere").codes.tolist() == [0, 0, 0]


def test_the_groups_have_the_indices_of_the_questions_they_are_asked() -> None:
    asked = xlsform.read(PROJECT / "questionnaires" / "community_security.md")
    parts = [(part.indicator.name, part.groups) for part in index_counts.parts_of(asked)]
    assert parts == [
        ("safety", ("member",)),
        ("safety", ("woman", "youth")),
        ("trust", ("member", "woman", "youth")),
        ("cohesion", ("member", "woman", "youth")),
        ("inclusion", ("member",)),
        ("inclusion", ("woman",)),
        ("inclusion", ("youth",)),
        ("protection_concern", ("member",)),
    ]


def test_alpha_stands_beside_indices_of_several_questions_whose_means_of_all_are_told(document, kept) -> None:
    wholes = {
        tuple(entry["components"]): all(
            cell["figure"] != [HIDDEN] for cell in entry["cells"] if cell["name"][:2] == [TOTAL, TOTAL]
        )
        for entry in document["indices"]
    }
    assert {len(one.components) > 1 and wholes[one.components] for one in kept} == {True, False}
    for one in kept:
        several = len(one.components) > 1 and wholes[one.components]
        assert (one.alpha is not None) == (several and one.status != HIDDEN)
        assert one.alpha is None or 0 < one.alpha < 1


def test_tables_keep_an_index_together_with_its_questions(kept) -> None:
    tables = {table.name: table for table in index_tables(kept)}
    assert tables["safety"].components == (*SAFETY[:3], "saf_road", "saf_school")
    assert sum(len(table.rows) for table in tables.values()) == len(kept)
    assert [row.group for row in tables["safety"].rows[:3]] == ["member", "woman", "youth"]
    assert len({(row.province, row.district) for row in tables["safety"].rows[:3]}) == 1
    assert tables["protection_concern"].shown


def small_table(counts: list[list[list[int]]]) -> ProtectedTable:
    """Two districts of one province, one group, one question."""
    place = Dimension("place", ("province", "district"), (("PK5", "bannu"), ("PK5", "swat")))
    group = Dimension("group", ("group",), (("woman",),))
    answers = Dimension("answer", ("answer",), (("yes",), ("no",), ("no answer",)), answers=True)
    table = Table(Cube((place, group, answers)), np.array(counts), name="q")
    return protect(table, Rules())


def test_what_is_left_of_a_province_holds_enough_people_too() -> None:
    table = small_table([[[40, 40, 20]], [[40, 40, 20]]])
    names = (("PK5", "bannu", "woman"), ("PK5", "swat", "woman"))
    inner = indices._summed(names, np.array([[20, 0]] * 3), np.array([True, False]), table)
    known, whole = inner.of([("PK5", TOTAL, "woman")])
    assert known.ravel().tolist() == [20, 20, 20]
    assert not whole.any()
    both = indices._summed(names, np.array([[20, 30]] * 3), np.ones(2, bool), table)
    assert both.whole["PK5", TOTAL, "woman"]
