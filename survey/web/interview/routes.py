"""The interview in a browser without JavaScript: one section a page, nothing kept before it is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from survey.intake import gate
from survey.keys import record_keys
from survey.languages import languages
from survey.problems import CONFLICT, CUSTODY, UNDER_AGE, Problem
from survey.questionnaire.model import PRIVACY
from survey.questionnaire.path import ReachedPage
from survey.questionnaire.rules import stops
from survey.web.frame import guard, language
from survey.web.frame.current import database
from survey.web.interview import hand_over, state
from survey.web.interview import pages as interview_pages
from survey.web.interview import start as interview_start
from survey.web.interview import step as interview_step
from survey.web.interview.step import PAUSE, REVIEW, Step

pages = Blueprint("interview", __name__)


@pages.before_request
def _not_in_custody() -> None:
    """Where somebody else holds the key, this server must not see answers."""
    if request.endpoint in ("interview.start", "interview.step") and record_keys.in_custody(database().home):
        raise Problem(CUSTODY)


@pages.get("/form")
@guard.needs("form.fill")
def start() -> str:
    """The page before an interview."""
    return interview_start.render_start()


@pages.post("/form", endpoint="step")
@guard.needs("form.fill")
def take_page() -> Response | str:
    """Take the sent page and answer with the next one."""
    sent = request.form
    action, _, argument = sent.get("do", "continue").partition(":")
    if "state" not in sent and action == "language":
        return interview_start.render_start_in(argument)
    if "state" not in sent:
        begun = interview_start.start_interview()
        return (
            begun
            if isinstance(begun, str)
            else interview_pages.render_page(interview_step.merge_page(begun).with_place(0))
        )
    interview = state.open_interview(sent, guard.account(), database().home)
    return ACTIONS.get(action, _continue)(interview_step.merge_page(interview), argument)


# What each button does.


def _continue(step: Step, _: str) -> Response | str:
    """Go on, unless an answer is wrong, ends the interview, or opens more questions on the same page."""
    if request.form.get("page") in (PAUSE, REVIEW, hand_over.HAND_OVER, hand_over.HAND_BACK):
        return interview_pages.render_page(step)
    if step.mistakes:
        return interview_pages.section(step, step.mistakes)
    if reason := stops(step.interview.answers):
        return _stop(step, reason)
    if step.page is not None and _has_new_questions(step.page):
        return interview_pages.section(step, more=True)
    left = hand_over.closed(step)
    onward = left.with_place(left.place + 1)
    if step.interview.handing == hand_over.ALONE and hand_over.in_block(step):
        return interview_pages.render_hand_back(onward)
    return interview_pages.render_page(onward)


def _has_new_questions(page: ReachedPage) -> bool:
    shown = request.form.get("asked", "").split()
    return any(question.name not in shown for question in page.questions)


def _step_back(step: Step, _: str) -> Response | str:
    if not hand_over.leads_back(step):
        return interview_pages.render_page(step)
    if hand_over.in_block(step) and not hand_over.at_door(step):
        return interview_pages.render_page(hand_over.undecided(step))
    return interview_pages.render_page(step.with_place(step.place - 1))


def _hand(step: Step, how: str) -> Response | str:
    """Decide who enters the private questions."""
    known = how in (hand_over.ALONE, hand_over.ALOUD) and hand_over.at_door(step)
    return interview_pages.render_page(hand_over.hand(step, how) if known else step)


def _stay(step: Step, _: str) -> Response | str:
    if request.form.get("page") == PAUSE and hand_over.entered_alone(step):
        # The person needed help, and who came has the phone: on it goes through the door of the block.
        step = hand_over.undecided(step)
    return interview_pages.render_page(step)


def _language(step: Step, code: str) -> Response:
    """Show the same page in another language, with everything typed so far."""
    if code in step.questionnaire.languages and code in languages():
        interview_step.set_language(code)
    shown = {PAUSE: interview_pages.render_pause, hand_over.HAND_BACK: interview_pages.render_hand_back}
    render = shown.get(request.form.get("page", ""), interview_pages.render_page)
    return language.remember_choice(render(step))


def _private(step: Step, choice: str) -> Response | str:
    """Note that somebody came near or left; answers that are no longer asked are dropped at once."""
    question = step.questionnaire.questions.get(PRIVACY)
    if question is None or question.choice(choice) is None:
        return interview_pages.render_page(step)
    answers = {**step.interview.answers, PRIVACY: choice}
    # A page on which nothing is left to ask is skipped.
    moved = interview_step.follow_answers(step.questionnaire, step.interview, answers, {})
    names = [page.name for page in moved.pages]
    before = [page.name for page in step.pages[: step.place] if page.name in names]
    return interview_pages.render_page(
        moved if step.interview.place in (*names, REVIEW) else moved.with_place(len(before))
    )


def _pause(step: Step, _: str) -> str:
    return interview_pages.render_pause(step)


def _finish(step: Step, _: str) -> Response | str:
    return interview_pages.render_page(hand_over.closed(step).with_place(len(step.pages)))


def _drop(step: Step, sure: str) -> str:
    """Throw everything away, once that is confirmed: one tap must not."""
    return (
        interview_pages.render_end("dropped", "", practice=False)
        if sure
        else interview_pages.render_drop_question(step)
    )


def _edit(step: Step, name: str) -> Response | str:
    return interview_pages.render_page(step.with_page(name))


def _submit(step: Step, _: str) -> Response | str:
    """Send the reviewed interview through the gate."""
    if step.interview.place != REVIEW or not step.agreed:
        return interview_pages.render_page(step.with_place(len(step.pages)))
    try:
        kept = gate.accept(database(), state.submission(step.interview, guard.account())).kept
    except Problem as problem:
        if problem.kind is not CONFLICT:
            raise
        # A second person after Back, or in a second tab: nothing that was typed is lost.
        return interview_pages.render_review_as_new(step, request.form["state"])
    practice = step.interview.practice
    ending = kept if kept in gate.APART else "practice" if practice else "sent"
    return interview_pages.render_end(ending, step.interview.code if ending != "expired" else "", practice)


def _stop(step: Step, reason: str) -> str:
    """Count the stop in the tally, once, and show the last page."""
    try:
        gate.accept(database(), state.stop(step.interview, guard.account(), step.language))
    except Problem as problem:
        # Under 18 gets a refusal; a stop that was counted before for another reason stays as it was.
        if problem.kind not in (UNDER_AGE, CONFLICT):
            raise
    return interview_pages.render_end(reason, "", step.interview.practice)


#: The part of a button's value before the colon → what it does.
ACTIONS: Final[Mapping[str, Callable[[Step, str], Response | str]]] = {
    "continue": _continue,
    "back": _step_back,
    "hand": _hand,
    "resume": _stay,
    "language": _language,
    "privacy": _private,
    "pause": _pause,
    "finish": _finish,
    "drop": _drop,
    "edit": _edit,
    "submit": _submit,
}


@pages.get("/form/withdraw")
@guard.needs("form.fill")
def withdraw() -> str:
    """The page that takes a withdrawal code."""
    return render_template("interview/withdraw.html", done=False)


@pages.post("/form/withdraw")
@guard.needs("form.fill")
def delete() -> str:
    """Delete the interview of a code; the reply is the same for every code."""
    gate.withdraw(database(), request.form.get("code", ""))
    return render_template("interview/withdraw.html", done=True)
