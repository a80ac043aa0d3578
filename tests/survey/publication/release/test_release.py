"""Releases: drafted, attacked, frozen once, read by everything; an unsafe one cannot be stored."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.disclosure.cube import cell_counts, cells_by_name
from analysis.disclosure.nodes import TOTAL
from analysis.disclosure.protect import protect
from survey import __version__, installation
from survey.keys import store
from survey.problems import (
    LOOSER_RULES,
    NO_DRAFT,
    NOT_FOUND,
    PURGED,
    RELEASED,
    ROUND_CLOSED,
    ROUND_OPEN,
    UNSAFE_RELEASE,
    Problem,
)
from survey.publication.protection import drafts, rules
from survey.publication.release import release
from survey.publication.release.figures import FEW, HIDDEN, PUBLISHED, percent
from survey.publication.release.material import gather
from survey.storage import questionnaires
from survey.storage.engine.database import Database
from survey.storage.field import responses, retention, rounds
from survey.storage.results import release_document, releases
from survey.storage.scope import Scope
from tests.support.factories import ROUND, field
from tests.survey.conftest import CLOSED, OPEN, Finished


@pytest.fixture(scope="module")
def document(finished: Finished):
    return release_document.unpack(releases.find(finished.database, CLOSED).content)


@pytest.fixture(scope="module")
def kept(finished: Finished) -> release.Release:
    return release.read(finished.database, CLOSED)


@pytest.fixture
def copied(finished: Finished, tmp_path) -> Iterator[Database]:
    """A copy of the finished survey that a test may change."""
    home = tmp_path / "copied"
    shutil.copytree(finished.home, home)
    database = Database(f"sqlite:///{home / 'survey.sqlite'}", home)
    yield database
    database.close()


def topic(document, name: str):
    return next(one for one in document["topics"] if one["name"] == name)


def test_the_release_prints_its_rules_cube_versions_and_hidden_cells(document) -> None:
    assert document["rules"]["k"] == 5
    assert document["rules"]["sensitive_k"] == 10
    assert document["rules"]["base"] == 10
    assert document["rules"]["raised"] == [{"dimension": "group", "node": "member", "base": 20}]
    assert (document["questionnaire"], document["version"]) == ("community_security", "1")
    assert topic(document, "rep_safe")["sensitive"]
    assert [d["columns"] for d in topic(document, "saf_day")["cube"]] == [
        ["province", "district"],
        ["group"],
        ["answer"],
    ]
    assert topic(document, "saf_day")["hidden"] == sum(
        cell["count"] is None for cell in unique(topic(document, "saf_day"))
    )


def unique(table):
    """A table's cells, those of several names once."""
    known = cells_by_name(release_document.cube_from(table["cube"]))
    return {known[tuple(cell["name"])]: cell for cell in table["cells"]}.values()


def test_no_small_count_is_in_the_store(document) -> None:
    for table in document["topics"]:
        least = 10 if table["sensitive"] else 5
        shown = [c["count"] for c in table["cells"] if c["count"] is not None and c["name"][-1] != TOTAL]
        assert all(count >= least for count in shown), table["name"]


def test_the_ladder_holds(kept: release.Release) -> None:
    for figure in kept.figures:
        if figure.status == HIDDEN:
            assert (figure.base, figure.count, figure.percent, figure.ci_low, figure.ci_high) == (None,) * 5
            continue
        early = figure.answer in ("top two", "all others", "said yes")
        assert figure.base >= (25 if early else 50), figure
        assert figure.status == (PUBLISHED if figure.base >= 50 else FEW)


def test_an_answer_of_a_group_that_is_not_asked_is_absent(kept: release.Release) -> None:
    assert {f.group for f in kept.figures if f.question == "w_move"} == {"woman"}
    assert {f.group for f in kept.figures if f.question == "prep_know"} == {"woman", "youth"}
    assert {f.group for f in kept.figures if f.question == "saf_day"} == {"member", "woman", "youth", TOTAL}


def test_profile_presets_and_voluntariness_are_not_in_the_cube(document) -> None:
    names = {table["name"] for table in document["topics"]}
    assert not {name for name in names if name.startswith(("p_", "c_", "s_", "l_join", "l_free"))}
    assert not names & {"district", "mode", "i_want1", "i_want2", "i_effect/jealousy", "i_got/none"}
    assert {"saf_night", "i_got/money", "wants/job", "harm_signal", "reached"} <= names


def test_percents_are_whole_and_halves_go_up() -> None:
    shares = (0.0, 0.005, 0.0049, 0.125, 0.345, 0.995, 1.0)
    assert [percent(share) for share in shares] == [0, 1, 0, 13, 35, 100, 100]


