"""The rules of release on a page: in force, made stricter after a tick, never looser, and told with every release."""

from __future__ import annotations

import pytest
from flask import Flask

from survey.publication.protection import rules
from survey.publication.release import release
from survey.storage.field import rounds
from survey.storage.people import audit
from tests.support.factories import ROUND, field
from tests.support.readers import Reader, at_browser, somebody, stored

PAGE = "/administration/rules"
SHIPPED = {"k": "5", "sensitive_k": "10", "base": "10", "members": "20"}


@pytest.fixture
def boss(app: Flask) -> Reader:
    """An administrator at the browser."""
    reader = at_browser(app, somebody(stored(app), "administrator", "boss"))
    reader.get("/administration/releases")
    return reader


def test_stricter_rules_hold_for_the_next_release_and_are_told_with_it(app: Flask, boss: Reader) -> None:
    page = boss.get(PAGE)
    assert page.root.all(id="in-force-k")[0].text == "5; sensitive questions: 10"
    page = boss.does(PAGE, **{**SHIPPED, "k": "۷", "base": "15"}, sure="y")
    assert "hold from the next release on" in page.text
    assert page.root.all(id="in-force-k")[0].text == "7; sensitive questions: 10"
    assert ("boss", "rules raised", "k=7 sensitive_k=10 base=15 members=20") in [
        (one.account, one.event, one.detail) for one in audit.entries(stored(app))
    ]
    assert "rules of release made stricter" in boss.get("/administration/audit").text
    field(stored(app))
    rounds.close(stored(app), ROUND)
    made = release.close(stored(app), ROUND)
    assert (made.rules["k"], made.rules["sensitive_k"], made.rules["base"]) == (7, 10, 15)
    assert "7; sensitive questions: 10" in boss.get(f"/administration/releases/{ROUND}").text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ({"k": "4"}, "k"),
        ({"sensitive_k": "9"}, "sensitive_k"),
        ({"base": "0"}, "base"),
        ({"members": "19"}, "members"),
        ({"k": "12"}, "sensitive_k"),
        ({"k": "five"}, "k"),
        ({"base": "1001"}, "base"),
        ({"members": ""}, "members"),
    ],
)
def test_looser_rules_are_refused_beside_the_field(
    app: Flask, boss: Reader, written: dict[str, str], wrong: str
) -> None:
    boss.get(PAGE)
    assert list(boss.fails(PAGE, **{**SHIPPED, **written}, sure="y").errors) == [wrong]
    assert rules.rules_of(stored(app)) == rules.SHIPPED
    assert audit.entries(stored(app)) == () or "rules raised" not in {
        e.event for e in audit.entries(stored(app))
    }


def test_nothing_changes_without_the_tick(app: Flask, boss: Reader) -> None:
    boss.get(PAGE)
    assert list(boss.fails(PAGE, **{**SHIPPED, "k": "8"}).errors) == ["sure"]
    assert rules.rules_of(stored(app)) == rules.SHIPPED


@pytest.mark.parametrize(
    ("language", "title"), [("ur", "نتائج شائع کرنے کے قاعدے"), ("ps", "د خپرونې قاعدې")]
)
def test_the_page_speaks_its_readers_language(app: Flask, language: str, title: str) -> None:
    reader = at_browser(app, somebody(stored(app), "administrator", "boss"), language)
    page = reader.get(PAGE)
    assert title in page.title
    assert list(reader.fails(PAGE, **{**SHIPPED, "k": "1"}, sure="y").errors) == ["k"]


def test_only_administrators_reach_it(app: Flask) -> None:
    reader = at_browser(app, somebody(stored(app), "reviewer", "reader"))
    reader.get(PAGE, 403)
