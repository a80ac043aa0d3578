"""summary.csv as a spreadsheet program would read it."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from functools import lru_cache

import pytest

from survey.publication.reading.csv_files import (
    COLUMNS,
    GAP_COLUMNS,
    INDEX_COLUMNS,
    district_csv,
    gaps_csv,
    indices_csv,
    summary_csv,
)
from survey.publication.reading.labels import Labels
from survey.publication.release import release
from survey.publication.release.figures import Figure
from survey.publication.release.release import Release
from survey.questionnaire import xlsform
from survey.questionnaire.model import Questionnaire
from survey.settings import PROJECT
from survey.storage.scope import Scope
from tests.survey.conftest import CLOSED, DISTRICTS, Finished

#: What every file learned to say after its first columns were settled.
ENDS = "level,kind,place_label,province_label,group_label,demonstration"
#: Typed as the programme asked for them.
HEADER = (
    "round,adm1_pcode,adm1_name,adm2_pcode,adm2_name,district,group,question,question_label,answer,"
    "answer_label,base,count,percent,ci_low,ci_high,status,answered,answered_percent,answered_ci_low,"
    f"answered_ci_high,{ENDS}"
)
SCOPE = Scope.of(["peshawar", "swat", "quetta"])


@lru_cache(maxsize=1)
def asked() -> Questionnaire:
    return xlsform.read(PROJECT / "questionnaires" / "community_security.md")


def labels(language: str = "en") -> Labels:
    return Labels(asked(), language, str)


def rows(file: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.decode("utf-8-sig"), newline="")))


@pytest.fixture(scope="module")
def kept(finished: Finished) -> Release:
    return release.read(finished.database, CLOSED)


def test_the_columns_their_order_and_the_byte_order_mark(kept: Release) -> None:
    file = summary_csv(kept, SCOPE, labels())
    assert file.startswith(b"\xef\xbb\xbf" + HEADER.encode() + b"\r\n")
    assert ",".join(COLUMNS) == HEADER
    assert file.count(HEADER.encode()) == 1
    assert len(rows(file)) == len(kept.within(SCOPE)) + len(kept.above())


def test_every_row_is_a_figure_as_kept_and_nothing_else(kept: Release) -> None:
    told = (*kept.within(SCOPE), *kept.above())
    for row, figure in zip(rows(summary_csv(kept, SCOPE, labels())), told, strict=True):
        assert row["district"] == ("all" if figure.district == "Total" else figure.district)
        assert row["group"] == ("all" if figure.group == "Total" else figure.group)
        assert (row["question"], row["answer"]) == (figure.question, figure.answer.replace(" ", "_"))
        numbers = (figure.base, figure.count, figure.percent, figure.ci_low, figure.ci_high)
        numbers += (figure.answered, figure.answered_percent, figure.answered_low, figure.answered_high)
        columns = ("base", "count", "percent", "ci_low", "ci_high", "answered")
        columns += ("answered_percent", "answered_ci_low", "answered_ci_high")
        shown = tuple(row[name] for name in columns)
        assert shown == tuple("" if number is None else str(number) for number in numbers)
        assert row["status"] == figure.status


def of_districts(file: bytes) -> list[dict[str, str]]:
    return [row for row in rows(file) if row["level"] == "district"]


def test_only_the_districts_of_the_reader_are_in_it(kept: Release) -> None:
    assert {row["district"] for row in of_districts(summary_csv(kept, SCOPE, labels()))} == {
        "peshawar",
        "swat",
        "quetta",
    }
    assert rows(summary_csv(kept, Scope.of([]), labels())) == []


@pytest.mark.parametrize("write", [summary_csv, indices_csv, gaps_csv])
def test_divisions_provinces_and_all_districts_stand_after_the_districts_for_whoever_reads_one(
    kept: Release, write
) -> None:
    everything = rows(write(kept, Scope.everywhere(), labels()))
    levels = [row["level"] for row in everything]
    districts = levels.count("district")
    assert set(levels[:districts]) == {"district"}
    assert set(levels[districts:]) == {"division", "province", "all"}
    above = [row for row in everything if row["level"] != "district"]
    for row in above:
        assert (row["adm2_pcode"], row["adm2_name"]) == ("", "")
        # Of the districts of the round only two are of one division.
        assert row["district"] == ("div-bannu" if row["level"] == "division" else "all")
        assert (row["adm1_pcode"] == "") is (row["level"] == "all")
    assert {row["adm1_pcode"] for row in above} == {"PK2", "PK5", ""}
    for scope in (SCOPE, Scope.of(["peshawar"])):
        assert [row for row in rows(write(kept, scope, labels())) if row["level"] != "district"] == above
    assert rows(write(kept, Scope.of([]), labels())) == []


def test_the_file_of_one_district_holds_that_district_alone(kept: Release) -> None:
    told = rows(district_csv(kept, "swat", labels()))
    assert [row for row in rows(summary_csv(kept, SCOPE, labels())) if row["district"] == "swat"] == told
    assert told


def test_p_codes_are_those_of_the_reference_table(kept: Release) -> None:
    # COD-AB Pakistan: Khyber Pakhtunkhwa is PK2 and Balochistan PK1 with five signs per district.
    with (PROJECT / "reference" / "districts.csv").open(encoding="utf-8", newline="") as file:
        known = {row["district_id"]: row for row in csv.DictReader(file)}
    for row in of_districts(summary_csv(kept, SCOPE, labels())):
        place = known[row["district"]]
        assert row["adm1_pcode"] == place["adm1_pcode"]
        assert row["adm2_pcode"] == place["adm2_pcode"]
        assert row["adm2_pcode"].startswith(row["adm1_pcode"])


def test_percents_and_limits_are_whole_and_in_order(kept: Release) -> None:
    shown = [
        row for row in rows(summary_csv(kept, Scope.everywhere(), labels())) if row["status"] != "hidden"
    ]
    assert shown
    for row in shown:
        assert all(
            re.fullmatch(r"\d+", row[name]) for name in ("base", "count", "percent", "ci_low", "ci_high")
        )
        assert 0 <= int(row["ci_low"]) <= int(row["percent"]) <= int(row["ci_high"]) <= 100
        assert int(row["base"]) >= 25
        assert row["status"] == ("published" if int(row["base"]) >= 50 else "few answers")


def test_profile_and_voluntariness_are_never_in_it(kept: Release) -> None:
    told = {row["question"] for row in rows(summary_csv(kept, Scope.everywhere(), labels()))}
    assert told
    assert not {name for name in told if name.startswith(("p_", "c_", "s_")) or name in ("l_join", "l_free")}


@pytest.mark.parametrize(
    ("language", "question", "answer"),
    [
        ("en", "In the daytime, how safe do you feel in your area?", "Very safe"),
        ("ur", "دن کے وقت آپ کو اپنا علاقہ کتنا محفوظ لگتا ہے؟", "بہت محفوظ"),
        ("ps", "د ورځې په خپله سيمه کې ځان", "ډېر خوندي"),
    ],
)
def test_labels_are_in_the_readers_language(kept: Release, language: str, question: str, answer: str) -> None:
    found = [
        row
        for row in rows(summary_csv(kept, SCOPE, labels(language)))
        if (row["question"], row["answer"]) == ("saf_day", "very_safe")
    ]
    assert found[0]["question_label"].startswith(question)
    assert found[0]["answer_label"] == answer


def test_codes_stay_the_same_in_every_language(kept: Release) -> None:
    coded = {}
    for language in ("en", "ur", "ps"):
        file = rows(summary_csv(kept, SCOPE, labels(language)))
        coded[language] = [(row["district"], row["group"], row["question"], row["answer"]) for row in file]
    assert coded["en"] == coded["ur"] == coded["ps"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\x00"])
def test_a_cell_cannot_become_a_formula(kept: Release, start: str) -> None:
    named = replace(kept, round=f"{start}cmd|'/c calc'!A0", figures=kept.within(SCOPE)[:1])
    file = summary_csv(named, Scope.everywhere(), labels())
    (row,) = csv.DictReader(io.StringIO(file.decode("utf-8-sig"), newline=""))
    assert row["round"].startswith("'" + start)


def test_a_negative_or_odd_answer_label_is_neutralised_too() -> None:
    first = asked().questions["saf_day"]
    changed = replace(first, label={"en": "=1+1", "ur": "=1+1", "ps": "=1+1"})
    pages = tuple(
        replace(page, questions=tuple(changed if q.name == "saf_day" else q for q in page.questions))
        for page in asked().pages
    )
    other = Labels(replace(asked(), pages=pages, version="formula"), "en", str)
    figure = Figure("PK5", "bannu", "woman", "saf_day", "very_safe", "hidden")
    made = Release("r", "community_security", "formula", "2026-01-01", "0", "0", {}, 0, 1, (figure,))
    (row,) = rows(summary_csv(made, Scope.everywhere(), other))
    assert row["question_label"] == "'=1+1"


def test_a_demonstration_is_marked_in_every_row(kept: Release) -> None:
    marked = rows(summary_csv(kept, SCOPE, labels(), demonstration=True))
    assert {(row["round"], row["demonstration"]) for row in marked} == {(CLOSED, "yes")}
    assert {row["demonstration"] for row in rows(summary_csv(kept, SCOPE, labels()))} == {"no"}


@pytest.mark.parametrize("language", ["en", "ur", "ps"])
def test_places_and_groups_are_named_in_the_readers_language(kept: Release, language: str) -> None:
    told = rows(summary_csv(kept, Scope.everywhere(), Labels(asked(), language, lambda text: f"<{text}>")))
    names = {(row["level"], row["district"]): (row["place_label"], row["province_label"]) for row in told}
    assert names["district", "bannu"] == (
        {"en": "Bannu", "ur": "بنوں", "ps": "بنو"}[language],
        "<Khyber Pakhtunkhwa>",
    )
    assert names["all", "all"] == ("<All districts>", "")
    assert {(row["group"], row["group_label"]) for row in told} >= {
        ("member", "<Members>"),
        ("all", "<All interviewed>"),
    }


def test_the_rows_of_kind_answer_are_everybody_once(kept: Release) -> None:
    """Where every answer of a question is shown, its rows without the sums of answers make 100 %."""
    counted: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    bases = {}
    told = rows(summary_csv(kept, Scope.everywhere(), labels()))
    assert {row["kind"] for row in told} == {"answer", "sum"}
    for row in told:
        if row["kind"] == "answer":
            place = tuple(row[name] for name in ("adm1_pcode", "district", "group", "question"))
            counted.setdefault(place, []).append((row["status"], row["count"]))
            bases[place] = row["base"]
    whole = {
        place: sum(int(count) for _, count in several)
        for place, several in counted.items()
        if "hidden" not in {status for status, _ in several}
    }
    assert len(whole) > 100
    assert whole == {place: int(bases[place]) for place in whole}


def test_every_district_with_an_interview_is_told_and_no_other(kept: Release) -> None:
    told = {row["district"] for row in of_districts(summary_csv(kept, Scope.everywhere(), labels()))}
    assert told == set(DISTRICTS)


INDEX_HEADER = (
    "round,adm1_pcode,adm1_name,adm2_pcode,adm2_name,district,group,index,index_label,base,n,mean,ci_low,ci_high,"
    f"dont_know_percent,refused_percent,alpha,status,{ENDS},pooled_mean,pooled_ci_low,pooled_ci_high"
)


def test_indices_are_as_kept_in_the_districts_of_the_reader_and_nowhere_else(kept: Release) -> None:
    file = indices_csv(kept, SCOPE, labels())
    assert file.startswith(b"\xef\xbb\xbf" + INDEX_HEADER.encode() + b"\r\n")
    assert ",".join(INDEX_COLUMNS) == INDEX_HEADER
    inside = [one for one in kept.indices if one.district in ("peshawar", "swat", "quetta")]
    shown = 0
    for row, one in zip(of_districts(file), inside, strict=True):
        assert (row["district"], row["index"], row["status"]) == (one.district, one.name, one.status)
        assert row["group"] == ("all" if one.group == "Total" else one.group)
        numbers = (one.base, one.n, one.value, one.ci_low, one.ci_high, one.dont_know, one.refused)
        told = [row[name] for name in INDEX_COLUMNS[9:16]]
        assert told == ["" if number is None else str(number) for number in numbers]
        if one.value is None:
            assert set(told) | {row["alpha"]} == {""}
        shown += one.value is not None
    assert shown > 0
    assert rows(indices_csv(kept, Scope.of([]), labels())) == []


def test_indices_carry_p_codes_a_label_in_the_readers_language_and_the_mark_of_a_demonstration(
    kept: Release,
) -> None:
    row = rows(indices_csv(kept, SCOPE, labels(), demonstration=True))[0]
    place = next(
        one for one in rows(summary_csv(kept, SCOPE, labels())) if one["district"] == row["district"]
    )
    assert [row[name] for name in COLUMNS[1:6]] == [place[name] for name in COLUMNS[1:6]]
    assert (row["round"], row["kind"], row["demonstration"]) == (CLOSED, "index", "yes")
    translated = Labels(asked(), "ur", lambda text: f"<{text}>")
    assert rows(indices_csv(kept, SCOPE, translated))[0]["index_label"] == f"<{row['index_label']}>"


GAP_HEADER = (
    "round,adm1_pcode,adm1_name,adm2_pcode,adm2_name,district,group,gap,gap_label,first,second,answer,base,"
    f"first_percent,second_percent,points,ci_low,ci_high,difference,status,{ENDS},p_adjusted,both"
)


def test_gaps_are_as_kept_in_the_districts_of_the_reader_and_nowhere_else(kept: Release) -> None:
    districts = ("peshawar", "swat", "kech")
    file = gaps_csv(kept, Scope.of(districts), labels())
    assert file.startswith(b"\xef\xbb\xbf" + GAP_HEADER.encode() + b"\r\n")
    assert ",".join(GAP_COLUMNS) == GAP_HEADER
    told = {(row["district"], row["group"], row["gap"]): row for row in of_districts(file)}
    inside = [one for one in kept.gaps if one.district in districts]
    assert len(told) == len(inside)
    for one in inside:
        row = told[one.district, "all" if one.group == "Total" else one.group, one.name]
        numbers = ("" if n is None else str(n) for n in (one.base, one.points, one.low, one.high))
        assert [row[name] for name in ("base", "points", "ci_low", "ci_high")] == list(numbers)
        assert (row["first"], row["second"], row["status"]) == (one.first, one.second, one.status)
        assert (row["difference"] == "") == (one.points is None)
    assert {row["difference"] for row in told.values()} >= {"", "clear", "not_clear"}
    # Who gave both is told above districts alone.
    assert {row["both"] for row in told.values()} == {""}
    above = [one for one in kept.gaps if one.both is not None]
    shown = [row for row in rows(file) if row["both"]]
    assert sorted(int(row["both"]) for row in shown) == sorted(one.both or 0 for one in above)
    assert len(shown) > 1
    assert rows(gaps_csv(kept, Scope.of([]), labels())) == []
    marked = rows(gaps_csv(kept, SCOPE, labels("ur"), demonstration=True))
    assert {(row["round"], row["kind"], row["demonstration"]) for row in marked} == {(CLOSED, "gap", "yes")}
    money = next(row for row in marked if row["gap"] == "gap_money")
    assert money["gap_label"] != told["peshawar", "all", "gap_money"]["gap_label"]
