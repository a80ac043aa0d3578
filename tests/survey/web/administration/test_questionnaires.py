"""Questionnaires uploaded by an administrator: checked, published, or refused with every mistake."""

from __future__ import annotations

import base64
import io
import zlib

import pytest
from flask import Flask

from survey.questionnaire.groups_asked import groups_by_question
from survey.settings import PROJECT
from survey.storage import questionnaires
from survey.web.administration.questionnaires import LARGEST
from tests.support.readers import Reader, at_browser, hidden_fields, somebody, stored
from tests.survey.hidden.lists import list_questionnaire
from tests.survey.web.conftest import shipped

HOME = "/administration"
FORM = PROJECT / "questionnaires" / "community_security.md"
TEXT = FORM.read_text(encoding="utf-8")


def packed(content: bytes) -> str:
    return base64.b64encode(zlib.compress(content)).decode()


@pytest.fixture
def boss(app: Flask) -> Reader:
    """An administrator at the browser."""
    return at_browser(app, somebody(stored(app), "administrator", "boss"))


def file(text: str, name: str = "پوښتنې.md") -> tuple[io.BytesIO, str]:
    return io.BytesIO(text.encode()), name


@pytest.mark.slow
def test_a_checked_questionnaire_is_published_by_a_second_press_with_its_file(app, boss):
    boss.get(f"{HOME}/questionnaires")
    page = boss.shown(f"{HOME}/questionnaires", file=file(TEXT))
    (warnings,) = page.root.all("section")
    assert len(warnings.all("li")) == 2
    assert questionnaires.all_editions(stored(app)) == ()
    page = boss.does(f"{HOME}/questionnaires/publish", **hidden_fields(boss))
    assert "is published" in page.text
    (edition,) = questionnaires.all_editions(stored(app))
    reply = boss.client.get(f"{HOME}/questionnaires/{edition.key}/file")
    assert reply.data == TEXT.encode()
    assert "community_security-1.md" in reply.headers["Content-Disposition"]
    boss.get(f"{HOME}/questionnaires")
    page = boss.shown(f"{HOME}/questionnaires", file=file(TEXT))
    assert "with the same content" in page.text
    assert not page.root.all("form", action=f"{HOME}/questionnaires/publish")


@pytest.mark.slow
def test_the_check_tells_a_taken_version_and_what_differs(app, boss):
    database = stored(app)
    questionnaires.publish(database, shipped())
    changed = TEXT.replace("In the daytime, how safe", "By day, how safe")
    boss.get(f"{HOME}/questionnaires")
    page = boss.shown(f"{HOME}/questionnaires", file=file(changed))
    assert "published already with other content" in page.text
    assert "Other words in English: 1" in page.text
    (row,) = page.root.all("tbody")[0].all("tr")
    words = ("saf_day", "label", "In the daytime, how safe", "By day, how safe")
    assert all(part in row.text for part in words)
    assert not page.root.all("form", action=f"{HOME}/questionnaires/publish")
    reply = boss.send(f"{HOME}/questionnaires/publish", **hidden_fields(boss))
    assert reply.status_code == 409
    assert len(questionnaires.all_editions(database)) == 1


@pytest.mark.slow
def test_a_preview_shows_every_question_of_a_form_in_a_language_and_keeps_nothing(app, boss):
    boss.get(f"{HOME}/questionnaires")
    boss.shown(f"{HOME}/questionnaires", file=file(TEXT))
    carried = hidden_fields(boss)
    address = f"{HOME}/questionnaires/preview"
    for group, asked in groups_asked().items():
        for code in ("en", "ur", "ps"):
            page = boss.shown(address, **carried, form=f"{group}:{code}")
            drawn = page.root.all("div", class_="shown")
            questions = {one.get("id").removeprefix("shown-") for one in drawn}
            assert questions >= asked
            assert not questions & (set(shipped().questions) - asked)
            assert shipped().questions["saf_day"].label[code] in page.text
    for unknown in ("nobody:en", "woman:xx"):
        boss.fails(address, 404, **carried, form=unknown)
    assert questionnaires.all_editions(stored(app)) == ()


def test_a_preview_shows_what_only_phones_offer(app: Flask, boss: Reader) -> None:
    """A form asks no list and no answer that a phone garbles, yet their words are read in the preview."""
    edition = questionnaires.publish(stored(app), list_questionnaire())
    for code, item, option in (("en", "I paid to get help", "No"), ("ur", "مدد کے لیے پیسے دیے", "نہیں")):
        page = boss.get(f"{HOME}/questionnaires/{edition.key}/preview?form=woman:{code}")
        shown = {one.get("id"): one.all("li") for one in page.root.all("div", class_="shown")}
        for name in ("shown-h_list", "shown-h_second"):
            assert len(shown[name]) == 5
            assert [line.text for line in shown[name]].count(item) == 1
        assert [line.text for line in shown["shown-h_garbled"]][-1] == option


def groups_asked() -> dict[str, set[str]]:
    """The questions of each form."""
    found: dict[str, set[str]] = {"member": set(), "woman": set(), "youth": set()}
    for question, groups in groups_by_question(shipped()).items():
        for group in groups:
            found[group].add(question)
    return found


@pytest.mark.parametrize(
    "content", ["", "no base 64", base64.b64encode(b"not packed").decode(), packed(b"x" * (LARGEST + 1))]
)
@pytest.mark.parametrize("act", ["publish", "preview", "check"])
def test_a_carried_file_is_trusted_in_nothing(boss, content, act):
    boss.get(f"{HOME}/questionnaires")
    boss.fails(f"{HOME}/questionnaires/{act}", ending=".md", content=content)
    boss.fails(f"{HOME}/questionnaires/{act}", ending=".exe", content=packed(TEXT.encode()))


def test_a_version_that_came_without_its_file_says_so(app, boss):
    edition = questionnaires.publish(stored(app), shipped())
    assert "without its file" in boss.get(f"{HOME}/questionnaires/{edition.key}").text
    boss.get(f"{HOME}/questionnaires/{edition.key}/file", 404)
    boss.get(f"{HOME}/questionnaires/{edition.key + 1}", 404)


@pytest.mark.slow
def test_every_mistake_of_a_questionnaire_is_listed_and_nothing_is_published(boss):
    wrong = FORM.read_text(encoding="utf-8").replace("| select_one age |", "| text |")
    boss.get(f"{HOME}/questionnaires")
    page = boss.fails(f"{HOME}/questionnaires", file=(io.BytesIO(wrong.encode()), "form.md"))
    (box,) = page.root.all("div", id="mistakes")
    assert len(box.all("li")) >= 1
    assert "text" in box.text
    assert not page.root.all("table")


@pytest.mark.parametrize("name", ["", "form.pdf", "form"])
def test_only_files_that_can_hold_a_questionnaire_are_taken(boss, name):
    boss.get(f"{HOME}/questionnaires")
    page = boss.fails(f"{HOME}/questionnaires", file=(io.BytesIO(b"x"), name))
    assert list(page.errors) == ["file"]


def test_a_questionnaire_may_be_larger_than_an_interview(boss):
    boss.get(f"{HOME}/questionnaires")
    page = boss.fails(f"{HOME}/questionnaires", file=(io.BytesIO(b"x" * 400_000), "form.md"))
    assert page.root.all("div", id="mistakes")
