"""Questions whose answers chance hides: what an author writes is read as it is meant, and what would undo the hiding is refused."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from survey import acceptance
from survey.questionnaire.lint import check
from survey.questionnaire.lint.hidden import COLUMN
from tests.survey.hidden.questions import ASKED, FORCED, LANGUAGES, questionnaire, sheets, write

HINT = f"hint::{LANGUAGES[0]}"


def changed(tmp_path: Path, of: str, cells: dict[str, str]) -> Path:
    """The questionnaire with other cells in one row."""
    content = sheets()
    (row,) = (row for row in content["survey"] if row.get("name") == of)
    row.update(cells)
    return write(tmp_path / "form.md", content)


def test_every_design_is_read_with_its_probabilities() -> None:
    found = {name: questionnaire().questions[name] for name in ASKED}
    assert {name: question.kind for name, question in found.items()} == {
        "h_forced": "forced_response",
        "h_mirror": "mirrored",
        "h_cross": "crosswise",
        "h_anchor": "crosswise",
        "h_garbled": "garbled",
    }
    chances = {name: (q.hiding.with_trait, q.hiding.without_trait) for name, q in found.items() if q.hiding}
    sixth, fifth = Fraction(1, 6), Fraction(1, 5)
    assert chances == {
        "h_forced": (1 - sixth, sixth),
        "h_mirror": (1 - fifth, fifth),
        "h_cross": (sixth, 1 - sixth),
        "h_anchor": (sixth, 1 - sixth),
        "h_garbled": (1 - sixth, sixth),
    }
    assert found["h_forced"].design == "forced_response truth=2/3 yes=1/6 no=1/6 one=yes"


@pytest.mark.slow
def test_a_questionnaire_with_every_design_is_accepted(tmp_path: Path) -> None:
    report = acceptance.examine(write(tmp_path / "form.md", sheets()))
    assert report.mistakes == ()
    told = [warning for warning in report.warnings if warning.column == COLUMN]
    assert ["for all such questions together" in one.message for one in told] == [True]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "column", "value", "where", "words"),
    [
        # Designs and parameters
        ("h_forced", COLUMN, "dice truth=1/2", COLUMN, "'dice' is none of"),
        ("h_forced", COLUMN, "forced_response truth=2/3 yes=1/6 one=yes", COLUMN, "'no' is missing"),
        ("h_forced", COLUMN, "forced_response truth=2/3 yes=1/6 no=1/6", COLUMN, "'one' is missing"),
        ("h_forced", COLUMN, f"{FORCED} seed=3", COLUMN, "'seed' is not a parameter"),
        ("h_forced", COLUMN, f"{FORCED} no=1/6", COLUMN, "given twice"),
        ("h_forced", COLUMN, FORCED.replace("4/6", "a half"), COLUMN, "such as 1/6 or 0.15"),
        ("h_forced", COLUMN, FORCED.replace("4/6", "4/0"), COLUMN, "such as 1/6 or 0.15"),
        ("h_forced", COLUMN, FORCED.replace("4/6", "3/6"), COLUMN, "add up to 5/6"),
        ("h_forced", COLUMN, FORCED.replace("4/6", "0.67"), COLUMN, "fractions such as 1/6 are exact"),
        ("h_forced", COLUMN, FORCED.replace("one=yes", "one=maybe"), COLUMN, "none of the options"),
        # Chances that hide nothing, or all
        ("h_mirror", COLUMN, "mirrored direct=1/2 one=yes", COLUMN, "says next to nothing"),
        ("h_mirror", COLUMN, "mirrored direct=0.99 one=yes", COLUMN, "hides nothing"),
        ("h_mirror", COLUMN, "mirrored direct=1 one=yes", COLUMN, "hides nothing"),
        ("h_garbled", COLUMN, "garbled no_to_yes=1/5 yes_to_no=0 one=yes", COLUMN, "hides nothing"),
        # Anchors
        ("h_cross", COLUMN, "crosswise helper=1/6 one=same anchor=h_mirror", COLUMN, "does not ask with crosswise"),
        ("h_cross", COLUMN, "crosswise helper=1/6 one=same anchor=h_cross", COLUMN, "does not ask with crosswise"),
        ("h_cross", COLUMN, "crosswise helper=1/6 one=same anchor=h_anchor known=0", COLUMN, "or is one"),
        ("h_anchor", COLUMN, "crosswise helper=1/6 one=same known=1/2", COLUMN, "it shows nothing"),
        ("h_mirror", COLUMN, "mirrored direct=0.8 one=yes known=0", COLUMN, "'known' is not a parameter"),
        # The question around it
        ("h_forced", "type", "select_multiple yes2", COLUMN, "only hide the answer to a select_one"),
        ("h_forced", "type", "forced_response yes2", "type", "Write select_one"),
        ("h_forced", "type", "integer", COLUMN, "only hide the answer to a select_one"),
        ("h_forced", "type", "select_one gender", "type", "exactly two options"),
        ("h_forced", "type", "select_one safe4", "type", "may not have scores"),
        ("h_forced", "required", "yes", "required", "can always be skipped"),
        ("h_forced", "constraint", ". = 'yes'", "constraint", "leave this empty"),
        ("h_forced", "bind::survey:sensitivity", "M", "bind::survey:sensitivity", "is sensitive"),
        ("h_forced", "*hint", "", "hint", "in private"),
        ("h_garbled", "bind::survey:self_entry", "", "bind::survey:self_entry", "not what is said aloud"),
        ("c_agree", COLUMN, FORCED, COLUMN, "read by the survey itself"),
        ("saf_day", COLUMN, FORCED, "type", "exactly two options"),
        # What only an answer that is true could open
        ("h_cross", "relevant", "${h_forced} = 'yes'", "relevant", "cannot look at 'h_forced'"),
        ("h_cross", "constraint", ". != ${h_forced}", "constraint", "cannot look at 'h_forced'"),
    ],
)  # fmt: skip
def test_what_would_undo_the_hiding_is_refused(
    tmp_path: Path, name: str, column: str, value: str, where: str, words: str
) -> None:
    columns = [f"{column[1:]}::{language}" for language in LANGUAGES] if column[0] == "*" else [column]
    report = check.report(changed(tmp_path, name, dict.fromkeys(columns, value)))
    assert report.questionnaire is None
    assert [one for one in report.mistakes if one.column == where and words in one.message], report.mistakes


@pytest.mark.slow
def test_a_page_that_such_an_answer_opens_is_refused(tmp_path: Path) -> None:
    content = sheets()
    group = {"type": "begin_group", "name": "more", "relevant": "${h_forced} = 'yes'"}
    labels = {f"label::{language}": f"More {place}" for place, language in enumerate(LANGUAGES)}
    note = {"type": "note", "name": "said", **labels}
    content["survey"] += [{**group, **labels}, note, {"type": "end_group"}]
    mistakes = check.check(write(tmp_path / "form.md", content))
    assert [one.column for one in mistakes if "cannot look at 'h_forced'" in one.message] == ["relevant"]


@pytest.mark.slow
def test_figures_of_the_survey_read_no_hidden_answer(tmp_path: Path) -> None:
    report = acceptance.examine(changed(tmp_path, "h_mirror", {"name": "coh_help"}))
    assert [
        "they take the answer to 'coh_help' for what is true" in one.message for one in report.mistakes
    ] == [True]


@pytest.mark.slow
def test_a_design_that_hides_little_is_named(tmp_path: Path) -> None:
    report = check.report(changed(tmp_path, "h_mirror", {COLUMN: "mirrored direct=0.92 one=yes"}))
    assert report.mistakes == ()
    assert [one for one in report.warnings if "hides little" in one.message]
