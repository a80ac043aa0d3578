"""What the check accepts works in every reader; what would not is refused in words, and what is dropped is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from survey import acceptance, geography
from survey.forms.builder import PageForm, form_for
from survey.intake.submission import is_name
from survey.questionnaire import xlsform
from survey.questionnaire.lint import check
from survey.questionnaire.lint.fields import LONGEST, LONGEST_GROUP
from survey.questionnaire.lint.languages import LONGEST_TAG
from survey.questionnaire.lint.rows import TAKEN
from survey.questionnaire.model import Page
from survey.storage import tables
from survey.storage.field import rounds
from survey.storage.people import accounts
from tests.survey.questionnaire.lint.test_check import (
    EN,
    SHIPPED,
    UR,
    Change,
    Sheets,
    _changed,
    _sheets,
    _write,
)

HINT = "hint::English (en)"


def report(tmp_path: Path, *changes: Change) -> check.Report:
    return acceptance.examine(_changed(tmp_path, *changes))


def put(sheets: Sheets, before: str, *rows: dict[str, str]) -> None:
    """Put rows into the survey sheet before the row of that name."""
    place = next(place for place, row in enumerate(sheets["survey"]) if row["name"] == before)
    sheets["survey"][place:place] = rows


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "words"),
    [
        # Options that do not exist
        (("survey", "saf_night", "relevant", "${p_age} = '18-24'"), "'18_24' is meant"),
        (("survey", "i_time", "relevant", "selected(${i_got}, 'cash')"), "none of the options of 'i_got'"),
        (("survey", "p_gender", "constraint", ". != 'women'"), "'woman' is meant"),
        (("survey", "saf_night", "relevant", "${p_age} != 7"), "'7' is none of the options"),
        # Rules that never hold
        (("survey", "saf_night", "relevant", "${p_age} = 'under_18'"), "never reached"),
        (("survey", "help", "relevant", "${c_agree} = 'yes' and ${c_agree} = 'no'"), "never reached"),
        # Answers that nobody can give
        (("survey", "i_times", "constraint", ". > 10 and . < 5"), "No answer meets this constraint"),
        (("survey", "i_times", "constraint", ". > 40000"), "No answer meets this constraint"),
        (("survey", "p_age", "constraint", ". = '18_24' and ${p_gender} = 'woman'"), "after some answers"),
        # Fields that the survey reads itself
        (("survey", "district", "type", "integer"), "must be of type select_one"),
        (("survey", "c_agree", "type", "select_multiple yes_no"), "must be of type select_one"),
        (("choices", "district bannu", "name", "Bannu"), "'bannu' is meant"),
        (("survey", "c_agree", "bind::survey:publication", "district"), "never published"),
        # Columns whose meaning would be dropped
        (("survey", "saf_day", "relevent", "${c_agree} = 'yes'"), "'relevant' is meant"),
        (("survey", "saf_day", "bind::survey:sensitivty", "H"), "'bind::survey:sensitivity' is meant"),
        (("survey", "saf_day", "disabled", "maybe"), "none of"),
        (("survey", "help", "bind::survey:self_entry", "yes"), "protects nothing"),
        (("survey", "help", "bind::survey:sensitivity", "H"), "protects nothing"),
        (("survey", "help", "bind::survey:publication", "never"), "protects nothing"),
        (("choices", "help none", "exclusive", "only"), "none of yes, no"),
        # Names that no database holds and no interview can say
        (("settings", "settings", "form_id", "a" * 101), "At most 100"),
        (("settings", "settings", "version", "1:2"), "At most 100"),
        (("survey", "saf_night", "name", "n" * 101), "at most 100"),
        (("choices", "group Y", "name", "young_people_of_the_district"), "at most 20"),
        # Names of the program and of JavaScript
        (("survey", "saf_night", "name", "rules"), "taken by the program"),
        (("survey", "saf_night", "name", "constructor"), "taken by the program"),
    ],
)
def test_what_would_break_later_is_refused(tmp_path: Path, change: Change, words: str) -> None:
    told = report(tmp_path, change)
    assert told.questionnaire is None
    assert [mistake for mistake in told.mistakes if words in mistake.message], told.mistakes


@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        (("survey", "saf_day", "appearance", "likert"), "appearance", "no effect"),
        (("survey", "saf_day", "media::image", "a.png"), "image", "no pictures"),
        (("survey", "saf_day", "guidance_hint", "Wait."), "guidance_hint", "only 'hint' is shown"),
        (("survey", "saf_night", "read_only", "yes"), "read_only", "not asked"),
        (("survey", "saf_night", "calculation", "1 + 1"), "calculation", "not calculated"),
        (("survey", "saf_day", "autoplay", "audio"), "autoplay", "presses the button"),
        (("survey", "i_times", "parameters", "start=1 end=10"), "parameters", "This has no effect"),
        (("survey", "help", "required", "yes"), "required", "at questions only"),
        (("survey", "script", "constraint", "${p_group} = 'W'"), "constraint", "at questions only"),
        (("survey", "saf_day", "remark", "Ask slowly"), "remark", "not read"),
        (("settings", "settings", "style", "pages"), "style", "not read"),
        (("settings", "settings", "version", "1.1"), "version", "Excel may have changed it"),
        (("choices", "safe4 fairly_safe", EN, "Very safe"), EN, "same label"),
        (
            ("survey", "saf_night", "relevant", "${c_agree} = 'yes' or ${c_agree} != 'yes'"),
            "relevant",
            "always",
        ),
        (("survey", "i_times", "constraint", ". < 40000"), "constraint", "Every answer meets"),
        (("survey", "i_times", "constraint", "today() > '2020-01-01'"), "constraint", "by hand"),
        (
            ("survey", "saf_day", "bind::survey:publication", "province"),
            "bind::survey:publication",
            "no results",
        ),
    ],
)
def test_what_has_no_effect_is_told_and_not_refused(
    tmp_path: Path, change: Change, column: str, words: str
) -> None:
    told = report(tmp_path, change)
    assert told.mistakes == ()
    assert [one for one in told.warnings if one.column == column and words in one.message], told.warnings


def test_numbers_are_said_to_be_told_nowhere(tmp_path: Path) -> None:
    told = report(tmp_path)
    assert [one.row for one in told.warnings if "Nothing is published of numbers" in one.message] == [25]


def test_rows_that_are_switched_off_are_not_asked(tmp_path: Path) -> None:
    told = report(tmp_path, ("survey", "saf_night", "disabled", "yes"))
    assert told.questionnaire is not None
    assert "saf_night" not in told.questionnaire.questions
    assert 'ref="/data/safety/saf_night"' not in xlsform.xform(tmp_path / "form.md")


@pytest.mark.slow
def test_a_page_of_notes_alone_reaches_the_phone(tmp_path: Path) -> None:
    sheets = _sheets()
    thanks = {"name": "thanks", EN: "Thank you.", UR: "شکریہ۔"}
    put(
        sheets,
        "option_seed",
        {"type": "begin_group", "name": "end", EN: "End", UR: "اختتام"},
        {"type": "note", **thanks},
        {"type": "end_group"},
    )
    told = acceptance.examine(_write(tmp_path / "form.md", sheets))
    assert told.mistakes == ()
    assert told.questionnaire is not None
    assert told.questionnaire.pages[-1].questions == ()


@pytest.mark.parametrize("spelled", ["Français (fr)"])
def test_a_questionnaire_in_a_language_that_nobody_can_choose_is_refused(
    tmp_path: Path, spelled: str
) -> None:
    text = _write(tmp_path / "form.md", _sheets()).read_text(encoding="utf-8")
    (tmp_path / "fr.md").write_text(text.replace("English (en)", spelled), encoding="utf-8")
    told = acceptance.examine(tmp_path / "fr.md")
    assert [mistake.language for mistake in told.mistakes] == ["fr"]
    assert "not offered" in told.mistakes[0].message


def test_a_language_more_that_nobody_can_choose_is_told(tmp_path: Path) -> None:
    text = _write(tmp_path / "form.md", _sheets()).read_text(encoding="utf-8")
    (tmp_path / "fr.md").write_text(text.replace("اردو (ur)", "Français (fr)"), encoding="utf-8")
    told = acceptance.examine(tmp_path / "fr.md")
    assert told.mistakes == ()
    assert [one.language for one in told.warnings if "language is not offered" in one.message] == ["fr"]


def test_no_name_of_a_question_is_one_that_a_form_needs() -> None:
    """A question called like an attribute of the form's class would take its place."""
    kind = form_for(Page("first", {"en": "First"}, ()), {}, "en")
    names = {*dir(kind), *dir(kind()), *PageForm.__annotations__}
    assert {name for name in names if re.fullmatch(r"[a-z][a-z0-9_]*", name)} <= TAKEN


