"""Every setting and every command is documented, and the README's commands exist."""

from __future__ import annotations

import re
from pathlib import Path

import click

from survey.commands.main import main

PROJECT = Path(__file__).resolve().parent.parent


def text(*parts: str) -> str:
    return PROJECT.joinpath(*parts).read_text(encoding="utf-8")


def commands(group: click.Group, before: str = "") -> list[tuple[str, click.Command]]:
    found = []
    for name, command in group.commands.items():
        full = f"{before} {name}".strip()
        found += commands(command, full) if isinstance(command, click.Group) else [(full, command)]
    return found


def test_every_setting_is_documented():
    settings = set(re.findall(r'"(SURVEY_[A-Z_]+)"', text("survey", "settings.py")))
    assert len(settings) >= 6
    documented = text("docs", "administrator.md")
    assert not [name for name in settings if f"`{name}`" not in documented]


def test_every_command_and_option_is_documented():
    documented = text("docs", "administrator.md")
    for name, command in commands(main):
        assert f"python -m survey {name}" in documented, name
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.opts[0] in documented, f"{name} {option.opts[0]}"


def test_every_command_says_what_it_does():
    assert not [name for name, command in commands(main) if not command.help]


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
