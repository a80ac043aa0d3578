"""questionnaire check tells ties and what they keep from being published; plan does too, before fieldwork."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from survey import terminal
from survey.commands import main
from survey.questionnaire import xlsform
from survey.settings import PROJECT, SHIPPED_VERSIONS
from survey.storage import questionnaires
from survey.storage.engine.database import Database
from survey.storage.field import rounds
from tests.survey.hidden.questions import questionnaire as hidden_questionnaire
from tests.survey.questionnaire.lint.test_check import EN, UR, _sheets, _write
from tests.survey.test_acceptance import put
from tests.survey.web.phone.test_recordings import everywhere

SHIPPED = PROJECT / "questionnaires" / "community_security.md"
#: Cells of a row of the survey sheet.
REQUIRED, RELEVANT = 10, 11


def changed(folder: Path, name: str, cell: int, text: str) -> Path:
    """The shipped questionnaire with another text in one cell of a question's row."""
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    (place,) = (number for number, line in enumerate(lines) if line.split("|")[3:4] == [f" {name} "])
    cells = lines[place].split("|")
    cells[cell] = f" {text} "
    lines[place] = "|".join(cells)
    file = folder / "changed.md"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def check(file: Path, *words: str) -> Result:
    return CliRunner().invoke(main.main, ["questionnaire", "check", str(file), *words])


@pytest.mark.slow
def test_the_shipped_questionnaire_has_no_mistakes_and_two_questions_for_administrators() -> None:
    done = check(SHIPPED)
    *warnings, last = done.stdout.splitlines()
    assert (done.exit_code, last) == (0, "community_security.md: no mistakes, 2 warning(s)")
    assert all("administrators alone read it, by province" in warning for warning in warnings)


@pytest.mark.slow
def test_ties_are_told_in_sentences_by_cluster() -> None:
    done = check(SHIPPED, "--ties")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert sum(line.startswith("Cluster ") for line in lines) == 6
    for sentence in (
        "  All groups: everybody who is in i_time (answered) is also in reached.",
        "  All groups: everybody who is in reached is also in i_got/money, i_got/education, i_got/job, i_got/living, "
        "i_got/compensation or i_got/health.",
        "  All groups: nobody is in more than 2 of wants/money, wants/education, wants/job, wants/living, "
        "wants/compensation and wants/health.",
        "  All groups: coh_help (answered) + coh_mix (answered) is at most index cohesion (member, woman, youth) + "
        "all interviewed.",
    ):
        assert sentence in lines
    assert any(line.startswith("index inclusion (woman): the number of persons") for line in lines)


