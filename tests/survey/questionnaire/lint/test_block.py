"""The self-entry block: one group, whole, with nothing in it that the worker must know and nothing outside that tells of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey.questionnaire import xlsform
from survey.questionnaire.lint import check
from tests.survey.questionnaire.lint.test_check import FORMS, TAG, Change, Sheets, _sheets, _write

BLOCK = TAG + "self_entry_block"
ALONE = "${s_private} = 'alone'"


def with_block(rows: tuple[str, ...] = ("rep_safe",)) -> Sheets:
    """The short interview with some of its questions in a block at the end."""
    sheets = _sheets()
    survey = sheets["survey"]
    inside = [row for row in survey if row["name"] in rows]
    rest = [row for row in survey if row["name"] not in rows]
    last = max(place for place, row in enumerate(rest) if row["type"] == "end_group")
    head = {
        "type": "begin_group",
        "name": "alone",
        "label::English (en)": "Alone",
        "label::اردو (ur)": "اکیلے",
    }
    head |= {"relevant": f"${{c_agree}} = 'yes' and ${{p_age}} != 'under_18' and {ALONE}", BLOCK: "yes"}
    rest[last + 1 : last + 1] = [
        {**dict.fromkeys(survey[0], ""), **row} for row in (head, *inside, {"type": "end_group"})
    ]
    sheets["survey"] = rest
    return sheets


def reported(tmp_path: Path, sheets: Sheets, *changes: Change) -> list[tuple[str, str]]:
    """The mistakes, each as its column and the row's name and message."""
    for sheet, key, column, value in changes:
        (row,) = (row for row in sheets[sheet] if row.get("name") == key)
        row[column] = value
    names = {number: row["name"] for number, row in enumerate(sheets["survey"], 2)}
    found = check.check(_write(tmp_path / "form.md", sheets))
    return [(names.get(one.row, ""), f"{one.column}: {one.message}") for one in found]


def test_a_group_is_the_block_and_no_other_questionnaire_changes(tmp_path: Path) -> None:
    assert reported(tmp_path, with_block()) == []
    asked = xlsform.read(tmp_path / "form.md")
    block = asked.block
    assert block is not None
    assert [page.name for page in asked.pages if page.self_entry_block] == [block.name] == ["alone"]
    plain = xlsform.read(FORMS / "interview.md")
    assert plain.block is None
    # The digests of questionnaires of before, by which records name them, stay as they are.
    assert plain.digest == "187fb82da7d3594da08f9cc10e326e4464ffffff420f186dc5b37d9cafef2855"


@pytest.mark.parametrize(
    ("change", "row", "words"),
    [
        (("survey", "help", BLOCK, "yes"), "alone", "'help' is the block already"),
        (("survey", "alone", "relevant", "${c_agree} = 'yes'"), "alone", "must depend on ${s_private}"),
        (("survey", "safety", BLOCK, "maybe"), "safety", "'maybe' is none of"),
        (("survey", "saf_day", BLOCK, "yes"), "saf_day", "write it at begin_group"),
        (("survey", "saf_day", "name", "block_mode"), "block_mode", "taken by the program"),
        (
            ("survey", "rep_safe", TAG + "self_entry", ""),
            "rep_safe",
            "Every question of the block is a private one",
        ),
        (("survey", "saf_day", TAG + "sensitivity", "H"), "saf_day", "so dangerous belongs in the block"),
    ],
)
def test_mistakes(tmp_path: Path, change: Change, row: str, words: str) -> None:
    found = reported(tmp_path, with_block(), change)
    assert [name for name, message in found if words in message] == [row], found


def test_a_private_question_outside_would_need_another_hand_over(tmp_path: Path) -> None:
    change = (("survey", "saf_night", TAG + "self_entry", "yes"), ("survey", "saf_night", "relevant", ALONE))
    found = reported(tmp_path, with_block(), *change)
    assert [name for name, message in found if "belongs in the block" in message] == ["saf_night"], found


def test_a_block_without_a_question_is_none(tmp_path: Path) -> None:
    sheets = with_block(())
    rows = [name for name, message in reported(tmp_path, sheets) if "no question in this block" in message]
    assert rows == ["alone"]


@pytest.mark.parametrize("name", ["s_private", "p_age", "c_agree", "p_gender", "p_group"])
def test_what_the_worker_must_know_is_not_in_it(tmp_path: Path, name: str) -> None:
    found = reported(tmp_path, with_block(("rep_safe", name)))
    assert name in [row for row, message in found if "cannot be in the block" in message], found


def test_consent_age_and_privacy_come_before_it(tmp_path: Path) -> None:
    sheets = with_block()
    (privacy,) = (row for row in sheets["survey"] if row["name"] == "s_private")
    sheets["survey"].remove(privacy)
    sheets["survey"].append(privacy)
    found = reported(tmp_path, sheets)
    assert ("alone", f"{BLOCK}: 's_private' must be asked before the block.") in found


def test_nothing_asked_afterwards_tells_what_was_answered_in_it(tmp_path: Path) -> None:
    sheets = with_block()
    after = {"type": "select_one yes_no", "name": "told", "relevant": "${rep_safe} = 'very_safe'"}
    after |= {"label::English (en)": "Did you?", "label::اردو (ur)": "کیا؟"}
    sheets["survey"].append({**dict.fromkeys(sheets["survey"][0], ""), **after})
    found = reported(tmp_path, sheets)
    assert [name for name, message in found if "cannot look at 'rep_safe'" in message] == ["told"], found


def test_somebody_else_than_the_worker_can_enter_it(tmp_path: Path) -> None:
    sheets = with_block()
    sheets["choices"] = [
        row for row in sheets["choices"] if (row["list_name"], row["name"]) != ("mode", "self")
    ]
    found = reported(tmp_path, sheets)
    assert [name for name, message in found if "must be two" in message] == ["mode"], found
