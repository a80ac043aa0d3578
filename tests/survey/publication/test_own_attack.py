"""A release is attacked by a program that knows nothing of ours: an insider is left with what the product promises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from survey.made_up import send, shipped_round
from survey.publication.release import release
from survey.storage.engine.database import Database, migrate
from survey.storage.field import rounds
from survey.storage.results import release_document, releases
from tests.survey.publication.interviewed import people_of
from tests.survey.publication.own_attack import OwnAttack

pytestmark = pytest.mark.slow

ROUND = "attacked"


@pytest.fixture(scope="module")
def attack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnAttack]:
    home: Path = tmp_path_factory.mktemp("attacked")
    database = Database(f"sqlite:///{home / 'survey.sqlite'}", home)
    migrate(database.url)
    shipped_round.open_shipped_round(database, ROUND)
    send.simulate(database, 240, 8, round_name=ROUND, districts=("karak", "pishin"))
    release.close(database, ROUND)
    people, scored = people_of(database, ROUND)
    document = release_document.unpack(releases.find(database, ROUND).content)
    assert rounds.find(database, ROUND).closed
    yield OwnAttack(document, people, scored)
    database.close()


def test_every_count_is_that_of_a_recount(attack: OwnAttack) -> None:
    shown = [cell for cell in attack.cells if cell.shown is not None]
    assert len(shown) > 500
    assert [cell for cell in shown if cell.shown != cell.count] == []


def test_an_insider_is_left_with_what_is_promised(attack: OwnAttack) -> None:
    hidden = [cell for cell in attack.cells if cell.shown is None]
    assert sum(cell.primary for cell in hidden) > 100
    assert attack.exposed() == []


def test_the_same_insider_finds_what_complements_would_give_away(attack: OwnAttack) -> None:
    """Everything is published that the rules do not hide for itself."""
    more = {(cell.table, cell.name): cell.count for cell in attack.cells if not cell.primary}
    assert len(attack.exposed(more)) > 20
