"""What the process keeps from one request to the next: nothing of an account, and no answer."""

from __future__ import annotations

import ast
import gc
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from survey.questionnaire.expressions.values import compile_expression
from survey.settings import PROJECT
from survey.storage import questionnaires
from survey.storage.field import rounds
from survey.storage.people import accounts
from survey.storage.people.accounts import Account
from survey.web.frame import guard
from survey.web.frame.compressed import Piece
from survey.web.interview import compiled
from survey.web.readers import fragments
from survey.web.readers.fragments import Fragments
from tests.support.factories import ROUND, answers, questionnaire
from tests.support.pages import Page
from tests.support.readers import Reader, at_browser, somebody, stored
from tests.survey.conftest import CLOSED
from tests.survey.web.conftest import shipped

#: Everything that remembers what it returned → what it is remembered by. None of it is of a person.
REMEMBERING = {
    "survey/accounts/sign_in.py:_nobodys_hash": "nothing",
    "survey/geography.py:districts": "nothing",
    "survey/geography.py:divisions": "nothing",
    "survey/geography.py:_divisions_by_name": "nothing",
    "survey/publication/release/weighted/classes.py:_census": "province",
    "survey/installation.py:code_version": "nothing",
    "survey/keys/record_keys.py:_in_custody": "folder, second",
    "survey/keys/pem.py:load_private": "file of a key",
    "survey/keys/form_state.py:_state_cipher": "folder",
    "survey/keys/store.py:_keyed_hash": "folder, name of a key",
    "survey/keys/store.py:secret": "folder, name of a key",
    "survey/languages/__init__.py:languages": "nothing",
    "survey/languages/__init__.py:_numerals": "nothing",
    "survey/questionnaire/lint/words.py:_banned": "nothing",
    "survey/publication/release/release.py:_parsed_release": "released document",
    "survey/publication/protection/ties/components.py:class_of": "answers of one made-up person, while a questionnaire is looked at",
    "survey/publication/protection/ties/derivation.py:ties_of": "questionnaire",
    "survey/publication/protection/ties/inequalities.py:_inequalities_among": "all persons who are possible",
    "survey/publication/protection/ties/telling.py:_leaves": "questionnaire",
    "survey/questionnaire/groups_asked.py:groups_by_question": "questionnaire",
    "survey/questionnaire/lint/languages.py:_language_names": "nothing",
    "survey/questionnaire/path.py:_skip_rules": "questionnaire",
    "survey/made_up/interviews.py:_people": "nothing",
    "survey/questionnaire/codec.py:_layout": "codebook",
    "survey/storage/engine/statements.py:_insertion": "table, names of columns",
    "survey/storage/engine/statements.py:_selection": "statement, number of values",
    "survey/storage/questionnaires.py:_find": "name and version of a questionnaire",
    "survey/web/phone/gzip.py:_compressed": "the whole body, so that nobody else is given it",
    "survey/web/phone/recordings.py:_mark": "file of a recording, its size and time",
    "survey/web/phone/api.py:in_every_language": "text of the interface",
    "survey/web/interview/step.py:_preset": "questionnaire",
    "survey/web/phone/app.py:bundle": "settings",
    "survey/web/phone/app.py:texts": "nothing",
    "survey/languages/language.py:_order": "language",
    "survey/languages/catalogue.py:translation": "language",
    "survey/publication/briefing/readings.py:_published": "the very release, which is published",
    "survey/publication/briefing/readings.py:_changes": "the two releases themselves, which are published",
    "survey/publication/pictures/outlines.py:outlines": "nothing",
    "survey/web/frame/compressed.py:_style_sheet": "the whole style sheet, which everybody is sent",
    "survey/keys/release_signing.py:_verified": "public key, signature, and the bytes of a release, which is published",
}


