"""An XLSForm becomes the questionnaire that its author meant."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from openpyxl import Workbook

from survey.questionnaire import xlsform
from survey.questionnaire.model import Questionnaire
from survey.questionnaire.sheets import QuestionnaireErrors

FORMS = Path(__file__).parents[2] / "questionnaires"
SHIPPED = Path(__file__).parents[3] / "questionnaires" / "community_security.md"


@pytest.fixture(scope="module")
def interview() -> Questionnaire:
    return xlsform.read(FORMS / "interview.md")


def _form(tmp_path: Path, survey: str, choices: str = "") -> Path:
    path = tmp_path / "form.md"
    settings = "| settings |\n| | form_id | version | default_language |\n| | form | 1 | English (en) |\n"
    options = f"| choices |\n{choices}\n" if choices else ""
    path.write_text(f"| survey |\n{survey}\n{options}{settings}", encoding="utf-8")
    return path


def test_settings_name_the_version(interview: Questionnaire) -> None:
    assert (interview.name, interview.version) == ("interview", "1")
    assert interview.languages == ("en", "ur")
    assert interview.default_language == "en"
    assert interview.title == {"en": "A short interview", "ur": "A short interview"}


def test_groups_are_pages(interview: Questionnaire) -> None:
    assert [page.name for page in interview.pages] == ["start", "consent", "profile", "safety", "help"]
    assert [page.rotated for page in interview.pages] == [False, False, False, True, False]
    assert interview.pages[1].label["ur"] == "رضامندی"


def test_a_note_stands_before_the_question_that_follows(interview: Questionnaire) -> None:
    (note,) = interview.pages[1].notes
    assert (note.name, note.before, note.text["en"]) == ("script", "c_agree", "We ask how safe people feel.")


def test_hidden_calculated_and_readonly_rows_are_no_questions(tmp_path: Path) -> None:
    path = _form(
        tmp_path,
        """
        | | type | name | label::English (en) | calculation | readonly |
        | | hidden | round | | | |
        | | calculate | option_seed | | once(int(random() * 9)) | |
        | | integer | shown | Shown | | yes |
        | | integer | asked | Asked | | |
        """,
    )
    assert list(xlsform.read(path).questions) == ["asked"]


def test_kinds_and_tags(interview: Questionnaire) -> None:
    questions = interview.questions
    assert {questions[name].kind for name in ("saf_day", "p_age")} == {"choice"}
    assert questions["i_got"].kind == "multiple"
    assert questions["i_times"].kind == "integer"
    assert questions["rep_safe"].self_entry
    assert questions["rep_safe"].sensitivity == "H"
    assert not questions["saf_day"].self_entry
    assert questions["saf_day"].direction == "up"
    assert questions["c_agree"].required
    assert not questions["saf_day"].required


def test_rules_are_compiled(interview: Questionnaire) -> None:
    assert interview.questions["rep_safe"].relevant == ["=", ["$", "s_private"], "alone"]
    assert interview.questions["i_times"].constraint == ["and", [">=", ["."], 1], ["<=", ["."], 50]]
    assert interview.questions["i_times"].constraint_message["en"] == "Write a number from 1 to 50."
    assert interview.pages[2].relevant == ["=", ["$", "c_agree"], "yes"]


def test_codes_of_options(interview: Questionnaire) -> None:
    options = interview.questions["saf_day"].choices
    assert [(choice.name, choice.code, choice.score) for choice in options] == [
        ("very_safe", 1, 100),
        ("fairly_safe", 2, 67),
        ("bit_unsafe", 3, 33),
        ("very_unsafe", 4, 0),
        ("98", 98, None),
        ("99", 99, None),
    ]
    assert [choice.name for choice in interview.questions["i_got"].choices if choice.exclusive] == [
        "none",
        "99",
    ]


def test_codes_step_over_the_missing_ones() -> None:
    names = [f"option_{number}" for number in range(100)]
    numbers = xlsform.codes([*names, "98"])
    assert numbers[95:98] == (96, 100, 101)
    assert numbers[-1] == 98
    assert len(set(numbers)) == 101


def test_holes_have_a_default_text(interview: Questionnaire) -> None:
    assert interview.fills["local_body"] == {"en": "the peace committee", "ur": "امن کمیٹی"}
    assert "${local_body}" in interview.questions["i_time"].label["ur"]


def test_a_missing_translation_falls_back_to_the_default_language(tmp_path: Path) -> None:
    path = _form(
        tmp_path,
        """
        | | type | name | label::English (en) | label::اردو (ur) |
        | | integer | times | How often? | - |
        | | integer | again | And then? | |
        """,
    )
    assert xlsform.read(path).questions["times"].label == {"en": "How often?", "ur": "How often?"}
    assert xlsform.read(path).questions["again"].label["ur"] == "And then?"


def test_rotated_options_by_parameters(tmp_path: Path) -> None:
    path = _form(
        tmp_path,
        """
        | | type | name | label::English (en) | parameters | calculation |
        | | calculate | option_seed | | | once(int(random() * 9)) |
        | | select_one bread | bread | Which bread? | randomize=true, seed=${option_seed} | |
        """,
        """
        | | list_name | name | label::English (en) |
        | | bread | naan | Naan |
        """,
    )
    assert xlsform.read(path).questions["bread"].rotated


def test_reading_twice_gives_the_same(interview: Questionnaire) -> None:
    assert xlsform.read(FORMS / "interview.md").digest == interview.digest


def _rows(path: Path) -> dict[str, list[list[str]]]:
    sheets: dict[str, list[list[str]]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" |")]
        if line.startswith("| ") and cells[0]:
            sheets[cells[0].strip()] = []
        elif line.startswith("| |"):
            sheets[list(sheets)[-1]].append([cell.strip("| ") for cell in cells[1:]])
    return sheets


@pytest.mark.slow
def test_excel_and_csv_give_the_same(interview: Questionnaire, tmp_path: Path) -> None:
    sheets = _rows(FORMS / "interview.md")
    book = Workbook()
    book.remove(book.active)
    with (tmp_path / "form.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            writer.writerow([name, ""])
            for row in rows:
                sheet.append([cell or None for cell in row])
                writer.writerow(["", *row])
    book.save(tmp_path / "form.xlsx")
    assert xlsform.read(tmp_path / "form.csv").digest == interview.digest
    assert xlsform.read(tmp_path / "form.xlsx").digest == interview.digest


def test_every_broken_rule_is_told_with_its_place(tmp_path: Path) -> None:
    path = _form(
        tmp_path,
        """
        | | type | name | label::English (en) | relevant | constraint |
        | | integer | one | One | ${nobody} = 1 | |
        | | integer | two | Two | | . < |
        | | text | three | Three | | |
        """,
    )
    with pytest.raises(QuestionnaireErrors) as error:
        xlsform.read(path)
    assert [(found.sheet, found.row, found.column) for found in error.value.mistakes] == [
        ("survey", 4, "type"),
        ("survey", 2, "relevant"),
        ("survey", 3, "constraint"),
    ]
    assert "nobody" in error.value.mistakes[1].message


def test_what_pyxform_refuses_is_passed_on(tmp_path: Path) -> None:
    path = _form(
        tmp_path,
        """
        | | type | name | label::English (en) |
        | | integer | twice | One |
        | | integer | twice | Two |
        """,
    )
    with pytest.raises(QuestionnaireErrors, match="twice"):
        xlsform.read(path)


@pytest.mark.parametrize(
    "text", ["", "no table at all", "| survey |\n| | type | name |\n| | a | b | c | d |\n"]
)
def test_what_is_no_form_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "form.md"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(QuestionnaireErrors):
        xlsform.read(path)


def test_what_makes_pyxform_stumble_is_refused(tmp_path: Path) -> None:
    """A title in two languages ends pyxform with an error of its own that names no row."""
    text = (FORMS / "interview.md").read_text(encoding="utf-8")
    path = tmp_path / "form.md"
    text = text.replace("| form_title |", "| form_title | form_title::اردو (ur) |")
    path.write_text(text.replace("| A short interview |", "| A short interview | مختصر |"), encoding="utf-8")
    with pytest.raises(QuestionnaireErrors):
        xlsform.read(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(QuestionnaireErrors):
        xlsform.read(tmp_path / "nothing.md")


def test_the_xform_goes_to_openrosa_clients(tmp_path: Path) -> None:
    assert xlsform.xform(FORMS / "interview.md").startswith("<?xml")


def test_the_shipped_questionnaire_is_read() -> None:
    questionnaire = xlsform.read(SHIPPED)
    assert questionnaire.languages == ("en", "ur", "ps")
    assert questionnaire.questions["s_private"].kind == "choice"
    assert "local_body_choice" not in questionnaire.questions
    assert questionnaire.codebook.width < 64