def sabotaged(finished: Finished, document):
    """The release with one true count written back: what it was hidden beside can now be had by subtraction."""
    changed = copy.deepcopy(document)
    for task, table in zip(gather(finished.database, CLOSED).tasks, changed["topics"], strict=True):
        by_name = {tuple(cell["name"]): cell for cell in table["cells"]}
        for name, cell in by_name.items():
            if cell["count"] is None and name[-1] == "all others" and by_name[(*name[:-1], TOTAL)]["count"]:
                truth = cell_counts(task.table)[cells_by_name(task.table.cube)[name]]
                cell["count"], cell["figure"] = int(truth), ["published", 1, 1, 1, 1, 1]
                return changed
    raise AssertionError("nothing is hidden in this release")


def contradictory(document):
    """The release with a count that no interviews could give."""
    changed = copy.deepcopy(document)
    cell = next(c for c in changed["topics"][0]["cells"] if c["count"] and c["name"][-1] == "top two")
    cell["count"] += 1
    return changed


@pytest.fixture
def waiting(copied: Database) -> str:
    """A closed round that has no release yet."""
    rounds.start(copied, "waiting", questionnaires.find(copied, "community_security", "1"))
    rounds.close(copied, "waiting")
    return "waiting"


@pytest.mark.slow
def test_a_release_with_one_failing_cell_cannot_be_stored(finished, copied, waiting: str, document) -> None:
    for broken in (sabotaged(finished, document), contradictory(document)):
        with pytest.raises(Problem) as refused:
            releases.store(copied, waiting, release_document.pack({**broken, "round": waiting}), "0")
        assert refused.value.kind is UNSAFE_RELEASE
        with pytest.raises(Problem) as absent:
            releases.find(copied, waiting)
        assert absent.value.kind is NOT_FOUND


def test_what_is_no_release_cannot_be_stored(copied: Database) -> None:
    with pytest.raises(ValueError, match="no release"):
        releases.store(copied, CLOSED, b"{}", "0")


def test_a_release_stays_as_it_is(copied: Database, document) -> None:
    with pytest.raises(Problem) as again:
        releases.store(copied, CLOSED, release_document.pack(document), "0")
    assert again.value.kind is RELEASED


def test_an_open_round_has_no_figures_and_no_draft(finished: Finished) -> None:
    with pytest.raises(Problem) as raised:
        release.read(finished.database, OPEN)
    assert raised.value.kind is NOT_FOUND
    with pytest.raises(Problem) as early:
        release.draft(finished.database, OPEN)
    assert early.value.kind is ROUND_OPEN


def test_a_closed_round_is_closed_for_good(finished: Finished, kept: release.Release) -> None:
    with pytest.raises(Problem) as raised:
        release.close(finished.database, CLOSED)
    assert raised.value.kind is ROUND_CLOSED
    assert release.read(finished.database, CLOSED) == kept


