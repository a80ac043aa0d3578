"""How many gave both answers of a gap: told above districts only, attacked with the release, equal to a recount."""

from __future__ import annotations

import copy
from collections import Counter
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest

from analysis.disclosure.nodes import TOTAL
from analysis.disclosure.primary import Rules
from analysis.disclosure.protect import protect_bases, with_patterns
from analysis.disclosure.tied.pairs import BOTH, FIRST, INSIDE, NEITHER, SECOND, four_counts
from analysis.disclosure.tied.ties import Term, Tie
from survey.made_up import shipped_round
from survey.problems import UNSAFE_RELEASE, Problem
from survey.publication.counts.cube import YES, bases_table, is_above_districts, table_of, topics_of
from survey.publication.counts.gaps import GAPS
from survey.publication.counts.shares import HELP
from survey.publication.release.material import gather
from survey.publication.release.paired.attack import Unit, _candidates
from survey.publication.release.paired.blocks import Block, block_topics
from survey.publication.release.paired.figures import undeclared, units_of
from survey.questionnaire import xlsform
from survey.settings import PROJECT
from survey.storage.field import rounds
from survey.storage.results import derived_figures, release_document, releases
from survey.storage.results.gaps import figures as gap_figures
from survey.storage.results.gaps import paired
from tests.survey.conftest import CLOSED, Finished
from tests.survey.publication.counts.test_answers import counts_of, reporting_table

Document = dict[str, Any]
SHIPPED = xlsform.read(PROJECT / "questionnaires" / "community_security.md")
MONEY = GAPS[0]
RULES = Rules(ladder=None)
#: Of each district how many women wanted money, got it, both, got any help, and were asked.
Numbers = tuple[int, int, int, int, int]


@pytest.fixture(scope="module")
def document(finished: Finished) -> Document:
    return release_document.unpack(releases.find(finished.database, CLOSED).content)


# --- a province of a few districts -----------------------------------------------------------------------------------

TOPICS = {one.name: replace(one, groups=("woman",)) for one in topics_of(SHIPPED)}
PLACES = ("swat", "mardan", "kohat", "bannu", "peshawar")


def unit_of(*districts: Numbers) -> Unit:
    """Women of some districts of one province, of whom all single counts are published."""
    domains = [(place, "woman") for place in PLACES[: len(districts)]]
    bases = {domain: numbers[-1] for domain, numbers in zip(domains, districts, strict=True)}
    given = [dict(zip(domains, column, strict=True)) for column in zip(*districts, strict=True)]
    names = (MONEY.first, MONEY.second, "reached")
    tables = [
        table_of(TOPICS[name], ("woman",), bases, {one: {YES: count} for one, count in given[place].items()})
        for name, place in zip(names, (0, 1, 3), strict=True)
    ]
    leaves = {
        one: {BOTH: both, FIRST: wanted - both, SECOND: got - both, INSIDE: max(both, wanted + reached - n)}
        for one, (wanted, got, both, reached, n) in zip(domains, districts, strict=True)
    }
    four, inside = (
        table_of(topic, ("woman",), bases, leaves)
        for topic in block_topics(MONEY, ("woman",), sensitive=False)
    )
    tie = Tie("", (Term(MONEY.second, YES, 1), Term("reached", YES, -1)), 0, ("woman",))
    known = protect_bases(bases_table(("woman",), bases), RULES)
    shown = [np.ones(int(np.prod(table.cube.shape)), np.bool_) for table in tables]
    protected, _ = with_patterns(tables, RULES, known, shown, [tie])
    by_name = {table.name: table for table in tables}
    block = Block(MONEY, ("woman",), four, inside)
    return Unit(by_name, {one.name: one for one in protected}, known, [tie], [block], RULES)


def possible(districts: list[Numbers]) -> list[tuple[int, ...]]:
    """By district how many can have done both, for one who knows of how many all did; every combination is tried."""
    whole = sum(both for _, _, both, *_ in districts)
    ranges = [range(max(0, w + g - n), min(w, g) + 1) for w, g, _, _, n in districts]
    return [one for one in product(*ranges) if sum(one) == whole]


def test_the_attack_succeeds_where_a_sum_gives_every_district_away() -> None:
    """Ten of ten who got it in one district wanted it, ten of ten who wanted it in the other got it: the most there can be."""
    districts = [(20, 10, 10, 25, 40), (10, 20, 10, 25, 40)]
    assert possible(districts) == [(10, 10)]
    unit = unit_of(*districts)
    assert [row.both for row in _candidates(unit, unit.blocks[0])] == [20]
    assert unit.told() == ([], ())