def test_names_are_no_longer_than_the_columns_that_hold_them() -> None:
    assert tables.questionnaires.c.name.type.length == tables.questionnaires.c.version.type.length == LONGEST
    assert tables.quarantine.c.reason.type.length == LONGEST
    assert {one.c.group.type.length for one in (tables.responses, tables.tallies, tables.targets)} == {
        LONGEST_GROUP
    }
    assert is_name("n" * LONGEST)
    for names, column in ((rounds.NAME, tables.rounds.c.name), (accounts.NAME, tables.accounts.c.name)):
        longest = column.type.length
        assert (bool(names.fullmatch("n" * longest)), names.fullmatch("n" * (longest + 1))) == (True, None)
    named = (
        tables.responses.c.worker,
        tables.quarantine.c.worker,
        tables.envelopes.c.worker,
        tables.late.c.worker,
    )
    assert {column.type.length for column in (*named, tables.audit.c.account)} == {50}
    assert {one.c.language.type.length for one in (tables.responses, tables.invitations)} == {LONGEST_TAG}
    assert max(map(len, geography.districts())) <= min(
        one.c.district.type.length for one in (tables.responses, tables.targets, tables.account_districts)
    )
    assert len(f"release_signature/{'n' * 50}") <= tables.preferences.c.key.type.length


