"""The table of indicators and wide.csv: every kept figure in its column, once, for the reader's districts only."""

from __future__ import annotations

import csv
import io

import pytest

from survey.publication.counts.cube import TOP_TWO, YES
from survey.publication.reading.indicator_table import COLUMNS, Indicator, indicator_table, wide_csv
from survey.publication.reading.labels import Labels
from survey.publication.release import release
from survey.publication.release.figures import HIDDEN
from survey.publication.release.release import Release
from survey.questionnaire import xlsform
from survey.settings import PROJECT
from survey.storage.scope import Scope
from tests.survey.conftest import CLOSED, Finished

SCOPE = Scope.of(["peshawar", "swat", "quetta"])


@pytest.fixture(scope="module")
def kept(finished: Finished) -> Release:
    return release.read(finished.database, CLOSED)


@pytest.fixture(scope="module")
def labels() -> Labels:
    asked = xlsform.read(PROJECT / "questionnaires" / "community_security.md")
    return Labels(asked, "en", str)


def rows(file: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.decode("utf-8-sig"), newline="")))


def test_every_indicator_that_is_kept_is_in_the_table_once(kept: Release) -> None:
    table = indicator_table(kept, Scope.everywhere())
    shares = [one for one in kept.figures if one.answer in (TOP_TWO, YES)]
    told = [*kept.indices, *kept.gaps, *kept.ratios, *shares]
    assert sum(len(row.values) for row in table.rows) == len(told)
    assert len({one.column for one in table.indicators}) == len(table.indicators) > 50
    found = {(row.province, row.district, row.group): row.values for row in table.rows}
    assert len(found) == len(table.rows)
    for one in shares:
        value = found[one.province, one.district, one.group][Indicator("share", one.question, one.answer)]
        assert (value.n, value.value, value.low, value.high) == (
            one.base,
            one.percent,
            one.ci_low,
            one.ci_high,
        )


def test_wide_holds_the_numbers_of_the_release_and_nothing_of_what_is_hidden(
    kept: Release, labels: Labels
) -> None:
    told = rows(wide_csv(kept, Scope.everywhere(), labels))
    by_place = {(row["adm1_pcode"], row["district"], row["group"]): row for row in told}
    assert len(by_place) == len(told)

    def numbers(one, column: str) -> tuple[str, ...]:
        place = (
            "" if one.province == "Total" else one.province,
            *("all" if name == "Total" else name for name in (one.district, one.group)),
        )
        return tuple(by_place[place][f"{column}{end}"] for end in ("", ":low", ":high", ":n"))

    hidden = 0
    for kind, several in (("index", kept.indices), ("ratio", kept.ratios)):
        for one in several:
            low, high = (one.ci_low, one.ci_high) if kind == "index" else (one.low, one.high)
            wanted = tuple("" if n is None else str(n) for n in (one.value, low, high, one.n))
            assert numbers(one, f"{kind}:{one.name}") == wanted
            hidden += one.status == HIDDEN
    for gap in kept.gaps:
        wanted = tuple("" if n is None else str(n) for n in (gap.points, gap.low, gap.high, gap.base))
        assert numbers(gap, f"gap:{gap.name}") == wanted
    assert hidden > 0


def test_wide_holds_the_districts_of_its_reader_then_what_is_above(kept: Release, labels: Labels) -> None:
    told = rows(wide_csv(kept, SCOPE, labels, demonstration=True))
    assert {row["district"] for row in told if row["level"] == "district"} == {"peshawar", "swat", "quetta"}
    assert {row["level"] for row in told} == {"district", "division", "province", "all"}
    assert {row["demonstration"] for row in told} == {"yes"}
    assert rows(wide_csv(kept, Scope.of([]), labels)) == []
    # The columns are those of the whole release, so that the files of two readers can be joined.
    assert list(told[0]) == list(rows(wide_csv(kept, Scope.everywhere(), labels))[0])
    assert tuple(told[0])[: len(COLUMNS)] == COLUMNS
