"""Draws made-up interviews from the census figures: the same seed gives the same bytes."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from survey import geography
from survey.languages import Language, languages
from survey.publication.counts.census import AGE_BANDS
from survey.questionnaire import path
from survey.questionnaire.expressions.values import Context, truth
from survey.questionnaire.model import BLOCK_MODE, Answers, Question, Questionnaire, Value
from survey.questionnaire.self_entry import block_questions
from survey.questionnaire.types.hidden import HiddenChoice

#: Shares of what goes wrong in the field.
REFUSED: Final = 0.04
UNDER_AGE: Final = 0.01
OTHERS_NEAR: Final = 0.15
SKIPPED: Final = 0.02
BROKEN: Final = 0.02
UNREADABLE: Final = 0.003
#: Share of those who are alone and enter the self-entry block themselves; the others have it read aloud.
HANDED_OVER: Final = 0.4

#: Where the opinions of districts are drawn from unless another number is given.
OPINIONS: Final = 1

YOUNG: Final = ("18_24", "25_29")
GROUPS: Final = ("member", "woman", "youth")
#: Share of women among committee members: jirgas are almost all men.
WOMEN_MEMBERS: Final = 0.05
#: The languages of made-up interviews, the most frequent first.
SPOKEN: Final = sorted(languages().values(), key=lambda language: -language.made_up_share)
MINUTES: Final = ("under_5", "5_to_9", "10_to_14", "15_to_19", "20_to_29", "30_to_59", "60_or_more")
MINUTE_SHARES: Final = (0.02, 0.18, 0.4, 0.25, 0.1, 0.04, 0.01)


@dataclass(frozen=True, slots=True)
class Interview:
    """One made-up interview: its number, the JSON that is sent, and whether a woman should have held it."""

    id: str
    body: dict[str, Any]
    woman: bool

    def bytes(self) -> bytes:
        """The request's body: sorted keys, no spaces."""
        return json.dumps(self.body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@lru_cache(maxsize=1)
def _people() -> Mapping[str, Mapping[tuple[str, str], float]]:
    """Adults by reporting district, and in it by (sex, age answer)."""
    bands: dict[str, dict[tuple[str, str], float]] = {}
    with (geography.REFERENCE / "population_age.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            here = bands.setdefault(row["district_id"], {})
            for answer, shares in AGE_BANDS.items():
                for sex, column in (("man", "overall_male"), ("woman", "overall_female")):
                    people = shares.get(row["age_band"], 0.0) * float(row[column] or 0)
                    here[sex, answer] = here.get((sex, answer), 0.0) + people
    return bands


class Population:
    """A source of interviews for one questionnaire and round.

    What a district thinks is drawn from `opinions`, who is met there from `seed`: rounds of the same opinions differ by the draw of
    people and by `changes` alone, points on the scale of a person's mood (0.8 is the spread between people) by reporting district.
    """

    def __init__(
        self,
        questionnaire: Questionnaire,
        round_name: str,
        day: str,
        seed: int,
        districts: Collection[str] = (),
        opinions: int = OPINIONS,
        changes: Mapping[str, float] | None = None,
    ) -> None:
        self._asked = questionnaire
        self._round = round_name
        self._day = day
        self._random = np.random.default_rng(seed)
        # Of its own: a seed meets the same people with a block and without.
        self._handing = np.random.default_rng((seed, 1))
        everywhere = (district.id for district in geography.reporting_districts())
        self._reporting = tuple(d for d in everywhere if not districts or d in districts)
        adults = np.array([sum(_people()[district].values()) for district in self._reporting])
        self._shares = adults / adults.sum()
        moods = _draw_moods(np.random.default_rng(opinions), len(self._reporting)) + [
            (changes or {}).get(district, 0.0) for district in self._reporting
        ]
        self._mood = dict(zip(self._reporting, moods.tolist(), strict=True))
        # Moods were drawn from this stream once: passed over, so that a seed meets the people whom it always met.
        _draw_moods(self._random, len(self._reporting))
        self._inside = _current_by_reporting()

    def interviews(self, number: int) -> Iterator[Interview]:
        """That many interviews, one after the other."""
        for _ in range(number):
            yield self._interview()

    def _interview(self) -> Interview:
        random = self._random
        reporting = self._reporting[random.choice(len(self._reporting), p=self._shares)]
        group = GROUPS[random.integers(len(GROUPS))]
        gender, age = self._person(reporting, group)
        answers: dict[str, Value] = {
            "round": self._round,
            "district": self._inside[reporting][random.integers(len(self._inside[reporting]))],
            "mode": "interviewer" if random.random() < 0.8 else "handed_over",
            "p_group": group,
            "c_agree": "no" if random.random() < REFUSED else "yes",
            "p_gender": gender,
            "p_age": "under_18" if random.random() < UNDER_AGE else age,
            "s_private": "others_near" if random.random() < OTHERS_NEAR else "alone",
        }
        person = self._mood[reporting] + random.normal(0, 0.8) + (0.3 if group == "member" else 0.0)
        for question in self._asked.questions.values():
            if question.name not in answers and random.random() >= SKIPPED:
                self._answer(question, person, answers)
        answers = path.prune(self._asked, answers)
        answers |= self._block_mode(answers)
        self._break(answers)
        return Interview(self._number(), self._body(answers), woman=gender == "woman")

    def _person(self, reporting: str, group: str) -> tuple[str, str]:
        people = _people()[reporting]
        sexes = {"woman": ("woman",), "youth": ("woman", "man")}.get(group)
        if sexes is None:
            sexes = ("woman",) if self._random.random() < WOMEN_MEMBERS else ("man",)
        ages = YOUNG if group == "youth" else tuple(AGE_BANDS)
        cells = [(sex, age) for sex in sexes for age in ages]
        weights = np.array([people[cell] for cell in cells])
        return cells[self._random.choice(len(cells), p=weights / weights.sum())]

    def _answer(self, question: Question, person: float, answers: dict[str, Value]) -> None:
        for _ in range(5):
            value = _drawn(self._random, question, person)
            context = Context(today=self._day, current=value)
            if question.constraint is None or truth(question.constraint, answers, context):
                answers[question.name] = value
                return

    def _break(self, answers: dict[str, Value]) -> None:
        """Add, now and then, an answer to a question that was not asked, or one that no codebook has."""
        if answers.get("c_agree") != "yes" or answers.get("p_age") == "under_18":
            return
        chance = self._random.random()
        if chance < UNREADABLE:
            answers["saf_day"] = "blue"
        elif chance < BROKEN:
            answers["i_time"] = "yes"
            answers.pop("i_got", None)

    def _block_mode(self, answers: Answers) -> Answers:
        """Who entered the self-entry block, where the questionnaire has one and anything of it was answered."""
        if not block_questions(self._asked) & answers.keys():
            return {}
        return {BLOCK_MODE: "handed_over" if self._handing.random() < HANDED_OVER else "interviewer"}

    def _number(self) -> str:
        raw = bytearray(self._random.bytes(16))
        raw[6], raw[8] = raw[6] & 0x0F | 0x40, raw[8] & 0x3F | 0x80
        return str(UUID(bytes=bytes(raw)))

    def _body(self, answers: Mapping[str, Value]) -> dict[str, Any]:
        random = self._random
        return {
            "questionnaire": self._asked.name,
            "version": self._asked.version,
            "answers": {name: list(v) if isinstance(v, tuple) else v for name, v in answers.items()},
            "day": self._day,
            "language": SPOKEN[random.choice(len(SPOKEN), p=language_shares(SPOKEN))].code,
            "minutes": MINUTES[random.choice(len(MINUTES), p=MINUTE_SHARES)],
            "odd_hours": bool(random.random() < 0.01),
            "option_seed": int(random.integers(1_000_000)),
            "withdrawal_code": f"{random.integers(10**10):010d}",
        }


def _drawn(random: np.random.Generator, question: Question, person: float) -> Value:
    """A made-up answer; where chance hides it, what is recorded and not what is true."""
    kind, hiding = question.type, question.hiding
    if hiding is not None and isinstance(kind, HiddenChoice):
        return kind.drawn(random, question.choices, hiding, person)
    return kind.draw(random, question.choices, question.direction, person)


def _draw_moods(random: np.random.Generator, number: int) -> NDArray[np.float64]:
    """What districts think, on the scale of a person's mood."""
    return random.normal(0, 0.6, number)


def language_shares(spoken: Sequence[Language]) -> list[float]:
    """The share of each language among made-up interviews; their files do not know one another, and need not add up to 1."""
    total = sum(language.made_up_share for language in spoken)
    return [language.made_up_share / total for language in spoken]


def _current_by_reporting() -> Mapping[str, tuple[str, ...]]:
    inside: dict[str, list[str]] = {}
    for district in geography.current_districts():
        inside.setdefault(district.reporting, []).append(district.id)
    return {reporting: tuple(several) for reporting, several in inside.items()}


def outcomes(counts: Counter[str]) -> str:
    """One line with the number of interviews by outcome."""
    return ", ".join(f"{number} {name}" for name, number in sorted(counts.items()))