@pytest.mark.slow
@pytest.mark.parametrize(
    ("form", "version", "letters"),
    [("f" * 100, "1" * 9, 1), ("ث" * 50, "1" * 12, 4), ("f" * 58, "۱" * 100, 75), ('"' * 54, "1", 1)],
)
def test_names_that_leave_a_round_no_room_are_refused(
    tmp_path: Path, form: str, version: str, letters: int
) -> None:
    """The header of a sealed interview is of one length; a round's name stands in it beside them."""
    changes = (("settings", "settings", "form_id", form), ("settings", "settings", "version", version))
    told = report(tmp_path, *changes)
    (mistake,) = told.mistakes
    assert (mistake.column, f"together {letters} letter(s) too long" in mistake.message) == (
        "form_id",
        True,
    ), mistake
    shorter = (*changes[:1], ("settings", "settings", "version", version[:-letters]))
    assert letters >= len(version) or report(tmp_path, *shorter).mistakes == ()


def test_a_language_whose_tag_no_interview_can_name_is_refused(tmp_path: Path) -> None:
    text = _write(tmp_path / "form.md", _sheets()).read_text(encoding="utf-8")
    (tmp_path / "long.md").write_text(text.replace("اردو (ur)", "Long (ur-abcdefghijk)"), encoding="utf-8")
    told = acceptance.examine(tmp_path / "long.md")
    assert ["at most 12" in mistake.message for mistake in told.mistakes] == [True]


@pytest.mark.slow
def test_a_questionnaire_too_large_to_be_sent_is_refused(tmp_path: Path) -> None:
    """Every record of a questionnaire is padded to its largest; beyond the server's limit none would arrive."""
    sheets = _sheets()
    sheets["choices"] += [
        {"list_name": "long", "name": f"{'o' * 60}_{number}", EN: f"Option {number}", UR: f"جواب {number}"}
        for number in range(100)
    ]
    many = [
        {"type": "select_multiple long", "name": f"q{number}", EN: f"Which? {number}", UR: f"کون سے {number}"}
        for number in range(40)
    ]
    put(sheets, "i_got", *many)
    told = acceptance.examine(_write(tmp_path / "form.md", sheets))
    assert ["too large to be sent" in one.message for one in told.mistakes] == [True]


def test_a_reader_that_stops_is_a_mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> None:
        raise KeyError("questions")

    monkeypatch.setitem(acceptance.READERS, "The phone", stopped)  # type: ignore[arg-type]
    told = report(tmp_path)
    assert told.questionnaire is None
    assert "The phone cannot read this questionnaire" in told.mistakes[0].message


@pytest.mark.slow
def test_the_shipped_questionnaire_is_walked_through_every_reader() -> None:
    told = acceptance.examine(SHIPPED)
    assert told.mistakes == ()
    assert told.questionnaire is not None
    for group in ("member", "woman", "youth"):
        assert len(acceptance.interview(told.questionnaire, group)) > 30


@pytest.mark.slow
def test_rules_too_large_to_try_are_said_to_be_so(tmp_path: Path) -> None:
    """Thirteen options that a rule tells apart have more combinations than anybody waits for."""
    sheets = _sheets()
    names = [f"o{number}" for number in range(13)]
    sheets["choices"] += [
        {"list_name": "many", "name": name, EN: f"Option {name}", UR: f"جواب {number}"}
        for number, name in enumerate(names)
    ]
    rule = " and ".join(f"not(selected(., '{name}'))" for name in names[:-1])
    many = {"type": "select_multiple many", "name": "many", EN: "Which?", UR: "کون سے؟"}
    rule += f" or selected(., '{names[-1]}')"
    put(sheets, "i_got", {**many, "constraint": rule})
    told = acceptance.examine(_write(tmp_path / "form.md", sheets))
    assert told.mistakes == ()
    assert [one.row for one in told.warnings if "too many ways" in one.message] == [23]


@pytest.mark.slow
def test_a_column_with_a_prefix_that_nobody_declares_is_refused(tmp_path: Path) -> None:
    """Other apps could not read the form; our own columns are declared by the program."""
    told = report(tmp_path, ("survey", "saf_day", "bind::theirs:mark", "1"))
    assert [mistake.column for mistake in told.mistakes] == ["namespaces"]


def test_a_question_that_rests_on_the_day_can_be_tabled(tmp_path: Path) -> None:
    """No group seemed to reach it, and a table without groups stopped the release of the whole round."""
    told = report(tmp_path, ("survey", "saf_day", "relevant", "today() > '2020-01-01'"))
    assert told.mistakes == ()
