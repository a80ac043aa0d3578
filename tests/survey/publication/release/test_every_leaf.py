"""Every number of a release, changed by itself, is refused by whoever imports it, unless nothing published makes it."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from survey.made_up import send, shipped_round
from survey.publication.release import release, transfer
from survey.publication.release.checking.members import member_mistakes
from survey.questionnaire import xlsform
from survey.settings import SHIPPED_VERSIONS
from survey.storage import questionnaires
from survey.storage.engine.database import Database, migrate
from survey.storage.field import rounds
from survey.storage.results import release_document, releases

pytestmark = pytest.mark.slow

ROUND = "leaves"
EARLIER: Final = Path(__file__).parents[3] / "testdata" / "earlier" / "release.survey"

#: What only the true answers, or the true numbers of interviews by worker, make: for these the signature answers.
VOUCHED: Final = {
    "code_version",
    "indices.*.alpha",
    *(f"indices.*.cells.*.figure.{place}" for place in (3, 4, 5, 6, 7)),
    "indices.*.interviewers.error",
    "indices.*.interviewers.rho",
    "weighting.*.classes",
    "pooled.*.spread",
}
#: Numbers with a value add up: some are refused here, all by the attack of the store.
ATTACKED: Final = {"valid.*.cells.*.count"}
#: What the attack and the comparison of ties, rules and names look at, which these checks leave to them.
OTHERS: Final = ("ties", "rules", "format", "round", "questionnaire", "version", "lengths")

#: Lists in which each place says something of its own.
FIGURES: Final = ("figure", "answered")

Path_ = tuple[str | int, ...]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Any]]:
    """A release with every kind of figure, and its questionnaire."""
    home: Path = tmp_path_factory.mktemp("leaves")
    database = Database(f"sqlite:///{home / 'survey.sqlite'}", home)
    migrate(database.url)
    shipped_round.open_shipped_round(database, ROUND)
    send.simulate(database, 800, 6, round_name=ROUND, districts=("karak",))
    release.close(database, ROUND)
    present = rounds.find(database, ROUND)
    asked = questionnaires.find(database, present.questionnaire, present.version).questionnaire
    yield release_document.unpack(releases.find(database, ROUND).content), asked
    database.close()


def leaves(one: Any, path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    items = one.items() if isinstance(one, dict) else enumerate(one) if isinstance(one, list) else ()
    for key, value in items:
        yield from leaves(value, (*path, key))
    if not isinstance(one, dict | list):
        yield path, one


def kind(path: Path_) -> str:
    """The leaves that say the same of different things are of one kind."""
    pairs = zip(path, ("", *path), strict=False)
    return ".".join(
        str(part) if isinstance(part, str) or before in FIGURES else "*" for part, before in pairs
    )


def containers(one: Any, path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    items = one.items() if isinstance(one, dict) else enumerate(one) if isinstance(one, list) else ()
    for key, value in items:
        yield from containers(value, (*path, key))
    if path and isinstance(one, dict | list):
        yield path, one


def longer(container: Any) -> list[Any]:
    """The same with something that nobody looks for."""
    if isinstance(container, dict):
        return [{**container, "true": 7}]
    return [[*container, 7]]


def others(value: Any) -> list[Any]:
    """Plausible other values."""
    if isinstance(value, bool) or value is None:
        return [3 if value is None else not value]
    if isinstance(value, str):
        return [value + "x"]
    return [value + 1, round(value + 0.01, 6)] if isinstance(value, float) else [value + 1]


def changed(document: Any, path: Path_, value: Any) -> Any:
    found = {**document, path[0]: copy.deepcopy(document[path[0]])}
    inside: Any = found
    for part in path[:-1]:
        inside = inside[part]
    inside[path[-1]] = value
    return found


def shorter(one: Any) -> Any:
    """The same with two entries of every list at most: each place of it is a place of the whole."""
    if isinstance(one, dict):
        return {name: shorter(value) for name, value in one.items()}
    if isinstance(one, list) and one and isinstance(one[0], dict):
        return [shorter(value) for value in one[:2]]
    return one


def is_odd(made: tuple[Any, Any], path: Path_, value: Any) -> bool:
    """Whether that value is refused there: by its form, which a short document shows as well, or by what it says."""
    document, asked = made
    form = member_mistakes(changed(shorter(document), path, value))
    return any(form) or is_refused(changed(document, path, value), asked)


def is_refused(document: Any, asked: Any) -> bool:
    try:
        return any(transfer._mistakes(document, asked, transfer._rules(document["rules"])))
    except release_document.MALFORMED:
        return True


def test_no_leaf_of_a_release_can_be_another_number(made: tuple[Any, Any]) -> None:
    document, asked = made
    assert not is_refused(document, asked)
    kinds: dict[str, list[tuple[Path_, Any]]] = {}
    for path, value in leaves(document):
        if path[0] not in OTHERS:
            kinds.setdefault(f"{kind(path)}{'' if value is not None else ' of nothing'}", []).append(
                (path, value)
            )
    chance = random.Random(2)
    accepted = {
        name
        for name, found in kinds.items()
        for path, value in chance.sample(found, 1)
        for other in others(value)
        if not is_refused(changed(document, path, other), asked)
    }
    assert {
        "weighted.*.cells.*.figure.0",
        "indices.*.cells.*.figure.3",
        "topics.*.cells.*.answered.0",
    } <= kinds.keys()
    assert accepted - VOUCHED - ATTACKED == set()


#: Longer than anything that is told, turned, nested, or with more digits than anything has.
STRANGE: Final = ("x" * 300, "x\u202e", ["W07", 7], {"W07": 7}, 0.123456789, 10**12)


def test_no_leaf_of_a_release_can_be_another_kind_of_thing(made: tuple[Any, Any]) -> None:
    found = leaves(shorter(made[0]))
    kinds = {kind(path): path for path, _ in found if path[0] not in ("ties", "rules")}
    chance = random.Random(4)
    accepted = {
        (name, str(strange)[:20])
        for name, path in kinds.items()
        for strange in chance.sample(STRANGE, 2)
        if not is_odd(made, path, strange)
    }
    assert {"code_version", "indices.*.alpha", "weighting.*.classes"} <= kinds.keys()
    assert accepted == set()


def test_nothing_is_said_again(made: tuple[Any, Any]) -> None:
    entries = {
        kind(path): (path, value)
        for path, value in containers(shorter(made[0]))
        if isinstance(value, list)
        and value
        and isinstance(value[-1], dict)
        and path[0] not in ("ties", "rules")
    }
    assert {"topics", "topics.*.cells", "gaps.*.cells", "fixed_mix", "workloads"} <= entries.keys()
    accepted = {
        name for name, (path, value) in entries.items() if not is_odd(made, path, [*value, value[-1]])
    }
    assert accepted == set()


def test_nothing_can_be_added_to_a_release(made: tuple[Any, Any]) -> None:
    document, asked = made
    found = containers(shorter(document))
    kinds = {kind(path): (path, value) for path, value in found if path[0] not in OTHERS}
    accepted = {
        name
        for name, (path, value) in kinds.items()
        for other in longer(value)
        if not is_odd(made, path, other)
    }
    assert {"topics.*.cells.*", "topics.*.cells.*.figure", "gaps.*.cells"} <= kinds.keys()
    assert accepted == set()
    assert is_refused({**document, "true": 7}, asked)


def test_a_weighted_share_of_nothing_is_refused(made: tuple[Any, Any]) -> None:
    document, asked = made
    entry = {"question": "saf_night", "answer": "W07 yes", "cells": []}
    for more in (entry, {**entry, "cells": [{"name": ["PK2", "Total", "woman"], "figure": [1, 0, 2]}]}):
        assert is_refused({**document, "weighted": [*document["weighted"], more]}, asked)


@pytest.mark.parametrize("number", [0, 9])
def test_a_round_of_hardly_anybody_is_released_and_imported(tmp_path: Path, number: int) -> None:
    """Every number interviewed is hidden, and of some places everybody is known not to have been asked."""
    databases = []
    for name in ("here", "there"):
        home = tmp_path / name
        home.mkdir()
        database = Database(f"sqlite:///{home / 'survey.sqlite'}", home)
        migrate(database.url)
        shipped_round.open_shipped_round(database, ROUND)
        databases.append(database)
    here, there = databases
    if number:
        send.simulate(here, number, 5, round_name=ROUND, districts=("karak", "zhob"))
    made = release.close(here, ROUND)
    rounds.close(there, ROUND)
    transfer.take(there, releases.find(here, ROUND).content)
    assert made.shown == 0
    assert release.read(there, ROUND).figures == made.figures
    for database in databases:
        database.close()


#: What a release may lack: releases of before have it not, or it is one figure of several that are whole in themselves.
MAY_LACK: Final = {
    *("mode", "fixed_mix", "gaps", "paired", "pooled", "ratios", "weighted", "lengths"),
    *("indices.*.interviewers", "topics.*.wording", "fixed_mix.*.called"),
    *("fixed_mix.*.cells.*.answered", "topics.*.cells.*.answered", "fixed_mix.*.cells.*.figure.4"),
}


def without(document: Any, path: Path_) -> Any:
    """The same with nothing there."""
    *before, last = path
    found = {**document, path[0]: copy.deepcopy(document[path[0]])}
    inside: Any = found
    for part in before:
        inside = inside[part]
    del inside[last]
    return found


def is_read(document: Any) -> bool:
    """Whether readers find all that they need."""
    try:
        release.parse(document, ROUND, "2026-11-28", "", document["code_version"])
    except release_document.MALFORMED:
        return False
    return True


def test_what_lacks_something_is_refused_unless_readers_can_do_without_it(made: tuple[Any, Any]) -> None:
    document, asked = made
    places = (path for path, _ in (*containers(document), *leaves(document)))
    # Of a list each entry may be missing but those of figures, which have their places.
    members = {kind(path): path for path in places if isinstance(path[-1], str) or path[-2] in FIGURES}
    assert {"topics.*.cells.*.figure", "fixed_mix.*.cells.*.answered.4", "lengths.*.band"} <= members.keys()
    chance = random.Random(6)
    here = sorted(name for name, path in members.items() if path[0] not in OTHERS[:5])
    accepted = set()
    for name in {*MAY_LACK, *chance.sample(here, 40)}:
        less = without(document, members[name])
        if is_read(less) and not is_refused(less, asked):
            accepted.add(name)
    assert accepted - MAY_LACK == set()
    assert {"fixed_mix", "ratios", "topics.*.cells.*.answered"} <= accepted


def test_a_table_lacks_no_cell(made: tuple[Any, Any]) -> None:
    document, asked = made
    for member in ("bases", "topics", "valid"):
        assert is_refused(without(document, (member, 0, "cells", 5)), asked), member


def test_a_question_is_told_or_said_to_be_left_out(made: tuple[Any, Any]) -> None:
    document, asked = made
    names = [topic["name"] for topic in document["topics"]]
    apart = {**document, "topics": [one for one in document["topics"] if one["name"] != "y_main"]}
    assert "y_main" in names
    assert is_refused(apart, asked)


def test_limits_of_before_are_no_narrower_than_those_of_a_simple_random_sample() -> None:
    """A release of before says nothing of its workers; one that were stripped of what it says could tell any interval."""
    content, _ = transfer.unwrap(EARLIER.read_bytes())
    document, asked = release_document.unpack(content), xlsform.read(SHIPPED_VERSIONS["1"])
    assert not is_refused(document, asked)
    figures = [cell["figure"] for topic in document["topics"] for cell in topic["cells"] if "figure" in cell]
    wide = next(figure for figure in figures if figure[1] and figure[4] < figure[3] < figure[5])
    for narrow in ([wide[3], wide[5]], [wide[4], wide[3]], [-1, wide[5]], [wide[4], 101]):
        wide[4:], kept = narrow, wide[4:]
        assert is_refused(document, asked), narrow
        wide[4:] = kept
