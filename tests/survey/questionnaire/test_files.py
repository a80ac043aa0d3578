"""A file of which nothing can be read is refused in words that say what to do, never in those of a library."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from survey.questionnaire import files, xlsform
from survey.questionnaire.lint import check
from survey.questionnaire.sheets import QuestionnaireErrors

#: What programs say of their own insides.
FOREIGN = ("Argument", "definition", "field limit", "pyxform", "Errno", "Error", "codec", "zip")


def archive(*names: str) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as made:
        for name in names:
            made.writestr(name, "<x/>")
    return kept.getvalue()


def blank() -> bytes:
    kept = io.BytesIO()
    Workbook().save(kept)
    return kept.getvalue()


HEAD = b"survey,\n,type,name,label\n"
#: Ending and content → a word of the advice, and the row where there is one.
BROKEN: dict[str, tuple[str, bytes, str, int]] = {
    "an empty file": (".md", b"", "empty", 0),
    "nothing but a space": (".csv", b" \n", "empty", 0),
    "an empty Excel file": (".xlsx", b"", "empty", 0),
    "a letter": (".md", b"Dear all", "No rows of a sheet called 'survey'", 0),
    "one heading": (".md", b"| survey |\n", "No rows of a sheet called 'survey'", 0),
    "a table of something else": (".csv", b"a,b\n1,2\n", "No rows of a sheet called 'survey'", 0),
    "an empty workbook": (".xlsx", blank(), "No rows of a sheet called 'survey'", 0),
    "a renamed text document": (
        ".xlsx",
        archive("[Content_Types].xml", "word/document.xml"),
        "save it again",
        0,
    ),
    "an archive of nothing": (".xlsm", archive(), "save it again", 0),
    "half a workbook": (".xlsx", archive("xl/workbook.xml"), "No rows of a sheet called 'survey'", 0),
    "a broken archive": (".xlsx", b"PK\x03\x04rest", "save it again", 0),
    "Excel's old format under another name": (".xls", b"Dear all", "save it again", 0),
    "another alphabet": (".csv", "survey".encode("utf-16"), "save it again", 0),
    "another ending": (".txt", b"| survey |", "ends in .xlsx, .csv or .md", 0),
    "an open quotation mark": (
        ".csv",
        HEAD + b',integer,a,"How many?\n,integer,b,Many?\n',
        "never closed",
        3,
    ),
    "one at the very end": (".csv", HEAD + b',integer,a,"', "never closed", 3),
    "a cell without end": (".csv", HEAD + b",integer,a," + b"x" * 131_073, "131,072 letters", 3),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_told_in_our_own_words(tmp_path: Path, name: str) -> None:
    ending, content, words, row = BROKEN[name]
    file = tmp_path / f"form{ending}"
    file.write_bytes(content)
    (mistake,) = check.check(file)
    assert (words in mistake.message, mistake.row) == (True, row), mistake
    assert not [word for word in FOREIGN if word in str(mistake)]
    assert str(mistake)[0] not in ": ,"
    with pytest.raises(QuestionnaireErrors) as refused:
        xlsform.read(file)
    assert refused.value.mistakes == (mistake,)


@pytest.mark.parametrize("read", [xlsform.read, xlsform.xform, check.report])
def test_a_missing_file_is_reported_in_our_own_words(tmp_path: Path, read: object) -> None:
    missing = tmp_path / "nothing.md"
    try:
        mistakes = read(missing).mistakes  # type: ignore[operator]
    except QuestionnaireErrors as refused:
        mistakes = refused.mistakes
    assert [str(mistake) for mistake in mistakes] == ["There is no such file."]


@pytest.mark.parametrize("content", [b'a,"b ""c"" d"\r\n', b'a,5" pipe\n', b'"a\nb",c', b"a\rb\r", b'""'])
def test_quotation_marks_that_are_closed_are_no_mistake(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "form.csv"
    file.write_bytes(content)
    assert files.unreadable(file) is None


def test_a_mistake_without_a_place_begins_with_its_words() -> None:
    assert str(files.file_mistake("The file is empty.")) == "The file is empty."
    assert str(files.file_mistake("It opens here.", 3)) == "row 3: It opens here."
