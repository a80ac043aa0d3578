"""The sealed state of an interview: what it hides, what it refuses, how long it lives."""

from __future__ import annotations

import base64
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from survey.days import PAKISTAN
from survey.problems import STATE_BROKEN, STATE_EXPIRED, Problem
from survey.storage.engine.database import Database
from survey.storage.people import accounts
from survey.storage.people.accounts import Account
from survey.web.interview import state as interview_state
from survey.web.interview.state import Interview
from tests.support.factories import questionnaire
from tests.support.pages import Visitor
from tests.survey.web.conftest import Enter
from tests.survey.web.interview.test_interview import ALONE, REVIEW, agree, go_to

WORKER = Account(1, "W1", "worker", True, True, frozenset(), 1)
PRESET = {"round": "r", "district": "bannu", "p_group": "woman", "mode": "asked"}


def interview(**changes: object) -> Interview:
    """A new interview, changed."""
    begun = interview_state.begin(questionnaire(), PRESET, False, {}, "consent")
    return begun._replace(**changes)


def sent(one: Interview, home: Path, worker: Account = WORKER) -> dict[str, str]:
    """The fields that a form would carry."""
    return {
        "record": one.id,
        "edition": one.edition,
        "state": interview_state.seal_interview(one, worker, home),
    }


def refusal(fields: dict[str, str], home: Path, worker: Account = WORKER) -> object:
    """The kind of refusal that opening these fields meets."""
    with pytest.raises(Problem) as caught:
        interview_state.open_interview(fields, worker, home)
    return caught.value.kind


def test_what_was_sealed_comes_back_alike(tmp_path: Path) -> None:
    one = interview(answers={**PRESET, "got": ("help1", "help9"), "rooms": 3})
    assert interview_state.open_interview(sent(one, tmp_path), WORKER, tmp_path) == one


def test_a_sealed_state_shows_nothing_and_never_repeats_itself(tmp_path: Path) -> None:
    one = interview(answers={**PRESET, "q1": "very_unsafe"})
    tokens = {interview_state.seal_interview(one, WORKER, tmp_path) for _ in range(5)}
    assert len(tokens) == 5
    for token in tokens:
        raw = base64.urlsafe_b64decode(token)
        assert not [word for word in (b"very_unsafe", b"bannu", b"woman", one.code.encode()) if word in raw]


def test_the_length_of_a_state_does_not_follow_its_answers(tmp_path: Path) -> None:
    lengths = {
        len(
            interview_state.seal_interview(
                interview(answers={**PRESET, **dict.fromkeys(("q1", "q2")[:n], "very_unsafe")}),
                WORKER,
                tmp_path,
            )
        )
        for n in range(3)
    }
    assert len(lengths) == 1


@pytest.mark.parametrize("place", [0, 20, 400, -5])
def test_a_changed_state_is_refused(tmp_path: Path, place: int) -> None:
    fields = sent(interview(), tmp_path)
    state = fields["state"]
    fields["state"] = state[:place] + ("A" if state[place] != "A" else "B") + state[place:][1:]
    assert refusal(fields, tmp_path) is STATE_BROKEN


@pytest.mark.parametrize("state", ["", "AAAA", "not base64 ü", "=" * 80])
def test_rubbish_is_refused(tmp_path: Path, state: str) -> None:
    assert refusal({**sent(interview(), tmp_path), "state": state}, tmp_path) is STATE_BROKEN


def test_a_state_belongs_to_one_account_one_version_and_one_interview(tmp_path: Path) -> None:
    one = interview()
    fields = sent(one, tmp_path)
    assert refusal(fields, tmp_path, replace(WORKER, id=2)) is STATE_BROKEN
    assert refusal({**fields, "edition": "pilot 2"}, tmp_path) is STATE_BROKEN
    assert refusal({**fields, "record": interview().id}, tmp_path) is STATE_BROKEN
    assert refusal({}, tmp_path) is STATE_BROKEN


def test_a_state_lives_two_hours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fields = sent(interview(), tmp_path)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 7190)
    assert interview_state.open_interview(fields, WORKER, tmp_path)
    monkeypatch.setattr(time, "time", lambda: now + 7210)
    assert refusal(fields, tmp_path) is STATE_EXPIRED


@pytest.mark.parametrize(
    ("hour", "odd"), [(0, True), (5, True), (6, False), (12, False), (19, False), (20, True), (23, True)]
)
def test_odd_hours_follow_the_clock_of_pakistan(
    monkeypatch: pytest.MonkeyPatch, hour: int, odd: bool
) -> None:
    moment = datetime(2026, 3, 1, hour, 30, tzinfo=PAKISTAN).timestamp()
    monkeypatch.setattr(time, "time", lambda: moment)
    assert interview().odd_hours is odd


@pytest.mark.parametrize(
    ("minutes", "band"), [(0, "under_5"), (4.9, "under_5"), (5, "5_to_9"), (61, "60_or_more")]
)
def test_minutes_become_a_band_when_the_answers_are_reviewed(minutes: float, band: str) -> None:
    begun = int(time.time() - minutes * 60)
    one = interview(begun=begun).final_version("ps")
    assert (one.minutes, one.language) == (band, "ps")


def test_practice_has_no_withdrawal_code() -> None:
    assert interview_state.begin(questionnaire(), PRESET, True, {}, "").code == ""
    assert len(interview().code) == 10


def test_a_stop_tells_nothing_but_where_which_form_and_why() -> None:
    one = interview(
        answers={**PRESET, "c_agree": "yes", "p_age": "under_18", "p_gender": "woman", "q1": "very"}
    )
    stop = interview_state.stop(one, WORKER, "en")
    assert dict(stop.answers) == {
        "round": "r",
        "district": "bannu",
        "p_group": "woman",
        "c_agree": "yes",
        "p_age": "under_18",
    }
    assert (stop.withdrawal_code, stop.minutes, stop.odd_hours) == ("", "", False)
    assert str(stop.id) not in (one.id, "")


# Over the web


@pytest.mark.slow
def test_an_expired_page_says_what_to_do(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    agree(visitor)
    review = go_to(visitor, REVIEW, **ALONE)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 7300)
    page = visitor.send(review, "submit", status=400)
    assert "more than two hours" in page.text
    assert "state_expired" in page.text


@pytest.mark.slow
def test_another_worker_cannot_go_on_with_a_page(visitor: Visitor, enter: Enter, field: Database) -> None:
    page = agree(visitor)
    other = enter(accounts.add(field, "worker", "W2", woman=True, districts=("bannu",)))
    token = other.get("/form").fields["csrf_token"]
    refused = other.send(page, "continue", status=400, field_csrf_token=token)
    assert "belongs to another account" in refused.text


def test_a_form_without_its_token_is_refused(visitor: Visitor) -> None:
    page = agree(visitor)
    refused = visitor.send(page, "continue", status=400, field_csrf_token="")
    assert "form_expired" in refused.text


@pytest.mark.slow
def test_every_page_carries_a_proof_that_is_taken_and_no_other_workers(
    visitor: Visitor, enter: Enter, field: Database
) -> None:
    pages = [agree(visitor), visitor.press("back"), go_to(visitor, REVIEW, **ALONE)]
    proofs = [page.fields["csrf_token"][0] for page in pages]
    for page in pages:
        assert "form_expired" not in visitor.send(page, "continue").text
    other = enter(accounts.add(field, "worker", "W2", woman=True, districts=("bannu",)))
    assert agree(other).fields["csrf_token"][0] not in proofs
    theirs = agree(other).fields["csrf_token"]
    assert "form_expired" in visitor.send(pages[0], "continue", status=400, field_csrf_token=theirs).text
