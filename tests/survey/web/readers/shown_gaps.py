"""The gaps that pages and files of results show, and those of the stored release as they must be written."""

from __future__ import annotations

import csv
import io
import re

from flask import Flask
from werkzeug.test import TestResponse

from analysis.disclosure.nodes import TOTAL
from survey.publication.reading.levels import ALL
from survey.publication.release.figures import FEW, HIDDEN
from survey.storage.results import release_document, releases
from tests.support.pages import Element
from tests.support.readers import place_of, stored
from tests.survey.conftest import CLOSED
from tests.survey.web.shown_figures import GAP, labels_of, rows_of

#: Two limits in parentheses.
LIMITS = re.compile(r"\(−?\d+(?:–| … )−?\d+\)$")


def as_written(told: str, low: object, high: object) -> str:
    """A difference as pages write it: with true minus signs, and dots where a dash would be read as one."""
    between = " … " if "-" in f"{low}{high}" else "–"
    return f"{told} ({low}{between}{high})".replace("-", "−")


def gaps_of_page(main: Element, address: str) -> dict[tuple[str, str], list[str]]:
    """Every row of a gap that tells one: place with what is compared, and group, and the cells as they are written."""
    shown = {}
    (title,) = (head.text for head in main.all("h1"))
    for region in main.all("div", class_="scroll"):
        if not region.get("aria-labelledby").startswith(GAP):
            continue
        for where, group, row in rows_of(region, title):
            cells = [cell.text for cell in row]
            place = f"{title} – {where}" if "/district/" in address else where
            if LIMITS.search(cells[-1]):
                shown[place, group] = cells
    return shown


def gaps_in_store(app: Flask) -> dict[tuple[str, str], list[str]]:
    """The same from the bytes of the stored release, as it must be written."""
    document = release_document.unpack(releases.find(stored(app), CLOSED).content)
    percents = {
        (topic["name"], *cell["name"]): cell["figure"][3]
        for topic in document["topics"]
        for cell in topic["cells"]
        if "figure" in cell
    }
    labels, kept = labels_of(app), {}
    for entry in document["gaps"]:
        for cell in entry["cells"]:
            if cell["figure"]:
                base, points, low, high = cell["figure"]
                *place, group = cell["name"]
                shares = [
                    percents[entry[side], *place, who, entry["answer"]]
                    for side, who in zip(("first", "second"), entry.get("groups", (group,) * 2), strict=True)
                ]
                told = f"({points})" if base < 50 else str(points)
                name = (f"{labels.place(*place)} – {labels.gap(entry['name'])}", labels.group(group))
                kept[name] = [str(base), *(f"{share}%" for share in shares), as_written(told, low, high)]
    return kept


def gaps_of_file(app: Flask, reply: TestResponse) -> dict[tuple[str, str], list[str]]:
    """The same from the file: a hidden row has no number at all."""
    labels, shown = labels_of(app), {}
    for row in csv.DictReader(io.StringIO(reply.data.decode("utf-8-sig"), newline="")):
        columns = ("base", "first_percent", "second_percent", "points", "ci_low", "ci_high", "difference")
        base, first, second, points, low, high, _ = (row[column] for column in columns)
        if row["status"] == HIDDEN:
            assert {row[column] for column in columns} == {""}
            continue
        told = f"({points})" if row["status"] == FEW else points
        group = labels.group(TOTAL if row["group"] == ALL else row["group"])
        name = (f"{labels.place(*place_of(row))} – {row['gap_label']}", group)
        shown[name] = [base, f"{first}%", f"{second}%", as_written(told, low, high)]
    return shown
