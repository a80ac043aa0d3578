"""Agreed actions as they are kept: the very same one is awaited once."""

from __future__ import annotations

from dataclasses import replace

from survey.storage.engine.database import Database
from survey.storage.people import audit
from survey.storage.results import actions
from survey.storage.results.actions import Agreed
from tests.support.factories import ROUND, field

LIGHT = Agreed("lighting", "partner", 1, "share:saf_night")


def test_the_very_same_action_is_kept_once_until_it_has_ended(database: Database) -> None:
    field(database)

    def agree(agreed: Agreed, district: str = "bannu") -> bool:
        return actions.agree(database, ROUND, district, agreed, "zarmina")

    assert [agree(LIGHT), agree(LIGHT)] == [True, False]
    assert [agree(replace(LIGHT, due=2)), agree(LIGHT, "kohat")] == [True, True]
    first, _ = actions.of_district(database, "bannu")
    actions.set_state(database, first, "dropped", "zarmina")
    assert agree(LIGHT)
    assert [one.state for one in actions.of_district(database, "bannu")] == ["dropped", "agreed", "agreed"]
    assert len([one for one in audit.entries(database) if one.event == "action agreed"]) == 4