def test_a_sum_that_leaves_every_district_open_is_told() -> None:
    districts = [(20, 10, 5, 25, 40), (15, 12, 4, 25, 40), (18, 11, 5, 25, 40)]
    assert [len(set(column)) for column in zip(*possible(districts), strict=True)] == [11, 13, 12]
    unit = unit_of(*districts)
    told, worlds = unit.told()
    assert [(row.domains[0], row.both) for row in told] == [(("PK5", TOTAL, "woman"), 14)]
    assert len(worlds) > 1
    as_told = unit.as_told(told)
    four = as_told.tables[unit.blocks[0].four.name]
    assert four.count(("PK5", TOTAL, "woman", BOTH)) == 14
    assert four.count(("PK5", "swat", "woman", BOTH)) is None
    assert four.count(("PK5", "swat", "woman", TOTAL)) == 40


def test_one_district_among_several_is_not_given_away() -> None:
    """Nothing is left open of the last district: its women who got it all wanted it, or the sum would be smaller."""
    districts = [(10, 30, 10, 35, 40), (10, 30, 10, 35, 40), (30, 10, 9, 35, 40)]
    assert {one[0] for one in possible(districts)} == {9, 10}
    unit = unit_of(*districts)
    assert list(_candidates(unit, unit.blocks[0]))
    assert unit.told() == ([], ())


def test_parts_that_are_too_small_are_not_told() -> None:
    """Of the province four got it and did not want it: with the sum everybody could work that out."""
    unit = unit_of((20, 6, 4, 25, 40), (20, 6, 4, 25, 40))
    assert list(_candidates(unit, unit.blocks[0])) == []
    # In one district alone the sum would be its own count.
    alone = unit_of((20, 20, 10, 25, 60))
    assert list(_candidates(alone, alone.blocks[0])) == []


# --- a release -------------------------------------------------------------------------------------------------------


def test_told_counts_are_those_of_a_recount(finished: Finished, document: Document) -> None:
    places, found = reporting_table(), Counter[tuple[str, ...]]()
    for one in filter(counts_of, finished.sent):
        answers = one["answers"]
        wants = {answers.get("i_want1"), answers.get("i_want2")}
        province, district = places[answers["district"]]
        del district
        for kind in wants & set(answers.get("i_got", ())) & set(HELP):
            for place, group in product((province, TOTAL), (answers["p_group"], TOTAL)):
                found[kind, place, group] += 1
    told = 0
    for entry in document["paired"]:
        kind = entry["first"].partition("/")[2]
        for cell in entry["cells"]:
            province, district, group = cell["name"]
            if district == TOTAL:
                assert cell["count"] == found[kind, province, group]
                told += 1
    assert told >= 5


def test_nothing_is_told_of_districts_nor_of_small_parts(document: Document) -> None:
    tables = {one["name"]: release_document.counts_of(one) for one in document["topics"]}
    for entry in document["paired"]:
        for cell in entry["cells"]:
            name, k = tuple(cell["name"]), document["rules"]["k"]
            assert is_above_districts(name[1])
            first, second = (tables[entry[side]][(*name, YES)] for side in ("first", "second"))
            parts = four_counts(cell["count"], first, second, tables[entry["first"]][(*name, TOTAL)])
            assert min(parts[leaf] for leaf in (BOTH, FIRST, SECOND, NEITHER)) >= k


def test_the_release_withstands_whoever_reads_it_and_would_not_with_every_count(document: Document) -> None:
    """The store has no proof but what it reads; with the true counts of more places it finds whom they give away."""
    assert not any(release_document.complaints(document))
    told = {tuple(cell["name"]) for entry in document["paired"] for cell in entry["cells"]}
    assert told
    entry = max(document["paired"], key=lambda one: len(one["cells"]))
    wrong = copy.deepcopy(document)
    changed = next(one for one in wrong["paired"] if one["name"] == entry["name"])
    tables = {one["name"]: release_document.counts_of(one) for one in document["topics"]}
    # As many as there can be: then everybody who got it wanted it.
    for cell in changed["cells"]:
        sides = [tables[entry[side]][(*cell["name"], YES)] for side in ("first", "second")]
        cell["count"] = min(sides) - document["rules"]["k"]
    assert any(release_document.complaints(wrong))


