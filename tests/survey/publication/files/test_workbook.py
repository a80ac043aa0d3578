"""The workbook as a spreadsheet program reads it: the kept figures, as numbers, in the reader's language and direction."""

from __future__ import annotations

import io
import random
import re
import zipfile
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest
from openpyxl import load_workbook

from survey import geography
from survey.languages import languages
from survey.publication.counts.cube import is_above_districts
from survey.publication.files.sheets import Compared, Number, Words, sheets
from survey.publication.files.workbook import workbook
from survey.publication.reading.change import Change
from survey.publication.reading.labels import Labels
from survey.publication.release import release
from survey.publication.release.figures import FEW, HIDDEN, Figure
from survey.publication.release.release import Release
from survey.questionnaire import xlsform
from survey.settings import PROJECT
from survey.storage.scope import Scope
from tests.survey.conftest import CLOSED, Finished
from tests.survey.publication import office

SCOPE = Scope.of(["peshawar", "swat", "quetta"])
MEGABYTE = 1_000_000
CHANGED = Compared(
    "2025-4",
    (
        Change("share", "Total", "Total", "Total", "saf_day", True, 40, 55, 800, 15, 9, 21, 0.004, "higher"),
        Change("share", "PK5", "swat", "Total", "saf_day", True, 40, 42, 90, 2, -9, 13, None, "not called"),
    ),
)


@lru_cache
def labels(language: str = "en") -> Labels:
    return Labels(xlsform.read(PROJECT / "questionnaires" / "community_security.md"), language, str)


@pytest.fixture(scope="module")
def kept(finished: Finished) -> Release:
    return release.read(finished.database, CLOSED)


@pytest.fixture(scope="module")
def made(kept: Release) -> bytes:
    return workbook(kept, Scope.everywhere(), labels(), CHANGED)


def opened(content: bytes):
    return load_workbook(io.BytesIO(content))


@pytest.fixture(scope="module")
def book(made: bytes):
    """The workbook as a program reads it."""
    return opened(made)


@pytest.fixture(scope="module")
def book_in(kept: Release):
    """The workbook of a reader of some districts, by its language, as a program reads it."""
    return lru_cache(lambda code: opened(workbook(kept, SCOPE, labels(code), None)))


def plain(cell):
    """A cell of ours as a program reads it."""
    if isinstance(cell, Number):
        return cell.value
    return (cell.text if isinstance(cell, Words) else cell) or None


def test_a_program_reads_every_cell_as_it_was_written(kept: Release, book) -> None:
    written = sheets(kept, Scope.everywhere(), labels(), CHANGED)
    assert book.sheetnames == [
        *("Read me", "Overview", "Gaps", "Changes", "Districts × indicators", "All figures", "Codebook")
    ]
    for sheet, read in zip(written, book, strict=True):
        rows = list(read.iter_rows(values_only=True))
        assert rows[0] == sheet.header
        assert rows[1:] == [tuple(map(plain, row)) for row in sheet.rows], sheet.title


def test_no_cell_has_a_reference_and_none_is_missing(kept: Release, made: bytes) -> None:
    written = sheets(kept, Scope.everywhere(), labels(), CHANGED)
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        for number, sheet in enumerate(written, 1):
            text = parts.read(f"xl/worksheets/sheet{number}.xml").decode()
            rows = re.findall(r"<row .*?</row>", text)
            assert len(rows) == len(sheet.rows) + 1
            assert {row.count("<c ") + row.count("<c>") for row in rows} == {len(sheet.header)}
            assert not re.search(r'<c r="', text)
            assert "<f>" not in text


def test_every_figure_is_a_row_and_what_is_hidden_is_one_text(kept: Release, book) -> None:
    rows = list(book["All figures"].iter_rows(min_row=2))
    words = labels()
    shown = {}
    for row in rows:
        place, group, question, answer = (row[place].value for place in (1, 2, 3, 4))
        numbers = tuple(cell.value for cell in row[6:10])
        if numbers == ("not shown",) * 4:
            assert {cell.fill.fgColor.rgb for cell in row[6:10]} == {"FFEDEDED"}
        else:
            assert all(type(number) is int for number in numbers)
            few = "(" in row[7].number_format
            shown[row[0].value, place, group, question, answer] = (*numbers, few)
    figures = [one for one in kept.figures if one.status != HIDDEN]
    assert shown == {
        (
            None if one.province == "Total" else words.place(one.province, "Total"),
            words.place(one.province, one.district),
            words.group(one.group),
            words.question(one.question),
            words.answer(one.question, one.answer),
        ): (one.base, one.percent, one.ci_low, one.ci_high, one.status == FEW)
        for one in figures
    }
    assert len(figures) > 1000


def test_the_chart_on_gaps_is_of_the_shown_gaps_of_all_districts(kept: Release, book) -> None:
    sheet = book["Gaps"]
    (chart,) = sheet._charts
    told = [
        one for one in kept.gaps if (one.province, one.group) == ("Total", "Total") and one.points is not None
    ]
    assert len(told) > 3
    last = len(told) + 1
    for series, column in zip(chart.series, "FG", strict=True):
        assert series.val.numRef.f == f"Gaps!${column}$2:${column}${last}"
        assert series.cat.strRef is None or series.cat.strRef.f == f"Gaps!$D$2:$D${last}"
    points = [sheet.cell(row, 8).value for row in range(2, last + 1)]
    assert points == sorted((one.points for one in told), reverse=True)
    for row in range(2, last + 1):
        assert abs(sheet.cell(row, 6).value - sheet.cell(row, 7).value - sheet.cell(row, 8).value) <= 1


