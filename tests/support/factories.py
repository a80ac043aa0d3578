"""Real things for tests, small: a questionnaire, accounts, submissions, a round."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

import numpy as np

from analysis.disclosure.nodes import TOTAL
from survey import geography
from survey.days import today
from survey.intake.submission import Submission
from survey.publication.release.figures import FEW, PLAIN_FROM, PUBLISHED, percent, whole_percent
from survey.questionnaire.model import Choice, Page, Question, Questionnaire
from survey.storage import questionnaires
from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.people import accounts
from survey.storage.people.accounts import Account
from survey.storage.results import release_document, releases
from survey.storage.results.published_numbers import correlation_of, seen_by_base, share_limits

ROUND = "2026-autumn"
SAFE = ("very", "fairly", "unsafe", "very_unsafe")


def choices(*names: str, scores: Mapping[str, int] | None = None) -> tuple[Choice, ...]:
    """Options with codes from 1 in the order given."""
    return tuple(
        Choice(name, {"en": name}, code, (scores or {}).get(name)) for code, name in enumerate(names, start=1)
    )


def scale(name: str, **more: Any) -> Question:
    """A question with a scale of four points, "don't know" and "prefer not to say"."""
    points = dict(zip(SAFE, (100, 67, 33, 0), strict=True))
    return Question(
        name, "choice", {"en": name}, choices(*SAFE, "98", "99", scores=points), direction="up", **more
    )


@lru_cache(maxsize=8)
def questionnaire(version: str = "1", scales: int = 4) -> Questionnaire:
    """A questionnaire with every field that the survey reads, some scales, a multiple choice and an integer."""
    districts = choices(*(district.id for district in geography.current_districts()))
    beginning = (
        Question("round", "choice", {"en": "round"}, choices(ROUND, "2027-spring")),
        Question("district", "choice", {"en": "district"}, districts),
        Question("p_group", "choice", {"en": "group"}, choices("member", "woman", "youth")),
        Question("mode", "choice", {"en": "mode"}, choices("asked", "self")),
        Question("c_agree", "choice", {"en": "agree?"}, choices("yes", "no")),
        Question("p_gender", "choice", {"en": "gender"}, choices("woman", "man", "99")),
        Question("p_age", "choice", {"en": "age"}, choices("under_18", "18_24", "25_29", "30_44", "45_up")),
        Question("s_private", "choice", {"en": "alone?"}, choices("alone", "others_near")),
    )
    answers = (
        *(scale(f"q{number}") for number in range(1, scales + 1)),
        Question("got", "multiple", {"en": "got"}, choices(*(f"help{number}" for number in range(1, 11)))),
        Question("rooms", "integer", {"en": "rooms"}),
    )
    return Questionnaire(
        name="pilot",
        version=version,
        title={"en": "Pilot"},
        languages=("en", "ur", "ps"),
        default_language="en",
        pages=(Page("start", {"en": "Start"}, beginning), Page("main", {"en": "Main"}, answers)),
    )


def mended(version: str = "2", question: str = "q1", option: str = "blue") -> Questionnaire:
    """The questionnaire with one more option of one question."""
    asked = questionnaire(version)
    return replace(asked, pages=tuple(_with_option(page, question, option) for page in asked.pages))


def _with_option(page: Page, question: str, option: str) -> Page:
    def offering(one: Question) -> Question:
        if one.name != question:
            return one
        more = Choice(option, {"en": option}, len(one.choices) + 1, one.choices[0].score)
        return replace(one, choices=(*one.choices, more))

    return replace(page, questions=tuple(map(offering, page.questions)))


def answers(**changes: Any) -> dict[str, Any]:
    """Answers of a woman in Bannu; a change to None leaves an answer out."""
    usual = {
        "round": ROUND,
        "district": "bannu",
        "p_group": "woman",
        "mode": "asked",
        "c_agree": "yes",
        "p_gender": "woman",
        "p_age": "30_44",
        "s_private": "alone",
        "q1": "fairly",
        "q2": "very_unsafe",
        "got": ("help1", "help9"),
        "rooms": 3,
    }
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


def submission(worker: Account, identity: UUID | None = None, **changes: Any) -> Submission:
    """A submission of those answers; pass `answers=` for others."""
    usual: dict[str, Any] = {
        "id": identity or uuid4(),
        "questionnaire": "pilot",
        "version": "1",
        "answers": answers(),
        "day": today(),
        "language": "ur",
        "minutes": "15_to_19",
        "option_seed": 7,
        "channel": "api",
        "worker": worker,
    }
    return Submission(**{**usual, **changes})


def random_answers(chance: random.Random) -> dict[str, Any]:
    """Plausible answers of somebody, drawn."""
    return answers(
        district=chance.choice(geography.current_districts()).id,
        p_group=chance.choice(("member", "woman", "youth")),
        p_gender=chance.choice(("woman", "man")),
        q1=chance.choice(SAFE),
        q2=chance.choice((*SAFE, None)),
        rooms=chance.randrange(1, 12),
    )


def field(database: Database) -> Account:
    """Publish the questionnaire, open the round, and return a woman who works in it."""
    edition = questionnaires.publish(database, questionnaire())
    rounds.start(database, ROUND, edition, {("bannu", "woman"): 30})
    return accounts.add(database, "worker", "W1", woman=True)


def release_again(database: Database, document: dict[str, Any], round_name: str) -> None:
    """Close an open round with the figures of another round's release."""
    rounds.close(database, round_name)
    releases.store(database, round_name, release_document.pack({**document, "round": round_name}), "0")


def forge(document: Mapping[str, Any], topic: Mapping[str, Any], cell: dict[str, Any], count: int) -> None:
    """Put another count into a cell of a release, with the figure that follows from it, as a careful forger would."""
    counts, name = release_document.counts_of(topic), tuple(cell["name"])
    base = counts[(*name[:-1], TOTAL)] or 0
    seen = seen_by_base(document)[name[:3]]
    known = correlation_of(topic)
    low, high = share_limits(np.array([count]), np.array([base]), np.array([seen]), known)
    limits = [percent(float(one[0])) for one in (low, high)]
    status = PUBLISHED if base >= PLAIN_FROM else FEW
    cell.update(count=count, figure=[status, base, count, whole_percent(count, base), *limits])
