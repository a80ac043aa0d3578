"""Authors hear of every mistake at once, each with its sheet, row, column and language."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey.questionnaire import xlsform
from survey.questionnaire.lint import check
from survey.questionnaire.lint.rows import REFUSED
from survey.questionnaire.lint.words import banned_words
from survey.questionnaire.sheets import Mistake, QuestionnaireErrors

FORMS = Path(__file__).parents[3] / "questionnaires"
SHIPPED = Path(__file__).parents[4] / "questionnaires" / "community_security.md"
LINES = (FORMS / "interview.md").read_text(encoding="utf-8").splitlines()

Sheets = dict[str, list[dict[str, str]]]
#: Sheet, name of the row (of an option: list and name), column, what is written there instead.
Change = tuple[str, str, str, str]


def _sheets() -> Sheets:
    sheets: Sheets = {}
    header: list[str] = []
    for line in filter(lambda line: line.startswith("|"), LINES):
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if cells[0]:
            sheet = sheets.setdefault(cells[0], [])
            header = []
        elif not header:
            header = cells[1:]
        else:
            sheet.append(dict(zip(header, cells[1:], strict=True)))
    return sheets


def _key(sheet: str, row: dict[str, str]) -> str:
    return f"{row['list_name']} {row['name']}" if sheet == "choices" else row.get("name", "settings")


def _write(path: Path, sheets: Sheets) -> Path:
    lines: list[str] = []
    for sheet, rows in sheets.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        lines += [f"| {sheet} |", f"| | {' | '.join(columns)} |"]
        lines += [f"| | {' | '.join(row.get(column, '') for column in columns)} |" for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _changed(tmp_path: Path, *changes: Change) -> Path:
    sheets = _sheets()
    for sheet, key, column, value in changes:
        (row,) = (row for row in sheets[sheet] if _key(sheet, row) == key)
        row[column] = value
    return _write(tmp_path / "form.md", sheets)


def _check(tmp_path: Path, *changes: Change) -> tuple[Mistake, ...]:
    return check.check(_changed(tmp_path, *changes))


@pytest.mark.parametrize("file", [FORMS / "interview.md", SHIPPED], ids=lambda file: file.name)
def test_good_questionnaires_have_no_mistakes(file: Path) -> None:
    assert check.check(file) == ()


@pytest.mark.slow
@pytest.mark.parametrize("refused", sorted(REFUSED))
def test_types_that_could_give_a_person_away_are_refused(tmp_path: Path, refused: str) -> None:
    mistakes = _check(tmp_path, ("survey", "saf_day", "type", refused))
    reported = [mistake for mistake in mistakes if mistake.column == "type"]
    assert [(mistake.sheet, mistake.row) for mistake in reported] == [("survey", 18)]
    assert "refused" in reported[0].message


EN, UR = "label::English (en)", "label::اردو (ur)"
SCORE, TAG = "score", "bind::survey:"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "row", "column", "language", "words"),
    [
        # Types and unsupported columns
        (("survey", "saf_day", "type", "rank safe4"), 18, "type", "", "cannot be asked"),
        (("survey", "saf_day", "type", "decimal"), 18, "type", "", "cannot be asked"),
        (("survey", "saf_day", "type", "select_one_from_file a.csv"), 18, "type", "", "cannot be asked"),
        (("survey", "saf_day", "choice_filter", "score > 5"), 18, "choice_filter", "", "constraint"),
        (("survey", "i_times", "default", "3"), 25, "default", "", "before the question"),
        (("survey", "saf_day", "required", "${c_agree} = 'yes'"), 18, "required", "", "none of"),
        # Names
        (("survey", "saf_day", "name", "Saf Day"), 18, "name", "", "is not a name"),
        (("survey", "saf_day", "name", "data"), 18, "name", "", "taken"),
        (("survey", "saf_day", "name", "wants"), 18, "name", "", "taken"),
        (("choices", "safe4 fairly_safe", "name", "Total"), 20, "name", "", "taken"),
        (("choices", "group M", "name", "all"), 6, "name", "", "taken"),
        (("survey", "saf_day", "name", "saf_night"), 19, "name", "", "used twice"),
        # Lists of options
        (
            ("survey", "saf_day", "type", "select_one safest"),
            18,
            "type",
            "",
            "no list of options named 'safest'",
        ),
        (("survey", "saf_day", "type", "select_one safe4 or_other"), 18, "type", "", "'or_other' is refused"),
        (
            ("choices", "safe4 fairly_safe", "name", "fairly safe"),
            20,
            "name",
            "",
            "is not a name for an option",
        ),
        (("choices", "safe4 fairly_safe", "name", "very_safe"), 20, "name", "", "twice"),
        # Scores and directions
        (("choices", "safe4 fairly_safe", SCORE, "101"), 20, SCORE, "", "from 0 to 100"),
        (("choices", "safe4 fairly_safe", SCORE, "-1"), 20, SCORE, "", "from 0 to 100"),
        (("choices", "safe4 fairly_safe", SCORE, "half"), 20, SCORE, "", "from 0 to 100"),
        (("choices", "safe4 fairly_safe", SCORE, ""), 20, SCORE, "", "this one has none"),
        (("choices", "safe4 98", SCORE, "50"), 23, SCORE, "", "not a substantive answer"),
        (
            ("survey", "c_agree", TAG + "direction", "up"),
            11,
            TAG + "direction",
            "",
            "needs options with scores",
        ),
        (
            ("survey", "i_times", TAG + "direction", "up"),
            25,
            TAG + "direction",
            "",
            "needs options with scores",
        ),
        (("survey", "saf_day", TAG + "direction", ""), 18, TAG + "direction", "", "which end is best"),
        (("survey", "saf_day", TAG + "direction", "high"), 18, TAG + "direction", "", "none of up, down"),
        # Tags
        (("survey", "saf_day", TAG + "sensitivity", "high"), 18, TAG + "sensitivity", "", "none of L, M, H"),
        (("survey", "saf_day", TAG + "publication", "all"), 18, TAG + "publication", "", "none of district"),
        (("survey", "saf_day", TAG + "self_entry", "maybe"), 18, TAG + "self_entry", "", "none of"),
        (("survey", "rep_safe", "relevant", ""), 20, "relevant", "", "${s_private}"),
        # Rules
        (
            ("survey", "i_times", "constraint", ". < ${nobody}"),
            25,
            "constraint",
            "",
            "'nobody', which does not",
        ),
        (("survey", "i_times", "constraint", ". < ${local_body}"), 25, "constraint", "", "never answered"),
        (("survey", "i_times", "constraint", "pulldata('a', 'b', 'c', .)"), 25, "constraint", "", "pulldata"),
        (("survey", "i_times", "constraint", "rand() < 2"), 25, "constraint", "", "no function named 'rand'"),
        (("survey", "i_times", "constraint", ". < "), 25, "constraint", "", "Expected a value"),
        (
            ("survey", "i_got", "relevant", "${i_times} > 1"),
            23,
            "relevant",
            "",
            "'i_times' is asked only after",
        ),
        (("survey", "help", "relevant", "${i_got} != ''"), 22, "relevant", "", "'i_got' is asked only after"),
        (("survey", "script", "relevant", "${c_agree} = 'no'"), 10, "relevant", "", "asked only after"),
        (("survey", "saf_night", "relevant", "${saf_day} = '98'"), 19, "relevant", "", "order of this page"),
        # Texts
        (("survey", "saf_day", UR, ""), 18, UR, "ur", "missing"),
        (("survey", "saf_day", UR, "-"), 18, UR, "ur", "missing"),
        (("survey", "saf_day", EN, ""), 18, EN, "en", "missing"),
        (("survey", "script", UR, ""), 10, UR, "ur", "missing"),
        (("survey", "safety", UR, "-"), 17, UR, "ur", "missing"),
        (("choices", "safe4 very_safe", UR, "-"), 19, UR, "ur", "missing"),
        (
            ("survey", "i_times", "constraint_message::اردو (ur)", ""),
            25,
            "constraint_message::اردو (ur)",
            "ur",
            "miss",
        ),
        (("survey", "saf_day", UR, "How safe do you feel in the daytime?"), 18, UR, "ur", "copied"),
        (("survey", "saf_day", EN, "Who has a weapon?"), 18, EN, "en", "'weapon'"),
        (("survey", "saf_day", UR, "آپ کا نام کیا ہے؟"), 18, UR, "ur", "'نام'"),
        (("choices", "safe4 very_safe", EN, "Militants"), 19, EN, "en", "'Militants'"),
        (("survey", "i_time", UR, "کیا وقت پر ملی؟"), 24, UR, "ur", "holes differ"),
        # Fields that the survey reads itself
        (("survey", "c_agree", "type", "select_one gender"), 11, "type", "", "must include 'no'"),
        (("survey", "p_age", "type", "select_one gender"), 15, "type", "", "must include 'under_18'"),
        (("survey", "s_private", "type", "select_one yes_no"), 7, "type", "", "must include 'alone'"),
    ],
)
def test_mistakes(tmp_path: Path, change: Change, row: int, column: str, language: str, words: str) -> None:
    mistakes = _check(tmp_path, change)
    places = [
        (found.sheet, found.row, found.column, found.language) for found in mistakes if words in found.message
    ]
    assert places == [(change[0], row, column, language)], mistakes


@pytest.mark.parametrize("name", ["round", "district", "mode", "p_group", "c_agree", "p_age", "s_private"])
def test_fields_that_the_survey_reads_itself_must_be_there(tmp_path: Path, name: str) -> None:
    mistakes = _check(tmp_path, ("survey", name, "name", "another"))
    reported = [mistake.message for mistake in mistakes if f"'{name}'" in mistake.message]
    assert len(reported) == 1
    assert "missing" in reported[0]
    assert f"{name}: " in reported[0]


@pytest.mark.parametrize("name", ["district", "mode", "p_group", "c_agree"])
def test_fields_without_which_an_interview_is_lost_must_be_required(tmp_path: Path, name: str) -> None:
    (mistake,) = _check(tmp_path, ("survey", name, "required", ""))
    assert (mistake.column, name in mistake.message) == ("required", True)


ALONE = "${s_private} != 'alone'"


@pytest.mark.parametrize(
    ("change", "rows", "words"),
    [
        (("survey", "profile", "relevant", ""), [14, 15], "consent was refused"),
        (("survey", "profile", "relevant", "${p_group} = 'Y'"), [14, 15], "consent was refused"),
        (("survey", "safety", "relevant", "${c_agree} = 'yes'"), [18, 19], "under 18"),
        (("survey", "rep_safe", "relevant", ALONE), [20], "others are near"),
    ],
)
def test_paths_that_go_on_where_they_must_end(
    tmp_path: Path, change: Change, rows: list[int], words: str
) -> None:
    """The last case turns the rule round: nothing is asked of those alone, so only the path shows it."""
    mistakes = _check(tmp_path, change)
    reported = sorted({found.row for found in mistakes if words in found.message})
    assert reported == rows


def test_languages_are_spelled_alike_everywhere(tmp_path: Path) -> None:
    sheets = _sheets()
    for row in sheets["choices"]:
        row["label::Urdu (ur)"] = row.pop(UR)
    mistakes = check.check(_write(tmp_path / "form.md", sheets))
    assert [(found.sheet, found.row, found.column, found.language) for found in mistakes] == [
        ("choices", 1, "label::Urdu (ur)", "ur")
    ]


def test_languages_have_tags(tmp_path: Path) -> None:
    text = "\n".join(LINES).replace("اردو (ur)", "Urdu")
    file = tmp_path / "form.md"
    file.write_text(text, encoding="utf-8")
    (mistake,) = check.check(file)
    assert (mistake.row, mistake.column) == (1, "label::Urdu")


@pytest.mark.parametrize("column", ["form_id", "version", "default_language"])
def test_settings_must_be_complete(tmp_path: Path, column: str) -> None:
    mistakes = _check(tmp_path, ("settings", "settings", column, ""))
    assert ("settings", 2, column) in [(found.sheet, found.row, found.column) for found in mistakes]


def test_the_default_language_needs_a_column(tmp_path: Path) -> None:
    mistakes = _check(tmp_path, ("settings", "settings", "default_language", "پښتو (ps)"))
    assert ("default_language", "ps") in [(found.column, found.language) for found in mistakes]


def test_texts_cannot_repeat_answers(tmp_path: Path) -> None:
    both = (("survey", "i_time", EN, "In ${district}?"), ("survey", "i_time", UR, "${district} میں؟"))
    mistakes = _check(tmp_path, *both)
    assert [(found.row, found.language) for found in mistakes if "${district}" in found.message] == [
        (24, "en"),
        (24, "ur"),
    ]


def test_long_lists_are_refused(tmp_path: Path) -> None:
    sheets = _sheets()
    sheets["choices"] += [
        {"list_name": "mode", "name": f"d{number}", EN: f"{number}", UR: f"{number}"} for number in range(99)
    ]
    (mistake,) = check.check(_write(tmp_path / "form.md", sheets))
    assert (mistake.sheet, mistake.column) == ("choices", "list_name")
    assert "at most 100" in mistake.message


def test_pages_do_not_nest(tmp_path: Path) -> None:
    sheets = _sheets()
    inner = [{"type": "begin_group", "name": "inner", EN: "Inner", UR: "اندر"}, {"type": "end_group"}]
    place = next(place for place, row in enumerate(sheets["survey"]) if row["name"] == "saf_day")
    sheets["survey"][place:place] = inner
    mistakes = check.check(_write(tmp_path / "form.md", sheets))
    assert (18, "A group is a page; a page cannot hold another.") in [
        (found.row, found.message) for found in mistakes
    ]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_sheets(tmp_path: Path) -> None:
    mistakes = _check(
        tmp_path,
        ("choices", "safe4 fairly_safe", SCORE, "101"),
        ("survey", "i_times", "constraint", ". < ${nobody} + ${noone}"),
        ("survey", "saf_day", UR, "-"),
        ("survey", "saf_night", "type", "geopoint"),
        ("settings", "settings", "version", ""),
    )
    places = [(found.sheet, found.row, found.column) for found in mistakes]
    assert places[0] == ("settings", 2, "version")
    assert [place for place in places if place[1] == 25] == [("survey", 25, "constraint")] * 2
    assert ("survey", 18, UR) in places
    assert ("survey", 19, "type") in places
    assert places[-1] == ("choices", 20, "score")


def test_what_only_pyxform_finds_is_told(tmp_path: Path) -> None:
    sheets = _sheets()
    del sheets["survey"][-3]
    (mistake,) = check.check(_write(tmp_path / "form.md", sheets))
    assert mistake.sheet == "survey"
    assert "help" in mistake.message


def test_a_file_that_is_no_form(tmp_path: Path) -> None:
    file = tmp_path / "letter.md"
    file.write_text("Dear all", encoding="utf-8")
    assert len(check.check(file)) == 1


def test_what_lint_lets_pass_can_be_read(tmp_path: Path) -> None:
    file = _changed(tmp_path, ("survey", "saf_day", "type", "text"))
    with pytest.raises(QuestionnaireErrors):
        xlsform.read(file)
    assert check.check(file)


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("Please inform us of suspects", "en", ["inform", "suspects"]),
        ("Phone, CNIC and NAMES", "en", ["Phone", "CNIC", "NAMES"]),
        ("Weaponry of militants", "en", ["Weaponry", "militants"]),
        ("Where do you get information? Informal help? A tournament? Symphony", "en", []),
        ("عسکریت پسندوں کے ہتھیار", "ur", ["عسکریت پسندوں", "ہتھیار"]),
        ("عسکریت\u200cپسند", "ur", ["عسکریت پسند"]),
        ("مشتبہ آدمی کی اطلاع دیں", "ur", ["مشتبہ", "اطلاع دیں"]),
        ("آپ کا شناختی کارڈ یا فون", "ur", ["شناختی کارڈ", "فون"]),
        ("نامعلوم، انتظامیہ، ناممکن، اطلاعات، خبر، قانون، طوفان", "ur", []),
        ("آپ کا weapon", "ur", ["weapon"]),
        ("وسله وال کسان", "ps", ["وسلہ وال"]),
        ("ستاسو نوم او ټيليفون", "ps", ["نوم", "ټیلیفون"]),
        ("وسله یا ټوپک", "ps", ["وسلہ", "ټوپک"]),
        ("خبر، نومبر، وسیله، قانون، معلومات، نوموړی", "ps", []),
    ],
)
def test_banned_words_are_whole_words_with_their_inflections(
    text: str, language: str, words: list[str]
) -> None:
    assert list(banned_words(text, language)) == words
