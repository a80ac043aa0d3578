"""Gaps of a release: functions of published numbers, hidden with their parts, and silent on who said both."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from math import ceil, inf, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from analysis.disclosure.nodes import TOTAL
from analysis.intervals import paired_difference
from analysis.models.interviewers import MEASURED, PLANNED, Correlation
from survey.made_up import send, shipped_round
from survey.made_up.interviews import Interview, Population
from survey.problems import UNSAFE_RELEASE, Problem
from survey.publication.counts import answers as counts_answers
from survey.publication.counts.cube import YES, topics_of
from survey.publication.counts.design_effects import Known
from survey.publication.counts.gaps import GAPS, Gap
from survey.publication.release import gaps, interviewers, release
from survey.publication.release.figures import FEW, HIDDEN, PUBLISHED
from survey.publication.release.material import gather
from survey.publication.release.release import Material
from survey.questionnaire import xlsform
from survey.settings import PROJECT
from survey.storage.engine.database import Database, migrate
from survey.storage.field import rounds
from survey.storage.results import release_document, releases
from survey.storage.results.gaps import figures as gap_figures
from survey.storage.scope import Scope
from tests.survey.conftest import CLOSED, Finished

Document = dict[str, Any]
PLACE = ("PK5", "swat")
NO_ERROR = {"rho": 0.0, "error": 0.01, "source": MEASURED, "alone": False}


@pytest.fixture(scope="module")
def document(finished: Finished) -> Document:
    return release_document.unpack(releases.find(finished.database, CLOSED).content)


def topic(name: str, answer: str, counts: Mapping[str, tuple[int | None, int | None]], known: Document):
    cells = [
        {"name": [*PLACE, group, kind], "count": count}
        for group, numbers in counts.items()
        for kind, count in zip((answer, TOTAL), numbers, strict=True)
    ]
    return {"name": name, "cells": cells, interviewers.FIELD: known}


def made(wanted: Any, got: Any, seen: float = 1.0, known: Document = NO_ERROR) -> Document:
    """One district with one group: who said yes of how many, to two questions."""
    gap = GAPS[0]
    sides = [
        topic(name, gap.answer, {"woman": numbers}, known)
        for name, numbers in ((gap.first, wanted), (gap.second, got))
    ]
    return {"topics": sides, "workloads": [{"name": [*PLACE, "woman"], "seen": seen}]}


def gap_of(document: Document, known: Document = NO_ERROR) -> list[int] | None:
    source = Known(Correlation(known["rho"], known["error"], known["source"]), known["alone"])
    (entry,) = gaps.gap_entries(document, {GAPS[0]: source})
    (cell,) = entry["cells"]
    assert cell["name"] == [*PLACE, "woman"]
    return cell["figure"]


def test_a_gap_worked_by_hand() -> None:
    # Of 60 women 33 wanted money and 12 got it: 21 of 60 are 35 points. At most nobody did both (33 + 12 < 60), so 45
    # differ: (45/60 - 0.35²)/60 = 0.0104583, its root 0.102266, times 1.96 is 0.2004: 15 to 55 points.
    assert gap_of(made((33, 60), (12, 60))) == [60, 35, 15, 55]
    # Of 60 women 50 wanted it and 40 got it: at least 30 did both, so 30 differ: (30/60 - (1/6)²)/60 = 0.00787,
    # root 0.08872, times 1.96 is 0.1739: -1 to 34 points.
    assert gap_of(made((50, 60), (40, 60))) == [60, 17, -1, 34]
    # 21 interviews of one worker and a likeness of .05 with the error .02 make a design effect of 2 with 50 degrees of
    # freedom: 2.0086 times the root of 2 · 0.0104583 is 0.2905.
    alike = {**NO_ERROR, "rho": 0.05, "error": 0.02}
    assert gap_of(made((33, 60), (12, 60), 21.0, alike), alike) == [60, 35, 6, 64]


def test_a_perception_gap_worked_by_hand() -> None:
    # Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10: 56/70 less 48/80 has 0.0524 to 0.3339.
    gap = next(gap for gap in GAPS if gap.groups)
    sides = [
        topic(gap.first, gap.answer, {"member": (56, 70)}, NO_ERROR),
        topic(gap.second, gap.answer, {"woman": (48, 80)}, NO_ERROR),
    ]
    seen = [{"name": [*PLACE, group], "seen": 1.0} for group in ("member", "woman")]
    (entry,) = gaps.gap_entries({"topics": sides, "workloads": seen}, {gap: None})
    assert entry["cells"] == [{"name": [*PLACE, "woman"], "figure": [70, 20, 5, 33]}]


@pytest.mark.parametrize(
    ("wanted", "got"), [((None, 60), (12, 60)), ((33, 60), (None, 60)), ((33, None), (12, None))]
)
def test_a_gap_is_hidden_where_a_part_of_it_is(wanted: Any, got: Any) -> None:
    assert gap_of(made((33, 60), (12, 60))) is not None
    assert gap_of(made(wanted, got)) is None


def effect(seen: float, kept: Document) -> tuple[float, float]:
    raw = 1 + (seen - 1) * kept["rho"]
    df = max(2, 2 * raw**2 / ((seen - 1) * kept["error"]) ** 2) if seen > 1 else inf
    return ceil(round(10 * raw, 6)) / 10, float(stats.t.ppf(0.975, df))


def wilson(count: int, base: int, seen: float, kept: Document) -> tuple[float, float, float]:
    deff, t = effect(seen, kept)
    n, p = base / deff, count / base
    middle, half = p + t * t / (2 * n), t * sqrt(p * (1 - p) / n + t * t / (4 * n * n))
    return p, (middle - half) / (1 + t * t / n), (middle + half) / (1 + t * t / n)


class Published:
    """What anybody reads in a release; each gap typed from docs/statistics.md, apart from the code."""

    def __init__(self, document: Document) -> None:
        self.topics = {one["name"]: one for one in document["topics"]}
        self.counts = {name: release_document.counts_of(one) for name, one in self.topics.items()}
        self.seen = {tuple(one["name"]): one["seen"] for one in document["workloads"]}
        self.both = {
            (entry["name"], *cell["name"]): cell["count"]
            for entry in document["paired"]
            for cell in entry["cells"]
        }

    def share(self, name: str, answer: str, place: tuple[str, ...]) -> tuple[int | None, int | None]:
        counts = self.counts[name]
        return counts[(*place, answer)], counts[(*place, TOTAL)]

    def of_same_people(self, entry: Document, place: tuple[str, ...]) -> list[float] | None:
        one, base = self.share(entry["first"], entry["answer"], place)
        other, _ = self.share(entry["second"], entry["answer"], place)
        if one is None or other is None or base is None:
            return None
        deff, t = effect(self.seen[place], entry["interviewers"])
        fewest = max(0, one + other - base)
        differ = one + other - 2 * self.both.get((entry["name"], *place), fewest)
        d = (one - other) / base
        half = t * sqrt(deff * (differ / base - d * d) / base)
        return [base, 100 * d, 100 * max(d - half, -1), 100 * min(d + half, 1)]

    def of_two_groups(self, entry: Document, place: tuple[str, ...]) -> list[float] | None:
        found = []
        for side, group in zip(("first", "second"), entry["groups"], strict=True):
            there = (*place[:2], group)
            count, base = self.share(entry[side], entry["answer"], there)
            if count is None or base is None:
                return None
            kept = self.topics[entry[side]]["interviewers"]
            found.append((base, *wilson(count, base, self.seen[there], kept)))
        (n, p, low, high), (m, q, under, over) = found
        d = p - q
        limits = d - sqrt((p - low) ** 2 + (over - q) ** 2), d + sqrt((high - p) ** 2 + (q - under) ** 2)
        return [min(n, m), 100 * d, *(100 * one for one in limits)]


def test_every_gap_follows_from_published_numbers_alone(document: Document) -> None:
    published, shown, hidden = Published(document), dict.fromkeys((gap.name for gap in GAPS), 0), 0
    for entry in document["gaps"]:
        for cell in entry["cells"]:
            place = tuple(cell["name"])
            again = published.of_two_groups if entry.get("groups") else published.of_same_people
            found = again(entry, place)
            assert (found is None) == (cell["figure"] is None), (entry["name"], place)
            if found is None:
                hidden += 1
                continue
            assert np.abs(np.array(found) - cell["figure"]).max() <= 0.5 + 1e-6, (entry["name"], place)
            assert cell["figure"][2] <= cell["figure"][1] <= cell["figure"][3]
            shown[entry["name"]] += 1
    assert hidden > 0
    assert all(number >= 3 for number in shown.values())


def test_every_domain_of_both_sides_has_its_gap(document: Document) -> None:
    for entry in document["gaps"]:
        names = [tuple(cell["name"]) for cell in entry["cells"]]
        sides = [set(Published(document).counts[entry[side]]) for side in ("first", "second")]
        domains = {name[:-1] for name in sides[1] if name[-1] == TOTAL}
        assert len(names) == len(set(names))
        assert set(names) == domains


def test_the_likeness_of_a_gap_is_its_own_and_says_whence_it_is_known(document: Document) -> None:
    for entry in document["gaps"]:
        kept = entry.get("interviewers")
        assert (kept is None) == bool(entry.get("groups"))
        if kept:
            assert kept["source"] == MEASURED
            assert (kept["rho"], kept["error"]) == (round(kept["rho"], 2), round(kept["error"], 2))


def compatible(first: int, second: int, n: int, told: tuple[int, int]) -> list[int]:
    """The numbers who said both that agree with an interval in whole points, for one who knows the rest."""
    return [
        both
        for both in range(max(0, first + second - n), min(first, second) + 1)
        if _whole(paired_difference(first, second, n, both)) == told
    ]


def _whole(limits: tuple[float, float]) -> tuple[int, int]:
    low, high = (int(np.copysign(np.floor(abs(100 * one) + 0.5), one)) for one in limits)
    return low, high


def test_an_interval_with_the_true_cross_count_would_tell_it() -> None:
    """Who reads the counts and such an interval knows how many people both wanted and got it; ours tells nothing."""
    n, first, second = 30, 14, 9
    for both in range(second + 1):
        true = _whole(paired_difference(first, second, n, both))
        assert compatible(first, second, n, true) == [both]
    told = gap_of(made((first, n), (second, n)))
    assert told is not None
    # In a base of 120 it would leave four of the 41 numbers at most.
    left = [len(compatible(60, 40, 120, _whole(paired_difference(60, 40, 120, both)))) for both in range(41)]
    assert max(left) <= 4
    # Ours is an argument of no cross count: all that agree with the margins agree with what is published.
    assert told[2:] == list(_whole(paired_difference(first, second, n)))


def exchanged(drawn: list[Interview]) -> Iterator[Interview]:
    """The same interviews, two of a worker's wishes in the same place and group exchanged: other people want, as many."""
    kept: dict[tuple[Any, ...], Interview] = {}
    for one in drawn:
        answers = one.body["answers"]
        key = (one.woman, int(one.id[:4], 16) % 6, answers.get("district"), answers.get("p_group"))
        if not {"i_want1", "i_want2", "i_got"} <= answers.keys():
            yield one
        elif (other := kept.pop(key, None)) is None:
            kept[key] = one
        else:
            yield from _swapped(one, other)
    yield from kept.values()


