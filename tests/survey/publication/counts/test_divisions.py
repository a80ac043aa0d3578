"""Divisions in the declared cube: a sum of districts with a name of four parts, attacked like every other cell."""

from __future__ import annotations

import numpy as np

from analysis.disclosure.nodes import TOTAL, nodes_of
from analysis.disclosure.primary import SHIPPED_LADDER, Rules
from analysis.disclosure.protect import protect, protect_bases
from survey.publication.counts.cube import (
    Topic,
    bases_table,
    cube_of,
    divisions_visited,
    is_above_districts,
    places_of,
    table_of,
)
from survey.publication.counts.workloads import Workloads, told
from survey.publication.protection.planning import divisions_of_two
from survey.storage.results import release_document

GROUPS = ("member", "woman", "youth")
VISITED = ("bannu", "lakki-marwat", "swat", "buner", "shangla", "peshawar", "quetta", "pishin")
BASES = {(district, group): 40 for district in VISITED for group in GROUPS}
RULES = Rules(ladder=SHIPPED_LADDER)


def test_a_division_has_a_cell_where_it_is_neither_one_district_nor_all_of_its_province() -> None:
    found = dict(divisions_visited(places_of(BASES)))
    # Quetta's two are all that was visited in Balochistan, and Peshawar is alone in its own.
    assert {name: sorted(inside) for name, inside in found.items()} == {
        "div-bannu": ["bannu", "lakki-marwat"],
        "div-malakand": ["buner", "shangla", "swat"],
    }
    assert divisions_of_two(BASES) == ("div-bannu",)


def test_names_keep_their_parts_and_the_hierarchy_is_frozen_with_them() -> None:
    cube = cube_of(None, GROUPS, places_of(BASES))
    names = {name for node in nodes_of(cube.dimensions[0]) for name in node.names}
    assert {("PK5", "div-bannu"), ("PK5", "div-malakand"), ("PK5", TOTAL), (TOTAL, TOTAL)} <= names
    assert {district for _, district in names if not is_above_districts(district)} == set(VISITED)
    assert release_document.cube_from(release_document.describe(cube)) == cube


def test_a_count_that_only_its_division_gives_away_is_hidden_with_another_one() -> None:
    """Three people said yes in Lakki Marwat; its division less Bannu would tell them."""
    topic = Topic("q", "q", GROUPS, False, (("yes", ("yes",)), ("no", ("no",)), ("no answer", None)))
    given = {domain: {"yes": 15, "no": 23} for domain in BASES} | {
        ("lakki-marwat", group): {"yes": 1, "no": 37} for group in GROUPS
    }
    bases = protect_bases(bases_table(GROUPS, BASES), RULES)
    table = protect(table_of(topic, GROUPS, BASES, given), RULES, bases)

    def shown(place: str) -> bool:
        return table.count(("PK5", place, TOTAL, "yes")) is not None

    assert not shown("lakki-marwat")
    assert not (shown("bannu") and shown("div-bannu"))
    assert table.count(("PK5", "div-malakand", TOTAL, "yes")) in (None, 135)
    counts = {name: count for name, count, _ in table.rows()}
    cube = [{"name": "q", "cube": release_document.describe(table.cube), "sensitive": False}]
    document = {
        "bases": [],
        "topics": [{**cube[0], "cells": [{"name": list(n), "count": c} for n, c in counts.items()]}],
        "rules": {"k": RULES.k, "sensitive_k": RULES.sensitive_k},
    }
    assert list(release_document.complaints(document)) == []
    given_away = {**counts, ("PK5", "bannu", TOTAL, "yes"): 45, ("PK5", "div-bannu", TOTAL, "yes"): 48}
    document["topics"][0]["cells"] = [{"name": list(n), "count": c} for n, c in given_away.items()]
    assert list(release_document.complaints(document))


def test_a_worker_in_two_districts_of_a_division_is_one_worker_there() -> None:
    domains = tuple(BASES)
    loads = np.zeros((2, len(domains)), np.int64)
    loads[0] = [40 if district in ("bannu", "lakki-marwat") else 0 for district, _ in domains]
    loads[1] = 40 - loads[0]
    found = told(Workloads(domains, loads), protect_bases(bases_table(GROUPS, BASES), RULES))
    assert found.bases["PK5", "div-bannu", TOTAL] == 240
    assert found.seen["PK5", "div-bannu", TOTAL] == 240
    assert found.seen["PK5", "div-bannu", "woman"] == 80
    assert found.seen["PK5", "bannu", "woman"] == 40