@pytest.mark.slow
@pytest.mark.parametrize("words", [(), ("--ties",)])
def test_what_will_not_be_published_is_told_before_fieldwork(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = check(changed(tmp_path, "saf_trend", RELEVANT, "${district} = 'swat'"), *words)
    assert done.exit_code == 0
    assert (
        "saf_trend will not be published by district and group: the rule of saf_trend names the"
        in done.stdout
    )


@pytest.mark.slow
def test_a_plan_says_so_too(
    tmp_path: Path, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "open_survey", lambda: sqlite_database)
    words = ["plan", "--interviews", "60", "--districts", "swat,bannu"]
    assert "will not be published" not in CliRunner().invoke(main.main, words).stdout
    file = changed(tmp_path, "saf_trend", RELEVANT, "${district} = 'swat'")
    questionnaires.publish(sqlite_database, xlsform.read(file))
    assert "saf_trend will not be published" in CliRunner().invoke(main.main, words).stdout


@pytest.mark.slow
def test_a_plan_tells_the_change_that_can_be_found_and_asks_for_two_workers(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "open_survey", lambda: sqlite_database)
    words = ["plan", "--interviews", "60", "--districts", "swat,bannu"]
    alone = CliRunner().invoke(main.main, [*words, "--workers", "1"]).stdout
    assert "Plan two workers for each group of each district." in alone
    few = CliRunner().invoke(main.main, words).stdout
    assert "Plan two workers" not in few
    assert "The plan is too small to measure" in few
    for told in (alone, few):
        (line,) = (one for one in told.splitlines() if one.startswith("woman") and "not called" in one)
        assert [int(word) > 20 for word in line.split()[-2:]] == [True, True]


@pytest.mark.slow
def test_a_plan_says_how_many_answers_the_estimates_of_hidden_ones_need(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "open_survey", lambda: sqlite_database)
    questionnaires.publish(sqlite_database, hidden_questionnaire())
    words = ["plan", "--interviews", "60", "--districts", "swat,bannu"]
    found = CliRunner().invoke(main.main, words).stdout.splitlines()
    told = [line.split(":")[0] for line in found if "what chance hides is estimated from about" in line]
    # Of an anchor nothing is estimated: its true share is known.
    assert told == ["h_forced", "h_mirror", "h_cross", "h_garbled"]


@pytest.mark.slow
def test_what_holds_for_all_options_of_a_question_is_told_once(tmp_path: Path) -> None:
    """A rule that counts what was chosen of forty options ties each of them, and cannot be tried."""
    sheets = _sheets()
    sheets["choices"] += [
        {"list_name": "many", "name": f"o{number}", EN: f"Option {number}", UR: f"جواب {number}"}
        for number in range(40)
    ]
    rule = "count-selected(${m_many}) > 2"
    put(
        sheets,
        "i_got",
        {"type": "select_multiple many", "name": "m_many", EN: "Which?", UR: "کون سے؟"},
        {"type": "select_one yes_no", "name": "m_more", EN: "More?", UR: "اور؟", "relevant": rule},
    )
    lines = check(_write(tmp_path / "form.md", sheets)).stdout.splitlines()
    told = [line for line in lines if "m_many" in line and "will not be published" in line]
    assert len(told) == 1
    assert "m_many (o0, o1, o2 and 37 more) will not be published" in told[0]
    assert told[0].startswith("warning: survey, row 23, relevant")
    named = [
        line.split(" will not be published")[0].split()[3:4] for line in lines if " will not be " in line
    ]
    assert len(named) == len({str(one) for one in named})


def test_with_mistakes_there_is_nothing_to_tell_of_ties(tmp_path: Path) -> None:
    done = check(changed(tmp_path, "saf_trend", RELEVANT, "${nobody} = 1"), "--ties")
    assert done.exit_code == 2
    assert "Cluster" not in done.stdout


@pytest.mark.slow
def test_check_tells_a_taken_version_and_what_differs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("SURVEY_HOME", str(home))
    assert not list(home.glob("*.sqlite")), "a check alone makes no database"
    assert check(SHIPPED).exit_code == 0
    assert not list(home.glob("*.sqlite"))
    invoke = CliRunner().invoke
    assert invoke(main.main, ["questionnaire", "publish", str(SHIPPED)]).exit_code == 0
    assert check(SHIPPED).stdout.splitlines()[-1] == ("version 1 is published already, with the same content")
    text = SHIPPED.read_text(encoding="utf-8")
    other = tmp_path / "other.md"
    other.write_text(text.replace("In the daytime, how safe", "By day, how safe"), encoding="utf-8")
    done = check(other)
    assert done.exit_code == 2
    said, line = done.stdout.splitlines()[-2:]
    assert "published already with other content" in said
    assert line.startswith("  saf_day: other words, label, en: 'In the daytime, how safe")
    assert "-> 'By day, how safe" in line
    done = check(SHIPPED_VERSIONS["2"])
    assert done.exit_code == 0
    assert "difference(s) to version 1:" in done.stdout
    assert "  p_age: another rule, required: 'no' -> 'yes'" in done.stdout.splitlines()


def test_recordings_of_a_round_are_looked_at(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "open_survey", lambda: sqlite_database)
    rounds.start(sqlite_database, "2027-1", questionnaires.publish(sqlite_database, xlsform.read(SHIPPED)))
    silent = CliRunner().invoke(main.main, ["questionnaire", "recordings"])
    assert (silent.exit_code, silent.output) == (0, "0 recordings are named, 0 complaints\n")
    rounds.start(sqlite_database, "2027-2", questionnaires.publish(sqlite_database, everywhere("a.opus")))
    spoken = CliRunner().invoke(main.main, ["questionnaire", "recordings", "--round", "2027-2"])
    assert spoken.exit_code == 2
    assert spoken.output.startswith("a.opus: is not in the folder 'sound'\n")
