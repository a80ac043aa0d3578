"""The whole way with the real server: made-up interviews through HTTP, and every figure counted again.

`make way` sends 12,000 from all districts; here fewer come, from more districts than are attacked all at once.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections import Counter, defaultdict

import pytest

from survey.settings import PROJECT
from tests.support.running import Reader, Survey

pytestmark = pytest.mark.slow

NUMBER = int(os.environ.get("SURVEY_TEST_WAY", "3600"))
#: The districts of the coordinator, and those that others asked in.
DISTRICTS = "peshawar,mardan,swat,bannu,lakki-marwat,quetta"
OTHERS = "" if NUMBER >= 12_000 else ",karak,zhob,kohat,kech,khuzdar,nowshera,charsadda"

#: Typed from the questionnaire's reference: the two best points of each scale.
BEST = {"very_safe", "fairly_safe", "lot", "some", "never", "once_twice", "very_fair", "fairly_fair"}
WORST = {
    "bit_unsafe",
    "very_unsafe",
    "little",
    "not_at_all",
    "several_times",
    "most_weeks",
    "bit_unfair",
    "very_unfair",
}
#: Current district → the census district that reports it, where they differ (two sources in reference/README.md).
SAME_UNIT = {"upper-swat": "swat", "quetta-east": "quetta", "quetta-west": "quetta"}
HELP = {"money", "education", "job", "living", "compensation", "health"}
NO_ANSWER = {None, "98", "99"}
SHARES = {
    "reached": ("i_got", HELP),
    "harm_signal": ("i_effect", {"jealousy", "quarrels", "less_safe", "pressure"}),
    "private": ("s_private", {"alone"}),
}


@pytest.fixture(scope="module")
def survey(tmp_path_factory):
    running = Survey(tmp_path_factory.mktemp("way") / "home")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def first_words(survey):
    return survey.start()


@pytest.fixture(scope="module")
def records(survey, first_words):
    """Accounts by script, interviews through HTTP, the round closed by script; what was sent."""
    made = survey.do(
        "account", "add", "--role", "worker", "--code", "W07", "--woman", "--token", "--generate"
    )
    token = re.search(r"^token: (\S+)$", made, re.MULTILINE)[1]
    survey.do(
        "account", "add", "--role", "coordinator", "--name", "zarmina", "--districts", DISTRICTS,
        given="a long enough password\n",
    )  # fmt: skip
    survey.do(
        "account", "add", "--role", "reviewer", "--name", "reviewer", "--districts", "all",
        given="another long password\n",
    )  # fmt: skip
    survey.open_round("2026-11")
    sent = survey.home.parent / "sent.jsonl"
    told = survey.do(
        "simulate", "--responses", str(NUMBER), "--seed", "11", "--url", survey.url, "--token", token,
        "--records", str(sent), *(("--districts", DISTRICTS + OTHERS) if OTHERS else ()),
    )  # fmt: skip
    assert re.search(r"\d+ stored", told), told
    return [json.loads(line) for line in sent.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def round_name(survey, records):
    return survey.do("round", "list").split("\t")[0]


@pytest.fixture(scope="module")
def closed(survey, round_name):
    coordinator = Reader(survey)
    coordinator.sign_in("zarmina", "a long enough password")
    status, page, _ = coordinator.get("/coverage")
    assert status == 200
    open_status, _, _ = coordinator.get(f"/rounds/{round_name}/summary.csv")
    assert "begins to end" in survey.do("round", "close", round_name)
    survey.do("round", "close", round_name, "--now", "--yes")
    return page.decode(), open_status


def counted(record) -> bool:
    """Whether an interview counts, by the rules of the questionnaire's reference."""
    answers = record["answers"]
    return (
        answers["c_agree"] == "yes"
        and answers.get("p_age") != "under_18"
        and answers.get("saf_day") != "blue"
    )


def where(record) -> tuple[str, str]:
    district = record["answers"]["district"]
    return SAME_UNIT.get(district, district), record["answers"]["p_group"]


def said(record, question):
    """The answer that counts: one to a question that was not asked is missing."""
    answers = record["answers"]
    if question in ("i_time", "i_enough") and not HELP & set(answers.get("i_got", ())):
        return None
    return answers.get(question)


@pytest.fixture(scope="module")
def domains(records):
    grouped = defaultdict(list)
    for record in filter(counted, records):
        grouped[where(record)].append(record)
    return grouped


def rows(survey, round_name, language="en"):
    coordinator = Reader(survey)
    coordinator.sign_in("zarmina", "a long enough password")
    coordinator.speak(language)
    status, file, headers = coordinator.get(f"/rounds/{round_name}/summary.csv")
    assert status == 200
    assert headers["Content-Type"].startswith("text/csv")
    assert file.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(file.decode("utf-8-sig"))))


def test_the_first_start_prints_the_address_and_a_link(first_words):
    assert "http://127.0.0.1:" in first_words
    assert re.search(r"/welcome/\S{20,}", first_words)


def test_coverage_tells_numbers_of_interviews(closed, domains):
    page, _ = closed
    shown = {
        (district, group): int(done)
        for district, group, done in re.findall(
            r'data-district="([^"]+)" data-group="([^"]+)".*?class="number done">(\d+)<', page, re.DOTALL
        )
    }
    assert shown == {
        domain: len(several) for domain, several in domains.items() if domain[0] in DISTRICTS.split(",")
    }


