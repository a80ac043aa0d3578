"""Nobody who watches coverage, look by look, learns from its flags how a single person answered.

Worlds are played side by side in which the same people come on the same days and one of them answers conspicuously;
only which one differs. Whoever looks after every interview and every day, before and after withdrawals, days left out
and changes of districts, must see the same in all of them: then the pages tell of ten or more people together.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from survey.app import create_app
from survey.days import later, today
from survey.intake import gate
from survey.problems import Problem
from survey.questionnaire.rules import MANNER
from survey.settings import Settings
from survey.storage import questionnaires
from survey.storage.engine.database import Database
from survey.storage.field import coverage, flag_bands, responses, retention, rounds
from survey.storage.people import accounts
from survey.storage.people.accounts import Account
from survey.storage.scope import Scope
from survey.web.readers.coverage import MANNERS
from tests.support.factories import ROUND, answers, field, questionnaire, submission
from tests.support.readers import Reader, at_browser, somebody, stored

FIRST = later(today(), -9)
EVERYWHERE = Scope.everywhere()
SCALES = 12


class World:
    """One application with a man who interviews members of committees, and everybody who looks at coverage."""

    def __init__(self, home: Path, empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        home.mkdir()
        shutil.copy(empty, home / "survey.sqlite")
        self.app = create_app(Settings(home=home, database_url=f"sqlite:///{home / 'survey.sqlite'}"))
        self.database: Database = stored(self.app)
        rounds.start(self.database, ROUND, questionnaires.publish(self.database, questionnaire("1", SCALES)))
        self.worker = accounts.add(self.database, "worker", "W1")
        self.people = {
            "boss": somebody(self.database, "administrator", "boss"),
            "zarmina": somebody(self.database, "coordinator", "zarmina", ["bannu"]),
            "ayesha": somebody(self.database, "coordinator", "ayesha", ["bannu", "swat"]),
            "moving": somebody(self.database, "coordinator", "moving", ["swat"]),
        }
        self.day = FIRST
        self.codes: list[str] = []
        self.seen: list[tuple[str, str]] = []
        self._patch = monkeypatch

    def close(self) -> None:
        self.database.close()

    def browser(self, name: str) -> Reader:
        return at_browser(self.app, accounts.find(self.database, name))

    def look(self, *names: str) -> None:
        """Everybody looks, or these."""
        self._patch.setattr(flag_bands, "today", lambda: self.day)
        for name in names or self.people:
            self.seen.append((name, self.browser(name).get(f"/coverage/{ROUND}").text))

    def interview(self, **changes: Any) -> None:
        """One member of a committee in Bannu or Swat is interviewed today, and two people look."""
        self.codes.append(gate.make_withdrawal_code())
        place = "swat" if len(self.codes) % 3 == 0 else "bannu"
        given = {"district": place, "p_group": "member", "p_gender": "man", **changes}
        sent = submission(self.worker, day=self.day, answers=answers(**given), withdrawal_code=self.codes[-1])
        gate.accept(self.database, sent)
        self.look("boss", "zarmina")

    def night(self) -> None:
        """The day ends, and everybody looks."""
        self.day = later(self.day, 1)
        self.look()

    def leave_out(self, name: str, day: str) -> None:
        scope = Scope.of(accounts.find(self.database, name).districts)
        responses.void(self.database, ROUND, "W1", day, name, scope)
        self.look()


REFUSES = {f"q{number}": "99" for number in range(1, SCALES + 1)}
SAME = {f"q{number}": "very" for number in range(1, SCALES + 1)}
#: What one person answers that no other does → the band that it belongs to.
CONSPICUOUS: dict[str, tuple[dict[str, str], str]] = {
    "many refusals": (REFUSES, "flagged"),
    "one answer throughout": (SAME, "flagged"),
    "a woman before a man": ({"p_gender": "woman"}, "excluded"),
}


def played(world: World, first: int, second: int, odd: dict[str, str]) -> list[tuple[str, str]]:
    """Twenty-four interviews in five days; the conspicuous ones are number `first` and number `second`."""
    for number in range(24):
        world.interview(**(odd if number in (first, second) else {}))
        if number == 5:
            world.night()
        if number == 10:
            world.night()
            # Banded by now: eleven interviews. One of them is taken back, and a day is left out.
            gate.withdraw(world.database, world.codes[4])
            world.look()
            world.leave_out("zarmina", later(FIRST, 1))
            accounts.set_districts(world.database, "moving", ["bannu"])
            world.look()
        if number == 19:
            world.night()
            gate.withdraw(world.database, world.codes[0])
            world.look()
    world.night()
    rounds.close(world.database, ROUND)
    world.look()
    return world.seen


@pytest.fixture
def world(
    tmp_path: Path, empty_database: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], World]]:
    made: list[World] = []

    def make() -> World:
        made.append(World(tmp_path / f"world-{len(made)}", empty_database, monkeypatch))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.mark.slow
@pytest.mark.parametrize("kind", CONSPICUOUS)
def test_whoever_looks_after_every_interview_never_learns_whose_answers_were_conspicuous(world, kind: str):
    odd, column = CONSPICUOUS[kind]
    one, other = world(), world()
    # Number 4 is withdrawn after it was banded; 9 is left out with its day.
    looks = zip(played(one, 4, 12, odd), played(other, 9, 23, odd), strict=True)
    assert [(here, there) for here, there in looks if here != there] == []
    (quality,) = coverage.quality(one.database, EVERYWHERE, ROUND)
    # The flags were there all the time: the test would not see the same if they were simply lost.
    assert (quality.bands.interviews, getattr(quality.bands, column)) == (24, "some")


@pytest.mark.slow
def test_nothing_is_told_of_fewer_than_ten_interviews_or_of_an_unfinished_day(world):
    one = world()
    for number in range(9):
        one.interview(**REFUSES)
        one.interview(**REFUSES) if number == 8 else None
        assert flag_bands.bands(one.database, ROUND) == {}
    one.night()
    (bands,) = flag_bands.bands(one.database, ROUND).values()
    assert (bands.interviews, bands.flagged, bands.excluded) == (10, "many", "none")
    for _ in range(9):
        one.interview()
    one.night()
    assert flag_bands.bands(one.database, ROUND)["W1"].interviews == 10


@pytest.mark.slow
def test_a_withdrawal_or_a_day_left_out_changes_no_band_now_or_later(world):
    one = world()
    for number in range(10):
        one.interview(**(REFUSES if number == 3 else {}))
    one.night()
    before = flag_bands.bands(one.database, ROUND)
    gate.withdraw(one.database, one.codes[3])
    one.leave_out("ayesha", FIRST)
    assert flag_bands.bands(one.database, ROUND) == before
    for _ in range(10):
        one.interview()
    one.night()
    # Were it "none" now, everybody would know who was taken back.
    assert flag_bands.bands(one.database, ROUND)["W1"].flagged == "some"


def test_the_manner_of_interviews_is_a_number_from_ten_interviews_on(database: Database):
    worker = field(database)
    for number in range(10):
        (quality,) = coverage.quality(database, EVERYWHERE, ROUND) if number else (None,)
        assert quality is None or (quality.manner, quality.shares) == (None, {})
        gate.accept(database, submission(worker, minutes="under_5" if number < 3 else "15_to_19"))
    (quality,) = coverage.quality(database, EVERYWHERE, ROUND)
    assert (quality.interviews, quality.manner, quality.bands) == (10, 3, None)
    assert quality.shares == {"short": 30}


def test_every_kind_of_manner_has_a_share_and_a_name_and_nothing_else_has(app: Flask):
    database = stored(app)
    worker = field(database)
    held: list[dict[str, Any]] = [{"minutes": "under_5"}] * 4 + [{"odd_hours": True}] * 2
    held += [{"day": "2019-01-01"}, {"unread": ("mood",)}, {"into": ROUND}]
    held += [{"answers": answers(p_group="member", p_gender="woman")}] * 11
    for one in held:
        gate.accept(database, submission(worker, **one))
    (quality,) = coverage.quality(database, EVERYWHERE, ROUND)
    assert quality.shares == {"late": 5, "odd_hours": 10, "short": 20, "unlikely_day": 5, "unread_field": 5}
    assert set(quality.shares) == MANNER == set(MANNERS)
    page = at_browser(app, somebody(database, "administrator", "boss")).get(f"/coverage/{ROUND}")
    (row,) = [one for one in page.root.all("tr") if one.get("data-worker") == worker.name]
    assert [one.text for one in row.all("span", class_="manner")] == [
        f"{MANNERS[kind]} {share}%" for kind, share in quality.shares.items()
    ]


def test_flags_of_manner_say_nothing_of_answers(database: Database):
    """Two interviews of opposite answers that were held alike get the same flags of manner."""
    worker: Account = field(database)
    held = {"minutes": "under_5", "odd_hours": True, "day": "2019-01-01", "unread": ("mood",), "into": ROUND}
    for given in (answers(), answers(p_group="member", p_gender="man", q1=None, got=(), rooms=None)):
        gate.accept(database, submission(worker, answers=given, **held))
    with database.read() as connection:
        rows = connection.exec_driver_sql("SELECT flags FROM responses").scalars().all()
    assert set(rows) == {rows[0]}
    assert all(code in rows[0] for code in MANNER)
    assert not flag_bands.concern_answers(rows[0])
    assert flag_bands.concern_answers('[["short","","note"],["many_refusals","","note"]]')


@pytest.mark.slow
def test_a_look_does_not_fail_while_the_writer_is_busy(world, monkeypatch: pytest.MonkeyPatch):
    one = world()
    for _ in range(10):
        one.interview()
    one.day = later(one.day, 1)
    monkeypatch.setattr("survey.storage.engine.writer.PATIENCE", 0.05)
    busy = threading.Thread(target=lambda: suppressed(one.database))
    busy.start()
    time.sleep(0.1)
    one.look("boss")
    busy.join()
    monkeypatch.undo()
    one.look("boss")
    row = "10 0 0 none none none"
    assert [row in text for _, text in one.seen[-2:]] == [False, True]


def suppressed(database: Database) -> None:
    """Hold the writer for a while."""
    with suppress(Problem):
        database.change(lambda _: time.sleep(1))


def test_bands_are_of_the_whole_round_and_leave_with_it(database: Database, monkeypatch: pytest.MonkeyPatch):
    worker = field(database)
    for number in range(10):
        place = "swat" if number else "bannu"
        gate.accept(
            database, submission(worker, answers=answers(district=place, q1="x" if number else "very"))
        )
    monkeypatch.setattr(flag_bands, "today", lambda: later(today(), 1))
    whole = coverage.quality(database, EVERYWHERE, ROUND)
    assert (whole[0].interviews, whole[0].bands.interviews, whole[0].bands.quarantined) == (1, 10, "many")
    (there,) = coverage.quality(database, Scope.of(["bannu"]), ROUND)
    assert there.bands == whole[0].bands
    (undecoded,) = coverage.quality(database, Scope.of(["swat"]), ROUND)
    assert (undecoded.interviews, undecoded.bands) == (0, whole[0].bands)
    assert coverage.quality(database, Scope.of(["kohat"]), ROUND) == ()
    rounds.close(database, ROUND)
    monkeypatch.setattr(retention, "today", lambda: later(today(), 91))
    retention.purge(database, ROUND)
    assert flag_bands.bands(database, ROUND) == {}
