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


def test_what_was_written_down_meanwhile_is_not_overwritten_unseen(database: Database) -> None:
    field(database)
    actions.agree(database, ROUND, "bannu", LIGHT, "zarmina")

    def state() -> str:
        (one,) = actions.of_district(database, "bannu")
        return one.state

    (shown,) = actions.of_district(database, "bannu")
    assert actions.set_state(database, shown, "begun", "zarmina", shown.state)
    # A second tab still shows "agreed".
    assert not actions.set_state(database, shown, "dropped", "gul", shown.state)
    assert state() == "begun"
    # The same said twice is no quarrel, and who sees what is there may change it.
    assert actions.set_state(database, shown, "begun", "gul", shown.state)
    assert actions.set_state(database, shown, "dropped", "gul", "begun")
    assert state() == "dropped"
    assert len([one for one in audit.entries(database) if one.event == "action changed"]) == 2
