"""A mistake is reported also in a file with other mistakes, unless these make it unclear how to read the rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey.questionnaire.lint import check
from tests.survey.questionnaire.lint.test_check import EN, SCORE, TAG, UR, Change, _changed

#: Words of a message, and the change that causes it. With these mistakes the rest can still be read and tried.
APART: dict[str, Change] = {
    "which end is best": ("survey", "saf_day", TAG + "direction", ""),
    "not translated": ("survey", "saf_night", UR, "-"),
    "Sign 3, U+202E, is not seen": ("survey", "p_age", EN, "Ho\u202ew old are you?"),
    "'weapon'": ("survey", "i_time", EN, "Who has a weapon?"),
    "A score is a whole number": ("choices", "safe4 fairly_safe", SCORE, "101"),
    "none of L, M, H": ("survey", "rep_safe", TAG + "sensitivity", "high"),
    "must be required": ("survey", "mode", "required", ""),
    "is never published": ("survey", "p_group", TAG + "publication", "district"),
    "'woman' is meant": ("survey", "p_gender", "constraint", ". != 'women'"),
    "This cell is empty": ("settings", "settings", "form_id", ""),
    "protects nothing": ("survey", "help", TAG + "sensitivity", "H"),
    "not the key of a district": ("choices", "district bannu", "name", "Bannu"),
}
#: Mistakes that only a trial of every answer finds.
TRIED: dict[str, Change] = {
    "never reached": ("survey", "i_time", "relevant", "${c_agree} = 'no'"),
    "No answer meets this constraint": ("survey", "i_times", "constraint", ". > 10 and . < 5"),
    "consent was refused": ("survey", "profile", "relevant", "${p_group} = 'Y'"),
}
#: Mistakes that make it unclear how rows are to be read.
HINDERING: dict[str, Change] = {
    "used twice": ("survey", "i_times", "name", "i_got"),
    "no list of options named": ("survey", "i_got", "type", "select_multiple helps"),
    "Expected a value": ("survey", "i_times", "constraint", ". < "),
    "the control sign U+0007": ("survey", "p_gender", EN, "Thank\x07you."),
    "is missing, which the survey": ("survey", "s_private", "name", "near"),
}


def unreported(tmp_path: Path, changes: dict[str, Change]) -> list[str]:
    messages = " ".join(str(mistake) for mistake in check.check(_changed(tmp_path, *changes.values())))
    return [words for words in changes if words not in messages]


@pytest.mark.slow
@pytest.mark.parametrize("words", {**APART, **TRIED, **HINDERING})
def test_each_is_reported_alone(tmp_path: Path, words: str) -> None:
    assert not unreported(tmp_path, {words: {**APART, **TRIED, **HINDERING}[words]})


def test_all_are_reported_at_once(tmp_path: Path) -> None:
    assert not unreported(tmp_path, {**APART, **TRIED})


@pytest.mark.slow
@pytest.mark.parametrize("apart", APART)
def test_none_keeps_another_from_being_tried(tmp_path: Path, apart: str) -> None:
    assert not unreported(tmp_path, {apart: APART[apart], **TRIED})


@pytest.mark.parametrize("words", HINDERING)
def test_what_makes_rows_unclear_hides_no_mistake_of_a_single_cell(tmp_path: Path, words: str) -> None:
    assert not unreported(tmp_path, {words: HINDERING[words], **APART})


def test_a_cell_is_reported_once(tmp_path: Path) -> None:
    """A private question without its rule is also asked although others are near: that is one mistake."""
    mistakes = check.check(_changed(tmp_path, ("survey", "rep_safe", "relevant", "")))
    assert [(mistake.row, mistake.column) for mistake in mistakes] == [(20, "relevant")]


@pytest.mark.slow
@pytest.mark.parametrize("words", {**APART, **HINDERING})
def test_a_message_shows_no_sign_that_turns_it(tmp_path: Path, words: str) -> None:
    sheet, row, column, _ = {**APART, **HINDERING}[words]
    odd = "\u202e\x1b[31mevil"
    found = check.check(_changed(tmp_path, (sheet, row, column, odd)))
    assert all(sign.isprintable() or sign in "\u200c\u200d" for one in found for sign in str(one))
