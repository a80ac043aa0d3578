"""Every setting and every command is documented, and the README's commands exist."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from survey.commands.main import main
from survey.settings import VARIABLES
from tests.documents import reference

PROJECT = Path(__file__).resolve().parent.parent


def text(*parts: str) -> str:
    return PROJECT.joinpath(*parts).read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_reference_is_what_the_code_says():
    assert text("docs", "reference.md") == reference.reference(), "run `make docs`"


def test_every_setting_that_is_read_is_described():
    """Some variables are set by one process of the survey for another, and are no settings."""
    between_processes = {"SURVEY_FAILURES_DESCRIPTOR"}
    read = {
        name
        for file in (PROJECT / "survey").rglob("*.py")
        for name in re.findall(r'"(SURVEY_[A-Z_]+)"', file.read_text(encoding="utf-8"))
    }
    assert read - between_processes == set(VARIABLES)


def test_every_command_and_option_says_what_it_does():
    for name, command in reference.commands(main):
        assert command.help, name
        assert not [
            one.opts[0] for one in command.params if isinstance(one, click.Option) and not one.help
        ], name


def test_the_guide_names_only_commands_that_exist():
    known = {name for name, _ in reference.commands(main)}
    groups = {name.split()[0] for name in known}
    for file in PROJECT.glob("docs/*.md"):
        for found in re.findall(
            r"python -m survey ([a-z][a-z-]*(?: [a-z-]+)?)", file.read_text(encoding="utf-8")
        ):
            first = found.split()[0]
            assert found in known or first in known or found in groups, f"{file.name}: {found}"


def test_every_make_target_of_the_documents_exists():
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))
    for file in [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *(PROJECT / "docs").rglob("*.md")]:
        for target in re.findall(
            r"`make ([a-z-]+)`|^    make ([a-z-]+)", file.read_text(encoding="utf-8"), re.MULTILINE
        ):
            assert (target[0] or target[1]) in targets, f"{file.name}: make {target}"


def test_links_between_documents_lead_somewhere():
    for file in [
        *PROJECT.glob("*.md"),
        *(PROJECT / "docs").rglob("*.md"),
        *(PROJECT / "translations").glob("*.md"),
    ]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", file.read_text(encoding="utf-8")):
            assert (file.parent / target).exists(), f"{file.relative_to(PROJECT)}: {target}"


def test_the_project_speaks_of_itself_alone():
    words = ("/wo" + "rk/", "/far" + "m/", ".libr" + "ary", "pypi" + ".org", "registry." + "npmjs")
    tracked = [*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md"), *(PROJECT / "survey").rglob("*.py")]
    tracked += [*(PROJECT / "analysis").rglob("*.py"), *(PROJECT / "tests").rglob("*.py")]
    tracked += [
        *(PROJECT / "tools").rglob("*.py"),
        *PROJECT.glob("*.txt"),
        *PROJECT.glob("*.toml"),
        PROJECT / "Makefile",
    ]
    assert not [
        f"{file.relative_to(PROJECT)}: {word}"
        for file in tracked
        for word in words
        if word in file.read_text(encoding="utf-8")
    ]


#: Files that a document names and that a command makes.
MADE = {"docs/coverage.md"}
TOPS = "survey|analysis|tests|docs|static|templates|tools|migrations|benchmarks|questionnaires|reference|translations"
NAMED_FILE = re.compile(rf"`((?:{TOPS})/[\w./-]*\w\.\w+)`")


def files_missing(text: str) -> set[str]:
    """The files that a document names, from the root or below `survey/`, and that are not there."""
    return {
        name
        for name in NAMED_FILE.findall(text)
        if not any((PROJECT / folder / name).exists() for folder in ("", "survey"))
    } - MADE


def test_every_file_that_a_document_names_is_there():
    documents = [
        *PROJECT.glob("*.md"),
        *(file for top in TOPS.split("|") for file in (PROJECT / top).rglob("*.md")),
    ]
    missing = {
        str(file.relative_to(PROJECT)): files_missing(file.read_text(encoding="utf-8"))
        for file in documents
        if file.name != "CHANGELOG.md" and "node_modules" not in file.parts
    }
    assert {name: files for name, files in missing.items() if files} == {}


def test_a_file_that_is_not_there_is_found():
    said = "`tests/factories.py`, `survey/app.py`, `storage/tables.py` and `tests/cases/facts.json`"
    assert files_missing(said) == {"tests/factories.py"}