def remembering() -> Iterator[str]:
    """Every function that remembers what it returned, by file and name."""
    for file in sorted((PROJECT / "survey").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            marks = [ast.unparse(mark) for mark in getattr(node, "decorator_list", ())]
            if any("cache" in mark and mark != "cached_property" for mark in marks):
                yield f"{file.relative_to(PROJECT)}:{getattr(node, 'name', '')}"


@pytest.mark.slow
def test_whatever_is_remembered_is_known_and_not_by_answers_or_accounts():
    assert set(remembering()) == set(REMEMBERING)


class Twice(Reader):
    """A field worker at the browser, who goes through a whole interview."""

    def walk(self, district: str) -> list[Page]:
        """Every page from the start to the review, with a pause."""
        seen = [self.get("/form")]
        seen.append(self.press_form("begin", field_district=district, field_p_group="member"))
        for _ in range(40):
            if "submit" in seen[-1].buttons():
                break
            seen.append(self.press_form("continue", **self.given()))
            if len(seen) == 4:
                seen.append(self.press_form("pause"))
                seen.append(self.press_form("resume"))
        assert "submit" in seen[-1].buttons(), f"no end: {seen[-1].title} {seen[-1].errors}"
        return [*seen, self.press_form("drop" if "drop" in seen[-1].buttons() else "continue")]

    def given(self) -> dict[str, Any]:
        """What is answered on this page: only what must be."""
        wanted = {"c_agree": "yes", "p_age": "30_44", "s_private": "alone"}
        return {name: value for name, value in wanted.items() if name in self.page.questions}

    def press_form(self, button: str, **given: Any) -> Page:
        """Press a button of the interview's form."""
        data = {**self.page.fields, "do": button}
        for name, value in given.items():
            data[name.removeprefix("field_") if name.startswith("field_") else f"q-{name}"] = value
        self.page = Page(self.client.post("/form", data=data))
        return self.page


def workers(app: Flask) -> dict[str, tuple[Account, str, str]]:
    """Two field workers of other names, districts, sexes and languages."""
    database = stored(app)
    one = accounts.add(database, "worker", "Worker-0001", woman=True, districts=("bannu", "kohat"))
    other = accounts.add(database, "worker", "Worker-0002", districts=("karak", "mardan"))
    return {"Worker-0001": (one, "en", "bannu"), "Worker-0002": (other, "ur", "karak")}


def visit(app: Flask, account: Account, code: str, district: str) -> list[Page]:
    browser = Twice(at_browser(app, account, code).client)
    return browser.walk(district)


@pytest.mark.slow
@pytest.mark.parametrize(
    "order", [("Worker-0001", "Worker-0002"), ("Worker-0002", "Worker-0001")], ids="-".join
)
@pytest.mark.parametrize("alike", [False, True], ids=["other languages", "one language"])
def test_no_page_of_a_worker_holds_anything_of_another(app: Flask, order: tuple[str, str], alike: bool):
    rounds.start(stored(app), ROUND, questionnaires.publish(stored(app), shipped()))
    people = workers(app)
    names = {"Worker-0001": ("Kohat", "کوہاٹ"), "Worker-0002": ("Mardan", "مردان")}
    for name, other in (order, order[::-1]):
        account, code, district = people[name]
        pages = visit(app, account, "en" if alike else code, district)
        assert pages[0].root.all("a", class_="account-link")[0].text == name
        for page in pages:
            assert other not in page.html
            assert not [place for place in names[other] if place in page.text], page.title


def test_without_a_round_each_worker_sees_the_own_code(app: Flask):
    for name, (account, _, _) in workers(app).items():
        page = at_browser(app, account).get("/form")
        assert page.root.all("a", class_="account-link")[0].text == name


@pytest.mark.slow
def test_what_is_kept_for_everybody_is_made_alike_for_everybody(app: Flask, monkeypatch: pytest.MonkeyPatch):
    """Every kept part of a page is made anew for each of two workers, and must be the same."""
    rounds.start(stored(app), ROUND, questionnaires.publish(stored(app), shipped()))
    made: dict[Any, dict[str, str]] = {}

    def remembered(key: tuple[object, ...], make: Any) -> Any:
        name = guard.account().name
        with guard.as_nobody():
            found = make()
        # A form's class is made anew each time, and holds nothing that is shown.
        shown = repr(replace(found, form=None)) if isinstance(found, compiled.Section) else repr(found)
        made.setdefault(key, {}).setdefault(name, shown)
        return found

    monkeypatch.setattr(compiled, "cached_piece", remembered)
    for account, _, district in workers(app).values():
        visit(app, account, "en", district)
    assert {key[0] for key in made} == {"section", "extras"}
    shared = [texts for texts in made.values() if len(texts) == 2]
    assert len(shared) > 5
    assert [texts for texts in shared if len(set(texts.values())) > 1] == []


#: Readers of one release, by name: role, districts and language.
READERS = {
    "rashid": ("reviewer", (), "en"),
    "sana": ("reviewer", (), "ps"),
    "zarmina": ("coordinator", ("peshawar", "quetta"), "en"),
    "gulalai": ("reviewer", ("peshawar", "quetta"), "en"),
    "ahmad": ("administrator", (), "en"),
}


@pytest.mark.slow
def test_what_is_kept_of_results_is_made_alike_for_all_whom_its_key_names(
    finished_app: Flask, monkeypatch: pytest.MonkeyPatch
):
    """Every part is made anew for each reader: who shares a key must share every byte of it."""
    made: dict[Any, dict[str, str]] = {}

    def anew(_self: Fragments, key: Any, template: str, context: Any) -> Piece:
        text = fragments.rendered(template, context)
        made.setdefault((template, key), {})[guard.account().name] = text
        return Piece(text)

    monkeypatch.setattr(Fragments, "piece", anew)
    places = (
        "",
        "/provinces",
        "/interviewers",
        "/district/peshawar",
        "/district/quetta",
        "/question/saf_day",
    )
    for name, (role, districts, code) in READERS.items():
        client = at_browser(finished_app, somebody(stored(finished_app), role, name, districts), code).client
        for place in places:
            # A reviewer is not led to the worker's part.
            reply = client.get(f"/results/{CLOSED}{place}")
            assert reply.status_code == (403 if place == "/interviewers" and role == "reviewer" else 200)
    shared = [set(texts.values()) for texts in made.values() if len(texts) > 1]
    assert len(shared) > 6
    assert [texts for texts in shared if len(texts) > 1] == []
    readers = {frozenset(texts) for texts in made.values()}
    assert frozenset({"sana"}) in readers
    assert frozenset({"zarmina", "gulalai"}) in readers


def test_the_making_of_what_is_kept_sees_no_account(app: Flask):
    account = workers(app)["Worker-0001"][0]
    with app.test_request_context("/form"):
        from flask import g

        g.account = account
        seen = compiled.cached_piece(("test",), lambda: (guard.signed_in_account(), "kept"))
        assert seen == (None, "kept")
        assert guard.account() == account


def _holds(container: Any, planted: int) -> bool:
    """Whether a number is in a container, or in one inside it that the collector does not list by itself."""
    # Loops, for a generator would itself hold the number while it looks.
    for one in gc.get_referents(container):
        if type(one) is int and one == planted:
            return True
        if isinstance(one, dict | list | tuple | set | frozenset) and not gc.is_tracked(one):  # noqa: SIM102
            if _holds(one, planted):
                return True
    return False


def _holders(planted: int) -> list[str]:
    """The kinds of what still holds a number."""
    gc.collect()
    found = []
    for one in gc.get_objects():
        if _holds(one, planted):
            found.append(str(type(one)))
    return found


@pytest.mark.slow
def test_no_answer_stays_in_memory_after_its_reply(app: Flask):
    """Rules that look at a number are asked of one that nobody else gives; afterwards nothing holds it."""
    asked = questionnaire()
    start, main = asked.pages
    rule = compile_expression("${rooms} > 9")
    limit = compile_expression(". < 32000", current="rooms")
    questions = tuple(
        replace(one, constraint=limit) if one.name == "rooms" else one for one in main.questions
    )
    later = tuple(replace(one, name=f"late_{one.name}", relevant=rule) for one in questions[:3])
    asked = replace(asked, version="2", pages=(start, replace(main, questions=(*questions, *later))))
    rounds.start(stored(app), ROUND, questionnaires.publish(stored(app), asked))
    worker = accounts.add(stored(app), "worker", "Worker-0001", woman=True)
    token = accounts.add_token(stored(app), worker.name)
    planted = int("31" + "337")
    body = {
        "questionnaire": "pilot",
        "version": "2",
        "day": "2026-11-20",
        "language": "en",
        "answers": answers(rooms=planted, late_q1="very", got=["help1"]),
    }
    reply = app.test_client().put(
        f"/api/submissions/{uuid4()}", json=body, headers={"Authorization": f"Bearer {token}"}
    )
    assert reply.status_code == 201
    with stored(app).read() as connection:
        assert connection.exec_driver_sql("SELECT flags FROM responses").scalar_one() is None
    body["answers"]["rooms"] = None
    del reply
    assert _holders(planted) == []
