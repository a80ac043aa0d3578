"""What changed between two released rounds tells nothing that one of them hides, read to the last digit.

The rounds are those of the demonstration: their releases as shipped, and their interviews made again for the recount.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from survey.made_up.shipped_releases import DISTRICTS, ROUNDS, file_of, hold_interviews
from survey.publication.reading.change import Change, changes
from survey.publication.reading.change_tables import change_csv
from survey.publication.reading.labels import Labels
from survey.publication.release.release import _parsed_release
from survey.storage import questionnaires
from survey.storage.engine.database import Database, migrate
from survey.storage.field import rounds
from survey.storage.results import release_document
from tests.survey.publication.interviewed import people_of
from tests.survey.publication.own_attack import OwnAttack
from tests.survey.publication.two_rounds_attack import Reader, Row, rows_of

pytestmark = pytest.mark.slow

EARLIER: Final = "demo-1"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The interviews of both rounds, and no release."""
    home: Path = tmp_path_factory.mktemp("two")
    database = Database(f"sqlite:///{home / 'survey.sqlite'}", home)
    migrate(database.url)
    for name in ROUNDS:
        hold_interviews(database, name)
    yield database
    database.close()


@pytest.fixture(scope="module")
def compared() -> tuple[Change, ...]:
    """What changed, of two documents and nothing else."""
    contents = {name: file_of(name).read_bytes() for name in ROUNDS}
    return changes(*(_parsed_release(name, "", "", "", content) for name, content in contents.items()))


@pytest.fixture(scope="module")
def rows(database: Database, compared: tuple[Change, ...]) -> list[Row]:
    later = list(ROUNDS)[-1]
    present = rounds.find(database, later)
    asked = questionnaires.find(database, present.questionnaire, present.version).questionnaire
    release = _parsed_release(later, "", "", "", file_of(later).read_bytes())
    return rows_of(change_csv(release, EARLIER, compared, Labels(asked, "en", str)))


@pytest.fixture(scope="module", params=list(ROUNDS))
def reader(request: pytest.FixtureRequest, database: Database) -> Reader:
    document = release_document.unpack(file_of(request.param).read_bytes())
    return Reader(OwnAttack(document, *people_of(database, request.param)))


def test_the_file_has_a_row_of_every_kind_and_every_base(rows: list[Row]) -> None:
    assert {row.kind for row in rows} == {"share", "index", "gap", "ratio"}
    assert {row.answered for row in rows if row.kind == "share"} == {True, False}
    assert len({(row.province, row.district) for row in rows}) > len(DISTRICTS)


def test_every_figure_is_that_of_a_recount(reader: Reader, rows: list[Row]) -> None:
    side = list(ROUNDS).index(reader.attack.document["round"])
    recounted = [(row, value) for row in rows if (value := reader.value(row)) is not None]
    assert len(recounted) > 800
    assert [row for row, value in recounted if abs(value - row.numbers[side]) > 0.5 + 1e-9] == []


def test_with_all_its_digits_it_tells_no_count_that_a_round_hides(reader: Reader, rows: list[Row]) -> None:
    assert reader.new(rows) == {}


def test_told_of_places_where_a_round_hides_a_part_it_would_give_people_away(reader: Reader) -> None:
    """The reader of this test would have seen it: a province's mean of groups of which one is hidden, and who kept silent."""
    table = "i_enough"
    places = sorted({name[:2] for name in reader.numbers[table]})
    rows = [Row("share", table, *place, "Total", True, (0, 0)) for place in places]
    assert len(reader.new(rows)) > 5
    assert len(reader.given_away(rows)) > 5
