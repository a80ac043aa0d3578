"""Files for the survey's own user alone: whatever is made, whatever was there before, and nothing for git."""

from __future__ import annotations

import ast
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from survey import file_modes
from survey.made_up import demonstration
from survey.problems import NOT_PRIVATE, Problem
from survey.settings import PROJECT, Settings
from tests.support.running import Survey

WIDE = {
    "home": 0o755,
    "survey.sqlite": 0o644,
    "survey.sqlite.lock": 0o664,
    "survey.sqlite.start": 0o644,
    "keys": 0o755,
    "digest.key": 0o604,
}


def open_to_others(home: Path) -> list[str]:
    """What another user of this machine may do anything with."""
    return [str(path) for path in (home, *home.rglob("*")) if path.stat().st_mode & 0o077]


@pytest.mark.slow
def test_nothing_that_is_made_is_for_other_users(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        survey = Survey(tmp_path / "home")
        survey.start()
        survey.open_round("2026-11")
        # A key is made, the log is written, an interview arrives, drafts are made in processes of their own.
        survey.do("simulate", "--responses", "3", "--records", str(survey.home / "sent.jsonl"))
        survey.do("key", "new")
        (name,) = [line.split("\t")[0] for line in survey.do("round", "list").splitlines()]
        assert {"survey.sqlite-wal", "survey.sqlite-shm"} <= {path.name for path in survey.home.iterdir()}
        assert open_to_others(survey.home) == []
        survey.stop()
        survey.do("release", "draft", name, code=2)
        assert {"keys", "releasing"} <= {path.name for path in survey.home.iterdir()}
        assert open_to_others(survey.home) == []
    finally:
        os.umask(before)


@pytest.mark.slow
def test_wide_modes_are_mended_and_told_once(tmp_path: Path) -> None:
    survey = Survey(tmp_path / "home")
    survey.home.mkdir(mode=0o755)
    assert survey.do("round", "list").startswith("Closed to other users of this machine: home (0755).\n")
    survey.do("key", "new")
    for path in (survey.home, *survey.home.rglob("*")):
        path.chmod(WIDE.get(path.name, stat.S_IMODE(path.stat().st_mode)))
    told = survey.do("round", "list")
    assert told == (
        "Closed to other users of this machine: home (0755), survey.sqlite (0644), survey.sqlite.lock (0664), "
        "survey.sqlite.start (0644), keys (0755), digest.key (0604).\n"
    )
    assert open_to_others(survey.home) == []
    assert survey.do("round", "list") == ""


@pytest.mark.slow
def test_whatever_is_made_is_closed_again_wherever_the_database_lies(tmp_path: Path) -> None:
    survey = Survey(tmp_path / "home")
    beside = tmp_path / "elsewhere"
    beside.mkdir(mode=0o700)
    survey.environment["SURVEY_DATABASE_URL"] = f"sqlite:///{beside / 'survey.sqlite'}"
    survey.start()
    survey.open_round("2026-11")
    survey.do("simulate", "--responses", "3", "--records", str(tmp_path / "sent.jsonl"))
    survey.do("key", "new")
    (name,) = [line.split("\t")[0] for line in survey.do("round", "list").splitlines()]
    survey.process.kill()
    survey.process.wait()
    survey.do("release", "draft", name, code=2)
    made = [survey.home, *survey.home.rglob("*"), *beside.iterdir()]
    assert {"survey.sqlite.lock", "survey.sqlite.start", ".gitignore"} <= {path.name for path in made}
    for path in made:
        path.chmod(0o755 if path.is_dir() else 0o644)
    told = survey.do("round", "list")
    beside.chmod(0o700)
    assert open_to_others(survey.home) == open_to_others(beside) == []
    assert [path.name for path in made if path.exists() and f"{path.name} (" not in told] == []


def untracked(repository: Path) -> str:
    command = ["git", "status", "--porcelain", "--untracked-files=all"]
    return subprocess.run(command, cwd=repository, capture_output=True, text=True, check=True).stdout


@pytest.mark.slow
@pytest.mark.parametrize("made", [False, True], ids=["new", "made-by-hand"])
def test_git_takes_nothing_of_a_survey_whose_folder_lies_in_a_repository(tmp_path: Path, made: bool) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    survey = Survey(tmp_path / "deep" / "home")
    if made:
        survey.home.mkdir(parents=True, mode=0o700)
    database = tmp_path / "another" / "survey.sqlite"
    survey.environment["SURVEY_DATABASE_URL"] = f"sqlite:///{database}"
    survey.do("key", "new")
    assert database.exists()
    assert untracked(tmp_path) == ""
    # Keys have a note of their own, also where somebody wrote another one for the folder.
    (survey.home / ".gitignore").write_text("drafts\n")
    survey.do("round", "list")
    assert "keys" not in untracked(tmp_path)


def test_a_folder_that_is_a_repository_itself_gets_no_note(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    tmp_path.chmod(0o700)
    file_modes.keep(settings(tmp_path))
    assert not (tmp_path / ".gitignore").exists()


def settings(home: Path) -> Settings:
    return Settings(home=home, database_url=f"sqlite:///{home / 'survey.sqlite'}")


def test_a_folder_that_all_users_share_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    with pytest.raises(Problem) as refused:
        file_modes.keep(settings(tmp_path))
    assert refused.value.kind is NOT_PRIVATE
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o1777


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="needs a folder of another user")
def test_what_belongs_to_somebody_else_is_refused_in_one_sentence(tmp_path: Path) -> None:
    survey = Survey(tmp_path / "home")
    survey.do("round", "list")
    survey.home.chmod(0o755)
    for folder in (tmp_path, *tmp_path.parents):
        if stat.S_IMODE(folder.stat().st_mode) == 0o700:
            folder.chmod(0o755)
    # Somebody else from here on; what is loaded lies where only this user can read it.
    program = "import os, survey.commands.main, survey.server.opening, survey.storage.field.rounds, survey.storage.people.devices; os.seteuid(65534); survey.commands.main.main(['round', 'list'])"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=PROJECT,
        env=survey.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert re.fullmatch(r"error: Other users of this machine can open \S+/home, .*\n", done.stderr)


@pytest.mark.slow
def test_the_first_thing_a_process_does_is_to_close_its_files() -> None:
    first, second, *_ = [
        node
        for node in ast.parse((PROJECT / "survey" / "__main__.py").read_text(encoding="utf-8")).body
        if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Constant)
    ]
    assert (ast.unparse(first), ast.unparse(second)) == ("import os", "os.umask(63)")
    starts = [path for path in (PROJECT / "survey").rglob("*.py") if "__main__" in path.read_text()]
    assert starts == [PROJECT / "survey" / "__main__.py"]
    for path in (PROJECT / "survey").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".mkdir"):
                assert "mode=448" in ast.unparse(node), f"{path}:{node.lineno}"


def test_git_ignores_every_folder_that_the_survey_makes_beside_itself() -> None:
    usual = Settings.from_environment({})
    homes = {usual.home, demonstration.demonstration_settings(usual).home}
    assert all(home.is_relative_to(PROJECT) for home in homes)
    for home in homes:
        for name in ("survey.sqlite", "survey.sqlite-wal", "keys/digest.key"):
            command = ["git", "check-ignore", "-q", str(home / name)]
            assert subprocess.run(command, cwd=PROJECT, check=False).returncode == 0, home / name


def test_git_knows_or_ignores_whatever_the_code_names_in_the_project() -> None:
    known = subprocess.run(
        ["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout
    named = {
        match
        for folder in ("survey", "benchmarks")
        for path in (PROJECT / folder).rglob("*.py")
        for match in re.findall(
            r'(?:PROJECT / |installation\.path\()"([^"]+)"', path.read_text(encoding="utf-8")
        )
    }
    assert len(named) > 5
    for name in named:
        ignored = ["git", "check-ignore", "-q", f"{PROJECT / name}/x"]
        assert f"{name}/" in known or subprocess.run(ignored, cwd=PROJECT, check=False).returncode == 0, name
