"""The data package: what its description says of each file holds for every cell; the codebook knows every key in all languages."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from survey.languages import languages
from survey.publication.files.data_package import FORMAT, data_package, labels_in
from survey.publication.reading.csv_files import summary_csv
from survey.publication.reading.labels import Labels
from survey.publication.release import release
from survey.publication.release.release import Release
from survey.questionnaire import xlsform
from survey.settings import PROJECT
from survey.storage.scope import Scope
from tests.survey.conftest import CLOSED, Finished
from tests.survey.publication.files.test_workbook import CHANGED

SCOPE = Scope.of(["peshawar", "swat"])
#: As the standard writes them: specs.frictionlessdata.io/schemas/data-package.json.
NAME = re.compile(r"([-a-z0-9._/])+")
CASTS = {
    "integer": lambda text, field: int(text),
    "number": lambda text, field: float(text),
    "string": lambda text, field: text,
    "boolean": lambda text, field: (field["trueValues"] + field["falseValues"]).index(text),
}


def labels(language: str = "ur") -> Labels:
    return Labels(xlsform.read(PROJECT / "questionnaires" / "community_security.md"), language, str)


@pytest.fixture(scope="module")
def kept(finished: Finished) -> Release:
    return release.read(finished.database, CLOSED)


@pytest.fixture(scope="module")
def files(kept: Release) -> dict[str, bytes]:
    return unpacked(data_package(kept, Scope.everywhere(), labels(), CHANGED))


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def described(files: dict[str, bytes]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files["datapackage.json"])
    return found


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_description_has_what_the_standard_asks_for(kept: Release, files: dict[str, bytes]) -> None:
    package = described(files)
    assert NAME.fullmatch(package["name"])
    assert datetime.strptime(package["created"], "%Y-%m-%dT%H:%M:%SZ").date().isoformat() == kept.created_day
    assert (package["format"], package["fingerprint"]) == (FORMAT, kept.digest)
    names = [one["name"] for one in package["resources"]]
    assert names == ["summary", "indices", "gaps", "ratios", "borrowed", "wide", "change", "codebook"]
    assert {"datapackage.json", *(one["path"] for one in package["resources"])} == set(files)
    for one in package["resources"]:
        content = files[one["path"]]
        assert NAME.fullmatch(one["name"])
        assert one["bytes"] == len(content)
        assert one["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"


def test_every_cell_is_what_its_column_says(files: dict[str, bytes]) -> None:
    cells = 0
    for one in described(files)["resources"]:
        fields = one["schema"]["fields"]
        told = rows(files[one["path"]])
        assert list(told[0]) == [field["name"] for field in fields], one["name"]
        for field in fields:
            given = {row[field["name"]] for row in told} - set(one["schema"]["missingValues"])
            for text in given:
                CASTS[field["type"]](text, field)
            allowed = field.get("constraints", {}).get("enum")
            assert allowed is None or given <= set(allowed), (one["name"], field["name"], given)
            assert field["description"]
            cells += len(given)
    assert cells > 2000


def test_columns_of_numbers_are_called_numbers(files: dict[str, bytes]) -> None:
    """A column whose every cell is a number but that is called a text would be read as one."""
    for one in described(files)["resources"]:
        told = rows(files[one["path"]])
        for field in one["schema"]["fields"]:
            given = {row[field["name"]] for row in told} - {""}
            numeric = bool(given) and all(re.fullmatch(r"-?\d+(\.\d+)?", text) for text in given)
            assert numeric is (field["type"] in ("integer", "number")) or not given, field


def test_the_codebook_knows_every_key_of_every_file_in_all_languages(files: dict[str, bytes]) -> None:
    book = rows(files["codebook.csv"])
    known = {(row["kind"], row["name"], row["answer"]) for row in book}
    assert len(known) == len(book)
    for row in rows(files["summary.csv"]):
        assert ("question", row["question"], "") in known
        assert (row["kind"], row["question"], row["answer"]) in known
    for name, key in (("indices", "index"), ("gaps", "gap"), ("ratios", "ratio")):
        for row in rows(files[f"{name}.csv"]):
            assert (key, row[key], "") in known
    for row in book:
        spoken = [row[f"label_{code}"] for code in languages()]
        assert all(spoken), row
        if row["kind"] in ("question", "index", "gap", "ratio"):
            assert len(set(spoken)) == len(spoken), row


def test_labels_of_one_language_are_its_own_whatever_the_readers_is() -> None:
    asked = labels("en")
    assert [labels_in(asked, code).group("member") for code in ("en", "ur", "ps")] == [
        "Members",
        "ارکان",
        "غړي",
    ]


def test_the_files_are_those_of_the_reader(kept: Release) -> None:
    content = data_package(kept, SCOPE, labels("en"), None, demonstration=True)
    mine = unpacked(content)
    assert mine["summary.csv"] == summary_csv(kept, SCOPE, labels("en"), demonstration=True)
    assert "change.csv" not in mine
    assert described(mine)["demonstration"] is True
    for one in ("indices", "gaps", "wide"):
        districts = {row["district"] for row in rows(mine[f"{one}.csv"]) if row["level"] == "district"}
        assert districts == {"peshawar", "swat"}
    assert data_package(kept, SCOPE, labels("en"), None, demonstration=True) == content


def test_a_round_with_a_name_in_any_script_makes_a_package(kept: Release) -> None:
    package = described(unpacked(data_package(replace(kept, round="بہار 2026"), SCOPE, labels(), None)))
    assert NAME.fullmatch(package["name"])
    assert package["round"] == "بہار 2026"
