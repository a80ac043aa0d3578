"""The demonstration shows a round in the field and two that are released, at once and without a key of anybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from survey import terminal
from survey.commands import main
from survey.keys import pem, release_signing, store
from survey.made_up import demonstration, shipped_releases
from survey.made_up.interviews import Population
from survey.problems import UNKNOWN_DISTRICT, Problem
from survey.publication.reading.indicator_table import indicator_table
from survey.publication.release import release
from survey.questionnaire import xlsform
from survey.server.opening import open_database
from survey.settings import SHIPPED, Settings
from survey.storage.engine.database import Database, migrate
from survey.storage.field import aims, coverage, rounds
from survey.storage.people import devices
from survey.storage.results import actions, release_document, releases
from survey.storage.scope import Scope
from tests.survey.conftest import CLOSED, Finished

#: Bytes that all files of the demonstration may have.
MOST = 2_000_000


def opened(home: Path) -> Database:
    url = f"sqlite:///{home / 'survey.sqlite'}"
    migrate(url)
    return Database(url, home, release_signing.answers_for)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = opened(tmp_path_factory.mktemp("demonstration"))
    demonstration.prepare(database, 60, 3)
    yield database
    database.close()


@pytest.mark.slow
def test_everything_can_be_seen_at_once(prepared: Database) -> None:
    assert {one.name: one.state for one in rounds.all_rounds(prepared)} == {
        "demo-1": "closed",
        "demo-2": "closed",
        "demo-3": "open",
    }
    for name in shipped_releases.ROUNDS:
        made = release.read(prepared, name)
        assert made.shown > made.hidden
        wanted = rounds.targets_of(prepared, name)
        done = {(district, group): base for (_, district, group), base in made.bases.items()}
        under_half = [place for place, target in wanted.items() if 2 * (done[place] or 0) < target]
        assert 0 < len(under_half) < len(wanted) / 4
        assert aims.aims_of(prepared, name) == demonstration.AIMS
    assert set(rounds.targets_of(prepared, demonstration.OPEN_ROUND).values()) == {demonstration.WANTED}
    assert sum(one.interviews for one in coverage.interviews(prepared, Scope.everywhere(), "demo-3")) > 40
    assert len(devices.active_phones(prepared)) == len(demonstration.PHONES)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Database]:
    database = opened(tmp_path)
    yield database
    database.close()


def demonstration_in(folder: Path) -> Settings:
    home = folder / "data"
    return demonstration.demonstration_settings(
        Settings(home=home, database_url=f"sqlite:///{home / 'real.sqlite'}")
    )


def interviews(demo: Settings) -> tuple[object, ...]:
    with closing(open_database(demo)) as database:
        return tuple(coverage.interviews(database, Scope.everywhere(), demonstration.OPEN_ROUND))


@pytest.fixture
def without_releases(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes long is to attack the releases again."""
    monkeypatch.setattr(shipped_releases, "ROUNDS", {})


@pytest.mark.slow
def test_agreed_actions_are_of_both_rounds_and_their_indicators_are_there(prepared: Database) -> None:
    for round_name, district, agreed, state in demonstration.ACTIONS:
        kept = [one for one in actions.of_district(prepared, district) if one.round == round_name]
        assert (agreed, state) in [(one.agreed, one.state) for one in kept]
        columns = indicator_table(release.read(prepared, round_name), Scope.everywhere()).indicators
        assert agreed.indicator in {one.column for one in columns}
    assert {name for name, *_ in demonstration.ACTIONS} == set(shipped_releases.ROUNDS)


@pytest.mark.slow
@pytest.mark.usefixtures("without_releases")
def test_a_second_start_changes_nothing(tmp_path: Path) -> None:
    demo = demonstration_in(tmp_path)
    demonstration.make_whole(demo, 60, 3)
    before = interviews(demo)
    assert before
    demonstration.make_whole(demo, 90, 4)
    assert interviews(demo) == before


class Interrupted(BaseException):
    """As Ctrl+C and the end of the process are no errors."""


