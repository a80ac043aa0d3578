"""A release of a copy of this project: what it refuses, what it makes, and the list of its parts."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from survey import __version__
from tests.installed.wheels import PROJECT
from tools import release, sbom

TEXT = "# Changelog\n\n## Unreleased\n\n### Added\n- One thing.\n\n## 0.0.1 - 2026-01-01\n- Before.\n"


def run(folder: Path, *words: str, code: int = 0) -> str:
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def make(folder: Path, code: int = 0) -> str:
    return run(folder, sys.executable, "-m", "tools.release", code=code)


def commit(folder: Path) -> None:
    run(folder, "git", "add", "-A")
    run(folder, "git", "commit", "-q", "-m", "As it is")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of its own with the project as it is now, committed or not."""
    folder = tmp_path_factory.mktemp("released") / "project"
    listed = run(PROJECT, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listed.split("\0")):
        # What a release is made of; the tests take no part in it.
        if not name.startswith(("tests/", "docs/images/")) and (PROJECT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, folder / name, follow_symlinks=False)
    run(folder, "git", "init", "-q")
    run(folder, "git", "config", "user.name", "A")
    run(folder, "git", "config", "user.email", "a@b")
    (folder / "CHANGELOG.md").write_text(TEXT)
    commit(folder)
    return folder


@pytest.fixture(scope="module")
def released(copy: Path) -> Path:
    """The copy after its release."""
    (copy / "left.txt").write_text("not committed\n")
    assert "commit or remove what was changed first" in make(copy, code=1)
    (copy / "left.txt").unlink()
    (copy / "CHANGELOG.md").write_text(TEXT.replace("### Added\n- One thing.\n", ""))
    commit(copy)
    assert "nothing is written under Unreleased" in make(copy, code=1)
    (copy / "CHANGELOG.md").write_text(TEXT)
    project = (copy / "pyproject.toml").read_text()
    (copy / "pyproject.toml").write_text(project + "[")
    commit(copy)
    before = run(copy, "git", "rev-parse", "HEAD")
    assert "hatchling build" in make(copy, code=1)
    assert run(copy, "git", "rev-parse", "HEAD") + run(copy, "git", "status", "--porcelain") == before
    assert run(copy, "git", "tag", "--list") == ""
    (copy / "pyproject.toml").write_text(project)
    commit(copy)
    make(copy)
    return copy


@pytest.mark.slow
def test_a_release_is_a_tag_on_a_clean_tree_with_its_day_in_the_changelog(released: Path) -> None:
    assert run(released, "git", "status", "--porcelain") == ""
    assert run(released, "git", "describe", "--exact-match").strip() == f"v{__version__}"
    text = (released / "CHANGELOG.md").read_text()
    assert f"## Unreleased\n\n## {__version__} - 20" in text
    assert release.unreleased(text) == ""
    assert f"v{__version__} is there" in make(released, code=1)


@pytest.mark.slow
def test_its_files_hold_the_commit_of_the_tag(released: Path) -> None:
    built = {path.name.partition("-")[0]: path for path in (released / "dist").glob("*.whl")}
    assert set(built) == {"community_resilience_survey", "resilience_analysis"}
    with zipfile.ZipFile(built["community_resilience_survey"]) as wheel:
        told = wheel.read("survey/shipped/COMMIT").decode().strip()
    assert told == run(released, "git", "rev-parse", "--short=12", "HEAD").strip()
    for line in (released / "dist" / "SHA256SUMS").read_text().splitlines():
        number, name = line.split()
        assert hashlib.sha256((released / "dist" / name).read_bytes()).hexdigest() == number
    assert (released / "dist" / f"community_resilience_survey-{__version__}.tar.gz").is_file()


@pytest.mark.slow
def test_a_wheel_of_the_source_distribution_holds_the_same_commit(released: Path, tmp_path: Path) -> None:
    name = f"community_resilience_survey-{__version__}"
    shutil.unpack_archive(released / "dist" / f"{name}.tar.gz", tmp_path, filter="data")
    run(tmp_path / name, sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path))
    wheels = [folder / f"{name}-py3-none-any.whl" for folder in (tmp_path, released / "dist")]
    contents = []
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as opened:
            contents.append({one: opened.read(one) for one in opened.namelist() if ".dist-info/" not in one})
    assert contents[0] == contents[1]
    told = run(tmp_path / name, sys.executable, "-m", "survey", "--version")
    assert told.strip().endswith(contents[0]["survey/shipped/COMMIT"].decode().strip())


def paths_in(value: Any) -> list[str]:
    """Every text in the list that names a place on a machine."""
    if isinstance(value, dict):
        return [one for part in value.values() for one in paths_in(part)]
    if isinstance(value, list):
        return [one for part in value for one in paths_in(part)]
    text = str(value)
    return [text] if text.startswith("/") or "file:" in text or "\\" in text or str(PROJECT) in text else []


def test_the_list_of_parts_names_every_pin_its_licence_and_no_path() -> None:
    listed = sbom.parts()
    assert listed == sbom.parts()
    assert (listed["bomFormat"], listed["specVersion"]) == ("CycloneDX", "1.6")
    references = [part["bom-ref"] for part in listed["components"]]
    assert len(references) == len(set(references)) > 30
    (flask,) = [one for one in references if one.startswith("pkg:pypi/flask@")]
    assert [part["name"] for part in listed["components"] if not part.get("licenses")] == []
    needs = {one["ref"]: one["dependsOn"] for one in listed["dependencies"]}
    assert {"werkzeug", "jinja2"} <= {one.split("/")[1].partition("@")[0] for one in needs[flask]}
    assert {one for some in needs.values() for one in some} <= set(references)
    assert paths_in(listed) == []
    assert paths_in({"a": [f"file://{PROJECT}"]}) != []


def test_the_changelog_gets_the_version_and_the_day_under_unreleased() -> None:
    assert release.unreleased(TEXT) == "### Added\n- One thing."
    dated = release.dated(TEXT, "0.1.0", "2026-11-26")
    assert "## Unreleased\n\n## 0.1.0 - 2026-11-26\n\n### Added\n- One thing.\n\n## 0.0.1" in dated
    assert release.unreleased(dated) == ""