def test_of_pairs_that_are_tied_in_another_way_nothing_is_published_nor_taken_in(
    finished: Finished, document: Document
) -> None:
    """A tie of which nobody tried what it means for those reached alone."""
    material = gather(finished.database, CLOSED)
    other = Tie(
        "other", (Term(MONEY.first, YES, 1), Term("reached", YES, 1)), -1, ("member", "woman", "youth")
    )
    ties = replace(material.ties, inequalities=(*material.ties.inequalities, other))
    assert units_of(material, {})
    assert units_of(replace(material, ties=ties), {}) == []
    found = [one for one in release_document.complaints(document, ties=ties) if "ties these pairs" in one]
    assert len(found) == 1


def test_a_gap_is_narrower_where_both_is_told_and_nowhere_else(document: Document) -> None:
    without = {**document, "paired": []}
    narrower = 0
    for entry in document["gaps"]:
        told = paired.both_by_domain(document, entry["name"])
        for cell, before in zip(entry["cells"], gap_figures.cells_of(entry, without), strict=True):
            if tuple(cell["name"]) not in told:
                assert cell == before
                continue
            *same, low, high = cell["figure"]
            *as_before, wide_low, wide_high = before["figure"]
            assert same == as_before
            assert wide_low <= low <= high <= wide_high
            narrower += high - low < wide_high - wide_low
    assert narrower >= 5


def side_of(entry: Document) -> tuple[str, str]:
    return entry["first"], entry["second"]


def large_in_districts(counts: list[dict[tuple[str, ...], int | None]]) -> list[tuple[tuple[str, ...], int]]:
    """Districts where both answers are published, with a number who gave both that leaves every part large enough."""
    found = []
    one, other = counts
    for *domain, answer in one:
        first, second, base = (
            side[(*domain, leaf)] for side, leaf in ((one, YES), (other, YES), (one, TOTAL))
        )
        if answer == YES and not is_above_districts(domain[1]) and None not in (first, second, base):
            both = min(first, second) - 5
            if both >= 5 and min(four_counts(both, first, second, base).values()) >= 5:
                found.append((tuple(domain), both))
    return found


CHANGES = ("one more", "of a district", "not a number", "too few", "two ways", "other people", "no table")


@pytest.mark.parametrize("kind", CHANGES)
def test_a_changed_count_is_found(document: Document, kind: str) -> None:
    wrong = copy.deepcopy(document)
    entry = next(one for one in wrong["paired"] if len(one["cells"]) > 1)
    cell = entry["cells"][0]
    if kind == "one more":
        cell["count"] += 1
    elif kind == "of a district":
        # All four parts are large enough there, and the attack may even find nothing.
        counts = [release_document.counts_of(one) for one in wrong["topics"] if one["name"] in side_of(entry)]
        entry["cells"] = [{"name": list(name), "count": both} for name, both in large_in_districts(counts)][
            :1
        ]
        assert entry["cells"]
    elif kind == "not a number":
        cell["count"] = str(cell["count"])
    elif kind == "too few":
        cell["count"] = 3
    elif kind == "two ways":
        entry["cells"].append({**cell, "count": cell["count"] + 1})
    elif kind == "other people":
        cell["name"] = ["PK9", TOTAL, "woman"]
    else:
        entry["within"] = "reach"
    try:
        found = [*release_document.complaints(wrong), *derived_figures.complaints(wrong)]
    except release_document.MALFORMED:
        found = ["malformed"]
    assert found


def test_what_was_changed_is_not_stored(document: Document, sqlite_database: Any) -> None:
    shipped_round.open_shipped_round(sqlite_database, CLOSED)
    rounds.close(sqlite_database, CLOSED, "")
    wrong = copy.deepcopy(document)
    next(one for one in wrong["paired"] if one["cells"])["cells"][0]["count"] += 1
    with pytest.raises(Problem) as problem:
        releases.store(sqlite_database, CLOSED, release_document.pack(wrong), "1")
    assert problem.value.kind is UNSAFE_RELEASE


def test_only_declared_pairs_come_from_elsewhere(document: Document) -> None:
    topics = topics_of(SHIPPED)
    assert list(undeclared(document, topics)) == []
    for part, other in (("first", "wants/job"), ("within", "private"), ("answer", "no"), ("name", "gap_x")):
        wrong = copy.deepcopy(document)
        wrong["paired"][0][part] = other
        assert list(undeclared(wrong, topics)) == [wrong["paired"][0]["name"]]


def test_a_release_of_before_tells_of_no_pairs(document: Document) -> None:
    old = {name: one for name, one in document.items() if name != "paired"}
    assert list(paired.complaints(old)) == []
    assert paired.both_by_domain(old, MONEY.name) == {}
