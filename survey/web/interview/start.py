"""The first page of the form: where, which form, who enters the answers, practice or real."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import current_app, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from survey import geography
from survey.accounts.sign_in import may_send
from survey.intake.gate import WOMAN
from survey.languages import languages
from survey.problems import N_
from survey.questionnaire.model import DISTRICT, GROUP, MODE, ROUND, Questionnaire, Texts, text_in
from survey.storage import questionnaires, runtime_settings
from survey.storage.field import rounds
from survey.storage.people.accounts import Account
from survey.web.frame import guard, language
from survey.web.frame.current import database
from survey.web.interview import state, step
from survey.web.interview.state import Interview

PRACTICE: Final = "practice"
#: Seconds that a page offers the rounds found before.
CACHE_SECONDS: Final = 5.0
_CACHE_KEY: Final = "survey.open_rounds"
#: What is asked before the interview → what to say when it is missing.
ASKED: Final = {
    ROUND: N_("Choose a round."),
    DISTRICT: N_("Choose a district."),
    GROUP: N_("Choose a form."),
    MODE: N_("Choose who enters the answers."),
    PRACTICE: N_("Choose whether the interview counts."),
}
#: Whom each form is for; a label does not say it, so that a glance gives no member away.
FOR_WHOM: Final = {
    "member": N_("people who have a role in the local committee or jirga"),
    "woman": N_("women; only a woman asks them"),
    "youth": N_("women and men of 18 to 29 years"),
}
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Start:
    """What can be chosen: pairs of a value and its label."""

    questionnaire: Questionnaire
    choices: Mapping[str, tuple[Pair, ...]]

    @property
    def forms(self) -> list[Pair]:
        """Every form and whom it is for."""
        labels = _labels(self.questionnaire, GROUP)
        return [(label, gettext(FOR_WHOM[name])) for name, label in labels if name in FOR_WHOM]

    @property
    def not_offered(self) -> str:
        """The form that this worker does not have, or ""."""
        offered = {name for name, _ in self.choices[GROUP]}
        return next((label for name, label in _labels(self.questionnaire, GROUP) if name not in offered), "")

    @property
    def chosen(self) -> dict[str, str]:
        """What is chosen before anybody taps: the only round or district, and the usual case."""
        single = {name: pairs[0][0] for name, pairs in self.choices.items() if len(pairs) == 1}
        return {MODE: self.choices[MODE][0][0], PRACTICE: "no", **single}


def _open_rounds() -> tuple[str, ...]:
    """The open rounds, cached for some seconds once there is one; the gate asks the database itself."""
    cache: tuple[float, tuple[str, ...]] = current_app.extensions.get(_CACHE_KEY, (0.0, ()))
    if time.monotonic() < cache[0]:
        return cache[1]
    found = tuple(round_.name for round_ in rounds.open_rounds(database()))
    if found:
        current_app.extensions[_CACHE_KEY] = (time.monotonic() + CACHE_SECONDS, found)
    return found


def render_start() -> str:
    """The start page, or the page that says why no interview can begin: each with its reader's code on top."""
    found = _open_rounds()
    if not found:
        return render_template("interview/closed.html")
    start = _start_choices(guard.account(), found, found[0])
    return render_template(
        "interview/start.html", start=start, choices=start.choices, chosen=start.chosen, mistakes={}
    )


def _start_choices(account: Account, found: tuple[str, ...], name: str) -> Start:
    round_ = rounds.find(database(), name)
    questionnaire = questionnaires.find(database(), round_.questionnaire, round_.version).questionnaire
    return Start(
        questionnaire,
        {
            ROUND: tuple((round_name, round_name) for round_name in found),
            DISTRICT: _district_choices(account, questionnaire),
            # Women are interviewed by women: a man is not offered their form.
            GROUP: tuple(pair for pair in _labels(questionnaire, GROUP) if account.woman or pair[0] != WOMAN),
            MODE: _labels(questionnaire, MODE),
            PRACTICE: (("no", gettext("Yes, it counts")), ("yes", gettext("No, it is practice"))),
        },
    )


def _district_choices(account: Account, questionnaire: Questionnaire) -> tuple[Pair, ...]:
    reader = language.current_language()
    known = {choice.name for choice in questionnaire.questions[DISTRICT].choices}
    offered = (
        (district.id, district.name(reader.code))
        for district in geography.current_districts()
        if district.id in known and may_send(account, district.reporting)
    )
    return tuple(sorted(offered, key=lambda pair: reader.place_in_alphabet(pair[1])))


def _labels(questionnaire: Questionnaire, name: str) -> tuple[Pair, ...]:
    code, first = language.current_language().code, questionnaire.languages[0]
    return tuple(
        (choice.name, text_in(choice.label, code, first)) for choice in questionnaire.questions[name].choices
    )


def start_interview() -> Interview | str:
    """A new interview from the start page that was sent, or that page with what is missing."""
    account = guard.account()
    found = _open_rounds()
    if not found:
        return render_start()
    wanted = request.form.get(ROUND, "")
    start = _start_choices(account, found, wanted if wanted in found else found[0])
    sent = {name: request.form.get(name, "") for name in ASKED}
    mistakes = {
        name: gettext(text)
        for name, text in ASKED.items()
        if sent[name] not in (value for value, _ in start.choices[name])
    }
    if mistakes:
        return _render_again(start, sent, mistakes)
    preset = {name: sent[name] for name in (ROUND, DISTRICT, GROUP, MODE)}
    fills = _fills(start.questionnaire, sent[DISTRICT])
    return state.begin(start.questionnaire, preset, sent[PRACTICE] == "yes", fills, place="")


def render_start_in(code: str) -> Response:
    """The start page in another language, with everything that was chosen so far."""
    if code in languages():
        step.set_language(code)
    found = _open_rounds()
    if not found:
        return language.remember_choice(render_start())
    wanted = request.form.get(ROUND, "")
    start = _start_choices(guard.account(), found, wanted if wanted in found else found[0])
    sent = {name: request.form.get(name, "") for name in ASKED}
    return language.remember_choice(_render_again(start, sent, {}))


def _render_again(start: Start, sent: Mapping[str, str], mistakes: Mapping[str, str]) -> str:
    return render_template(
        "interview/start.html",
        start=start,
        choices=start.choices,
        chosen=sent,
        mistakes=mistakes,
        errors=[(f"{name}-0", message) for name, message in mistakes.items()],
    )


def _fills(questionnaire: Questionnaire, district: str) -> dict[str, Texts]:
    """What this district calls the local body, and what the office says before consent, if they have words of their own."""
    own = runtime_settings.local_body(database(), geography.reporting_of(district).id)
    said = runtime_settings.consent_texts(database())
    found: dict[str, Texts] = {**said, **({"local_body": own} if own else {})}
    return {name: texts for name, texts in found.items() if name in questionnaire.fills}