def test_a_round_that_was_closed_but_not_released_is_released_by_closing_it_again(sqlite_database) -> None:
    field(sqlite_database)
    rounds.close(sqlite_database, ROUND)
    with pytest.raises(Problem):
        release.read(sqlite_database, ROUND)
    assert release.close(sqlite_database, ROUND).figures == ()
    with pytest.raises(Problem):
        release.close(sqlite_database, ROUND)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the drafts of a round lie, two folders below the keys."""
    return tmp_path / "drafts" / CLOSED


@pytest.mark.slow
def test_a_draft_goes_on_where_it_stopped(finished: Finished, folder: Path) -> None:
    tasks = gather(finished.database, CLOSED).tasks
    several = [task for task in tasks if task.table.name.startswith("l_train/")]
    told: list[tuple[int, int, float | None]] = []
    drafts.work_out(folder, several[:2], (), lambda *now: told.append(now), 1)
    assert told[-1][:2] == (2, 2)
    told.clear()
    drafts.work_out(folder, several, (), lambda *now: told.append(now), 1)
    assert told[0] == (2, len(several), None)
    assert [done for done, _, _ in told] == list(range(2, len(several) + 1))
    kept_pattern = drafts.patterns(folder, several[0])
    assert kept_pattern is not None
    first = several[0]
    assert (kept_pattern[0] == drafts.shown_cells(protect(first.table, first.rules, first.bases))).all()


def test_a_draft_of_other_rules_is_worked_out_anew(finished: Finished, folder: Path) -> None:
    tasks = gather(finished.database, CLOSED).tasks
    task = next(task for task in tasks if task.table.name == "l_train/first_aid")
    drafts.work_out(folder, [task], (), lambda *now: None, 1)
    assert drafts.patterns(folder, replace(task, rules=replace(task.rules, k=6))) is None


def test_a_draft_of_another_commit_is_worked_out_again(
    finished: Finished, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = gather(finished.database, CLOSED).tasks
    task = next(task for task in tasks if task.table.name == "l_train/first_aid")
    told: list[tuple[int, int, float | None]] = []
    drafts.work_out(folder, [task], (), lambda *now: told.append(now), 1)
    drafts.work_out(folder, [task], (), lambda *now: told.append(now), 1)
    # The second time it was there.
    assert [done for done, _, _ in told] == [0, 1, 1]
    told.clear()
    monkeypatch.setattr(installation, "code_version", lambda: f"{__version__}+0123456789ab")
    assert drafts.patterns(folder, task) is None
    drafts.work_out(folder, [task], (), lambda *now: told.append(now), 1)
    assert [done for done, _, _ in told] == [0, 1]
    assert drafts.patterns(folder, task) is not None


def test_a_release_holds_the_version_and_the_commit_of_the_code(document, kept: release.Release) -> None:
    assert document["code_version"] == kept.code_version == installation.code_version()
    assert kept.code_version.startswith(f"{__version__}+")


def test_nothing_is_published_without_a_draft(copied: Database, tmp_path) -> None:
    with pytest.raises(Problem) as missing:
        list(release.audit(copied, CLOSED))
    assert missing.value.kind is NO_DRAFT


def test_drafts_hold_patterns_and_no_count(finished: Finished, folder: Path) -> None:
    task = gather(finished.database, CLOSED).tasks[0]
    drafts.work_out(folder, [task], (), lambda *now: None, 1)
    (file,) = folder.iterdir()
    assert set(json.loads(file.read_text())) == {"fingerprint", "patterns"}


def test_the_fingerprint_of_a_draft_tells_nothing_without_the_key(finished: Finished, folder: Path) -> None:
    task = gather(finished.database, CLOSED).tasks[0]
    drafts.work_out(folder, [task], (), lambda *now: None, 1)
    (file,) = folder.iterdir()
    kept = json.loads(file.read_text())["fingerprint"]
    home = folder.parent.parent
    assert kept == task.fingerprint(home)
    other = home / "other"
    assert task.fingerprint(other) != kept
    (home / "keys" / drafts.KEY).write_bytes((other / "keys" / drafts.KEY).read_bytes())
    store.secret.cache_clear()
    store._keyed_hash.cache_clear()
    assert drafts.patterns(folder, task) is None


def test_rules_can_be_made_stricter_and_never_looser(sqlite_database) -> None:
    shipped = rules.rules_of(sqlite_database)
    assert rules.raise_rules(sqlite_database, k=7, sensitive_k=12, base=15, members=30).k == 7
    assert rules.rules_of(sqlite_database).raised[0].base == 30
    for looser in ({"k": 4}, {"sensitive_k": 9}, {"base": 9}, {"members": 19}):
        wanted = {"k": 5, "sensitive_k": 10, "base": 10, "members": 20} | looser
        with pytest.raises(Problem) as refused:
            rules.raise_rules(sqlite_database, **wanted)
        assert refused.value.kind is LOOSER_RULES
    assert rules.rules_of(sqlite_database) != shipped


def test_the_kept_figures_outlive_the_interviews(copied: Database, kept: release.Release) -> None:
    before = releases.find(copied, CLOSED)
    assert retention.purge(copied, CLOSED, after_days=0) > 1500
    assert not sum(chunk.count for chunk in responses.packed_records(copied, Scope.everywhere(), CLOSED))
    assert releases.find(copied, CLOSED) == before
    assert release.read(copied, CLOSED).figures == kept.figures


def test_a_round_whose_interviews_were_deleted_makes_no_release(sqlite_database) -> None:
    field(sqlite_database)
    rounds.close(sqlite_database, ROUND)
    retention.purge(sqlite_database, ROUND, after_days=0)
    with pytest.raises(Problem) as refused:
        release.draft(sqlite_database, ROUND)
    assert refused.value.kind is PURGED


def test_a_release_of_no_interviews_is_no_alarm(sqlite_database) -> None:
    field(sqlite_database)
    release.close(sqlite_database, ROUND)
    assert release.check(sqlite_database, ROUND) == release.Check(True, ())


def test_a_scope_takes_whole_districts(kept: release.Release) -> None:
    inside = kept.within(Scope.of(["peshawar", "swat"]))
    assert {figure.district for figure in inside} == {"peshawar", "swat"}
    assert {*kept.within(Scope.everywhere()), *kept.above()} == set(kept.figures)
    assert kept.within(Scope.of([])) == ()
