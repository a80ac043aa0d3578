"""An unfinished interview as it travels inside the form itself: encrypted, bound to its worker, kept nowhere."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid4

from survey.days import PAKISTAN, today
from survey.intake import gate
from survey.intake.submission import CODE_DIGITS, Submission, band, parse_id
from survey.keys import digests, form_state
from survey.problems import STATE_BROKEN, Problem
from survey.questionnaire.model import (
    AGE,
    CONSENT,
    DISTRICT,
    GROUP,
    ROUND,
    Answers,
    Questionnaire,
    Texts,
    Value,
)
from survey.storage.people.accounts import Account

#: Seconds after which a page can no longer be sent.
VALID: Final = 2 * 3600
#: A sealed state has whole blocks, so that its length reveals little about the answers.
BLOCK: Final = 512
#: Interviews that begin outside these hours of the day get the odd-hours bit.
USUAL_HOURS: Final = range(6, 20)
#: Orders of options are drawn from as many numbers as on a phone.
SEEDS: Final = 1_000_000
#: The answers that say why an interview stopped and where it counts.
STOPPED: Final = frozenset({ROUND, DISTRICT, GROUP, CONSENT, AGE})
_JSON: Final = json.JSONEncoder(separators=(",", ":"))


class Interview(NamedTuple):
    """An interview that is not finished.

    `id` is the submission's number. `tally` is the number under which a stop is counted, another one, so that a
    worker who tapped wrongly can go back and the interview still arrives. `place` is the page that is shown.
    `fills` are the district's own texts for holes in questions. `minutes` and `language` are fixed when the answers are reviewed:
    the same page sent twice is the same interview. `handing` says who enters the self-entry block ("" where that is not
    decided), `closed` that it was entered and left.
    """

    id: str
    tally: str
    questionnaire: str
    version: str
    place: str
    answers: Answers
    day: str
    begun: int
    odd_hours: bool
    seed: int
    practice: bool
    code: str
    fills: Mapping[str, Texts]
    minutes: str = ""
    language: str = ""
    handing: str = ""
    closed: bool = False

    @property
    def edition(self) -> str:
        """The version as the form names it next to the sealed state."""
        return f"{self.questionnaire} {self.version}"

    def with_place(self, place: str) -> Interview:
        """The same interview, shown at another page."""
        return self._replace(place=place)

    def with_answers(self, answers: Answers) -> Interview:
        """The same interview with other answers."""
        return self._replace(answers=answers)

    def final_version(self, language: str) -> Interview:
        """The same interview as it will be sent."""
        return self._replace(minutes=band((time.time() - self.begun) / 60), language=language)


def begin(
    questionnaire: Questionnaire, preset: Answers, practice: bool, fills: Mapping[str, Texts], place: str
) -> Interview:
    """A new interview: its numbers, its order of options and its withdrawal code are drawn once, here."""
    now = int(time.time())
    return Interview(
        id=str(uuid4()),
        tally=str(uuid4()),
        questionnaire=questionnaire.name,
        version=questionnaire.version,
        place=place,
        answers=preset,
        day=today(),
        begun=now,
        odd_hours=datetime.fromtimestamp(now, PAKISTAN).hour not in USUAL_HOURS,
        seed=secrets.randbelow(SEEDS),
        practice=practice,
        code="" if practice else gate.make_withdrawal_code(),
        fills=fills,
    )


def copy_as_another(interview: Interview, page: str, home: Path) -> Interview:
    """The same answers as an interview of their own, for a second person whose worker went on from the first's page.

    Numbers and code follow from `page`, the sealed state that was sent: the same page sent again is again the same
    interview. They reveal nothing of the answers, for no two states are equal and none is kept. How long the second
    conversation took nobody knows.
    """

    def keyed_bytes(what: str) -> bytes:
        return digests.digest(home, f"another interview {what} {page}".encode("utf-8", "replace"))

    code = int.from_bytes(keyed_bytes("code")) % 10**CODE_DIGITS
    return interview._replace(
        id=str(UUID(bytes=keyed_bytes("number")[:16], version=4)),
        tally=str(UUID(bytes=keyed_bytes("tally")[:16], version=4)),
        code="" if interview.practice else f"{code:0{CODE_DIGITS}}",
        minutes="",
    )


def seal_interview(interview: Interview, account: Account, home: Path) -> str:
    """The text that the form carries: only this server reads it, and only for this account and interview."""
    text = _JSON.encode(interview._asdict()).encode("ascii")
    padded = text + b" " * (-len(text) % BLOCK)
    return form_state.seal_state(home, padded, _bound_data(account, interview.edition, interview.id))


def open_interview(sent: Mapping[str, str], account: Account, home: Path) -> Interview:
    """The interview that a sent form carries; raises STATE_BROKEN or STATE_EXPIRED."""
    bound_to = _bound_data(account, sent.get("edition", ""), sent.get("record", ""))
    content = json.loads(form_state.open_state(home, sent.get("state", ""), bound_to, VALID))
    try:
        answers = {name: _value(value) for name, value in content.pop("answers").items()}
        return Interview(answers=answers, **content)
    except (AttributeError, KeyError, TypeError) as error:
        # A state of an earlier release of the program.
        raise Problem(STATE_BROKEN) from error


def _bound_data(account: Account, edition: str, record: str) -> bytes:
    return _JSON.encode([account.id, account.name, edition, record]).encode("ascii")


def _value(value: Any) -> Value:
    return tuple(value) if isinstance(value, list) else value


def submission(interview: Interview, worker: Account) -> Submission:
    """What the gate gets at the end."""
    return Submission(
        id=parse_id(interview.id),
        questionnaire=interview.questionnaire,
        version=interview.version,
        answers=interview.answers,
        day=interview.day,
        language=interview.language,
        worker=worker,
        minutes=interview.minutes,
        odd_hours=interview.odd_hours,
        option_seed=interview.seed,
        practice=interview.practice,
        withdrawal_code=interview.code,
        channel="form",
    )


def stop(interview: Interview, worker: Account, language: str) -> Submission:
    """What the gate gets when somebody refuses or is under 18: where, which form and the reason, no more."""
    answers = {name: value for name, value in interview.answers.items() if name in STOPPED}
    bare = interview._replace(
        id=interview.tally,
        answers=answers,
        language=language,
        code="",
        minutes="",
        odd_hours=False,
    )
    return submission(bare, worker)