def _swapped(one: Interview, other: Interview) -> Iterator[Interview]:
    for mine, theirs in ((one, other), (other, one)):
        body = copy.deepcopy(mine.body)
        body["answers"] |= {name: theirs.body["answers"][name] for name in ("i_want1", "i_want2")}
        yield Interview(mine.id, body, mine.woman)


def gathered(home: Path, change: bool) -> tuple[Material, int]:
    """What a release of such a round is made of, and how many wanted money or got it."""
    migrate(f"sqlite:///{home / 'survey.sqlite'}")
    database = Database(f"sqlite:///{home / 'survey.sqlite'}", home)
    shipped_round.open_shipped_round(database, "2026-3")
    asked = xlsform.read(PROJECT / "questionnaires" / "community_security.md")
    drawn = list(Population(asked, "2026-3", "2026-03-01", 8, ("swat", "mardan")).interviews(240))
    gate = send._gate_sender(database)
    for interview in exchanged(drawn) if change else drawn:
        gate(interview)
    rounds.close(database, "2026-3", "")
    material = gather(database, "2026-3")
    counted = counts_answers.build(database, Scope.everywhere(), material.round)
    database.close()
    return material, int(counted.given[GAPS[0].either][YES].sum())


@pytest.mark.slow
def test_who_said_both_changes_no_byte(tmp_path: Path) -> None:
    """A release is made of its material alone: with other people behind the same margins all of it is the same."""
    for name in "ab":
        (tmp_path / name).mkdir()
    (here, one), (there, other) = (gathered(tmp_path / name, change=name == "b") for name in "ab")
    assert one != other
    for mine, theirs in zip(here.tasks, there.tasks, strict=True):
        assert mine.table.name == theirs.table.name
        assert (mine.table.counts == theirs.table.counts).all()
    assert here.effects == there.effects
    assert here.workloads.seen == there.workloads.seen
    assert here.gaps == there.gaps
    assert all(known is None or known.correlation.source == PLANNED for known in here.gaps.values())