@pytest.mark.slow
@pytest.mark.usefixtures("without_releases")
@pytest.mark.parametrize("step", ["_open_round", "_fill_round", "_hand_out_phones", "_move"])
def test_a_start_that_was_interrupted_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    whole, demo = demonstration_in(tmp_path / "whole"), demonstration_in(tmp_path / "cut")
    demonstration.make_whole(whole, 60, 3)
    done = getattr(demonstration, step)

    def cut(*given: Any) -> None:
        done(*given)
        raise Interrupted

    with monkeypatch.context() as patched:
        patched.setattr(demonstration, step, cut)
        with pytest.raises(Interrupted):
            demonstration.make_whole(demo, 60, 3)
    assert not (demo.home / demonstration.DATABASE).exists()
    # The next start is another process.
    for remembered in (store.secret, store._keyed_hash, pem.load_private):
        remembered.cache_clear()
    demonstration.make_whole(demo, 60, 3)
    assert interviews(demo) == interviews(whole)
    assert not (demo.home / demonstration.MAKING).exists()
    with closing(open_database(demo)) as database:
        assert len(devices.active_phones(database)) == len(demonstration.PHONES)


def test_no_key_ships_and_little_else() -> None:
    files = sorted(shipped_releases.file_of("demo-1").parent.iterdir())
    assert [file.name for file in files] == [f"{name}.release" for name in shipped_releases.ROUNDS]
    assert sum(file.stat().st_size for file in files) <= MOST
    for file in files:
        # Unpacked, the bytes are a document alone: no signature goes before it and nothing after it.
        assert release_document.pack(release_document.unpack(file.read_bytes())) == file.read_bytes()


@pytest.mark.slow
def test_what_ships_is_what_this_code_makes(finished: Finished) -> None:
    """After a change of what a release holds: `make demo-data`. The round that most tests read is one of the demonstration."""
    made = release_document.unpack(releases.find(finished.database, CLOSED).content)
    kept = release_document.unpack(shipped_releases.file_of(CLOSED).read_bytes())
    assert {**made, "code_version": ""} == {**kept, "code_version": ""}


def people_met(seed: int, **options: Any) -> list[dict[str, Any]]:
    asked = xlsform.read(SHIPPED)
    drawn = Population(asked, "r", "2026-11-02", seed, ("bannu", "swat"), **options).interviews(1200)
    return [one.body["answers"] for one in drawn]


def share_safe(met: list[dict[str, Any]], district: str) -> float:
    told = Counter(one["saf_day"] for one in met if one["district"] == district and "saf_day" in one)
    return (told["very_safe"] + told["fairly_safe"]) / told.total()


@pytest.mark.slow
def test_a_change_is_one_that_was_put_in() -> None:
    first, again, better = people_met(1), people_met(2), people_met(2, changes={"bannu": 0.8})
    for district in ("bannu", "swat"):
        assert share_safe(again, district) == pytest.approx(share_safe(first, district), abs=0.1)
    assert share_safe(better, "bannu") > share_safe(again, "bannu") + 0.15
    assert share_safe(better, "swat") == pytest.approx(share_safe(again, "swat"), abs=0.1)
    assert share_safe(people_met(2, opinions=9), "swat") != share_safe(again, "swat")


@pytest.mark.parametrize("change", ["bannu", "bannu=much", "bannu=nan", "=1"])
def test_a_change_that_is_none_is_refused(
    empty: Database, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    monkeypatch.setattr(terminal, "open_survey", lambda: empty)
    done = CliRunner().invoke(main.main, ["simulate", "--responses", "1", "--change", change])
    assert done.exit_code == 2
    assert "such as bannu=0.8" in done.stderr


def test_a_change_in_no_district_is_refused(empty: Database) -> None:
    from survey.made_up import send

    with pytest.raises(Problem) as raised:
        send.simulate(empty, 1, 1, changes={"banu": 1.0})
    assert raised.value.kind is UNKNOWN_DISTRICT
