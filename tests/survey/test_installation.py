"""Which code runs: the version and the commit of a checkout, and `unknown` where nobody can tell."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from survey import __version__, installation
from survey.storage.tables import releases


def git(folder: Path, *words: str) -> str:
    command = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@b", *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small work tree with one commit."""
    folder = tmp_path / "checkout"
    for name in ("survey", "questionnaires"):
        (folder / name).mkdir(parents=True)
        (folder / name / "file.txt").write_text("first\n")
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first")
    return folder


def test_a_checkout_knows_its_commit(checkout: Path) -> None:
    assert installation.commit_of(checkout) == git(checkout, "rev-parse", "--short=12", "HEAD").strip()


@pytest.mark.parametrize("name", ["file.txt", "new.py"], ids=["changed", "added"])
def test_code_that_was_changed_is_told_apart(checkout: Path, name: str) -> None:
    before = installation.commit_of(checkout)
    (checkout / "survey" / name).write_text("second\n")
    assert installation.commit_of(checkout) == f"{before}.changed"


def test_a_questionnaire_of_ones_own_changes_no_code(checkout: Path) -> None:
    before = installation.commit_of(checkout)
    (checkout / "questionnaires" / "ours.md").write_text("ours\n")
    assert installation.commit_of(checkout) == before


def test_a_commit_of_somebody_else_is_not_ours(checkout: Path) -> None:
    unpacked = checkout / "vendor" / "survey-0.1.0"
    unpacked.mkdir(parents=True)
    assert installation.commit_of(unpacked) == installation.UNKNOWN


def test_a_hook_of_another_repository_does_not_mislead(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = installation.commit_of(checkout)
    git(tmp_path, "init", "-q", "other")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    assert installation.commit_of(checkout) == before


def test_where_there_is_no_git_the_commit_is_unknown(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert installation.commit_of(tmp_path) == installation.UNKNOWN
    monkeypatch.setenv("PATH", str(tmp_path))
    assert installation.commit_of(checkout) == installation.UNKNOWN


def test_the_version_of_the_code_fits_its_column() -> None:
    told = installation.code_version()
    assert re.fullmatch(rf"{re.escape(__version__)}\+([0-9a-f]{{12}}(\.changed)?|unknown)", told)
    assert len(f"{told}.changed") <= releases.c.code_version.type.length


def test_every_folder_of_the_code_is_there() -> None:
    assert installation.CHECKOUT
    assert [name for name in installation.CODE if not (installation.ROOT / name).is_dir()] == []
    assert installation.built_commit() == ""
