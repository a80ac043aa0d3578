"""python -m survey report ROUND: the PDF sheets of a released round, of all districts or of one."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from survey import geography, terminal
from survey.languages import DEFAULT, languages

if TYPE_CHECKING:
    from survey.publication.briefing.material import Material
    from survey.publication.paper.words import Writer
    from survey.storage.engine.database import Database

FOLDER: Final = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("round_name", metavar="ROUND")
@click.option("--district", help="The sheet of this district alone, by its key.")
@click.option(
    "--language",
    type=click.Choice(list(languages())),
    default=DEFAULT,
    show_default=True,
    help="Language of the sheets.",
)
@click.option(
    "--folder",
    type=FOLDER,
    default=Path("reports"),
    show_default=True,
    help="Where the files are written; files of the same name are replaced.",
)
@terminal.refusals_in_one_line
def report(round_name: str, district: str | None, language: str, folder: Path) -> None:
    """Write a released round as PDF for printing: an overview with its methods, and a sheet for each district."""
    from survey.publication.briefing.material import gather
    from survey.publication.paper.report import districts_in
    from survey.storage.scope import Scope

    database = terminal.open_survey()
    material = gather(database, round_name, Scope.everywhere())
    writer = _writer(material, language)
    chosen = [_checked(material, district)] if district else list(districts_in(material))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    files = {} if district else {"overview": _round_pdf(material, writer)}
    for one in chosen:
        files[one] = _district_pdf(database, material, one, writer)
    _write(files, folder, f"{round_name}-{language}")
    click.echo(f"Written to {folder}: {len(files)} PDF.")


def _writer(material: Material, language: str) -> Writer:
    from survey.languages.catalogue import translation
    from survey.publication.paper.words import Writer
    from survey.publication.reading.labels import Labels
    from survey.settings import Settings

    settings = Settings.from_environment()
    labels = Labels(material.asked, language, translation(language))
    return Writer(labels, settings.office_name, settings.demonstration)


def _checked(material: Material, district: str) -> str:
    """The key of a district with an interview in the round; raises ValueError."""
    from survey.publication.paper.report import districts_in

    if district not in geography.districts():
        near = geography.nearest_key(district, districts_in(material))
        raise ValueError(f"no district has the key {district}{f': write {near}' if near else ''}")
    if district not in districts_in(material):
        raise ValueError(f"nobody was interviewed in {district} in round {material.release.round}")
    return district


def _round_pdf(material: Material, writer: Writer) -> Callable[[], bytes | None]:
    from survey.publication.paper.report import round_report

    return lambda: round_report(material, writer)


def _district_pdf(
    database: Database, material: Material, district: str, writer: Writer
) -> Callable[[], bytes | None]:
    from survey.publication.briefing.action_review import noted
    from survey.publication.paper.report import district_report

    agreed = noted(database, material.release, district, writer.labels)
    return lambda: district_report(material, district, writer, agreed)


def _write(files: dict[str, Callable[[], bytes | None]], folder: Path, name: str) -> None:
    """Make and write each file, with a line of progress."""
    line, started = terminal.progress_line("report", "files"), time.monotonic()
    for done, (what, make) in enumerate(files.items(), start=1):
        content = make()
        if content is not None:
            (folder / f"{what}-{name}.pdf").write_bytes(content)
        spent = time.monotonic() - started
        line(done, len(files), spent / done * (len(files) - done))
