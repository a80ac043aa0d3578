"""The figures that pages and files of results show, read back as a reader reads them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from typing import Final
from urllib.parse import unquote

from flask import Flask
from werkzeug.test import TestResponse

from analysis.disclosure.nodes import TOTAL
from survey.publication.counts.cube import BOTTOM_TWO, NO, NO_ANSWER, REST, TOP_TWO, YES, topics_of
from survey.publication.reading.labels import Labels, code_of
from survey.publication.reading.levels import ALL
from survey.publication.release.figures import FEW, HIDDEN
from survey.questionnaire.model import Questionnaire
from survey.storage import questionnaires
from survey.storage.results import release_document, releases
from tests.support.pages import Element, read
from tests.support.readers import place_of, stored
from tests.survey.conftest import CLOSED

Name = tuple[str, str, str, str, str]
Shown = Mapping[Name, tuple[str, ...]]
CELL: Final = re.compile(r"(\()?(\d+)%\)? (\d+)–(\d+)(?: of (\d+) who answered: (\d+)% (\d+)–(\d+))?")
Words = Mapping[tuple[str, str, str, str], Name]


def labels_of(app: Flask) -> Labels:
    return Labels(asked_in(app), "en", str)


def names_of(app: Flask) -> tuple[str, ...]:
    return tuple(topic.name for topic in topics_of(asked_in(app)))


def asked_in(app: Flask) -> Questionnaire:
    return questionnaires.find(stored(app), "community_security", "1").questionnaire


#: Answers that files write as one word.
NODES: Final = {code_of(node): node for node in (TOP_TWO, REST, BOTTOM_TWO, NO_ANSWER, YES, NO)}


def figures_of_file(reply: TestResponse) -> dict[Name, tuple[str, ...]]:
    rows = csv.DictReader(io.StringIO(reply.data.decode("utf-8-sig"), newline=""))
    shown = {}
    for row in rows:
        numbers = tuple(row[column] for column in ("base", "count", "percent", "ci_low", "ci_high"))
        if row["status"] == HIDDEN:
            assert numbers == ("",) * 5
            continue
        group = TOTAL if row["group"] == ALL else row["group"]
        answer = NODES.get(row["answer"], row["answer"])
        name = (*place_of(row), group, row["question"], answer)
        answered = (row[f"answered{column}"] for column in ("", "_percent", "_ci_low", "_ci_high"))
        shown[name] = (*numbers, str(row["status"] == FEW), *answered)
    return shown


CELL: Final = re.compile(r"(\()?(\d+)%\)? (\d+)–(\d+)(?: of (\d+) who answered: (\d+)% (\d+)–(\d+))?")

#: A share of those who answered in a row of its own; few answers are in parentheses.
SHARE: Final = re.compile(r"\(?(\d+)%\)? (\d+)–(\d+)")

#: Words for place and group, the question, words for the answer → the name of the cell.
Words = Mapping[tuple[str, str, str, str], Name]


def words_of(app: Flask, names: Collection[Name]) -> Words:
    labels = labels_of(app)
    words = {
        (labels.place(*name[:2]), labels.group(name[2]), name[3], labels.answer(name[3], name[4])): name
        for name in names
    }
    assert len(words) == len(names)
    return words


def figures_of_page(words: Words, main: Element, address: str) -> dict[Name, tuple[str, ...]]:
    """The figures of every table of a page as they are written; a cell without one holds no digit."""
    shown = {}
    (title,) = (head.text for head in main.all("h1"))
    for region in main.all("div", class_="scroll"):
        question = region.get("aria-labelledby")
        if question.startswith((INDEX, GAP, *APART)):
            continue
        if question == "caption":
            question = unquote(address.split("/question/")[1])
        for where, group, answer, base, cell, answered in cells_of(region, title):
            if "%" in cell.text:
                numbers = numbers_of(base, cell)
                shown[words[where, group, question, answer]] = (
                    (*numbers[:5], *answered) if answered else numbers
                )
            else:
                assert not re.search(r"\d", cell.text), address
    return shown


#: Begin the ids of headings above a mean index and above gaps.
INDEX: Final = "index-"
GAP: Final = "gap-"
#: What is in the boxes of a briefing is compared with the release in tests/survey/web/readers/test_briefing_pages.py.
APART: Final = ("weighted", "borrowed", "ratios", "box-")


def indices_of_page(main: Element) -> dict[tuple[str, str, str], list[str]]:
    """Every row of an index that tells a number: place, group and index, and the cells as they are written."""
    shown = {}
    (title,) = (head.text for head in main.all("h1"))
    for region in main.all("div", class_="scroll"):
        if not region.get("aria-labelledby").startswith(INDEX):
            continue
        for place, group, row in rows_of(region, title):
            cells = [cell.text for cell in row]
            if any(re.search(r"\d", cell) for cell in cells):
                shown[place, group, region.get("aria-labelledby").removeprefix(INDEX)] = cells
    return shown


def indices_of_file(app: Flask, reply: TestResponse) -> dict[tuple[str, str, str], list[str]]:
    """The same from the file: a hidden row has no number at all."""
    labels = labels_of(app)
    shown = {}
    for row in csv.DictReader(io.StringIO(reply.data.decode("utf-8-sig"), newline="")):
        names = ("base", "n", "mean", "ci_low", "ci_high", "dont_know_percent", "refused_percent")
        numbers = [row[name] or None for name in names]
        if row["status"] == HIDDEN:
            assert {*numbers, row["alpha"]} == {None, ""}
        group = labels.group(TOTAL if row["group"] == ALL else row["group"])
        name = (labels.place(*place_of(row)), group, row["index"])
        if row["pooled_mean"]:
            assert row["status"] == HIDDEN
            shown[name] = pooled_cells(row["pooled_mean"], row["pooled_ci_low"], row["pooled_ci_high"])
        if row["status"] == HIDDEN:
            continue
        shown[name] = list(index_cells(row["alpha"] or None, row["status"], *numbers))
    return shown


def indices_in_store(app: Flask) -> dict[tuple[str, str, str], list[str]]:
    """The same from the bytes of the stored release, as it must be written."""
    document = release_document.unpack(releases.find(stored(app), CLOSED).content)
    labels = labels_of(app)
    kept = {}
    for entry in document["indices"]:
        for cell in entry["cells"]:
            province, district, group = cell["name"]
            if cell["figure"] != [HIDDEN]:
                name = (labels.place(province, district), labels.group(group), entry["name"])
                kept[name] = list(index_cells(entry["alpha"], *cell["figure"]))
    for entry in document["pooled"]:
        for cell in entry["cells"]:
            province, district, group = cell["name"]
            name = (labels.place(province, district), labels.group(group), entry["name"])
            assert name not in kept
            kept[name] = pooled_cells(*cell["figure"])
    return kept


def pooled_cells(mean: object, low: object, high: object) -> list[str]:
    """A mean of all answers stands in the place of the index, and nothing else in its row."""
    nothing = written(None)
    return [f"{mean} {low}–{high} of all answers", *[nothing] * 5]


def index_cells(alpha, status, base, n, value, low, high, dont_know, refused) -> Iterator[str]:
    yield f"({value}) {low}–{high}" if status == FEW else f"{value} {low}–{high}"
    yield from (written(base), written(n))
    yield from (written(dont_know, "%"), written(refused, "%"), written(alpha))


def written(number: float | None, after: str = "") -> str:
    return "· not shown" if number is None else f"{number}{after}"


#: Who answered, and the share of them with its limits; nothing where the cell itself says so, or nothing does.
Answered = tuple[str, ...]


def cells_of(region: Element, title: str) -> Iterator[tuple[str, str, str, Element, Element, Answered]]:
    if region.all("table", class_="shares"):
        yield from folded_cells_of(region, title)
        return
    answers = [head.text for head in region.all("thead")[0].all("th", class_="number")][1:]
    for where, group, (base, *cells) in rows_of(region, title):
        for answer, cell in zip(answers, cells, strict=True):
            yield where, group, answer, base, cell, ()


def folded_cells_of(
    region: Element, title: str
) -> Iterator[tuple[str, str, str, Element, Element, Answered]]:
    """The cells of a district's folded question, where those who answered have a row of their own below their group."""
    answers = [head.text for head in region.all("thead")[0].all("th")][2:]
    rows = [(row.all("th")[0], row.all("td")) for row in region.all("tbody")[0].all("tr")]
    for (head, (base, *cells)), (following, (n, *below)) in pairwise([*rows, rows[0]]):
        if head.get("class") == "small":
            continue
        own = following.get("class") == "small"
        for answer, cell, share in zip(answers, cells, below, strict=True):
            of_them = SHARE.fullmatch(share.text) if own else None
            yield title, head.text, answer, base, cell, (n.text, *of_them.groups()) if of_them else ()


def rows_of(region: Element, title: str) -> Iterator[tuple[str, str, list[Element]]]:
    """Place, group and cells of every row; where no row names the place, the title of the page does."""
    for part in region.all("tbody"):
        where = title
        for row in part.all("tr"):
            (head,) = row.all("th")
            if row.get("class") == "part":
                where = head.text
            else:
                yield where, head.text, row.all("td", class_="number")


def numbers_of(base: Element, cell: Element) -> tuple[str, ...]:
    found = CELL.fullmatch(cell.text)
    assert found, cell.text
    few, percent, low, high, *answered = (number or "" for number in found.groups())
    # The folded questions of a district are without bars.
    assert [bar.get("width") for bar in cell.all("rect")] in ([], [percent])
    return (base.text, percent, low, high, str(bool(few)), *answered)


def main_of(reply: TestResponse) -> Element:
    return read(reply.get_data(as_text=True)).all("main")[0]
