"""How long interviews took: the band of the median alone, of many interviews, attacked with all others that are told."""

from __future__ import annotations

import copy
from collections import Counter

import numpy as np
import pytest

from analysis.disclosure.cube import Cube, Table
from analysis.disclosure.nodes import TOTAL, Dimension
from analysis.disclosure.primary import Rules, Step
from analysis.disclosure.problem import Figure
from analysis.disclosure.protect import protect, protect_bases
from analysis.disclosure.protected_table import ProtectedTable
from survey import geography
from survey.publication.release import lengths, release
from survey.storage.field.lengths import BAND_NAMES, numbers_by_band
from survey.storage.results import release_document, releases
from survey.storage.scope import Scope
from tests.survey.conftest import CLOSED, Finished
from tests.survey.publication.counts.test_answers import counts_of

PLACES = (("a", "one"), ("a", "two"), ("b", "three"))
PLACE = Dimension("place", ("province", "district"), PLACES)
BANDS = Dimension(
    "answer", ("answer",), tuple((name,) for name in (*BAND_NAMES, lengths.UNKNOWN)), answers=True
)
RULES = Rules()


def bases_of(counts: np.ndarray):
    group = Dimension("group", ("group",), (("woman",), ("youth",)))
    halves = np.stack([counts.sum(axis=1) // 2, counts.sum(axis=1) - counts.sum(axis=1) // 2], axis=1)
    return protect_bases(Table(Cube((PLACE, group)), halves, name="bases"), RULES)


def table(*rows: tuple[int, ...]) -> Table:
    return Table(Cube((PLACE, BANDS)), np.array(rows, np.int64), name="lengths")


def found(one: Table) -> dict[tuple[str, ...], str]:
    return {median.name: median.band for median in lengths.medians(one, bases_of(one.counts), RULES.k)}


def test_the_band_is_that_of_the_median_of_those_whose_length_is_known() -> None:
    """Of 60, 30 are in the second band or below, so the lower median is there; what is not known counts for nothing."""
    one = table((10, 20, 10, 20, 0, 0, 0, 0), (0, 29, 6, 25, 0, 0, 0, 40), (0, 0, 0, 9, 40, 11, 0, 0))
    assert found(one) == {
        ("a", "one", TOTAL): "5_to_9",
        ("a", "two", TOTAL): "10_to_14",
        ("b", "three", TOTAL): "20_to_29",
        ("a", TOTAL, TOTAL): "10_to_14",
        ("b", TOTAL, TOTAL): "20_to_29",
        (TOTAL, TOTAL, TOTAL): "15_to_19",
    }


#: Three districts of one province, of which two are a division.
DIVIDED = Dimension(
    "place",
    ("province", "district"),
    (("a", "one"), ("a", "two"), ("a", "three")),
    (("div-ab", ("one", "two")),),
)


def divided(*rows: tuple[int, ...]) -> tuple[Table, ProtectedTable]:
    counts = np.array(rows, np.int64)
    group = Dimension("group", ("group",), (("woman",), ("youth",)))
    halves = np.stack([counts.sum(axis=1) // 2, counts.sum(axis=1) - counts.sum(axis=1) // 2], axis=1)
    bases = protect_bases(Table(Cube((DIVIDED, group)), halves, name="bases"), RULES)
    return Table(Cube((DIVIDED, BANDS)), counts, name="lengths"), bases


def test_a_division_has_the_band_of_its_districts_together() -> None:
    """Of 120 in both, 61 are in the second band or below; of its province's 180 no more than 71."""
    one, bases = divided(
        (20, 20, 10, 10, 0, 0, 0, 0), (0, 21, 20, 19, 0, 0, 0, 0), (0, 10, 0, 0, 50, 0, 0, 0)
    )
    bands = {median.name: median.band for median in lengths.medians(one, bases, RULES.k)}
    assert bands["a", "div-ab", TOTAL] == "5_to_9"
    assert bands["a", "two", TOTAL] == "10_to_14"
    assert bands["a", TOTAL, TOTAL] == "10_to_14"
    told = {
        median.name for median in lengths._told(one, bases, RULES, list(lengths.medians(one, bases, RULES.k)))
    }
    assert ("a", "div-ab", TOTAL) in told


def test_the_attack_withholds_the_band_of_a_division_that_tells_of_somebody() -> None:
    """Told without the rule of few: one interview of the whole division is in the band of its median."""
    one, bases = divided((30, 1, 30, 0, 0, 0, 0, 0), (30, 0, 30, 0, 0, 0, 0, 0), (0, 0, 0, 20, 40, 0, 0, 0))
    careless = list(lengths.medians(one, bases, 1))
    assert [median.band for median in careless if median.name[1] == "div-ab"] == ["5_to_9"]
    assert "div-ab" not in {median.name[1] for median in lengths._told(one, bases, RULES, careless)}
    assert "div-ab" not in {median.name[1] for median in lengths.medians(one, bases, RULES.k)}


def test_few_interviews_have_no_band_and_a_band_of_few_is_not_told() -> None:
    """Of 49 nothing is told; of 61 the median is held by four, so it would tell of these."""
    one = table((9, 20, 10, 10, 0, 0, 0, 0), (28, 4, 29, 0, 0, 0, 0, 0), (0, 0, 0, 20, 40, 0, 0, 0))
    names = found(one)
    assert ("a", "one", TOTAL) not in names
    assert ("a", "two", TOTAL) not in names
    assert names["b", "three", TOTAL] == "20_to_29"


def test_the_attack_withholds_a_band_that_tells_of_somebody() -> None:
    """Told without the rule of few, one interview in the band of the median follows for certain: it cannot be none."""
    one = table((30, 30, 0, 0, 0, 0, 0, 0), (30, 1, 30, 0, 0, 0, 0, 0), (0, 0, 0, 20, 40, 0, 0, 0))
    bases = bases_of(one.counts)
    careless = list(lengths.medians(one, bases, 1))
    assert ("a", "two", TOTAL) in {median.name for median in careless}
    hidden = Rules(raised=(), ladder=(Step(10, (TOTAL,)),))
    figures = [figure for median in careless for figure in median.figures]
    withheld = protect(one, hidden, bases, figures).withheld
    assert any(name.startswith("a / two") for name in withheld)
    told = {median.name for median in lengths._told(one, bases, RULES, careless)}
    assert ("a", "two", TOTAL) not in told
    assert ("b", "three", TOTAL) in told
    whole = Figure("all", tuple(np.ones(one.counts.size)), 0.0, 1000.0)
    assert protect(one, hidden, bases, [whole]).figures == ("all",)


def recounted(finished: Finished) -> dict[str, Counter[str]]:
    bands: dict[str, Counter[str]] = {}
    for one in filter(counts_of, finished.sent):
        place = geography.reporting_of(one["answers"]["district"])
        for name in (place.id, place.division, place.adm1_pcode, TOTAL):
            bands.setdefault(name, Counter())[one["minutes"]] += 1
    return bands


def test_a_release_tells_the_bands_of_its_places(finished: Finished) -> None:
    told = release.read(finished.database, CLOSED).lengths
    right = recounted(finished)
    assert len(told) >= 5
    assert [district for _, district in told if geography.is_division(district)]
    for (province, district), band in told.items():
        numbers = right[district if district != TOTAL else province]
        below = sum(numbers[name] for name in BAND_NAMES[: BAND_NAMES.index(band)])
        all_ = sum(numbers[name] for name in BAND_NAMES)
        assert below < all_ / 2 <= below + numbers[band]


def test_the_store_counts_interviews_that_count(finished: Finished) -> None:
    numbers = numbers_by_band(finished.database, Scope.everywhere(), CLOSED)
    base = Counter[str]()
    for (district, _), number in numbers.items():
        base[district] += number
        base[geography.districts()[district].division] += number
    document = release_document.unpack(releases.find(finished.database, CLOSED).content)
    bases = release_document.counts_of(document["bases"][0])
    shown = {name[1]: n for name, n in bases.items() if name[1] != TOTAL == name[2] and n is not None}
    assert shown
    assert {district: base[district] for district in shown} == shown


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ["PK5", "atlantis", TOTAL], "band": "5_to_9"},
        {"name": ["PK5", "peshawar", "woman"], "band": "5_to_9"},
        {"name": [TOTAL, TOTAL, TOTAL], "band": "7_minutes"},
        {"name": [TOTAL, TOTAL, TOTAL], "band": "5_to_9", "count": 7},
    ],
)
def test_the_store_refuses_a_band_that_is_not_told_in_this_way(finished: Finished, wrong) -> None:
    document = release_document.unpack(releases.find(finished.database, CLOSED).content)
    only = {
        **copy.deepcopy(document),
        "topics": [],
        "valid": [],
        "indices": [],
        "ties": {"inequalities": [], "same": []},
    }
    assert not [text for text in release_document.complaints(only) if text.startswith("lengths")]
    only[release_document.LENGTHS].append(wrong)
    assert [text for text in release_document.complaints(only) if text.startswith("lengths")]