def test_an_open_round_has_no_summary(closed):
    assert closed[1] == 404


def test_every_published_figure_equals_an_independent_count(survey, round_name, closed, domains):
    published = 0
    for row in rows(survey, round_name):
        if row["status"] == "hidden":
            assert {row[name] for name in ("base", "count", "percent", "ci_low", "ci_high")} == {""}
            continue
        several = [record for place in inside(row) for record in people(domains, place, row["group"])]
        expected = sum(gave(record, row["question"], row["answer"]) for record in several)
        assert (int(row["base"]), int(row["count"])) == (len(several), expected), row
        assert abs(int(row["percent"]) - 100 * expected / len(several)) <= 0.5
        assert int(row["ci_low"]) <= int(row["percent"]) <= int(row["ci_high"])
        assert expected >= 5
        assert len(several) >= (25 if row["answer"] in ("top_two", "all_others", "said_yes") else 50)
        assert row["status"] == ("published" if len(several) >= 50 else "few answers")
        published += 1
    assert published > 1000


def inside(row) -> list[str]:
    """The districts of a row, by the reference data: one, or those of a division, a province or all."""
    if row["level"] == "district":
        return [row["district"]]
    with (PROJECT / "reference" / "districts.csv").open(encoding="utf-8") as file:
        places = list(csv.DictReader(file))
    with (PROJECT / "reference" / "divisions.csv").open(encoding="utf-8") as file:
        division = {one["division_id"]: one["division_census2023"] for one in csv.DictReader(file)}
    return [
        place["district_id"]
        for place in places
        if row["adm1_pcode"] in ("", place["adm1_pcode"])
        and row["district"] in ("all", place["district_id"], *_ids(division, place["division_census2023"]))
    ]


def _ids(division, name):
    return [key for key, known in division.items() if known == name]


def people(domains, district, group):
    """Everyone interviewed in a domain; "all" are the three groups together."""
    groups = ("member", "woman", "youth") if group == "all" else (group,)
    return [record for one in groups for record in domains[district, one]]


def gave(record, question, answer) -> bool:
    if question in SHARES or "/" in question:
        return named(record, question) == (answer == "said_yes")
    value = said(record, question)
    if answer == "no_answer":
        return value in NO_ANSWER
    if answer in ("top_two", "all_others"):
        return (value in BEST) == (answer == "top_two")
    return value in WORST if answer == "bottom_two" else value == answer


def named(record, share) -> bool:
    answers = record["answers"]
    if share in SHARES:
        question, choices = SHARES[share]
        given = answers.get(question, ())
        return bool(choices & ({given} if isinstance(given, str) else set(given)))
    question, option = share.split("/")
    if question == "wants":
        return option in (answers.get("i_want1"), answers.get("i_want2"))
    return option in answers.get(question, ())


def test_only_the_coordinators_districts_are_in_the_file(survey, round_name, closed):
    found = rows(survey, round_name)
    assert {row["district"] for row in found if row["level"] == "district"} == set(DISTRICTS.split(","))
    assert {row["level"] for row in found} >= {"district", "province", "all"}


def test_what_is_never_published_is_not_there(survey, round_name, closed):
    questions = {row["question"] for row in rows(survey, round_name)}
    assert not {name for name in questions if name.startswith("p_")}
    assert not questions & {"i_want1", "i_want2"}
    assert not questions & {"l_join", "l_free", "round", "district", "mode", "c_agree"}
    assert "saf_night" in questions


def test_sensitive_blocks_need_ten_behind_every_answer(survey, round_name, closed):
    sensitive = {"tr_body", "rep_safe", "l_protect", "l_threat", "harm_signal"}
    shown = [
        row for row in rows(survey, round_name) if row["question"] in sensitive and row["status"] != "hidden"
    ]
    assert shown
    assert all(int(row["count"]) >= 10 for row in shown)


def test_labels_are_in_the_readers_language(survey, round_name, closed):
    urdu = {row["question"]: row["question_label"] for row in rows(survey, round_name, "ur")}
    english = {row["question"]: row["question_label"] for row in rows(survey, round_name)}
    assert english["saf_night"] == "After dark, how safe do you feel walking near home?"
    assert urdu["saf_night"].startswith("اندھیرا")


def test_a_closed_round_counts_nothing_more_and_never_reopens(survey, round_name, closed):
    made = survey.do("account", "add", "--role", "worker", "--code", "W08", "--token", "--generate")
    token = re.search(r"^token: (\S+)$", made, re.MULTILINE)[1]
    told = survey.do(
        "simulate",
        "--responses",
        "3",
        "--seed",
        "99",
        "--round",
        round_name,
        "--url",
        survey.url,
        "--token",
        token,
    )
    assert Counter(re.findall(r"(\d+) (\w+)", told)) == Counter({("3", "late"): 1})
    assert "Late interviews of round" in survey.do("round", "late", round_name)
    assert "is closed" in survey.do("round", "close", round_name, code=2)


def test_another_district_is_refused_and_written_down(survey, round_name, closed):
    coordinator = Reader(survey)
    coordinator.sign_in("zarmina", "a long enough password")
    assert coordinator.get(f"/rounds/{round_name}/karak/summary.csv")[0] == 403
    assert coordinator.get(f"/results/{round_name}/district/karak")[0] == 403