def test_what_is_no_function_of_published_numbers_is_not_stored(document: Document, sqlite_database) -> None:
    """The store makes every gap again from counts, bases and workloads."""
    shipped_round.open_shipped_round(sqlite_database, CLOSED)
    rounds.close(sqlite_database, CLOSED, "")
    assert not any(gap_figures.complaints(document))
    for place, change in ((1, 1), (2, 1), (3, -1), (0, -1)):
        wrong = copy.deepcopy(document)
        told = next(cell["figure"] for cell in wrong["gaps"][0]["cells"] if cell["figure"])
        told[place] += change
        with pytest.raises(Problem) as problem:
            releases.store(sqlite_database, CLOSED, release_document.pack(wrong), "1")
        assert problem.value.kind is UNSAFE_RELEASE
        assert releases.released_rounds(sqlite_database) == ()


@pytest.mark.parametrize(
    "kind", ["a hidden one shown", "a shown one hidden", "left out", "added", "a fraction"]
)
def test_a_changed_gap_is_found(document: Document, kind: str) -> None:
    wrong = copy.deepcopy(document)
    cells = wrong["gaps"][0]["cells"]
    shown = next(cell for cell in cells if cell["figure"])
    hidden = next(cell for cell in cells if not cell["figure"])
    if kind == "a hidden one shown":
        hidden["figure"] = [60, 10, 5, 15]
    elif kind == "a shown one hidden":
        shown["figure"] = None
    elif kind == "left out":
        cells.remove(shown)
    elif kind == "added":
        cells.append({"name": ["PK5", "bannu", "everybody"], "figure": None})
    else:
        shown["figure"][1] += 0.25
    assert any(gap_figures.complaints(wrong))


