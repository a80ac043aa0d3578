"""A questionnaire that lacks the reader's language, or every language of the product, reads the same everywhere."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any

import pytest
from flask import Flask

from survey.languages import languages
from survey.publication.counts.cube import topics_of
from survey.publication.reading.labels import Labels
from survey.questionnaire.model import Questionnaire, from_json, text_in, to_json
from survey.settings import PROJECT
from survey.storage import questionnaires, runtime_settings
from survey.storage.field import rounds
from survey.storage.people import accounts
from tests.support.pages import Page
from tests.support.readers import at_browser, somebody, stored
from tests.support.running import require
from tests.survey.web.conftest import ROUND, shipped

#: Languages that a questionnaire is left with, renamed: with few of ours, with none, in another order.
LEFT = {
    "without Pashto": {"en": "en", "ur": "ur"},
    "without English": {"ur": "ur", "ps": "ps"},
    "in French alone": {"en": "fr"},
    "in French and Urdu": {"en": "fr", "ur": "ur"},
}


def left_with(asked: Questionnaire, kept: dict[str, str]) -> Questionnaire:
    """The questionnaire in these languages alone."""

    def walk(value: Any) -> Any:
        if isinstance(value, list):
            return [walk(one) for one in value]
        if not isinstance(value, dict):
            return value
        if value and set(value) <= set(asked.languages):
            return {kept[code]: text for code, text in value.items() if code in kept}
        return {name: walk(one) for name, one in value.items()}

    plain = walk(json.loads(to_json(asked)))
    plain["languages"] = list(kept.values())
    plain["default_language"] = plain["languages"][0]
    return from_json(json.dumps(plain))


def names_of_options(asked: Questionnaire) -> set[str]:
    """The codes of options that are no words of the questionnaire in any language."""
    every = [choice for question in asked.questions.values() for choice in question.choices]
    words = {text.casefold() for choice in every for text in choice.label.values()}
    return {choice.name for choice in every if not choice.name.isdigit()} - words


@pytest.fixture(params=LEFT)
def asked(request: pytest.FixtureRequest, app: Flask) -> Questionnaire:
    """One of them, published, with an open round, and a district's own word for the local body in our languages."""
    made = left_with(shipped(), LEFT[request.param])
    database = stored(app)
    rounds.start(database, ROUND, questionnaires.publish(database, made))
    runtime_settings.name_local_body(database, "bannu", dict.fromkeys(languages(), "the jirga"))
    return made


def texts_shown(page: Page) -> list[str]:
    """What is said of questions and options: labels, legends, headings, terms and what stands beside them."""
    root = page.root.all("main")[0]
    return [one.text for tag in ("label", "legend", "h1", "h2", "dt", "dd") for one in root.all(tag)]


@pytest.mark.slow
@pytest.mark.parametrize("code", languages())
def test_an_interview_without_script_shows_words_on_every_page(app: Flask, asked: Questionnaire, code: str):
    worker = accounts.add(stored(app), "worker", "W1", woman=True, districts=("bannu",))
    browser = at_browser(app, worker, code)
    pages = [browser.get("/form")]
    chosen = {"district": "bannu", "p_group": "member", "practice": "no", "round": ROUND, "do": "begin"}
    pages.append(Page(browser.client.post("/form", data={**pages[0].fields, **chosen})))
    wanted = {"c_agree": "yes", "p_age": "30_44", "s_private": "alone"}
    while "submit" not in pages[-1].buttons():
        given = {f"q-{name}": value for name, value in wanted.items() if name in pages[-1].questions}
        pages.append(Page(browser.client.post("/form", data={**pages[-1].fields, **given, "do": "continue"})))
        assert len(pages) < 40
    codes = names_of_options(asked)
    for page in pages:
        shown = texts_shown(page)
        assert all(shown), f"{page.title}: {shown}"
        assert not codes & set(shown), page.title
    first = text_in(asked.questions["saf_day"].label, code, asked.languages[0])
    assert first
    assert any(first in page.text for page in pages)
    end = Page(browser.client.post("/form", data={**pages[-1].fields, "do": "submit"}))
    assert end.status == 200
    with stored(app).read() as connection:
        (language,) = connection.exec_driver_sql("SELECT language FROM responses").scalars().all()
    assert language == asked.language_for(code)


@pytest.mark.slow
@pytest.mark.parametrize("code", languages())
def test_figures_have_words_in_every_language(asked: Questionnaire, code: str):
    labels = Labels(asked, code, str)
    codes = names_of_options(asked)
    for topic in topics_of(asked):
        assert labels.question(topic.name), topic.name
    for question in asked.questions.values():
        words = [labels.answer(question.name, choice.name) for choice in question.choices]
        assert all(words), question.name
        assert not codes & set(words), question.name
    assert all(labels.page(page.name) for page in asked.pages)


@pytest.mark.slow
def test_readers_of_a_round_open_their_pages(app: Flask, asked: Questionnaire):
    boss = somebody(stored(app), "administrator", "boss")
    for code in languages():
        browser = at_browser(app, boss, code)
        for address in (
            "/coverage",
            "/administration",
            "/administration/plan",
            "/administration/questionnaires",
        ):
            browser.get(address)


@pytest.mark.slow
@pytest.mark.parametrize("kept", LEFT)
def test_the_phone_says_the_same_words(kept: str):
    """The phone's own function, over every text of the questionnaire and every language of the product."""
    require("node", "Node is not installed: apt-get install nodejs")
    asked = left_with(shipped(), LEFT[kept])
    texts = [one for question in asked.questions.values() for one in (question.label, question.hint)]
    texts += [choice.label for question in asked.questions.values() for choice in question.choices]
    program = """
        import { know, choose, said, fillWith } from "./static/js/core/words.js";
        const { texts, codes, questionnaire, own } = JSON.parse(process.argv[1]);
        know(codes.map((code) => ({ code, words: {} })));
        fillWith(own);
        const all = (code) => (choose(code), texts.map((one) => said(one, questionnaire)));
        console.log(JSON.stringify(Object.fromEntries(codes.map((code) => [code, all(code)]))));
    """
    own = {"local_body": {"en": "the jirga"}}
    questionnaire = {
        "languages": asked.languages,
        "fills": {name: dict(one) for name, one in asked.fills.items()},
    }
    given = {
        "texts": [dict(one) for one in texts],
        "codes": list(languages()),
        "questionnaire": questionnaire,
    }
    told = subprocess.run(
        ["node", "--input-type=module", "-e", program, json.dumps({**given, "own": own})],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for code, words in json.loads(told).items():
        first = asked.languages[0]
        for one, word in zip(texts, words, strict=True):
            # A usual name that the reader reads stands before the district's own in another language.
            body = text_in({**asked.fills["local_body"], **own["local_body"]}, code, first)
            assert word == text_in(one, code, first).replace("${local_body}", body)
            assert bool(word) == bool(any(one.values()))


def test_nobody_chooses_among_texts_in_a_way_of_their_own():
    """Texts are asked for a language in `said` alone."""
    own = re.compile(r"\.(label|hint|text|title|constraint_message)(\.get\(|\[[a-z_.]*(code|language))")
    files = [*(PROJECT / "survey").rglob("*.py"), *(PROJECT / "templates").rglob("*.html")]
    found = {file.name for file in files if own.search(file.read_text(encoding="utf-8"))}
    assert found == set()


def test_the_first_language_stands_in_and_nothing_else():
    texts = {"ur": "ضلع", "en": "District"}
    assert text_in(texts, "ps", "ur") == "ضلع"
    assert text_in(texts, "en", "ur") == "District"
    assert text_in({}, "en", "ur") == ""
