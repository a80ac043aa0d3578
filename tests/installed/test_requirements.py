"""What is installed is what the lists name: every release exact, every file by its hash, and nothing else."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tools import hashes

PROJECT = Path(__file__).resolve().parents[2]
LISTS = ("requirements.txt", "requirements-dev.txt", "requirements-release.txt")
#: Installed for a release alone (`make audit`, `make hashes`).
SELDOM = "requirements-release.txt"


def text(name: str) -> str:
    return (PROJECT / name).read_text(encoding="utf-8")


def pins(*names: str) -> dict[str, str]:
    """The version of each release, by its name as an index spells it."""
    found = [hashes.canonical(pin) for name in names for pin in hashes.pins(text(name).splitlines())]
    assert len(found) == len(set(found))
    return {name: number for name, _, number in (pin.partition("==") for pin in found)}


def spelled(name: str) -> str:
    return hashes.canonical(name).removesuffix("==")


def test_every_list_is_under_the_same_care() -> None:
    assert sorted(path.name for path in PROJECT.glob("requirements*.txt")) == sorted(LISTS)
    assert set(hashes.LISTS) == set(LISTS)


@pytest.mark.parametrize("name", LISTS)
def test_every_line_is_a_pin_with_a_hash(name: str) -> None:
    lines = [line for line in text(name).splitlines() if not line.startswith(("#", "-r requirements"))]
    form = r"[\w.-]+==[\w.!+-]+ \\|    --hash=sha256:[0-9a-f]{64}( \\)?"
    assert [line for line in lines if not re.fullmatch(form, line)] == []
    known = hashes.read(text(name))
    assert set(known) == {hashes.canonical(pin) for pin in hashes.pins(lines)}
    assert [pin for pin, files in known.items() if not files] == []


def test_what_is_compiled_has_files_for_other_machines_too() -> None:
    """One file alone would be that of the machine on which the hashes were made."""
    known = hashes.read(text("requirements.txt"))
    for name in ("numpy", "pandas", "scipy", "highspy", "cryptography", "psycopg-binary"):
        (files,) = [files for pin, files in known.items() if pin.startswith(f"{name}==")]
        assert len(files) > 10, name


def test_the_lists_are_written_as_the_tool_writes_them() -> None:
    for name in LISTS:
        lines = text(name).splitlines()
        assert hashes.hashed(lines, hashes.read(text(name))) == lines


def test_a_changed_pin_takes_no_hash_of_the_release_before() -> None:
    lines = ["# Why.", "Click==8.5.2 \\", f"    --hash=sha256:{'0' * 64}"]
    known = {"click==8.5.2": [f"sha256:{'1' * 64}"]}
    assert hashes.hashed(lines, known) == ["# Why.", "Click==8.5.2 \\", f"    --hash=sha256:{'1' * 64}"]
    with pytest.raises(KeyError):
        hashes.hashed(lines, {"click==8.5.1": []})


def test_what_is_installed_are_the_pins() -> None:
    wanted = pins("requirements.txt", "requirements-dev.txt")
    assert {name: version(name) for name in wanted} == wanted


def test_the_pins_hold_all_that_they_need() -> None:
    wanted = pins(*LISTS)
    for name in wanted:
        try:
            needed = distribution(name).requires or []
        except PackageNotFoundError:
            assert name in pins(SELDOM)
            continue
        for line in needed:
            one = Requirement(line)
            # Every environment has pip.
            if one.name == "pip":
                continue
            if not one.marker or one.marker.evaluate({"extra": ""}):
                assert one.specifier.contains(wanted[spelled(one.name)]), f"{name}: {line}"


def declared(*parts: str) -> dict[str, Requirement]:
    project = tomllib.loads(PROJECT.joinpath(*parts, "pyproject.toml").read_text(encoding="utf-8"))
    return {spelled(one.name): one for one in map(Requirement, project["project"]["dependencies"])}


def test_the_wheels_ask_for_what_was_tested() -> None:
    wanted, survey, analysis = pins("requirements.txt"), declared(), declared("analysis")
    for name, one in {**survey, **analysis}.items():
        assert one.specifier.contains(wanted[name]), str(one)
    assert {name: str(one) for name, one in analysis.items()}.items() <= {
        name: str(one) for name, one in survey.items()
    }.items()


def test_the_build_uses_the_pins() -> None:
    wanted = pins("requirements.txt", "requirements-dev.txt")
    for folder in ((), ("analysis",)):
        project = tomllib.loads(PROJECT.joinpath(*folder, "pyproject.toml").read_text(encoding="utf-8"))
        for line in project["build-system"]["requires"]:
            name, _, number = hashes.canonical(line).partition("==")
            assert wanted[name] == number