def test_a_release_of_before_has_no_gaps(document: Document) -> None:
    old = {key: value for key, value in document.items() if key != "gaps"}
    assert list(gaps.read(old)) == list(gap_figures.complaints(old)) == []


def test_readers_get_them_with_whether_they_may_be_called(finished: Finished, document: Document) -> None:
    found = release.read(finished.database, CLOSED).gaps
    assert len(found) == sum(len(entry["cells"]) for entry in document["gaps"])
    for one in found:
        status = HIDDEN if one.base is None else PUBLISHED if one.base >= 50 else FEW
        assert one.status == status
        assert one.called
    assumed = copy.deepcopy(document)
    for entry in (*assumed["gaps"], *assumed["topics"]):
        if "interviewers" in entry:
            entry["interviewers"]["source"] = PLANNED
    assert not any(one.called for one in gaps.read(assumed))


def test_a_later_round_borrows_the_likeness_of_a_gap(document: Document) -> None:
    found = interviewers._measured({**document, "mode": "aloud"}, interviewers.Entered("aloud"))
    lent = [name for name in found if " less " in name]
    assert lent == [f"{gap.first} less {gap.second}" for gap in GAPS if gap.groups is None]


def test_a_gap_that_the_questionnaire_does_not_have_is_told(document: Document) -> None:
    topics = topics_of(xlsform.read(PROJECT / "questionnaires" / "community_security.md"))
    assert list(gaps.undeclared(document, topics)) == []
    other: Gap = GAPS[0]
    wrong = json.loads(json.dumps(document))
    wrong["gaps"][0]["second"] = "i_got/health"
    assert list(gaps.undeclared(wrong, topics)) == [other.name]