@pytest.mark.parametrize("code", languages())
def test_sheets_are_in_the_direction_of_the_language_with_heads_in_sight(book_in, code: str) -> None:
    book = book_in(code)
    for sheet in book:
        assert bool(sheet.sheet_view.rightToLeft) is (languages()[code].direction == "rtl")
        assert sheet.freeze_panes.endswith("2")
    for name in ("Overview", "Gaps", "Districts × indicators", "All figures", "Codebook"):
        assert book[name].auto_filter.ref == book[name].dimensions


def test_a_workbook_holds_the_districts_of_its_reader(kept: Release, book_in) -> None:
    book = book_in("en")
    words = labels()
    wanted = {words.district(name) for name in ("peshawar", "swat", "quetta")}
    above = {words.place(one.province, one.district) for one in kept.above()}
    for name, column in (("Gaps", 2), ("Districts × indicators", 2), ("All figures", 2)):
        found = {book[name].cell(row, column).value for row in range(2, book[name].max_row + 1)}
        assert found == wanted | above, name


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\x01=1", "{=1}", "http://a.b"])
def test_no_text_becomes_a_formula_or_a_link(kept: Release, start: str) -> None:
    named = replace(kept, round=start, figures=(), gaps=(), indices=(), ratios=())
    asked = labels().questionnaire
    first = replace(asked.questions["saf_day"], label={"en": start})
    pages = tuple(
        replace(page, questions=tuple(first if q.name == "saf_day" else q for q in page.questions))
        for page in asked.pages
    )
    figure = Figure("PK5", "bannu", "woman", "saf_day", "very_safe", "published", 60, 30, 50, 40, 60)
    other = Labels(replace(asked, pages=pages, version="other"), "en", str)
    content = workbook(replace(named, figures=(figure,)), Scope.everywhere(), other, None)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        everything = "".join(parts.read(name).decode() for name in parts.namelist() if "sheet" in name)
        assert "<f" not in everything
        assert "hyperlink" not in everything
    cell = opened(content)["All figures"]["D2"]
    assert cell.data_type == "s"
    assert not cell.value.startswith(("=", "+", "-", "@"))


def test_the_same_release_makes_the_same_bytes(kept: Release, made: bytes) -> None:
    assert workbook(kept, Scope.everywhere(), labels(), CHANGED) == made


def test_a_demonstration_says_so_on_its_first_sheet(kept: Release, book) -> None:
    marked = opened(workbook(kept, SCOPE, labels(), None, demonstration=True))["Read me"]
    said = [tuple(row) for row in marked.iter_rows(values_only=True)]
    assert ("Demonstration data", "Every figure here is made up.") in said
    assert ("Fingerprint of the stored figures", kept.digest[:16]) in said
    assert "made up" not in str(list(book["Read me"].values))


def test_titles_of_sheets_are_allowed_in_every_language(kept: Release) -> None:
    from babel.support import Translations

    from survey.languages import TRANSLATIONS

    for code, language in languages().items():
        say = Translations.load(str(TRANSLATIONS), [language.locale]).gettext
        words = replace(labels(code), translate=say)
        titles = [sheet.title for sheet in sheets(kept, SCOPE, words, None)]
        assert len(set(titles)) == len(titles)
        assert not [title for title in titles if len(title) > 31 or set(title) & set("[]:*?/\\'")]
        assert opened(workbook(kept, SCOPE, words, None)).sheetnames == titles


def test_office_reads_the_same_rows(kept: Release, made: bytes, tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").write_bytes(made)
    read = office.sheets_of(tmp_path / "book.xlsx", tmp_path)
    for sheet in sheets(kept, Scope.everywhere(), labels(), CHANGED):
        wanted = [
            [str(plain(cell) or "") if not isinstance(cell, Number) else cell for cell in row]
            for row in sheet.rows
        ]
        rows = read[sheet.title]
        assert len(rows) == len(wanted) + 1
        for row, cells in zip(rows[1:], wanted, strict=True):
            for found, cell in zip(row, cells, strict=True):
                # Numbers are shown as they are formatted: 5, (5), 5% or (5%).
                assert found.strip("()%") == str(cell.value) if isinstance(cell, Number) else found == cell


def in_every_district(kept: Release) -> Release:
    """As many figures as 69 districts can have, each of its own."""
    draw = random.Random(1)
    own: dict[str, list[Figure]] = {}
    for one in kept.figures:
        if not is_above_districts(one.district):
            own.setdefault(one.district, []).append(one)
    several = list(own.values())
    figures = [
        _moved(one, place.id, place.adm1_pcode, draw)
        for number, place in enumerate(geography.reporting_districts())
        for one in several[number % len(several)]
    ]
    return replace(kept, figures=(*figures, *kept.above()))


def _moved(one: Figure, district: str, province: str, draw: random.Random) -> Figure:
    moved = replace(one, district=district, province=province)
    if one.base is None:
        return moved
    numbers = {
        name: getattr(one, name) + draw.randint(0, 9) for name in ("base", "percent", "ci_low", "ci_high")
    }
    return replace(moved, **numbers)


def test_the_workbook_of_all_districts_is_below_a_megabyte(kept: Release) -> None:
    whole = in_every_district(kept)
    assert len({one.district for one in whole.figures if not is_above_districts(one.district)}) == 69
    assert len(workbook(whole, Scope.everywhere(), labels("ur"), CHANGED)) < MEGABYTE
