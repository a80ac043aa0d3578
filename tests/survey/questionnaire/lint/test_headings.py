"""One wrong heading gives one message, and messages say what to do."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import Workbook

from survey.questionnaire.lint import check
from survey.questionnaire.lint.rows import _COLLECTS, REFUSED
from survey.questionnaire.sheets import KINDS, SILENT, Mistake
from survey.questionnaire.xlsform import meaning_of_type
from tests.survey.questionnaire.lint.test_check import EN, SHIPPED, UR, _sheets, _write

URDU, PASHTO = "اردو (ur)", "پښتو (ps)"


def changed(tmp_path: Path, old: str, new: str, times: int = -1) -> tuple[Mistake, ...]:
    """What the check says of the shipped questionnaire with another text in its place."""
    file = tmp_path / "form.md"
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, times), encoding="utf-8")
    return check.check(file)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "times", "words"),
    [
        (f"label::{URDU}", "label::Urdu", 1, f"write 'label::{URDU}'"),
        (f"::{URDU}", "::Urdu", -1, f"write 'label::{URDU}'"),
        (f"::{PASHTO}", "::pashto", -1, f"write 'label::{PASHTO}'"),
        (f"::{URDU}", "::Elvish tongue", -1, "written with its tag"),
        (f"label::{URDU}", "lable::" + URDU, 1, "'label' is meant"),
        ("| type | name |", "| type | nmae |", 1, "called 'name'"),
        ("| list_name | name |", "| list | name |", 1, "called 'list_name'"),
    ],
)
def test_one_wrong_heading_is_told_once(tmp_path: Path, old: str, new: str, times: int, words: str) -> None:
    """Of 272 messages about one heading nobody reads the first."""
    mistakes = changed(tmp_path, old, new, times)
    assert 1 <= len(mistakes) <= 3, [str(mistake) for mistake in mistakes]
    assert any(words in mistake.message for mistake in mistakes), [str(mistake) for mistake in mistakes]


def test_every_spelling_of_a_type_has_its_reason(tmp_path: Path) -> None:
    """pyxform knows over 100 spellings; none of those that could give a person away is reported without a reason."""
    from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

    harmless = {"range", "rank", "decimal", "percentage", "acknowledge", "trigger", "note", "integer", "int"}
    for word in QUESTION_TYPE_DICT:
        bare = word.removeprefix("q ").removeprefix("add ").removesuffix(" prompt")
        if bare in harmless or "select" in word or "number of days" in word or word.endswith("external"):
            continue
        known = word in REFUSED or meaning_of_type(word) in _COLLECTS
        assert known or bare in (*KINDS, *SILENT), word


@pytest.mark.parametrize(
    ("written", "reason"),
    [("gps", "a place"), ("photo", "pictures"), ("phone number", "free text"), ("device id", "identify")],
)
def test_old_spellings_of_banned_types_give_the_reason(tmp_path: Path, written: str, reason: str) -> None:
    sheets = _sheets()
    next(row for row in sheets["survey"] if row["name"] == "saf_day")["type"] = written
    found = [one for one in check.check(_write(tmp_path / "form.md", sheets)) if one.column == "type"]
    assert [one.row for one in found] == [18]
    assert reason in found[0].message


def test_rows_without_a_type_are_comments(tmp_path: Path) -> None:
    sheets = _sheets()
    sheets["survey"].insert(3, {"hint::English (en)": "Ask slowly from here on"})
    sheets["survey"].insert(5, {"type": "", "name": "", "relevant": ""})
    assert check.check(_write(tmp_path / "form.md", sheets)) == ()


def test_a_repeat_is_one_mistake(tmp_path: Path) -> None:
    sheets = _sheets()
    place = next(place for place, row in enumerate(sheets["survey"]) if row["name"] == "safety")
    repeat = {"type": "begin_repeat", "name": "again", EN: "Again", UR: "دوبارہ"}
    inside = {"type": "select_one yes_no", "name": "inside", EN: "Well?", UR: "ٹھیک؟"}
    sheets["survey"][place:place] = [repeat, inside, {"type": "end_repeat"}]
    (mistake,) = check.check(_write(tmp_path / "form.md", sheets))
    assert "Repeated questions cannot be asked" in mistake.message


@pytest.mark.parametrize("ending", [".xlsx", ".xls", ".csv", ".md"])
def test_a_broken_file_is_told_in_plain_words(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"form{ending}"
    file.write_bytes(b"\xff\xfe\x00 no form")
    (mistake,) = check.check(file)
    assert mistake.message.startswith("This is not a spreadsheet file; save it again as .xlsx")


def test_missing_fields_are_one_block_that_says_what_to_put_there(tmp_path: Path) -> None:
    sheets = _sheets()
    gone = ("round", "district", "mode", "p_group")
    sheets["survey"] = [row for row in sheets["survey"] if row["name"] not in gone]
    found = [one for one in check.check(_write(tmp_path / "form.md", sheets)) if "missing" in one.message]
    assert len(found) == 1
    for name in gone:
        assert f"{name}: " in found[0].message


def test_a_label_without_a_language_is_in_the_default_one(tmp_path: Path) -> None:
    assert changed(tmp_path, "label::English (en) |", "label |", 1) == ()


@pytest.mark.slow
@pytest.mark.parametrize("heading", ["relevant", "label::English (en)"])
def test_a_heading_that_occurs_twice_is_reported(tmp_path: Path, heading: str) -> None:
    """Of two columns with one name pyxform reads the last and says nothing."""
    mistakes = changed(tmp_path, "| parameters |", f"| {heading} |", 1)
    assert [(one.row, one.column) for one in mistakes if "occurs twice" in one.message] == [(1, heading)]


def test_a_heading_that_occurs_twice_hides_no_other_mistake(tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "survey"
    for row in (["type", "name", "label", "label"], ["text", "one", "One", "Two"]):
        book.active.append(row)
    book.create_sheet("choices").append(["list_name", "name", "label"])
    book.save(tmp_path / "form.xlsx")
    messages = " ".join(one.message for one in check.check(tmp_path / "form.xlsx"))
    for words in ("occurs twice", "free text", "are missing", "names no language"):
        assert words in messages


def test_an_archive_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "form.xlsx", "w") as archive:
        archive.writestr("letter.txt", "Dear all")
    (mistake,) = check.check(tmp_path / "form.xlsx")
    assert mistake.message


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("\n|  | select_multiple effect", "\n select_multiple effect", "select_multiple"),
        ("\n\n## ", "\nThat is all.\n\n## ", "That is all."),
        ("\n\n## ", "\n\nText with an empty line around it is text.\n\n## ", ""),
    ],
)
def test_a_line_that_is_lost_between_rows_is_a_mistake(
    tmp_path: Path, old: str, new: str, found: str
) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    start = text.index("## Survey")
    changed = tmp_path / "changed.md"
    changed.write_text(text[:start] + text[start:].replace(old, new, 1), encoding="utf-8")
    mistakes = [str(one) for one in check.check(changed)]
    assert bool(mistakes) is bool(found), mistakes
    assert not found or any("not a row of a table" in one for one in mistakes)
