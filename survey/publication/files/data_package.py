"""A released round as a data package (Frictionless): its files, a description of every column, and a codebook in all languages."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from babel.support import Translations

from analysis.outputs import spreadsheet
from survey.languages import TRANSLATIONS, languages
from survey.publication.files.codebook import codebook
from survey.publication.files.columns import described
from survey.publication.files.sheets import CLAIM, Compared
from survey.publication.reading import change_tables, csv_files
from survey.publication.reading.borrowed.files import COLUMNS as BORROWED_COLUMNS
from survey.publication.reading.borrowed.files import borrowed_csv
from survey.publication.reading.hidden.estimates import hidden_questions
from survey.publication.reading.hidden.files import COLUMNS as ESTIMATE_COLUMNS
from survey.publication.reading.hidden.files import estimates_csv
from survey.publication.reading.indicator_table import indicator_table, wide_columns, wide_csv
from survey.publication.reading.labels import Labels
from survey.publication.release.release import Release
from survey.storage.scope import Scope

#: Raised when a column changes its name, place or meaning; columns that come at the end change nothing for who reads by name.
FORMAT: Final = 1
CODEBOOK_COLUMNS: Final = ("kind", "name", "answer", "made_of")
#: How chance hides the answers of a question; it comes after the words.
HIDDEN_BY: Final = "hidden_by"


@dataclass(frozen=True, slots=True)
class Resource:
    """One file of a package and its columns."""

    name: str
    columns: tuple[str, ...]
    content: bytes


def data_package(
    release: Release, scope: Scope, labels: Labels, compared: Compared | None, *, demonstration: bool = False
) -> bytes:
    """The package of one reader as a zip file; the same release gives the same bytes."""
    resources = tuple(_resources(release, scope, labels, compared, demonstration))
    description = _description(release, labels, resources, demonstration)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        text = json.dumps(description, ensure_ascii=False, indent=1)
        archive.writestr(zipfile.ZipInfo("datapackage.json"), text, zipfile.ZIP_DEFLATED, 9)
        for one in resources:
            archive.writestr(zipfile.ZipInfo(f"{one.name}.csv"), one.content, zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()


def _resources(
    release: Release, scope: Scope, labels: Labels, compared: Compared | None, demonstration: bool
) -> Iterator[Resource]:
    tidy = (
        ("summary", csv_files.COLUMNS, csv_files.summary_csv),
        ("indices", csv_files.INDEX_COLUMNS, csv_files.indices_csv),
        ("gaps", csv_files.GAP_COLUMNS, csv_files.gaps_csv),
        ("ratios", csv_files.RATIO_COLUMNS, csv_files.ratios_csv),
        ("borrowed", BORROWED_COLUMNS, borrowed_csv),
        ("wide", wide_columns(indicator_table(release, scope)), wide_csv),
    )
    for name, columns, write in tidy:
        yield Resource(name, columns, write(release, scope, labels, demonstration=demonstration))
    if any(hidden_questions(labels.questionnaire)):
        content = estimates_csv(release, scope, labels, demonstration=demonstration)
        yield Resource("estimates", ESTIMATE_COLUMNS, content)
    if compared is not None:
        yield Resource(
            "change",
            change_tables.COLUMNS,
            change_tables.change_csv(
                release, compared.earlier, compared.changes, labels, demonstration=demonstration
            ),
        )
    yield _codebook(release, labels)


def _codebook(release: Release, labels: Labels) -> Resource:
    """What the keys of the other files mean, in every language."""
    columns = (*CODEBOOK_COLUMNS, *(f"label_{code}" for code in languages()), HIDDEN_BY)
    spoken = [labels_in(labels, code) for code in languages()]
    rows = (
        (
            *(one.kind, one.name, one.code(labels), " ".join(one.made_of)),
            *map(one.label, spoken),
            one.hidden_by(labels),
        )
        for one in codebook(release)
    )
    return Resource("codebook", columns, spreadsheet.csv_bytes(columns, rows))


def labels_in(labels: Labels, code: str) -> Labels:
    """The same labels in another language, whatever the reader's is."""
    catalogue = Translations.load(str(TRANSLATIONS), [languages()[code].locale])
    return Labels(labels.questionnaire, code, catalogue.gettext)


def _description(
    release: Release, labels: Labels, resources: Sequence[Resource], demonstration: bool
) -> dict[str, Any]:
    """What datapackage.json says; `format` and what follows it are additions of ours, which the standard allows."""
    return {
        "profile": "tabular-data-package",
        # A name in any script is no name of a package: the round's is in the title.
        "name": f"community-resilience-survey-{release.digest[:16]}",
        "title": f"Community Resilience Survey, round {release.round}",
        "description": CLAIM,
        "created": f"{release.created_day}T00:00:00Z",
        "format": FORMAT,
        "round": release.round,
        "questionnaire": f"{release.questionnaire} {release.version}",
        "fingerprint": release.digest,
        "language": languages()[labels.language].tag,
        "demonstration": demonstration,
        "resources": [_resource(one) for one in resources],
    }


def _resource(one: Resource) -> Mapping[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": one.name,
        "path": f"{one.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(one.content),
        "hash": f"sha256:{hashlib.sha256(one.content).hexdigest()}",
        "schema": {"fields": [described(one.name, column) for column in one.columns], "missingValues": [""]},
    }
