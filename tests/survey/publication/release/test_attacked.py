"""The attack on a draft and on what is said besides its tables, in one process and in several."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from survey.made_up import send, shipped_round
from survey.problems import NO_DRAFT, Problem
from survey.publication.release import attacked, release
from survey.publication.release.material import gather
from survey.storage.engine.database import Database, migrate
from survey.storage.field import rounds

ROUND = "2026-3"


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Any:
    home: Path = tmp_path_factory.mktemp("drafted")
    migrate(f"sqlite:///{home / 'survey.sqlite'}")
    database = Database(f"sqlite:///{home / 'survey.sqlite'}", home)
    shipped_round.open_shipped_round(database, ROUND)
    send.simulate(database, 300, 5, round_name=ROUND, districts=("swat", "mardan"))
    rounds.close(database, ROUND, "")
    release.draft(database, ROUND, processes=1)
    yield database
    database.close()


def worked_out(database: Database, noted: list[float]) -> tuple[dict[str, Any], dict[str, Any], int]:
    material = gather(database, ROUND)
    found = list(attacked.attacked_tables(material, release.folder_of(database, ROUND)))
    tables = {table.name: table for several, _ in found for table in several}
    document = release._document(material, tables)
    pooled, pairs = attacked.further_counts(material, tables, document, noted.append)
    worlds = sum(len(proof) for _, proof in found)
    return {name: table.digest for name, table in tables.items()}, pooled.member | pairs.member, worlds


@pytest.mark.slow
def test_several_processes_find_what_one_finds(drafted: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[float] = []
    here = worked_out(drafted, noted)
    assert noted == sorted(noted)
    assert noted[-1] == 1.0
    assert any(entry["cells"] for entry in here[1]["paired"])
    assert here[1]["pooled"]
    monkeypatch.setattr(attacked, "LARGE", 0)
    monkeypatch.setattr(attacked.os, "cpu_count", lambda: 2)
    assert worked_out(drafted, []) == here


def test_without_a_draft_nothing_is_attacked(drafted: Database, tmp_path: Path) -> None:
    with pytest.raises(Problem) as problem:
        list(attacked.attacked_tables(gather(drafted, ROUND), tmp_path / "home" / "drafts" / "none"))
    assert problem.value.kind is NO_DRAFT


@pytest.mark.slow
def test_a_round_of_all_districts_is_large_and_one_of_ten_is_not(drafted: Database) -> None:
    """Other processes take some seconds to begin: they are for rounds that need minutes."""
    clusters = gather(drafted, ROUND).clusters
    of_two = sum(int(np.prod(task.table.cube.inner_shape)) for one in clusters for task in one.tasks)
    assert 10 / 2 * of_two < attacked.LARGE < 69 / 2 * of_two
